//! Reading a file that somebody else may have written, and no more of it than is sensible.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// All of the file at `path`; nothing if it is longer than `limit` bytes.
///
/// # Errors
/// It cannot be read.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    whole(File::open(path)?, limit)
}

/// The same of a file that is open.
///
/// # Errors
/// It cannot be read.
pub(crate) fn whole(file: File, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let bytes = up_to(limit, file)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// All bytes, but at most one more than the limit: who counts refuses that.
///
/// # Errors
/// They cannot be read.
pub(crate) fn up_to(limit: u64, from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::read;

    #[test]
    fn a_file_is_read_up_to_the_limit() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        assert_eq!(read(file.path(), 3).unwrap().unwrap(), b"abc");
        assert!(read(file.path(), 2).unwrap().is_none());
        assert!(read(&file.path().join("none"), 2).is_err());
    }
}
