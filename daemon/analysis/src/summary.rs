//! Two to five sentences about an analysis, every figure of them from its results.

use std::collections::BTreeMap;

use plant_core::model::{FindingDraft, FindingKind, Grade, SavingView};
use plant_core::unit::Unit;
use plant_core::words::{self, capital, counted, figure};
use rust_decimal::Decimal;

use crate::scope::Scope;

/// The sentences.
pub(crate) fn of(scope: &Scope, findings: &[FindingDraft]) -> Vec<String> {
    let mut sentences = vec![covers(scope)];
    sentences.extend(figures(scope));
    sentences.extend(largest(findings));
    sentences.extend(words::taken(&scope.table.looked_up.uses));
    sentences.push(money(scope, findings));
    sentences.push(format!("Data tier {}.", scope.tier.overall));
    sentences
}

fn covers(scope: &Scope) -> String {
    let rows = counted(scope.table.rows() as u64, "row", "rows");
    match scope.days() {
        Some((first, last)) if first == last => format!("{rows} of {first}."),
        Some((first, last)) => format!("{rows} from {first} to {last}."),
        None => format!("{rows}, none with a usable date: no trend and nothing over time is computed."),
    }
}

fn figures(scope: &Scope) -> Option<String> {
    let shares = [
        ("oee", "OEE"),
        ("availability", "availability"),
        ("quality_ratio", "quality ratio"),
        ("scrap_ratio", "scrap ratio"),
    ];
    let sums = [
        ("quantity_produced", "made"),
        ("scrap_value", "of scrap"),
        ("energy_used", "of energy"),
        ("failures", "failures"),
    ];
    let share = |(id, name): (&str, &str)| {
        let item = scope.figure_of(id)?;
        Some(format!("{name} {}", figure(item.value?, &item.unit)))
    };
    let sum = |(id, name): (&str, &str)| {
        let item = scope.figure_of(id)?;
        let value = figure(item.value?, &item.unit);
        Some(match item.unit {
            Unit::Unnamed if id == "quantity_produced" => format!("{value} pieces {name}"),
            _ if value == "1" && id == "failures" => "1 failure".to_owned(),
            _ => format!("{value} {name}"),
        })
    };
    let parts: Vec<String> = shares
        .into_iter()
        .filter_map(share)
        .chain(sums.into_iter().filter_map(sum))
        .collect();
    (!parts.is_empty()).then(|| format!("{}.", capital(&parts.join(", "))))
}

fn largest(findings: &[FindingDraft]) -> Option<String> {
    let kinds = [
        FindingKind::StopPareto,
        FindingKind::ScrapPareto,
        FindingKind::FailurePareto,
        FindingKind::EnergyPareto,
    ];
    let finding = kinds
        .iter()
        .find_map(|kind| findings.iter().find(|finding| finding.kind == *kind))?;
    Some(format!("Largest: {}.", finding.title))
}

fn money(scope: &Scope, findings: &[FindingDraft]) -> String {
    let (default_valued, valued): (Vec<&SavingView>, Vec<&SavingView>) = findings
        .iter()
        .filter_map(|finding| finding.saving.as_ref())
        .partition(|saving| saving.grade == Grade::D);
    let ledger = scope.order.currency.as_deref();
    let (counted_on, other_currency): (Vec<&SavingView>, Vec<&SavingView>) = valued
        .into_iter()
        .partition(|saving| ledger.is_none_or(|ledger| ledger == saving.currency));
    let identified = (!counted_on.is_empty()).then(|| {
        format!(
            "{} with money: at least {} identified, not yet verified.",
            counted(counted_on.len() as u64, "finding", "findings"),
            amounts(&counted_on)
        )
    });
    // Said as the savings say it, which don't count them either.
    let left_out = (!default_valued.is_empty()).then(|| {
        let text = words::of_grade_d(default_valued.len() as u64, &amounts(&default_valued));
        format!("{}.", capital(&text))
    });
    let elsewhere = (!other_currency.is_empty()).then(|| {
        let text = words::of_other_currency(other_currency.len() as u64, &amounts(&other_currency));
        format!("{}.", capital(&text))
    });
    let said: Vec<String> = [identified, left_out, elsewhere].into_iter().flatten().collect();
    if !said.is_empty() {
        return said.join(" ");
    }
    let why = if scope.days().is_none() {
        "without dates there is no period to save over".to_owned()
    } else if let [others @ .., last] = scope.totals.currencies.as_slice()
        && !others.is_empty()
    {
        format!(
            "the money stands in several currencies ({} and {last})",
            others.join(", ")
        )
    } else if scope.currency().is_none() {
        "no column, profile or org says in which currency the money stands".to_owned()
    } else {
        "each finding says why".to_owned()
    };
    format!("No saving is claimed: {why}.")
}

/// The sum of the careful bounds; money of several currencies is never added up.
fn amounts(savings: &[&SavingView]) -> String {
    let mut low: BTreeMap<&str, Decimal> = BTreeMap::new();
    for saving in savings {
        let sum = low.entry(&saving.currency).or_default();
        *sum = sum.saturating_add(saving.low);
    }
    let amounts: Vec<String> = low.iter().map(|(currency, low)| words::money(*low, currency)).collect();
    amounts.join(" and ")
}
