//! What helm printed: documents, the byte span of each scalar, field paths, splices.
//!
//! Nothing here writes YAML. A [`Manifest`] says where each scalar stands in the text, byte for
//! byte; [`splice`] replaces some of those bytes and leaves all others alone; [`same_shape`]
//! parses nothing by itself but compares the manifests before and after.
//!
//! ```
//! use argocd_pin_plugin::manifest::{Edit, Manifest, splice};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let text = "kind: Secret\nmetadata:\n  name: db\ndata:\n  password: old # kept\n";
//! let manifest = Manifest::parse(text.to_owned())?;
//! let leaf = manifest.documents[0].value_at("data.password").ok_or("no such leaf")?;
//! assert_eq!(leaf.path.to_string(), "data.password");
//! let edit = Edit { span: leaf.span.clone(), text: "new".to_owned() };
//! assert_eq!(
//!     splice(manifest.text(), &[edit])?,
//!     "kind: Secret\nmetadata:\n  name: db\ndata:\n  password: new # kept\n",
//! );
//! # Ok(())
//! # }
//! ```

pub mod encoding;
mod identity;
mod lists;
mod model;
mod parse;
mod path;
mod scalar_type;
mod select;
mod shape;
mod splice;
mod tree;

#[cfg(test)]
mod properties;

pub use identity::Identity;
pub use model::{Document, Leaf, LeafRef, Manifest, Role, Style};
pub use parse::ManifestError;
pub use path::{Path, Step};
pub use scalar_type::YamlType;
pub use shape::{ShapeError, ShapeProblem, same_shape};
pub use splice::{Edit, SpliceError, splice};
