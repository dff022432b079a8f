//! What the chart makes of calls that are not seen by themselves is adopted as a whole, and compared as a whole.

use crate::adopt::{is_taken, keeps_all};
use crate::support::{Chart, Manifests, Test, each_helm, sha256_hex};
use crate::{adopt, adopt_into, charts};

#[test]
fn what_a_helper_composed_is_kept_as_a_whole() {
    let chart = charts::jupyterhub();
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let live = test.plain();
        let check = adopt(&test, &live.text, &["--check"]);
        assert_eq!(check.status, 0, "{}{}", check.stdout, check.stderr);
        assert!(
            check.stdout.contains("kept   ConfigMap/proxy/sum"),
            "{}",
            check.stdout
        );
        adopt_into(&chart, &test, &live.text);
        let kept = test.render();
        assert_eq!(kept.text, live.text);
        assert_eq!(
            kept.config("proxy", "sum"),
            sha256_hex(&live.secret("hub", "cookie"))
        );
    });
}

/// Pull secrets say a password twice, the second time in base64 with the user.
#[test]
fn what_shows_a_value_in_base64_as_well_is_kept() {
    let chart = Chart::of(&[(
        "templates/registry.yaml",
        r#"{{- $p := randAlphaNum 20 }}
{{- $login := dict "username" "me" "password" $p "auth" (printf "me:%s" $p | b64enc) }}
apiVersion: v1
kind: Secret
metadata: {name: registry}
data:
  .dockerconfigjson: {{ dict "auths" (dict "example.org" $login) | toJson | b64enc }}
  unpadded: {{ randAlphaNum 20 | b64enc | replace "=" "" | b64enc }}
  only: {{ dict "a" (printf "u:%s" (randAlphaNum 30) | b64enc) "b" (randAlphaNum 31 | b64enc) | toJson | b64enc }}
"#,
    )]);
    each_helm(|helm| {
        keeps_all(helm, &chart);
    });
}

/// NATS: a letter of its own is too small to be seen, and what follows it is seen.
#[test]
fn what_is_seen_of_a_composed_text_is_kept_with_the_rest() {
    let chart = Chart::of(&[
        (
            "templates/_helpers.tpl",
            "{{- define \"password\" -}}{{- randAlpha 1 -}}{{- randAlphaNum 9 -}}{{- end -}}\n",
        ),
        (
            "templates/config.yaml",
            r#"{{- $auth := default (include "password" .) .Values.auth }}
{{- $cluster := default (include "password" .) .Values.cluster }}
apiVersion: v1
kind: ConfigMap
metadata: {name: nats}
data:
  nats.conf: |
    authorization {
      user: "client"
      password: {{ $auth }}
    }
    cluster {
      authorization {
        user: "cluster"
        password: {{ $cluster }}
      }
      users: [ { user: "x", password: {{ default (include "password" .) .Values.user | quote }} } ]
    }
---
apiVersion: v1
kind: Secret
metadata: {name: nats}
stringData:
  password: {{ include "password" . | quote }}
  own: {{ randAlphaNum 16 | quote }}
"#,
        ),
    ]);
    each_helm(|helm| {
        keeps_all(helm, &chart);
    });
}

/// What an action or an assignment makes is given as a whole, like what an include returns.
#[test]
fn what_a_chart_composed_in_place_is_kept() {
    let chart = Chart::of(&[(
        "templates/secret.yaml",
        r#"{{- $joined := list (randAlphaNum 3) (randAlphaNum 3) (randAlphaNum 4) | join "-" }}
{{- $hex := "" }}
{{- $set := dict }}
{{- $_ := set $set "key" (randAlphaNum 64 | sha256sum) }}
{{- $encoded := randAlphaNum 16 | lower | b64enc }}
{{- range until 16 }}{{ $hex = printf "%s%x" $hex (mod (randNumeric 3 | atoi) 16) }}{{ end }}
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
  small: {{ printf "%s-%s" (randAlphaNum 3) (randNumeric 3) | quote }}
  joined: {{ $joined | quote }}
  again: "x-{{ $joined }}"
  upper: {{ randAlphaNum 12 | upper }}
  strong: {{ printf "%s%s%s" (randAlpha 2 | upper) (randNumeric 2) (randAlpha 6 | lower) }}
  inline: "{{ randAlphaNum 4 }}-{{ randAlphaNum 4 }}-{{ randAlphaNum 4 }}"
  long: {{ printf "%s-%s" (randAlphaNum 8) (randAlphaNum 8) }}
  shuffled: {{ printf "%s%s" (randAlpha 6) (randNumeric 4) | shuffle }}
  hexadecimal: {{ randAscii 32 | printf "%x" }}
  text: |
    a={{ randAlphaNum 5 }}
    b={{ randAlphaNum 5 | upper }}
  hex: {{ $hex | quote }}
  digest: {{ randAlphaNum 64 | sha256sum | b64enc | trunc 32 }}
  derived: {{ printf "at-%s" (derivePassword 1 "maximum" "web" "web" uuidv4 | b64enc | trimSuffix "=" | lower) }}
  set: {{ get $set "key" }}
data:
  bytes: {{ randBytes 32 | replace "+" "-" | replace "/" "_" | b64enc | quote }}
  encoded: {{ $encoded }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: s}
data:
  sum: {{ $joined | sha256sum }}
"#,
    )]);
    each_helm(|helm| {
        let live = keeps_all(helm, &chart);
        assert_eq!(
            live.config("s", "sum"),
            sha256_hex(&live.secret("s", "joined"))
        );
    });
}

