//! Which known name a misspelt one was meant to be.

/// The known name that `name` was most likely meant to be, if one is near enough.
///
/// Near is one edit for each three characters (but at least one), with case, `_`, `.` and `-` left aside.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = simplify(name);
    known
        .into_iter()
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&plain, &simplify(candidate)),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn simplify(name: &str) -> String {
    // A name of any length can be handed in; more than this is near nothing.
    name.chars()
        .take(64)
        .filter(|c| !matches!(c, '-' | '_' | '.' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["values", "values-files", "release-name"];

    #[test]
    fn finds_what_was_meant() {
        for (name, wanted) in [
            ("releaseName", "release-name"),
            ("value-files", "values-files"),
            ("valeus", "values"),
            ("RELEASE_NAME", "release-name"),
        ] {
            assert_eq!(nearest(name, KNOWN), Some(wanted), "for {name}");
        }
    }

    #[test]
    fn does_not_guess_wildly() {
        for name in ["", "image.tag", "x", "namespace-labels-of-something"] {
            assert_eq!(nearest(name, KNOWN), None, "for {name}");
        }
    }
}
