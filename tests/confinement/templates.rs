//! What a template can reach: values and files of its own chart, nothing of the sidecar.

use crate::support::{each_helm, matches};
use crate::tenant::Tenant;

#[track_caller]
fn shows(template: &str, shown: &str) {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.write("app/templates/attack.yaml", template);
        let outcome = tenant.harmless(helm);
        assert!(outcome.stdout.contains(shown), "{}", outcome.stdout);
    });
}

#[track_caller]
fn refused(template: &str, says: &str) {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.write("app/templates/attack.yaml", template);
        tenant.refused(helm, &["attack.yaml", says]);
    });
}

#[test]
fn files_by_absolute_path() {
    shows(
        "read: '{{ .Files.Get \"/etc/passwd\" }}{{ .Files.Get \"/proc/self/environ\" }}'\n",
        "read: ''",
    );
}

#[test]
fn files_by_dot_dot() {
    shows(
        "read: '{{ .Files.Get \"../../../../etc/seed\" }}{{ .Files.Get \"files/../../../neighbour/values.yaml\" }}'\n",
        "read: ''",
    );
}

#[test]
fn files_by_a_glob() {
    shows(
        "read: '{{ range $p, $b := .Files.Glob \"../**\" }}{{ $p }}{{ end }}{{ range $p, $b := .Files.Glob \"/**\" }}{{ $p }}{{ end }}'\n",
        "read: ''",
    );
}

#[test]
fn the_environment() {
    refused(
        "a: {{ env \"PIN_SEED_FILE\" }}\n",
        "function \"env\" not defined",
    );
    refused(
        "a: {{ expandenv \"$PIN_SEED_FILE\" }}\n",
        "function \"expandenv\" not defined",
    );
}

#[test]
fn functions_that_read_files_elsewhere() {
    for name in ["readFile", "file", "exec", "readDir"] {
        refused(
            &format!("a: {{{{ {name} \"/etc/passwd\" }}}}\n"),
            "not defined",
        );
    }
}

/// What a chart prints when it fails is of a plain render: another value each time, and of no seed.
#[test]
fn a_failure_that_shows_what_was_generated() {
    each_helm(|helm| {
        let message = || {
            let tenant = Tenant::new();
            tenant.write(
                "app/templates/attack.yaml",
                "{{ fail (printf \"token: %s\" (randAlphaNum 24)) }}\n",
            );
            let outcome = tenant.run(&helm.path);
            assert_ne!(outcome.status, 0);
            assert_eq!(outcome.stdout, "");
            outcome.stderr
        };
        let both = [message(), message()];
        let shown = both
            .each_ref()
            .map(|said| said.rsplit(' ').next().unwrap_or_default());
        for token in shown {
            matches(token.trim_end(), "[A-Za-z0-9]{24}");
        }
        assert_ne!(shown[0], shown[1]);
    });
}

/// The names of the added templates are other ones in each run.
#[test]
fn a_guess_at_the_added_templates() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.write(
            "app/templates/attack.yaml",
            "a: {{ include \"pinned\" (list 1 2 3) }}\n",
        );
        let outcome = tenant.run(&helm.path);
        assert_eq!(outcome.stdout, "");
        outcome.assert_says(&["pinned"]);
    });
}

#[test]
fn a_template_that_includes_itself_for_ever() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.write(
            "app/templates/attack.yaml",
            "{{ define \"x\" }}{{ include \"x\" . }}{{ end }}{{ include \"x\" . }}\n",
        );
        tenant.refused(helm, &["attack.yaml"]);
    });
}
