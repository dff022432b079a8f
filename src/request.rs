//! All that one render needs to know, whoever asks for it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;

use crate::derive::Scope;
use crate::helm::{Credentials, HelmRequest, Memory};
use crate::seeds::SeedChoice;
use crate::workdir::WorkDir;

/// One render: a chart, what helm is asked, and from what the values are derived.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RenderRequest {
    /// The chart's folder, an absolute path.
    pub(crate) chart: PathBuf,
    /// The folder that links in the chart must not lead out of: the repository, under Argo CD.
    pub(crate) confine: Option<PathBuf>,
    /// Values files and file parameters that the user or the admin named and no tenant: they may be anywhere.
    pub(crate) own_files: Vec<PathBuf>,
    /// The helm binary: a path, or a name to look for on `PATH`.
    pub(crate) helm_binary: PathBuf,
    /// What helm is asked. Its paths are absolute, and `values` lacks [`RenderRequest::inline_values`].
    pub(crate) helm: HelmRequest,
    /// YAML that wins over all values files. It becomes a file by [`RenderRequest::write_inline_values`].
    pub(crate) inline_values: Option<String>,
    /// Whose values they are.
    pub(crate) scope: Scope,
    /// The seed that the values are derived from.
    pub(crate) seed: SeedChoice,
    /// The clock that charts see, in seconds since 1970.
    pub(crate) clock: i64,
    /// The time, in seconds since 1970: it decides when certificates are issued again.
    pub(crate) now: i64,
    /// Functions that charts may call although their results change at each render.
    pub(crate) allow: Vec<String>,
    /// Which pins were rotated: patterns of their names, each with its generation.
    pub(crate) rotate: Vec<Rotation>,
    /// The values that are given for pins, sealed.
    pub(crate) pins: Vec<SealedPin>,
    /// Whether a value that is given for no pin of the chart is a warning and no error.
    pub(crate) allow_unknown_pins: bool,
    /// The pins that must not change.
    pub(crate) baseline: Option<Baseline>,
    /// With what chart repositories and registries are asked for dependencies.
    pub(crate) credentials: Credentials,
    /// How much memory helm may take.
    pub(crate) memory: Memory,
    /// How many renders may run at once in this container; none is no limit.
    pub(crate) parallelism: Option<usize>,
    /// What a call of helm asks for besides, where this program stands in for helm.
    pub(crate) stand_in: Option<StandIn>,
    /// Where copies of the user's pipes are, which go with the last request that has them.
    pub(crate) pipes: Option<Arc<WorkDir>>,
}

/// What a call of helm asks for besides. Helm then runs in the caller's own environment and folder, fetches no
/// dependencies, and what it says of the chart as it is, is for the caller to ask.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct StandIn {
    /// Flags that say what becomes of the manifests: for the last render, whose values are settled.
    pub(crate) output: Vec<OsString>,
    /// Values that are set on the command line: `tpl` may be given one.
    pub(crate) texts: Vec<String>,
}

/// Which pins are in which generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rotation {
    /// A pattern of pins' names.
    pub(crate) pattern: String,
    /// How often these were rotated: 0 is the first value.
    pub(crate) generation: u32,
}

/// A value that is given for a pin, as somebody sealed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedPin {
    /// The pin's name.
    pub(crate) pin: String,
    /// The sealed value.
    pub(crate) sealed: String,
    /// Where it stands: for messages.
    pub(crate) source: &'static str,
}

/// The pins of an Application as they were once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Baseline {
    /// The file: for messages.
    pub(crate) source: String,
    /// The pins, by their names.
    pub(crate) pins: BTreeMap<String, BaselinePin>,
}

/// A pin of a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BaselinePin {
    /// The same as long as the value is.
    pub(crate) fingerprint: String,
    /// The way to its call.
    pub(crate) call: String,
    /// The other places that show nothing else than the value.
    #[serde(default)]
    pub(crate) places: Vec<String>,
}

impl fmt::Debug for RenderRequest {
    /// Shows what is rendered, and no value that a user set: it can be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenderRequest")
            .field("chart", &self.chart)
            .field("scope", &self.scope)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}

impl RenderRequest {
    /// Writes the inline values into the private directory, and makes them the last values file.
    ///
    /// # Errors
    /// The file cannot be created, or is there already.
    pub(crate) fn write_inline_values(&mut self, work: &WorkDir) -> io::Result<()> {
        if let Some(values) = self.inline_values.take() {
            let path = work.file("inline-values.yaml", values.as_bytes())?;
            self.helm.values.push(path);
        }
        Ok(())
    }

    /// The release's namespace, as helm has it.
    pub(crate) fn namespace(&self) -> &str {
        self.helm.namespace.as_deref().unwrap_or("default")
    }
}

#[cfg(test)]
use crate::seeds::Kept;

#[cfg(test)]
impl RenderRequest {
    /// For tests: a chart that nobody reads, by hand, with nothing set.
    pub(crate) fn example() -> Self {
        RenderRequest {
            chart: "/chart".into(),
            confine: None,
            own_files: Vec::new(),
            helm_binary: "helm".into(),
            helm: HelmRequest::default(),
            inline_values: None,
            scope: Scope {
                project: "default".into(),
                application: "web".into(),
            },
            seed: SeedChoice::new(
                &Kept::One {
                    file: "/seed".into(),
                    id: None,
                },
                None,
                std::path::Path::new("/"),
            ),
            clock: 0,
            now: 0,
            allow: Vec::new(),
            rotate: Vec::new(),
            pins: Vec::new(),
            allow_unknown_pins: false,
            baseline: None,
            credentials: Credentials::default(),
            memory: Memory::default(),
            parallelism: None,
            stand_in: None,
            pipes: None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn request(inline_values: Option<&str>) -> RenderRequest {
        RenderRequest {
            helm: HelmRequest {
                values: vec!["/chart/a.yaml".into()],
                ..HelmRequest::default()
            },
            inline_values: inline_values.map(str::to_owned),
            ..RenderRequest::example()
        }
    }

    #[test]
    fn inline_values_become_the_last_file_and_are_private() {
        let work = WorkDir::create().unwrap();
        let mut request = request(Some("password: hush\n"));
        request.write_inline_values(&work).unwrap();
        let written = request.helm.values.last().unwrap();
        assert_eq!(request.helm.values.len(), 2);
        assert_eq!(
            std::fs::read_to_string(written).unwrap(),
            "password: hush\n"
        );
        assert_eq!(
            written.metadata().unwrap().permissions().mode() & 0o777,
            0o600
        );
        // A second call has nothing left to write.
        request.write_inline_values(&work).unwrap();
        assert_eq!(request.helm.values.len(), 2);
    }

    #[test]
    fn debug_shows_no_value() {
        assert!(!format!("{:?}", request(Some("password: hush"))).contains("hush"));
    }
}
