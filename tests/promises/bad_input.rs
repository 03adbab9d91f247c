//! Bad input has a named outcome, the original stays as it was, and the next good file is in soon after.

use std::io::Write;
use std::time::{Duration, Instant};

use plant_tests::Plant;

use crate::production;

/// Name, bytes, state it ends in, code of its reason, codes of the problems of its lines in their order.
type Case = (
    &'static str,
    Vec<u8>,
    &'static str,
    Option<&'static str>,
    &'static [&'static str],
);

fn corpus() -> Vec<Case> {
    let wide = (0..100_000)
        .map(|column| format!("c{column}"))
        .collect::<Vec<_>>()
        .join(",");
    let mut nul = production(20, 1);
    nul[120] = 0;
    let mut truncated_zip = b"PK\x03\x04\x14\x00\x00\x00\x08\x00".to_vec();
    truncated_zip.extend([7_u8; 200]);
    let mut endless = b"Work Order,Posting Date,Quantity Produced\nWO-1,2025-01-01,5\nWO-2,2025-01-02,\"6\n".to_vec();
    for row in 3..60_000 {
        writeln!(endless, "WO-{row},2025-01-03,7").unwrap();
    }
    let unsupported = Some("unsupported_form");
    vec![
        ("empty.csv", Vec::new(), "failed", Some("empty"), &[]),
        (
            "header_only.csv",
            b"Work Order,Posting Date,Quantity Produced\n".to_vec(),
            "held",
            Some("profile_needed"),
            &[],
        ),
        (
            "binary.csv",
            (0..5_000_u32).map(|i| (i * 37 % 251) as u8 % 32).collect(),
            "unsupported",
            Some("binary"),
            &[],
        ),
        ("cut.xlsx", truncated_zip, "failed", Some("damaged"), &[]),
        (
            "wide.csv",
            format!("{wide}\n").into_bytes(),
            "failed",
            Some("too_many_columns"),
            &[],
        ),
        ("nul.csv", nul, "analysed", None, &["nul_byte"]),
        (
            "unclosed.csv",
            endless,
            "analysed",
            None,
            &["bad_number", "quote_repaired"],
        ),
        (
            "page.xls",
            b"<html><table><tr><td>Order</td></tr></table></html>".to_vec(),
            "unsupported",
            unsupported,
            &[],
        ),
        (
            "rows.json",
            br#"[{"order": 1, "made": 5}, {"order": 2, "made": 6}]"#.to_vec(),
            "unsupported",
            unsupported,
            &[],
        ),
        (
            "archive.gz",
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abc".to_vec(),
            "unsupported",
            unsupported,
            &[],
        ),
        (
            "report.pdf",
            b"%PDF-1.7\n1 0 obj\n".to_vec(),
            "unsupported",
            unsupported,
            &[],
        ),
    ]
}

#[test]
fn every_bad_file_has_a_named_outcome_and_good_ones_go_on() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    for (name, bytes, state, reason, problems) in corpus() {
        plant.drop_file(&folder, name, &bytes);
        let file = plant.settled(name);
        let shown = plant.json(&["files", "show", file["file_id"].as_str().unwrap()]);
        assert_eq!(file["state"], state, "{name}: {shown}");
        assert_eq!(file["reason"]["code"].as_str(), reason, "{name}: {shown}");
        let told = shown["problems"].as_array().unwrap();
        let told: Vec<_> = told.iter().map(|problem| problem["code"].as_str().unwrap()).collect();
        assert_eq!(told, problems, "{name}: {shown}");
        if file["state"] != "analysed" {
            assert!(
                file["reason"]["text"].as_str().is_some_and(|text| text.len() > 5),
                "{name}: {shown}"
            );
            assert!(
                shown["next_step"].as_str().is_some_and(|text| text.len() > 5),
                "{name}: {shown}"
            );
        }
        assert_eq!(std::fs::read(folder.join(name)).unwrap(), bytes, "{name} was changed");
    }
    let nul = plant.settled("nul.csv");
    assert_eq!(nul["balance"]["quarantined"], 1, "{nul}");
    assert_eq!(nul["balance"]["taken"], 19, "{nul}");
    let unclosed = plant.settled("unclosed.csv");
    assert_eq!(unclosed["balance"]["taken"], 59_999, "{unclosed}");

    let started = Instant::now();
    plant.drop_file(&folder, "good.csv", &production(50, 500));
    assert_eq!(plant.settled("good.csv")["state"], "analysed");
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "the good file took {:?}",
        started.elapsed()
    );
}

