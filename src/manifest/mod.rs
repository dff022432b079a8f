//! What helm printed: documents, the byte span of each scalar, field paths, and what stands inside in base64 or JSON.
//!
//! For reading only: nothing here writes YAML. [`parse`] says which objects a text holds, and for each scalar what
//! it reads as, where it stands in the text, byte for byte, and by which path its field is reached.
//!
//! ```text
//! text ──select──> documents ──parse──> events ──tree──> objects with leaves, their paths by merge keys
//! ```

mod base64_runs;
mod identity;
mod lists;
mod model;
mod objects;
mod parse;
mod path;
mod section;
mod select;
mod tree;

#[cfg(test)]
mod properties;

pub(crate) use base64_runs::base64_runs;
pub(crate) use identity::Identity;
pub(crate) use model::{Document, Leaf, Role, Style};
pub(crate) use objects::{each_object, objects};
pub(crate) use parse::parse;
pub(crate) use path::{Path, Step};
pub(crate) use section::section_name;
