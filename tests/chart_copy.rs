//! The copy of a chart renders as the chart does, under both helms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod helm_support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use argocd_pin_plugin::chart::{ChartError, ChartTree, FileKind, Limits};
use argocd_pin_plugin::workdir::WorkDir;
use helm_support::{helms, package, render, snapshot, write_files};

/// Prints what stands in it, and the files that `.Files` shows.
const SHOW: &[u8] = b"chart: {{ .Chart.Name }}\npath: {{ .Template.BasePath }}\n\
files:\n{{- range $path, $bytes := .Files }}\n  {{ $path | quote }}: {{ $bytes | toString | sha256sum }}\n{{- end }}\n\
values: {{ .Values | toJson }}\n{{- if .Files.Get \"bom.txt\" }}\nbom: {{ .Files.Get \"bom.txt\" | quote }}\n{{- end }}\n";

fn chart_yaml(name: &str, more: &str) -> Vec<u8> {
    format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n{more}").into_bytes()
}

/// A chart with everything: directories and archives in each other, aliases, a library, `.helmignore`, links.
fn umbrella(dir: &Path) {
    let inner = package(
        "inner",
        &[
            ("Chart.yaml", &chart_yaml("inner", "")),
            ("values.yaml", b"depth: 2\n"),
            ("templates/show.yaml", SHOW),
            ("templates/tests/pod.yaml", b"inner: test\n"),
        ],
    );
    let library = chart_yaml("library", "type: library\n");
    let redis = package(
        "redis",
        &[
            ("Chart.yaml", &chart_yaml("redis", "")),
            ("values.yaml", b"port: 6379\n"),
            (".helmignore", b"*.md\n"),
            ("README.md", b"not ignored in an archive"),
            ("templates/show.yaml", SHOW),
            ("templates/.dot.yaml", b"dot: in an archive\n"),
            ("templates/tests/pod.yaml", b"redis: test\n"),
            ("charts/inner-1.0.0.tgz", &inner),
            ("charts/library/Chart.yaml", &library),
            (
                "charts/library/templates/_l.tpl",
                b"{{ define \"l\" }}from the library{{ end }}",
            ),
        ],
    );
    let dependencies = "dependencies:\n- {name: redis, version: 1.x, alias: cache}\n\
        - {name: redis, version: 1.x, alias: queue}\n- {name: plain, version: '*'}\n";
    write_files(
        dir,
        &[
            ("Chart.yaml", &chart_yaml("umbrella", dependencies)),
            ("values.yaml", b"\xef\xbb\xbfcache:\n  port: 1\n"),
            (
                ".helmignore",
                b"\xef\xbb\xbf# comment\r\ntests/\r\n*.bak\r\n/secret.txt\r\n.git\r\n",
            ),
            ("bom.txt", b"\xef\xbb\xbfwith a mark"),
            ("secret.txt", b"hidden"),
            ("binary.dat", &[0, 159, 146, 150, 255]),
            ("old.bak", b"hidden"),
            (
                "crds/crd.yaml",
                b"kind: CustomResourceDefinition\nmetadata: {name: c}\n",
            ),
            ("templates/show.yaml", SHOW),
            ("templates/NOTES.txt", b"Notes of {{ .Release.Name }}"),
            ("templates/.hidden.yaml", b"{{ broken"),
            ("templates/tests/pod.yaml", b"{{ broken"),
            (
                "templates/library.yaml",
                b"library: {{ include \"l\" . }}\n",
            ),
            ("charts/redis-1.0.0.tgz", &redis),
            ("charts/plain/Chart.yaml", &chart_yaml("plain", "")),
            ("charts/plain/templates/show.yaml", SHOW),
            ("charts/plain/templates/.seen.yaml", b"dot: seen\n"),
            ("charts/plain/templates/tests/pod.yaml", b"{{ broken"),
            (
                "charts/plain/charts/below/Chart.yaml",
                &chart_yaml("below", ""),
            ),
            ("charts/plain/charts/below/templates/show.yaml", SHOW),
            ("charts/_ignored/Chart.yaml", b"not: a chart"),
            (".git/config", b"[core]"),
        ],
    );
    let shared = dir.parent().unwrap().join("shared");
    write_files(&shared, &[("one.yaml", SHOW), ("sub/two.yaml", SHOW)]);
    symlink("../../shared/one.yaml", dir.join("templates/linked.yaml")).unwrap();
    symlink("../../shared", dir.join("templates/linked-directory")).unwrap();
}

