//! What stays and what changes, as time goes by and seeds change.

use serde_json::Value;

use crate::openssl::{
    DAY, NOW, dates, decode, public_of_certificate, public_of_key, verifies, verifies_host,
};
use crate::support::{Chart, Helm, Test, each_helm};

fn webhook<'a>(helm: &'a Helm, chart: &'a Chart, at: i64) -> Test<'a> {
    Test::new(helm, chart).env("PIN_CERTIFICATE_TIME", at.to_string())
}

#[test]
fn a_webhook_fits_its_ca_everywhere() {
    each_helm(|helm| {
        let chart = Chart::named("webhook");
        let render = webhook(helm, &chart, NOW).pinned();
        let secret = |key: &str| render.secret("app-webhook-tls", key);
        let (ca, cert, key) = (secret("ca.crt"), secret("tls.crt"), secret("tls.key"));
        assert_eq!(public_of_certificate(&cert), public_of_key(&key));
        assert!(verifies_host(&cert, &ca, NOW, "app-webhook.ns.svc"));
        assert!(!verifies_host(&cert, &ca, NOW, "other.ns.svc"));
        let bundle =
            |kind: &str, pointer: &str, name: &str| decode(&render.field(kind, name, pointer));
        let webhook = "/webhooks/0/clientConfig/caBundle";
        assert_eq!(
            bundle("ValidatingWebhookConfiguration", webhook, "app-webhook"),
            ca
        );
        assert_eq!(
            bundle("MutatingWebhookConfiguration", webhook, "app-webhook"),
            ca.trim_end()
        );
        let conversion = "/spec/conversion/webhook/clientConfig/caBundle";
        assert_eq!(
            bundle("CustomResourceDefinition", conversion, "things.example.org"),
            ca
        );
    });
}

#[test]
fn within_a_window_nothing_changes() {
    let helm = Helm::v4();
    let chart = Chart::named("webhook");
    // Half of 365 days is 182.5: each of these moments may be the border of one window, no two are.
    let borders = (0..20)
        .map(|step| webhook(&helm, &chart, NOW + step * 9 * DAY).render().text)
        .collect::<Vec<_>>()
        .windows(2)
        .filter(|pair| pair[0] != pair[1])
        .count();
    assert!(
        borders <= 2,
        "{borders} borders of two windows in half a year"
    );
    let first = webhook(&helm, &chart, NOW).render().text;
    let later = webhook(&helm, &chart, NOW + 1).render().text;
    assert_eq!(first, later);
}

#[test]
fn in_the_next_window_keys_stay_and_checksums_roll() {
    each_helm(|helm| {
        let chart = Chart::named("webhook");
        let old = webhook(helm, &chart, NOW).render();
        let new = webhook(helm, &chart, NOW + 183 * DAY).render();
        let secret = |key: &str| {
            (
                old.secret("app-webhook-tls", key),
                new.secret("app-webhook-tls", key),
            )
        };
        let (old_cert, new_cert) = secret("tls.crt");
        let (old_ca, new_ca) = secret("ca.crt");
        let (old_key, new_key) = secret("tls.key");
        assert_eq!(old_key, new_key);
        assert_ne!(old_cert, new_cert);
        assert_ne!(dates(&old_cert), dates(&new_cert));
        assert_eq!(
            public_of_certificate(&old_cert),
            public_of_certificate(&new_cert)
        );
        let checksum = "/spec/template/metadata/annotations/checksum~1tls";
        assert_ne!(
            old.field("Deployment", "app-webhook", checksum),
            new.field("Deployment", "app-webhook", checksum)
        );
        // No order of events breaks the chain: three days into the new window, and after ten years' half.
        for (leaf, ca) in [
            (&old_cert, &new_ca),
            (&new_cert, &old_ca),
            (&new_cert, &new_ca),
        ] {
            assert!(verifies(leaf, ca, NOW + 183 * DAY));
        }
        let decade = webhook(helm, &chart, NOW + 1830 * DAY).render();
        let ca = decade.secret("app-webhook-tls", "ca.crt");
        assert_ne!(dates(&old_ca), dates(&ca));
        assert_eq!(public_of_certificate(&old_ca), public_of_certificate(&ca));
        assert!(verifies(&old_cert, &ca, NOW) || verifies(&old_cert, &old_ca, NOW));
    });
}

#[test]
fn another_seed_application_or_project_has_other_keys() {
    let helm = Helm::v4();
    let chart = Chart::named("webhook");
    let first = webhook(&helm, &chart, NOW).render();
    for other in [
        webhook(&helm, &chart, NOW).nth_seed(1),
        webhook(&helm, &chart, NOW).app("other-app"),
        webhook(&helm, &chart, NOW).project("other-project"),
    ] {
        let other = other.render();
        for key in ["ca.crt", "tls.crt", "tls.key"] {
            assert_ne!(
                first.secret("app-webhook-tls", key),
                other.secret("app-webhook-tls", key)
            );
        }
        let checksum = "/spec/template/metadata/annotations/checksum~1tls";
        assert_ne!(
            first.field("Deployment", "app-webhook", checksum),
            other.field("Deployment", "app-webhook", checksum)
        );
    }
}

