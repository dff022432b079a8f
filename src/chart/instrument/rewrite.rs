//! Rewrites the calls in one template: each generating call asks the table, each include of a body that can reach one
//! hands the state on, and what depends on the clock or on map order becomes constant.
//!
//! A call is changed in place, with no parser for expressions: its name becomes `` list DATA… ``, and
//! `` | include `define` `` is put behind the last argument of its command, since `include` takes what is piped into it
//! as its data.

use std::collections::{BTreeMap, HashSet};

use super::names::Names;
use super::registry::Registry;
use super::statements::Statements;
use crate::chart::altering::Altering;
use crate::chart::calls::{Call, Form};
use crate::chart::edits::Edit;
use crate::chart::functions::{Treatment, find};
use crate::chart::generator::Generator;
use crate::chart::literal::fraction;
use crate::chart::outline::{Action, BodyId};
use crate::chart::reach::Reach;
use crate::chart::site::Site;
use crate::chart::targets::{Target, included, named_by_keyword};
use crate::chart::template::Template;
use crate::chart::token::{Keyword, words};
use crate::report::{CallSite, Fixed};

/// Where a template comes from.
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
    /// Whether the own body can reach a call.
    pub(super) reaches: bool,
}

/// What is the same for all templates of a chart.
pub(super) struct Shared<'a> {
    pub(super) names: &'a Names,
    pub(super) reach: &'a Reach,
    pub(super) altering: &'a Altering,
    pub(super) allow: &'a [String],
}

/// The changes to a template, by body.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    /// Those of each body that has any.
    pub(super) edits: BTreeMap<BodyId, Vec<Edit>>,
    /// The bodies that need a map of their own.
    pub(super) declares: HashSet<BodyId>,
}

impl Changes {
    fn add(&mut self, body: BodyId, edit: Edit) {
        self.edits.entry(body).or_default().push(edit);
    }
}

/// Collects the edits of one template.
pub(super) struct Rewriter<'a> {
    pub(super) template: &'a Template,
    pub(super) origin: &'a Origin<'a>,
    pub(super) shared: &'a Shared<'a>,
    pub(super) registry: &'a mut Registry,
    pub(super) changes: Changes,
    body: BodyId,
}

/// The changes that a template needs. New sites and ids go to `registry`.
pub(super) fn rewrite(
    template: &Template,
    origin: &Origin<'_>,
    shared: &Shared<'_>,
    registry: &mut Registry,
) -> Changes {
    let mut rewriter = Rewriter {
        template,
        origin,
        shared,
        registry,
        changes: Changes::default(),
        body: BodyId::FILE,
    };
    let mut statements = Statements::new(template, shared.altering);
    for (action, calls) in template.actions() {
        rewriter.body = action.body;
        // The calls first: one that is a `template`'s whole argument ends where that does.
        let running: Vec<&Call> = calls.iter().filter(|call| rewriter.call(call)).collect();
        rewriter.files(action);
        let names_body = rewriter.keyword(action);
        let runs_calls = names_body || !running.is_empty();
        statements.meet(action, calls, &running, runs_calls);
    }
    for (body, edit) in statements.edits(shared.names) {
        if reaches(template, body, origin, shared.reach) {
            rewriter.changes.add(body, edit);
        }
    }
    rewriter.changes
}

/// Whether a body can reach a call, so that it has a state.
pub(super) fn reaches(
    template: &Template,
    body: BodyId,
    origin: &Origin<'_>,
    reach: &Reach,
) -> bool {
    match template.body(body).and_then(|body| body.name.as_deref()) {
        Some(name) => reach.has_name(name),
        None => origin.reaches,
    }
}

