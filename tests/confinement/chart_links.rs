//! Links in the chart: helm follows them, wherever they lead.

use std::path::Path;

use crate::support::each_helm;
use crate::tenant::Tenant;

/// A link at this path of the repository, to the seed.
#[track_caller]
fn refused(path: &str, says: &str) {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.link(path, tenant.seed_file());
        tenant.refused(helm, &["link out of the repository", says]);
    });
}

#[test]
fn a_file_of_the_chart() {
    refused("app/files/x.txt", "files/x.txt");
}

#[test]
fn a_template() {
    refused("app/templates/x.yaml", "templates/x.yaml");
}

#[test]
fn a_partial() {
    refused("app/templates/_x.tpl", "_x.tpl");
}

#[test]
fn a_crd() {
    refused("app/crds/x.yaml", "crds/x.yaml");
}

#[test]
fn the_values() {
    refused("app/values.yaml", "values.yaml");
}

#[test]
fn the_schema() {
    refused("app/values.schema.json", "values.schema.json");
}

#[test]
fn the_charts_own_description() {
    refused("app/Chart.yaml", "Chart.yaml");
}

#[test]
fn the_lock_file() {
    refused("app/Chart.lock", "Chart.lock");
}

#[test]
fn the_ignore_file() {
    refused("app/.helmignore", ".helmignore");
}

#[test]
fn a_file_of_a_subchart() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.write(
            "app/charts/sub/Chart.yaml",
            "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
        );
        tenant.link("app/charts/sub/values.yaml", tenant.seed_file());
        tenant.refused(helm, &["charts/sub/values.yaml"]);
    });
}

#[test]
fn a_subchart_that_is_a_folder_elsewhere() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.link("app/charts/sub", "../../../../../etc");
        tenant.refused(helm, &["charts/sub", "link out of the repository"]);
    });
}

#[test]
fn a_subchart_that_is_an_archive_elsewhere() {
    refused("app/charts/sub-1.0.0.tgz", "sub-1.0.0.tgz");
}

#[test]
fn a_linked_folder() {
    each_helm(|helm| {
        for target in ["/", "/proc/self", "../../neighbour", "../../.."] {
            let tenant = Tenant::new();
            tenant.link("app/files", target);
            tenant.refused(helm, &["files", "link out of the repository"]);
        }
    });
}

#[test]
fn a_chain_of_links() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.link("app/files/one", "../../shared/two");
        tenant.link("shared/two", "three/seed");
        tenant.link("shared/three", "../../../../etc");
        tenant.refused(helm, &["files/one", "link out of the repository"]);
    });
}

#[test]
fn a_link_to_the_own_environment() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.link("app/files/x", "/proc/self/environ");
        tenant.refused(helm, &["files/x"]);
    });
}

#[test]
fn a_link_to_a_device() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.link("app/files/x", "/dev/zero");
        tenant.refused(helm, &["files/x"]);
    });
}

#[test]
fn a_link_round_in_a_circle() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.link("app/files/up", "..");
        tenant.refused(helm, &["files/up"]);
        let tenant = Tenant::new();
        tenant.link("app/files/self", "self");
        tenant.refused(helm, &["files/self"]);
    });
}

/// The plugin server goes where the Application's path leads.
#[test]
fn the_applications_folder() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let chart = tenant.place.root.path().join("etc/chart");
        std::fs::create_dir(&chart).unwrap();
        std::fs::write(
            chart.join("Chart.yaml"),
            "apiVersion: v2\nname: x\nversion: 1.0.0\n",
        )
        .unwrap();
        std::fs::rename(tenant.path("app"), tenant.path("moved")).unwrap();
        tenant.link("app", "../../../etc/chart");
        tenant.refused(helm, &["link out of the repository"]);
    });
}

/// What `.helmignore` hides is not read by us, and helm gets a copy without it.
#[test]
fn an_ignored_link() {
    each_helm(|helm| {
        for ignore in ["x.txt\n", "files/\n", "/files/x.*\n"] {
            let tenant = Tenant::new();
            tenant.write("app/.helmignore", ignore);
            tenant.link("app/files/x.txt", tenant.seed_file());
            let outcome = tenant.harmless(helm);
            assert!(
                !outcome.stdout.contains("files/x.txt"),
                "{}",
                outcome.stdout
            );
        }
    });
}

/// A chart that calls nothing random is rendered as it is, and still from a copy: helm would read `.git`.
#[test]
fn a_link_in_a_folder_that_is_skipped() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.write(
            "app/templates/all.yaml",
            "files: {{ range $path, $bytes := .Files }}{{ $path }}={{ $bytes | toString | quote }} {{ end }}\n",
        );
        tenant.link("app/.git/x", tenant.seed_file());
        let outcome = tenant.harmless(helm);
        assert!(!outcome.stdout.contains(".git/x"), "{}", outcome.stdout);
    });
}

/// By hand all files are the user's own.
#[test]
fn by_hand_links_may_lead_anywhere() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let mine = tenant.place.root.path().join("mine.txt");
        std::fs::write(&mine, "my-own-file").unwrap();
        tenant.link("app/files/x.txt", Path::new(&mine));
        let output = tenant.command_by_hand(helm).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(stdout.contains("my-own-file"), "{stdout}");
    });
}
