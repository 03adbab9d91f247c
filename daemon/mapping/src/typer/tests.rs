use plant_core::profile::{Source, Transform};
use plant_core::table::Form;
use rust_decimal::Decimal;

use super::*;
use crate::tests::{Export, export, order};

fn n(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

fn typed(text: &str, sets: &[&str]) -> (Vec<Record>, Vec<Problem>, Vec<Problem>, TyperEnd) {
    let file = export(text);
    file.typed(&file.profile(sets, |_| ()), &order())
}

fn codes(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.code.as_str()).collect()
}

#[test]
fn a_bad_cell_is_a_remark_and_in_a_key_the_end_of_the_row() {
    let text = "Work order;Posting Date;Good Qty;Scrap Qty\nA;2025-01-01;12x;1\nB;2025-02-30;5;#DIV/0!\nC;2025-01-03;7;-\n;2025-01-04;8;1";
    let sets = [
        "Good Qty=quantity_good",
        "Posting Date=posting_date",
        "Scrap Qty=quantity_scrap",
    ];
    let (records, remarks, quarantined, end) = typed(text, &sets);
    assert_eq!((records.len(), quarantined.len()), (4, 0));
    assert_eq!(codes(&remarks), ["bad_number", "bad_date"]);
    assert_eq!(
        (
            remarks[0].line,
            remarks[0].column.as_deref(),
            remarks[0].value.as_deref()
        ),
        (2, Some("Good Qty"), Some("12x"))
    );
    assert!(records[0].extra.contains(&("Good Qty".to_owned(), "12x".to_owned())));
    assert_eq!(records[1].day, None);
    assert_eq!(records[2].number(Variable::QuantityScrap), None);
    assert_eq!(codes(&end.warnings), ["error_tokens"]);
    let file = export(text);
    let mut strict = file.profile(&sets, |_| ());
    strict.columns[2].required = true;
    strict.columns[0].required = true;
    let (records, _, quarantined, _) = file.typed(&strict, &order());
    assert_eq!(records.len(), 2);
    assert_eq!(codes(&quarantined), ["bad_number", "missing_value"]);
    assert!(quarantined.iter().all(|problem| problem.quarantined));
}

#[test]
fn a_number_in_another_unit_or_currency_puts_its_row_aside() {
    let text = "Posting Date;Order;Scrap Qty;Total Cost\n2025-05-01;A;2 kg;€ 5\n2025-05-02;B;3 pcs;€ 6\n2025-05-03;C;5;$ 7\n2025-05-04;D;5;8";
    let sets = ["Scrap Qty=quantity_scrap", "Total Cost=total_cost"];
    let file = export(text);
    let euro = |settings: &mut plant_core::profile::Settings| settings.currency = Some("EUR".to_owned());
    let (records, _, quarantined, _) = file.typed(&file.profile(&sets, euro), &order());
    assert_eq!(codes(&quarantined), ["foreign_unit", "foreign_unit"]);
    assert_eq!(
        quarantined.iter().map(|problem| problem.line).collect::<Vec<_>>(),
        [2, 4]
    );
    assert_eq!(records.len(), 2);
    let dollars = |settings: &mut plant_core::profile::Settings| settings.currency = Some("CAD".to_owned());
    let (records, _, quarantined, _) = file.typed(&file.profile(&sets, dollars), &order());
    assert_eq!((records.len(), quarantined.len()), (2, 2), "{quarantined:?}");
    // A name that says its unit is believed.
    let weighed = export(&text.replace("Scrap Qty", "Scrap Qty [kg]"));
    let sets = ["Scrap Qty [kg]=quantity_scrap"];
    let (records, ..) = weighed.typed(&weighed.profile(&sets, |_| ()), &order());
    assert_eq!(records.len(), 4);
}

