//! Texts in which values stand: a scalar as it is written, and what it holds in another encoding.
//!
//! A Secret's `data` is base64, and may hold a JSON document that holds base64 again. Each layer is
//! a [`Text`]; a change in a layer becomes a change of the run that it was decoded from.

use std::ops::Range;

use crate::chart::block::Block;
use crate::chart::marker::Marker;
use crate::manifest::LeafRef;
use crate::manifest::encoding::Run;

/// Stands between the arguments of a marker: no argument that is text holds it.
pub(super) const SEPARATOR: char = '\0';

/// How a text is written in the text around it.
#[derive(Debug)]
pub(super) enum Codec {
    /// A base64 run.
    Base64(Run),
    /// The arguments of a password hash or a ciphertext, which is made from them. They are
    /// joined by [`SEPARATOR`].
    Marker {
        /// The marker.
        marker: Marker,
        /// Index of its call site.
        site: usize,
    },
    /// The arguments of a key or a certificate, which is issued from them; joined likewise.
    Pem(Box<PemBlock>),
}

impl Codec {
    /// Whether the text around it is made from it, whether or not anything in it changes.
    pub(super) fn is_made(&self) -> bool {
        matches!(self, Codec::Marker { .. } | Codec::Pem(_))
    }
}

/// What tells a call of a function that makes a key from all other calls: what the render says of it, and
/// what each twin says.
pub(super) type CallId = Vec<String>;

/// The placeholder of a key or a certificate.
#[derive(Debug)]
pub(super) struct PemBlock {
    /// What stands in the text.
    pub(super) block: Block,
    /// Index of its call site.
    pub(super) site: usize,
    /// The call that makes it.
    pub(super) call: CallId,
    /// The call that makes its issuer, if another one does.
    pub(super) issuer: Option<CallId>,
}

/// A layer's place in the layer around it.
#[derive(Debug)]
pub(super) struct Inside {
    /// Index of the text around it.
    pub(super) text: usize,
    /// Where it stands there.
    pub(super) span: Range<usize>,
    /// How it is written there.
    pub(super) codec: Codec,
}

/// A text in which values stand.
#[derive(Debug)]
pub(super) struct Text {
    /// The scalar that it is, or stands in.
    pub(super) leaf: LeafRef,
    /// The text around it; nothing for a scalar itself.
    pub(super) inside: Option<Inside>,
    /// What it says.
    pub(super) content: String,
}

impl Text {
    /// Whether nothing but quotes and white space stands around `span`.
    pub(super) fn is_whole(&self, span: &Range<usize>) -> bool {
        let blank = |text: Option<&str>| {
            text.is_some_and(|text| {
                text.chars().all(|c| {
                    c.is_whitespace() || (self.inside.is_none() && matches!(c, '"' | '\''))
                })
            })
        };
        blank(self.content.get(..span.start)) && blank(self.content.get(span.end..))
    }
}
