//! Names of Jobs and bare Pods that carry a generated suffix.
//!
//! Charts do that so that each release runs a new Job: a Job's template cannot be changed. A fixed
//! name would turn the next image into an edit of an immutable object, a fresh one would run a Job
//! at each render. So the suffix follows the content: a new Job exactly when the document, without
//! its own name, changes.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use anyhow::Result;
use std::num::NonZeroU64;

use sha2::{Digest, Sha256};

use crate::derive::{Alphabet, Key, Stream, encode::Fields};
use crate::manifest::{self, Document, Edit, LeafRef, Manifest};

/// A document whose name is to follow its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Follower {
    /// Index of the document.
    pub(super) document: usize,
    /// Generated parts of its name, in order.
    pub(super) parts: Vec<Part>,
}

/// A generated part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    span: Range<usize>,
    /// Whether it is the time: then its digits are made anew, and its letters stay (`23t0042`).
    is_clock: bool,
}

/// The Jobs and bare Pods whose names have generated parts.
///
/// `generated` are the texts that call sites yield; `clock_twin` is a render at another time.
pub(super) fn followers(
    first: &Manifest,
    generated: &[String],
    clock_twin: Option<&Manifest>,
) -> Vec<Follower> {
    let mut followers = Vec::new();
    let others = clock_twin
        .map(|twin| at_another_time(first, twin))
        .unwrap_or_default();
    for (number, document) in first.documents.iter().enumerate() {
        if !runs_once(document) {
            continue;
        }
        let name = &document.identity.name;
        let mut parts: Vec<Part> = Vec::new();
        for text in generated {
            parts.extend(name.match_indices(text.as_str()).map(|(at, _)| Part {
                span: at..at + text.len(),
                is_clock: false,
            }));
        }
        if let Some(other) = others.get(name.as_str())
            && other != name
        {
            parts.extend(clock_part(name, other).map(|span| Part {
                span,
                is_clock: true,
            }));
        }
        parts.sort_by_key(|part| (part.span.start, std::cmp::Reverse(part.span.end)));
        parts.dedup_by(|next, kept| next.span.start < kept.span.end);
        if !parts.is_empty() {
            followers.push(Follower {
                document: number,
                parts,
            });
        }
    }
    followers
}

/// Where a document comes from: its kind, and its template.
fn template(document: &Document) -> (&str, Option<&str>) {
    (&document.identity.kind, document.source.as_deref())
}

/// The names of what runs once, by template, in their order.
fn by_template(render: &Manifest) -> HashMap<(&str, Option<&str>), Vec<&str>> {
    let mut names: HashMap<_, Vec<&str>> = HashMap::new();
    for document in render.documents.iter().filter(|it| runs_once(it)) {
        names
            .entry(template(document))
            .or_default()
            .push(&document.identity.name);
    }
    names
}

/// The names at another time, each with that of the same document now. A template that has more or fewer documents then
/// tells nothing of them.
fn at_another_time<'a>(first: &'a Manifest, twin: &'a Manifest) -> HashMap<&'a str, &'a str> {
    let others = by_template(twin);
    let pairs = by_template(first)
        .into_iter()
        .flat_map(|(template, names)| {
            let others = others.get(&template).filter(|it| it.len() == names.len());
            std::iter::zip(names, others.into_iter().flatten().copied()).collect::<Vec<_>>()
        });
    pairs.collect()
}

/// Whether the document runs once and cannot be changed then.
pub(super) fn runs_once(document: &Document) -> bool {
    matches!(
        (
            document.identity.group.as_str(),
            document.identity.kind.as_str()
        ),
        ("batch", "Job") | ("", "Pod")
    )
}

/// The part of `name` between what it shares with the name at another time, widened to whole words
/// of letters and digits.
fn clock_part(name: &str, other: &str) -> Option<Range<usize>> {
    let (name, other) = (name.as_bytes(), other.as_bytes());
    let shared = |(a, b): &(&u8, &u8)| a == b;
    let mut start = name.iter().zip(other).take_while(shared).count();
    let ends = name.iter().rev().zip(other.iter().rev());
    let mut end = (name.len() - ends.take_while(shared).count()).max(start);
    while start > 0 && name[start - 1].is_ascii_alphanumeric() {
        start -= 1;
    }
    while name.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        end += 1;
    }
    (start < end).then_some(start..end)
}

/// Gives each follower a name that is derived from its content, there and wherever it is referred
/// to. `pinned` is the render with its pins, whose documents are those of the followers.
pub(super) fn rename(pinned: &Manifest, followers: &[Follower], key: &Key) -> Result<String> {
    let mut text = pinned.text().to_owned();
    for follower in followers {
        let Some(document) = pinned.documents.get(follower.document) else {
            continue;
        };
        let old = &document.identity.name;
        let Some(content) = pinned.text().get(document.span.clone()) else {
            continue;
        };
        let digest = Sha256::digest(content.replace(old.as_str(), "*"));
        let new = renamed(old, follower, &digest, document, key);
        let edits: Vec<Edit> = occurrences(&text, old)
            .map(|span| Edit {
                span,
                text: new.clone(),
            })
            .collect();
        text = manifest::splice(&text, &edits)?;
    }
    Ok(text)
}

