//! How much of a chart is read: a chart is input of strangers, and an archive can hold more than it seems.

use std::path::PathBuf;

use super::error::ChartError;

/// The bounds of what [`super::tree::ChartTree::read`] reads. The defaults are Helm's own where it has any.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The longest file in bytes, in an archive after decompression (Helm: 5 MiB).
    pub max_file: u64,
    /// The longest archive in bytes after decompression (Helm: 100 MiB).
    pub max_archive: u64,
    /// All files and archives together, in bytes after decompression.
    pub max_total: u64,
    /// All files and directories together.
    pub max_entries: usize,
    /// How deep charts stand in charts, and directories in directories.
    pub max_depth: usize,
    /// The directory that symbolic links must not leave, if there is one: the repository's root.
    pub confine: Option<PathBuf>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_file: 5 << 20,
            max_archive: 100 << 20,
            max_total: 256 << 20,
            max_entries: 50_000,
            max_depth: 64,
            confine: None,
        }
    }
}

/// What is left of the [`Limits`] while a chart is read.
#[derive(Debug)]
pub(super) struct Budget<'l> {
    pub(super) limits: &'l Limits,
    bytes: u64,
    entries: usize,
}

impl<'l> Budget<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Budget {
            limits,
            bytes: 0,
            entries: 0,
        }
    }

    /// Counts one file or directory.
    pub(super) fn count_entry(&mut self) -> Result<(), ChartError> {
        self.entries += 1;
        if self.entries > self.limits.max_entries {
            return Err(ChartError::TooManyFiles {
                limit: self.limits.max_entries,
            });
        }
        Ok(())
    }

    /// Counts bytes that were read.
    pub(super) fn count_bytes(&mut self, bytes: u64) -> Result<(), ChartError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limits.max_total {
            return Err(ChartError::ChartTooLarge {
                limit: self.limits.max_total,
            });
        }
        Ok(())
    }

    /// The bytes that may still be read.
    pub(super) fn bytes_left(&self) -> u64 {
        self.limits.max_total.saturating_sub(self.bytes)
    }

    /// Refuses a file that is longer than one may be.
    pub(super) fn check_file(&self, path: &str, bytes: u64) -> Result<(), ChartError> {
        if bytes > self.limits.max_file {
            return Err(ChartError::FileTooLarge {
                path: path.to_owned(),
                limit: self.limits.max_file,
            });
        }
        Ok(())
    }

    /// Refuses what stands too deep.
    pub(super) fn check_depth(&self, path: &str, depth: usize) -> Result<(), ChartError> {
        if depth > self.limits.max_depth {
            return Err(ChartError::TooDeep {
                path: path.to_owned(),
                limit: self.limits.max_depth,
            });
        }
        Ok(())
    }
}
