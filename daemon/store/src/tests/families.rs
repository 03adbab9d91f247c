//! Which cells of each file a query reads, and which queries are refused.

use chrono::NaiveDate;
use plant_core::component::{Component, ComponentRow, Dimension, Made};
use plant_core::family::{Family, KeptFamily, OF_MEASURES};
use plant_core::ids::OrgId;
use plant_core::job::AnalysisOutput;
use plant_core::metric::{Grain, MetricQuery};
use rust_decimal::Decimal;

use super::figures::analysed;
use super::harness::{Database, Incoming, Role, dimensions, output, profile};
use crate::components::{self, Window};
use crate::{StoreError, operators};

const MACHINE: Dimension = Dimension::Machine;
const PRODUCT: Dimension = Dimension::ProductCode;

fn day(day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 5, day)
}

fn cell(family_no: u16, day: Option<NaiveDate>, of: &[(Dimension, &str)], rows: i64) -> ComponentRow {
    let component = match family_no {
        OF_MEASURES => Component::Made(Made::ProcessN),
        _ => Component::Rows,
    };
    ComponentRow {
        family_no,
        day,
        dimensions: dimensions(of),
        values: [(component, Decimal::from(rows))].into_iter().collect(),
    }
}

/// A file that keeps day x machine, day x product and machine x product. The sums of each differ, so that they tell which
/// one was read: 1, 20 and 300 a cell.
fn large() -> AnalysisOutput {
    let units = [Dimension::Uom, Dimension::Currency];
    let by = |more: &[Dimension]| more.iter().copied().chain(units).collect::<Vec<_>>();
    let families = [
        (OF_MEASURES, Family::FINEST, 1),
        (1, Family::daily(by(&[MACHINE])), 4),
        (2, Family::daily(by(&[PRODUCT])), 3),
        (3, Family::whole(by(&[MACHINE, PRODUCT])), 2),
    ];
    let components = vec![
        cell(1, day(4), &[(MACHINE, "M1")], 1),
        cell(1, day(5), &[(MACHINE, "M1")], 1),
        cell(1, day(4), &[(MACHINE, "M2")], 1),
        cell(1, None, &[(MACHINE, "M2")], 1),
        cell(2, day(4), &[(PRODUCT, "A")], 20),
        cell(2, day(5), &[(PRODUCT, "B")], 20),
        cell(2, None, &[(PRODUCT, "B")], 20),
        cell(3, None, &[(MACHINE, "M1"), (PRODUCT, "A")], 300),
        cell(3, None, &[(MACHINE, "M2"), (PRODUCT, "B")], 300),
        cell(OF_MEASURES, day(4), &[(Dimension::ProcessValue, "Torque")], 7),
    ];
    AnalysisOutput {
        families: (families.into_iter())
            .map(|(family_no, family, cells)| KeptFamily {
                family_no,
                family,
                cells,
            })
            .collect(),
        ..output(components)
    }
}

async fn ask(db: &Database, org: OrgId, metric: MetricQuery) -> Result<Vec<String>, StoreError> {
    db.run(org, move |tx| {
        Box::pin(async move {
            let wanted = [Component::Rows, Component::Made(Made::ProcessN)];
            let groups = components::query(tx, &metric, &wanted, Window { skip: 0, take: 99 }).await?;
            // An answer that is refused has no files behind it either.
            components::files_for(tx, &metric).await?;
            let told = groups.into_iter().map(|group| {
                let keys: Vec<_> = group
                    .group
                    .values()
                    .map(|value| value.clone().unwrap_or_default())
                    .collect();
                let sums = wanted.map(|wanted| {
                    group
                        .components
                        .get(wanted)
                        .map_or("-".to_owned(), |sum| sum.to_string())
                });
                format!("{}: {}", keys.join(" "), sums.join(" "))
            });
            Ok(told.collect())
        })
    })
    .await
}

fn by(dimensions: &[Dimension]) -> MetricQuery {
    MetricQuery {
        by: dimensions.to_vec(),
        ..MetricQuery::default()
    }
}

#[tokio::test]
async fn the_smallest_family_that_has_everything_is_read_with_the_measures_beside_it() {
    let db = Database::new().await;
    analysed(&db, "large.csv", large()).await;
    let check = |metric: MetricQuery, expected: &'static [&'static str]| {
        let db = &db;
        async move { assert_eq!(ask(db, db.a, metric.clone()).await.unwrap(), expected, "{metric:?}") }
    };
    check(by(&[]), &[": 600 7"]).await;
    check(by(&[MACHINE]), &["M1: 300 -", "M2: 300 -", ": - 7"]).await;
    check(by(&[MACHINE, PRODUCT]), &["M1 A: 300 -", "M2 B: 300 -", " : - 7"]).await;
    let daily = |metric: MetricQuery| MetricQuery {
        grain: Some(Grain::Month),
        ..metric
    };
    check(daily(by(&[])), &["2026-05: 40 7", ": 20 -"]).await;
    check(
        daily(by(&[MACHINE])),
        &["M1 2026-05: 2 -", "M2 2026-05: 1 -", " 2026-05: - 7", "M2 : 1 -"],
    )
    .await;
    let filtered = |dimension, value: &str, metric: MetricQuery| MetricQuery {
        filters: vec![(dimension, value.to_owned())],
        ..metric
    };
    check(filtered(MACHINE, "m1", by(&[])), &[": 300 -"]).await;
    check(filtered(PRODUCT, "b", daily(by(&[]))), &["2026-05: 20 -", ": 20 -"]).await;
    // Only process values are of a name.
    check(
        filtered(
            Dimension::ProcessValue,
            "torque",
            by(&[MACHINE, PRODUCT, Dimension::Shift]),
        ),
        &["  : - 7"],
    )
    .await;
    let (members, days) = db
        .run(db.a, |tx| {
            Box::pin(async move {
                Ok((
                    components::members(tx, PRODUCT, 9).await?,
                    components::date_range(tx).await?,
                ))
            })
        })
        .await
        .unwrap();
    assert_eq!(members, [("A".to_owned(), 300), ("B".to_owned(), 300)]);
    assert_eq!(days, day(4).zip(day(5)));
}

