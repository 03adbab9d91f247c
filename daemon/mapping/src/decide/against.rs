//! What in the cells or columns of a file speaks against reading it by a mapping, so that a person is asked.

use plant_core::header::skeleton;
use plant_core::job::IngestOrder;
use plant_core::profile::{Profile, ProfileColumn};
use plant_core::state::{Reason, ReasonCode};
use plant_core::table::Layout;
use plant_core::variable::Variable;
use plant_lexicon::is_rework;

use crate::facts::ColumnFacts;
use crate::number;

/// Names that a reason tells of.
const NAMES_TOLD: usize = 5;

/// Why a file is held.
pub(super) fn hold(code: ReasonCode, text: String) -> Reason {
    Reason { code, text }
}

/// Holds the file where a column that the profile leaves unmapped names another currency than its money would get.
pub(super) fn told_currency(profile: &Profile, facts: &ColumnFacts, order: &IngestOrder) -> Result<(), Reason> {
    let maps = |wanted: fn(Variable) -> bool| profile.variables().any(wanted);
    if !maps(Variable::is_money) || maps(|variable| variable == Variable::Currency) {
        return Ok(());
    }
    let assumed = profile.settings.currency.as_ref().or(order.currency.as_ref());
    for column in facts
        .columns
        .iter()
        .filter(|column| column.distinct_complete && column.filled > 0)
    {
        if profile
            .column(&column.source)
            .is_some_and(|mapped| mapped.variable.is_some())
        {
            continue;
        }
        let codes: Option<Vec<&str>> = column
            .distinct
            .keys()
            .map(|value| number::sure_currency(value))
            .collect();
        let other = codes
            .unwrap_or_default()
            .into_iter()
            .find(|code| assumed.is_none_or(|assumed| assumed != code));
        if let Some(code) = other {
            let text = format!(
                "the column `{}` says {code}, and profile `{}` does not read it, so the money would be taken for {}; map the \
                 column to currency",
                column.source,
                profile.name,
                assumed.map_or("money without a currency", String::as_str)
            );
            return Err(hold(ReasonCode::ProfileNeeded, text));
        }
    }
    Ok(())
}

/// Holds the file where its money is in several currencies and nothing says which of them is meant.
pub(super) fn one_currency(profile: &Profile, facts: &ColumnFacts, order: &IngestOrder) -> Result<(), Reason> {
    let assumed = profile.settings.currency.as_ref().or(order.currency.as_ref());
    if assumed.is_some() || profile.feeds(Variable::Currency) {
        return Ok(());
    }
    let mut seen: Option<(&str, &str)> = None;
    for (index, column) in facts.columns.iter().enumerate() {
        let mapped = profile.column(&column.source).and_then(|mapped| mapped.variable);
        if !mapped.is_some_and(Variable::is_money) {
            continue;
        }
        for cell in facts.sample.iter().filter_map(|row| row.get(index)) {
            let Some(currency) = number::currency_in(cell) else {
                continue;
            };
            let (first, there) = *seen.get_or_insert((currency, cell));
            if !number::is_same_currency(first, currency) {
                let text = format!(
                    "the money of column `{}` is in several currencies, such as `{there}` and `{cell}`, and none is that of the \
                     plant; say which one is, and rows in others are put aside: `plant profiles save NAME --from FILE \
                     --currency {}`",
                    column.source,
                    number::currency_code(currency).unwrap_or("USD")
                );
                return Err(hold(ReasonCode::LowConfidence, text));
            }
        }
    }
    Ok(())
}

/// Holds a log with a name and a value in each row where it has none of the names whose values the profile reads: its header
/// is that of every such log.
pub(super) fn has_names_of(profile: &Profile, layout: &Layout) -> Result<(), Reason> {
    if profile.shape.pivot.is_none() {
        return Ok(());
    }
    let is_value = |column: &&ProfileColumn| {
        let adds = |variable: Variable| {
            variable.is_additive() || matches!(variable, Variable::CounterReading | Variable::MeterReading)
        };
        let is_made = !layout.as_written().contains(&column.source);
        is_made && (column.variable.is_some_and(adds) || column.home.is_some())
    };
    let read: Vec<&str> = (profile.columns.iter().filter(is_value))
        .map(|column| column.source.as_str())
        .collect();
    if read.is_empty() || layout.header.iter().any(|name| read.contains(&name.as_str())) {
        return Ok(());
    }
    let quoted = |names: &[&str]| -> String {
        let names: Vec<String> = names.iter().take(NAMES_TOLD).map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    let own: Vec<&str> = (layout.header.iter().map(String::as_str))
        .filter(|name| !layout.as_written().iter().any(|written| written == name))
        .collect();
    let text = format!(
        "profile `{}` reads {} and the log has none of them, but {}; save what they are with `plant profiles save {} --from \
         FILE --set NAME=VARIABLE`, or under another name",
        profile.name,
        quoted(&read),
        quoted(&own),
        profile.name
    );
    Err(hold(ReasonCode::ProfileNeeded, text))
}

/// Holds the file where a column beside that of the operation says that rows are rework and is not read: their pieces would
/// be made twice.
pub(super) fn rework_is_read(profile: &Profile, facts: &ColumnFacts) -> Result<(), Reason> {
    let makes = [Variable::QuantityGood, Variable::QuantityProduced];
    let operation = (profile.columns.iter()).find(|column| column.variable == Some(Variable::Operation));
    let Some(operation) = operation.filter(|_| makes.iter().any(|variable| profile.feeds(*variable))) else {
        return Ok(());
    };
    let named = skeleton(&operation.source);
    for column in &facts.columns {
        let is_read = (profile.column(&column.source)).is_some_and(|mapped| mapped.variable.is_some());
        if is_read || !skeleton(&column.source).contains(&named) {
            continue;
        }
        if let Some(says) = column.distinct.keys().find(|cell| is_rework(cell)) {
            let text = format!(
                "`{}` says `{says}` and would not be read, so pieces that are worked on once more would be made twice; take the \
                 file in with `plant profiles save NAME --from FILE --set '{}=order_type'`",
                column.source, column.source
            );
            return Err(hold(ReasonCode::LowConfidence, text));
        }
    }
    Ok(())
}
