//! One of each thing that crosses, with every field filled.

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::balance::Balance;
use plant_core::component::Dimension;
use plant_core::measure::Home;
use plant_core::metric::{Coverage, Grain, MetricQuery};
use plant_core::model::*;
use plant_core::profile::{
    Counter, DateOrder, DropWhere, Intervals, Output, Pivot, Profile, ProfileColumn, SeriesSteps, Settings, Shape,
    Source, SplitRows, Test, Transform, Unpivot, Zero,
};
use plant_core::series::{Answer, QuestionKind};
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_core::stop::StopCategory;
use plant_core::table::{Form, LayoutHints};
use plant_core::trouble::Passing;
use plant_core::variable::Variable;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub(super) fn at(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).expect("in range")
}

pub(super) fn id<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().expect("an id")
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub(super) fn dec(text: &str) -> Decimal {
    Decimal::from_str_exact(text).expect("a decimal")
}

pub(super) fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub(super) fn pairs(texts: &[(&str, &str)]) -> BTreeMap<String, String> {
    texts
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

pub(super) fn group() -> BTreeMap<String, Option<String>> {
    [
        ("machine".to_owned(), Some("T48".to_owned())),
        ("shift".to_owned(), None),
    ]
    .into()
}

pub(super) fn dialect() -> DialectView {
    DialectView {
        form: Form::Delimited,
        delimiter: Some(";".into()),
        quote: Some("\"".into()),
        decimal: Some(",".into()),
        header_line: Some(3),
        sheet: Some("Übersicht".into()),
    }
}

pub(super) fn folder() -> FolderView {
    FolderView {
        since: Some(at(4)),
        folder_id: id("01900000-0000-7000-8000-000000000001"),
        path: "/srv/export\u{2007}x".into(),
        kind: FolderKind::Smb,
        mode: FolderMode::Poll,
        site: Some("north".into()),
        line: Some("l1".into()),
        machine: Some("m1".into()),
        zone: Some("UTC".into()),
        last_scan_at: Some(at(1_700_000_000_123_456)),
        last_file_at: None,
        fault: Some("gone".into()),
        fault_kind: Some(Passing::Unreachable),
    }
}

pub(super) fn file_item(state: FileState, code: ReasonCode) -> FileItem {
    FileItem {
        file_id: id("01900000-0000-7000-8000-000000000002"),
        name: "export ␛.csv".into(),
        folder: "/srv/export".into(),
        sha256: "ab".repeat(32),
        bytes: u64::MAX,
        state,
        reason: Some(Reason {
            code,
            text: "line 3, column `Datum`".into(),
        }),
        encoding: Some("windows-1252".into()),
        dialect: Some(dialect()),
        profile: Some("mes".into()),
        tier: Some(3),
        balance: Some(Balance {
            physical: 10,
            header: 1,
            preamble: 2,
            ruler: 3,
            total: 4,
            blank: 5,
            taken: 6,
            quarantined: 7,
            dropped: 11,
            made: 12,
            duplicate: 8,
            continued: 9,
        }),
        records: Some(RecordCounts {
            new: 1,
            changed: 2,
            unchanged: 3,
        }),
        first_day: Some(day("2018-01-01")),
        last_day: Some(day("2018-12-31")),
        seen_at: at(-1),
        committed_at: Some(at(1)),
        analysed_at: Some(at(253_402_300_799_999_999)),
        findings: 4,
    }
}

pub(super) fn settings() -> Settings {
    Settings {
        layout: LayoutHints {
            encoding: Some("utf-16le".into()),
            delimiter: Some('\t'),
            header_line: Some(0),
            sheet: Some("s".into()),
        },
        decimal: Some(','),
        date_order: Some(DateOrder::Mdy),
        zone: Some("Europe/Berlin".into()),
        currency: Some("EUR".into()),
        key: vec![Variable::WorkOrder, Variable::Operation],
        ignore: strings(&["Lfd.Nr"]),
        null_tokens: strings(&["-", "k.A."]),
        categories: [("Störung".to_owned(), StopCategory::Breakdown)].into(),
        quantities_on_running_rows: true,
        midnight_closes_day: true,
    }
}

pub(super) fn outputs() -> Vec<Output> {
    let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let sources = [
        Source::DateTime {
            date: "d".into(),
            time: "t".into(),
        },
        Source::Sum(strings(&["a", "b"])),
        Source::FirstOf(strings(&["a", "b"])),
        Source::Map {
            column: "a".into(),
            values: [("1".to_owned(), "M1".to_owned())].into(),
        },
        Source::NamePart(r"(?<value>\d+)".into()),
        Source::FolderPart("L".into()),
        Source::Preamble("Werk".into()),
        Source::Constant("L2".into()),
        Source::Lookup(vec![Variable::ProductCode, Variable::Machine]),
    ];
    let made = |source| Output {
        variable: Variable::EventStart,
        source,
        transform: Transform::Negate,
        required: true,
    };
    sources.into_iter().map(made).collect()
}

pub(super) fn shape() -> Shape {
    let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let tests = [
        Test::Is(strings(&["$RT_OFF$"])),
        Test::Not(strings(&["1", "192"])),
        Test::Matches("^x".into()),
        Test::Blank,
    ];
    let condition = |test| DropWhere {
        column: "Tag".into(),
        test,
    };
    Shape {
        sheets: strings(&["2025-*"]),
        units_row: 2,
        fill_down: strings(&["M"]),
        drop_where: tests.into_iter().map(condition).collect(),
        split_rows: Some(SplitRows {
            columns: strings(&["a", "b"]),
            at: ";".into(),
            repeat: strings(&["c"]),
        }),
        unpivot: Some(Unpivot {
            columns: strings(&["2025-*"]),
            name: "n".into(),
            value: "v".into(),
        }),
        pivot: Some(Pivot {
            name: "t".into(),
            value: "w".into(),
        }),
    }
}

pub(super) fn profile() -> Profile {
    Profile {
        profile_id: "01900000-0000-7000-8000-000000000001".parse().expect("an id"),
        name: "mes".into(),
        version: 7,
        header_fingerprint: "f00".into(),
        columns: vec![ProfileColumn {
            home: Some(Home::Extra),
            source: "Menge (Stk)".into(),
            variable: Some(Variable::QuantityGood),
            transform: Transform::Scale(dec("0.001")),
            required: true,
        }],
        shape: shape(),
        outputs: outputs(),
        series_steps: SeriesSteps {
            counter: vec![
                Counter::of(Variable::MeterReading),
                Counter {
                    rollover: Some(dec("32768")),
                    max_step: Some(dec("0.5")),
                    zero: Zero::Reset,
                    ..Counter::of(Variable::QuantityGood)
                },
            ],
            intervals: Some(Intervals::State),
        },
        settings: settings(),
        archived: true,
        approved: true,
    }
}

pub(super) fn metric_item() -> MetricItem {
    MetricItem {
        metric: "oee".into(),
        value: Some(dec("-0.0000000000000000000000000001")),
        unit: "ratio".into(),
        null_reason: Some("zero_pbt_s".parse().unwrap()),
        n: 12,
        coverage: Some(Coverage {
            rows: Some(dec("0.950")),
            asked: Some(720),
            covered: Some(585),
            places: "machines".to_owned(),
            places_asked: 6,
            places_covered: 5,
            days_asked: 120,
            days_covered: 117,
            missing: vec!["Press 6".to_owned(), "2025-03-01 to 2025-03-03".to_owned()],
        }),
        group: group(),
        components: [("pbt_s".to_owned(), dec("79228162514264337593543950335"))].into(),
        warnings: vec![plant_core::metric::Warning::AbovePlan],
        method: "F-02".into(),
        version: 2,
    }
}

pub(super) fn finding() -> FindingView {
    FindingView {
        finding_id: id("01900000-0000-7000-8000-000000000003"),
        analysis_id: id("01900000-0000-7000-8000-000000000004"),
        analyzer: Analyzer::Quality,
        kind: FindingKind::ScrapPareto,
        title: "t".into(),
        scope: pairs(&[("machine", "T48")]),
        period: PeriodView {
            from: Some(day("2025-02-28")),
            to: None,
        },
        loss: LossView {
            quantity: Some(dec("10867")),
            unit: "pcs".into(),
        },
        saving: Some(SavingView {
            low: dec("1.10"),
            expected: dec("2.20"),
            currency: "EUR".into(),
            grade: Grade::B,
            pool: Pool::Material,
            observed: dec("3.30"),
            run_rate: Some(dec("4.40")),
            note: "n".into(),
        }),
        method: "m".into(),
        working: "w".into(),
        evidence: vec![Evidence {
            file: "a.csv".into(),
            file_id: id("01900000-0000-7000-8000-000000000002"),
            sha256: "00".into(),
            line: 17,
            sub: 2,
            values: pairs(&[("scrap", "3")]),
        }],
        evidence_count: 99,
        state: FindingState::Identified,
    }
}

pub(super) fn query() -> MetricQuery {
    MetricQuery {
        metrics: strings(&["oee"]),
        by: Dimension::ALL.to_vec(),
        by_file: true,
        file: Some("01900000-0000-7000-8000-000000000002".parse().expect("an id")),
        from: Some(day("2025-01-01")),
        to: Some(day("2025-02-01")),
        filters: vec![(Dimension::Machine, "T48".into()), (Dimension::Machine, "T49".into())],
        grain: Some(Grain::Week),
        descending: Some(false),
        limit: Some(0),
    }
}

pub(super) fn question() -> QuestionView {
    QuestionView {
        code: QuestionKind::RepeatedOrNew,
        text: "t".into(),
        older: id("01900000-0000-7000-8000-000000000001"),
        newer: id("01900000-0000-7000-8000-000000000002"),
        choices: Answer::ALL
            .into_iter()
            .map(|choice| ChoiceView {
                choice,
                label: "l".into(),
                effect: EffectView {
                    rows: 7,
                    sums: vec![SumView {
                        variable: Variable::QuantityGood,
                        value: "1435.5".parse().expect("a decimal"),
                    }],
                },
            })
            .collect(),
    }
}
