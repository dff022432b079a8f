//! Runs the built binary as Argo CD and people do: a chart, flags, an environment, one of the
//! two helms; and looks at what comes out.
//!
//! `Test` describes one invocation. Each run has a home and a temporary directory of its own, and
//! fails when it leaves a file there or touches the chart.

// Each test crate uses another part of this.
#![allow(dead_code, unused_imports)]

mod chart;
mod helm;
mod manifests;
mod place;
mod run;
mod text;

pub(crate) use chart::Chart;
pub(crate) use helm::{Helm, each_helm, repository};
pub(crate) use manifests::Manifests;
pub(crate) use place::{Place, write_private};
pub(crate) use run::{Outcome, SEED, SEED_ID, Test};
pub(crate) use text::{
    all_different, base64_decode, base64_encode, distinct, matches, same_positions, sha256_hex,
};