impl Rewriter<'_> {
    fn has_state(&self) -> bool {
        reaches(self.template, self.body, self.origin, self.shared.reach)
    }

    /// Rewrites a `template` action of a name that can reach a call, be it a define's or a file's; a `block` is the layout's
    /// business. Whether it runs calls.
    fn keyword(&mut self, action: &Action) -> bool {
        let Some((keyword, name)) = named_by_keyword(self.template, action) else {
            return false;
        };
        let reach = self.shared.reach;
        if keyword != Keyword::Template {
            return reach.has_name(&name) || reach.has_path(&name);
        }
        if !self.has_state() || !reach.has_target(&Target::Named(name.clone())) {
            return false;
        }
        let words: Vec<_> = words(self.template.inside(action)).collect();
        let (Some(first), Some(named)) = (words.first(), words.get(1)) else {
            return false;
        };
        let state = self.shared.names.state();
        let (head, define) = match reach.has_name(&name) {
            true => {
                let id = self.registry.body(&name, 'd');
                (format!("list {state} "), format!("include-{id}"))
            }
            false => (
                format!("list {state} {} ", self.template.word(named)),
                "dyn".to_owned(),
            ),
        };
        let tail = self.shared.names.include(&define);
        let end = words.last().map_or(named.end, |token| token.end);
        match words.get(2..) {
            None | Some([]) => self.edit(first.start, named.end, format!("{head}nil{tail}")),
            // In parentheses, so that `nil` alone is refused as it is by helm.
            Some(_) => {
                self.edit(first.start, named.end, format!("{head}("));
                self.edit(end, end, format!("){tail}"));
            }
        }
        true
    }

    /// Rewrites a call. Whether it runs generating calls.
    fn call(&mut self, call: &Call) -> bool {
        let word = self.template.function(call).to_owned();
        // With another number of arguments the call fails if it is reached, in helm's own words.
        let given = match &call.form {
            Form::Operand => 0,
            Form::Command {
                operands, piped, ..
            } => operands.len() + usize::from(*piped),
        };
        if word == "include" {
            return given == 2 && self.include(call);
        }
        if self.shared.allow.contains(&word) {
            return false;
        }
        let Some(function) = find(&word) else {
            self.unknown(call, &word);
            return false;
        };
        if function.arity.is_some_and(|arity| arity != given) {
            return false;
        }
        match function.treatment {
            Treatment::Pure => false,
            Treatment::Generate(generator) => {
                self.generate(call, generator);
                true
            }
            Treatment::Clock(clock) => self.clock(call, function, clock),
            Treatment::Order(order) => {
                self.order(call, function, order);
                false
            }
            Treatment::Tpl => self.tpl(call),
        }
    }

    fn tpl(&mut self, call: &Call) -> bool {
        let runs = self.has_state() && self.shared.reach.texts;
        let (head, define) = match runs {
            true => (format!("list {}", self.shared.names.state()), "tpl"),
            false => (format!("list {}", self.map()), "tpl-plain"),
        };
        self.replace(call, &head, &self.shared.names.include(define));
        runs
    }

    fn include(&mut self, call: &Call) -> bool {
        let target = included(self.template, call);
        if !self.has_state() || !self.shared.reach.has_target(&target) {
            return false;
        }
        let state = self.shared.names.state();
        if let Target::Named(name) = &target
            && self.shared.reach.has_name(name)
            && let Form::Command { operands, .. } = &call.form
            && let Some(named) = operands
                .first()
                .and_then(|operand| self.template.tokens.get(operand.start))
                .copied()
        {
            let id = self.registry.body(name, 'd');
            self.edit(named.start, named.end, String::new());
            let tail = self.shared.names.include(&format!("include-{id}"));
            self.replace(call, &format!("list {state}"), &tail);
        } else {
            self.replace(
                call,
                &format!("list {state}"),
                &self.shared.names.include("dyn"),
            );
        }
        true
    }

    /// A function that is in no list. If helm knows it, a call that is reached fails; if not, helm says so itself.
    fn unknown(&mut self, call: &Call, word: &str) {
        let message = self.shared.names.refusal(&format!(
            "{}:{} calls {word}, a function that is not known to be deterministic",
            self.origin.file,
            self.line(call)
        ));
        let fail = format!("list {message}{}", self.shared.names.include("fail"));
        match &call.form {
            Form::Operand => {
                self.edit(call.name.start, call.name.start, "(".to_owned());
                self.edit(call.name.end, call.name.end, format!(" | {fail})"));
            }
            Form::Command { end, .. } => self.edit(*end, *end, format!(" | {fail}")),
        }
    }

    fn generate(&mut self, call: &Call, generator: Generator) {
        let site = self.site(call, generator);
        let head = format!("list {} `s{}`", self.shared.names.state(), site.0);
        let (data, define, then) = match generator {
            Generator::AlphaNum => (" `alnum`", "text", ""),
            Generator::Alpha => (" `letters`", "text", ""),
            Generator::Numeric => (" `digits`", "text", ""),
            Generator::Ascii => (" `ascii`", "text", ""),
            Generator::Bytes => ("", "bytes", ""),
            Generator::Int => ("", "int", " | int"),
            Generator::Uuid => ("", "uuid", ""),
            Generator::Shuffle => ("", "shuffle", ""),
            Generator::Bcrypt => ("", "bcrypt", ""),
            Generator::Htpasswd => ("", "htpasswd", ""),
            Generator::EncryptAes => ("", "aes", ""),
            Generator::PrivateKey => ("", "private-key", ""),
            Generator::Ca | Generator::SelfSigned | Generator::Signed => {
                (" false", "certificate", " | fromJson")
            }
            Generator::CaWithKey | Generator::SelfSignedWithKey | Generator::SignedWithKey => {
                (" true", "certificate", " | fromJson")
            }
            Generator::CustomCert => ("", "custom", " | fromJson"),
            Generator::Now => ("", "now", " | toDate `2006-01-02T15:04:05Z07:00`"),
        };
        let tail = format!("{}{then}", self.shared.names.include(define));
        match &call.form {
            Form::Operand => {
                let text = format!("({head}{data}{tail})");
                self.edit(call.name.start, call.name.end, text);
            }
            Form::Command { operands, .. } => {
                for operand in operands {
                    self.whole_number(operand.clone());
                }
                self.replace(call, &format!("{head}{data}"), &tail);
            }
        }
    }

    /// `randAlphaNum 5.0` is 5 to Go where a whole number is wanted; in a list it would be a fraction.
    fn whole_number(&mut self, operand: std::ops::Range<usize>) {
        let Some([token]) = self.template.tokens.get(operand) else {
            return;
        };
        if let Some(value) = fraction(&self.template.text, token)
            && value.fract() == 0.0
            && value.abs() < 1e15
        {
            self.edit(token.start, token.end, format!("{value:.0}"));
        }
    }

    pub(super) fn site(&mut self, call: &Call, generator: Generator) -> crate::chart::site::SiteId {
        let site = Site {
            generator,
            chart: self.origin.chart.to_owned(),
            template: self
                .define()
                .unwrap_or_else(|| self.origin.template.to_owned()),
            ordinal: 0,
            file: self.origin.file.to_owned(),
            line: self.line(call),
        };
        self.registry.add(site)
    }

    /// The define that is rewritten; none in the text's own body.
    fn define(&self) -> Option<String> {
        self.template.body(self.body)?.name.clone()
    }

    pub(super) fn fixed(&mut self, call: &Call, function: &str, result: &str) {
        let call_site = CallSite {
            file: self.origin.file.to_owned(),
            line: self.line(call),
            function: function.to_owned(),
            template: self.define(),
        };
        self.registry.fix(Fixed {
            call_site,
            result: result.to_owned(),
        });
    }

    fn line(&self, call: &Call) -> u32 {
        self.origin.line + self.template.line(call.name.start) - 1
    }

    /// A map that the body has: its counters, or one of its own.
    pub(super) fn map(&mut self) -> String {
        if !self.has_state() {
            self.changes.declares.insert(self.body);
        }
        format!("{}.n", self.shared.names.state())
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
        self.changes.add(self.body, Edit { start, end, text });
    }
}
