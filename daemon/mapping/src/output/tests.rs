use plant_core::profile::{Output, Profile, Source, Transform};
use plant_core::record::Value;
use plant_core::state::ReasonCode;
use plant_core::variable::Variable::{self, *};

use super::*;
use crate::tests::{Export, export, order};
use crate::{Typed, Typer};

fn output(variable: Variable, source: Source) -> Output {
    Output {
        variable,
        source,
        transform: Transform::None,
        required: false,
    }
}

/// A profile with one output beside the columns that are set.
fn with(file: &Export, sets: &[&str], outputs: Vec<Output>) -> Profile {
    let mut profile = file.profile(sets, |_| {});
    for column in &mut profile.columns {
        if outputs
            .iter()
            .any(|output| output.source.columns().contains(&column.source.as_str()))
        {
            column.variable = None;
        }
    }
    profile.outputs = outputs;
    profile
}

/// What becomes of each row.
fn typed(file: &Export, profile: &Profile, layout: &Layout, order: &IngestOrder) -> Vec<Typed> {
    let mut typer = Typer::new(profile, layout, &file.facts(), order).unwrap();
    let rows = file.rows.iter().enumerate();
    rows.map(|(index, row)| {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        typer.row(index as u64 + 2, &cells)
    })
    .collect()
}

/// The values of a variable, `None` where a row has none; a row put aside is its problem's code.
fn values(typed: &[Typed], variable: Variable) -> Vec<Result<Option<String>, String>> {
    let text = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Time(at) => at.format("%Y-%m-%dT%H:%MZ").to_string(),
        Value::Flag(flag) => flag.to_string(),
    };
    let one = |row: &Typed| match row {
        Typed::Record(record, _) => Ok(record.get(variable).map(text)),
        Typed::Quarantine(problem) => Err(problem.code.clone()),
    };
    typed.iter().map(one).collect()
}

fn found(value: &str) -> Result<Option<String>, String> {
    Ok(Some(value.to_owned()))
}

#[test]
fn a_day_and_a_time_of_day_are_one_time() {
    let file = export(
        "Order;Day;At;Good Qty\n\
         1;03.05.2025;06:00:00;5\n2;03.05.2025;24:00;5\n3;03.05.2025;220000;5\n4;;06:00;5\n5;03.05.2025;;5\n\
         6;03.05.2025;noon;5\n7;31.02.2025;06:00;5\n8;03.05.2025;1899-12-31 07:30:00;5\n9;03.05.2025;600;5",
    );
    let source = Source::DateTime {
        date: "Day".into(),
        time: "At".into(),
    };
    let profile = with(
        &file,
        &["Order=work_order", "Good Qty=quantity_good"],
        vec![output(EventStart, source)],
    );
    let typed = typed(&file, &profile, &file.layout(), &order());
    assert_eq!(
        values(&typed, EventStart),
        [
            found("2025-05-03T04:00Z"),
            found("2025-05-03T22:00Z"),
            found("2025-05-03T20:00Z"),
            Ok(None),
            // A day alone is no point in time.
            Ok(None),
            Ok(None),
            Ok(None),
            found("2025-05-03T05:30Z"),
            // Beside `220000` the last two digits are seconds.
            found("2025-05-02T22:06Z"),
        ]
    );
    let codes = |row: usize| match &typed[row] {
        Typed::Record(_, remarks) => remarks.iter().map(|remark| remark.code.clone()).collect::<Vec<_>>(),
        Typed::Quarantine(problem) => panic!("{problem:?}"),
    };
    let bad = || vec!["bad_date".to_owned()];
    assert_eq!(
        (codes(0), codes(3), codes(4), codes(5), codes(6)),
        (vec![], vec![], bad(), bad(), bad())
    );
    let Typed::Record(record, remarks) = &typed[5] else {
        panic!()
    };
    assert_eq!(remarks[0].value.as_deref(), Some("03.05.2025 noon"));
    // The source's cells stay.
    assert!(record.extra.contains(&("At".to_owned(), "noon".to_owned())));
}

#[test]
fn numbers_are_added_up_each_as_its_column_writes_it() {
    let file = export("Order;Date;A;B\n1;2025-05-03;1,5;2\n2;2025-05-03;;3\n3;2025-05-03;;\n4;2025-05-03;x;3");
    let source = Source::Sum(vec!["A".into(), "B".into()]);
    let profile = with(
        &file,
        &["Order=work_order", "Date=posting_date"],
        vec![output(QuantityScrap, source)],
    );
    let typed = typed(&file, &profile, &file.layout(), &order());
    assert_eq!(
        values(&typed, QuantityScrap),
        [found("3.5"), found("3"), Ok(None), Ok(None)]
    );
    assert!(matches!(&typed[3], Typed::Record(_, remarks) if remarks[0].code == "bad_number"));
}

