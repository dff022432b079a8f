//! Two times: the one that charts see, and that which moves certificates.

/// The two clocks, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// What charts are told when they ask for the time.
    pub(crate) pinned: i64,
    /// The time now: it decides when certificates are issued again, and nothing else.
    pub(crate) now: i64,
}
