//! Operators are people: what is kept and shown of them is a code, which an administrator alone takes back to the name.

use std::collections::BTreeSet;

use plant_tests::Plant;
use serde_json::Value;

use crate::rebuild::holds;
use crate::series::{drop_at, quick};

const NAMES: [&str; 2] = ["Annegret Zwiebelfisch", "Bertram Quastenflosser"];
const HEADER: &str = "Work Order,Product,Machine,Posting Date,Quantity Produced,Quantity Good,Operator,Operator Name";

fn export(first: usize) -> Vec<u8> {
    let mut text = format!("{HEADER}\n");
    for row in 0..40 {
        let (order, name) = (first + row, NAMES[row % 2]);
        let month = if first == 1 { 3 } else { 4 };
        text.push_str(&format!(
            "WO-{order:05},P-1,M-{},2025-{month:02}-{:02},10,9,{name},{name}\n",
            row % 3,
            row % 28 + 1
        ));
    }
    // A line that can't be read, which a problem quotes.
    text.push_str(&format!(
        "WO-{first},\"P-1,M-1,2025-03-05,10,9,{},x,y,z,,,,\n",
        NAMES[0]
    ));
    text.into_bytes()
}

/// The operators of a metric query with the good pieces of each.
fn by_operator(plant: &Plant, more: &[&str]) -> Vec<(String, f64)> {
    let words = [&["metrics", "get", "quantity_good", "--by", "operator"], more].concat();
    let answer = plant.json(&words);
    let item = |item: &Value| Some((item["group"]["operator"].as_str()?.to_owned(), item["value"].as_f64()?));
    answer["items"].as_array().unwrap().iter().filter_map(item).collect()
}

fn codes(plant: &Plant, more: &[&str]) -> BTreeSet<String> {
    by_operator(plant, more).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn no_command_and_no_log_says_who_somebody_is() {
    let mut plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "one.csv", &export(1));
    plant.drop_file(
        &folder,
        "held.csv",
        b"Operator,Etwas\nAnnegret Zwiebelfisch,1\nBertram Quastenflosser,2\n",
    );
    let one = plant.settled("one.csv");
    assert_eq!(one["state"], "analysed", "{one}");
    assert_eq!(plant.settled("held.csv")["state"], "held");
    let id = one["file_id"].as_str().unwrap();
    let good = by_operator(&plant, &[]);
    assert_eq!(good.len(), 2, "{good:?}");
    assert!(
        good.iter().all(|(code, sum)| code.starts_with("op-") && *sum == 180.0),
        "{good:?}"
    );
    let held = plant.settled("held.csv")["file_id"].as_str().unwrap().to_owned();
    let looks: [&[&str]; 12] = [
        &["files", "show", id],
        &["files", "show", &held],
        &["files", "explain", id],
        &["files", "explain", &held],
        &["profiles", "suggest", id],
        &["profiles", "suggest", &held],
        &["profiles", "list"],
        &["records", "--file", id, "--limit", "100"],
        &["analyses", "show", id],
        &["findings", "list"],
        &["operators", "list"],
        &["audit", "list"],
    ];
    for look in looks {
        let said = plant.json(look).to_string();
        for name in NAMES {
            assert!(!said.contains(name), "{look:?}: {said}");
        }
    }
    assert!(NAMES.iter().all(|name| !plant.log().contains(name)));
    // Another file has the same codes, also after a restart; whoever reads all of it again finds the same.
    let before = codes(&plant, &[]);
    assert!(plant.stop());
    plant.launch();
    plant.drop_file(&folder, "two.csv", &export(500));
    let two = plant.settled("two.csv");
    assert_eq!(two["state"], "analysed", "{two}");
    let file = two["file_id"].as_str().unwrap();
    assert_eq!(codes(&plant, &["--file", file]), before);
    holds(&plant, "with codes of operators");
}

