//! Calls whose result depends on the time, which is a call's, or on an open order, which becomes that of the keys.

use super::rewrite::Rewriter;
use crate::chart::calls::{Call, Form};
use crate::chart::functions::{Clock, Function, Order};
use crate::chart::generator::Generator;
use crate::chart::outline::Action;
use crate::chart::template::Template;
use crate::chart::token::{Kind, Token};

/// Methods of `.Files` that go by the last part of each path: of two files with one name Go takes now the one, now the
/// other.
pub(super) const BY_LAST_PART: [&str; 2] = [".AsConfig", ".AsSecrets"];

/// Whether a template may ask one of these.
pub(super) fn asks_files(template: &Template) -> bool {
    let is_asked =
        |token: &Token| token.kind == Kind::Field && BY_LAST_PART.contains(&template.word(token));
    template.tokens.iter().any(is_asked)
}

impl Rewriter<'_> {
    /// A function that reads the clock where it is given no time; then it calls `now`. Whether it may.
    pub(super) fn clock(&mut self, call: &Call, function: Function, clock: Clock) -> bool {
        let define = match clock {
            Clock::Ago | Clock::DurationRound => "elapsed",
            Clock::Date | Clock::DateInZone | Clock::HtmlDate | Clock::HtmlDateInZone => "date",
        };
        if self.is_given_a_time(call, clock) {
            return false;
        }
        let name = match clock {
            Clock::DateInZone => "dateInZone",
            _ => function.name,
        };
        let site = self.site(call, Generator::Now);
        let state = self.shared.names.state();
        let tail = self.shared.names.include(define);
        self.replace(call, &format!("list {state} `s{}` `{name}`", site.0), &tail);
        true
    }

    /// `now | date "2006"`: the commonest form needs nothing more.
    fn is_given_a_time(&self, call: &Call, clock: Clock) -> bool {
        let Form::Command {
            operands, before, ..
        } = &call.form
        else {
            return false;
        };
        let piped = before
            .clone()
            .and_then(|before| self.template.text.get(before))
            .is_some_and(|before| matches!(before, "now" | "toDate" | "mustToDate"));
        let direct = operands.last().is_some_and(|operand| {
            let tokens = self.template.tokens.get(operand.clone());
            matches!(tokens, Some([token]) if self.template.word(token) == "now")
        });
        match clock {
            Clock::Date | Clock::HtmlDate => piped || direct,
            _ => false,
        }
    }

    /// What `.Files.AsConfig` and `.Files.AsSecrets` yield becomes that of a define, which takes the last file of a name.
    pub(super) fn files(&mut self, action: &Action) {
        let template = self.template;
        let tokens = template.inside(action);
        for (index, token) in tokens.iter().enumerate() {
            let method = template.word(token);
            if token.kind != Kind::Field || !BY_LAST_PART.contains(&method) {
                continue;
            }
            let before = tokens.get(..index).unwrap_or_default();
            let start = template.operand_start(before, token.start);
            self.edit(start, start, "(list ".to_owned());
            // Where nothing stands before the method the dot stays: `nothing.rs` may put something else in the place of all.
            let name = token.start + usize::from(start == token.start);
            let map = self.map();
            let define = self.shared.names.include(&method[1..].to_lowercase());
            let text = format!(" | set {map} `values`{define} | get {map})");
            self.edit(name, token.end, text);
        }
    }

    pub(super) fn order(&mut self, call: &Call, function: Function, order: Order) {
        let Form::Command { end, after, .. } = &call.form else {
            // `keys` with no map is an empty list.
            return;
        };
        let end = *end;
        match order {
            Order::Keys => {
                let sorted = after
                    .clone()
                    .and_then(|after| self.template.text.get(after))
                    .is_some_and(|after| matches!(after, "sortAlpha" | "len"));
                if sorted {
                    return;
                }
                self.edit(end, end, " | sortAlpha".to_owned());
            }
            Order::Values => {
                let map = self.map();
                let include = self.shared.names.include("values");
                let tail = format!(" | set {map} `values`{include} | get {map}");
                self.replace(call, "list", &tail);
            }
        }
        self.fixed(call, function.name, "in the order of the keys");
    }
}
