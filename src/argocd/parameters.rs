//! The plugin's parameters: the options of Argo CD's own Helm source under the plugin's names.
//!
//! They come from the Application or from a `.argocd-source*.yaml` in Git, so a tenant writes them. Messages
//! name parameters and never show their values, which can be secrets.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

use super::near_miss::nearest;
use crate::hint::WayOut;
use crate::unseen;

/// What a parameter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `string:`, any text.
    Text,
    /// `string:`, which must be `"true"` or `"false"`.
    Switch,
    /// `array:` of strings.
    Array,
    /// `map:` of strings.
    Map,
}

impl Shape {
    /// The field of an Application's parameter that holds it.
    const fn field(self) -> &'static str {
        match self {
            Self::Text | Self::Switch => "string",
            Self::Array => "array",
            Self::Map => "map",
        }
    }
}

/// Every parameter, and what it holds.
pub const KNOWN: [(&str, Shape); 17] = [
    ("api-versions", Shape::Array),
    ("baseline", Shape::Text),
    ("file-parameters", Shape::Map),
    ("helm-parameters", Shape::Map),
    ("helm-string-parameters", Shape::Map),
    ("ignore-missing-value-files", Shape::Switch),
    ("kube-version", Shape::Text),
    ("namespace", Shape::Text),
    ("pins", Shape::Map),
    ("release-name", Shape::Text),
    ("rotate", Shape::Map),
    ("seed", Shape::Text),
    ("skip-crds", Shape::Switch),
    ("skip-schema-validation", Shape::Switch),
    ("skip-tests", Shape::Switch),
    ("values", Shape::Text),
    ("values-files", Shape::Array),
];

/// Options of Argo CD's Helm source that have another name here; the others differ in case and dashes only.
const NATIVE: [(&str, &str); 6] = [
    ("parameters", "helm-parameters"),
    ("set", "helm-parameters"),
    ("set-string", "helm-string-parameters"),
    ("set-file", "file-parameters"),
    ("valueFiles", "values-files"),
    ("valuesObject", "values"),
];

/// Why the parameters cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ParameterError {
    /// The whole text is not what Argo CD sends.
    #[error(
        "ARGOCD_APP_PARAMETERS is not the JSON list of parameters that Argo CD sends (line {line}, column {column})"
    )]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// A parameter that the plugin does not have.
    #[error("the plugin has no parameter `{name}`")]
    Unknown {
        /// Its name, fit to print.
        name: String,
        /// The known one that was meant.
        meant: Option<&'static str>,
    },
    /// A parameter that is given two times.
    #[error("the parameter `{0}` is given twice")]
    Twice(&'static str),
    /// A parameter with the wrong kind of value.
    #[error("the parameter `{name}` must be given as `{}:`, not as `{found}:`", .shape.field())]
    Shape {
        /// Its name.
        name: &'static str,
        /// What it holds.
        shape: Shape,
        /// The field that was found.
        found: &'static str,
    },
    /// A list or map with an item that is no string.
    #[error("the parameter `{0}` must hold strings only")]
    Item(&'static str),
    /// A switch that is neither on nor off.
    #[error("the parameter `{0}` must be \"true\" or \"false\"")]
    Switch(&'static str),
    /// A text with a NUL, which no command line can carry.
    #[error("the parameter `{0}` holds a NUL character")]
    Nul(&'static str),
}

impl WayOut for ParameterError {
    fn way_out(&self) -> Option<String> {
        match self {
            Self::Unknown {
                meant: Some(meant), ..
            } => Some(format!("did you mean `{meant}`?")),
            Self::Unknown { meant: None, .. } => {
                let names: Vec<&str> = KNOWN.iter().map(|(name, _)| *name).collect();
                Some(format!(
                    "its parameters are {}; a chart's value is set by `helm-parameters`",
                    names.join(", ")
                ))
            }
            Self::Shape { name, shape, .. } => Some(format!(
                "write it as {{name: {name}, {}}}",
                match shape {
                    Shape::Text => "string: …",
                    Shape::Switch => "string: \"true\"",
                    Shape::Array => "array: [one, two]",
                    Shape::Map => "map: {name: value}",
                }
            )),
            _ => None,
        }
    }
}

/// What the parameters say; an empty text or list counts as not given, as in Argo CD's own Helm source.
///
/// `Debug` hides the values: they can be a tenant's secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    /// `release-name`: helm's release name.
    pub release_name: Option<String>,
    /// `namespace`: helm's namespace.
    pub namespace: Option<String>,
    /// `kube-version`: the Kubernetes version that charts see.
    pub kube_version: Option<String>,
    /// `api-versions`: the API versions that charts see.
    pub api_versions: Vec<String>,
    /// `values-files`: files in the repository, later ones win; globs are allowed.
    pub values_files: Vec<String>,
    /// `values`: YAML that wins over all values files.
    pub values: Option<String>,
    /// `helm-parameters`: as `helm --set`, names and values.
    pub helm_parameters: Vec<(String, String)>,
    /// `helm-string-parameters`: as `helm --set-string`.
    pub helm_string_parameters: Vec<(String, String)>,
    /// `file-parameters`: as `helm --set-file`, names and paths in the repository.
    pub file_parameters: Vec<(String, String)>,
    /// `pins`: pins' names, each with a sealed value.
    pub pins: Vec<(String, String)>,
    /// `rotate`: patterns of pins' names, each with the generation that they are in.
    pub rotate: Vec<(String, String)>,
    /// `skip-crds`: leaves out the chart's `crds/`.
    pub skip_crds: bool,
    /// `skip-tests`: leaves out manifests that are helm tests.
    pub skip_tests: bool,
    /// `skip-schema-validation`: does not check values against the chart's schema.
    pub skip_schema_validation: bool,
    /// `baseline`: the file with the pins that must not change.
    pub baseline: Option<String>,
    /// `seed`: the id of the admin's seed that the values are derived from.
    pub seed: Option<String>,
    /// `ignore-missing-value-files`: a values file that is not there is no error.
    pub ignore_missing_value_files: bool,
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameters").finish_non_exhaustive()
    }
}

/// One entry of the list that Argo CD sends; each has at most one of the three fields.
#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    name: String,
    #[serde(default)]
    string: Option<Value>,
    #[serde(default)]
    array: Option<Value>,
    #[serde(default)]
    map: Option<Value>,
}

