//! Which seed a render takes, and whether it is the one that was meant.
//!
//! Another seed changes every pinned value at once. So an admin names the seed by its id, an Application can name
//! another one of the admin's, and a file that holds neither is refused before helm runs.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use crate::derive::{Seed, SeedError, SeedId};
use crate::hint::with_hint;

/// Who asks for a seed by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedBy {
    /// The admin, by `PIN_SEED_ID`.
    Setting,
    /// The Application, by its parameter `seed`.
    Parameter,
    /// The file's own name, in a folder of several.
    FileName,
}

impl NamedBy {
    /// The words for it in a sentence.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Setting => "PIN_SEED_ID",
            Self::Parameter => "the parameter `seed`",
            Self::FileName => "its file's name",
        }
    }
}

/// Where the admin keeps seeds, and which one is used unless an Application names another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    /// One seed.
    One {
        /// Its file (`PIN_SEED_FILE`).
        file: PathBuf,
        /// What its id must be (`PIN_SEED_ID`).
        id: Option<SeedId>,
    },
    /// Several, each in a file that is called by the seed's id.
    Several {
        /// Their folder (`PIN_SEED_DIR`).
        folder: PathBuf,
        /// The one for Applications that name none (`PIN_SEED_ID`).
        default: SeedId,
    },
}

impl Kept {
    /// The path of the file or folder, and the setting that holds it.
    pub(crate) fn place(&self) -> (&'static str, &Path) {
        match self {
            Self::One { file, .. } => ("PIN_SEED_FILE", file),
            Self::Several { folder, .. } => ("PIN_SEED_DIR", folder),
        }
    }

    /// The id that `PIN_SEED_ID` names.
    pub(crate) fn default_id(&self) -> Option<&SeedId> {
        match self {
            Self::One { id, .. } => id.as_ref(),
            Self::Several { default, .. } => Some(default),
        }
    }

    /// All seeds that are kept, the default first. It is listed also where it is missing.
    ///
    /// # Errors
    /// The folder of several seeds cannot be read.
    pub(crate) fn all(&self, here: &Path) -> io::Result<Vec<SeedChoice>> {
        let mut all = vec![SeedChoice::new(self, None, here)];
        if let Self::Several { folder, default } = self {
            let folder = here.join(folder);
            let others = ids(&folder)?.into_iter().filter(|id| id != default);
            all.extend(others.map(|id| SeedChoice {
                file: folder.join(id.as_str()),
                folder: Some(folder.clone()),
                wanted: Some((id, NamedBy::FileName)),
                watch: false,
            }));
        }
        Ok(all)
    }
}

/// The seed of one render: where it is, and which one it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeedChoice {
    file: PathBuf,
    /// The folder of several seeds that the file is in.
    folder: Option<PathBuf>,
    wanted: Option<(SeedId, NamedBy)>,
    /// Whether no person looks on: then a missing id is said in a warning.
    watch: bool,
}

impl SeedChoice {
    /// The seed that an Application names by its parameter, or else the admin's. Relative paths begin at `here`.
    pub(crate) fn new(kept: &Kept, parameter: Option<SeedId>, here: &Path) -> Self {
        let default = || Some((kept.default_id()?.clone(), NamedBy::Setting));
        let wanted = parameter
            .map(|id| (id, NamedBy::Parameter))
            .or_else(default);
        let (_, path) = kept.place();
        let path = here.join(path);
        let (file, folder) = match (kept, &wanted) {
            (Kept::Several { .. }, Some((id, _))) => (path.join(id.as_str()), Some(path)),
            _ => (path, None),
        };
        Self {
            file,
            folder,
            wanted,
            watch: false,
        }
    }

    /// The same; with `watch`, a warning says when nobody has said which seed it must be.
    #[must_use]
    pub(crate) fn watched(mut self, watch: bool) -> Self {
        self.watch = watch;
        self
    }

    /// The id that is asked for.
    pub(crate) fn wanted(&self) -> Option<&SeedId> {
        self.wanted.as_ref().map(|(id, _)| id)
    }

    /// The file that the seed is read from.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Reads the seed, with warnings for the log.
    ///
    /// # Errors
    /// It cannot be read ([`Seed::read`]), or it is another seed than the wanted one.
    pub(crate) fn read(&self) -> anyhow::Result<(Seed, Vec<String>)> {
        let (seed, warnings) = Seed::read(&self.file).map_err(|error| self.explained(error))?;
        let id = seed.id();
        let mut warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        match &self.wanted {
            Some((wanted, by)) if *wanted != id => {
                return Err(with_hint(
                    anyhow!(
                        "the seed in {} is {id}, and {} asks for {wanted}: all pinned values would be others",
                        self.file.display(),
                        by.words(),
                    ),
                    match by {
                        NamedBy::Setting => format!(
                            "mount the seed {wanted} again; to move on purpose see \"Another seed\" in docs/operations.md"
                        ),
                        NamedBy::FileName => "call the file by the seed's id".to_owned(),
                        NamedBy::Parameter => {
                            "name a seed that the admin has mounted, or take the parameter away"
                                .to_owned()
                        }
                    },
                ));
            }
            None if self.watch => warnings.push(format!(
                "nothing says which seed it must be, and another one would change all values unnoticed: set PIN_SEED_ID to {id} in the sidecar"
            )),
            _ => {}
        }
        Ok((seed, warnings))
    }

    /// An error of reading, for a seed that is missing among several with the ones that are there.
    fn explained(&self, error: SeedError) -> anyhow::Error {
        let (SeedError::Missing { .. }, Some(folder), Some((id, by))) =
            (&error, &self.folder, &self.wanted)
        else {
            return error.into();
        };
        let error = anyhow!(
            "there is no seed {id} in {}, and {} asks for it",
            folder.display(),
            by.words()
        );
        let there: Vec<String> = ids(folder)
            .unwrap_or_default()
            .iter()
            .map(SeedId::to_string)
            .collect();
        with_hint(
            error,
            match there.is_empty() {
                true => "mount seeds there, each in a file that is called by its id".to_owned(),
                false => format!("there are {}", there.join(", ")),
            },
        )
    }
}

/// The ids that files in a folder of seeds are called by, sorted. What is called otherwise is no seed: Kubernetes
/// keeps a volume's own files there.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn ids(folder: &Path) -> io::Result<Vec<SeedId>> {
    let mut found: Vec<SeedId> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<io::Result<Vec<_>>>()?
        .iter()
        .filter_map(|name| OsStr::to_str(name))
        .filter_map(SeedId::parse)
        .collect();
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests;
