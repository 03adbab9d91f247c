//! What is in can be shown, however much or long it is: answers come in pages, and what is too long is cut visibly.

use std::collections::BTreeSet;

use plant_tests::Plant;
use serde_json::Value;

/// Groups of the large query: with 20 figures each they weigh more than one answer may.
const GROUPS: usize = 3_200;

/// Every item of a list, page by page.
fn whole(plant: &Plant, arguments: &[&str]) -> (Vec<Value>, usize) {
    let (mut items, mut pages) = (Vec::new(), 0);
    let mut token: Option<String> = None;
    loop {
        let mut all = arguments.to_vec();
        if let Some(token) = &token {
            all.extend(["--page", token]);
        }
        let page = plant.json(&all);
        pages += 1;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        token = page["next_page"].as_str().map(str::to_owned);
        if token.is_none() {
            return (items, pages);
        }
    }
}

#[test]
fn rows_with_long_cells_are_listed() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let mut text =
        String::from("Work Order,Machine,Posting Date,Quantity Produced,Quantity Scrap,Remark,Note A,Note B\n");
    for row in 0..20 {
        let remark = format!("r{row} ").repeat(150_000);
        text.push_str(&format!("WO-{row},M-1,2025-03-{:02},10,1,{remark},,\n", row + 1));
    }
    let long = "x".repeat(1_000_000);
    text.push_str(&format!("WO-20,M-1,2025-03-21,10,1,{long},{long},{long}\n"));
    plant.drop_file(&folder, "long.csv", text.as_bytes());
    assert_eq!(plant.settled("long.csv")["state"], "analysed");

    let (rows, pages) = whole(&plant, &["records", "--file", "long.csv", "--limit", "500"]);
    assert!(pages > 2, "{pages}");
    let lines: BTreeSet<u64> = rows.iter().map(|row| row["line"].as_u64().unwrap()).collect();
    assert_eq!((rows.len(), lines.len()), (21, 21), "each row once");
    let whole_cell = rows[3]["extra"]["Remark"].as_str().unwrap();
    assert_eq!(whole_cell.trim(), "r3 ".repeat(150_000).trim(), "what fits is whole");
    let cut = rows[20]["extra"]["Note B"].as_str().unwrap();
    assert!(cut.ends_with("[cut: 1000000 characters]"), "{}", &cut[cut.len() - 50..]);
    plant.json(&["files", "show", "long.csv"]);
    plant.ok(&["records", "--file", "long.csv", "--csv"]);
}

#[test]
fn many_groups_of_many_metrics_are_given_page_by_page_in_their_order() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    for (name, rows) in [("one.csv", 0..GROUPS / 2), ("two.csv", GROUPS / 2..GROUPS)] {
        let mut text = String::from(
            "Work Order,Product,Machine,Operator,Posting Date,Quantity Produced,Quantity Good,Quantity Scrap\n",
        );
        for row in rows {
            let (scrap, made) = (row * 7 % 1_009, 2_000 + row);
            text.push_str(&format!(
                "WO-{row},P-{:02},M-{:02},OP-{:03},2025-03-{:02},{made},{},{scrap}\n",
                row % 9,
                row % 17,
                row % 101,
                row % 28 + 1,
                made - scrap,
            ));
        }
        plant.drop_file(&folder, name, text.as_bytes());
        assert_eq!(plant.settled(name)["state"], "analysed");
    }

    let catalogue = plant.json(&["metrics", "list"]);
    let metrics: Vec<&str> = catalogue["items"]
        .as_array()
        .unwrap()
        .iter()
        .take(20)
        .map(|item| item["metric"].as_str().unwrap())
        .collect();
    let mut asked = vec!["metrics", "get"];
    asked.extend(&metrics);
    asked.extend(["--by", "machine,operator", "--grain", "day"]);
    let all = plant.json(&asked);
    let items = all["items"].as_array().unwrap();
    assert_eq!(items.len(), GROUPS * 20);
    assert_eq!(all["next_page"], Value::Null);
    assert!(
        all.to_string().len() > 16 << 20,
        "more than one answer may hold: {}",
        all.to_string().len()
    );
    let groups: BTreeSet<String> = items.iter().map(|item| item["group"].to_string()).collect();
    assert_eq!(groups.len(), GROUPS, "each group once");

    // By a figure: the order is that of all groups, on every page.
    let by = ["--by", "machine,operator", "--grain", "day", "--order", "desc"];
    let ranked = [&["metrics", "get", "quantity_scrap"][..], &by].concat();
    let scrap = |items: &[Value]| -> Vec<f64> { items.iter().map(|item| item["value"].as_f64().unwrap()).collect() };
    let (paged, pages) = whole(&plant, &[&ranked[..], &["--limit", "400"]].concat());
    assert_eq!(pages, GROUPS.div_ceil(400));
    let values = scrap(&paged);
    let mut sorted = values.clone();
    sorted.sort_by(|left, right| right.total_cmp(left));
    assert_eq!(values, sorted);
    let mut expected: Vec<f64> = (0..GROUPS).map(|row| (row * 7 % 1_009) as f64).collect();
    expected.sort_by(|left, right| right.total_cmp(left));
    assert_eq!(values, expected);
    let one = plant.json(&ranked);
    assert_eq!(
        scrap(one["items"].as_array().unwrap()),
        values,
        "pages or not, it is the same"
    );
}
