//! Which metrics a question means.

use plant_core::component::Dimension;
use plant_core::metric::MetricQuery;

use super::super::gather::{Metrics, Parts};
use super::super::step::{Step, rebuilt, refuse};
use crate::lexicon::{LexMetric, Lexicon, dimension_word};
use crate::question::{Question, Tag};
use crate::vocabulary::Op;
use crate::{Choice, Outcome, Reading};

/// Metrics to offer where a question names none, the most telling first.
const OFFERED: [&str; 12] = [
    "oee",
    "scrap_ratio",
    "quantity_produced",
    "quantity_scrap",
    "stop_time",
    "energy_used",
    "total_cost",
    "availability",
    "quantity_good",
    "duration",
    "defect_count",
    "rows",
];

/// The metric whose definition is asked for: "how is OEE computed", "what is OEE".
pub(in crate::grammar) fn definition(question: &Question, parts: &Parts, lexicon: &Lexicon) -> Step<Option<String>> {
    let [metric] = parts.metrics.as_slice() else {
        if parts.has(Op::Define) && !parts.names_metric() && !parts.is_fragment() {
            return refuse(
                "no_metric",
                format!("Say which metric: {}.", offered(lexicon).join(", ")),
            );
        }
        return Ok(None);
    };
    let others = parts.is_fragment() || parts.has(Op::Versus) || parts.has(Op::Money) || parts.has(Op::Share);
    let bare = question
        .tags
        .iter()
        .enumerate()
        .all(|(place, tagged)| match tagged.tag {
            Tag::Op(Op::Which) => {
                place == 0
                    && question
                        .tokens
                        .first()
                        .is_some_and(|token| token.norm == "what" || token.norm == "was")
            }
            Tag::Op(Op::Filler) => question
                .tokens
                .get(tagged.start)
                .is_some_and(|token| matches!(token.norm.as_str(), "is" | "are" | "ist")),
            Tag::Metric(..) => true,
            _ => false,
        })
        && parts.has(Op::Which);
    if others || !(parts.has(Op::Define) || bare) {
        return Ok(None);
    }
    let available = metric
        .ids
        .iter()
        .find(|id| lexicon.metric(id).is_some_and(|metric| metric.available));
    Ok(available.or(metric.ids.first()).cloned())
}

