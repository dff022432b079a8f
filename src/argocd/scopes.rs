//! Scopes that the admin sets (`PIN_SCOPES_FILE`): which Application takes the values of which scope instead of those
//! of its own name and project.
//!
//! The file is a mapping of texts, `PROJECT/APPLICATION: PROJECT/APPLICATION`, with names as Argo CD passes them:
//!
//! ```yaml
//! default/shop: default/web        # was called web
//! team-b/cart: team-a/cart         # was in the project team-a
//! default/db-eu: default/db        # one scope for two Applications
//! default/db-us: default/db
//! ```
//!
//! A line is followed once, so that two Applications can exchange their names. A scope that the file gives away
//! belongs to those that it names: else who makes an Application of the former name would have the values, too.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::bounded;
use crate::config::{self, ConfigError, Value};
use crate::derive::Scope;
use crate::hint::{WayOut, explained};
use crate::unseen;

/// The most that a file may hold, in bytes: as much as a ConfigMap.
const MAX_SIZE: u64 = 1 << 20;

/// Why the scopes cannot be used.
#[derive(Debug, Error)]
pub(crate) enum ScopesError {
    /// The file cannot be read.
    #[error("the file {} with scopes cannot be read, correct PIN_SCOPES_FILE or mount its ConfigMap", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no mapping of texts.
    #[error(
        "the file {} with scopes must be a YAML mapping of `project/application` to `project/application`", .path.display()
    )]
    Form {
        /// The file.
        path: PathBuf,
    },
    /// A key stands twice.
    #[error("the file {} with scopes {twice}", .path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// The key and its line.
        twice: ConfigError,
    },
    /// A text in it names no Application.
    #[error("`{name}` in the file {} with scopes is no `project/application`", .path.display())]
    Name {
        /// The file.
        path: PathBuf,
        /// The text, fit to print.
        name: String,
    },
    /// The Application is called as one whose scope others have.
    #[error(
        "the scope {scope} belongs to other Applications by PIN_SCOPES_FILE, and the Application of this name is not among them"
    )]
    Given {
        /// The scope, which is the Application's own name.
        scope: String,
    },
}

impl WayOut for ScopesError {
    fn way_out(&self) -> Option<String> {
        match self {
            Self::Given { scope } => Some(format!(
                "if it is to have the same values, let the admin add the line `{scope}: {scope}`; else name the Application otherwise"
            )),
            _ => None,
        }
    }
}

/// What the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scopes(BTreeMap<String, String>);

