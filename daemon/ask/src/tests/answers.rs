//! Answers in words: figures as they are in the values, reasons in words, the reading at the end.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use plant_core::component::Dimension;
use plant_core::model::{
    AnswerView, Citation, Evidence, FindingView, LossView, MetricItem, PeriodView, SavingView, SavingsView,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{lexicon, stale};
use crate::{
    Lexicon, Outcome, Reading, Sources, answer, clarify, definition, files, help, members, read, refuse, savings,
};
use plant_core::ids::{AnalysisId, FileId, FindingId};
use plant_core::metric::{Coverage, Input, NullReason, Warning};
use plant_core::model::{Analyzer, Engine, FindingKind, FindingState, Grade, Pool};
use plant_core::unit::Unit;
use plant_core::variable::Variable;
use plant_core::words::figure;

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn reading(question: &str, lexicon: &Lexicon) -> Reading {
    match read(question, lexicon, None) {
        Outcome::Query(reading) => *reading,
        other => panic!("{question}: {other:?}"),
    }
}

fn item(metric: &str, value: Option<&str>, unit: &str, group: &[(&str, &str)]) -> MetricItem {
    MetricItem {
        metric: metric.to_owned(),
        value: value.map(number),
        unit: unit.into(),
        null_reason: value
            .is_none()
            .then_some(NullReason::Missing(Input::Variable(Variable::QuantityScrap))),
        n: 1_204,
        coverage: Some(Coverage {
            rows: Some(Decimal::ONE),
            ..Coverage::default()
        }),
        group: group
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())))
            .collect(),
        components: BTreeMap::from([("rows".to_owned(), number("1204"))]),
        warnings: Vec::new(),
        method: String::new(),
        version: 1,
    }
}

fn cited(citations: &[Citation]) -> Sources<'_> {
    Sources { citations, more: 0 }
}

fn citation() -> Citation {
    Citation {
        number: 1,
        file: "scrap_march.csv".to_owned(),
        file_id: FileId(Uuid::from_u128(7)),
        sha256: "0123456789abcdef0123".to_owned(),
        lines: "2-1205".to_owned(),
        committed_at: DateTime::<Utc>::from_timestamp(1_743_000_000, 0),
    }
}

/// Every number of the text that is not part of a date, a citation, the reading or a name must be one of the values at
/// its displayed precision.
fn assert_grounded(view: &AnswerView) {
    assert!(view.grounded);
    let allowed: Vec<String> = view
        .values
        .iter()
        .filter_map(|value| Some((value.value?, value.unit.clone())))
        .flat_map(|(value, unit)| {
            let percent = (unit == Unit::Ratio).then(|| figure(value, &unit).trim_end_matches(" %").to_owned());
            let plain = figure(value, &unit).split(' ').next().map(str::to_owned);
            [percent, plain]
        })
        .flatten()
        .collect();
    for line in view
        .answer
        .lines()
        .filter(|line| !line.starts_with('[') && !line.starts_with("How I read this"))
    {
        for word in line.split([' ', '(', ')', ';', ':', '=']) {
            let word = word.trim_end_matches(['.', ',', '%']);
            if word.starts_with('[') && word.ends_with(']') {
                continue;
            }
            let is_date = word.len() >= 7 && word.starts_with("202") && word.contains('-');
            let is_name = word.chars().any(char::is_alphabetic);
            if word.chars().any(|letter| letter.is_ascii_digit()) && !is_date && !is_name {
                assert!(
                    allowed.iter().any(|text| text == word),
                    "{word} of “{line}” is none of {allowed:?}"
                );
            }
        }
    }
    let last = view.answer.lines().last().unwrap();
    assert!(
        last.starts_with("How I read this: ") && last.contains(&view.reading),
        "{last}"
    );
    assert_eq!(view.engine, Engine::Offline);
}

