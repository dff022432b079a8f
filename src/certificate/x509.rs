//! The certificate itself (RFC 5280): the same fields and extensions, in the same order, as Go's
//! `x509.CreateCertificate` writes for Sprig's templates.

use std::time::Duration;

use der::asn1::{
    AnyRef, BitStringRef, GeneralizedTime, ObjectIdentifier, OctetStringRef, UintRef, UtcTime,
};
use der::{
    Choice, DateTime, Decode, Encode, Reader, Sequence, SliceReader, Tag, TagNumber, Tagged,
};
use sha2::{Digest, Sha256};

use super::key_error::KeyError;
use super::names::Names;
use super::private_key::{AlgorithmIdentifier, PrivateKey, PublicKeyInfo};
use super::window::Validity;

/// id-ce-… (RFC 5280, 4.2.1).
const SUBJECT_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const AUTHORITY_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");

/// digitalSignature and keyEncipherment; a CA has keyCertSign too.
const LEAF_USAGE: [u8; 4] = [0x03, 0x02, 0x05, 0xa0];
const CA_USAGE: [u8; 4] = [0x03, 0x02, 0x02, 0xa4];

/// serverAuth and clientAuth.
const EXTENDED_USAGE: [u8; 22] = [
    0x30, 0x14, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01, 0x06, 0x08, 0x2b, 0x06,
    0x01, 0x05, 0x05, 0x07, 0x03, 0x02,
];

/// cA FALSE, and cA TRUE without a path length.
const LEAF_CONSTRAINTS: [u8; 2] = [0x30, 0x00];
const CA_CONSTRAINTS: [u8; 5] = [0x30, 0x03, 0x01, 0x01, 0xff];

/// An empty Name.
const EMPTY_NAME: [u8; 2] = [0x30, 0x00];

/// Octets of a serial number, as Sprig draws it.
const SERIAL_SIZE: usize = 16;

/// What is to be certified.
pub(super) struct Template<'a> {
    pub(super) names: &'a Names,
    pub(super) validity: Validity,
    pub(super) is_ca: bool,
}

/// Who signs: a Name in DER, the subject key identifier of its certificate, and its key.
pub(super) struct Signer<'a> {
    pub(super) subject: &'a [u8],
    pub(super) key_id: Option<&'a [u8]>,
    pub(super) key: &'a PrivateKey,
}

#[derive(Sequence)]
struct Certificate<'a> {
    tbs: AnyRef<'a>,
    algorithm: AlgorithmIdentifier<'a>,
    signature: BitStringRef<'a>,
}

#[derive(Sequence)]
struct TbsCertificate<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: u8,
    serial: UintRef<'a>,
    algorithm: AlgorithmIdentifier<'a>,
    issuer: AnyRef<'a>,
    validity: Dates,
    subject: AnyRef<'a>,
    public_key: PublicKeyInfo<'a>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    extensions: Vec<Extension<'a>>,
}

#[derive(Clone, Copy, Sequence)]
struct Dates {
    not_before: Time,
    not_after: Time,
}

/// UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5).
#[derive(Clone, Copy, Choice)]
enum Time {
    #[asn1(type = "UTCTime")]
    Utc(UtcTime),
    #[asn1(type = "GeneralizedTime")]
    General(GeneralizedTime),
}

#[derive(Sequence)]
struct Extension<'a> {
    id: ObjectIdentifier,
    #[asn1(default = "Default::default")]
    critical: bool,
    value: &'a OctetStringRef,
}

/// The key identifier of a public key: the first 160 bits of its SHA-256 (RFC 7093, 2, method 1),
/// as in Go since 1.25. It stays as long as the key.
pub(super) fn key_id(key: &PrivateKey) -> Result<Vec<u8>, KeyError> {
    let mut id = Sha256::digest(key.public_bytes()?).to_vec();
    id.truncate(20);
    Ok(id)
}

