//! Keys of a mapping in YAML that are one in JSON.
//!
//! Helm turns YAML into JSON, where all keys are texts: `1` and `"1"` become one. Which of the two it keeps is up to the
//! order of a Go map, so it is another one at each render. Go finds a key again that is equal and of one type (`1` and
//! `0x1`, what a merge key brings and what overrides it), and takes the last one: that is no clash. Nor are two with one
//! value.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::rc::Rc;

use granit_parser::Event;

use super::scalar::{Kind, Scalar, scalar};

/// How many keys merge keys bring in before helm refuses the text itself, for its excessive aliasing.
const MOST_MERGED: usize = 4_000_000;

/// A key that stands there two times, and the line of the later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) key: String,
    pub(super) line: usize,
}

/// What there is to say of a text's keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The first two keys that clash.
    pub(super) clash: Option<Key>,
    /// The first key that stands there twice as it is.
    pub(super) twice: Option<Key>,
    /// Where the text is no YAML, so that nothing is said of the rest: a line and a column, from 1.
    pub(super) unread: Option<(usize, usize)>,
}

/// Looks for keys that stand twice, up to the first clash.
pub(super) fn look(bytes: &[u8]) -> Found {
    // Go reads YAML 1.1, in which these end a line.
    let text = String::from_utf8_lossy(bytes).replace(['\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let mut reader = Reader::default();
    for event in super::events(&text) {
        match event {
            Ok((event, span)) => {
                reader.line = span.start.line();
                reader.event(event);
            }
            Err(error) => {
                let at = error.marker();
                reader.found.unread = Some((at.line().max(1), at.col() + 1));
                break;
            }
        }
        if reader.found.clash.is_some() || reader.merged > MOST_MERGED {
            break;
        }
    }
    reader.found
}

/// A mapping's keys, as JSON and as Go have them.
type Keys = BTreeMap<(String, Kind, u64), Entry>;

/// What a mapping holds under a key.
#[derive(Clone, Copy)]
struct Entry {
    value: u64,
    line: usize,
    is_merged: bool,
}

/// What is read, with a digest of its JSON.
#[derive(Clone)]
struct Node {
    is: Is,
    json: u64,
}

/// What of a value matters where it is a key, or what a merge key brings in.
#[derive(Clone)]
enum Is {
    Scalar(Rc<Scalar>),
    Map(Rc<Keys>),
    List(Rc<Vec<Node>>),
    /// An alias to nothing.
    Nothing,
}

/// A collection that is still open, and its anchor's number, 0 if it has none.
enum Open {
    List(Vec<Node>, usize),
    Map(Keys, Next, usize),
}

/// What comes next in a mapping.
enum Next {
    Key,
    /// The value of a key, which stands in this line; of none that counts.
    Value(Option<(String, Kind, usize)>),
    Merged,
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    merged: usize,
    line: usize,
    found: Found,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = scalar(&text, style, tag.as_deref());
                let json = digest(&scalar);
                let is = Is::Scalar(Rc::new(scalar));
                self.place(Node { is, json }, anchor);
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                let nothing = Node {
                    is: Is::Nothing,
                    json: 0,
                };
                self.place(node.unwrap_or(nothing), 0);
            }
            Event::SequenceStart(_, anchor, _) => self.open.push(Open::List(Vec::new(), anchor)),
            Event::MappingStart(_, anchor, _) => {
                self.open.push(Open::Map(Keys::new(), Next::Key, anchor));
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(items, anchor)) => {
                    let values: Vec<u64> = items.iter().map(|item| item.json).collect();
                    let is = Is::List(Rc::new(items));
                    self.place(
                        Node {
                            is,
                            json: digest(&("list", values)),
                        },
                        anchor,
                    );
                }
                Some(Open::Map(keys, _, anchor)) => {
                    self.compare(&keys);
                    let values: BTreeMap<&str, u64> = keys
                        .iter()
                        .map(|(key, entry)| (key.0.as_str(), entry.value))
                        .collect();
                    let json = digest(&("map", values));
                    self.place(
                        Node {
                            is: Is::Map(Rc::new(keys)),
                            json,
                        },
                        anchor,
                    );
                }
                None => {}
            },
            Event::DocumentEnd => self.anchors.clear(),
            _ => {}
        }
    }

    /// Puts a value that is read into what is open around it.
    fn place(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let (keys, next) = match self.open.last_mut() {
            Some(Open::List(items, _)) => return items.push(node),
            Some(Open::Map(keys, next, _)) => (keys, next),
            None => return,
        };
        match std::mem::replace(next, Next::Key) {
            Next::Key => {
                let Is::Scalar(scalar) = &node.is else {
                    *next = Next::Value(None);
                    return;
                };
                *next = match &**scalar {
                    Scalar::Key(key, kind) => Next::Value(Some((key.clone(), *kind, self.line))),
                    Scalar::Merge => Next::Merged,
                    Scalar::Other(_) => Next::Value(None),
                };
            }
            Next::Value(None) => {}
            Next::Value(Some((key, kind, line))) => {
                // No NaN is equal to another one.
                let nan = if kind == Kind::Nan { node.json } else { 0 };
                let entry = Entry {
                    value: node.json,
                    line,
                    is_merged: false,
                };
                let known = keys.insert((key.clone(), kind, nan), entry);
                if known.is_some_and(|known| !known.is_merged) {
                    self.found.twice.get_or_insert(Key { key, line });
                }
            }
            Next::Merged => {
                let maps = match &node.is {
                    Is::List(items) => items.as_slice(),
                    _ => std::slice::from_ref(&node),
                };
                // Of several the first counts.
                for map in maps.iter().rev() {
                    let Is::Map(map) = &map.is else { continue };
                    self.merged += map.len();
                    let line = self.line;
                    keys.extend(map.iter().map(|(key, entry)| {
                        (
                            key.clone(),
                            Entry {
                                value: entry.value,
                                line,
                                is_merged: true,
                            },
                        )
                    }));
                }
            }
        }
    }

    /// Looks for keys of one text whose values differ.
    fn compare(&mut self, keys: &Keys) {
        let clash = keys
            .iter()
            .zip(keys.iter().skip(1))
            .find(|((one, first), (other, second))| {
                one.0 == other.0 && first.value != second.value
            });
        self.found.clash = clash.map(|((key, first), (_, second))| Key {
            key: key.0.clone(),
            line: first.line.max(second.line),
        });
    }
}

/// Two values of one digest are one in JSON.
fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
