//! Figures over files that don't all know the same: only what belongs together is put into one ratio.

use plant_tests::Plant;
use serde_json::{Value, json};

use crate::series::{all_settled, drop_at, quick};

/// Each of these machines is planned for 480 min on each of these days.
fn plan(machines: &[&str], days: std::ops::RangeInclusive<u32>) -> String {
    let rows: String = days
        .flat_map(|day| {
            machines
                .iter()
                .map(move |machine| format!("2025-03-{day:02};{machine};480\n"))
        })
        .collect();
    format!("Date;Machine;Planned Time [min]\n{rows}")
}

/// A stop of that many minutes at 08:00 of each day.
fn stops(machine: &str, days: std::ops::RangeInclusive<u32>, minutes: u32) -> String {
    let rows: String = days
        .map(|day| {
            format!(
                "{machine};2025-03-{day:02} 08:00;2025-03-{day:02} {:02}:{:02};Bearing broken\n",
                8 + minutes / 60,
                minutes % 60
            )
        })
        .collect();
    format!("Machine;Start;End;Reason\n{rows}")
}

fn availability(plant: &Plant, more: &[&str]) -> Value {
    let asked = plant.json(&[&["metrics", "get", "availability"][..], more].concat());
    asked["items"].clone()
}

fn share(item: &Value) -> f64 {
    (item["value"].as_f64().unwrap_or(f64::NAN) * 1e6).round() / 1e6
}

#[test]
fn availability_is_that_of_the_machines_whose_plan_and_stops_are_known() {
    let plant = quick();
    let folder = plant.watched("exports");
    drop_at(
        &plant,
        &folder,
        "plan.csv",
        &plan(&["Mill", "Lathe", "Press"], 3..=14),
        1,
    );
    drop_at(&plant, &folder, "stops.csv", &stops("Mill", 3..=7, 48), 2);
    all_settled(&plant);
    let items = availability(&plant, &[]);
    // 5 days of one machine: 432 of 480 min; that of three machines over 12 days would be 0.986.
    assert_eq!(share(&items[0]), 0.9, "{items}");
    let coverage = &items[0]["coverage"];
    assert_eq!(
        [
            &coverage["asked"],
            &coverage["covered"],
            &coverage["places_covered"],
            &coverage["places_asked"]
        ],
        [&json!(36), &json!(5), &json!(1), &json!(3)],
        "{coverage}"
    );
    assert_eq!(
        coverage["missing"],
        json!(["Lathe", "Press", "2025-03-08 to 2025-03-14"])
    );
    let of_machine = |name: &str| {
        let items = availability(&plant, &["--by", "machine"]);
        let found = items
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["group"]["machine"] == name);
        found.unwrap().clone()
    };
    assert_eq!(share(&of_machine("Mill")), 0.9);
    assert_eq!(of_machine("Press")["null_reason"], "not_together");
    // A person is told, on the line and in an answer.
    let line = plant.ok(&["metrics", "get", "availability"]);
    assert!(line.contains("1 of 3 machines, 5 of 12 days"), "{line}");
    let answer = plant.ok(&["ask", "what is the availability?"]);
    assert!(
        answer.contains("90 %") && answer.contains("1 of 3 machines, 5 of 12 days"),
        "{answer}"
    );

    // A log of the press comes in: now it belongs to it, and the order of arrival has no say.
    drop_at(&plant, &folder, "stops_press.csv", &stops("Press", 3..=14, 24), 3);
    all_settled(&plant);
    let items = availability(&plant, &[]);
    // (5 x 432 + 12 x 456) / (17 x 480)
    assert_eq!(share(&items[0]), 0.935294, "{items}");
    assert_eq!(items[0]["coverage"]["covered"], 17);
    let output = plant.rebuild(&["--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("nothing differs"), "{said}");
}

#[test]
fn a_list_of_other_machines_changes_no_figure_of_these() {
    let plant = quick();
    let folder = plant.watched("exports");
    drop_at(&plant, &folder, "plan.csv", &plan(&["Mill"], 3..=7), 1);
    drop_at(&plant, &folder, "stops.csv", &stops("Mill", 3..=7, 48), 2);
    all_settled(&plant);
    assert_eq!(share(&availability(&plant, &[])[0]), 0.9);
    drop_at(&plant, &folder, "repairs.csv", &stops("Crane", 3..=7, 200), 3);
    all_settled(&plant);
    let items = availability(&plant, &[]);
    assert_eq!(share(&items[0]), 0.9, "{items}");
    assert_eq!(items[0]["coverage"]["missing"], json!(["Crane"]));
}
