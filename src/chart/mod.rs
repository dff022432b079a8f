//! The chart before helm sees it: read, lexed, instrumented, and written as a private copy.

mod archive;
mod assemble;
pub mod block;
pub mod calls;
mod constant;
pub mod defines;
mod edits;
pub mod error;
pub mod functions;
mod glob;
pub mod ignore;
pub mod instrument;
pub mod lexer;
pub mod limits;
pub mod literal;
pub mod marker;
pub mod metadata;
pub mod model;
pub mod outline;
mod pack;
pub mod placeholder;
pub mod prepare;
pub mod reach;
mod rewrite;
mod scalars;
mod scan;
pub mod schema;
pub mod site;
pub mod sites;
pub mod tree;
mod units;
mod walk;

pub use error::ChartError;
pub use limits::Limits;
pub use model::{ArchiveInfo, Chart, File, FileKind};
pub use tree::ChartTree;
