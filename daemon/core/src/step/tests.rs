//! A log in files: whatever the files, in whichever order they come, they add what the log adds in one piece.

use chrono::DateTime;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Before, Edge, Former, Kind, Lasting, Lasts, Left, Place, carried_in, count, lasting, outdated};
use crate::profile::Counter;
use crate::variable::Variable;

/// What a file adds: by the moment of the later row, or of the state that began; and whether it goes on with what was
/// counted before.
type Adds = Vec<(i64, i64, bool)>;

/// Rows of a file, in the order of time: moment and number.
#[derive(Debug, Clone)]
struct File {
    rows: Vec<(i64, u32)>,
    edge: Option<Edge>,
    adds: Adds,
}

fn edge(rows: &[(i64, u32)], kind: Kind, left: Left, carried: Option<super::Carried>) -> Edge {
    let at = |row: Option<&(i64, u32)>| DateTime::from_timestamp_micros(row.unwrap().0).unwrap();
    Edge {
        place: Place::default(),
        kind,
        first_at: at(rows.first()),
        last_at: at(rows.last()),
        left,
        carried,
    }
}

fn counted(file: &File, carried: Option<super::Carried>) -> (Adds, Edge) {
    let rules = Counter::of(Variable::QuantityProduced);
    let until = carried
        .as_ref()
        .map_or(i64::MIN, |carried| carried.until.timestamp_micros());
    let before = carried.clone().map(|carried| match carried.left {
        Left::Counter(standing) => standing,
        Left::State(_) => panic!("a state for a counter"),
    });
    let own: Vec<(i64, u32)> = file.rows.iter().copied().filter(|(at, _)| *at > until).collect();
    let readings: Vec<Decimal> = own.iter().map(|(_, reading)| Decimal::from(*reading)).collect();
    let (counted, standing) = count(&rules, before, &readings);
    let adds = own.iter().zip(counted);
    let adds = adds.filter_map(|((at, _), counted)| Some((*at, i64::try_from(counted.adds?).unwrap(), false)));
    let left = Left::Counter(standing.unwrap());
    (
        adds.collect(),
        edge(&file.rows, Kind::Counter(rules.variable), left, carried),
    )
}

fn logged(file: &File, carried: Option<super::Carried>) -> (Adds, Edge) {
    let until = carried
        .as_ref()
        .map_or(i64::MIN, |carried| carried.until.timestamp_micros());
    let before = carried.clone().map(|carried| match carried.left {
        Left::State(lasting) => lasting,
        Left::Counter(_) => panic!("a counter for a state"),
    });
    let own: Vec<(i64, u32)> = file.rows.iter().copied().filter(|(at, _)| *at >= until).collect();
    let before = before.and_then(|lasting| lasting.before(own.first().map(|(at, _)| *at)));
    let there = before.as_ref().map(|lasting| Before {
        state: lasting.line as u32,
        since: lasting.since.timestamp_micros(),
        goes_on: lasting.goes_on,
    });
    let log = lasting(there, &own);
    let mut adds = Adds::new();
    if let (Some(before), Some(until)) = (&before, log.carried_until) {
        let (since, goes_on) = (before.since.timestamp_micros(), before.goes_on);
        adds.push((since, until - since, goes_on));
    }
    for ((at, _), lasts) in own.iter().zip(&log.rows) {
        if let Lasts::Until(end) = lasts {
            adds.push((*at, end - at, false));
        }
    }
    let left = match log.open.map(|open| (own[open.row], open)) {
        Some(((at, state), open)) => Lasting {
            since: DateTime::from_timestamp_micros(at).unwrap(),
            goes_on: open.goes_on,
            former: match open.former {
                Former::Nothing => None,
                Former::Before => before.as_ref().map(|before| before.line as u32),
                Former::Row(row) => Some(own[row].1),
            }
            .map(|state| {
                Box::new(Lasting {
                    since: DateTime::from_timestamp_micros(at).unwrap(),
                    goes_on: true,
                    first_at: None,
                    day: None,
                    file: String::new(),
                    line: u64::from(state),
                    values: Default::default(),
                    former: None,
                })
            }),
            first_at: None,
            day: None,
            file: String::new(),
            line: u64::from(state),
            values: Default::default(),
        },
        None => before.unwrap(),
    };
    (adds, edge(&file.rows, Kind::State, Left::State(left), carried))
}

