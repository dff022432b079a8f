//! Texts that do not hold what ran for them: `default (randAlphaNum 16) .Values.password` where a password is set.
//!
//! The call runs all the same. What stands there then is no generated text: it names nothing, and nothing goes by it.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{Call, CallId, Carrier, Log};
use crate::chart::keeping::Keeps;

impl Log {
    /// Puts such texts apart. In the render `first` the calls had other values: a text that is the same there does not hold
    /// them. Where that one says nothing of it, or this is the first, it is a guess.
    pub(crate) fn put_fixed_apart(&mut self, first: Option<&Log>) {
        let first = first.map(First::new);
        let altered = self.altered();
        let owners = self.owners();
        let is_fixed = |(carrier, owners): (&Carrier, &Vec<CallId>)| {
            // `default (genCA …) .kept` yields what was kept. Other values have one field, so that such a call has the name of the one
            // whose value stands there.
            let ran = self.ran_for(carrier);
            let is_of_another = !owners.is_empty() && !owners.iter().any(|it| ran.contains(it));
            let known = first.as_ref().and_then(|it| it.is_fixed(self, carrier));
            is_of_another || known.unwrap_or_else(|| self.is_likely_fixed(carrier, &altered))
        };
        let fixed: Vec<bool> = self.carriers.iter().zip(&owners).map(is_fixed).collect();
        for (carrier, is_fixed) in std::mem::take(&mut self.carriers).into_iter().zip(fixed) {
            match is_fixed {
                true => self.fixed.push(carrier),
                false => self.carriers.push(carrier),
            }
        }
    }

    /// Of each carrier the calls whose certificate or key it is, as it was yielded or in base64.
    pub(crate) fn owners(&self) -> Vec<Vec<CallId>> {
        let mut certificates: HashMap<String, Vec<CallId>> = HashMap::new();
        for (number, call) in self.calls.iter().enumerate() {
            if call.given.starts_with('{')
                && let Ok(fields) = serde_json::from_str::<HashMap<String, String>>(&call.given)
            {
                for text in fields.into_values() {
                    let calls = certificates.entry(text.trim().to_owned()).or_default();
                    calls.push(CallId(number));
                }
            }
        }
        if certificates.is_empty() {
            return vec![Vec::new(); self.carriers.len()];
        }
        let of = |text: &str| certificates.get(text.trim());
        let owners = self.carriers.iter().map(|carrier| {
            let decoded = || {
                let bytes = BASE64_STANDARD.decode(carrier.text.trim()).ok()?;
                of(std::str::from_utf8(&bytes).ok()?)
            };
            of(&carrier.text).or_else(decoded).cloned()
        });
        owners.map(Option::unwrap_or_default).collect()
    }

    /// Of each call the texts in which something may have altered what it yielded: such a text may be in others.
    fn altered(&self) -> HashMap<CallId, Vec<&str>> {
        let mut altered: HashMap<CallId, Vec<&str>> = HashMap::new();
        for carrier in self.carriers.iter().filter(|it| it.keeps == Keeps::Nothing) {
            if let [call] = self.ran_for(carrier) {
                altered.entry(*call).or_default().push(&carrier.text);
            }
        }
        altered
    }

    /// Whether a text that keeps what it is given shows neither its only call nor what became of that.
    fn is_likely_fixed(&self, carrier: &Carrier, altered: &HashMap<CallId, Vec<&str>>) -> bool {
        let ran = self.ran_for(carrier);
        let Some((id, call)) = ran.first().and_then(|id| Some((id, self.calls.get(id.0)?))) else {
            return false;
        };
        let mut altered = altered.get(id).into_iter().flatten();
        let is_word = |signs: &[char]| {
            let mut given = call.given.chars();
            given.all(|c| c.is_ascii_alphanumeric() || signs.contains(&c))
        };
        let keeps = match carrier.keeps {
            Keeps::Choice | Keeps::Nothing => false,
            Keeps::LettersAndDigits => is_word(&[]),
            // Bytes are shown in base64. Of a certificate parts are shown.
            Keeps::Words => is_word(&['+', '/', '=', '-']),
        };
        keeps
            && !carrier.is_digest
            && ran.iter().all(|other| other == id)
            && !carrier.text.contains(&**call.given)
            && !altered.any(|text| carrier.text.contains(text))
    }

    /// The keys of the first and the last call that ran for a carrier.
    fn ends(&self, carrier: &Carrier) -> Option<(&str, &str)> {
        let ran = self.ran_for(carrier);
        let key = |call: Option<&CallId>| Some(&*self.calls.get(call?.0)?.key);
        Some((key(ran.first())?, key(ran.last())?))
    }
}

