//! What Argo CD hands over: its variables, the plugin's parameters, the admin's settings, and the
//! files of the repository. Its rules are followed as Argo CD 3.5's source has them.

pub mod circumstances;
pub mod environment;
pub mod expand;
pub mod glob;
pub mod kube_version;
pub mod kustomization;
pub mod near_miss;
pub mod parameters;
pub mod repository;
pub mod settings;
pub mod values_files;

pub use circumstances::CircumstancesError;
pub use environment::{Environment, EnvironmentError};
pub use parameters::{ParameterError, Parameters};
pub use repository::Repository;
pub use settings::{Settings, SettingsError};
