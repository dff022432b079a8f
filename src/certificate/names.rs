//! The names in a certificate: subject and alternative names, with Sprig's checks and Go's encodings.

use std::net::IpAddr;

use der::asn1::{Any, AnyRef, ObjectIdentifier, PrintableStringRef, Utf8StringRef};
use der::{Encode, Sequence, Tag, TagNumber};
use serde_json::Value;

/// id-at-commonName (RFC 5280, appendix A.1).
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

/// GeneralName's dNSName and iPAddress (RFC 5280, 4.2.1.6).
const DNS_NAME: TagNumber = TagNumber(2);
const IP_ADDRESS: TagNumber = TagNumber(7);

/// The names that a certificate is issued for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Names {
    common_name: String,
    ip_addresses: Vec<IpAddr>,
    dns_names: Vec<String>,
}

/// AttributeTypeAndValue (RFC 5280, 4.1.2.4).
#[derive(Sequence)]
struct Attribute<'a> {
    kind: ObjectIdentifier,
    value: AnyRef<'a>,
}

impl Names {
    /// The names of a CA: a common name, which may be empty.
    #[must_use]
    pub(crate) fn subject(common_name: &str) -> Names {
        Names {
            common_name: common_name.to_owned(),
            ip_addresses: Vec::new(),
            dns_names: Vec::new(),
        }
    }

    /// The first three arguments of `genSelfSignedCert` and `genSignedCert`. Addresses are read as
    /// Go's `net.ParseIP` reads them; the order stays. Nothing if one is no IP address, or a DNS name outside ASCII.
    pub(crate) fn new<S: AsRef<str>>(
        common_name: &str,
        ip_addresses: &[S],
        dns_names: &[S],
    ) -> Option<Names> {
        let ip_addresses = ip_addresses.iter().map(|ip| ip.as_ref().parse().ok());
        let dns_names = dns_names.iter().map(|name| {
            let name = name.as_ref();
            name.is_ascii().then(|| name.to_owned())
        });
        Some(Names {
            common_name: common_name.to_owned(),
            ip_addresses: ip_addresses.collect::<Option<_>>()?,
            dns_names: dns_names.collect::<Option<_>>()?,
        })
    }

    /// The same from JSON, as `toJson` prints the arguments: `null` or a list of strings. Nothing also if one is no list, or holds
    /// what is no string.
    pub(crate) fn from_json(
        common_name: &str,
        ip_addresses: &Value,
        dns_names: &Value,
    ) -> Option<Names> {
        Names::new(common_name, &strings(ip_addresses)?, &strings(dns_names)?)
    }

    /// The subject, as a DER-encoded Name: a common name, or nothing where that is empty.
    pub(super) fn subject_der(&self) -> der::Result<Vec<u8>> {
        if self.common_name.is_empty() {
            return wrap(Tag::Sequence, Vec::new());
        }
        let attribute = Attribute {
            kind: COMMON_NAME,
            value: match self.common_name.bytes().all(is_printable) {
                true => PrintableStringRef::new(&self.common_name)?.into(),
                false => Utf8StringRef::new(&self.common_name)?.into(),
            },
        };
        wrap(Tag::Sequence, wrap(Tag::Set, attribute.to_der()?)?)
    }

    /// The content of the subjectAltName extension; none where there is no alternative name.
    pub(super) fn alternative_names_der(&self) -> der::Result<Option<Vec<u8>>> {
        let mut names = Vec::new();
        for name in &self.dns_names {
            names.extend(general_name(DNS_NAME, name.as_bytes())?);
        }
        for address in &self.ip_addresses {
            names.extend(match address.to_canonical() {
                IpAddr::V4(address) => general_name(IP_ADDRESS, &address.octets())?,
                IpAddr::V6(address) => general_name(IP_ADDRESS, &address.octets())?,
            });
        }
        if names.is_empty() {
            return Ok(None);
        }
        wrap(Tag::Sequence, names).map(Some)
    }
}

/// The strings of a list.
fn strings(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

fn general_name(number: TagNumber, content: &[u8]) -> der::Result<Vec<u8>> {
    let tag = Tag::ContextSpecific {
        constructed: false,
        number,
    };
    wrap(tag, content.to_vec())
}

/// One DER element around content that is encoded already.
fn wrap(tag: Tag, content: Vec<u8>) -> der::Result<Vec<u8>> {
    Any::new(tag, content)?.to_der()
}

/// Whether Go writes the byte in a PrintableString: neither `*` nor `&`.
fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use serde_json::json;

    use super::*;
    use crate::hex::hex;

    #[test]
    fn subjects_as_go_writes_them() {
        let subject = |name| hex(&Names::subject(name).subject_der().unwrap());
        assert_eq!(subject(""), "3000");
        assert_eq!(subject("a b"), "300e310c300a06035504031303612062");
        // A star, an ampersand and what is not ASCII make it a UTF8String (tag 0c).
        assert_eq!(
            subject("*.b"),
            "300e310c300a060355040".to_owned() + "30c032a2e62"
        );
        assert_eq!(&subject("a&b")[22..24], "0c");
        assert_eq!(&subject("é")[22..24], "0c");
        assert_eq!(&subject("a_b")[22..24], "0c");
        assert_eq!(&subject("a:b=c?(d)'e+f,g-h/i.j")[22..24], "13");
    }

    #[test]
    fn alternative_names_are_dns_first() {
        let names = Names::new("x", &["10.0.0.1", "::ffff:10.0.0.2", "::1"], &["b.c", ""]).unwrap();
        assert_eq!(
            hex(&names.alternative_names_der().unwrap().unwrap()),
            "3025\
             8203622e63\
             8200\
             87040a000001\
             87040a000002\
             871000000000000000000000000000000001"
        );
        let none: [&str; 0] = [];
        let names = Names::new("x", &none, &none).unwrap();
        assert_eq!(names.alternative_names_der().unwrap(), None);
    }

    #[test]
    fn arguments_as_json() {
        let read = |ips: Value, dns: Value| Names::from_json("x", &ips, &dns);
        let names = read(json!(["::1"]), json!(["a"])).unwrap();
        assert_eq!(names, Names::new("x", &["::1"], &["a"]).unwrap());
        let none = read(Value::Null, json!([])).unwrap();
        assert_eq!(none, Names::subject("x"));
        for (ips, dns) in [
            (json!([1]), Value::Null),
            (Value::Null, json!(["a", ["b"]])),
            (json!("10.0.0.1"), Value::Null),
            (json!(["10.0.0"]), Value::Null),
        ] {
            assert_eq!(read(ips, dns), None);
        }
    }

    #[test]
    fn bad_names_are_refused() {
        for ip in [
            "",
            "1.2.3",
            "1.2.3.04",
            "fe80::1%eth0",
            "1.2.3.4/8",
            "localhost",
            " ::1",
        ] {
            assert_eq!(Names::new("x", &[ip], &[]), None, "{ip}");
        }
        assert_eq!(Names::new("x", &[], &["é.example"]), None);
    }
}
