use plant_core::model::{Analyzer, ChartKind, ChartView, FindingKind};

use super::support::{Analysed, Rows};

fn level(chart: &ChartView, name: &str) -> f64 {
    let found = chart.levels.iter().find(|(level, _)| level == name);
    found
        .unwrap_or_else(|| panic!("no level {name} in {:?}", chart.levels))
        .1
}

fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-6 * expected.abs().max(1.0),
        "{found}, not {expected}"
    );
}

fn chart(found: &Analysed) -> &ChartView {
    found.analyzer(Analyzer::Quality).chart.as_ref().unwrap()
}

fn marked(chart: &ChartView) -> Vec<&str> {
    chart
        .points
        .iter()
        .filter(|point| point.mark.is_some())
        .map(|point| point.label.as_str())
        .collect()
}

#[test]
fn w5_means_and_ranges_of_subgroups() {
    let subgroups = [
        ["10.02", "9.98", "10.01", "10.00", "9.99"],
        ["10.05", "10.03", "10.00", "10.04", "10.03"],
        ["9.97", "9.99", "9.96", "9.98", "10.00"],
        ["10.01", "10.02", "9.99", "10.00", "10.03"],
        ["9.98", "9.95", "9.97", "10.00", "9.95"],
        ["10.06", "10.02", "10.04", "10.01", "10.02"],
    ];
    let mut rows = Rows::new();
    for (number, subgroup) in subgroups.iter().enumerate() {
        for value in subgroup {
            rows.row(
                0,
                &[
                    ("characteristic", "diameter"),
                    ("subgroup_id", &(number + 1).to_string()),
                    ("measured_value", value),
                    ("lsl", "9.90"),
                    ("usl", "10.10"),
                ],
            );
        }
    }
    let found = rows.analyse();
    let chart = chart(&found);
    assert_eq!((chart.kind, chart.points.len()), (ChartKind::Control, 6));
    near(level(chart, "center"), 10.0033333333);
    near(level(chart, "upper limit"), 10.0292983);
    near(level(chart, "lower limit"), 9.9773683);
    near(level(chart, "mean range"), 0.045);
    near(level(chart, "upper limit of the range"), 0.09513);
    assert_eq!(marked(chart), ["2", "5", "6"]);
    found.near("cp", 1.722963);
    found.near("cpk", 1.665531);
    found.near("pp", 1.171796);
    found.near("ppk", 1.132736);
    assert!(
        found
            .item("cpk")
            .unwrap()
            .warnings
            .contains(&plant_core::metric::Warning::Unstable)
    );
    let signal = found.finding(FindingKind::ControlSignal);
    assert_eq!(
        signal.title,
        "diameter: 3 of 6 points outside the control limits (X̄-R chart)"
    );
    assert_eq!(signal.evidence_count, 15);
    assert_eq!(found.sum("measure_n"), Some(30.into()));
}

#[test]
fn w6_individuals_and_moving_ranges() {
    let values = [
        "49.6", "47.6", "49.9", "51.3", "47.8", "51.2", "52.6", "52.4", "53.6", "52.1",
    ];
    let mut rows = Rows::new();
    // Written last first: the time of the sample puts them in order.
    for (hour, value) in values.iter().enumerate().rev() {
        rows.row(0, &[("measured_value", value), ("sample_time", &format!("{hour}:00"))]);
    }
    let found = rows.analyse();
    let chart = chart(&found);
    near(level(chart, "center"), 50.81);
    near(level(chart, "mean moving range"), 1.8777777778);
    near(level(chart, "upper limit"), 55.80409);
    near(level(chart, "lower limit"), 45.81591);
    near(level(chart, "upper limit of the range"), 6.1347);
    let plotted: Vec<f64> = chart.points.iter().filter_map(|point| point.value).collect();
    assert_eq!((plotted.first(), plotted.last()), (Some(&49.6), Some(&52.1)));

    // The same values without a time have no order, so they get no chart.
    let mut rows = Rows::new();
    for value in values {
        rows.row(0, &[("measured_value", value)]);
    }
    let found = rows.analyse();
    assert_eq!(found.analyzer(Analyzer::Quality).chart, None);
    found.near("measured_mean", 50.81);
    assert!(found.findings(FindingKind::ControlSignal).is_empty());
}