#[test]
fn a_value_cites_its_file_and_says_how_it_was_read() {
    let lexicon = lexicon();
    let reading = reading("scrap rate on T48 in March", &lexicon);
    let view = answer(
        &reading,
        &[item("scrap_ratio", Some("0.0321449"), "ratio", &[])],
        &[],
        cited(&[citation()]),
        &lexicon,
    );
    assert_eq!(
        view.answer,
        "Scrap ratio, 2025-03-01 to 2025-03-31, machine T48: 3.21 % (n = 1,204) [1].\n\
         [1] scrap_march.csv, lines 2-1205, sha256 0123456789ab, taken in 2025-03-26\n\
         How I read this: metric = Scrap ratio (scrap_ratio); 2025-03-01 to 2025-03-31; only machine = T48."
    );
    assert_grounded(&view);
    assert_eq!(view.typed_query.as_ref(), Some(&reading.query));
    assert!(
        (2..=3).contains(&view.next_questions.len()),
        "{:?}",
        view.next_questions
    );
}

/// Files 1 to `count`.
fn citations(count: u32) -> Vec<Citation> {
    (1..=count)
        .map(|number| Citation {
            number,
            file: format!("scrap_{number}.csv"),
            file_id: FileId(Uuid::from_u128(number.into())),
            ..citation()
        })
        .collect()
}

#[test]
fn a_figure_of_several_files_is_ascribed_to_none_alone() {
    let lexicon = lexicon();
    let many = citations(7);
    let sources = Sources {
        citations: &many,
        more: 1,
    };
    let one = [item("scrap_ratio", Some("0.0321449"), "ratio", &[])];
    let view = answer(&reading("scrap rate", &lexicon), &one, &[], sources, &lexicon);
    assert!(view.answer.contains("(n = 1,204) [1]-[7].\n"), "{}", view.answer);
    for number in 1..=7 {
        let listed = format!("\n[{number}] scrap_{number}.csv, ");
        assert!(view.answer.contains(&listed), "{listed} not in {}", view.answer);
    }
    assert!(view.answer.contains("\nand 1 more file.\n"), "{}", view.answer);
    assert_grounded(&view);

    let two = citations(2);
    let groups = [item("quantity_scrap", Some("9"), "", &[("machine", "T48")])];
    let view = answer(
        &reading("scrap by machine", &lexicon),
        &groups,
        &[],
        cited(&two),
        &lexicon,
    );
    assert!(
        view.answer.lines().any(|line| line.ends_with(" [1]-[2]:")),
        "{}",
        view.answer
    );

    let sides = reading("scrap of T48 vs T49", &lexicon);
    let (one, other) = (
        [item("quantity_scrap", Some("90"), "", &[])],
        [item("quantity_scrap", Some("120"), "", &[])],
    );
    let view = answer(&sides, &one, &other, cited(&two), &lexicon);
    assert!(view.answer.contains("120 [1]-[2].\n"), "{}", view.answer);
    assert!(view.answer.contains("(25 % less) [1]-[2].\n"), "{}", view.answer);
    assert_grounded(&view);
}

#[test]
fn a_missing_currency_is_said_only_of_money_that_is_there() {
    let lexicon = lexicon();
    let reading = reading("scrap cost by machine", &lexicon);
    let bare = |value, machine| MetricItem {
        warnings: vec![Warning::NoCurrency],
        ..item("scrap_cost", value, "currency?", &[("machine", machine)])
    };
    let text = |items: &[MetricItem]| answer(&reading, items, &[], Sources::default(), &lexicon).answer;
    let known = item("scrap_cost", Some("5"), "USD", &[("machine", "T48")]);
    let null = text(&[known.clone(), bare(None, "T49")]);
    assert!(!null.contains("currency and the org"), "{null}");
    let all = text(&[bare(Some("5"), "T48"), bare(None, "T49")]);
    assert!(all.contains("The rows name no currency"), "{all}");
    let some = text(&[known, bare(Some("5"), "T49")]);
    assert!(some.contains("Some of the rows name no currency"), "{some}");
}

