//! Why a chart cannot be read or copied.

use std::io;
use std::path::PathBuf;

use super::ignore::IgnoreError;
use super::metadata::MetadataError;
use crate::config::ConfigError;

/// Why a chart cannot be read or copied. Paths are those of the chart, `/` between their parts.
///
/// What only helm minds (a missing `Chart.yaml`) is no error here: helm says it better.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The chart is no directory, or there is none.
    #[error("no chart at {}: it is not a directory that can be read, give the directory of a Chart.yaml", .path.display())]
    NoChart {
        /// The path as it was given.
        path: PathBuf,
        /// What the system said, if it failed.
        source: Option<io::Error>,
    },
    /// A template with actions is not UTF-8.
    #[error("the template {path} is not UTF-8, save it in that encoding")]
    NotText {
        /// The path in the chart.
        path: String,
    },
    /// A file or directory of the chart cannot be read.
    #[error("{path} of the chart cannot be read")]
    Read {
        /// The path in the chart.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The copy cannot be written.
    #[error("the private copy of the chart cannot be written at {}, check the space in PIN_TMPDIR or TMPDIR", .path.display())]
    Write {
        /// The path in the copy.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A rule of `.helmignore` is refused by helm.
    #[error(
        "{} of the chart has a rule that helm refuses",
        super::ignore::FILE_NAME
    )]
    Ignore(#[from] IgnoreError),
    /// A symbolic link leads out of the repository.
    #[error(
        "{path} of the chart is a symbolic link out of the repository, replace it by the file it means"
    )]
    Outside {
        /// The path in the chart.
        path: String,
    },
    /// A schema for values refers to a file.
    #[error(
        "{path} of the chart refers to {reference:?}, and a schema may only refer to itself: put the definition into it, or skip the schema validation"
    )]
    SchemaReference {
        /// The schema's path in the chart.
        path: String,
        /// What it refers to.
        reference: String,
    },
    /// A schema for values that is no JSON.
    #[error("{path} of the chart is not valid JSON, correct it or skip the schema validation")]
    SchemaJson {
        /// The schema's path in the chart.
        path: String,
    },
    /// A `Chart.yaml` or `requirements.yaml` that cannot be read without doubt.
    #[error("{path} of the chart {problem}, correct it")]
    Metadata {
        /// The path in the chart.
        path: String,
        /// What is wrong with it.
        problem: MetadataError,
    },
    /// A `Chart.yaml` or `values.yaml` that helm reads in two ways.
    #[error("{path} of the chart {problem}")]
    Keys {
        /// The path in the chart.
        path: String,
        /// What is wrong with it.
        problem: ConfigError,
    },
    /// Charts with so many aliases in each other that the names of their templates cannot be listed.
    #[error(
        "the templates of the chart down to {path} have more than {limit} names, because the charts above them have many aliases: remove some"
    )]
    TooManyNames {
        /// The path of the subchart in the chart.
        path: String,
        /// The limit.
        limit: usize,
    },
    /// Helm takes now the one, now the other of two charts.
    #[error(
        "{one} and {other} of the chart are both called {name:?}, and helm takes now the one, now the other: remove one of them"
    )]
    Twins {
        /// Their name.
        name: String,
        /// Where one stands.
        one: String,
        /// Where the other stands.
        other: String,
    },
    /// A symbolic link leads nowhere; helm fails on it too.
    #[error("{path} of the chart is a symbolic link to nothing, remove it or add what it means")]
    BrokenLink {
        /// The path in the chart.
        path: String,
    },
    /// A symbolic link leads back into a directory above it.
    #[error("{path} of the chart is a symbolic link to a directory that it stands in, remove it")]
    LinkLoop {
        /// The path in the chart.
        path: String,
    },
    /// A device, socket or pipe.
    #[error(
        "{path} of the chart is neither a file nor a directory, remove it or add it to .helmignore"
    )]
    Irregular {
        /// The path in the chart.
        path: String,
    },
    /// A name that is not UTF-8.
    #[error("{path} of the chart has a name that is not UTF-8, rename it or add it to .helmignore")]
    NotUtf8 {
        /// The path in the chart, what is not UTF-8 replaced.
        path: String,
    },
    /// A name with a character that nobody sees.
    #[error(
        "{path:?} of the chart has a name with a control character or one that nobody sees, rename it or add it to .helmignore"
    )]
    Unseen {
        /// The path in the chart.
        path: String,
    },
    /// A file is longer than helm takes.
    #[error("{path} of the chart is larger than {} MiB, add it to .helmignore", .limit >> 20)]
    FileTooLarge {
        /// The path in the chart.
        path: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// An archive holds more than helm takes.
    #[error("{path} of the chart unpacks to more than {} MiB", .limit >> 20)]
    ArchiveTooLarge {
        /// The path in the chart.
        path: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// All files together are too long.
    #[error("the chart unpacks to more than {} MiB, add what is not needed to .helmignore", .limit >> 20)]
    ChartTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// Too many files and directories.
    #[error("the chart has more than {limit} files, add what is not needed to .helmignore")]
    TooManyFiles {
        /// The limit.
        limit: usize,
    },
    /// Charts or directories that stand too deep in each other.
    #[error("{path} of the chart stands more than {limit} levels deep")]
    TooDeep {
        /// The path in the chart.
        path: String,
        /// The limit.
        limit: usize,
    },
    /// An archive that is no tar file compressed with gzip, or is cut off.
    #[error("{path} of the chart cannot be unpacked, package it again with `helm package`")]
    BrokenArchive {
        /// The path in the chart.
        path: String,
        /// What is wrong with it.
        source: io::Error,
    },
    /// An entry of an archive that is no file: a link or a device.
    #[error(
        "{archive} of the chart holds {entry}, which is {kind}: package it again with `helm package`"
    )]
    ArchiveLink {
        /// The archive's path in the chart.
        archive: String,
        /// The entry's name.
        entry: String,
        /// What it is: "a link", "a sparse file".
        kind: &'static str,
    },
    /// An entry of an archive whose name leads out of it, or stands twice.
    #[error(
        "{archive} of the chart holds {entry:?}, {reason}: package it again with `helm package`"
    )]
    ArchiveEntry {
        /// The archive's path in the chart.
        archive: String,
        /// The entry's name.
        entry: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}
