//! A name for each call, that a new version of the chart does not change.

use crate::report;

/// What a call's value is derived from: unique in a render, and made of places or paths, never of what was generated.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name(pub(crate) Vec<String>);

/// Which rule gave a call its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// The place where its value stands.
    Own,
    /// The place where a text stands that was made with it.
    Carrier,
    /// The name of a Job or Pod that it is part of: it follows that document's content.
    JobName,
    /// The place of what it went into.
    WentInto,
    /// The name of the one printed call that was reached on the same inner path.
    Double,
    /// The way on which it was reached.
    Path,
}

/// A call's name, and why.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named {
    /// The name.
    pub(crate) name: Name,
    /// The rule.
    pub(crate) rule: Rule,
    /// All places that show the call's value or a text made with it, the best one first. For people.
    pub(crate) places: Vec<report::Place>,
}

use crate::chart::site::Site;
use crate::log::{CallId, Log};
use crate::manifest::Manifest;
pub(crate) struct Scene<'a> { pub log: &'a Log, pub sites: &'a [Site], pub manifest: &'a Manifest, pub release_namespace: &'a str }
pub(crate) fn name_calls(scene: &Scene<'_>, _by_path: &dyn Fn(CallId) -> bool) -> Vec<Named> {
    scene.log.calls.iter().map(|call| Named { name: Name(vec![call.key.clone()]), rule: Rule::Path, places: vec![] }).collect()
}
