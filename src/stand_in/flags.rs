//! The flags of `helm template`, of helm 3.17 and 4.3, and what becomes of each where the chart is pinned.
//!
//! A test holds the list against what both helms print for `--help`.

/// What a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing, or `=true` and `=false`.
    Switch,
    /// Nothing, or a value behind `=`.
    Optional,
    /// A value.
    Value,
}

/// What is done about a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It is read here: the release, values, what is rendered at all.
    Read,
    /// Each render gets it.
    Each,
    /// It says what becomes of the manifests: the last render gets it, when all values are settled. So a value is the same
    /// whatever part of the chart is shown.
    Output,
    /// It says where the chart comes from: `helm pull` gets it.
    Source,
    /// It says how the chart is fetched, and helm looks at it even where nothing is fetched: both get it.
    Connection,
    /// It is left out: it concerns what helm says about its work.
    None,
}

/// A flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flag {
    /// `--name`.
    pub(super) name: &'static str,
    /// `-n`.
    pub(super) short: Option<char>,
    pub(super) takes: Takes,
    pub(super) does: Use,
    /// Whether all commands of helm have it.
    pub(super) is_global: bool,
}

impl Flag {
    /// Whether the next word is its value, where it has none behind `=`.
    pub(super) fn needs_value(self) -> bool {
        self.takes == Takes::Value
    }

    const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }

    const fn global(mut self) -> Self {
        self.is_global = true;
        self
    }
}

/// The flag `--name`.
pub(super) fn long(name: &str) -> Option<Flag> {
    FLAGS.iter().copied().find(|flag| flag.name == name)
}

/// The flag `-n`.
pub(super) fn short(short: char) -> Option<Flag> {
    FLAGS.iter().copied().find(|flag| flag.short == Some(short))
}

const fn flag(name: &'static str, takes: Takes, does: Use) -> Flag {
    Flag {
        name,
        short: None,
        takes,
        does,
        is_global: false,
    }
}

const fn switch(name: &'static str, does: Use) -> Flag {
    flag(name, Takes::Switch, does)
}

const fn value(name: &'static str, does: Use) -> Flag {
    flag(name, Takes::Value, does)
}

