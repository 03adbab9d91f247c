//! What no variable takes and still measures something: process values by name and unit, failures by mode.

use plant_tests::Plant;
use serde_json::Value;

use crate::rebuild::holds;

/// The figures of a query, by the value of one dimension (`-` where a group has none).
fn figures(plant: &Plant, arguments: &[&str], dimension: &str) -> Vec<(String, Option<f64>, String)> {
    let mut words = vec!["metrics", "get"];
    words.extend(arguments);
    let answer = plant.json(&words);
    let item = |item: &Value| {
        let group = item["group"][dimension].as_str().unwrap_or("-").to_owned();
        (
            group,
            item["value"].as_f64(),
            item["unit"].as_str().unwrap_or_default().to_owned(),
        )
    };
    answer["items"].as_array().unwrap().iter().map(item).collect()
}

#[track_caller]
fn one(plant: &Plant, arguments: &[&str]) -> (f64, String) {
    match figures(plant, arguments, "").as_slice() {
        [(_, Some(value), unit)] => (*value, unit.clone()),
        other => panic!("{arguments:?}: {other:?}"),
    }
}

#[track_caller]
fn close(value: f64, expected: f64) {
    assert!(
        (value - expected).abs() <= 1e-6 * expected.abs().max(1.0),
        "{value}, expected {expected}"
    );
}

/// A sample of the repository, dropped and saved as suggested with what a person adds.
fn sample(plant: &Plant, path: &str, sets: &[&str]) -> String {
    let folder = plant.watched("samples");
    let name = path.rsplit('/').next().unwrap();
    let bytes = std::fs::read(plant_tests::repository().join("samples").join(path)).unwrap();
    plant.drop_file(&folder, name, &bytes);
    let settled = plant.settled(name);
    let id = settled["file_id"].as_str().unwrap().to_owned();
    let mut arguments = vec!["profiles", "save", "sample", "--from", &id];
    for set in sets {
        arguments.extend(["--set", set]);
    }
    if settled["state"] == "held" || !sets.is_empty() {
        plant.ok(&arguments);
    }
    // What is in already is read again by what was said.
    plant.until("the sample is analysed", |plant| {
        let shown = plant.json(&["files", "show", &id]);
        let by = shown["profile"].as_str().unwrap_or_default();
        shown["state"] == "analysed" && (by.contains("sample") || sets.is_empty())
    });
    id
}

/// The cells of a column of a sample, by its own simple reading.
fn column(path: &str, delimiter: char, name: &str) -> Vec<f64> {
    let text = std::fs::read_to_string(plant_tests::repository().join("samples").join(path)).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().unwrap().split(delimiter).collect();
    let place = header.iter().position(|column| column.trim() == name).unwrap();
    lines
        .filter_map(|line| line.split(delimiter).nth(place)?.trim().parse().ok())
        .collect()
}

#[test]
fn process_values_and_failure_modes_of_a_machine_are_figures_that_lead_to_rows() {
    const FILE: &str = "ai4i2020/ai4i2020_tab.csv";
    let plant = Plant::start();
    let id = sample(&plant, FILE, &[]);
    let torque = column(FILE, '\t', "Torque [Nm]");
    assert_eq!(torque.len(), 10_000);
    let of = |metric| one(&plant, &[metric, "--where", "process_value=torque"]);
    let (mean, unit) = of("process_mean");
    assert_eq!(unit, "Nm");
    close(mean, torque.iter().sum::<f64>() / 10_000.0);
    close(of("process_min").0, torque.iter().copied().fold(f64::MAX, f64::min));
    close(of("process_max").0, torque.iter().copied().fold(f64::MIN, f64::max));
    let counts: Vec<(String, Option<f64>, String)> =
        figures(&plant, &["process_count", "--by", "process_value"], "process_value")
            .into_iter()
            .filter(|(name, ..)| name != "-")
            .collect();
    let mut names: Vec<&str> = counts.iter().map(|(name, ..)| name.as_str()).collect();
    names.sort_unstable();
    let expected = [
        "Air temperature",
        "Process temperature",
        "Rotational speed",
        "Tool wear",
        "Torque",
    ];
    assert_eq!(names, expected);
    assert!(
        counts.iter().all(|(_, count, _)| *count == Some(10_000.0)),
        "{counts:?}"
    );
    // Published: TWF 46, HDF 115, PWF 95, OSF 98, RNF 19.
    let modes = figures(&plant, &["failure_mode_count", "--by", "failure_mode"], "failure_mode");
    let count = |mode: &str| {
        modes
            .iter()
            .find(|(name, ..)| name == mode)
            .and_then(|(_, value, _)| *value)
    };
    for (mode, failures) in [
        ("TWF", 46.0),
        ("HDF", 115.0),
        ("PWF", 95.0),
        ("OSF", 98.0),
        ("RNF", 19.0),
    ] {
        assert_eq!(count(mode), Some(failures), "{mode}");
    }
    assert_eq!(plant.metric("failures", &[]), Some(339.0));
    // Values of several names are never put together.
    let mixed = plant.json(&["metrics", "get", "process_mean"]);
    assert_eq!(mixed["items"][0]["value"], Value::Null);
    assert_eq!(mixed["items"][0]["null_reason"], "mixed_process_value");
    // A row shows what it adds.
    let rows = plant.json(&["records", "--file", &id, "--limit", "1"]);
    let measures = rows["items"][0]["measures"].as_array().unwrap();
    let shown = measures.iter().find(|measure| measure["name"] == "Torque").unwrap();
    assert_eq!(
        (&shown["unit"], &shown["value"]),
        (&"Nm".into(), &42.8.into()),
        "{rows}"
    );
    assert_eq!(
        rows["items"][0]["extra"]["Torque [Nm]"],
        Value::Null,
        "it is no text any more"
    );
    // Words lead to the same figure.
    let asked = plant.json(&["ask", "average torque"]);
    close(asked["values"][0]["value"].as_f64().unwrap(), mean);
    holds(&plant, "with process values");
}

