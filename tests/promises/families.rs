//! A file with very many groups: its figures by each dimension are those of its rows, and what it does not keep together is
//! refused with what can be asked.

use std::collections::BTreeMap;

use plant_tests::Plant;

use crate::mapping::refused;
use crate::rebuild::holds;

const ROWS: u64 = 30_000;

/// What is made by a group: good pieces and scrap.
type Made = BTreeMap<String, (u64, u64)>;

struct Row {
    /// From Monday 2025-03-03 on.
    day: u64,
    of: [String; 4],
    good: u64,
    scrap: u64,
}

/// Columns and, for each, how `plant` calls it.
const DIMENSIONS: [(&str, &str); 4] = [
    ("Machine", "machine"),
    ("Product", "product_code"),
    ("Shift", "shift"),
    ("Defect Code", "defect_code"),
];

/// The date of a day.
fn date(day: u64) -> String {
    let of_march = day + 3;
    let (month, day) = match of_march {
        ..=31 => (3, of_march),
        32..=61 => (4, of_march - 31),
        _ => (5, of_march - 61),
    };
    format!("2025-{month:02}-{day:02}")
}

fn rows() -> Vec<Row> {
    let mut state = 7_u64;
    let mut below = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let row = |_| Row {
        day: below(80),
        of: [
            format!("M-{:02}", below(20)),
            format!("P-{:03}", below(60)),
            format!("S{}", below(3)),
            format!("D{:02}", below(12)),
        ],
        good: 100 + below(40),
        scrap: below(6),
    };
    (0..ROWS).map(row).collect()
}

fn export(rows: &[Row]) -> Vec<u8> {
    let mut text = String::from("Posting Date,Work Order");
    for (column, _) in DIMENSIONS {
        text += &format!(",{column}");
    }
    text += ",Quantity Good,Quantity Scrap\n";
    for (number, row) in rows.iter().enumerate() {
        let of = row.of.join(",");
        text += &format!("{},WO-{number:06},{of},{},{}\n", date(row.day), row.good, row.scrap);
    }
    text.into_bytes()
}

/// What the rows make, by what names each one's group.
fn reckoned(rows: &[Row], group: impl Fn(&Row) -> String) -> Made {
    let mut made = Made::new();
    for row in rows {
        let sum = made.entry(group(row)).or_default();
        *sum = (sum.0 + row.good, sum.1 + row.scrap);
    }
    made
}

/// What the figures say, by the values of these keys.
fn told(plant: &Plant, keys: &[&str], more: &[&str]) -> Made {
    let mut words = vec!["metrics", "get", "quantity_good", "quantity_scrap"];
    words.extend(more);
    let mut made = Made::new();
    let mut page = String::new();
    loop {
        let mut asked = words.clone();
        if !page.is_empty() {
            asked.extend(["--page", &page]);
        }
        let answer = plant.json(&asked);
        for item in answer["items"].as_array().unwrap() {
            let of = keys.iter().map(|key| item["group"][key].as_str().unwrap().to_owned());
            let sum = made.entry(of.collect::<Vec<_>>().join(" ")).or_default();
            let value = item["value"].as_f64().unwrap() as u64;
            match item["metric"].as_str().unwrap() {
                "quantity_good" => sum.0 = value,
                _ => sum.1 = value,
            }
        }
        match answer["next_page"].as_str() {
            Some(next) => page = next.to_owned(),
            None => break,
        }
    }
    made
}

#[test]
fn a_file_of_very_many_groups_answers_by_each_dimension_and_refuses_what_it_does_not_keep() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let rows = rows();
    plant.drop_file(&folder, "large.csv", &export(&rows));
    plant.settled("large.csv");
    assert_eq!(plant.state_of("large.csv"), "analysed");

    assert_eq!(told(&plant, &[], &[]), reckoned(&rows, |_| String::new()));
    for (place, (_, name)) in DIMENSIONS.iter().enumerate() {
        assert_eq!(
            told(&plant, &[name], &["--by", name]),
            reckoned(&rows, |row| row.of[place].clone()),
            "{name}"
        );
        assert_eq!(
            told(&plant, &["day", name], &["--by", name, "--grain", "day"]),
            reckoned(&rows, |row| format!("{} {}", date(row.day), row.of[place])),
            "{name} and day"
        );
    }
    let week = |row: &Row| date(row.day - row.day % 7);
    assert_eq!(
        told(&plant, &["machine", "week"], &["--by", "machine", "--grain", "week"]),
        reckoned(&rows, |row| format!("{} {}", row.of[0], week(row)))
    );
    let some: Vec<Row> = rows
        .into_iter()
        .filter(|row| (17..30).contains(&row.day) && row.of[1] == "P-007")
        .collect();
    let filtered = [
        "--where",
        "product_code=P-007",
        "--from",
        "2025-03-20",
        "--to",
        "2025-04-02",
    ];
    assert_eq!(told(&plant, &[], &filtered), reckoned(&some, |_| String::new()));

    let mut together = vec!["metrics", "get", "quantity_good", "--grain", "week"];
    for (_, name) in DIMENSIONS.iter().filter(|(_, name)| *name != "shift") {
        together.extend(["--by", name]);
    }
    let said = refused(&plant, &together);
    assert!(
        said.contains(
            "large.csv keeps no figures by machine, product code, defect code and week together: these would be more than \
            20,000 groups; ask by product code and week, by machine, defect code and week or by machine and product code \
            over the whole period"
        ),
        "{said}"
    );
    holds(&plant, "a file of very many groups");
}
