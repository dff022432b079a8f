//! Archives for helm to read: a copy of a chart, and the archives in it. Nothing else is in them than a plain header for
//! each file (IEEE 1003.1-2008, ustar, and pax for long names), so that all programs read them alike.

use std::borrow::Cow;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::archive::{MAX_NAME, is_drive};

/// The directory that the files of a written archive stand in; helm drops the first part of each name.
const TOP: &str = "chart/";

/// Writes an archive of these files in this order: the same bytes for the same files. It is for helm's eyes only, so it
/// is not compressed, unless it would be longer than `max_len`, the longest file that helm loads.
pub(super) fn write(files: &[(String, Cow<'_, [u8]>)], max_len: u64) -> io::Result<Vec<u8>> {
    let length: usize = files.iter().map(|(_, bytes)| bytes.len() + 2048).sum();
    let mut archive = Archive::new(Vec::with_capacity(length))?;
    for (path, bytes) in files {
        archive.add(path, bytes)?;
    }
    let stored = archive.finish()?;
    if stored.len() as u64 <= max_len {
        return Ok(stored);
    }
    let fast = compress(files, Compression::fast())?;
    if fast.len() as u64 <= max_len {
        return Ok(fast);
    }
    compress(files, Compression::best())
}

fn compress(files: &[(String, Cow<'_, [u8]>)], level: Compression) -> io::Result<Vec<u8>> {
    let mut tar = Builder::new(GzEncoder::new(Vec::new(), level));
    for (path, bytes) in files {
        add(&mut tar, path, bytes)?;
    }
    tar.into_inner()?.finish()
}

/// An archive that is being written, not compressed.
pub(super) struct Archive<W: Write>(Builder<Stored<W>>);

impl<W: Write> Archive<W> {
    /// An archive with no files yet.
    pub(super) fn new(to: W) -> io::Result<Archive<W>> {
        Ok(Archive(Builder::new(Stored::new(to)?)))
    }

    /// Adds a file.
    pub(super) fn add(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        add(&mut self.0, path, bytes)
    }

    /// Ends it.
    pub(super) fn finish(self) -> io::Result<W> {
        self.0.into_inner()?.finish()
    }
}

fn add(tar: &mut Builder<impl Write>, path: &str, bytes: &[u8]) -> io::Result<()> {
    let name = format!("{TOP}{path}");
    let mut header = Header::new_ustar();
    let field = &mut header
        .as_ustar_mut()
        .ok_or(io::ErrorKind::InvalidData)?
        .name;
    // In the plain header if it fits, without ustar's prefix; else in a record of pax.
    match field.get_mut(..name.len()) {
        Some(field) => field.copy_from_slice(name.as_bytes()),
        None => tar.append_pax_extensions([("path", name.as_bytes())])?,
    }
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(bytes.len() as u64);
    header.set_cksum();
    tar.append(&header, bytes)
}

/// A gzip file (RFC 1952) of deflate's stored blocks (RFC 1951, 3.2.4): flate2 takes several times as long.
struct Stored<W: Write> {
    to: W,
    /// The block at hand.
    block: Vec<u8>,
    crc: flate2::Crc,
}

impl<W: Write> Stored<W> {
    /// The longest stored block.
    const BLOCK: usize = u16::MAX as usize;

    fn new(mut to: W) -> io::Result<Self> {
        // Magic, deflate, no flags, no time, no extra flags, unknown system.
        to.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])?;
        Ok(Stored {
            to,
            block: Vec::with_capacity(Self::BLOCK),
            crc: flate2::Crc::new(),
        })
    }

    /// Writes the block at hand; `last` is 1 for the last one.
    fn end_block(&mut self, last: u8) -> io::Result<()> {
        // Never longer than a u16 holds.
        let length = u16::try_from(self.block.len()).unwrap_or(u16::MAX);
        let [low, high] = length.to_le_bytes();
        self.to.write_all(&[last, low, high, !low, !high])?;
        self.to.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<W> {
        self.end_block(1)?;
        self.to.write_all(&self.crc.sum().to_le_bytes())?;
        self.to.write_all(&self.crc.amount().to_le_bytes())?;
        self.to.flush()?;
        Ok(self.to)
    }
}

impl<W: Write> Write for Stored<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.block.len() == Self::BLOCK {
            self.end_block(0)?;
        }
        let room = (Self::BLOCK - self.block.len()).min(bytes.len());
        let (taken, _) = bytes.split_at(room);
        self.crc.update(taken);
        self.block.extend_from_slice(taken);
        Ok(room)
    }

    /// Blocks are as long as they can be.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether helm reads a file at `path` of a written archive as the file that it is in a directory: it takes
/// backslashes for slashes there, and refuses some names.
pub(super) fn can_hold(path: &str) -> bool {
    path.len() < MAX_NAME && !path.contains('\\') && !path.starts_with("..") && !is_drive(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::super::archive::{self, Entry};
    use super::super::error::ChartError;
    use super::super::limits::{Budget, Limits};
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<Entry>, ChartError> {
        archive::read("charts/a.tgz", bytes, &mut Budget::new(&Limits::default()))
    }

    #[test]
    fn written_archives_read_back_and_are_the_same_each_time() {
        let long = format!("templates/{}/x.yaml", "d".repeat(180));
        let files = vec![
            ("Chart.yaml".to_owned(), Cow::Borrowed(&b"name: a"[..])),
            (long.clone(), Cow::Borrowed(b"x")),
            ("ä☺".repeat(30), Cow::Borrowed(b"1")),
            ("a".repeat(100 - TOP.len()), Cow::Borrowed(b"2")),
        ];
        let archive = write(&files, u64::MAX).unwrap();
        assert_eq!(archive, write(&files, u64::MAX).unwrap());
        // Too long for helm unless it is compressed.
        let compressed = write(&files, archive.len() as u64 - 1).unwrap();
        assert!(compressed.len() < archive.len());
        let entries = read(&archive).unwrap();
        assert_eq!(entries.len(), 4);
        assert_eq!(entries[1].0, long);
        assert_eq!(entries[3], ("a".repeat(100 - TOP.len()), b"2".to_vec()));

        let again = read(&compressed).unwrap();
        assert_eq!(again, entries);
    }

    #[test]
    fn stored_archives_of_any_length_read_back() {
        for length in [0, 1, 511, 512, 0xffff - 2048, 0xffff, 0x10000, 0x30000] {
            let bytes: Vec<u8> = (0..length).map(|at: u32| (at % 251) as u8).collect();
            let files = [("f".to_owned(), Cow::Borrowed(bytes.as_slice()))];
            let stored = write(&files, u64::MAX).unwrap();
            let entries = read(&stored).unwrap();
            assert_eq!(entries, [("f".to_owned(), bytes)], "{length}");
        }
        let mut unpacked = Vec::new();
        GzDecoder::new(
            Stored::new(Vec::new())
                .unwrap()
                .finish()
                .unwrap()
                .as_slice(),
        )
        .read_to_end(&mut unpacked)
        .unwrap();
        assert!(unpacked.is_empty());
    }
}