#[test]
fn an_administrator_learns_the_name_and_the_audit_log_says_so() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "one.csv", &export(1));
    assert_eq!(plant.settled("one.csv")["state"], "analysed");
    let named: BTreeSet<String> = codes(&plant, &[])
        .iter()
        .map(|code| {
            let name = plant.json(&["operators", "resolve", code]);
            assert_eq!(name["operator"], code.as_str());
            assert_eq!(name["file"], "one.csv");
            name["name"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(named, NAMES.map(str::to_owned).into());
    let audit = plant.json(&["audit", "list"]);
    let asked = audit["items"].as_array().unwrap().iter();
    assert_eq!(
        asked.filter(|entry| entry["action"] == "operator.resolve").count(),
        2,
        "{audit}"
    );
    for (code, said) in [("op-000000000000", "plant operators"), ("Annegret", "is no code")] {
        let refused = plant.run(&["operators", "resolve", code]);
        assert!(!refused.status.success());
        assert!(String::from_utf8_lossy(&refused.stderr).contains(said), "{refused:?}");
    }
    assert_eq!(plant.json(&["operators", "list"])["kept"], "codes");
}

#[test]
fn an_org_may_keep_names_and_then_codes_again() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "one.csv", &export(1));
    assert_eq!(plant.settled("one.csv")["state"], "analysed");
    let before = codes(&plant, &[]);
    let change = plant.json(&["operators", "set", "names"]);
    assert_eq!((&change["kept"], &change["files"]), (&"names".into(), &1.into()));
    let names: BTreeSet<String> = NAMES.map(str::to_owned).into();
    plant.until("the names are kept", |plant| codes(plant, &[]) == names);
    let view = plant.json(&["operators", "list"]);
    assert_eq!(view["kept"], "names");
    assert!(view["by"].as_str().is_some_and(|by| by.starts_with("unix:")), "{view}");
    holds(&plant, "with names of operators");
    let twice = plant.run(&["operators", "set", "names"]);
    assert!(!twice.status.success());
    plant.ok(&["operators", "set", "codes"]);
    plant.until("the codes are back", |plant| codes(plant, &[]) == before);
    let rows = plant.json(&["records", "--limit", "100"]).to_string();
    assert!(NAMES.iter().all(|name| !rows.contains(name)));
    holds(&plant, "with codes again");
}

#[test]
fn the_same_operator_of_another_org_has_another_code() {
    let plant = Plant::start_with("[org]\nname = \"first\"\nzone = \"Europe/Berlin\"\n");
    let folder = plant.watched("exports");
    plant.ok(&["org", "create", "other"]);
    let elsewhere = plant.folder("elsewhere");
    plant.ok(&["--org", "other", "folders", "add", elsewhere.to_str().unwrap()]);
    plant.drop_file(&folder, "one.csv", &export(1));
    plant.drop_file(&elsewhere, "one.csv", &export(1));
    let of = |org: &str| codes(&plant, &["--org", org]);
    plant.until("both are analysed", |_| {
        of("first").len() == 2 && of("other").len() == 2
    });
    assert!(of("first").is_disjoint(&of("other")));
}

#[test]
fn what_one_mapping_says_of_a_column_hides_the_names_of_files_that_wait() {
    let plant = quick();
    let folder = plant.watched("exports");
    let text = |more: &str, cell: &str| {
        let line = |at: usize| {
            let who = ["Ivan Petrov", "Maria Kowalska"][at % 2];
            format!("A{at};M1;2025-03-{:02};{who};{at}{cell}\n", at + 1)
        };
        format!(
            "Auftrag;Anlage;Tag;Wer da;Wert 3{more}\n{}",
            (0..20).map(line).collect::<String>()
        )
    };
    drop_at(&plant, &folder, "h1.csv", &text("", ""), 1);
    drop_at(&plant, &folder, "h2.csv", &text(";X", ";a"), 2);
    let shown = |plant: &Plant| plant.json(&["files", "show", "h2.csv"]).to_string();
    assert_eq!(plant.state_of("h2.csv"), "held");
    assert!(
        shown(&plant).contains("Ivan Petrov"),
        "nothing says yet that these are people"
    );
    let sets = [
        "Wer da=operator",
        "Wert 3=quantity_good",
        "Anlage=machine",
        "Tag=posting_date",
    ];
    let mut save = vec!["profiles", "save", "h1", "--from", "h1.csv"];
    save.extend(sets.iter().flat_map(|set| ["--set", set]));
    plant.ok(&save);
    plant.until("the other file is shown with codes", |plant| {
        shown(plant).contains("op-")
    });
    let suggested = plant.json(&["profiles", "suggest", "h2.csv"]).to_string();
    for name in ["Ivan Petrov", "Maria Kowalska"] {
        assert!(!shown(&plant).contains(name) && !suggested.contains(name), "{name}");
    }
}
