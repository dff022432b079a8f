//! One invocation of the binary, and the checks that hold for every one.

use std::ffi::{OsStr, OsString};

use super::chart::Chart;
use super::helm::Helm;
use super::manifests::Manifests;
use super::place::{Place, write_private};
use super::text::base64_encode;

/// A seed for tests: 32 bytes, all printable, so that a leak is found by eye too.
pub(crate) const SEED: &str = "a-seed-for-tests-only-0123456789";

/// Its id.
pub(crate) const SEED_ID: &str = "seed-6454285e4ba03661";

/// An invocation to be.
#[derive(Debug, Clone)]
pub(crate) struct Test<'a> {
    helm: &'a Helm,
    chart: &'a Chart,
    command: &'static str,
    app: String,
    project: String,
    release: String,
    namespace: String,
    seed: Vec<u8>,
    seed_mode: u32,
    before: Option<OsString>,
    flags: Vec<OsString>,
    helm_flags: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
}

/// What an invocation did.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit code; a signal is `-1`.
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl<'a> Test<'a> {
    /// `generate` on this chart, as application `app` of project `default`.
    pub(crate) fn new(helm: &'a Helm, chart: &'a Chart) -> Self {
        Self {
            helm,
            chart,
            command: "generate",
            app: "app".into(),
            project: "default".into(),
            release: "app".into(),
            namespace: "ns".into(),
            seed: SEED.into(),
            seed_mode: 0o600,
            before: None,
            flags: Vec::new(),
            helm_flags: Vec::new(),
            env: Vec::new(),
        }
    }

    pub(crate) fn command(mut self, command: &'static str) -> Self {
        self.command = command;
        self
    }

    pub(crate) fn on(mut self, chart: &'a Chart) -> Self {
        self.chart = chart;
        self
    }

    pub(crate) fn app(mut self, app: &str) -> Self {
        self.app = app.into();
        self
    }

    pub(crate) fn project(mut self, project: &str) -> Self {
        self.project = project.into();
        self
    }

    pub(crate) fn namespace(mut self, namespace: &str) -> Self {
        self.namespace = namespace.into();
        self
    }

    pub(crate) fn seed(mut self, seed: impl AsRef<[u8]>) -> Self {
        self.seed = seed.as_ref().to_owned();
        self
    }

    /// The `n`th of many seeds.
    pub(crate) fn nth_seed(self, n: usize) -> Self {
        self.seed(format!("{SEED}/{n}"))
    }

    pub(crate) fn seed_mode(mut self, mode: u32) -> Self {
        self.seed_mode = mode;
        self
    }

    /// A flag that helm has too, spelled the same.
    pub(crate) fn helm_flag(mut self, flag: impl AsRef<OsStr>) -> Self {
        self.helm_flags.push(flag.as_ref().to_owned());
        self
    }

    pub(crate) fn set(self, name: &str, value: &str) -> Self {
        self.helm_flag("--set").helm_flag(format!("{name}={value}"))
    }

    /// A flag that only the plugin has.
    pub(crate) fn flag(mut self, flag: impl AsRef<OsStr>) -> Self {
        self.flags.push(flag.as_ref().to_owned());
        self
    }

    /// What stands before the chart.
    pub(crate) fn chart_last(mut self, before: impl AsRef<OsStr>) -> Self {
        self.before = Some(before.as_ref().to_owned());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Runs it once. Fails when it changed the chart or left a file in its temporary directory.
    #[track_caller]
    pub(crate) fn run(&self) -> Outcome {
        let place = Place::new();
        let seed_file = place.root.path().join("seed");
        write_private(&seed_file, &self.seed, self.seed_mode);

        let before = self.chart.contents();
        let output = place
            .command(env!("CARGO_BIN_EXE_argocd-pin-plugin"))
            .args(self.command.split(' '))
            .args(&self.before)
            .arg(self.chart.dir())
            .args(["--app", &self.app, "--project", &self.project])
            .args([
                "--release-name",
                &self.release,
                "--namespace",
                &self.namespace,
            ])
            .arg("--seed-file")
            .arg(&seed_file)
            .arg("--helm")
            .arg(&self.helm.path)
            .args(&self.flags)
            .args(&self.helm_flags)
            .envs(self.env.iter().cloned())
            .output()
            .unwrap();
        assert_eq!(
            before,
            self.chart.contents(),
            "the run changed the chart's own directory"
        );
        place.assert_clean();
        Outcome {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// One render that must succeed, with nothing on stderr.
    #[track_caller]
    pub(crate) fn render(&self) -> Manifests {
        let outcome = self.run();
        assert_eq!(
            (outcome.status, outcome.stderr.as_str()),
            (0, ""),
            "generate failed"
        );
        for mark in [
            "$pin",
            "{{ include `",
            "<no value>",
            "%!",
            "argocd-pin-plugin",
        ] {
            assert!(
                !outcome.stdout.contains(mark),
                "`{mark}` stands in\n{}",
                outcome.stdout
            );
        }
        Manifests::parse(outcome.stdout)
    }

    /// Renders at several paths, homes and time zones: all must be byte-identical.
    #[track_caller]
    pub(crate) fn pinned(&self) -> Manifests {
        let first = self.render();
        for zone in ["Asia/Tokyo", "America/Lima"] {
            let elsewhere = self.chart.copy();
            let again = self.clone().on(&elsewhere).env("TZ", zone).render();
            assert_same(&first.text, &again.text);
        }
        first
    }

    /// What plain helm prints.
    #[track_caller]
    pub(crate) fn plain(&self) -> Manifests {
        let place = Place::new();
        let output = place
            .command(&self.helm.path)
            .arg("template")
            .arg(self.chart.dir())
            .args([
                "--name-template",
                &self.release,
                "--namespace",
                &self.namespace,
                "--include-crds",
            ])
            .args(&self.helm_flags)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Manifests::parse(String::from_utf8(output.stdout).unwrap())
    }

    /// The usual checks on a trap, and its pinned render:
    /// - renders are byte-identical (`pinned`),
    /// - each line that several plain renders agree on is untouched,
    /// - each other line has the length that plain helm gives it (where that is always the same),
    /// - and is another one for another seed, application or project.
    ///
    /// `constant` names parts of lines that vary under plain helm, but not with the seed: the
    /// clock, the order of a map, one value out of a few.
    #[track_caller]
    pub(crate) fn trap(&self, constant: &[&str]) -> Manifests {
        let pinned = self.pinned();
        let lines: Vec<&str> = pinned.text.lines().collect();
        // Four: a line with 50 outcomes agrees by chance in one of 10^5 then; what has fewer
        // belongs into `constant`.
        let plain: Vec<Manifests> = (0..4).map(|_| self.plain()).collect();
        let plain: Vec<Vec<&str>> = plain
            .iter()
            .map(|render| render.text.lines().collect())
            .collect();
        let others = [
            self.clone().nth_seed(1).render(),
            self.clone().app("other-app").render(),
            self.clone().project("other-project").render(),
        ];
        let others: Vec<Vec<&str>> = others
            .iter()
            .map(|render| render.text.lines().collect())
            .collect();
        for render in plain.iter().chain(&others) {
            assert_eq!(lines.len(), render.len(), "the number of lines");
        }
        for (number, line) in lines.iter().enumerate() {
            let fixed = constant.iter().any(|part| line.contains(part));
            if plain
                .iter()
                .all(|render| render[number] == plain[0][number])
            {
                assert!(
                    fixed || *line == plain[0][number],
                    "plain helm renders\n{}\nhere it is\n{line}",
                    plain[0][number]
                );
                continue;
            }
            if plain
                .iter()
                .all(|render| render[number].len() == plain[0][number].len())
            {
                assert!(
                    fixed || line.len() == plain[0][number].len(),
                    "of another length than plain helm's\n{}\n{line}",
                    plain[0][number]
                );
            }
            for other in &others {
                assert!(
                    fixed || *line != other[number],
                    "another seed, app or project gives the same\n{line}"
                );
            }
        }
        pinned
    }

    /// A run that must fail: see [`Outcome::assert_failure`].
    #[track_caller]
    pub(crate) fn fail(&self) -> Outcome {
        let outcome = self.run();
        outcome.assert_failure(&self.seed);
        outcome
    }
}

impl Outcome {
    /// Nothing on stdout, one error on stderr that begins in lower case, no panic, no seed.
    #[track_caller]
    pub(crate) fn assert_failure(&self, seed: &[u8]) {
        assert!(
            self.status > 0 && self.status < 100,
            "exit code {}\n{}",
            self.status,
            self.stderr
        );
        assert_eq!(self.stdout, "", "something on stdout");
        let errors: Vec<&str> = self
            .stderr
            .lines()
            .filter(|line| line.starts_with("error: "))
            .collect();
        assert_eq!(
            errors.len(),
            1,
            "one line begins with `error: ` in\n{}",
            self.stderr
        );
        assert!(
            self.stderr.starts_with("error: ") || self.stderr.starts_with("warning: "),
            "{}",
            self.stderr
        );
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self.assert_hides(seed);
    }

    /// Fails when the output shows the seed in some form.
    #[track_caller]
    pub(crate) fn assert_hides(&self, seed: &[u8]) {
        if seed.len() < 8 {
            return;
        }
        let raw = String::from_utf8_lossy(seed).into_owned();
        let hex: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
        for form in [
            raw.as_str(),
            &hex,
            &base64_encode(seed),
            &format!("{seed:?}"),
        ] {
            assert!(!self.stderr.contains(form), "the seed stands on stderr");
            assert!(!self.stdout.contains(form), "the seed stands on stdout");
        }
    }

    /// Fails unless stderr has all of these.
    #[track_caller]
    pub(crate) fn assert_says(&self, parts: &[&str]) {
        for part in parts {
            assert!(
                self.stderr.contains(part),
                "no `{part}` in\n{}",
                self.stderr
            );
        }
    }
}

/// Fails with the first line that differs.
#[track_caller]
fn assert_same(one: &str, other: &str) {
    if one == other {
        return;
    }
    let differing = one.lines().zip(other.lines()).find(|(a, b)| a != b);
    panic!("two renders differ, first at {differing:?}");
}
