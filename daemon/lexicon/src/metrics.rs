//! What people call the metrics, beside their ids and labels.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::words::{Words, parse};

/// Words and the metrics that they mean.
#[derive(Debug, Clone, Deserialize)]
pub struct Metric {
    /// Ids of the catalogue; of several the first that the data carries is meant.
    pub means: Vec<String>,
    /// Whether the order of several says nothing, so that the person has to be asked.
    #[serde(default)]
    pub open: bool,
    /// The words.
    #[serde(flatten)]
    pub words: Words,
}

#[derive(Deserialize)]
struct Metrics {
    metric: Vec<Metric>,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(|| parse("metrics.toml", include_str!("../words/metrics.toml")));

/// The words for metrics.
pub fn metrics() -> &'static [Metric] {
    &METRICS.metric
}
