//! Every plain type comes back from the wire as it went, through the bytes.

mod things;

use super::{Cross, WireFault};
use crate::wire;
use plant_core::access::Role;
use plant_core::alias::AliasKind;
use plant_core::calendar::{Calendar, SpecialDay};
use plant_core::component::Dimension;
use plant_core::measure::{Home, MeasureKind};
use plant_core::metric::{Grain, MetricKind, MetricQuery};
use plant_core::model::*;
use plant_core::operator::Operators;
use plant_core::profile::{Profile, ProfileColumn, Transform};
use plant_core::reference::ReferenceUse;
use plant_core::series::{Mode, Why};
use plant_core::state::{FileState, ReasonCode};
use plant_core::table::Problem;
use plant_core::variable::Variable;
use prost::Message;
use rust_decimal::Decimal;
use std::fmt::Debug;
use things::{
    at, dec, dialect, file_item, finding, folder, group, id, metric_item, outputs, pairs, profile, query, question,
    settings, shape, strings,
};

/// There and back through the encoded bytes.
fn check<T, W>(plain: T)
where
    T: Cross<W> + Clone + PartialEq + Debug,
    W: Message + Default,
{
    let bytes = plain.clone().to_wire().encode_to_vec();
    let wire = W::decode(bytes.as_slice()).expect("own bytes");
    assert_eq!(T::from_wire(wire).expect("own message"), plain);
}

#[test]
fn status_folders_and_events() {
    check::<_, wire::Folder>(folder());
    check::<_, wire::Status>(StatusView {
        version: "0.1.0".into(),
        uptime_s: 5,
        health: Health::Degraded,
        problems: strings(&["the database is away"]),
        org: "acme".into(),
        currency: Some("EUR".into()),
        zone: "Europe/Berlin".into(),
        role: Role::Operator,
        folders: vec![folder(), folder()],
        queue: QueueView {
            waiting: 1,
            running: 2,
            held: 3,
            failed: 4,
            analysed: 5,
            unanalysed: 6,
            questions: 8,
            total: 21,
        },
        database: DatabaseView {
            kind: DatabaseKind::Private,
            version: "15.8".into(),
        },
        onboarding: vec![OnboardingStep {
            step: Step::Folder,
            label: "l".into(),
            done: true,
            next: "n".into(),
        }],
        resident_bytes: 64 << 20,
    });
    check::<_, wire::Event>(EventView {
        event_no: 9,
        at: at(1_700_000_000_000_001),
        kind: EventKind::Resync,
        id: "i".into(),
        state: "analysed".into(),
        note: "n".into(),
    });
}

#[test]
fn files_in_every_state_and_for_every_reason() {
    for state in FileState::ALL {
        check::<_, wire::FileItem>(file_item(state, ReasonCode::Damaged));
    }
    for code in ReasonCode::ALL {
        check::<_, wire::FileItem>(file_item(FileState::Held, code));
    }
    check::<_, wire::FileDetail>(FileDetail {
        item: file_item(FileState::Analysed, ReasonCode::SameBytes),
        columns: vec![ColumnView {
            measure: Some(MeasureKind::FailureMode),
            source: "kW".into(),
            variable: Some(Variable::EnergyUsed),
            transform: Transform::PowerFor(900),
            confidence: 0.97,
            filled: 1.0,
            samples: strings(&["1,5", ""]),
            why: "w".into(),
        }],
        problems: vec![Problem {
            line: 4,
            column: Some("kW".into()),
            code: "bad_number".into(),
            text: "t".into(),
            value: Some("x".into()),
            quarantined: true,
        }],
        problem_count: 501,
        timeline: vec![TimelineEntry {
            at: at(5),
            state: FileState::Reading,
            note: "n".into(),
        }],
        next_step: "s".into(),
        notes: strings(&["a", "b"]),
        series_id: Some(id("01900000-0000-7000-8000-000000000009")),
        row_counts: [("counts".to_owned(), 3), ("repeated".to_owned(), 1)].into(),
        question: Some(question()),
    });
}

