//! Finding the markers of one call site.

use crate::chart::marker::{self, Marker};
use crate::chart::site::Site;

/// What stands before and behind the arguments in a call site's markers.
pub(super) struct Ends {
    start: String,
    end: String,
}

impl Ends {
    /// The ends that belong to a call site; nothing if it yields no markers.
    pub(super) fn of(site: &Site) -> Option<Self> {
        let (start, end) = site.marker_ends()?;
        Some(Ends { start, end })
    }

    /// All markers in `text`, in order.
    pub(super) fn all(&self, text: &str) -> Vec<Marker> {
        let mut markers = Vec::new();
        let mut from = 0;
        while let Some(marker) = marker::find(text, from, &self.start, &self.end) {
            from = marker.span.end;
            markers.push(marker);
        }
        markers
    }

    /// Whether a part of a marker is left in `text`.
    pub(super) fn remain(&self, text: &str) -> bool {
        text.contains(&self.start) || text.contains(&self.end)
    }
}
