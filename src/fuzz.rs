//! Entry points for `make fuzz` and `make test-lexer`: not for users, and only there with the feature `fuzz`.
//!
//! Each takes what a stranger can send, and panics where something does not hold that always has to.

use std::collections::HashSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::adopt::extract;
use crate::argocd::{expand, glob, kube_version, parameters::Parameters};
use crate::certificate::{Issuer, PrivateKey, build_custom_cert, validity_of};
use crate::chart::calls::Form;
use crate::chart::generator::Generator;
use crate::chart::ignore::Rules;
use crate::chart::instrument::{Instrumented, TplText};
use crate::chart::site::{Site, SiteId};
use crate::chart::template::Template;
use crate::chart::{self, ChartTree, Limits, schema};
use crate::config;
use crate::derive::{Scope, ScopeKeys, Seed};
use crate::log::{self, Argument};
use crate::manifest::{self, base64_runs, objects};
use crate::name::{Naming, Scene};
use crate::sealed::{Identity, Recipient};
use crate::table::{Clock, Maker};
use crate::unseen;

/// The generators whose values cost little.
const QUICK: [Generator; 10] = [
    Generator::AlphaNum,
    Generator::Alpha,
    Generator::Numeric,
    Generator::Ascii,
    Generator::Bytes,
    Generator::Int,
    Generator::Uuid,
    Generator::Shuffle,
    Generator::EncryptAes,
    Generator::Now,
];

/// The calls of functions in a template, as the Go test in `tests/lexer` writes them: the byte at which a name begins,
/// the name, the define around it, and what it is called with. Nothing for what is no template.
pub fn calls(text: &str) -> Option<Vec<String>> {
    let template = Template::read(text.to_owned()).ok()?;
    let mut found = Vec::new();
    for (action, calls) in template.actions() {
        let body = template.body(action.body)?.name.as_deref();
        for call in calls {
            let form = match &call.form {
                Form::Operand => "operand".to_owned(),
                Form::Command {
                    operands, piped, ..
                } => format!("{} {}", operands.len(), u8::from(*piped)),
            };
            let name = template.function(call);
            let body = Value::from(body.unwrap_or_default());
            found.push((call.name.start, format!("{name} {form} {body}")));
        }
    }
    found.sort();
    let lines = found.into_iter().map(|(at, line)| format!("{at} {line}"));
    Some(lines.collect())
}

/// What helm gets of a chart with this one template, and what is added to it. Nothing for what is no template.
pub fn instrumented(text: &str) -> Option<Vec<String>> {
    Template::read(text.to_owned()).ok()?;
    let file = |path: &str, text: &str| (path.to_owned(), text.as_bytes().to_vec());
    let files = vec![
        file("Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n"),
        file("values.yaml", text),
        file("templates/a.yaml", text),
        file(
            "templates/_b.tpl",
            "{{define \"b\"}}{{randAlpha 8}}{{end}}{{define \"c\"}}{{tpl . $}}{{end}}",
        ),
    ];
    let tree = ChartTree::of(files, &Limits::default()).ok()?;
    let values = TplText {
        label: "--set".to_owned(),
        text: text.to_owned(),
        is_values: false,
    };
    // One or the other, as the text's length has it.
    let one = text.len().is_multiple_of(2);
    let mut chart = Instrumented::new(tree, vec![values], one, chart::fuzz::options()).ok()?;
    chart.learn(&[text.to_owned()]);
    Some(chart.all_texts(text.len().is_multiple_of(3)))
}

/// A template: its tokens stand one behind the other, and what is made of it is a template too.
pub fn templates(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut end = 0;
    for token in chart::lexer::lex(text).unwrap_or_default() {
        assert!(end <= token.start && token.start < token.end);
        assert!(text.get(token.span()).is_some());
        end = token.end;
    }
    for made in instrumented(text).unwrap_or_default() {
        assert!(Template::read(made).is_ok());
    }
}

