//! Each file is in exactly once: under another name, in a new version, in a flood, and whenever the daemon is killed.

use std::collections::BTreeMap;
use std::time::Duration;

use plant_tests::Plant;
use serde_json::Value;

use crate::{production, production_sums};

#[test]
fn the_same_bytes_are_a_duplicate_and_changed_bytes_a_new_version() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "a.csv", &production(100, 1));
    plant.settled("a.csv");
    plant.drop_file(&folder, "b.csv", &production(100, 1));
    let twin = plant.settled("b.csv");
    assert_eq!(twin["state"], "duplicate", "{twin}");
    assert!(twin["reason"]["text"].as_str().unwrap().contains("a.csv"), "{twin}");
    assert_eq!(plant.metric("quantity_produced", &[]), Some(production_sums(100).0));
    // The same export again, with 40 more rows: the old ones are not counted twice.
    plant.drop_file(&folder, "a.csv", &production(140, 1));
    plant.until("the longer version is in", |plant| {
        plant.metric("quantity_produced", &[]) == Some(production_sums(140).0)
    });
    let newest = plant.settled("a.csv");
    assert_eq!(newest["balance"]["duplicate"], 100, "{newest}");
    assert_eq!(newest["balance"]["taken"], 40, "{newest}");
}

#[test]
fn a_flood_of_files_is_in_to_the_last() {
    let count = flood();
    let plant = Plant::start_with("[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 1000\n");
    let folder = plant.watched("exports");
    for number in 0..count {
        let name = format!("f{number:05}.csv");
        plant.drop_file(&folder, &name, &production(2, number * 2 + 1));
    }
    let started = std::time::Instant::now();
    let patience = Duration::from_secs(60 + count as u64 / 4);
    loop {
        let queue = plant.json(&["status"])["queue"].clone();
        if queue["analysed"] == count {
            break;
        }
        assert_eq!(queue["failed"], 0, "{queue}\n{}", plant.log());
        assert!(started.elapsed() < patience, "{queue}\n{}", plant.log());
        std::thread::sleep(Duration::from_millis(500));
    }
    assert_eq!(plant.metric("rows", &[]), Some(2.0 * count as f64));
}

/// How many files flood the folder: PLANT_FLOOD, else few enough for every run.
#[expect(
    clippy::disallowed_methods,
    reason = "the size of a slow test is chosen by the environment, as the README says"
)]
fn flood() -> usize {
    std::env::var("PLANT_FLOOD")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(200)
}

/// How often the daemon is killed: PLANT_KILLS, else few enough for every run.
#[expect(
    clippy::disallowed_methods,
    reason = "the size of a slow test is chosen by the environment, as the README says"
)]
pub(crate) fn kills() -> u64 {
    std::env::var("PLANT_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(5)
}

/// What must be equal after a disturbed and an undisturbed run.
fn outcome(plant: &Plant, count: usize) -> BTreeMap<String, Value> {
    let mut outcome = BTreeMap::new();
    let mut page: Option<String> = None;
    loop {
        let mut arguments = vec!["files", "--limit", "200"];
        if let Some(page) = &page {
            arguments.extend(["--page", page]);
        }
        let files = plant.json(&arguments);
        for item in files["items"].as_array().unwrap() {
            let facts = serde_json::json!([item["state"], item["sha256"], item["balance"], item["records"]]);
            let before = outcome.insert(item["name"].as_str().unwrap().to_owned(), facts);
            assert!(before.is_none(), "{} is there twice", item["name"]);
        }
        page = files["next_page"].as_str().map(str::to_owned);
        if page.is_none() {
            break;
        }
    }
    assert_eq!(outcome.len(), count);
    for metric in ["rows", "quantity_produced", "quantity_good", "quantity_scrap"] {
        outcome.insert(format!("metric {metric}"), serde_json::json!(plant.metric(metric, &[])));
    }
    let usage = plant.json(&["usage"]);
    outcome.insert(
        "usage".to_owned(),
        serde_json::json!([usage["items"]["files"], usage["items"]["rows"]]),
    );
    let audit = plant.json(&["audit", "verify"]);
    assert_eq!(audit["ok"], true, "{audit}");
    let mut taken = 0;
    let mut page: Option<String> = None;
    loop {
        let mut arguments = vec!["audit", "--limit", "500"];
        if let Some(page) = &page {
            arguments.extend(["--page", page]);
        }
        let entries = plant.json(&arguments);
        taken += entries["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["action"] == "file.commit")
            .count();
        page = entries["next_page"].as_str().map(str::to_owned);
        if page.is_none() {
            break;
        }
    }
    outcome.insert("audit entries of files taken in".to_owned(), serde_json::json!(taken));
    outcome
}

/// Each version has its original, nothing else is kept, and nothing is left on its way.
fn originals_hold(plant: &Plant, count: usize) {
    let root = plant.state_dir().join("originals");
    let (mut kept, mut on_its_way) = (std::collections::BTreeSet::new(), Vec::new());
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            match name.strip_suffix(".zst") {
                _ if entry.file_type().unwrap().is_dir() => folders.push(entry.path()),
                Some(sha256) => drop(kept.insert(sha256.to_owned())),
                None => on_its_way.push(name),
            }
        }
    }
    let files = plant.json(&["files", "--limit", "500"]);
    let versions: std::collections::BTreeSet<String> = files["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["sha256"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        (versions.len(), versions == kept),
        (count, true),
        "{} are kept",
        kept.len()
    );
    assert_eq!(on_its_way, Vec::<String>::new());
    let last = &files["items"][0]["name"];
    let line = plant.json(&["files", "line", last.as_str().unwrap(), "1"]);
    assert!(line["text"].as_str().unwrap().starts_with("Work Order,"), "{line}");
}

