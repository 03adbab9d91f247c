//! Fixed data for the tests of the screens.

mod reference;

use chrono::{DateTime, Duration, Utc};
use plant_core::access::Role;
use plant_core::alias::AliasKind;
use plant_core::balance::Balance;
use plant_core::component::Dimension;
use plant_core::metric::{MetricKind, Warning};
use plant_core::model::{
    AliasEffect, AliasItem, AliasMember, AliasOverlap, AliasStop, AnalysisStatus, AnalysisView, Analyzer,
    AnalyzerStatus, AnalyzerView, AnswerView, ChartKind, ChartPoint, ChartView, ChoiceView, Citation, ColumnView,
    DatabaseKind, DatabaseView, DialectView, EffectView, Engine, Evidence, FileDetail, FileItem, FindingKind,
    FindingState, FindingView, FolderKind, FolderMode, FolderView, Grade, GrantView, GrantsView, Health, LineView,
    LossView, MetricComponent, MetricDetail, MetricInfo, MetricItem, NotCounted, NotCountedWhy, OnboardingStep,
    OperatorItem, OperatorName, Page, PeriodView, Pool, ProfileView, QuestionView, QueueView, RecordCounts, SavingView,
    SavingsView, SeriesDetail, SeriesItem, SeriesVersion, StatusView, Step, SumView, TierView, TimelineEntry,
};
use plant_core::profile::{
    Counter, Intervals, Output, Profile, ProfileColumn, SeriesSteps, Settings, Shape, Source, Transform,
};
use plant_core::reference::ReferenceUse;
use plant_core::series::{Answer, Mode, QuestionKind};
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_core::table::{Form, Problem};
use plant_core::variable::Variable;
use rust_decimal::Decimal;

fn at(minutes: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2025-03-03T06:00:00Z".parse().expect("a time");
    start + Duration::minutes(minutes)
}

fn number(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

pub fn status() -> StatusView {
    StatusView {
        version: "0.1.0".to_owned(),
        uptime_s: 4_321,
        health: Health::Degraded,
        problems: vec![
            "folder /srv/exports/old is gone; create it again or remove it with `plant folders remove`".to_owned(),
        ],
        org: "acme".to_owned(),
        currency: Some("USD".to_owned()),
        zone: "America/Chicago".to_owned(),
        role: Role::Admin,
        folders: vec![FolderView {
            since: None,
            folder_id: id("0195f300-0000-7000-8000-000000000001"),
            path: "/srv/exports/mes".to_owned(),
            kind: FolderKind::Local,
            mode: FolderMode::Watch,
            site: None,
            line: None,
            machine: None,
            zone: None,
            last_scan_at: None,
            last_file_at: None,
            fault: None,
            fault_kind: None,
        }],
        queue: QueueView {
            waiting: 2,
            running: 1,
            held: 3,
            failed: 0,
            analysed: 1_204,
            unanalysed: 0,
            questions: 0,
            total: 1_210,
        },
        database: DatabaseView {
            kind: DatabaseKind::Private,
            version: "15.6".to_owned(),
        },
        onboarding: vec![
            step(Step::Folder, "watch a folder", true, ""),
            step(Step::File, "take a file in", true, ""),
            step(
                Step::Mapping,
                "save a mapping",
                false,
                "plant files --state held, then plant profiles save",
            ),
            step(Step::Question, "ask a question", false, "press 5"),
        ],
        resident_bytes: 41_000_000,
    }
}

/// An id as it is written.
pub fn id<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().unwrap_or_else(|| panic!("{text} is no id"))
}

fn step(step: Step, label: &str, done: bool, next: &str) -> OnboardingStep {
    OnboardingStep {
        step,
        label: label.to_owned(),
        done,
        next: next.to_owned(),
    }
}

