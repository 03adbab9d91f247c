//! The sums of all files of an org, which change with those of each file.

use plant_core::component::{Component, Dimension, Made};
use plant_core::family::{Family, KeptFamily};
use plant_core::ids::{FileId, OrgId};
use plant_core::job::AnalysisOutput;
use plant_core::metric::{Grain, MetricQuery};
use plant_core::variable::Variable;

use super::figures::{analysed, day, row, store};
use super::harness::{Database, Role, output};
use crate::components::Window;
use crate::rollups::{self, Cells};
use crate::{analyses, components, families};

const MACHINE: Dimension = Dimension::Machine;
const GOOD: Component = Component::Sum(Variable::QuantityGood);
const SCRAP: Component = Component::Sum(Variable::QuantityScrap);
const APT: Component = Component::Made(Made::AptS);

/// Two machines and the days of two weeks and months, with so many pieces on the first day.
fn cells(good: i64, scrap: Option<i64>) -> AnalysisOutput {
    let mut first = vec![(Component::Rows, 1), (GOOD, good)];
    first.extend(scrap.map(|scrap| (SCRAP, scrap)));
    output(vec![
        row(Some(day(30)), &[(MACHINE, "M1"), (Dimension::Shift, "F")], &first),
        row(Some(day(31)), &[(MACHINE, "M2")], &[(Component::Rows, 2), (GOOD, 7)]),
        row(
            day(31).succ_opt(),
            &[(MACHINE, "M1"), (Dimension::ProductCode, "A")],
            &[(Component::Rows, 1), (APT, 60)],
        ),
        row(None, &[(Dimension::Line, "L")], &[(Component::Rows, 1), (GOOD, 1)]),
    ])
}

async fn again(db: &Database, file: FileId, output: AnalysisOutput) {
    db.run(db.a, move |tx| {
        Box::pin(async move { analyses::mark_stale(tx, &[file]).await })
    })
    .await
    .unwrap();
    store(db, output).await.unwrap();
}

/// `M1 2026-05: rows good scrap`, a dash where nothing contributed.
async fn ask(db: &Database, org: OrgId, by: &[Dimension], grain: Option<Grain>) -> Vec<String> {
    let metric = MetricQuery {
        by: by.to_vec(),
        grain,
        ..MetricQuery::default()
    };
    let wanted = [Component::Rows, GOOD, SCRAP];
    let groups = db
        .run(org, move |tx| {
            let all = Window { skip: 0, take: 99 };
            Box::pin(async move { components::query(tx, &metric, &wanted, all).await })
        })
        .await
        .unwrap();
    let told = groups.into_iter().map(|group| {
        let keys: Vec<&str> = (group.group.values())
            .map(|value| value.as_deref().unwrap_or("?"))
            .collect();
        let sum = |of| (group.components.get(of)).map_or("-".to_owned(), |sum| sum.to_string());
        let sums: Vec<String> = wanted.iter().map(|of| sum(*of)).collect();
        format!("{}: {}", keys.join(" "), sums.join(" "))
    });
    told.collect()
}

/// What differs from the cells of the files.
async fn differing(db: &Database) -> Vec<String> {
    db.run(db.a, |tx| Box::pin(rollups::differing(tx))).await.unwrap()
}

async fn gaps(db: &Database) -> String {
    let gaps = "SELECT coalesce(string_agg(rollup_no || '/' || file_no, ' ' ORDER BY rollup_no, file_no), '') FROM app.rollup_gaps";
    db.text(Role::Superuser, gaps).await.unwrap()
}

#[tokio::test]
async fn a_question_of_the_plant_reads_no_cell_of_a_file() {
    let db = Database::new().await;
    analysed(&db, "a.csv", cells(10, Some(3))).await;
    analysed(&db, "b.csv", cells(5, None)).await;
    assert_eq!(differing(&db).await, Vec::<String>::new());
    db.sql(Role::Superuser, "DELETE FROM app.components").await.unwrap();
    for (by, grain, expected) in [
        (vec![], None, vec![": 10 31 3"]),
        (vec![MACHINE], None, vec!["M1: 4 15 3", "M2: 4 14 -", "?: 2 2 -"]),
        (
            vec![],
            Some(Grain::Month),
            vec!["2026-05: 6 29 3", "2026-06: 2 - -", "?: 2 2 -"],
        ),
        (
            vec![MACHINE],
            Some(Grain::Week),
            vec![
                "M1 2026-05-25: 2 15 3",
                "M2 2026-05-25: 4 14 -",
                "M1 2026-06-01: 2 - -",
                "? ?: 2 2 -",
            ],
        ),
        (
            vec![],
            Some(Grain::Day),
            vec![
                "2026-05-30: 2 15 3",
                "2026-05-31: 4 14 -",
                "2026-06-01: 2 - -",
                "?: 2 2 -",
            ],
        ),
    ] {
        assert_eq!(ask(&db, db.a, &by, grain).await, expected, "{by:?} {grain:?}");
    }
    assert_eq!(
        ask(&db, db.b, &[], None).await,
        [": - - -"],
        "another org has none of it"
    );
    let differing = differing(&db).await;
    assert_eq!(differing.len(), plant_core::rollup::ALL.len(), "{differing:?}");
}