/// A signed certificate, in DER.
pub(super) fn certificate(
    template: &Template<'_>,
    key: &PrivateKey,
    signer: &Signer<'_>,
) -> Result<Vec<u8>, KeyError> {
    let algorithm = signer.key.signature_algorithm()?;
    let public_key = key.public_key_info()?;
    let key_id = match template.is_ca {
        true => Some(key_id(key)?),
        false => None,
    };
    let broken = |_| KeyError::Broken("certificate");
    let tbs = |serial: &[u8]| -> der::Result<Vec<u8>> {
        let subject = template.names.subject_der()?;
        // Go writes no authority key identifier where subject and issuer have the same name.
        let authority = signer.key_id.filter(|_| subject != signer.subject);
        let contents = contents(template, &subject, key_id.as_deref(), authority)?;
        TbsCertificate {
            version: 2,
            serial: UintRef::new(serial)?,
            algorithm,
            issuer: AnyRef::from_der(signer.subject)?,
            validity: Dates {
                not_before: time(template.validity.not_before)?,
                not_after: time(template.validity.not_after)?,
            },
            subject: AnyRef::from_der(&subject)?,
            public_key: PublicKeyInfo::from_der(&public_key)?,
            extensions: contents
                .iter()
                .map(|(id, critical, value)| {
                    Ok(Extension {
                        id: *id,
                        critical: *critical,
                        value: OctetStringRef::new(value)?,
                    })
                })
                .collect::<der::Result<_>>()?,
        }
        .to_der()
    };
    let serial = serial(&tbs(&[0]).map_err(broken)?);
    let tbs = tbs(&serial).map_err(broken)?;
    let signature = signer.key.sign(&tbs)?;
    AnyRef::from_der(&tbs)
        .and_then(|tbs| {
            Certificate {
                tbs,
                algorithm,
                signature: BitStringRef::from_bytes(&signature)?,
            }
            .to_der()
        })
        .map_err(broken)
}

/// The serial number: a hash of all else that is signed. So one issuer never gives two certificates
/// the same number, as RFC 5280 asks, and the same certificate always bears the same.
fn serial(tbs: &[u8]) -> [u8; SERIAL_SIZE] {
    let digest = Sha256::new()
        .chain_update(b"argocd-pin-plugin certificate serial number")
        .chain_update(tbs)
        .finalize();
    let mut serial = [0; SERIAL_SIZE];
    serial.copy_from_slice(&digest[..SERIAL_SIZE]);
    serial
}

type Contents = Vec<(ObjectIdentifier, bool, Vec<u8>)>;

/// The extensions in Go's order: identifier, criticality, content.
fn contents(
    template: &Template<'_>,
    subject: &[u8],
    key_id: Option<&[u8]>,
    authority: Option<&[u8]>,
) -> der::Result<Contents> {
    let (usage, constraints) = match template.is_ca {
        true => (CA_USAGE, CA_CONSTRAINTS.to_vec()),
        false => (LEAF_USAGE, LEAF_CONSTRAINTS.to_vec()),
    };
    let mut contents = vec![
        (KEY_USAGE, true, usage.to_vec()),
        (EXTENDED_KEY_USAGE, false, EXTENDED_USAGE.to_vec()),
        (BASIC_CONSTRAINTS, true, constraints),
    ];
    if let Some(id) = key_id {
        contents.push((SUBJECT_KEY_ID, false, OctetStringRef::new(id)?.to_der()?));
    }
    if let Some(id) = authority {
        contents.push((AUTHORITY_KEY_ID, false, authority_key_id(id)?));
    }
    if let Some(names) = template.names.alternative_names_der()? {
        // RFC 5280, 4.2.1.6: critical where the subject says nothing.
        contents.push((SUBJECT_ALT_NAME, subject == EMPTY_NAME, names));
    }
    Ok(contents)
}

/// AuthorityKeyIdentifier with nothing but the key identifier.
#[derive(Sequence)]
struct AuthorityKeyId<'a> {
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    key_id: Option<&'a OctetStringRef>,
}