#[test]
fn every_remark_is_said_and_a_figure_reads_as_on_a_screen() {
    let lexicon = lexicon();
    let reading = reading("scrap rate on T48 in March", &lexicon);
    for warning in Warning::ALL {
        let mut told = item("scrap_ratio", Some("0.0321449"), "ratio", &[]);
        told.warnings = vec![warning];
        let view = answer(&reading, std::slice::from_ref(&told), &[], Sources::default(), &lexicon);
        let sentence = format!("{}.", plant_core::words::capital(plant_core::words::warning(warning)));
        assert!(view.answer.lines().any(|line| line == sentence), "{}", view.answer);
        told.value = None;
        let view = answer(&reading, &[told], &[], Sources::default(), &lexicon);
        assert!(!view.answer.contains(&sentence), "{}", view.answer);
    }
    for (value, unit) in [
        ("0.0321449", "ratio"),
        ("8563.8", "currency?"),
        ("12.5", "USD"),
        ("2", "1"),
        ("0.125", "h"),
    ] {
        let shown = item("scrap_ratio", Some(value), unit, &[]);
        let view = answer(
            &reading,
            std::slice::from_ref(&shown),
            &[],
            Sources::default(),
            &lexicon,
        );
        let text = format!(": {} (n = 1,204).", plant_core::words::metric(&shown));
        assert!(view.answer.contains(&text), "{}: {}", text, view.answer);
    }
}

/// A finding with a saving, shown by these lines of files.
fn finding(title: &str, lines: &[(&str, u64)]) -> FindingView {
    FindingView {
        finding_id: FindingId(Uuid::nil()),
        analysis_id: AnalysisId(Uuid::nil()),
        analyzer: Analyzer::Quality,
        kind: FindingKind::ScrapExcess,
        title: title.to_owned(),
        scope: BTreeMap::new(),
        period: PeriodView::default(),
        loss: LossView {
            quantity: None,
            unit: Default::default(),
        },
        saving: Some(SavingView {
            low: number("10"),
            expected: number("20"),
            currency: "USD".to_owned(),
            grade: Grade::C,
            pool: Pool::Material,
            observed: number("40"),
            run_rate: None,
            note: String::new(),
        }),
        method: String::new(),
        working: String::new(),
        evidence: lines
            .iter()
            .map(|(file, line)| Evidence {
                file: format!("{file}.csv"),
                file_id: FileId(Uuid::from_u128(file.bytes().map(u128::from).sum())),
                sha256: "0123456789abcdef0123".to_owned(),
                line: *line,
                sub: 0,
                values: BTreeMap::new(),
            })
            .collect(),
        evidence_count: 0,
        state: FindingState::Identified,
    }
}

#[test]
fn a_finding_cites_its_own_lines_of_a_file_that_another_cites_too() {
    let ledger = SavingsView {
        currency: Some("USD".to_owned()),
        items: vec![
            finding("first", &[("a", 9), ("a", 4), ("a", 5)]),
            finding("second", &[("a", 40), ("b", 4)]),
            finding("third", &[("a", 4), ("a", 5), ("a", 9)]),
            finding("fourth", &[]),
        ],
        ..SavingsView::default()
    };
    let view = savings(&ledger, &lexicon());
    let found: Vec<(u32, &str, &str)> = view
        .citations
        .iter()
        .map(|known| (known.number, known.file.as_str(), known.lines.as_str()))
        .collect();
    assert_eq!(found, [(1, "a.csv", "4-5, 9"), (2, "a.csv", "40"), (3, "b.csv", "4")]);
    for (title, end) in [
        ("- first", "identified [1]"),
        ("- second", "identified [2] [3]"),
        ("- third", "identified [1]"),
        ("- fourth", "identified"),
    ] {
        let line = view.answer.lines().find(|line| line.starts_with(title)).unwrap();
        assert!(line.ends_with(end), "{line}");
    }
    assert!(view.answer.contains("\n[2] a.csv, lines 40, "), "{}", view.answer);
    assert_grounded(&view);
}