#[test]
fn a_text_longer_than_any_code_puts_its_row_aside() {
    let long = "Ä".repeat(201);
    let fits = "Ä".repeat(200);
    let text = format!(
        "Work order;Product;Posting Date;Good Qty\nA;{long};2025-01-01;1\nB;{fits};2025-01-02;2\n{};P-1;2025-01-03;3\nD;P-2;2025-01-04;4",
        "9".repeat(9_000)
    );
    let (records, remarks, quarantined, end) = typed(&text, &["Product=product_code"]);
    assert_eq!(codes(&quarantined), ["long_code", "long_code"]);
    assert_eq!((records.len(), remarks.len(), end.quarantined), (2, 0, 2));
    let problem = &quarantined[0];
    assert_eq!((problem.line, problem.column.as_deref()), (2, Some("Product")));
    assert_eq!(problem.value.as_deref().map(|value| value.chars().count()), Some(200));
    for said in ["line 2", "`Product`", "200 characters", "--set \"Product=\""] {
        assert!(problem.text.contains(said), "{said}: {}", problem.text);
    }
    assert_eq!(records[0].text(Variable::ProductCode), Some(fits.as_str()));
}

#[test]
fn every_text_variable_is_bounded_and_a_long_reason_costs_no_row() {
    for variable in Variable::ALL {
        assert_eq!(
            variable.longest().is_some(),
            variable.kind() == Kind::Text,
            "{variable:?}"
        );
    }
    let sentence = "the spindle made a noise ".repeat(100);
    let text = format!(
        "Machine;Start;End;Reason\nM;2025-01-01 10:00;2025-01-01 11:00;{sentence}\nM;2025-01-01 12:00;2025-01-01 13:00;short"
    );
    let (records, remarks, quarantined, _) = typed(&text, &["Reason=reason_text"]);
    assert_eq!((records.len(), quarantined.len()), (2, 0));
    assert_eq!(codes(&remarks), ["long_text"]);
    assert_eq!(records[0].text(Variable::ReasonText), None);
    let kept = records[0].extra.iter().find(|(name, _)| name == "Reason").unwrap();
    assert_eq!(kept.1.trim(), sentence.trim(), "it is kept whole");
    let (records, _, quarantined, _) = typed(
        "Order;Posting Date;Good qty\nA;2025-01-01;1",
        &[&format!("Order=site:constant:{}", "x".repeat(201))],
    );
    assert_eq!((records.len(), codes(&quarantined)), (0, vec!["long_code"]));
}

#[test]
fn times_of_day_roll_over_midnight() {
    let text = "Maschine;Datum;Start;Ende;Gutmenge\nM;2025-01-07;22:01;02:42;1\nM;2025-01-08;06:00;14:00;1\nM;2025-01-08;13:00;12:00;1\nM;2025-01-09;20:00;24:00;1";
    let (records, _, quarantined, end) = typed(text, &[]);
    assert_eq!(codes(&quarantined), ["negative_interval"]);
    assert_eq!(records[0].number(Variable::Duration), n("16860"));
    assert_eq!(records[0].day, Some("2025-01-07".parse().unwrap()));
    assert!(
        records[0]
            .extra
            .contains(&(FLAGS.to_owned(), "rolled_midnight".to_owned()))
    );
    assert!(records[0].extra.contains(&("Start".to_owned(), "22:01".to_owned())));
    assert_eq!(records[2].number(Variable::Duration), n("14400"));
    assert_eq!(codes(&end.warnings), ["rolled_midnight"]);
    assert_eq!((end.records, end.quarantined, end.days), (3, 1, 3));
}

#[test]
fn an_end_that_days_may_lie_before_is_left_out_where_the_duration_is_given() {
    let text = "Maschine;Datum;Start;Ende;Dauer [h];Gutmenge\nM;2025-01-14;18:21;12:40;42,32;1\nM;2025-01-15;08:00;12:30;4,5;1";
    let (records, remarks, quarantined, _) = typed(text, &[]);
    assert!(quarantined.is_empty());
    assert_eq!(codes(&remarks), ["end_uncertain"]);
    assert_eq!(records[0].number(Variable::Duration), n("152352"));
    assert!(records[0].get(Variable::EventEnd).is_none() && records[0].get(Variable::EventStart).is_some());
}

