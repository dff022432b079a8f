//! The helm binaries that the tests use.

use std::path::{Path, PathBuf};

/// Both helms, from `PIN_TEST_HELM3` and `PIN_TEST_HELM4` or from where `tools/get-helm` puts them.
pub(crate) fn helms() -> [PathBuf; 2] {
    [("PIN_TEST_HELM3", "3.17"), ("PIN_TEST_HELM4", "4.3")].map(|(variable, version)| {
        let cached = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cache/helm");
        let path = std::env::var_os(variable)
            .map_or_else(|| cached.join(version).join("helm"), PathBuf::from);
        assert!(
            path.is_file(),
            "no helm {version} at {}: run `make test`, which gets it, or set {variable}",
            path.display()
        );
        path
    })
}
