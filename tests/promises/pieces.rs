//! A piece is made once: where an operation works on it again, and where a line becomes several rows.

use plant_tests::Plant;

use crate::mapping::nothing_differs;
use crate::series::{all_settled, drop_at, quick};

/// A figure to four digits.
fn figure(plant: &Plant, metric: &str) -> Option<f64> {
    let value = plant.json(&["metrics", "get", metric])["items"][0]["value"].as_f64()?;
    Some((value * 10_000.0).round() / 10_000.0)
}

fn are(plant: &Plant, expected: &[(&str, f64)]) {
    for (metric, value) in expected {
        assert_eq!(figure(plant, metric), Some(*value), "{metric}");
    }
}

#[test]
fn pieces_that_are_worked_on_once_more_are_made_once() {
    let plant = quick();
    let folder = plant.watched("exports");
    let first = "Posting Date;Order;Operation;Operation Type;Yield;Scrap;Rework\n\
                 2025-04-07;70001;0010;Production;880;30;90\n\
                 2025-04-08;70002;0010;Production;1000;0;0\n";
    let again = "Posting Date;Order;Operation;Operation Type;Yield;Scrap;Rework\n\
                 2025-04-07;70001;0020;Rework;80;10;0\n";
    drop_at(&plant, &folder, "confirmations_1.csv", first, 1);
    let sets = [
        "--set",
        "Yield=quantity_good",
        "--set",
        "Scrap=quantity_scrap",
        "--set",
        "Rework=quantity_rework",
        "--set",
        "Operation Type=order_type",
    ];
    let save = ["profiles", "save", "confirmations", "--from", "confirmations_1.csv"];
    plant.ok(&[&save[..], &sets].concat());
    all_settled(&plant);
    are(&plant, &[("final_yield", 0.94)]);
    drop_at(&plant, &folder, "confirmations_2.csv", again, 2);
    all_settled(&plant);
    are(
        &plant,
        &[
            ("quantity_produced", 2000.0),
            ("quantity_good", 1880.0),
            ("quantity_scrap", 40.0),
            ("quality_ratio", 0.94),
            ("first_pass_yield", 0.94),
            ("final_yield", 0.98),
            ("scrap_ratio", 0.02),
        ],
    );
    nothing_differs(&plant);
}

#[test]
fn what_a_line_makes_follows_from_all_of_its_defects() {
    let plant = quick();
    let folder = plant.watched("exports");
    let lines = "Tag;Masch;Ord;Prod;A Riss;A Grat;A Kerbe\n\
                 2025-05-03;M1;B1;1000;30;40;50\n2025-05-04;M2;A3;300;2;;1\n";
    drop_at(&plant, &folder, "t_1.csv", lines, 1);
    let turned = |made: &'static str| {
        let words = [
            "--shape",
            "unpivot:Grund|Menge=A *",
            "--set",
            "Menge=quantity_scrap",
            "--set",
            "Grund=defect_code",
            "--set",
            "Ord=work_order",
            "--set",
            "Tag=posting_date",
            "--set",
            "Masch=machine",
            "--set",
            made,
        ];
        plant.ok(&[&["profiles", "save", "pt", "--from", "t_1.csv"][..], &words].concat());
        all_settled(&plant);
    };
    turned("Prod=quantity_produced");
    are(
        &plant,
        &[
            ("quantity_produced", 1300.0),
            ("quantity_good", 1177.0),
            ("quantity_scrap", 123.0),
            ("quality_ratio", 0.9054),
            ("scrap_ratio", 0.0946),
        ],
    );
    nothing_differs(&plant);
    turned("Prod=quantity_good");
    are(
        &plant,
        &[
            ("quantity_produced", 1423.0),
            ("quantity_good", 1300.0),
            ("scrap_ratio", 0.0864),
        ],
    );
    nothing_differs(&plant);
}
