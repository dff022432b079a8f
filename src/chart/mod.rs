//! The chart before helm sees it: read, lexed, instrumented, and written as a private copy.

mod archive;
mod assemble;
pub(crate) mod calls;
mod cursor;
mod edits;
pub mod error;
pub(crate) mod functions;
pub(crate) mod generator;
mod glob;
pub mod ignore;
pub(crate) mod instrument;
pub mod lexer;
pub mod limits;
pub mod literal;
pub mod metadata;
pub mod model;
pub(crate) mod outline;
mod pack;
mod reach;
mod scalars;
pub(crate) mod schema;
pub(crate) mod site;
mod template;
mod texts;
pub mod tree;
mod walk;

pub use error::ChartError;
pub use limits::Limits;
pub use model::{ArchiveInfo, Chart, File, FileKind};
pub use tree::ChartTree;
