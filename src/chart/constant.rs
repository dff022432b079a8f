//! Calls whose result depends on the time or on an open order, and becomes a constant one.

use super::calls::{Call, Form};
use super::functions::{Clock, Function, Order};
use super::rewrite::{Counters, Rewriter};

impl Rewriter<'_, '_> {
    pub(super) fn clock(&mut self, call: &Call, function: Function, clock: Clock) {
        if self.reach().rendered {
            self.sites.meet_clock();
        }
        let define = match clock {
            Clock::Now => {
                let now = format!(
                    "(include `{}-clock` nil | toDate `2006-01-02T15:04:05Z07:00`)",
                    self.names.define
                );
                self.edit(call.name.start, call.name.end, now);
                self.fixed(call, function, "the pinned clock");
                return;
            }
            Clock::Ago | Clock::DurationRound => "since",
            Clock::Date | Clock::DateInZone | Clock::HtmlDate | Clock::HtmlDateInZone => "date",
        };
        if self.is_given_a_time(call, clock) {
            return;
        }
        let name = match clock {
            Clock::DateInZone => "dateInZone",
            _ => function.name,
        };
        self.replace(call, &format!("list `{name}`"), &self.names.include(define));
        self.fixed(
            call,
            function,
            "the pinned clock, where it is given no time",
        );
    }

    /// `now | date "2006"`: the commonest form needs nothing but the pinned `now`.
    fn is_given_a_time(&self, call: &Call, clock: Clock) -> bool {
        let Form::Command {
            operands, before, ..
        } = &call.form
        else {
            return false;
        };
        let piped = before
            .clone()
            .and_then(|before| self.lexed.text.get(before))
            .is_some_and(|before| matches!(before, "now" | "toDate" | "mustToDate"));
        let direct = operands.last().is_some_and(|operand| {
            operand.len() == 1
                && self
                    .lexed
                    .tokens
                    .get(operand.start)
                    .and_then(|token| self.lexed.text.get(token.span()))
                    == Some("now")
        });
        match clock {
            Clock::Date | Clock::HtmlDate => piped || direct,
            _ => false,
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
                    .and_then(|after| self.lexed.text.get(after))
                    .is_some_and(|after| matches!(after, "sortAlpha" | "len"));
                if sorted {
                    return;
                }
                self.edit(end, end, " | sortAlpha".to_owned());
                self.fixed(call, function, "in the order of the keys");
            }
            Order::Values => {
                if self.origin.tpl == Some(Counters::Missing) {
                    return;
                }
                self.declare();
                let counters = self.names.counters();
                let tail = format!(
                    " | set {counters} `values`{} | get {counters}",
                    self.names.include("values")
                );
                self.replace(call, "list", &tail);
                self.fixed(call, function, "in the order of the keys");
            }
            Order::Shuffle => {
                self.replace(call, "trimPrefix ``", "");
                self.fixed(call, function, "left in the order it came in");
            }
        }
    }
}
