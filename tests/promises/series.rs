//! Rows stay right when the second file arrives: which rows count follows from the set of files and decisions, and not
//! from the order in which they came.

use std::path::Path;
use std::time::{Duration, SystemTime};

use plant_tests::{Plant, Server};
use serde_json::Value;

/// Puts a file there that was last changed at that second.
pub(crate) fn put_at(folder: &Path, name: &str, text: &str, second: u64) {
    let there = folder.join(format!(".{name}.tmp"));
    std::fs::write(&there, text).unwrap();
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000 + second);
    std::fs::File::options()
        .append(true)
        .open(&there)
        .unwrap()
        .set_modified(changed)
        .unwrap();
    std::fs::rename(&there, folder.join(name)).unwrap();
}

/// The same with a wait until it is settled.
pub(crate) fn drop_at(plant: &Plant, folder: &Path, name: &str, text: &str, second: u64) {
    let before = plant.json(&["files"])["items"].as_array().unwrap().len();
    put_at(folder, name, text, second);
    plant.until("the file is seen", |plant| {
        plant.json(&["files"])["items"].as_array().unwrap().len() > before
    });
    all_settled(plant);
}

pub(crate) fn all_settled(plant: &Plant) {
    plant.ok(&["files", "wait", "--all", "--timeout", "120"]);
}

const QUICK: &str = "[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 400\n";

pub(crate) fn quick() -> Plant {
    Plant::start_with(QUICK)
}

/// Files in their order of arrival (name, text), each changed a second after the one before; the metric and its value.
fn check(what: &str, files: &[(&str, &str)], metric: &str, expected: f64) {
    let plant = quick();
    let folder = plant.watched("exports");
    for ((name, text), second) in files.iter().zip(1..) {
        drop_at(&plant, &folder, name, text, second);
    }
    assert_eq!(
        plant.metric(metric, &[]),
        Some(expected),
        "{what}\n{}",
        plant.ok(&["series"])
    );
    assert_eq!(question(&plant), Value::Null, "{what}: nothing is asked");
}

/// What is asked of the one series.
pub(crate) fn question(plant: &Plant) -> Value {
    plant.json(&["series"])["items"][0]["question"].clone()
}

/// The columns of a confirmation of orders.
pub(crate) const ORDERS: &str = "Order;Posting Date;Product;Good Qty\n";

#[test]
fn a_file_that_comes_again_under_its_name_replaces_its_days() {
    let first = format!("{ORDERS}WO5;2025-03-03;P-100;100\nWO6;2025-03-04;P-100;100\n");
    let corrected = format!("{ORDERS}WO5;2025-03-03;P-100;100\nWO6;2025-03-04;P-100;90\n");
    check(
        "a correction",
        &[("m.csv", &first), ("m.csv", &corrected)],
        "quantity_good",
        190.0,
    );
    check(
        "a correction that is taken back",
        &[("m.csv", &first), ("m.csv", &corrected), ("m.csv", &first)],
        "quantity_good",
        200.0,
    );
    let next = format!("{ORDERS}WO7;2025-03-05;P-100;70\n");
    check(
        "the next day",
        &[("m.csv", &first), ("m.csv", &next)],
        "quantity_good",
        270.0,
    );
}

#[test]
fn what_stands_in_two_files_of_one_source_counts_once_and_of_two_sources_twice() {
    let line = |second: &str| {
        format!("Date;Shift;Product;Good Qty;Scrap Qty\n2025-05-03;1;P-100;480;12\n2025-05-03;2;P-100;{second}\n")
    };
    check(
        "two lines",
        &[
            ("L1_20250503.csv", &line("500;10")),
            ("L2_20250503.csv", &line("455;9")),
        ],
        "quantity_good",
        1_915.0,
    );
    let window = |days: &[(u32, u32)]| {
        let rows: String = days
            .iter()
            .zip(1..)
            .map(|((day, good), no)| format!("{no};2025-05-0{day};WO{day};P-100;{good}\n"))
            .collect();
        format!("No;Date;Order;Product;Good Qty\n{rows}")
    };
    check(
        "a window that moves on, with a running number",
        &[
            ("window_20250503.csv", &window(&[(1, 100), (2, 200), (3, 300)])),
            ("window_20250504.csv", &window(&[(2, 200), (3, 300), (4, 400)])),
        ],
        "quantity_good",
        1_000.0,
    );
    let english = "Posting Date,Order,Operation,Work Center,Yield,Scrap,Energy kWh\n2025-03-03,63001,0010,SPR-01,120.50,2,10.250\n2025-03-03,63002,0010,SPR-02,1340.00,5,99.900\n2025-03-03,63003,0010,SPR-01,98.00,0,7.000\n2025-03-04,63004,0010,SPR-03,64.75,1,5.500\n";
    let german = "Order;Operation;Posting Date;Work Center;Energy kWh;Scrap;Yield\n63002;0010;03.03.2025;SPR-02;99,9;5;1.340\n63003;0010;03.03.2025;SPR-01;7;0;98\n63004;0010;04.03.2025;SPR-03;5,5;1;64,75\n63005;0010;04.03.2025;SPR-02;91,05;3;1.250\n63006;0010;05.03.2025;SPR-01;6,4;0;77\n";
    check(
        "the same facts in another layout",
        &[("week10_en.csv", english), ("week10_de.csv", german)],
        "quantity_good",
        2_950.25,
    );
}

