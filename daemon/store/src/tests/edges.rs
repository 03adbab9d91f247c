//! What files leave behind for the files after them.

use chrono::{DateTime, Utc};
use plant_core::ids::{FileId, SeriesId};
use plant_core::job::AnalysisOutput;
use plant_core::profile::Counter;
use plant_core::step::{Carried, Edge, Kind, Left, Place, count};
use plant_core::variable::Variable;

use super::figures::{analysed, store};
use super::harness::{Database, Role, at, output};

fn moment(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000 + second, 0).unwrap()
}

/// Where a counter stands that shows this.
fn shows(reading: i64) -> Left {
    let rules = Counter::of(Variable::QuantityProduced);
    Left::Counter(count(&rules, None, &[reading.into()]).1.unwrap())
}

/// An analysis of rows of a machine from one second to another, whose counter showed the last of them, reckoned with what
/// was left behind until a second.
fn of(machine: &str, first: i64, last: i64, carried: Option<i64>) -> AnalysisOutput {
    let edge = Edge {
        place: Place {
            machine: machine.to_owned(),
            ..Place::default()
        },
        kind: Kind::Counter(Variable::QuantityProduced),
        first_at: moment(first),
        last_at: moment(last),
        left: shows(last),
        carried: carried.map(|until| Carried {
            until: moment(until),
            left: shows(until),
        }),
    };
    AnalysisOutput {
        edges: vec![edge],
        ..output(Vec::new())
    }
}

async fn stale(db: &Database) -> Vec<String> {
    use sqlx::Row as _;
    let rows = db
        .sql(
            Role::Superuser,
            "SELECT f.name FROM app.jobs j JOIN app.files f USING (org_id, file_id)
            WHERE j.kind = 'analyse' AND j.state = 'queued' ORDER BY f.name",
        )
        .await
        .unwrap();
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}

async fn series_of(db: &Database, file: FileId) -> SeriesId {
    let told = format!("SELECT series_id::text FROM app.files WHERE file_id = '{file}'");
    db.text(Role::Superuser, &told).await.unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_file_that_comes_between_has_exactly_the_one_after_it_analysed_again() {
    let db = Database::new().await;
    analysed(&db, "a.csv", of("M1", 10, 20, None)).await;
    assert_eq!(stale(&db).await, [""; 0]);
    // It was made when nothing was left behind for it yet.
    let last = analysed(&db, "c.csv", of("M1", 30, 40, None)).await;
    assert_eq!(stale(&db).await, ["c.csv"]);
    store(&db, of("M1", 30, 40, Some(20))).await.unwrap();
    assert_eq!(stale(&db).await, [""; 0]);
    analysed(&db, "d.csv", of("M1", 50, 60, Some(40))).await;
    assert_eq!(stale(&db).await, [""; 0]);
    analysed(&db, "b.csv", of("M1", 15, 25, Some(20))).await;
    assert_eq!(
        stale(&db).await,
        ["c.csv"],
        "and not d.csv, which goes on from c.csv as before"
    );
    store(&db, of("M1", 30, 40, Some(25))).await.unwrap();
    // One that ends before another does leaves nothing behind, nor does another machine.
    analysed(&db, "e.csv", of("M1", 16, 18, Some(25))).await;
    analysed(&db, "f.csv", of("M2", 1, 99, None)).await;
    assert_eq!(stale(&db).await, [""; 0]);

    // Another series goes its own way.
    let series = series_of(&db, last).await;
    let new = db
        .run(db.a, move |tx| {
            Box::pin(async move { crate::series::split(tx, series, &[last], at(40)).await })
        })
        .await
        .unwrap();
    assert_eq!(stale(&db).await, ["c.csv", "d.csv"]);
    // The series that files left is looked at first.
    store(&db, of("M1", 50, 60, Some(25))).await.unwrap();
    store(&db, of("M1", 30, 40, None)).await.unwrap();
    assert_eq!(stale(&db).await, [""; 0]);
    db.run(db.a, move |tx| {
        Box::pin(async move { crate::series::merge(tx, series, new, at(50)).await })
    })
    .await
    .unwrap();
    assert_eq!(stale(&db).await, ["c.csv", "d.csv"]);
}

#[tokio::test]
async fn of_files_that_end_in_one_moment_the_later_one_leaves_behind() {
    let db = Database::new().await;
    let left = |first: i64, shows_then: i64, carried: Option<i64>| {
        let mut output = of("M1", first, 20, carried);
        output.edges[0].left = shows(shows_then);
        output
    };
    analysed(&db, "a.csv", left(10, 20, None)).await;
    analysed(&db, "b.csv", left(20, 21, Some(20))).await;
    assert_eq!(stale(&db).await, [""; 0]);
    let mut last = of("M1", 30, 40, Some(20));
    last.edges[0].carried = Some(Carried {
        until: moment(20),
        left: shows(21),
    });
    analysed(&db, "c.csv", last).await;
    assert_eq!(stale(&db).await, [""; 0], "it went on from b.csv");
}
