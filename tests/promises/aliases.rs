//! Machines and products go by the names that a person decided: in figures and in what is the same row, while rows keep
//! what their file says; and by their own again when that is taken away.

use plant_tests::Plant;
use serde_json::{Value, json};

use crate::rebuild::holds;
use crate::series::{all_settled, drop_at, quick};

const HEAD: &str = "Work Order;Date;Material;Machine;Quantity Good\n";
const STOPS: &str = "Machine;Start;End;Stop Category;Reason\n";

/// Good pieces by machine.
fn by_machine(plant: &Plant, more: &[&str]) -> Value {
    let asked = [&["metrics", "get", "quantity_good", "--by", "machine"], more].concat();
    let items = plant.json(&asked)["items"].as_array().unwrap().clone();
    let pair = |item: &Value| {
        let machine = item["group"]["machine"].as_str().unwrap_or("").to_owned();
        (machine, item["value"].as_f64().into())
    };
    Value::Object(items.iter().map(pair).collect())
}

/// What the audit log has of an action, the newest first.
fn audited(plant: &Plant, action: &str) -> Vec<Value> {
    let log = plant.json(&["audit", "--limit", "500"]);
    let entries = log["items"].as_array().unwrap().iter();
    entries.filter(|entry| entry["action"] == action).cloned().collect()
}

/// How often a file was analysed.
fn analysed(plant: &Plant, name: &str) -> usize {
    let shown = plant.json(&["files", "show", name]);
    let entries = shown["timeline"].as_array().unwrap().iter();
    let said = |entry: &&Value| entry["note"].as_str().unwrap().starts_with("analysed:");
    entries.filter(said).count()
}

#[test]
fn one_machine_in_two_spellings_is_one_figure_and_its_rows_count_once() {
    let plant = quick();
    let folder = plant.watched("exports");
    let rows = |machine: &str| {
        format!(
            "{HEAD}WO1;2025-03-03;P-100;{machine};100\nWO2;2025-03-04;P-100;{machine};50\nWO3;2025-03-04;P-200;M2;7\n"
        )
    };
    drop_at(&plant, &folder, "march.csv", &rows("CNC-01"), 1);
    // Rows that are in two files are the same ones.
    plant.ok(&["series", "set", "march.csv", "--mode", "repeat"]);
    drop_at(&plant, &folder, "march (1).csv", &rows("CNC01"), 2);
    let other = format!("{HEAD}WO9;2025-03-03;P-300;M9;11\n");
    drop_at(&plant, &folder, "other.csv", &other, 3);
    let apart = json!({"CNC-01": 150.0, "CNC01": 150.0, "M2": 7.0, "M9": 11.0});
    assert_eq!(by_machine(&plant, &[]), apart, "{}", plant.ok(&["series"]));

    // It is suggested, and nothing follows from that.
    let listed = plant.json(&["aliases", "list"])["items"].clone();
    assert_eq!(
        listed,
        json!([{"kind": "machine", "name": "CNC01", "canonical": "CNC-01", "decided": false, "by": null, "at": null, "rows": 2}])
    );
    let tried = plant.json(&["aliases", "add", "machine", "CNC01=CNC-01", "--dry-run"])["effect"].clone();
    let told = |effect: &Value, field: &str| effect[field].as_u64().unwrap();
    let counts = [
        "files",
        "rows",
        "live_before",
        "live_after",
        "members_before",
        "members_after",
    ];
    assert_eq!(counts.map(|field| told(&tried, field)), [1, 2, 6, 4, 4, 3], "{tried}");
    assert_eq!(tried["before"][1]["name"], "CNC01", "{tried}");
    assert_eq!(tried["after"].as_array().unwrap().len(), 1, "{tried}");
    assert_eq!(
        tried["after"][0],
        json!({"name": "CNC-01", "rows": 2, "sums": [{"variable": "quantity_good", "value": "150"}]})
    );
    assert_eq!(by_machine(&plant, &[]), apart, "nothing was changed");
    assert_eq!(audited(&plant, "alias.add"), Vec::<Value>::new());

    let before = analysed(&plant, "other.csv");
    let mut added = plant.json(&["aliases", "add", "machine", " CNC01 =CNC-01 "]);
    added.as_object_mut().unwrap().remove("schema_version");
    assert_eq!(added, tried, "what is told is what is done");
    all_settled(&plant);
    let one = json!({"CNC-01": 150.0, "M2": 7.0, "M9": 11.0});
    assert_eq!(by_machine(&plant, &[]), one);
    // Any of its names means it.
    for name in ["CNC01", "cnc-01"] {
        let asked = format!("machine={name}");
        assert_eq!(by_machine(&plant, &["--where", &asked]), json!({"CNC-01": 150.0}));
        let records = plant.json(&["records", "--where", &asked])["items"].clone();
        let mut written: Vec<(&str, bool, &str)> = (records.as_array().unwrap().iter())
            .map(|row| {
                let canonical = row["canonical"]["machine"].as_str().unwrap_or("");
                (
                    row["values"]["machine"].as_str().unwrap(),
                    row["live"].as_bool().unwrap(),
                    canonical,
                )
            })
            .collect();
        written.sort_unstable();
        // The rows keep what their file says, and one of each pair counts.
        assert_eq!(
            written,
            [
                ("CNC-01", true, ""),
                ("CNC-01", true, ""),
                ("CNC01", false, "CNC-01"),
                ("CNC01", false, "CNC-01")
            ]
        );
    }
    let answer = plant.json(&["ask", "good quantity of machine CNC01"]);
    assert_eq!(answer["values"][0]["value"].as_f64(), Some(150.0), "{answer}");
    // A file without that name is left alone.
    assert_eq!(analysed(&plant, "other.csv"), before);
    // A version that comes later is compared in the same way.
    drop_at(&plant, &folder, "march (2).csv", &rows("CNC01"), 4);
    assert_eq!(by_machine(&plant, &[]), one);
    let listed = plant.json(&["aliases"])["items"].clone();
    assert_eq!(
        (&listed[0]["decided"], listed.as_array().unwrap().len()),
        (&true.into(), 1),
        "{listed}"
    );
    assert_eq!(listed[0]["by"], audited(&plant, "alias.add")[0]["actor"], "{listed}");
    holds(&plant, "with the alias");

    let removed = plant.json(&["aliases", "remove", "machine", "CNC01"]);
    assert_eq!(
        (&removed["removed"], told(&removed, "members_after")),
        (&true.into(), 4),
        "{removed}"
    );
    all_settled(&plant);
    assert_eq!(by_machine(&plant, &[]), apart);
    assert_eq!(audited(&plant, "alias.remove")[0]["body"]["name"], "CNC01");
    holds(&plant, "without the alias");
}

