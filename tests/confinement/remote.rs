//! `PIN_VALUES_SCHEMES`: values files and file parameters from the network, if the admin allows it.

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
fn with_twins(tenant: &Tenant) {
    tenant.write(
        "app/templates/twins.yaml",
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
        with_twins(&tenant);
        let outcome = tenant.harmless(helm);
        assert_eq!(outcome.stdout.matches("it-came-by-http").count(), 2);
        assert_eq!(
            count.load(Ordering::SeqCst),
            2,
            "each is fetched once, however many renders there are"
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