/// Files as they come, each analysed when it does, and again whatever it makes old.
fn arrive(files: Vec<File>, analyse: fn(&File, Option<super::Carried>) -> (Adds, Edge)) -> Adds {
    let mut there: Vec<File> = Vec::new();
    for file in files {
        let first = file.rows[0].0;
        let at = there.partition_point(|other| other.rows[0].0 < first);
        there.insert(at, file);
        let mut stale = vec![at];
        let mut rounds = 0;
        while let Some(at) = stale.pop() {
            let edges: Vec<Edge> = there.iter().filter_map(|file| file.edge.clone()).collect();
            let before = there[..at].iter().filter(|file| file.edge.is_some()).count();
            let carried = carried_in(&edges, before);
            let (adds, edge) = analyse(&there[at], carried);
            there[at].adds = adds;
            there[at].edge = Some(edge);
            let edges: Vec<Edge> = there.iter().filter_map(|file| file.edge.clone()).collect();
            assert_eq!(edges.len(), there.len());
            stale = outdated(&edges);
            rounds += 1;
            assert!(rounds <= 4 * there.len() * there.len() + 4, "it does not end");
        }
    }
    let mut pieces: Adds = there.into_iter().flat_map(|file| file.adds).collect();
    pieces.sort_unstable();
    let mut all = Adds::new();
    for (at, length, goes_on) in pieces {
        match all.last_mut().filter(|_| goes_on) {
            Some((from, so_far, _)) => {
                assert_eq!(*from + *so_far, at, "it goes on where it was counted to");
                *so_far += length;
            }
            None => {
                assert!(!goes_on, "the rest of a state that nobody counted");
                all.push((at, length, false));
            }
        }
    }
    all
}

/// Windows of a log that hold all of it, no two with the same first row, in any order.
fn windows(rows: Vec<(i64, u32)>, cuts: &[(usize, usize)]) -> Vec<File> {
    let file = |from: usize, to: usize| File {
        rows: rows[from..to].to_vec(),
        edge: None,
        adds: Adds::new(),
    };
    let mut files: Vec<File> = Vec::new();
    let mut starts: Vec<usize> = cuts.iter().map(|(start, _)| start % rows.len()).collect();
    starts.push(0);
    starts.sort_unstable();
    starts.dedup();
    for (index, start) in starts.iter().enumerate() {
        let next = starts.get(index + 1).copied().unwrap_or(rows.len());
        // Each goes on into the next one, some way.
        let more = cuts.get(index).map_or(0, |(_, more)| *more);
        files.push(file(*start, (next + more).min(rows.len())));
    }
    files
}

fn shuffled(mut files: Vec<File>, order: &[usize]) -> Vec<File> {
    let mut out = Vec::new();
    let mut order = order.iter().cycle();
    while !files.is_empty() {
        let index = order.next().copied().unwrap_or(0) % files.len();
        out.push(files.remove(index));
    }
    out
}

fn log(most: u32) -> impl Strategy<Value = Vec<(i64, u32)>> {
    proptest::collection::vec((1_i64..50, 0..most), 1..40).prop_map(|steps| {
        let mut at = 0;
        steps
            .into_iter()
            .map(|(gap, number)| {
                at += gap;
                (at, number)
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn a_counter_in_files_adds_what_it_adds_in_one(
        steps in log(60),
        falls in proptest::collection::vec(0_u32..12, 40),
        cuts in proptest::collection::vec((0_usize..40, 0_usize..12), 0..8),
        order in proptest::collection::vec(0_usize..8, 1..8),
    ) {
        let mut reading = 32_600;
        let rows: Vec<(i64, u32)> = steps.iter().zip(falls).map(|((at, step), fall)| {
            reading = match fall {
                0 => *step,
                1 => (reading + step) % 32_768,
                2 => return (*at, 0),
                3 => reading.saturating_sub(*step),
                _ => reading + step,
            };
            (*at, reading)
        }).collect();
        let whole = arrive(windows(rows.clone(), &[]), counted);
        prop_assert_eq!(arrive(shuffled(windows(rows, &cuts), &order), counted), whole);
    }

    #[test]
    fn states_in_files_last_as_long_as_in_one(
        rows in log(3),
        cuts in proptest::collection::vec((0_usize..40, 0_usize..12), 0..8),
        order in proptest::collection::vec(0_usize..8, 1..8),
    ) {
        let whole = arrive(windows(rows.clone(), &[]), logged);
        prop_assert_eq!(arrive(shuffled(windows(rows, &cuts), &order), logged), whole);
    }
}

#[test]
fn of_files_that_end_in_one_moment_the_later_one_leaves_behind() {
    let rows = |rows: &[(i64, u32)]| File {
        rows: rows.to_vec(),
        edge: None,
        adds: Adds::new(),
    };
    let (one, two, three) = (&[(6, 1), (10, 2)], &[(10, 3)], &[(12, 1), (14, 1)]);
    let files = || vec![rows(one), rows(two), rows(three)];
    let whole = vec![(6, 4, false), (10, 2, false), (12, 2, false)];
    assert_eq!(arrive(files(), logged), whole);
    assert_eq!(arrive(files().into_iter().rev().collect(), logged), whole);
}