#[tokio::test]
async fn what_a_file_no_longer_adds_is_taken_off_and_nothing_is_not_zero() {
    let db = Database::new().await;
    let first = analysed(&db, "a.csv", cells(10, Some(3))).await;
    let second = analysed(&db, "b.csv", cells(5, None)).await;
    again(&db, first, cells(8, Some(0))).await;
    assert_eq!(ask(&db, db.a, &[], None).await, [": 10 29 0"]);
    // The only file that tells scrap tells it no longer: that is not zero.
    again(&db, first, cells(8, None)).await;
    assert_eq!(ask(&db, db.a, &[], None).await, [": 10 29 -"]);
    assert_eq!(differing(&db).await, Vec::<String>::new());
    again(&db, second, output(Vec::new())).await;
    assert_eq!(
        ask(&db, db.a, &[MACHINE], None).await,
        ["M1: 2 8 -", "M2: 2 7 -", "?: 1 1 -"]
    );
    again(&db, first, output(Vec::new())).await;
    assert_eq!(ask(&db, db.a, &[], None).await, [": - - -"]);
    let left = db.text(Role::Superuser, "SELECT count(*)::text FROM app.rollups").await;
    assert_eq!(left.as_deref(), Some("0"));
}

#[tokio::test]
async fn any_order_of_files_and_changes_gives_the_same_sums() {
    let db = Database::new().await;
    let mut files = Vec::new();
    for name in ["a.csv", "b.csv", "c.csv"] {
        files.push(analysed(&db, name, cells(1, None)).await);
    }
    let mut seed = 7_u64;
    for _ in 0..12 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let at = |bits: u32| (seed >> bits) as i64;
        let file = files[(at(40) % 3).unsigned_abs() as usize];
        let scrap = (at(50) % 2 == 0).then_some(at(45) % 9);
        again(&db, file, cells(at(33) % 100, scrap)).await;
        assert_eq!(differing(&db).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_rollup_of_which_a_part_is_missing_answers_nothing() {
    let db = Database::new().await;
    let file = analysed(&db, "a.csv", cells(10, None)).await;
    assert_eq!(gaps(&db).await, "");
    // A file that keeps its sums by machine alone: what is asked by day is read from files, and refused there.
    let mut coarse = output(vec![row(None, &[(MACHINE, "M1")], &[(Component::Rows, 5)])]);
    let places = [
        MACHINE,
        Dimension::Line,
        Dimension::Site,
        Dimension::Uom,
        Dimension::Currency,
    ];
    coarse.families = vec![KeptFamily {
        family_no: 1,
        family: Family::whole(places),
        cells: 1,
    }];
    again(&db, file, coarse).await;
    let without = plant_core::rollup::ALL.len() - 2;
    assert_eq!(gaps(&db).await.split_whitespace().count(), without);
    assert_eq!(ask(&db, db.a, &[MACHINE], None).await, ["M1: 5 - -"]);
    assert_eq!(differing(&db).await, Vec::<String>::new());
    // One that is forgotten is found.
    db.sql(Role::Superuser, "DELETE FROM app.rollup_gaps WHERE rollup_no = 17")
        .await
        .unwrap();
    let told = differing(&db).await;
    assert!(
        told.iter()
            .any(|said| said.contains("by machine, line, site, day are taken for whole")),
        "{told:?}"
    );
    again(&db, file, cells(10, None)).await;
    assert_eq!(gaps(&db).await, "");
    assert_eq!(differing(&db).await, Vec::<String>::new());
    assert_eq!(ask(&db, db.a, &[], Some(Grain::Month)).await.len(), 3);
}

#[tokio::test]
async fn a_rollup_with_too_many_rows_is_given_up_and_files_are_read() {
    let db = Database::new().await;
    analysed(&db, "a.csv", cells(10, Some(3))).await;
    let second = analysed(&db, "b.csv", output(Vec::new())).await;
    // The cells of the first file once more.
    db.run(db.a, |tx| {
        Box::pin(async move {
            let families = families::of_file(tx, 1).await?;
            let after = Cells {
                families,
                numbers: Some((1, 4)),
                components: [Component::Rows, GOOD].into_iter().collect(),
            };
            rollups::change(tx, 1, &Cells::default(), &after, 2).await
        })
    })
    .await
    .unwrap();
    // By machine, by day and by product and month there were more than two rows.
    let kept = db
        .text(
            Role::Superuser,
            "SELECT string_agg(DISTINCT rollup_no::text, ' ') FROM app.rollups",
        )
        .await;
    assert_eq!(kept.as_deref(), Some("1 2 4 6 8"));
    assert_eq!(
        ask(&db, db.a, &[MACHINE], None).await,
        ["M1: 2 10 3", "M2: 2 7 -", "?: 1 1 -"],
        "they are read from the files"
    );
    again(&db, second, cells(1, None)).await;
    assert!(gaps(&db).await.contains("17/0"), "it stays given up");
    // Until all are summed anew.
    db.run(db.a, |tx| Box::pin(rollups::renew(tx))).await.unwrap();
    assert_eq!(gaps(&db).await, "");
    assert_eq!(differing(&db).await, Vec::<String>::new());
}
