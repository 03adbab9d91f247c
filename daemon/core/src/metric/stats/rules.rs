//! Run rules over a control chart: Nelson 1-6.
//!
//! They read scores: distances from the center line in standard deviations, in time order. All inequalities are strict.
//! The zone rules (5 and 6) say nothing over attribute charts, whose points aren't normal.

/// Nelson's rules that are looked at by default.
pub const DEFAULT_RULES: &[u8] = &[1, 2, 3, 5, 6];
/// Nelson's rules that hold for attribute charts.
pub const ATTRIBUTE_RULES: &[u8] = &[1, 2, 3, 4];

/// A rule that fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal {
    /// Number of the rule.
    pub rule: u8,
    /// Place (from 0) of the first point of the pattern.
    pub start: usize,
    /// Place (from 0) of the point at which the rule first fired.
    pub end: usize,
    /// Place (from 0) of the last point up to which it kept firing.
    pub last: usize,
}

/// A rule: given the scores up to and with a point, the number of points that make up the pattern ending there.
type Pattern = fn(&[f64]) -> Option<usize>;

/// Nelson's rules of those numbers, by number and place.
///
/// 1: beyond 3 sigma. 2: nine on one side. 3: six rising or falling. 4: fourteen alternating. 5: two of three beyond 2
/// sigma on one side. 6: four of five beyond 1 sigma on one side.
pub fn nelson(scores: &[f64], rules: &[u8]) -> Vec<Signal> {
    let patterns: [(u8, Pattern); 6] = [
        (1, beyond_three),
        (2, |scores| one_side(scores, 9)),
        (3, trend),
        (4, alternating),
        (5, |scores| zone(scores, 2, 3, 2.0)),
        (6, |scores| zone(scores, 4, 5, 1.0)),
    ];
    signals(scores, patterns.into_iter().filter(|(rule, _)| rules.contains(rule)))
}

/// Runs each pattern over every point; a pattern that fires at neighbours is one signal.
fn signals(scores: &[f64], patterns: impl Iterator<Item = (u8, Pattern)>) -> Vec<Signal> {
    let mut found: Vec<Signal> = Vec::new();
    for (rule, pattern) in patterns {
        let mut open: Option<Signal> = None;
        for end in 0..scores.len() {
            let length = scores.get(..=end).and_then(pattern);
            open = match (length, open) {
                (Some(_), Some(signal)) => Some(Signal { last: end, ..signal }),
                (Some(length), None) => Some(Signal {
                    rule,
                    start: (end + 1).saturating_sub(length),
                    end,
                    last: end,
                }),
                (None, Some(signal)) => {
                    found.push(signal);
                    None
                }
                (None, None) => None,
            };
        }
        found.extend(open);
    }
    found
}

fn beyond_three(scores: &[f64]) -> Option<usize> {
    scores.last().filter(|score| score.abs() > 3.0).map(|_| 1)
}

/// The last `n` scores.
fn tail(scores: &[f64], n: usize) -> Option<&[f64]> {
    scores.len().checked_sub(n).and_then(|start| scores.get(start..))
}

fn one_side(scores: &[f64], n: usize) -> Option<usize> {
    let run = tail(scores, n)?;
    (run.iter().all(|score| *score > 0.0) || run.iter().all(|score| *score < 0.0)).then_some(n)
}

fn trend(scores: &[f64]) -> Option<usize> {
    let run = tail(scores, 6)?;
    let steps = || run.iter().zip(run.iter().skip(1));
    (steps().all(|(a, b)| b > a) || steps().all(|(a, b)| b < a)).then_some(6)
}

fn alternating(scores: &[f64]) -> Option<usize> {
    let run = tail(scores, 14)?;
    let steps: Vec<f64> = run.iter().zip(run.iter().skip(1)).map(|(a, b)| b - a).collect();
    let turns = steps.iter().zip(steps.iter().skip(1)).all(|(a, b)| a * b < 0.0);
    turns.then_some(14)
}

/// `needed` of the last `window` points beyond `limit` on the side of the last one.
///
/// The last point has to be one of them, so that a pattern is reported at the point that completes it; near the start of
/// the chart fewer than `window` points are enough to have it complete.
fn zone(scores: &[f64], needed: usize, window: usize, limit: f64) -> Option<usize> {
    let side = scores.last()?.signum();
    scores.last().filter(|score| score.abs() > limit)?;
    let mut hits = 0;
    for (length, score) in (1..=window).zip(scores.iter().rev()) {
        if score * side > limit {
            hits += 1;
        }
        if hits == needed {
            return Some(length);
        }
    }
    None
}