#[test]
fn intervals_against_their_duration() {
    let text = "Machine;Start time;End time;Downtime [min]
M;2025-01-01 10:00;2025-01-01 10:30;30
M;2025-01-01 10:00;2025-01-01 10:30;45
M;2025-01-01 10:00;2025-01-01 10:00;0
M;2025-01-01 10:00;2025-01-01 09:00;5";
    let (records, remarks, quarantined, _) = typed(text, &[]);
    assert_eq!(codes(&remarks), ["duration_differs", "zero_length"]);
    assert_eq!(codes(&quarantined), ["negative_interval"]);
    assert_eq!(records[1].number(Variable::Duration), n("2700"));
}

#[test]
fn what_follows_from_other_quantities_is_marked() {
    let (records, remarks, _, end) = typed(
        "Order;Posting Date;Produced qty;Good qty;Scrap qty;Rework qty\nA;2025-01-01;10;8;1;1\nB;2025-01-01;10;;1;1\nC;2025-01-01;;8;2;\nD;2025-01-01;100;50;1;1\nE;2025-01-01;5;;9;",
        &[],
    );
    assert_eq!(records[1].number(Variable::QuantityGood), n("8"));
    assert_eq!(records[2].number(Variable::QuantityProduced), n("10"));
    assert_eq!(records[4].number(Variable::QuantityGood), None);
    let derived = |record: &Record| {
        record
            .extra
            .iter()
            .find(|(name, _)| name == DERIVED)
            .map(|(_, list)| list.clone())
    };
    assert_eq!(derived(&records[0]), None);
    assert_eq!(derived(&records[1]).as_deref(), Some("quantity_good"));
    assert_eq!(codes(&remarks), ["quantities_disagree", "scrap_exceeds_produced"]);
    assert!(end.present.contains(&Variable::QuantityProduced) && !end.present.contains(&Variable::QuantityRework));
}

#[test]
fn sentinels_are_nothing_and_futures_are_put_aside() {
    let text = "Order;Posting Date;Due date;Good qty
A;31.12.9999;31.12.2027;1
B;30.12.1899;01.02.2026;1
C;23.11.2026;01.02.2026;1
D;22.11.2026;01.02.2026;1
E;12.07.1905;01.02.2026;1";
    let (records, remarks, quarantined, _) = typed(text, &[]);
    assert_eq!(codes(&quarantined), ["future_date"]);
    assert_eq!(quarantined[0].line, 4);
    assert_eq!(codes(&remarks), ["implausible_date"]);
    assert_eq!(records.iter().filter(|record| record.day.is_none()).count(), 3);
    assert_eq!(
        records[0].get(Variable::DueDate),
        Some(&Value::Date("2027-12-31".parse().unwrap()))
    );
}

#[test]
fn what_a_list_says_may_hold_from_or_until_a_day_ahead() {
    let text = "Product;Standard Unit Cost;Valid From;Valid To
P1;2.00;2026-01-01;2026-12-31
P1;3.00;2027-01-01;2027-12-31";
    let (records, _, quarantined, _) = typed(text, &[]);
    assert_eq!((records.len(), quarantined.len()), (2, 0));
    assert_eq!(
        records[1].get(Variable::ValidTo),
        Some(&Value::Date("2027-12-31".parse().unwrap()))
    );
}

