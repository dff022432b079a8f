//! Which functions leave a generated value as it is, so that it stands in what they make, whatever it is.

use super::functions::{Treatment, find};

/// Functions whose result holds a word that they are given, or never does, or only says yes or no. Whether one of the others
/// (`lower`, `replace`, `trimSuffix`) alters a word can depend on the word.
const KEEPING: [&str; 66] = [
    "and",
    "append",
    "b64enc",
    "cat",
    "coalesce",
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
    "join",
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
    "set",
    "squote",
    "substr",
    "ternary",
    "toJson",
    "toPrettyJson",
    "toRawJson",
    "toString",
    "toYaml",
    "trunc",
    "typeIs",
    "typeOf",
    "unset",
];

/// Whether a function can alter a word that it is given, by what the word is. What it includes is not asked.
pub(super) fn alters(function: &str) -> bool {
    let generates = || {
        let known = find(function);
        known.is_some_and(|known| matches!(known.treatment, Treatment::Generate(_)))
    };
    function != "include" && KEEPING.binary_search(&function).is_err() && !generates()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(KEEPING.is_sorted());
    }
}
