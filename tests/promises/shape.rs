//! Line steps of a mapping: rows that describe, cells that are filled from above, logs of names and values, columns that
//! are rows; each line keeps one fate, and each row its line.

use plant_tests::Plant;
use serde_json::Value;

use crate::mapping::{nothing_differs, reason, refused};
use crate::series::{all_settled, drop_at, quick};

/// Saves a mapping from a file and waits for what is read by it.
fn save(plant: &Plant, name: &str, from: &str, more: &[&str]) {
    plant.ok(&[&["profiles", "save", name, "--from", from][..], more].concat());
    all_settled(plant);
}

fn balance(plant: &Plant, name: &str) -> Value {
    plant.json(&["files", "show", name])["balance"].clone()
}

/// A figure by a dimension, as text.
fn by(plant: &Plant, metric: &str, dimension: &str) -> Vec<(String, f64)> {
    let items = plant.json(&["metrics", "get", metric, "--by", dimension])["items"].clone();
    let pair = |item: &Value| {
        let group = item["group"][dimension].as_str().unwrap_or("none").to_owned();
        (group, item["value"].as_f64().unwrap())
    };
    items.as_array().unwrap().iter().map(pair).collect()
}

fn pairs(expected: &[(&str, f64)]) -> Vec<(String, f64)> {
    expected
        .iter()
        .map(|(group, value)| ((*group).to_owned(), *value))
        .collect()
}

#[test]
fn blank_cells_are_filled_from_above_where_a_person_says_so() {
    let plant = quick();
    let folder = plant.watched("exports");
    let text = "Machine;Date;Product;Good Qty;Scrap Qty\nM1;2025-05-03;P-100;480;12\n;2025-05-03;P-200;100;1\n\
        M2;2025-05-03;P-100;455;9\n;2025-05-03;P-200;90;0\n";
    drop_at(&plant, &folder, "report.csv", text, 1);
    let held = reason(&plant, "report.csv");
    assert!(held.contains("--shape 'fill_down:Machine'"), "{held}");
    let dry = plant.ok(&[
        "profiles",
        "save",
        "r",
        "--from",
        "report.csv",
        "--shape",
        "fill_down:Machine",
        "--dry-run",
    ]);
    assert!(dry.contains("1,125") || dry.contains("1125"), "{dry}");
    assert_eq!(plant.state_of("report.csv"), "held", "a dry run changes nothing");

    save(&plant, "r", "report.csv", &["--shape", "fill_down:Machine"]);
    assert_eq!(
        by(&plant, "quantity_good", "machine"),
        pairs(&[("M1", 580.0), ("M2", 545.0)])
    );
    nothing_differs(&plant);
    // What was said of lines stays where nothing else is said, and goes where it is taken away.
    save(&plant, "r", "report.csv", &["--set", "Product=product_code"]);
    assert_eq!(
        by(&plant, "quantity_good", "machine"),
        pairs(&[("M1", 580.0), ("M2", 545.0)])
    );
    save(&plant, "r", "report.csv", &["--shape", "fill_down:"]);
    plant.until("it is read without the step", |plant| {
        by(plant, "quantity_good", "machine").contains(&("M1".to_owned(), 480.0))
    });
    assert_eq!(plant.metric("quantity_good", &[]), Some(1_125.0));
    nothing_differs(&plant);
}

