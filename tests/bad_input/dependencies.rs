//! Dependencies that cannot be fetched: who does not give them, why, and what to do.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

use sha2::{Digest, Sha256};

use crate::argocd::argocd;
use crate::raw::{Raw, good_chart};
use crate::support::{Chart, Helm, Outcome, SEED, each_helm};

const HEAD: &str = "apiVersion: v2\nname: umbrella\nversion: 0.1.0\n";

/// A chart whose one dependency, of this range of versions, comes from `repository`.
fn umbrella(repository: &str, versions: &str) -> Chart {
    let chart = good_chart();
    chart.write(
        "Chart.yaml",
        &format!(
            "{HEAD}dependencies: [{{name: board, version: \"{versions}\", repository: \"{repository}\", alias: dash}}]\n"
        ),
    );
    chart
}

/// A server that answers every request so; its `host:port`. The thread ends with the process.
fn serve(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 8192]);
            let _ = write!(
                stream,
                "HTTP/1.1 {answer}\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
        }
    });
    address
}

/// Where nobody listens.
fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// One render under Argo CD, which fails; with these variables.
#[track_caller]
fn failure(helm: &Helm, chart: &Chart, variables: &[(&str, &str)]) -> Outcome {
    let raw = Raw::new();
    let mut command = argocd(&raw, chart, helm, ("UNUSED", None));
    command.envs(variables.iter().copied());
    let outcome = raw.run(&mut command);
    outcome.assert_failure(SEED.as_bytes());
    let error = outcome.stderr.lines().next().unwrap_or_default();
    assert!(
        error.starts_with("error: the chart's dependencies cannot be fetched: "),
        "{}",
        outcome.stderr
    );
    // The message is one line, and the way out another.
    assert_eq!(outcome.stderr.lines().count(), 2, "{}", outcome.stderr);
    let is_control = |c: char| c.is_control() && c != '\n';
    assert!(!outcome.stderr.contains(is_control), "{:?}", outcome.stderr);
    assert!(!outcome.stderr.contains("--"), "{}", outcome.stderr);
    let tmp = raw.place.tmp().display().to_string();
    assert!(!outcome.stderr.contains(&tmp), "{}", outcome.stderr);
    outcome
}

#[test]
fn a_repository_that_wants_a_password() {
    each_helm(|helm| {
        let address = serve("401 Unauthorized");
        let url = format!("http://{address}");
        let chart = umbrella(&url, ">=0.0.1");
        failure(helm, &chart, &[]).assert_says(&[
            &format!("{url} answers 401"),
            "401 Unauthorized",
            "hint: write a user",
            "PIN_REPOSITORY_CONFIG",
        ]);

        // One that is wrong is not told, and is to be corrected.
        let temp = tempfile::tempdir().unwrap();
        let config = temp.path().join("repositories.yaml");
        let text = format!(
            "repositories: [{{name: private, url: \"{url}\", username: bot, password: hunter2}}]"
        );
        fs::write(&config, text).unwrap();
        let config = config.to_str().unwrap();
        let outcome = failure(helm, &chart, &[("PIN_REPOSITORY_CONFIG", config)]);
        outcome.assert_says(&[
            "answers 401",
            "hint: correct the user",
            "PIN_REPOSITORY_CONFIG",
        ]);
        assert!(!outcome.stderr.contains("hunter2"), "{}", outcome.stderr);
    });
}

