//! Rewrites the calls in one template text: each non-deterministic call gets the form that calls
//! one of the added defines.
//!
//! A call is changed in place, with no parser for expressions: its name becomes
//! `` list DATA… ``, and `` | include `define` `` is put behind the last argument of its command,
//! since `include` takes what is piped into it as its data.

use super::calls::{Call, Form};
use super::edits::{Edit, apply};
use super::functions::{Function, Treatment, find};
use super::lexer::Token;
use super::literal::{integer, quote};
use super::outline::Outline;
use super::placeholder::{self, Class};
use super::reach::Reach;
use super::site::Site;
use super::sites::Sites;

/// The names of this run, which no chart can know.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// The beginning of all defines' names.
    pub(super) define: String,
}

impl Names {
    /// `` | include `NAME-what` ``
    pub(super) fn include(&self, what: &str) -> String {
        format!(" | include `{}-{what}`", self.define)
    }

    /// The variable that holds the counters of a body.
    pub(super) fn counters(&self) -> String {
        format!("$pin{}", self.define)
    }
}

/// Where a text comes from.
#[derive(Debug, Clone)]
pub(super) struct Origin<'a> {
    /// Chart names from the root.
    pub(super) chart: &'a str,
    /// The file, for people.
    pub(super) file: &'a str,
    /// The line of the text's first byte in it.
    pub(super) line: u32,
    /// What the text outside of defines is called: the path in the chart, or `tpl:…`.
    pub(super) template: &'a str,
    /// Whether the text outside of defines can run more than once.
    pub(super) repeats: bool,
    /// Whether everything in it can run more than once.
    pub(super) all_repeat: bool,
    /// From where its bodies can be reached; all of them from everywhere if it is empty.
    pub(super) reach: &'a [Reach],
    /// The text is one action of a text for `tpl`: where its counters are declared, if anywhere.
    pub(super) tpl: Option<Counters>,
}

/// Whether an action in a text for `tpl` sees the counters that are declared at its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counters {
    /// It does.
    Declared,
    /// It does not: it stands in a define.
    Missing,
}

/// A lexed text.
pub(super) struct Lexed<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) outline: &'a Outline,
    /// The calls of each action of the outline.
    pub(super) calls: &'a [Vec<Call>],
}

/// The rewritten text. New sites go to `sites`.
pub(super) fn rewrite(
    lexed: &Lexed<'_>,
    origin: &Origin<'_>,
    names: &Names,
    sites: &mut Sites<'_>,
) -> String {
    let mut rewriter = Rewriter {
        lexed,
        origin,
        names,
        sites,
        shuffles: vec![false; lexed.outline.bodies.len()],
        declares: vec![false; lexed.outline.bodies.len()],
        body: 0,
        in_range: false,
        edits: Vec::new(),
    };
    for (action, calls) in lexed.outline.actions.iter().zip(lexed.calls) {
        if calls.iter().any(|call| rewriter.word(call) == "shuffle")
            && let Some(shuffles) = rewriter.shuffles.get_mut(action.body)
        {
            *shuffles = true;
        }
    }
    for (action, calls) in lexed.outline.actions.iter().zip(lexed.calls) {
        rewriter.body = action.body;
        rewriter.in_range = action.in_range;
        for call in calls {
            rewriter.call(call);
        }
    }
    rewriter.declare_counters();
    let edits = rewriter.edits;
    if edits.is_empty() {
        return lexed.text.to_owned();
    }
    apply(lexed.text, edits)
}

/// Collects the edits of one text.
pub(super) struct Rewriter<'a, 's> {
    pub(super) lexed: &'a Lexed<'a>,
    pub(super) origin: &'a Origin<'a>,
    pub(super) names: &'a Names,
    pub(super) sites: &'a mut Sites<'s>,
    /// For each body, whether it calls `shuffle`.
    shuffles: Vec<bool>,
    /// For each body, whether it needs its counters.
    declares: Vec<bool>,
    body: usize,
    in_range: bool,
    edits: Vec<Edit>,
}

impl Rewriter<'_, '_> {
    fn word(&self, call: &Call) -> &str {
        self.lexed.text.get(call.name.clone()).unwrap_or_default()
    }