#[test]
fn the_first_filled_cell_and_the_meaning_of_a_cell() {
    let file = export(
        "Order;Date;A;B;Good Qty\n1;2025-05-03;M1;X;5\n2;2025-05-03;;M2;5\n3;2025-05-03;;;5\n4;2025-05-03;M9;;5",
    );
    let sets = ["Order=work_order", "Date=posting_date", "Good Qty=quantity_good"];
    let first = output(Machine, Source::FirstOf(vec!["A".into(), "B".into()]));
    let rows = typed(&file, &with(&file, &sets, vec![first]), &file.layout(), &order());
    assert_eq!(
        values(&rows, Machine),
        [found("M1"), found("M2"), Ok(None), found("M9")]
    );
    let map = Source::Map {
        column: "A".into(),
        values: [("m1".to_owned(), "Press".to_owned())].into(),
    };
    let mut map = output(Machine, map);
    let rows = typed(&file, &with(&file, &sets, vec![map.clone()]), &file.layout(), &order());
    assert_eq!(values(&rows, Machine), [found("Press"), Ok(None), Ok(None), Ok(None)]);
    assert!(matches!(&rows[3], Typed::Record(_, remarks) if remarks[0].code == "unknown_value"));
    map.required = true;
    let rows = typed(&file, &with(&file, &sets, vec![map]), &file.layout(), &order());
    assert_eq!(
        values(&rows, Machine),
        [
            found("Press"),
            Err("missing_value".into()),
            Err("missing_value".into()),
            Err("unknown_value".into())
        ]
    );
}

#[test]
fn the_file_says_what_its_rows_do_not() {
    let file = export("Machine;Good Qty\nM1;5\nM2;6");
    let sets = ["Machine=machine", "Good Qty=quantity_good"];
    let mut layout = file.layout();
    layout.preamble = vec![" Werk 1010   Rueckmeldungen".into(), "Site:;Lyon;;".into()];
    let order = IngestOrder {
        name: "sub/PROD_20250503_L2.csv".into(),
        ..order()
    };
    let of = |output| {
        let typed = typed(&file, &with(&file, &sets, vec![output]), &layout, &order);
        let variable = [PostingDate, Line, Site]
            .into_iter()
            .find(|variable| matches!(&typed[0], Typed::Record(record, _) if record.get(*variable).is_some()));
        values(&typed, variable.unwrap())[1].clone()
    };
    assert_eq!(
        of(output(PostingDate, Source::NamePart(r"_(?<value>\d{8})_".into()))),
        found("2025-05-03")
    );
    assert_eq!(of(output(Line, Source::NamePart(r"L\d".into()))), found("L2"));
    assert_eq!(of(output(Line, Source::FolderPart(r"/(L\d)/sub$".into()))), found("L1"));
    assert_eq!(of(output(Site, Source::Preamble("WERK".into()))), found("1010"));
    assert_eq!(of(output(Site, Source::Preamble("Site".into()))), found("Lyon"));
    assert_eq!(of(output(Site, Source::Constant("Lyon 2".into()))), found("Lyon 2"));
}

#[test]
fn a_file_that_lacks_what_an_output_needs_is_held_with_the_reason() {
    let file = export("Machine;Good Qty\nM1;5\nM2;6");
    let sets = ["Machine=machine", "Good Qty=quantity_good"];
    let held = |output: Output| {
        let order = IngestOrder {
            name: "PROD_03-04-2025.csv".into(),
            forced_profile: Some(with(&file, &sets, vec![output])),
            ..order()
        };
        match file.decide(&order).decision {
            plant_core::job::Decision::Refuse(refusal) => refusal.reason().clone(),
            taken => panic!("{taken:?}"),
        }
    };
    let name = |pattern: &str| Source::NamePart(pattern.into());
    for (output, code, said) in [
        (
            output(PostingDate, name(r"\d{8}")),
            ReasonCode::ProfileNeeded,
            "PROD_03-04-2025.csv` has no such part",
        ),
        (
            output(PostingDate, name(r"\d\d-\d\d-\d{4}")),
            ReasonCode::AmbiguousDate,
            "the day or the month",
        ),
        (
            output(PostingDate, name("PROD")),
            ReasonCode::ProfileNeeded,
            "can't be `PROD`",
        ),
        (
            output(PostingDate, name("(")),
            ReasonCode::ProfileNeeded,
            "can't be used",
        ),
        (
            output(Site, Source::Preamble("Werk".into())),
            ReasonCode::ProfileNeeded,
            "the lines before the header",
        ),
        (
            output(QuantityScrap, Source::Sum(vec!["A".into(), "B".into()])),
            ReasonCode::RequiredColumnMissing,
            "the column `A`",
        ),
    ] {
        let reason = held(output);
        assert_eq!(reason.code, code, "{}", reason.text);
        assert!(reason.text.contains(said), "{}", reason.text);
    }
}

