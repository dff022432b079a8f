//! The one template file that is added to a chart: the defines that the instrumented calls use.
//!
//! The instrumented templates are the same for all modes; only this file differs.

use super::functions::{IMPURE, Treatment};
use super::literal::quote;
use super::placeholder::{Class, PLAIN_LETTERS, TYPED};
use super::rewrite::Names;
use super::units::Unit;

const COMMON: &str = include_str!("defines/common.tpl");
const TWIN: &str = include_str!("defines/twin.tpl");
const CERTIFICATES: &str = include_str!("defines/certificates.tpl");
const TPL: &str = include_str!("defines/tpl.tpl");

/// First characters of a twin's texts: as [`PLAIN_LETTERS`], so that no twin reads as another type.
const TWIN_FIRST: &str = "abcdeghjklmpqrsuvwxzABCDEGHJKLMPQRSUVWXZ";

/// A PEM block that is a placeholder: real ones begin with `M`, since DER begins with a SEQUENCE.
const PEM: &str = r"-----BEGIN [A-Z ]+-----\s+[h-z]{14}";

/// A P-256 key for the calls that only check arguments (SEC 1). Everybody knows it, and it protects nothing.
const CHECK_KEY: [&str; 3] = [
    "MHcCAQEEIJQQA36Wa8KbHyMKTS8Kd1Nh4ARWZgN7lg1D9QQvj83noAoGCCqGSM49",
    "AwEHoUQDQgAEbuKewgvUvaBNLbsrC6aEVD8O15ftoCpLOBTnZ9oLl73HVAZ7pN/o",
    "FJPE7NuFKL0+/f3GQCVRU19mH1+Dk9pQeg==",
];

/// What the sites yield.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Each site its placeholder.
    Placeholder,
    /// Sites that repeat yield fresh random values at each call: of the same length and alphabet,
    /// and for texts different from the placeholder at every position, in any case (an integer is
    /// another one, unless its range holds one only). Two exceptions:
    /// the twin of `randAscii` is made of letters and digits, and a first character is one that
    /// keeps the text from reading as another YAML type.
    ///
    /// All randomness is that of `randInt`, which helm can be made to begin at the same point (see
    /// [`crate::helm::Helm::start_repeatable`]). Twins of other numbers, from 1, are different even then.
    Twin(u32),
    /// As `Placeholder`, but sites that repeat yield the largest number: `randNumeric` nines,
    /// `randInt` the end of its range. What a chart prints then tells whether it uses the digits as
    /// they are or keeps the number in a range.
    Largest,
}

/// The name of a class in the template.
pub(super) fn class_name(class: Class) -> &'static str {
    match class {
        Class::AlphaNumeric => "alphanumeric",
        Class::Alpha => "alpha",
        Class::Numeric => "numeric",
        Class::Ascii => "ascii",
        _ => "",
    }
}

/// The clocks of a render, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// What the chart sees.
    pub pinned: i64,
    /// The time: what decides about the windows of certificates.
    pub now: i64,
}

/// The text of the file.
pub(super) fn defines(
    names: &Names,
    units: &[Unit],
    allow: &[String],
    mode: Mode,
    clocks: Clocks,
) -> String {
    let extra = match mode {
        Mode::Placeholder | Mode::Largest => "",
        Mode::Twin(_) => TWIN,
    };
    let number = match mode {
        Mode::Placeholder | Mode::Largest => 1,
        Mode::Twin(number) => number.max(1),
    };
    let statements = Statements::of(mode);
    let impure: Vec<&str> = IMPURE
        .iter()
        .filter(|f| f.treatment != Treatment::Pure && !allow.iter().any(|a| a == f.name))
        .map(|f| f.name)
        .collect();
    [COMMON, CERTIFICATES, extra, TPL]
        .concat()
        .replace("@CALL-ID@", statements.call)
        .replace("@PEM@", PEM)
        .replace("@CHECK-KEY@", &check_key())
        .replace("@NUMBER@", &number.to_string())
        .replace("@TIME@", &clocks.now.to_string())
        .replace("@TEXT@", &statements.text)
        .replace("@BYTES@", statements.bytes)
        .replace("@UUID@", statements.uuid)
        .replace("@INT@", statements.int)
        .replace("@ALPHABETS@", &dict(&|class| class.characters()))
        .replace("@TWINS@", &dict(&twin_characters))
        .replace("@FIRSTS@", TWIN_FIRST)
        .replace("@BASE64@", Class::Bytes.characters())
        .replace("@PLAIN@", PLAIN_LETTERS)
        .replace("@TYPED@", TYPED)
        .replace("@CLOCK@", &clocks.pinned.to_string())
        .replace("@WORDS@", &words(&impure, "$text"))
        .replace("@WORDS-LEFT@", &words(&impure, "$rest"))
        .replace("@CALL@", &call_pattern(&impure))
        .replace("@COMMENT@", r"(?s)\{\{(?:-\s)?/\*.*?\*/(?:\s-)?\}\}")
        .replace("@COUNTERS@", &names.counters())
        .replace("@N@", &names.define)
        // The last: units hold text of the chart.
        .replace("@UNITS@", &table(units))
}

