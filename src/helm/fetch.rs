//! A remote file by helm's own means: its schemes, its proxies, its certificates.
//!
//! Helm reads remote files for `--set-file`. A chart of one template prints what it read, in base64.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Helm, HelmError, process, request};
use crate::workdir::WorkDir;

const CHART: &str = "apiVersion: v2\nname: fetch\nversion: 1.0.0\n";
const LABEL: &str = "content: ";
const TEMPLATE: &str = "content: {{ .Values.content | b64enc }}\n";

impl Helm {
    /// Fetches the file at `url`, an address that begins with `https://` or `http://`.
    ///
    /// # Errors
    /// helm cannot fetch it; the message is helm's.
    pub(crate) fn fetch(&self, url: &str, work: &WorkDir) -> Result<Vec<u8>, HelmError> {
        let chart = fetch_chart(work)?;
        let mut command = self.command(&chart, ["template"]);
        command.arg(&chart).arg("--set-file");
        command.arg(format!("content={}", request::escape_path(url)));
        let output = process::run(self.guarded(command), self.memory)?;
        let text = String::from_utf8_lossy(&output);
        let content = text.lines().find_map(|line| line.strip_prefix(LABEL));
        STANDARD
            .decode(content.unwrap_or("-"))
            .map_err(|_| HelmError::Io(std::io::ErrorKind::InvalidData.into()))
    }
}

/// The chart, made once.
fn fetch_chart(work: &WorkDir) -> Result<PathBuf, HelmError> {
    let chart = work.directory("fetch/templates")?;
    if !chart.join("content.yaml").exists() {
        work.file("fetch/Chart.yaml", CHART.as_bytes())?;
        work.file("fetch/templates/content.yaml", TEMPLATE.as_bytes())?;
    }
    Ok(work.path().join("fetch"))
}
