//! From a log and its names to the values that are wanted.

use std::collections::{HashMap, HashSet};

use zeroize::Zeroizing;

use crate::certificate::{PrivateKey, Window};
use crate::chart::generator::Generator;
use crate::chart::site::Site;
use crate::derive::{
    Alphabet, Class, Key, aes_iv, bcrypt_salt, encrypt_aes, job_clock, shuffle, window_phase,
};
use crate::log::Log;
use crate::name::{Name, Named, Rule};

use super::arguments::{Arguments, Pair};
use super::call::{Choice, Known, Ready, known, signed_by};
use super::certificates::{Circumstances, Clock};
use super::error::{Cause, TableError, ValueError};
use super::given;
use super::slow::{self, Hash, Slow, Tag, Wish};
use super::substitution::Substitution;

/// Stands for what is not made yet.
const NOT_YET: &str = "\u{e000}not yet\u{e000}";

/// What is wanted of a call: its value as the log has it, or why its arguments give none.
pub(crate) type Wanted = Result<Zeroizing<String>, ValueError>;

/// Makes the values of a run.
pub(crate) struct Maker {
    pins: Key,
    clock: Clock,
    slow: Slow,
}

impl Maker {
    /// One for a scope's key for pins, and for these clocks.
    pub(crate) fn new(pins: &Key, clock: Clock) -> Maker {
        Maker {
            pins: pins.clone(),
            clock,
            slow: Slow::default(),
        }
    }

    /// For each call of the log, in its order, the value that its name asks for: what the table is to give in the
    /// next render. `names` are those of the calls, in the same order, and `sites` the chart's. `choices` says what else
    /// is known of each call; a call that it does not reach has nothing chosen.
    ///
    /// # Errors
    /// Only what is a bug. A call whose arguments give no value has an error of its own.
    pub(crate) fn wanted(
        &mut self,
        log: &Log,
        sites: &[Site],
        names: &[Named],
        choices: &[Choice],
    ) -> Result<Vec<Wanted>, TableError> {
        let calls = known(log, sites, names, choices)?;
        let hashes = self.hashes(&calls);
        self.slow.prepare(Maker::keys(&calls), hashes, &self.pins)?;
        // CAs that are given without their keys, and have something to sign: these are made anew.
        let mut spent = HashSet::new();
        loop {
            let mut substitution = Substitution::default();
            let mut keyless: HashMap<String, (&Name, Zeroizing<String>)> = HashMap::new();
            let mut all = Vec::with_capacity(calls.len());
            let known = spent.len();
            for call in &calls {
                let (generator, name) = (call.site.generator, &call.named.name);
                let arguments = substitution.arguments(generator, &call.call.arguments);
                let ready = match spent.contains(name) {
                    true => call.ready(&arguments).anew(),
                    false => call.ready(&arguments),
                };
                let mut wanted = self.value(ready);
                if let Err(Cause::KeyMismatch) = &wanted
                    && let Some((ca, anew)) = ready.ca().and_then(|ca| keyless.get(&*ca.cert))
                {
                    match call.named.is_unseen() {
                        false => {
                            spent.insert((*ca).clone());
                        }
                        // What nobody sees may be signed by the CA as it would be anew.
                        true => {
                            let arguments = signed_by(&arguments, anew);
                            let arguments = Arguments(&arguments);
                            wanted = self.value(Ready { arguments, ..ready });
                        }
                    }
                }
                if let Ok(wanted) = &wanted {
                    let given = call.choice.given.as_ref();
                    if given.is_some_and(|it| given::is_keyless(generator, it))
                        && let Some(pair) = Pair::from_json(wanted)
                        && let Ok(anew) = self.value(ready.anew())
                    {
                        keyless.insert(pair.cert.to_string(), (name, anew));
                    }
                    substitution.add(generator, &call.call.given, wanted);
                }
                all.push(wanted.map_err(|cause| ValueError::at(call.site, cause)));
            }
            if spent.len() == known {
                return Ok(all);
            }
        }
    }

    /// The window of a certificate of this name that holds the time now; none where no certificate can have one.
    pub(crate) fn window(&self, name: &Name, days: i64) -> Option<Window> {
        let phase = window_phase(&self.pins, &name.0);
        Window::at(self.clock.now, days, phase, self.clock.pinned).ok()
    }