/// Helm's output, then each file's log behind a NUL: what is put in is taken out, and each call has a name and a value.
pub fn logs(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split('\0');
    let mark = "#run ";
    let manifests = parts.next().unwrap_or_default();
    assert!(manifests.contains(mark) || log::split(manifests, mark).0 == manifests);
    let mut output = manifests.to_owned();
    let payloads: Vec<String> = parts.map(|it| BASE64_STANDARD.encode(it)).collect();
    for payload in &payloads {
        output.push_str(&format!("\n---\n# Source: a/b.yaml\n{mark}{payload}\n"));
    }
    let (text, found) = log::split(&output, mark);
    assert!(found.ends_with(&payloads));
    let Ok(log) = log::read(&payloads, &|id| (id == "b").then_some("body")) else {
        return;
    };
    let is_large = |argument: &Argument| matches!(argument, Argument::Int(10_000..));
    if log.calls.iter().any(|it| it.arguments.iter().any(is_large)) {
        return;
    }
    let sites: Vec<Site> = QUICK.iter().zip(0..).map(site).collect();
    let known = |site: SiteId| site.of(&sites).is_some();
    if !log.calls.iter().all(|call| known(call.site)) {
        return;
    }
    let doubles = HashSet::new();
    let naming = Naming::new(Scene {
        log: &log,
        sites: &sites,
        output: &text,
        release_namespace: "ns",
        doubles: &doubles,
    });
    let clock = Clock { pinned: 1, now: 2 };
    let names = naming.names(&|_| false);
    assert_eq!(names.len(), log.calls.len());
    let mut maker = Maker::new(&keys().pins, clock);
    let wanted = |maker: &mut Maker| maker.wanted(&log, &sites, &names, &[]);
    let (first, second) = (wanted(&mut maker), wanted(&mut maker));
    let (Ok(first), Ok(second)) = (first, second) else {
        unreachable!("every call has a site and a name");
    };
    assert!(first.iter().zip(&second).all(|both| match both {
        (Ok(first), Ok(second)) => first == second,
        (first, second) => first.is_err() && second.is_err(),
    }));
}

fn site((generator, number): (&Generator, u32)) -> Site {
    Site {
        generator: *generator,
        chart: "a".to_owned(),
        template: "templates/b.yaml".to_owned(),
        ordinal: number,
        file: "templates/b.yaml".to_owned(),
        line: number + 1,
    }
}

/// Manifests: each scalar's place lies in its text.
pub fn manifests(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    for document in objects(&text) {
        let leaves = document.leaves.len();
        assert!(document.name_leaf.is_none_or(|it| it < leaves));
    }
    for document in manifest::parse(&text).unwrap_or_default() {
        assert!(text.get(document.span.clone()).is_some());
        for leaf in &document.leaves {
            assert!(text.get(leaf.span.clone()).is_some());
        }
    }
}

/// A tar stream behind a byte of 0, or an archive: what is read and written reads the same again, and makes a chart or an
/// error.
pub fn archives(data: &[u8]) {
    let packed = match data.split_first() {
        Some((0, stream)) => gzip(stream),
        _ => data.to_vec(),
    };
    let Some(files) = chart::fuzz::unpack(&packed) else {
        return;
    };
    if let Some(written) = chart::fuzz::pack(&files) {
        assert_eq!(chart::fuzz::unpack(&written).as_ref(), Some(&files));
    }
    if let Ok(mut tree) = ChartTree::of(files, &Limits::default()) {
        let _ = schema::confine(&mut tree);
    }
}

fn gzip(stream: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let level = flate2::Compression::none();
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), level);
    let _ = writer.write_all(stream);
    writer.finish().unwrap_or_default()
}

/// Encodings: what stands in a run of base64 is what it decodes to; what an extraction finds is in what it looks at.
pub fn encodings(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for run in base64_runs(&text) {
        let own = text.get(run.span).unwrap_or_default();
        assert!(!own.is_empty() && run.decoded.len() <= own.len());
    }
    let whole = BASE64_STANDARD.encode(data);
    let runs = base64_runs(&whole);
    assert!(data.len() < 3 || runs.iter().any(|run| run.decoded == data));
    let mut parts = text.split('\0');
    let mut part = || parts.next().unwrap_or_default();
    let (ours, live, value, other) = (part(), part(), part(), part());
    let _ = extract(ours, live, value, &[other]);
}

