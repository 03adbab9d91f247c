//! Calendars: planned time where no file tells it, from the shifts of the site.

use std::path::Path;

use plant_tests::Plant;
use serde_json::{Value, json};

use crate::series::{all_settled, drop_at};

/// Pieces of one day of one machine (W1).
const COUNTS: &str = "Date;Machine;Quantity Produced;Quantity Scrap;Ideal Cycle Time [s]\n2025-03-03;M1;19271;423;1\n";
/// 47 minutes of stops on it, in two.
const STOPS: &str = "Machine;Start;End;Reason\nM1;2025-03-03 08:00;2025-03-03 08:40;Bearing broken\n\
                     M1;2025-03-03 10:00;2025-03-03 10:07;No material\n";
/// 480 minutes with 60 of breaks.
const W1: &str = "early=mon-fri 06:00-14:00 break 09:00-09:30 break 12:00-12:30";

/// A plant whose files tell local times of Berlin.
fn berlin() -> Plant {
    Plant::start_with(
        "[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 400\n\
         [org]\nname = \"works\"\nzone = \"Europe/Berlin\"\ncurrency = \"EUR\"\n",
    )
}

fn dropped(plant: &Plant, folder: &Path, files: &[(&str, &str)]) {
    for ((name, text), second) in files.iter().zip(1..) {
        drop_at(plant, folder, name, text, second);
    }
    all_settled(plant);
}

fn set(plant: &Plant, more: &[&str]) -> Value {
    let words = [
        "calendars",
        "set",
        "",
        "--zone",
        "Europe/Berlin",
        "--day-start",
        "06:00",
    ];
    plant.json(&[&words[..], more].concat())
}

fn figure(plant: &Plant, metric: &str, more: &[&str]) -> Value {
    plant.json(&[&["metrics", "get", metric][..], more].concat())["items"][0].clone()
}

/// A value to seven digits.
fn value(plant: &Plant, metric: &str, more: &[&str]) -> f64 {
    let item = figure(plant, metric, more);
    (item["value"].as_f64().unwrap_or(f64::NAN) * 1e7).round() / 1e7
}