/// All flags, in the order of their names.
pub(super) const FLAGS: &[Flag] = &[
    value("api-versions", Use::Each).short('a'),
    switch("atomic", Use::Each),
    value("burst-limit", Use::Each).global(),
    value("ca-file", Use::Connection),
    value("cert-file", Use::Connection),
    value("color", Use::None).global(),
    value("colour", Use::None).global(),
    value("content-cache", Use::Each).global(),
    switch("create-namespace", Use::Each),
    switch("debug", Use::None).global(),
    switch("dependency-update", Use::Read),
    value("description", Use::Each),
    switch("devel", Use::Source),
    switch("disable-openapi-validation", Use::Each),
    flag("dry-run", Takes::Optional, Use::Each),
    switch("enable-dns", Use::Each),
    switch("force", Use::Each),
    switch("force-conflicts", Use::Each),
    switch("force-replace", Use::Each),
    // Without effect: helm takes `release-name` for a release that has no name.
    switch("generate-name", Use::Read).short('g'),
    switch("help", Use::Read).short('h'),
    switch("hide-notes", Use::Each),
    switch("include-crds", Use::Read),
    switch("insecure-skip-tls-verify", Use::Connection),
    switch("is-upgrade", Use::Each),
    value("key-file", Use::Connection),
    value("keyring", Use::Source),
    value("kube-apiserver", Use::Each).global(),
    value("kube-as-group", Use::Each).global(),
    value("kube-as-user", Use::Each).global(),
    value("kube-ca-file", Use::Each).global(),
    value("kube-context", Use::Each).global(),
    switch("kube-insecure-skip-tls-verify", Use::Each).global(),
    value("kube-tls-server-name", Use::Each).global(),
    value("kube-token", Use::Each).global(),
    value("kube-version", Use::Each),
    value("kubeconfig", Use::Each).global(),
    value("labels", Use::Each).short('l'),
    value("name-template", Use::Read),
    value("namespace", Use::Read).short('n').global(),
    switch("no-hooks", Use::Output),
    value("output-dir", Use::Output),
    switch("pass-credentials", Use::Source),
    value("password", Use::Source),
    switch("plain-http", Use::Connection),
    value("post-renderer", Use::Output),
    value("post-renderer-args", Use::Output),
    value("qps", Use::Each).global(),
    value("registry-config", Use::Each).global(),
    switch("release-name", Use::Output),
    switch("render-subchart-notes", Use::Each),
    switch("replace", Use::Each),
    value("repo", Use::Source),
    value("repository-cache", Use::Each).global(),
    value("repository-config", Use::Each).global(),
    switch("rollback-on-failure", Use::Each),
    switch("server-side", Use::Each),
    value("set", Use::Each),
    value("set-file", Use::Read),
    value("set-json", Use::Each),
    value("set-literal", Use::Each),
    value("set-string", Use::Each),
    value("show-only", Use::Output).short('s'),
    switch("skip-crds", Use::Each),
    switch("skip-schema-validation", Use::Read),
    switch("skip-tests", Use::Read),
    switch("take-ownership", Use::Each),
    value("timeout", Use::Each),
    value("username", Use::Source),
    switch("validate", Use::Each),
    value("values", Use::Read).short('f'),
    switch("verify", Use::Source),
    value("version", Use::Source),
    flag("wait", Takes::Optional, Use::Each),
    switch("wait-for-jobs", Use::Each),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    /// A line of `helm template --help`: `  -f, --values strings   specify …`.
    fn read(line: &str) -> Option<(String, Option<char>, Takes)> {
        let line = line.trim_start();
        let (short, line) = match line.strip_prefix("--") {
            Some(_) => (None, line),
            None => {
                let rest = line.strip_prefix('-')?;
                (rest.chars().next(), rest.split_once(", ")?.1)
            }
        };
        // Two blanks or more stand before what it is for.
        let (left, _) = line.strip_prefix("--")?.split_once("  ")?;
        let (name, kind) = left.split_once(' ').unwrap_or((left, ""));
        let takes = match kind {
            "" => Takes::Switch,
            kind if kind.contains('[') => Takes::Optional,
            _ => Takes::Value,
        };
        Some((name.to_owned(), short, takes))
    }

    #[test]
    fn these_are_the_flags_of_both_helms() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut seen = std::collections::BTreeSet::new();
        for (version, variable) in [("3.17", "PIN_TEST_HELM3"), ("4.3", "PIN_TEST_HELM4")] {
            let cached = root.join(".cache/helm").join(version).join("helm");
            let helm = std::env::var_os(variable).map_or(cached, std::path::PathBuf::from);
            let output = std::process::Command::new(&helm)
                .args(["template", "--help"])
                .output()
                .unwrap_or_else(|error| panic!("{}: {error}", helm.display()));
            let text = String::from_utf8(output.stdout).unwrap();
            let (_, text) = text.split_once("\nFlags:\n").unwrap();
            let (own, global) = text.split_once("\nGlobal Flags:\n").unwrap();
            let all = own.lines().map(|line| (line, false));
            for (line, is_global) in all.chain(global.lines().map(|line| (line, true))) {
                let Some((name, short, takes)) = read(line) else {
                    assert!(!line.trim_start().starts_with('-'), "{version}: {line}");
                    continue;
                };
                let flag = long(&name).unwrap_or_else(|| panic!("{version} has --{name}"));
                assert_eq!(flag.is_global, is_global, "{version}: --{name}");
                assert_eq!(flag.short, short, "{version}: --{name}");
                // `--wait` is a switch of the one and has a value in the other.
                assert_eq!(
                    flag.needs_value(),
                    takes == Takes::Value,
                    "{version}: --{name}"
                );
                seen.insert(name);
            }
        }
        let ours: Vec<&str> = FLAGS.iter().map(|flag| flag.name).collect();
        let theirs: Vec<&str> = seen.iter().map(String::as_str).collect();
        assert_eq!(ours, theirs);
    }
}