fn read(dir: &Path) -> ChartTree {
    ChartTree::read(dir, &Limits::default()).unwrap()
}

#[test]
fn an_untouched_copy_renders_the_same() {
    let temp = tempfile::tempdir().unwrap();
    let chart = temp.path().join("chart");
    umbrella(&chart);
    let before = snapshot(temp.path());
    let copy = temp.path().join("copy");
    read(&chart).write(&copy).unwrap();
    let work = WorkDir::create().unwrap();
    let archive = read(&chart).write_for_helm(&work, "packed").unwrap();
    assert!(archive.is_file() && archive.starts_with(work.path()));

    for helm in helms() {
        let expected = render(&helm, &chart);
        assert!(expected.contains("redis: test") && expected.contains("from the library"));
        assert!(expected.contains("dot: seen") && expected.contains("dot: in an archive"));
        assert_eq!(render(&helm, &copy), expected, "{}", helm.display());
        assert_eq!(render(&helm, &archive), expected, "{}", helm.display());
    }
    // No archive is passed on as it is.
    let archive = "charts/redis-1.0.0.tgz";
    assert_ne!(
        fs::read(copy.join(archive)).unwrap(),
        fs::read(chart.join(archive)).unwrap()
    );
    assert!(!copy.join("secret.txt").exists() && !copy.join(".git").exists());
    fs::remove_dir_all(&copy).unwrap();
    assert_eq!(snapshot(temp.path()), before, "the chart was written to");
}

#[test]
fn a_changed_copy_renders_what_was_changed_and_nothing_else() {
    let temp = tempfile::tempdir().unwrap();
    let chart = temp.path().join("chart");
    umbrella(&chart);
    let mut tree = read(&chart);
    let mut changed = 0;
    tree.visit_mut(&mut |chart| {
        for file in &mut chart.files {
            if file.kind == FileKind::Template {
                let text = [file.bytes(), b"{{/* changed */}}"].concat();
                file.replace(text);
                changed += 1;
            }
        }
    });
    assert!(changed >= 10);
    let copy = temp.path().join("copy");
    tree.write(&copy).unwrap();
    let work = WorkDir::create().unwrap();
    let packed = tree.write_for_helm(&work, "packed").unwrap();
    for helm in helms() {
        let expected = render(&helm, &chart);
        assert_eq!(render(&helm, &copy), expected, "{}", helm.display());
        assert_eq!(render(&helm, &packed), expected, "{}", helm.display());
    }
    let again = read(&copy);
    let redis = again
        .charts()
        .into_iter()
        .find(|chart| chart.name == "redis")
        .unwrap();
    assert!(
        redis
            .files
            .iter()
            .any(|file| file.text().is_some_and(|text| text.contains("changed")))
    );
    let inner = again
        .charts()
        .into_iter()
        .find(|chart| chart.name == "inner")
        .unwrap();
    assert!(
        inner
            .files
            .iter()
            .any(|file| file.text().is_some_and(|text| text.contains("changed")))
    );

    // The same change gives the same bytes.
    let second = temp.path().join("second");
    tree.write(&second).unwrap();
    let relative = |dir: &Path| -> Vec<_> {
        snapshot(dir)
            .into_iter()
            .map(|(path, bytes)| (path.strip_prefix(dir).unwrap().to_owned(), bytes))
            .collect()
    };
    assert_eq!(relative(&copy), relative(&second));
}

#[test]
fn what_an_archive_cannot_hold_is_written_as_a_directory() {
    for (file, fits) in [
        ("back\\slash.txt", false),
        ("..name", false),
        ("c:/name", false),
        ("templates/..name.yaml", true),
        ("dir/c:/name", true),
    ] {
        let temp = tempfile::tempdir().unwrap();
        let chart = temp.path().join("chart");
        write_files(
            &chart,
            &[
                ("Chart.yaml", &chart_yaml("a", "")),
                ("templates/show.yaml", SHOW),
                (file, b"x: 1\n"),
            ],
        );
        let work = WorkDir::create().unwrap();
        let copy = read(&chart).write_for_helm(&work, "copy").unwrap();
        assert_eq!(copy.is_file(), fits, "{file}");
        for helm in helms() {
            assert_eq!(render(&helm, &copy), render(&helm, &chart), "{file}");
        }
    }
}

