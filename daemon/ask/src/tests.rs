//! Questions over a fixed lexicon: each must be read as listed, or refused as listed.

mod answers;
mod questions;
mod robust;

use chrono::NaiveDate;
use plant_core::alias::{Alias, AliasKind, Aliases};
use plant_core::component::Dimension;
use plant_core::ids::FileId;
use plant_core::metric::{MetricKind, NullReason, catalogue};

use super::{LexFile, LexMetric, Lexicon, Outcome, Reading, read};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn file_id(number: u128) -> FileId {
    FileId(uuid::Uuid::from_u128(number))
}

/// A plant of 2025 with machines, products and shifts, without measured values, asked on 2025-06-20 (a Friday).
fn lexicon() -> Lexicon {
    let missing = [
        "measured_mean",
        "measured_deviation",
        "emissions",
        "purchase_qty",
        "overhead_actual",
        "labor_productivity",
        "labor_hours",
    ];
    let mut lexicon = Lexicon::new(day("2025-06-20"));
    lexicon.metrics = catalogue::all()
        .iter()
        .map(|metric| LexMetric {
            id: metric.id.to_owned(),
            label: metric.label.clone(),
            unit: metric.unit.to_owned(),
            formula: metric.formula.clone(),
            source: metric.source.to_owned(),
            additive: metric.kind == MetricKind::Sum,
            higher_is_better: metric.higher_is_better,
            available: !missing.contains(&metric.id),
            why: metric
                .needs
                .last()
                .filter(|_| missing.contains(&metric.id))
                .map(|component| NullReason::Missing((*component).into())),
        })
        .collect();
    let members = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    lexicon.dimensions.insert(
        Dimension::Machine,
        members(&["T48", "T49", "Press 4 - Stamping", "Press 4 - Deburring", "Oven North"]),
    );
    lexicon
        .dimensions
        .insert(Dimension::ProductCode, members(&["4711", "AX-100", "filler"]));
    lexicon
        .dimensions
        .insert(Dimension::Shift, members(&["1", "2", "Night"]));
    lexicon
        .dimensions
        .insert(Dimension::DefectCode, members(&["scratch", "Oven North", "dent"]));
    lexicon
        .dimensions
        .insert(Dimension::Reason, members(&["tool change", "no material"]));
    lexicon.dimensions.insert(Dimension::Line, members(&["A", "B"]));
    let alias = |name: &str, canonical: &str| Alias::new(AliasKind::Machine, name, canonical).unwrap();
    lexicon.aliases = Aliases::new([alias("10004711", "T48"), alias("Drill", "T49"), alias("gone", "T99")]);
    lexicon.files = vec![
        LexFile {
            id: file_id(7),
            name: "scrap_march.csv".to_owned(),
        },
        LexFile {
            id: file_id(8),
            name: "stops 2025.xlsx".to_owned(),
        },
    ];
    lexicon.first_day = Some(day("2025-01-01"));
    lexicon.last_day = Some(day("2025-06-20"));
    lexicon
}

/// The same plant with data that ended half a year before today.
fn stale() -> Lexicon {
    Lexicon {
        today: day("2026-01-15"),
        ..lexicon()
    }
}

/// An outcome in one line: `metrics by dims grain from..to where order limit` or the kind and what it names.
fn line(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Query(reading) => query_line(reading),
        Outcome::Definition(id) => format!("definition {id}"),
        Outcome::Files(files) => {
            let states: Vec<&str> = files.states.iter().map(|state| state.name()).collect();
            let mut said = vec!["files".to_owned()];
            said.extend((!states.is_empty()).then(|| states.join("+")));
            if files.from.is_some() || files.to.is_some() {
                said.push(range(files.from, files.to));
            }
            said.extend(files.name.clone());
            said.extend(files.count.then(|| "count".to_owned()));
            said.join(" ")
        }
        Outcome::Members(dimension) => format!("members {}", dimension.name()),
        Outcome::Savings => "savings".to_owned(),
        Outcome::Help => "help".to_owned(),
        Outcome::Clarify { choices, .. } => {
            let choices: Vec<&str> = choices.iter().map(|choice| choice.question.as_str()).collect();
            format!("clarify {}", choices.join(" | "))
        }
        Outcome::Refuse(refusal) => format!("refuse {}", refusal.code),
    }
}

fn range(from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    let text = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    format!("{}..{}", text(from), text(to))
}

fn query_line(reading: &Reading) -> String {
    let query = &reading.query;
    let mut said = vec![query.metrics.join("+")];
    let mut by: Vec<&str> = query.by.iter().map(|dimension| dimension.name()).collect();
    by.extend(query.by_file.then_some("file"));
    by.extend(query.grain.map(|grain| grain.name()));
    if !by.is_empty() {
        said.push(format!("by {}", by.join("+")));
    }
    if query.from.is_some() || query.to.is_some() {
        said.push(range(query.from, query.to));
    }
    for (dimension, member) in &query.filters {
        said.push(format!("{}={member}", dimension.name()));
    }
    if let Some((dimension, members)) = &reading.only {
        said.push(format!("{} in {}", dimension.name(), members.join(",")));
    }
    if let Some(file) = query.file {
        said.push(format!("file {}", file.0.as_u128()));
    }
    if reading.intent == super::Intent::Ranking {
        said.push(
            if query.descending == Some(false) {
                "bottom"
            } else {
                "top"
            }
            .to_owned(),
        );
        said.extend(query.limit.map(|limit| limit.to_string()));
    }
    if let Some(sides) = &reading.compare {
        let mut side = Vec::new();
        if (sides.query.from, sides.query.to) != (query.from, query.to) {
            side.push(range(sides.query.from, sides.query.to));
        }
        for (dimension, member) in sides
            .query
            .filters
            .iter()
            .filter(|filter| !query.filters.contains(filter))
        {
            side.push(format!("{}={member}", dimension.name()));
        }
        said.push(format!("vs {}", side.join(" ")));
    }
    said.join(" ")
}

fn check(lexicon: &Lexicon, cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (question, expected) in cases {
        let outcome = read(question, lexicon, None);
        let found = line(&outcome);
        if found != *expected {
            wrong.push(format!(
                "{question}\n   expected {expected}\n   found    {found}\n   {outcome:?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