#[test]
fn series_with_every_mode_and_reason() {
    for mode in Mode::ALL {
        check::<_, wire::SeriesDetail>(SeriesDetail {
            item: SeriesItem {
                series_id: id("01900000-0000-7000-8000-000000000009"),
                kind: "k".into(),
                profiles: strings(&["a"]),
                mode: Some(mode),
                decided: true,
                key: vec![Variable::WorkOrder],
                files: 2,
                rows: 9,
                live: 5,
                question: Some(question()),
            },
            scope: strings(&["l1", "l2"]),
            rank_basis: "r".into(),
            evidence: strings(&["e"]),
            versions: vec![SeriesVersion {
                file_id: id("01900000-0000-7000-8000-000000000001"),
                name: "n".into(),
                scope: "l1".into(),
                rank: at(3),
                rows: 9,
                live: 5,
                why_not: Why::ALL.into_iter().map(|why| (why.name().to_owned(), 1)).collect(),
            }],
        });
    }
}

#[test]
fn aliases_and_what_they_change() {
    for kind in AliasKind::ALL {
        check::<_, wire::Alias>(AliasItem {
            kind,
            name: "a".into(),
            canonical: "b".into(),
            decided: true,
            by: Some("unix:0".into()),
            at: Some(at(3)),
            rows: Some(7),
        });
    }
    let member = |name: &str| AliasMember {
        name: name.into(),
        rows: 9,
        sums: vec![SumView {
            variable: Variable::QuantityGood,
            value: Decimal::new(125, 1),
        }],
    };
    let stop = |machine: &str| AliasStop {
        machine: machine.into(),
        start: at(1),
        end: at(2),
        file: "f".into(),
        line: 4,
    };
    check::<_, wire::AliasEffect>(AliasEffect {
        kind: AliasKind::Machine,
        name: "a".into(),
        canonical: "b".into(),
        removed: true,
        files: 1,
        rows: 2,
        unknown: strings(&["b"]),
        live_before: 3,
        live_after: 4,
        members_before: 5,
        members_after: 6,
        before: vec![member("a"), member("b")],
        after: vec![member("b")],
        overlap: Some(AliasOverlap {
            stops: 2,
            one: stop("a"),
            other: stop("b"),
        }),
    });
}

#[test]
fn calendars_and_what_they_change() {
    let day = |text: &str| text.parse::<chrono::NaiveDate>().expect("a day");
    let calendar = || Calendar {
        zone: "Europe/Berlin".into(),
        day_start: "06:00".parse().expect("a time"),
        shifts: vec!["early=mon-fri 06:00-14:00 break 09:00-09:15".parse().expect("a shift")],
        holidays: vec![day("2025-12-25")],
        special_days: vec![SpecialDay {
            day: day("2025-12-24"),
            shifts: vec!["eve=06:00-10:00".parse().expect("hours")],
        }],
    };
    let item = || CalendarItem {
        site: "Werk".into(),
        from: day("2025-01-01"),
        until: Some(day("2025-06-30")),
        hours_per_week: dec("38.75"),
        calendar: calendar(),
        by: "unix:0".into(),
        at: at(3),
    };
    check::<_, wire::CalendarView>(CalendarView {
        site: "Werk".into(),
        versions: vec![item()],
        days: vec![PlannedDay {
            day: day("2025-12-24"),
            zone: "Europe/Berlin".into(),
            holiday: false,
            special: true,
            windows: vec![PlannedWindow {
                shift: "eve".into(),
                start: at(1),
                end: at(2),
                minutes: 240,
            }],
        }],
        to_come: vec![day("2025-12-24"), day("2025-12-25")],
    });
    check::<_, wire::CalendarEffect>(CalendarEffect {
        site: String::new(),
        from: Some(day("2025-01-01")),
        removed: true,
        hours_before: Some(dec("38.75")),
        hours_after: None,
        files: 1,
        machines: 2,
        machine_days_before: 3,
        machine_days_after: 4,
        availability_before: None,
        availability_after: Some(dec("0.888")),
    });
    let odd = wire::Calendar {
        day_start: "6".into(),
        ..calendar().to_wire()
    };
    let fault = <Calendar as Cross<wire::Calendar>>::from_wire(odd)
        .expect_err("no time")
        .to_string();
    assert!(
        fault.contains("`day_start` can't be read: `6` is not a time of day such as 06:00"),
        "{fault}"
    );
}

