//! How the items of a list are told apart: Kubernetes' merge keys.
//!
//! Which key a list has is part of each place's name, and so decides about each value: a change here
//! changes secrets. The table is from the `patchMergeKey` and `listMapKey` tags of `k8s.io/api`. Lists that Kubernetes
//! does not know, such as an application's users, go by fields that usually identify an item.

/// The fields that may identify the items of a list that stands in `field`, best first.
pub(super) fn merge_keys(field: Option<&str>) -> &'static [&'static str] {
    match field {
        Some("ports") => &["containerPort", "port", "name"],
        Some("volumeMounts") => &["mountPath", "name"],
        Some("volumeDevices") => &["devicePath", "name"],
        Some("hostAliases" | "podIPs" | "hostIPs") => &["ip"],
        Some("topologySpreadConstraints") => &["topologyKey"],
        Some("conditions" | "addresses") => &["type"],
        Some("ownerReferences") => &["uid"],
        // All others, by name: containers, initContainers, ephemeralContainers, volumes, env,
        // imagePullSecrets, secrets, webhooks, versions, …; claim templates by their metadata. The rest is for lists of
        // applications.
        _ => &[
            "name",
            METADATA_NAME,
            "user",
            "username",
            "login",
            "email",
            "id",
            "key",
            "host",
        ],
    }
}

/// The name of an item that is an object itself, such as one of `volumeClaimTemplates`.
pub(super) const METADATA_NAME: &str = "metadata.name";