pub fn files(count: usize) -> Page<FileItem> {
    let states = [
        FileState::Analysed,
        FileState::Held,
        FileState::Analysed,
        FileState::Failed,
        FileState::Duplicate,
        FileState::Reading,
    ];
    let items = (0..count).map(|number| {
        let state = states[number % states.len()];
        let reason = match state {
            FileState::Held => Some((
                ReasonCode::AmbiguousDate,
                "day and month can't be told apart in column Fecha",
            )),
            FileState::Failed => Some((ReasonCode::UnclosedQuote, "line 17: a quote never closes")),
            FileState::Duplicate => Some((ReasonCode::SameBytes, "the same bytes came in as production_0001.csv")),
            _ => None,
        };
        let has_rows = state.has_rows();
        FileItem {
            file_id: id(&format!("0195f000-0000-7000-8000-{number:012}")),
            name: format!("production_{number:04}.csv"),
            folder: "/srv/exports/mes".to_owned(),
            sha256: format!("{number:064x}"),
            bytes: 12_345 + number as u64,
            state,
            reason: reason.map(|(code, text)| Reason {
                code,
                text: text.to_owned(),
            }),
            encoding: Some("utf-8".to_owned()),
            dialect: Some(DialectView {
                form: Form::Delimited,
                delimiter: Some(";".to_owned()),
                quote: Some("\"".to_owned()),
                decimal: Some(",".to_owned()),
                header_line: Some(4),
                sheet: None,
            }),
            profile: has_rows.then(|| "mes production".to_owned()),
            tier: has_rows.then_some(3),
            balance: has_rows.then(|| Balance {
                physical: 1_010,
                header: 1,
                preamble: 3,
                total: 1,
                blank: 1,
                taken: 1_000 + number as u64 % 2,
                quarantined: 4 - number as u64 % 2,
                ..Balance::default()
            }),
            records: has_rows.then_some(RecordCounts {
                new: 990,
                changed: 4,
                unchanged: 6,
            }),
            first_day: "2025-02-01".parse().ok(),
            last_day: "2025-02-28".parse().ok(),
            seen_at: at(-(number as i64)),
            committed_at: has_rows.then(|| at(1)),
            analysed_at: has_rows.then(|| at(2)),
            findings: 2,
        }
    });
    Page {
        items: items.collect(),
        next_page: None,
    }
}

pub fn file() -> FileDetail {
    let column = |source: &str, variable, confidence, samples: &[&str]| ColumnView {
        measure: None,
        source: source.to_owned(),
        variable,
        transform: Transform::None,
        confidence,
        filled: 0.99,
        samples: samples.iter().map(|sample| (*sample).to_owned()).collect(),
        why: "named so".to_owned(),
    };
    let problem = |line, column: Option<&str>, text: &str, value: Option<&str>, quarantined| Problem {
        line,
        column: column.map(str::to_owned),
        code: "bad_number".to_owned(),
        text: text.to_owned(),
        value: value.map(str::to_owned),
        quarantined,
    };
    FileDetail {
        item: files(1).items.remove(0),
        columns: vec![
            column("Auftrag", Some(Variable::WorkOrder), 0.98, &["100234", "100235"]),
            column(
                "Gutmenge (Stück)",
                Some(Variable::QuantityGood),
                0.95,
                &["1.200", "980", "1.010"],
            ),
            column("Ausschuss", Some(Variable::QuantityScrap), 0.71, &["3", "0", "12"]),
            column("Bemerkung", None, 0.0, &["", "Werkzeug 日本"]),
        ],
        problems: vec![
            problem(118, Some("Gutmenge (Stück)"), "not a number", Some("n/v"), true),
            problem(0, None, "the footer says 1,002 rows, 1,000 were read", None, false),
        ],
        problem_count: 612,
        timeline: vec![
            entry(0, FileState::Seen, "found in /srv/exports/mes"),
            entry(1, FileState::Reading, "read by a worker"),
            entry(2, FileState::Committed, "1,000 rows in"),
            entry(3, FileState::Analysed, "tier 3, 2 findings"),
        ],
        next_step: "nothing to do".to_owned(),
        notes: vec!["delimiter \";\" in all of 1,001 lines".to_owned()],
        series_id: Some(id("0195f300-0000-7000-8000-000000000000")),
        row_counts: [("counts".to_owned(), 988), ("replaced".to_owned(), 12)].into(),
        question: None,
    }
}

fn entry(minutes: i64, state: FileState, note: &str) -> TimelineEntry {
    TimelineEntry {
        at: at(minutes),
        state,
        note: note.to_owned(),
    }
}

fn tiers() -> TierView {
    TierView {
        overall: 2,
        cost: 1,
        equipment: 0,
        quality: 3,
        efficiency: 2,
        unlocks: vec![
            "missing: ideal_cycle_time (0 % filled) -> would unlock effectiveness, OEE, speed loss".to_owned(),
        ],
        present: vec![Variable::QuantityGood],
    }
}