#[test]
fn a_log_that_grows_is_counted_once_and_half_a_line_never() {
    let head = "Timestamp;Machine;Good Qty\n2025-05-03 06:00;M1;900\n";
    let half = format!("{head}2025-05-03 06:07;M1;12");
    let whole = format!("{head}2025-05-03 06:07;M1;1234\n2025-05-03 06:21;M1;17\n");
    check(
        "a log",
        &[("log.csv", &half), ("log.csv", &whole)],
        "quantity_good",
        2_151.0,
    );
}

#[test]
fn what_two_readings_fit_is_asked_once_with_both_and_answered_for_the_series() {
    let plant = quick();
    let folder = plant.watched("exports");
    let head = "Date;Order;Product;Defect Code;Scrap Qty\n2025-05-03;WO-1;P-100;D07;1\n";
    drop_at(&plant, &folder, "scrap_06h.csv", head, 1);
    drop_at(
        &plant,
        &folder,
        "scrap_07h.csv",
        &format!("{head}2025-05-03;WO-2;P-100;D01;2\n"),
        2,
    );
    let asked = question(&plant);
    assert_eq!(asked["code"], "repeated_or_new", "{asked}");
    let sums: Vec<(&Value, &Value)> = asked["choices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|choice| (&choice["choice"], &choice["effect"]["sums"][0]["value"]))
        .collect();
    assert_eq!(
        sums,
        [(&"repeat".into(), &"3".into()), (&"increment".into(), &"4".into())]
    );
    // Until it is answered the later file waits, and every figure of it says so.
    assert_eq!(plant.metric("quantity_scrap", &[]), Some(1.0));
    let item = &plant.json(&["metrics", "get", "quantity_scrap"])["items"][0];
    assert!(
        item["warnings"].as_array().unwrap().contains(&"open_question".into()),
        "{item}"
    );
    let file = plant.json(&["files", "show", "scrap_07h.csv"]);
    assert_eq!(file["row_counts"]["contested"], 2, "{file}");
    assert_eq!(file["reason"]["code"], "open_question", "{file}");
    let csv = plant.ok(&["records", "--file", "scrap_07h.csv", "--csv"]);
    let mut rows = csv.lines().map(|row| row.split(',').collect::<Vec<_>>());
    assert_eq!(rows.next().unwrap()[2..4], ["live", "why"], "{csv}");
    assert!(rows.all(|row| row[2..4] == ["no", "contested"]), "{csv}");
    let status = plant.ok(&["status"]);
    assert!(status.contains("1 asked (plant series)"), "{status}");
    let unknown = plant.run(&["files", "answer", "scrap_07h.csv", "perhaps"]);
    assert_eq!(unknown.status.code(), Some(2), "{unknown:?}");
    let wrong = plant.run(&["files", "answer", "scrap_07h.csv", "keyed"]);
    assert_eq!(wrong.status.code(), Some(1), "{wrong:?}");
    plant.ok(&["files", "answer", "scrap_07h.csv", "increment"]);
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_scrap", &[]), Some(4.0));
    // The next file of the kind is not asked about again.
    drop_at(
        &plant,
        &folder,
        "scrap_08h.csv",
        &format!("{head}2025-05-03;WO-3;P-100;D01;5\n"),
        3,
    );
    assert_eq!(question(&plant), Value::Null);
    assert_eq!(plant.metric("quantity_scrap", &[]), Some(10.0));
    plant.ok(&["series", "set", "scrap_06h.csv", "--mode", "repeat"]);
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_scrap", &[]), Some(8.0));
}

/// Files of other days are not compared with what waits; what the answers would do is told of all of them.
#[test]
fn what_comes_while_something_is_asked_is_taken_in_and_told_with_the_answers() {
    let server = Server::start();
    let plant = Plant::setup().on(&server).config(QUICK).start();
    let folder = plant.watched("exports");
    let day = |day: u32, good: [u32; 2]| {
        let row = |order: u32, good: u32| format!("WO-{day}{order};2025-05-{day:02};P-100;{good}\n");
        format!("{ORDERS}{}{}", row(1, good[0]), row(2, good[1]))
    };
    drop_at(&plant, &folder, "prod_a.csv", &day(10, [100, 10]), 100);
    drop_at(&plant, &folder, "prod_b.csv", &day(10, [100, 11]), 101);
    let (asked, rows) = told(&plant);
    assert_eq!((asked, rows), ("changed_rows prod_a.csv".to_owned(), vec![2, 3, 4]));
    let open = || {
        let files = plant.json(&["files"])["items"].as_array().unwrap().clone();
        let asked = files.iter().filter(|file| file["reason"]["code"] == "open_question");
        asked
            .map(|file| file["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(open(), ["prod_b.csv"]);

    // Another day, and another one that is contested too, of a later time: what was asked stays.
    drop_at(&plant, &folder, "prod_c.csv", &day(12, [200, 20]), 102);
    assert_eq!(told(&plant), ("changed_rows prod_a.csv".to_owned(), vec![4, 5, 6]));
    drop_at(&plant, &folder, "prod_d.csv", &day(12, [200, 21]), 103);
    assert_eq!(told(&plant), ("changed_rows prod_a.csv".to_owned(), vec![4, 6, 8]));
    assert_eq!(open(), ["prod_b.csv"]);
    assert_eq!(
        plant.metric("quantity_good", &[]),
        Some(330.0),
        "what waits does not count"
    );

    // Late comes a pair that is older than both: it is asked about first.
    drop_at(&plant, &folder, "prod_e.csv", &day(14, [300, 30]), 1);
    drop_at(&plant, &folder, "prod_f.csv", &day(14, [300, 31]), 2);
    assert_eq!(told(&plant), ("changed_rows prod_e.csv".to_owned(), vec![6, 9, 12]));
    assert_eq!(open(), ["prod_f.csv"]);
    // Without it the next one is asked.
    plant.ok(&["files", "withdraw", "prod_f.csv", "--why", "a test"]);
    assert_eq!(told(&plant), ("changed_rows prod_a.csv".to_owned(), vec![6, 8, 10]));
    assert_eq!(open(), ["prod_b.csv"]);
    // Where what is kept of it can't be read, the next file has it asked anew.
    server.sql("plant", "UPDATE app.series SET question = '{\"other\": 1}'");
    drop_at(&plant, &folder, "prod_g.csv", &day(16, [7, 8]), 104);
    assert_eq!(told(&plant), ("changed_rows prod_a.csv".to_owned(), vec![8, 10, 12]));
    assert_eq!(open(), ["prod_b.csv"]);
    let output = plant.rebuild(&["--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("nothing differs"), "{said}");

    plant.ok(&["files", "answer", "prod_b.csv", "keyed"]);
    all_settled(&plant);
    assert_eq!(question(&plant), Value::Null);
    assert_eq!(open(), Vec::<String>::new());
    assert_eq!(plant.metric("quantity_good", &[]), Some(111.0 + 221.0 + 330.0 + 15.0));
}

/// What was seen of a version is told as long as it holds, and no longer.
#[test]
fn what_files_were_seen_to_be_follows_the_files_that_are_there() {
    let plant = quick();
    let folder = plant.watched("exports");
    let of = |day: u32, orders: &[u32]| {
        let rows = orders
            .iter()
            .map(|order| format!("WO-{order};2025-05-{day:02};P-100;{order}\n"));
        format!("{ORDERS}{}", rows.collect::<String>())
    };
    let held: Vec<u32> = (1..=8).collect();
    drop_at(&plant, &folder, "prod_09.csv", &of(20, &[90, 91]), 1);
    drop_at(&plant, &folder, "prod_01.csv", &of(5, &held), 2);
    drop_at(&plant, &folder, "prod_02.csv", &of(5, &[&held[..], &[50]].concat()), 3);
    let mode = || plant.json(&["series"])["items"][0]["mode"].clone();
    assert_eq!(mode(), "repeat");
    drop_at(&plant, &folder, "prod_02.csv", &of(5, &[50, 51, 52, 53]), 4);
    assert_eq!(mode(), "replace");
    // A file with a header alone says nothing about the others.
    drop_at(&plant, &folder, "prod_03.csv", ORDERS, 5);
    drop_at(&plant, &folder, "prod_04.csv", &of(25, &[70]), 6);
    let output = plant.rebuild(&["--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("nothing differs"), "{said}");
}

/// What is asked, about which earlier file, and how many rows would count after each answer, in order.
fn told(plant: &Plant) -> (String, Vec<u64>) {
    let asked = question(plant);
    let choices = asked["choices"].as_array().unwrap();
    let mut rows: Vec<u64> = choices
        .iter()
        .map(|choice| choice["effect"]["rows"].as_u64().unwrap())
        .collect();
    rows.sort_unstable();
    let text = asked["text"].as_str().unwrap();
    let older = text.split(' ').next().unwrap();
    (format!("{} {older}", asked["code"].as_str().unwrap()), rows)
}

/// The worked case W21: two files and a key, in every order.
#[test]
fn w21_is_690_whenever_the_key_is_saved_and_whichever_file_comes_first() {
    let orders: String = (1..=6)
        .map(|order| format!("WO{order};2025-03-0{order};P-100;100\n"))
        .collect();
    let a = format!("{ORDERS}{orders}");
    let b = format!(
        "{ORDERS}WO4;2025-03-04;P-100;100\nWO5;2025-03-05;P-100;100\nWO6;2025-03-06;P-100;90\nWO7;2025-03-07;P-100;100\nWO7;2025-03-07;P-100;100\n"
    );
    for order in ["abk", "akb", "bak", "bka"] {
        let plant = quick();
        let folder = plant.watched("exports");
        for step in order.chars() {
            match step {
                'a' => drop_at(&plant, &folder, "a.csv", &a, 1),
                'b' => drop_at(&plant, &folder, "b.csv", &b, 2),
                _ => {
                    let profile = plant.json(&["profiles"])["items"][0]["name"]
                        .as_str()
                        .unwrap()
                        .to_owned();
                    let from = if order.starts_with('a') { "a.csv" } else { "b.csv" };
                    plant.ok(&["profiles", "save", &profile, "--from", from, "--key", "work_order"]);
                    all_settled(&plant);
                }
            }
        }
        assert_eq!(plant.metric("quantity_good", &[]), Some(690.0), "{order}");
        let files = plant.json(&["files"]);
        let counts = |name: &str, field: &str| {
            let items = files["items"].as_array().unwrap();
            items.iter().find(|item| item["name"] == name).unwrap()["records"][field].clone()
        };
        // Seven count, one is superseded, three repeat what counts already.
        assert_eq!(counts("a.csv", "new"), 5, "{order}: {files}");
        assert_eq!(counts("b.csv", "unchanged"), 3, "{order}: {files}");
        // Taken out of count with its reason, and back.
        plant.ok(&["files", "withdraw", "b.csv", "--why", "a test load"]);
        all_settled(&plant);
        assert_eq!(plant.metric("quantity_good", &[]), Some(600.0), "{order}");
        assert_eq!(plant.state_of("b.csv"), "withdrawn");
        plant.ok(&["files", "restore", "b.csv"]);
        all_settled(&plant);
        assert_eq!(plant.metric("quantity_good", &[]), Some(690.0), "{order}");
        // Who did what to which files stands in the audit log.
        let audit = plant.json(&["audit"])["items"].to_string();
        for action in ["file.withdraw", "file.restore", "series.decide"] {
            assert!(audit.contains(action), "{audit}");
        }
    }
}

#[test]
fn a_mapping_that_was_wrong_is_mended_for_what_is_in() {
    let plant = quick();
    let folder = plant.watched("exports");
    let head = "Date;Order;Item;Product;Good Qty\n";
    drop_at(
        &plant,
        &folder,
        "a.csv",
        &format!("{head}2025-05-01;WO1;7;P-100;10\n2025-05-02;WO2;8;P-200;20\n"),
        1,
    );
    // A file that is held has no profile yet, and a name that is there gets a new version.
    let known = plant.json(&["profiles"])["items"][0]["name"].clone();
    let profile = known.as_str().unwrap_or("orders");
    let save = |item: &str| {
        let sets = ["--set", item, "--set", "Product=product_code"];
        plant.ok(&[&["profiles", "save", profile, "--from", "a.csv"][..], &sets].concat());
    };
    save("Item=quantity_scrap");
    all_settled(&plant);
    plant.until("the wrong scrap is in", |plant| {
        plant.metric("quantity_scrap", &[]) == Some(15.0)
    });
    // Even after the plant has deleted the file: it is read again from its original.
    std::fs::remove_file(folder.join("a.csv")).unwrap();
    save("Item=");
    plant.until("the scrap is gone", |plant| {
        plant.metric("quantity_scrap", &[]).is_none_or(|scrap| scrap == 0.0)
    });
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_good", &[]), Some(30.0));
    let line = plant.json(&["files", "line", "a.csv", "2"]);
    assert_eq!(line["text"], "2025-05-01;WO1;7;P-100;10", "{line}");
}

/// A confirmation that comes again with a mark, the one that cancels it with a positive quantity, and one of minus 15.
#[test]
fn a_confirmation_that_is_cancelled_counts_no_more_whichever_file_comes_first() {
    const HEAD: &str =
        "Confirmation;Counter;Order;Operation;Work Center;Posting Date;Yield;Scrap;Cancelled;Cancels Counter\n";
    let first = "0000700001;00000001;60001;0010;FRS-1;03.03.2025;50;0;;\n0000700001;00000002;60001;0010;FRS-1;03.03.2025;30;0;;\n0000700001;00000003;60001;0010;FRS-1;03.03.2025;20;0;;\n0000700002;00000001;60002;0010;FRS-1;03.03.2025;400;6;;\n";
    let second = format!(
        "{}0000700001;00000004;60001;0010;FRS-1;04.03.2025;20;0;;00000003\n0000700001;00000005;60001;0010;FRS-1;04.03.2025;18;2;;\n0000700002;00000002;60002;0010;FRS-1;04.03.2025;-15;0;;\n",
        first.replace(
            "00000003;60001;0010;FRS-1;03.03.2025;20;0;;",
            "00000003;60001;0010;FRS-1;03.03.2025;20;0;X;"
        )
    );
    for order in ["ab", "ba"] {
        let plant = quick();
        let folder = plant.watched("exports");
        let drop =
            |name: &str, rows: &str, second: u64| drop_at(&plant, &folder, name, &format!("{HEAD}{rows}"), second);
        for file in order.chars() {
            match file {
                'a' => drop("AFRU_0303.csv", first, 1),
                _ => drop("AFRU_0304.csv", &second, 2),
            }
            if order == "ab" && file == 'a' {
                assert_eq!(plant.metric("quantity_good", &[]), Some(500.0));
            }
        }
        let sums = || (plant.metric("quantity_good", &[]), plant.metric("quantity_scrap", &[]));
        let told = || plant.ok(&["series"]);
        assert_eq!(sums(), (Some(483.0), Some(8.0)), "{order}\n{}", told());
        assert_eq!(question(&plant), Value::Null, "{order}");
        for (name, counts) in [
            ("AFRU_0303.csv", "3 of 4 count, 1 reversed"),
            ("AFRU_0304.csv", "1 reversed"),
        ] {
            let shown = plant.ok(&["files", "show", name]);
            assert!(shown.contains(counts), "{order}: {shown}");
        }
        let explained = plant.ok(&["files", "explain", "AFRU_0304.csv"]);
        assert!(
            explained.contains("it was cancelled, or it cancels another row"),
            "{explained}"
        );
        let csv = plant.ok(&["records", "--file", "AFRU_0303.csv", "--csv"]);
        let reversed = csv.lines().filter(|row| row.contains(",no,reversed,")).count();
        assert_eq!(reversed, 1, "{csv}");
        // What cancels a row that no file has does not count and says so, until the row comes, of whatever day.
        drop("AFRU_0305.csv", "700003;2;60003;0010;FRS-1;05.03.2025;70;0;;1\n", 3);
        let file = plant.json(&["files", "show", "AFRU_0305.csv"]);
        assert_eq!(file["row_counts"]["orphan_reversal"], 1, "{order}: {file}");
        assert_eq!(sums(), (Some(483.0), Some(8.0)), "{order}\n{}", told());
        drop(
            "AFRU_0302.csv",
            "0000700003;00000001;60003;0010;FRS-1;02.01.2025;70;0;;\n",
            4,
        );
        for name in ["AFRU_0302.csv", "AFRU_0305.csv"] {
            let file = plant.json(&["files", "show", name]);
            assert_eq!(file["row_counts"]["reversed"], 1, "{order}: {file}");
        }
        assert_eq!(sums(), (Some(483.0), Some(8.0)), "{order}\n{}", told());
        plant.ok(&["files", "withdraw", "AFRU_0304.csv", "--why", "a test load"]);
        all_settled(&plant);
        assert_eq!(sums(), (Some(500.0), Some(6.0)), "{order}\n{}", told());
    }
}

#[test]
fn a_column_that_tells_nothing_is_named_and_files_of_two_kinds_are_parted() {
    let plant = quick();
    let folder = plant.watched("exports");
    let export = |run: &str| {
        let rows: String = (1..=4)
            .map(|day| format!("2025-05-0{day};WO-{day};P-100;10;{run}\n"))
            .collect();
        format!("Date;Order;Product;Good Qty;zq\n{rows}")
    };
    drop_at(&plant, &folder, "north.csv", &export("A7"), 1);
    drop_at(&plant, &folder, "south.csv", &export("B9"), 2);
    assert_eq!(
        question(&plant)["code"],
        "unmapped_differs",
        "{}",
        plant.ok(&["series"])
    );
    let wrong = plant.run(&["series", "set", "north.csv", "--ignore", "Order"]);
    assert_eq!(wrong.status.code(), Some(1), "{wrong:?}");
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(said.contains("zq"), "it names the columns that there are: {said}");
    plant.ok(&["series", "set", "north.csv", "--ignore", "ZQ"]);
    all_settled(&plant);
    assert_eq!(question(&plant), Value::Null);
    assert_eq!(plant.metric("quantity_good", &[]), Some(40.0));
    assert_eq!(plant.json(&["files", "show", "south.csv"])["row_counts"]["repeated"], 4);
    let all = plant.run(&["series", "split", "north.csv", "north.csv", "south.csv"]);
    assert_eq!(all.status.code(), Some(1), "{all:?}");
    let new = plant.json(&["series", "split", "north.csv", "south.csv"]);
    assert_eq!(new["versions"][0]["name"], "south.csv", "{new}");
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_good", &[]), Some(80.0));
    // It stays there when it is read again.
    plant.ok(&["series", "set", "north.csv", "--ignore", "none"]);
    plant.ok(&["files", "reread", "south.csv"]);
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_good", &[]), Some(80.0));
    assert_eq!(plant.json(&["series"])["items"].as_array().unwrap().len(), 2);
    // What comes under its name belongs there too.
    drop_at(&plant, &folder, "south.csv", &export("B9").replace(";10;", ";20;"), 3);
    assert_eq!(plant.metric("quantity_good", &[]), Some(120.0));
    let audit = plant.json(&["audit"])["items"].to_string();
    assert!(audit.contains("series.split"), "{audit}");
}

#[test]
fn names_that_count_rank_files_whose_times_say_otherwise() {
    let plant = quick();
    let folder = plant.watched("exports");
    let orders = |good: u32| format!("{ORDERS}WO1;2025-03-03;P-100;{good}\nWO2;2025-03-04;P-100;10\n");
    // The second was copied before the first.
    drop_at(&plant, &folder, "orders_1.csv", &orders(100), 2);
    plant.ok(&["series", "set", "orders_1.csv", "--key", "work_order"]);
    drop_at(&plant, &folder, "orders_2.csv", &orders(90), 1);
    let asked = question(&plant);
    assert_eq!(asked["code"], "rank_basis", "{asked}");
    let shown = plant.ok(&["series", "show", "orders_1.csv"]);
    assert!(shown.contains("by_name"), "{shown}");
    plant.ok(&["files", "answer", "orders_2.csv", "by_name"]);
    all_settled(&plant);
    assert_eq!(question(&plant), Value::Null);
    assert_eq!(plant.metric("quantity_good", &[]), Some(100.0));
    let shown = plant.json(&["series", "set", "orders_1.csv", "--rank", "time"]);
    assert!(shown["rank_basis"].as_str().unwrap().contains("time"), "{shown}");
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_good", &[]), Some(110.0));
    let wrong = plant.run(&["series", "set", "orders_1.csv", "--rank", "size"]);
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    let same = plant.rebuild(&["--verify"]);
    assert!(same.status.success(), "{same:?}");
}
