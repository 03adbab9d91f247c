use std::collections::BTreeMap;

use plant_core::component::{Component, Dimension};
use plant_core::variable::Variable;
use rust_decimal::Decimal;

use super::support::{Rows, decimal, order};

/// A small generator with a fixed seed.
struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn decimal(&mut self) -> String {
        let scale = self.below(7) as usize;
        let sign = if self.below(10) == 0 { "-" } else { "" };
        let digits = format!("{:0width$}", self.below(1_000_000_000), width = scale + 1);
        let (whole, part) = digits.split_at(digits.len() - scale);
        if scale == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{part}")
        }
    }
}

/// Sums by day, machine and component.
type Sums = BTreeMap<(String, Option<String>, Component), Decimal>;

fn random_rows(n: u64) -> (Rows, Sums) {
    let mut random = Random(42);
    let mut rows = Rows::new();
    let mut expected = BTreeMap::new();
    for _ in 0..n {
        let day = random.below(30);
        let machine = ["A", "B", "C", ""][random.below(4) as usize];
        let product = format!("P{}", random.below(5));
        let (cost, scrap) = (random.decimal(), random.decimal());
        let mut cells = vec![("product_code", product.as_str()), ("total_cost", cost.as_str())];
        if !machine.is_empty() {
            cells.push(("machine", machine));
        }
        if random.below(3) > 0 {
            cells.push(("quantity_scrap", scrap.as_str()));
        }
        rows.row(day, &cells);
        let date = (chrono::NaiveDate::from_ymd_opt(2025, 3, 3).unwrap() + chrono::Days::new(day)).to_string();
        let machine = (!machine.is_empty()).then(|| machine.to_owned());
        let mut add = |component, value: Decimal| {
            *expected
                .entry((date.clone(), machine.clone(), component))
                .or_insert(Decimal::ZERO) += value;
        };
        add(Component::Rows, Decimal::ONE);
        add(Component::Sum(Variable::TotalCost), decimal(&cost));
        add(Component::Count(Variable::TotalCost), Decimal::ONE);
        if cells.iter().any(|(name, _)| *name == "quantity_scrap") {
            add(Component::Sum(Variable::QuantityScrap), decimal(&scrap));
            add(Component::Count(Variable::QuantityScrap), Decimal::ONE);
        }
    }
    (rows, expected)
}

#[test]
fn sums_equal_those_of_a_plain_loop() {
    let (rows, expected) = random_rows(10_000);
    let found = rows.analyse();
    let mut sums = BTreeMap::new();
    for row in found.cells() {
        assert_eq!(row.dimensions.len(), Dimension::ALL.len());
        for (component, value) in row.values.iter() {
            let key = (
                row.day.unwrap().to_string(),
                row.dimensions[Dimension::Machine as usize].clone(),
                component,
            );
            *sums.entry(key).or_insert(Decimal::ZERO) += value;
        }
    }
    assert_eq!(sums, expected);
    assert_eq!(found.0.records, 10_000);
    let keys: Vec<_> = found.cells().map(|row| (row.day, row.dimensions.clone())).collect();
    assert!(keys.is_sorted() && keys.iter().zip(keys.iter().skip(1)).all(|(one, next)| one != next));
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let (rows, _) = random_rows(2_000);
    let bytes = |found: super::support::Analysed| serde_json::to_vec(&found.0).unwrap();
    let first = bytes(rows.analyse());
    for _ in 0..3 {
        assert!(bytes(rows.analyse()) == first);
    }
}

#[test]
fn only_rows_that_count_are_summed() {
    let mut rows = Rows::new();
    rows.row(0, &[("quantity_produced", "100")]);
    let dead = rows.undated(&[("quantity_produced", "90")]).line;
    let found = rows.analyse_without(&[dead]);
    assert_eq!(
        (found.0.records, found.sum("sum_quantity_produced")),
        (1, Some(decimal("100")))
    );
}

#[test]
fn a_component_is_absent_where_no_row_contributes() {
    let mut rows = Rows::new();
    rows.row(0, &[("machine", "A"), ("quantity_good", "0")])
        .row(0, &[("machine", "B"), ("labor_hours", "1")]);
    let found = rows.analyse();
    let good = Component::Sum(Variable::QuantityGood);
    let values: Vec<_> = found.cells().map(|row| row.values.get(good)).collect();
    assert_eq!(values, [Some(Decimal::ZERO), None]);
}

#[test]
fn overhead_is_compared_with_its_budget_on_rows_that_carry_both() {
    let mut rows = Rows::new();
    rows.row(0, &[("overhead_actual", "1000.50"), ("overhead_budget", "900")])
        .row(1, &[("overhead_actual", "500")])
        .row(1, &[("overhead_budget", "7000")])
        .row(2, &[("overhead_actual", "0"), ("overhead_budget", "20")]);
    let found = rows.analyse();
    assert_eq!(
        ["overhead_booked", "overhead_allowed", "overhead_rows"].map(|name| found.sum(name)),
        ["1000.50", "920", "2"].map(|value| Some(decimal(value)))
    );
    assert_eq!(found.sum("sum_overhead_actual"), Some(decimal("1500.50")));
}

#[test]
fn the_reason_is_its_words_or_else_its_code() {
    let mut rows = Rows::new();
    rows.row(0, &[("reason_code", "17"), ("reason_text", "jam")])
        .row(0, &[("reason_code", "18")]);
    let found = rows.analyse();
    let reasons: Vec<_> = found
        .cells()
        .map(|row| row.dimensions[Dimension::Reason as usize].clone().unwrap())
        .collect();
    assert_eq!(reasons, ["18", "jam"]);
}

#[test]
fn what_can_not_be_read_is_an_error() {
    let mut bytes = Rows::new().bytes();
    bytes.truncate(5);
    assert!(matches!(
        crate::analyse(bytes.as_slice(), &order()),
        Err(crate::AnalysisError::Rows(_))
    ));
    let mut order = order();
    order.zone = "Mars/Olympus".to_owned();
    let zone = crate::analyse(Rows::new().bytes().as_slice(), &order);
    assert!(matches!(zone, Err(crate::AnalysisError::UnknownZone { zone }) if zone == "Mars/Olympus"));
}
