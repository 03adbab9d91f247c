//! Pareto: losses sorted by size with their cumulative share, the unnamed among them.

use std::collections::BTreeMap;

/// Label of the losses that name no cause.
pub const BLANK: &str = "(blank)";

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct ParetoItem {
    /// Cause, or [`BLANK`].
    pub label: String,
    /// Size.
    pub value: f64,
    /// Share of the whole, 0 to 1.
    pub share: f64,
    /// Share of this and all larger ones, 0 to 1.
    pub cumulative: f64,
}

/// Losses sorted by size.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pareto {
    /// Largest first; equal ones by label.
    pub items: Vec<ParetoItem>,
    /// Sum of all bars.
    pub total: f64,
    /// How many of the first reach 80 % of the whole: the vital few.
    pub vital_few: usize,
    /// Share of the losses that name no cause, 0 to 1.
    pub blank_share: f64,
    /// Labels left out because their sum is not above zero (corrections outweigh the losses).
    pub left_out: Vec<String>,
}

impl Pareto {
    /// The vital few themselves.
    pub fn vital(&self) -> &[ParetoItem] {
        self.items.get(..self.vital_few).unwrap_or_default()
    }
}

/// Adds up losses of the same cause and sorts them; an absent or empty cause becomes [`BLANK`].
pub fn pareto<'a>(losses: impl IntoIterator<Item = (Option<&'a str>, f64)>) -> Pareto {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for (label, value) in losses {
        let label = label.map(str::trim).filter(|label| !label.is_empty()).unwrap_or(BLANK);
        if value.is_finite() {
            *sums.entry(label).or_default() += value;
        }
    }
    let (bars, left_out): (Vec<_>, Vec<_>) = sums.into_iter().partition(|(_, value)| *value > 0.0);
    let mut bars = bars;
    // The sort is stable, so equal bars stay in the order of their labels.
    bars.sort_by(|left, right| right.1.total_cmp(&left.1));
    let total: f64 = bars.iter().map(|(_, value)| value).sum();
    let mut running = 0.0;
    let items: Vec<ParetoItem> = bars
        .iter()
        .map(|(label, value)| {
            running += value;
            ParetoItem {
                label: (*label).to_owned(),
                value: *value,
                share: value / total,
                cumulative: running / total,
            }
        })
        .collect();
    // A share of exactly 80 % may come out as 0.7999999999999999.
    let reached = items.iter().position(|item| item.cumulative >= 0.8 - 1e-12);
    Pareto {
        vital_few: reached.map_or(0, |place| place + 1),
        blank_share: items
            .iter()
            .find(|item| item.label == BLANK)
            .map_or(0.0, |item| item.share),
        total,
        items,
        left_out: left_out.into_iter().map(|(label, _)| label.to_owned()).collect(),
    }
}
