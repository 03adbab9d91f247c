//! Files that describe things: what they say fills in what rows of events lack, whichever comes first, and adds nothing.

use plant_tests::Plant;
use serde_json::Value;

use crate::series::{all_settled, drop_at, question, quick};

/// Reads everything once more and compares.
fn nothing_differs(plant: &Plant) {
    let output = plant.rebuild(&["--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("nothing differs"), "{said}");
}

fn refused(plant: &Plant, args: &[&str], code: i32) -> String {
    let output = plant.run(args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    said
}

/// When the file's analysis was made.
fn made(plant: &Plant, name: &str) -> Value {
    plant.json(&["analyses", "show", name])["created_at"].clone()
}

fn mode(plant: &Plant, name: &str) -> (Value, Value) {
    let series = plant.json(&["series", "show", name]);
    (series["mode"].clone(), series["key"].clone())
}

/// Saves the mapping of the products of the sample, whose columns have no names.
fn save_products(plant: &Plant, file: &str) {
    let sets = [
        "column_1=product_code",
        "column_2=product_name",
        "column_9=standard_unit_cost",
        "column_21=",
        "column_25=",
    ];
    let mut words = vec!["profiles", "save", "products", "--from", file, "--currency", "USD"];
    words.extend(sets.iter().flat_map(|set| ["--set", set]));
    plant.ok(&words);
    all_settled(plant);
}

/// Orders of products of the sample, and the standard cost of a unit as it stands there.
const ORDERS: &str = "Work Order;Product;Date;Good Qty;Scrap Qty\n1;680;2025-03-03;90;2\n2;717;2025-03-03;80;3\n3;99999;2025-03-04;7;1\n";
const COSTS: [(&str, f64); 2] = [("680", 1_059.31), ("717", 868.6342)];

#[test]
fn scrap_is_valued_by_a_list_of_products_whichever_comes_first() {
    let products =
        std::fs::read_to_string(plant_tests::repository().join("samples/adventureworks/Product.csv")).unwrap();
    let expected = 2.0 * COSTS[0].1 + 3.0 * COSTS[1].1;
    for list_first in [true, false] {
        let plant = quick();
        let folder = plant.watched("exports");
        let list = |plant: &Plant| {
            drop_at(plant, &folder, "Product.csv", &products, 1);
            assert_eq!(plant.state_of("Product.csv"), "held");
            save_products(plant, "Product.csv");
            assert_eq!(plant.state_of("Product.csv"), "analysed");
        };
        if list_first {
            list(&plant);
        }
        drop_at(&plant, &folder, "orders.csv", ORDERS, 2);
        if !list_first {
            assert_eq!(plant.metric("scrap_value", &[]), None, "no cost is made up");
            list(&plant);
        }
        assert_eq!(
            mode(&plant, "Product.csv"),
            ("reference".into(), serde_json::json!(["product_code"]))
        );
        assert_eq!(question(&plant), Value::Null);
        let valued = plant.metric("scrap_value", &[]).expect("a value");
        assert!((valued - expected).abs() < 1e-6, "{valued}, not {expected}");
        assert_eq!(plant.metric("rows", &[]), Some(3.0), "a list adds no rows");
        // Where each figure comes from.
        let analysis = plant.json(&["analyses", "show", "orders.csv"]);
        let used = &analysis["uses"][0];
        assert_eq!(
            (&used["variable"], &used["rows"], &used["file"]),
            (&"standard_unit_cost".into(), &2.into(), &"Product.csv".into())
        );
        let line = used["lines"][0].as_u64().unwrap();
        let told = plant.json(&["files", "line", "Product.csv", &line.to_string()]);
        assert!(told["text"].as_str().unwrap().starts_with("680\t"), "{told}");
        let shown = plant.json(&[
            "references",
            "show",
            "standard_unit_cost",
            "--where",
            "product_code=680",
        ]);
        let entry = &shown["items"][0];
        assert_eq!(
            (&entry["value"], &entry["unit"], &entry["line"]),
            (&1_059.31.into(), &"USD".into(), &line.into())
        );
        let lists = plant.json(&["references", "list"]);
        let costs = lists["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["kind"] == "standard_unit_cost")
            .unwrap();
        assert_eq!(
            (&costs["entries"], &costs["used_by"][0]["name"]),
            (&504.into(), &"orders.csv".into()),
            "{lists}"
        );
        nothing_differs(&plant);

        // A newer list says otherwise of one product, and who did not use it is left alone.
        drop_at(
            &plant,
            &folder,
            "other.csv",
            "Work Order;Product;Date;Good Qty;Scrap Qty\n9;518;2025-03-03;5;1\n",
            3,
        );
        let before = (made(&plant, "orders.csv"), made(&plant, "other.csv"));
        let changed = products.replace(
            "\n680\tHL Road Frame - Black, 58\tFR-R92B-58\t1\t1\tBlack\t500\t375\t1059.3100",
            "\n680\tHL Road Frame - Black, 58\tFR-R92B-58\t1\t1\tBlack\t500\t375\t1000.0000",
        );
        assert_ne!(changed, products);
        drop_at(&plant, &folder, "Product.csv", &changed, 4);
        let valued = plant.metric("scrap_value", &["--where", "product_code=680"]);
        assert_eq!(valued, Some(2_000.0));
        assert_ne!(made(&plant, "orders.csv"), before.0);
        assert_eq!(made(&plant, "other.csv"), before.1, "its product costs what it did");
        nothing_differs(&plant);
        plant.ok(&["files", "withdraw", "Product.csv", "--why", "a try"]);
        all_settled(&plant);
        let valued = plant.metric("scrap_value", &["--where", "product_code=680"]);
        assert_eq!(valued, Some(2.0 * COSTS[0].1), "the list before holds again");
        nothing_differs(&plant);
    }
}

#[test]
fn the_cost_of_the_day_values_scrap() {
    let plant = quick();
    let folder = plant.watched("exports");
    drop_at(
        &plant,
        &folder,
        "orders.csv",
        "Work Order;Product;Date;Good Qty;Scrap Qty\n1;P1;2024-12-31;9;1\n2;P1;2025-01-01;9;1\n3;P1;2025-06-30;9;1\n4;P1;2025-07-01;9;1\n",
        1,
    );
    let list = "Product;Standard Unit Cost;Valid From;Valid To\nP1;2.00;2025-01-01;2025-06-30\nP1;3.00;2025-07-01;\n";
    drop_at(&plant, &folder, "prices.csv", list, 2);
    assert_eq!(
        plant.state_of("prices.csv"),
        "analysed",
        "{}",
        plant.ok(&["files", "show", "prices.csv"])
    );
    assert_eq!(
        mode(&plant, "prices.csv").1,
        serde_json::json!(["product_code", "valid_from"])
    );
    assert_eq!(plant.metric("scrap_value", &[]), Some(7.0), "nothing held in 2024");
    let of = |order: &str| {
        let by = plant.json(&["metrics", "get", "scrap_value", "--by", "day"]);
        let items = by["items"].as_array().unwrap().clone();
        items
            .into_iter()
            .find(|item| item["group"]["day"] == order)
            .map(|item| item["value"].clone())
    };
    assert_eq!(of("2024-12-31"), Some(Value::Null));
    assert_eq!(of("2025-06-30"), Some(2.into()));
    assert_eq!(of("2025-07-01"), Some(3.into()));
    nothing_differs(&plant);
}

#[test]
fn a_routing_gives_a_performance_and_a_list_of_machines_their_lines() {
    let plant = quick();
    let folder = plant.watched("exports");
    let runs = "Work Order;Product;Machine;Date;Good Qty;Scrap Qty;Planned Time (min)\n\
        1;P1;M1;2025-03-03;400;0;480\n2;P1;M2;2025-03-03;300;0;480\n3;P9;M3;2025-03-03;300;0;480\n";
    drop_at(&plant, &folder, "runs.csv", runs, 1);
    let by_line = |plant: &Plant| {
        let by = plant.json(&["metrics", "get", "quantity_good", "--by", "line"]);
        let items = by["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| (item["group"]["line"].clone(), item["value"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(by_line(&plant), [(Value::Null, 1_000.into())]);
    let ideal = |plant: &Plant, machine: &str| {
        let item = plant.json(&["metrics", "get", "oee", "--where", &format!("machine={machine}")]);
        item["items"][0].clone()
    };
    assert!(ideal(&plant, "M1")["value"].is_null());
    drop_at(
        &plant,
        &folder,
        "routing.csv",
        "Product;Machine;Ideal Cycle Time (s)\nP1;M1;60\nP1;M2;30\n",
        2,
    );
    drop_at(&plant, &folder, "machines.csv", "Machine;Line\nM1;A\nM2;B\n", 3);
    for (name, key) in [
        ("routing.csv", serde_json::json!(["product_code", "machine"])),
        ("machines.csv", serde_json::json!(["machine"])),
    ] {
        assert_eq!(
            plant.state_of(name),
            "analysed",
            "{}",
            plant.ok(&["files", "show", name])
        );
        assert_eq!(mode(&plant, name), ("reference".into(), key), "{name}");
    }
    assert_eq!(
        by_line(&plant),
        [
            ("A".into(), 400.into()),
            ("B".into(), 300.into()),
            (Value::Null, 300.into())
        ]
    );
    // 400 x 60 s of 480 min; of what no list names there is none.
    let oee = ideal(&plant, "M1")["value"].as_f64().expect("a value");
    assert!((oee - 24_000.0 / 28_800.0).abs() < 1e-6, "{oee}");
    assert!(ideal(&plant, "M3")["value"].is_null());
    let said = plant.ok(&["analyses", "show", "runs.csv"]);
    assert!(
        said.contains("ideal cycle time of 2 rows from routing.csv (2 entries, lines 2, 3)"),
        "{said}"
    );
    let said = plant.ok(&["analyses", "show", "routing.csv"]);
    assert!(
        said.contains("routing.csv is a list by product code and machine: ideal cycle time (2)"),
        "{said}"
    );
    nothing_differs(&plant);

    // A machine that moves takes its rows with it; those of the other line are as they were.
    drop_at(&plant, &folder, "machines.csv", "Machine;Line\nM1;B\nM2;B\n", 4);
    assert_eq!(by_line(&plant), [("B".into(), 700.into()), (Value::Null, 300.into())]);
    nothing_differs(&plant);
}

#[test]
fn what_a_mapping_takes_from_a_list_is_said_where_no_list_has_it() {
    let plant = quick();
    let folder = plant.watched("exports");
    drop_at(
        &plant,
        &folder,
        "stops.csv",
        "Machine;Date;Code;Good Qty\nM1;2025-03-03;7;5\nM2;2025-03-03;8;6\n",
        1,
    );
    plant.until("it is settled", |plant| {
        ["held", "analysed"].contains(&plant.state_of("stops.csv").as_str())
    });
    let save = [
        "profiles",
        "save",
        "stops",
        "--from",
        "stops.csv",
        "--set",
        "Code=cost_center",
        "--output",
    ];
    let said = refused(&plant, &[&save[..], &["labor_rate=lookup:product_code"]].concat(), 1);
    assert!(
        said.contains("looked up by product_code, which no column feeds"),
        "{said}"
    );
    let said = refused(&plant, &[&save[..], &["quantity_scrap=lookup:machine"]].concat(), 1);
    assert!(said.contains("nothing that is added up"), "{said}");
    plant.ok(&[&save[..], &["site=lookup:cost_center"]].concat());
    all_settled(&plant);
    plant.until("its rows are analysed by it", |plant| {
        plant
            .ok(&["findings", "list"])
            .contains("2 rows without a site: no list names it")
    });
    let list = "Cost Center;Plant\n7;Ulm\n";
    drop_at(&plant, &folder, "centers.csv", list, 2);
    if plant.state_of("centers.csv") == "held" {
        plant.ok(&[
            "profiles",
            "save",
            "centers",
            "--from",
            "centers.csv",
            "--set",
            "Cost Center=cost_center",
            "--set",
            "Plant=site",
        ]);
        all_settled(&plant);
    }
    assert_eq!(mode(&plant, "centers.csv").0, "reference");
    assert_eq!(plant.metric("quantity_good", &["--where", "site=Ulm"]), Some(5.0));
    let findings = plant.ok(&["findings", "list"]);
    assert!(
        findings.contains("1 row without a site: no list names it"),
        "{findings}"
    );
    let toml = plant.ok(&["profiles", "export", "stops"]);
    assert!(toml.contains("lookup = \"cost_center\""), "{toml}");
    nothing_differs(&plant);
}

#[test]
fn a_file_that_may_be_a_list_is_asked_about_and_a_person_decides() {
    let plant = quick();
    let folder = plant.watched("exports");
    let dated = "Product;Standard Unit Cost;Posting Date\nP1;2.00;2025-01-05\nP2;3.00;2025-01-05\n";
    drop_at(&plant, &folder, "costs.csv", dated, 1);
    plant.ok(&["profiles", "save", "costs", "--from", "costs.csv"]);
    all_settled(&plant);
    assert_eq!(plant.metric("rows", &[]), Some(2.0), "until then its rows are events");
    assert_eq!(question(&plant)["code"], "list_or_events");
    plant.ok(&["files", "answer", "costs.csv", "list"]);
    all_settled(&plant);
    assert_eq!(
        mode(&plant, "costs.csv"),
        ("reference".into(), serde_json::json!(["product_code"]))
    );
    assert_eq!((question(&plant), plant.metric("rows", &[])), (Value::Null, None));
    nothing_differs(&plant);
    plant.ok(&["series", "set", "costs.csv", "--mode", "auto", "--key", "none"]);
    all_settled(&plant);
    assert_eq!(question(&plant)["code"], "list_or_events");
    plant.ok(&["files", "answer", "costs.csv", "events"]);
    all_settled(&plant);
    assert_eq!((question(&plant), plant.metric("rows", &[])), (Value::Null, Some(2.0)));
    nothing_differs(&plant);

    // Two rows that say different things of one are no list by themselves.
    drop_at(&plant, &folder, "twice.csv", "Machine;Line\nM1;A\nM1;B\n", 2);
    assert_eq!(mode(&plant, "twice.csv").0, Value::Null);
    // Events can't be made one without a key.
    drop_at(
        &plant,
        &folder,
        "orders.csv",
        "Work Order;Date;Good Qty\n1;2025-03-03;90\n",
        3,
    );
    let said = refused(&plant, &["series", "set", "orders.csv", "--mode", "reference"], 1);
    assert!(
        said.contains("a list needs a key that names what it describes"),
        "{said}"
    );
    let said = refused(&plant, &["references", "show", "colour"], 1);
    assert!(said.contains("plant references list"), "{said}");
}

#[test]
fn the_scrap_of_real_work_orders_costs_what_is_known() {
    let Some(data) = plant_need::shared() else { return };
    let read = |name: &str| std::fs::read_to_string(data.join("o02_adventureworks").join(name)).unwrap();
    let (orders, products) = (read("Production.WorkOrder.csv"), read("Product.csv"));
    for list_first in [true, false] {
        let plant = quick();
        let folder = plant.watched("exports");
        let mut come = [("Product.csv", &products), ("WorkOrder.csv", &orders)];
        if !list_first {
            come.reverse();
        }
        for ((name, text), second) in come.into_iter().zip(1..) {
            drop_at(&plant, &folder, name, text, second);
            match name {
                "Product.csv" => save_products(&plant, name),
                _ => drop(plant.ok(&["profiles", "save", "orders", "--from", name])),
            }
            all_settled(&plant);
            assert_eq!(
                plant.state_of(name),
                "analysed",
                "{}",
                plant.ok(&["files", "show", name])
            );
        }
        all_settled(&plant);
        let valued = plant.metric("scrap_value", &[]).expect("a value");
        assert!((valued - 359_947.175_1).abs() < 1e-4, "{valued}");
        assert_eq!(plant.metric("rows", &[]), Some(72_591.0));
        nothing_differs(&plant);
    }
}

#[test]
fn what_a_list_said_goes_with_it_and_reaches_what_folders_and_steps_say() {
    let plant = quick();
    let folder = plant.watched("exports");
    let orders = "Work Order;Product;Date;Good Qty;Scrap Qty\n1;P1;2025-03-03;90;2\n2;P2;2025-03-03;80;3\n";
    drop_at(&plant, &folder, "orders.csv", orders, 1);
    let save = [
        "profiles",
        "save",
        "orders",
        "--from",
        "orders.csv",
        "--currency",
        "USD",
    ];
    plant.ok(&[&save[..], &["--output", "standard_unit_cost=lookup:product_code"]].concat());
    drop_at(
        &plant,
        &folder,
        "products.csv",
        "Product;Standard Unit Cost\nP1;2.5\nP2;4\n",
        2,
    );
    if plant.state_of("products.csv") == "held" {
        plant.ok(&[
            "profiles",
            "save",
            "products",
            "--from",
            "products.csv",
            "--currency",
            "USD",
        ]);
        all_settled(&plant);
    }
    assert_eq!(plant.metric("scrap_value", &[]), Some(17.0));
    plant.ok(&["files", "withdraw", "products.csv", "--why", "an old one"]);
    all_settled(&plant);
    assert_eq!(plant.metric("scrap_value", &[]), None, "no file says it any more");
    nothing_differs(&plant);
    plant.ok(&["files", "restore", "products.csv"]);
    all_settled(&plant);
    assert_eq!(plant.metric("scrap_value", &[]), Some(17.0));

    // The machine that a folder says, and one whose state lasts into the next file, have their line from a list as well.
    let of_m1 = plant.watched("m1");
    plant.ok(&["folders", "set", of_m1.to_str().unwrap(), "--machine", "M1"]);
    drop_at(
        &plant,
        &of_m1,
        "pieces.csv",
        "Work Order;Date;Good Qty\n7;2025-03-04;55\n",
        3,
    );
    drop_at(&plant, &folder, "machines.csv", "Machine;Line\nM1;A\nM2;B\n", 4);
    let log = |rows: &str| format!("Timestamp;Machine;State\n{rows}");
    let first = log("2025-03-05 06:00;M2;Running\n2025-03-05 08:00;M2;Breakdown\n");
    drop_at(&plant, &folder, "log_1.csv", &first, 5);
    let steps = [
        "--set",
        "Timestamp=event_start",
        "--set",
        "State=stop_category",
        "--step",
        "intervals:state",
    ];
    plant.ok(&[&["profiles", "save", "log", "--from", "log_1.csv"][..], &steps].concat());
    all_settled(&plant);
    drop_at(
        &plant,
        &folder,
        "log_2.csv",
        &log("2025-03-05 09:00;M2;Running\n2025-03-05 10:00;M2;Running\n"),
        6,
    );
    all_settled(&plant);
    let of_line = |metric: &str, line: &str| plant.metric(metric, &["--where", &format!("line={line}")]);
    assert_eq!(of_line("quantity_good", "A"), Some(55.0));
    assert_eq!(of_line("stop_time", "B"), Some(60.0));
    nothing_differs(&plant);
}