#[test]
fn a_log_of_names_and_values_is_read_line_by_line() {
    let plant = quick();
    let folder = plant.watched("exports");
    let text = "Time;Tag;Value;Quality\n2025-03-03 13:00:00;L5.Pieces;32;Good\n2025-03-03 13:15:00;L5.Pieces;40;Good\n\
        2025-03-03 13:20:00;$RT_OFF$;0;Good\n2025-03-03 13:30:00;L5.Pieces;0;Bad\n2025-03-03 13:00:00;L5.Energy;11.5;Good\n\
        2025-03-03 13:30:00;L5.Energy;12.25;Good\n";
    drop_at(&plant, &folder, "log.csv", text, 1);
    let held = reason(&plant, "log.csv");
    assert!(
        held.contains("--shape 'drop_where:Quality!=Good'") && held.contains("--shape 'pivot:Tag|Value'"),
        "{held}"
    );
    let suggested = plant.json(&["profiles", "suggest", "log.csv"]);
    assert_eq!(suggested["shape"]["pivot"]["name"], "Tag", "{suggested}");
    let steps = [
        "--shape",
        "drop_where:Quality!=Good",
        "--shape",
        "drop_where:Tag=$RT_OFF$",
        "--shape",
        "pivot:Tag|Value",
        "--set",
        "Time=event_start",
        "--set",
        "L5.Pieces=quantity_good",
        "--set",
        "L5.Energy=energy_used:scale:1",
        "--set",
        "Tag=",
    ];
    save(&plant, "log", "log.csv", &steps);
    assert_eq!(plant.metric("quantity_good", &[]), Some(72.0));
    assert_eq!(plant.metric("energy_used", &[]), Some(23.75));
    let lines = balance(&plant, "log.csv");
    assert_eq!((&lines["taken"], &lines["dropped"]), (&4.into(), &2.into()), "{lines}");
    let told = plant.ok(&["files", "explain", "log.csv"]);
    assert!(told.contains("2 left out by the mapping"), "{told}");
    let shown = plant.ok(&["files", "show", "log.csv"]);
    assert!(
        shown.contains("`Quality` is not `Good`") && shown.contains("`Tag` is `$RT_OFF$`"),
        "{shown}"
    );
    // The next one lacks a name and has a new one.
    let next = "Time;Tag;Value;Quality\n2025-03-04 13:00:00;L5.Pieces;5;Good\n2025-03-04 13:00:00;L5.Temp;180;Good\n";
    drop_at(&plant, &folder, "log2.csv", next, 2);
    assert_eq!(plant.metric("quantity_good", &[]), Some(77.0));
    let record = plant.json(&["records", "--file", "log2.csv"])["items"][1].clone();
    assert_eq!(record["extra"]["L5.Temp"], "180", "{record}");
    // Nothing is left of one whose rows are all bad: it is held and says so.
    drop_at(&plant, &folder, "bad.csv", &next.replace("Good", "Bad"), 3);
    let held = reason(&plant, "bad.csv");
    assert!(held.contains("leave no row of the file"), "{held}");
    nothing_differs(&plant);

    // As TOML and back; an unknown key is refused with its line.
    let toml = plant.ok(&["profiles", "export", "log"]);
    assert!(
        toml.contains("[shape.pivot]") && toml.contains("[[shape.drop_where]]"),
        "{toml}"
    );
    let path = plant.folder("mappings").join("log.toml");
    let import = ["profiles", "import", path.to_str().unwrap()];
    std::fs::write(&path, toml.replace("[shape.pivot]", "[shape.pivott]")).unwrap();
    let unknown = refused(&plant, &import);
    assert!(unknown.contains("pivott") && unknown.contains("at line "), "{unknown}");
    std::fs::write(&path, &toml).unwrap();
    plant.ok(&import);
    all_settled(&plant);
    drop_at(&plant, &folder, "log4.csv", &next.replace("03-04", "03-05"), 4);
    assert_eq!(
        plant.metric("quantity_good", &[]),
        Some(82.0),
        "what was imported reads the same files"
    );
}

