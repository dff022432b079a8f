//! What holds for every request: the same value again, of the right form, and another one for
//! anything that differs.

use crate::derive::{Alphabet, Class, Key, Request, looks_typed, value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

fn alphabets() -> impl Strategy<Value = Alphabet> {
    prop::sample::select(Alphabet::ALL.to_vec())
}

fn classes() -> impl Strategy<Value = Class> {
    prop_oneof![
        alphabets().prop_map(Class::String),
        Just(Class::Bytes),
        Just(Class::Uuid),
        any::<(i64, i64)>().prop_map(|(min, max)| Class::Int { min, max }),
    ]
}

/// Places that are likely to run into each other if their borders were lost.
fn places() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[ab]{0,3}|\\PC{0,3}", 0..4)
}

fn requests() -> impl Strategy<Value = Request> {
    (classes(), 0_usize..40, places(), 0_u32..3).prop_map(|(class, length, place, generation)| {
        Request {
            class,
            length,
            place,
            generation,
        }
    })
}

fn key() -> Key {
    Key::from_bytes([0xc3; 32])
}

fn check_form(request: &Request, text: &str) -> Result<(), TestCaseError> {
    let is_string = |text: &str| text.is_empty() || !looks_typed(text) && !text.starts_with('-');
    match &request.class {
        Class::String(alphabet) => {
            prop_assert_eq!(text.len(), request.length);
            prop_assert!(text.chars().all(|char| alphabet.chars().contains(char)));
            if *alphabet == Alphabet::Numeric {
                prop_assert!(text.len() < 2 || !text.starts_with('0'));
            } else {
                prop_assert!(is_string(text));
            }
        }
        Class::Bytes => {
            prop_assert_eq!(STANDARD.decode(text).unwrap().len(), request.length);
            prop_assert!(is_string(text));
        }
        Class::Uuid => prop_assert_eq!(text.len(), 36),
        Class::Int { min, max } => {
            let number: i64 = text.parse().unwrap();
            prop_assert!(number >= *min && (number < *max || number == *min));
        }
    }
    Ok(())
}

/// What a request asks for, without the length where its class has none.
fn meaning(request: &Request) -> Request {
    let has_length = matches!(request.class, Class::String(_) | Class::Bytes);
    Request {
        length: if has_length { request.length } else { 0 },
        ..request.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn every_request_has_one_value_of_its_form(request in requests()) {
        let text = value(&key(), &request);
        prop_assert_eq!(&text, &value(&key(), &request));
        check_form(&request, &text)?;
    }

    /// The classes are those with so much entropy that two equal values mean one derivation.
    #[test]
    fn other_requests_have_other_values(
        class in alphabets().prop_map(Class::String),
        length in 32_usize..36,
        (place, generation) in (places(), 0_u32..3),
        (other_place, other_generation) in (places(), 0_u32..3),
    ) {
        let a = Request { class: class.clone(), length, place, generation };
        let b = Request { class, length, place: other_place, generation: other_generation };
        prop_assert_eq!(value(&key(), &a) == value(&key(), &b), a == b);
        prop_assert_ne!(value(&key(), &a), value(&Key::from_bytes([0; 32]), &a));
    }

    #[test]
    fn the_length_counts_only_where_there_is_one(request in requests(), length in 0_usize..40) {
        let other = Request { length, ..request.clone() };
        let equal = value(&key(), &request) == value(&key(), &other);
        if meaning(&request) == meaning(&other) {
            prop_assert!(equal);
        } else {
            prop_assert!(!equal);
        }
    }
}