#[test]
fn products_are_joined_in_the_key_of_their_rows_and_what_they_cost() {
    let plant = quick();
    let folder = plant.watched("exports");
    let made = "Order;Date;Product;Good Qty;Scrap Qty\nWO1;2025-03-03;P100;100;4\nWO2;2025-03-03;A-1;5;0\n";
    drop_at(&plant, &folder, "made.csv", made, 1);
    let costs = "Product;Date;Standard Unit Cost;Good Qty\nP-100;2025-03-02;12.50;1\n";
    drop_at(&plant, &folder, "costs.csv", costs, 2);
    let value = || plant.metric("scrap_value", &[]);
    assert_eq!(value(), None, "{}", plant.ok(&["files", "show", "costs.csv"]));
    plant.ok(&["aliases", "add", "product", "P100=P-100"]);
    all_settled(&plant);
    assert_eq!(value(), Some(50.0), "4 pieces at 12.50");
    plant.ok(&["series", "set", "made.csv", "--key", "product_code"]);
    all_settled(&plant);
    let corrected = "Order;Date;Product;Good Qty;Scrap Qty\nWO1;2025-03-03;P-100;90;4\n";
    drop_at(&plant, &folder, "made again.csv", corrected, 3);
    assert_eq!(
        plant.metric("quantity_good", &[]),
        Some(96.0),
        "{}",
        plant.ok(&["series", "show", "made.csv"])
    );
    holds(&plant, "with the alias");
    plant.ok(&["aliases", "remove", "product", "P100"]);
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_good", &[]), Some(196.0));
    holds(&plant, "without the alias");
}

