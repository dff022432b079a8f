//! Certificates from the arguments of their calls, as Sprig's `crypto.go` issues them.

use zeroize::Zeroizing;

use crate::certificate::{
    Issuer, Names, PrivateKey, Validity, Window, build_custom_cert, issue_ca, issue_self_signed,
    issue_signed,
};
use crate::chart::generator::Generator;
use crate::derive::{Key, window_phase};
use crate::name::Name;

use super::arguments::{Arguments, Pair};
use super::error::Cause;

/// The two clocks, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// What charts are told when they ask for the time.
    pub(crate) pinned: i64,
    /// The time now: it decides when certificates are issued again, and nothing else.
    pub(crate) now: i64,
}

/// What a certificate follows from besides its arguments.
#[derive(Clone, Copy)]
pub(super) struct Circumstances<'a> {
    /// The call's arguments.
    pub(super) arguments: Arguments<'a>,
    /// The call's name: it moves the windows.
    pub(super) name: &'a Name,
    /// The key for pins.
    pub(super) pins: &'a Key,
    /// The time now, and the pinned one.
    pub(super) clock: Clock,
}

impl Circumstances<'_> {
    /// The names in the first three arguments.
    fn names(self) -> Result<Names, Cause> {
        let (ips, dns) = (self.arguments.json(1)?, self.arguments.json(2)?);
        // What the error says of a name is the argument itself.
        Names::from_json(self.arguments.text(0)?, ips, dns).ok_or(Cause::Names)
    }

    /// The window that holds the time now, for the days in an argument.
    fn validity(self, number: usize) -> Result<Validity, Cause> {
        let phase = window_phase(self.pins, &self.name.0);
        let days = self.arguments.int(number)?;
        let Clock { now, pinned } = self.clock;
        Ok(Window::at(now, days, phase, pinned)?.validity)
    }

    /// The certificate of a function that issues one, with this key.
    pub(super) fn issue(self, generator: Generator, key: &PrivateKey) -> Result<Pair, Cause> {
        match generator {
            Generator::Ca | Generator::CaWithKey => self.ca(key),
            Generator::SelfSigned | Generator::SelfSignedWithKey => self.self_signed(key),
            Generator::Signed | Generator::SignedWithKey => self.signed(key),
            _ => Err(Cause::NoKey),
        }
    }

    /// `genCA` and `genCAWithKey`, with this key.
    fn ca(self, key: &PrivateKey) -> Result<Pair, Cause> {
        let cert = issue_ca(self.arguments.text(0)?, self.validity(1)?, key)?;
        pair(cert, key)
    }

    /// `genSelfSignedCert` and `genSelfSignedCertWithKey`, with this key.
    fn self_signed(self, key: &PrivateKey) -> Result<Pair, Cause> {
        let cert = issue_self_signed(&self.names()?, self.validity(3)?, key)?;
        pair(cert, key)
    }

    /// `genSignedCert` and `genSignedCertWithKey`, with this key. Its CA is what the fifth argument says, whether
    /// it was generated or given: a leaf depends on its subject, its key and its key identifier only.
    fn signed(self, key: &PrivateKey) -> Result<Pair, Cause> {
        let ca = Pair::from_value(self.arguments.json(4)?).ok_or(Cause::Argument(5))?;
        let issuer = Issuer::from_pem(&ca.cert, &ca.key)?;
        let cert = issue_signed(&self.names()?, self.validity(3)?, key, &issuer)?;
        pair(cert, key)
    }

    /// `buildCustomCert`: its arguments, decoded, if they are a certificate and a key.
    pub(super) fn custom(self) -> Result<Pair, Cause> {
        let (cert, key) = build_custom_cert(self.arguments.text(0)?, self.arguments.text(1)?)?;
        let cert = Zeroizing::new(cert);
        Ok(Pair { cert, key })
    }

    /// The key that a chart gives to one of the functions `…WithKey`.
    pub(super) fn given_key(self, number: usize) -> Result<PrivateKey, Cause> {
        Ok(PrivateKey::from_pem(self.arguments.text(number)?)?)
    }
}

/// Sprig prints a given key anew, in its traditional encoding.
fn pair(cert: String, key: &PrivateKey) -> Result<Pair, Cause> {
    Ok(Pair {
        cert: Zeroizing::new(cert),
        key: key.to_pem()?,
    })
}
