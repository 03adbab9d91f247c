use plant_core::balance::Balance;

use super::support::{Rows, decimal, order};
use plant_core::model::{Analyzer, AnalyzerStatus, FindingKind, Grade, Pool};

/// Scrap of 12 days on one product: mostly 2 of 100, sometimes more.
fn scrap_rows(days: u64, extra: &[(&str, &str)]) -> Rows {
    let mut rows = Rows::new();
    for day in 0..days {
        let scrap = match day % 4 {
            0 => "1",
            1 | 2 => "2",
            _ => "6",
        };
        let mut cells = vec![
            ("product_code", "0815"),
            ("machine", "M1"),
            ("quantity_produced", "100"),
            ("quantity_scrap", scrap),
        ];
        cells.extend(extra);
        rows.row(day, &cells);
    }
    rows
}

#[test]
fn scrap_above_the_own_median_is_money_where_the_rules_allow_it() {
    let found = scrap_rows(40, &[("material_unit_cost", "3.50"), ("currency", "EUR")]).analyse();
    let finding = found.finding(FindingKind::ScrapExcess);
    // Ten days with 4 pieces above the median of 2 in 100.
    assert_eq!(finding.loss_quantity, Some(decimal("40")));
    assert_eq!(
        finding.title,
        "0815 on M1: 40 pieces more scrap than at its own usual rate of 2 %"
    );
    let saving = finding.saving.as_ref().unwrap();
    assert_eq!((saving.expected, saving.low), (decimal("70"), decimal("35")));
    assert_eq!(
        (saving.currency.as_str(), saving.pool, saving.grade),
        ("EUR", Pool::Material, Grade::C)
    );
    assert_eq!(saving.observed, decimal("385"));
    assert!(finding.working.contains("3.5 EUR/pieces"), "{}", finding.working);
    assert_eq!((finding.evidence_rows.len(), finding.evidence_count), (10, 10));
    assert!(
        found
            .0
            .summary
            .iter()
            .any(|text| text.contains("at least €35 identified")),
        "{:?}",
        found.0.summary
    );
}

#[test]
fn without_value_currency_days_or_clean_rows_it_is_a_signal() {
    let cost = ("material_unit_cost", "3.50");
    for (rows, order, why) in [
        (scrap_rows(40, &[cost]), order(), "in which currency"),
        (scrap_rows(40, &[("currency", "EUR")]), order(), "nothing says what one"),
        (scrap_rows(20, &[cost, ("currency", "EUR")]), order(), "20 days of data"),
        (
            scrap_rows(40, &[cost, ("currency", "EUR")]),
            {
                let mut order = order();
                order.balance = Balance {
                    physical: 43,
                    taken: 40,
                    quarantined: 3,
                    ..Balance::default()
                };
                order
            },
            "quarantined",
        ),
    ] {
        let found = rows.analyse_with(&order);
        let finding = found.finding(FindingKind::ScrapExcess);
        assert_eq!(finding.saving, None);
        assert!(finding.working.contains(why), "{} lacks {why}", finding.working);
        assert!(
            found
                .0
                .summary
                .iter()
                .any(|text| text.starts_with("No saving is claimed"))
        );
    }
}

#[test]
fn a_cost_from_another_file_or_a_standard_cost_is_a_grade_lower() {
    let mut order = order();
    order.currency = Some("USD".to_owned());
    let cost = |currency: Option<&str>| super::support::listed("standard_unit_cost product_code=0815 3.50", currency);
    order.references = cost(None);
    let found = scrap_rows(40, &[]).analyse_with(&order);
    let saving = found.finding(FindingKind::ScrapExcess).saving.as_ref().unwrap();
    assert_eq!(
        (saving.grade, saving.currency.as_str(), saving.low),
        (Grade::D, "USD", decimal("35"))
    );
    found.near("scrap_value", 110.0 * 3.5);
    order.references = cost(Some("usd"));
    scrap_rows(40, &[])
        .analyse_with(&order)
        .near("scrap_value", 110.0 * 3.5);
    // Euros are no dollars.
    order.references = cost(Some("EUR"));
    assert_eq!(scrap_rows(40, &[]).analyse_with(&order).sum("scrap_value"), None);
}

#[test]
fn w11_scrap_and_rework_in_money() {
    let mut rows = Rows::new();
    rows.row(
        0,
        &[
            ("quantity_produced", "19271"),
            ("quantity_scrap", "423"),
            ("material_unit_cost", "1.55"),
            ("scrap_recovery", "0.10"),
            ("rework_hours", "15"),
            ("labor_rate_standard", "30"),
            ("currency", "USD"),
        ],
    );
    let found = rows.analyse();
    found.near("scrap_value", 613.35);
    found.near("rework_value", 450.0);
    found.near("copq", 1063.35);
}

#[test]
fn w13_setups_above_their_own_median_are_hours_and_no_money() {
    let mut rows = Rows::new();
    for (day, minutes) in [42, 38, 55, 40, 120, 35, 44, 41, 39, 90, 43, 37]
        .into_iter()
        .enumerate()
    {
        let seconds = (minutes * 60).to_string();
        rows.row(
            day as u64 * 4,
            &[("machine", "M1"), ("stop_category", "setup"), ("duration", &seconds)],
        );
    }
    let found = rows.analyse();
    let finding = found.finding(FindingKind::SetupExcess);
    assert_eq!(
        (finding.loss_quantity, finding.loss_unit.as_str()),
        (Some(decimal("145")), "min")
    );
    assert!(finding.working.contains("median 41.5 min"), "{}", finding.working);
    assert!(
        finding.working.contains("freed time is no money"),
        "{}",
        finding.working
    );
    assert_eq!(finding.saving, None);
    assert_eq!(
        finding.evidence_rows.first().map(|at| at.line),
        Some(6),
        "the longest first"
    );
}

