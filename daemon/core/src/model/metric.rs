//! Metrics for display: the catalogue, and the value for one group.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::component::Dimension;
use crate::metric::{Coverage, MetricKind, NullReason, Warning};
use crate::unit::Unit;

/// A metric of the catalogue, for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricInfo {
    /// Name.
    pub metric: String,
    /// Number in the specification.
    pub code: String,
    /// Name on screen.
    pub label: String,
    /// Unit.
    pub unit: Unit,
    /// How it is made.
    pub kind: MetricKind,
    /// Formula.
    pub formula: String,
    /// Source of the formula.
    pub source: String,
    /// Variables that it needs.
    pub needs: Vec<String>,
    /// Dimensions that it can be grouped by.
    pub dimensions: Vec<Dimension>,
}

/// A metric of the catalogue with what it is made of and what may be said of its figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricDetail {
    /// What the list says.
    #[serde(flatten)]
    pub info: MetricInfo,
    /// Version of the method.
    pub version: u32,
    /// Whether more is better, worse (`false`) or neither (absent).
    pub higher_is_better: Option<bool>,
    /// The sums that it reads, those without which there is no value first.
    pub components: Vec<MetricComponent>,
    /// Why it may have no value.
    pub null_reasons: Vec<NullReason>,
    /// What may be remarked on its value.
    pub warnings: Vec<Warning>,
}

/// A sum that a metric reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricComponent {
    /// Name.
    pub component: String,
    /// Unit.
    pub unit: Unit,
    /// What it is, in one sentence.
    pub meaning: String,
    /// Whether there is no value without it; the others are read for checks, counts and remarks.
    pub required: bool,
}

/// The value of a metric for one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricItem {
    /// Metric.
    pub metric: String,
    /// Value; absent with a reason.
    #[serde(with = "crate::number::option")]
    pub value: Option<Decimal>,
    /// Unit.
    pub unit: Unit,
    /// Why there is no value.
    pub null_reason: Option<NullReason>,
    /// Rows that contributed.
    pub n: u64,
    /// How much of what was asked it rests on, where that can be said.
    pub coverage: Option<Coverage>,
    /// The group.
    pub group: BTreeMap<String, Option<String>>,
    /// The sums behind it.
    #[serde(with = "crate::number::map")]
    pub components: BTreeMap<String, Decimal>,
    /// Remarks.
    pub warnings: Vec<Warning>,
    /// Formula.
    pub method: String,
    /// Version of the method.
    pub version: u32,
}
