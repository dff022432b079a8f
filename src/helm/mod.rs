//! The helm binary: what it is asked, and how it is run.

pub mod request;

pub use request::HelmRequest;