#[test]
fn w14_base_load_of_the_energy() {
    let energy = [410, 545, 700, 860, 990, 1160, 1300, 1445, 1610, 1740, 1905, 2045];
    let mut rows = Rows::new();
    for (day, energy) in energy.into_iter().enumerate() {
        // Meter and production stand on different rows of a day.
        rows.row(
            day as u64,
            &[
                ("energy_used", &energy.to_string()),
                ("energy_price", "0.14"),
                ("currency", "EUR"),
            ],
        );
        rows.row(day as u64, &[("quantity_produced", &(day * 100).to_string())]);
    }
    let found = rows.analyse();
    let finding = found.finding(FindingKind::EnergyBaseLoad);
    assert!(
        finding.title.starts_with("Base load of 403.526 kWh a day"),
        "{}",
        finding.title
    );
    assert!(
        finding.working.contains("1.4951 x pieces over 12 days; R² 0.999794"),
        "{}",
        finding.working
    );
    assert_eq!(finding.saving, None);
    found.near("energy_cost", 14710.0 * 0.14);
    found.near("energy_per_unit", 14710.0 / 6600.0);
}

#[test]
fn w17_the_vital_few_reasons_with_the_blank_named() {
    let mut rows = Rows::new();
    for (reason, minutes) in [
        ("jam", 310),
        ("no operator", 190),
        ("tool change", 150),
        ("", 135),
        ("sensor", 70),
        ("other", 45),
    ] {
        let seconds = (minutes * 60).to_string();
        rows.row(
            0,
            &[
                ("machine", "M1"),
                ("stop_category", "unknown"),
                ("reason_text", reason),
                ("duration", &seconds),
            ],
        );
    }
    let found = rows.analyse();
    let chart = found.analyzer(Analyzer::Equipment).chart.as_ref().unwrap();
    let bars: Vec<(&str, f64)> = chart
        .points
        .iter()
        .map(|point| (point.label.as_str(), point.cumulative.unwrap()))
        .collect();
    let expected = [0.3444, 0.5556, 0.7222, 0.8722, 0.9500, 1.0];
    assert_eq!(
        bars.iter().map(|(name, _)| *name).collect::<Vec<_>>()[..4],
        ["jam", "no operator", "tool change", "(blank)"]
    );
    for ((_, found), expected) in bars.iter().zip(expected) {
        assert!((found - expected).abs() < 5e-5, "{found} {expected}");
    }
    assert!(
        found
            .finding(FindingKind::BlankReasons)
            .title
            .starts_with("15 % of the stop time has neither")
    );
    assert_eq!(
        found.finding(FindingKind::StopPareto).title,
        "jam: 310 min in 1 stop (34.44 % of all stop time)"
    );
}

#[test]
fn a_reason_that_comes_back_within_a_day_is_a_bad_actor() {
    let mut rows = Rows::new();
    for (day, start, end) in [
        (0, "06:00", "06:10"),
        (0, "18:00", "18:10"),
        (1, "05:00", "05:10"),
        (1, "09:00", "09:10"),
        (9, "06:00", "06:10"),
    ] {
        rows.row(
            day,
            &[
                ("machine", "M1"),
                ("stop_category", "breakdown"),
                ("reason_text", "belt torn"),
                ("event_start", start),
                ("event_end", end),
            ],
        );
    }
    let found = rows.analyse();
    let finding = found.finding(FindingKind::BadActor);
    assert_eq!(
        finding.title,
        "belt torn on M1: came back within 24 h 3 times (5 stops in all, 50 min)"
    );
    assert_eq!(finding.scope.get("machine").map(String::as_str), Some("M1"));
    found.no_saving();
}

#[test]
fn rows_without_dates_say_so_and_claim_nothing() {
    let mut rows = Rows::new();
    for _ in 0..30 {
        let cells = [
            ("product_code", "A"),
            ("quantity_produced", "100"),
            ("quantity_scrap", "7"),
            ("standard_unit_cost", "2"),
            ("currency", "USD"),
        ];
        rows.undated(&cells);
    }
    let found = rows.analyse();
    let finding = found.finding(FindingKind::MissingDates);
    assert_eq!((finding.evidence_count, finding.evidence_rows.len()), (30, 20));
    assert!(found.0.summary[0].contains("none with a usable date"));
    assert_eq!(found.0.tier.overall, 0);
    found.near("scrap_value", 420.0);
    found.no_saving();
}

#[test]
fn no_rows_is_no_data_with_the_columns_that_are_missing() {
    let found = Rows::new().analyse();
    assert_eq!(found.0.records, 0);
    for analyzer in &found.0.analyzers {
        assert_eq!(analyzer.status, AnalyzerStatus::NoData, "{}", analyzer.name);
        assert!(
            analyzer.error.as_ref().unwrap().ends_with(" in the data"),
            "{:?}",
            analyzer.error
        );
    }
    assert!(found.0.findings.is_empty());
}
