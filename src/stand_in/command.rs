//! Which of helm's commands a call is, by the rules of cobra, which reads helm's command line (`Command.Find`).

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use super::flags;

/// The command that is pinned.
const TEMPLATE: &str = "template";

/// What follows `helm template`, flags that stand before it included; none if it is another command.
///
/// Cobra takes the first word that is no flag and no flag's value. At that point it knows the flags of all commands only:
/// of another one it thinks that the next word is its value.
pub(super) fn template(arguments: &[OsString]) -> Option<Vec<OsString>> {
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        let left = arguments.len() - at - 1;
        match argument.as_bytes() {
            b"--" => return None,
            text if takes_next(text) => {
                // With one word left there is no command any more.
                if left <= 1 {
                    return None;
                }
                at += 2;
            }
            [] | [b'-', ..] => at += 1,
            name => {
                let rest = [&arguments[..at], &arguments[at + 1..]].concat();
                return (name == TEMPLATE.as_bytes()).then_some(rest);
            }
        }
    }
    None
}

/// Whether the word behind this one is taken for a flag's value.
fn takes_next(text: &[u8]) -> bool {
    let Some(name) = text.strip_prefix(b"-") else {
        return false;
    };
    if name.contains(&b'=') {
        return false;
    }
    let flag = match name.strip_prefix(b"-") {
        Some(long) => std::str::from_utf8(long).ok().and_then(flags::long),
        None if name.len() == 1 => flags::short(char::from(name[0])),
        None => return false,
    };
    !flag.is_some_and(|flag| flag.is_global && !flag.needs_value())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(line: &str) -> Option<String> {
        let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        template(&arguments).map(|rest| {
            let words: Vec<_> = rest.iter().map(|word| word.to_string_lossy()).collect();
            words.join(" ")
        })
    }

    #[test]
    fn the_command_is_found_as_cobra_finds_it() {
        for (line, wanted) in [
            ("template a b", Some("a b")),
            ("template", Some("")),
            ("--debug template a", Some("--debug a")),
            ("-n x template a", Some("-n x a")),
            ("-n=x template a", Some("-n=x a")),
            ("--namespace x template a", Some("--namespace x a")),
            (
                "--namespace=x template template",
                Some("--namespace=x template"),
            ),
            // Flags of `template` itself take a word here, even where they have no value.
            ("--set a=1 template a", Some("--set a=1 a")),
            ("--skip-crds template a", None),
            ("--skip-crds x template a", Some("--skip-crds x a")),
            ("-nx template a", Some("-nx a")),
            ("-n template", None),
            ("-- template a", None),
            ("install template", None),
            ("version", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(rest(line).as_deref(), wanted, "{line}");
        }
    }
}
