//! What functions leave of a generated value, so that it stands in what they make, whatever it is.

use super::calls::{Call, Form};
use super::functions::{Treatment, find};
use super::literal;
use super::template::Template;

/// Which words stand in what a pipeline makes of them, whatever these words are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Keeps {
    /// Whether a word does can be up to the word.
    Nothing,
    /// Words of letters and digits.
    LettersAndDigits,
    /// All words without blanks.
    #[default]
    Words,
}

/// Functions whose result holds a word that they are given, or never does, or only says yes or no. Whether one of the others
/// (`lower`, `replace`, `title`) alters a word can depend on the word.
const WORDS: [&str; 79] = [
    "and",
    "append",
    "b32enc",
    "b64enc",
    "cat",
    "coalesce",
    "compact",
    "concat",
    "contains",
    "deepCopy",
    "default",
    "dict",
    "dig",
    "empty",
    "eq",
    "fail",
    "first",
    "ge",
    "get",
    "gt",
    "has",
    "hasKey",
    "hasPrefix",
    "hasSuffix",
    "indent",
    "index",
    "initial",
    "join",
    "keys",
    "kindIs",
    "kindOf",
    "last",
    "le",
    "len",
    "list",
    "lookup",
    "lt",
    "merge",
    "mergeOverwrite",
    "mustAppend",
    "mustMerge",
    "mustMergeOverwrite",
    "mustPrepend",
    "mustToJson",
    "ne",
    "nindent",
    "nospace",
    "not",
    "omit",
    "or",
    "pick",
    "pluck",
    "prepend",
    "print",
    "printf",
    "println",
    "quote",
    "required",
    "rest",
    "reverse",
    "set",
    "slice",
    "sortAlpha",
    "squote",
    "substr",
    "ternary",
    "toJson",
    "toPrettyJson",
    "toRawJson",
    "toString",
    "toYaml",
    "toYamlPretty",
    "trim",
    "trunc",
    "typeIs",
    "typeOf",
    "uniq",
    "unset",
    "values",
];

/// Functions that take away, replace or split at what their first operand says, and alter nothing else.
const BY_OPERAND: [&str; 7] = [
    "replace",
    "split",
    "splitList",
    "splitn",
    "trimAll",
    "trimPrefix",
    "trimSuffix",
];

/// What a call of a function keeps of a word that it is given. What it includes is not asked.
pub(super) fn keeps(template: &Template, call: &Call) -> Keeps {
    let function = template.function(call);
    let generates = || {
        let known = find(function);
        known.is_some_and(|known| matches!(known.treatment, Treatment::Generate(_)))
    };
    if function == "include" || WORDS.binary_search(&function).is_ok() || generates() {
        Keeps::Words
    } else if BY_OPERAND.binary_search(&function).is_ok() && concerns_no_letter(template, call) {
        Keeps::LettersAndDigits
    } else {
        Keeps::Nothing
    }
}

/// Whether the first operand of a call is a text without letters and digits: `trimSuffix "-"`.
fn concerns_no_letter(template: &Template, call: &Call) -> bool {
    let Form::Command { operands, .. } = &call.form else {
        return false;
    };
    let first = operands
        .first()
        .and_then(|first| template.tokens.get(first.clone()));
    let Some([token]) = first else {
        return false;
    };
    let text = literal::value(&template.text, token);
    text.is_some_and(|text| !text.is_empty() && !text.contains(|c: char| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(WORDS.is_sorted() && BY_OPERAND.is_sorted());
    }

    #[test]
    fn what_an_operand_says_decides() {
        for (call, kept) in [
            ("quote", Keeps::Words),
            ("trim", Keeps::Words),
            ("randAlphaNum", Keeps::Words),
            ("trimSuffix `-`", Keeps::LettersAndDigits),
            ("replace `+` `_`", Keeps::LettersAndDigits),
            ("splitList `\n`", Keeps::LettersAndDigits),
            ("trimAll `\"x`", Keeps::Nothing),
            ("replace `0` `-`", Keeps::Nothing),
            // An empty text stands between all characters.
            ("replace `` `-`", Keeps::Nothing),
            ("trimSuffix .x", Keeps::Nothing),
            ("trimSuffix (printf `-`)", Keeps::Nothing),
            ("lower", Keeps::Nothing),
        ] {
            let template = Template::read(format!("{{{{ .y | {call} }}}}")).unwrap();
            let last = template.calls.iter().flatten().next().unwrap();
            assert_eq!(keeps(&template, last), kept, "{call}");
        }
    }
}
