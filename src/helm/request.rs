//! What helm is asked for, and the arguments that say so: those of Argo CD's own Helm support.
//!
//! Order and escaping follow Argo CD's `util/helm/cmd.go` (v3.5), so that a chart renders the same with the plugin
//! and without it.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::error::HelmError;

/// A `helm template` call. Relative paths are those of our own current directory, though helm runs in the chart's.
///
/// A path reaches helm as that one path, whatever characters it holds. Argo CD is laxer there, and a repository with a
/// directory called `a,` could make helm read a file outside of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HelmRequest {
    /// The release's name. helm would evaluate a template in it: `{{` is refused.
    pub release_name: String,
    /// The namespace of the release; without one helm takes `default`.
    pub namespace: Option<String>,
    /// The version of Kubernetes that the chart sees.
    pub kube_version: Option<String>,
    /// The API versions that the chart sees besides helm's own.
    pub api_versions: Vec<String>,
    /// The values files; later ones win.
    pub values: Vec<PathBuf>,
    /// `--set`: helm guesses the value's type.
    pub set: Vec<(String, String)>,
    /// `--set-string`: the value is text.
    pub set_string: Vec<(String, String)>,
    /// `--set-file`: the value is the content of the file at this path.
    pub set_file: Vec<(String, String)>,
    /// Whether the chart's `crds/` are part of the output.
    pub include_crds: bool,
    /// Whether the chart's tests are left out.
    pub skip_tests: bool,
    /// Whether the values are not checked against the chart's schema.
    pub skip_schema_validation: bool,
    /// Flags of helm's own that are passed on as they are.
    pub further: Vec<OsString>,
}

impl HelmRequest {
    /// The arguments behind `helm template <chart>`.
    pub(super) fn arguments(&self) -> Result<Vec<OsString>, HelmError> {
        if self.release_name.contains("{{") {
            return Err(HelmError::ReleaseName);
        }
        let mut arguments = Arguments::default();
        arguments.pair("--name-template", &self.release_name);
        if let Some(namespace) = given(self.namespace.as_ref()) {
            arguments.pair("--namespace", namespace);
        }
        if let Some(version) = given(self.kube_version.as_ref()) {
            arguments.pair("--kube-version", version);
        }
        for (flag, parameters) in [("--set", &self.set), ("--set-string", &self.set_string)] {
            for (key, value) in parameters {
                arguments.pair(flag, format!("{key}={}", escape_commas(value)));
            }
        }
        for (key, path) in &self.set_file {
            arguments.pair("--set-file", file_parameter(key, path)?);
        }
        for path in &self.values {
            arguments.pair("--values", list_item(&std::path::absolute(path)?)?);
        }
        for version in &self.api_versions {
            arguments.pair("--api-versions", version);
        }
        for (flag, wanted) in [
            ("--include-crds", self.include_crds),
            ("--skip-schema-validation", self.skip_schema_validation),
            ("--skip-tests", self.skip_tests),
        ] {
            if wanted {
                arguments.0.push(flag.into());
            }
        }
        arguments.0.extend(self.further.iter().cloned());
        Ok(arguments.0)
    }
}

/// A text that is there and not empty.
fn given(text: Option<&String>) -> Option<&String> {
    text.filter(|text| !text.is_empty())
}

#[derive(Default)]
struct Arguments(Vec<OsString>);

impl Arguments {
    /// A flag and its value as two arguments: a value that begins with `-` stays one.
    fn pair(&mut self, flag: &str, value: impl Into<OsString>) {
        self.0.push(flag.into());
        self.0.push(value.into());
    }
}

/// The value of a `--set` so that helm does not split it at its commas: `a,b` → `a\,b`. A list (`{a,b}`) and a comma
/// behind a backslash stay. Argo CD's `cleanSetParameters`.
fn escape_commas(value: &str) -> String {
    if value.starts_with('{') && value.ends_with('}') {
        return value.to_owned();
    }
    let mut escaped = String::with_capacity(value.len());
    let mut previous = '\0';
    for character in value.chars() {
        if character == ',' && previous != '\\' {
            escaped.push('\\');
        }
        escaped.push(character);
        previous = character;
    }
    escaped
}

/// `key=path` for `--set-file`, in which helm looks for further pairs behind a comma.
fn file_parameter(key: &str, path: &str) -> Result<String, HelmError> {
    // Helm reads up to the first `=` that no backslash hides as the name, and a comma begins a second file. A backslash
    // before anything else belongs to the name (`labels.a\.b`).
    if key.is_empty() || key.contains([',', '=']) || key.ends_with('\\') {
        return Err(HelmError::FileParameter {
            key: key.to_owned(),
        });
    }
    let path = std::path::absolute(path)?;
    let path = path.to_str().ok_or_else(|| bad_path(&path))?;
    Ok(format!("{key}={}", escape_path(path)))
}

