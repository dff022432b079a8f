//! From a log and its names to the values that are wanted.

use std::collections::{HashMap, HashSet};

use zeroize::Zeroizing;

use crate::certificate::{PrivateKey, Window};
use crate::chart::generator::Generator;
use crate::chart::site::Site;
use crate::derive::encode::Fields;
use crate::derive::{
    Alphabet, Class, Key, Request, aes_iv, bcrypt_salt, encrypt_aes, htpasswd, job_clock, piece,
    shuffle, sprig_bcrypt, value, window_phase,
};
use crate::log::{Argument, Log};
use crate::name::{Name, Named, Rule};

use super::arguments::{Arguments, Pair, with_arguments};
use super::certificates::{Circumstances, Clock};
use super::error::{Cause, TableError, ValueError};
use super::given;
use super::keys::{self, Keys};
use super::substitution::Substitution;

/// What is wanted of a call: its value as the log has it, or why its arguments give none.
pub(crate) type Wanted = Result<Zeroizing<String>, ValueError>;

/// How a call's value departs from the one that its name alone has.
#[derive(Clone, Default)]
pub(crate) struct Choice {
    /// How often its name was rotated: 0 is the first value.
    pub(crate) generation: u32,
    /// The value, where it is given and not derived: what the call is to yield, of certificates their PEM blocks.
    pub(crate) given: Option<Zeroizing<String>>,
}

impl Choice {
    /// Nothing is chosen.
    pub(super) const NONE: Choice = Choice {
        generation: 0,
        given: None,
    };
}

/// Makes the values of a run. What takes long (keys, certificates, password hashes) is made once for all
/// rounds.
pub(crate) struct Maker {
    pins: Key,
    clock: Clock,
    keys: Keys,
    /// Values that take long, by a tag of all that they follow from.
    made: HashMap<[u8; 32], Zeroizing<String>>,
}

/// Which argument is the CA that signs.
const SIGNER: usize = 4;

/// A call, ready to be evaluated.
#[derive(Clone, Copy)]
struct Ready<'a> {
    generator: Generator,
    name: &'a Name,
    choice: &'a Choice,
    /// The rule of the name; of a double the rule of the call whose name it has, so that both have one value.
    rule: Rule,
    arguments: Arguments<'a>,
}

