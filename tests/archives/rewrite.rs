//! Drives the reader and the writer of archives for the Go test beside it.
//!
//! On stdin stand archives, on stdout what helm would get: the archive of a chart that holds the given one as its only
//! subchart. Each is a length (four bytes, the lowest first) and so many bytes; an answer has one byte before that, 1 where
//! the archive is refused, and then the bytes are the message.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use argocd_pin_plugin::chart::{ChartError, ChartTree, Limits};
use argocd_pin_plugin::workdir::WorkDir;

const CHART: &str = "apiVersion: v2\nname: parent\nversion: 1.0.0\n";

fn main() {
    let chart = tempfile::tempdir().unwrap();
    fs::create_dir(chart.path().join("charts")).unwrap();
    fs::write(chart.path().join("Chart.yaml"), CHART).unwrap();
    let work = WorkDir::create().unwrap();
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut length = [0; 4];
    loop {
        match input.read_exact(&mut length) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return,
            result => result.unwrap(),
        }
        let mut archive = vec![0; usize::try_from(u32::from_le_bytes(length)).unwrap()];
        input.read_exact(&mut archive).unwrap();
        fs::write(chart.path().join("charts/given-1.0.0.tgz"), archive).unwrap();
        let (refused, bytes) = match rewrite(chart.path(), &work) {
            Ok(bytes) => (0, bytes),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                (
                    1,
                    format!("{error}: {}", cause.unwrap_or_default()).into_bytes(),
                )
            }
        };
        output.write_all(&[refused]).unwrap();
        output
            .write_all(&u32::try_from(bytes.len()).unwrap().to_le_bytes())
            .unwrap();
        output.write_all(&bytes).unwrap();
        output.flush().unwrap();
    }
}

fn rewrite(chart: &Path, work: &WorkDir) -> Result<Vec<u8>, ChartError> {
    let tree = ChartTree::read(chart, &Limits::default())?;
    let copy = tree.write_for_helm(work, "copy")?;
    let bytes = fs::read(&copy).unwrap();
    fs::remove_file(copy).unwrap();
    Ok(bytes)
}
