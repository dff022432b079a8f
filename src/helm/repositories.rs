//! Which chart repositories and registries helm knows, and what the admin has for them.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use super::{Helm, HelmError, words};
use crate::chart::metadata::Dependency;
use crate::{config, workdir};

/// The fields of the admin's files that no message may show.
const SECRET_FIELDS: [&str; 4] = ["password", "auth", "identitytoken", "registrytoken"];

/// Where a chart's dependencies come from, and what the admin has for these places. It holds secrets, and has no
/// `Debug`.
#[derive(Default)]
pub(super) struct Access {
    /// The repositories of the dependencies, each once, sorted; no path (`file://`).
    pub(super) repositories: Vec<String>,
    /// The names of those that the admin's `repositories.yaml` has, as helm calls them, with their addresses.
    pub(super) known: Vec<(String, String)>,
    /// The registries that the admin's `config.json` has.
    pub(super) registries: Vec<String>,
    /// What no message may show.
    pub(super) secrets: Vec<String>,
}

impl Access {
    /// Whether the chart takes a dependency from the repository that helm calls `name`, at `url`.
    pub(super) fn uses(&self, name: &str, url: &str) -> bool {
        self.repositories.iter().any(|repository| {
            let given = repository.trim_start_matches('@');
            let given = given.strip_prefix("alias:").unwrap_or(given);
            given == name || repository.trim_end_matches('/') == url.trim_end_matches('/')
        })
    }

    /// Whether the admin has an entry for `address`, a chart repository's or a registry's.
    pub(super) fn has_entry(&self, address: &str) -> bool {
        let host = |address: &str| {
            let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
            rest.split('/').next().unwrap_or_default().to_owned()
        };
        match address.starts_with("oci://") {
            true => self
                .registries
                .iter()
                .any(|known| host(known) == host(address)),
            false => self.known.iter().any(|(name, url)| {
                url.trim_end_matches('/') == address.trim_end_matches('/')
                    || address.trim_start_matches('@') == name
            }),
        }
    }
}

impl Helm {
    /// Where `dependencies` come from. What cannot be read of the admin's files is left out: helm has read them.
    pub(super) fn access(&self, dependencies: &[Dependency]) -> Access {
        let repositories: BTreeSet<&str> = dependencies
            .iter()
            .map(|dependency| dependency.repository.as_str())
            .filter(|repository| !repository.is_empty() && !repository.starts_with("file://"))
            .collect();
        let mut access = Access {
            repositories: repositories.iter().map(|&it| it.to_owned()).collect(),
            ..Access::default()
        };
        let known = self.known_repositories().unwrap_or_default();
        for entry in &known {
            let text = |key: &str| entry.get(key).and_then(Json::as_str).unwrap_or_default();
            let (name, url) = (text("name"), text("url"));
            access.known.push((name.to_owned(), url.to_owned()));
            // An address that the chart does not name is the admin's: a token can be part of its path.
            if !repositories
                .iter()
                .any(|given| given.trim_end_matches('/') == url.trim_end_matches('/'))
            {
                access.secrets.push(url.trim_end_matches('/').to_owned());
            }
            collect_secrets(entry, &mut access.secrets);
        }
        let registries = self.credentials.registries.as_ref();
        let registries: Option<Json> = registries
            .and_then(|path| std::fs::read(path).ok())
            .and_then(|bytes| config::read(&bytes));
        if let Some(auths) = registries.as_ref().and_then(|file| file.get("auths")) {
            access.registries = auths
                .as_object()
                .map(|auths| auths.keys().cloned().collect())
                .unwrap_or_default();
            collect_secrets(auths, &mut access.secrets);
        }
        let addresses = access.known.iter().map(|(_, url)| url.as_str());
        for address in addresses.chain(repositories) {
            if let Some(info) = words::user_info(address) {
                access.secrets.push(info.to_owned());
                access.secrets.extend(
                    info.split_once(':')
                        .map(|(_, password)| password.to_owned()),
                );
            }
        }
        access
    }

    /// The entries of the admin's `repositories.yaml`.
    fn known_repositories(&self) -> Result<Vec<Json>, HelmError> {
        #[derive(serde::Deserialize)]
        struct File {
            #[serde(default)]
            repositories: Vec<Json>,
        }
        let Some(path) = &self.credentials.repositories else {
            return Ok(Vec::new());
        };
        let unusable = |source| HelmError::Credentials {
            path: path.clone(),
            source,
        };
        let bytes = std::fs::read(path).map_err(unusable)?;
        let file: Option<File> = config::read(&bytes);
        file.map(|file| file.repositories)
            .ok_or_else(|| unusable(std::io::ErrorKind::InvalidData.into()))
    }

    /// What `helm repo add` for each repository would write, without its downloads: the build makes them anyhow.
    pub(super) fn write_repositories(&self, dependencies: &[Dependency]) -> Result<(), HelmError> {
        let urls: BTreeSet<&str> = dependencies
            .iter()
            .map(|dependency| dependency.repository.trim_end_matches('/'))
            .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
            .collect();
        let mut repositories = self.known_repositories()?;
        let is_known = |url: &str| {
            repositories.iter().any(|entry| {
                let known = entry.get("url").and_then(Json::as_str);
                known.is_some_and(|known| known.trim_end_matches('/') == url)
            })
        };
        let others: Vec<_> = urls
            .into_iter()
            .filter(|url| !is_known(url))
            // helm's messages name a repository by its name only. Argo CD forms it in the same way.
            .map(|url| json!({ "name": url.replace('/', "-"), "url": url }))
            .collect();
        repositories.extend(others);
        let file = json!({
            "apiVersion": "",
            "generated": "0001-01-01T00:00:00Z",
            "repositories": repositories,
        });
        // JSON is YAML.
        let mut path = self.home.clone();
        for part in ["config", "helm"] {
            path.push(part);
            workdir::make_private(&path)?;
        }
        path.push("repositories.yaml");
        // For this user only: it can hold passwords.
        let mut out = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)?;
        Ok(out.write_all(file.to_string().as_bytes())?)
    }
}

/// The secret fields below `value`.
fn collect_secrets(value: &Json, secrets: &mut Vec<String>) {
    let Json::Object(fields) = value else {
        return;
    };
    for (key, field) in fields {
        match field {
            Json::String(text) if SECRET_FIELDS.contains(&key.to_ascii_lowercase().as_str()) => {
                secrets.push(text.clone());
                let decoded = STANDARD.decode(text).unwrap_or_default();
                let decoded = String::from_utf8(decoded).unwrap_or_default();
                secrets.extend(decoded.split_once(':').map(|(_, it)| it.to_owned()));
            }
            field => collect_secrets(field, secrets),
        }
    }
}
