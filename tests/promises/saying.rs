//! What a person says of a folder fills what its rows don't say themselves, also of what is in; and a zone moves its times.

use plant_tests::Plant;
use serde_json::{Value, json};

use crate::rebuild::holds;
use crate::series::{all_settled, drop_at, quick};

const HEAD: &str = "Work Order;Date;Material;Machine;Quantity Good\n";

fn by(plant: &Plant, dimension: &str) -> Value {
    let items = plant.json(&["metrics", "get", "quantity_good", "--by", dimension])["items"].clone();
    let pair = |item: &Value| {
        let group = item["group"][dimension].as_str().unwrap_or("none").to_owned();
        (group, item["value"].as_f64().into())
    };
    Value::Object(items.as_array().unwrap().iter().map(pair).collect())
}

fn folder(plant: &Plant, path: &std::path::Path) -> Value {
    let all = plant.json(&["folders", "list"])["items"].clone();
    let found = all
        .as_array()
        .unwrap()
        .iter()
        .find(|folder| folder["path"] == path.to_str().unwrap());
    found.unwrap_or_else(|| panic!("{all}")).clone()
}

/// Runs a command that has files read again, and waits for them.
fn set(plant: &Plant, path: &std::path::Path, words: &[&str]) {
    plant.ok(&[&["folders", "set", path.to_str().unwrap()], words].concat());
    all_settled(plant);
    plant.until("what is in is read again", |plant| {
        let queue = plant.json(&["status"])["queue"].clone();
        queue["waiting"] == 0 && queue["running"] == 0
    });
    all_settled(plant);
}

#[test]
fn what_a_folder_says_fills_blank_cells_and_leaves_the_others() {
    let plant = quick();
    let (one, other) = (plant.watched("one"), plant.watched("other"));
    let text = format!("{HEAD}WO1;2025-03-03;P-100;;100\nWO2;2025-03-04;P-100;M9;50\n");
    drop_at(&plant, &one, "march.csv", &text, 1);
    assert_eq!(by(&plant, "machine"), json!({"M9": 50.0, "none": 100.0}));
    // The same bytes lie elsewhere too, and count once.
    drop_at(&plant, &other, "march.csv", &text, 1);
    assert_eq!(plant.metric("quantity_good", &[]), Some(150.0));

    let path = one.to_str().unwrap();
    let tried =
        plant.json(&["folders", "set", path, "--machine", "M1", "--site", "Nord", "--dry-run"])["effect"].clone();
    assert_eq!(
        (&tried["files"], &tried["rows_after"], &tried["live_after"]),
        (&1.into(), &2.into(), &2.into()),
        "{tried}"
    );
    assert_eq!(folder(&plant, &one)["machine"], Value::Null, "nothing was changed");
    assert_eq!(by(&plant, "machine"), json!({"M9": 50.0, "none": 100.0}));

    set(&plant, &one, &["--machine", "M1", "--line", "L1"]);
    let told = folder(&plant, &one);
    assert_eq!(
        (&told["machine"], &told["line"], &told["site"]),
        (&"M1".into(), &"L1".into(), &Value::Null),
        "{told}"
    );
    // The copy may be another machine's now: its rows are its own.
    assert_eq!(by(&plant, "machine"), json!({"M1": 100.0, "M9": 100.0, "none": 100.0}));
    assert_eq!(by(&plant, "line"), json!({"L1": 150.0, "none": 150.0}));
    holds(&plant, "a machine and a line");
    // What comes later is filled as well.
    drop_at(
        &plant,
        &one,
        "april.csv",
        &format!("{HEAD}WO3;2025-04-03;P-100;;7\n"),
        2,
    );
    assert_eq!(by(&plant, "machine")["M1"], 107.0);
    set(&plant, &one, &["--machine", "none", "--line", "none"]);
    assert_eq!(by(&plant, "machine"), json!({"M9": 50.0, "none": 107.0}));
    holds(&plant, "nothing said");

    set(&plant, &other, &["--site", "Nord"]);
    // Files of two sites are never taken for each other.
    assert_eq!(by(&plant, "site"), json!({"Nord": 150.0, "none": 157.0}));
    holds(&plant, "a site");
}

#[test]
fn a_zone_moves_the_times_of_a_folder_and_of_no_other() {
    let plant = Plant::start_with(
        "[org]\nname = \"acme\"\nzone = \"UTC\"\n[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 400\n",
    );
    let (berlin, home) = (plant.watched("berlin"), plant.watched("home"));
    let stops = |machine: &str| {
        format!(
            "Machine;Start;End;Stop Category;Reason\n{machine};2025-03-03 00:30:00;2025-03-03 00:50:00;waiting;No material\n"
        )
    };
    drop_at(&plant, &berlin, "stops.csv", &stops("M1"), 1);
    drop_at(&plant, &home, "stops.csv", &stops("M2"), 1);
    let starts = |plant: &Plant| {
        let records = plant.json(&["records"])["items"].clone();
        let mut starts: Vec<(String, String)> = (records.as_array().unwrap().iter())
            .map(|row| ["machine", "event_start"].map(|name| row["values"][name].as_str().unwrap().to_owned()))
            .map(|[machine, start]| (machine, start))
            .collect();
        starts.sort_unstable();
        starts
    };
    let told = |starts: &[(String, String)]| -> Vec<String> { starts.iter().map(|(_, start)| start.clone()).collect() };
    assert_eq!(told(&starts(&plant)), ["2025-03-03T00:30:00Z", "2025-03-03T00:30:00Z"]);
    set(&plant, &berlin, &["--zone", "Europe/Berlin"]);
    assert_eq!(told(&starts(&plant)), ["2025-03-02T23:30:00Z", "2025-03-03T00:30:00Z"]);
    // The day stays that of the plant's clock.
    let shown = plant.json(&["files", "show", "stops.csv"]);
    assert_eq!(shown["first_day"], "2025-03-03", "{shown}");
    assert_eq!(folder(&plant, &berlin)["zone"], "Europe/Berlin");
    holds(&plant, "a zone");
    set(&plant, &berlin, &["--zone", "none"]);
    assert_eq!(told(&starts(&plant)), ["2025-03-03T00:30:00Z", "2025-03-03T00:30:00Z"]);
    holds(&plant, "no zone");
}

#[test]
fn what_cannot_be_said_of_a_folder_is_refused_with_what_can() {
    let plant = quick();
    let one = plant.watched("one");
    let path = one.to_str().unwrap();
    for (arguments, says) in [
        (&[path, "--zone", "Mars/Base"][..], "`Mars/Base` is no zone known"),
        (&[path, "--site", " "], "--site is blank"),
        (&[path, "--machine", ""], "--machine is blank"),
        (&[path], "say what is to be set"),
        (&["/nowhere", "--site", "Nord"], "plant folders list"),
    ] {
        for more in [&[][..], &["--dry-run"]] {
            let output = plant.run(&[&["folders", "set"], arguments, more].concat());
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
            assert!(said.contains(says), "{arguments:?}: {said}");
        }
    }
    let told = folder(&plant, &one);
    assert_eq!((&told["site"], &told["zone"]), (&Value::Null, &Value::Null), "{told}");
}