    fn call(&mut self, call: &Call) {
        let word = self.word(call).to_owned();
        if self.sites.is_allowed(&word) {
            return;
        }
        let Some(function) = find(&word) else {
            self.unknown(call, &word);
            return;
        };
        if function.treatment == Treatment::Pure {
            return;
        }
        // With another number of arguments the call fails if it is reached, in helm's own words.
        let given = match &call.form {
            Form::Operand => 0,
            Form::Command {
                operands, piped, ..
            } => operands.len() + usize::from(*piped),
        };
        if function.arity.is_some_and(|arity| arity != given) {
            return;
        }
        match function.treatment {
            Treatment::Pure => {}
            Treatment::Generate(class) => self.generate(call, function, class),
            Treatment::Clock(clock) => self.clock(call, function, clock),
            Treatment::Order(order) => self.order(call, function, order),
            Treatment::Tpl => {
                // Its text can call anything, and is known only while helm runs.
                self.replace(call, "list", &self.names.include("tpl"));
                self.sites.meet_tpl();
            }
            // Alone it is no reason for a copy: it follows from its arguments.
            Treatment::Custom => {
                // Sprig's own functions take what Sprig's own yields only.
                if !["genSignedCert", "genSignedCertWithKey"]
                    .iter()
                    .any(|name| self.sites.is_allowed(name))
                {
                    let tail = format!("{} | fromJson", self.names.include("custom"));
                    self.replace(call, "list", &tail);
                }
            }
        }
    }

    /// A function that is in no list. If helm knows it, a call that is reached fails; if not, helm
    /// says so itself.
    fn unknown(&mut self, call: &Call, word: &str) {
        if self.origin.tpl.is_some() {
            return;
        }
        let message = self.refusal(
            call,
            word,
            "a function that is not known to be deterministic",
        );
        let fail = format!("list {message}{}", self.names.include("fail"));
        match &call.form {
            Form::Operand => {
                self.edit(call.name.start, call.name.start, "(".to_owned());
                self.edit(call.name.end, call.name.end, format!(" | {fail})"));
            }
            Form::Command { end, .. } => self.edit(*end, *end, format!(" | {fail}")),
        }
        self.sites.touch();
    }

    fn refusal(&self, call: &Call, word: &str, why: &str) -> String {
        quote(&format!(
            "argocd-pin-plugin: {}:{} calls {word}, {why}",
            self.origin.file,
            self.line(call)
        ))
    }

    fn generate(&mut self, call: &Call, function: Function, class: Class) {
        let site = self.site(call, function, class);
        let id = site.id;
        let repeats = u8::from(site.repeats);
        let key = site.key.clone();
        let length = site.length;
        let counted = site.counted;
        let counters = if counted {
            self.declare();
            self.names.counters()
        } else {
            "0".to_owned()
        };
        let head = format!("list `{id}` {repeats} {counters}");
        let known = |n: i64| match (counted, n) {
            (false, 1..=1024) => placeholder::text(class, &key, n, 0),
            _ => String::new(),
        };
        let text = length.map(known).unwrap_or_default();
        let ends = || {
            let (start, end) = placeholder::marker_ends(&key);
            format!("{head} `{start}` `{end}`")
        };
        let (data, define) = match class {
            Class::Uuid => {
                let data = format!("({head} `{key}`{})", self.names.include("uuid"));
                let data = match (repeats, counted) {
                    (0, false) => format!("(`{}`)", placeholder::text(class, &key, 0, 0)),
                    _ => data,
                };
                self.edit(call.name.start, call.name.end, data);
                return;
            }
            Class::Integer => (format!("{head} `{key}`"), "int"),
            Class::Bytes => (format!("{head} `{key}` `{text}`"), "bytes"),
            Class::Bcrypt => (ends(), "bcrypt"),
            Class::Htpasswd => (ends(), "htpasswd"),
            Class::EncryptAes => (ends(), "aes"),
            Class::PrivateKey => (format!("{} `{key}`", ends()), "private-key"),
            Class::Certificate => {
                let data = format!("{} `{key}` `{}`", ends(), function.name);
                (data, "certificate")
            }
            Class::AlphaNumeric | Class::Alpha | Class::Numeric | Class::Ascii => {
                let name = super::defines::class_name(class);
                (format!("{head} `{key}` `{name}` `{text}`"), "text")
            }
        };
        let mut tail = self.names.include(define);
        match class {
            Class::Integer => tail.push_str(" | int"),
            Class::Certificate => tail.push_str(" | fromJson"),
            _ => {}
        }
        self.replace(call, &data, &tail);
    }