/// With a lock file helm asks in another way.
#[test]
fn a_locked_dependency() {
    each_helm(|helm| {
        let open = format!("http://{}", serve("401 Unauthorized"));
        let shut = format!("http://{}", closed());
        for (url, says) in [(open, "answers 401"), (shut, "is unreachable")] {
            let chart = umbrella(&url, "1.x");
            let of = |version: &str, alias: &str| {
                format!(r#"[{{"name":"board","version":"{version}","repository":"{url}"{alias}}}]"#)
            };
            let both = format!("[{},{}]", of("1.x", r#","alias":"dash""#), of("1.0.0", ""));
            let digest: String = Sha256::digest(both)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            chart.write(
                "Chart.lock",
                &format!("dependencies: [{{name: board, repository: \"{url}\", version: 1.0.0}}]\ndigest: sha256:{digest}\ngenerated: \"2026-01-01T00:00:00Z\"\n"),
            );
            failure(helm, &chart, &[]).assert_says(&[&url, says]);
            chart.write(
                "Chart.lock",
                &format!("dependencies: [{{name: board, repository: \"{url}\", version: 1.0.0}}]\ndigest: sha256:00\ngenerated: \"2026-01-01T00:00:00Z\"\n"),
            );
            failure(helm, &chart, &[]).assert_says(&["out of sync", "commit the lock file"]);
        }
    });
}

#[test]
fn a_host_that_is_not_there() {
    each_helm(|helm| {
        for (scheme, versions) in [
            ("http", ">=0.0.1"),
            ("https", "1.0.0"),
            ("oci", ">=0.0.1"),
            ("oci", "1.0.0"),
        ] {
            let url = format!("{scheme}://{}", closed());
            failure(helm, &umbrella(&url, versions), &[]).assert_says(&[
                &format!("{url} is unreachable"),
                "connection refused",
                "charts/",
            ]);
        }
    });
}

/// Helm repeats an address with all that stands in it, and what a server answers.
#[test]
fn no_password_and_no_control_character_is_repeated() {
    each_helm(|helm| {
        let address = serve("500 \u{1b}[31m\u{202e}token=hunter3");
        for password in ["hunter2", "hun/ter2", "hun@ter2"] {
            let url = format!("http://bot:{password}@{address}/x?sig=hunter4");
            let raw = Raw::new();
            let chart = umbrella(&url, ">=0.0.1");
            let outcome = raw.run(&mut argocd(&raw, &chart, helm, ("UNUSED", None)));
            outcome.assert_failure(SEED.as_bytes());
            for part in ["hun", "ter2", "sig=h", "\u{1b}", "\u{202e}"] {
                assert!(!outcome.stderr.contains(part), "{}", outcome.stderr);
            }
        }
    });
}

/// `openssl s_server` in a folder of files that are complete answers. Dropped, it ends.
struct Registry {
    child: Child,
    dir: tempfile::TempDir,
    address: String,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Registry {
    /// One that gives no list of tags to whom it does not know.
    fn private() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let list = dir.path().join("v2/charts/board/tags");
        fs::create_dir_all(&list).unwrap();
        fs::write(
            list.join("list"),
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        )
        .unwrap();
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
            ])
            .args([
                "-keyout",
                "key.pem",
                "-out",
                "cert.pem",
                "-days",
                "2",
                "-subj",
                "/CN=registry",
            ])
            .args(["-addext", "subjectAltName=IP:127.0.0.1"])
            .current_dir(dir.path())
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let mut child = Command::new("openssl")
            .args(["s_server", "-HTTP", "-accept", "127.0.0.1:0"])
            .args(["-cert", "cert.pem", "-key", "key.pem"])
            .current_dir(dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .find_map(|line| Some(line.unwrap().strip_prefix("ACCEPT ")?.to_owned()))
            .unwrap();
        thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            dir,
            address,
        }
    }

    fn certificate(&self) -> PathBuf {
        self.dir.path().join("cert.pem")
    }
}

#[test]
fn a_registry_that_wants_a_password() {
    each_helm(|helm| {
        let registry = Registry::private();
        let url = format!("oci://{}/charts", registry.address);
        let chart = umbrella(&url, ">=0.0.1");
        let certificate = registry.certificate();
        let certificate = ("SSL_CERT_FILE", certificate.to_str().unwrap());
        failure(helm, &chart, &[certificate]).assert_says(&[
            &format!("{url} answers 401"),
            "hint: write a user",
            "PIN_REGISTRY_CONFIG",
        ]);

        let temp = tempfile::tempdir().unwrap();
        let config = temp.path().join("config.json");
        // bot:hunter2
        let text = format!(
            r#"{{"auths": {{"{}": {{"auth": "Ym90Omh1bnRlcjI="}}}}}}"#,
            registry.address
        );
        fs::write(&config, text).unwrap();
        let config = ("PIN_REGISTRY_CONFIG", config.to_str().unwrap());
        let outcome = failure(helm, &chart, &[certificate, config]);
        outcome.assert_says(&[
            "answers 401",
            "hint: correct the user",
            "PIN_REGISTRY_CONFIG",
        ]);
        assert!(!outcome.stderr.contains("hunter2") && !outcome.stderr.contains("Ym90"));

        // Nobody vouches for its certificate.
        failure(helm, &chart, &[]).assert_says(&["not trusted", "SSL_CERT_DIR"]);
        // deploy/options/private-ca mounts a ConfigMap, whose files are links.
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("..2026")).unwrap();
        fs::copy(registry.certificate(), folder.path().join("..2026/host")).unwrap();
        for (target, link) in [
            ("..2026", "..data"),
            ("..data/host", "registry.example.com"),
        ] {
            std::os::unix::fs::symlink(target, folder.path().join(link)).unwrap();
        }
        let folder = ("SSL_CERT_DIR", folder.path().to_str().unwrap());
        failure(helm, &chart, &[folder]).assert_says(&[&format!("{url} answers 401")]);
    });
}

/// A registry is asked by https, also where it speaks http only.
#[test]
fn a_registry_without_https() {
    each_helm(|helm| {
        let url = format!("oci://{}/charts", serve("401 Unauthorized"));
        failure(helm, &umbrella(&url, ">=0.0.1"), &[]).assert_says(&[
            &format!("{url} does not speak https"),
            "PIN_REGISTRY_CONFIG",
        ]);
    });
}
