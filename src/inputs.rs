//! Private copies of the files that a tenant names: values files and file parameters.
//!
//! Helm gets the copies. So a file is opened once, below the repository and with no link on the way, and what helm
//! reads is what was checked; nor can a name in the repository mean anything on helm's command line. What is fetched
//! is fetched once, so that the survey and each render after it see the same.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use crate::confine::open_below;
use crate::helm::{Helm, shown};
use crate::request::RenderRequest;
use crate::workdir::WorkDir;

/// How much is copied in all; the values of a chart are shorter by far.
const MAX_TOTAL: u64 = 64 << 20;

/// Reads texts that helm is given, of which all together may be so long.
pub(crate) struct Texts {
    left: u64,
}

impl Texts {
    /// Nothing is read yet.
    pub(crate) fn new() -> Self {
        Texts { left: MAX_TOTAL }
    }

    /// The text of a file, or why it cannot be read.
    ///
    /// # Errors
    /// With those before it, it is too long.
    pub(crate) fn read(&mut self, path: &Path) -> Result<io::Result<String>> {
        let mut bytes = Vec::new();
        let file = File::open(path);
        let read = file.and_then(|file| file.take(self.left + 1).read_to_end(&mut bytes));
        self.left = left(self.left, bytes.len())?;
        let text = |_| {
            String::from_utf8(bytes)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
        };
        Ok(read.and_then(text))
    }
}

/// What may still be read, after so many bytes more.
fn left(left: u64, length: usize) -> Result<u64> {
    left.checked_sub(length as u64).ok_or_else(too_long)
}

fn too_long() -> anyhow::Error {
    anyhow!(
        "values files and file parameters are larger than {} MiB together",
        MAX_TOTAL >> 20
    )
}

/// Replaces the tenant's files in `request` by copies in `work`. By hand nothing is copied.
///
/// # Errors
/// A file is not what it was when it was checked, cannot be read or fetched, or is too long.
pub(crate) fn copy(request: &mut RenderRequest, helm: &Helm, work: &WorkDir) -> Result<()> {
    let Some(root) = request.confine.clone() else {
        return Ok(());
    };
    let mut copies = Copies {
        root,
        helm,
        work,
        own: std::mem::take(&mut request.own_files),
        count: 0,
        left: MAX_TOTAL,
    };
    for path in &mut request.helm.values {
        if let Some(copy) = copies.copy(path)? {
            *path = copy;
        }
    }
    for (_, path) in &mut request.helm.set_file {
        if let Some(copy) = copies.copy(Path::new(path))? {
            *path = copy.to_string_lossy().into_owned();
        }
    }
    Ok(())
}

/// The address, if `path` is one: all paths to files are absolute.
fn address(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| !text.starts_with('/'))
}

/// The user and password of an address, with the `@` behind them; empty if there are none.
fn credentials(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.rfind('@')
        .and_then(|at| host.get(..=at))
        .unwrap_or_default()
}

/// `text` without an address's user and password.
fn without_credentials(text: &str, url: &str) -> String {
    match credentials(url) {
        "" => text.to_owned(),
        credentials => text.replace(credentials, ""),
    }
}

struct Copies<'a> {
    root: PathBuf,
    helm: &'a Helm,
    work: &'a WorkDir,
    own: Vec<PathBuf>,
    count: usize,
    /// How many bytes may still be copied.
    left: u64,
}