fn authority_key_id(id: &[u8]) -> der::Result<Vec<u8>> {
    AuthorityKeyId {
        key_id: Some(OctetStringRef::new(id)?),
    }
    .to_der()
}

fn time(seconds: i64) -> der::Result<Time> {
    let since_1970 = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    let date = DateTime::from_unix_duration(since_1970)?;
    if date.year() < 2050 {
        UtcTime::from_date_time(date).map(Time::Utc)
    } else {
        Ok(Time::General(GeneralizedTime::from_date_time(date)))
    }
}

/// What a signer's certificate says: its subject, key identifier, public key and dates.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The subject, in DER.
    pub(super) subject: Vec<u8>,
    /// The subject key identifier, if there is one.
    pub(super) key_id: Option<Vec<u8>>,
    /// The SubjectPublicKeyInfo, in DER.
    pub(super) public_key: Vec<u8>,
    /// Its dates, in DER.
    dates: Vec<u8>,
}

impl Parsed {
    /// Its dates.
    ///
    /// # Errors
    /// One is before 1970. Such a certificate may still sign: nothing but its dates is asked for these.
    pub(super) fn validity(&self) -> der::Result<Validity> {
        let dates = Dates::from_der(&self.dates)?;
        Ok(Validity {
            not_before: seconds(dates.not_before),
            not_after: seconds(dates.not_after),
        })
    }
}

/// Reads a certificate in DER.
pub(super) fn parse(bytes: &[u8]) -> der::Result<Parsed> {
    let mut reader = SliceReader::new(bytes)?;
    let parsed = reader.sequence(|reader| -> der::Result<_> {
        let parsed = reader.sequence(parse_tbs)?;
        AlgorithmIdentifier::decode(reader)?;
        BitStringRef::decode(reader)?;
        Ok(parsed)
    })?;
    reader.finish()?;
    Ok(parsed)
}

fn parse_tbs<'a>(reader: &mut SliceReader<'a>) -> der::Result<Parsed> {
    // Version 1 has no version field; UintRef refuses negative serial numbers, so do Go and we.
    let mut first = AnyRef::decode(reader)?;
    if first.tag().is_context_specific() {
        first = AnyRef::decode(reader)?;
    }
    first.decode_as::<UintRef<'a>>()?;
    AlgorithmIdentifier::decode(reader)?;
    AnyRef::decode(reader)?;
    let dates = AnyRef::decode(reader)?;
    dates.tag().assert_eq(Tag::Sequence)?;
    let subject = AnyRef::decode(reader)?;
    subject.tag().assert_eq(Tag::Sequence)?;
    let public_key = PublicKeyInfo::decode(reader)?;
    let mut key_id = None;
    while !reader.is_finished() {
        let field = AnyRef::decode(reader)?;
        let Tag::ContextSpecific { number, .. } = field.tag() else {
            return Err(field.tag().unexpected_error(None).into());
        };
        if number == TagNumber(3) {
            key_id = subject_key_id(field.value())?;
        }
    }
    Ok(Parsed {
        subject: subject.to_der()?,
        key_id,
        public_key: public_key.to_der()?,
        dates: dates.to_der()?,
    })
}

/// A date in Unix seconds; dates before 1970 cannot be read.
fn seconds(time: Time) -> i64 {
    let since_1970 = match time {
        Time::Utc(time) => time.to_unix_duration(),
        Time::General(time) => time.to_unix_duration(),
    };
    i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
}

/// The subject key identifier among DER-encoded extensions.
fn subject_key_id(extensions: &[u8]) -> der::Result<Option<Vec<u8>>> {
    for extension in Vec::<Extension<'_>>::from_der(extensions)? {
        if extension.id == SUBJECT_KEY_ID {
            let id = <&OctetStringRef>::from_der(extension.value.as_bytes())?;
            return Ok(Some(id.as_bytes().to_vec()));
        }
    }
    Ok(None)
}
