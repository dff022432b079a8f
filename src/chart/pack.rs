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
    let blocks: usize = files.iter().map(|(_, bytes)| bytes.len() / 512 + 4).sum();
    let mut builder = Builder::new(Vec::with_capacity(blocks * 512));
    for (path, bytes) in files {
        let name = format!("{TOP}{path}");
        let mut header = Header::new_ustar();
        let field = &mut header
            .as_ustar_mut()
            .ok_or(io::ErrorKind::InvalidData)?
            .name;
        // In the plain header if it fits, without ustar's prefix; else in a record of pax.
        match field.get_mut(..name.len()) {
            Some(field) => field.copy_from_slice(name.as_bytes()),
            None => builder.append_pax_extensions([("path", name.as_bytes())])?,
        }
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, &**bytes)?;
    }
    let tar = builder.into_inner()?;
    let stored = store(&tar);
    if stored.len() as u64 <= max_len {
        return Ok(stored);
    }
    let fast = compress(&tar, Compression::fast())?;
    if fast.len() as u64 <= max_len {
        return Ok(fast);
    }
    compress(&tar, Compression::best())
}

fn compress(tar: &[u8], level: Compression) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(tar)?;
    encoder.finish()
}

/// A gzip file (RFC 1952) of deflate's stored blocks (RFC 1951, 3.2.4): flate2 takes several times as long.
fn store(bytes: &[u8]) -> Vec<u8> {
    /// The longest stored block.
    const BLOCK: usize = 0xffff;
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    let mut gzip = Vec::with_capacity(bytes.len() + bytes.len() / BLOCK * 5 + 64);
    // Magic, deflate, no flags, no time, no extra flags, unknown system.
    gzip.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    for block in bytes.chunks(BLOCK) {
        // Never longer than a u16 holds.
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        gzip.push(0);
        gzip.extend_from_slice(&length.to_le_bytes());
        gzip.extend_from_slice(&(!length).to_le_bytes());
        gzip.extend_from_slice(block);
    }
    // An empty last block.
    gzip.extend_from_slice(&[1, 0, 0, 0xff, 0xff]);
    gzip.extend_from_slice(&crc.sum().to_le_bytes());
    gzip.extend_from_slice(&crc.amount().to_le_bytes());
    gzip
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
        GzDecoder::new(store(b"").as_slice())
            .read_to_end(&mut unpacked)
            .unwrap();
        assert!(unpacked.is_empty());
    }
}