#[test]
fn hours_that_clocks_repeat_or_skip() {
    let file = export(
        "Machine;Timestamp;Usage_kWh
M;2025-10-26 01:30;1
M;2025-10-26 02:00;1
M;2025-10-26 02:30;1
M;2025-10-26 02:00;1
M;2025-10-26 02:30;1
M;2025-10-26 03:00;1
M;2026-03-29 01:30;1
M;2026-03-29 02:30;1
M;2026-03-29 03:30;1",
    );
    let mut profile = file.profile(&["Timestamp=event_start"], |_| ());
    let utc = |records: &[Record]| {
        records
            .iter()
            .map(|record| record.ts.unwrap().format("%d %H:%M").to_string())
            .collect::<Vec<_>>()
    };
    // One step back in eight rows is no increasing file: the first reading for all.
    let (records, _, _, end) = file.typed(&profile, &order());
    assert_eq!(
        utc(&records)[..6],
        ["25 23:30", "26 00:00", "26 00:30", "26 00:00", "26 00:30", "26 02:00"]
    );
    assert_eq!(utc(&records)[6..], ["29 00:30", "29 01:30", "29 01:30"]);
    assert_eq!(codes(&end.warnings), ["clock_repeated", "clock_skipped"]);
    // Increasing but for the clocks: the second hour is the second.
    let mut lines: Vec<String> = (0..200)
        .map(|day| {
            format!(
                "M;{} 12:00;1",
                NaiveDate::from_ymd_opt(2025, 3, 31).unwrap() + Days::new(day)
            )
        })
        .collect();
    lines.extend(file.rows.iter().take(6).map(|row| row.join(";")));
    let long = export(&format!("Machine;Timestamp;Usage_kWh\n{}", lines.join("\n")));
    profile.settings.zone = Some("Europe/Berlin".to_owned());
    let (records, ..) = long.typed(&profile, &order());
    assert_eq!(
        utc(&records)[200..],
        ["25 23:30", "26 00:00", "26 00:30", "26 01:00", "26 01:30", "26 02:00"]
    );
}

#[test]
fn midnight_closes_its_day() {
    let mut lines = Vec::new();
    for day in 1..=3 {
        for quarter in 1..=96 {
            lines.push(format!(
                "{day}/2/2018 {:02}:{:02};1.5",
                quarter / 4 % 24,
                quarter % 4 * 15
            ));
        }
    }
    let file = export(&format!("date;Usage_kWh\n{}", lines.join("\n")));
    let profile = file.profile(&[], |settings| assert!(settings.midnight_closes_day));
    let (records, ..) = file.typed(&profile, &order());
    assert_eq!(records[95].day, Some("2018-02-01".parse().unwrap()));
    assert_eq!(records[95].ts, Some("2018-02-01T23:00:00Z".parse().unwrap()));
    assert!(records.is_sorted_by_key(|record| record.ts));
}

#[test]
fn what_tells_rows_apart_beside_their_values_are_unmapped_cells_that_are_no_marks() {
    let other = |text: &str| -> Vec<u64> {
        let file = export(text);
        let profile = file.profile(&[], |_| {});
        file.typed(&profile, &order())
            .0
            .iter()
            .map(|record| record.other)
            .collect()
    };
    let plain = other("Work order;Posting Date;Good Qty\n123;2025-01-01;5\n124;2025-01-02;6");
    assert_eq!(plain, [0, 0], "all is mapped");
    let numbered = other("No;Work order;Posting Date;Good Qty\n1;123;2025-01-01;5\n2;124;2025-01-02;6");
    assert_eq!(numbered, plain, "a running number tells nothing");
    let unnamed = other("zq;Work order;Posting Date;Good Qty\n1;123;2025-01-01;5\n2;124;2025-01-02;6");
    assert_eq!(unnamed, plain, "whatever it is called");
    let printed = other(
        "Printed at;Work order;Posting Date;Good Qty\n2025-01-03 06:00;123;2025-01-01;5\n2025-01-03 06:00;124;2025-01-02;6",
    );
    assert_eq!(printed, plain, "when it was printed neither");
    let serial = other("zq;Work order;Posting Date;Good Qty\nA7;123;2025-01-01;5\nA9;123;2025-01-01;5");
    assert_ne!(serial[0], serial[1]);
    let file = export("zq;Work order;Posting Date;Good Qty\nA7;123;2025-01-01;5\nA9;123;2025-01-01;5");
    let ignoring = file.profile(&[], |settings| settings.ignore = vec!["ZQ".to_owned()]);
    let (records, ..) = file.typed(&ignoring, &order());
    assert_eq!(records[0].other, records[1].other, "a person said so");
    let turned = other("Good Qty;zq;Work order;Posting Date\n5; A7 ;123;2025-01-01\n5;A9;123;2025-01-01");
    assert_eq!(serial, turned, "whatever the order of the columns");
    let decimals = other("Work order;Posting Date;Good Qty;zq\n123;2025-01-01;5;7.50\n124;2025-01-02;6;8.25");
    let shorter = other("Work order;Posting Date;Good Qty;zq\n123;2025-01-01;5;7.5\n124;2025-01-02;6;8.25");
    assert_eq!(decimals, shorter, "a number is a number");
}

