//! Takes the log out of helm's output, and reads it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::path::Ways;
use super::{Argument, Call, CallId, Carrier, Log};
use crate::chart::keeping::Keeps;
use crate::chart::metadata::folds_to;
use crate::config;

/// Why a log cannot be read. It never shows what the log says.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    /// It is not what an instrumented chart writes.
    #[error("internal error: the log of the render cannot be read ({0})")]
    Unreadable(&'static str),
    /// The chart put a text for `tpl` together that nobody can instrument.
    #[error(
        "the chart gives tpl a text that is not UTF-8, so that what it calls cannot be pinned: write it in UTF-8"
    )]
    TextNotUtf8,
}

/// Helm's output without the documents of the log, and these documents' payloads, as `mark` (`#name `) begins them.
///
/// Helm prints each as a document of its own: `---`, its `# Source:` line, the comment. Without it the output is what
/// helm prints for the chart alone, but for one thing: helm trims the last document before the hooks, or the last of
/// all. Where that was a log, the one before it is trimmed here. No blank line stands behind such a log; helm 3 writes
/// none behind others either, so that what follows is looked at too.
pub(crate) fn split(output: &str, mark: &str) -> (String, Vec<String>) {
    let finder = memmem::Finder::new(mark.as_bytes());
    let mut text = String::with_capacity(output.len());
    let mut payloads = Vec::new();
    let mut copied = 0;
    // Whether the last log may have been the last document before the hooks.
    let mut may_be_last = false;
    let add = |piece: &str, may_be_last: bool, text: &mut String| {
        // Helm ends the list of documents with a line feed, even if that is all, before it prints the hooks.
        if may_be_last && (piece.is_empty() || is_hook(piece)) {
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text.push_str(piece);
    };
    for at in finder.find_iter(output.as_bytes()) {
        let starts_line = at == 0 || output.as_bytes().get(at - 1) == Some(&b'\n');
        if !starts_line || at < copied {
            continue;
        }
        let line = output.get(at..).unwrap_or_default();
        let end = at + line.find('\n').map_or(line.len(), |end| end + 1);
        let payload = line.get(mark.len()..end - at).unwrap_or_default();
        payloads.push(payload.trim_end().to_owned());
        let before = without_header(output.get(copied..at).unwrap_or_default());
        // Of logs in a row, what follows the last one tells.
        if !before.is_empty() {
            add(before, may_be_last, &mut text);
        }
        copied = end;
        let blank = output.get(copied..).unwrap_or_default();
        let blank = blank.len() - blank.trim_start_matches('\n').len();
        copied += blank;
        may_be_last = blank == 0;
    }
    add(
        output.get(copied..).unwrap_or_default(),
        may_be_last,
        &mut text,
    );
    (text, payloads)
}

/// Whether the first document is a hook.
fn is_hook(text: &str) -> bool {
    let first = text.strip_prefix("---\n").unwrap_or(text);
    let first = first.split("\n---\n").next().unwrap_or_default();
    // Without the word itself, or an escape, no key can be it: most documents need not be read.
    if !first.contains("helm.sh/hook") && !first.contains('\\') {
        return false;
    }
    // Helm reads what this reader refuses, such as a key that stands twice.
    let Some(mut document) = config::read::<config::Value>(first.as_bytes()) else {
        return first.contains("helm.sh/hook");
    };
    // One that cannot be merged is refused by helm.
    let _ = document.apply_merge();
    // Go finds a field by its name in any case.
    let field = |value: &config::Value, known: &str| {
        let mut fields = value.as_mapping()?.iter();
        let found = fields.find(|(key, _)| key.as_str().is_some_and(|key| folds_to(key, known)));
        found.map(|(_, value)| value.clone())
    };
    let metadata = field(&document, "metadata");
    let annotations = metadata.and_then(|metadata| field(&metadata, "annotations"));
    annotations.is_some_and(|annotations| annotations.get("helm.sh/hook").is_some())
}

/// A text without the `---` and the `# Source:` line at its end.
fn without_header(before: &str) -> &str {
    let Some(lines) = before.strip_suffix('\n') else {
        return before;
    };
    let (above, source) = match lines.rfind('\n') {
        Some(at) => (&before[..=at], &before[at + 1..]),
        None => ("", before),
    };
    if !source.starts_with("# Source: ") {
        return before;
    }
    above.strip_suffix("---\n").unwrap_or(before)
}

/// What one file says.
#[derive(Deserialize)]
struct Document {
    /// Calls by their number: key, value, arguments.
    g: BTreeMap<u64, Vec<Value>>,
    /// Carriers: the number of the text, how many calls had run before it and behind it, flag, key.
    c: BTreeMap<String, (String, u64, u64, String, String)>,
    /// The numbers of their texts.
    s: BTreeMap<String, String>,
    /// What the digests in keys stand for.
    w: BTreeMap<String, String>,
    /// Texts for `tpl`.
    x: Vec<String>,
}

/// Reads the payloads. `body_name` tells what a body is called that a path names by its id.
///
/// # Errors
/// A payload is none.
pub(crate) fn read<'n>(
    payloads: &[String],
    body_name: &dyn Fn(&str) -> Option<&'n str>,
) -> Result<Log, LogError> {
    let mut documents = Vec::with_capacity(payloads.len());
    for payload in payloads {
        let json = Zeroizing::new(decode(payload)?);
        let document: Document = serde_json::from_slice(&json).map_err(|_| fault("json"))?;
        documents.push(document);
    }
    let mut numbered: Vec<(String, Vec<Vec<Value>>, Document)> = Vec::new();
    for mut document in documents {
        let calls: Vec<Vec<Value>> = std::mem::take(&mut document.g).into_values().collect();
        let root = calls
            .iter()
            .find_map(|entry| entry.first()?.as_str())
            .and_then(|key| key.split('\n').next())
            .unwrap_or_default()
            .to_owned();
        numbered.push((root, calls, document));
    }
    // Helm renders the deepest files first, and those of one depth backwards.
    numbered.sort_by(|(a, ..), (b, ..)| {
        let depth = |root: &str| root.matches('/').count();
        (depth(b), b).cmp(&(depth(a), a))
    });
    let mut reader = Reader {
        log: Log::default(),
        known: HashMap::new(),
        ways: Ways::new(body_name),
    };
    for (_, calls, document) in numbered {
        reader.document(calls, document)?;
    }
    reader.log.unknown_texts.sort_unstable();
    reader.log.unknown_texts.dedup();
    Ok(reader.log)
}

