//! The parameter `values-files`.

use crate::support::each_helm;
use crate::tenant::Tenant;

const OUTSIDE: &str = "outside of the repository";

/// One entry that must be refused with this message, under both helms.
#[track_caller]
fn refused(entry: &str, says: &str) {
    each_helm(|helm| {
        Tenant::new()
            .array("values-files", &[entry])
            .refused(helm, &["values-files", says]);
    });
}

/// A link in the repository that must be refused when it is named, and when missing files are fine.
#[track_caller]
fn link_refused(target: &str, says: &str) {
    each_helm(|helm| {
        for ignore in ["false", "true"] {
            let tenant = Tenant::new().parameters(serde_json::json!([
                { "name": "values-files", "array": ["/shared/x.yaml"] },
                { "name": "ignore-missing-value-files", "string": ignore },
            ]));
            tenant.link("shared/x.yaml", target);
            tenant.refused(helm, &["values-files", says]);
        }
    });
}

#[test]
fn dot_dot_to_the_seed() {
    refused("../../../../etc/seed", OUTSIDE);
}

#[test]
fn dot_dot_in_the_middle() {
    refused("templates/../../../../../etc/seed", OUTSIDE);
}

#[test]
fn the_seeds_absolute_path() {
    let tenant = Tenant::new();
    let seed = tenant.seed_file().display().to_string();
    let tenant = tenant.array("values-files", &[&seed]);
    each_helm(|helm| tenant.refused(helm, &["does not exist in the repository"]));
}

#[test]
fn a_neighbours_repository() {
    refused("../../neighbour/values.yaml", OUTSIDE);
}

#[test]
fn a_link_to_the_seed() {
    link_refused("../../../../etc/seed", OUTSIDE);
}

#[test]
fn an_absolute_link_to_the_seed() {
    each_helm(|helm| {
        let tenant = Tenant::new().array("values-files", &["x.yaml"]);
        tenant.link("app/x.yaml", tenant.seed_file());
        tenant.refused(helm, &[OUTSIDE]);
    });
}

#[test]
fn a_chain_of_links() {
    each_helm(|helm| {
        let tenant = Tenant::new().array("values-files", &["one.yaml"]);
        tenant.link("app/one.yaml", "two.yaml");
        tenant.link("app/two.yaml", "../shared/three.yaml");
        tenant.link("shared/three.yaml", "four/seed");
        tenant.link("shared/four", "../../../../etc");
        tenant.refused(helm, &[OUTSIDE]);
    });
}

#[test]
fn a_linked_folder_on_the_way() {
    each_helm(|helm| {
        let tenant = Tenant::new().array("values-files", &["etc/seed"]);
        tenant.link("app/etc", "../../../../etc");
        tenant.refused(helm, &[OUTSIDE]);
    });
}

#[test]
fn a_link_to_the_own_environment() {
    link_refused("/proc/self/environ", OUTSIDE);
}

#[test]
fn a_link_to_another_processs_environment() {
    link_refused(&format!("/proc/{}/environ", std::process::id()), OUTSIDE);
}

#[test]
fn a_link_to_the_plugins_own_folder_by_proc() {
    // Leads back into the repository, but nobody needs it: the kernel's links have no path of their own.
    link_refused("/proc/self/cwd/../../neighbour/values.yaml", OUTSIDE);
}

#[test]
fn a_link_to_an_open_file() {
    link_refused("/proc/self/fd/0", OUTSIDE);
}

#[test]
fn a_link_to_an_endless_device() {
    link_refused("/dev/zero", OUTSIDE);
}

#[test]
fn a_link_to_itself() {
    link_refused("x.yaml", OUTSIDE);
}

/// Whether a file is there outside of the repository is not told either.
#[test]
fn a_link_tells_nothing_about_what_is_there() {
    each_helm(|helm| {
        let message = |target: &str| {
            let tenant = Tenant::new().array("values-files", &["x.yaml"]);
            tenant.link("app/x.yaml", target);
            tenant.run(&helm.path).stderr
        };
        assert_eq!(message("/etc/passwd"), message("/etc/no-such-file"));
        assert_eq!(message("/etc"), message("/no/such/folder"));
    });
}

#[test]
fn a_pipe_in_the_repository() {
    each_helm(|helm| {
        let tenant = Tenant::new().array("values-files", &["pipe.yaml"]);
        let made = std::process::Command::new("mkfifo")
            .arg(tenant.path("app/pipe.yaml"))
            .status();
        assert!(made.unwrap().success());
        tenant.refused(helm, &["not a file"]);
    });
}

#[test]
fn a_glob_that_climbs_out() {
    refused("../../../../etc/*", OUTSIDE);
    refused("../../*/values.yaml", OUTSIDE);
}

#[test]
fn a_glob_whose_middle_climbs_out() {
    refused("*/../../../../../etc/*", OUTSIDE);
}