#[test]
fn money_has_the_currency_of_its_column_or_of_the_org() {
    let file: Export = export("Order;Posting Date;Scrap cost;Good qty\nA;2025-01-01;5.5;1\nB;2025-01-02;;1");
    let mut with_currency = order();
    with_currency.currency = Some("EUR".to_owned());
    let (records, ..) = file.typed(&file.profile(&[], |_| ()), &with_currency);
    assert_eq!(
        (records[0].text(Variable::Currency), records[1].text(Variable::Currency)),
        (Some("EUR"), None)
    );
    let (records, ..) = file.typed(&file.profile(&[], |_| ()), &order());
    assert_eq!(records[0].text(Variable::Currency), None);
    let (records, ..) = typed("Order;Posting Date;Scrap cost;Currency\nA;2025-01-01;5.5;usd", &[]);
    assert_eq!(records[0].text(Variable::Currency), Some("USD"));
}

#[test]
fn quantities_of_stop_rows_move_aside() {
    let mut lines = Vec::new();
    for index in 0..20 {
        lines.push(format!("M;2025-01-{:02};Producción;;100;3", index % 28 + 1));
        lines.push(format!("M;2025-01-{:02};Incidencia;AVERIA;0;3", index % 28 + 1));
        lines.push(format!("M;2025-01-{:02};Incidencia;otra cosa;0;0", index % 28 + 1));
    }
    let file = export(&format!(
        "recurso;fecha;proceso;incidencia;cantidad producida;malas\n{}",
        lines.join("\n")
    ));
    let (records, _, _, end) = file.typed(&file.profile(&[], |_| ()), &order());
    let scrap: Decimal = records
        .iter()
        .filter_map(|record| record.number(Variable::QuantityScrap))
        .sum();
    assert_eq!(Some(scrap), n("60"));
    assert_eq!(records[1].text(Variable::StopCategory), Some("breakdown"));
    assert_eq!(records[2].text(Variable::StopCategory), Some("unknown"));
    assert!(records[1].extra.contains(&("malas".to_owned(), "3".to_owned())));
    assert!(
        records[1]
            .extra
            .contains(&("proceso".to_owned(), "Incidencia".to_owned()))
    );
    assert!(
        end.present.contains(&Variable::QuantityProduced),
        "filled on all running rows"
    );
    assert_eq!(end.days, 20);
}

#[test]
fn transforms_of_every_kind() {
    let (records, ..) = typed(
        "a;b;c;d;e;f;g\n1516355920018;2.5;-4;50;Y;x;1000",
        &[
            "a=event_start:epoch_ms",
            "b=planned_time:scale:60",
            "c=quantity_scrap:negate",
            "d=energy_used:kw:900",
            "e=is_failure:flag:Y",
            "f=site:constant:Graz",
            "g=duration:ms",
        ],
    );
    let record = &records[0];
    assert_eq!(record.ts.unwrap().to_rfc3339(), "2018-01-19T09:58:40.018+00:00");
    assert_eq!(record.number(Variable::PlannedTime), n("150"));
    assert_eq!(record.number(Variable::QuantityScrap), n("4"));
    assert_eq!(record.number(Variable::EnergyUsed), n("12.5"));
    assert_eq!(record.get(Variable::IsFailure), Some(&Value::Flag(true)));
    assert_eq!(record.text(Variable::Site), Some("Graz"));
    assert_eq!(record.number(Variable::Duration), n("1"));
}

#[test]
fn remarks_are_bounded_and_counted() {
    let lines: Vec<String> = (0..300).map(|index| format!("W{index};2025-01-01;10;5;1")).collect();
    let (records, remarks, _, end) = typed(
        &format!(
            "Order;Posting Date;Produced qty;Good qty;Scrap qty\n{}",
            lines.join("\n")
        ),
        &[],
    );
    assert_eq!(
        (records.len(), remarks.len() as u64, end.warning_count),
        (300, REMARKS_KEPT, 300)
    );
    assert!(end.warnings[0].text.starts_with("300 rows"));
}

