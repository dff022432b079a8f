//! Which calls yield values that the chart throws away: `default (randAlphaNum 16) .Values.password` where a password is set.

use crate::chart::site::Site;
use crate::log::Log;
use crate::name::{Named, Rule, is_looked_for};

/// Of each call of a log, in its order, whether the chart throws its value away.
pub(super) fn unused(log: &Log, names: &[Named], sites: &[Site]) -> Vec<bool> {
    let ran_for_fixed = log.ran_for_any(log.fixed.iter());
    let calls = log.calls.iter().zip(names).zip(ran_for_fixed);
    let unused = calls.map(|((call, named), ran_for_fixed)| {
        ran_for_fixed
            && named.rule == Rule::Path
            && named.places.is_empty()
            && (call.site.of(sites))
                .is_some_and(|site| is_looked_for(site.generator, &call.arguments))
    });
    unused.collect()
}
