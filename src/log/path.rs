//! The way to a call, as its key says it.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::chart::site::SiteId;
use crate::hex::hex;

/// How long the names of a path may be, in bytes, before a digest stands for those in the middle: so a path costs no more however
/// deep it is.
const LONGEST: usize = 1 << 10;

/// What an include counts beside its name.
const TURN: usize = 8;

/// The way on which a call was reached: from the file that helm rendered, define by define.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct CallPath {
    /// The file's name as helm has it, aliases and all: `app/charts/db/templates/secret.yaml`.
    pub(crate) root: String,
    /// The defines that include each other on the way, outermost first, each with its turn among the inclusions of
    /// that define in the body that includes it, from 1. On a very long way a digest stands for those behind the outermost.
    pub(crate) includes: Arc<[(String, u32)]>,
}

impl CallPath {
    /// The way to what helm renders itself.
    pub(crate) fn of(root: &str) -> CallPath {
        CallPath {
            root: root.to_owned(),
            includes: [].into(),
        }
    }

    /// The chart of the file that helm rendered, aliases and all: `app/charts/db`.
    pub(crate) fn chart(&self) -> &str {
        let chart = self.root.split_once("/templates/");
        chart.map_or("", |(chart, _)| chart)
    }

    /// The way to what is included here.
    fn to(&self, name: &str, turn: u32) -> CallPath {
        let own = (name.to_owned(), turn);
        let length = self.includes.iter().map(|(name, _)| name.len() + TURN);
        let includes = match &*self.includes {
            [outermost, inner @ ..] if !inner.is_empty() && length.sum::<usize>() > LONGEST => {
                vec![outermost.clone(), (digest(inner), 1), own]
            }
            all => [all, &[own]].concat(),
        };
        CallPath {
            root: self.root.clone(),
            includes: includes.into(),
        }
    }
}

/// What stands for these includes.
fn digest(includes: &[(String, u32)]) -> String {
    let mut digest = Sha256::new();
    for (name, turn) in includes {
        digest.update((name.len() as u64).to_be_bytes());
        digest.update(name);
        digest.update(turn.to_be_bytes());
    }
    hex(&digest.finalize()[..16])
}

/// The ways that keys begin with.
pub(super) struct Ways<'a, 'n> {
    body_name: &'a dyn Fn(&str) -> Option<&'n str>,
    /// The ways that have a digest, by it.
    digests: HashMap<String, String>,
    /// The ways that were read.
    known: HashMap<String, CallPath>,
}

impl<'a, 'n> Ways<'a, 'n> {
    /// `body_name` tells what a body is called that a way names by its id.
    pub(super) fn new(body_name: &'a dyn Fn(&str) -> Option<&'n str>) -> Self {
        Ways {
            body_name,
            digests: HashMap::new(),
            known: HashMap::new(),
        }
    }

    /// Adds what digests stand for.
    pub(super) fn explain(&mut self, digests: impl IntoIterator<Item = (String, String)>) {
        self.digests.extend(digests);
    }

    /// The parts of a key: the way, and the site with its turn.
    pub(super) fn parts(&mut self, key: &str) -> Option<(CallPath, SiteId, u32)> {
        let (way, site) = key.rsplit_once('\n')?;
        let (site, turn) = site.strip_prefix('s')?.split_once('.')?;
        let (site, turn) = (SiteId(site.parse().ok()?), turn.parse().ok()?);
        Some((self.path(way), site, turn))
    }

    fn path(&mut self, way: &str) -> CallPath {
        let mut ahead = Vec::new();
        let mut at = way.to_owned();
        let mut path = loop {
            if let Some(known) = self.known.get(&at) {
                break known.clone();
            }
            let (above, include) = match self.digests.get(&at) {
                Some(way) => (way.clone(), None),
                // A file's name can hold a line feed, too.
                None => match self.include(&at) {
                    Some((above, name, turn)) => (above.to_owned(), Some((name, turn))),
                    None => break CallPath::of(&at),
                },
            };
            ahead.push((std::mem::replace(&mut at, above), include));
        };
        for (way, include) in ahead.into_iter().rev() {
            if let Some((name, turn)) = include {
                path = path.to(name, turn);
            }
            self.known.insert(way, path.clone());
        }
        path
    }

    /// The last include of a way, and what is above it.
    fn include<'w>(&self, way: &'w str) -> Option<(&'w str, &'n str, u32)> {
        let (above, body) = way.rsplit_once('\n')?;
        let (id, turn) = body.split_once('.')?;
        Some((above, (self.body_name)(id)?, turn.parse().ok()?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The path of a call that so many includes of one define lead to, of which the outermost is its second.
    fn path(levels: usize) -> CallPath {
        let inner = (1..levels).map(|_| ("app.inner", 1));
        let start = CallPath::of("app/templates/a.yaml");
        [("app.outer", 2)]
            .into_iter()
            .chain(inner)
            .fold(start, |path, (name, turn)| path.to(name, turn))
    }

    #[test]
    fn of_a_long_path_a_digest_stands_for_the_middle() {
        let (short, long, longer) = (path(20), path(200), path(201));
        assert_eq!(short.includes.len(), 20);
        assert_ne!(long, longer);
        for path in [long, longer] {
            assert_eq!(path.includes[0], ("app.outer".to_owned(), 2));
            let last = path.includes.last().unwrap();
            assert_eq!(last, &("app.inner".to_owned(), 1));
            let bytes: usize = path.includes.iter().map(|(name, _)| name.len()).sum();
            assert!(bytes < LONGEST + 100, "{bytes}");
        }
    }

    #[test]
    fn a_digest_is_the_way_that_it_stands_for() {
        let name = |id: &str| (id == "d1").then_some("app.pw");
        let mut ways = Ways::new(&name);
        let plain = ways.parts("a/t/b\nx\nd1.1\nd1.2\ns3.4").unwrap();
        ways.explain([("a/t/b\nx\n#9f".to_owned(), "a/t/b\nx\nd1.1".to_owned())]);
        assert_eq!(ways.parts("a/t/b\nx\n#9f\nd1.2\ns3.4"), Some(plain));
        // What nothing explains is the name of a file.
        let (path, ..) = ways.parts("a/t/b\n#10\ns3.4").unwrap();
        assert_eq!((&*path.root, path.includes.len()), ("a/t/b\n#10", 0));
        assert_eq!(ways.parts("a/t/b\ns3"), None);
    }
}