#[test]
fn the_columns_of_garments_are_process_values_by_their_names_or_by_a_persons_word() {
    const FILE: &str = "garments/garments_worker_productivity.csv";
    let plant = Plant::start();
    sample(&plant, FILE, &["over_time=process_value"]);
    let of = |metric, name: &str| one(&plant, &[metric, "--where", &format!("process_value={name}")]).0;
    // Published: 0.735091 and 0.729632.
    assert!((of("process_mean", "actual productivity") - 0.735_091).abs() < 5e-7);
    assert!((of("process_mean", "targeted productivity") - 0.729_632).abs() < 5e-7);
    close(of("process_sum", "idle time"), 874.0);
    close(of("process_sum", "over time"), 5_467_250.0);
    close(of("process_sum", "incentive"), 45_738.0);
    // 506 of the 1,197 cells are empty.
    close(of("process_count", "wip"), 691.0);
    let by_line = figures(
        &plant,
        &["process_mean", "--where", "process_value=smv", "--by", "line"],
        "line",
    );
    assert_eq!(by_line.len(), 2, "{by_line:?}");
}

#[test]
fn one_name_in_two_units_has_no_mean_and_what_is_no_number_is_no_process_value() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let file = |name: &str, unit: &str, values: [&str; 3]| {
        let rows: Vec<String> = (values.iter().zip(1..))
            .map(|(value, at)| format!("WO{at}{unit};P-1;M-{at};2025-03-0{at};5;5;{value};{at}0{at}"))
            .collect();
        let header =
            format!("Work Order;Product;Machine;Posting Date;Quantity Produced;Quantity Good;Oil [{unit}];Batch type");
        plant.drop_file(&folder, name, format!("{header}\n{}\n", rows.join("\n")).as_bytes());
        let settled = plant.settled(name);
        if settled["state"] == "held" {
            // Its columns are nearly those of the first: a person says that they are right.
            let id = settled["file_id"].as_str().unwrap();
            plant.ok(&["profiles", "save", "second", "--from", id]);
        }
        assert_eq!(plant.settled(name)["state"], "analysed");
    };
    file("celsius.csv", "°C", ["20.5", "21.5", "22.5"]);
    let oil = |more: &[&str]| {
        let words = [
            &["metrics", "get", "process_mean", "--where", "process_value=oil"],
            more,
        ]
        .concat();
        plant.json(&words)["items"].clone()
    };
    assert_eq!(
        (&oil(&[])[0]["value"], &oil(&[])[0]["unit"]),
        (&21.5.into(), &"°C".into())
    );
    file("kelvin.csv", "K", ["293.65", "294.65", "295.65"]);
    assert_eq!(oil(&[])[0]["null_reason"], "mixed_process_unit");
    let apart = oil(&["--by", "process_unit"]);
    let mut means: Vec<f64> = apart
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| item["value"].as_f64())
        .collect();
    means.sort_by(f64::total_cmp);
    assert_eq!(means, [21.5, 294.65]);
    // A person may leave a column as text.
    let id = plant.settled("celsius.csv")["file_id"].as_str().unwrap().to_owned();
    plant.ok(&["profiles", "save", "celsius", "--from", &id, "--set", "Oil [°C]=extra"]);
    plant.until("it is read again", |plant| {
        plant.json(&["records", "--file", &id])["items"][0]["extra"]["Oil [°C]"] == "20.5"
    });
    // What is no place for a column is answered with those that are.
    let refused = plant.run(&[
        "profiles",
        "save",
        "celsius",
        "--from",
        &id,
        "--set",
        "Oil [°C]=process",
    ]);
    assert!(!refused.status.success());
}
