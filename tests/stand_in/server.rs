//! A small HTTP server on loopback: it answers by path, for as long as the test runs.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::support::base64_encode;

/// A server and what it was asked for.
pub(crate) struct Server {
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves these files; with `login` (`user:password`) to nobody else.
    pub(crate) fn start(files: HashMap<String, Vec<u8>>, login: Option<&str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let wanted = login.map(|login| format!("Basic {}", base64_encode(login.as_bytes())));
        let log = Arc::clone(&asked);
        // It ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &files, wanted.as_deref(), &log);
            }
        });
        Server { address, asked }
    }

    /// The paths that were asked for, since the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn answer(
    mut stream: TcpStream,
    files: &HashMap<String, Vec<u8>>,
    wanted: Option<&str>,
    log: &Mutex<Vec<String>>,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut lines = reader.by_ref().lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let header = |name: &str| {
        headers.iter().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    };
    let length = header("content-length").map_or(0, |value| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let path = first.split(' ').nth(1).unwrap().split('?').next().unwrap();
    log.lock().unwrap().push(path.to_owned());
    let (status, content) = match files.get(path) {
        _ if wanted.is_some() && header("authorization") != wanted => ("401 Unauthorized", &b"who are you"[..]),
        Some(content) => ("200 OK", content.as_slice()),
        None => ("404 Not Found", &br#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}"#[..]),
    };
    let kind = if content.starts_with(b"{") {
        "application/json"
    } else {
        "application/octet-stream"
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n",
        content.len()
    );
    // Who hangs up does not want it.
    let _ = stream.write_all(&[head.as_bytes(), content].concat());
}
