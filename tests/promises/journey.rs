//! A file dropped into a folder is taken in, analysed, browsed and asked about.

use plant_tests::Plant;

use crate::{production, production_sums};

#[test]
fn a_dropped_file_is_analysed_and_every_command_shows_it() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "march.csv", &production(280, 1));
    let file = plant.settled("march.csv");
    assert_eq!(file["state"], "analysed", "{file}");
    assert_eq!(file["balance"]["physical"], 281);
    assert_eq!(file["balance"]["header"], 1);
    assert_eq!(file["balance"]["taken"], 280);
    assert_eq!(file["records"]["new"], 280);
    let id = file["file_id"].as_str().unwrap();

    let (produced, good, scrap) = production_sums(280);
    assert_eq!(plant.metric("quantity_produced", &[]), Some(produced));
    assert_eq!(plant.metric("quantity_good", &["--file", id]), Some(good));
    assert_eq!(plant.metric("quantity_scrap", &[]), Some(scrap));
    let ratio = plant.metric("quality_ratio", &[]).unwrap();
    assert!((ratio - good / produced).abs() < 1e-9, "{ratio}");
    let by_machine = plant.json(&["metrics", "get", "quantity_scrap", "--by", "machine"]);
    let items = by_machine["items"].as_array().unwrap();
    assert_eq!(items.len(), 4);
    assert_eq!(
        items.iter().map(|item| item["value"].as_f64().unwrap()).sum::<f64>(),
        scrap
    );
    let one_week = plant
        .metric("quantity_produced", &["--from", "2025-03-01", "--to", "2025-03-08"])
        .unwrap();
    let expected: usize = (0..280).filter(|row| row % 28 < 7).map(|row| 100 + row % 7).sum();
    assert_eq!(one_week, expected as f64);

    let shown = plant.json(&["files", "show", id]);
    let columns = shown["columns"].as_array().unwrap();
    assert!(
        columns
            .iter()
            .any(|column| column["source"] == "Quantity Scrap" && column["variable"] == "quantity_scrap")
    );
    assert!(shown["timeline"].as_array().unwrap().len() >= 3, "{shown}");
    assert!(
        !plant.json(&["files", "explain", id])["sentences"]
            .as_array()
            .unwrap()
            .is_empty()
    );

    let records = plant.json(&[
        "records",
        "--file",
        id,
        "--where",
        "work_order=WO-000003",
        "--limit",
        "5",
    ]);
    assert_eq!(records["items"][0]["line"], 4, "{records}");
    assert_eq!(records["items"][0]["values"]["work_order"], "WO-000003");

    let analyses = plant.json(&["analyses"]);
    assert_eq!(analyses["items"][0]["status"], "completed");
    let analysis = plant.json(&[
        "analyses",
        "show",
        analyses["items"][0]["analysis_id"].as_str().unwrap(),
    ]);
    let names: Vec<&str> = analysis["analyzers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|analyzer| analyzer["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["cost", "equipment", "quality", "efficiency"]);

    let status = plant.json(&["status"]);
    assert_eq!(status["health"], "ok", "{status}");
    assert_eq!(status["folders"].as_array().unwrap().len(), 1);
    let audit = plant.json(&["audit", "verify"]);
    assert_eq!(audit["ok"], true, "{audit}");
    let usage = plant.json(&["usage"]);
    assert_eq!(usage["items"]["rows"], 280, "{usage}");
}

#[test]
fn a_question_is_answered_with_figures_and_their_source_or_refused_with_what_is_missing() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "march.csv", &production(140, 1));
    plant.settled("march.csv");
    let (_, _, scrap) = production_sums(140);
    let answer = plant.json(&["ask", "how many pieces were scrapped?"]);
    assert_eq!(answer["refused"], false, "{answer}");
    assert_eq!(answer["values"][0]["value"].as_f64(), Some(scrap), "{answer}");
    assert_eq!(answer["citations"][0]["file"], "march.csv", "{answer}");
    assert!(!answer["reading"].as_str().unwrap().is_empty());

    let refused = plant.run(&["ask", "what will the weather be tomorrow?", "--json"]);
    assert_eq!(
        refused.status.code(),
        Some(5),
        "{}",
        String::from_utf8_lossy(&refused.stdout)
    );
    let missing = plant.run(&["ask", "what is the OEE?", "--json"]);
    assert_eq!(
        missing.status.code(),
        Some(5),
        "{}",
        String::from_utf8_lossy(&missing.stdout)
    );
    let text = String::from_utf8_lossy(&missing.stdout).into_owned();
    assert!(
        text.contains("ideal") || text.contains("planned"),
        "it names what is missing: {text}"
    );
}

