//! A Job with a generated name is a new one exactly when its content changes.

use crate::support::{Chart, Helm, Manifests, Test, all_different, each_helm, matches};

const JOBS: &str = r#"{{- define "job" }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: {{ .image }}
{{- end }}
{{- $load := printf "load-%s" (randAlphaNum 8 | lower) }}
{{- $suffix := uuidv4 | trunc 8 }}{{ $other := uuidv4 | trunc 8 }}
{{- include "job" (dict "name" $load "image" .Values.image) }}
---
{{- include "job" (dict "name" (printf "send-%s" $suffix) "image" .Values.image "namespace" "one") }}
---
{{- include "job" (dict "name" (printf "send-%s" $other) "image" .Values.image "namespace" "two") }}
---
{{- include "job" (dict "name" (printf "other-%s" (randNumeric 10)) "image" "example.org/fixed:1") }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: seed-{{ now | date "20060102150405" }}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: seed
          image: {{ .Values.image }}
"#;

fn names(render: &Manifests) -> Vec<String> {
    let names = render.names("Job");
    assert_eq!(names.len(), 5, "{}", render.text);
    all_different(&names);
    names
}

fn chart(file: &str, text: &str) -> Chart {
    Chart::of(&[(file, text), ("values.yaml", "image: example.org/job:1\n")])
}

#[test]
fn a_name_follows_the_content_and_nothing_else() {
    let first = chart("templates/jobs.yaml", JOBS);
    let moved = chart("templates/hooks/run-once.yaml", JOBS);
    let spaced = JOBS
        .replace("spec:\n  template", "\n# what it does\nspec:\n\n  template")
        .replace("---\n", "---\n# another\n\n");
    let spaced = chart("templates/jobs.yaml", &spaced);
    let mut all = Vec::new();
    each_helm(|helm| {
        let test = Test::new(helm, &first);
        let before = names(&test.pinned());
        for name in &before {
            matches(
                name,
                "load-[a-z0-9]{8}|send-[0-9a-f]{8}|other-[0-9]{10}|seed-20[0-9]{12}",
            );
        }
        assert_eq!(
            before,
            names(&test.clone().on(&moved).render()),
            "a renamed template"
        );
        assert_eq!(
            before,
            names(&test.clone().on(&spaced).render()),
            "lines without content"
        );
        let after = names(&test.clone().set("image", "example.org/job:2").render());
        for (old, new) in before.iter().zip(&after) {
            assert_eq!(old == new, old.starts_with("other-"), "{old} {new}");
        }
        let back = names(&test.set("image", "example.org/job:1").render());
        assert_eq!(before, back);
    });
    for helm in [Helm::v3(), Helm::v4()] {
        all.push(names(&Test::new(&helm, &first).render()));
    }
    assert_eq!(all[0], all[1], "helm 3 and helm 4");
}

/// The name is an argument. That it was altered is seen where a variable holds it (docs/how-it-works.md, Limits).
#[test]
fn a_name_that_is_handed_to_a_define_follows_the_content() {
    let define = JOBS
        .split_inclusive("{{- end }}\n{{- $load")
        .next()
        .unwrap_or_default();
    let define = define.trim_end_matches("{{- $load");
    let text = format!(
        "{define}{{{{- $name := printf \"load-%s\" (randAlphaNum 8 | lower) }}}}{{{{ include \"job\" (dict \"name\" $name \"image\" .Values.image) }}}}\n"
    );
    each_helm(|helm| {
        let first = chart("templates/jobs.yaml", &text);
        let test = Test::new(helm, &first);
        let before = test.pinned().names("Job");
        matches(&before[0], "load-[a-z0-9]{8}");
        let moved = chart("templates/hooks/run-once.yaml", &text);
        assert_eq!(before, test.clone().on(&moved).render().names("Job"));
        let after = test.set("image", "example.org/job:2").render().names("Job");
        assert_ne!(before, after);
    });
}

/// Jobs that only the namespace tells apart are two.
#[test]
fn jobs_in_two_namespaces_have_names_of_their_own() {
    each_helm(|helm| {
        let chart = chart("templates/jobs.yaml", JOBS);
        let render = Test::new(helm, &chart).render();
        let sends: Vec<String> = names(&render)
            .into_iter()
            .filter(|name| name.starts_with("send-"))
            .collect();
        assert_eq!(sends.len(), 2);
        all_different(&sends);
    });
}

/// Several Jobs are named by the time: each follows its own content, and none the time.
#[test]
fn jobs_that_are_named_by_the_time_follow_their_content() {
    let job = |name: &str, image: &str| {
        format!(
            "---\napiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: \"{image}\"}}]}}}}}}\n"
        )
    };
    let text = "{{- $at := now | date \"150405\" }}\n".to_owned()
        + &job("a-{{ now | unixEpoch }}", "{{ .Values.image }}")
        + &job(
            "b-{{ now | date \"2006-01-02-150405\" }}",
            "{{ .Values.image }}",
        )
        + &job("c-{{ now.Unix }}", "fixed")
        + &job("d-{{ $at }}", "{{ .Values.image }}");
    each_helm(|helm| {
        let chart = chart("templates/jobs.yaml", &text);
        let test = Test::new(helm, &chart);
        let before = test.pinned().names("Job");
        let after = test
            .clone()
            .set("image", "example.org/job:2")
            .render()
            .names("Job");
        assert_eq!(before.len(), 4);
        for (old, new) in before.iter().zip(&after) {
            assert_eq!(old == new, old.starts_with("c-"), "{old} {new}");
        }
    });
}
