//! Keys, certificates and the `openssl` command for the tests.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::certificate::{
    Issuer, KeyKind, Names, PrivateKey, Validity, Window, issue_ca, issue_signed,
};

/// 2026-01-01T00:00:00Z, at which the tests issue and verify.
pub(super) const NOW: i64 = 1_767_225_600;

/// A validity of a year that holds [`NOW`].
pub(super) fn year() -> Validity {
    Window::at(NOW, 365, 0, NOW).unwrap().validity
}

/// Names with a host name and an address.
pub(super) fn names(host: &str) -> Names {
    Names::new(
        host,
        &["10.0.0.1", "2001:db8::1"],
        &[host, "*.wild.example"],
    )
    .unwrap()
}

/// A derived key; each number gives another.
pub(super) fn key(kind: KeyKind, number: u8) -> PrivateKey {
    PrivateKey::derive(kind, &[number; 32]).unwrap()
}

/// The same RSA-2048 keys for all tests, which are derived once.
pub(super) fn rsa_keys() -> &'static [PrivateKey; 3] {
    static KEYS: OnceLock<[PrivateKey; 3]> = OnceLock::new();
    KEYS.get_or_init(|| [1, 2, 3].map(|number| key(KeyKind::Rsa2048, number)))
}

/// One key of each kind that certificates can have.
pub(super) fn keys_of_each_kind() -> [PrivateKey; 3] {
    [
        rsa_keys()[0].clone(),
        key(KeyKind::EcdsaP256, 4),
        key(KeyKind::Ed25519, 5),
    ]
}

/// A CA and a leaf for `a.example` that it signs, both in PEM.
pub(super) fn chain(ca_key: &PrivateKey, leaf_key: &PrivateKey) -> (String, String) {
    let ca = issue_ca("test CA", year(), ca_key).unwrap();
    let issuer = Issuer::generated_ca("test CA", ca_key.clone()).unwrap();
    let leaf = issue_signed(&names("a.example"), year(), leaf_key, &issuer).unwrap();
    (ca, leaf)
}

/// A temporary directory in which `openssl` runs.
pub(super) struct OpenSsl {
    dir: tempfile::TempDir,
}

impl OpenSsl {
    /// A directory with these files.
    pub(super) fn with(files: &[(&str, &str)]) -> OpenSsl {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(dir.path().join(name), text).unwrap();
        }
        OpenSsl { dir }
    }

    /// The path of a file in the directory.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The text of a file in the directory.
    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// `openssl` with arguments that spaces separate.
    pub(super) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new("openssl");
        command
            .args(arguments.split_whitespace())
            .current_dir(self.dir.path());
        command
    }

    /// Runs it, whatever comes out.
    pub(super) fn run(&self, arguments: &str) -> Output {
        self.command(arguments).output().expect("openssl is there")
    }

    /// Runs it; it has to succeed. What it printed on standard output.
    pub(super) fn succeed(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "openssl {arguments}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs it; it has to fail.
    pub(super) fn fail(&self, arguments: &str) {
        let output = self.run(arguments);
        assert!(!output.status.success(), "openssl {arguments} succeeded");
    }
}