struct Reader<'a, 'n> {
    log: Log,
    known: HashMap<String, CallId>,
    ways: Ways<'a, 'n>,
}

impl Reader<'_, '_> {
    fn document(&mut self, calls: Vec<Vec<Value>>, document: Document) -> Result<(), LogError> {
        let base = self.log.order.len();
        self.ways.explain(document.w);
        for entry in calls {
            let call = self.call(entry)?;
            let id = match self.known.get(&call.key) {
                Some(id) => *id,
                None => {
                    let id = CallId(self.log.calls.len());
                    self.known.insert(call.key.clone(), id);
                    self.log.calls.push(call);
                    id
                }
            };
            self.log.order.push(id);
        }
        let end = self.log.order.len();
        let mut texts = HashMap::new();
        for (text, number) in document.s {
            // What is no text stands nowhere.
            if let Ok(text) = String::from_utf8(decode(&text)?) {
                texts.insert(number, Arc::new(Zeroizing::new(text)));
            }
        }
        for (_, (number, before, after, flag, key)) in document.c {
            let Some(text) = texts.get(&number) else {
                continue;
            };
            let at = |number: u64| {
                let number = usize::try_from(number).unwrap_or(usize::MAX);
                base.saturating_add(number).min(end)
            };
            let calls = at(before)..at(after);
            if !calls.is_empty() {
                self.log.carriers.push(Carrier {
                    key: Some(key).filter(|key| !key.is_empty()),
                    text: Arc::clone(text),
                    calls,
                    is_digest: flag == "d",
                    keeps: Keeps::of_flag(&flag),
                });
            }
        }
        for text in document.x {
            let text = String::from_utf8(decode(&text)?).map_err(|_| LogError::TextNotUtf8)?;
            self.log.unknown_texts.push(text);
        }
        Ok(())
    }

    fn call(&mut self, entry: Vec<Value>) -> Result<Call, LogError> {
        let mut entry = entry.into_iter();
        let (Some(Value::String(key)), Some(Value::String(given))) = (entry.next(), entry.next())
        else {
            return Err(fault("entry"));
        };
        let mut arguments = Vec::new();
        for argument in entry {
            arguments.push(match argument {
                Value::String(text) => Argument::Text(Zeroizing::new(decode(&text)?)),
                Value::Number(number) => match number.as_i64() {
                    Some(number) => Argument::Int(number),
                    None => return Err(fault("argument")),
                },
                other => Argument::Json(other),
            });
        }
        let (path, site, turn) = self.ways.parts(&key).ok_or(fault("key"))?;
        Ok(Call {
            key,
            site,
            path,
            turn,
            arguments,
            given: Zeroizing::new(given),
        })
    }
}

fn decode(text: &str) -> Result<Vec<u8>, LogError> {
    STANDARD.decode(text).map_err(|_| fault("base64"))
}

