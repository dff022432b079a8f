//! What is chosen for a call besides what its name asks for.

use zeroize::Zeroizing;

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
