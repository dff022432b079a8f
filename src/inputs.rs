//! Private copies of values files and file parameters: of those that a tenant names, and of what can be read only once.
//!
//! Helm gets the copies. So a file is opened once, below the repository and with no link on the way, and what helm
//! reads is what was checked; nor can a name in the repository mean anything on helm's command line. What is fetched
//! is fetched once, so that the survey and each render after it see the same.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};

use crate::bounded::up_to;
use crate::confine::open_resolved;
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
        let bytes = match File::open(path).and_then(|file| up_to(self.left, file)) {
            Ok(bytes) => bytes,
            Err(error) => return Ok(Err(error)),
        };
        self.left = left(self.left, bytes.len())?;
        let text = String::from_utf8(bytes);
        Ok(text.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8")))
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
    let own = std::mem::take(&mut request.own_files);
    let mut copies = Copies::new(work);
    let mut copy = |path: &Path| match address(path) {
        _ if own.iter().any(|own| own == path) => Ok(path.to_owned()),
        Some(url) => copies.fetched(helm, url),
        None => copies.below(&root, path),
    };
    for path in &mut request.helm.values {
        *path = copy(path)?;
    }
    for (_, path) in &mut request.helm.set_file {
        *path = copy(Path::new(path))?.to_string_lossy().into_owned();
    }
    Ok(())
}

/// Replaces pipes among the user's own files by copies, which all renders of these requests find: a pipe is read once.
///
/// # Errors
/// One cannot be read, or is too long.
pub(crate) fn keep_pipes(requests: &mut [RenderRequest]) -> Result<()> {
    let mut own = requests.iter().flat_map(|it| &it.own_files);
    if !own.any(|path| is_pipe(path)) {
        return Ok(());
    }
    let work = WorkDir::create().context("no private temporary directory can be made")?;
    let work = Arc::new(work);
    let mut copies = Copies::new(&work);
    for request in requests {
        for own in &mut request.own_files {
            let Some(copy) = copies.pipe(own)? else {
                continue;
            };
            let values = request.helm.values.iter_mut();
            for path in values.filter(|path| *path == own) {
                path.clone_from(&copy);
            }
            let set_file = request.helm.set_file.iter_mut();
            for (_, path) in set_file.filter(|(_, path)| Path::new(path) == own) {
                *path = copy.to_string_lossy().into_owned();
            }
            *own = copy;
        }
        request.pipes = Some(work.clone());
    }
    Ok(())
}

/// Whether it is neither a file nor a folder: what is read from it may be there only once.
fn is_pipe(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
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

/// Copies in a private directory, of which all together may be so long.
pub(crate) struct Copies<'a> {
    work: &'a WorkDir,
    /// What was read only once, and its copy.
    once: Vec<(String, PathBuf)>,
    count: usize,
    /// How many bytes may still be copied.
    left: u64,
}

impl<'a> Copies<'a> {
    /// Nothing is copied yet.
    pub(crate) fn new(work: &'a WorkDir) -> Self {
        Copies {
            work,
            once: Vec::new(),
            count: 0,
            left: MAX_TOTAL,
        }
    }

    /// The copy of the standard input.
    ///
    /// # Errors
    /// It cannot be read, or is too long.
    pub(crate) fn stdin(&mut self) -> Result<PathBuf> {
        self.once("-", "stdin", |limit| {
            let stdin = std::io::stdin().lock();
            up_to(limit, stdin).context("the standard input cannot be read")
        })
    }

    /// The copy of a pipe; none of a file or folder.
    ///
    /// # Errors
    /// It cannot be read, or is too long.
    pub(crate) fn pipe(&mut self, path: &Path) -> Result<Option<PathBuf>> {
        if !is_pipe(path) {
            return Ok(None);
        }
        let read = |limit| {
            let read = File::open(path).and_then(|file| up_to(limit, file));
            read.with_context(|| format!("{} cannot be read", path.display()))
        };
        self.once(&path.to_string_lossy(), &file_name(path), read)
            .map(Some)
    }

    /// The copy of what helm fetches from an address.
    ///
    /// # Errors
    /// It cannot, or that is too long.
    pub(crate) fn fetched(&mut self, helm: &Helm, url: &str) -> Result<PathBuf> {
        let work = self.work;
        self.once(url, "remote", |_| {
            // helm quotes the address, and with it a password.
            helm.fetch(url, work).map_err(|error| {
                let said = without_credentials(&format!("{:#}", shown(&error)), url);
                let shown_url = without_credentials(url, url);
                anyhow!("`{shown_url}` cannot be fetched: {said}")
            })
        })
    }

    /// The copy of a file below `root`.
    fn below(&mut self, root: &Path, path: &Path) -> Result<PathBuf> {
        let fail = || format!("the file {} cannot be read", file_name(path));
        // Whatever a link means now, it is opened only below the repository.
        let file = open_resolved(root, path).with_context(fail)?;
        if !file.metadata().with_context(fail)?.is_file() {
            bail!("{} is not a file", file_name(path));
        }
        let bytes = up_to(self.left, file).with_context(fail)?;
        self.keep(&file_name(path), &bytes)
    }

    /// The copy of `item`, which `read` reads the first time, up to a limit.
    fn once(
        &mut self,
        item: &str,
        name: &str,
        read: impl FnOnce(u64) -> Result<Vec<u8>>,
    ) -> Result<PathBuf> {
        if let Some((_, copy)) = self.once.iter().find(|(known, _)| known == item) {
            return Ok(copy.clone());
        }
        let bytes = read(self.left)?;
        let copy = self.keep(name, &bytes)?;
        self.once.push((item.to_owned(), copy.clone()));
        Ok(copy)
    }

    fn keep(&mut self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        self.left = left(self.left, bytes.len())?;
        let folder = format!("inputs/{}", self.count);
        self.count += 1;
        self.work.directory(&folder)?;
        Ok(self.work.file(&format!("{folder}/{name}"), bytes)?)
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

    /// Each render reads the copy, and both charts of `diff` have the same.
    #[test]
    fn a_pipe_is_read_once() {
        let temp = tempfile::tempdir().unwrap();
        let pipe = temp.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
        let file = temp.path().join("in.yaml");
        std::fs::write(&file, "a: file").unwrap();
        let own = [pipe.clone(), file.clone()];
        let mut all = [(); 2].map(|()| {
            let mut request = request(temp.path(), &own, &own);
            request.helm.set_file[0].1 = pipe.display().to_string();
            request.confine = None;
            request
        });
        let writer = std::thread::spawn(move || std::fs::write(&pipe, "a: pipe").unwrap());
        keep_pipes(&mut all).unwrap();
        writer.join().unwrap();
        for request in &all {
            let copy = &request.helm.values[0];
            assert_eq!(std::fs::read_to_string(copy).unwrap(), "a: pipe");
            assert_eq!(request.helm.values[1], file);
            assert_eq!(Path::new(&request.helm.set_file[0].1), copy);
            assert_eq!(request.own_files, [copy.clone(), file.clone()]);
        }
        let copy = all[0].helm.values[0].clone();
        drop(all);
        assert!(!copy.exists());
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
