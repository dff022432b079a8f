//! What a render did, for `explain` and `verify`: where each chosen value stands and what decides about it, never what it is.

use serde::Serialize;

/// The place in the chart's text where a non-deterministic function is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CallSite {
    /// File below the chart's root, with `/` between the parts; a file inside an archive is
    /// `charts/sub-1.0.0.tgz/templates/secret.yaml`.
    pub(crate) file: String,
    /// Line in that file, from 1.
    pub(crate) line: u32,
    /// The function that is called, as the chart spells it: `randAlphaNum`.
    pub(crate) function: String,
    /// The named template that the call stands in, if it stands in one.
    pub(crate) template: Option<String>,
}

/// Where a value stands in the manifests.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub(crate) struct Place {
    /// The document's kind: `Secret`.
    pub(crate) kind: String,
    /// The document's namespace, if it names one.
    pub(crate) namespace: Option<String>,
    /// The document's name; a generated part of it reads `*`.
    pub(crate) name: String,
    /// The field path, list items by their merge key: `spec.containers[name=app].env[name=PW].value`.
    pub(crate) path: String,
    /// The place as pins are named by it: `Secret/web/token`.
    pub(crate) pin: String,
}

/// What a value belongs to: it stays as long as that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BelongsTo {
    /// The place where it stands.
    Place,
    /// The place of a text that the chart made with it.
    Text,
    /// The content of a Job or a bare Pod, whose name it is part of.
    Content,
    /// The place of what it went into: a certificate that it signed, a hash of it.
    WhatItWentInto,
    /// The one printed value that the same templates make elsewhere.
    Double,
    /// The way to its call, from the file on.
    Path,
}

/// One generated value, or several of one call site at one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Value {
    /// The pin's name, as short as tells it from others: the place, if all that belongs to the place is here.
    pub(crate) pin: String,
    /// The pins' full names, one for each call.
    pub(crate) names: Vec<String>,
    /// Where the chart generates it.
    pub(crate) call_site: CallSite,
    /// What decides about it.
    pub(crate) belongs_to: BelongsTo,
    /// The place is a position in a list: another item before it makes another value.
    pub(crate) by_position: bool,
    /// The chart throws it away, as a default that nobody needs: what was made while it ran does not hold it.
    pub(crate) unused: bool,
    /// All places that show it, the one that names it first.
    pub(crate) places: Vec<Place>,
    /// How many calls these are.
    pub(crate) calls: usize,
    /// The entropy of all of them together, in bits.
    pub(crate) entropy_bits: f64,
    /// What there is to say of a key or a certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<Certificate>,
}

/// A certificate, and its key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Certificate {
    /// The common name; a generated part of it reads `*`.
    pub(crate) subject: String,
    /// How many days the chart asks for.
    pub(crate) days: i64,
    /// The first second of its validity (RFC 3339).
    pub(crate) not_before: String,
    /// The last second of its validity (RFC 3339).
    pub(crate) not_after: String,
    /// When it is issued again (RFC 3339); nothing for what never is.
    pub(crate) next_renewal: Option<String>,
}

/// A call whose result depends on the clock or on map order, and was made constant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fixed {
    /// Where the chart calls it.
    pub(crate) call_site: CallSite,
    /// What it yields now: `the pinned clock`, `key order`.
    pub(crate) result: String,
}

/// All that a render has to say about itself.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(crate) struct Report {
    /// The generated values, in the order of their places.
    pub(crate) values: Vec<Value>,
    /// Calls that were made constant.
    pub(crate) fixed: Vec<Fixed>,
    /// How often helm ran.
    pub(crate) helm_runs: usize,
}

impl Report {
    /// Of a chart that generates nothing.
    pub(crate) fn unchanged() -> Report {
        Report {
            helm_runs: 1,
            ..Report::default()
        }
    }
}
