//! A synthetic plant whose true figures are known by construction: two orgs, a year, in two languages.

use std::path::Path;
use std::process::Command;

use plant_tests::{Plant, programs};
use serde_json::Value;

/// Writes the plant of an org and returns its truth.
fn written(to: &Path, org: u32, months: u32) -> Value {
    let output = Command::new(programs().join("plantd"))
        .args([
            "sample",
            "plant",
            "--org",
            &org.to_string(),
            "--months",
            &months.to_string(),
            "--to",
        ])
        .arg(to)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&std::fs::read(to.join("truth.json")).unwrap()).unwrap()
}

fn drop_all(plant: &Plant, from: &Path, folder: &Path) -> usize {
    let mut count = 0;
    for kind in std::fs::read_dir(from).unwrap() {
        let kind = kind.unwrap().path();
        if !kind.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(kind).unwrap() {
            let file = file.unwrap().path();
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            plant.drop_file(folder, &name, &std::fs::read(&file).unwrap());
            count += 1;
        }
    }
    count
}

/// Compares figures by metric; returns those that differ.
fn differing(plant: &Plant, org: &str, truth: &Value, more: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (metric, expected) in truth.as_object().unwrap() {
        let mut arguments = vec!["--org", org, "metrics", "get", metric];
        arguments.extend(more);
        let items = plant.json(&arguments);
        let (actual, expected) = (items["items"][0]["value"].as_f64(), expected.as_f64().unwrap());
        if actual.is_none_or(|actual| (actual - expected).abs() > 1e-6 * expected.abs().max(1.0)) {
            wrong.push(format!(
                "{metric} {more:?}: {actual:?}, true is {expected}: {}",
                items["items"][0]["null_reason"]
            ));
        }
    }
    wrong
}

fn check(org: u32, months: u32) {
    let plant = Plant::start();
    let place = plant.folder("written");
    let truth = written(&place, org, months);
    let name = "synthetic";
    plant.ok(&[
        "org",
        "create",
        name,
        "--zone",
        truth["zone"].as_str().unwrap(),
        "--currency",
        truth["currency"].as_str().unwrap(),
    ]);
    let folder = plant.folder("exports");
    plant.ok(&["--org", name, "folders", "add", folder.to_str().unwrap()]);
    let count = drop_all(&plant, &place, &folder);
    assert_eq!(truth["files"].as_u64(), Some(count as u64));
    plant.until("every export is settled", |plant| {
        let queue = plant.json(&["--org", name, "status"])["queue"].clone();
        queue["total"] == count && ["waiting", "running"].iter().all(|state| queue[*state] == 0)
    });
    let queue = plant.json(&["--org", name, "status"])["queue"].clone();
    let held = plant.json(&["--org", name, "files", "--state", "held", "--limit", "5"]);
    assert_eq!(queue["analysed"], count, "nobody has to help: {held}");
    assert_eq!(
        plant.json(&["--org", name, "metrics", "get", "rows"])["items"][0]["value"],
        truth["rows"]
    );

    let mut wrong = differing(&plant, name, &truth["metrics"], &[]);
    for (machine, figures) in truth["by_machine"].as_object().unwrap() {
        wrong.extend(differing(
            &plant,
            name,
            figures,
            &["--where", &format!("machine={machine}")],
        ));
    }
    for (month, figures) in truth["by_month"].as_object().unwrap().iter().take(2) {
        let (year, number) = month.split_once('-').unwrap();
        let (year, number): (u32, u32) = (year.parse().unwrap(), number.parse().unwrap());
        let next = if number == 12 {
            format!("{}-01-01", year + 1)
        } else {
            format!("{year}-{:02}-01", number + 1)
        };
        wrong.extend(differing(
            &plant,
            name,
            figures,
            &["--from", &format!("{month}-01"), "--to", &next],
        ));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The org of the start has none of it.
    let other = plant.json(&["--org", "plant", "metrics", "get", "rows"]);
    assert!(
        other["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item["value"].is_null() || item["value"] == 0),
        "{other}"
    );
}

#[test]
fn the_english_plant_has_its_true_figures() {
    check(0, 3);
}

#[test]
fn the_german_plant_has_its_true_figures() {
    check(1, 3);
}

#[test]
fn the_same_seed_writes_the_same_bytes_over_a_year() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    let (first, second) = (written(&one, 0, 12), written(&two, 0, 12));
    assert_eq!(first, second);
    let output = Command::new("diff").arg("-r").arg(&one).arg(&two).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