/// A value of which the chart makes two texts is given to the call: so both fit each other.
#[test]
fn two_texts_of_one_value_fit_each_other() {
    let chart = Chart::of(&[(
        "templates/secret.yaml",
        r#"{{- $password := randAlphaNum 16 }}
{{- $token := randNumeric 30 }}
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
  upper: {{ $password | upper }}
  url: "redis://:{{ $password | upper }}@db"
  sum: {{ $password | upper | sha256sum }}
  grouped: {{ $token | nospace | substr 0 30 | replace "0" "00" | quote }}
  other: {{ $token | nospace | replace "0" "x" | quote }}
"#,
    )]);
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        // A longer token that ends with two zeros would make the same text of it as one that ends with one.
        let ends_with_zero = |live: &Manifests| live.secret("s", "grouped").ends_with('0');
        let mut live = test.plain();
        while ends_with_zero(&live) {
            live = test.plain();
        }
        adopt_into(&chart, &test, &live.text);
        let kept = test.render();
        let upper = kept.secret("s", "upper");
        assert_eq!(upper, live.secret("s", "upper"));
        assert_eq!(kept.secret("s", "sum"), sha256_hex(&upper));
        let x = kept.secret("s", "other").replace('x', "00");
        assert_eq!(kept.secret("s", "grouped"), x);
    });
}

/// So is a text that the chart makes of calls.
#[test]
fn a_composed_text_of_another_length_is_taken_and_said() {
    let chart = Chart::of(&[(
        "templates/secret.yaml",
        r#"apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {key: {{ randAlphaNum 64 | sha256sum }}}
"#,
    )]);
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let live = test.plain();
        let key = live.secret("s", "key");
        assert_eq!(adopt(&test, &live.text, &[]).stderr, "");
        is_taken(&test, &live.text.replace(&key, "an-older-key"));
    });
}

/// Another text of the same call is another value, for `diff` and for a baseline; so is one that is given.
#[test]
fn a_composed_text_is_compared_as_a_whole() {
    let chart = |function: &str| {
        let secret = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{key: {{{{ randAlphaNum 64 | {function} }}}}}}\n"
        );
        Chart::of(&[("templates/secret.yaml", &*secret)])
    };
    each_helm(|helm| {
        let (old, new) = (chart("sha256sum"), chart("sha1sum"));
        let test = Test::new(helm, &old);
        let diff = |new: &Chart| test.clone().command("diff").flag(new.dir()).run();
        assert_eq!(diff(&old.copy()).status, 0);
        let told = diff(&new);
        assert_eq!(told.status, 1, "{}", told.stdout);
        assert!(
            told.stdout.contains("the chart makes something else of it"),
            "{}",
            told.stdout
        );

        let written = test.clone().command("baseline write").run();
        let guarded = |chart: &Chart| {
            chart.write(".argocd-baseline.yaml", &written.stdout);
            let test = test.clone().on(chart).command("generate");
            test.env("PIN_BASELINE", "true").run().status
        };
        let live = Test::new(helm, &old).plain();
        assert_eq!((guarded(&old.copy()), guarded(&new)), (0, 1));
        let adopted = old.copy();
        adopt_into(&adopted, &test, &live.text);
        assert_eq!(guarded(&adopted), 1);
    });
}

/// What is too small to be seen, and two digests of one value, have other values after the switch: it is told.
#[test]
fn what_cannot_be_taken_over_is_told() {
    let chart = Chart::of(&[(
        "templates/secret.yaml",
        r#"{{- $x := randAlphaNum 64 }}
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
  fixed: constant
  kept: {{ randAlphaNum 12 }}
  one: {{ $x | sha256sum }}
  pin: "{{ randAlpha 2 }}{{ randNumeric 3 }}"
  two: {{ $x | sha1sum }}
"#,
    )]);
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let live = test.plain().text;
        // So that the small value is not the live one by chance.
        let live = live.replacen("  pin: \"", "  pin: \"a longer one ", 1);
        let check = adopt(&test, &live, &["--check"]);
        let states: Vec<&str> = check.stdout.lines().skip(1).collect();
        let expected = [
            "kept   Secret/s/kept",
            "lost   Secret/s/one",
            "lost   Secret/s/pin",
            "lost   Secret/s/two",
        ];
        assert_eq!((check.status, &states[..]), (1, &expected[..]));
    });
}

/// A password that is set later is helm's: the pin that was adopted is none any more, and is not put in its place.
#[test]
fn an_adopted_value_does_not_hide_one_that_is_set_later() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: {{ .Values.password | default (randAlphaNum 20) | quote }}\n  other: {{ include \"pw\" . | b64enc }}\n";
    let helper = "{{ define \"pw\" }}{{ coalesce .Values.other (randAlphaNum 20) }}{{ end }}";
    each_helm(|helm| {
        for key in ["password", "other"] {
            let chart = Chart::of(&[("templates/s.yaml", secret), ("templates/_h.tpl", helper)]);
            keeps_all(helm, &chart);
            let test = Test::new(helm, &chart).set(key, "a-password-of-20-cs!");
            let outcome = test.fail();
            let missing = format!("gives `Secret/s/{key}`, and the chart has no such pin");
            assert!(outcome.stderr.contains(&missing), "{}", outcome.stderr);
            chart.write(".argocd-pins.yaml", "{}\n");
            let (ours, plain) = (test.render(), test.plain());
            assert_eq!(ours.secret("s", key), plain.secret("s", key));
        }
    });
}
