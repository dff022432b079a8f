//! Names do not depend on values.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::builder::{Stage, secret, stage, text};
use crate::log::Argument;

/// Where a value goes.
#[derive(Debug, Clone)]
enum Shape {
    Whole,
    Url,
    Base64,
    Json,
    Argument,
    DocumentName,
    JobName,
    Key,
    Altered,
    Strong,
    Hashed,
    Digest,
    Double,
    User,
    InText,
    InTextBase64,
    InTextAltered,
    Suffix,
    Glued,
    GluedInText,
    GluedInBase64,
    SuffixInText,
    Kept,
    KeptAltered,
    EncodedNames,
    BelowAWord,
    InSections,
    Nowhere,
}

fn shapes() -> impl Strategy<Value = Vec<(Shape, usize)>> {
    let shape = prop_oneof![
        Just(Shape::Whole),
        Just(Shape::Url),
        Just(Shape::Base64),
        Just(Shape::Json),
        Just(Shape::Argument),
        Just(Shape::DocumentName),
        Just(Shape::JobName),
        Just(Shape::Key),
        Just(Shape::Altered),
        Just(Shape::Strong),
        Just(Shape::Hashed),
        Just(Shape::Digest),
        Just(Shape::Double),
        Just(Shape::User),
        Just(Shape::InText),
        Just(Shape::InTextBase64),
        Just(Shape::InTextAltered),
        Just(Shape::Suffix),
        Just(Shape::Glued),
        Just(Shape::GluedInText),
        Just(Shape::GluedInBase64),
        Just(Shape::SuffixInText),
        Just(Shape::Kept),
        Just(Shape::KeptAltered),
        Just(Shape::EncodedNames),
        Just(Shape::BelowAWord),
        Just(Shape::InSections),
        Just(Shape::Nowhere),
    ];
    proptest::collection::vec((shape, 4_usize..40), 1..12)
}

struct Values(u64);

impl Values {
    fn next(&mut self, alphabet: &[u8], length: usize) -> String {
        let characters = (0..length).map(|_| {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(alphabet[(self.0 >> 33) as usize % alphabet.len()])
        });
        characters.collect()
    }
}

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const ASCII: &[u8] = b" !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~";
const HEX: &[u8] = b"0123456789abcdef";

