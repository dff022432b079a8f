//! `bcrypt`, `htpasswd` and `encryptAES`.

use argocd_pin_plugin::chart::marker::find;
use argocd_pin_plugin::chart::site::Site;

use crate::chart::{Chart, helms, value};

fn arguments(site: &Site, text: &str) -> (String, u64, Vec<Vec<u8>>) {
    let (start, end) = site.marker_ends().unwrap();
    let marker = find(text, 0, &start, &end).unwrap();
    assert_eq!(marker.span.end, text.len());
    (
        text[..marker.span.start].to_owned(),
        marker.turn,
        marker.arguments,
    )
}

#[test]
fn markers_carry_the_arguments() {
    let text = "\
{{- $pw := randAlphaNum 16 -}}
pw: {{ $pw }}
bcrypt: {{ bcrypt $pw }}
piped: {{ $pw | bcrypt | replace \"$2a\" \"$2y\" }}
htpasswd: {{ htpasswd \"admin\" \"päss\\x00w\" }}
aes: {{ encryptAES \"key\" \"text\" }}
{{- range until 2 }}
loop{{ . }}: {{ print \"x\" . | bcrypt }}
{{- end }}
deep: {{ bcrypt \"a\" | b64enc | b64dec }}
";
    let chart = Chart::new().template(text);
    let output = chart.pinned();
    let sites = chart.instrument().sites;
    let sites: Vec<_> = sites.iter().filter(|site| site.class.is_marker()).collect();
    let get = |i: usize, key: &str| arguments(sites[i], value(&output, key));
    let pw = value(&output, "pw").as_bytes().to_vec();
    assert_eq!(
        get(0, "bcrypt"),
        ("$2a$10$".to_owned(), 0, vec![pw.clone()])
    );
    assert_eq!(get(1, "piped"), ("$2y$10$".to_owned(), 0, vec![pw]));
    let expected = (
        "admin:$2a$10$".to_owned(),
        0,
        vec!["päss\0w".as_bytes().to_vec()],
    );
    assert_eq!(get(2, "htpasswd"), expected);
    assert_eq!(
        get(3, "aes"),
        (String::new(), 0, vec![b"key".to_vec(), b"text".to_vec()])
    );
    assert_eq!(
        get(4, "loop0"),
        ("$2a$10$".to_owned(), 1, vec![b"x0".to_vec()])
    );
    assert_eq!(
        get(4, "loop1"),
        ("$2a$10$".to_owned(), 2, vec![b"x1".to_vec()])
    );
    assert_eq!(get(5, "deep").2, vec![b"a".to_vec()]);
}

/// What Sprig answers without chance stays its answer.
#[test]
fn answers_without_chance_are_sprigs() {
    let long = "x".repeat(73);
    let text = format!(
        "a: {{{{ htpasswd \"a:b\" \"x\" | quote }}}}\nb: {{{{ bcrypt \"{long}\" | quote }}}}\n\
         c: \"{{{{ encryptAES \"a\" \"\" }}}}\"\nd: {{{{ htpasswd \"u\" \"{long}\" | quote }}}}\n"
    );
    let chart = Chart::new().template(&text);
    assert_eq!(chart.render_with(&helms()[0]).unwrap(), chart.pinned());
}
