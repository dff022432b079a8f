//! Rendered manifests, parsed.

use serde::Deserialize;
use serde_json::Value;

use super::text::base64_decode;

/// What a render printed, and its documents.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Manifests {
    pub(crate) text: String,
    pub(crate) documents: Vec<Value>,
}

impl Manifests {
    /// Parses a render; documents with nothing in them are left out.
    #[track_caller]
    pub(crate) fn parse(text: String) -> Self {
        let documents = serde_yaml::Deserializer::from_str(&text)
            .map(|document| match Value::deserialize(document) {
                Ok(value) => value,
                Err(error) => panic!("the render is no YAML: {error}\n{text}"),
            })
            .filter(|document| !document.is_null())
            .collect();
        Self { text, documents }
    }

    /// All documents of a kind.
    pub(crate) fn of_kind(&self, kind: &str) -> Vec<&Value> {
        self.documents
            .iter()
            .filter(|document| document["kind"] == kind)
            .collect()
    }

    /// The names of all documents of a kind.
    pub(crate) fn names(&self, kind: &str) -> Vec<String> {
        self.of_kind(kind)
            .iter()
            .map(|document| {
                document["metadata"]["name"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect()
    }

    /// The one document whose name begins so.
    #[track_caller]
    pub(crate) fn document(&self, kind: &str, name: &str) -> &Value {
        let found: Vec<&Value> = self
            .of_kind(kind)
            .into_iter()
            .filter(|document| {
                document["metadata"]["name"]
                    .as_str()
                    .is_some_and(|n| n == name)
            })
            .collect();
        assert_eq!(found.len(), 1, "{kind} {name} in\n{}", self.text);
        found[0]
    }

    /// The text of a field, by JSON pointer; numbers as they are written.
    #[track_caller]
    pub(crate) fn field(&self, kind: &str, name: &str, pointer: &str) -> String {
        match self.document(kind, name).pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => panic!("no {pointer} in {kind} {name} in\n{}", self.text),
        }
    }

    /// A key of a ConfigMap.
    #[track_caller]
    pub(crate) fn config(&self, name: &str, key: &str) -> String {
        self.field(
            "ConfigMap",
            name,
            &format!("/data/{}", key.replace('/', "~1")),
        )
    }

    /// A key of a Secret, from `data` (decoded) or from `stringData`.
    #[track_caller]
    pub(crate) fn secret(&self, name: &str, key: &str) -> String {
        let secret = self.document("Secret", name);
        if let Some(text) = secret["stringData"][key].as_str() {
            return text.to_owned();
        }
        match secret["data"][key].as_str() {
            Some(text) => String::from_utf8(base64_decode(text)).unwrap(),
            None => panic!("no key {key} in Secret {name} in\n{}", self.text),
        }
    }

    /// Every scalar of every document, and what it is in base64: all that a message could leak.
    pub(crate) fn values(&self) -> Vec<String> {
        let mut values = Vec::new();
        for document in &self.documents {
            collect(document, &mut values);
        }
        values
    }
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        Value::Object(fields) => {
            for (key, field) in fields {
                into.push(key.clone());
                collect(field, into);
            }
        }
        Value::String(text) => {
            into.push(text.clone());
            if let Ok(decoded) =
                base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text)
                && let Ok(decoded) = String::from_utf8(decoded)
            {
                into.push(decoded);
            }
        }
        Value::Number(number) => into.push(number.to_string()),
        Value::Bool(_) | Value::Null => {}
    }
}
