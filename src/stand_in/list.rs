//! Lists on helm's command line: a value of `--values` is a line of CSV, as pflag's `StringSlice` reads it.

/// The items of a line: `a,"b,c"` has two. None where Go's `encoding/csv` refuses it, or where it holds more than a line.
pub(super) fn items(line: &str) -> Option<Vec<String>> {
    if line.contains(['\r', '\n']) {
        return None;
    }
    if line.is_empty() {
        return Some(Vec::new());
    }
    let mut items = Vec::new();
    let mut rest = line;
    loop {
        let (item, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let item = &rest[..end];
                if item.contains('"') {
                    return None;
                }
                (item.to_owned(), &rest[end..])
            }
        };
        items.push(item);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() => return Some(items),
            None => return None,
        }
    }
}

/// One item as a line.
pub(super) fn line(item: &str) -> String {
    match item.contains([',', '"']) {
        true => format!("\"{}\"", item.replace('"', "\"\"")),
        false => item.to_owned(),
    }
}

/// A quoted item up to its end, and what follows it. Two quotes are one.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut item = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        item.push_str(before);
        match after.strip_prefix('"') {
            Some(next) => {
                item.push('"');
                rest = next;
            }
            None => return Some((item, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{items, line};

    #[test]
    fn lines_are_read_as_go_reads_them() {
        for (line, wanted) in [
            ("", Some(&[][..])),
            ("a", Some(&["a"])),
            ("a,b", Some(&["a", "b"])),
            ("a,", Some(&["a", ""])),
            (",", Some(&["", ""])),
            ("\"a,b\",c", Some(&["a,b", "c"])),
            ("\"a\"\"b\"", Some(&["a\"b"])),
            ("\"\"", Some(&[""])),
            (" a , b ", Some(&[" a ", " b "])),
            ("a\"b", None),
            ("\"a", None),
            ("\"a\"b", None),
            ("a\nb", None),
        ] {
            let found = items(line);
            let found: Option<Vec<&str>> = found
                .as_ref()
                .map(|items| items.iter().map(String::as_str).collect());
            assert_eq!(found.as_deref(), wanted, "{line:?}");
        }
    }

    #[test]
    fn an_item_is_written_as_it_is_read() {
        for item in ["a", "a,b", "a\"b", "\"", " "] {
            assert_eq!(items(&line(item)), Some(vec![item.to_owned()]));
        }
    }
}
