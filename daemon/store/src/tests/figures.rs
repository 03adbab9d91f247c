//! Analyses, findings, and the sums behind every figure.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use plant_core::component::{Component, ComponentRow, Components, Dimension, Made};
use plant_core::derived;
use plant_core::ids::{AnalysisId, FileId, FindingId};
use plant_core::job::AnalysisOutput;
use plant_core::metric::{ComponentGroup, Grain, MetricQuery};
use plant_core::model::{
    Analyzer, AnalyzerStatus, AnalyzerView, FindingDraft, FindingKind, FindingState, Grade, NotCounted, NotCountedWhy,
    Pool, SavingView,
};
use plant_core::record::RowAt;
use plant_core::state::FileState;
use plant_core::variable::Variable;
use rust_decimal::Decimal;

use super::harness::{Database, Incoming, Role, at, dimensions, output, profile};
use crate::components::Window;
use crate::findings::{self, FindingFilter};
use crate::{StoreError, analyses, components, files};

const GOOD: Component = Component::Sum(Variable::QuantityGood);
const STOPS: Component = Component::Made(Made::Stops);

pub(super) fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, day).unwrap()
}

pub(super) fn row(date: Option<NaiveDate>, dims: &[(Dimension, &str)], values: &[(Component, i64)]) -> ComponentRow {
    ComponentRow {
        family_no: 1,
        day: date,
        dimensions: dimensions(dims),
        values: values
            .iter()
            .map(|(component, value)| (*component, Decimal::from(*value)))
            .collect::<Components>(),
    }
}

pub(super) async fn analysed(db: &Database, name: &str, output: AnalysisOutput) -> FileId {
    let folder = db.folder(db.a).await;
    let second = format!("{name} 2");
    let file = Incoming::new(name, &profile("p", false), true, &[(name, 1), (&second, 2)]);
    let (id, result) = db.take(db.a, folder, &file).await;
    result.unwrap();
    store(db, output).await.unwrap();
    id
}

pub(super) async fn store(db: &Database, output: AnalysisOutput) -> crate::Result<AnalysisId> {
    let job = db.claim().await.unwrap();
    db.run(job.org, move |tx| {
        Box::pin(async move { super::harness::store(tx, &job, output, at(30)).await })
    })
    .await
}

async fn query(db: &Database, org: plant_core::ids::OrgId, metric: MetricQuery) -> Vec<ComponentGroup> {
    db.run(org, move |tx| {
        let all = Window { skip: 0, take: 99 };
        Box::pin(async move { components::query(tx, &metric, &[Component::Rows, GOOD, STOPS], all).await })
    })
    .await
    .unwrap()
}

/// `machine=A day=… : rows good stops`, a dash where nothing contributed.
fn told(groups: &[ComponentGroup]) -> Vec<String> {
    groups
        .iter()
        .map(|group| {
            let keys: Vec<_> = group
                .group
                .iter()
                .filter(|(name, _)| *name != "file_id")
                .map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("?")))
                .collect();
            let sums: Vec<_> = [Component::Rows, GOOD, STOPS]
                .iter()
                .map(|component| {
                    group
                        .components
                        .get(*component)
                        .map_or("-".to_owned(), |sum| sum.to_string())
                })
                .collect();
            format!("{}: {}", keys.join(" "), sums.join(" "))
        })
        .collect()
}

async fn sample(db: &Database) -> FileId {
    let kg = (Dimension::Uom, "kg");
    let first = analysed(
        db,
        "a.csv",
        output(vec![
            row(
                Some(day(4)),
                &[(Dimension::Machine, "M\t1\\"), (Dimension::Shift, "early"), kg],
                &[(Component::Rows, 2), (GOOD, 10)],
            ),
            row(
                Some(day(5)),
                &[
                    (Dimension::Machine, "M\t1\\"),
                    (Dimension::Shift, "late"),
                    (Dimension::Currency, "EUR"),
                ],
                &[(Component::Rows, 1), (GOOD, 5), (STOPS, 1)],
            ),
            row(Some(day(12)), &[(Dimension::Machine, "m2")], &[(Component::Rows, 1)]),
            row(None, &[], &[(Component::Rows, 4), (GOOD, 100)]),
        ]),
    )
    .await;
    analysed(
        db,
        "b.csv",
        output(vec![row(
            Some(day(31)),
            &[(Dimension::Machine, "m2"), (Dimension::Currency, "USD")],
            &[(Component::Rows, 1), (GOOD, 7)],
        )]),
    )
    .await;
    first
}

