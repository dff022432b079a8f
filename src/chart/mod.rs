//! The chart before helm sees it: read, lexed, instrumented, and written as a private copy.

mod archive;
mod assemble;
pub mod error;
mod glob;
pub mod ignore;
pub mod limits;
pub mod metadata;
pub mod model;
mod pack;
pub mod tree;
mod walk;

pub use error::ChartError;
pub use limits::Limits;
pub use model::{ArchiveInfo, Chart, File, FileKind};
pub use tree::ChartTree;
