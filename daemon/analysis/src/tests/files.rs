//! Figures of real exports; the files are not part of the project, and without them these tests say so and return.

use super::support::{Rows, decimal};
use plant_core::model::FindingKind;

fn shared(path: &str) -> Option<String> {
    Some(String::from_utf8(plant_need::export(path)?).unwrap())
}

#[test]
fn o07_a_state_log_of_net_hours() {
    let Some(text) = shared("o07_es_mes/export_2025_completo.csv") else {
        return;
    };
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut rows = Rows::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name: &str| cells[header.iter().position(|header| *header == name).unwrap()];
        let hours: rust_decimal::Decimal = cell("tiempo").parse().unwrap();
        let seconds = (hours * rust_decimal::Decimal::from(3600)).to_string();
        let day: chrono::NaiveDate = cell("fecha").parse().unwrap();
        let end = match cell("h_fin") {
            end if end < cell("h_ini") => {
                let (hours, minutes) = end.split_once(':').unwrap();
                format!("{}:{minutes}", hours.parse::<u32>().unwrap() + 24)
            }
            end => end.to_owned(),
        };
        let category = match cell("proceso") {
            "Producción" => "running",
            "Preparación" => "setup",
            _ => "unknown",
        };
        let mut row = vec![
            ("machine", cell("recurso")),
            ("stop_category", category),
            ("event_start", cell("h_ini")),
            ("event_end", end.as_str()),
            ("duration", seconds.as_str()),
        ];
        if !cell("incidencia").is_empty() {
            row.push(("reason_text", cell("incidencia")));
        }
        if category == "running" {
            row.push(("quantity_produced", cell("cantidad")));
            row.push(("quantity_scrap", cell("malas")));
        }
        let first = chrono::NaiveDate::from_ymd_opt(2025, 3, 3).unwrap();
        let shift = (day - first).num_days();
        // The rows of the test begin in March; earlier days are moved a year on, which changes no sum.
        rows.row(if shift < 0 { shift + 730 } else { shift } as u64, &row);
    }
    let found = rows.analyse();
    assert_eq!(found.0.records, 7750);
    found.near("availability", 12948.92 / (12948.92 + 2398.99 + 631.8));
    found.near("production_time", 12948.92 * 60.0);
    found.near("setup_time", 631.8 * 60.0);
    assert_eq!(found.sum("sum_quantity_produced"), Some(decimal("1115819")));
    assert_eq!(found.sum("sum_quantity_scrap"), Some(decimal("10867")));
    // 17 rows have more scrap than pieces: they are told and left out of the ratio, which would be 0.990261 with them.
    assert_eq!(found.finding(FindingKind::QuantitiesDisagree).evidence_count, 17);
    found.near("quality_ratio", 1.0 - (10867.0 - 2006.0) / (1115819.0 - 756.0));
    // Rows of no length (12 and 10 of these) took no time and are not listed.
    let stops: Vec<&str> = found
        .findings(FindingKind::StopPareto)
        .iter()
        .map(|finding| finding.title.as_str())
        .collect();
    assert!(
        stops[0].starts_with("set-up without a reason: 631.8 h in 362 stops"),
        "{stops:?}"
    );
    assert!(
        stops[1].starts_with("CAMBIO DE CUCHILLA: 366.82 h in 1,858 stops"),
        "{stops:?}"
    );
    found.no_saving();
}

#[test]
fn o01_failures_without_lengths_or_money() {
    let Some(text) = shared("o01_ai4i2020/ai4i2020_tab.csv") else {
        return;
    };
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let failure = header.iter().position(|name| name.contains("Machine failure")).unwrap();
    let kind = header.iter().position(|name| *name == "Type").unwrap();
    let mut rows = Rows::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let failed = if cells[failure] == "1" { "true" } else { "false" };
        rows.undated(&[("product_code", cells[kind]), ("is_failure", failed)]);
    }
    let found = rows.analyse();
    found.near("failures", 339.0);
    assert_eq!(found.null("availability"), "missing_apt_s");
    assert_eq!(found.null("mtbf"), "missing_operating_s");
    found.no_saving();
}