#[tokio::test]
async fn sums_by_group_filter_and_time() {
    let db = Database::new().await;
    let first = sample(&db).await;
    let all = query(&db, db.a, MetricQuery::default()).await;
    assert_eq!(told(&all), [": 9 122 1"]);
    assert_eq!(
        (all[0].currencies.clone(), all[0].uoms.clone()),
        (vec!["EUR".to_owned(), "USD".to_owned()], vec!["kg".to_owned()])
    );
    let by_machine = MetricQuery {
        by: vec![Dimension::Machine],
        ..MetricQuery::default()
    };
    let window = |skip, take| {
        let metric = by_machine.clone();
        db.run(db.a, move |tx| {
            Box::pin(async move {
                let groups = components::query(tx, &metric, &[Component::Rows], Window { skip, take }).await?;
                Ok(groups
                    .into_iter()
                    .map(|group| group.group["machine"].clone())
                    .collect::<Vec<_>>())
            })
        })
    };
    let m2 = Some("m2".to_owned());
    assert_eq!(window(1, 1).await.unwrap(), std::slice::from_ref(&m2));
    assert_eq!(window(1, 9).await.unwrap(), [m2, None]);
    assert_eq!(window(3, 9).await.unwrap(), []);
    let check = |metric: MetricQuery, expected: &'static [&'static str]| {
        let db = &db;
        async move { assert_eq!(told(&query(db, db.a, metric.clone()).await), expected, "{metric:?}") }
    };
    let by = |dimension| MetricQuery {
        by: vec![dimension],
        ..MetricQuery::default()
    };
    check(
        by(Dimension::Machine),
        &["machine=M\t1\\: 3 15 1", "machine=m2: 2 7 -", "machine=?: 4 100 -"],
    )
    .await;
    check(
        MetricQuery {
            by_file: true,
            ..MetricQuery::default()
        },
        &["file=a.csv: 8 115 1", "file=b.csv: 1 7 -"],
    )
    .await;
    check(
        MetricQuery {
            file: Some(first),
            ..MetricQuery::default()
        },
        &[": 8 115 1"],
    )
    .await;
    check(
        MetricQuery {
            from: Some(day(5)),
            to: Some(day(31)),
            ..MetricQuery::default()
        },
        &[": 2 5 1"],
    )
    .await;
    check(
        MetricQuery {
            filters: vec![(Dimension::Machine, " M2 ".to_owned())],
            ..MetricQuery::default()
        },
        &[": 2 7 -"],
    )
    .await;
    check(
        MetricQuery {
            filters: vec![
                (Dimension::Machine, "m2".to_owned()),
                (Dimension::Machine, "m\t1\\".to_owned()),
            ],
            ..MetricQuery::default()
        },
        &[": 5 22 1"],
    )
    .await;
    let grain = |grain| MetricQuery {
        grain: Some(grain),
        from: Some(day(1)),
        ..MetricQuery::default()
    };
    check(
        grain(Grain::Day),
        &[
            "day=2026-05-04: 2 10 -",
            "day=2026-05-05: 1 5 1",
            "day=2026-05-12: 1 - -",
            "day=2026-05-31: 1 7 -",
        ],
    )
    .await;
    check(
        grain(Grain::Week),
        &[
            "week=2026-05-04: 3 15 1",
            "week=2026-05-11: 1 - -",
            "week=2026-05-25: 1 7 -",
        ],
    )
    .await;
    check(grain(Grain::Month), &["month=2026-05: 5 22 1"]).await;
    check(
        grain(Grain::Shift),
        &[
            "day=2026-05-04 shift=early: 2 10 -",
            "day=2026-05-05 shift=late: 1 5 1",
            "day=2026-05-12 shift=?: 1 - -",
            "day=2026-05-31 shift=?: 1 7 -",
        ],
    )
    .await;
    // Nothing in scope is one empty group without groups, and none with; absent is not zero.
    let nothing = MetricQuery {
        filters: vec![(Dimension::Machine, "' OR true --".to_owned())],
        ..MetricQuery::default()
    };
    check(nothing.clone(), &[": - - -"]).await;
    check(
        MetricQuery {
            by: vec![Dimension::Machine],
            ..nothing
        },
        &[],
    )
    .await;
    assert_eq!(told(&query(&db, db.b, MetricQuery::default()).await), [": - - -"]);
    assert_eq!(query(&db, db.b, by(Dimension::Machine)).await, []);
}

