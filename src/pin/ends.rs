//! Finding the markers of one call site.

use crate::chart::block::{self, Block};
use crate::chart::marker::{self, Marker};
use crate::chart::site::Site;

/// What stands before and behind the arguments in a call site's markers.
pub(super) struct Ends {
    /// Whether its markers are the bodies of PEM blocks.
    pub(super) is_pem: bool,
    start: String,
    end: String,
}

impl Ends {
    /// The ends that belong to a call site; nothing if it yields no markers.
    pub(super) fn of(site: &Site) -> Option<Self> {
        let (start, end) = site.marker_ends()?;
        Some(Ends {
            is_pem: site.class.is_pem(),
            start,
            end,
        })
    }

    /// Both ends.
    pub(super) fn texts(&self) -> [&str; 2] {
        [&self.start, &self.end]
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

    /// All blocks in `text`, in order.
    pub(super) fn blocks(&self, text: &str) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut from = 0;
        while let Some(block) = block::find(text, from, &self.start, &self.end) {
            from = block.marker.span.end;
            blocks.push(block);
        }
        blocks
    }

    /// Whether a part of a marker is left in `text`.
    pub(super) fn remain(&self, text: &str) -> bool {
        let shows = |ends: &[&str]| ends.iter().any(|end| text.contains(end));
        shows(&[&self.start, &self.end])
            || shows(&[&self.start.to_uppercase(), &self.end.to_uppercase()])
    }
}