#[test]
fn rows_of_units_are_no_data_and_name_the_units() {
    let plant = quick();
    let folder = plant.watched("exports");
    let head = "Timestamp; PRESS1.Hub; PRESS1.Energie;\n; Zähler [Hub]; Wirkenergie [kWh];\n";
    let text = format!(
        "{head}12/03/2025 22:00:00; 200; 6,2;\n12/03/2025 22:30:00; 410; 7,4;\n\n12/03/2025 23:30:00; 400; 7,5;\n\n\
        {head}13/03/2025 00:00:00; 300; 7,4;\n13/03/2025 00:30:00; 410; 7,3;\n"
    );
    drop_at(&plant, &folder, "press.csv", &text, 1);
    let held = reason(&plant, "press.csv");
    assert!(held.contains("--shape 'units_row:1'"), "{held}");
    let sets = [
        "--shape",
        "units_row:1",
        "--set",
        "Timestamp=event_start",
        "--set",
        "PRESS1.Hub [Hub]=quantity_produced",
        "--set",
        "PRESS1.Energie [kWh]=energy_used",
    ];
    save(&plant, "press", "press.csv", &sets);
    assert_eq!(plant.metric("energy_used", &[]), Some(35.8));
    assert_eq!(plant.metric("quantity_produced", &[]), Some(1_720.0));
    let lines = balance(&plant, "press.csv");
    assert_eq!((&lines["taken"], &lines["dropped"]), (&5.into(), &2.into()), "{lines}");
    nothing_differs(&plant);
}