#[tokio::test]
async fn what_there_is_to_ask_about() {
    let db = Database::new().await;
    sample(&db).await;
    let ask = |org| {
        let run = db.run(org, |tx| {
            Box::pin(async move {
                let members = components::members(tx, Dimension::Machine, 10).await?;
                let range = components::date_range(tx).await?;
                let metric = MetricQuery {
                    filters: vec![(Dimension::Machine, "m2".to_owned())],
                    ..MetricQuery::default()
                };
                Ok((members, range, components::files_for(tx, &metric).await?))
            })
        });
        async move { run.await.unwrap() }
    };
    let (members, range, citations) = ask(db.a).await;
    assert_eq!(members, [("M\t1\\".to_owned(), 3), ("m2".to_owned(), 2)]);
    assert_eq!(range, Some((day(4), day(31))));
    let cited: Vec<_> = citations
        .iter()
        .map(|c| (c.number, c.file.as_str(), c.lines.as_str(), c.committed_at))
        .collect();
    assert_eq!(
        cited,
        [(1, "b.csv", "2-3", Some(at(10))), (2, "a.csv", "2-3", Some(at(10)))]
    );
    assert_eq!(citations[0].sha256.len(), 64);
    let (members, range, citations) = ask(db.b).await;
    assert!(members.is_empty() && range.is_none() && citations.is_empty());
}

fn draft(kind: FindingKind, low: Option<i64>, lines: &[u64]) -> FindingDraft {
    FindingDraft {
        analyzer: Analyzer::Quality,
        kind,
        title: format!("{kind}\0 found"),
        scope: BTreeMap::from([
            ("machine".to_owned(), "M1".to_owned()),
            ("b".to_owned(), "2".to_owned()),
        ]),
        from: Some(day(4)),
        to: Some(day(5)),
        loss_quantity: Some(Decimal::new(125, 1)),
        loss_unit: "kg".to_owned(),
        saving: low.map(|low| SavingView {
            low: low.into(),
            expected: (low * 2).into(),
            currency: "EUR".to_owned(),
            grade: Grade::B,
            pool: Pool::Material,
            observed: (low * 3).into(),
            run_rate: None,
            note: String::new(),
        }),
        method: "m1".to_owned(),
        working: "1 + 1".to_owned(),
        evidence_rows: lines.iter().map(|line| RowAt { line: *line, sub: 0 }).collect(),
        evidence_count: 9,
    }
}