impl Scopes {
    /// The scope that the admin gives in `file` to what has this one of its own; its own if he gives it none. A relative
    /// path begins at `here`.
    ///
    /// # Errors
    /// The file cannot be used, or the scope is given to others.
    pub(crate) fn admins(own: Scope, file: Option<&Path>, here: &Path) -> anyhow::Result<Scope> {
        let Some(file) = file else {
            return Ok(own);
        };
        Scopes::read(&here.join(file))
            .and_then(|scopes| scopes.of(own))
            .map_err(explained)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// It cannot be read, or is not of the documented form.
    pub(crate) fn read(path: &Path) -> Result<Self, ScopesError> {
        let form = || ScopesError::Form {
            path: path.to_owned(),
        };
        let bytes = bounded::read(path, MAX_SIZE)
            .map_err(|source| ScopesError::Unreadable {
                path: path.to_owned(),
                source,
            })?
            .ok_or_else(form)?;
        let lines = match config::read::<Value>(&bytes) {
            Some(Value::Mapping(lines)) => lines,
            Some(Value::Null) => return Ok(Self::default()),
            _ => {
                return Err(
                    config::twice(&bytes).map_or_else(form, |twice| ScopesError::Twice {
                        path: path.to_owned(),
                        twice,
                    }),
                );
            }
        };
        let name = |value: &Value| {
            let text = value.as_str().ok_or_else(form)?;
            if !is_name(text) {
                return Err(ScopesError::Name {
                    path: path.to_owned(),
                    name: unseen::beginning(text, 80),
                });
            }
            Ok(text.to_owned())
        };
        lines
            .iter()
            .map(|(application, scope)| Ok((name(application)?, name(scope)?)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// How many Applications it names.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The scope that an Application has, `own` being its own project and name.
    ///
    /// # Errors
    /// Its own scope belongs to others.
    pub(crate) fn of(&self, own: Scope) -> Result<Scope, ScopesError> {
        let name = format!("{}/{}", own.project, own.application);
        match self.0.get(&name).and_then(|scope| scope.split_once('/')) {
            Some((project, application)) => Ok(Scope {
                project: project.to_owned(),
                application: application.to_owned(),
            }),
            None if self.0.values().any(|scope| *scope == name) => {
                Err(ScopesError::Given { scope: name })
            }
            None => Ok(own),
        }
    }
}

/// Whether `text` is `project/application`: neither has a `/` in its name, as Kubernetes names them.
fn is_name(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace());
    text.split_once('/').is_some_and(|(project, application)| {
        part(project) && part(application) && !application.contains('/')
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn scopes(text: &str) -> Result<Scopes, ScopesError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Scopes::read(file.path())
    }

    fn of(scopes: &Scopes, project: &str, application: &str) -> Result<String, ScopesError> {
        let own = Scope {
            project: project.into(),
            application: application.into(),
        };
        let scope = scopes.of(own)?;
        Ok(format!("{}/{}", scope.project, scope.application))
    }

    #[test]
    fn renamed_moved_and_shared() {
        let scopes = scopes(
            "default/shop: default/web # was called web\n\
             team-b/cart: team-a/cart\n\
             default/ns_db: default/db\n\
             default/db: default/db\n",
        )
        .unwrap();
        for (project, application, scope) in [
            ("default", "shop", "default/web"),
            ("team-b", "cart", "team-a/cart"),
            ("default", "ns_db", "default/db"),
            ("default", "db", "default/db"),
            ("default", "other", "default/other"),
            ("other", "shop", "other/shop"),
        ] {
            assert_eq!(of(&scopes, project, application).unwrap(), scope);
        }
    }

    #[test]
    fn a_scope_that_is_given_away_is_nobody_elses() {
        let scopes = scopes("default/shop: default/web\n").unwrap();
        let error = of(&scopes, "default", "web").unwrap_err();
        assert!(matches!(&error, ScopesError::Given { scope } if scope == "default/web"));
        assert!(
            error
                .way_out()
                .unwrap()
                .contains("default/web: default/web")
        );
        assert_eq!(of(&scopes, "other", "web").unwrap(), "other/web");
    }

    #[test]
    fn a_line_is_followed_once() {
        let scopes = scopes("p/a: p/b\np/b: p/a\n").unwrap();
        assert_eq!(of(&scopes, "p", "a").unwrap(), "p/b");
        assert_eq!(of(&scopes, "p", "b").unwrap(), "p/a");
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        assert_eq!(scopes("").unwrap(), Scopes::default());
        for text in [
            "- a",
            "p/a",
            "p/a: [p/b]",
            "p/a: 1",
            "p/a: {x: y}",
            "p/a:",
            "a: b: c",
        ] {
            let error = scopes(text).unwrap_err();
            assert!(matches!(error, ScopesError::Form { .. }), "{text}: {error}");
        }
        let error = scopes("p/a: p/b\np/a: p/c").unwrap_err().to_string();
        let twice = "has the key `p/a` twice (line 2): remove one of the two";
        assert!(error.ends_with(twice), "{error}");
        for text in [
            "a: p/b",
            "p/a: b",
            "p/a: p/b/c",
            "/a: p/b",
            "p/: p/b",
            "p/a: 'p/b '",
        ] {
            let error = scopes(text).unwrap_err();
            assert!(matches!(error, ScopesError::Name { .. }), "{text}: {error}");
        }
        let long = format!("p/a: p/{}", "x".repeat(1 << 20));
        assert!(matches!(scopes(&long), Err(ScopesError::Form { .. })));
        let missing = Scopes::read(Path::new("/no/such/file"));
        assert!(matches!(missing, Err(ScopesError::Unreadable { .. })));
    }
}
