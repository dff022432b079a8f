//! The headers of a tar archive, as far as all readers take them alike.
//!
//! Go's `archive/tar`, which helm reads with, knows five dialects and mends what old writers broke: it guesses. What it
//! would have to guess is refused here. POSIX' ustar and pax (IEEE 1003.1-2008), GNU tar's magic with its long names, and
//! the plain header of before are read, each only with fields that stand where they belong.

use std::collections::HashSet;

/// The length of a header, and of what all lengths are rounded up to.
pub(super) const BLOCK: usize = 512;

/// The longest extended header, that of Go.
pub(super) const MAX_EXTENSION: u64 = 1 << 20;

/// The bits of a mode above the permissions, and what they say.
const FORMAT: u64 = !0o7777;
const REGULAR: u64 = 0o100_000;
const DIRECTORY: u64 = 0o040_000;

/// What follows a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A plain file.
    File,
    /// A file as it was written before there was a mark for folders: one if its name ends in a slash.
    Old,
    /// Nothing.
    Directory,
    /// pax' records for the next entry.
    Extended,
    /// pax' records for all entries, of which none matters to a chart (`git archive` writes a comment).
    Global,
    /// GNU's long name for the next entry.
    LongName,
    /// What no chart holds, and what that is.
    Refused(&'static str),
}

/// A header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The entry's name, unless an extended header has another.
    pub(super) name: Vec<u8>,
    /// What follows.
    pub(super) kind: Kind,
    /// How many bytes follow, but for those that fill the last block.
    pub(super) size: u64,
}

/// Reads a header.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn parse(block: &[u8; BLOCK]) -> Result<Header, &'static str> {
    check_sum(block)?;
    let mode = octal(&block[100..108])?;
    // Nothing depends on them, but Go refuses those that are no numbers. GNU tar writes large ids as bytes.
    for id in [&block[108..116], &block[116..124]] {
        if id[0] & 0x80 == 0 {
            octal(id)?;
        }
    }
    let size = octal(&block[124..136])?;
    octal(&block[136..148])?;
    let mut name = text(&block[..100]).to_vec();
    match &block[257..265] {
        b"ustar\x0000" => {
            octal(&block[329..337])?;
            octal(&block[337..345])?;
            let prefix = text(&block[345..500]);
            if !prefix.is_empty() {
                name = [prefix, b"/", &name].concat();
            }
            zeros(&block[500..])?;
        }
        b"ustar  \0" => {
            octal(&block[329..337])?;
            octal(&block[337..345])?;
            // Times, and maps of sparse files.
            zeros(&block[345..])?;
        }
        _ => zeros(&block[257..])?,
    }
    Ok(Header {
        kind: kind(block[156], mode & FORMAT, size)?,
        name,
        size,
    })
}

fn kind(flag: u8, format: u64, size: u64) -> Result<Kind, &'static str> {
    let kind = match flag {
        b'x' => return Ok(Kind::Extended),
        b'g' => return Ok(Kind::Global),
        b'L' => return Ok(Kind::LongName),
        b'0' => Kind::File,
        0 => Kind::Old,
        b'5' => Kind::Directory,
        b'1' | b'2' | b'K' => Kind::Refused("a link"),
        b'S' => Kind::Refused("a sparse file"),
        _ => Kind::Refused("a device or another special file"),
    };
    match kind {
        Kind::File | Kind::Old if ![0, REGULAR].contains(&format) => {
            Err("a file has the mode of something else")
        }
        Kind::Directory if ![0, DIRECTORY].contains(&format) => {
            Err("a directory has the mode of something else")
        }
        Kind::Directory if size > 0 => Err("a directory has a length"),
        kind => Ok(kind),
    }
}

/// The sum of all bytes, the field itself taken for blanks.
fn check_sum(block: &[u8; BLOCK]) -> Result<(), &'static str> {
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>();
    let wanted = sum(&block[..148]) + sum(&block[156..]) + 8 * u64::from(b' ');
    match octal(&block[148..156]) {
        Ok(found) if found == wanted => Ok(()),
        _ => Err("a header's sum is wrong"),
    }
}