#[test]
fn a_line_that_becomes_several_rows_keeps_one_fate_and_each_row_its_place() {
    let plant = quick();
    let folder = plant.watched("exports");
    let text = "Machine;2025-05-01;2025-05-02;2025-05-03;Note\nM1;10;20;30;a\nM2;;5;;b\nM3;;;;c\n";
    drop_at(&plant, &folder, "wide.csv", text, 1);
    assert_eq!(plant.state_of("wide.csv"), "held");
    let steps = [
        "--shape",
        "unpivot:Day|Qty=2025-*",
        "--set",
        "Day=posting_date",
        "--set",
        "Qty=quantity_good",
        "--set",
        "Machine=machine",
    ];
    save(&plant, "wide", "wide.csv", &steps);
    assert_eq!(
        by(&plant, "quantity_good", "machine"),
        pairs(&[("M1", 60.0), ("M2", 5.0)])
    );
    let lines = balance(&plant, "wide.csv");
    let fates = ["taken", "dropped", "made", "physical"].map(|fate| lines[fate].as_u64().unwrap_or(0));
    assert_eq!(fates, [2, 1, 2, 4], "{lines}");
    // Page by page no row is lost or shown twice, in either order.
    for more in [&["--file", "wide.csv"][..], &[]] {
        let mut ids = Vec::new();
        let mut page: Option<String> = None;
        loop {
            let mut args = [&["records", "--limit", "1"][..], more].concat();
            if let Some(page) = &page {
                args.extend(["--page", page]);
            }
            let list = plant.json(&args);
            ids.extend(
                list["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item["record_id"].to_string()),
            );
            match list["next_page"].as_str() {
                Some(next) => page = Some(next.to_owned()),
                None => break,
            }
        }
        ids.sort();
        assert_eq!(ids, [r#""1:2""#, r#""1:2.1""#, r#""1:2.2""#, r#""1:3""#], "{more:?}");
    }
    // The same cells again count once; one that changed is asked or replaced as any row.
    drop_at(&plant, &folder, "wide_again.csv", &format!("{text}M4;;;7;d\n"), 2);
    assert_eq!(plant.metric("quantity_good", &[]), Some(72.0));
    nothing_differs(&plant);

    let reasons = "Date;Machine;Reason;Minutes;Good Qty\n2025-05-01;M1;jam/tool;10/5;100\n2025-05-02;M1;jam;7;90\n\
        2025-05-03;M2;jam/tool/wait;1/2;80\n";
    drop_at(&plant, &folder, "stops.csv", reasons, 3);
    let steps = [
        "--shape",
        "split_rows:Reason|Minutes@/>Date|Machine",
        "--set",
        "Minutes=duration:min",
    ];
    save(
        &plant,
        "stops",
        "stops.csv",
        &[
            &steps[..],
            &["--set", "Reason=reason_text", "--set", "Date=posting_date"],
        ]
        .concat(),
    );
    assert_eq!(plant.metric("duration", &[]), Some(1_320.0));
    let good = by(&plant, "quantity_good", "machine");
    assert!(
        good.contains(&("M1".to_owned(), 250.0)),
        "no quantity is doubled: {good:?}"
    );
    let shown = plant.ok(&["files", "show", "stops.csv"]);
    assert!(shown.contains("3 items and 2"), "{shown}");
    nothing_differs(&plant);
}

#[test]
fn steps_that_can_not_be_are_answered() {
    let plant = quick();
    let folder = plant.watched("exports");
    drop_at(&plant, &folder, "a.csv", "Machine;When;Tag;Val\nM1;x;a;1\n;y;b;2\n", 1);
    let save = [
        "profiles",
        "save",
        "p",
        "--from",
        "a.csv",
        "--set",
        "Machine=machine",
        "--shape",
    ];
    for (step, said) in [
        ("filldown:Machine", "did you mean `fill_down`"),
        ("fill_down:Machin", "did you mean `Machine`"),
        ("drop_where:Tag", "COLUMN=TEXT"),
        ("drop_where:Tag~(a", "unclosed group"),
        ("drop_where:Tag~(a{1000}){1000}", "can't be used"),
        ("unpivot:Tag|V=x*", "no column of the file is called like `x*`"),
        ("unpivot:Machine|V=Tag|Val", "twice"),
        ("pivot:Tag", "the column of the names"),
        ("units_row:0", "1 to 9"),
    ] {
        let answer = refused(&plant, &[&save[..], &[step]].concat());
        assert!(answer.contains(said), "{step}: {answer}");
    }
    assert_eq!(plant.json(&["profiles"])["items"].as_array().unwrap().len(), 0);
}

/// Lines whose cells are taken apart in every way that could count something twice.
const PARTS: &str = "Day;Mach;Prod;Good;R1;R2;Hours;Torque [Nm]\n2025-03-01;M1;A,B;10;1;2;8;5.5\n2025-03-01;M2;C;20;;3;4;6.5\n\
    2025-03-02;M1;D,E,F;30;4;5;2;7.5\n";

#[test]
fn what_a_line_says_once_counts_once_however_it_is_taken_apart() {
    let plant = quick();
    let folder = plant.watched("exports");
    drop_at(&plant, &folder, "u.csv", PARTS, 1);
    let common = [
        "Day=posting_date",
        "Mach=machine",
        "Prod=product_code",
        "Hours=",
        "Good=quantity_good",
    ];
    let tried = |more: &[&str], kind: &str, expected: f64| {
        let mut args = vec!["profiles", "save", "u", "--from", "u.csv", "--dry-run"];
        args.extend(common.iter().flat_map(|set| ["--set", set]));
        args.extend(more);
        let effect = plant.json(&args)["effect"].clone();
        let sums = effect["sums"].as_array().cloned().unwrap_or_default();
        let sum = sums.iter().find(|sum| sum["variable"] == kind);
        let then = sum.and_then(|sum| sum["after"].as_f64());
        assert_eq!(then, Some(expected), "{kind} with {more:?}: {effect}");
    };
    let (parts, rows) = ("split_rows:Prod@,>Day|Mach|R1|R2|Good", "unpivot:reason|qty=R*");
    let both = ["--shape", parts, "--shape", rows, "--set", "qty=quantity_scrap"];
    tried(&both, "quantity_scrap", 15.0);
    tried(&both, "quantity_good", 60.0);
    let unpivoted = ["--shape", rows, "--set", "qty=quantity_scrap"];
    tried(&unpivoted, "quantity_good", 60.0);
    let with = |output: &'static str| [&unpivoted[..], &["--output", output]].concat();
    tried(
        &with("quantity_planned=map:Mach|M1=100|M2=50"),
        "quantity_planned",
        250.0,
    );
    tried(&with("quantity_planned=constant:100"), "quantity_planned", 300.0);
    let sum = [
        "--shape",
        rows,
        "--set",
        "Good=",
        "--output",
        "quantity_good=sum:Good|qty",
    ];
    tried(&sum, "quantity_good", 75.0);
    tried(
        &["--shape", "fill_down:R1", "--set", "R1=quantity_scrap"],
        "quantity_scrap",
        5.0,
    );

    // A process value too, as it is read in the end; and by a key the rows of a line count together.
    let mut args = vec![
        "profiles",
        "save",
        "u",
        "--from",
        "u.csv",
        "--key",
        "posting_date,machine",
    ];
    args.extend(common.iter().flat_map(|set| ["--set", set]));
    args.extend(unpivoted);
    args.extend(["--set", "reason=defect_code", "--set", "Torque [Nm]=process_value"]);
    plant.ok(&args);
    all_settled(&plant);
    let of = |metric: &str| {
        plant.json(&["metrics", "get", metric, "--where", "process_value=torque"])["items"][0]["value"].as_f64()
    };
    assert_eq!((of("process_sum"), of("process_count")), (Some(19.5), Some(3.0)));
    let sums = |plant: &Plant| ["quantity_good", "quantity_scrap", "rows"].map(|metric| plant.metric(metric, &[]));
    assert_eq!(sums(&plant), [Some(60.0), Some(15.0), Some(5.0)]);
    // A line that says less in a later version says all of it.
    let later = "Day;Mach;Prod;Good;R1;R2;Hours;Torque [Nm]\n2025-03-02;M1;D;31;;6;2;7.5\n";
    drop_at(&plant, &folder, "u_later.csv", later, 2);
    assert_eq!(sums(&plant), [Some(61.0), Some(12.0), Some(4.0)]);
    nothing_differs(&plant);
    // A key that tells the rows of a line apart would count its good pieces with each of them in the end.
    let mut apart = vec!["profiles", "save", "u", "--from", "u.csv"];
    apart.extend(common.iter().flat_map(|set| ["--set", set]));
    apart.extend(unpivoted);
    apart.extend([
        "--set",
        "reason=defect_code",
        "--key",
        "posting_date,machine,defect_code",
    ]);
    let said = refused(&plant, &apart);
    assert!(said.contains("`Good` counts once in a line"), "{said}");
    let set = ["series", "set", "u.csv", "--key", "posting_date,machine,defect_code"];
    let said = refused(&plant, &set);
    assert!(said.contains("`Good` counts once in a line"), "{said}");
    assert_eq!(sums(&plant), [Some(61.0), Some(12.0), Some(4.0)]);
}

#[test]
fn a_key_that_tells_the_rows_of_a_line_apart_is_refused_however_it_comes_about() {
    let plant = quick();
    let folder = plant.watched("exports");
    let lines = "Date;Machine;Order;Good;S Setup;S Burr\n2025-05-03;M1;B1;1000;3;4\n2025-05-03;M2;A3;300;;\n";
    drop_at(&plant, &folder, "k_1.csv", lines, 1);
    let turned = |name: &'static str, good: &'static str, more: &[&'static str]| {
        let mut args = vec!["profiles", "save", name, "--from", "k_1.csv"];
        args.extend([
            "--shape",
            "unpivot:Reason|Scrap=S *",
            "--set",
            "Scrap=quantity_scrap",
            "--set",
            "Order=work_order",
        ]);
        args.extend(["--set", "Date=posting_date", "--set", "Machine=machine", "--set", good]);
        args.extend(more);
        args
    };
    let (with, without) = ("Good=quantity_good", "Good=");
    let by_column = ["--set", "Reason=defect_code"];
    let said = |args: &[&str]| {
        let said = refused(&plant, args);
        assert!(said.contains("`Good` counts once in a line"), "{args:?}: {said}");
    };
    // By an output that reads what the step makes.
    let by_output = [
        "--output",
        "defect_code=map:Reason|S Setup=setup|S Burr=burr",
        "--key",
        "work_order,defect_code",
    ];
    said(&turned("pf", with, &by_output));
    // By a mapping that is saved, or takes its files over, while the series has the key.
    plant.ok(&turned("pf", without, &by_column));
    all_settled(&plant);
    plant.ok(&["series", "set", "k_1.csv", "--key", "work_order,defect_code"]);
    said(&turned("pf", with, &by_column));
    said(&turned("pg", with, &by_column));
    said(&turned("pg", with, &[&by_column[..], &["--dry-run"]].concat()));
    plant.ok(&["series", "set", "k_1.csv", "--key", "none"]);
    plant.ok(&turned("pf", with, &by_column));
    all_settled(&plant);
    // By a series that it is put into. Lines of single rows may have the key.
    let rows = "Day;Masch;Auftr;Fehler;Anzahl\n2025-05-03;M1;B1;S Burr;4\n";
    drop_at(&plant, &folder, "q_1.csv", rows, 1);
    let flat = [
        "profiles",
        "save",
        "pq",
        "--from",
        "q_1.csv",
        "--set",
        "Anzahl=quantity_scrap",
        "--set",
        "Fehler=defect_code",
        "--set",
        "Auftr=work_order",
        "--set",
        "Day=posting_date",
        "--set",
        "Masch=machine",
        "--key",
        "work_order,defect_code",
    ];
    plant.ok(&flat);
    all_settled(&plant);
    said(&["series", "merge", "q_1.csv", "k_1.csv"]);
    said(&["series", "move", "k_1.csv", "q_1.csv"]);
    assert_eq!(plant.metric("quantity_good", &[]), Some(1300.0));
    nothing_differs(&plant);
}

#[test]
fn a_line_without_a_cell_to_turn_keeps_what_it_says_itself() {
    let plant = quick();
    let folder = plant.watched("exports");
    let save = |file: &str, rows: &str, shape: &str, more: &[&str]| {
        drop_at(&plant, &folder, file, rows, 1);
        let mut args = vec!["profiles", "save", file, "--from", file, "--shape", shape];
        args.extend(more.iter().flat_map(|set| ["--set", set]));
        if file == "meter.csv" {
            args.extend(["--step", "counter:meter_reading"]);
        }
        if file == "log.csv" {
            args.extend(["--step", "intervals:state"]);
        }
        plant.ok(&args);
        all_settled(&plant);
    };
    let torque =
        "Date;Machine;Torque [Nm];S Setup;S Burr\n2025-05-03;M1;10;3;4\n2025-05-03;M1;20;;\n2025-05-03;M1;30;1;\n";
    let sets = [
        "Scrap=quantity_scrap",
        "Reason=defect_code",
        "Date=posting_date",
        "Machine=machine",
    ];
    save("torque.csv", torque, "unpivot:Reason|Scrap=S *", &sets);
    let mean = plant.json(&["metrics", "get", "process_mean", "--where", "process_value=torque"]);
    assert_eq!(mean["items"][0]["value"].as_f64(), Some(20.0), "{mean}");

    let meter = "Zeit;Maschine;kWh;A Grat;A Riss\n2025-05-03 06:00;M9;5000;2;\n2025-05-03 07:00;M9;5010;;\n\
        2025-05-03 08:00;M9;5020;1;\n2025-05-03 09:00;M9;5070;;\n";
    let sets = [
        "Menge=quantity_scrap",
        "Grund=defect_code",
        "Zeit=event_start",
        "Maschine=machine",
        "kWh=meter_reading",
    ];
    save("meter.csv", meter, "unpivot:Grund|Menge=A *", &sets);
    assert_eq!(plant.metric("energy_used", &[]), Some(70.0), "the last reading too");

    let log = "Anlage;Start;Zustand;Y Grat;Y Riss\nM7;2025-05-03 06:00;running;1;\nM7;2025-05-03 08:00;breakdown;;\n\
        M7;2025-05-03 09:00;running;2;\nM7;2025-05-03 12:00;running;1;\n";
    let sets = [
        "Stk=quantity_scrap",
        "Art=defect_code",
        "Start=event_start",
        "Zustand=stop_category",
        "Anlage=machine",
    ];
    save("log.csv", log, "unpivot:Art|Stk=Y *", &sets);
    assert_eq!(plant.metric("failures", &[]), Some(1.0));
    nothing_differs(&plant);
}

#[test]
fn what_shows_a_finding_is_the_row_of_the_line_that_it_speaks_of() {
    let plant = quick();
    let folder = plant.watched("exports");
    let text = "Dag;Anl;Gruende;Minuten\n2025-03-01;M1;Jam|Mat|Setup;5|10|15\n2025-03-01;M2;Jam|Mat;7\n2025-03-02;M1;Jam|Mat;3|40\n";
    drop_at(&plant, &folder, "t.csv", text, 1);
    let steps = [
        "--shape",
        "split_rows:Gruende|Minuten@|>Anl|Dag",
        "--set",
        "Dag=posting_date",
        "--set",
        "Anl=machine",
        "--set",
        "Gruende=reason_text",
        "--set",
        "Minuten=duration:min",
    ];
    save(&plant, "t", "t.csv", &steps);
    // Two reasons and one length do not belong together: nobody knows whose it is.
    assert_eq!(plant.metric("duration", &[]), Some(73.0 * 60.0));
    let explained = plant.ok(&["files", "show", "t.csv"]);
    assert!(explained.contains("2 items and 1"), "{explained}");
    let findings = plant.json(&["findings", "list"])["items"].clone();
    let mut shown = 0;
    for finding in findings.as_array().unwrap() {
        let title = finding["title"].as_str().unwrap();
        let Some(reason) = ["Jam", "Mat", "Setup"]
            .into_iter()
            .find(|reason| title.starts_with(reason))
        else {
            continue;
        };
        let full = plant.json(&["findings", "show", finding["finding_id"].as_str().unwrap()]);
        for row in full["evidence"].as_array().unwrap() {
            assert_eq!(row["values"]["reason_text"], reason, "{full}");
            shown += 1;
        }
    }
    assert!(shown >= 2, "{findings}");
    nothing_differs(&plant);
}

#[test]
fn a_row_of_data_is_never_left_out_as_one_of_units() {
    let plant = quick();
    let folder = plant.watched("exports");
    let text = "Datum;Maschine;Gutmenge\n2025-03-01;M1;10\n2025-03-02;M1;11\n2025-03-03;M2;12\n";
    drop_at(&plant, &folder, "p.csv", text, 1);
    assert_eq!(plant.metric("quantity_good", &[]), Some(33.0));
    let said = refused(
        &plant,
        &["profiles", "save", "p", "--from", "p.csv", "--shape", "units_row:1"],
    );
    assert!(
        said.contains("holds `2025-03-01`") && said.contains("--shape units_row:"),
        "{said}"
    );
    // Nor of a later file that lacks what the first one has.
    let press = |units: &str, day: u32| {
        format!(
            "Timestamp; PRESS1.Hub; PRESS1.Energie;\n{units}{day}/03/2025 22:00:00; 200; 6,2;\n{day}/03/2025 23:00:00; 410; 7,4;\n"
        )
    };
    drop_at(
        &plant,
        &folder,
        "press_13.csv",
        &press("; Zähler [Hub]; Wirkenergie [kWh];\n", 13),
        2,
    );
    let sets = [
        "--shape",
        "units_row:1",
        "--set",
        "Timestamp=event_start",
        "--set",
        "PRESS1.Energie [kWh]=energy_used",
    ];
    save(&plant, "press", "press_13.csv", &sets);
    assert_eq!(plant.metric("energy_used", &[]), Some(13.6));
    drop_at(&plant, &folder, "press_14.csv", &press("", 14), 3);
    let held = reason(&plant, "press_14.csv");
    assert!(held.contains("units_row") && held.contains("14/03/2025"), "{held}");
    assert_eq!(plant.metric("energy_used", &[]), Some(13.6));
    nothing_differs(&plant);
}
