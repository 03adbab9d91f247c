//! A later version of an export is kept by the lines that it has and the earlier one had not; what comes of it is what comes
//! of reading it by itself.

use std::path::Path;

use plant_tests::{Plant, Server, Setup};
use serde_json::Value;

use crate::series::{all_settled, drop_at};

const QUICK: &str = "[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 400\nlease_s = 5\n";
const HEAD: &str = "Order;Date;Product;Good Qty;Weight;Spare";

fn line(order: u32, good: u32) -> String {
    format!(
        "WO{order:05};2025-05-{:02};P-{};{good};{good}.5;x{}",
        1 + order % 28,
        order % 7,
        order % 5
    )
}

fn export(lines: &[String]) -> String {
    format!("{HEAD}\n{}\n", lines.join("\n"))
}

fn keyed(setup: Setup) -> (Plant, std::path::PathBuf) {
    let plant = setup.config(QUICK).start();
    let folder = plant.watched("exports");
    (plant, folder)
}

/// The file with that name.
fn file(plant: &Plant, name: &str) -> Value {
    let files = plant.json(&["files"])["items"].as_array().unwrap().clone();
    files.into_iter().find(|file| file["name"] == name).unwrap()
}

fn verified(plant: &Plant, when: &str) {
    let output = plant.rebuild(&["--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && said.contains("nothing differs"),
        "{when}: {said}"
    );
}

/// How many rows of a file stand in its own blocks, and how many in those of others.
fn standing(server: &Server, name: &str) -> (u64, u64) {
    let sql = format!(
        "SELECT count(*) FILTER (WHERE b.origins IS NULL OR b.image IS NOT NULL), count(*) FILTER (WHERE b.origins IS NOT NULL)
        FROM app.row_blocks b JOIN app.files f USING (org_id, file_no)
        WHERE f.name = '{name}' AND b.block_no >= f.first_block"
    );
    let told = server.sql("plant", &sql);
    let mut numbers = told.trim().split('|').map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

#[test]
fn a_later_version_is_kept_by_what_it_changes_and_is_the_same_as_read_by_itself() {
    let server = Server::start();
    let (plant, folder) = keyed(Plant::setup().on(&server));
    let mut lines: Vec<String> = (0..6_000).map(|order| line(order, 10 + order % 9)).collect();
    drop_at(&plant, &folder, "mes_1.csv", &export(&lines), 1);
    plant.ok(&["series", "set", "mes_1.csv", "--key", "work_order"]);
    all_settled(&plant);
    let good = |lines: &[String]| -> f64 {
        lines
            .iter()
            .map(|line| line.split(';').nth(3).unwrap().parse::<f64>().unwrap())
            .sum()
    };
    assert_eq!(plant.metric("quantity_good", &[]), Some(good(&lines)));

    // Some rows are corrected, some come above, one is unusable.
    for order in (7..6_000).step_by(611) {
        lines[order as usize] = line(order, 100);
    }
    for order in 6_000..6_050 {
        lines.insert(0, line(order, 20));
    }
    let counted = good(&lines);
    lines.push("WO99999;2025-02-28;P-1;5;5.5;x;and;more".to_owned());
    drop_at(&plant, &folder, "mes_2.csv", &export(&lines), 2);
    assert_eq!(plant.metric("quantity_good", &[]), Some(counted));
    let second = file(&plant, "mes_2.csv");
    assert_eq!(second["balance"]["quarantined"], 1, "{second}");
    assert_eq!(second["balance"]["physical"], 6_052, "{second}");
    let shown = plant.ok(&["files", "show", "mes_2.csv"]);
    assert!(shown.contains("5,990 lines as an earlier version has them"), "{shown}");
    assert_eq!(standing(&server, "mes_1.csv"), (3, 0));
    assert_eq!(
        standing(&server, "mes_2.csv").1,
        3,
        "each block has rows of the first file"
    );
    verified(&plant, "after the second");

    // A third stands on both; rows are found by code and by line wherever they stand.
    for order in (3..6_000).step_by(977) {
        let at = lines
            .iter()
            .position(|line| line.starts_with(&format!("WO{order:05}")))
            .unwrap();
        lines[at] = line(order, 200);
    }
    drop_at(&plant, &folder, "mes_3.csv", &export(&lines), 3);
    assert_eq!(
        plant.metric("quantity_good", &[]),
        Some(good(&lines[..lines.len() - 1]))
    );
    for (order, good) in [(5_000, 10 + 5_000 % 9), (7, 100), (3, 200), (6_049, 20)] {
        let code = format!("work_order=WO{order:05}");
        let found = plant.json(&["records", "--file", "mes_3.csv", "--where", &code]);
        let items = found["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{code}: {found}");
        assert_eq!(items[0]["values"]["quantity_good"], good, "{code}: {found}");
        let at = items[0]["line"].as_u64().unwrap();
        let original = plant.ok(&["files", "line", "mes_3.csv", &at.to_string()]);
        assert!(original.contains(&line(order, good)), "{code} at {at}: {original}");
    }
    verified(&plant, "after the third");

    // The first is read again by another mapping, and everything by another key.
    plant.ok(&[
        "profiles",
        "save",
        "mes",
        "--from",
        "mes_1.csv",
        "--key",
        "work_order",
        "--set",
        "Spare=shift",
    ]);
    all_settled(&plant);
    verified(&plant, "after another mapping");
    plant.ok(&["series", "set", "mes_1.csv", "--key", "work_order,posting_date"]);
    all_settled(&plant);
    verified(&plant, "after another key");
    plant.ok(&["files", "withdraw", "mes_1.csv", "--why", "a test"]);
    all_settled(&plant);
    verified(&plant, "without the first");
    assert_eq!(
        plant.metric("quantity_good", &[]),
        Some(good(&lines[..lines.len() - 1]))
    );
    assert!(plant.rebuild(&[]).status.success());
    all_settled(&plant);
    verified(&plant, "after a rebuild");
}

/// What becomes of a second file, beside what becomes of it in a plant that never saw the first.
fn beside(first: &str, second: &str) {
    compare(first, second, &[("w_1.csv", second)]);
}

/// The same where the first file proves how the second is written: beside a plant that has it under a name of its own, whose
/// lines are not followed.
fn beside_taught(first: &str, second: &str) {
    compare(first, second, &[("proof.csv", first), ("w_2.csv", second)]);
}

fn compare(first: &str, second: &str, control: &[(&str, &str)]) {
    let outcome = |files: &[(&str, &str)]| {
        let (plant, folder) = keyed(Plant::setup());
        for (number, (name, text)) in (1..).zip(files) {
            drop_at(&plant, &folder, name, text, number);
        }
        let last = file(&plant, files.last().unwrap().0);
        verified(&plant, second.lines().last().unwrap_or_default());
        let name = last["name"].as_str().unwrap();
        let records = plant.json(&["records", "--file", name, "--limit", "500"]);
        let read: Vec<String> = records["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|record| format!("{} {} {}", record["line"], record["values"], record["extra"]))
            .collect();
        let balance = |fate: &str| last["balance"][fate].as_u64();
        // What the first has counts there.
        let rows = balance("taken").map(|taken| taken + balance("duplicate").unwrap_or_default());
        (
            last["state"]
                .as_str()
                .map(|state| state.replace("superseded", "analysed")),
            // Beside another file there may be something to ask.
            last["reason"]["code"]
                .as_str()
                .filter(|code| *code != "open_question")
                .map(str::to_owned),
            rows,
            balance("quarantined"),
            [&last["first_day"], &last["last_day"], &last["tier"]].map(Value::to_string),
            read,
        )
    };
    let with = outcome(&[("w_1.csv", first), ("w_2.csv", second)]);
    let alone = outcome(control);
    assert_eq!(with, alone, "{}", second.lines().last().unwrap_or_default());
}

#[test]
fn lines_that_speak_against_how_the_earlier_version_was_read_have_the_file_read_by_itself() {
    let lines: Vec<String> = (0..40).map(|order| line(order, 10 + order % 9)).collect();
    let first = export(&lines);
    for added in [
        // Half of the decimals is written otherwise.
        (100..140)
            .map(|order| line(order, 10).replace(".5", ",5"))
            .collect::<Vec<_>>(),
        // Days stand first.
        (100..140)
            .map(|order| {
                line(order, 10)
                    .replace("2025-05-", "13.05.")
                    .replace("13.05.", "13.05.20")
            })
            .collect(),
        // Nothing at all speaks against it.
        (100..110).map(|order| line(order, 10)).collect(),
        // More cells than the header has.
        (100..102)
            .map(|order| format!("{};more;and more", line(order, 10)))
            .collect(),
    ] {
        beside(&first, &export(&[lines.clone(), added].concat()));
    }
    // Another layout, other bytes for the same text.
    beside(&first, &export(&lines).replace(';', ","));
    beside(&first, &export(&lines).replace('\n', "\r\n"));
    // What proved the order of dates is gone: the first file proves it still.
    let either = |last: &str| -> String {
        let mut lines: Vec<String> = (0..40)
            .map(|order| {
                format!(
                    "WO{order:05};0{}/0{}/2025;P-1;{order};1.5;x",
                    1 + order % 9,
                    1 + order % 8
                )
            })
            .collect();
        lines.push(last.to_owned());
        export(&lines)
    };
    beside_taught(
        &either("WO90000;25/03/2025;P-1;5;1.5;x"),
        &either("WO90001;03/04/2025;P-1;7;1.5;x"),
    );
    // Beside whole numbers and dates that begin with the year comes what can be read in two ways, or in another one.
    let whole: Vec<String> = (0..40)
        .map(|order| format!("WO{order:05};2025-05-{:02};P-1;{order};{order};x", 1 + order % 28))
        .collect();
    for added in [
        "WO90001;2025-05-04;P-1;1.234;5;x",
        "WO90001;04.06.2025;P-1;7;5;x",
        "WO90001;03/04/2025;P-1;7;5;x",
    ] {
        beside(
            &export(&whole),
            &export(&[whole.clone(), vec![added.to_owned()]].concat()),
        );
    }
    // Where more rows fill the last column, the short ones are none any more.
    let wide = |order: u32, spare: &str| format!("WO{order:05};2025-05-{:02};P-1;{order};1.5{spare}", 1 + order % 28);
    let short: Vec<String> = (0..12)
        .map(|order| wide(order, if order < 8 { ";" } else { "" }))
        .collect();
    let long: Vec<String> = (20..32).map(|order| wide(order, ";abc")).collect();
    beside(&export(&short), &export(&[short, long].concat()));
    // Almost nothing is known, and nothing.
    beside(&first, &export(&lines[..3]));
    beside(
        &first,
        &export(&(200..260).map(|order| line(order, 9)).collect::<Vec<_>>()),
    );
}

#[test]
fn what_was_read_from_all_rows_of_the_earlier_version_is_read_from_all_rows_again() {
    // The order of the rows said which number is the day, and no longer does.
    let slashed = |order: u32, day: u32, month: u32| {
        format!("WO{order:05};{day:02}/{month:02}/2025;P-{};{order};1.5;x", order % 7)
    };
    let ordered: Vec<String> = (1..=12)
        .map(|day| slashed(day, day, 3))
        .chain((1..=12).map(|day| slashed(20 + day, day, 4)))
        .collect();
    for added in [
        vec![slashed(90, 4, 2), slashed(91, 1, 1)],
        vec![slashed(90, 1, 5), slashed(91, 2, 5)],
    ] {
        beside(&export(&ordered), &export(&[ordered.clone(), added].concat()));
    }
    // A running number that no longer runs is a cell like others.
    let numbered = |order: u32, number: u32| {
        format!(
            "WO{order:05};2025-05-{:02};P-{};{order};1.5;{number}",
            1 + order % 28,
            order % 7
        )
    };
    let running: Vec<String> = (1..=40).map(|order| numbered(order, order)).collect();
    for number in [41, 7] {
        beside(
            &export(&running),
            &export(&[running.clone(), vec![numbered(90, number)]].concat()),
        );
    }
    // Ends of intervals in the hours that a change of clocks leaves out and repeats.
    let interval = |order: u32, from: &str, to: &str| format!("WO{order:05};M-{};{from};{to};{order}", order % 3);
    let machines = |lines: &[String]| format!("Order;Machine;Start;End;Good Qty\n{}\n", lines.join("\n"));
    let plain: Vec<String> = (0..40)
        .map(|order| {
            let day = 1 + order % 28;
            interval(
                order,
                &format!("2025-03-{day:02} 0{}:10", order % 9),
                &format!("2025-03-{day:02} 0{}:50", order % 9),
            )
        })
        .collect();
    for (from, to) in [
        ("2025-03-30 01:30", "2025-03-30 02:30"),
        ("2025-10-26 02:30", "2025-10-26 02:10"),
        ("2025-03-29 23:30", "2025-03-29 00:30"),
    ] {
        beside(
            &machines(&plain),
            &machines(&[plain.clone(), vec![interval(90, from, to)]].concat()),
        );
    }
    // Another currency stands in the column that had one alone.
    let costs = |lines: &[String]| {
        format!(
            "Order;Date;Product;Scrap Qty;Scrap Cost;Currency\n{}\n",
            lines.join("\n")
        )
    };
    let cost = |order: u32, currency: &str| {
        format!(
            "WO{order:05};2025-05-{:02};P-{};{order};{order}.25;{currency}",
            1 + order % 28,
            order % 7
        )
    };
    let dollars: Vec<String> = (1..=40).map(|order| cost(order, "USD")).collect();
    for currency in ["EUR", ""] {
        beside(
            &costs(&dollars),
            &costs(&[dollars.clone(), vec![cost(90, currency)]].concat()),
        );
    }
}

/// Of a large file only the columns are looked at anew whose cells are others than before: here one cell far below, which
/// proved which number of a date is the day, or makes decimals of whole numbers.
#[test]
fn a_large_file_with_the_columns_of_before_but_one_is_read_as_by_itself() {
    let export = |proof: &str, good: &str| {
        let mut text = "Order;Date;Good Qty\n".to_owned();
        for order in 0..50_100 {
            let day = match order {
                40_000 => proof.to_owned(),
                _ => format!("0{}/0{}/2025", 1 + order % 9, 1 + order % 8),
            };
            let number = (order % 50).to_string();
            let good = if order == 45_000 { good } else { &number };
            text += &format!("WO{order:05};{day};{good}\n");
        }
        text
    };
    let first = export("25/03/2025", "7");
    beside_taught(&first, &export("05/03/2025", "7"));
    beside(&first, &export("25/03/2025", "1.234"));
    // What was found is kept for the next version; where it can't be read every cell is looked at again.
    let server = Server::start();
    let (plant, folder) = keyed(Plant::setup().on(&server));
    drop_at(&plant, &folder, "w_1.csv", &first, 1);
    let kept = |name: &str| {
        server.sql(
            "plant",
            &format!("SELECT length(looked) > 0 FROM app.files WHERE name = '{name}'"),
        )
    };
    assert_eq!(kept("w_1.csv").trim(), "t");
    server.sql("plant", "UPDATE app.files SET looked = 'nonsense'");
    drop_at(&plant, &folder, "w_2.csv", &export("25/03/2025", "8"), 2);
    let second = file(&plant, "w_2.csv");
    assert_eq!(second["state"], "analysed", "{second}");
    let shown = plant.ok(&["files", "show", "w_2.csv"]);
    assert!(shown.contains("50,099 lines as an earlier version has them"), "{shown}");
    assert_eq!(kept("w_2.csv").trim(), "t");
    verified(&plant, "after both");
}

#[test]
fn a_daemon_that_is_killed_while_it_follows_takes_the_file_in_once() {
    let server = Server::start();
    let (mut plant, folder) = keyed(Plant::setup().on(&server));
    let mut lines: Vec<String> = (0..9_000).map(|order| line(order, 10)).collect();
    drop_at(&plant, &folder, "big_1.csv", &export(&lines), 1);
    plant.ok(&["series", "set", "big_1.csv", "--key", "work_order"]);
    all_settled(&plant);
    for (number, pause) in (2..).zip([0, 60, 120]) {
        lines[number] = line(u32::try_from(number).unwrap(), 11);
        let name = format!("big_{number}.csv");
        put(&plant, &folder, &name, &export(&lines), number as u64);
        std::thread::sleep(std::time::Duration::from_millis(pause));
        plant.kill();
        plant.launch();
        plant.until("it is in", |plant| {
            matches!(file(plant, &name)["state"].as_str(), Some("analysed" | "superseded"))
        });
        all_settled(&plant);
        assert_eq!(
            plant.metric("quantity_good", &[]),
            Some(90_000.0 + (number - 1) as f64),
            "{name}"
        );
    }
    verified(&plant, "after three kills");
}

/// Drops a file and waits until it is being read.
fn put(plant: &Plant, folder: &Path, name: &str, text: &str, second: u64) {
    crate::series::put_at(folder, name, text, second);
    plant.until("it is read", |plant| {
        plant.json(&["files"])["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|file| file["name"] == name && file["state"] != "seen" && file["state"] != "waiting")
    });
}
