use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{KINDS, SampleFile, kind, plant};

/// Rows of a file by its own small reader: the generator quotes no delimiter but in English names.
fn rows(file: &SampleFile, german: bool) -> Vec<BTreeMap<String, String>> {
    let bytes = file.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&file.bytes);
    let text =
        String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect());
    let cut = |line: &str| -> Vec<String> {
        let mut cells = vec![String::new()];
        let mut quoted = false;
        for letter in line.chars() {
            match letter {
                '"' => quoted = !quoted,
                ',' if !german && !quoted => cells.push(String::new()),
                ';' if german && !quoted => cells.push(String::new()),
                other => cells.last_mut().unwrap().push(other),
            }
        }
        cells
    };
    let mut lines = text.lines();
    let header = cut(lines.next().unwrap());
    lines
        .map(|line| {
            let cells = cut(line);
            assert_eq!(cells.len(), header.len(), "{line}");
            header.iter().cloned().zip(cells).collect()
        })
        .collect()
}

fn sum(files: &[SampleFile], folder: &str, column: &str, german: bool) -> Decimal {
    files
        .iter()
        .filter(|file| file.folder == folder)
        .flat_map(|file| rows(file, german))
        .map(|row| row[column].replace(',', ".").parse::<Decimal>().unwrap())
        .sum()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    assert_eq!(plant(7, 0, 2025, 2), plant(7, 0, 2025, 2));
    assert_ne!(plant(7, 0, 2025, 2).files, plant(8, 0, 2025, 2).files);
    assert_ne!(plant(7, 0, 2025, 2).truth.metrics, plant(7, 1, 2025, 2).truth.metrics);
}

#[test]
fn the_truth_is_what_the_files_hold() {
    for (org, german, columns) in [
        (
            0,
            false,
            [
                ("production", "Quantity Produced", "quantity_produced"),
                ("production", "Quantity Scrap", "quantity_scrap"),
                ("production", "Quantity Good", "quantity_good"),
                ("production", "Total Cost", "total_cost"),
                ("quality", "Defect Count", "defect_count"),
                ("cost", "Hours Worked", "labor_hours"),
                ("energy", "Energy (kWh)", "energy_used"),
            ],
        ),
        (
            1,
            true,
            [
                ("production", "Produzierte Menge", "quantity_produced"),
                ("production", "Ausschuss", "quantity_scrap"),
                ("production", "Gutmenge", "quantity_good"),
                ("production", "Gesamtkosten", "total_cost"),
                ("quality", "Fehleranzahl", "defect_count"),
                ("cost", "Arbeitsstunden", "labor_hours"),
                ("energy", "Energie (kWh)", "energy_used"),
            ],
        ),
    ] {
        let plant = plant(42, org, 2025, 12);
        for (folder, column, metric) in columns {
            assert_eq!(
                sum(&plant.files, folder, column, german),
                plant.truth.metrics[metric],
                "{org} {metric}"
            );
            let by_file: Decimal = plant.files.iter().filter_map(|file| file.metrics.get(metric)).sum();
            assert_eq!(by_file, plant.truth.metrics[metric], "{org} {metric} by file");
        }
        let months: Decimal = plant
            .truth
            .by_month
            .values()
            .map(|month| month.0["quantity_scrap"])
            .sum();
        assert_eq!(months, plant.truth.metrics["quantity_scrap"]);
        let machines: Decimal = plant
            .truth
            .by_machine
            .values()
            .map(|machine| machine.0["stop_time"])
            .sum();
        assert_eq!(machines, plant.truth.metrics["stop_time"]);
        let reasons: Decimal = plant.truth.stop_minutes_by_reason.values().sum();
        assert_eq!(reasons, plant.truth.metrics["stop_time"]);
    }
}

