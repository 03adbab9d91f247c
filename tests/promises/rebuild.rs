//! What is kept is what follows from originals and decisions, whatever happened on the way; `plantd rebuild` proves it, and
//! mends what is not.

use std::collections::BTreeMap;
use std::path::Path;

use plant_tests::{Plant, Server};
use serde_json::Value;

use crate::series::{all_settled, drop_at, quick};

const QUICK: &str = "[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 400\n";
const NAMES: [&str; 4] = ["a.csv", "b.csv", "c 2025-05-04.csv", "Kopie von a.csv"];

/// How many histories are tried: PLANT_SEEDS, else few enough for every run.
#[expect(
    clippy::disallowed_methods,
    reason = "the size of a slow test is chosen by the environment, as the README says"
)]
fn seeds() -> std::ops::Range<u64> {
    let many = std::env::var("PLANT_SEEDS").ok().and_then(|text| text.parse().ok());
    let first = std::env::var("PLANT_FIRST_SEED")
        .ok()
        .and_then(|text| text.parse().ok());
    let first = first.unwrap_or(1);
    first..first + many.unwrap_or(2)
}

/// Numbers that look random and are the same for a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A row: number of the order, day, good pieces.
type Row = (u64, u64, u64);

fn export(rows: &[Row]) -> String {
    let rows: String = rows
        .iter()
        .map(|(order, day, good)| format!("WO{order};2025-05-0{day};P-10{};{good};1\n", order % 3))
        .collect();
    format!("Order;Date;Product;Good Qty;Spare\n{rows}")
}

fn some_rows(dice: &mut Dice) -> Vec<Row> {
    let many = 1 + dice.below(5);
    (0..many)
        .map(|_| (1 + dice.below(8), 1 + dice.below(5), 10 * (1 + dice.below(4))))
        .collect()
}

