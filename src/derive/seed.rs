//! The seed: the one secret that an administrator keeps, read from a file as it is.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustix::fs::StatVfsMountFlags;
use zeroize::Zeroizing;

/// The least size of a seed, in bytes: the security of SHA-256.
const MIN_SIZE: usize = 32;

/// The greatest size of a seed, in bytes: more than anyone needs, and a limit to what is read.
const MAX_SIZE: usize = 64 * 1024;

/// A seed with fewer different byte values than this is a typed-in text rather than random bytes:
/// 32 random bytes have 30 on average, 64 hexadecimal digits all 16 but for 1 in 4 cases.
const FEWEST_DISTINCT: usize = 10;

/// The seed, 32 bytes to 64 KiB; wiped when dropped, and never printed.
pub(crate) struct Seed(Zeroizing<Vec<u8>>);

/// Why there is no seed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SeedError {
    /// Nothing has this name.
    #[error(
        "there is no seed file {}: mount the Secret there that `argocd-pin-plugin seed new` prints, or name the file in PIN_SEED_FILE", path.display()
    )]
    Missing {
        /// The file that was asked for.
        path: PathBuf,
    },
    /// It is a directory, a pipe or a device.
    #[error("the seed file {} is not a file: name the file inside the mounted Secret", path.display())]
    NotAFile {
        /// What was asked for.
        path: PathBuf,
    },
    /// It cannot be read.
    #[error("cannot read the seed file {}: make it readable for the user that the plugin runs as", path.display())]
    Unreadable {
        /// The file that was asked for.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Fewer than 32 bytes.
    #[error(
        "the seed file {} has {size} bytes, and at least 32 are needed: take those of a cluster's Secret, or random ones (`head -c 32 /dev/urandom`)", path.display()
    )]
    TooShort {
        /// The file that was asked for.
        path: PathBuf,
        /// Its size in bytes.
        size: usize,
    },
    /// More than 64 KiB.
    #[error("the seed file {} has more than 65536 bytes: is it the right file?", path.display())]
    TooLong {
        /// The file that was asked for.
        path: PathBuf,
    },
    /// What `seed new` prints, where its seed is wanted.
    #[error(
        "the seed file {} is the manifest of a Secret: take the bytes of its key `seed`, decoded from base64", path.display()
    )]
    Manifest {
        /// The file that was asked for.
        path: PathBuf,
    },
    /// The operating system has no random bytes to give.
    #[error("the operating system gives no random bytes: {0}")]
    NoRandomness(getrandom::Error),
}

/// What is odd about a seed file, and no reason to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SeedWarning {
    /// Other users can read or change the file.
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The bytes do not look random.
    Monotonous {
        /// The file.
        path: PathBuf,
    },
}

impl fmt::Display for SeedWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SeedWarning::Exposed { path, mode } => write!(
                f,
                "the seed file {} is open to other users (mode {mode:04o}): give it mode 0400",
                path.display()
            ),
            SeedWarning::Monotonous { path } => write!(
                f,
                "the seed file {} repeats a few bytes and can be guessed: take random ones",
                path.display()
            ),
        }
    }
}

