//! The helm binaries that every test runs against.

use std::path::{Path, PathBuf};

/// One helm binary.
#[derive(Debug, Clone)]
pub(crate) struct Helm {
    /// `3.17` or `4.3`, for failure messages.
    pub(crate) version: &'static str,
    pub(crate) path: PathBuf,
}

impl Helm {
    /// The binary that the variable names, or the one that `tools/get-helm` put into `.cache/`.
    fn find(version: &'static str, variable: &str) -> Self {
        let path = match std::env::var_os(variable) {
            Some(path) => PathBuf::from(path),
            None => repository().join(format!(".cache/helm/{version}/helm")),
        };
        assert!(
            path.is_file(),
            "no helm {version} at {}: run `make test`, which gets it, or set {variable}",
            path.display()
        );
        Self { version, path }
    }

    pub(crate) fn v3() -> Self {
        Self::find("3.17", "PIN_TEST_HELM3")
    }

    pub(crate) fn v4() -> Self {
        Self::find("4.3", "PIN_TEST_HELM4")
    }
}

/// The root of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a check under both helms; a failure says under which.
pub(crate) fn each_helm(check: impl Fn(&Helm)) {
    for helm in [Helm::v3(), Helm::v4()] {
        // Captured with the test's output, so that it shows when the check fails.
        println!("under helm {}", helm.version);
        check(&helm);
    }
}
