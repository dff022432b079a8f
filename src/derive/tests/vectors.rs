//! The plugin computes what `tests/vectors/derivation_v1.py`, which shares no code with it, computed.
//! The vectors are frozen: a change that alters one is a bug.

use std::num::NonZeroU64;

use crate::derive::encode::Fields;
use crate::derive::stream::Stream;
use crate::derive::{
    Alphabet, Class, Key, Request, Scope, ScopeKeys, Seed, VERSION, aes_iv, bcrypt_salt, job_clock,
    looks_typed, piece, placeholder_key, shuffle, value, window_phase,
};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/derivation-v1.json")).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn texts(value: &Value) -> Vec<String> {
    list(value).iter().map(|item| text(item).into()).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(hex: &Value) -> Vec<u8> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    text(hex).as_bytes().chunks(2).map(pair).collect()
}

fn scope_keys(scope: &Value) -> ScopeKeys {
    let seed = Seed::from_bytes(unhex(&scope["seed"])).unwrap();
    let scope = Scope {
        project: text(&scope["project"]).into(),
        application: text(&scope["application"]).into(),
    };
    ScopeKeys::derive(&seed, &scope)
}

fn first_scope() -> ScopeKeys {
    scope_keys(&vectors()["scopes"][0])
}

fn alphabet(name: &Value) -> Alphabet {
    match text(name) {
        "numeric" => Alphabet::Numeric,
        "alpha" => Alphabet::Alpha,
        "alphanumeric" => Alphabet::AlphaNumeric,
        "ascii" => Alphabet::Ascii,
        other => panic!("no alphabet {other}"),
    }
}

fn request(vector: &Value) -> Request {
    let class = match text(&vector["class"]) {
        "string" => Class::String(alphabet(&vector["alphabet"])),
        "bytes" => Class::Bytes,
        "uuid" => Class::Uuid,
        "int" => Class::Int {
            min: text(&vector["min"]).parse().unwrap(),
            max: text(&vector["max"]).parse().unwrap(),
        },
        other => panic!("no class {other}"),
    };
    Request {
        class,
        length: vector["length"].as_u64().unwrap_or(0) as usize,
        place: texts(&vector["place"]),
        generation: vector["generation"].as_u64().unwrap().try_into().unwrap(),
    }
}

#[test]
fn version() {
    assert_eq!(vectors()["version"].as_u64(), Some(VERSION));
}

#[test]
fn encodings() {
    for vector in list(&vectors()["encodings"]) {
        let fields = list(&vector["fields"]);
        let mut encoded = Fields::labelled(text(&fields[0]));
        for field in &fields[1..] {
            encoded = match field {
                Value::Number(number) => encoded.number(number.as_u64().unwrap()),
                list => encoded.list(&texts(list)),
            };
        }
        assert_eq!(hex(encoded.as_bytes()), text(&vector["hex"]));
    }
}

#[test]
fn keys() {
    for vector in list(&vectors()["scopes"]) {
        let keys = scope_keys(vector);
        assert_eq!(hex(keys.pins.as_bytes()), text(&vector["pins"]));
        assert_eq!(
            hex(keys.placeholders.as_bytes()),
            text(&vector["placeholders"])
        );
    }
    let pins = first_scope().pins;
    for vector in list(&vectors()["subkeys"]) {
        let key = pins.subkey(text(&vector["label"]), &unhex(&vector["data"]));
        assert_eq!(hex(key.as_bytes()), text(&vector["hex"]));
    }
}

#[test]
fn seed_ids() {
    let vectors = vectors();
    let ids = list(&vectors["seed_ids"]);
    assert!(ids.len() > 1);
    for vector in ids {
        let seed = Seed::from_bytes(unhex(&vector["seed"])).unwrap();
        assert_eq!(seed.id().as_str(), text(&vector["id"]));
    }
}

#[test]
fn streams() {
    let vectors = vectors();
    let vector = &vectors["stream"];
    let info = Fields::labelled(text(&vector["label"])).number(vector["number"].as_u64().unwrap());
    let mut bytes = [0; 100];
    let stream = || Stream::new(&first_scope().pins, &info);
    stream().fill(&mut bytes);
    assert_eq!(hex(&bytes), text(&vector["hex"]));

    for vector in list(&vectors["below"]) {
        let n: NonZeroU64 = text(&vector["n"]).parse().unwrap();
        let mut stream = stream();
        let draws: Vec<String> = (0..12).map(|_| stream.below(n).to_string()).collect();
        assert_eq!(draws, texts(&vector["draws"]), "n = {n}");
    }
}

