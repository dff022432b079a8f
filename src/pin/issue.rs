//! From the placeholder of a key or a certificate to the real one.

use std::collections::HashMap;

use anyhow::{Context as _, Result, anyhow};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::certificate::{
    Issuer, KeyKind, Names, PrivateKey, Window, issue_ca, issue_self_signed, issue_signed,
};
use crate::chart::block::LINE;
use crate::chart::site::Site;
use crate::manifest::encoding::{UrlPart, percent_encode};

use super::text::{CallId, PemBlock, SEPARATOR};

/// The keys of the calls that make one.
pub(super) type Keys = HashMap<CallId, PrivateKey>;

/// What a certificate is as an issuer.
#[derive(Deserialize)]
struct Own {
    /// The common name.
    name: String,
    /// Whether it is a CA.
    ca: bool,
    /// The private key that the chart gave, in PEM; empty if the call makes one.
    key: Zeroizing<String>,
}

/// Its dates and alternative names.
#[derive(Deserialize)]
struct Dated {
    begin: i64,
    days: i64,
    ips: Value,
    dns: Value,
}

/// A CA that the user gave.
#[derive(Deserialize)]
struct UserCa {
    cert: String,
    key: Zeroizing<String>,
}

/// What `explain` says of a certificate.
pub(super) struct Described {
    /// Its common name.
    pub(super) subject: String,
    /// The window that it is issued for.
    pub(super) window: Window,
    /// The days that the chart asks for.
    pub(super) days: i64,
}

/// The body of the real block, with the same between its lines. `arguments` are the placeholder's own,
/// after the values in them are pinned.
///
/// # Errors
/// What Sprig would refuse, with the call site.
pub(super) fn issue(block: &PemBlock, site: &Site, arguments: &str, keys: &Keys) -> Result<String> {
    let pem = make(block, arguments, keys).map_err(|error| {
        anyhow!(
            "{}:{} calls {}: {error}",
            site.file,
            site.line,
            site.function
        )
    })?;
    let body: Vec<&str> = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    if body.iter().any(|line| line.len() > LINE) {
        return Err(anyhow!("internal error: a line of PEM is too long"));
    }
    let separator = &block.block.separator;
    // Line feeds that are percent-encoded tell that `+`, `/` and `=` are too.
    Ok(match separator.contains('%') {
        true => {
            let lines = body.iter().map(|line| percent_encode(line, UrlPart::Query));
            lines.collect::<Vec<_>>().join(separator)
        }
        false => body.join(separator),
    })
}

/// Whose keys a certificate needs.
pub(super) struct Makers {
    /// Whether its own call makes its key, and then whether it is a CA.
    pub(super) own: Option<bool>,
    /// Whether the call of its issuer makes the key that signs it.
    pub(super) issuer: bool,
}

/// Whose keys a certificate needs besides those that the chart gave.
pub(super) fn makers(block: &PemBlock) -> Makers {
    let own = |field: usize| -> Option<bool> {
        let own: Own = serde_json::from_slice(block.block.marker.arguments.get(field)?).ok()?;
        own.key.is_empty().then_some(own.ca)
    };
    Makers {
        own: own(1),
        issuer: own(4).is_some(),
    }
}

/// The kind of a key.
pub(super) fn key_kind(block: &PemBlock) -> KeyKind {
    let named = block.block.marker.arguments.get(2);
    named
        .and_then(|name| std::str::from_utf8(name).ok())
        .and_then(KeyKind::from_sprig)
        .unwrap_or(KeyKind::Rsa2048)
}

/// What a certificate's placeholder says; nothing for a key.
pub(super) fn describe(block: &PemBlock) -> Option<Described> {
    if block.is_key() {
        return None;
    }
    let field = |number: usize| block.block.marker.arguments.get(number);
    let own: Own = serde_json::from_slice(field(1)?).ok()?;
    let dated: Dated = serde_json::from_slice(field(2)?).ok()?;
    Some(Described {
        subject: own.name,
        window: Window::beginning(dated.begin, dated.days).ok()?,
        days: dated.days,
    })
}

/// An argument. What serde says of one that is wrong could quote it.
fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| anyhow!("internal error: an argument cannot be read"))
}

fn make(block: &PemBlock, arguments: &str, keys: &Keys) -> Result<Zeroizing<String>> {
    if block.is_key() {
        return Ok(key_of(&block.call, "", keys)?.to_pem()?);
    }
    let mut parts = arguments.split(SEPARATOR);
    let mut part = || {
        parts
            .next()
            .context("internal error: an argument is missing")
    };
    let own: Own = read(part()?)?;
    let dated: Dated = read(part()?)?;
    let key = key_of(&block.call, &own.key, keys)?;
    let validity = Window::beginning(dated.begin, dated.days)?.validity;
    let text = if own.ca {
        issue_ca(&own.name, validity, &key)?
    } else {
        // Sprig's own message has named the argument before; this one might hold a pinned value.
        let names = Names::from_json(&own.name, &dated.ips, &dated.dns)
            .map_err(|_| anyhow!("an address or a name cannot stand in a certificate"))?;
        match part() {
            Err(_) => issue_self_signed(&names, validity, &key)?,
            Ok(issuer) => issue_signed(&names, validity, &key, &issuer_of(block, issuer, keys)?)?,
        }
    };
    Ok(Zeroizing::new(text))
}

fn issuer_of(block: &PemBlock, issuer: &str, keys: &Keys) -> Result<Issuer> {
    let Some(call) = &block.issuer else {
        let user: UserCa = read(issuer)?;
        return Ok(Issuer::from_pem(&user.cert, &user.key)?);
    };
    let own: Own = read(issuer)?;
    let key = key_of(call, &own.key, keys)?;
    Ok(match own.ca {
        true => Issuer::generated_ca(&own.name, key)?,
        false => Issuer::generated_leaf(&own.name, key)?,
    })
}

/// The key that the chart gave, or the call's own.
fn key_of(call: &CallId, given: &str, keys: &Keys) -> Result<PrivateKey> {
    match given {
        "" => keys
            .get(call)
            .cloned()
            .context("internal error: a call has no key"),
        given => Ok(PrivateKey::from_pem(given)?),
    }
}