#[tokio::test]
async fn what_a_file_in_scope_does_not_keep_is_refused_with_what_can_be_asked() {
    let db = Database::new().await;
    analysed(&db, "large.csv", large()).await;
    let small = vec![cell(1, day(20), &[(MACHINE, "M9"), (PRODUCT, "C")], 5)];
    analysed(&db, "small.csv", output(small)).await;
    let refused = |metric: MetricQuery| {
        let db = &db;
        async move {
            match ask(db, db.a, metric.clone()).await {
                Err(StoreError::Invalid { what: "query", detail }) => detail,
                other => panic!("{metric:?}: {other:?}"),
            }
        }
    };
    let weekly = MetricQuery {
        grain: Some(Grain::Week),
        ..by(&[MACHINE, PRODUCT])
    };
    assert_eq!(
        refused(weekly.clone()).await,
        "large.csv keeps no figures by machine, product code and week together: these would be more than 20,000 groups; \
        ask by machine and week, by product code and week or by machine and product code over the whole period"
    );
    assert!(
        refused(by(&[Dimension::Operator]))
            .await
            .starts_with("large.csv keeps no figures by operator:")
    );
    let window = |from, to| MetricQuery {
        from: day(from),
        to: day(to),
        ..weekly.clone()
    };
    refused(window(1, 5)).await;
    // Where it has no row it adds nothing.
    assert_eq!(ask(&db, db.a, window(6, 31)).await.unwrap(), ["M9 C 2026-05-18: 5 -"]);
    let of = |machine: &str| MetricQuery {
        filters: vec![(MACHINE, machine.to_owned())],
        ..weekly.clone()
    };
    refused(of("M2")).await;
    assert_eq!(ask(&db, db.a, of("m9")).await.unwrap(), ["M9 C 2026-05-18: 5 -"]);

    analysed(&db, "large 2.csv", large()).await;
    assert!(
        refused(weekly.clone())
            .await
            .starts_with("large 2.csv keeps no figures")
    );
    assert!(refused(weekly.clone()).await.contains(", nor does 1 other:"));
    let one = db
        .text(
            Role::Superuser,
            "SELECT file_id::text FROM app.files WHERE name = 'small.csv'",
        )
        .await;
    let alone = MetricQuery {
        file: one.unwrap().parse().ok(),
        ..weekly.clone()
    };
    assert_eq!(ask(&db, db.a, alone).await.unwrap(), ["M9 C 2026-05-18: 5 -"]);
    // What another org keeps refuses nothing.
    assert_eq!(ask(&db, db.b, weekly).await.unwrap(), [] as [&str; 0]);
}

#[tokio::test]
async fn the_families_of_an_analysis_replace_those_before_and_are_of_their_org() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let file = Incoming::new("a.csv", &profile("p", false), true, &[("1", 1)]);
    db.take(db.a, folder, &file).await.1.unwrap();
    let of = |count: &'static str| {
        let db = &db;
        async move { db.text(Role::Superuser, count).await.unwrap() }
    };
    const KEPT: &str =
        "SELECT string_agg(family_no || ' ' || cells, ', ' ORDER BY family_no) FROM app.component_families";
    super::figures::store(&db, large()).await.unwrap();
    assert_eq!(of(KEPT).await, "0 1, 1 4, 2 3, 3 2");
    assert_eq!(of("SELECT count(*)::text FROM app.components").await, "10");
    db.sql(
        Role::Superuser,
        "UPDATE app.jobs SET state = 'queued', finished_at = NULL WHERE kind = 'analyse'",
    )
    .await
    .unwrap();
    let operators = vec![
        cell(1, day(4), &[(Dimension::Operator, "P1")], 2),
        cell(2, None, &[(Dimension::Operator, "P1")], 2),
    ];
    let families = vec![
        KeptFamily {
            family_no: 1,
            family: Family::FINEST,
            cells: 2,
        },
        KeptFamily {
            family_no: 2,
            family: Family::whole([Dimension::Operator]),
            cells: 1,
        },
    ];
    let again = AnalysisOutput {
        families,
        ..output(operators)
    };
    super::figures::store(&db, again).await.unwrap();
    assert_eq!(of(KEPT).await, "1 2, 2 1");
    assert_eq!(of("SELECT count(*)::text FROM app.components").await, "2");
    let listed = |org| {
        let db = &db;
        async move {
            let listed = db
                .run(org, |tx| Box::pin(async move { operators::list(tx, 9, None).await }))
                .await;
            let items = listed.unwrap().items.into_iter();
            items
                .map(|item| (item.operator, item.rows, item.files))
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(listed(db.a).await, [("P1".to_owned(), 2, 1)], "each row once");
    assert_eq!(listed(db.b).await, []);
}
