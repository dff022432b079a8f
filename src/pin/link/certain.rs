//! What one twin cannot tell: equalities, alphabets and ranges that may be chance.

use std::collections::HashMap;

use crate::derive::{Alphabet, Class};

use super::super::explore::{Exploration, What};
use super::super::known::bits_per_char;
use super::{COMPOSED_CHARS, Linker, Origin, SYMBOL_TWINS, composes};

/// No equality read off a twin may be chance: bits that two equal values must carry.
const CERTAIN_BITS: f64 = 40.0;

impl Linker<'_> {
    /// Short numbers: `randNumeric 2` may be a PIN, or `mod 24` of one that happens to be itself.
    /// They are pinned where the chart prints the largest number as it is; else they keep their placeholder, which is in
    /// range. One call is treated as several are, so that another document with the same call changes nothing.
    pub(super) fn settle_numbers(&mut self) {
        let mut calls: HashMap<usize, Vec<usize>> = HashMap::new();
        for (number, call) in self.links.calls.iter().enumerate() {
            if let Origin::Placeholder(known) = call.origin {
                let placeholder = &self.index.known[known];
                if matches!(placeholder.class, Class::String(Alphabet::Numeric))
                    && placeholder.text.len() < COMPOSED_CHARS
                    && self.repeats(known)
                {
                    calls.entry(known).or_default().push(number);
                }
            }
        }
        for (known, calls) in calls {
            let length = self.index.known[known].text.len();
            let as_it_is = |call: &usize| {
                let twins = &self.links.calls[*call].first.twins;
                twins.last().is_some_and(|twin| *twin == "9".repeat(length))
            };
            if !self.largest {
                self.links.needs_largest = true;
            } else if !calls.iter().all(as_it_is) {
                self.numbers.insert(known);
            }
        }
        let (index, numbers, held) = (self.index, &self.numbers, &mut self.links.held);
        self.links.calls.retain(|call| match call.origin {
            Origin::Placeholder(known) if numbers.contains(&known) => {
                let site = index.known[known].site;
                held.extend(call.members.iter().map(|member| (*member, site)));
                false
            }
            _ => true,
        });
    }

    /// Long values that are held: two that are equal here and differ in a twin must not stay so.
    pub(super) fn find_conflicts(&mut self, exploration: &Exploration) {
        let mut seen: HashMap<&str, &[String]> = HashMap::new();
        for (number, _) in &self.links.held {
            let found = &exploration.found[*number];
            let content = &exploration.texts[found.text].content;
            let text = content.get(found.span.clone()).unwrap_or_default();
            if !matches!(found.what, What::Unit(_))
                || text.len() < COMPOSED_CHARS
                || self.links.calm.contains(number)
            {
                continue;
            }
            let twins = seen.entry(text).or_insert(&found.twins);
            if *twins != found.twins.as_slice() {
                self.links.conflicts.push(*number);
            }
        }
    }

    /// Asks for another twin where an equality or an alphabet may still be chance.
    pub(super) fn check_certain(&mut self) {
        if self.twins == 0 {
            return;
        }
        let loops = self.twins < 2 && (self.sites.iter().any(composes) || self.fractions > 1);
        let uncertain = self.links.calls.iter().any(|call| {
            let (size, chars, altered) = match &call.origin {
                Origin::Placeholder(known) if self.repeats(*known) => {
                    let known = &self.index.known[*known];
                    let size = bits_per_char(&known.class).exp2();
                    (size - 2.0, call.first.render.len(), false)
                }
                Origin::Placeholder(_) => return false,
                Origin::Composed {
                    pattern, family, ..
                } => {
                    let free = pattern.iter().filter(|c| c.is_none()).count();
                    let size = family.alphabet.bits_per_char().exp2();
                    (size, free, !family.certain)
                }
            };
            let bits = chars as f64 * size.max(2.0).log2() * self.twins as f64;
            altered || (call.members.len() > 1 && bits < CERTAIN_BITS)
        });
        let glued = self.glued * (self.twins as f64) < CERTAIN_BITS;
        let symbols = self.has_symbols && self.twins < SYMBOL_TWINS;
        self.links.uncertain = loops || uncertain || glued || symbols;
    }
}
