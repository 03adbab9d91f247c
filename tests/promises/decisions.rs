//! What people decide about files and series is followed: in figures, in what a file says of itself, and in the audit log.

use std::collections::BTreeSet;

use plant_tests::Plant;
use serde_json::Value;

use crate::series::{ORDERS, all_settled, drop_at, put_at, question, quick};

/// Another layout of the same orders, which begins a series of its own.
const WITH_MACHINE: &str = "Work Order;Date;Material;Machine;Quantity Good\n";

/// The id of the newest file of a name.
fn id(plant: &Plant, name: &str) -> String {
    plant.json(&["files", "show", name])["file_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn ids(plant: &Plant, names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| id(plant, name)).collect()
}

/// The words of a list.
fn texts(list: &Value) -> BTreeSet<String> {
    let items = list.as_array().unwrap_or_else(|| panic!("{list} is a list"));
    items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// What the audit log has of an action, the newest first.
fn audited(plant: &Plant, action: &str) -> Vec<Value> {
    let log = plant.json(&["audit", "--limit", "500"]);
    let entries = log["items"].as_array().unwrap().iter();
    let of_it = entries.filter(|entry| entry["action"] == action);
    of_it.map(|entry| entry["body"].clone()).collect()
}

/// Waits until a file was read again so often.
fn read_again(plant: &Plant, name: &str, times: usize) {
    let id = id(plant, name);
    plant.until(&format!("{name} is read again"), |plant| {
        let entries = audited(plant, "file.reread");
        entries.iter().filter(|body| body["file"] == id.as_str()).count() == times
    });
    all_settled(plant);
}

/// A version may wait until the log has grown and says how it is written. It is then read from its original, since other bytes lie at
/// its place, and takes its place before them.
#[test]
fn a_version_that_was_held_takes_its_place_in_the_log_that_has_grown() {
    let plant = quick();
    let folder = plant.watched("exports");
    let small = format!("{ORDERS}WO1;03/04/2025;P-100;10\n");
    drop_at(&plant, &folder, "log.csv", &small, 1);
    let held = plant.json(&["files", "show", "log.csv"]);
    assert_eq!(
        (&held["state"], &held["reason"]["code"]),
        (&"held".into(), &"ambiguous_date".into()),
        "{held}"
    );
    let held_id = held["file_id"].as_str().unwrap();
    // Its further lines say which part of a date is the day.
    let large = format!("{small}WO2;15/04/2025;P-100;20\n");
    drop_at(&plant, &folder, "log.csv", &large, 2);
    assert_eq!(plant.state_of("log.csv"), "analysed");
    assert_ne!(id(&plant, "log.csv"), held_id);
    plant.until("the smaller one is read", |plant| {
        plant.json(&["files", "show", held_id])["state"] == "analysed"
    });
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_good", &[]), Some(30.0));

    let small = plant.json(&["files", "show", held_id]);
    assert_eq!(
        (&small["state"], &small["sha256"], &small["first_day"]),
        (&"analysed".into(), &held["sha256"], &"2025-04-03".into()),
        "{small}"
    );
    let shown = plant.json(&["series", "show", "log.csv"]);
    let evidence = shown["evidence"].to_string();
    assert!(evidence.contains("had grown"), "{shown}");
    // Its row is its own, and the larger version has what was added.
    let versions = shown["versions"].as_array().unwrap().iter();
    let counts: Vec<_> = versions
        .map(|version| ["rows", "live"].map(|field| version[field].as_u64().unwrap()))
        .collect();
    assert_eq!(counts, [[1, 1], [2, 1]], "{shown}");
    assert_eq!(plant.metric("quantity_good", &[]), Some(30.0));
    assert_eq!(question(&plant), Value::Null);
}

#[test]
fn series_are_merged_and_a_file_is_moved_with_what_follows() {
    let plant = quick();
    let folder = plant.watched("exports");
    let good = || plant.metric("quantity_good", &[]);
    let a = format!("{ORDERS}WO1;2025-03-03;P-100;100\nWO2;2025-03-04;P-100;100\n");
    let b = format!("{WITH_MACHINE}WO2;2025-03-04;P-100;M1;90\nWO3;2025-03-05;P-100;M1;50\n");
    drop_at(&plant, &folder, "a.csv", &a, 1);
    drop_at(&plant, &folder, "b.csv", &b, 2);
    plant.ok(&["series", "set", "a.csv", "--key", "work_order"]);
    let two = plant.json(&["series"])["items"].clone();
    assert_eq!((two.as_array().unwrap().len(), good()), (2, Some(340.0)), "{two}");

    let merged = plant.json(&["series", "merge", "a.csv", "b.csv"]);
    all_settled(&plant);
    // The key of the one that stays identifies the rows of both.
    assert_eq!(good(), Some(240.0), "{merged}");
    let one = plant.json(&["series"])["items"].clone();
    assert_eq!(one.as_array().unwrap().len(), 1, "{one}");
    assert_eq!(
        (&one[0]["files"], &one[0]["live"], &one[0]["key"]),
        (&2.into(), &3.into(), &serde_json::json!(["work_order"])),
        "{one}"
    );
    let told = &audited(&plant, "series.merge")[0];
    assert_eq!(told["into"], one[0]["series_id"], "{told}");
    assert_eq!(texts(&told["changed"]), ids(&plant, &["a.csv"]), "{told}");
    // What comes later in the layout of the one that is gone belongs to the one that stays.
    let c = format!("{WITH_MACHINE}WO1;2025-03-06;P-100;M1;80\n");
    drop_at(&plant, &folder, "c.csv", &c, 3);
    assert_eq!(good(), Some(220.0));
    assert_eq!(plant.state_of("a.csv"), "superseded");

    let d = "Machine;Shift;Posting Date;Energy kWh\nM1;1;2025-03-09;7\n";
    drop_at(&plant, &folder, "d.csv", d, 4);
    assert_eq!(plant.state_of("d.csv"), "analysed");
    plant.ok(&["series", "move", "c.csv", "d.csv"]);
    all_settled(&plant);
    assert_eq!(good(), Some(320.0));
    let series_of = |name: &str| plant.json(&["files", "show", name])["series_id"].clone();
    let told = &audited(&plant, "series.move")[0];
    assert_eq!(
        (&told["from"], &told["to"]),
        (&series_of("a.csv"), &series_of("d.csv")),
        "{told}"
    );
    assert_eq!(texts(&told["changed"]), ids(&plant, &["a.csv"]), "{told}");
    assert_eq!(plant.state_of("a.csv"), "analysed");
    // It stays where a person put it, though its profile reads another series.
    plant.ok(&["files", "reread", "c.csv"]);
    read_again(&plant, "c.csv", 1);
    assert_eq!(series_of("c.csv"), series_of("d.csv"));
    assert_eq!(good(), Some(320.0));
    plant.ok(&["series", "move", "c.csv", "a.csv"]);
    all_settled(&plant);
    assert_eq!(good(), Some(220.0));
}

#[test]
fn a_question_tells_of_files_apart_too_and_stays_while_others_come() {
    let plant = quick();
    let folder = plant.watched("exports");
    let head = "Date;Order;Product;Defect Code;Scrap Qty\n";
    let known = format!("{head}2025-05-03;WO-1;P-100;D07;1\n");
    // Each choice, with the rows and the sum of the whole series.
    let choices = || -> Vec<(String, u64, String)> {
        let asked = question(&plant);
        let choices = asked["choices"].as_array().unwrap_or_else(|| panic!("{asked}")).iter();
        let told = choices.map(|choice| {
            let effect = &choice["effect"];
            (
                choice["choice"].as_str().unwrap().to_owned(),
                effect["rows"].as_u64().unwrap(),
                effect["sums"][0]["value"].as_str().unwrap().to_owned(),
            )
        });
        told.collect()
    };
    let expected =
        |all: [(&str, u64, &str); 2]| all.map(|(choice, rows, sum)| (choice.to_owned(), rows, sum.to_owned()));
    let drop = |name: &str, text: &str, second| drop_at(&plant, &folder, name, text, second);
    drop("scrap_05h.csv", &format!("{head}2025-05-01;WO-9;P-100;D07;7\n"), 1);
    drop("scrap_06h.csv", &known, 2);
    drop("scrap_07h.csv", &format!("{known}2025-05-03;WO-2;P-100;D01;2\n"), 3);
    assert_eq!(choices(), expected([("repeat", 3, "10"), ("increment", 4, "11")]));
    assert_eq!(plant.metric("quantity_scrap", &[]), Some(8.0));
    // A file that has nothing to do with it takes no question away.
    drop("scrap_08h.csv", &format!("{head}2025-05-05;WO-8;P-100;D07;5\n"), 4);
    assert_eq!(choices(), expected([("repeat", 4, "15"), ("increment", 5, "16")]));
    assert_eq!(plant.metric("quantity_scrap", &[]), Some(13.0));
    plant.ok(&["files", "answer", "scrap_07h.csv", "increment"]);
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_scrap", &[]), Some(16.0));
    assert_eq!(question(&plant), Value::Null);
}

#[test]
fn files_are_withdrawn_restored_and_read_again_by_folder_time_and_profile() {
    let plant = quick();
    let (first, second) = (plant.watched("exports"), plant.watched("further"));
    let (here, there) = (first.to_str().unwrap(), second.to_str().unwrap());
    let one = |order: u32, good: u32| format!("{ORDERS}WO{order};2025-03-0{order};P-100;{good}\n");
    drop_at(&plant, &first, "a.csv", &one(1, 1), 1);
    drop_at(&plant, &second, "b.csv", &one(2, 20), 2);
    let machine = format!("{WITH_MACHINE}WO3;2025-03-03;P-100;M1;300\n");
    drop_at(&plant, &first, "c.csv", &machine, 3);
    drop_at(&plant, &first, "d.csv", &one(4, 4_000), 4);
    let field = |name: &str, field: &str| plant.json(&["files", "show", name])[field].as_str().unwrap().to_owned();
    let (orders, machines) = (field("a.csv", "profile"), field("c.csv", "profile"));
    let (seen_c, seen_d) = (field("c.csv", "seen_at"), field("d.csv", "seen_at"));
    assert_ne!(orders, machines);

    // What is done, to which files, and the figure afterwards.
    let act = |verb: &str, which: &[&str], names: &[&str], good: f64| {
        let why: &[&str] = if verb == "withdraw" {
            &["--why", "a test load"]
        } else {
            &[]
        };
        let arguments = [&["files", verb], which, why].concat();
        let done = plant.json(&arguments);
        all_settled(&plant);
        let items = done["items"].as_array().unwrap().iter();
        let told: BTreeSet<_> = items.map(|item| item["name"].as_str().unwrap()).collect();
        assert_eq!(told, names.iter().copied().collect(), "{arguments:?}");
        assert_eq!(plant.metric("quantity_good", &[]), Some(good), "{arguments:?}");
        let body = audited(&plant, &format!("file.{verb}"))[0].clone();
        assert_eq!(texts(&body["files"]), ids(&plant, names), "{arguments:?}: {body}");
        body
    };
    let body = act("withdraw", &["--folder", here], &["a.csv", "c.csv", "d.csv"], 20.0);
    assert_eq!(body["why"], "a test load", "{body}");
    assert_eq!(body["changed"].as_array().unwrap().len(), 3, "{body}");
    let shown = plant.json(&["files", "show", "d.csv"]);
    assert_eq!(
        (
            &shown["state"],
            &shown["reason"]["code"],
            &shown["row_counts"]["withdrawn"]
        ),
        (&"withdrawn".into(), &"withdrawn".into(), &1.into()),
        "{shown}"
    );
    for arguments in [["files", "show", "d.csv"], ["files", "explain", "d.csv"]] {
        let told = plant.ok(&arguments);
        assert!(told.contains("a test load"), "{told}");
    }
    // It stays out of count when it is read again, and says why.
    let asked = plant.json(&["files", "reread", "--since", &seen_d]);
    assert_eq!(asked["items"].as_array().unwrap().len(), 1, "{asked}");
    read_again(&plant, "d.csv", 1);
    let shown = plant.json(&["files", "show", "d.csv"]);
    assert_eq!(
        (&shown["state"], &shown["reason"]["code"]),
        (&"withdrawn".into(), &"withdrawn".into()),
        "{shown}"
    );
    let body = act("restore", &["--profile", &machines], &["c.csv"], 320.0);
    assert_eq!(texts(&body["changed"]), ids(&plant, &["c.csv"]), "{body}");
    // What meets all that is said.
    act("restore", &["--folder", here, "--since", &seen_d], &["d.csv"], 4_320.0);
    let shown = plant.json(&["files", "show", "d.csv"]);
    assert_eq!(
        (&shown["state"], &shown["reason"]),
        (&"analysed".into(), &Value::Null),
        "{shown}"
    );
    // Of all that are meant only what counted otherwise is named as changed.
    let body = act(
        "restore",
        &["--profile", &orders],
        &["a.csv", "b.csv", "d.csv"],
        4_321.0,
    );
    assert_eq!(texts(&body["changed"]), ids(&plant, &["a.csv"]), "{body}");
    act("withdraw", &["--since", &seen_c], &["c.csv", "d.csv"], 21.0);
    act("restore", &["--since", &seen_c], &["c.csv", "d.csv"], 4_321.0);
    act(
        "withdraw",
        &["--profile", &orders, "--folder", there],
        &["b.csv"],
        4_301.0,
    );
    act("restore", &["b.csv"], &["b.csv"], 4_321.0);

    plant.ok(&["files", "reread", "--folder", here, "--profile", &orders]);
    read_again(&plant, "a.csv", 1);
    read_again(&plant, "d.csv", 2);
    assert_eq!(
        texts(&audited(&plant, "file.reread_asked")[0]["files"]),
        ids(&plant, &["a.csv", "d.csv"])
    );
    let read: BTreeSet<_> = audited(&plant, "file.reread")
        .iter()
        .map(|body| body["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(read, ["a.csv", "d.csv"].map(str::to_owned).into());
    assert_eq!(plant.metric("quantity_good", &[]), Some(4_321.0));

    // Nothing is meant by saying nothing, nor by saying it twice; and a reason is needed.
    for (arguments, code) in [
        (&["files", "withdraw", "--why", "x"][..], 1),
        (&["files", "restore"], 1),
        (&["files", "reread"], 1),
        (&["files", "withdraw", "a.csv", "--folder", here, "--why", "x"], 1),
        (&["files", "withdraw", "a.csv", "--why", " "], 1),
        (&["files", "withdraw", "a.csv"], 2),
        (&["files", "withdraw", "--folder", "/nowhere", "--why", "x"], 1),
        (&["files", "withdraw", "--profile", "nobody's", "--why", "x"], 1),
    ] {
        let refused = plant.run(arguments);
        assert_eq!(refused.status.code(), Some(code), "{arguments:?}: {refused:?}");
    }
    assert_eq!(plant.metric("quantity_good", &[]), Some(4_321.0));
}

#[test]
fn what_is_older_than_a_folder_takes_is_ignored_until_it_takes_it() {
    let plant = quick();
    let folder = plant.folder("exports");
    let path = folder.to_str().unwrap();
    let one = |order: u32, good: u32| format!("{ORDERS}WO{order};2025-03-0{order};P-100;{good}\n");
    // More than a day later by their times.
    let later = 100_000;
    put_at(&folder, "older.csv", &one(1, 1), 1);
    put_at(&folder, "old.csv", &one(2, 20), 2);
    put_at(&folder, "new.csv", &one(3, 300), later);
    plant.ok(&["folders", "add", path, "--since", "2025-06-16"]);
    assert_eq!(plant.settled("new.csv")["state"], "analysed");
    for name in ["older.csv", "old.csv"] {
        let ignored = plant.settled(name);
        assert_eq!(
            (&ignored["state"], &ignored["reason"]["code"]),
            (&"ignored".into(), &"before_since".into()),
            "{ignored}"
        );
    }
    assert_eq!(plant.metric("quantity_good", &[]), Some(300.0));
    let next = plant.json(&["files", "show", "old.csv"])["next_step"].to_string();
    assert!(next.contains("an earlier --since"), "{next}");
    // A later version of it is not old.
    drop_at(&plant, &folder, "old.csv", &one(2, 40), later + 1);
    assert_eq!(plant.metric("quantity_good", &[]), Some(340.0));
    // As the next step says.
    plant.ok(&["folders", "remove", path]);
    plant.ok(&["folders", "add", path, "--since", "2025-06-01"]);
    plant.until("the oldest is in", |plant| plant.state_of("older.csv") == "analysed");
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_good", &[]), Some(341.0));
}

#[test]
fn the_same_bytes_of_another_site_are_other_rows_unless_a_person_says_otherwise() {
    let plant = quick();
    let rows: String = (1..=3)
        .map(|day| format!("WO{day};2025-03-0{day};P-100;10\n"))
        .collect();
    let text = format!("{ORDERS}{rows}");
    for (name, site, second, state, good) in [
        ("first", "north", 1, "analysed", 30.0),
        ("further", "north", 2, "duplicate", 30.0),
        ("last", "south", 3, "analysed", 60.0),
    ] {
        let folder = plant.folder(name);
        plant.ok(&["folders", "add", folder.to_str().unwrap(), "--site", site]);
        drop_at(&plant, &folder, "m.csv", &text, second);
        assert_eq!(plant.state_of("m.csv"), state, "{name}");
        assert_eq!(plant.metric("quantity_good", &[]), Some(good), "{name}");
    }
    let folders = plant.json(&["folders"])["items"].clone();
    let sites: Vec<&str> = folders
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|folder| folder["site"].as_str())
        .collect();
    assert_eq!(sites, ["north", "north", "south"], "{folders}");
    let asked = question(&plant);
    assert_eq!(asked["code"], "same_source", "{asked}");
    plant.ok(&["files", "answer", "m.csv", "same"]);
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_good", &[]), Some(30.0));
    assert_eq!(question(&plant), Value::Null);
}

#[test]
fn a_key_of_a_series_stays_when_its_profile_is_saved_again_without_one() {
    let plant = quick();
    let folder = plant.watched("exports");
    let head = "Date;Order;Item;Product;Good Qty\n";
    let good = || plant.metric("quantity_good", &[]);
    let scrap = || plant.metric("quantity_scrap", &[]);
    let save = |from: &str, item: &str| {
        let sets = ["--set", item, "--set", "Product=product_code"];
        plant.ok(&[&["profiles", "save", "orders", "--from", from], &sets[..]].concat());
    };
    let a = format!("{head}2025-05-01;WO1;7;P-100;100\n2025-05-02;WO2;8;P-100;50\n");
    drop_at(&plant, &folder, "a.csv", &a, 1);
    save("a.csv", "Item=");
    all_settled(&plant);
    drop_at(
        &plant,
        &folder,
        "b.csv",
        &format!("{head}2025-05-03;WO1;9;P-100;90\n"),
        2,
    );
    assert_eq!(good(), Some(240.0));
    plant.ok(&["series", "set", "a.csv", "--key", "work_order"]);
    all_settled(&plant);
    assert_eq!(good(), Some(140.0));
    // Saved as it is, and with another mapping, by which all is read again.
    save("b.csv", "Item=");
    save("b.csv", "Item=quantity_scrap");
    read_again(&plant, "b.csv", 1);
    read_again(&plant, "a.csv", 2);
    let series = plant.json(&["series", "show", "a.csv"]);
    assert_eq!(
        (&series["key"], &series["mode"], &series["decided"]),
        (&serde_json::json!(["work_order"]), &"keyed".into(), &true.into()),
        "{series}"
    );
    assert_eq!((good(), scrap()), (Some(140.0), Some(17.0)));
    drop_at(
        &plant,
        &folder,
        "c.csv",
        &format!("{head}2025-05-04;WO2;1;P-100;60\n"),
        3,
    );
    assert_eq!((good(), scrap()), (Some(150.0), Some(10.0)));
}
