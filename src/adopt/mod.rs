//! From live objects to the values that a chart's pins have in a cluster: for reading only.

mod extract;
mod fill;
mod objects;
mod sections;

pub(crate) use extract::{Shape, extract};
pub(crate) use objects::{Field, Objects};