impl Maker {
    /// One for a scope's key for pins, and for these clocks.
    pub(crate) fn new(pins: &Key, clock: Clock) -> Maker {
        Maker {
            pins: pins.clone(),
            clock,
            keys: Keys::default(),
            made: HashMap::new(),
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
        if log.calls.len() != names.len() {
            return Err(TableError::Names {
                calls: log.calls.len(),
                names: names.len(),
            });
        }
        let sites = log.calls.iter().map(|call| call.site.of(sites));
        let sites: Vec<&Site> = sites.collect::<Option<_>>().ok_or(TableError::Site)?;
        self.prepare_keys(log, &sites, names, choices)?;
        let rules = rules(names);
        // CAs that are given without their keys, and have something to sign: these are made anew.
        let mut spent = HashSet::new();
        loop {
            let calls = log.calls.iter().zip(&sites).zip(names);
            let calls = calls.zip(choices.iter().chain(std::iter::repeat(&Choice::NONE)));
            let mut substitution = Substitution::default();
            let mut keyless: HashMap<String, (&Name, Zeroizing<String>)> = HashMap::new();
            let mut all = Vec::with_capacity(names.len());
            let known = spent.len();
            for (((call, site), named), choice) in calls {
                let generator = site.generator;
                let arguments = substitution.arguments(generator, &call.arguments);
                let is_spent = spent.contains(&named.name);
                let ready = Ready {
                    generator,
                    name: &named.name,
                    choice: if is_spent { &Choice::NONE } else { choice },
                    rule: rules.get(&named.name).copied().unwrap_or(named.rule),
                    arguments: Arguments(&arguments),
                };
                let mut wanted = self.value(ready);
                if let Err(Cause::KeyMismatch) = &wanted
                    && let Some((ca, anew)) = ready.ca().and_then(|ca| keyless.get(&*ca.cert))
                {
                    match named.is_unseen() {
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
                    let given = choice.given.as_ref();
                    if given.is_some_and(|it| given::is_keyless(generator, it))
                        && let Some(pair) = Pair::from_json(wanted)
                        && let Ok(anew) = self.value(Ready {
                            choice: &Choice::NONE,
                            ..ready
                        })
                    {
                        keyless.insert(pair.cert.to_string(), (&named.name, anew));
                    }
                    substitution.add(generator, &call.given, wanted);
                }
                all.push(wanted.map_err(|cause| ValueError::at(site, cause)));
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

    /// Keys do not follow from what other calls yield, so all are derived at once.
    fn prepare_keys(
        &mut self,
        log: &Log,
        sites: &[&Site],
        names: &[Named],
        choices: &[Choice],
    ) -> Result<(), TableError> {
        let mut wishes = HashSet::new();
        let choices = choices.iter().chain(std::iter::repeat(&Choice::NONE));
        for (((call, site), named), choice) in log.calls.iter().zip(sites).zip(names).zip(choices) {
            // A wrong argument is told where the value is made.
            let kind = keys::kind(site.generator, Arguments(&call.arguments));
            let given = choice.given.as_ref();
            let is_own = given.is_none_or(|given| given::is_keyless(site.generator, given));
            let kind = kind.ok().flatten().filter(|_| is_own);
            wishes.extend(kind.map(|kind| (kind, named.name.clone(), choice.generation)));
        }
        self.keys.prepare(wishes, &self.pins)
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
        if let Some(value) = self.made.get(&tag) {
            return Ok(value.clone());
        }
        let generation = call.choice.generation;
        let value = match call.generator {
            Generator::Bcrypt => {
                let password = call.arguments.bytes(0)?;
                let salt = bcrypt_salt(&self.pins, &call.name.0, generation, password);
                Zeroizing::new(sprig_bcrypt(password, salt))
            }
            Generator::Htpasswd => {
                let (user, password) = (call.arguments.text(0)?, call.arguments.bytes(1)?);
                let salt = bcrypt_salt(&self.pins, &call.name.0, generation, password);
                Zeroizing::new(htpasswd(user, password, salt))
            }
            Generator::PrivateKey => self.own_key(call)?.to_pem()?,
            _ => self.certificate(call)?.to_json(),
        };
        self.made.insert(tag, value.clone());
        Ok(value)
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
        let own_key = || self.own_key(call);
        let given_key = |number| circumstances.given_key(number);
        match call.generator {
            Generator::Ca => circumstances.ca(own_key()?),
            Generator::CaWithKey => circumstances.ca(&given_key(2)?),
            Generator::SelfSigned => circumstances.self_signed(own_key()?),
            Generator::SelfSignedWithKey => circumstances.self_signed(&given_key(4)?),
            Generator::Signed => circumstances.signed(own_key()?),
            Generator::SignedWithKey => circumstances.signed(&given_key(5)?),
            Generator::CustomCert => circumstances.custom(),
            _ => Err(Cause::NoKey),
        }
    }

    /// The key that the call makes.
    fn own_key(&self, call: Ready<'_>) -> Result<&PrivateKey, Cause> {
        let kind = keys::kind(call.generator, call.arguments)?.ok_or(Cause::NoKey)?;
        self.keys
            .get(&(kind, call.name.clone(), call.choice.generation))
    }
}

impl Ready<'_> {
    /// The CA that is to sign.
    fn ca(&self) -> Option<Pair> {
        Pair::from_value(self.arguments.json(SIGNER).ok()?)
    }

    /// As many characters of an alphabet as the argument says.
    fn characters(self, alphabet: Alphabet, pins: &Key) -> Result<Zeroizing<String>, Cause> {
        let length = self.arguments.characters(0)?;
        Ok(self.random(Class::String(alphabet), length, pins))
    }

    /// A random value. One that stands in the output as it is means the same with quotes and without; a piece of another
    /// text is uniform. Of a value that goes by its path nobody knows which it is: one character is a piece.
    fn random(self, class: Class, length: usize, pins: &Key) -> Zeroizing<String> {
        let request = Request {
            class,
            length,
            place: self.name.0.clone(),
            generation: self.choice.generation,
        };
        match self.rule {
            Rule::Own => value(pins, &request),
            Rule::Path if length > 1 => value(pins, &request),
            Rule::Carrier | Rule::JobName | Rule::WentInto | Rule::Double | Rule::Path => {
                piece(pins, &request)
            }
        }
    }

    /// A tag of all that the value follows from: function, name and arguments.
    fn tag(self, pins: &Key) -> [u8; 32] {
        let mut fields = Fields::labelled(self.generator.function())
            .list(&self.name.0)
            .number(u64::from(self.choice.generation));
        if let Some(given) = &self.choice.given {
            fields = fields.text("given").text(given);
        }
        let fields = with_arguments(fields, self.arguments.0, None);
        *pins
            .subkey("made in this run", fields.as_bytes())
            .as_bytes()
    }
}

/// The arguments of a call with another CA.
fn signed_by(arguments: &[Argument], ca: &str) -> Vec<Argument> {
    let mut arguments = arguments.to_vec();
    if let (Some(signer), Ok(ca)) = (arguments.get_mut(SIGNER), serde_json::from_str(ca)) {
        *signer = Argument::Json(ca);
    }
    arguments
}

/// The rules of all names, by the calls that are nobody's double.
fn rules(names: &[Named]) -> HashMap<&Name, Rule> {
    let originals = names.iter().filter(|named| named.rule != Rule::Double);
    originals.map(|named| (&named.name, named.rule)).collect()
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