#[test]
fn knows_charts_by_name_and_place() {
    let temp = tempfile::tempdir().unwrap();
    let chart = temp.path().join("chart");
    umbrella(&chart);
    let tree = read(&chart);
    let seen: Vec<_> = tree
        .charts()
        .iter()
        .map(|chart| (chart.name.clone(), chart.location.clone(), chart.is_archive))
        .collect();
    let redis = "charts/redis-1.0.0.tgz".to_owned();
    let expected = [
        ("umbrella", String::new(), false),
        ("redis", redis.clone(), true),
        ("inner", format!("{redis}/charts/inner-1.0.0.tgz"), true),
        ("library", format!("{redis}/charts/library"), false),
        ("plain", "charts/plain".to_owned(), false),
        ("below", "charts/plain/charts/below".to_owned(), false),
    ];
    let expected = expected.map(|(name, location, archive)| (name.to_owned(), location, archive));
    assert_eq!(seen, expected);

    let mut paths = Vec::new();
    let mut tree = tree;
    tree.visit_mut(&mut |chart| paths.push(chart.name.clone()));
    assert_eq!(
        paths,
        ["umbrella", "redis", "inner", "library", "plain", "below"]
    );
    let below = tree
        .charts()
        .into_iter()
        .find(|chart| chart.name == "below")
        .unwrap();
    let file = below
        .files
        .iter()
        .find(|file| file.kind == FileKind::Template)
        .unwrap();
    assert_eq!(
        below.path_from_root(file),
        "charts/plain/charts/below/templates/show.yaml"
    );
}

#[test]
fn the_copy_is_private() {
    let temp = tempfile::tempdir().unwrap();
    let chart = temp.path().join("chart");
    umbrella(&chart);
    let copy = temp.path().join("copy");
    read(&chart).write(&copy).unwrap();
    let mut directories = vec![copy];
    while let Some(dir) = directories.pop() {
        assert_eq!(
            fs::metadata(&dir).unwrap().permissions().mode() & 0o777,
            0o700
        );
        for entry in fs::read_dir(dir).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                directories.push(entry.path());
            } else {
                assert_eq!(
                    entry.metadata().unwrap().permissions().mode() & 0o777,
                    0o600
                );
            }
        }
    }
}

#[test]
fn what_is_not_helms_business_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    let chart = temp.path().join("repository/chart");
    write_files(&chart, &[("Chart.yaml", &chart_yaml("a", ""))]);
    let limits = Limits {
        confine: Some(temp.path().join("repository")),
        ..Limits::default()
    };
    let read = || ChartTree::read(&chart, &limits).map(drop);
    assert!(read().is_ok());

    let outside = temp.path().join("outside");
    write_files(&outside, &[("f", b"x")]);
    let link = chart.join("link");
    symlink(outside.join("f"), &link).unwrap();
    assert!(matches!(read(), Err(ChartError::Outside { path }) if path == "link"));
    assert!(ChartTree::read(&chart, &Limits::default()).is_ok());
    fs::remove_file(&link).unwrap();

    symlink("..", &link).unwrap();
    assert!(matches!(read(), Err(ChartError::LinkLoop { .. })));
    fs::remove_file(&link).unwrap();

    symlink("nowhere", &link).unwrap();
    assert!(matches!(read(), Err(ChartError::BrokenLink { path }) if path == "link"));
    fs::remove_file(&link).unwrap();

    symlink("/dev/null", &link).unwrap();
    assert!(matches!(
        ChartTree::read(&chart, &Limits::default()),
        Err(ChartError::Irregular { .. })
    ));
    fs::write(chart.join(".helmignore"), "link\n").unwrap();
    assert!(read().is_ok());
    fs::remove_file(&link).unwrap();

    symlink(outside.join("f"), chart.join("templates")).unwrap();
    assert!(matches!(read(), Err(ChartError::Outside { .. })));
    fs::remove_file(chart.join("templates")).unwrap();

    fs::write(chart.join("big"), vec![0; (5 << 20) + 1]).unwrap();
    assert!(matches!(read(), Err(ChartError::FileTooLarge { path, .. }) if path == "big"));
    fs::remove_file(chart.join("big")).unwrap();

    fs::write(chart.join(".helmignore"), "**/x\n").unwrap();
    assert!(matches!(read(), Err(ChartError::Ignore(_))));
    fs::remove_file(chart.join(".helmignore")).unwrap();
    symlink(outside.join("f"), chart.join(".helmignore")).unwrap();
    assert!(matches!(read(), Err(ChartError::Outside { .. })));
    fs::remove_file(chart.join(".helmignore")).unwrap();

    for (name, bytes) in [
        (
            "charts/cut.tgz",
            &package("a", &[("Chart.yaml", b"name: a")])[..50],
        ),
        ("charts/text.tgz", b"hello"),
    ] {
        write_files(&chart, &[(name, bytes)]);
        assert!(matches!(read(), Err(ChartError::BrokenArchive { path, .. }) if path == name));
        fs::remove_file(chart.join(name)).unwrap();
    }
    assert!(matches!(
        ChartTree::read(&chart.join("Chart.yaml"), &limits),
        Err(ChartError::NoChart { .. })
    ));
    assert!(matches!(
        ChartTree::read(&outside, &limits),
        Err(ChartError::Outside { .. })
    ));
}