#[test]
fn an_unclear_file_is_held_with_its_next_step_and_a_saved_profile_takes_it_in() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let text = "A1,zzq,Wert 3\n2025-01-05,alpha,12\n2025-01-16,beta,30\n";
    plant.drop_file(&folder, "strange.csv", text.as_bytes());
    let held = plant.settled("strange.csv");
    assert_eq!(held["state"], "held", "{held}");
    let id = held["file_id"].as_str().unwrap();
    let next = plant.json(&["files", "show", id])["next_step"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(next.contains("plant profiles save"), "{next}");
    assert_eq!(
        plant.json(&["profiles", "suggest", id])["columns"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    plant.ok(&[
        "profiles",
        "save",
        "strange",
        "--from",
        id,
        "--set",
        "A1=posting_date",
        "--set",
        "zzq=product_code",
        "--set",
        "Wert 3=quantity_produced",
    ]);
    let taken = plant.settled("strange.csv");
    assert_eq!(taken["state"], "analysed", "{taken}");
    assert_eq!(plant.metric("quantity_produced", &[]), Some(42.0));
    // The next file of that kind needs nobody.
    plant.drop_file(&folder, "stranger.csv", text.replace("alpha", "gamma").as_bytes());
    assert_eq!(plant.settled("stranger.csv")["state"], "analysed");

    let wrong = plant.run(&["profiles", "save", "x", "--from", id, "--set", "zzq=quantity_gud"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&wrong.stderr).contains("quantity_good"),
        "it names the closest variable"
    );
}

/// The rows of a production export as JSON lines.
fn as_json_lines(export: &[u8]) -> String {
    let text = std::str::from_utf8(export).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let value = |cell: &str| match cell.parse::<u64>() {
        Ok(number) => number.to_string(),
        Err(_) => format!("{cell:?}"),
    };
    lines
        .map(|cells| {
            let pairs = names.iter().zip(cells);
            let pairs: Vec<_> = pairs.map(|(name, cell)| format!("{name:?}: {}", value(cell))).collect();
            format!("{{{}}}\n", pairs.join(", "))
        })
        .collect()
}

#[test]
fn json_lines_are_told_from_their_contents_and_come_in_like_any_export() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let mut text = as_json_lines(&production(140, 1));
    text.push_str("\n{\"Work Order\": \"WO-9\"\n");
    plant.drop_file(&folder, "march.jsonl", text.as_bytes());
    let file = plant.settled("march.jsonl");
    assert_eq!(file["state"], "analysed", "{file}");
    let fates = ["physical", "taken", "blank", "quarantined", "header"].map(|fate| file["balance"][fate].as_u64());
    assert_eq!(fates, [142, 140, 1, 1, 0].map(Some), "{file}");
    let (produced, _, scrap) = production_sums(140);
    assert_eq!(plant.metric("quantity_produced", &[]), Some(produced));
    assert_eq!(plant.metric("quantity_scrap", &[]), Some(scrap));

    let id = file["file_id"].as_str().unwrap();
    let shown = plant.json(&["files", "show", id]);
    assert_eq!(shown["dialect"]["form"], "json_lines", "{shown}");
    assert_eq!(shown["problems"][0]["code"], "no_object", "{shown}");
    assert_eq!(shown["problems"][0]["line"], 142, "{shown}");
    let words = plant.ok(&["files", "show", id]);
    assert!(words.contains("JSON lines"), "{words}");
    let told = plant.ok(&["files", "explain", id]);
    assert!(
        told.contains("read as JSON lines") && told.contains("names in each line"),
        "{told}"
    );

    // The next one comes in with the same profile, though it is a single row under another name.
    plant.drop_file(&folder, "event.log", as_json_lines(&production(1, 900)).as_bytes());
    let event = plant.settled("event.log");
    assert_eq!(event["state"], "analysed", "{event}");
    assert_eq!(event["profile"], file["profile"], "{event}");

    // A held one is taken in by a saved profile.
    let strange =
        "{\"at\": {\"zzq\": \"2025-01-05\"}, \"v\": 1.234}\n{\"v\": 5.678, \"at\": {\"zzq\": \"2025-01-16\"}}\n";
    plant.drop_file(&folder, "strange.json", strange.as_bytes());
    let held = plant.settled("strange.json");
    assert_eq!(
        (&held["state"], &held["reason"]["code"]),
        (&"held".into(), &"low_confidence".into()),
        "{held}"
    );
    let id = held["file_id"].as_str().unwrap();
    let sets = ["--set", "at.zzq=posting_date", "--set", "v=quantity_good"];
    plant.ok(&[&["profiles", "save", "strange", "--from", id], &sets[..]].concat());
    assert_eq!(plant.settled("strange.json")["state"], "analysed");
    assert_eq!(plant.metric("quantity_good", &["--file", id]), Some(6.912));
}

#[test]
fn ten_thousand_rows_are_analysed_and_an_unreachable_daemon_is_told_by_its_code() {
    let mut plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "big.csv", &production(10_000, 1));
    let file = plant.settled("big.csv");
    assert_eq!(file["balance"]["taken"], 10_000, "{file}");
    assert!(plant.stop(), "a stop is a success\n{}", plant.log());
    assert_eq!(plant.run(&["status"]).status.code(), Some(3));
    plant.launch();
    assert_eq!(plant.metric("quantity_produced", &[]), Some(production_sums(10_000).0));
}