/// A number: blanks, octal digits, and only blanks and NULs behind them.
fn octal(field: &[u8]) -> Result<u64, &'static str> {
    let begin = field.iter().take_while(|&&byte| byte == b' ').count();
    let digits = field[begin..]
        .iter()
        .take_while(|byte| (b'0'..=b'7').contains(*byte))
        .count();
    let rest = &field[begin + digits..];
    if !rest.iter().all(|byte| matches!(byte, b' ' | 0)) {
        return Err("a header's number is none");
    }
    // Twelve digits at most.
    let digits = &field[begin..begin + digits];
    Ok(digits
        .iter()
        .fold(0, |number, byte| number * 8 + u64::from(byte - b'0')))
}

/// What stands before the first NUL.
fn text(field: &[u8]) -> &[u8] {
    let end = field.iter().position(|&byte| byte == 0);
    &field[..end.unwrap_or(field.len())]
}

fn zeros(bytes: &[u8]) -> Result<(), &'static str> {
    match bytes.iter().all(|&byte| byte == 0) {
        true => Ok(()),
        false => Err("a header is of a dialect that is not read"),
    }
}

/// The name that GNU's long name gives: one text, which a NUL may end.
///
/// # Errors
/// It is none.
pub(super) fn long_name(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let name = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    match name.is_empty() || name.contains(&0) {
        true => Err("a long name is none"),
        false => Ok(name.to_vec()),
    }
}

/// The name that pax' records give, if they give one. The others mean nothing to a chart, but for those that would change
/// what a file is: they are refused.
///
/// # Errors
/// A record is malformed, stands twice, or changes more than the name.
pub(super) fn records(bytes: &[u8]) -> Result<Option<Vec<u8>>, &'static str> {
    const MALFORMED: &str = "a record of an extended header is malformed";
    let mut seen: HashSet<&[u8]> = HashSet::new();
    let mut path = None;
    let mut rest = bytes;
    while !rest.is_empty() {
        let (key, value, behind) = record(rest).ok_or(MALFORMED)?;
        if !seen.insert(key) {
            return Err("a record of an extended header stands twice");
        }
        rest = behind;
        let is_number = |value: &[u8]| {
            value.len() < 19 && !value.is_empty() && value.iter().all(u8::is_ascii_digit)
        };
        match key {
            b"path" if value.is_empty() || value.contains(&0) => return Err(MALFORMED),
            b"path" => path = Some(value.to_vec()),
            b"size" | b"linkpath" => return Err("an extended header changes what a file is"),
            b"uname" | b"gname" if value.contains(&0) => return Err(MALFORMED),
            b"uid" | b"gid" if !is_number(value) => return Err(MALFORMED),
            b"mtime" | b"atime" | b"ctime" => {
                let value = value.strip_prefix(b"-").unwrap_or(value);
                let mut parts = value.splitn(2, |&byte| byte == b'.');
                if !parts.all(is_number) {
                    return Err(MALFORMED);
                }
            }
            _ if key.starts_with(b"GNU.sparse.") => return Err("a file is sparse"),
            _ => {}
        }
    }
    Ok(path)
}