impl Seed {
    /// Reads a seed file: all its bytes as they are, a newline at the end included. Links are
    /// followed, since Kubernetes mounts Secrets as links.
    ///
    /// It warns when group or others have any permission for the file, unless the file system is
    /// mounted read-only: Kubernetes mounts a Secret so, with mode 0644 if nobody says otherwise,
    /// and there the users that could read it are those of the container.
    ///
    /// # Errors
    /// The file is missing, unreadable, no regular file, or its size is not of 32..=65536 bytes.
    pub(crate) fn read(path: &Path) -> Result<(Seed, Vec<SeedWarning>), SeedError> {
        let unreadable = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => SeedError::Missing { path: path.into() },
            _ => SeedError::Unreadable {
                path: path.into(),
                source,
            },
        };
        // Before it is opened: opening a pipe waits for a writer.
        if !fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(SeedError::NotAFile { path: path.into() });
        }
        let file = File::open(path).map_err(unreadable)?;
        let mode = file.metadata().map_err(unreadable)?.mode() & 0o7777;
        let read_only = rustix::fs::fstatvfs(&file)
            .is_ok_and(|system| system.f_flag.contains(StatVfsMountFlags::RDONLY));

        // Room for all that can be read, so that no copy is left behind by growing.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SIZE + 64));
        file.take(MAX_SIZE as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        let size = bytes.len();
        if size > MAX_SIZE {
            return Err(SeedError::TooLong { path: path.into() });
        }
        if is_manifest(&bytes) {
            return Err(SeedError::Manifest { path: path.into() });
        }
        if size < MIN_SIZE {
            return Err(SeedError::TooShort {
                path: path.into(),
                size,
            });
        }

        let mut warnings = Vec::new();
        if mode & 0o077 != 0 && !read_only {
            warnings.push(SeedWarning::Exposed {
                path: path.into(),
                mode,
            });
        }
        if is_monotonous(&bytes) {
            warnings.push(SeedWarning::Monotonous { path: path.into() });
        }
        Ok((Seed(bytes), warnings))
    }

    /// A seed of these bytes; `None` if they are fewer than 32 or more than 65536.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Option<Seed> {
        let bytes = Zeroizing::new(bytes);
        (MIN_SIZE..=MAX_SIZE)
            .contains(&bytes.len())
            .then(|| Seed(bytes))
    }

    /// A new seed: 32 bytes from the operating system.
    ///
    /// # Errors
    /// The operating system has none to give.
    pub(crate) fn generate() -> Result<Seed, SeedError> {
        let mut bytes = Zeroizing::new(vec![0; MIN_SIZE]);
        getrandom::fill(&mut bytes).map_err(SeedError::NoRandomness)?;
        Ok(Seed(bytes))
    }

    /// The standard base64 of the seed's bytes, as a Secret's `data` holds it: a secret.
    #[must_use]
    pub(crate) fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(&*self.0))
    }

    /// The seed's bytes: a secret.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

/// Whether somebody has taken the manifest for the seed, in YAML or JSON: all values would be others than the cluster's.
fn is_manifest(bytes: &[u8]) -> bool {
    let is_kind = |line: &[u8]| {
        let marks = b"\"', \t\r";
        let text: Vec<u8> = line
            .iter()
            .copied()
            .filter(|byte| !marks.contains(byte))
            .collect();
        text == b"kind:Secret"
    };
    // JSON may stand in one line.
    bytes
        .split(|byte| matches!(byte, b'\n' | b',' | b'{' | b'}'))
        .any(is_kind)
}

