#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use std::borrow::Cow;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::super::limits::Limits;
use super::super::pack;
use super::*;

/// An archive of entries as they are: name, type, bytes.
fn raw(entries: &[(&[u8], EntryType, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, kind, bytes) in entries {
        let mut header = Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name);
        header.set_entry_type(*kind);
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn read_with(limits: &Limits, bytes: &[u8]) -> Result<Vec<Entry>, ChartError> {
    read("charts/a.tgz", bytes, &mut Budget::new(limits))
}

fn refused(entries: &[(&[u8], EntryType, &[u8])]) -> String {
    read_with(&Limits::default(), &raw(entries))
        .unwrap_err()
        .to_string()
}

#[test]
fn names_lose_their_first_part() {
    for (name, path) in [
        ("a/Chart.yaml", "Chart.yaml"),
        ("./Chart.yaml", "Chart.yaml"),
        ("a/./templates//x", "templates/x"),
        (r"a\templates\x", "templates/x"),
        (r"a/b\x", "x"),
    ] {
        assert_eq!(file_path(name.as_bytes()).as_deref(), Ok(path), "{name}");
    }
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for name in [
        "Chart.yaml",
        "Chart.yaml/x",
        "a/",
        "a/.",
        "a/..",
        "a/../b",
        "../b",
        "a/b/../../c",
        "/etc/passwd",
        "a//etc/passwd",
        r"a\..\b",
        r"a\\etc",
        "a/c:/x",
        "a/./c:/x",
        "a/..x",
        "a/\0",
        "a/\u{1b}[31m",
        "a/\u{202e}x",
        "",
    ] {
        assert!(file_path(name.as_bytes()).is_err(), "{name:?}");
    }
    assert!(file_path(b"a/\xff").is_err());
    assert!(file_path(&[b'a'; 5000]).is_err());
}

#[test]
fn links_and_devices_are_refused() {
    for (kind, word) in [
        (EntryType::Symlink, "a link"),
        (EntryType::Link, "a link"),
        (EntryType::Char, "special"),
        (EntryType::Block, "special"),
        (EntryType::Fifo, "special"),
    ] {
        let message = refused(&[
            (b"a/Chart.yaml", EntryType::Regular, b"name: a"),
            (b"a/x", kind, b""),
        ]);
        assert!(
            message.contains("a/x") && message.contains(word),
            "{message}"
        );
    }
    assert!(refused(&[(b"a/../../x", EntryType::Regular, b"")]).contains("leads out"));
}

#[test]
fn extended_headers_belong_to_the_entry_behind_them() {
    let pax = |key: &str| {
        let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        builder
            .append_pax_extensions([(key, &b"a/templates/x"[..])])
            .unwrap();
        let mut header = Header::new_ustar();
        header.set_size(1);
        builder.append_data(&mut header, "a/x", &b"x"[..]).unwrap();
        let archive = builder.into_inner().unwrap().finish().unwrap();
        read_with(&Limits::default(), &archive)
    };
    assert_eq!(pax("path").unwrap()[0].0, "templates/x");
    for key in ["GNU.sparse.name", "linkpath", "size", "mtime"] {
        assert!(
            matches!(pax(key), Err(ChartError::BrokenArchive { .. })),
            "{key}"
        );
    }
    let x: (&[u8], EntryType, &[u8]) = (b"a/x", EntryType::Regular, b"x");
    let path: (&[u8], EntryType, &[u8]) = (b"p", EntryType::XHeader, b"12 path=a/y\n");
    let long: (&[u8], EntryType, &[u8]) = (b"l", EntryType::GNULongName, b"a/z\0");
    let global: (&[u8], EntryType, &[u8]) = (b"g", EntryType::XGlobalHeader, b"12 path=a/g\n");
    for (entries, expected) in [
        (&[path, x][..], Some("y")),
        (&[long, x], Some("z")),
        (&[global, x], Some("x")),
        (&[path, path, x], None),
        (&[path, long, x], None),
        (&[long, path, x], None),
        (&[path, global, x], None),
        (&[x, path], None),
    ] {
        let files = read_with(&Limits::default(), &raw(entries));
        assert_eq!(
            files.ok().map(|files| files[0].0.clone()).as_deref(),
            expected
        );
    }
}

#[test]
fn the_whole_name_says_what_is_a_folder() {
    let cut = [b"a/".as_slice(), &[b'x'; 97], b"/"].concat();
    let whole = [cut.as_slice(), b"y"].concat();
    let long: (&[u8], EntryType, &[u8]) = (b"l", EntryType::GNULongName, &whole);
    let file: (&[u8], EntryType, &[u8]) = (&cut, EntryType::Regular, b"x");
    let files = read_with(&Limits::default(), &raw(&[long, file])).unwrap();
    assert!(files[0].0.ends_with("x/y"));
    assert!(read_with(&Limits::default(), &raw(&[file])).is_err());
}

#[test]
fn a_file_that_stands_twice_is_refused() {
    for second in [&b"a/x"[..], b"b/x", b"a/./x"] {
        let message = refused(&[
            (b"a/x", EntryType::Regular, b"1"),
            (second, EntryType::Regular, b"2"),
        ]);
        assert!(message.contains("twice"), "{message}");
    }
}

#[test]
fn nothing_follows_the_end() {
    let whole = raw(&[(b"a/x", EntryType::Regular, b"x")]);
    let mut tar = Vec::new();
    GzDecoder::new(whole.as_slice())
        .read_to_end(&mut tar)
        .unwrap();
    let read = |tar: &[u8]| read_with(&Limits::default(), &gzip(tar)).is_ok();
    let end = tar.len() - 2 * BLOCK;
    assert!(read(&tar) && read(&tar[..end]) && read(&tar[..end + BLOCK]));
    assert!(read(&[tar.clone(), vec![0; 10 * BLOCK]].concat()));
    assert!(!read(&tar[..end + 100]) && !read(&tar[..end - 1]));
    assert!(!read(&[tar.clone(), b"x".to_vec()].concat()));
    assert!(!read(&[tar.clone(), tar.clone()].concat()));
    let again = |more: &[u8]| {
        let bytes = [whole.as_slice(), more].concat();
        read_with(&Limits::default(), &bytes).is_ok()
    };
    assert!(again(b""));
    assert!(!again(b"\0") && !again(&whole) && !again(&gzip(b"")));
}

#[test]
fn directories_and_global_headers_are_skipped() {
    let archive = raw(&[
        (b"a/", EntryType::Directory, b""),
        (b"pax", EntryType::XGlobalHeader, b"6 a=b\n"),
        (b"a/x", EntryType::Regular, b"\xef\xbb\xbfx"),
    ]);
    let files = read_with(&Limits::default(), &archive).unwrap();
    assert_eq!(files, [("x".to_owned(), b"x".to_vec())]);
}

#[test]
fn broken_archives_are_refused() {
    let whole = raw(&[(b"a/x", EntryType::Regular, &[7; 3000])]);
    for broken in [&b""[..], b"hello", &whole[..whole.len() / 2], &raw(&[])] {
        assert!(matches!(
            read_with(&Limits::default(), broken),
            Err(ChartError::BrokenArchive { .. })
        ));
    }
}

#[test]
fn limits_hold_before_the_bytes_are_read() {
    let zeros = vec![0; 3 << 20];
    let bomb = raw(&[
        (b"a/1", EntryType::Regular, &zeros),
        (b"a/2", EntryType::Regular, &zeros),
    ]);
    assert!(bomb.len() < 50_000);
    let limits = |max_file, max_archive, max_total| Limits {
        max_file,
        max_archive,
        max_total,
        ..Limits::default()
    };
    assert!(matches!(
        read_with(&limits(1 << 20, 100 << 20, 100 << 20), &bomb),
        Err(ChartError::FileTooLarge { .. })
    ));
    assert!(matches!(
        read_with(&limits(5 << 20, 4 << 20, 100 << 20), &bomb),
        Err(ChartError::ArchiveTooLarge { .. })
    ));
    assert!(matches!(
        read_with(&limits(5 << 20, 100 << 20, 4 << 20), &bomb),
        Err(ChartError::ChartTooLarge { .. })
    ));
    assert!(read_with(&limits(5 << 20, 100 << 20, 100 << 20), &bomb).is_ok());
    let many = Limits {
        max_entries: 1,
        ..Limits::default()
    };
    assert!(matches!(
        read_with(&many, &bomb),
        Err(ChartError::TooManyFiles { limit: 1 })
    ));
}

#[test]
fn a_long_name_is_no_way_round_the_limit() {
    // The name of a GNU "long name" entry is read as a whole.
    let name = vec![b'a'; 3 << 20];
    let bomb = raw(&[
        (b"././@LongLink", EntryType::GNULongName, &name),
        (b"a", EntryType::Regular, b""),
    ]);
    let limits = Limits {
        max_archive: 1 << 20,
        ..Limits::default()
    };
    for limits in [limits, Limits::default()] {
        assert!(matches!(
            read_with(&limits, &bomb),
            Err(ChartError::BrokenArchive { .. })
        ));
    }
    let name = vec![b'a'; 5000];
    let long = raw(&[
        (b"././@LongLink", EntryType::GNULongName, &name),
        (b"a", EntryType::Regular, b""),
    ]);
    assert!(matches!(
        read_with(&Limits::default(), &long),
        Err(ChartError::ArchiveEntry { .. })
    ));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(3000))]

    /// Damage anywhere in the archive: an error, or files with harmless names; never a panic.
    #[test]
    fn damaged_archives_are_read_or_refused(
        damage in proptest::collection::vec((0_usize..6144, proptest::prelude::any::<u8>()), 0..6),
        long_name in proptest::bool::ANY,
    ) {
        let long = format!("templates/{}", "n".repeat(if long_name { 150 } else { 5 }));
        let files = [
            ("Chart.yaml".to_owned(), Cow::Borrowed(&b"name: a"[..])),
            (long, Cow::Borrowed(&b"x"[..])),
        ];
        let archive = pack::write(&files, u64::MAX).unwrap();
        let mut tar = Vec::new();
        GzDecoder::new(archive.as_slice()).read_to_end(&mut tar).unwrap();
        for &(at, byte) in &damage {
            if let Some(place) = tar.get_mut(at) {
                *place = byte;
            }
        }
        // A header with a right sum, so that what it says is read and not refused.
        for header in tar.chunks_exact_mut(512).filter(|block| &block[257..262] == b"ustar") {
            header[148..156].fill(b' ');
            let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
            header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
        if let Ok(files) = read_with(&Limits::default(), &gzip(&tar)) {
            proptest::prop_assert!(!files.is_empty());
            for (path, _) in files {
                proptest::prop_assert!(!path.starts_with('/'));
                proptest::prop_assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")));
            }
        }
    }
}
