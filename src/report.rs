//! What a render did, for `explain` and `verify`: where each pin stands and why, never what it is.

use serde::Serialize;

/// The place in the chart's text where a non-deterministic function is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallSite {
    /// File below the chart's root, with `/` between the parts; a file inside an archive is
    /// `charts/sub-1.0.0.tgz/templates/secret.yaml`.
    pub file: String,
    /// Line in that file, from 1.
    pub line: u32,
    /// The function that is called, as the chart spells it: `randAlphaNum`.
    pub function: String,
    /// The named template that the call stands in, if it stands in one.
    pub template: Option<String>,
}

/// Where a value stands in the manifests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The document's kind: `Secret`.
    pub kind: String,
    /// The document's namespace, if it names one.
    pub namespace: Option<String>,
    /// The document's name; a generated part of it reads `*`.
    pub name: String,
    /// The field path, list items by their merge key: `spec.containers[name=app].env[name=PW].value`.
    pub path: String,
}

/// One pinned value: one call of a function, and all places that show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pin {
    /// The place that names the value.
    pub place: Place,
    /// The other places that show the same value.
    pub shared_with: Vec<Place>,
    /// Where the chart generates it.
    pub call_site: CallSite,
    /// Its length in characters.
    pub length: usize,
    /// The name of its alphabet: `alphanumeric`.
    pub alphabet: String,
    /// Its entropy in bits.
    pub entropy_bits: f64,
}

/// A key or a certificate, and all places that show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Certificate {
    /// The first place in the manifest that shows it.
    pub place: Place,
    /// The other places.
    pub shared_with: Vec<Place>,
    /// Where the chart generates it.
    pub call_site: CallSite,
    /// `private key`, or `certificate`.
    pub what: &'static str,
    /// The kind of the private key: `rsa-2048`; of a certificate nothing.
    pub kind: Option<String>,
    /// The common name.
    pub subject: Option<String>,
    /// How many days the chart asks for.
    pub days: Option<i64>,
    /// The first second of its validity (RFC 3339).
    pub not_before: Option<String>,
    /// The last second of its validity (RFC 3339).
    pub not_after: Option<String>,
    /// When it is issued again (RFC 3339); nothing for what never is.
    pub next_renewal: Option<String>,
}

/// Why a value keeps its placeholder instead of a value of its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeldReason {
    /// It is too short to be told from other text, and each call site makes one.
    Short,
    /// It steers the chart's logic, or reaches the output only in another form.
    Altered,
    /// It stands in a comment only, or nowhere.
    NotPrinted,
    /// It is part of the name of a Job or a bare Pod, and follows that document's content.
    JobName,
}

/// A call site whose values stay what the placeholder is: stable as long as the call site stays.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Held {
    /// Where the chart generates it.
    pub call_site: CallSite,
    /// Why it is held.
    pub reason: HeldReason,
    /// Places that are known to show it.
    pub places: Vec<Place>,
}

/// A call whose result depends on the clock or on map order, and was replaced by a constant one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fixed {
    /// Where the chart calls it.
    pub call_site: CallSite,
    /// What it yields now: `the pinned clock`, `key order`.
    pub result: String,
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

/// All that a render has to say about itself.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Report {
    /// The pinned values, in the order of their primary places.
    pub pins: Vec<Pin>,
    /// The keys and certificates, in the order of their first places.
    pub certificates: Vec<Certificate>,
    /// What is held at its call site only.
    pub held: Vec<Held>,
    /// Calls replaced by something constant.
    pub fixed: Vec<Fixed>,
    /// How often helm ran: 1, or more when a twin was needed.
    pub helm_runs: usize,
}
