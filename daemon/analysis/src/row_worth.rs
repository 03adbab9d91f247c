//! What one row adds to the made components of quality, cost and energy, from its own cells and what lists fill in.
//!
//! Invariants: a product is only made where all its factors are there; nothing is invented from history. A row whose
//! quantities contradict each other adds nothing to the checked quantities and is told about.

use std::collections::BTreeMap;

use plant_core::component::Made;
use plant_core::record::Record;
use plant_core::reference::{Entry, Fact};
use plant_core::variable::Variable;
use rust_decimal::Decimal;

/// Digits kept of a quotient or product; far below what any figure shows.
const PLACES: u32 = 12;

/// What rows of events say of unit costs, by the way: the last row of a product says it.
#[derive(Debug, Default)]
pub(crate) struct Prices(BTreeMap<String, Entry>);

impl Prices {
    /// Takes note of a row.
    pub(crate) fn see(&mut self, record: &Record) {
        let product = record.text(Variable::ProductCode).map(str::trim);
        let Some((product, cost)) = product.zip(record.number(Variable::StandardUnitCost)) else {
            return;
        };
        let value = Fact::Number(cost);
        let currency = record.text(Variable::Currency).map(|name| name.trim().to_owned());
        // The first line that says so shows it.
        if self
            .0
            .get(product)
            .is_some_and(|known| (&known.value, &known.currency) == (&value, &currency))
        {
            return;
        }
        let said = Entry {
            variable: Variable::StandardUnitCost,
            key: BTreeMap::from([(Variable::ProductCode, product.to_owned())]),
            value,
            currency,
            from: None,
            to: None,
            line: record.line,
            listed: false,
        };
        self.0.insert(product.to_owned(), said);
    }

    /// What they say.
    pub(crate) fn into_entries(self) -> Vec<Entry> {
        self.0.into_values().collect()
    }
}

/// Scrapped pieces whose money no cell says.
fn scrap_to_value(record: &Record) -> Option<Decimal> {
    match record.number(Variable::ScrapCost) {
        Some(_) => None,
        None => record.number(Variable::QuantityScrap),
    }
}

/// What a unit costs as the row itself says.
fn own_unit_cost(record: &Record) -> Option<Decimal> {
    record
        .number(Variable::MaterialUnitCost)
        .or_else(|| record.number(Variable::StandardUnitCost))
}

/// Whether the row has scrap whose money neither it nor its unit cost says.
pub(crate) fn lacks_unit_cost(record: &Record) -> bool {
    scrap_to_value(record).is_some() && own_unit_cost(record).is_none()
}

/// What a row adds.
#[derive(Debug, Default)]
pub(crate) struct RowWorth {
    /// Values of made components.
    pub(crate) values: Vec<(Made, Decimal)>,
    /// What is odd about the row.
    pub(crate) remarks: Vec<&'static str>,
}

impl RowWorth {
    fn add(&mut self, made: Made, value: Option<Decimal>) {
        self.values.extend(value.map(|value| (made, value)));
    }
}

/// What the row adds; with what a unit of its product costs where only others know it.
pub(crate) fn of(record: &Record, unit_cost: Option<Decimal>) -> RowWorth {
    let mut worth = RowWorth::default();
    quality(record, &mut worth);
    speed(record, &mut worth);
    cost(record, unit_cost, &mut worth);
    energy(record, &mut worth);
    measure(record, &mut worth);
    worth
}

fn quality(record: &Record, worth: &mut RowWorth) {
    let (good, scrap, rework) = (
        record.number(Variable::QuantityGood),
        record.number(Variable::QuantityScrap),
        record.number(Variable::QuantityRework),
    );
    let Some(made) = record.produced() else { return };
    if good.is_none() && scrap.is_none() && rework.is_none() {
        return;
    }
    let parts = [good, scrap, rework];
    // A part may not be larger than the whole, nor turn its sign (a reversal turns the sign of all of them).
    let fits = parts.iter().flatten().all(|part| {
        part.abs() <= made.abs()
            && (part.is_zero() || made.is_zero() || part.is_sign_negative() == made.is_sign_negative())
    });
    let sum = parts
        .iter()
        .flatten()
        .fold(Decimal::ZERO, |sum, part| sum.saturating_add(*part));
    let tolerance = (made.abs() / Decimal::ONE_THOUSAND).max(Decimal::ONE);
    let over = sum.abs() > made.abs().saturating_add(tolerance);
    // What is scrapped of pieces that another row of the line tells lessens its good ones: the parts fit by themselves.
    let fits = fits || (record.sub > 0 && record.is_derived(Variable::QuantityGood));
    let differs = good.is_some() && scrap.is_some() && (sum - made).abs() > tolerance;
    if !fits || over || differs {
        worth.remarks.push("quantities_disagree");
        return;
    }
    // Good pieces are those that were right the first time: neither scrapped nor reworked.
    let first_good = good.or_else(|| {
        made.checked_sub(scrap.unwrap_or_default())?
            .checked_sub(rework.unwrap_or_default())
    });
    worth.add(Made::PqChecked, Some(made));
    worth.add(Made::GqChecked, first_good);
    worth.add(Made::SqChecked, scrap);
    worth.add(Made::RqChecked, rework);
}