/// A scene of these shapes with values from this seed.
fn scene(shapes: &[(Shape, usize)], seed: u64) -> Stage {
    let mut values = Values(seed);
    let mut it = stage("");
    let mut users = String::new();
    for (number, (shape, length)) in shapes.iter().enumerate() {
        let value = values.next(LETTERS, *length);
        let name = format!("doc{number}");
        let first = it.log.order.len();
        it.within(&[("define", number as u32), ("inner", 1)]);
        let add = match shape {
            Shape::Whole => secret(&name, "k", &value),
            Shape::Url => secret(&name, "k", &format!("postgres://me:{value}@{name}/db")),
            Shape::Base64 => secret(&name, "k", &STANDARD.encode(format!("me:{value}"))),
            Shape::Json => secret(&name, "k", &format!(r#"{{"a":"b","c":"{value}"}}"#)),
            Shape::Argument => {
                format!("---\nkind: X\nmetadata: {{name: {name}}}\nargs: [run, --token, {value}]\n")
            }
            Shape::DocumentName => {
                it.random(&value);
                let inner = values.next(LETTERS, 20);
                it.random(&inner);
                secret(
                    &format!("{name}-{value}"),
                    "k",
                    &format!("x: {value}!{inner}"),
                )
            }
            Shape::JobName => {
                let suffix = values.next(LETTERS, 5);
                it.random(&suffix);
                let suffix = suffix.to_lowercase();
                it.carrier(first..first + 1, &suffix);
                format!(
                    "---\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: run-{suffix}\nspec: {{a: {number}, b: 'run-{suffix}', c: x-{suffix}}}\n"
                )
            }
            Shape::Key => {
                it.random(&value);
                format!(
                    "---\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{'x-{value}': y}}\n"
                )
            }
            Shape::Altered => {
                it.random(&value);
                let altered = value.replace(['0', '1', 'a'], "x");
                it.carrier(first..first + 1, &format!("\"p-{altered}\""));
                secret(&name, "k", &format!("u {altered}").replace("u ", "u p-"))
            }
            Shape::Strong => {
                let mut strong = String::new();
                for turn in 0..12 {
                    let part = values.next(LETTERS, 1);
                    it.call("randAlpha", [Argument::Int(1)], &part);
                    strong += &part;
                    it.carrier(first..first + turn + 1, &strong);
                }
                secret(&name, "k", &strong)
            }
            Shape::Hashed => {
                it.random(&value);
                let hash = format!("$2a$10${}", values.next(LETTERS, 53));
                it.call(
                    "htpasswd",
                    [text("me"), text(&value)],
                    &format!("me:{hash}"),
                );
                secret(&name, "k", &format!("me:{hash}\n").replace('\n', ""))
            }
            Shape::Digest => {
                it.random(&value);
                let digest = values.next(HEX, 64);
                it.digest(first..first + 1, &digest);
                format!(
                    "---\nkind: X\nmetadata: {{name: {name}}}\nannotations: {{sum: '{digest}'}}\n"
                )
            }
            Shape::Double => {
                let id = it.random(&value);
                let site = it.log.calls[id.0].site;
                it.within(&[("define", 100 + number as u32), ("inner", 1)]);
                let double = values.next(LETTERS, *length);
                it.call_of(site, 1, [Argument::Int(*length as i64)], &double);
                secret(&name, "k", &value)
            }
            Shape::User => {
                users += &format!("- {{user: u{number}, password: '{value}'}}\n");
                String::new()
            }
            Shape::InText | Shape::InTextBase64 => {
                // Wide enough that chance puts it nowhere else.
                let values = [(); 2].map(|()| format!(".{}.", values.next(ASCII, 20)));
                let [one, other] = &values;
                for value in &values {
                    it.call("randAscii", [Argument::Int(22)], value);
                }
                let text = format!(
                    "all:\n- {{user: '{one}', id: 1, p: {one}}}\n- {{user: b, p: {other}, {other}: x}}\n"
                );
                let text = match shape {
                    Shape::InText => text.replace('\n', "\n    "),
                    _ => STANDARD.encode(text),
                };
                format!(
                    "---\nkind: Secret\nmetadata: {{name: {name}}}\nstringData:\n  k: |\n    {text}\n"
                )
            }
            Shape::InTextAltered => {
                // Of four characters an altered text is too small to be looked for, and the value is not.
                let value = values.next(LETTERS, length + 1);
                it.random(&value);
                let altered = value.replace(['0', '1', 'a'], "x");
                it.carrier(first..first + 1, &altered);
                let text = format!("[{{\"user\":\"{altered}\",\"p\":\"{altered}\"}}]");
                it.carrier(first..first + 1, &text);
                secret(&name, "k", &text)
            }
            Shape::Suffix => {
                let suffix = values.next(LETTERS, 5);
                it.random(&suffix);
                let suffix = suffix.to_lowercase();
                it.carrier(first..first + 1, &suffix);
                let inner = values.next(LETTERS, 20);
                it.random(&inner);
                secret(&format!("{name}-{suffix}"), "k", &inner)
            }
            // What is too small to be looked for stands before it.
            Shape::Glued => {
                let letter = values.next(LETTERS, 1);
                it.random(&letter);
                it.random(&value);
                secret(&name, "k", &format!("password = {letter}{value}"))
            }
            Shape::GluedInText | Shape::GluedInBase64 | Shape::SuffixInText => {
                let small = values.next(
                    LETTERS,
                    if matches!(shape, Shape::SuffixInText) {
                        4
                    } else {
                        1
                    },
                );
                it.random(&small);
                it.random(&value);
                let text = match shape {
                    Shape::GluedInText => format!("{small}-{value}"),
                    Shape::SuffixInText => format!("x{small}-{value}"),
                    _ => STANDARD.encode(format!("{small}-{value}")),
                };
                it.carrier(first..first + 2, &text);
                secret(&name, "k", &format!("password = {text}"))
            }
            Shape::Kept => {
                it.random(&value);
                let text = format!("u{number}:{value}");
                it.kept(first..first + 1, &text);
                secret(&name, "k", &text)
            }
            // What keeps a text that was altered before keeps no value.
            Shape::KeptAltered => {
                it.random(&value);
                let altered = value.replace(['0', '1', 'a'], "x");
                it.carrier(first..first + 1, &altered);
                let text = format!("u{number}:{altered}");
                it.kept(first..first + 1, &text);
                secret(&name, "k", &text)
            }
            // In base64 it is part of a place: a key, what an item goes by, what stands before `=`, an argument's flag.
            Shape::EncodedNames => {
                let value = values.next(LETTERS, length + 8);
                it.random(&value);
                let encoded = STANDARD.encode(&value);
                let others: Vec<String> = (0..4).map(|_| values.next(LETTERS, 20)).collect();
                for other in &others {
                    it.random(other);
                }
                format!(
                    "---\nkind: X\nmetadata: {{name: {name}}}\nkeys: {{'{encoded}': '{}'}}\nitems: [{{key: '{encoded}', p: '{}'}}, {{key: b}}]\nlist: ['{encoded}={}']\nargs: [--{encoded}, '{}']\n",
                    others[0], others[1], others[2], others[3]
                )
            }
            // A line of base64 below one that ends in a word, which could be its beginning.
            Shape::BelowAWord => {
                let above = values.next(LETTERS, 32);
                it.random(&above);
                it.random(&value);
                let encoded = STANDARD.encode(format!("u:{value}"));
                let other = values.next(LETTERS, 20);
                it.random(&other);
                format!(
                    "---\nkind: Secret\nmetadata: {{name: {name}}}\nstringData:\n  k: |\n    token {above}\n    {encoded} {other}\n"
                )
            }
            // One of them has a generated name.
            Shape::InSections => {
                let own = format!(".{}.", values.next(ASCII, 20));
                it.call("randAscii", [Argument::Int(22)], &own);
                it.random(&value);
                let text = format!("[a]\nk = 1\n[{own}]\np = {value}\n");
                it.carrier(first..first + 2, &text);
                secret(&name, "k", &STANDARD.encode(text))
            }
            Shape::Nowhere => String::new(),
        };
        if it.log.order.len() == first {
            it.random(&value);
        }
        it.yaml += &add;
    }
    if !users.is_empty() {
        it.yaml += &format!("---\nkind: ConfigMap\nmetadata: {{name: users}}\nusers:\n{users}");
    }
    it
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn names_do_not_depend_on_values(shapes in shapes(), one: u64, other: u64) {
        let names = |seed| -> Vec<_> {
            let named = scene(&shapes, seed).names().into_iter();
            named.map(|it| (it.name, it.by_position)).collect()
        };
        prop_assert_eq!(names(one), names(other));
    }
}