pub fn analyses(count: usize) -> Page<AnalysisView> {
    let one = |number: usize| AnalysisView {
        analysis_id: id(&format!("0195f100-0000-7000-8000-{number:012}")),
        scope: format!("production_{number:04}.csv"),
        file_id: Some(id("0195f000-0000-7000-8000-000000000000")),
        tier: 2,
        tiers: tiers(),
        status: match number % 7 {
            3 => AnalysisStatus::Failed,
            _ => AnalysisStatus::Completed,
        },
        analyzers: Vec::new(),
        summary: vec![
            "1,000 records of 28 days.".to_owned(),
            "Scrap costs most on M07.".to_owned(),
        ],
        uses: Vec::new(),
        created_at: at(-(number as i64)),
        stale: number % 5 == 1,
        records: 1_000,
        error: None,
    };
    Page {
        items: (0..count).map(one).collect(),
        next_page: None,
    }
}

pub fn metric(name: &str, value: Option<&str>, unit: &str, null_reason: Option<&str>) -> MetricItem {
    MetricItem {
        metric: name.to_owned(),
        value: value.map(number),
        unit: unit.into(),
        null_reason: null_reason.map(|reason| reason.parse().unwrap()),
        n: 1_000,
        coverage: Some(number("0.98")),
        group: [("machine".to_owned(), Some("M07".to_owned()))].into(),
        components: Default::default(),
        warnings: Vec::new(),
        method: "GQ / PQ".to_owned(),
        version: 1,
    }
}

/// Label, value, cumulative share, mark.
type Point<'a> = (&'a str, Option<f64>, Option<f64>, Option<&'a str>);

fn points(values: &[Point]) -> Vec<ChartPoint> {
    let point = |(label, value, cumulative, mark): &Point| ChartPoint {
        label: (*label).to_owned(),
        value: *value,
        cumulative: *cumulative,
        mark: mark.map(str::to_owned),
    };
    values.iter().map(point).collect()
}

fn chart(kind: ChartKind) -> ChartView {
    let (points, levels) = match kind {
        ChartKind::Pareto => (
            points(&[
                ("porosity", Some(4_120.0), Some(0.52), None),
                ("(blank)", Some(2_340.5), Some(0.81), None),
                ("crack", Some(1_500.0), Some(1.0), None),
            ]),
            Vec::new(),
        ),
        ChartKind::Control => {
            let days: Vec<ChartPoint> = (1..=24)
                .flat_map(|day| {
                    let value = if day == 17 {
                        0.094
                    } else {
                        0.03 + f64::from(day % 5) * 0.006
                    };
                    let mark = (day == 17).then_some("1");
                    points(&[(&format!("2025-02-{day:02}"), Some(value), None, mark)])
                })
                .collect();
            let levels = vec![
                ("centre".to_owned(), 0.042),
                ("UCL".to_owned(), 0.081),
                ("LCL".to_owned(), 0.003),
            ];
            (days, levels)
        }
        ChartKind::Losses => (
            points(&[
                ("good time", Some(18_200.0), None, None),
                ("availability loss", Some(5_100.0), None, None),
                ("effectiveness loss", None, None, None),
                ("quality loss", Some(40.0), None, None),
            ]),
            Vec::new(),
        ),
        _ => (
            points(&[
                ("2025-02-01", Some(120.5), None, None),
                ("2025-02-02", Some(98.25), None, None),
                ("2025-02-03", None, None, None),
                ("2025-02-04", Some(143.0), None, None),
                ("2025-02-05", Some(151.0), None, None),
            ]),
            Vec::new(),
        ),
    };
    ChartView {
        kind,
        title: format!("{kind} of the period"),
        unit: if kind == ChartKind::Control { "ratio" } else { "min" }.into(),
        points,
        levels,
    }
}