#[test]
fn hostile_nesting_ends() {
    // Links that double at each level: 2^40 directories if one follows them all.
    let temp = tempfile::tempdir().unwrap();
    let chart = temp.path().join("chart");
    write_files(&chart, &[("Chart.yaml", &chart_yaml("a", ""))]);
    for level in 0..40 {
        let dir = chart.join(format!("d{level}"));
        fs::create_dir(&dir).unwrap();
        for name in ["a", "b"] {
            symlink(format!("../d{}", level + 1), dir.join(name)).unwrap();
        }
    }
    fs::create_dir(chart.join("d40")).unwrap();
    assert!(matches!(
        ChartTree::read(&chart, &Limits::default()),
        Err(ChartError::TooManyFiles { .. })
    ));

    // Charts in charts in charts, by one long name in an archive.
    let deep = format!("{}Chart.yaml", "charts/a/".repeat(400));
    let archive = package("a", &[(&deep, b"name: a")]);
    let chart = temp.path().join("deep");
    write_files(&chart, &[("charts/deep.tgz", &archive)]);
    assert!(matches!(
        ChartTree::read(&chart, &Limits::default()),
        Err(ChartError::TooDeep { .. })
    ));

    // Archives in archives.
    let mut archive = package("a", &[("Chart.yaml", b"name: a")]);
    for _ in 0..70 {
        archive = package(
            "a",
            &[("Chart.yaml", b"name: a"), ("charts/a.tgz", &archive)],
        );
    }
    let chart = temp.path().join("nested");
    write_files(&chart, &[("charts/a.tgz", &archive)]);
    assert!(matches!(
        ChartTree::read(&chart, &Limits::default()),
        Err(ChartError::TooDeep { .. })
    ));
}

/// A folder of the chart is a link to elsewhere now and then, while it is read: nothing from there is read, and no name.
#[test]
fn a_folder_that_becomes_a_link_while_it_is_read() {
    let temp = tempfile::tempdir().unwrap();
    let chart = temp.path().join("repository/chart");
    write_files(
        &chart,
        &[
            ("Chart.yaml", &chart_yaml("a", "")),
            ("files/d/own", b"own"),
        ],
    );
    write_files(
        &temp.path().join("outside"),
        &[("foreign-name", b"foreign-bytes")],
    );
    let (folder, link) = (chart.join("files/d"), temp.path().join("repository/link"));
    symlink(temp.path().join("outside"), &link).unwrap();
    let ends = AtomicBool::new(false);
    let limits = Limits {
        confine: Some(temp.path().join("repository")),
        ..Limits::default()
    };
    let (mut read, mut refused) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            use rustix::fs::{CWD, RenameFlags, renameat_with};
            while !ends.load(Ordering::Relaxed) {
                renameat_with(CWD, &folder, CWD, &link, RenameFlags::EXCHANGE).unwrap();
            }
        });
        for _ in 0..2_000 {
            let shown = match ChartTree::read(&chart, &limits) {
                Ok(tree) => {
                    read += 1;
                    format!("{:?}", tree.root.files)
                }
                Err(error) => {
                    refused += 1;
                    format!("{error}: {:?}", std::error::Error::source(&error))
                }
            };
            assert!(!shown.contains("foreign"), "{shown}");
        }
        ends.store(true, Ordering::Relaxed);
    });
    println!("{read} read, {refused} refused");
}
