//! Large series, with what they took; `cargo test --release -p plant-core series::tests::speed -- --nocapture`.

use super::oracle::Dice;
use super::*;
use std::time::Duration;

/// A version of its own name.
fn version(no: i64, name: &str, rows: &'static [RowIdent]) -> Version<'static> {
    let sighting = Sighting {
        rank: no,
        folder: "/in".into(),
        site: None,
        name: name.into(),
    };
    Version {
        file_no: no,
        sightings: vec![sighting],
        rows,
        documents: None,
        extends: None,
        open_end: false,
        withdrawn: false,
        describes: false,
        declared_hash: bytes_hash(&format!("{no}")),
    }
}

fn row(number: u64, day: i32) -> RowIdent {
    let hash = super::super::share::mix(number, 1);
    RowIdent {
        mapped: hash,
        other: 5,
        subject: super::super::share::mix(number, 2),
        day: Some(day),
        back: 0,
    }
}

/// Makes rows that live as long as the test.
fn rows(numbers: impl Iterator<Item = (u64, i32)>) -> &'static [RowIdent] {
    Vec::leak(numbers.map(|(number, day)| row(number, day)).collect())
}

/// How long this thread was on a processor, so that others on the machine do not count.
fn on_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0))
}

fn timed(what: &str, versions: &[Version], decisions: &Decisions) -> Resolution {
    let start = on_cpu();
    let resolution = resolve(versions, decisions);
    let took = on_cpu().saturating_sub(start);
    let all: usize = versions.iter().map(|version| version.rows.len()).sum();
    let mode = decisions.mode.map_or("evidence", Mode::name);
    eprintln!(
        "{what}, {mode}: {} of {all} rows in {:.2?}",
        resolution.counting(),
        took
    );
    resolution
}

fn thousands() -> u64 {
    // The figures that matter are those of an optimised build; others only need the ways to be gone.
    if cfg!(debug_assertions) { 20 } else { 1000 }
}

#[test]
fn equal_rows_in_great_number() {
    let pieces = |number: usize| -> &'static [RowIdent] { Vec::leak(vec![row(1, 3); number]) };
    let versions = [
        version(1, "a.csv", pieces(100_000)),
        version(2, "b.csv", pieces(100_001)),
    ];
    assert_eq!(timed("equal rows", &versions, &open()).counting(), 100_001);
    assert_eq!(timed("equal rows", &versions, &mode(Mode::Repeat)).counting(), 100_001);
}

#[test]
fn two_large_versions() {
    let n = thousands() * 1000;
    let large = |from: u64| rows((from..from + n).map(|number| (number, (number * 300 / n) as i32)));
    let (a, b) = (large(0), large(n / 10));
    let union = n + n / 10;
    let two = [version(1, "a.csv", a), version(2, "b.csv", b)];
    assert_eq!(timed("two names", &two, &open()).counting(), union);
    assert_eq!(timed("two names", &two, &mode(Mode::Repeat)).counting(), union);
    assert_eq!(timed("two names", &two, &mode(Mode::Keyed)).counting(), union);
    let one = [version(1, "a.csv", a), version(2, "a.csv", b)];
    assert_eq!(timed("one name", &one, &open()).counting(), union);
    assert_eq!(timed("one name", &one, &mode(Mode::Replace)).counting(), union);
    timed(
        "one name",
        &one,
        &Decisions {
            accepted: vec![1, 2],
            ..mode(Mode::Window)
        },
    );
}

#[test]
fn cancelled_rows_in_great_number() {
    let n = thousands() * 1000;
    // Of ten bookings one is cancelled, by the last row of the next ten.
    let number = |at: u64| super::super::share::mix(at, 3);
    let booked = |at: u64| RowDocument {
        item: number(at),
        cancels_item: if at % 10 == 9 && at > 10 { number(at - 15) } else { 0 },
        cancelled: at % 10 == 4,
        ..RowDocument::default()
    };
    let documents: &'static [RowDocument] = Vec::leak((0..n).map(booked).collect());
    let (first, second) = documents.split_at(documents.len() / 2);
    let day = |at: u64| (at * 300 / n) as i32;
    let two = [
        Version {
            documents: Some(first),
            ..version(1, "a.csv", rows((0..n / 2).map(|at| (at, day(at)))))
        },
        Version {
            documents: Some(second),
            ..version(2, "b.csv", rows((n / 2..n).map(|at| (at, day(at)))))
        },
    ];
    let cancelling = n / 10 - 1;
    assert_eq!(
        timed("cancelled rows", &two, &open()).counting(),
        n - n / 10 - cancelling
    );
}

#[test]
fn many_versions() {
    let n = (thousands() * 10).max(1000) as i64;
    // Ten rows each, so many of them new; five a day.
    let of = |no: i64, new: u64| {
        rows(
            (0..10)
                .map(move |at| no as u64 * new + at)
                .map(|at| (at, (at / 5) as i32)),
        )
    };
    let names = |new: u64, one: bool| -> Vec<Version<'static>> {
        let name = |no: i64| {
            if one {
                "a.csv".to_owned()
            } else {
                format!("a_{:08}.csv", 20_000_000 + no)
            }
        };
        (0..n).map(|no| version(no, &name(no), of(no, new))).collect()
    };
    let (apart, moving) = (10 * n as u64, 5 * n as u64 + 5);
    let result = timed("many names, days apart", &names(10, false), &open());
    assert_eq!((result.counting(), result.question), (apart, None));
    let result = timed("one name, days apart", &names(10, true), &open());
    assert_eq!(
        (result.counting(), result.all_evidence()),
        (apart, vec![model::Seen::Apart])
    );
    let result = timed("one name, days that move on", &names(5, true), &open());
    assert_eq!(
        (result.counting(), result.all_evidence()),
        (moving, vec![model::Seen::Renewed])
    );
    let result = timed("many names, days that move on", &names(5, false), &open());
    assert_eq!((result.counting(), result.question), (moving, None));
    let mut dice = Dice(3);
    let mixed: Vec<Version> = (0..n)
        .map(|no| {
            let first = dice.below(300) as i32;
            let fresh = rows((0..10).map(|at| (1_000_000 + no as u64 * 10 + at, first + at as i32)));
            version(no, &format!("a_{:08}.csv", 20_000_000 + no), fresh)
        })
        .collect();
    assert_eq!(
        timed("many names, the same days", &mixed, &open()).counting(),
        10 * n as u64
    );
    for decided in [Mode::Replace, Mode::Repeat, Mode::Keyed, Mode::Window, Mode::Append] {
        timed("many names, the same days", &mixed, &mode(decided));
    }
}

#[test]
fn the_whole_history_every_day() {
    let n = thousands() as i64;
    let all = rows((0..1000).map(|number| (number, number as i32 / 10)));
    let versions: Vec<Version> = (0..n)
        .map(|no| version(no, &format!("a_{:08}.csv", 20_250_101 + no), all))
        .collect();
    assert_eq!(
        timed("one history under many names", &versions, &open()).counting(),
        1000
    );
}