    /// How the body can be reached; of a text for `tpl` nothing is known.
    pub(super) fn reach(&self) -> Reach {
        self.origin.reach.get(self.body).copied().unwrap_or(Reach {
            rendered: true,
            from_loop: true,
        })
    }

    fn site(&mut self, call: &Call, function: Function, class: Class) -> Site {
        let in_body = self
            .lexed
            .outline
            .bodies
            .get(self.body)
            .and_then(|b| b.name.as_deref());
        let shuffles = self.shuffles.get(self.body).copied().unwrap_or(false);
        let reach = self.reach();
        let length = match &call.form {
            Form::Command { operands, .. } if function.arity == Some(1) => operands
                .first()
                .filter(|operand| operand.len() == 1)
                .and_then(|operand| self.lexed.tokens.get(operand.start))
                .and_then(|token| integer(self.lexed.text, token)),
            _ => None,
        };
        let (in_define, counted) = match self.origin.tpl {
            Some(counters) => (None, counters == Counters::Declared),
            None => (in_body, self.in_range),
        };
        let site = Site {
            id: 0,
            function: function.name,
            class,
            chart: self.origin.chart.to_owned(),
            template: in_define.unwrap_or(self.origin.template).to_owned(),
            ordinal: 0,
            file: self.origin.file.to_owned(),
            line: self.line(call),
            length,
            repeats: self.origin.all_repeat
                || shuffles
                || in_define.is_some()
                || self.origin.repeats,
            counted,
            reached_from_loop: reach.from_loop,
            reachable: reach.rendered,
            key: String::new(),
        };
        self.sites.add(site)
    }

    pub(super) fn fixed(&mut self, call: &Call, function: Function, result: &str) {
        let template = self
            .lexed
            .outline
            .bodies
            .get(self.body)
            .and_then(|body| body.name.clone());
        self.sites.fix(crate::report::Fixed {
            call_site: crate::report::CallSite {
                file: self.origin.file.to_owned(),
                line: self.line(call),
                function: function.name.to_owned(),
                template,
            },
            result: result.to_owned(),
        });
    }

    fn line(&self, call: &Call) -> u32 {
        let before = self.lexed.text.get(..call.name.start).unwrap_or_default();
        let lines = before.bytes().filter(|b| *b == b'\n').count();
        self.origin.line + u32::try_from(lines).unwrap_or(u32::MAX - 1)
    }

    /// The name becomes `head`, and `tail` goes to the end of the command.
    pub(super) fn replace(&mut self, call: &Call, head: &str, tail: &str) {
        self.edit(call.name.start, call.name.end, head.to_owned());
        if let Form::Command { end, .. } = &call.form
            && !tail.is_empty()
        {
            self.edit(*end, *end, tail.to_owned());
        }
    }

    pub(super) fn edit(&mut self, start: usize, end: usize, text: String) {
        self.edits.push(Edit { start, end, text });
    }

    pub(super) fn declare(&mut self) {
        if let Some(declares) = self.declares.get_mut(self.body) {
            *declares = true;
        }
    }

    /// Declares the counters where their body begins. Nothing is printed there; a delimiter that
    /// trims hands its marker on.
    fn declare_counters(&mut self) {
        if self.origin.tpl.is_some() {
            return;
        }
        let wanted: Vec<(usize, bool)> = self
            .lexed
            .outline
            .bodies
            .iter()
            .zip(&self.declares)
            .filter(|(_, declares)| **declares)
            .map(|(body, _)| (body.start, body.trim))
            .collect();
        for (start, trim) in wanted {
            let marker = if trim { " -" } else { " " };
            let declaration = format!("{{{{ {} := dict{marker}}}}}", self.names.counters());
            self.edit(start, start, declaration);
        }
    }
}