fn is_monotonous(bytes: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in bytes {
        seen[usize::from(*byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count() < FEWEST_DISTINCT
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use tempfile::TempDir;

    fn file(dir: &TempDir, bytes: &[u8], mode: u32) -> PathBuf {
        let path = dir.path().join("seed");
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    /// As many different bytes as asked for.
    fn varied(size: usize) -> Vec<u8> {
        (0..size).map(|n| (n * 7 % 251) as u8).collect()
    }

    #[test]
    fn takes_all_bytes_as_they_are() {
        let dir = TempDir::new().unwrap();
        let mut bytes = varied(39);
        bytes.push(b'\n');
        let (seed, warnings) = Seed::read(&file(&dir, &bytes, 0o400)).unwrap();
        assert_eq!(seed.as_bytes(), bytes);
        assert_eq!(warnings, []);
    }

    #[test]
    fn sizes() {
        let dir = TempDir::new().unwrap();
        let read = |size| Seed::read(&file(&dir, &varied(size), 0o600));
        assert!(matches!(
            read(31),
            Err(SeedError::TooShort { size: 31, .. })
        ));
        assert!(matches!(read(0), Err(SeedError::TooShort { size: 0, .. })));
        assert!(read(32).is_ok());
        assert!(read(65_536).is_ok());
        assert!(matches!(read(65_537), Err(SeedError::TooLong { .. })));
        assert!(Seed::from_bytes(varied(31)).is_none());
        assert!(Seed::from_bytes(varied(65_537)).is_none());
    }

    #[test]
    fn a_manifest_is_no_seed() {
        let dir = TempDir::new().unwrap();
        for manifest in [
            "apiVersion: v1\nkind: Secret\ndata:\n  seed: AAECAwQFBgcICQ==\n",
            "data:\r\n  seed: AAECAwQFBgcICQ==\r\nkind: 'Secret'\r\n",
            "{\n    \"apiVersion\": \"v1\",\n    \"kind\": \"Secret\",\n    \"data\": {}\n}\n",
            "{\"data\":{\"seed\":\"AAECAwQFBgcICQ==\"},\"kind\":\"Secret\"}",
        ] {
            let read = Seed::read(&file(&dir, manifest.as_bytes(), 0o600));
            let is_refused = matches!(read, Err(SeedError::Manifest { .. }));
            assert!(is_refused, "{manifest}: {read:?}");
        }
    }

    #[test]
    fn what_is_no_file_is_not_opened() {
        let dir = TempDir::new().unwrap();
        let missing = Seed::read(&dir.path().join("none"));
        assert!(matches!(missing, Err(SeedError::Missing { .. })));
        for path in [dir.path(), Path::new("/dev/zero")] {
            let read = Seed::read(path);
            assert!(matches!(read, Err(SeedError::NotAFile { .. })), "{path:?}");
        }
        let pipe = dir.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        assert!(matches!(Seed::read(&pipe), Err(SeedError::NotAFile { .. })));
    }

    /// A Secret's volume: `seed` → `..data/seed`, `..data` → a directory named after the time.
    #[test]
    fn follows_links_as_kubernetes_makes_them() {
        let dir = TempDir::new().unwrap();
        let data = dir.path().join("..2026_01_01");
        fs::create_dir(&data).unwrap();
        fs::write(data.join("seed"), varied(32)).unwrap();
        symlink("..2026_01_01", dir.path().join("..data")).unwrap();
        symlink("..data/seed", dir.path().join("seed")).unwrap();
        assert!(Seed::read(&dir.path().join("seed")).is_ok());
    }

    #[test]
    fn warns_of_open_permissions() {
        let dir = TempDir::new().unwrap();
        for (mode, exposed) in [
            (0o400, false),
            (0o600, false),
            (0o440, true),
            (0o644, true),
            (0o602, true),
        ] {
            let path = file(&dir, &varied(32), mode);
            let (_, warnings) = Seed::read(&path).unwrap();
            let expected = exposed.then_some(SeedWarning::Exposed { path, mode });
            assert_eq!(warnings, Vec::from_iter(expected), "{mode:o}");
        }
    }

    #[test]
    fn warns_of_a_text_that_repeats_itself() {
        let dir = TempDir::new().unwrap();
        let warns = |bytes: &[u8]| {
            let path = file(&dir, bytes, 0o400);
            let (_, warnings) = Seed::read(&path).unwrap();
            warnings == [SeedWarning::Monotonous { path }]
        };
        assert!(warns(&[0; 32]));
        assert!(warns(b"changemechangemechangemechangeme"));
        assert!(!warns(
            b"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        ));
    }

    #[test]
    fn messages_name_the_file_and_never_the_seed() {
        let dir = TempDir::new().unwrap();
        let path = file(&dir, b"hunter2", 0o644);
        let error = Seed::read(&path).unwrap_err();
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(text.contains("seed") && !text.contains("hunter2"), "{text}");
        }
        fs::write(&path, b"hunter2 hunter2 hunter2 hunter2 hunter2").unwrap();
        let (seed, warnings) = Seed::read(&path).unwrap();
        assert_eq!(format!("{seed:?}"), "Seed(..)");
        assert_eq!(warnings.len(), 2);
        for warning in warnings {
            assert!(!format!("{warning} {warning:?}").contains("hunter2"));
        }
    }

    #[test]
    fn generated_seeds_are_32_bytes_and_differ() {
        let (a, b) = (Seed::generate().unwrap(), Seed::generate().unwrap());
        assert_ne!(a.as_bytes(), b.as_bytes());
        assert_eq!(STANDARD.decode(&*a.to_base64()).unwrap(), a.as_bytes());
        assert_eq!(a.as_bytes().len(), 32);
        assert!(!is_monotonous(a.as_bytes()));
    }
}