#[tokio::test]
async fn findings_show_their_rows_and_outlive_them() {
    let db = Database::new().await;
    let mut first = output(Vec::new());
    first.findings = vec![
        draft(FindingKind::MissingDates, None, &[]),
        draft(FindingKind::ScrapPareto, Some(100), &[3, 2, 99]),
    ];
    first.analyzers = vec![AnalyzerView {
        name: Analyzer::Quality,
        status: AnalyzerStatus::Completed,
        level: 2,
        metrics: Vec::new(),
        findings: Vec::new(),
        chart: None,
        error: None,
    }];
    let file = analysed(&db, "a.csv", first.clone()).await;
    let list = |org, filter: FindingFilter| {
        let run = db.run(org, move |tx| {
            Box::pin(async move { findings::list(tx, &filter).await })
        });
        async move { run.await.unwrap() }
    };
    let page = list(db.a, FindingFilter::default()).await;
    let money = &page.items[0];
    assert_eq!(
        (money.kind, money.state, money.title.as_str()),
        (
            FindingKind::ScrapPareto,
            FindingState::Identified,
            "scrap_pareto\u{fffd} found"
        )
    );
    assert_eq!(
        (money.loss.quantity, money.evidence_count),
        (Some(Decimal::new(125, 1)), 9)
    );
    // The lines in the finding's own order; a line that is not in the file shows nothing.
    let lines: Vec<_> = money
        .evidence
        .iter()
        .map(|row| (row.line, row.values["work_order"].as_str()))
        .collect();
    assert_eq!(lines, [(3, "a.csv 2"), (2, "a.csv")]);
    assert_eq!(
        (money.evidence[0].file.as_str(), money.evidence[0].sha256.len()),
        ("a.csv", 64)
    );
    assert_eq!(page.items[1].state, FindingState::Signal);
    let only_money = list(
        db.a,
        FindingFilter {
            with_money: true,
            file: Some(file),
            analyzer: Some(Analyzer::Quality),
            state: Some(FindingState::Identified),
            ..FindingFilter::default()
        },
    )
    .await;
    assert_eq!(only_money.items.len(), 1);
    let paged = list(
        db.a,
        FindingFilter {
            limit: 1,
            ..FindingFilter::default()
        },
    )
    .await;
    let next = list(
        db.a,
        FindingFilter {
            limit: 1,
            page: paged.next_page,
            ..FindingFilter::default()
        },
    )
    .await;
    assert_eq!((next.items[0].kind, next.next_page), (FindingKind::MissingDates, None));
    assert_eq!(list(db.b, FindingFilter::default()).await.items, []);

    let id: FindingId = money.finding_id;
    let found = db
        .run(db.a, move |tx| {
            Box::pin(async move {
                let same = findings::resolve(tx, &id.to_string()).await?;
                findings::get(tx, same).await
            })
        })
        .await
        .unwrap();
    assert_eq!(&found, money);
    let stranger = db
        .run(db.b, move |tx| Box::pin(async move { findings::get(tx, id).await }))
        .await;
    assert!(matches!(stranger, Err(StoreError::NotFound { .. })));

    let detail = db
        .run(db.a, move |tx| Box::pin(async move { files::get(tx, file).await }))
        .await
        .unwrap();
    assert_eq!(
        (detail.item.state, detail.item.findings, detail.item.tier),
        (FileState::Analysed, 1, Some(2))
    );
    let analysis = db
        .run(db.a, |tx| {
            Box::pin(async move {
                let id = analyses::resolve(tx, "a.csv").await?;
                analyses::get(tx, id).await
            })
        })
        .await
        .unwrap();
    assert_eq!(analysis.analyzers[0].findings.len(), 2);
    assert_eq!(
        (analysis.scope.as_str(), analysis.stale, analysis.tier),
        ("a.csv", false, 2)
    );

    // Analysed again: what is the same keeps its id, and a decision about it.
    db.sql(
        Role::Superuser,
        &format!("UPDATE app.findings SET state = 'accepted' WHERE finding_id = '{id}'"),
    )
    .await
    .unwrap();
    db.run(db.a, move |tx| {
        Box::pin(async move { analyses::mark_stale(tx, &[file]).await })
    })
    .await
    .unwrap();
    let stale = db
        .run(db.a, |tx| Box::pin(async move { analyses::list(tx, 0, None).await }))
        .await
        .unwrap();
    assert!(stale.items[0].stale && stale.items[0].analyzers.is_empty());
    first.findings = vec![
        draft(FindingKind::ScrapPareto, Some(80), &[2]),
        draft(FindingKind::BadActor, Some(7), &[]),
    ];
    store(&db, first).await.unwrap();
    let page = list(db.a, FindingFilter::default()).await;
    assert_eq!(page.items.len(), 2);
    assert_eq!(
        (page.items[0].finding_id, page.items[0].state),
        (id, FindingState::Accepted)
    );
    assert_eq!(page.items[0].evidence.len(), 1);
    // It is named by what it stands for, so that a rebuild into nothing names it so again.
    let finding = &page.items[0];
    let named = |number| {
        let analysis = derived::analysis(db.a, file);
        derived::finding(analysis, finding.analyzer, finding.kind, &finding.scope, number)
    };
    assert_eq!(named(0), id);
    assert_ne!(named(1), id);
    // A word that this program does not know is told with its place, not shown or left out.
    let odd = format!("UPDATE app.findings SET kind = 'odd' WHERE finding_id = '{id}'");
    db.sql(Role::Superuser, &odd).await.unwrap();
    let unknown = db
        .run(db.a, move |tx| Box::pin(async move { findings::get(tx, id).await }))
        .await;
    assert!(
        matches!(&unknown, Err(StoreError::Corrupt { table: "findings", column: "kind", row }) if *row == id.to_string()),
        "{unknown:?}"
    );
    let odd = odd.replace("'odd'", "'scrap_pareto'");
    db.sql(Role::Superuser, &odd).await.unwrap();
    let again = db
        .run(db.a, |tx| Box::pin(async move { analyses::list(tx, 0, None).await }))
        .await
        .unwrap();
    assert_eq!(
        (again.items.len(), again.items[0].stale, &again.items[0].analysis_id),
        (1, false, &analysis.analysis_id)
    );
}