/// A path or address for `--set-file`, so that helm takes it as one.
pub(crate) fn escape_path(path: &str) -> String {
    path.replace('\\', r"\\").replace(',', r"\,")
}

/// A path as an item of a list flag, which helm reads as a line of CSV.
fn list_item(path: &Path) -> Result<OsString, HelmError> {
    let bytes = path.as_os_str().as_bytes();
    if bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        return Err(bad_path(path));
    }
    if !bytes.iter().any(|byte| matches!(byte, b',' | b'"')) {
        return Ok(path.into());
    }
    let mut quoted = vec![b'"'];
    for &byte in bytes {
        if byte == b'"' {
            quoted.push(b'"');
        }
        quoted.push(byte);
    }
    quoted.push(b'"');
    Ok(OsString::from_vec(quoted))
}

fn bad_path(path: &Path) -> HelmError {
    HelmError::Path {
        path: path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn commas_are_escaped_as_argo_cd_does() {
        // The cases of Argo CD's cmd_test.go, and the ends of the rule.
        for (value, expected) in [
            ("val", "val"),
            ("bar", "bar"),
            ("a,b", "a\\,b"),
            (r"not, clean", r"not\, clean"),
            (r"a\,b,c", r"a\,b\,c"),
            ("{a,b,c}", "{a,b,c}"),
            (",", "\\,"),
            (",,", "\\,\\,"),
            ("not, clean,", "not\\, clean\\,"),
            ("{a,b", "{a\\,b"),
            ("☺,☺", "☺\\,☺"),
            ("", ""),
        ] {
            assert_eq!(escape_commas(value), expected, "{value}");
        }
    }

    #[test]
    fn all_arguments_in_argo_cds_order() {
        let request = HelmRequest {
            release_name: "-app".to_owned(),
            namespace: Some("ns".to_owned()),
            kube_version: Some("1.31.0".to_owned()),
            api_versions: vec!["v1".to_owned(), "apps/v1".to_owned()],
            values: vec!["/a.yaml".into(), "/b.yaml".into()],
            set: vec![pair("a", "1,2"), pair("b", "{1,2}")],
            set_string: vec![pair("c", "3")],
            set_file: vec![pair("d", "/d,d")],
            include_crds: true,
            skip_tests: true,
            skip_schema_validation: true,
            further: vec!["--is-upgrade".into()],
        };
        let expected = [
            "--name-template",
            "-app",
            "--namespace",
            "ns",
            "--kube-version",
            "1.31.0",
            "--set",
            "a=1\\,2",
            "--set",
            "b={1,2}",
            "--set-string",
            "c=3",
            "--set-file",
            "d=/d\\,d",
            "--values",
            "/a.yaml",
            "--values",
            "/b.yaml",
            "--api-versions",
            "v1",
            "--api-versions",
            "apps/v1",
            "--include-crds",
            "--skip-schema-validation",
            "--skip-tests",
            "--is-upgrade",
        ];
        assert_eq!(request.arguments().unwrap(), expected);
    }

    #[test]
    fn what_is_empty_is_left_out() {
        let request = HelmRequest {
            release_name: "r".to_owned(),
            namespace: Some(String::new()),
            kube_version: Some(String::new()),
            ..HelmRequest::default()
        };
        assert_eq!(request.arguments().unwrap(), ["--name-template", "r"]);
    }

    #[test]
    fn a_path_stays_one_path() {
        let argument = |request: HelmRequest| {
            let arguments = request.arguments()?;
            Ok::<_, HelmError>(arguments[3].to_str().unwrap().to_owned())
        };
        let values = |path: &str| {
            argument(HelmRequest {
                values: vec![path.into()],
                ..HelmRequest::default()
            })
        };
        assert_eq!(values("/r/a,/etc/x").unwrap(), "\"/r/a,/etc/x\"");
        assert_eq!(values("/r/a\"b").unwrap(), "\"/r/a\"\"b\"");
        assert_eq!(values("/r/a\\b").unwrap(), "/r/a\\b");
        assert!(values("https://x/y").unwrap().starts_with('/'));
        assert!(values("-").unwrap().starts_with('/'));
        assert!(matches!(values("/r/a\nb"), Err(HelmError::Path { .. })));

        let file = |key: &str, path: &str| {
            argument(HelmRequest {
                set_file: vec![pair(key, path)],
                ..HelmRequest::default()
            })
        };
        assert_eq!(
            file("k", r"/r/a\\,b=/etc/x").unwrap(),
            r"k=/r/a\\\\\,b=/etc/x"
        );
        assert!(file("k", "https://x/y").unwrap().starts_with("k=/"));
        for key in ["", "a=/etc/x,b", "a,b", r"a\=b", r"a\"] {
            assert!(
                matches!(file(key, "/r"), Err(HelmError::FileParameter { .. })),
                "{key}"
            );
        }
    }
}
