//! The functions that make a value anew at each render.

/// A function of Sprig or Helm whose result is chosen by us, with the arguments that its calls log.
///
/// Arguments are in the order of the chart's call. `TEXT` is [`Argument::Text`](crate::log::Argument::Text), `INT` an
/// [`Argument::Int`](crate::log::Argument::Int), `JSON` an [`Argument::Json`](crate::log::Argument::Json).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Generator {
    /// `randAlphaNum INT`
    AlphaNum,
    /// `randAlpha INT`
    Alpha,
    /// `randNumeric INT`
    Numeric,
    /// `randAscii INT`
    Ascii,
    /// `randBytes INT`: base64 of that many bytes.
    Bytes,
    /// `randInt INT INT`: a decimal number, from the first up to but not the second.
    Int,
    /// `uuidv4`
    Uuid,
    /// `shuffle TEXT`
    Shuffle,
    /// `bcrypt TEXT`
    Bcrypt,
    /// `htpasswd TEXT TEXT`: user and password.
    Htpasswd,
    /// `encryptAES TEXT TEXT`: password and plaintext.
    EncryptAes,
    /// `genPrivateKey TEXT`
    PrivateKey,
    /// `genCA TEXT INT`: common name and days. All certificates are JSON objects with `Cert` and `Key`.
    Ca,
    /// `genCAWithKey TEXT INT TEXT`: the last one is a private key in PEM.
    CaWithKey,
    /// `genSelfSignedCert TEXT JSON JSON INT`: common name, addresses, names, days.
    SelfSigned,
    /// `genSelfSignedCertWithKey TEXT JSON JSON INT TEXT`
    SelfSignedWithKey,
    /// `genSignedCert TEXT JSON JSON INT JSON`: the last one is the CA, an object with `Cert` and `Key`.
    Signed,
    /// `genSignedCertWithKey TEXT JSON JSON INT JSON TEXT`
    SignedWithKey,
    /// `buildCustomCert TEXT TEXT`: certificate and key, each in base64; it passes them on.
    CustomCert,
    /// `now`: seconds since 1970, in decimal.
    Now,
}

impl Generator {
    /// All of them.
    pub(crate) const ALL: [Generator; 20] = [
        Generator::AlphaNum,
        Generator::Alpha,
        Generator::Numeric,
        Generator::Ascii,
        Generator::Bytes,
        Generator::Int,
        Generator::Uuid,
        Generator::Shuffle,
        Generator::Bcrypt,
        Generator::Htpasswd,
        Generator::EncryptAes,
        Generator::PrivateKey,
        Generator::Ca,
        Generator::CaWithKey,
        Generator::SelfSigned,
        Generator::SelfSignedWithKey,
        Generator::Signed,
        Generator::SignedWithKey,
        Generator::CustomCert,
        Generator::Now,
    ];

    /// The function, as charts spell it.
    pub(crate) fn function(self) -> &'static str {
        match self {
            Generator::AlphaNum => "randAlphaNum",
            Generator::Alpha => "randAlpha",
            Generator::Numeric => "randNumeric",
            Generator::Ascii => "randAscii",
            Generator::Bytes => "randBytes",
            Generator::Int => "randInt",
            Generator::Uuid => "uuidv4",
            Generator::Shuffle => "shuffle",
            Generator::Bcrypt => "bcrypt",
            Generator::Htpasswd => "htpasswd",
            Generator::EncryptAes => "encryptAES",
            Generator::PrivateKey => "genPrivateKey",
            Generator::Ca => "genCA",
            Generator::CaWithKey => "genCAWithKey",
            Generator::SelfSigned => "genSelfSignedCert",
            Generator::SelfSignedWithKey => "genSelfSignedCertWithKey",
            Generator::Signed => "genSignedCert",
            Generator::SignedWithKey => "genSignedCertWithKey",
            Generator::CustomCert => "buildCustomCert",
            Generator::Now => "now",
        }
    }

    /// How many arguments it takes.
    pub(crate) fn arity(self) -> usize {
        match self {
            Generator::Uuid | Generator::Now => 0,
            Generator::AlphaNum
            | Generator::Alpha
            | Generator::Numeric
            | Generator::Ascii
            | Generator::Bytes
            | Generator::Shuffle
            | Generator::Bcrypt
            | Generator::PrivateKey => 1,
            Generator::Int
            | Generator::Htpasswd
            | Generator::EncryptAes
            | Generator::Ca
            | Generator::CustomCert => 2,
            Generator::CaWithKey => 3,
            Generator::SelfSigned => 4,
            Generator::SelfSignedWithKey | Generator::Signed => 5,
            Generator::SignedWithKey => 6,
        }
    }

    /// Of the functions `…WithKey` the number of the argument that is the key, from 0.
    pub(crate) fn key_argument(self) -> Option<usize> {
        match self {
            Generator::CaWithKey => Some(2),
            Generator::SelfSignedWithKey => Some(4),
            Generator::SignedWithKey => Some(5),
            _ => None,
        }
    }

    /// Whether its value is an object with `Cert` and `Key`.
    pub(crate) fn is_certificate(self) -> bool {
        match self {
            Generator::Ca
            | Generator::CaWithKey
            | Generator::SelfSigned
            | Generator::SelfSignedWithKey
            | Generator::Signed
            | Generator::SignedWithKey
            | Generator::CustomCert => true,
            Generator::AlphaNum
            | Generator::Alpha
            | Generator::Numeric
            | Generator::Ascii
            | Generator::Bytes
            | Generator::Int
            | Generator::Uuid
            | Generator::Shuffle
            | Generator::Bcrypt
            | Generator::Htpasswd
            | Generator::EncryptAes
            | Generator::PrivateKey
            | Generator::Now => false,
        }
    }
}
