//! 100,000 generated templates: what the instrumentation writes is exactly what a model of it
//! foretells, so that everything else is unchanged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use argocd_pin_plugin::chart::defines::Clocks;
use argocd_pin_plugin::chart::instrument::{Options, TemplateSource, instrument_sources};
use argocd_pin_plugin::chart::placeholder::{self, Class};

const KEY: &str = "00112233445566778899aabbccddeeff";
const N: &str = "0123456789abcdef";

/// A small generator of pseudo-random numbers (xorshift): the same templates at each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.roll(choices.len())]
    }
}

/// A template and what must become of it.
#[derive(Default)]
struct Pair {
    plain: String,
    pinned: String,
}

impl Pair {
    fn both(&mut self, text: &str) {
        self.plain.push_str(text);
        self.pinned.push_str(text);
    }

    fn take(&mut self, other: &Pair) {
        self.plain.push_str(&other.plain);
        self.pinned.push_str(&other.pinned);
    }
}

struct Model {
    dice: Dice,
    sites: u32,
    /// Whether the body that is being written uses its counters.
    counters: bool,
    in_range: bool,
    in_define: bool,
}

impl Model {
    /// Something that looks like a call and is none.
    fn harmless(&mut self) -> &'static str {
        self.dice.of(&[
            "a: ",
            "\n  - ",
            "now",
            "{ { ",
            "}",
            "randAlphaNum 5 ",
            "\"",
            "`",
            "ä€\r\n",
            "{{ .Values.now }}",
            "{{/* now */}}",
            "{{- /* }}\n{{ */ -}}",
            "{{ \"now | keys\" }}",
            "{{ `uuidv4` -}}",
            "{{- $.now.keys | len }}",
            "{{ (.x).values | upper }}",
            "{{ \"\\\"now\" | quote }}",
            "{{ '\\'' }}",
            "{{ template \"now\" . }}",
            "{{ include \"keys\" (dict \"now\" 1) }}",
            "{{ $now := 1 }}{{ $now }}",
            "{{ .a.b.shuffle | default \"}}\" }}",
            "{{ keys .x | sortAlpha }}",
        ])
    }

    fn blank(&mut self) -> &'static str {
        self.dice.of(&[" ", " ", "  ", "\n", "\t", " \r\n "])
    }

    /// A call and its instrumented form.
    fn call(&mut self, pair: &mut Pair) {
        let blank = self.blank();
        let repeats = u8::from(self.in_define);
        let name = self
            .dice
            .of(&["randAlphaNum", "now", "values", "randInt", "shuffle", "tpl"]);
        match name {
            "randAlphaNum" => {
                let n = i64::try_from(self.dice.roll(40)).unwrap();
                let (counters, text) = match (self.in_range, n) {
                    (true, _) => {
                        self.counters = true;
                        (format!("$pin{N}"), String::new())
                    }
                    (false, 0) => ("0".to_owned(), String::new()),
                    _ => (
                        "0".to_owned(),
                        placeholder::text(Class::AlphaNumeric, KEY, n, 0),
                    ),
                };
                pair.plain.push_str(&format!("randAlphaNum{blank}{n}"));
                pair.pinned.push_str(&format!(
                    "list `{}` {repeats} {counters} `{KEY}` `alphanumeric` `{text}`{blank}{n} | include `{N}-text`",
                    self.sites
                ));
                self.sites += 1;
            }
            "randInt" => {
                let counters = if self.in_range {
                    self.counters = true;
                    format!("$pin{N}")
                } else {
                    "0".to_owned()
                };
                pair.plain.push_str(&format!("randInt 0{blank}(len .x)"));
                pair.pinned.push_str(&format!(
                    "list `{}` {repeats} {counters} `{KEY}` 0{blank}(len .x) | include `{N}-int` | int",
                    self.sites
                ));
                self.sites += 1;
            }
            "now" => {
                pair.plain.push_str("now");
                pair.pinned.push_str(&format!(
                    "(include `{N}-clock` nil | toDate `2006-01-02T15:04:05Z07:00`)"
                ));
            }
            "values" => {
                self.counters = true;
                pair.plain.push_str(&format!("values{blank}.Values.m"));
                pair.pinned.push_str(&format!(
                    "list{blank}.Values.m | set $pin{N} `values` | include `{N}-values` | get $pin{N}"
                ));
            }
            "shuffle" => {
                // The model keeps to bodies that do not shuffle but for this word in a pipe.
                pair.plain.push_str(&format!("keys{blank}.x.now"));
                pair.pinned
                    .push_str(&format!("keys{blank}.x.now | sortAlpha"));
            }
            _ => {
                pair.plain.push_str(&format!("tpl{blank}.x $"));
                pair.pinned
                    .push_str(&format!("list{blank}.x $ | include `{N}-tpl`"));
            }
        }
    }

    /// An action with calls in it.
    fn action(&mut self, pair: &mut Pair) {
        let left = self.dice.of(&["{{", "{{ ", "{{- ", "{{-\n"]);
        let right = self.dice.of(&["}}", " }}", " -}}", "\n-}}"]);
        let (before, after) = [
            ("", ""),
            ("", " | quote"),
            ("", "|b64enc|upper"),
            ("$v := ", " | lower"),
            ("printf \"%s-now\" (", ") | trim"),
            ("((", ").Year) | print"),
            ("and .now (", ")"),
            ("template \"values\" ", ""),
        ][self.dice.roll(8)];
        pair.both(left);
        pair.both(before);
        self.call(pair);
        if before.starts_with("and") {
            pair.both(") (");
            self.call(pair);
        }
        pair.both(after);
        pair.both(right);
    }

    fn text(&mut self, pair: &mut Pair, depth: usize) {
        for _ in 0..self.dice.roll(4) {
            match self.dice.roll(if depth == 0 { 5 } else { 8 }) {
                0..=2 => {
                    let text = self.harmless();
                    pair.both(text);
                }
                3..=4 => self.action(pair),
                5 => {
                    let head = self.dice.of(&["{{ if ", "{{- with "]);
                    pair.both(head);
                    self.call(pair);
                    pair.both(" }}");
                    self.text(pair, depth - 1);
                    pair.both("{{ else }}");
                    self.text(pair, depth - 1);
                    pair.both("{{ end -}}");
                }
                6 => {
                    pair.both("{{- range $i, $e := ");
                    self.call(pair);
                    pair.both(" -}}");
                    let outer = std::mem::replace(&mut self.in_range, true);
                    self.text(pair, depth - 1);
                    self.in_range = outer;
                    pair.both("{{ else }}");
                    self.text(pair, depth - 1);
                    pair.both("{{ end }}");
                }
                _ => {
                    let right = self.dice.of(&[" . }}", " . -}}"]);
                    pair.both("{{ block \"values\"");
                    pair.both(right);
                    self.body(pair, depth - 1, true, right.ends_with("-}}"));
                    pair.both("{{ end }}");
                }
            }
        }
    }

    /// A body with variables of its own, led by the declaration of its counters if it needs them.
    fn body(&mut self, pair: &mut Pair, depth: usize, in_define: bool, trim: bool) {
        let outer = (
            std::mem::take(&mut self.counters),
            std::mem::take(&mut self.in_range),
            std::mem::replace(&mut self.in_define, in_define),
        );
        let mut inner = Pair::default();
        self.text(&mut inner, depth);
        if self.counters {
            let marker = if trim { " -" } else { " " };
            pair.pinned
                .push_str(&format!("{{{{ $pin{N} := dict{marker}}}}}"));
        }
        pair.take(&inner);
        (self.counters, self.in_range, self.in_define) = outer;
    }
}

