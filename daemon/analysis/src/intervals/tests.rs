use std::collections::BTreeMap;

use super::*;

fn minutes(intervals: &[(u8, i64, i64)], window: (i64, i64)) -> BTreeMap<u8, i64> {
    let clipped: Vec<Interval> = intervals
        .iter()
        .enumerate()
        .filter_map(|(owner, (rank, start, end))| {
            clipped(
                Interval {
                    owner,
                    rank: *rank,
                    start: *start,
                    end: *end,
                },
                window.0,
                window.1,
            )
        })
        .collect();
    let mut sums = BTreeMap::new();
    for piece in owned(&clipped) {
        *sums.entry(intervals[piece.owner].0).or_insert(0) += piece.length();
    }
    sums
}

#[test]
fn overlaps_are_counted_once() {
    // W2, in minutes of the day: union 120, not 180; the stop that leaves the window is cut.
    assert_eq!(
        minutes(&[(3, 390, 450), (3, 420, 480), (3, 810, 870)], (360, 840)),
        BTreeMap::from([(3, 120)])
    );
    // W2b
    assert_eq!(
        minutes(&[(3, 0, 900), (3, 10, 840)], (0, 978)),
        BTreeMap::from([(3, 900)])
    );
}

#[test]
fn the_stronger_category_owns_an_overlap() {
    // W2c: breakdown (3) 06:30-07:30, planned maintenance (1) 07:00-08:00, minor stop (6) 07:50-08:10.
    assert_eq!(
        minutes(&[(3, 390, 450), (1, 420, 480), (6, 470, 490)], (0, 1440)),
        BTreeMap::from([(1, 60), (3, 30), (6, 10)])
    );
}

#[test]
fn an_owner_takes_its_time_back_after_a_stronger_one() {
    let intervals = [
        Interval {
            owner: 0,
            rank: 9,
            start: 0,
            end: 100,
        },
        Interval {
            owner: 1,
            rank: 3,
            start: 20,
            end: 30,
        },
        Interval {
            owner: 2,
            rank: 3,
            start: 50,
            end: 50,
        },
    ];
    assert_eq!(
        owned(&intervals),
        [
            Piece {
                owner: 0,
                start: 0,
                end: 20
            },
            Piece {
                owner: 1,
                start: 20,
                end: 30
            },
            Piece {
                owner: 0,
                start: 30,
                end: 100
            },
        ]
    );
}

#[test]
fn any_intervals_keep_their_minutes() {
    // A small deterministic generator; the expected union comes from marking minutes one by one.
    let mut state = 7_u64;
    let mut random = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for _ in 0..200 {
        let intervals: Vec<Interval> = (0..random(12) as usize)
            .map(|owner| {
                let start = random(100) as i64;
                Interval {
                    owner,
                    rank: random(4) as u8,
                    start,
                    end: start + random(30) as i64,
                }
            })
            .collect();
        let mut marks = [None::<(u8, i64, usize)>; 140];
        for interval in &intervals {
            for minute in interval.start..interval.end {
                let mark = &mut marks[minute as usize];
                let own = (interval.rank, interval.start, interval.owner);
                *mark = Some(mark.map_or(own, |other| other.min(own)));
            }
        }
        let mut expected = BTreeMap::new();
        for (_, _, owner) in marks.into_iter().flatten() {
            *expected.entry(owner).or_insert(0) += 1;
        }
        let mut found = BTreeMap::new();
        for piece in owned(&intervals) {
            *found.entry(piece.owner).or_insert(0) += piece.length();
        }
        assert_eq!(found, expected, "{intervals:?}");
    }
}
