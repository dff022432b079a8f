//! Functions that take a digest.

use crate::chart::calls::Call;
use crate::chart::outline::BodyId;
use crate::chart::template::Template;

/// Functions whose result does not show their argument.
pub(super) const DIGESTS: [&str; 5] = [
    "adler32sum",
    "derivePassword",
    "sha1sum",
    "sha256sum",
    "sha512sum",
];

/// Whether a body takes a digest of anything.
pub(super) fn takes_digest(template: &Template, body: BodyId) -> bool {
    let mut actions = template.actions_of(body);
    actions.any(|(_, calls)| calls.iter().any(|call| is_digest(template, call)))
}

/// Whether a call is one of them.
pub(super) fn is_digest(template: &Template, call: &Call) -> bool {
    DIGESTS.contains(&template.function(call))
}