/// The metrics of a question, each of which the data carries.
pub(super) fn resolve(
    text: &str,
    question: &Question,
    parts: &Parts,
    lexicon: &Lexicon,
    previous: Option<&Reading>,
) -> Step<Vec<String>> {
    if !lexicon.metrics.iter().any(|metric| metric.available) {
        return refuse(
            "no_data",
            "There are no figures yet: no export has been taken in and analysed. `plant files` shows where each file stands.",
        );
    }
    let mut ids: Vec<String> = Vec::new();
    for named in &parts.metrics {
        let id = choose(named, question, lexicon)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let planned = parts.pieces && parts.has(Op::Versus) && ids.iter().any(|id| id == "quantity_planned");
    if (ids.is_empty() && parts.pieces) || planned {
        ids.push(first_available(&["quantity_produced", "quantity_good"], lexicon));
    }
    if ids.is_empty() {
        ids = match previous {
            Some(previous) => previous.query.metrics.clone(),
            None => vec![implied(text, question, parts, lexicon)?],
        };
    }
    let ids = combined(ids, question, parts, lexicon)?;
    for id in &ids {
        match lexicon.metric(id) {
            Some(metric) if metric.available => {}
            Some(metric) => {
                return refuse(
                    "unavailable",
                    format!("{} is not available: {}.", metric.label, metric.unavailable()),
                );
            }
            None => return refuse("unavailable", format!("There is no metric “{id}”.")),
        }
    }
    Ok(ids)
}

/// The first that the data carries, else the first.
fn first_available<T: AsRef<str>>(ids: &[T], lexicon: &Lexicon) -> String {
    ids.iter()
        .map(AsRef::as_ref)
        .find(|id| lexicon.metric(id).is_some_and(|metric| metric.available))
        .or(ids.first().map(AsRef::as_ref))
        .unwrap_or_default()
        .to_owned()
}

fn choose(named: &Metrics, question: &Question, lexicon: &Lexicon) -> Step<String> {
    let available: Vec<&LexMetric> = named
        .ids
        .iter()
        .filter_map(|id| lexicon.metric(id))
        .filter(|metric| metric.available)
        .collect();
    match available.as_slice() {
        [] => Ok(named.ids.first().cloned().unwrap_or_default()),
        [_, _, ..] if named.open => {
            let choices = available
                .iter()
                .take(3)
                .map(|metric| Choice {
                    label: metric.label.clone(),
                    question: rebuilt(question, named.start, named.length, &metric.id),
                })
                .collect();
            Err(Box::new(Outcome::Clarify {
                question: "That word stands for more than one metric. Which is meant?".to_owned(),
                choices,
            }))
        }
        [first, ..] => Ok(first.id.clone()),
    }
}

/// The metric that a dimension implies ("stop reasons"), or the question which.
fn implied(text: &str, question: &Question, parts: &Parts, lexicon: &Lexicon) -> Step<String> {
    if let Some(id) = of_measure(parts) {
        return Ok(id.to_owned());
    }
    if let Some(named) = parts.dimensions.iter().find(|named| !named.implied.is_empty()) {
        return Ok(first_available(named.implied, lexicon));
    }
    if !parts.is_fragment() && !parts.has(Op::Versus) && !parts.has(Op::Money) {
        return refuse(
            "no_metric",
            format!(
                "I see no metric in that. You can ask for {}.",
                offered(lexicon).join(", ")
            ),
        );
    }
    if parts.has(Op::Money) {
        return Err(Box::new(money_of_what(question, parts, lexicon)));
    }
    let bare = text.trim_end_matches(['?', '.', '!', ' ']);
    let ranked = parts.has(Op::Top) || parts.has(Op::Bottom) || parts.has(Op::Best) || parts.has(Op::Worst);
    let choices = offered_ids(lexicon)
        .into_iter()
        .take(3)
        .map(|metric| {
            let words = metric.id.replace('_', " ");
            let question = if ranked {
                format!("{bare} by {words}")
            } else {
                format!("{words} {bare}")
            };
            Choice {
                label: metric.label.clone(),
                question,
            }
        })
        .collect();
    Err(Box::new(Outcome::Clarify {
        question: "Which figure is meant?".to_owned(),
        choices,
    }))
}

/// What is asked of a process value or a failure mode that the question names: "average torque", "highest torque".
fn of_measure(parts: &Parts) -> Option<&'static str> {
    let names = |wanted: Dimension| {
        let mut found = parts.members.iter().flatten();
        found.any(|(dimension, _)| *dimension == wanted)
    };
    if names(Dimension::FailureMode) {
        return Some("failure_mode_count");
    }
    // "The highest torque" is one value, "the machine with the highest torque" an order of machines.
    let is_alone = parts.dimensions.is_empty() && parts.grain.is_none();
    let says = |op: Op| is_alone && parts.has(op);
    names(Dimension::ProcessValue).then(|| match () {
        () if says(Op::Top) => "process_max",
        () if says(Op::Bottom) => "process_min",
        () => "process_mean",
    })
}

/// The question with each metric of money in the place of the word.
fn money_of_what(question: &Question, parts: &Parts, lexicon: &Lexicon) -> Outcome {
    let place = question.tags.iter().find(|tagged| tagged.tag == Tag::Op(Op::Money));
    let ranked = parts.has(Op::Top) || parts.has(Op::Bottom);
    let dimension = lexicon.dimensions.keys().find(|dimension| lexicon.has(**dimension));
    let choices: Vec<Choice> = ["scrap_value", "total_cost", "energy_cost"]
        .iter()
        .filter_map(|id| lexicon.metric(id).filter(|metric| metric.available))
        .map(|metric| Choice {
            label: metric.label.clone(),
            question: {
                let words = place.map_or_else(
                    || metric.id.clone(),
                    |tagged| rebuilt(question, tagged.start, tagged.length, &metric.id),
                );
                match dimension.filter(|_| ranked && parts.dimensions.is_empty()) {
                    Some(dimension) => format!("{words} by {}", dimension_word(*dimension)),
                    None => words,
                }
            },
        })
        .collect();
    if choices.is_empty() {
        return Outcome::refuse(
            "unavailable",
            "No row carries money: neither a cost nor scrap with a unit cost.",
        );
    }
    Outcome::Clarify {
        question: "Money of what?".to_owned(),
        choices,
    }
}