#[test]
fn missing_is_not_zero() {
    let lexicon = lexicon();
    let reading = reading("scrap", &lexicon);
    let missing = answer(
        &reading,
        &[item("quantity_scrap", None, "", &[])],
        &[],
        Sources::default(),
        &lexicon,
    );
    assert!(missing.answer.contains("not available"), "{}", missing.answer);
    assert_eq!(missing.values.first().and_then(|value| value.value), None);
    let zero = answer(
        &reading,
        &[item("quantity_scrap", Some("0"), "", &[])],
        &[],
        Sources::default(),
        &lexicon,
    );
    assert!(zero.answer.contains(": 0 (a counted zero"), "{}", zero.answer);
    let none = answer(&reading, &[], &[], Sources::default(), &lexicon);
    assert!(none.answer.contains("no rows match"), "{}", none.answer);
}

#[test]
fn a_breakdown_shows_ten_and_how_many_more() {
    let lexicon = lexicon();
    let reading = reading("scrap by machine", &lexicon);
    let items: Vec<MetricItem> = (0..13)
        .map(|place| {
            let value = (1_300 - place * 100).to_string();
            item(
                "quantity_scrap",
                (place != 12).then_some(value.as_str()),
                "",
                &[("machine", &format!("M{place}"))],
            )
        })
        .collect();
    let view = answer(&reading, &items, &[], cited(&[citation()]), &lexicon);
    assert!(
        view.answer.contains("M0") && view.answer.contains("M9") && !view.answer.contains("M10"),
        "{}",
        view.answer
    );
    assert!(view.answer.contains("and 3 more."), "{}", view.answer);
    assert_eq!(
        view.values
            .iter()
            .filter(|value| value.metric == "quantity_scrap")
            .count(),
        13
    );
    assert_grounded(&view);
}

#[test]
fn rankings_trends_and_comparisons_are_grounded() {
    let lexicon = lexicon();
    let ranked = reading("which machine has the most scrap", &lexicon);
    let items = [
        item("quantity_scrap", Some("70"), "PC", &[("machine", "T49")]),
        item("quantity_scrap", Some("20.25"), "PC", &[("machine", "T48")]),
    ];
    let view = answer(&ranked, &items, &[], Sources::default(), &lexicon);
    assert!(view.answer.contains("Largest: T49 with 70 PC."), "{}", view.answer);
    assert_grounded(&view);

    let trend = reading("oee by month", &lexicon);
    let items: Vec<MetricItem> = ["0.61", "0.6212345", "0.59"]
        .iter()
        .zip(["2025-01-01", "2025-02-01", "2025-03-01"])
        .map(|(value, month)| item("oee", Some(value), "ratio", &[("month", month)]))
        .collect();
    let view = answer(&trend, &items, &[], Sources::default(), &lexicon);
    assert!(
        view.answer
            .contains("Highest: 2025-02-01 with 62.12 %; lowest: 2025-03-01 with 59 %."),
        "{}",
        view.answer
    );
    assert_grounded(&view);

    let sides = reading("oee March vs April", &lexicon);
    let view = answer(
        &sides,
        &[item("oee", Some("0.61"), "ratio", &[])],
        &[item("oee", Some("0.585"), "ratio", &[])],
        Sources::default(),
        &lexicon,
    );
    assert!(
        view.answer
            .contains("2.5 percentage points more than 2025-04-01 to 2025-04-30"),
        "{}",
        view.answer
    );
    assert_grounded(&view);

    let sides = reading("scrap of T48 vs T49", &lexicon);
    let view = answer(
        &sides,
        &[item("quantity_scrap", Some("90"), "", &[])],
        &[item("quantity_scrap", Some("120"), "", &[])],
        Sources::default(),
        &lexicon,
    );
    assert!(
        view.answer
            .contains("machine T48 is 30 less than machine T49 (25 % less)."),
        "{}",
        view.answer
    );
    assert_grounded(&view);

    let sides = reading("scrap by shift March vs April", &lexicon);
    let view = answer(
        &sides,
        &[item("quantity_scrap", Some("9"), "", &[("shift", "1")])],
        &[
            item("quantity_scrap", Some("12"), "", &[("shift", "1")]),
            item("quantity_scrap", Some("8"), "", &[("shift", "2")]),
        ],
        Sources::default(),
        &lexicon,
    );
    assert!(view.answer.contains('–'), "{}", view.answer);
}