fn speed(record: &Record, worth: &mut RowWorth) {
    if let (Some(_), Some(good)) = (
        record.number(Variable::QuantityPlanned),
        record.number(Variable::QuantityGood),
    ) {
        worth.add(Made::PlannedQtyMet, Some(good));
    }
    let Some(made) = record.produced() else { return };
    let good = record.number(Variable::QuantityGood).or_else(|| {
        made.checked_sub(record.number(Variable::QuantityScrap)?)?
            .checked_sub(record.number(Variable::QuantityRework).unwrap_or_default())
    });
    // A cycle or rate of 0 means that it is not known.
    let known = |variable| record.number(variable).filter(|value| *value > Decimal::ZERO);
    let ideal = |pieces: Decimal| {
        known(Variable::IdealCycleTime)
            .and_then(|cycle| pieces.checked_mul(cycle))
            .or_else(|| {
                pieces
                    .checked_mul(Decimal::from(3600))?
                    .checked_div(known(Variable::IdealRate)?)
            })
            .map(|seconds| seconds.round_dp(PLACES))
    };
    if let Some(seconds) = ideal(made) {
        worth.add(Made::IdealS, Some(seconds));
        worth.add(Made::PqTimed, Some(made));
        worth.add(Made::IdealGoodS, good.and_then(ideal));
    }
}

fn cost(record: &Record, unit_cost: Option<Decimal>, worth: &mut RowWorth) {
    if let (Some(cost), Some(good)) = (
        record.number(Variable::TotalCost),
        record.number(Variable::QuantityGood),
    ) {
        worth.add(Made::CostOfGood, Some(cost));
        worth.add(Made::GqCosted, Some(good));
    }
    if let (Some(booked), Some(allowed)) = (
        record.number(Variable::OverheadActual),
        record.number(Variable::OverheadBudget),
    ) {
        worth.add(Made::OverheadBooked, Some(booked));
        worth.add(Made::OverheadAllowed, Some(allowed));
        worth.add(Made::OverheadRows, Some(Decimal::ONE));
    }
    if let Some(booked) = record.number(Variable::ScrapCost) {
        worth.add(Made::ScrapValue, Some(booked));
        worth.add(Made::ScrapValued, record.number(Variable::QuantityScrap));
    } else if let Some(scrap) = scrap_to_value(record) {
        let unit = own_unit_cost(record).or(unit_cost);
        let recovery = record.number(Variable::ScrapRecovery).unwrap_or_default();
        if let Some(value) = unit.and_then(|unit| unit.checked_sub(recovery)?.checked_mul(scrap)) {
            worth.add(Made::ScrapValue, Some(value));
            worth.add(Made::ScrapValued, Some(scrap));
        }
    }
    let rate = record
        .number(Variable::LaborRateStandard)
        .or_else(|| record.number(Variable::LaborRate));
    let rework = record.number(Variable::ReworkHours);
    worth.add(
        Made::ReworkValue,
        rework.zip(rate).and_then(|(hours, rate)| hours.checked_mul(rate)),
    );
}

fn energy(record: &Record, worth: &mut RowWorth) {
    let used = record.number(Variable::EnergyUsed);
    let price = record.number(Variable::EnergyPrice);
    worth.add(
        Made::EnergyValue,
        used.zip(price).and_then(|(used, price)| used.checked_mul(price)),
    );
}

/// A value below the limit of detection or beyond the range is censored: counted elsewhere, never averaged.
fn measure(record: &Record, worth: &mut RowWorth) {
    let Some(value) = record.number(Variable::MeasuredValue) else {
        return;
    };
    let exact = record
        .text(Variable::ValueQualifier)
        .is_none_or(|qualifier| matches!(qualifier.trim(), "" | "="));
    if exact {
        worth.add(Made::MeasureN, Some(Decimal::ONE));
        worth.add(Made::MeasureSum, Some(value));
        worth.add(Made::MeasureSumSq, value.checked_mul(value));
    } else {
        worth.remarks.push("censored");
    }
}