/// A record `LENGTH KEY=VALUE\n`, whose length counts all of it: its key, its value, and what follows it.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let digits = bytes.iter().take(8).take_while(|b| b.is_ascii_digit());
    let digits = digits.count();
    if bytes.first() == Some(&b'0') || bytes.get(digits) != Some(&b' ') {
        return None;
    }
    let length: usize = std::str::from_utf8(&bytes[..digits]).ok()?.parse().ok()?;
    let record = bytes.get(digits + 1..length)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|&byte| byte == b'=')?;
    let (key, value) = (&record[..equals], &record[equals + 1..]);
    (!key.is_empty() && !key.contains(&0)).then_some((key, value, &bytes[length..]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A POSIX header of a file `a/x` with changes, and a right sum.
    fn header(changes: &[(usize, &[u8])]) -> Result<Header, &'static str> {
        let mut block = [0; BLOCK];
        let fields: [(usize, &[u8]); 7] = [
            (0, b"a/x"),
            (100, b"0000644\0"),
            (108, b"0000000\0"),
            (116, b"0000000\0"),
            (124, b"00000000012\0"),
            (156, b"0"),
            (257, b"ustar\x0000"),
        ];
        for (at, bytes) in fields.iter().chain(changes) {
            block[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        parse(&block)
    }

    #[test]
    fn three_dialects_are_read() {
        for (magic, name) in [
            (&b"ustar\x0000"[..], &b"a/x"[..]),
            (b"ustar  \0", b"a/x"),
            (&[0; 8], b"a/x"),
        ] {
            let read = header(&[(257, magic)]).unwrap();
            assert_eq!(
                (read.name.as_slice(), read.kind, read.size),
                (name, Kind::File, 10)
            );
        }
        assert_eq!(header(&[(156, b"\0")]).unwrap().kind, Kind::Old);
        let read = header(&[(345, b"top")]).unwrap();
        assert_eq!(read.name, b"top/a/x");
        let read = header(&[(108, &[0x80, 0, 0, 0, 0, 0x7f, 0xff, 0xff])]).unwrap();
        assert_eq!(read.kind, Kind::File);
    }

    /// What Go and the tar crate read in two ways, each by its bytes.
    #[test]
    fn what_readers_take_in_two_ways_is_refused() {
        type Changes = &'static [(usize, &'static [u8])];
        let cases: [(&str, Changes); 12] = [
            ("a STAR header", &[(345, b"top"), (508, b"tar\0")]),
            (
                "GNU's magic and a prefix",
                &[(257, b"ustar  \0"), (345, b"top")],
            ),
            (
                "GNU's magic and a time",
                &[(257, b"ustar  \0"), (345, b"00000000001\0")],
            ),
            ("another version", &[(263, b"11")]),
            ("no version", &[(263, b"\0\0"), (345, b"top")]),
            ("no magic and a prefix", &[(257, &[0; 8]), (345, b"top")]),
            ("another magic", &[(257, b"usta\0\0\0\0")]),
            (
                "a length as bytes",
                &[(124, &[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10])],
            ),
            ("a length below zero", &[(124, b"-0000000012\0")]),
            ("a length in two parts", &[(124, b"0000 000012\0")]),
            ("a time that is none", &[(136, b"yesterday")]),
            ("a directory with a length", &[(156, b"5")]),
        ];
        for (case, changes) in cases {
            assert!(header(changes).is_err(), "{case}");
        }
        for (flag, mode) in [(b"0", b"0040755\0"), (b"\0", b"0120777\0")] {
            assert!(header(&[(156, flag), (100, mode)]).is_err());
        }
        assert!(parse(&[b'0'; BLOCK]).is_err());
    }

    #[test]
    fn links_and_devices_are_told_apart() {
        for (flag, says) in [
            (b"1", "link"),
            (b"2", "link"),
            (b"K", "link"),
            (b"3", "special"),
            (b"6", "special"),
            (b"7", "special"),
            (b"A", "special"),
            (b"S", "sparse"),
        ] {
            let read = header(&[(156, flag)]).unwrap();
            assert!(matches!(read.kind, Kind::Refused(kind) if kind.contains(says)));
        }
    }

    #[test]
    fn records_are_read_strictly() {
        let read = |text: &str| records(text.as_bytes());
        assert_eq!(read(""), Ok(None));
        assert_eq!(
            read("30 mtime=1350244992.023960108\n12 path=a/x\n").map(|path| path.unwrap()),
            Ok(b"a/x".to_vec())
        );
        assert_eq!(read("27 SCHILY.xattr.user=x=\0\n=\n"), Ok(None));
        for text in [
            "12 path=a/x",
            "11 path=a/x\n",
            "13 path=a/x\n",
            "012 path=a/x\n",
            "+12 path=a/x\n",
            "8 path=\n",
            "12 path=a\0x\n",
            "6 a x\n",
            "5 =x\n",
            "99999999999999999999 path=x\n",
            "12 path=a/x\n12 path=a/y\n",
            "10 size=1\n",
            "14 linkpath=x\n",
            "18 mtime=yesterday\n",
            "9 uid=x\n\n",
            "22 GNU.sparse.major=1\n",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
        assert_eq!(long_name(b"a/x\0"), Ok(b"a/x".to_vec()));
        assert!(long_name(b"").is_err() && long_name(b"a\0b\0").is_err());
    }
}