#[test]
fn what_can_be_no_alias_is_refused_and_an_overlap_is_told() {
    let plant = quick();
    let folder = plant.watched("exports");
    let stop = |machine: &str, from: &str, to: &str| {
        format!("{machine};2025-03-03 {from}:00;2025-03-03 {to}:00;waiting;No material\n")
    };
    let one = [
        STOPS,
        &stop("CNC-01", "06:00", "06:30"),
        &stop("CNC-01", "09:00", "09:30"),
        &stop("M5", "07:00", "07:10"),
    ]
    .concat();
    let other = [
        STOPS,
        &stop("10004711", "09:20", "10:00"),
        &stop("M6", "07:30", "07:40"),
    ]
    .concat();
    drop_at(&plant, &folder, "stops.csv", &one, 1);
    drop_at(&plant, &folder, "sap.csv", &other, 2);

    let tried = plant.json(&["aliases", "add", "machine", "10004711=CNC-01", "--dry-run"])["effect"].clone();
    let overlap = &tried["overlap"];
    assert_eq!(overlap["stops"], 1, "{tried}");
    let mut where_told: Vec<String> = (["one", "other"].iter())
        .map(|side| format!("{}:{}", overlap[side]["file"].as_str().unwrap(), overlap[side]["line"]))
        .collect();
    where_told.sort_unstable();
    assert_eq!(where_told, ["sap.csv:2", "stops.csv:3"], "{tried}");
    let said = plant.ok(&["aliases", "add", "machine", "10004711=CNC-01", "--dry-run"]);
    assert!(
        said.contains("One machine can't stand twice") && said.contains("line 3 of stops.csv"),
        "{said}"
    );
    // Machines that stood one after the other are not remarked on.
    let tried = plant.json(&["aliases", "add", "machine", "M5=10004711", "--dry-run"])["effect"].clone();
    assert_eq!(tried["overlap"], Value::Null, "{tried}");

    plant.ok(&["aliases", "add", "machine", "10004711=CNC-01"]);
    plant.ok(&["aliases", "add", "machine", "CNC01=10004711"]);
    for (alias, status, says) in [
        ("CNC-01=CNC01", 1, "goes by `CNC-01` already"),
        ("10004711=M5", 1, "`plant aliases remove machine 10004711`"),
        ("M5= M5", 1, "write NAME=CANONICAL with two names"),
        ("=M5", 1, "a name is blank"),
        ("M5=", 1, "a name is blank"),
        ("M5", 2, "NAME=CANONICAL"),
    ] {
        let output = plant.run(&["aliases", "add", "machine", alias]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{alias}: {said}");
        assert!(said.contains(says), "{alias}: {said}");
    }
    let absent = plant.run(&["aliases", "remove", "machine", "M5"]);
    let said = String::from_utf8_lossy(&absent.stderr).into_owned();
    assert!(
        !absent.status.success() && said.contains("plant aliases list"),
        "{said}"
    );
    assert_eq!(plant.run(&["aliases", "add", "ship", "a=b"]).status.code(), Some(2));
    // A name that no row has is taken, and told.
    let unknown = plant.json(&["aliases", "add", "machine", "M77=M5"]);
    assert_eq!(
        (&unknown["unknown"], &unknown["files"]),
        (&json!(["M77"]), &0.into()),
        "{unknown}"
    );
    all_settled(&plant);
    holds(&plant, "with the aliases");
}

#[test]
fn another_org_keeps_its_names_and_a_kill_in_between_ends_right() {
    let mut plant = quick();
    let folder = plant.watched("exports");
    let rows = |machine: &str| format!("{HEAD}WO1;2025-03-03;P-100;{machine};100\n");
    drop_at(&plant, &folder, "march.csv", &rows("CNC-01"), 1);
    drop_at(&plant, &folder, "march (1).csv", &rows("CNC01"), 2);
    plant.ok(&["org", "create", "second"]);
    let theirs = plant.folder("theirs");
    plant.ok(&["--org", "second", "folders", "add", theirs.to_str().unwrap()]);
    crate::series::put_at(&theirs, "march.csv", &rows("CNC01"), 1);
    let of_second = |plant: &Plant| by_machine(plant, &["--org", "second"]);
    plant.until("the second org has its file", |plant| {
        of_second(plant) == json!({"CNC01": 100.0})
    });

    let first = plant.json(&["org", "list"])["items"][0]["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let of_first = |plant: &Plant| by_machine(plant, &["--org", &first]);
    // Killed as soon as it is said: what follows is in the same transaction, or asked for in it.
    plant.ok(&["--org", &first, "aliases", "add", "machine", "CNC01=CNC-01"]);
    plant.kill();
    plant.launch();
    plant.ok(&["--org", &first, "files", "wait", "--all", "--timeout", "120"]);
    assert_eq!(of_first(&plant), json!({"CNC-01": 100.0}));
    // Killed while it is said: all of it, or nothing.
    let mut saying = plant.begin(&["--org", &first, "aliases", "remove", "machine", "CNC01"]);
    plant.kill();
    let _ = saying.wait();
    plant.launch();
    plant.ok(&["--org", &first, "files", "wait", "--all", "--timeout", "120"]);
    let decided = plant.json(&["--org", &first, "aliases"])["items"][0]["decided"] == true;
    let expected = match decided {
        true => json!({"CNC-01": 100.0}),
        false => json!({"CNC-01": 100.0, "CNC01": 100.0}),
    };
    assert_eq!(of_first(&plant), expected);
    assert_eq!(of_second(&plant), json!({"CNC01": 100.0}));
    let none = plant.json(&["--org", "second", "aliases"])["items"].clone();
    assert_eq!(none, json!([]));
    holds(&plant, "after the kills");
}
