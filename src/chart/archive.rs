//! Chart archives (`charts/redis-1.0.0.tgz`), read entry by entry into memory.
//!
//! Nothing of an archive ever becomes a path on disk: its files are rewritten into another archive. The
//! rules for names are those of helm's `LoadArchiveFiles`, and stricter where it is lax: links, which helm
//! reads as empty files, are refused, and so is every `..`.

use std::collections::HashSet;
use std::io::{self, Read};

use flate2::bufread::GzDecoder;

use super::error::ChartError;
use super::header::{self, BLOCK, Header, Kind, MAX_EXTENSION};
use super::limits::Budget;
use crate::unseen::is_unseen;

/// A file as it is read: its path in the chart and its bytes.
pub(super) type Entry = (String, Vec<u8>);

/// The UTF-8 byte order mark, which helm drops from each file.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The longest name of an entry, Linux' `PATH_MAX`.
pub(super) const MAX_NAME: usize = 4096;

/// Reads the files of the archive at `location`, in their order.
///
/// An archive that we cannot read is an error, even if helm could: it would render what we never saw.
pub(super) fn read(
    location: &str,
    bytes: &[u8],
    budget: &mut Budget<'_>,
) -> Result<Vec<Entry>, ChartError> {
    let allowed = budget.limits.max_archive.min(budget.bytes_left());
    // One byte more, so that a stream of just the allowed length is told from a longer one.
    let mut stream = GzDecoder::new(bytes).take(allowed + 1);
    let result = read_entries(location, &mut stream, budget);
    let left = stream.limit();
    budget.count_bytes((allowed + 1 - left).min(allowed))?;
    if left == 0 {
        return Err(if allowed < budget.limits.max_archive {
            ChartError::ChartTooLarge {
                limit: budget.limits.max_total,
            }
        } else {
            ChartError::ArchiveTooLarge {
                path: location.to_owned(),
                limit: allowed,
            }
        });
    }
    let broken = |source| ChartError::BrokenArchive {
        path: location.to_owned(),
        source,
    };
    match result {
        Ok(_) if !stream.get_ref().get_ref().is_empty() => {
            Err(broken(wrong("something follows the end of the gzip file")))
        }
        Ok(files) => Ok(files),
        Err(Failure::Refused(error)) => Err(error),
        Err(Failure::Broken(source)) => Err(broken(source)),
    }
}

/// Why reading stopped.
enum Failure {
    Broken(io::Error),
    Refused(ChartError),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Broken(error)
    }
}

impl From<&'static str> for Failure {
    fn from(problem: &'static str) -> Self {
        Failure::Broken(wrong(problem))
    }
}

impl From<ChartError> for Failure {
    fn from(error: ChartError) -> Self {
        Failure::Refused(error)
    }
}

