//! Metrics: their catalogue, and the one place where a ratio is computed from sums.

pub mod catalogue;
mod caveats;
mod contract;
mod coverage;
mod evaluate;
mod inputs;
mod null;
pub mod planned;
mod recipe;
pub mod stats;
pub mod together;
mod warning;

pub use contract::{ComponentGroup, Grain, Metric, MetricKind, MetricQuery, MetricValue};
pub use coverage::Coverage;
pub use evaluate::{evaluate, item};
pub use inputs::{detail, info, missing, needed};
pub use null::{Input, NullReason, Unsound};
pub use warning::Warning;

#[cfg(test)]
mod tests;
