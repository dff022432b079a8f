//! The renders side by side: what varies, and whether pinning changed anything else.
//!
//! A line of the pinned output that is not helm's own is right only if helm's own line there is not constant: it
//! differed between two plain renders, or the pinned one moves with the pinned clock (then plain helm's moves with the
//! real one, and two renders in one second agree only by chance).

use std::ops::Range;

use serde::Serialize;

use super::lines::{Change, Lines, align};
use super::names::{Names, Spot, spot};

/// All renders of one chart.
pub(super) struct Renders {
    /// By plain helm: two or more.
    pub(super) plain: Vec<String>,
    /// With pinning, at the same clock.
    pub(super) pinned: [String; 2],
    /// With pinning, at another clock.
    pub(super) other_clock: String,
}

/// Why a line varies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Cause {
    /// It is another one at each render.
    Render,
    /// It changes with the clock.
    Clock,
}

/// A field, or a line outside of all fields, that varies under plain helm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Variation {
    /// Where it is.
    #[serde(flatten)]
    pub(super) spot: Spot,
    /// Why it varies.
    pub(super) varies_with: Cause,
}

/// What the comparison says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Findings {
    /// How often plain helm rendered.
    pub(super) plain_renders: usize,
    /// What varies under plain helm.
    pub(super) varying: Vec<Variation>,
    /// Where the two pinned renders differ: nowhere, unless the plugin has a bug.
    pub(super) unstable: Vec<Spot>,
    /// Whether the two pinned renders have the same bytes.
    pub(super) identical: bool,
    /// What is constant under plain helm and another one in the pinned render: nothing, unless the plugin has a bug.
    pub(super) changed: Vec<Spot>,
    /// How many lines of the pinned render are helm's own.
    pub(super) own_lines: usize,
    /// How many lines the pinned render has.
    pub(super) lines: usize,
}

impl Findings {
    /// Whether pinning holds what it promises.
    pub(super) fn verified(&self) -> bool {
        self.identical && self.changed.is_empty()
    }
}

/// Compares the renders.
pub(super) fn compare(renders: &Renders) -> Findings {
    let plain = renders.plain.first().map_or("", String::as_str);
    let (first, pinned) = (Lines::new(plain), Lines::new(&renders.pinned[0]));
    let mut plain_varies = Marks::new(first.lines.len());
    for other in renders.plain.iter().skip(1) {
        plain_varies.take(&align(&first, &Lines::new(other)).changes);
    }
    let mut clock_varies = Marks::new(pinned.lines.len());
    clock_varies.take(&align(&pinned, &Lines::new(&renders.other_clock)).changes);

    let names = (Names::new(plain), Names::new(&renders.pinned[0]));
    let alignment = align(&first, &pinned);
    let mut varying: Vec<Variation> = Vec::new();
    let mut changed: Vec<Spot> = Vec::new();
    for change in &alignment.changes {
        let by_clock = clock_varies.any(&change.second);
        let spots = spots(change, &names);
        if explained(change, &plain_varies, &clock_varies) {
            let varies_with = if by_clock {
                Cause::Clock
            } else {
                Cause::Render
            };
            varying.extend(
                spots
                    .into_iter()
                    .map(|spot| Variation { spot, varies_with }),
            );
        } else {
            changed.extend(spots);
        }
    }
    // A short value can equal helm's own by chance, and varies all the same.
    for (line, twin) in alignment.twins.iter().enumerate() {
        let Some(twin) = *twin else { continue };
        if plain_varies.lines[line] && first.lines[line] == pinned.lines[twin] {
            let varies_with = if clock_varies.lines[twin] {
                Cause::Clock
            } else {
                Cause::Render
            };
            let spot = spot((&names.0, Some(line)), (&names.1, Some(twin)));
            varying.push(Variation { spot, varies_with });
        }
    }
    varying.sort_by_key(|variation| variation.spot.line);
    varying.dedup_by(|b, a| a.spot.same_field(&b.spot));

    let again = align(&pinned, &Lines::new(&renders.pinned[1]));
    let twice = (
        Names::new(&renders.pinned[0]),
        Names::new(&renders.pinned[1]),
    );
    let unstable = again
        .changes
        .iter()
        .flat_map(|change| spots(change, &twice))
        .collect();

    let replaced: usize = alignment
        .changes
        .iter()
        .map(|change| change.second.len())
        .sum();
    Findings {
        plain_renders: renders.plain.len(),
        varying,
        unstable: distinct(unstable),
        identical: renders.pinned[0] == renders.pinned[1],
        changed: distinct(changed),
        own_lines: pinned.lines.len() - replaced,
        lines: pinned.lines.len(),
    }
}