/// The key belongs to the place: neither the call site nor the arguments enter it.
#[test]
fn keys_survive_a_new_version_of_the_chart() {
    let helm = Helm::v4();
    let chart = Chart::named("webhook");
    let key = |chart: &Chart| {
        webhook(&helm, chart, NOW)
            .render()
            .secret("app-webhook-tls", "tls.key")
    };
    let first = key(&chart);
    let text = chart.read("templates/_certs.tpl");
    chart.write(
        "templates/_certs.tpl",
        &text
            .replace("webhook.certs", "other.define")
            .replace("%s.%s.svc", "%s.%s.svc.cluster.local")
            .replace(
                "{{- $ca :=",
                "{{- $unused := genCA \"unused\" 5 -}}\n{{- $ca :=",
            ),
    );
    chart.rename("templates/_certs.tpl", "templates/lib/_moved.tpl");
    for file in ["templates/all.yaml", "templates/mutating.yaml"] {
        chart.write(
            file,
            &chart.read(file).replace("webhook.certs", "other.define"),
        );
    }
    assert_eq!(first, key(&chart));
}

#[test]
fn explain_says_when_a_certificate_is_issued_again() {
    let helm = Helm::v4();
    let chart = Chart::named("webhook");
    let test = webhook(&helm, &chart, NOW).command("explain");
    let outcome = test.clone().flag("--output").flag("json").run();
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let leaf = report["values"]
        .as_array()
        .unwrap()
        .iter()
        .find(|value| value["places"][0]["path"] == "data[\"tls.crt\"]")
        .unwrap_or_else(|| panic!("no tls.crt in {}", outcome.stdout));
    assert_eq!(leaf["belongs_to"], "place");
    assert_eq!(leaf["call_site"]["function"], "genSignedCert");
    // The key of the certificate is no value of its own.
    let paths: Vec<&Value> = leaf["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| &place["path"])
        .collect();
    assert!(paths.iter().any(|path| *path == "data[\"tls.key\"]"));
    let certificate = &leaf["certificate"];
    assert_eq!(certificate["days"], 365);
    assert_eq!(certificate["subject"], "app-webhook");
    let date = |name: &str| certificate[name].as_str().unwrap();
    let next_renewal = date("next_renewal");
    assert!(next_renewal.starts_with("2026-"));
    // Dates of one form and zone are in the order of their texts.
    assert!(date("not_before") < next_renewal && next_renewal < date("not_after"));
    let table = test.run();
    assert_eq!(table.status, 0);
    assert!(table.stdout.contains("CERTIFICATES"), "{}", table.stdout);
    assert!(!table.stdout.contains("BEGIN"), "{}", table.stdout);
}

#[test]
fn explain_warns_of_windows_that_are_shorter_than_a_cache() {
    let helm = Helm::v4();
    let chart = Chart::named("webhook");
    let short = webhook(&helm, &chart, NOW)
        .command("explain")
        .set("days", "1")
        .run();
    assert!(
        short.stderr.contains("warning: ") && short.stderr.contains("every 12 hours"),
        "{}",
        short.stderr
    );
    let long = webhook(&helm, &chart, NOW).command("explain").run();
    assert_eq!(long.stderr, "");
}

/// A common name that a chart generates is a value too.
#[test]
fn explain_shows_no_generated_subject() {
    let helm = Helm::v4();
    let chart = Chart::of(&[(
        "templates/a.yaml",
        "{{- $cert := genSelfSignedCert (printf \"host-%s\" (randAlphaNum 32)) nil nil 30 }}\n\
         apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  crt: {{ $cert.Cert | quote }}\n",
    )]);
    let outcome = webhook(&helm, &chart, NOW)
        .command("explain")
        .flag("--output")
        .flag("json")
        .run();
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let subjects: Vec<&Value> = report["values"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|value| value.get("certificate"))
        .map(|certificate| &certificate["subject"])
        .collect();
    assert_eq!(subjects, ["host-*"], "{}", outcome.stdout);
}

/// Nothing is issued again of a key that no certificate is made with: it is a value like others.
#[test]
fn explain_has_no_certificate_for_a_key_alone() {
    let helm = Helm::v4();
    let chart = Chart::of(&[(
        "templates/a.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  key: {{ genPrivateKey \"ed25519\" | quote }}\n",
    )]);
    let test = webhook(&helm, &chart, NOW).command("explain");
    let outcome = test.clone().flag("--output").flag("json").run();
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let values = report["values"].as_array().unwrap();
    assert_eq!(values.len(), 1, "{}", outcome.stdout);
    assert_eq!(values[0]["call_site"]["function"], "genPrivateKey");
    assert_eq!(values[0]["places"][0]["path"], "data.key");
    assert!(values[0].get("certificate").is_none(), "{}", outcome.stdout);
    let table = test.run().stdout;
    assert!(
        table.contains("VALUES") && !table.contains("CERTIFICATES"),
        "{table}"
    );
}