#[test]
fn lists_with_a_number_and_a_text() {
    let file = || ReferenceFile {
        file_id: id("01900000-0000-7000-8000-000000000001"),
        name: "n".into(),
        rows: 5,
    };
    let day = |text: &str| Some(text.parse().expect("a day"));
    check::<_, wire::Reference>(ReferenceItem {
        kind: Variable::IdealRate,
        key: vec![Variable::ProductCode, Variable::Machine],
        entries: 3,
        listed: 2,
        valid_from: day("2025-01-01"),
        valid_to: None,
        files: vec![file()],
        used_by: vec![file(), file()],
    });
    for (value, text) in [(Some(dec("0.10")), None), (None, Some("A".to_owned()))] {
        check::<_, wire::ReferenceEntry>(ReferenceEntry {
            kind: Variable::StandardUnitCost,
            key: [("product_code".to_owned(), "P-1".to_owned())].into(),
            value,
            text,
            unit: "EUR".into(),
            valid_from: day("2025-01-01"),
            valid_to: day("2025-12-31"),
            listed: true,
            file_id: id("01900000-0000-7000-8000-000000000001"),
            file: "f".into(),
            line: 7,
        });
    }
}

#[test]
fn profiles_with_every_variable_and_transform() {
    check::<_, wire::Profile>(profile());
    check::<_, wire::SavedProfile>(ProfileView {
        profile: profile(),
        files: 3,
        created_at: at(77),
        created_by: "unix:0".into(),
    });
    for variable in Variable::ALL {
        check::<_, wire::ProfileColumn>(ProfileColumn {
            home: Some(Home::Extra),
            source: variable.meaning().into(),
            variable: Some(*variable),
            transform: Transform::None,
            required: false,
        });
    }
    let transforms = [
        Transform::None,
        Transform::Scale(dec("0")),
        Transform::Hours,
        Transform::Minutes,
        Transform::Milliseconds,
        Transform::Negate,
        Transform::Absolute,
        Transform::Percent,
        Transform::PowerFor(0),
        Transform::EpochMillis,
        Transform::EpochSeconds,
        Transform::TimeOfDay,
        Transform::FlagEquals(String::new()),
        Transform::Constant("1".into()),
    ];
    for transform in transforms {
        check::<_, wire::VariableSuggestion>(VariableSuggestion {
            variable: Variable::Duration,
            confidence: 0.5,
            why: "w".into(),
            transform: transform.clone(),
        });
        check::<_, wire::ProfileColumn>(ProfileColumn {
            home: Some(Home::Extra),
            source: "s".into(),
            variable: None,
            transform,
            required: true,
        });
    }
    check::<_, wire::Suggestion>(SuggestionView {
        columns: vec![SuggestedColumn {
            source: "s".into(),
            samples: strings(&["1"]),
            suggestions: vec![],
        }],
        dialect: Some(dialect()),
        tier: 2,
        unlocks: strings(&["u"]),
        reason: None,
        settings: settings(),
        outputs: outputs(),
        shape: shape(),
    });
}

#[test]
fn records_metrics_and_queries() {
    let values = serde_json::json!({
        "work_order": "0007", "is_failure": false, "quantity_good": "12.50", "none": null, "number": 17, "list": [1, "a"]
    });
    check::<_, wire::Record>(RecordView {
        measures: vec![MeasureView {
            kind: MeasureKind::ProcessValue,
            name: "Torque".into(),
            unit: "Nm".into(),
            value: Decimal::new(428, 1),
        }],
        record_id: "4:17".parse().expect("an id"),
        file_id: id("01900000-0000-7000-8000-000000000002"),
        line: 17,
        live: false,
        why: Some(Why::Replaced),
        values: serde_json::from_value(values).expect("an object"),
        canonical: pairs(&[("machine", "CNC-01")]),
        extra: pairs(&[("Bemerkung", "ok")]),
    });
    let info = MetricInfo {
        metric: "oee".into(),
        code: "F-02".into(),
        label: "OEE".into(),
        unit: "ratio".into(),
        kind: MetricKind::Ratio,
        formula: "f".into(),
        source: "ISO 22400-2".into(),
        needs: strings(&["planned_time"]),
        dimensions: vec![Dimension::Machine],
    };
    check::<_, wire::Metric>(info.clone());
    check::<_, wire::MetricDetail>(MetricDetail {
        info,
        version: 3,
        higher_is_better: Some(false),
        components: vec![MetricComponent {
            component: "pbt_s".into(),
            unit: "s".into(),
            meaning: "planned busy time".into(),
            required: true,
        }],
        null_reasons: vec!["missing_pbt_s".parse().expect("a reason")],
        warnings: vec![plant_core::metric::Warning::AbovePlan],
    });
    check::<_, wire::MetricItem>(metric_item());
    check::<_, wire::MetricQuery>(query());
    check::<_, wire::MetricQuery>(MetricQuery::default());
    for grain in [Grain::Day, Grain::Shift, Grain::Week, Grain::Month] {
        check::<_, wire::MetricQuery>(MetricQuery {
            grain: Some(grain),
            ..MetricQuery::default()
        });
    }
}