#[test]
fn numbers_that_the_form_writes_itself_are_read_with_its_sign_whatever_the_profile_says() {
    let file = export("Order;Posting Date;Good Qty\nA;2025-05-03;1.234\nB;2025-05-04;5.678");
    let mut profile = file.profile(&["Good Qty=quantity_good"], |_| ());
    profile.settings.decimal = Some(',');
    let first = |form| {
        let layout = Layout { form, ..file.layout() };
        let mut typer = Typer::new(&profile, &layout, &file.facts(), &order()).unwrap();
        match typer.row(2, &["A", "2025-05-03", "1.234"]) {
            Typed::Record(record, _) => record.number(Variable::QuantityGood),
            Typed::Quarantine(problem) => panic!("{problem:?}"),
        }
    };
    assert_eq!(first(Form::Delimited), n("1234"));
    assert_eq!(first(Form::Xlsx), n("1.234"));
}

#[test]
fn early_times_of_a_shift_over_midnight_are_of_the_day_after_its_date() {
    let rows = |label: &str, early: &str| {
        format!(
            "Maschine;Schichtdatum;Schicht;Start;Ende;Grund\nM1;13.05.2025;{label};22:10;22:40;a\nM1;13.05.2025;{label};{early};a\n\
            M1;13.05.2025;{label};23:50;00:20;a\nM1;13.05.2025;F;06:30;07:00;a\nM1;14.05.2025;{label};23:00;23:30;a"
        )
    };
    let (records, _, quarantined, end) = typed(&rows("N", "01:30;02:00"), &[]);
    assert!(quarantined.is_empty());
    let start = |at: usize| match records[at].get(Variable::EventStart) {
        Some(Value::Time(time)) => time.to_rfc3339(),
        other => panic!("{other:?}"),
    };
    let starts: Vec<String> = (0..5).map(start).collect();
    assert_eq!(
        starts,
        [
            "2025-05-13T20:10:00+00:00",
            "2025-05-13T23:30:00+00:00",
            "2025-05-13T21:50:00+00:00",
            "2025-05-13T04:30:00+00:00",
            "2025-05-14T21:00:00+00:00"
        ]
    );
    assert!(
        records
            .iter()
            .all(|record| record.number(Variable::Duration) == n("1800"))
    );
    let days: Vec<String> = records.iter().map(|record| record.day.unwrap().to_string()).collect();
    assert_eq!(days[1], "2025-05-13", "the day is that of the shift");
    let told = |code: &str| end.warnings.iter().any(|warning| warning.code == code);
    assert!(told("after_midnight"));
    // What is called a night is one whatever else the file has, and what is called otherwise is none.
    let early = |rows: &str| {
        let (records, ..) = typed(rows, &[]);
        match records[1].get(Variable::EventStart) {
            Some(Value::Time(time)) => time.to_rfc3339(),
            other => panic!("{other:?}"),
        }
    };
    let (same, next) = ("2025-05-12T23:30:00+00:00", "2025-05-13T23:30:00+00:00");
    let by_day = |label: &str| format!("\nM1;13.05.2025;{label};13:00;13:30;a");
    let of = |label: &str| rows(label, "01:30;02:00");
    for label in ["N", "nacht ", "Nachtschicht", "Nuit", "Ночь", "夜班"] {
        assert_eq!(early(&(of(label) + &by_day(label))), next, "{label}");
        let alone = of(label).lines().take(3).collect::<Vec<_>>().join("\n");
        assert_eq!(early(&alone), next, "{label}");
    }
    for label in ["S", "Früh", "Late", "早班"] {
        assert_eq!(early(&of(label)), same, "{label}");
    }
    // Of other names the rows tell: one that has some by day is a whole day, but for a few of many.
    assert_eq!(early(&of("3")), next);
    assert_eq!(early(&(of("3") + &by_day("3"))), same);
    let many = of("3") + &"\nM1;15.05.2025;3;23:00;23:30;a".repeat(9) + &by_day("3");
    assert_eq!(early(&many), next);
}

