//! A TLS 1.3 handshake with issued certificates on both sides, between OpenSSL's server and client.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::certificate::PrivateKey;

use super::support::{NOW, OpenSsl, chain, keys_of_each_kind, rsa_keys};

/// What the client printed.
fn handshake(ca_key: &PrivateKey, leaf_key: &PrivateKey, host: &str) -> String {
    let (ca, leaf) = chain(ca_key, leaf_key);
    let openssl = OpenSsl::with(&[
        ("ca.pem", &ca),
        ("leaf.pem", &leaf),
        ("key.pem", &leaf_key.to_pem().unwrap()),
    ]);
    let mut server = openssl
        .command(&format!(
            "s_server -accept 127.0.0.1:0 -naccept 1 -tls1_3 -cert leaf.pem -key key.pem \
             -CAfile ca.pem -Verify 1 -verify_return_error -attime {NOW}"
        ))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let address = lines
        .find_map(|line| Some(line.unwrap().strip_prefix("ACCEPT ")?.to_owned()))
        .expect("the server listens");
    let mut client = openssl
        .command(&format!(
            "s_client -connect {address} -tls1_3 -CAfile ca.pem -cert leaf.pem -key key.pem \
             -verify_hostname {host} -verify_return_error -attime {NOW}"
        ))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A client that has already failed reads nothing.
    let _ = client.stdin.take().unwrap().write_all(b"Q\n");
    let output = client.wait_with_output().unwrap();
    let _ = server.kill();
    let _ = server.wait();
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn both_sides_accept_each_other() {
    for leaf_key in &keys_of_each_kind() {
        let text = handshake(&rsa_keys()[1], leaf_key, "a.example");
        assert!(text.contains("Verify return code: 0 (ok)"), "{text}");
        assert!(text.contains("New, TLSv1.3"), "{text}");
    }
}

#[test]
fn another_name_is_refused() {
    let [ca_key, leaf_key, _] = rsa_keys();
    let text = handshake(ca_key, leaf_key, "b.example");
    assert!(
        text.contains("Hostname mismatch") || text.contains("hostname mismatch"),
        "{text}"
    );
}
