//! Real exports of real plants end with the rows and sums that were computed for them by other means.

use std::path::Path;

use plant_tests::Plant;
use serde_json::Value;

/// Drops a real file; where it is held, saves the suggestion as it stands (with what only a person can know in `sets`).
fn taken_in(plant: &Plant, folder: &Path, data: &Path, file: &str, sets: &[&str]) -> Value {
    let name = file.rsplit('/').next().unwrap();
    plant.drop_file(folder, name, &std::fs::read(data.join(file)).unwrap());
    let settled = plant.settled(name);
    if settled["state"] != "held" {
        return settled;
    }
    let id = settled["file_id"].as_str().unwrap().to_owned();
    let mut arguments = vec!["profiles", "save", name, "--from", &id];
    for set in sets {
        arguments.extend(["--set", set]);
    }
    plant.ok(&arguments);
    plant.settled(name)
}

fn close(actual: Option<f64>, expected: f64, what: &str) {
    let actual = actual.unwrap_or_else(|| panic!("{what}: no value, expected {expected}"));
    assert!(
        (actual - expected).abs() <= 1e-6 * expected.abs().max(1.0),
        "{what}: {actual}, expected {expected}"
    );
}

struct Case {
    file: &'static str,
    rows: u64,
    sets: &'static [&'static str],
    /// Metric, further arguments, value.
    sums: &'static [(&'static str, &'static [&'static str], f64)],
}

const CASES: &[Case] = &[
    Case {
        file: "o01_ai4i2020/ai4i2020_tab.csv",
        rows: 10_000,
        sets: &[],
        sums: &[("failures", &[], 339.0)],
    },
    Case {
        file: "o02_adventureworks/Production.WorkOrder.csv",
        rows: 72_591,
        sets: &[],
        sums: &[
            ("quantity_planned", &[], 4_507_721.0),
            ("quantity_good", &[], 4_497_070.0),
            ("quantity_scrap", &[], 10_651.0),
        ],
    },
    Case {
        file: "o03_process_mining/production_data.csv",
        rows: 4_543,
        sets: &[],
        sums: &[("quantity_scrap", &[], 593.0)],
    },
    Case {
        file: "o06_steel_energy/Steel_industry_data.csv",
        rows: 35_040,
        sets: &[],
        sums: &[
            ("energy_used", &[], 959_636.71),
            ("energy_used", &["--where", "energy_tariff=Maximum_Load"], 430_977.36),
            ("emissions", &[], 403.81),
        ],
    },
    Case {
        file: "o07_es_mes/export_2025_completo.csv",
        rows: 7_750,
        sets: &[],
        sums: &[
            ("quantity_produced", &[], 1_115_819.0),
            ("quantity_scrap", &[], 10_867.0),
            ("duration", &["--where", "stop_category=running"], 12_948.92 * 3_600.0),
            ("availability", &[], 0.810_335),
        ],
    },
    Case {
        file: "o11_garments/garments_worker_productivity.csv",
        rows: 1_197,
        sets: &[],
        sums: &[],
    },
    Case {
        file: "o12_sap_scrap/EXPORT.XLSX",
        rows: 1_060,
        sets: &[],
        sums: &[
            ("scrap_cost", &[], 11_049.06),
            ("scrap_cost", &["--where", "cost_center=JM03A03552"], 7_060.26),
            ("quantity_scrap", &["--where", "uom=PC"], 27_068.0),
        ],
    },
    Case {
        file: "o14_de_lastgang/Lastgang.csv",
        rows: 35_040,
        sets: &[],
        sums: &[("energy_used", &[], 11_063_493.75)],
    },
    Case {
        file: "o20_machining_downtime/downtime.csv",
        rows: 2_500,
        sets: &[],
        sums: &[("failures", &[], 1_265.0)],
    },
];