#[test]
fn generated_templates_change_as_the_model_says() {
    let mut changed = 0;
    for seed in 1..=100_000u64 {
        let mut model = Model {
            dice: Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            sites: 0,
            counters: false,
            in_range: false,
            in_define: false,
        };
        let mut pair = Pair::default();
        model.body(&mut pair, 3, false, false);
        for right in ["}}", " -}}"] {
            pair.both(&format!("{{{{ define \"d{}\"{right}", model.sites));
            model.body(&mut pair, 2, true, right.ends_with("-}}"));
            pair.both("{{- end }}");
        }
        let source = TemplateSource {
            chart: "app".to_owned(),
            file: "templates/a.yaml".to_owned(),
            path: "templates/a.yaml".to_owned(),
            text: pair.plain.clone(),
            is_shared: false,
        };
        let options = Options {
            define_name: N,
            clocks: Clocks { pinned: 0, now: 0 },
            site_key: &|_| KEY.to_owned(),
            allow: &[],
        };
        let instrumentation = instrument_sources(&[source], &[], &options);
        let new = instrumentation.texts[0].as_ref().unwrap_or(&pair.plain);
        assert_eq!(*new, pair.pinned, "seed {seed}: {}", pair.plain);
        changed += u32::from(pair.plain != pair.pinned);
    }
    assert!(changed > 70_000, "{changed}");
}
