//! Statistics over the values of a plant: Pareto, control charts and their rules, capability, bounds, lines, trends.
//!
//! All of it is `f64`: money and quantities stay decimal until a statistic is asked for. Nothing here returns NaN or an
//! infinity; what can't be computed is a [`Null`] with a reason, or absent.

mod bound;
mod capability;
mod chart;
mod distribution;
mod line;
mod null;
mod order;
mod pareto;
mod rules;

pub use bound::{mtbf_lower_bound, welch};
pub use capability::{Capability, Spec, capability};
pub use chart::{AttributeChart, AttributePoint, IndividualsChart, Limits, SubgroupChart, i_mr, p_chart, xbar_r};
pub use line::{Line, fit_line};
pub use null::Null;
pub use order::{mean, standard_deviation};
pub use pareto::{BLANK, Pareto, ParetoItem, pareto};
pub use rules::{ATTRIBUTE_RULES, DEFAULT_RULES, Signal, nelson};

#[cfg(test)]
mod tests;