pub fn analysis() -> AnalysisView {
    let analyzer = |name, level, metrics, findings: &[&str], kind| AnalyzerView {
        name,
        status: match level {
            0 => AnalyzerStatus::NoData,
            _ => AnalyzerStatus::Completed,
        },
        level,
        metrics,
        findings: findings.iter().map(|title| (*title).to_owned()).collect(),
        chart: (level > 0).then(|| chart(kind)),
        error: (level == 0).then(|| "no stops in the data".to_owned()),
    };
    let cost = vec![
        metric("scrap_cost", Some("7960.5"), "USD", None),
        metric("cost_per_good_unit", Some("3.4567"), "USD", None),
    ];
    let quality = vec![
        metric("quality_ratio", Some("0.9584"), "ratio", None),
        metric("first_pass_yield", None, "ratio", Some("missing_quantity_rework")),
    ];
    let efficiency = vec![metric("oee", None, "ratio", Some("missing_ideal_cycle_time"))];
    AnalysisView {
        analyzers: vec![
            analyzer(Analyzer::Cost, 1, cost, &["Scrap on M07 costs most"], ChartKind::Pareto),
            analyzer(Analyzer::Equipment, 0, Vec::new(), &[], ChartKind::Trend),
            analyzer(Analyzer::Quality, 3, quality, &[], ChartKind::Control),
            analyzer(Analyzer::Efficiency, 2, efficiency, &[], ChartKind::Losses),
        ],
        uses: vec![ReferenceUse {
            variable: Variable::StandardUnitCost,
            file_id: id("0195f000-0000-7000-8000-000000000001"),
            file: "products.csv".to_owned(),
            rows: 720,
            entries: 211,
            lines: vec![4, 7, 9],
        }],
        ..analyses(1).items.remove(0)
    }
}

pub fn findings(count: usize) -> Page<FindingView> {
    let one = |at: usize| {
        let money = at % 3 != 2;
        FindingView {
            finding_id: id(&format!("0195f200-0000-7000-8000-{at:012}")),
            analysis_id: id("0195f100-0000-7000-8000-000000000000"),
            analyzer: Analyzer::Cost,
            kind: FindingKind::ScrapPareto,
            title: format!("Scrap of product P-{at:03} on machine M07 costs most"),
            scope: [
                ("machine".to_owned(), "M07".to_owned()),
                ("product_code".to_owned(), format!("P-{at:03}")),
            ]
            .into(),
            period: PeriodView {
                from: "2025-02-01".parse().ok(),
                to: "2025-02-28".parse().ok(),
            },
            loss: LossView {
                quantity: Some(Decimal::from(1_200 + at as u64)),
                unit: "pieces".into(),
            },
            saving: money.then(|| SavingView {
                low: Decimal::from(1_030 + at as u64),
                expected: Decimal::from(2_061 + at as u64),
                currency: "USD".to_owned(),
                grade: Grade::C,
                pool: Pool::Material,
                observed: number("4120.5"),
                run_rate: Some(number("53566.5")),
                note: "28 days: the yearly figure is indicative and not counted".to_owned(),
            }),
            method: "scrap_pareto v1".to_owned(),
            working: "0.25 x (1,200 - 12 x 40) pieces x $4.12 = $741".to_owned(),
            evidence: (0..3)
                .map(|row| Evidence {
                    file: format!("production_{row:04}.csv"),
                    file_id: id(&format!("0195f000-0000-7000-8000-{row:012}")),
                    sha256: format!("{:064x}", 0xabc0 + row),
                    line: 118 + row,
                    values: [
                        ("quantity_scrap".to_owned(), "212".to_owned()),
                        ("standard_unit_cost".to_owned(), "4.12".to_owned()),
                    ]
                    .into(),
                })
                .collect(),
            evidence_count: 48,
            state: match money {
                true => FindingState::Identified,
                false => FindingState::Signal,
            },
        }
    };
    Page {
        items: (0..count).map(one).collect(),
        next_page: None,
    }
}

pub fn finding() -> FindingView {
    findings(1).items.remove(0)
}

pub fn savings() -> SavingsView {
    SavingsView {
        goal: Decimal::from(50_000),
        currency: Some("USD".to_owned()),
        verified_low: Decimal::ZERO,
        identified_low: Decimal::from(31_200),
        not_counted: vec![NotCounted {
            why: NotCountedWhy::DefaultValue,
            findings: 9,
            low: Decimal::from(12_400),
            currency: "USD".to_owned(),
        }],
        items: findings(2).items,
    }
}

pub fn headline() -> Vec<MetricItem> {
    vec![
        metric("oee", Some("0.6123"), "ratio", None),
        metric("quality_ratio", Some("0.9584"), "ratio", None),
        metric("scrap_cost", Some("7960.5"), "USD", None),
        metric("energy_used", Some("1234567.25"), "kWh", None),
    ]
}