/// Says that nothing differs.
pub fn holds(plant: &Plant, told: &str) {
    let output = plant.rebuild(&["--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && said.contains("nothing differs") && !said.contains("left out"),
        "{told}\n{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn what_is_kept_is_what_follows_whatever_happened() {
    for seed in seeds() {
        let mut dice = Dice(seed);
        let mut plant = quick();
        let folder = plant.watched("exports");
        let mut there: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
        let mut told = format!("seed {seed}");
        for second in 1..=12 {
            let name = NAMES[dice.below(4) as usize];
            let act = match there.is_empty() {
                true => 0,
                false => dice.below(14),
            };
            let said = act_out(&mut plant, &folder, &mut dice, &mut there, act, name, second);
            told.push_str(&format!("\n{said}"));
            all_settled(&plant);
        }
        holds(&plant, &told);
        // The daemon need not run for it, nor for deriving all of it again.
        assert!(plant.stop());
        let again = plant.rebuild(&[]);
        assert!(again.status.success(), "{told}\n{again:?}");
        holds(&plant, &told);
    }
}

fn act_out(
    plant: &mut Plant,
    folder: &Path,
    dice: &mut Dice,
    there: &mut BTreeMap<&'static str, Vec<Row>>,
    act: u64,
    name: &'static str,
    second: u64,
) -> String {
    let rows = there.get(name).cloned().unwrap_or_default();
    let next = match act {
        0 | 1 => Some(some_rows(dice)),
        // It grows.
        2 | 3 => Some([rows, some_rows(dice)].concat()),
        // A row is corrected.
        4 if !rows.is_empty() => {
            let mut rows = rows;
            let at = dice.below(rows.len() as u64) as usize;
            rows[at].2 += 5;
            Some(rows)
        }
        // The end is cut off.
        5 if rows.len() > 1 => Some(rows[..rows.len() - 1].to_vec()),
        // What another name says.
        6 => there.values().next().cloned(),
        _ => None,
    };
    if let Some(rows) = next {
        let text = export(&rows);
        drop_at(plant, folder, name, &text, second);
        there.insert(name, rows);
        return format!("{second}: {name}: {text:?}");
    }
    let series = plant.json(&["series"])["items"][0].clone();
    let id = series["series_id"].as_str().unwrap().to_owned();
    let first = plant.json(&["files"])["items"][0]["file_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let said = match act {
        7 => {
            let mode = ["increment", "repeat", "auto", "keyed", "window", "replace"][dice.below(6) as usize];
            vec!["series", "set", &id, "--mode", mode]
        }
        8 => {
            let key = ["work_order", "work_order,posting_date", "none"][dice.below(3) as usize];
            vec!["series", "set", &id, "--key", key]
        }
        9 => {
            let verb = ["withdraw", "restore"][dice.below(2) as usize];
            match verb {
                "withdraw" => vec!["files", verb, &first, "--why", "a try"],
                _ => vec!["files", verb, &first],
            }
        }
        12 => match dice.below(5) {
            3 => {
                let shift = ["early=mon-fri 06:00-14:00", "night=daily 22:00-06:00"][dice.below(2) as usize];
                let words = [
                    "calendars",
                    "set",
                    "",
                    "--zone",
                    "UTC",
                    "--from",
                    "2025-01-01",
                    "--shift",
                ];
                [&words[..], &[shift]].concat()
            }
            4 => vec!["calendars", "remove", ""],
            0 => vec!["aliases", "add", "product", "P-101=P-100"],
            1 => vec!["aliases", "add", "product", "P-102=P-101"],
            _ => vec!["aliases", "remove", "product", "P-101"],
        },
        13 => {
            let machine = ["M1", "M2", "none"][dice.below(3) as usize];
            vec!["folders", "set", folder.to_str().unwrap(), "--machine", machine]
        }
        10 => {
            plant.kill();
            plant.launch();
            return format!("{second}: killed");
        }
        _ => {
            let question = &series["question"];
            if question.is_null() {
                let set = ["Spare=quantity_scrap", "Spare="][dice.below(2) as usize];
                let profile = plant.json(&["profiles"])["items"][0]["name"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                let name = plant.json(&["files"])["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .rev()
                    .find_map(|file| {
                        file["profile"]
                            .as_str()
                            .map(|_| file["file_id"].as_str().unwrap().to_owned())
                    })
                    .unwrap_or(first);
                let said = plant.run(&["profiles", "save", &profile, "--from", &name, "--set", set]);
                return format!("{second}: profiles save {set}: {}", said.status);
            }
            let choices = question["choices"].as_array().unwrap();
            let choice = choices[dice.below(choices.len() as u64) as usize]["choice"]
                .as_str()
                .unwrap()
                .to_owned();
            let file = question["newer"]["file_id"].as_str().unwrap_or(&first).to_owned();
            let said = plant.run(&["files", "answer", &file, &choice]);
            return format!("{second}: answer {choice}: {}", said.status);
        }
    };
    // Some of it is refused, as it should be: a file that is not in, a mode that needs a key.
    let output = plant.run(&said);
    format!("{second}: {said:?}: {}", output.status)
}

/// What is going on when the daemon, or its Postgres, is killed.
#[derive(Debug, Clone, Copy)]
enum During {
    Intake,
    Answer,
    Key,
    Withdrawal,
    Mapping,
    Rebuild,
}

#[test]
fn killed_in_the_middle_of_anything_it_ends_in_what_follows() {
    use During::{Answer, Intake, Key, Mapping, Rebuild, Withdrawal};
    let mut dice = Dice(4_711);
    let mut plant = quick();
    let folder = plant.watched("exports");
    drop_at(&plant, &folder, "first.csv", &export(&some_rows(&mut dice)), 1);
    let mut dropped = 1;
    let mut told = String::new();
    for number in 0..crate::exactly_once::kills() {
        let during = [Intake, Key, Intake, Withdrawal, Answer, Mapping, Rebuild][(number % 7) as usize];
        let is_postgres = number % 5 == 4;
        let after = dice.below(700);
        told.push_str(&format!(
            "\n{number}: {during:?}, Postgres: {is_postgres}, after {after} ms"
        ));
        let mut running = begin(&plant, &folder, &mut dice, during, number);
        dropped += usize::from(matches!(during, Intake));
        std::thread::sleep(std::time::Duration::from_millis(after));
        match is_postgres {
            true => {
                let postgres = plant.postmaster().expect("it runs");
                rustix::process::kill_process(postgres, rustix::process::Signal::KILL).unwrap();
            }
            false => {
                plant.kill();
            }
        }
        if let Some(mut child) = running.take() {
            // A rebuild is killed as well; what only asks hears that nobody answers.
            if matches!(during, Rebuild) {
                drop(child.kill());
            }
            child.wait().unwrap();
        }
        match is_postgres {
            true => plant.until("the daemon answers", |plant| plant.run(&["files"]).status.success()),
            false => plant.launch(),
        }
        plant.until("the file is seen", |plant| {
            plant.json(&["files", "--limit", "500"])["items"]
                .as_array()
                .unwrap()
                .len()
                >= dropped
        });
        all_settled(&plant);
    }
    holds(&plant, &told);
    let files = plant.json(&["files", "--limit", "500"]);
    assert_eq!(files["items"].as_array().unwrap().len(), dropped, "{told}\n{files}");
    assert_eq!(plant.json(&["audit", "verify"])["ok"], true);
}

/// Begins something that is not waited for.
fn begin(plant: &Plant, folder: &Path, dice: &mut Dice, during: During, number: u64) -> Option<std::process::Child> {
    let series = plant.json(&["series"])["items"][0].clone();
    let id = series["series_id"].as_str().unwrap();
    let first = plant.json(&["files"])["items"][0]["file_id"]
        .as_str()
        .unwrap()
        .to_owned();
    match during {
        During::Intake => {
            // Some of them contradict the ones before, so that there is something to answer.
            let name = ["a.csv".to_owned(), format!("e{number}.csv")][dice.below(2) as usize].clone();
            let mut rows = some_rows(dice);
            // No two versions are the same bytes.
            rows.push((100 + number, 1, 10));
            plant.drop_file(folder, &name, export(&rows).as_bytes());
            None
        }
        During::Answer => {
            let choice = series["question"]["choices"][0]["choice"].as_str().unwrap_or("repeat");
            Some(plant.begin(&["files", "answer", &first, choice]))
        }
        During::Key => {
            let key = ["work_order", "none"][dice.below(2) as usize];
            Some(plant.begin(&["series", "set", id, "--key", key]))
        }
        During::Withdrawal => {
            let verb = ["withdraw", "restore"][dice.below(2) as usize];
            let why = ["--why", "a try"];
            let more = if verb == "withdraw" { &why[..] } else { &[] };
            Some(plant.begin(&[&["files", verb, &first][..], more].concat()))
        }
        During::Mapping => {
            let profile = plant.json(&["profiles"])["items"][0]["name"]
                .as_str()
                .unwrap()
                .to_owned();
            let set = ["Spare=quantity_scrap", "Spare="][dice.below(2) as usize];
            Some(plant.begin(&["profiles", "save", &profile, "--from", "first.csv", "--set", set]))
        }
        During::Rebuild => Some(plant.begin_rebuild()),
    }
}

/// Which rows count, by file and line, and the figures.
fn outcome(plant: &Plant) -> BTreeMap<String, Value> {
    let mut outcome = BTreeMap::new();
    let names: BTreeMap<String, String> = plant.json(&["files"])["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            let version = format!("{} {}", file["name"], file["sha256"]);
            (file["file_id"].as_str().unwrap().to_owned(), version)
        })
        .collect();
    let records = plant.json(&["records", "--limit", "500"]);
    for record in records["items"].as_array().unwrap() {
        let file = &names[record["file_id"].as_str().unwrap()];
        outcome.insert(
            format!("{file} line {}", record["line"]),
            serde_json::json!([record["live"], record["why"], record["values"]]),
        );
    }
    for metric in ["quantity_good", "rows"] {
        outcome.insert(metric.to_owned(), serde_json::json!(plant.metric(metric, &[])));
    }
    let asked = &plant.json(&["series"])["items"][0]["question"];
    outcome.insert("asked".to_owned(), serde_json::json!([asked["code"], asked["choices"]]));
    outcome
}

#[test]
fn the_order_of_arrival_changes_nothing() {
    for seed in seeds() {
        let mut dice = Dice(seed.wrapping_mul(77));
        let exports: Vec<(String, String)> = (0..4)
            .map(|number| (format!("e{number}.csv"), export(&some_rows(&mut dice))))
            .collect();
        let run = |order: &[usize]| {
            let plant = quick();
            let folder = plant.watched("exports");
            for at in order {
                let (name, text) = &exports[*at];
                drop_at(&plant, &folder, name, text, *at as u64);
            }
            outcome(&plant)
        };
        let first = run(&[0, 1, 2, 3]);
        let mut order = vec![0, 1, 2, 3];
        for at in (1..4).rev() {
            order.swap(at, dice.below(at as u64 + 1) as usize);
        }
        assert_eq!(first, run(&order), "seed {seed}, {order:?}: {exports:?}");
    }
}

#[test]
fn what_was_damaged_is_told_and_mended() {
    let server = Server::start();
    let plant = Plant::setup().config(QUICK).on(&server).start();
    let folder = plant.watched("exports");
    drop_at(&plant, &folder, "a.csv", &export(&[(1, 1, 10), (2, 2, 20)]), 1);
    drop_at(&plant, &folder, "b.csv", &export(&[(2, 2, 20), (3, 3, 40)]), 2);
    holds(&plant, "untouched");
    let good = plant.metric("quantity_good", &[]);
    let damages = [
        (
            "UPDATE app.components SET sum_quantity_good = sum_quantity_good + 1",
            "its sums",
        ),
        (
            "UPDATE app.row_states SET counting = 0, why = '\\x0101' WHERE file_no = 1",
            "other rows count",
        ),
        (
            "UPDATE app.files SET balance = balance || '{\"taken\": 7}' WHERE file_no = 2",
            "its balance",
        ),
        (
            "UPDATE app.row_blocks SET image = (SELECT image FROM app.row_blocks WHERE file_no = 2) WHERE file_no = 1",
            "what finds and identifies",
        ),
    ];
    for (damage, told) in damages {
        server.sql("plant", damage);
        let output = plant.rebuild(&["--verify"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{damage}: {said}");
        assert!(
            said.lines()
                .any(|line| line.starts_with("DIFFERS") && line.contains(told)),
            "{damage}: {said}"
        );
        let mended = plant.rebuild(&[]);
        assert!(mended.status.success(), "{mended:?}");
        holds(&plant, damage);
        assert_eq!(plant.metric("quantity_good", &[]), good, "{damage}");
    }
    // Without its bytes a file stays as it was read.
    let originals = plant.state_dir().join("originals");
    std::fs::remove_dir_all(&originals).unwrap();
    let output = plant.rebuild(&["--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches("not read again").count(), 2, "{said}");
    let output = plant.rebuild(&[]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("stays as it was"), "{said}");
    assert_eq!(plant.metric("quantity_good", &[]), good);
    let elsewhere = plant.folder("elsewhere").join("state");
    let wrong = plantd_rebuild_in(&elsewhere);
    assert!(wrong.contains("no plantd has worked in"), "{wrong}");
    assert!(!elsewhere.exists(), "nothing is made there");
    let nobody = plant.rebuild(&["--org", "nobody"]);
    assert_eq!(nobody.status.code(), Some(1), "{nobody:?}");
}

/// What a rebuild in another state folder says.
fn plantd_rebuild_in(state: &Path) -> String {
    let mut command = std::process::Command::new(plant_tests::programs().join("plantd"));
    let output = command
        .args(["rebuild", "--verify", "--state"])
        .arg(state)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_cost_that_comes_later_values_what_is_there() {
    let scrap = "Order;Date;Product;Good Qty;Scrap Qty\nWO1;2025-05-01;P-100;90;10\n";
    let costs = |cost: &str| format!("Product;Date;Standard Unit Cost;Good Qty\nP-100;2025-05-02;{cost};1\n");
    let plant = quick();
    let folder = plant.watched("exports");
    drop_at(&plant, &folder, "scrap.csv", scrap, 1);
    drop_at(&plant, &folder, "costs.csv", &costs("2.50"), 2);
    assert_eq!(plant.metric("scrap_value", &[]), Some(25.0), "{}", plant.ok(&["files"]));
    drop_at(&plant, &folder, "costs.csv", &costs("3.00"), 3);
    assert_eq!(plant.metric("scrap_value", &[]), Some(30.0));
    plant.ok(&["files", "withdraw", "costs.csv", "--why", "a try"]);
    all_settled(&plant);
    assert_eq!(plant.metric("scrap_value", &[]), Some(25.0));
    holds(&plant, "costs");
}

#[test]
fn what_a_file_corrects_is_told_anew_when_the_other_is_taken_out() {
    let plant = quick();
    let folder = plant.watched("exports");
    drop_at(&plant, &folder, "a.csv", &export(&[(1, 1, 10), (2, 2, 20)]), 1);
    plant.ok(&["series", "set", "a.csv", "--key", "work_order"]);
    drop_at(&plant, &folder, "b.csv", &export(&[(1, 1, 15)]), 2);
    let told = |plant: &Plant| {
        let records = plant.json(&["files", "show", "b.csv"])["records"].clone();
        (records["new"].clone(), records["changed"].clone())
    };
    assert_eq!(told(&plant), (0.into(), 1.into()));
    plant.ok(&["files", "withdraw", "a.csv", "--why", "a try"]);
    all_settled(&plant);
    assert_eq!(told(&plant), (1.into(), 0.into()));
    holds(&plant, "b.csv corrects nothing now");
}