/// Whether plain helm's lines there are not constant.
///
/// Where a change has as many lines on both sides it is one line. Else each line of helm's must vary, or the pinned
/// render have a line that moves with the clock for it.
fn explained(change: &Change, plain: &Marks, clock: &Marks) -> bool {
    if change.first.is_empty() || change.second.is_empty() {
        return plain.all(&change.first) || clock.all(&change.second);
    }
    let constant = change
        .first
        .clone()
        .filter(|line| !plain.lines[*line])
        .count();
    let moving = change
        .second
        .clone()
        .filter(|line| clock.lines[*line])
        .count();
    constant <= moving
}

fn distinct(mut spots: Vec<Spot>) -> Vec<Spot> {
    spots.sort_by_key(|spot| spot.line);
    spots.dedup_by(|b, a| a.same_field(b));
    spots
}

/// The places of a change: one for each pair of lines, or for what only one render has.
fn spots(change: &Change, names: &(Names, Names)) -> Vec<Spot> {
    let length = change.first.len().max(change.second.len());
    let at = |range: &Range<usize>, offset| {
        Some(range.start + offset).filter(|line| range.contains(line))
    };
    (0..length)
        .map(|offset| {
            spot(
                (&names.0, at(&change.first, offset)),
                (&names.1, at(&change.second, offset)),
            )
        })
        .collect()
}

/// Which lines of a render vary, and between which lines others appear.
struct Marks {
    lines: Vec<bool>,
    gaps: Vec<bool>,
}

impl Marks {
    fn new(lines: usize) -> Self {
        Self {
            lines: vec![false; lines],
            gaps: vec![false; lines + 1],
        }
    }

    fn take(&mut self, changes: &[Change]) {
        for change in changes {
            for line in change.first.clone() {
                self.lines[line] = true;
            }
            if change.first.len() != change.second.len() {
                self.gaps[change.first.start] = true;
                self.gaps[change.first.end] = true;
            }
        }
    }

    /// Whether all these lines vary; for no line, whether others appear there.
    fn all(&self, range: &Range<usize>) -> bool {
        if range.is_empty() {
            self.gaps[range.start]
        } else {
            range.clone().all(|line| self.lines[line])
        }
    }

