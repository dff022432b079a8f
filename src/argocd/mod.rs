//! What Argo CD hands over: its variables, the plugin's parameters, the admin's settings, and the
//! files of the repository. Its rules are followed as Argo CD 3.5's source has them.

pub(crate) mod baseline;
pub(crate) mod circumstances;
pub(crate) mod environment;
pub(crate) mod expand;
pub(crate) mod glob;
pub(crate) mod kube_version;
pub(crate) mod kustomization;
pub(crate) mod near_miss;
pub mod parameters;
pub(crate) mod pins;
pub(crate) mod repository;
pub(crate) mod scopes;
pub mod settings;
pub(crate) mod values_files;

pub(crate) use environment::Environment;
pub use parameters::{ParameterError, Parameters};
pub(crate) use repository::Repository;
pub(crate) use scopes::Scopes;
pub(crate) use settings::Settings;