fn wrong(problem: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

fn read_entries(
    location: &str,
    stream: &mut impl Read,
    budget: &mut Budget<'_>,
) -> Result<Vec<Entry>, Failure> {
    let mut files = Vec::new();
    let mut paths = HashSet::new();
    // What an extended header says of the entry behind it: its name, if it has another.
    let mut extension: Option<Option<Vec<u8>>> = None;
    while let Some(Header { name, kind, size }) = next_header(stream)? {
        budget.count_entry()?;
        if matches!(kind, Kind::Extended | Kind::Global | Kind::LongName) {
            if size > MAX_EXTENSION {
                return Err("an extended header is too long".into());
            }
            if extension.is_some() {
                return Err("an entry has two extended headers".into());
            }
            let bytes = content(stream, size)?;
            match kind {
                Kind::LongName => extension = Some(Some(header::long_name(&bytes)?)),
                Kind::Extended => extension = Some(header::records(&bytes)?),
                _ => {
                    header::records(&bytes)?;
                }
            }
            continue;
        }
        let name = extension.take().flatten().unwrap_or(name);
        let shown = || String::from_utf8_lossy(&name[..name.len().min(200)]).into_owned();
        match kind {
            Kind::Refused(kind) => {
                return Err(Failure::Refused(ChartError::ArchiveLink {
                    archive: location.to_owned(),
                    entry: shown(),
                    kind,
                }));
            }
            // The whole name counts: cut off in its header, a long one can end in a slash.
            Kind::File if name.ends_with(b"/") => {
                return Err("a file is named as a folder is".into());
            }
            Kind::Old if name.ends_with(b"/") && size > 0 => {
                return Err("a folder has a length".into());
            }
            Kind::Old if name.ends_with(b"/") => continue,
            Kind::File | Kind::Old => {}
            _ => continue,
        }
        let refused = |reason| ChartError::ArchiveEntry {
            archive: location.to_owned(),
            entry: shown(),
            reason,
        };
        let path = file_path(&name).map_err(refused)?;
        // Helm reads some files twice then, and of others the first or the last.
        if !paths.insert(path.clone()) {
            return Err(refused("a file that stands there twice").into());
        }
        budget.check_file(&format!("{location}/{path}"), size)?;
        files.push((path, without_bom(content(stream, size)?)));
    }
    if extension.is_some() {
        return Err("an extended header has no entry".into());
    }
    if files.is_empty() {
        return Err("it holds no files".into());
    }
    Ok(files)
}

/// The next header; none at the end, behind which nothing but zeros may stand.
fn next_header(stream: &mut impl Read) -> Result<Option<Header>, Failure> {
    let mut block = [0; BLOCK];
    if !fill(stream, &mut block)? {
        return Ok(None);
    }
    if block != [0; BLOCK] {
        return Ok(Some(header::parse(&block)?));
    }
    while fill(stream, &mut block)? {
        if block != [0; BLOCK] {
            return Err("something follows the end of the archive".into());
        }
    }
    Ok(None)
}

/// Reads a block; whether there is one.
fn fill(stream: &mut impl Read, block: &mut [u8; BLOCK]) -> io::Result<bool> {
    let mut filled = 0;
    while filled < BLOCK {
        match stream.read(&mut block[filled..]) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => filled += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// The `size` bytes behind a header; what fills their last block is read too.
fn content(stream: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(size).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut padding = [0; BLOCK];
    let length = bytes.len().next_multiple_of(BLOCK) - bytes.len();
    stream.read_exact(&mut padding[..length])?;
    Ok(bytes)
}

/// The path in the chart of an entry with this name: its first part dropped, the rest cleaned.
fn file_path(name: &[u8]) -> Result<String, &'static str> {
    if name.len() > MAX_NAME {
        return Err("a name that is too long");
    }
    let name = std::str::from_utf8(name).map_err(|_| "a name that is not UTF-8")?;
    if name.contains(is_unseen) {
        return Err("a name with a control character or one that nobody sees");
    }
    // helm takes a name with any backslash for one that was made on Windows.
    let delimiter = if name.contains('\\') { '\\' } else { '/' };
    let Some((top, rest)) = name.split_once(delimiter) else {
        return Err("a file that does not stand in the chart's directory");
    };
    if top == "Chart.yaml" {
        return Err("a Chart.yaml that does not stand in the chart's directory");
    }
    let rest = rest.replace(delimiter, "/");
    if rest.starts_with('/') || name.starts_with('/') {
        return Err("an absolute name");
    }
    let parts: Vec<&str> = rest
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if top == ".." || parts.contains(&"..") {
        return Err("a name that leads out of the chart");
    }
    if parts.is_empty() {
        return Err("a file that does not stand in the chart's directory");
    }
    let path = parts.join("/");
    // Helm takes both for what they only look like.
    match is_drive(&path) || path.starts_with("..") {
        true => Err("a name that helm refuses"),
        false => Ok(path),
    }
}

/// `c:/…`.
pub(super) fn is_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic())
}

/// The bytes without a byte order mark, as helm loads them.
pub(super) fn without_bom(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with(BOM) {
        bytes.drain(..BOM.len());
    }
    bytes
}

#[cfg(test)]
mod tests;