#[test]
fn w7_share_of_scrap_over_days() {
    let scrap = [
        12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
    ];
    let mut rows = Rows::new();
    for (day, scrap) in scrap.iter().enumerate() {
        rows.row(
            day as u64,
            &[("quantity_produced", "50"), ("quantity_scrap", &scrap.to_string())],
        );
    }
    let found = rows.analyse();
    let chart = chart(&found);
    near(level(chart, "center"), 0.2313333333);
    near(level(chart, "upper limit"), 0.4102391);
    near(level(chart, "lower limit"), 0.0524275);
    let out: Vec<usize> = chart
        .points
        .iter()
        .enumerate()
        .filter(|(_, point)| point.mark.as_deref() == Some("1"))
        .map(|(place, _)| place + 1)
        .collect();
    assert_eq!(out, [15, 23]);
    found.near("scrap_ratio", 347.0 / 1500.0);
}

#[test]
fn w12_yields_are_those_of_the_first_time() {
    let mut rows = Rows::new();
    rows.row(
        0,
        &[
            ("quantity_produced", "1000"),
            ("quantity_scrap", "30"),
            ("quantity_rework", "50"),
        ],
    );
    let found = rows.analyse();
    found.near("first_pass_yield", 0.92);
    found.near("scrap_ratio", 0.03);
    found.near("rework_ratio", 0.05);
    found.near("quality_ratio", 0.92);
}

#[test]
fn w12_pieces_that_are_worked_on_once_more_are_made_once() {
    for (work, name) in [("order_type", "Rework"), ("operation", "0015 Nacharbeit")] {
        let mut rows = Rows::new();
        rows.row(
            0,
            &[
                (work, "Production"),
                ("quantity_produced", "1000"),
                ("quantity_good", "920"),
                ("quantity_scrap", "30"),
                ("quantity_rework", "50"),
            ],
        );
        rows.row(
            0,
            &[
                (work, name),
                ("quantity_produced", "50"),
                ("quantity_good", "45"),
                ("quantity_scrap", "5"),
            ],
        );
        let found = rows.analyse();
        found.near("quantity_produced", 1000.0);
        found.near("quantity_scrap", 35.0);
        found.near("first_pass_yield", 0.92);
        found.near("quality_ratio", 0.92);
        found.near("final_yield", 0.965);
        found.near("scrap_ratio", 0.035);
        found.near("rework_ratio", 0.05);
    }
}

#[test]
fn w25_a_sensor_that_does_not_move_is_told() {
    let mut rows = Rows::new();
    for hour in 0..25 {
        rows.row(
            0,
            &[
                ("characteristic", "bore"),
                ("measured_value", "10.00"),
                ("lsl", "9.9"),
                ("usl", "10.1"),
                ("sample_time", &format!("{hour}:00")),
            ],
        );
    }
    let found = rows.analyse();
    for index in ["cp", "cpk", "pp", "ppk"] {
        assert_eq!(found.null(index), "zero_variance");
    }
    let stuck = found.finding(FindingKind::StuckSensor);
    assert!(stuck.title.starts_with("bore: all 25 values are 10"), "{}", stuck.title);
    assert_eq!((stuck.evidence_rows.len(), stuck.evidence_count), (20, 25));
}

#[test]
fn quantities_that_contradict_each_other_are_left_out_and_told() {
    let mut rows = Rows::new();
    for (made, good, scrap) in [
        ("100", "95", "5"),
        ("100", "90", "20"),
        ("10", "0", "11"),
        ("-20", "-19", "-1"),
    ] {
        rows.row(
            0,
            &[
                ("quantity_produced", made),
                ("quantity_good", good),
                ("quantity_scrap", scrap),
            ],
        );
    }
    let found = rows.analyse();
    // The reversal nets against the row that it takes back.
    found.near("quality_ratio", 76.0 / 80.0);
    assert_eq!(found.lines(FindingKind::QuantitiesDisagree), [3, 4]);
    assert_eq!(found.finding(FindingKind::QuantitiesDisagree).evidence_count, 2);
}

#[test]
fn censored_values_are_counted_and_not_averaged() {
    let mut rows = Rows::new();
    for (value, qualifier) in [("1.5", "="), ("2.5", "="), ("0.1", "<"), ("2.0", "ND"), ("3.5", "=")] {
        rows.row(0, &[("measured_value", value), ("value_qualifier", qualifier)]);
    }
    let found = rows.analyse();
    found.near("measured_mean", 2.5);
    assert_eq!(found.lines(FindingKind::CensoredValues), [4, 5]);
}

#[test]
fn quantities_in_several_units_are_not_added_up() {
    let mut rows = Rows::new();
    for (uom, scrap) in [("PC", "5"), ("KG", "7")] {
        rows.row(
            0,
            &[
                ("uom", uom),
                ("quantity_scrap", scrap),
                ("scrap_cost", "10"),
                ("currency", "USD"),
            ],
        );
    }
    let found = rows.analyse();
    assert!(found.item("quantity_scrap").is_none(), "shown only with a value");
    found.near("scrap_value", 20.0);
}