impl Copies<'_> {
    /// The path of the copy; none if the file is the admin's.
    fn copy(&mut self, path: &Path) -> Result<Option<PathBuf>> {
        if self.own.iter().any(|own| own == path) {
            return Ok(None);
        }
        let (name, bytes) = match address(path) {
            Some(url) => {
                let bytes = self.helm.fetch(url, self.work);
                // helm quotes the address, and with it a password.
                let bytes = bytes.map_err(|error| {
                    let said = without_credentials(&format!("{:#}", shown(&error)), url);
                    let shown_url = without_credentials(url, url);
                    anyhow!("`{shown_url}` cannot be fetched: {said}")
                })?;
                ("remote".to_owned(), bytes)
            }
            None => (file_name(path), self.read(path)?),
        };
        self.left = left(self.left, bytes.len())?;
        let folder = format!("inputs/{}", self.count);
        self.count += 1;
        self.work.directory(&folder)?;
        Ok(Some(self.work.file(&format!("{folder}/{name}"), &bytes)?))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let fail = || format!("the file {} cannot be read", file_name(path));
        // Whatever a link means now, it is opened only below the repository.
        let real = path.canonicalize().with_context(fail)?;
        let file = open_below(&self.root, &real).with_context(fail)?;
        if !file.metadata().with_context(fail)?.is_file() {
            bail!("{} is not a file", file_name(path));
        }
        let mut bytes = Vec::new();
        // One byte more than there may be is refused by who counts.
        file.take(self.left + 1)
            .read_to_end(&mut bytes)
            .with_context(fail)?;
        Ok(bytes)
    }
}

/// The name that messages call a file by.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::helm::HelmRequest;
    use std::os::unix::fs::symlink;

    fn request(root: &Path, values: &[PathBuf], own: &[PathBuf]) -> RenderRequest {
        RenderRequest {
            chart: root.to_owned(),
            confine: Some(root.to_owned()),
            own_files: own.to_vec(),
            helm: HelmRequest {
                values: values.to_vec(),
                set_file: vec![("key".to_owned(), root.join("in.yaml").display().to_string())],
                ..HelmRequest::default()
            },
            ..RenderRequest::example()
        }
    }

    /// What was a file when it was checked is a link out of the repository when it is read.
    #[test]
    fn a_link_that_came_after_the_check_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let temp = temp.path().canonicalize().unwrap();
        let root = temp.join("root");
        std::fs::create_dir(&root).unwrap();
        std::fs::write(root.join("in.yaml"), "a: inside").unwrap();
        std::fs::write(temp.join("out.yaml"), "a: outside").unwrap();
        symlink("../out.yaml", root.join("swapped.yaml")).unwrap();
        symlink("in.yaml", root.join("link.yaml")).unwrap();
        let work = WorkDir::create().unwrap();
        let helm = Helm::new("/no/such/helm", &work).unwrap();

        let link = root.join("link.yaml");
        let own = temp.join("out.yaml");
        let mut fine = request(&root, &[own.clone(), link], std::slice::from_ref(&own));
        copy(&mut fine, &helm, &work).unwrap();
        assert_eq!(fine.helm.values[0], own);
        assert!(fine.helm.values[1].starts_with(work.path()));
        assert_eq!(
            std::fs::read_to_string(&fine.helm.values[1]).unwrap(),
            "a: inside"
        );
        assert!(Path::new(&fine.helm.set_file[0].1).starts_with(work.path()));

        for path in ["swapped.yaml", "../out.yaml", "none.yaml", ""] {
            let mut request = request(&root, &[root.join(path)], &[]);
            let error = copy(&mut request, &helm, &work).unwrap_err();
            assert!(!format!("{error:#}").contains("outside"), "{error:#}");
        }
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (url, shown) in [
            (
                "https://user:secret@h.example/v.yaml",
                "https://h.example/v.yaml",
            ),
            ("https://user:se@cret@h/v?x=1", "https://h/v?x=1"),
            ("https://h/v@2.yaml", "https://h/v@2.yaml"),
            ("https://h", "https://h"),
        ] {
            assert_eq!(without_credentials(url, url), shown);
            let said = format!("Error: Get \"{url}\": no such host");
            assert!(!without_credentials(&said, url).contains("cret"), "{url}");
        }
    }

    #[test]
    fn by_hand_nothing_is_copied() {
        let temp = tempfile::tempdir().unwrap();
        let work = WorkDir::create().unwrap();
        let helm = Helm::new("/no/such/helm", &work).unwrap();
        let mut request = request(temp.path(), &["/a.yaml".into()], &[]);
        request.confine = None;
        let before = request.clone();
        copy(&mut request, &helm, &work).unwrap();
        assert!(request == before);
    }
}
