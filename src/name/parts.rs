//! A name, as the parts that it is made of.

/// Which part of a name by rule [`Rule::JobName`] is the digest of the content: tag, kind, group, namespace, base and digest.
const DIGEST_PART: usize = 5;

/// What a call's value is derived from: unique in a render, and made of places or paths, never of what was generated.
///
/// The first part says how the others are to be read: `place`, `into`, `digest`, `job` or `path`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name(pub(crate) Vec<String>);

impl Name {
    /// Whether a document's content is part of the name.
    pub(crate) fn follows_content(&self) -> bool {
        self.0.first().is_some_and(|tag| tag == "job")
    }

    /// The name but for the digest of a document's content.
    pub(crate) fn without_content(&self) -> Name {
        let mut name = self.clone();
        if name.follows_content()
            && let Some(digest) = name.0.get_mut(DIGEST_PART)
        {
            digest.clear();
        }
        name
    }

    /// What tells a place inside a text from others there: the steps behind the field's own, of which there are `depth`, and the word
    /// before the value. What was generated or counted is left out.
    pub(crate) fn words_inside(&self, depth: usize) -> Vec<&str> {
        let [_, _, _, _, _, _, length, rest @ ..] = self.0.as_slice() else {
            return Vec::new();
        };
        let length: usize = length.parse().unwrap_or_default();
        let steps = rest.get(depth..length).unwrap_or_default().iter();
        let words = steps.map(|step| {
            let item = step.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
            item.map_or(step.as_str(), |it| it.split_once('=').map_or("", |it| it.1))
        });
        let word = rest.get(length + 1).map(String::as_str);
        let all = words.chain(word);
        all.filter(|it| !it.is_empty() && !it.contains('*'))
            .collect()
    }

    /// The name of a place but for what is counted: documents of one name, items of lists, calls at one place.
    pub(crate) fn without_positions(&self) -> Name {
        let mut name = self.clone();
        if let [_, _, _, _, _, ordinal, steps @ .., number] = name.0.as_mut_slice() {
            ordinal.clear();
            number.clear();
            let counts = |step: &&mut String| {
                let index = step.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
                index.is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit()))
            };
            steps.iter_mut().filter(counts).for_each(String::clear);
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn words_lead_to_a_place_inside_a_text() {
        let name = |steps: &[&str], word: &str| {
            let length = steps.len().to_string();
            let head = ["place", "", "Secret", "", "s", "0", &length];
            let tail = ["value", word, "randAlpha", "0"];
            let parts = [&head[..], steps, &tail[..]].concat();
            Name(parts.into_iter().map(str::to_owned).collect())
        };
        let inside = ["data", "f", "users", "[name=bob]", "[3]", "*"];
        assert_eq!(name(&inside, "pw").words_inside(2), ["users", "bob", "pw"]);
        assert!(name(&["data", "f"], "").words_inside(2).is_empty());
        assert!(Name(vec!["path".to_owned()]).words_inside(0).is_empty());
    }
}
