//! Generated parts of names and keys, and what refers to them.

use crate::support::{Chart, Manifests, Test, each_helm, matches};

#[track_caller]
fn only_name(render: &Manifests, kind: &str, prefix: &str) -> String {
    let names: Vec<String> = render
        .names(kind)
        .into_iter()
        .filter(|name| name.starts_with(prefix))
        .collect();
    assert_eq!(names.len(), 1, "{kind} {prefix}* in\n{}", render.text);
    names[0].clone()
}

#[test]
fn references_follow_a_generated_name() {
    each_helm(|helm| {
        let chart = Chart::named("name-suffix");
        let render = Test::new(helm, &chart).trap(&[]);
        let secret = only_name(&render, "Secret", "app-db-");
        matches(&secret, "app-db-[a-z0-9]{5}");
        let settings = only_name(&render, "ConfigMap", "app-settings-");
        matches(&settings, r"app-settings-\d{4}");
        let shared = only_name(&render, "ConfigMap", "app-shared-");
        matches(&shared, "app-shared-[a-z0-9]{5}");

        let container = "/spec/template/spec/containers/0";
        assert_eq!(render.config(&settings, "secretName"), secret);
        assert_eq!(
            render.field(
                "Deployment",
                "app",
                &format!("{container}/env/0/valueFrom/secretKeyRef/name")
            ),
            secret
        );
        assert_eq!(
            render.field(
                "Deployment",
                "app",
                &format!("{container}/envFrom/0/configMapRef/name")
            ),
            settings
        );
        assert_eq!(
            render.field(
                "Service",
                "app",
                "/metadata/annotations/example.org~1config"
            ),
            shared
        );
        matches(&render.secret(&secret, "password"), "[A-Za-z0-9]{24}");
    });
}

#[test]
fn a_generated_key_and_what_reads_it_agree() {
    each_helm(|helm| {
        let chart = Chart::named("random-keys");
        let render = Test::new(helm, &chart).trap(&[]);
        let key = render.field(
            "Pod",
            "app-reader",
            "/spec/containers/0/env/0/valueFrom/secretKeyRef/key",
        );
        matches(&key, "[a-z0-9]{12}");
        let fields = render.document("Secret", "app-keys")["stringData"]
            .as_object()
            .unwrap();
        assert_eq!(fields.len(), 2);
        matches(fields[&key].as_str().unwrap(), "[A-Za-z0-9]{24}");
        assert_ne!(fields[&key], fields["fixed"]);
        let labels = render.document("Secret", "app-keys")["metadata"]["labels"]
            .as_object()
            .unwrap();
        matches(labels.keys().next().unwrap(), "example.org/[a-z]{10}");
    });
}

/// The names of all Jobs and Pods of the chart.
fn job_names(render: &Manifests) -> [String; 3] {
    [
        only_name(render, "Job", "app-seed-"),
        only_name(render, "Job", "app-migrate-"),
        only_name(render, "Pod", "app-smoke-"),
    ]
}

#[test]
fn references_follow_the_name_of_a_job() {
    each_helm(|helm| {
        let chart = Chart::named("job-name");
        let render = Test::new(helm, &chart).pinned();
        let [seed, migrate, smoke] = job_names(&render);
        matches(&seed, "app-seed-[a-z0-9]{5}");
        matches(&migrate, "app-migrate-[a-z0-9-]*[a-z0-9]");
        matches(&smoke, "app-smoke-[0-9]{6}");
        assert_eq!(
            render.field("Job", &seed, "/spec/template/metadata/labels/job"),
            seed
        );
        assert_eq!(
            render.field("Job", &seed, "/spec/template/spec/containers/0/env/0/value"),
            seed
        );
        assert_eq!(
            render.field("Role", "app-watch-seed", "/rules/0/resourceNames/0"),
            seed
        );
        assert_eq!(
            render.field("Job", &migrate, "/spec/template/metadata/name"),
            migrate
        );
    });
}

/// A fixed name would make the next image an edit of an immutable Job.
#[test]
fn a_job_gets_another_name_exactly_when_its_content_changes() {
    each_helm(|helm| {
        let chart = Chart::named("job-name");
        let test = Test::new(helm, &chart);
        let first = job_names(&test.render());
        let noted = job_names(&test.clone().set("note", "second").render());
        assert_eq!(first, noted, "another document changed, not the Jobs");
        let next = job_names(&test.clone().set("image", "example.org/migrate:2").pinned());
        for (old, new) in first.iter().zip(&next) {
            assert_ne!(old, new, "the image changed, the name did not");
            assert_eq!(old.len(), new.len());
        }
        let back = job_names(&test.set("image", "example.org/migrate:1").render());
        assert_eq!(first, back);
    });
}

/// A Job's name follows its content, also where a checksum or a time stands in it.
#[test]
fn a_hook_job_with_a_random_name_is_stable() {
    each_helm(|helm| {
        let chart = Chart::of(&[(
            "templates/hook.yaml",
            "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {{ .Release.Name }}-hook-{{ randAlphaNum 5 | lower }}\n  annotations:\n    helm.sh/hook: pre-install\n    rendered: {{ now | quote }}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n        - name: hook\n          image: example.org/hook:1\n          env:\n            - name: NONCE\n              value: {{ randAlphaNum 20 }}\n",
        )]);
        let render = Test::new(helm, &chart).trap(&["rendered:"]);
        matches(
            &only_name(&render, "Job", "app-hook-"),
            "app-hook-[a-z0-9]{5}",
        );
    });
}
