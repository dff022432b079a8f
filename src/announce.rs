//! What the plugin announces to Argo CD's user interface: the chart's values, as Argo CD's own Helm source shows them.
//!
//! Argo CD (`cmpserver/plugin`, `getParametersAnnouncement`) takes a JSON list of announcements and puts it before the
//! static ones of plugin.yaml. Its user interface shows the first announcement of a name, so the two that are made here
//! do not stand in plugin.yaml.
//!
//! Its form knows a map as a whole: who edits one entry writes *all* of them into the Application. So what is announced
//! must change nothing when it comes back as a parameter. Numbers and booleans go to `helm-parameters`, texts that
//! `--set` would take for something else to `helm-string-parameters`, and what neither can carry is left out
//! ([`carried`]).

pub(crate) mod carried;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::config::Value;
use carried::{Carrier, Entry};

/// A parameter as Argo CD's user interface takes it (`ParameterAnnouncement` in Argo CD's
/// reposerver/repository/repository.proto).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Announcement {
    /// The parameter's name in the Application.
    pub(crate) name: &'static str,
    /// What stands above it.
    pub(crate) title: &'static str,
    /// What is shown on hovering.
    pub(crate) tooltip: &'static str,
    /// `map`, as both are.
    pub(crate) collection_type: &'static str,
    /// What it holds if the Application says nothing.
    pub(crate) map: Map<String, Json>,
}

/// Announces the values that `layers` give, later ones win; `taken` are the names that the Application sets already.
#[must_use]
pub(crate) fn announce(
    layers: impl IntoIterator<Item = Value>,
    taken: &[&str],
) -> [Announcement; 2] {
    let mut values = Value::Null;
    for layer in layers {
        merge(&mut values, layer);
    }
    let entries = carried::entries(&values, taken);
    let map = |carrier: Carrier| {
        entries
            .iter()
            .filter(|entry| entry.carrier == carrier)
            .map(|Entry { name, text, .. }| (name.clone(), Json::from(text.clone())))
            .collect()
    };
    [
        Announcement {
            name: "helm-parameters",
            title: "Helm parameters",
            tooltip: "As --set",
            collection_type: "map",
            map: map(Carrier::Set),
        },
        Announcement {
            name: "helm-string-parameters",
            title: "Helm string parameters",
            tooltip: "As --set-string",
            collection_type: "map",
            map: map(Carrier::SetString),
        },
    ]
}

/// Lays `over` over `base` as helm does with values files: maps are merged, all else is replaced, and null takes away.
fn merge(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Mapping(base), Value::Mapping(over)) => {
            for (key, value) in over {
                match base.get_mut(&key) {
                    Some(_) if value.is_null() => {
                        base.shift_remove(&key);
                    }
                    Some(below) => merge(below, value),
                    None => {
                        base.insert(key, value);
                    }
                }
            }
        }
        (base, over) => *base = over,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn announced(layers: &[&str], taken: &[&str]) -> Json {
        let layers = layers
            .iter()
            .map(|text| crate::config::read(text.as_bytes()).unwrap());
        serde_json::to_value(announce(layers, taken)).unwrap()
    }

    #[test]
    fn the_form_is_argo_cds() {
        assert_eq!(
            announced(&["image: {tag: v1}\nport: \"80\"\n"], &[]),
            serde_json::json!([
                {
                    "name": "helm-parameters",
                    "title": "Helm parameters",
                    "tooltip": "As --set",
                    "collectionType": "map",
                    "map": {"image.tag": "v1"},
                },
                {
                    "name": "helm-string-parameters",
                    "title": "Helm string parameters",
                    "tooltip": "As --set-string",
                    "collectionType": "map",
                    "map": {"port": "80"},
                },
            ])
        );
    }

    #[test]
    fn later_layers_win_and_null_takes_away() {
        let found = announced(
            &[
                "a: {b: 1, c: 2}\nlist: [1, 2, 3]\ngone: x\n",
                "a: {c: 3}\nlist: [4]\ngone:\n",
                "a: {d: true}\n",
            ],
            &[],
        );
        assert_eq!(
            found[0]["map"],
            serde_json::json!({"a.b": "1", "a.c": "3", "a.d": "true", "list[0]": "4"})
        );
        assert_eq!(found[1]["map"], serde_json::json!({}));
    }
}