#[test]
fn real_exports_give_the_rows_and_sums_that_are_known() {
    let Some(data) = plant_need::shared() else { return };
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let mut wrong = Vec::new();
    for case in CASES {
        let file = taken_in(&plant, &folder, &data, case.file, case.sets);
        let state = file["state"].as_str().unwrap_or_default();
        let rows = file["balance"]["taken"].as_u64().unwrap_or(0);
        if state != "analysed" || rows != case.rows {
            wrong.push(format!("{}: {state}, {rows} rows of {}: {file}", case.file, case.rows));
            continue;
        }
        let id = file["file_id"].as_str().unwrap();
        for (metric, more, expected) in case.sums {
            let mut arguments = vec!["--file", id];
            arguments.extend(*more);
            let result = std::panic::catch_unwind(|| close(plant.metric(metric, &arguments), *expected, metric));
            if result.is_err() {
                let shown = plant.json(&["files", "show", id]);
                wrong.push(format!(
                    "{}: {metric} {more:?} is not {expected}: {}",
                    case.file, shown["columns"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    // No money and no durations in these: no saving may be claimed.
    let savings = plant.json(&["savings"]);
    assert_eq!(savings["identified_low"], 0, "{savings}");
    assert_eq!(savings["items"], serde_json::json!([]), "{savings}");
}

#[test]
fn the_three_encodings_of_one_export_have_the_same_rows() {
    let Some(data) = plant_need::shared() else { return };
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let utf8 = std::fs::read_to_string(data.join("o07_es_mes/export_2025_completo.csv")).unwrap();
    let first = taken_in(&plant, &folder, &data, "o07_es_mes/export_2025_completo.csv", &[]);
    assert_eq!(first["balance"]["taken"], 7_750, "{first}");
    // The same rows again, as CP1252 and as UTF-16: every one of them is known.
    let cp1252 = taken_in(
        &plant,
        &folder,
        &data,
        "o07_es_mes/export_2025_completo.cp1252.csv",
        &[],
    );
    assert_eq!(cp1252["encoding"], "windows-1252", "{cp1252}");
    assert_eq!(cp1252["balance"]["duplicate"], 7_750, "{cp1252}");
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(
        utf8.trim_start_matches('\u{feff}')
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    plant.drop_file(&folder, "utf16.csv", &utf16);
    let utf16 = plant.settled("utf16.csv");
    assert_eq!(utf16["encoding"], "utf-16le", "{utf16}");
    assert_eq!(utf16["balance"]["duplicate"], 7_750, "{utf16}");
}

#[test]
fn no_real_file_crashes_hangs_or_is_half_read() {
    let Some(data) = plant_need::shared() else { return };
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let mut names = Vec::new();
    for set in std::fs::read_dir(&data).unwrap() {
        let set = set.unwrap().path();
        if !set.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&set).unwrap() {
            let file = file.unwrap().path();
            let name = format!(
                "{}_{}",
                set.file_name().unwrap().display(),
                file.file_name().unwrap().display()
            );
            plant.drop_file(&folder, &name, &std::fs::read(&file).unwrap());
            names.push(name);
        }
    }
    for name in names {
        let file = plant.settled(&name);
        let state = file["state"].as_str().unwrap();
        assert!(
            ["analysed", "held", "unsupported", "duplicate"].contains(&state),
            "{name}: {file}"
        );
        if state == "analysed" {
            let balance = &file["balance"];
            let fates = [
                "header",
                "preamble",
                "ruler",
                "total",
                "blank",
                "taken",
                "quarantined",
                "duplicate",
                "continued",
            ];
            let sum: u64 = fates.iter().map(|fate| balance[fate].as_u64().unwrap_or(0)).sum();
            assert_eq!(balance["physical"].as_u64(), Some(sum), "{name}: {file}");
        } else {
            assert!(
                file["reason"]["text"].as_str().is_some_and(|text| text.len() > 5),
                "{name}: {file}"
            );
        }
    }
}
