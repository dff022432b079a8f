//! What functions leave of a generated value, so that it stands in what they make, whatever it is.

use super::calls::{Call, Form};
use super::functions::{Treatment, find};
use super::literal;
use super::template::Template;

/// Which words stand in what a pipeline makes of them, whatever these words are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Keeps {
    /// None: all of it is one of a few texts that the words choose (`eq`, `regexMatch`).
    Choice,
    /// Whether a word does can be up to the word.
    Nothing,
    /// Words of letters and digits.
    LettersAndDigits,
    /// All words without blanks.
    #[default]
    Words,
}

impl Keeps {
    /// What the log says of it.
    pub(crate) fn flag(self) -> &'static str {
        match self {
            Keeps::Choice => "c",
            Keeps::Nothing => "",
            Keeps::LettersAndDigits => "a",
            Keeps::Words => "k",
        }
    }

    /// What the log says.
    pub(crate) fn of_flag(flag: &str) -> Keeps {
        let all = [Keeps::Choice, Keeps::LettersAndDigits, Keeps::Words];
        let own = all.into_iter().find(|keeps| keeps.flag() == flag);
        own.unwrap_or(Keeps::Nothing)
    }
}

/// Functions whose result holds a word that they are given, or another one instead. Whether one of the others (`lower`,
/// `replace`, `title`) alters a word can depend on the word.
const WORDS: [&str; 57] = [
    "and",
    "append",
    "b64enc",
    "cat",
    "coalesce",
    "compact",
    "concat",
    "deepCopy",
    "default",
    "dict",
    "dig",
    "fail",
    "first",
    "get",
    "indent",
    "index",
    "initial",
    "join",
    "keys",
    "last",
    "list",
    "lookup",
    "merge",
    "mergeOverwrite",
    "mustAppend",
    "mustMerge",
    "mustMergeOverwrite",
    "mustPrepend",
    "mustToJson",
    "nindent",
    "nospace",
    "omit",
    "or",
    "pick",
    "pluck",
    "prepend",
    "print",
    "println",
    "quote",
    "required",
    "rest",
    "reverse",
    "set",
    "slice",
    "sortAlpha",
    "squote",
    "ternary",
    "toJson",
    "toPrettyJson",
    "toRawJson",
    "toString",
    "toYaml",
    "toYamlPretty",
    "trim",
    "uniq",
    "unset",
    "values",
];

/// Functions that yield one of a few texts, whatever they are given: two renders may agree by chance.
const CHOOSING: [&str; 25] = [
    "contains",
    "deepEqual",
    "empty",
    "eq",
    "ge",
    "gt",
    "has",
    "hasKey",
    "hasPrefix",
    "hasSuffix",
    "kindIs",
    "kindOf",
    "le",
    "len",
    "lt",
    "mod",
    "mustHas",
    "mustRegexMatch",
    "ne",
    "not",
    "regexMatch",
    "semverCompare",
    "typeIs",
    "typeIsLike",
    "typeOf",
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
    let prints = || {
        let format = first_text(template, call).filter(|_| function == "printf");
        format.is_some_and(|format| is_plain(&format))
    };
    let is_word = function == "include" || WORDS.binary_search(&function).is_ok();
    if is_word || generates() || prints() {
        Keeps::Words
    } else if BY_OPERAND.binary_search(&function).is_ok() && concerns_no_letter(template, call) {
        Keeps::LettersAndDigits
    } else {
        Keeps::Nothing
    }
}

/// Whether a call of a function yields one of a few texts, whatever it is given.
pub(super) fn chooses(template: &Template, call: &Call) -> bool {
    CHOOSING.binary_search(&template.function(call)).is_ok()
}

/// Whether the first operand of a call is a text without letters and digits: `trimSuffix "-"`.
fn concerns_no_letter(template: &Template, call: &Call) -> bool {
    let text = first_text(template, call);
    text.is_some_and(|text| !text.is_empty() && !text.contains(|c: char| c.is_ascii_alphanumeric()))
}

/// Whether a format shows texts as they are: `%s`, `%d`, `%v`, `%q`.
fn is_plain(format: &str) -> bool {
    let mut verbs = format.replace("%%", "");
    for verb in ["%s", "%d", "%v", "%q"] {
        verbs = verbs.replace(verb, "");
    }
    !verbs.contains('%')
}

/// What the first operand of a call says, if that is a literal text.
fn first_text(template: &Template, call: &Call) -> Option<String> {
    let Form::Command { operands, .. } = &call.form else {
        return None;
    };
    let [token] = template.tokens.get(operands.first()?.clone())? else {
        return None;
    };
    literal::value(&template.text, token)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(WORDS.is_sorted() && CHOOSING.is_sorted() && BY_OPERAND.is_sorted());
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
            ("trunc 8", Keeps::Nothing),
            ("printf `%s-%d%%`", Keeps::Words),
            ("printf `%x`", Keeps::Nothing),
            ("printf `%.4s`", Keeps::Nothing),
            ("eq `x`", Keeps::Nothing),
        ] {
            let template = Template::read(format!("{{{{ .y | {call} }}}}")).unwrap();
            let last = template.calls.iter().flatten().next().unwrap();
            assert_eq!(keeps(&template, last), kept, "{call}");
            assert_eq!(chooses(&template, last), call == "eq `x`", "{call}");
        }
    }
}