pub fn answer() -> AnswerView {
    AnswerView {
        answer: "Scrap ratio by machine, 2025-02-01 to 2025-02-28:\n  M07  4.2 %\n  M03  1.9 % [1]".to_owned(),
        reading: "metric = scrap ratio, by machine, 2025-02-01 to 2025-02-28".to_owned(),
        citations: vec![Citation {
            number: 1,
            file: "production_0000.csv".to_owned(),
            file_id: id("0195f000-0000-7000-8000-000000000000"),
            sha256: format!("{:064x}", 0xabc0),
            lines: "5-1004".to_owned(),
            committed_at: Some(at(1)),
        }],
        engine: Engine::Offline,
        grounded: true,
        next_questions: vec!["scrap ratio of M07 by shift".to_owned()],
        ..AnswerView::default()
    }
}

pub fn profile(at: usize) -> ProfileView {
    let column = |source: &str, variable, transform| ProfileColumn {
        home: None,
        source: source.to_owned(),
        variable,
        transform,
        required: variable == Some(Variable::QuantityGood),
    };
    ProfileView {
        profile: Profile {
            profile_id: id(&format!("0195f300-0000-7000-8000-{at:012}")),
            name: format!("production {at:03}"),
            version: 2,
            header_fingerprint: "ab12".to_owned(),
            columns: vec![
                column("Auftrag", Some(Variable::WorkOrder), Transform::None),
                column("Gutmenge", Some(Variable::QuantityGood), Transform::None),
                column("Dauer [h]", Some(Variable::Duration), Transform::Hours),
                column("Bemerkung des Schichtleiters", None, Transform::None),
            ],
            shape: Shape {
                fill_down: vec!["Auftrag".to_owned()],
                ..Shape::default()
            },
            series_steps: SeriesSteps {
                counter: vec![Counter {
                    rollover: Some(1_000_000.into()),
                    ..Counter::of(Variable::MeterReading)
                }],
                intervals: Some(Intervals::State),
            },
            outputs: vec![Output {
                variable: Variable::PostingDate,
                source: Source::NamePart(r"_(?<value>\d{8})".to_owned()),
                transform: Transform::None,
                required: true,
            }],
            settings: Settings {
                key: vec![Variable::WorkOrder],
                decimal: Some(','),
                zone: Some("Europe/Berlin".to_owned()),
                ..Settings::default()
            },
            archived: at == 3,
            approved: at.is_multiple_of(2),
        },
        files: 3 * at as u64,
        created_at: self::at(at as i64),
        created_by: "unix:1000".to_owned(),
    }
}

pub fn metric_info(at: usize) -> MetricInfo {
    let (metric, label, unit, kind, formula) = [
        ("oee", "OEE", "ratio", MetricKind::Derived, "PRI x GQ / PBT"),
        (
            "measured_deviation",
            "Standard deviation of the measured values",
            "",
            MetricKind::Derived,
            "square root of (sum of squares - sum squared / n) / (n - 1)",
        ),
        (
            "cost_per_good_unit",
            "Cost per good unit",
            "currency/unit",
            MetricKind::Ratio,
            "total cost / good pieces, over the rows that carry both",
        ),
        (
            "quantity_inspected",
            "Quantity inspected",
            "",
            MetricKind::Sum,
            "sum of the inspected quantity",
        ),
    ][at % 4];
    MetricInfo {
        metric: metric.to_owned(),
        code: String::new(),
        label: label.to_owned(),
        unit: unit.into(),
        kind,
        formula: formula.to_owned(),
        source: "standard costing practice; ASQ quality cost classes".to_owned(),
        needs: vec!["total_cost".to_owned(), "quantity_good or quantity_produced".to_owned()],
        dimensions: Dimension::ALL.to_vec(),
    }
}

pub fn metric_detail() -> MetricDetail {
    let component = |component: &str, unit: &str, meaning: &str, required| MetricComponent {
        component: component.to_owned(),
        unit: unit.into(),
        meaning: meaning.to_owned(),
        required,
    };
    MetricDetail {
        info: metric_info(2),
        version: 1,
        higher_is_better: Some(false),
        components: vec![
            component(
                "cost_of_good",
                "currency",
                "Cost booked on rows that carry good pieces",
                true,
            ),
            component("gq_costed", "", "Good pieces on rows that carry a cost", true),
            component("rows", "1", "Rows that count", false),
        ],
        null_reasons: ["missing_cost_of_good", "zero_gq_costed", "mixed_currency", "overflow"]
            .map(|reason| reason.parse().expect("a reason"))
            .to_vec(),
        warnings: vec![Warning::NoCurrency],
    }
}

