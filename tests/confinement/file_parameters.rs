//! The parameter `file-parameters`, which becomes `--set-file`.

use crate::support::each_helm;
use crate::tenant::Tenant;

#[track_caller]
fn refused(name: &str, path: &str, says: &str) {
    each_helm(|helm| {
        let tenant = Tenant::new().map("file-parameters", name, path);
        tenant.write("app/a.txt", "a");
        tenant.refused(helm, &["parameter", says]);
    });
}

#[test]
fn the_seeds_absolute_path() {
    let tenant = Tenant::new();
    let seed = tenant.seed_file().display().to_string();
    let tenant = tenant.map("file-parameters", "a", &seed);
    each_helm(|helm| tenant.refused(helm, &["does not exist in the repository"]));
}

#[test]
fn dot_dot_to_the_seed() {
    refused("a", "../../../../etc/seed", "outside of the repository");
}

#[test]
fn a_link_to_the_seed() {
    each_helm(|helm| {
        let tenant = Tenant::new().map("file-parameters", "a", "x.txt");
        tenant.link("app/x.txt", tenant.up_to_seed());
        tenant.refused(helm, &["outside of the repository"]);
    });
}

#[test]
fn a_link_to_proc() {
    each_helm(|helm| {
        let tenant = Tenant::new().map("file-parameters", "a", "x.txt");
        tenant.link("app/x.txt", "/proc/self/environ");
        tenant.refused(helm, &["outside of the repository"]);
    });
}

#[test]
fn a_file_address() {
    refused("a", "file:///etc/passwd", "remote address");
}

/// `a=a.txt,b=/etc/passwd` would be two files.
#[test]
fn a_comma_in_the_path() {
    refused("a", "a.txt,b=/etc/passwd", "does not exist");
    each_helm(|helm| {
        let tenant = Tenant::new().map("file-parameters", "a", "a.txt,b=/etc/passwd");
        tenant.write("app/a.txt,b=/etc/passwd", "my-own-file");
        let outcome = tenant.harmless(helm);
        assert!(outcome.stdout.contains("my-own-file"), "{}", outcome.stdout);
    });
}

#[test]
fn braces_that_make_a_list() {
    refused("a", "{a.txt,/etc/passwd}", "does not exist");
}

/// `a=/etc/passwd,b=…` would be two files.
#[test]
fn an_equals_sign_in_the_name() {
    refused("a=/etc/passwd,b", "a.txt", "backslash");
}

#[test]
fn a_comma_in_the_name() {
    refused("a,b", "a.txt", "backslash");
}

/// `a\=/repository/d=/etc/passwd`: the name would go on to the `=` in the path, and the rest of the path be the file.
#[test]
fn a_backslash_that_lets_the_path_end_the_name() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let inner = format!("d={}", tenant.seed_file().display());
        let tenant = tenant.map("file-parameters", "a\\", &inner);
        tenant.write(&format!("app/{inner}"), "mine");
        tenant.refused(helm, &["backslash"]);
    });
}

/// The path alone, with a name that is one: it means the file in the repository.
#[test]
fn an_equals_sign_in_the_path() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let inner = format!("d={}", tenant.seed_file().display());
        let tenant = tenant.map("file-parameters", "a", &inner);
        tenant.write(&format!("app/{inner}"), "my-own-file");
        let outcome = tenant.harmless(helm);
        assert!(
            outcome.stdout.contains("\\\"a\\\":\\\"my-own-file"),
            "{}",
            outcome.stdout
        );
    });
}

#[test]
fn a_name_with_an_index_that_is_not_closed() {
    each_helm(|helm| {
        let tenant = Tenant::new().map("file-parameters", "a[", "d]=/etc/passwd");
        tenant.write("app/d]=/etc/passwd", "mine");
        if helm.version.starts_with('3') {
            tenant.refused(helm, &["set-file"]);
        } else {
            // It sets nothing then.
            let outcome = tenant.harmless(helm);
            assert!(
                outcome.stdout.contains("values: \"{}\""),
                "{}",
                outcome.stdout
            );
        }
    });
}

#[test]
fn a_name_that_looks_like_a_flag() {
    each_helm(|helm| {
        let tenant = Tenant::new().map("file-parameters", "--post-renderer", "a.txt");
        tenant.write("app/a.txt", "mine");
        let outcome = tenant.harmless(helm);
        assert!(
            outcome.stdout.contains("--post-renderer\\\":\\\"mine"),
            "{}",
            outcome.stdout
        );
    });
}

/// The content is text for `tpl` at most, and that reads the chart's own files only.
#[test]
fn content_that_is_a_template() {
    each_helm(|helm| {
        let tenant = Tenant::new().map("file-parameters", "a", "a.txt");
        tenant.write(
            "app/a.txt",
            r#"{{ .Files.Get "../../../../etc/seed" }}{{ .Files.Get "/etc/passwd" }}"#,
        );
        tenant.write("app/templates/tpl.yaml", "read: '{{ tpl .Values.a . }}'\n");
        let outcome = tenant.harmless(helm);
        assert!(outcome.stdout.contains("read: ''"), "{}", outcome.stdout);
    });
}