impl Parameters {
    /// Reads the JSON that Argo CD hands over in `ARGOCD_APP_PARAMETERS`; `null` means no parameters.
    ///
    /// # Errors
    /// The text is no such JSON, a name is unknown or given twice, or a value is not what its parameter holds.
    pub fn parse(json: &str) -> Result<Self, ParameterError> {
        let entries: Option<Vec<Entry>> =
            serde_json::from_str(json).map_err(|error| ParameterError::Json {
                // serde's own message would quote the value.
                line: error.line(),
                column: error.column(),
            })?;
        let mut parameters = Self::default();
        let mut seen = Vec::new();
        for entry in entries.unwrap_or_default() {
            let (name, shape) = known(&entry.name)?;
            if seen.contains(&name) {
                return Err(ParameterError::Twice(name));
            }
            seen.push(name);
            parameters.take(name, shape, entry)?;
        }
        Ok(parameters)
    }

    fn take(
        &mut self,
        name: &'static str,
        shape: Shape,
        entry: Entry,
    ) -> Result<(), ParameterError> {
        let fields = [
            ("string", entry.string),
            ("array", entry.array),
            ("map", entry.map),
        ];
        let mut value = None;
        let mut wrong = None;
        for (field, found) in fields {
            match found {
                None | Some(Value::Null) => {}
                Some(found) if field == shape.field() => value = Some(found),
                Some(found) if is_empty(&found) => {}
                Some(_) => wrong = wrong.or(Some(field)),
            }
        }
        // With the right field there, another one is nobody's mistake: where `.argocd-source.yaml` overrides a list of
        // parameters, Argo CD leaves fields of the old entry in the new one.
        if let (None, Some(found)) = (&value, wrong) {
            return Err(ParameterError::Shape { name, shape, found });
        }
        let Some(value) = value else { return Ok(()) };
        match name {
            "release-name" => self.release_name = text(name, &value)?,
            "namespace" => self.namespace = text(name, &value)?,
            "seed" => self.seed = text(name, &value)?,
            "baseline" => self.baseline = text(name, &value)?,
            "kube-version" => self.kube_version = text(name, &value)?,
            "values" => self.values = text(name, &value)?,
            "api-versions" => self.api_versions = array(name, &value)?,
            "values-files" => self.values_files = array(name, &value)?,
            "helm-parameters" => self.helm_parameters = map(name, &value)?,
            "helm-string-parameters" => self.helm_string_parameters = map(name, &value)?,
            "file-parameters" => self.file_parameters = map(name, &value)?,
            "pins" => self.pins = map(name, &value)?,
            "rotate" => self.rotate = map(name, &value)?,
            "skip-crds" => self.skip_crds = switch(name, &value)?,
            "skip-tests" => self.skip_tests = switch(name, &value)?,
            "skip-schema-validation" => self.skip_schema_validation = switch(name, &value)?,
            "ignore-missing-value-files" => self.ignore_missing_value_files = switch(name, &value)?,
            // A test goes through KNOWN and finds a name that is not taken here.
            _ => {}
        }
        Ok(())
    }
}

fn known(name: &str) -> Result<(&'static str, Shape), ParameterError> {
    if let Some(found) = KNOWN.into_iter().find(|(known, _)| *known == name) {
        return Ok(found);
    }
    let meant = NATIVE
        .into_iter()
        .find(|(native, _)| *native == name)
        .map(|(_, meant)| meant)
        .or_else(|| nearest(name, KNOWN.into_iter().map(|(known, _)| known)));
    Err(ParameterError::Unknown {
        name: unseen::beginning(name, 80),
        meant,
    })
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(items) => items.is_empty(),
        _ => false,
    }
}

fn string(name: &'static str, value: &Value) -> Result<String, ParameterError> {
    let text = value.as_str().ok_or(ParameterError::Item(name))?;
    if text.contains('\0') {
        return Err(ParameterError::Nul(name));
    }
    Ok(text.to_owned())
}

fn text(name: &'static str, value: &Value) -> Result<Option<String>, ParameterError> {
    Ok(Some(string(name, value)?).filter(|text| !text.is_empty()))
}

fn switch(name: &'static str, value: &Value) -> Result<bool, ParameterError> {
    match string(name, value)?.as_str() {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err(ParameterError::Switch(name)),
    }
}

fn array(name: &'static str, value: &Value) -> Result<Vec<String>, ParameterError> {
    let items = value.as_array().ok_or(ParameterError::Item(name))?;
    items.iter().map(|item| string(name, item)).collect()
}

fn map(name: &'static str, value: &Value) -> Result<Vec<(String, String)>, ParameterError> {
    let items: &Map<String, Value> = value.as_object().ok_or(ParameterError::Item(name))?;
    items
        .iter()
        .map(|(key, item)| {
            if key.contains('\0') {
                return Err(ParameterError::Nul(name));
            }
            Ok((key.clone(), string(name, item)?))
        })
        .collect()
}

#[cfg(test)]
mod tests;