/// So many grants, with what follows without one.
pub fn grants(count: usize) -> GrantsView {
    let roles = [Role::Admin, Role::Viewer, Role::Operator, Role::Analyst];
    let grant = |at: usize| GrantView {
        principal: format!("unix:{}", 4_294_967_294 - at as u64),
        account: (at % 3 != 2).then(|| format!("shift-leader-{at:03}")),
        role: roles[at % 4],
        since: self::at(at as i64),
        by: "unix:1000".to_owned(),
    };
    GrantsView {
        items: (0..count).map(grant).collect(),
        next_page: None,
        implied: [
            "root and the account of plantd (unix:112) are administrators",
            "members of the group plant-admin are administrators: anna, bernd",
            "members of the group plant are operators; nobody is listed in it",
        ]
        .map(str::to_owned)
        .to_vec(),
    }
}

fn operator_item(at: usize) -> OperatorItem {
    OperatorItem {
        operator: format!("op-7f3a9c2d41{at:02x}"),
        rows: 1_204 - at as u64,
        files: 3,
    }
}

/// Who is behind a code.
pub fn operator() -> OperatorName {
    OperatorName {
        operator: "op-7f3a9c2d4100".to_owned(),
        name: "Anna Berg".to_owned(),
        file_id: file().item.file_id,
        file: "confirmations march.csv".to_owned(),
        line: 17,
    }
}

/// What is asked about two files.
fn question() -> QuestionView {
    let choice = |choice, label: &str, rows, sum: &str| ChoiceView {
        choice,
        label: label.to_owned(),
        effect: EffectView {
            rows,
            sums: vec![SumView {
                variable: Variable::QuantityGood,
                value: number(sum),
            }],
        },
    };
    QuestionView {
        code: QuestionKind::RepeatedOrNew,
        text: "scrap_06h.csv and scrap_07h.csv: two files have 12 rows in common: the same events again, or new ones?"
            .to_owned(),
        older: id("0195f000-0000-7000-8000-000000000001"),
        newer: id("0195f000-0000-7000-8000-000000000002"),
        choices: vec![
            choice(Answer::Repeat, "the same events again: they count once", 1_240, "1435"),
            choice(Answer::Increment, "new events: all rows count", 1_252, "1915.5"),
        ],
    }
}

/// A series; every third one is asked about.
pub fn series(number: usize) -> SeriesItem {
    SeriesItem {
        series_id: id(&format!("0195f400-0000-7000-8000-{number:012}")),
        kind: format!("scrap_{number:02}"),
        profiles: vec!["scrap".to_owned(), "Ausschuss 日本".to_owned()],
        mode: (number % 2 == 1).then_some(Mode::Keyed),
        decided: number % 2 == 1,
        key: if number % 2 == 1 {
            vec![Variable::WorkOrder, Variable::Operation]
        } else {
            Vec::new()
        },
        files: 12,
        rows: 14_400,
        live: 12_345,
        question: (number.is_multiple_of(3)).then(question),
    }
}

/// A series with its versions.
pub fn series_detail() -> SeriesDetail {
    let version = |number: u64| SeriesVersion {
        file_id: id(&format!("0195f000-0000-7000-8000-{number:012}")),
        name: format!("scrap_{number:02}h.csv"),
        scope: if number == 7 { "l2".to_owned() } else { String::new() },
        rank: at(number as i64 * 60),
        rows: 1_200,
        live: 1_200 - number,
        why_not: [("repeated".to_owned(), number), ("older_reading".to_owned(), 1)].into(),
    };
    SeriesDetail {
        item: series(0),
        scope: vec!["l2".to_owned()],
        rank_basis: "the time at which a file was last changed".to_owned(),
        evidence: vec!["3 times files of different names held the same rows".to_owned()],
        versions: (1..8).map(version).collect(),
    }
}

/// A folder; of every other one something is said.
pub fn folder(number: usize) -> FolderView {
    let said = |text: &str| (number % 2 == 1).then(|| text.to_owned());
    FolderView {
        folder_id: id(&format!("0195f300-0000-7000-8000-{number:012}")),
        path: format!("/srv/exports/{number:03}"),
        site: said("Werk Nord"),
        line: said("L2"),
        machine: said("CNC-01"),
        zone: said("Europe/Berlin"),
        since: said("").map(|_| at(-60)),
        last_scan_at: Some(at(1)),
        fault: said("the share hangs"),
        ..status().folders.remove(0)
    }
}

