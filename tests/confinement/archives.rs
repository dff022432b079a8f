//! Subcharts as archives: their names and links are never paths on disk.

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use crate::support::each_helm;
use crate::tenant::Tenant;

const CHART: &[u8] = b"apiVersion: v2\nname: sub\nversion: 1.0.0\n";

/// An archive of entries as they are: name, type, what a link names, bytes.
fn archive(entries: &[(&str, EntryType, &str, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, kind, link, bytes) in entries {
        let mut header = Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        if !link.is_empty() {
            header.set_link_name(link).unwrap();
        }
        header.set_entry_type(*kind);
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

/// A subchart with one more entry, which must be refused.
#[track_caller]
fn refused(name: &str, kind: EntryType, link: &str, says: &str) {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let bytes = archive(&[
            ("sub/Chart.yaml", EntryType::Regular, "", CHART),
            (name, kind, link, b""),
        ]);
        tenant.write("app/charts/sub-1.0.0.tgz", bytes);
        tenant.refused(helm, &["charts/sub-1.0.0.tgz", says]);
    });
}

#[test]
fn a_symbolic_link() {
    refused("sub/files/x", EntryType::Symlink, "/etc/passwd", "a link");
}

#[test]
fn a_symbolic_link_for_a_folder() {
    refused(
        "sub/files",
        EntryType::Symlink,
        "../../../../../etc",
        "a link",
    );
}

#[test]
fn a_hard_link() {
    refused("sub/files/x", EntryType::Link, "/etc/passwd", "a link");
}

#[test]
fn a_device() {
    refused("sub/files/x", EntryType::Char, "", "special");
    refused("sub/files/x", EntryType::Fifo, "", "special");
}

#[test]
fn a_name_that_climbs_out() {
    refused(
        "sub/../../../../tmp/x",
        EntryType::Regular,
        "",
        "leads out of the chart",
    );
    refused("../x", EntryType::Regular, "", "leads out of the chart");
}

#[test]
fn an_absolute_name() {
    refused("/etc/passwd", EntryType::Regular, "", "absolute name");
    refused("sub//etc/passwd", EntryType::Regular, "", "absolute name");
}

#[test]
fn a_name_with_backslashes() {
    refused(
        r"sub\..\..\x",
        EntryType::Regular,
        "",
        "leads out of the chart",
    );
    refused(r"sub\\etc\x", EntryType::Regular, "", "absolute name");
}

#[test]
fn an_archive_in_an_archive() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let inner = archive(&[
            ("inner/Chart.yaml", EntryType::Regular, "", CHART),
            ("inner/x", EntryType::Symlink, "/etc/passwd", b""),
        ]);
        let outer = archive(&[
            ("sub/Chart.yaml", EntryType::Regular, "", CHART),
            ("sub/charts/inner-1.0.0.tgz", EntryType::Regular, "", &inner),
        ]);
        tenant.write("app/charts/sub-1.0.0.tgz", outer);
        tenant.refused(helm, &["inner-1.0.0.tgz", "a link"]);
    });
}

#[test]
fn an_archive_that_is_much_larger_than_it_seems() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let zeros = vec![0; 6 << 20];
        let bomb = archive(&[
            ("sub/Chart.yaml", EntryType::Regular, "", CHART),
            ("sub/files/x", EntryType::Regular, "", &zeros),
        ]);
        assert!(bomb.len() < 100_000);
        tenant.write("app/charts/sub-1.0.0.tgz", bomb);
        tenant.refused(helm, &["files/x", "larger than 5 MiB"]);
    });
}

#[test]
fn an_archive_that_is_cut_off() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let whole = archive(&[
            ("sub/Chart.yaml", EntryType::Regular, "", CHART),
            ("sub/x", EntryType::Regular, "", &[7; 5000]),
        ]);
        tenant.write("app/charts/sub-1.0.0.tgz", &whole[..whole.len() / 2]);
        tenant.refused(helm, &["charts/sub-1.0.0.tgz"]);
    });
}