#[test]
fn alphabets() {
    let vectors = vectors();
    let named = vectors["alphabets"].as_object().unwrap();
    assert_eq!(named.len(), Alphabet::ALL.len());
    for (name, characters) in named {
        let alphabet = alphabet(&Value::String(name.clone()));
        assert_eq!(alphabet.chars(), text(characters), "{name}");
    }
}

#[test]
fn types() {
    for typed in texts(&vectors()["typed"]) {
        assert!(looks_typed(&typed), "{typed:?}");
    }
    for untyped in texts(&vectors()["untyped"]) {
        assert!(!looks_typed(&untyped), "{untyped:?}");
    }
}

#[test]
fn values() {
    let vectors = vectors();
    let scopes: Vec<ScopeKeys> = list(&vectors["scopes"]).iter().map(scope_keys).collect();
    let mut later_candidates = 0;
    for vector in list(&vectors["values"]) {
        let keys = &scopes[vector["scope"].as_u64().unwrap() as usize];
        let key: &Key = match text(&vector["key"]) {
            "pins" => &keys.pins,
            _ => &keys.placeholders,
        };
        assert_eq!(
            *value(key, &request(vector)),
            text(&vector["value"]),
            "{vector}"
        );
        later_candidates += usize::from(vector["candidate"] != 0);
    }
    assert!(later_candidates >= 11, "each reason to refuse has a vector");
}

#[test]
fn pieces() {
    let pins = first_scope().pins;
    let vectors = vectors();
    let vectors = list(&vectors["pieces"]);
    let mut refused = 0;
    for vector in vectors {
        let request = request(vector);
        assert_eq!(*piece(&pins, &request), text(&vector["value"]), "{vector}");
        refused += usize::from(*value(&pins, &request) != text(&vector["value"]));
    }
    assert!(refused >= 11, "each reason to refuse has a vector");
}

#[test]
fn shuffles() {
    let pins = first_scope().pins;
    for vector in list(&vectors()["shuffles"]) {
        let place = texts(&vector["place"]);
        let generation = vector["generation"].as_u64().unwrap().try_into().unwrap();
        let shuffled = shuffle(&pins, &place, generation, text(&vector["text"]).as_bytes());
        assert_eq!(*shuffled, text(&vector["value"]));
    }
}

#[test]
fn moments() {
    let pins = first_scope().pins;
    for vector in list(&vectors()["moments"]) {
        let place = texts(&vector["place"]);
        let phase = window_phase(&pins, &place).to_string();
        assert_eq!(phase, text(&vector["window_phase"]));
        assert_eq!(Some(job_clock(&pins, &place)), vector["job_clock"].as_i64());
    }
}

#[test]
fn placeholders() {
    let placeholders = first_scope().placeholders;
    let key = placeholder_key(&placeholders);
    assert_eq!(*key, text(&vectors()["placeholder_key"]));
    // A value under the placeholders' key.
    for vector in list(&vectors()["values"]) {
        let request = request(vector);
        if vector["scope"] == 0 && vector["key"] == "placeholders" {
            if request.place.len() != 1 {
                continue;
            }
            assert_eq!(
                *value(&placeholders, &request),
                vector["value"].as_str().unwrap()
            );
            return;
        }
    }
    panic!("no vector of a placeholder");
}

#[test]
fn salts() {
    let pins = first_scope().pins;
    for vector in list(&vectors()["salts"]) {
        let place = texts(&vector["place"]);
        let generation = vector["generation"].as_u64().unwrap().try_into().unwrap();
        let password = text(&vector["password"]).as_bytes();
        let plaintext = text(&vector["text"]).as_bytes();
        let salt = bcrypt_salt(&pins, &place, generation, password);
        assert_eq!(hex(&salt), text(&vector["salt"]));
        let iv = aes_iv(&pins, &place, generation, password, plaintext);
        assert_eq!(hex(&iv), text(&vector["iv"]));
    }
}