/// What Argo CD passes on: parameters, values, versions, variables; and messages, in which nothing is unseen.
pub fn parameters(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Err(error) = Parameters::parse(&text) {
        let message = unseen::shown(&error.to_string());
        assert!(!message.contains(|c| c != '\n' && c != '\t' && unseen::is_unseen(c)));
    }
    let _ = config::check_values(&text);
    let _ = config::documents(&text);
    let _ = config::first::<config::Value>(data);
    if let Ok(version) = kube_version::normalise(&text) {
        assert_eq!(kube_version::normalise(&version), Ok(version.clone()));
    }
    let _ = expand::expand(&text, |_| Some("x"));
    let file = |path: &str| (path.to_owned(), data.to_vec());
    for name in ["Chart.yaml", "requirements.yaml", "values.schema.json"] {
        let mut files = vec![file(name)];
        if name != "Chart.yaml" {
            files.push(("Chart.yaml".to_owned(), b"name: a\n".to_vec()));
        }
        if let Ok(mut tree) = ChartTree::of(files, &Limits::default()) {
            let _ = schema::confine(&mut tree);
        }
    }
}

/// A pin, and what is said to be sealed for it. Sealed and opened again it is the same, for this pin only.
pub fn sealed(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (pin, sealed) = text.split_once('\0').unwrap_or(("a", &text));
    // A pin is called in one line: what could break it stands in quotes.
    let pin = pin.split('\n').next().unwrap_or_default();
    let _ = Recipient::read(sealed);
    let Ok(identity) = Identity::of(&keys()) else {
        unreachable!("each seed has an identity");
    };
    let _ = identity.open(pin, sealed);
    let Ok(recipient) = Recipient::read(&identity.recipient()) else {
        unreachable!("what we print is read");
    };
    if let Ok(own) = recipient.seal(pin, sealed) {
        assert!(identity.open(pin, &own).is_ok_and(|it| *it == sealed));
        assert!(identity.open(&format!("{pin}x"), &own).is_err());
    }
}

/// PEM, or DER: a key that is read and written reads the same again.
pub fn keys_and_certificates(data: &[u8]) {
    let mut texts = vec![String::from_utf8_lossy(data).into_owned()];
    let der = BASE64_STANDARD.encode(data);
    for label in ["", "RSA ", "EC ", "DSA "] {
        let name = format!("{label}PRIVATE KEY");
        texts.push(format!(
            "-----BEGIN {name}-----\n{der}\n-----END {name}-----\n"
        ));
    }
    for text in &texts {
        let Ok(key) = PrivateKey::from_pem(text) else {
            continue;
        };
        if let Ok(written) = key.to_pem() {
            let again = PrivateKey::from_pem(&written).and_then(|key| key.to_pem());
            assert!(again.is_ok_and(|again| again == written));
        }
    }
    let text = &texts[0];
    let _ = Issuer::from_pem(text, text);
    let _ = build_custom_cert(text, text);
    let certificate = format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n");
    let _ = validity_of(&certificate, None);
    let _ = Issuer::from_pem(&certificate, text);
}

/// A name, then patterns, one a line: what an ignored folder holds is not shown.
pub fn globs(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (name, patterns) = text.split_once('\n').unwrap_or((&text, ""));
    for pattern in patterns.lines() {
        let _ = chart::fuzz::matches(pattern, name);
        let _ = glob::matches_name(pattern, name);
        let _ = glob::is_glob(pattern);
    }
    if let Ok(rules) = Rules::parse(patterns)
        && rules.ignores(name, true)
    {
        assert!(!rules.shows_file(&format!("{name}/x")));
    }
}

fn keys() -> ScopeKeys {
    let Some(seed) = Seed::from_bytes(vec![7; 32]) else {
        unreachable!("32 bytes are a seed");
    };
    let scope = Scope {
        project: "default".to_owned(),
        application: "web".to_owned(),
    };
    ScopeKeys::derive(&seed, &scope)
}