fn refused(plant: &Plant, args: &[&str], code: i32, part: &str) {
    let output = plant.run(args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    assert!(said.contains(part), "{args:?}: {said}");
}

fn nothing_differs(plant: &Plant) {
    let output = plant.rebuild(&["--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("nothing differs"), "{said}");
}

#[test]
fn oee_of_counts_and_stops_rests_on_the_shifts_of_the_site() {
    let plant = berlin();
    let folder = plant.watched("exports");
    dropped(&plant, &folder, &[("counts.csv", COUNTS), ("stops.csv", STOPS)]);
    // Without a calendar nothing is planned, and it is said what would help.
    let none = figure(&plant, "availability", &[]);
    assert_eq!(
        (&none["value"], &none["null_reason"]),
        (&Value::Null, &json!("missing_apt_s")),
        "{none}"
    );
    let helps = plant.ok(&["metrics", "show", "availability"]);
    assert!(helps.contains("plant calendars set"), "{helps}");
    assert_eq!(plant.json(&["calendars"])["items"], json!([]));

    let tried = set(&plant, &["--from", "2025-01-01", "--shift", W1, "--dry-run"])["effect"].clone();
    assert_eq!(
        (
            &tried["hours_before"],
            &tried["hours_after"],
            &tried["machine_days_after"]
        ),
        (&Value::Null, &json!(35), &json!(1)),
        "{tried}"
    );
    assert_eq!(tried["availability_before"], Value::Null);
    assert!(
        (tried["availability_after"].as_f64().unwrap() - 0.8880952).abs() < 1e-7,
        "{tried}"
    );
    assert_eq!((&tried["files"], &tried["machines"]), (&json!(2), &json!(1)));
    assert_eq!(
        plant.json(&["calendars"])["items"],
        json!([]),
        "nothing is kept of a try"
    );
    assert_eq!(figure(&plant, "availability", &[])["value"], Value::Null);

    let done = set(&plant, &["--from", "2025-01-01", "--shift", W1]);
    assert_eq!((&done["files"], &done["removed"]), (&json!(2), &json!(false)), "{done}");
    all_settled(&plant);
    for (metric, expected) in [
        ("availability", 0.8880952),
        ("effectiveness", 0.8610813),
        ("quality_ratio", 0.9780499),
        ("oee", 0.7479365),
        ("planned_busy_time", 420.0),
        ("production_time", 373.0),
        ("availability_loss", 47.0),
    ] {
        assert_eq!(value(&plant, metric, &[]), expected, "{metric}");
    }
    let oee = figure(&plant, "oee", &[]);
    assert!(
        oee["warnings"]
            .as_array()
            .unwrap()
            .contains(&json!("planned_by_calendar")),
        "{oee}"
    );
    assert_eq!(
        (&oee["coverage"]["asked"], &oee["coverage"]["covered"]),
        (&json!(1), &json!(1))
    );
    let line = plant.ok(&["metrics", "get", "availability"]);
    assert!(line.contains("calendar of the site"), "{line}");
    assert_eq!(value(&plant, "availability", &["--by", "machine"]), 0.8880952);
    assert_eq!(value(&plant, "availability", &["--grain", "month"]), 0.8880952);
    // Of one file alone as well; what planned time is not parted by has none.
    assert_eq!(value(&plant, "availability", &["--file", "stops.csv"]), 0.8880952);
    assert_eq!(
        figure(&plant, "oee", &["--by", "product_code"])["null_reason"],
        "missing_pbt_s"
    );
    nothing_differs(&plant);

    // Taken away, it is as before.
    plant.ok(&["calendars", "remove", ""]);
    all_settled(&plant);
    assert_eq!(figure(&plant, "availability", &[])["null_reason"], "missing_apt_s");
    nothing_differs(&plant);
}

#[test]
fn stops_are_cut_to_the_shifts_and_counted_once_whatever_their_length() {
    let plant = berlin();
    let folder = plant.watched("exports");
    let stops = "Machine;Start;End;Reason\nM1;2025-03-03 06:30;2025-03-03 07:30;Jam\nM1;2025-03-03 07:00;2025-03-03 08:00;Jam\n\
                 M1;2025-03-03 13:30;2025-03-03 14:30;Jam\n";
    // W2 of one machine; another stands from Friday noon to Monday, 07:00.
    let weekend = "Machine;Start;End;Reason\nM2;2025-03-07 12:00;2025-03-10 07:00;Fire\n";
    dropped(&plant, &folder, &[("stops.csv", stops), ("weekend.csv", weekend)]);
    assert_eq!(value(&plant, "stop_time", &["--where", "machine=M2"]), 4_020.0);
    set(
        &plant,
        &["--from", "2025-01-01", "--shift", "early=mon-fri 06:00-14:00"],
    );
    all_settled(&plant);
    assert_eq!(value(&plant, "availability", &["--where", "machine=M1"]), 0.75);
    assert_eq!(value(&plant, "stop_time", &["--where", "machine=M2"]), 180.0);
    // Two hours of Friday, one of Monday, of two shifts of eight.
    assert_eq!(value(&plant, "availability", &["--where", "machine=M2"]), 0.8125);
    nothing_differs(&plant);
    // The shift was another one all the time: the figures follow.
    let later = set(&plant, &["--from", "2025-01-01", "--shift", "long=mon-fri 06:00-16:00"]);
    assert_eq!(later["files"], 2, "{later}");
    all_settled(&plant);
    assert_eq!(
        value(&plant, "availability", &["--where", "machine=M1"]),
        0.75,
        "150 of 600 minutes"
    );
    assert_eq!(value(&plant, "stop_time", &["--where", "machine=M2"]), 300.0);
    // A holiday: what stood on it is no loss, and the day is not planned.
    set(
        &plant,
        &[
            "--from",
            "2025-01-01",
            "--shift",
            "long=mon-fri 06:00-16:00",
            "--holiday",
            "2025-03-10",
        ],
    );
    all_settled(&plant);
    assert_eq!(value(&plant, "stop_time", &["--where", "machine=M2"]), 240.0);
    assert_eq!(value(&plant, "availability", &["--where", "machine=M2"]), 0.6);
    nothing_differs(&plant);
}

#[test]
fn a_night_shift_is_one_day_and_as_long_as_the_clocks_make_it() {
    let plant = berlin();
    let folder = plant.watched("exports");
    // The night on which clocks go forward has 7 hours: the stop of an hour after midnight is of the day before.
    let stops = "Machine;Start;End;Reason\nM1;2025-03-29 23:00;2025-03-29 23:42;Jam\nM1;2025-03-30 04:00;2025-03-30 05:00;Jam\n";
    dropped(&plant, &folder, &[("stops.csv", stops)]);
    set(&plant, &["--from", "2025-01-01", "--shift", "night=daily 22:00-06:00"]);
    all_settled(&plant);
    let days = plant.json(&["metrics", "get", "planned_busy_time", "stop_time", "--grain", "day"]);
    let of_day: Vec<(&Value, &Value)> = days["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["group"]["day"], &item["value"]))
        .collect();
    assert_eq!(
        of_day,
        [(&json!("2025-03-29"), &json!(420)), (&json!("2025-03-29"), &json!(102))],
        "{days}"
    );
    nothing_differs(&plant);
}

#[test]
fn a_machine_day_without_pieces_or_stops_is_missing_and_each_shift_has_its_own_time() {
    let plant = berlin();
    let folder = plant.watched("exports");
    let stops = "Date;Shift;Machine;Start;End;Reason\n\
        2025-03-03;early;M1;2025-03-03 08:00;2025-03-03 08:48;Jam\n\
        2025-03-03;late;M1;2025-03-03 15:00;2025-03-03 16:00;Jam\n\
        2025-03-05;early;M1;2025-03-05 08:00;2025-03-05 08:48;Jam\n";
    dropped(&plant, &folder, &[("stops.csv", stops)]);
    let shifts = [
        "--shift",
        "early=mon-fri 06:00-14:00",
        "--shift",
        "late=mon-fri 14:00-18:00",
    ];
    set(&plant, &[&["--from", "2025-01-01"], &shifts[..]].concat());
    all_settled(&plant);
    let item = figure(&plant, "availability", &[]);
    let coverage = &item["coverage"];
    assert_eq!(
        (&coverage["asked"], &coverage["covered"], &coverage["missing"]),
        (&json!(3), &json!(2), &json!(["2025-03-04"])),
        "{item}"
    );
    assert_eq!(value(&plant, "availability", &["--where", "shift=early"]), 0.9);
    assert_eq!(value(&plant, "availability", &["--where", "shift=late"]), 0.75);
}

#[test]
fn bad_calendars_are_refused_with_what_to_write() {
    let plant = berlin();
    let with = |more: &[&'static str]| -> Vec<&'static str> {
        [&["calendars", "set", "Werk", "--from", "2025-01-01"][..], more].concat()
    };
    let berlin = ["--zone", "Europe/Berlin"];
    let shift = |text: &'static str| with(&[&berlin[..], &["--shift", text]].concat());
    refused(&plant, &with(&["--zone", "Mars/Base"]), 2, "`Europe/Berlin`");
    refused(&plant, &shift("early"), 2, "NAME=DAYS BEGIN-END");
    refused(
        &plant,
        &shift("e=mon 06:00-14:00 break 15:00-15:30"),
        2,
        "outside of shift e",
    );
    refused(
        &plant,
        &with(
            &[
                &berlin[..],
                &["--shift", "a=mon 06:00-14:00", "--shift", "b=mon 13:00-20:00"],
            ]
            .concat(),
        ),
        2,
        "shifts a and b overlap",
    );
    refused(
        &plant,
        &with(&[&berlin[..], &["--special", "2025-12-24"]].concat()),
        2,
        "DATE NAME=BEGIN-END",
    );
    refused(&plant, &["calendars", "show", "Werk"], 1, "plant calendars list");
    refused(&plant, &["calendars", "remove", "Werk"], 1, "plant calendars list");
    plant.ok(&shift("early=mon-fri 06:00-14:00 break 09:00-09:15"));
    refused(
        &plant,
        &["calendars", "remove", "Werk", "--from", "2025-02-01"],
        1,
        "Werk from 2025-02-01",
    );
    let shown = plant.ok(&["calendars", "show", "werk"]);
    assert!(
        shown.contains("This week") && shown.contains("early=mon-fri 06:00-14:00 break 09:00-09:15"),
        "{shown}"
    );
    let view = plant.json(&["calendars", "show", "Werk"]);
    assert_eq!(view["days"].as_array().unwrap().len(), 14, "{view}");
    // One from the same day takes its place; another from a later day holds behind it.
    plant.ok(&[
        "calendars",
        "set",
        "WERK",
        "--from",
        "2025-07-01",
        "--zone",
        "Europe/Berlin",
        "--special",
        "2025-12-24 eve=06:00-10:00",
    ]);
    let items = plant.json(&["calendars", "list"])["items"].clone();
    assert_eq!(
        (
            &items[0]["site"],
            &items[0]["until"],
            &items[1]["site"],
            &items[1]["hours_per_week"]
        ),
        (&json!("Werk"), &json!("2025-06-30"), &json!("Werk"), &json!(0)),
        "{items}"
    );
    let csv = plant.ok(&["calendars", "list", "--csv"]);
    assert!(csv.contains("Werk,2025-01-01,2025-06-30,38.75,early"), "{csv}");
    let audit = plant.json(&["audit", "list"])["items"].clone();
    assert_eq!(audit[0]["action"], "calendar.set", "{audit}");
}

#[test]
fn another_org_has_its_own_calendars_and_each_site_too() {
    let plant = berlin();
    let folder = plant.watched("exports");
    let of_site = |site: &str| {
        STOPS
            .replace("Machine;", "Site;Machine;")
            .replace("\nM1;", &format!("\n{site};M{site};"))
    };
    dropped(
        &plant,
        &folder,
        &[
            ("nord.csv", of_site("Nord").as_str()),
            ("sued.csv", of_site("Sued").as_str()),
        ],
    );
    plant.ok(&["org", "create", "second"]);
    let theirs = plant.folder("theirs");
    plant.ok(&["--org", "second", "folders", "add", theirs.to_str().unwrap()]);
    crate::series::put_at(&theirs, "stops.csv", STOPS, 1);
    let first = ["--org", "works"];
    plant.ok(&[
        &first[..],
        &[
            "calendars",
            "set",
            "Nord",
            "--from",
            "2025-01-01",
            "--zone",
            "Europe/Berlin",
            "--shift",
            W1,
        ],
    ]
    .concat());
    for org in [&first[..], &["--org", "second"]] {
        plant.ok(&[org, &["files", "wait", "--all", "--timeout", "120"]].concat());
    }
    let north = figure(
        &plant,
        "availability",
        &[&["--where", "site=Nord"], &first[..]].concat(),
    );
    assert!(
        (north["value"].as_f64().unwrap_or(f64::NAN) - 0.8880952).abs() < 1e-7,
        "{north}"
    );
    let south = figure(
        &plant,
        "availability",
        &[&["--where", "site=Sued"], &first[..]].concat(),
    );
    assert_eq!(south["null_reason"], "missing_apt_s", "{south}");
    let second = ["--org", "second"];
    assert_eq!(plant.json(&[&second[..], &["calendars"]].concat())["items"], json!([]));
    let other = figure(&plant, "availability", &second);
    assert_eq!(other["null_reason"], "missing_apt_s", "{other}");
    refused(
        &plant,
        &[&second[..], &["calendars", "show", "Nord"]].concat(),
        1,
        "plant calendars list",
    );
}