fn fault(what: &'static str) -> LogError {
    LogError::Unreadable(what)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn payload(json: &str) -> String {
        STANDARD.encode(json)
    }

    fn encoded(text: &str) -> String {
        STANDARD.encode(text)
    }

    #[test]
    fn the_log_goes_and_everything_else_stays() {
        let last = |name: &str| format!("---\n# Source: app/templates/{name}\n#run bG9n\n");
        let log = |name: &str| format!("{}\n", last(name));
        let doc =
            |name: &str| format!("---\n# Source: app/templates/{name}\na: 1\n\n\nb: \"#run x\"\n");
        let hook = "---\n# Source: app/templates/h\nmetadata: {annotations: {\"helm.sh\\u002fhook\": test}}\n";
        // What names a hook and is none.
        let named = "---\n# Source: app/templates/n\n# helm.sh/hook\nmetadata: {annotations: {helm.sh/hook-weight: 1}}\n";
        for (output, expected) in [
            (
                format!("{}{}", doc("a"), log("a")),
                "---\n# Source: app/templates/a\na: 1\n\n\nb: \"#run x\"\n".to_owned(),
            ),
            (
                format!("{}{}{}", doc("a"), log("a"), doc("b")),
                format!("{}{}", doc("a"), doc("b")),
            ),
            (format!("{}{}{}", doc("a"), log("a"), last("b")), doc("a")),
            (format!("{}\n{}", doc("a"), last("a")), doc("a")),
            (
                format!("{}\n{}{}{hook}", doc("a"), last("a"), last("b")),
                format!("{}{hook}", doc("a")),
            ),
            // A CRD, which helm 3 does not trim.
            (
                format!("{}\n{}{}{named}", doc("a"), last("a"), last("b")),
                format!("{}\n{named}", doc("a")),
            ),
            (
                format!("{}\n{}{}", doc("a"), log("a"), doc("b")),
                format!("{}\n{}", doc("a"), doc("b")),
            ),
            (last("a"), "\n".to_owned()),
            (format!("{}{hook}", last("a")), format!("\n{hook}")),
            // Helm 3 orders the log, which has no kind, before kinds that it does not know.
            (format!("{}{}", last("a"), doc("a")), doc("a")),
            (format!("{}{named}", last("a")), named.to_owned()),
        ] {
            let (text, payloads) = split(&output, "#run ");
            assert_eq!(text, expected, "{output}");
            assert!(!payloads.is_empty() && payloads.iter().all(|payload| payload == "bG9n"));
        }
    }

    #[test]
    fn calls_stand_in_the_order_in_which_helm_renders() {
        let first = payload(&format!(
            r#"{{"g":{{"10":["app/templates/b.yaml\ns0.2","v3"],"9":["app/templates/b.yaml\nd1.1\ns0.1","v2","{}",5,{{"a":1}}]}},"c":{{}},"s":{{}},"w":{{}},"x":[]}}"#,
            encoded("pw")
        ));
        let second = payload(&format!(
            r#"{{"g":{{"1":["app/templates/c.yaml\ns0.1","v1"]}},"c":{{"0":["5",0,1,"d",""]}},"s":{{"{}":"5"}},"w":{{}},"x":["{}"]}}"#,
            encoded("V1"),
            encoded("{{ x }}")
        ));
        let name = |id: &str| (id == "d1").then_some("app.pw");
        let log = read(&[first, second], &name).unwrap();
        let given: Vec<&str> = log.calls.iter().map(|call| &**call.given).collect();
        assert_eq!(given, ["v1", "v2", "v3"]);
        assert_eq!(*log.calls[1].path.includes, [("app.pw".to_owned(), 1)]);
        assert_eq!(log.calls[1].arguments.len(), 3);
        assert_eq!(log.calls[2].turn, 2);
        assert_eq!(log.carriers.len(), 1);
        assert_eq!(
            (&log.carriers[0].calls, &log.carriers[0].key),
            (&(0..1), &None)
        );
        assert!(log.carriers[0].is_digest);
        assert_eq!(log.unknown_texts, ["{{ x }}"]);
    }

    #[test]
    fn a_call_that_runs_again_is_one() {
        let log = payload(
            r#"{"g":{"1":["a/b\ns0.1","v"],"2":["a/b\ns0.1","v"]},"c":{"0":["0",1,2,"","a/b\nd0.1"]},"s":{"eA==":"0"},"w":{},"x":[]}"#,
        );
        let log = read(&[log], &|_| None).unwrap();
        assert_eq!((log.calls.len(), log.order.len()), (1, 2));
        assert_eq!(log.carriers[0].calls, 1..2);
        assert_eq!(log.carriers[0].key.as_deref(), Some("a/b\nd0.1"));
    }

    #[test]
    fn a_text_for_tpl_that_is_not_utf_8_is_refused() {
        let log = payload(r#"{"g":{},"c":{},"s":{},"w":{},"x":["/w=="]}"#);
        let refused = read(&[log], &|_| None).err().unwrap().to_string();
        assert!(
            refused.starts_with("the chart gives tpl a text"),
            "{refused}"
        );
    }

    /// Fuzzing begins with them: what is refused at once leads nowhere.
    #[test]
    fn the_fuzzers_seeds_are_logs() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/logs");
        let mut read_payloads = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let payloads: Vec<String> = text.split('\0').skip(1).map(payload).collect();
            read_payloads += payloads.len();
            let name = |id: &str| (id == "b").then_some("body");
            assert!(read(&payloads, &name).is_ok(), "{}", path.display());
        }
        assert!(read_payloads > 0);
    }

    #[test]
    fn what_is_no_log_is_refused() {
        for text in [
            "%",
            "e30=",
            &payload(r#"{"g":{"x":[]},"c":{},"s":{},"w":{},"x":[]}"#),
        ] {
            assert!(read(&[text.to_owned()], &|_| None).is_err(), "{text}");
        }
    }
}