/// What a mode prints at the end of each define.
struct Statements {
    text: String,
    bytes: &'static str,
    uuid: &'static str,
    int: &'static str,
    call: &'static str,
}

const CALL: &str = "index . 1 | sha256sum | trunc 32";

fn check_key() -> String {
    let kind = "EC PRIVATE KEY";
    format!(
        "-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n",
        CHECK_KEY.join("\n")
    )
}

impl Statements {
    fn of(mode: Mode) -> Statements {
        match mode {
            Mode::Placeholder => Statements {
                text: "$text".to_owned(),
                bytes: "$text",
                uuid: "$text",
                int: "add $min $drawn",
                call: CALL,
            },
            Mode::Twin(_) => Statements {
                text: repeats(
                    "list (get (dict @TWINS@) (index . 4)) $text \
                     (ternary (ternary `123456789` `0123456789` (gt $n 1)) `@FIRSTS@` (eq (index . 4) `numeric`)) \
                     | include `@N@-differ`",
                    "$text",
                ),
                bytes: "if index . 1 -}}\
                        {{- list (include `@N@-hex` nil) $n 0 | include `@N@-bytes-placeholder` -}}\
                        {{- else -}}{{- $text -}}{{- end",
                uuid: "if index . 1 -}}{{- list (include `@N@-hex` nil) 0 | include `@N@-uuid-placeholder` -}}\
                       {{- else -}}{{- $text -}}{{- end",
                int: "if and (index . 1) (gt $size 1) -}}\
                      {{- add $min (mod (add $drawn 1 (sub $size 1 | include `@N@-draw` | int64)) $size) -}}\
                      {{- else -}}{{- add $min $drawn -}}{{- end",
                call: "if index . 0 -}}{{- include `@N@-hex` nil -}}\
                       {{- else -}}{{- index . 1 | sha256sum | trunc 32 -}}{{- end",
            },
            Mode::Largest => Statements {
                text: "if and (index . 1) (eq (index . 4) `numeric`) -}}{{- repeat $n `9` -}}\
                       {{- else -}}{{- $text -}}{{- end"
                    .to_owned(),
                bytes: "$text",
                uuid: "$text",
                int: "if index . 1 -}}{{- sub $max 1 -}}{{- else -}}{{- add $min $drawn -}}{{- end",
                call: CALL,
            },
        }
    }
}

/// One statement for sites that repeat, one for the others.
fn repeats(statement: &str, other: &str) -> String {
    format!("if index . 1 -}}}}{{{{- {statement} -}}}}{{{{- else -}}}}{{{{- {other} -}}}}{{{{- end")
}

fn dict(characters: &dyn Fn(Class) -> &'static str) -> String {
    [
        Class::AlphaNumeric,
        Class::Alpha,
        Class::Numeric,
        Class::Ascii,
    ]
    .map(|class| format!("`{}` `{}`", class_name(class), characters(class)))
    .join(" ")
}

fn twin_characters(class: Class) -> &'static str {
    match class {
        Class::Ascii => Class::AlphaNumeric.characters(),
        other => other.characters(),
    }
}

/// `` (contains `rand` TEXT) … ``: cheap, and true for every text with an impure call.
fn words(impure: &[&str], text: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for name in impure {
        // One word stands for a family.
        let word = match *name {
            name if name.starts_with("rand") => "rand",
            name if name.starts_with("gen") => "gen",
            name if name.starts_with("date") => "date",
            name if name.starts_with("html") => "htmlDate",
            name => name,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    if words.is_empty() {
        return "false false".to_owned();
    }
    words
        .iter()
        .map(|word| format!("(contains `{word}` {text})"))
        .collect::<Vec<_>>()
        .join(" ")
        + " false"
}

/// An action of which some part, outside of strings, calls an impure function.
fn call_pattern(impure: &[&str]) -> String {
    if impure.is_empty() {
        // Matches nothing.
        return r"[^\s\S]".to_owned();
    }
    let item = r#"(?:"(?:\\.|[^"\\])*"|\x60[^\x60]*\x60|'(?:\\.|[^'\\])*'|[^"'\x60}]|\}[^}])"#;
    format!(
        r"(?s)\{{\{{(?:{item}*?[\s(|=,])?(?:{})(?:[\s)|.]|-?\}}\}})",
        impure.join("|")
    )
}

fn table(units: &[Unit]) -> String {
    units
        .iter()
        .map(|unit| {
            format!(
                "(list {} {} {})",
                quote(&unit.original),
                quote(&unit.instrumented),
                quote(&unit.pattern())
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}