#[tokio::test]
async fn the_ledger_keeps_verified_and_identified_apart() {
    let db = Database::new().await;
    let mut first = output(Vec::new());
    first.findings = vec![
        draft(FindingKind::ScrapPareto, Some(100), &[]),
        draft(FindingKind::StopPareto, Some(50), &[]),
        draft(FindingKind::BadActor, Some(7), &[]),
        draft(FindingKind::MissingDates, None, &[]),
        draft(FindingKind::SetupExcess, Some(30), &[]),
        draft(FindingKind::ScrapExcess, Some(20), &[]),
    ];
    let valued = |draft: &mut FindingDraft, change: fn(&mut SavingView)| change(draft.saving.as_mut().unwrap());
    valued(&mut first.findings[4], |saving| saving.grade = Grade::D);
    valued(&mut first.findings[5], |saving| saving.currency = "USD".to_owned());
    analysed(&db, "a.csv", first).await;
    db.sql(Role::Superuser, "UPDATE app.findings SET state = 'verified' WHERE kind = 'stop_pareto'; UPDATE app.findings SET state = 'rejected' WHERE kind = 'bad_actor'").await.unwrap();
    let savings = db
        .run(db.a, |tx| Box::pin(async move { findings::savings(tx).await }))
        .await
        .unwrap();
    assert_eq!(
        (savings.goal, savings.verified_low, savings.identified_low),
        (50_000.into(), 50.into(), 100.into())
    );
    assert_eq!((savings.currency.as_deref(), savings.items.len()), (Some("EUR"), 5));
    let left_out = |why, low: i64, currency: &str| NotCounted {
        why,
        findings: 1,
        low: low.into(),
        currency: currency.to_owned(),
    };
    let expected = [
        left_out(NotCountedWhy::DefaultValue, 30, "EUR"),
        left_out(NotCountedWhy::OtherCurrency, 20, "USD"),
    ];
    assert_eq!(savings.not_counted, expected, "nothing is left out in silence");
    let theirs = db
        .run(db.b, |tx| Box::pin(async move { findings::savings(tx).await }))
        .await
        .unwrap();
    assert_eq!((theirs.identified_low, theirs.items.len()), (Decimal::ZERO, 0));
}

#[tokio::test]
async fn an_analysis_without_its_lease_changes_nothing() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let file = Incoming::new("a.csv", &profile("p", false), true, &[("1", 1)]);
    db.take(db.a, folder, &file).await.1.unwrap();
    let job = db.claim().await.unwrap();
    crate::jobs::reap(&db.store, true).await.unwrap();
    let row = output(vec![row(None, &[], &[(Component::Rows, 1)])]);
    let lost = db
        .run(db.a, move |tx| {
            Box::pin(async move { super::harness::store(tx, &job, row, at(30)).await })
        })
        .await;
    assert!(matches!(lost, Err(StoreError::LeaseLost { .. })));
    for table in ["components", "analyses"] {
        assert_eq!(
            db.text(Role::Superuser, &format!("SELECT count(*)::text FROM app.{table}"))
                .await
                .unwrap(),
            "0"
        );
    }
}