#[test]
fn analyses_findings_and_savings() {
    check::<_, wire::Analysis>(AnalysisView {
        analysis_id: id("01900000-0000-7000-8000-000000000004"),
        scope: "a.csv".into(),
        file_id: Some(id("01900000-0000-7000-8000-000000000002")),
        tier: 3,
        tiers: TierView {
            overall: 4,
            cost: 1,
            equipment: 2,
            quality: 3,
            efficiency: 0,
            unlocks: strings(&["u"]),
            present: vec![Variable::Emissions],
        },
        status: AnalysisStatus::Completed,
        analyzers: vec![AnalyzerView {
            name: Analyzer::Cost,
            status: AnalyzerStatus::Completed,
            level: 2,
            metrics: vec![metric_item()],
            findings: strings(&["f"]),
            chart: Some(ChartView {
                kind: ChartKind::Control,
                title: "t".into(),
                unit: "u".into(),
                points: vec![ChartPoint {
                    label: "2025-01-01".into(),
                    value: Some(0.1),
                    cumulative: None,
                    mark: Some("1".into()),
                }],
                levels: vec![("UCL".into(), 2.5), ("CL".into(), 0.0)],
            }),
            error: Some("e".into()),
        }],
        summary: strings(&["s"]),
        uses: vec![ReferenceUse {
            variable: Variable::Line,
            file_id: id("01900000-0000-7000-8000-000000000002"),
            file: "machines.csv".into(),
            rows: 9,
            entries: 2,
            lines: vec![3, 4],
        }],
        created_at: at(1),
        stale: true,
        records: 8,
        error: None,
    });
    check::<_, wire::Finding>(finding());
    check::<_, wire::Savings>(SavingsView {
        goal: dec("50000"),
        currency: Some("EUR".into()),
        verified_low: dec("0"),
        identified_low: dec("12.30"),
        not_counted: vec![NotCounted {
            why: NotCountedWhy::OtherCurrency,
            findings: 2,
            low: dec("7"),
            currency: "USD".into(),
        }],
        items: vec![finding()],
    });
}