fn run(kills: u64, count: usize) -> BTreeMap<String, Value> {
    let mut plant = Plant::start();
    let folder = plant.watched("exports");
    for number in 0..count {
        plant.drop_file(&folder, &format!("f{number:04}.csv"), &production(20, number * 20 + 1));
    }
    // Moments of a fixed sequence that looks random: failing ones can be repeated.
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..kills {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis(100 + (seed >> 33) % 1_900));
        plant.kill();
        plant.launch();
    }
    plant.until("every file is analysed", |plant| {
        plant.json(&["status"])["queue"]["analysed"] == count
    });
    originals_hold(&plant, count);
    outcome(&plant, count)
}

#[test]
fn killed_at_any_moment_it_ends_with_the_same_rows_ledger_and_audit() {
    let count = 200;
    let undisturbed = run(0, count);
    let disturbed = run(kills(), count);
    for (what, expected) in &undisturbed {
        assert_eq!(disturbed.get(what), Some(expected), "{what}");
    }
    assert_eq!(undisturbed["audit entries of files taken in"], count);
}

#[test]
fn a_private_database_that_is_killed_under_load_is_started_again_and_loses_nothing() {
    const FILES: usize = 30;
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let pid = plant.pid();
    for number in 0..FILES {
        plant.drop_file(
            &folder,
            &format!("f{number:02}.csv"),
            &production(500, number * 500 + 1),
        );
    }
    let mut killed = std::collections::HashSet::new();
    while killed.len() < 3 {
        plant.until("the cluster runs again", |plant| {
            plant.postmaster().is_some_and(|pid| !killed.contains(&pid)) && plant.run(&["status"]).status.success()
        });
        let postmaster = plant.postmaster().expect("the private cluster runs");
        rustix::process::kill_process(postmaster, rustix::process::Signal::KILL).unwrap();
        killed.insert(postmaster);
    }
    plant.until("every file is analysed", |plant| {
        let status = plant.run(&["status", "--json"]);
        let status: Value = serde_json::from_slice(&status.stdout).unwrap_or_default();
        status["queue"]["analysed"] == FILES
    });
    assert_eq!(plant.pid(), pid, "the daemon goes on");
    assert_eq!(plant.metric("rows", &[]), Some(500.0 * FILES as f64));
    assert_eq!(plant.json(&["usage"])["items"]["rows"], 500 * FILES);
    assert_eq!(plant.json(&["audit", "verify"])["ok"], true);
    assert_eq!(plant.json(&["status"])["health"], "ok", "{}", plant.problems());
}
