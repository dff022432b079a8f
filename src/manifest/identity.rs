//! Which object a document is.

/// What tells an object from all others of a render.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(crate) struct Identity {
    /// The API group, without the version; empty for the core group.
    pub(crate) group: String,
    /// The kind; empty if the document is no object.
    pub(crate) kind: String,
    /// The namespace, if the document names one.
    pub(crate) namespace: Option<String>,
    /// The name; `generateName`'s value if there is only that.
    pub(crate) name: String,
}

impl Identity {
    /// The group of an `apiVersion`: `apps` of `apps/v1`, nothing of `v1`.
    pub(crate) fn group_of(api_version: &str) -> &str {
        api_version.rsplit_once('/').map_or("", |(group, _)| group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_is_what_stands_before_the_version() {
        assert_eq!(Identity::group_of("apps/v1"), "apps");
        assert_eq!(Identity::group_of("cert-manager.io/v1"), "cert-manager.io");
        assert_eq!(Identity::group_of("v1"), "");
    }
}