#[test]
fn answers_usage_audit_and_orgs() {
    check::<_, wire::Answer>(AnswerView {
        answer: "a".into(),
        values: vec![AnswerValue {
            value: None,
            unit: "u".into(),
            metric: "m".into(),
            query: group(),
        }],
        typed_query: Some(query()),
        reading: "r".into(),
        citations: vec![Citation {
            number: 1,
            file: "f".into(),
            file_id: id("01900000-0000-7000-8000-000000000002"),
            sha256: "s".into(),
            lines: "2-9".into(),
            committed_at: Some(at(4)),
        }],
        engine: Engine::Offline,
        model: None,
        grounded: true,
        refused: true,
        reason: Some("r".into()),
        next_questions: strings(&["n"]),
    });
    check::<_, wire::Usage>(UsageView {
        month: "2025-03".into(),
        items: [("rows".to_owned(), u64::MAX)].into(),
    });
    check::<_, wire::AuditEntry>(AuditEntry {
        seq: 4,
        at: at(5),
        actor: "unix:1000".into(),
        action: "profile.save".into(),
        body: serde_json::json!({"b": 1, "a": [null, "x"]}),
        hash: "ff".into(),
    });
    check::<_, wire::AuditVerdict>(AuditVerdict {
        ok: false,
        first_bad: Some(0),
        last_seq: 4,
        last_hash: "ff".into(),
    });
    check::<_, wire::Org>(OrgView {
        org_id: id("01900000-0000-7000-8000-000000000005"),
        name: "acme".into(),
        zone: "Europe/Berlin".into(),
        currency: None,
    });
    for account in [None, Some("anna".to_owned())] {
        check::<_, wire::Operator>(OperatorItem {
            operator: "op-7f3a9c2d41b0".into(),
            rows: 7,
            files: 2,
        });
        check::<_, wire::OperatorName>(OperatorName {
            operator: "op-7f3a9c2d41b0".into(),
            name: "Anna".into(),
            file_id: id("01900000-0000-7000-8000-000000000002"),
            file: "a.csv".into(),
            line: 3,
        });
        check::<_, wire::OperatorsChange>(OperatorsChange {
            kept: Operators::Names,
            files: 4,
        });
        check::<_, wire::AccessChange>(AccessChange {
            org: "acme".into(),
            grant: GrantView {
                principal: "unix:1000".into(),
                account,
                role: Role::Operator,
                since: at(1_700_000_000_000_001),
                by: "unix:0".into(),
            },
            notes: vec!["the last one".into()],
        });
    }
}

#[test]
fn a_number_that_is_not_finite_never_crosses() {
    let chart = ChartView {
        kind: ChartKind::Trend,
        title: "t".into(),
        unit: "u".into(),
        points: vec![ChartPoint {
            label: "x".into(),
            value: Some(f64::NAN),
            cumulative: Some(f64::INFINITY),
            mark: None,
        }],
        levels: vec![("UCL".into(), f64::NAN), ("CL".into(), 1.0)],
    };
    let wire: wire::Chart = chart.to_wire();
    assert_eq!((wire.points[0].value, wire.points[0].cumulative), (None, None));
    assert_eq!(wire.levels.len(), 1);
    let wire = wire::VariableSuggestion {
        variable: "duration".into(),
        confidence: f64::NAN,
        ..Default::default()
    };
    assert!(matches!(
        VariableSuggestion::from_wire(wire),
        Err(WireFault::Malformed { .. })
    ));
}

#[test]
fn what_cannot_be_read_names_its_field() {
    let mut wire: wire::Profile = profile().to_wire();
    wire.columns[0].variable = Some("flux".into());
    let fault = Profile::from_wire(wire).expect_err("no such variable");
    assert_eq!(
        fault.to_string(),
        "`columns.0.variable` can't be read: `flux` is not a variable"
    );

    let mut wire: wire::FileItem = file_item(FileState::Held, ReasonCode::Empty).to_wire();
    wire.seen_at = None;
    let fault = FileItem::from_wire(wire).expect_err("a time must be there");
    assert_eq!(fault.to_string(), "`seen_at` is missing");

    let mut wire: wire::FileItem = file_item(FileState::Held, ReasonCode::Empty).to_wire();
    wire.state = 77;
    assert!(FileItem::from_wire(wire).is_err(), "a state of a newer version");

    let mut wire: wire::Finding = finding().to_wire();
    wire.state = "bogus".into();
    let fault = FindingView::from_wire(wire).expect_err("no such state");
    assert_eq!(
        fault.to_string(),
        "`state` can't be read: `bogus` is not a state of a finding (signal, identified, accepted, implemented, verified, \
         rejected)"
    );
    let mut wire: wire::Finding = finding().to_wire();
    wire.finding_id = "../x".into();
    let fault = FindingView::from_wire(wire).expect_err("no id");
    assert_eq!(fault.to_string(), "`finding_id` can't be read: `../x` is not an id");

    for text in ["", "1e3", "NaN", "1,5", "79228162514264337593543950336"] {
        let wire = wire::Loss {
            quantity: Some(text.into()),
            unit: Default::default(),
        };
        assert!(LossView::from_wire(wire).is_err(), "{text}");
    }

    // A transform of a newer version must not be taken for none.
    let wire = Some(wire::Transform { kind: None });
    assert!(Transform::from_wire(wire).is_err());
}