fn offered_ids(lexicon: &Lexicon) -> Vec<&LexMetric> {
    OFFERED
        .iter()
        .filter_map(|id| lexicon.metric(id))
        .filter(|metric| metric.available)
        .collect()
}

/// Labels of metrics that can be asked for.
pub(crate) fn offered(lexicon: &Lexicon) -> Vec<String> {
    offered_ids(lexicon)
        .into_iter()
        .take(6)
        .map(|metric| metric.label.clone())
        .collect()
}

/// "Scrap … cost", "percent … scrap": two words that mean one metric together.
fn combined(ids: Vec<String>, question: &Question, parts: &Parts, lexicon: &Lexicon) -> Step<Vec<String>> {
    let has = |id: &str| ids.iter().any(|known| known == id);
    let listed = parts.has(Op::And) || parts.has(Op::Versus);
    let pair = |first: &str, second: &str| !listed && ids.len() == 2 && has(first) && has(second);
    if pair("quantity_scrap", "total_cost") || pair("quantity_scrap", "scrap_cost") {
        return Ok(vec![first_available(&["scrap_value", "scrap_cost"], lexicon)]);
    }
    if pair("energy_used", "total_cost") {
        return Ok(vec!["energy_cost".to_owned()]);
    }
    if parts.has(Op::Money) {
        return ids.iter().map(|id| in_money(id, lexicon)).collect();
    }
    if parts.has(Op::Share) {
        let part = ids
            .iter()
            .filter(|id| *id != "quantity_produced")
            .map(String::as_str)
            .collect::<Vec<_>>();
        let ratio = match part.as_slice() {
            ["quantity_scrap"] => Some("scrap_ratio"),
            ["quantity_rework"] => Some("rework_ratio"),
            ["quantity_good"] => Some("quality_ratio"),
            [one] if lexicon.metric(one).is_some_and(|metric| metric.unit == "ratio") => Some(*one),
            _ => None,
        };
        return match ratio {
            Some(ratio) => Ok(vec![ratio.to_owned()]),
            None => refuse(
                "not_supported",
                "Shares are answered for scrap, rework and good pieces; for anything else ask for the figure by dimension.",
            ),
        };
    }
    if ids.len() > 1 && !listed {
        let choices = parts
            .metrics
            .iter()
            .zip(&ids)
            .take(3)
            .map(|(_, id)| Choice {
                label: lexicon
                    .metric(id)
                    .map_or_else(|| id.clone(), |metric| metric.label.clone()),
                question: only_metric(question, parts, id),
            })
            .collect();
        return Err(Box::new(Outcome::Clarify {
            question: "I see more than one metric. Which is meant? (Join them with “and” for both.)".to_owned(),
            choices,
        }));
    }
    Ok(ids)
}

/// The question with this metric in place of the first named one and without the others.
fn only_metric(question: &Question, parts: &Parts, id: &str) -> String {
    let words = question.tokens.iter().enumerate().filter_map(|(place, token)| {
        let inside = parts
            .metrics
            .iter()
            .position(|named| (named.start..named.start + named.length).contains(&place));
        match inside {
            Some(0) if parts.metrics.first().is_some_and(|named| named.start == place) => Some(id.to_owned()),
            Some(_) => None,
            None => Some(token.raw.clone()),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn in_money(id: &str, lexicon: &Lexicon) -> Step<String> {
    match id {
        "quantity_scrap" => Ok(first_available(&["scrap_value", "scrap_cost"], lexicon)),
        "energy_used" => Ok("energy_cost".to_owned()),
        other
            if lexicon
                .metric(other)
                .is_some_and(|metric| metric.unit.starts_with("currency")) =>
        {
            Ok(other.to_owned())
        }
        other => {
            let label = lexicon.metric(other).map_or(other, |metric| metric.label.as_str());
            refuse("unavailable", format!("{label} has no value in money here."))
        }
    }
}

/// An average of sums would need a count that the question does not name.
pub(super) fn check_average(query: &MetricQuery, lexicon: &Lexicon) -> Step<()> {
    for id in &query.metrics {
        if let Some(metric) = lexicon.metric(id).filter(|metric| metric.additive) {
            return refuse(
                "not_supported",
                format!(
                    "{} is a sum, and I can't tell what to average it over; ask for it by day, week or month.",
                    metric.label
                ),
            );
        }
    }
    Ok(())
}