#[test]
fn factors_of_the_oee_multiply_to_it_and_time_is_whole() {
    let truth = plant(42, 0, 2025, 12).truth;
    let of = |name: &str| truth.metrics[name];
    let ratio_of_pieces_is_not_that_of_time =
        (of("availability") * of("effectiveness") * of("quality_ratio") - of("oee")).abs();
    // Over products of different cycles the good share of the ideal time differs a little from that of the pieces.
    assert!(
        ratio_of_pieces_is_not_that_of_time < Decimal::new(5, 3),
        "{ratio_of_pieces_is_not_that_of_time}"
    );
    let production = of("availability") * of("planned_time");
    let minor = truth.stop_minutes_by_reason["Chip jam"];
    assert!(
        (production + of("stop_time") - minor - of("planned_time")).abs() < Decimal::new(1, 6),
        "planned = production + stops, short stops lie inside the production"
    );
    assert!(of("oee") > Decimal::new(5, 1) && of("oee") < Decimal::ONE);
}

#[test]
fn a_year_has_every_week_and_month_and_no_name_twice() {
    for org in [0, 1] {
        let plant = plant(1, org, 2025, 12);
        let mut names: Vec<&str> = plant.files.iter().map(|file| file.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), plant.files.len());
        assert_eq!(plant.files.len(), 52 * 3 + 12 * 2);
        assert_eq!(plant.truth.files, 52 * 3 + 12 * 2);
        assert_eq!(plant.truth.rows, plant.files.iter().map(|file| file.rows).sum::<u64>());
        assert_eq!(plant.truth.first_day, "2025-01-02".parse().ok());
        assert_eq!(plant.truth.last_day, "2025-12-23".parse().ok());
    }
}

#[test]
fn the_german_plant_writes_as_german_systems_do() {
    let plant = plant(42, 1, 2025, 1);
    let of = |folder: &str| plant.files.iter().find(|file| file.folder == folder).unwrap();
    let production = &of("production").bytes;
    assert!(
        production.contains(&0xFC) && String::from_utf8(production.clone()).is_err(),
        "Windows-1252"
    );
    assert!(production.windows(2).any(|pair| pair == b"\r\n"));
    let energy = String::from_utf8(of("energy").bytes.clone()).unwrap();
    assert!(
        energy.starts_with('\u{feff}') && energy.contains("02.01.2025 06:00;L1;"),
        "{}",
        energy.get(..200).unwrap()
    );
    assert!(of("production").rows > 0);
}

#[test]
fn every_export_names_the_variable_of_each_column() {
    for org in [0, 1] {
        for file in plant(42, org, 2025, 1).files {
            let row = rows(&file, org == 1).remove(0);
            assert_eq!(file.sets.len(), row.len(), "{}", file.name);
            for set in &file.sets {
                let (_, variable) = set.split_once('=').unwrap();
                assert!(plant_core::variable::Variable::from_name(variable).is_some(), "{set}");
            }
        }
    }
}

#[test]
fn truth_goes_through_json() {
    let truth = plant(42, 0, 2025, 1).truth;
    let text = serde_json::to_string(&truth).unwrap();
    let back: super::Truth = serde_json::from_str(&text).unwrap();
    assert_eq!(back.metrics["quantity_scrap"], truth.metrics["quantity_scrap"]);
    assert_eq!(back.files, truth.files);
}

#[test]
fn each_kind_has_rows_and_a_mapping_of_every_column() {
    for name in KINDS {
        let file = kind(name).unwrap();
        let rows = rows(&file, false);
        assert_eq!(rows.len() as u64, file.rows);
        assert_eq!(file.sets.len(), rows[0].len());
        for set in &file.sets {
            let (source, variable) = set.split_once('=').unwrap();
            assert!(rows[0].contains_key(source), "{source}");
            assert!(
                plant_core::variable::Variable::from_name(variable).is_some(),
                "{variable}"
            );
        }
        assert!(!file.metrics.is_empty());
    }
    assert!(kind("nothing").is_none());
}