/// What the first render says of texts and calls.
struct First<'l> {
    /// The texts, by the first and the last call that ran for them.
    texts: HashMap<(&'l str, &'l str), HashSet<&'l str>>,
    /// What each call yielded, by its key.
    given: HashMap<&'l str, &'l str>,
}

impl<'l> First<'l> {
    fn new(log: &'l Log) -> Self {
        let mut texts: HashMap<_, HashSet<&str>> = HashMap::new();
        for carrier in log.carriers.iter().chain(&log.fixed) {
            if let Some(ends) = log.ends(carrier) {
                texts.entry(ends).or_default().insert(&carrier.text);
            }
        }
        let calls = log.calls.iter();
        let given = calls.map(|call| (&*call.key, call.given.as_str()));
        First {
            texts,
            given: given.collect(),
        }
    }

    /// Whether a text of `log` does not hold what ran for it; nothing if that did not run here. Where it is one of a few texts, two
    /// renders may agree by chance.
    fn is_fixed(&self, log: &Log, carrier: &Carrier) -> Option<bool> {
        if carrier.keeps == Keeps::Choice {
            return Some(false);
        }
        let texts = self.texts.get(&log.ends(carrier)?)?;
        let calls = log.ran_for(carrier).iter();
        let mut calls = calls.filter_map(|call| log.calls.get(call.0));
        let is_other = |call: &Call| {
            let first = self.given.get(&*call.key);
            first.is_some_and(|first| *first != call.given.as_str())
        };
        Some(texts.contains(carrier.text.as_str()) && calls.any(is_other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log of one call that yielded `given`, and of what was made of it.
    fn log(given: &str, keeps: Keeps, text: &str) -> Log {
        Log {
            calls: vec![Call {
                given: given.to_owned().into(),
                ..Call::example("a")
            }],
            order: vec![CallId(0)],
            carriers: vec![Carrier {
                key: None,
                text: std::sync::Arc::new(text.to_owned().into()),
                calls: 0..1,
                is_digest: false,
                keeps,
            }],
            ..Log::default()
        }
    }

    fn is_fixed(mut log: Log, first: Option<&Log>) -> bool {
        log.put_fixed_apart(first);
        assert_eq!(log.fixed.len() + log.carriers.len(), 1);
        !log.fixed.is_empty()
    }

    #[test]
    fn what_is_the_same_with_another_value_does_not_hold_it() {
        let first = log("one", Keeps::Nothing, "admin");
        let same = |given| is_fixed(log(given, Keeps::Nothing, "admin"), Some(&first));
        assert!(same("two"));
        // The same value says nothing.
        assert!(!same("one"));
        assert!(!is_fixed(log("two", Keeps::Words, "other"), Some(&first)));
    }

    #[test]
    fn in_the_first_render_it_is_a_guess() {
        for (keeps, text, fixed) in [
            (Keeps::Words, "admin", true),
            (Keeps::LettersAndDigits, "admin", true),
            (Keeps::Nothing, "admin", false),
            (Keeps::Words, "user:one", false),
        ] {
            assert_eq!(is_fixed(log("one", keeps, text), None), fixed, "{text}");
        }
        assert!(!is_fixed(log("o-e", Keeps::LettersAndDigits, "oe"), None));
        // `$x := randAlpha 3 | upper`, then `printf "user-%s" $x`.
        let mut both = log("one", Keeps::Nothing, "ONE");
        let named = log("one", Keeps::Words, "user-ONE");
        both.carriers.extend(named.carriers);
        both.put_fixed_apart(None);
        assert_eq!((both.fixed.len(), both.carriers.len()), (0, 2));
    }

    /// `.kept | default (genCA "x" 9)`, where something is kept.
    #[test]
    fn a_key_of_another_certificate_shows_nothing_of_what_ran() {
        let pair = |name: &str| {
            let given = format!(r#"{{"Cert":"cert {name}\n","Key":"key {name}\n"}}"#);
            Call {
                given: given.into(),
                ..Call::example(name)
            }
        };
        for (text, fixed) in [
            ("key a\n", true),
            ("a2V5IGEK", true),
            ("key b\n", false),
            ("a2V5IGIK", false),
            ("key a, key b", false),
        ] {
            let mut both = log("", Keeps::Nothing, text);
            both.calls = vec![pair("a"), pair("b")];
            both.order = vec![CallId(0), CallId(1)];
            both.carriers[0].calls = 1..2;
            assert_eq!(is_fixed(both, None), fixed, "{text}");
        }
    }
}