    /// The keys that the calls make. They follow from names alone.
    fn keys(calls: &[Known<'_>]) -> HashSet<Wish> {
        let mut wishes = HashSet::new();
        for call in calls {
            let given = call.choice.given.as_ref();
            if given.is_none_or(|given| given::is_keyless(call.site.generator, given)) {
                // A wrong argument is told where the value is made.
                wishes.extend(call.ready(&call.call.arguments).wish().ok());
            }
        }
        wishes
    }

    /// The hashes of passwords that follow from no other hash.
    fn hashes(&mut self, calls: &[Known<'_>]) -> HashMap<Tag, Hash> {
        let mut hashes = HashMap::new();
        let is_hash = |call: &Known<'_>| slow::is_hash(call.site.generator);
        if !calls.iter().any(is_hash) {
            return hashes;
        }
        let mut substitution = Substitution::default();
        for call in calls {
            let generator = call.site.generator;
            let arguments = substitution.arguments(generator, &call.call.arguments);
            let ready = call.ready(&arguments);
            if !is_hash(call) {
                if !slow::is_slow(generator)
                    && let Ok(wanted) = self.value(ready)
                {
                    substitution.add(generator, &call.call.given, &wanted);
                }
                continue;
            }
            if ready.choice.given.is_none() && !ready.arguments.hold(NOT_YET) {
                let hash = self.hash(ready).ok();
                hashes.extend(hash.map(|hash| (ready.tag(&self.pins), hash)));
            }
            substitution.add(generator, &call.call.given, NOT_YET);
        }
        hashes
    }

    /// The value of a call, from the arguments that it is to have.
    fn value(&mut self, call: Ready<'_>) -> Result<Zeroizing<String>, Cause> {
        if let Some(given) = &call.choice.given
            && !call.generator.is_certificate()
        {
            return given::value(call.generator, given);
        }
        let (pins, place, generation) = (&self.pins, &call.name.0, call.choice.generation);
        match call.generator {
            Generator::AlphaNum => call.characters(Alphabet::AlphaNumeric, pins),
            Generator::Alpha => call.characters(Alphabet::Alpha, pins),
            Generator::Numeric => call.characters(Alphabet::Numeric, pins),
            Generator::Ascii => call.characters(Alphabet::Ascii, pins),
            Generator::Bytes => {
                let length = call.arguments.byte_count(0)?;
                Ok(call.random(Class::Bytes, length, pins))
            }
            Generator::Int => {
                let (min, max) = (call.arguments.int(0)?, call.arguments.int(1)?);
                Ok(call.random(Class::Int { min, max }, 0, pins))
            }
            Generator::Uuid => Ok(call.random(Class::Uuid, 0, pins)),
            Generator::Shuffle => Ok(shuffle(pins, place, generation, call.arguments.bytes(0)?)),
            Generator::EncryptAes => {
                let (password, text) = (call.arguments.bytes(0)?, call.arguments.bytes(1)?);
                let iv = aes_iv(pins, place, generation, password, text);
                Ok(Zeroizing::new(encrypt_aes(password, text, iv)))
            }
            Generator::Now => {
                let later = match call.rule {
                    Rule::JobName => job_clock(pins, place),
                    Rule::Own | Rule::Carrier | Rule::WentInto | Rule::Double | Rule::Path => 0,
                };
                let clock = self.clock.pinned.saturating_add(later);
                Ok(Zeroizing::new(clock.to_string()))
            }
            Generator::Bcrypt
            | Generator::Htpasswd
            | Generator::PrivateKey
            | Generator::Ca
            | Generator::CaWithKey
            | Generator::SelfSigned
            | Generator::SelfSignedWithKey
            | Generator::Signed
            | Generator::SignedWithKey
            | Generator::CustomCert => self.made_once(call),
        }
    }

    /// A value that takes long, from those that were made.
    fn made_once(&mut self, call: Ready<'_>) -> Result<Zeroizing<String>, Cause> {
        let tag = call.tag(&self.pins);
        if let Some(value) = self.slow.text(&tag) {
            return Ok(value.clone());
        }
        let value = match call.generator {
            Generator::Bcrypt | Generator::Htpasswd => self.hash(call)?.text(),
            Generator::PrivateKey => self.own_key(call)?.to_pem()?,
            _ => self.certificate(call)?.to_json(),
        };
        self.slow.add_text(tag, value.clone());
        Ok(value)
    }

    /// The hash that `bcrypt` or `htpasswd` makes.
    fn hash(&self, call: Ready<'_>) -> Result<Hash, Cause> {
        let (user, password) = match call.generator {
            Generator::Htpasswd => (Some(call.arguments.text(0)?), call.arguments.bytes(1)?),
            _ => (None, call.arguments.bytes(0)?),
        };
        Ok(Hash {
            user: user.map(str::to_owned),
            password: Zeroizing::new(password.to_vec()),
            salt: bcrypt_salt(&self.pins, &call.name.0, call.choice.generation, password),
        })
    }

    fn certificate(&self, call: Ready<'_>) -> Result<Pair, Cause> {
        let circumstances = Circumstances {
            arguments: call.arguments,
            name: call.name,
            pins: &self.pins,
            clock: self.clock,
        };
        if let Some(given) = &call.choice.given {
            let own_key = self.own_key(call).ok();
            return circumstances.given(call.generator, given, own_key);
        }
        match (call.generator, call.generator.key_argument()) {
            (Generator::CustomCert, _) => circumstances.custom(),
            (generator, Some(number)) => {
                circumstances.issue(generator, &circumstances.given_key(number)?)
            }
            (generator, None) => circumstances.issue(generator, self.own_key(call)?),
        }
    }

    /// The key that the call makes.
    fn own_key(&self, call: Ready<'_>) -> Result<&PrivateKey, Cause> {
        self.slow.key(&call.wish()?)
    }
}

/// Whether a call was given what is wanted of it. Certificates are compared by what they hold: Go escapes
/// more characters in JSON than needs be.
pub(crate) fn is_given(generator: Generator, given: &str, wanted: &str) -> bool {
    if given == wanted || !generator.is_certificate() {
        return given == wanted;
    }
    match (Pair::from_json(given), Pair::from_json(wanted)) {
        (Some(given), Some(wanted)) => given.cert == wanted.cert && given.key == wanted.key,
        _ => false,
    }
}