#[test]
fn only_named_members_are_shown() {
    let lexicon = lexicon();
    let reading = reading("oee of T48, T49 and \"Press 4 - Stamping\"", &lexicon);
    let items: Vec<MetricItem> = ["T48", "T49", "Press 4 - Stamping", "Oven North"]
        .iter()
        .map(|name| item("oee", Some("0.5"), "ratio", &[("machine", name)]))
        .collect();
    let view = answer(&reading, &items, &[], Sources::default(), &lexicon);
    assert!(
        view.answer.contains("T49") && !view.answer.contains("Oven"),
        "{}",
        view.answer
    );
}

#[test]
fn escape_sequences_of_the_data_are_not_repeated() {
    let lexicon = lexicon();
    let reading = reading("scrap by machine", &lexicon);
    let view = answer(
        &reading,
        &[item("quantity_scrap", Some("1"), "", &[("machine", "\u{1b}[31mred")])],
        &[],
        Sources::default(),
        &lexicon,
    );
    assert!(!view.answer.contains('\u{1b}'));
}

#[test]
fn stale_data_is_said_first() {
    let stale = stale();
    let reading = reading("scrap last month", &stale);
    let view = answer(
        &reading,
        &[item("quantity_scrap", Some("5"), "", &[])],
        &[],
        Sources::default(),
        &stale,
    );
    assert!(view.answer.starts_with("The data ends 2025-06-20"), "{}", view.answer);
}

#[test]
fn next_questions_work_on_this_data() {
    let lexicon = lexicon();
    for question in [
        "oee",
        "scrap by machine",
        "energy by month",
        "top 3 machines by scrap",
        "T48 vs T49 oee",
    ] {
        let view = answer(&reading(question, &lexicon), &[], &[], Sources::default(), &lexicon);
        assert!(!view.next_questions.is_empty());
        for next in &view.next_questions {
            let outcome = read(next, &lexicon, None);
            assert!(
                matches!(outcome, Outcome::Query(_) | Outcome::Definition(_)),
                "{next}: {outcome:?}"
            );
        }
    }
}

#[test]
fn talk_is_signed_and_grounded() {
    let lexicon = lexicon();
    let Outcome::Files(question) = read("which files are held", &lexicon, None) else {
        panic!("files");
    };
    let none = files(&question, &[], 0, &lexicon);
    assert!(none.answer.starts_with("No held file."), "{}", none.answer);
    let Outcome::Refuse(refusal) = read("scrap of the fizz", &lexicon, None) else {
        panic!("refused");
    };
    let refused = refuse(&refusal, &lexicon);
    assert!(refused.refused && refused.reason.as_deref().is_some_and(|reason| reason.contains("fizz")));
    let Outcome::Clarify { question, choices } = read("yield", &lexicon, None) else {
        panic!("clarify");
    };
    let back = clarify(&question, &choices);
    assert!(
        back.answer.contains("1) ") && back.answer.contains("2) "),
        "{}",
        back.answer
    );
    for view in [
        none,
        definition("oee", &lexicon),
        definition("labor_productivity", &lexicon),
        help(&lexicon),
        members(Dimension::Machine, &lexicon),
        savings(&plant_core::model::SavingsView::default(), &lexicon),
        refused,
        back,
    ] {
        assert!(
            view.answer
                .lines()
                .last()
                .is_some_and(|line| line.starts_with("How I read this: ")),
            "{}",
            view.answer
        );
        assert!(view.grounded);
    }
    assert!(
        definition("labor_productivity", &lexicon)
            .answer
            .contains("labor hours")
    );
}