#[test]
fn what_a_row_says_only_again_tells_what_it_is_about_and_adds_nothing() {
    let file = export(
        "Machine;Start;End;Reason;Min;Good;Torque [Nm]\nM1;2025-05-03 06:00;2025-05-03 07:00;jam;10;50;1.5\nM1;2025-05-03 08:00;2025-05-03 09:00;tool;20;60;2.5",
    );
    let sets = [
        "Start=event_start",
        "End=event_end",
        "Min=extra",
        "Good=extra",
        "Torque [Nm]=process_value",
    ];
    let mut profile = file.profile(&sets, |_| ());
    let output = |variable, source| plant_core::profile::Output {
        variable,
        source,
        transform: Transform::None,
        required: false,
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    profile.outputs = vec![
        output(Variable::QuantityGood, Source::Sum(names(&["Good", "Min"]))),
        output(Variable::QuantityPlanned, Source::Constant("7".to_owned())),
    ];
    let mut typer = Typer::new(&profile, &file.layout(), &file.facts(), &order()).unwrap();
    let cells = ["M1", "2025-05-03 06:00", "2025-05-03 07:00", "jam", "10", "50", "1.5"];
    let mut typed = |line: u64, repeats: &[bool]| match typer.made(line, Row { cells: &cells, repeats }) {
        Typed::Record(record, _) => record,
        Typed::Quarantine(problem) => panic!("{problem:?}"),
    };
    let told = |record: &Record| {
        (
            record.number(Variable::QuantityGood),
            record.number(Variable::QuantityPlanned),
            record.number(Variable::Duration),
            record.measures.len(),
            record.text(Variable::Machine).map(str::to_owned),
        )
    };
    let machine = Some("M1".to_owned());
    assert_eq!(told(&typed(2, &[])), (n("60"), n("7"), n("3600"), 1, machine.clone()));
    // Another row of its line with another reason and minutes.
    let again = [true, true, true, false, false, true, true];
    assert_eq!(told(&typed(2, &again)), (n("10"), None, None, 0, machine.clone()));
    // A line whose machine was filled from above: all else is its own.
    let filled = [true, false, false, false, false, false, false];
    assert_eq!(told(&typed(3, &filled)), (n("60"), n("7"), n("3600"), 1, machine));
}

proptest::proptest! {
    #[test]
    fn any_row_is_a_record_or_put_aside(cells in proptest::collection::vec(proptest::prelude::any::<String>(), 0..7), noise in "[-0-9:./ ]{0,20}") {
        let file = export("Order;Posting Date;Start;End;Good Qty;Dauer [h]\nA;2025-01-01;10:00;11:00;1;1");
        let profile = file.profile(&["Start=event_start", "End=event_end"], |_| ());
        let mut typer = Typer::new(&profile, &file.layout(), &file.facts(), &order()).unwrap();
        let mut row: Vec<&str> = cells.iter().map(String::as_str).collect();
        typer.row(2, &row);
        row.fill(&noise);
        typer.row(3, &row);
        let end = typer.finish();
        proptest::prop_assert_eq!(end.records + end.quarantined, 2);
    }
}

#[test]
fn an_end_in_the_hour_that_comes_twice_does_not_lie_before_its_start() {
    let file = export(
        "Machine;Start;End;Reason
M1;2025-10-26 02:50:00;2025-10-26 02:10:00;Jam
M1;2025-10-26 02:10:00;2025-10-26 02:10:00;Jam
M1;2025-10-26 08:00:00;2025-10-26 08:30:00;Jam
M2;2025-10-26 01:50:00;2025-10-26 02:20:00;Jam",
    );
    let profile = file.profile(&["Start=event_start", "End=event_end", "Reason=reason_text"], |_| {});
    let (records, _, quarantined, _) = file.typed(&profile, &order());
    assert_eq!(quarantined, []);
    let seconds: Vec<_> = records
        .iter()
        .map(|record| record.number(Variable::Duration).unwrap().to_string())
        .collect();
    assert_eq!(seconds, ["1200", "0", "1800", "1800"]);
}

#[test]
fn operators_are_codes_wherever_a_row_says_them() {
    let key = plant_core::operator::OperatorKey::from_bytes(&[7; 32]).unwrap();
    let coded = plant_core::job::IngestOrder {
        operators: Some(key.clone()),
        ..order()
    };
    let long = "x".repeat(201);
    let text = format!(
        "Work order;Posting Date;Good Qty;Operator;Worker;Note\nA;2025-01-01;5; Anna Berg ;Anna Berg;late\n\
         B;2025-01-02;5;Ben;Ben;-\nC;2025-01-03;5;{long};Cleo;-"
    );
    let file = export(&text);
    let profile = file.profile(
        &[
            "Good Qty=quantity_good",
            "Posting Date=posting_date",
            "Operator=operator",
            "Worker=",
        ],
        |_| (),
    );
    let (records, remarks, quarantined, _) = file.typed(&profile, &coded);
    let anna = key.code("Anna Berg");
    assert_eq!(records[0].text(Variable::Operator), Some(anna.as_str()));
    assert_eq!(records[1].text(Variable::Operator), Some(key.code("Ben").as_str()));
    // A second column that goes by a name for operators is no way around.
    assert!(
        records[0].extra.contains(&("Worker".to_owned(), anna.clone())),
        "{:?}",
        records[0].extra
    );
    assert!(records[0].extra.contains(&("Note".to_owned(), "late".to_owned())));
    let told: Vec<&Problem> = remarks.iter().chain(&quarantined).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].value.as_deref(), Some(key.code(&long).as_str()));
    let all = format!("{records:?}{told:?}");
    assert!(!all.contains("Anna") && !all.contains("Cleo") && !all.contains(&long));
    // What the columns hold is not shown either, nor kept for a later version.
    let forced = plant_core::job::IngestOrder {
        forced_profile: Some(profile.clone()),
        ..coded.clone()
    };
    let head = file.decide(&forced);
    let shown = format!("{:?}{:?}", head.columns, head.suggestion);
    assert!(shown.contains(&anna) && !shown.contains("Anna"), "{shown}");
    let typer = Typer::new(&profile, &file.layout(), &file.facts(), &coded).unwrap();
    assert_eq!(typer.hidden(), [false, false, false, true, true, false]);
    assert_eq!(
        typer.operator(&anna, &["A", "", "", "Anna Berg"]).as_deref(),
        Some("Anna Berg")
    );
    assert_eq!(typer.operator(&anna, &["A", "", "", "Ben"]), None);
    // Where the org keeps names, they stand there.
    let (records, ..) = file.typed(&profile, &order());
    assert_eq!(records[0].text(Variable::Operator), Some("Anna Berg"));
}

