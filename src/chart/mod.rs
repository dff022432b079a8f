//! The chart before helm sees it: read, lexed, instrumented, and written as a private copy.

mod altering;
mod archive;
mod assemble;
pub(crate) mod calls;
mod cursor;
mod edits;
pub(crate) mod error;
pub(crate) mod functions;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzz;
pub(crate) mod generator;
mod glob;
mod header;
pub(crate) mod ignore;
pub(crate) mod instrument;
pub(crate) mod keeping;
pub mod lexer;
pub(crate) mod limits;
pub(crate) mod literal;
pub(crate) mod metadata;
pub(crate) mod model;
pub(crate) mod outline;
mod pack;
mod reach;
mod scalars;
pub(crate) mod schema;
pub(crate) mod site;
mod targets;
pub(crate) mod template;
mod texts;
pub mod token;
pub(crate) mod tree;
mod twins;
mod walk;

pub use error::ChartError;
pub use limits::Limits;
pub use model::{Chart, File, FileKind};
pub use tree::ChartTree;
pub(crate) use tree::ForHelm;
