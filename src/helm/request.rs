//! What `helm template` is asked to do.

use std::path::PathBuf;

/// The options of one `helm template` call, as Argo CD's own Helm source has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HelmRequest {
    /// The release's name.
    pub release_name: String,
    /// The release's namespace; helm's own default if none.
    pub namespace: Option<String>,
    /// The Kubernetes version that charts see; helm's own default if none.
    pub kube_version: Option<String>,
    /// API versions that charts see besides helm's own.
    pub api_versions: Vec<String>,
    /// Values files, later ones win.
    pub values: Vec<PathBuf>,
    /// Names and values for `--set`.
    pub set: Vec<(String, String)>,
    /// Names and values for `--set-string`.
    pub set_string: Vec<(String, String)>,
    /// Names and paths for `--set-file`.
    pub set_file: Vec<(String, String)>,
    /// Whether `crds/` is printed.
    pub include_crds: bool,
    /// Whether helm tests are left out.
    pub skip_tests: bool,
    /// Whether values are not checked against the chart's schema.
    pub skip_schema_validation: bool,
}