/// A header of a file with changes, and a right sum.
fn header(name: &[u8], size: usize, changes: &[(usize, &[u8])]) -> Vec<u8> {
    let mut header = Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name);
    header.set_mode(0o644);
    header.set_size(size as u64);
    for (at, bytes) in changes {
        header.as_mut_bytes()[*at..at + bytes.len()].copy_from_slice(bytes);
    }
    header.set_cksum();
    header.as_bytes().to_vec()
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// A subchart whose archive Go reads in another way than others do: a schema that shows the seed is in it for Go only.
#[track_caller]
fn hidden_schema(parts: impl Fn(&[u8]) -> Vec<u8>) {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.seed("some text that is no JSON at all, and longer than 32 bytes");
        let schema = format!(r#"{{"$ref": "file://{}"}}"#, tenant.seed_file().display());
        let chart = [header(b"sub/Chart.yaml", CHART.len(), &[]), padded(CHART)].concat();
        let end = vec![0; 1024];
        let archive = gzip(&[chart, parts(schema.as_bytes()), end].concat());
        tenant.write("app/charts/sub-1.0.0.tgz", archive);
        tenant.refused(helm, &["charts/sub-1.0.0.tgz"]);
    });
}

#[test]
fn a_header_of_a_dialect_with_another_prefix() {
    // STAR's prefix has 131 bytes, ustar's 155; GNU's magic has none, but for Go where its times are none.
    hidden_schema(|schema| {
        let changes: [(usize, &[u8]); 2] = [(345, b"sub"), (508, b"tar\0")];
        let header = header(b"values.schema.json", schema.len(), &changes);
        [header, padded(schema)].concat()
    });
    hidden_schema(|schema| {
        let changes: [(usize, &[u8]); 2] = [(257, b"ustar  \0"), (345, b"sub")];
        let header = header(b"values.schema.json", schema.len(), &changes);
        [header, padded(schema)].concat()
    });
}

#[test]
fn a_header_of_another_version() {
    hidden_schema(|schema| {
        let changes: [(usize, &[u8]); 2] = [(263, b"  "), (345, b"sub")];
        let header = header(b"values.schema.json", schema.len(), &changes);
        [header, padded(schema)].concat()
    });
}

#[test]
fn a_record_that_stands_twice() {
    hidden_schema(|schema| {
        let records = b"14 path=sub/x\n31 path=sub/values.schema.json\n";
        let pax = header(b"pax", records.len(), &[(156, b"x")]);
        let file = header(b"sub/y", schema.len(), &[]);
        [pax, padded(records), file, padded(schema)].concat()
    });
}

#[test]
fn a_folder_with_a_length() {
    // Go reads nothing behind it, so that the next header begins there.
    hidden_schema(|schema| {
        let file = header(b"sub/values.schema.json", schema.len(), &[]);
        let content = [file, padded(schema)].concat();
        let folder = header(b"sub/d/", content.len(), &[(156, b"5")]);
        [folder, content].concat()
    });
}

#[test]
fn a_file_that_stands_twice() {
    hidden_schema(|schema| {
        let name = b"sub/values.schema.json";
        let first = [header(name, schema.len(), &[]), padded(schema)].concat();
        let second = [header(name, 2, &[]), padded(b"{}")].concat();
        [first, second].concat()
    });
}

#[test]
fn something_behind_the_end() {
    hidden_schema(|schema| {
        let file = header(b"sub/values.schema.json", schema.len(), &[]);
        [vec![0; 1024], file, padded(schema)].concat()
    });
}

/// An archive that is read is not the one that helm gets: it is written anew.
#[test]
fn an_honest_archive() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let bytes = archive(&[
            ("sub/", EntryType::Directory, "", b""),
            ("sub/Chart.yaml", EntryType::Regular, "", CHART),
            (
                "sub/templates/x.yaml",
                EntryType::Regular,
                "",
                b"shown: {{ .Chart.Name }}\n",
            ),
        ]);
        tenant.write("app/charts/sub-1.0.0.tgz", bytes);
        assert!(tenant.harmless(helm).stdout.contains("shown: sub"));
    });
}
