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
