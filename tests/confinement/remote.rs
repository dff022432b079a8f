//! `PIN_VALUES_SCHEMES`: values files and file parameters from the network, if the admin allows it. And credentials for
//! dependencies.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::json;

use crate::support::each_helm;
use crate::tenant::Tenant;

/// Serves this text for every request, counting them. The thread ends with the process.
fn serve(response: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            counter.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(response.as_bytes());
        }
    });
    (address, count)
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// A chart that takes several renders, so that a file that is fetched for each would be seen.
fn with_renders(tenant: &Tenant) {
    tenant.write(
        "app/templates/renders.yaml",
        "{{ define \"p\" }}{{ randAlphaNum 24 }}{{ end }}a: {{ include \"p\" . }}\nb: {{ include \"p\" . }}\n",
    );
}

#[test]
fn an_address_that_the_admin_allows() {
    each_helm(|helm| {
        let (address, count) = serve(ok("remote: it-came-by-http\n"));
        let url = format!("http://{address}/values.yaml?a=1,2");
        let tenant = Tenant::new()
            .variable("PIN_VALUES_SCHEMES", "https,http")
            .parameters(json!([
                { "name": "values-files", "array": [url] },
                { "name": "file-parameters", "map": { "file": url } },
            ]));
        with_renders(&tenant);
        let outcome = tenant.harmless(helm);
        assert_eq!(outcome.stdout.matches("it-came-by-http").count(), 2);
        assert_eq!(
            count.load(Ordering::SeqCst),
            1,
            "it is fetched once, whatever it is for and however many renders there are"
        );
    });
}

#[test]
fn a_scheme_that_the_admin_does_not_allow() {
    each_helm(|helm| {
        let (address, count) = serve(ok("a: b\n"));
        for schemes in ["https", ""] {
            Tenant::new()
                .variable("PIN_VALUES_SCHEMES", schemes)
                .variable("ARGOCD_ENV_PIN_VALUES_SCHEMES", "http")
                .array("values-files", &[&format!("http://{address}/x")])
                .refused(helm, &["remote address"]);
        }
        Tenant::new()
            .variable("PIN_VALUES_SCHEMES", "https,http")
            .array("values-files", &["file:///etc/passwd"])
            .refused(helm, &["remote address"]);
        assert_eq!(count.load(Ordering::SeqCst), 0);
    });
}

/// What answers with a redirection to a file does not get it read.
#[test]
fn a_redirection_to_a_file() {
    each_helm(|helm| {
        let (address, _) = serve(
            "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .to_owned(),
        );
        Tenant::new()
            .variable("PIN_VALUES_SCHEMES", "http")
            .array("values-files", &[&format!("http://{address}/x")])
            .refused(helm, &["cannot be fetched"]);
    });
}

/// A comma in an address would begin another file.
#[test]
fn an_address_with_a_second_file() {
    each_helm(|helm| {
        let (address, _) = serve(ok("a: b\n"));
        let tenant = Tenant::new().variable("PIN_VALUES_SCHEMES", "http");
        let url = format!(
            "http://{address}/x,content={}",
            tenant.seed_file().display()
        );
        let outcome = tenant.map("file-parameters", "file", &url).harmless(helm);
        assert!(
            outcome.stdout.contains("\\\"file\\\":\\\"a: b"),
            "{}",
            outcome.stdout
        );
    });
}

/// A chart repository that answers who knows the password, and remembers what it was sent.
fn private_repository() -> (String, Arc<std::sync::Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let index = format!(
        "apiVersion: v1\nentries:\n  dep:\n  - apiVersion: v2\n    name: dep\n    version: 1.0.0\n    urls: [\"http://{address}/dep-1.0.0.tgz\"]\n"
    );
    thread::spawn(move || {
        let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(
            Vec::new(),
            flate2::Compression::fast(),
        ));
        for (name, bytes) in [
            (
                "dep/Chart.yaml",
                "apiVersion: v2\nname: dep\nversion: 1.0.0\n",
            ),
            ("dep/templates/dep.yaml", "dep: it-was-fetched\n"),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_mode(0o644);
            header.set_size(bytes.len() as u64);
            tar.append_data(&mut header, name, bytes.as_bytes())
                .unwrap();
        }
        let archive = tar.into_inner().unwrap().finish().unwrap();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 8192];
            let length = stream.read(&mut request).unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            log.lock().unwrap().push(request.clone());
            // user:hunter2
            let body: &[u8] = if !request.contains("Basic dXNlcjpodW50ZXIy") {
                let _ = stream.write_all(
                    b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                );
                continue;
            } else if request.contains("index.yaml") {
                index.as_bytes()
            } else {
                &archive
            };
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(body);
        }
    });
    (address, seen)
}

/// Dependencies of a private repository come with the admin's password, and no other server is sent it.
#[test]
fn a_password_goes_to_its_own_repository_only() {
    each_helm(|helm| {
        let (address, _) = private_repository();
        let (other, others) = private_repository();
        let tenant = Tenant::new();
        let config = tenant.place.root.path().join("repositories.yaml");
        std::fs::write(
            &config,
            format!(
                "apiVersion: ''\nrepositories:\n- name: private\n  url: http://{address}\n  username: user\n  password: hunter2\n"
            ),
        )
        .unwrap();
        let chart = |address: &str| {
            format!(
                "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{{name: dep, version: 1.0.0, repository: 'http://{address}/'}}]\n"
            )
        };
        tenant.write("app/Chart.yaml", chart(&address));
        tenant.refused(helm, &["dependencies cannot be fetched"]);
        let tenant = tenant.variable("PIN_REPOSITORY_CONFIG", config.display().to_string());
        let outcome = tenant.harmless(helm);
        assert!(
            outcome.stdout.contains("it-was-fetched"),
            "{}",
            outcome.stdout
        );

        tenant.write("app/Chart.yaml", chart(&other));
        tenant.refused(helm, &["dependencies"]);
        let others = others.lock().unwrap();
        assert!(!others.is_empty());
        assert!(
            others
                .iter()
                .all(|request| !request.contains("Authorization"))
        );

        std::fs::write(&config, "repositories: {password: hunter2}").unwrap();
        let outcome = tenant.run(&helm.path);
        outcome.assert_says(&["PIN_REPOSITORY_CONFIG"]);
        assert!(outcome.status != 0 && !outcome.stderr.contains("hunter2"));
    });
}