#[test]
fn a_pattern_is_bounded() {
    assert!(pattern("line", r"L(?<value>\d+)").is_ok());
    for text in ["(", r"(\w{1000}){1000}", &"a".repeat(501), r"(?=a)"] {
        let error = pattern("line", text).unwrap_err().to_string();
        assert!(error.contains("can't be used"), "{error}");
    }
    // What makes other engines run for years.
    let hostile = pattern("line", r"(a+)+$").unwrap();
    assert_eq!(part(&hostile, &format!("{}b", "a".repeat(50_000))), None);
}

#[test]
fn a_label_ends_where_its_word_ends() {
    let lines = ["Werkstoff: Stahl".to_owned(), "x;Werk;\"1010 Nord\";Tag".to_owned()];
    assert_eq!(behind(&lines, "werk").as_deref(), Some("1010 Nord"));
    assert_eq!(behind(&lines, "Tag"), None);
    assert_eq!(behind(&lines, "Stahlwerk"), None);
}

#[test]
fn bare_digits_end_with_minutes_where_none_is_longer() {
    let starts = |cells: [&str; 3]| {
        let rows: Vec<String> = cells.iter().map(|cell| format!("1;03.05.2025;{cell};5")).collect();
        let file = export(&format!("Order;Day;At;Good Qty\n{}", rows.join("\n")));
        let source = Source::DateTime {
            date: "Day".into(),
            time: "At".into(),
        };
        let profile = with(&file, &["Good Qty=quantity_good"], vec![output(EventStart, source)]);
        let typed = typed(&file, &profile, &file.layout(), &order());
        values(&typed, EventStart)
    };
    let (minutes, seconds) = (starts(["600", "0", "1430"]), starts(["60000", "0", "500"]));
    assert_eq!(
        minutes,
        [
            found("2025-05-03T04:00Z"),
            found("2025-05-02T22:00Z"),
            found("2025-05-03T12:30Z")
        ]
    );
    assert_eq!(
        seconds,
        [
            found("2025-05-03T04:00Z"),
            found("2025-05-02T22:00Z"),
            found("2025-05-02T22:05Z")
        ]
    );
    assert_eq!(
        starts(["#N/A", "-", "06:00"]),
        [Ok(None), Ok(None), found("2025-05-03T04:00Z")]
    );
}

#[test]
fn a_sum_is_of_numbers_in_one_unit() {
    let file = export(
        "Order;Date;A;B\n1;2025-05-03;5;#REF!\n2;2025-05-03;7 kg;8\n3;2025-05-03;8%;7\n4;2025-05-03;7 pcs;8 pcs\n5;2025-05-03;7 kg;8 kg",
    );
    let source = Source::Sum(vec!["A".into(), "B".into()]);
    let profile = with(&file, &["Date=posting_date"], vec![output(QuantityScrap, source)]);
    let typed = typed(&file, &profile, &file.layout(), &order());
    // Kilograms among pieces end their row, as in a column.
    let foreign = || Err("foreign_unit".to_owned());
    assert_eq!(
        values(&typed, QuantityScrap),
        [Ok(None), Ok(None), Ok(None), found("15"), foreign()]
    );
}

#[test]
fn each_of_several_columns_is_read_in_its_own_way() {
    let file = export(
        "Order;D1;D2;A;B\n1;05/25/2025;;1.5;\n2;;03/04/2025;;1,234\n3;;25/04/2025;;2,5\n4;05/26/2025;;2.25;2,55",
    );
    let first = |a: &str, b: &str| Source::FirstOf(vec![a.into(), b.into()]);
    let outputs = vec![
        output(PostingDate, first("D1", "D2")),
        output(QuantityGood, first("A", "B")),
    ];
    let typed = typed(
        &file,
        &with(&file, &["Order=work_order"], outputs),
        &file.layout(),
        &order(),
    );
    assert_eq!(
        values(&typed, QuantityGood),
        [found("1.5"), found("1.234"), found("2.5"), found("2.25")]
    );
    let days = ["2025-05-25", "2025-04-03", "2025-04-25", "2025-05-26"].map(found);
    assert_eq!(values(&typed, PostingDate), days);
}

#[test]
fn a_constant_is_written_with_a_point_whatever_the_file_writes() {
    let file = export("Order;Date;Weight\n1;2025-05-03;1,5");
    let mut profile = with(
        &file,
        &["Date=posting_date"],
        vec![output(QuantityGood, Source::Constant("1.5".into()))],
    );
    profile.settings.decimal = Some(',');
    let typed = typed(&file, &profile, &file.layout(), &order());
    assert_eq!(values(&typed, QuantityGood), [found("1.5")]);
}
