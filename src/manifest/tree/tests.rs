#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use crate::manifest::Role;
use crate::manifest::model::Manifest;

fn parse(text: &str) -> Manifest {
    Manifest::parse(text.to_owned()).unwrap()
}

/// The paths of all values.
fn paths(text: &str) -> Vec<String> {
    let manifest = parse(text);
    let leaves = manifest.leaves().filter(|leaf| leaf.role == Role::Value);
    leaves.map(|leaf| leaf.path.to_string()).collect()
}

#[test]
fn items_go_by_merge_key() {
    let text = "\
spec:
  containers:
  - env:
    - {name: A, value: x}
    - {value: y, name: B}
    ports:
    - containerPort: 80
    - containerPort: 81
    volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b}]
    args: [p, q]
    name: app
  ports: [{port: 1, name: a}, {port: 1, name: b}]
  rules: [{verbs: [get]}, {verbs: [list]}]
  volumeClaimTemplates:
  - metadata: {name: data}
    size: 1
";
    assert_eq!(
        paths(text),
        [
            "spec.containers[name=app].env[name=A].name",
            "spec.containers[name=app].env[name=A].value",
            "spec.containers[name=app].env[name=B].value",
            "spec.containers[name=app].env[name=B].name",
            "spec.containers[name=app].ports[containerPort=80].containerPort",
            "spec.containers[name=app].ports[containerPort=81].containerPort",
            "spec.containers[name=app].volumeMounts[mountPath=/a].name",
            "spec.containers[name=app].volumeMounts[mountPath=/a].mountPath",
            "spec.containers[name=app].volumeMounts[mountPath=/b].name",
            "spec.containers[name=app].volumeMounts[mountPath=/b].mountPath",
            "spec.containers[name=app].args[0]",
            "spec.containers[name=app].args[1]",
            "spec.containers[name=app].name",
            "spec.ports[name=a].port",
            "spec.ports[name=a].name",
            "spec.ports[name=b].port",
            "spec.ports[name=b].name",
            "spec.rules[0].verbs[0]",
            "spec.rules[1].verbs[0]",
            "spec.volumeClaimTemplates[metadata.name=data].metadata.name",
            "spec.volumeClaimTemplates[metadata.name=data].size",
        ]
    );
}

/// Lists that Kubernetes does not know.
#[test]
fn items_go_by_what_identifies_them() {
    assert_eq!(
        paths("users: [{user: a, id: 1}, {id: 2, user: b}]"),
        [
            "users[user=a].user",
            "users[user=a].id",
            "users[user=b].id",
            "users[user=b].user"
        ]
    );
    // The first field is not unique, or not everywhere.
    assert_eq!(
        paths("users: [{user: a, id: 1, host: x}, {id: 2, user: a}]"),
        [
            "users[id=1].user",
            "users[id=1].id",
            "users[id=1].host",
            "users[id=2].id",
            "users[id=2].user"
        ]
    );
}

#[test]
fn items_that_nothing_tells_apart_are_counted() {
    assert_eq!(
        paths("env: [{name: A, v: 1}, {name: A, v: 2}]"),
        ["env[0].name", "env[0].v", "env[1].name", "env[1].v"]
    );
    assert_eq!(paths("env: [{v: A}, x]"), ["env[0].v", "env[1]"]);
    assert_eq!(paths("env: [{name: A}, x]"), ["env[name=A].name", "env[1]"]);
    assert_eq!(paths("- name: [x]\n"), ["[0].name[0]"]);
}

/// One item more is nothing to those that have another name.
#[test]
fn each_item_goes_by_the_first_field_that_tells_it_apart() {
    assert_eq!(
        paths("users: [{name: a}, {Username: b}, {v: c}, x]"),
        [
            "users[name=a].name",
            "users[username=b].Username",
            "users[2].v",
            "users[3]"
        ]
    );
    assert_eq!(
        paths("users: [{User: b, USER: c}, {User: d, user: e}]"),
        [
            "users[user=c].User",
            "users[user=c].USER",
            "users[user=e].User",
            "users[user=e].user"
        ]
    );
    assert_eq!(
        paths("users: [{user: a}, {user: b}, {user: a, id: 1}]"),
        [
            "users[0].user",
            "users[user=b].user",
            "users[id=1].user",
            "users[id=1].id"
        ]
    );
}

#[test]
fn an_alias_has_no_leaf_and_still_names() {
    let text = "\
kind: &k Secret
metadata: {name: *k}
env: [{name: *k, value: v}]
copy: *k
*k : by alias
";
    assert_eq!(paths(text), ["kind", "env[name=Secret].value", "Secret"]);
    let manifest = parse(text);
    assert_eq!(manifest.documents[0].identity.name, "Secret");
    assert_eq!(manifest.documents[0].name_leaf, Some(1));
}

#[test]
fn keys_have_the_path_of_their_entry() {
    let manifest = parse("a:\n  b: 1\n? [c, {d: e}]\n: f\n");
    let keys: Vec<_> = manifest
        .leaves()
        .map(|leaf| (leaf.role, leaf.path.to_string()))
        .collect();
    let key = |path: &str| (Role::Key, path.to_owned());
    let value = |path: &str| (Role::Value, path.to_owned());
    assert_eq!(
        keys,
        [
            key("a"),
            key("a.b"),
            value("a.b"),
            key("[1][0]"),
            key("[1][1].d"),
            key("[1][1].d"),
            value("[1]"),
        ]
    );
}

#[test]
fn items_of_a_list_are_documents() {
    let text = "\
# Source: c/templates/l.yaml
apiVersion: v1
items:
- kind: Secret
  metadata: {name: &n a, namespace: x}
  data: {k: v}
- kind: SecretList
  items:
  - kind: Secret
    metadata: {name: *n}
- text
kind: List
";
    let manifest = parse(text);
    let seen: Vec<_> = manifest
        .documents
        .iter()
        .map(|d| (&*d.identity.kind, &*d.identity.name, d.leaves.len()))
        .collect();
    assert_eq!(
        seen,
        [
            ("List", "", 6),
            ("Secret", "a", 10),
            ("SecretList", "", 3),
            ("Secret", "a", 4),
        ]
    );
    let mut own = manifest.documents[1].leaves.iter();
    assert!(own.any(|leaf| leaf.role == Role::Value && leaf.path.to_string() == "data.k"));
    // An alias to a leaf of another document is no leaf of this one.
    assert_eq!(manifest.documents[3].name_leaf, None);
    let starts: Vec<_> = manifest.leaves().map(|leaf| leaf.span.start).collect();
    assert!(starts.is_sorted());
    assert!(text[manifest.documents[1].span.clone()].starts_with("kind: Secret\n"));
    assert!(text[manifest.documents[3].span.clone()].starts_with("kind: Secret\n"));
}

#[test]
fn of_two_equal_fields_the_last_counts() {
    let manifest = parse("kind: A\nkind: B\n");
    assert_eq!(manifest.documents[0].identity.kind, "B");
    assert_eq!(manifest.documents[0].leaves.len(), 4);
}