#[test]
fn what_is_measured_is_an_exact_number_and_what_can_not_be_read_stays_text() {
    let text = "Work order;Posting Date;Good Qty;Torque [Nm];Press;TWF\nA;2025-01-01;5;42.80;5;1\n\
                B;2025-01-02;5;n/m;6 bar;no\nC;2025-01-03;5;;x;maybe";
    let sets = [
        "Good Qty=quantity_good",
        "Posting Date=posting_date",
        "Torque [Nm]=process_value",
        "Press=process_value",
        "TWF=failure_mode",
    ];
    let (records, remarks, _, _) = typed(text, &sets);
    let measured = |record: &Record| -> Vec<(String, String)> {
        let all = record.measures.iter();
        all.map(|(measure, value)| (measure.label(), value.to_string()))
            .collect()
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        measured(&records[0]),
        [pair("Torque [Nm]", "42.8"), pair("Press", "5"), pair("TWF", "1")]
    );
    assert_eq!(measured(&records[1]), [pair("TWF", "0")]);
    assert_eq!(measured(&records[2]), []);
    assert!(records[1].extra.contains(&("Torque [Nm]".to_owned(), "n/m".to_owned())));
    assert!(
        records[1].extra.contains(&("Press".to_owned(), "6 bar".to_owned())),
        "another unit than the column's"
    );
    assert!(remarks.is_empty(), "{remarks:?}");
}