/// The leaves that a renaming may change: those that hold one of the followers' names.
pub(super) fn referring(pinned: &Manifest, followers: &[Follower]) -> HashSet<LeafRef> {
    let names = followers
        .iter()
        .filter_map(|follower| pinned.documents.get(follower.document));
    let names: Vec<&str> = names
        .map(|document| document.identity.name.as_str())
        .collect();
    pinned
        .leaves()
        .filter(|(_, leaf)| names.iter().any(|name| leaf.value.contains(name)))
        .map(|(at, _)| at)
        .collect()
}

/// The name with its generated parts made anew: a number stays one, the rest are lower-case letters
/// and digits, as names must be.
fn renamed(
    old: &str,
    follower: &Follower,
    digest: &[u8],
    document: &Document,
    key: &Key,
) -> String {
    let mut base = old.to_owned();
    for part in follower.parts.iter().rev() {
        if base.get(part.span.clone()).is_some() {
            base.replace_range(part.span.clone(), "*");
        }
    }
    let info = Fields::labelled("job name")
        .text(&document.identity.kind)
        .text(&base)
        .bytes(digest);
    let mut stream = Stream::new(key, &info);
    let mut name = old.to_owned();
    for part in &follower.parts {
        let Some(before) = name.get(part.span.clone()) else {
            continue;
        };
        let digits = before.bytes().all(|byte| byte.is_ascii_digit());
        let alphabet = match part.is_clock || digits {
            true => Alphabet::Numeric,
            false => Alphabet::LowerAlphaNumeric,
        };
        let chars = alphabet.chars().as_bytes();
        let size = NonZeroU64::new(chars.len() as u64).unwrap_or(NonZeroU64::MIN);
        let after: String = before
            .chars()
            .map(
                |c| match alphabet.contains(c) || !part.is_clock && c.is_ascii_alphanumeric() {
                    true => char::from(chars[stream.below(size) as usize]),
                    false => c,
                },
            )
            .collect();
        name.replace_range(part.span.clone(), &after);
    }
    name
}

/// Where `name` stands as a whole word.
fn occurrences<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let in_name = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-');
    text.match_indices(name).filter_map(move |(at, _)| {
        let end = at + name.len();
        let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        (!in_name(before) && !in_name(text.as_bytes().get(end))).then_some(at..end)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const JOB: &str = "---\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: run-NAME\nspec:\n  image: app:TAG\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: run-NAME-config\ndata:\n  job: run-NAME\n";

    fn render(name: &str, tag: &str) -> Manifest {
        Manifest::parse(JOB.replace("NAME", name).replace("TAG", tag)).unwrap()
    }

    fn renamed(first: &Manifest, generated: &[&str], clock: Option<&Manifest>) -> (String, String) {
        let generated: Vec<String> = generated.iter().map(|text| (*text).to_owned()).collect();
        let key = Key::from_bytes([7; 32]);
        let text = rename(first, &followers(first, &generated, clock), &key).unwrap();
        let after = Manifest::parse(text.clone()).unwrap();
        (after.documents[0].identity.name.clone(), text)
    }

    #[test]
    fn a_new_name_exactly_when_the_content_changes() {
        let (one, text) = renamed(&render("ab3de", "1"), &["ab3de"], None);
        // Another placeholder, the same content: the same name.
        assert_eq!(one, renamed(&render("xy9zq", "1"), &["xy9zq"], None).0);
        assert_ne!(one, renamed(&render("ab3de", "2"), &["ab3de"], None).0);
        assert_eq!(one.len(), "run-ab3de".len());
        // References follow; names that only begin alike stay.
        assert!(text.contains(&format!("job: {one}\n")) && text.contains("run-ab3de-config"));
    }

    #[test]
    fn a_time_keeps_its_form() {
        let other = render("2020-02-03-23t004203", "1");
        let (name, _) = renamed(&render("2019-01-02-03t040506", "1"), &[], Some(&other));
        let form: String = name
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        assert_eq!(form, "run-0000-00-00-00t000000");
        assert_ne!(name, "run-2019-01-02-03t040506");
    }

    /// With another clock the chart has a document more: it tells nothing of the others.
    #[test]
    fn a_job_that_does_not_follow_the_clock_keeps_its_name() {
        let source = "---\n# Source: app/templates/jobs.yaml\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ";
        let first = Manifest::parse(format!("{source}extra\n{source}app-v2\n")).unwrap();
        let twin = Manifest::parse(format!("{source}app-v2\n")).unwrap();
        assert!(followers(&first, &[], Some(&twin)).is_empty());
        let other = Manifest::parse(format!("{source}extra\n{source}app-v3\n")).unwrap();
        assert_eq!(followers(&first, &[], Some(&other)).len(), 1);
    }

    /// A name is a promise as a value is: computed once, never to change.
    #[test]
    fn names_are_frozen() {
        let (name, _) = renamed(&render("ab3de", "1"), &["ab3de"], None);
        assert_eq!(name, "run-orgsz");
    }
}
