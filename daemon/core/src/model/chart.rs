//! Charts as data.

use serde::{Deserialize, Serialize};

use crate::unit::Unit;
use crate::word::words;

/// A chart as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartView {
    /// How it is drawn.
    pub kind: ChartKind,
    /// Title with the unit.
    pub title: String,
    /// Unit of the values.
    pub unit: Unit,
    /// Points in order; for a Pareto sorted by size, with the cumulative share.
    pub points: Vec<ChartPoint>,
    /// Named levels: centre, upper and lower control limit, target.
    pub levels: Vec<(String, f64)>,
}

/// A point of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartPoint {
    /// Name or date.
    pub label: String,
    /// Value; absent is a gap, not zero.
    pub value: Option<f64>,
    /// Cumulative share (0-1), in a Pareto.
    pub cumulative: Option<f64>,
    /// Mark beside the point: the number of the rule that it breaks.
    pub mark: Option<String>,
}

words! {
    /// How a chart is drawn.
    ChartKind, "a kind of chart" {
        /// Bars by size, with the cumulative share.
        Pareto = "pareto",
        /// Values over time.
        Trend = "trend",
        /// Values over time between control limits.
        Control = "control",
        /// Time from planned to good, loss by loss.
        Losses = "losses",
    }
}
