//! A whole life: which values stay at each step, and which change.

use crate::support::{Chart, Manifests, Test, each_helm};
use crate::{adopt, adopt_into, generate};

/// The chart's versions: what joins and moves in each.
fn version(chart: &Chart, number: u32) {
    let cache = match number {
        0 | 1 => "",
        _ => "  cache: {{ randAlphaNum 20 | b64enc | quote }}\n",
    };
    let helper = match number {
        0..3 => "{{ randAlphaNum 16 }}",
        // The helper is cut anew, and generates more.
        _ => "{{ include \"inner\" . }}",
    };
    let data = match number {
        0..4 => {
            format!("data:\n  password: {{{{ include \"password\" . | b64enc | quote }}}}\n{cache}")
        }
        _ => format!(
            "data:\n{cache}stringData:\n  password: {{{{ include \"password\" . | quote }}}}\n"
        ),
    };
    chart.write(
        "Chart.yaml",
        &format!("apiVersion: v2\nname: inline\nversion: 1.{number}.0\n"),
    );
    chart.write(
        "templates/_helpers.tpl",
        &format!("{{{{- define \"inner\" -}}}}{{{{ randAlphaNum 24 }}}}{{{{- end -}}}}\n{{{{- define \"password\" -}}}}{helper}{{{{- end -}}}}\n"),
    );
    chart.write(
        "templates/secret.yaml",
        &format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  labels: {{version: \"{number}\"}}\n{data}"),
    );
    chart.write(
        "templates/api.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: api}\ndata:\n  key: {{ .Values.key | default (randAlphaNum 32) | b64enc | quote }}\n",
    );
}

fn values(render: &Manifests) -> [String; 2] {
    [render.secret("db", "password"), render.secret("api", "key")]
}

/// The password's entry of what `adopt` prints: the database's own is taken over, all else is derived.
fn password_alone(pins: &str) -> String {
    let lines = pins.lines().scan(false, |taken, line| {
        if !line.starts_with(' ') {
            *taken = line.contains("Secret/db/password");
        }
        Some((*taken).then(|| format!("{line}\n")))
    });
    lines.flatten().collect()
}

#[test]
fn values_stay_until_somebody_changes_them() {
    each_helm(|helm| {
        let chart = Chart::of(&[]);
        version(&chart, 0);
        let test = Test::new(helm, &chart);
        let live = test.plain();
        adopt_into(&chart, &test, &live.text);
        assert_eq!(test.render().text, live.text);

        let mut cache = Vec::new();
        for number in 1..=5 {
            version(&chart, number);
            let upgraded = generate(&test);
            assert_eq!(values(&upgraded), values(&live), "version {number}");
            if number > 1 {
                cache.push(upgraded.secret("db", "cache"));
            }
        }
        cache.dedup();
        assert_eq!(cache.len(), 1);

        let rotated = generate(&test.clone().flag("--rotate").flag("Secret/api/key=1"));
        assert_eq!(values(&rotated)[0], values(&live)[0]);
        assert_ne!(values(&rotated)[1], values(&live)[1]);
        assert_eq!(rotated.secret("db", "cache"), cache[0]);

        // Another seed: what is sealed anew stays.
        let seeded = test
            .clone()
            .nth_seed(1)
            .flag("--rotate")
            .flag("Secret/api/key=1");
        let sealed = adopt(&seeded, &rotated.text, &[]);
        assert_eq!(sealed.status, 0, "{}", sealed.stderr);
        chart.write(".argocd-pins.yaml", &password_alone(&sealed.stdout));
        let reseeded = generate(&seeded);
        assert_eq!(values(&reseeded)[0], values(&live)[0]);
        assert_ne!(values(&reseeded)[1], values(&rotated)[1]);
        assert_ne!(reseeded.secret("db", "cache"), cache[0]);

        // Another name, project and namespace, with the scope of the old ones.
        let scopes = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(scopes.path(), "team/renamed: default/app\n").unwrap();
        let moved = seeded.app("renamed").project("team").namespace("other");
        let moved = moved.env("PIN_SCOPES_FILE", scopes.path());
        assert_eq!(generate(&moved).text, reseeded.text);

        // Without it, a renamed Application adopts what is live once more.
        let renamed = test.clone().app("renamed");
        adopt_into(&chart, &renamed, &rotated.text);
        assert_eq!(generate(&renamed).text, rotated.text);

        // Back to plain helm, with the value that the chart takes; it has none for the password.
        let outcome = renamed.command("adopt").flag("--as-values").run();
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        let key = &values(&rotated)[1];
        let file: serde_json::Value = serde_yaml::from_str(&outcome.stdout).unwrap();
        assert_eq!(file, serde_json::json!({"key": key}));
        let left = test.clone().set("key", key).plain();
        assert_eq!(&values(&left)[1], key);
    });
}
