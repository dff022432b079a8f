//! What Sprig refuses is refused, and says so.

use crate::openssl::user_ca;
use crate::support::{Chart, Helm, Test};

fn error(template: &str, values: &str) -> String {
    let helm = Helm::v4();
    let chart = Chart::of(&[("templates/a.yaml", template), ("values.yaml", values)]);
    let outcome = Test::new(&helm, &chart).fail();
    assert!(
        !outcome.stderr.contains("PRIVATE KEY"),
        "{}",
        outcome.stderr
    );
    outcome.stderr
}

#[test]
fn what_is_wrong_is_named_with_its_call() {
    for (call, part) in [
        (
            "genSelfSignedCert \"x\" (list \"not an ip\") nil 5",
            "not an ip",
        ),
        (
            "genSelfSignedCert \"x\" nil (list 1) 5",
            "error processing alternate dns name",
        ),
        ("genCA \"x\" \"5\"", "expected integer"),
        ("genCA 5 5", "expected string"),
        ("genCAWithKey \"x\" 5 \"no key\"", "genCAWithKey"),
        (
            "genSignedCert \"x\" nil nil 5 (buildCustomCert \"bm9uZQ==\" \"bm9uZQ==\")",
            "buildCustomCert",
        ),
        ("buildCustomCert \"?\" \"?\"", "buildCustomCert"),
    ] {
        let said = error(&format!("a: 1\nb: {{{{ ({call}).Cert | quote }}}}\n"), "");
        assert!(said.contains(part), "{call}: {said}");
        assert!(said.contains("templates/a.yaml:2"), "{call}: {said}");
    }
}

#[test]
fn a_users_key_must_be_his_cas() {
    let ((certificate, _), (_, key)) = (user_ca(), user_ca());
    let values = serde_json::json!({ "crt": certificate, "key": key }).to_string();
    let said = error(
        "{{ $ca := buildCustomCert (b64enc .Values.crt) (b64enc .Values.key) }}\n\
         a: {{ (genSignedCert \"x\" nil nil 5 $ca).Cert | quote }}\n",
        &values,
    );
    assert!(said.contains("match"), "{said}");
}
