//! Mappings that say what exports need: what no column says alone, what other files prove, and what may not be guessed.

use plant_tests::Plant;

use crate::series::{all_settled, drop_at, quick};

/// Reads everything once more and compares.
pub fn nothing_differs(plant: &Plant) {
    let output = plant.rebuild(&["--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("nothing differs"), "{said}");
}

/// What a command says when it fails.
pub fn refused(plant: &Plant, args: &[&str]) -> String {
    let output = plant.run(args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
    said
}

pub fn reason(plant: &Plant, name: &str) -> String {
    let file = plant.json(&["files", "show", name]);
    format!("{} {}", file["reason"]["code"], file["reason"]["text"])
}

#[test]
fn a_file_is_dated_by_its_name() {
    let plant = quick();
    let folder = plant.watched("exports");
    let text = |good: u32| format!("Time;Machine;Good Qty\n06:00;M1;{good}\n07:00;M1;51\n");
    drop_at(&plant, &folder, "PROD_20250503.csv", &text(50), 1);
    drop_at(&plant, &folder, "PROD_20250504.csv", &text(50), 2);
    assert_eq!(plant.state_of("PROD_20250504.csv"), "held");
    let save = ["profiles", "save", "prod", "--from", "PROD_20250503.csv", "--output"];
    // A pattern that is none changes nothing.
    let wrong = refused(&plant, &[&save[..], &[r"posting_date=name_part:PROD_(\d{8}"]].concat());
    assert!(wrong.contains("can't be used: unclosed group"), "{wrong}");
    plant.ok(&[&save[..], &[r"posting_date=name_part:PROD_(?<value>\d{8})"]].concat());
    all_settled(&plant);
    assert_eq!(
        plant.metric("quantity_good", &[]),
        Some(202.0),
        "equal rows of two days are two"
    );
    let days = plant.json(&["metrics", "get", "quantity_good", "--by", "day"]);
    assert_eq!(days["items"][1]["group"]["day"], "2025-05-04", "{days}");
    // A file whose name says no day is held, and says why.
    drop_at(&plant, &folder, "PROD_new.csv", &text(9), 3);
    assert!(reason(&plant, "PROD_new.csv").contains("`PROD_new.csv` has no such part"));
    nothing_differs(&plant);

    // As TOML and back; what is not known is refused with its line.
    let toml = plant.ok(&["profiles", "export", "prod"]);
    assert!(toml.contains(r"name_part = 'PROD_(?<value>\d{8})'"), "{toml}");
    let path = plant.folder("mappings").join("prod.toml");
    let import = ["profiles", "import", path.to_str().unwrap()];
    std::fs::write(&path, toml.replace("name_part", "nam_part")).unwrap();
    let unknown = refused(&plant, &import);
    assert!(
        unknown.contains("unknown field `nam_part`") && unknown.contains("at line "),
        "{unknown}"
    );
    std::fs::write(&path, &toml).unwrap();
    plant.ok(&import);

    // Another mapping of what is in is read again: the time of day on the day of the name.
    let sets = ["--set", "Time=event_start:time_of"];
    plant.ok(&[&["profiles", "save", "prod", "--from", "PROD_20250503.csv"][..], &sets].concat());
    let record = || plant.json(&["records", "--file", "PROD_20250504.csv"])["items"][0].clone();
    plant.until("it is read again", |_| record()["values"]["event_start"].is_string());
    let record = record();
    all_settled(&plant);
    assert_eq!(record["values"]["event_start"], "2025-05-04T06:00:00Z", "{record}");
    assert_eq!(
        record["values"]["posting_date"], "2025-05-04",
        "what was said before stays: {record}"
    );
    nothing_differs(&plant);
}

#[test]
fn a_day_and_a_time_of_day_are_one_time_without_a_person() {
    let plant = quick();
    let folder = plant.watched("exports");
    let text = "Auftrag;Maschine;Startdatum;Startzeit;Enddatum;Endzeit;Gutmenge\n\
        4711;M1;13.05.2025;06:00:00;13.05.2025;14:00:00;480\n4712;M1;13.05.2025;22:00:00;15.05.2025;06:00:00;900\n";
    drop_at(&plant, &folder, "sap.csv", text, 1);
    assert_eq!(plant.metric("duration", &[]), Some(28_800.0 + 115_200.0));
    let columns = plant.json(&["files", "show", "sap.csv"])["columns"].clone();
    let made = columns
        .as_array()
        .unwrap()
        .iter()
        .find(|column| column["source"] == "Startdatum + Startzeit");
    assert_eq!(made.unwrap()["variable"], "event_start", "{columns}");
    nothing_differs(&plant);
}

/// The first twelve days of a month can be read in two ways; any file of another day tells which.
#[test]
fn a_file_waits_for_one_that_proves_how_its_days_are_written() {
    let head = "Order;Posting Date;Good Qty\n";
    let unsure = format!("{head}3;04/05/2025;100\n4;04/05/2025;90\n");
    let proof = format!("{head}1;25/04/2025;100\n2;26/04/2025;90\n");
    for unsure_first in [true, false] {
        let plant = quick();
        let folder = plant.watched("exports");
        match unsure_first {
            true => {
                drop_at(&plant, &folder, "unsure.csv", &unsure, 1);
                assert!(reason(&plant, "unsure.csv").contains("ambiguous_date"));
                drop_at(&plant, &folder, "proof.csv", &proof, 2);
            }
            false => {
                drop_at(&plant, &folder, "proof.csv", &proof, 1);
                drop_at(&plant, &folder, "unsure.csv", &unsure, 2);
            }
        }
        all_settled(&plant);
        let days = plant.json(&["metrics", "get", "quantity_good", "--by", "day"]);
        assert_eq!(days["items"].as_array().unwrap().len(), 3, "{unsure_first}: {days}");
        assert_eq!(days["items"][2]["group"]["day"], "2025-05-04", "{unsure_first}: {days}");
        let shown = plant.ok(&["files", "show", "unsure.csv"]);
        assert!(shown.contains("the day comes first, as `proof.csv` proves"), "{shown}");
        // Another file proves the other order: nothing is known from then on, and what was read stays as it was.
        let other = format!("{head}5;04/25/2025;70\n");
        drop_at(&plant, &folder, "other.csv", &other, 3);
        drop_at(&plant, &folder, "later.csv", &format!("{head}6;06/05/2025;60\n"), 4);
        assert_eq!(plant.state_of("later.csv"), "held");
        let shown = plant.ok(&["files", "show", "later.csv"]);
        assert!(shown.contains("in different orders"), "{shown}");
        nothing_differs(&plant);
    }
}

/// What is there, so that two moments can be compared; when a file was analysed is no part of it.
fn everything(plant: &Plant) -> String {
    let lists: [&[&str]; 3] = [&["profiles"], &["series"], &["records"]];
    let files = plant.json(&["files"])["items"].clone();
    let file = |file: &serde_json::Value| {
        format!(
            "{} {} {} {}",
            file["name"], file["profile"], file["records"], file["reason"]
        )
    };
    let files: Vec<String> = files.as_array().unwrap().iter().map(file).collect();
    format!(
        "{}\n{}",
        lists.map(|list| plant.json(list).to_string()).join("\n"),
        files.join("\n")
    )
}

/// Waits until the good pieces are so many: files that are in and read again stay in their state meanwhile.
fn good(plant: &Plant, expected: f64) {
    plant.until("the good pieces are counted", |plant| {
        plant.metric("quantity_good", &[]) == Some(expected)
    });
    all_settled(plant);
}

#[test]
fn a_mapping_is_tried_before_it_is_saved_and_does_just_that() {
    let plant = quick();
    let folder = plant.watched("exports");
    let head = "Date;Order;Item;Product;Good Qty\n";
    let first = format!("{head}2025-05-01;WO1;7;P-100;10\n2025-05-02;WO2;8;P-200;20\n");
    let second = format!("{head}2025-05-02;WO2;9;P-200;25\n2025-05-03;WO3;9;P-200;30\n");
    drop_at(&plant, &folder, "a.csv", &first, 1);
    drop_at(&plant, &folder, "b.csv", &second, 2);
    good(&plant, 85.0);
    let save = |more: &[&str]| {
        let base = [
            "profiles",
            "save",
            "orders",
            "--from",
            "a.csv",
            "--set",
            "Product=product_code",
        ];
        plant.json(&[&base[..], more].concat())
    };
    // Held files that would come in.
    let before = everything(&plant);
    let effect = save(&["--set", "Item=", "--dry-run"])["effect"].clone();
    assert_eq!(everything(&plant), before, "nothing is changed");
    save(&["--set", "Item="]);
    good(&plant, 30.0);
    let live = |plant: &Plant| {
        let items = plant.json(&["records"])["items"].clone();
        items
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["live"] == true)
            .count() as u64
    };
    assert_eq!(effect["live_after"], live(&plant), "{effect}");
    assert_eq!(effect["rows_after"], 4, "{effect}");
    let sum = |effect: &serde_json::Value, variable: &str| {
        let sums = effect["sums"].as_array().unwrap();
        sums.iter()
            .find(|sum| sum["variable"] == variable)
            .cloned()
            .unwrap_or_default()
    };
    // Once it says which order a row is of, the files contradict each other.
    assert_eq!(sum(&effect, "quantity_good")["after"], 30, "{effect}");
    assert_eq!(effect["questions"].as_array().unwrap().len(), 1, "{effect}");

    // Another mapping and a key for what is in.
    let change = ["--set", "Item=quantity_scrap", "--key", "work_order"];
    let before = everything(&plant);
    let effect = save(&[&change[..], &["--dry-run"]].concat())["effect"].clone();
    assert_eq!(everything(&plant), before, "nothing is changed");
    assert_eq!(
        (&effect["files"], &effect["live_before"], &effect["live_after"]),
        (&2.into(), &2.into(), &3.into()),
        "{effect}"
    );
    assert_eq!(sum(&effect, "quantity_scrap")["before"], serde_json::Value::Null);
    assert_eq!(
        sum(&effect, "quantity_good")["after"],
        65,
        "the order that comes again counts once: {effect}"
    );
    save(&change);
    good(&plant, 65.0);
    assert_eq!(
        plant.metric("quantity_scrap", &[]),
        sum(&effect, "quantity_scrap")["after"].as_f64()
    );

    // A mapping that the files do not fit says which would be held, and why.
    let effect = save(&["--output", r"site=name_part:L(\d)", "--dry-run"])["effect"].clone();
    assert_eq!(effect["held"].as_array().unwrap().len(), 2, "{effect}");
    assert!(
        effect["held"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("has no such part"),
        "{effect}"
    );
    // Reading again what is in by what it was read by changes nothing.
    let effect = plant.json(&["files", "reread", "--profile", "orders", "--dry-run"])["effect"].clone();
    assert_eq!(
        (&effect["files"], &effect["live_after"]),
        (&2.into(), &effect["live_before"]),
        "{effect}"
    );
    let shown = plant.ok(&["files", "reread", "a.csv", "--dry-run"]);
    assert!(shown.contains("Nothing is changed"), "{shown}");
    nothing_differs(&plant);
}

#[test]
fn copies_are_read_once_their_names_say_a_day() {
    let plant = quick();
    let folder = plant.watched("exports");
    let text = "Machine;Ausschuss;Code\nM1;5;a\nM2;7;b\n";
    drop_at(&plant, &folder, "Q_20250601.csv", text, 1);
    let save = [
        "profiles",
        "save",
        "q",
        "--from",
        "Q_20250601.csv",
        "--set",
        "Ausschuss=quantity_scrap",
    ];
    plant.ok(&save);
    all_settled(&plant);
    drop_at(&plant, &folder, "Q_20250602.csv", text, 2);
    assert_eq!(plant.state_of("Q_20250602.csv"), "duplicate");
    plant.ok(&[&save[..], &["--output", r"posting_date=name_part:Q_(\d{8})"]].concat());
    all_settled(&plant);
    plant.until("both days count", |plant| {
        plant.metric("quantity_scrap", &[]) == Some(24.0)
    });
    drop_at(&plant, &folder, "Q_20250602.csv", text, 3);
    assert_eq!(
        plant.metric("quantity_scrap", &[]),
        Some(24.0),
        "the same day again is the same"
    );
    nothing_differs(&plant);
}

/// Files that are read at the same time as the one that proves how they are written.
#[test]
fn a_proof_that_comes_meanwhile_is_not_missed() {
    let plant = quick();
    let folder = plant.watched("exports");
    let head = "Order;Posting Date;Good Qty\n";
    for file in 0..9_u64 {
        let text = match file {
            4 => format!("{head}1;25/04/2025;100\n2;26/04/2025;90\n"),
            _ => format!("{head}1{file};04/05/2025;10{file}\n"),
        };
        crate::series::put_at(&folder, &format!("f{file}.csv"), &text, file);
    }
    plant.until("all are seen", |plant| {
        plant.json(&["files"])["items"].as_array().unwrap().len() == 9
    });
    all_settled(&plant);
    let states = || {
        plant.json(&["files", "--state", "held"])["items"]
            .as_array()
            .unwrap()
            .len()
    };
    plant.until("none is held", |_| states() == 0);
    // A proof that is withdrawn proves nothing, and does again when it is restored.
    plant.ok(&["files", "withdraw", "f4.csv", "--why", "a test"]);
    drop_at(
        &plant,
        &folder,
        "later.csv",
        &format!("{head}30;05/05/2025;7\n31;06/05/2025;7\n"),
        20,
    );
    assert_eq!(plant.state_of("later.csv"), "held");
    plant.ok(&["files", "restore", "f4.csv"]);
    all_settled(&plant);
    plant.until("it is taken in", |plant| plant.state_of("later.csv") == "analysed");
    nothing_differs(&plant);
}

/// Confirmations; those of the second file alone could be cancellations only.
const CONFIRMED: [&str; 2] = [
    "Confirmation;Counter;Order;Machine;Posting Date;Yield;Scrap;Cancelled Counter;Reversed\n5001;1;100;CNC01;2025-03-03;100;4;;\n\
        5001;2;100;CNC01;2025-03-04;50;1;;\n5002;1;101;CNC-02;2025-03-04;70;2;;\n5003;1;102;CNC01;2025-03-05;30;0;;\n",
    "Confirmation;Counter;Order;Machine;Posting Date;Yield;Scrap;Cancelled Counter;Reversed\n5001;3;100;CNC-01;2025-03-06;-50;-1;2;X\n\
        5002;2;101;CNC-02;2025-03-06;-70;-2;1;X\n5004;1;103;CNC-01;2025-03-06;11;0;;\n",
];

#[test]
fn a_held_file_is_read_once_another_one_shows_how_its_columns_are_mapped() {
    for order in [[0, 1], [1, 0]] {
        let plant = quick();
        let folder = plant.watched("exports");
        for at in order {
            drop_at(&plant, &folder, &format!("conf_{at}.csv"), CONFIRMED[at], 1 + at as u64);
        }
        plant.until("both are in", |plant| {
            (0..2).all(|at| plant.state_of(&format!("conf_{at}.csv")) == "analysed")
        });
        all_settled(&plant);
        assert_eq!(plant.metric("quantity_good", &[]), Some(141.0), "{order:?}");
        nothing_differs(&plant);
    }
}

#[test]
fn meters_are_not_added_up_with_nobody_asked_however_few_their_readings_are() {
    let plant = quick();
    let folder = plant.watched("exports");
    let readings = |days: std::ops::Range<u32>, level: u32| {
        let line = |day: u32| format!("2025-03-{day:02};M1;{}\n", level + 3 * day);
        format!("Date;Machine;Energy [kWh]\n{}", days.map(line).collect::<String>())
    };
    drop_at(&plant, &folder, "meter.csv", &readings(1..25, 54_000), 1);
    let held = reason(&plant, "meter.csv");
    assert!(
        held.contains("only rises") && held.contains("--step counter:meter_reading"),
        "{held}"
    );
    assert_eq!(plant.metric("energy_used", &[]), None);
    // Nor where files with its columns, in which nothing shows it, were taken in before.
    let used = "Date;Machine;Energy [kWh]\n2025-04-01;M1;40\n2025-04-02;M1;38\n2025-04-03;M1;41\n2025-04-04;M1;39\n";
    drop_at(&plant, &folder, "used.csv", used, 2);
    assert_eq!(plant.metric("energy_used", &[]), Some(158.0));
    assert_eq!(plant.state_of("meter.csv"), "held");
    assert!(reason(&plant, "meter.csv").contains("would be added up"));
}

#[test]
fn a_dry_run_tells_which_findings_would_go_and_come() {
    let plant = quick();
    let folder = plant.watched("exports");
    let rows: String = (1..=20)
        .map(|day| {
            format!(
                "2025-05-{day:02};M{};{};{};{}\n",
                day % 2 + 1,
                400 + day,
                if day % 5 == 0 { 90 } else { 4 },
                2
            )
        })
        .collect();
    drop_at(
        &plant,
        &folder,
        "shifts.csv",
        &format!("Date;Machine;Good Qty;Scrap Qty;Spoiled\n{rows}"),
        1,
    );
    plant.until("it is settled", |plant| {
        ["held", "analysed"].contains(&plant.state_of("shifts.csv").as_str())
    });
    let save = |more: &[&str]| {
        let base = [
            "profiles",
            "save",
            "shifts",
            "--from",
            "shifts.csv",
            "--set",
            "Spoiled=",
        ];
        plant.json(&[&base[..], more].concat())
    };
    save(&["--set", "Scrap Qty=quantity_scrap", "--set", "Machine=machine"]);
    all_settled(&plant);
    let titles = |plant: &Plant| -> Vec<String> {
        let items = plant.json(&["findings", "list"])["items"].clone();
        let titles = items.as_array().unwrap().iter();
        let mut titles: Vec<String> = titles.map(|item| item["title"].as_str().unwrap().to_owned()).collect();
        titles.sort();
        titles
    };
    let before = titles(&plant);
    assert!(!before.is_empty());
    let change = ["--set", "Scrap Qty=", "--set", "Spoiled=quantity_scrap"];
    let effect = save(&[&change[..], &["--dry-run"]].concat())["effect"].clone();
    assert_eq!(titles(&plant), before, "nothing is changed");
    save(&change);
    all_settled(&plant);
    plant.until("it is analysed by it", |plant| titles(plant) != before);
    all_settled(&plant);
    let after = titles(&plant);
    assert_eq!(
        (
            effect["analysed"].as_u64(),
            effect["findings_before"].as_u64(),
            effect["findings_after"].as_u64()
        ),
        (Some(1), Some(before.len() as u64), Some(after.len() as u64)),
        "{effect}"
    );
    let changes = |comes: bool| -> Vec<String> {
        let changes = effect["findings"].as_array().unwrap().iter();
        let mut titles: Vec<String> = changes
            .filter(|change| change["comes"] == comes)
            .map(|change| change["title"].as_str().unwrap().to_owned())
            .collect();
        titles.sort();
        titles
    };
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|title| !those.contains(title)).cloned().collect()
    };
    assert_eq!(
        (changes(false), changes(true)),
        (only(&before, &after), only(&after, &before))
    );
    let told = plant.ok(&[
        "profiles",
        "save",
        "shifts",
        "--from",
        "shifts.csv",
        "--set",
        "Spoiled=",
        "--dry-run",
    ]);
    assert!(told.contains("Findings that would go"), "{told}");

    // A key alone has no file read again, and other rows count: the last one of each machine.
    let key = [
        "--set",
        "Scrap Qty=",
        "--set",
        "Spoiled=quantity_scrap",
        "--key",
        "machine",
    ];
    let before = titles(&plant);
    let effect = save(&[&key[..], &["--dry-run"]].concat())["effect"].clone();
    save(&key);
    plant.until("it counts by its key", |plant| plant.metric("rows", &[]) == Some(2.0));
    all_settled(&plant);
    assert_eq!(
        (
            effect["analysed"].as_u64(),
            effect["findings_before"].as_u64(),
            effect["findings_after"].as_u64()
        ),
        (Some(1), Some(before.len() as u64), Some(titles(&plant).len() as u64)),
        "{effect}"
    );
}