/// An alias; every other one is suggested.
pub fn alias(number: usize) -> AliasItem {
    let decided = number.is_multiple_of(2);
    AliasItem {
        kind: AliasKind::ALL[number % 2],
        name: format!("CNC{number:02}"),
        canonical: format!("CNC-{number:02}"),
        decided,
        by: decided.then(|| "unix:1000".to_owned()),
        at: decided.then(|| at(number as i64)),
        rows: (!decided).then_some(1_200),
    }
}

/// What an alias would change; of machines that stood at the same time.
pub fn alias_effect() -> AliasEffect {
    let member = |name: &str, rows: u64, good: &str| AliasMember {
        name: name.to_owned(),
        rows,
        sums: vec![SumView {
            variable: Variable::QuantityGood,
            value: number(good),
        }],
    };
    let stop = |machine: &str, minutes: i64, file: &str, line: u64| AliasStop {
        machine: machine.to_owned(),
        start: at(minutes),
        end: at(minutes + 30),
        file: file.to_owned(),
        line,
    };
    AliasEffect {
        kind: AliasKind::Machine,
        name: "CNC01".to_owned(),
        canonical: "CNC-01".to_owned(),
        removed: false,
        files: 2,
        rows: 1_400,
        unknown: vec!["CNC-01".to_owned()],
        live_before: 2_800,
        live_after: 2_600,
        members_before: 5,
        members_after: 4,
        before: vec![member("CNC-01", 1_200, "24000"), member("CNC01", 1_400, "26000.5")],
        after: vec![member("CNC-01", 2_400, "46000.5")],
        overlap: Some(AliasOverlap {
            stops: 3,
            one: stop("CNC-01", 10, "stops_march.csv", 17),
            other: stop("CNC01", 25, "stops_mes.csv", 1_204),
        }),
    }
}

/// A line of a file; one with a long text, a tab and a character that a terminal would obey, or an empty one.
pub fn line(has_text: bool) -> LineView {
    let text = "WO-4711\tM-7\tStillstand\t12,5\t\u{1b}[31mrot\t";
    LineView {
        file_id: file().item.file_id,
        name: file().item.name,
        line: 4_711,
        text: if has_text { text.repeat(4) } else { String::new() },
        is_cut: has_text,
    }
}

/// What the daemon answers for a screen, with so many rows in a list.
pub fn content(screen: &crate::subject::Screen, count: usize) -> crate::subject::Content {
    use crate::subject::{Content, Described};

    match screen.spec.name {
        "overview" | "files" => Content::rows(files(count)),
        "file" => Content::Text(file().document()),
        "line" => Content::Text(line(true).document()),
        "analyses" => Content::rows(analyses(count)),
        "analysis" => Content::Text(analysis().document()),
        "findings" => Content::rows(findings(count)),
        "finding" => Content::Text(finding().document()),
        "profiles" => Content::rows(Page {
            items: (0..count).map(profile).collect(),
            next_page: None,
        }),
        "profile" => Content::Text(profile(0).document()),
        "metrics" => Content::rows(Page {
            items: (0..count).map(metric_info).collect(),
            next_page: None,
        }),
        "metric" => Content::Text(metric_detail().document()),
        "grants" => Content::Text(grants(count).document()),
        "references" => Content::rows(Page {
            items: (0..count).map(reference::item).collect(),
            next_page: None,
        }),
        "reference" => Content::rows(Page {
            items: (0..count).map(reference::entry).collect(),
            next_page: None,
        }),
        "operators" => Content::rows(Page {
            items: (0..count).map(operator_item).collect(),
            next_page: None,
        }),
        "operator" => Content::Text(operator().document()),
        "series" => Content::rows(Page {
            items: (0..count).map(series).collect(),
            next_page: None,
        }),
        "folders" => Content::rows(Page {
            items: (0..count).map(folder).collect(),
            next_page: None,
        }),
        "folder" => Content::Text(folder(1).document()),
        "aliases" => Content::rows(Page {
            items: (0..count).map(alias).collect(),
            next_page: None,
        }),
        "alias" => Content::Text(crate::subject::alias::told(&alias_effect(), false)),
        "versions" => Content::Text(series_detail().document()),
        other => panic!("the daemon is asked for {other}"),
    }
}
