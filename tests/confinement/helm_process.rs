//! What the helm process gets from its surroundings.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;

use crate::support::{SEED, each_helm};
use crate::tenant::{Tenant, fake_helm};

/// A plugin where helm would look for it, which leaves a mark when it is run.
#[test]
fn a_plugin_of_helms() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let root = tenant.place.root.path().to_owned();
        let mark = root.join("mark");
        let plugins = root.join("home/.local/share/helm/plugins/evil");
        fs::create_dir_all(&plugins).unwrap();
        fs::write(
            plugins.join("plugin.yaml"),
            "name: evil\nversion: 1.0.0\nusage: x\ncommand: $HELM_PLUGIN_DIR/run\ndownloaders:\n- command: run\n  protocols: [evil]\n",
        )
        .unwrap();
        let run = plugins.join("run");
        fs::write(
            &run,
            format!(
                "#!/bin/sh\necho > {}\necho '---'\necho 'a: b'\n",
                mark.display()
            ),
        )
        .unwrap();
        fs::set_permissions(&run, fs::Permissions::from_mode(0o755)).unwrap();
        let above = plugins.parent().unwrap().display().to_string();
        let tenant = tenant
            .variable("HELM_PLUGINS", above)
            .variable(
                "HELM_DATA_HOME",
                root.join("home/.local/share/helm").display().to_string(),
            )
            .variable(
                "XDG_DATA_HOME",
                root.join("home/.local/share").display().to_string(),
            );
        tenant.write(
            "app/Chart.yaml",
            "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{name: a, version: 1.0.0, repository: 'evil://x'}]\n",
        );
        tenant.refused(helm, &["dependencies"]);
        assert!(!mark.exists(), "the plugin was run");
    });
}

/// Helm reads flags from its environment too.
#[test]
fn variables_of_helms() {
    each_helm(|helm| {
        let plain = Tenant::new().harmless(helm).stdout;
        let tenant = Tenant::new()
            .variable("HELM_NAMESPACE", "evil")
            .variable("HELM_DEBUG", "true")
            .variable("HELM_KUBEAPISERVER", "http://127.0.0.1:1")
            .variable("HELM_DRIVER", "memory")
            .variable("KUBECONFIG", "/etc/passwd")
            .variable("GODEBUG", "http2debug=2")
            .variable("TZ", "Asia/Tokyo");
        assert_eq!(tenant.harmless(helm).stdout, plain);
    });
}

/// Neither arguments nor environment nor open files of helm's lead to the seed.
#[test]
fn all_that_helm_inherits() {
    let tenant = Tenant::new()
        .variable("ARGOCD_ENV_TOKEN", "a-tenants-token")
        .variable("AWS_SECRET_ACCESS_KEY", "a-cloud-key")
        .variable("GIT_ASKPASS", "a-helper");
    let seen = tenant.place.root.path().join("seen");
    let helm = fake_helm(
        &tenant,
        &format!(
            "{{ echo \"$@\"; env; ls -l /proc/self/fd; cat /proc/self/cmdline; }} > {}\necho '---'\necho 'a: b'",
            seen.display()
        ),
    );
    assert_eq!(tenant.run(&helm).status, 0);
    let seen = fs::read_to_string(seen).unwrap();
    for part in [
        SEED,
        "etc/seed",
        "PIN_",
        "ARGOCD_",
        "KUBE_VERSION",
        "a-tenants-token",
        "a-cloud-key",
        "a-helper",
    ] {
        assert!(!seen.contains(part), "helm sees `{part}` in\n{seen}");
    }
    let home = seen.lines().find_map(|line| line.strip_prefix("HOME="));
    assert!(
        home.unwrap()
            .starts_with(tenant.place.tmp().to_str().unwrap())
    );
}

/// Proxies and certificates are the admin's, and reach it.
#[test]
fn what_helm_needs_for_the_network() {
    let tenant = Tenant::new()
        .variable("HTTPS_PROXY", "http://proxy:1")
        .variable("no_proxy", "inside")
        .variable("SSL_CERT_FILE", "/certificates");
    let seen = tenant.place.root.path().join("seen");
    let helm = fake_helm(
        &tenant,
        &format!("env > {}\necho '---'\necho 'a: b'", seen.display()),
    );
    assert_eq!(tenant.run(&helm).status, 0);
    let seen = fs::read_to_string(seen).unwrap();
    for line in [
        "HTTPS_PROXY=http://proxy:1",
        "no_proxy=inside",
        "SSL_CERT_FILE=/certificates",
        "TZ=UTC",
    ] {
        assert!(seen.lines().any(|seen| seen == line), "{seen}");
    }
}

/// Helm runs as the same user: what the kernel tells it about us is not our environment, memory or folder.
#[test]
fn the_plugins_own_process() {
    // Root may look at everything; then a user who may not is taken.
    let is_root = fs::metadata("/proc/self").is_ok_and(|_| {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        status.contains("\nUid:\t0\t")
    });
    let tenant = Tenant::new();
    let root = tenant.place.root.path().to_owned();
    let seen = tenant.place.tmp().join("../shared/seen");
    let shared = root.join("shared");
    fs::create_dir(&shared).unwrap();
    let helm = fake_helm(
        &tenant,
        &format!(
            "{{ cat /proc/$PPID/environ; ls /proc/$PPID/cwd/; ls /proc/$PPID/fd/; cat /proc/self/environ > /dev/null && echo own; }} > {} 2>&1\necho '---'\necho 'a: b'",
            seen.display()
        ),
    );
    let mut command = tenant.command(&helm);
    if is_root {
        let open_up = std::process::Command::new("chmod")
            .args(["-R", "a+rwX"])
            .arg(&root)
            .status();
        assert!(open_up.unwrap().success());
        command.uid(65534).gid(65534);
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let seen = fs::read_to_string(shared.join("seen")).unwrap();
    assert!(seen.contains("own"), "{seen}");
    for part in ["PIN_SEED_FILE", "Chart.yaml"] {
        assert!(!seen.contains(part), "helm sees `{part}` in\n{seen}");
    }
    assert_eq!(
        seen.matches("ermission denied").count(),
        3,
        "environ, cwd and fd are closed\n{seen}"
    );
}
