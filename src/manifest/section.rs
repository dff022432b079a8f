//! The lines that begin a section, in INI, TOML and what is like them.

/// The name in `[name]` and `[[name]]`, if nothing but a comment stands behind it. It begins with a letter (or with `*`, for what
/// was generated), and has no comma: a list's items and a shell's tests stand in brackets too.
pub(crate) fn section_name(line: &str) -> Option<&str> {
    let (name, behind) = line.trim_start().strip_prefix('[')?.split_once(']')?;
    let behind = behind.trim_start_matches(']').trim_start();
    let is_all = behind.is_empty() || behind.starts_with(['#', ';']);
    let name = name.trim_start_matches('[').trim();
    let is_name = name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '*'));
    (is_all && is_name && !name.contains(',')).then_some(name)
}