    /// Whether any of these lines varies; for no line, whether others appear there.
    fn any(&self, range: &Range<usize>) -> bool {
        if range.is_empty() {
            self.gaps[range.start]
        } else {
            range.clone().any(|line| self.lines[line])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chart's output with a token, its checksum, a time, and a line that is constant.
    fn manifest(token: &str, time: &str, constant: &str) -> String {
        format!(
            "---\n# Source: c/templates/all.yaml\nkind: Secret\nmetadata:\n  name: web\ndata:\n  token: {token}\n  at: \"{time}\"\n  user: {constant}\n"
        )
    }

    fn renders(plain: &[String], pinned: &str, other_clock: &str) -> Renders {
        Renders {
            plain: plain.to_vec(),
            pinned: [pinned.to_owned(), pinned.to_owned()],
            other_clock: other_clock.to_owned(),
        }
    }

    fn fields(spots: &[Spot]) -> Vec<&str> {
        spots
            .iter()
            .filter_map(|spot| spot.path.as_deref())
            .collect()
    }

    #[test]
    fn what_varies_and_why() {
        let found = compare(&renders(
            &[manifest("aaaa", "now", "u"), manifest("bbbb", "now", "u")],
            &manifest("pppp", "2024", "u"),
            &manifest("pppp", "2025", "u"),
        ));
        let varying: Vec<_> = found
            .varying
            .iter()
            .map(|variation| (variation.spot.path.as_deref(), variation.varies_with))
            .collect();
        assert_eq!(
            varying,
            [
                (Some("data.token"), Cause::Render),
                (Some("data.at"), Cause::Clock)
            ]
        );
        assert!(found.verified(), "{found:?}");
        assert_eq!((found.own_lines, found.lines), (7, 9));
    }

    #[test]
    fn a_constant_line_that_pinning_changed_is_found() {
        let found = compare(&renders(
            &[manifest("aaaa", "now", "u"), manifest("bbbb", "now", "u")],
            &manifest("pppp", "2024", "v"),
            &manifest("pppp", "2025", "v"),
        ));
        assert!(!found.verified());
        assert_eq!(fields(&found.changed), ["data.user"]);
        assert_eq!(found.varying.len(), 2);
    }

    #[test]
    fn lines_that_pinning_lost_or_made_up_are_found() {
        let plain = [manifest("aaaa", "now", "u"), manifest("bbbb", "now", "u")];
        let pinned = manifest("pppp", "2024", "u");
        for bad in [
            pinned.replace("  user: u\n", ""),
            pinned.replace("  user: u\n", "  user: u\n  more: x\n"),
            format!("{pinned}---\nkind: Secret\n"),
            pinned.trim_end().to_owned(),
            pinned.replace("  at: \"2024\"\n  user: u\n", ""),
            String::new(),
        ] {
            let found = compare(&renders(&plain, &bad, &bad.replace("2024", "2025")));
            assert!(!found.verified(), "for {bad}");
            assert!(!found.changed.is_empty());
        }
    }

    #[test]
    fn pinned_renders_that_differ_are_found() {
        let plain = [manifest("aaaa", "now", "u"), manifest("bbbb", "now", "u")];
        let mut renders = renders(
            &plain,
            &manifest("pppp", "2024", "u"),
            &manifest("pppp", "2025", "u"),
        );
        renders.pinned[1] = manifest("qqqq", "2024", "u");
        let found = compare(&renders);
        assert!(!found.verified() && !found.identical);
        assert_eq!(fields(&found.unstable), ["data.token"]);
    }

    #[test]
    fn a_value_that_two_plain_renders_share_by_chance_needs_a_third() {
        let pinned = manifest("7", "2024", "u");
        let two = [manifest("3", "now", "u"), manifest("3", "now", "u")];
        let found = compare(&renders(&two, &pinned, &pinned.replace("2024", "2025")));
        assert_eq!(fields(&found.changed), ["data.token"]);
        let three = [&two[..], &[manifest("4", "now", "u")]].concat();
        let found = compare(&renders(&three, &pinned, &pinned.replace("2024", "2025")));
        assert!(found.verified());
    }

    #[test]
    fn a_pinned_value_that_equals_helms_by_chance_varies_all_the_same() {
        let pinned = manifest("3", "2024", "u");
        let plain = [manifest("3", "now", "u"), manifest("4", "now", "u")];
        let found = compare(&renders(&plain, &pinned, &pinned.replace("2024", "2025")));
        assert!(found.verified());
        assert_eq!(found.varying.len(), 2);
    }

    #[test]
    fn a_value_with_another_number_of_lines_each_time() {
        let key = |lines: &[&str], time| {
            let block: String = lines.iter().map(|line| format!("    {line}\n")).collect();
            format!(
                "kind: Secret\nmetadata:\n  name: web\nstringData:\n  key: |\n{block}  at: {time}\n  user: u\n"
            )
        };
        let plain = [key(&["a1", "a2"], "now"), key(&["b1", "b2", "b3"], "now")];
        let pinned = key(&["c1", "c2", "c3", "c4"], "2024");
        let found = compare(&renders(&plain, &pinned, &pinned.replace("2024", "2025")));
        assert!(found.verified(), "{found:?}");
        let lost = pinned.replace("  user: u\n", "");
        assert!(!compare(&renders(&plain, &lost, &lost.replace("2024", "2025"))).verified());
    }

    #[test]
    fn nothing_rendered_is_nothing_changed() {
        let found = compare(&renders(&[String::new(), String::new()], "", ""));
        assert!(found.verified() && found.varying.is_empty());
    }
}