#[test]
fn a_glob_with_alternatives_that_climb_out() {
    refused("{x,../../../../etc}/[s]eed", OUTSIDE);
    refused("{x,/../../../../etc}/[s]eed", OUTSIDE);
}

#[test]
fn a_glob_through_a_linked_folder() {
    each_helm(|helm| {
        let tenant = Tenant::new().array("values-files", &["**/see?"]);
        tenant.link("app/deep/etc", "../../../../../etc");
        tenant.refused(helm, &["leads out of the repository"]);
    });
}

#[test]
fn a_glob_that_matches_a_link() {
    each_helm(|helm| {
        let tenant = Tenant::new().array("values-files", &["*.yml"]);
        tenant.link("app/x.yml", "../../../../etc/seed");
        tenant.refused(helm, &["leads out of the repository"]);
    });
}

#[test]
fn a_file_address() {
    refused("file:///etc/passwd", "remote address");
    refused("FILE:/etc/passwd", "remote address");
}

#[test]
fn an_address_that_needs_a_plugin() {
    refused("secrets://values.yaml", "remote address");
    refused("git+https://example.com/x@values.yaml", "remote address");
}

#[test]
fn a_web_address() {
    refused("http://169.254.169.254/latest/meta-data/", "remote address");
}

#[test]
fn a_home() {
    refused("~/seed", "does not exist in the repository");
    refused("~root/.ssh/id_rsa", "does not exist in the repository");
}

#[test]
fn a_variable_that_holds_the_seeds_path() {
    refused("$PIN_SEED_FILE", "another source");
    refused("${PIN_SEED_FILE}", "another source");
    // Not the first part: an unknown variable is nothing.
    each_helm(|helm| {
        Tenant::new()
            .variable("ARGOCD_ENV_SEED", "../../../../etc/seed")
            .array("values-files", &["./$ARGOCD_ENV_SEED"])
            .refused(helm, &["values-files"]);
    });
}

#[test]
fn a_reference_to_another_source() {
    refused("$values/../../../../etc/seed", "another source");
}

#[test]
fn a_comma_that_begins_a_second_file() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let entry = format!("a.yaml,{}", tenant.seed_file().display());
        let tenant = tenant.array("values-files", &[&entry]);
        tenant.write("app/a.yaml", "");
        tenant.refused(helm, &["does not exist in the repository"]);
        // The same as a real path of the repository.
        tenant.write(&format!("app/{entry}"), "my: own-file");
        let outcome = tenant.harmless(helm);
        assert!(outcome.stdout.contains("own-file"), "{}", outcome.stdout);
    });
}

#[test]
fn a_quote_that_ends_the_path() {
    each_helm(|helm| {
        let entry = "a\"b.yaml";
        let tenant = Tenant::new().array("values-files", &[entry]);
        tenant.write(&format!("app/{entry}"), "my: own-file");
        let outcome = tenant.harmless(helm);
        assert!(outcome.stdout.contains("own-file"), "{}", outcome.stdout);
    });
}

#[test]
fn a_line_break_that_begins_a_second_file() {
    refused("a.yaml\n/etc/passwd", "control character");
}

#[test]
fn a_name_that_looks_like_a_flag() {
    refused("--post-renderer=/bin/sh", "does not exist");
    refused("-", "does not exist");
}

#[test]
fn files_that_fill_the_disk() {
    each_helm(|helm| {
        let file = Tenant::new().array("values-files", &["*.big"]);
        for number in 0..5 {
            let path = file.path(&format!("app/{number}.big"));
            let big = std::fs::File::create(path).unwrap();
            big.set_len(20 << 20).unwrap();
        }
        file.write("app/.helmignore", "*.big\n");
        file.refused(helm, &["larger than 64 MiB"]);
    });
}

#[test]
fn gits_own_files() {
    each_helm(|helm| {
        let tenant = Tenant::new().array("values-files", &["/.git/config"]);
        tenant.write(".git/config", "url: https://user:password@example.com");
        tenant.refused(helm, &["Git's own"]);
    });
}

/// The Application's path is the tenant's too: the plugin server's folder decides where the repository begins.
#[test]
fn a_source_path_that_lies() {
    each_helm(|helm| {
        for path in ["../../..", "/", "neighbour/app", "_cmp_server/repo/app"] {
            Tenant::new()
                .variable("ARGOCD_APP_SOURCE_PATH", path)
                .array("values-files", &["../../neighbour/values.yaml"])
                .refused(helm, &["values-files", "outside"]);
        }
    });
}

#[test]
fn a_broken_file_is_shown_without_our_own_paths() {
    each_helm(|helm| {
        let tenant = Tenant::new().array("values-files", &["broken.yaml"]);
        tenant.write("app/broken.yaml", "a: [");
        tenant.refused(helm, &["broken.yaml"]);
    });
}