#[test]
fn links_pipes_and_hostile_names_are_told_and_shown_harmless() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    std::os::unix::fs::symlink("/etc/passwd", folder.join("link.csv")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        folder.join("pipe.csv"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    for name in ["link.csv", "pipe.csv"] {
        let file = plant.settled(name);
        assert_eq!(file["state"], "ignored", "{file}");
        assert_eq!(file["reason"]["code"], "not_regular", "{file}");
    }
    let name = "\u{1b}]0;owned\u{7}evil\n.csv";
    plant.drop_file(&folder, name, &production(5, 900));
    plant.until("the hostile name is analysed", |plant| {
        let files = plant.json(&["files", "--state", "analysed"]);
        files["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["name"].as_str().unwrap().contains("evil"))
    });
    let table = plant.ok(&["files"]);
    assert!(!table.contains('\u{1b}') && !table.contains('\u{7}'), "{table:?}");
}

#[test]
fn a_hostile_cell_is_data_everywhere() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let text = "Work Order,Machine,Posting Date,Quantity Produced,Quantity Scrap\n\
        WO-1,\u{1b}[2J\u{1b}]52;c;AAAA\u{7},2025-01-05,10,1\n\
        WO-2,\"=cmd|' /C calc'!A0\",2025-01-16,20,2\n\
        WO-3,'; DROP TABLE app.row_blocks; --,2025-01-17,30,3\n\
        WO-4,\u{9b}2J\u{202e}M,2025-01-18,40,4\n\
        WO-5, =1+1,2025-01-19,50,5\n\
        WO-6,\"\u{ff1d}cmd\u{7f}\",2025-01-20,60,6\n";
    plant.drop_file(&folder, "hostile.csv", text.as_bytes());
    let file = plant.settled("hostile.csv");
    assert_eq!(file["state"], "analysed", "{file}");
    assert_eq!(plant.metric("quantity_scrap", &[]), Some(21.0));
    let table = plant.ok(&["metrics", "get", "quantity_scrap", "--by", "machine"]);
    assert!(!table.contains('\u{1b}'), "{table:?}");
    let csv = plant.ok(&["metrics", "get", "quantity_scrap", "--by", "machine", "--csv"]);
    assert!(
        !csv.contains(",=cmd") && !csv.contains("\"=cmd"),
        "a formula would run: {csv}"
    );
    // In no form does anything reach a terminal that it would obey, and JSON loses nothing.
    let drives = |c: char| (c.is_control() && !matches!(c, '\n' | '\r')) || ('\u{202a}'..='\u{202e}').contains(&c);
    let by_machine = ["metrics", "get", "quantity_scrap", "--by", "machine"];
    let lists: [&[&str]; 4] = [
        &by_machine,
        &["records"],
        &["files", "show", "hostile.csv"],
        &["findings"],
    ];
    for list in lists {
        for form in [&["--json"][..], &["--csv"], &[]] {
            let output = plant.run(&[list, form].concat());
            for text in [&output.stdout, &output.stderr] {
                let text = String::from_utf8_lossy(text);
                assert!(!text.contains(drives), "{list:?} {form:?}: {text:?}");
            }
        }
    }
    let items = plant.json(&by_machine)["items"].clone();
    let machines: Vec<&str> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["group"]["machine"].as_str().unwrap())
        .collect();
    assert!(machines.contains(&"\u{9b}2J\u{202e}M"), "{machines:?}");
    // What is typed comes back in the message, as a shell may have put it there.
    let unknown = plant.run(&["status", "\u{1b}]0;owned\u{7}"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        !String::from_utf8_lossy(&unknown.stderr).contains(drives),
        "{unknown:?}"
    );
}

#[test]
fn a_code_that_is_none_costs_its_row_alone() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let mut text =
        String::from("Work Order,Product,Posting Date,Quantity Produced,Quantity Scrap,Standard Unit Cost\n");
    for row in 0..200 {
        // Letters in no order: an index would compress a repetition.
        let letters = (0..9_000_u32).map(|i| char::from(b'a' + (i.wrapping_mul(2_654_435_761) >> 27) as u8 % 26));
        let product = if row == 100 {
            letters.collect()
        } else {
            format!("P-{}", row % 9)
        };
        text.push_str(&format!(
            "WO-{row:05},{product},2025-03-{:02},{},{},12.50\n",
            row % 28 + 1,
            100 + row % 7,
            row % 5
        ));
    }
    plant.drop_file(&folder, "long.csv", text.as_bytes());
    let file = plant.settled("long.csv");
    assert_eq!(file["state"], "analysed", "{file}");
    assert_eq!(
        (&file["balance"]["taken"], &file["balance"]["quarantined"]),
        (&199.into(), &1.into()),
        "{file}"
    );
    let problems = plant.json(&["files", "show", "long.csv"])["problems"].clone();
    let problem = &problems[0];
    assert_eq!(
        (&problem["line"], &problem["column"]),
        (&102.into(), &"Product".into()),
        "{problems}"
    );
    assert_eq!(problem["code"], "long_code");
    assert!(
        problem["text"].as_str().unwrap().contains("plant profiles save"),
        "{problems}"
    );
}

#[test]
fn a_file_that_grows_is_taken_in_once_and_whole() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let bytes = production(400, 1);
    let mut file = std::fs::File::create(folder.join("slow.csv")).unwrap();
    for chunk in bytes.chunks(bytes.len() / 12 + 1) {
        file.write_all(chunk).unwrap();
        file.flush().unwrap();
        std::thread::sleep(Duration::from_millis(150));
    }
    drop(file);
    let file = plant.settled("slow.csv");
    assert_eq!(file["state"], "analysed", "{file}");
    assert_eq!(file["balance"]["taken"], 400, "{file}");
    assert_eq!(plant.json(&["files"])["items"].as_array().unwrap().len(), 1);
}
