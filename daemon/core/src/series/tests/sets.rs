//! What counts is a function of the set: whatever the order in which versions are given.

use super::*;
use proptest::prelude::*;

/// A version as numbers: rank, name, rows as (day, thing, value, cell), flags.
type Drawn = (i64, usize, Vec<(i32, u64, u64, u64)>, bool, bool);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    up_to(5)
}

fn up_to(most: usize) -> impl Strategy<Value = Vec<Drawn>> {
    let row = (0..6i32, 0..4u64, 0..2u64, 0..2u64);
    let version = (
        0..6i64,
        0..9usize,
        prop::collection::vec(row, 0..7),
        any::<bool>(),
        prop::bool::weighted(0.1),
    );
    prop::collection::vec(version, 1..=most)
}

/// Versions of days that mostly lie apart, as those of a series do; a row without a day is rare.
fn apart() -> impl Strategy<Value = Vec<Drawn>> {
    let base = prop::collection::vec((0..12i32, prop::bool::weighted(0.98)), 9);
    (up_to(9), base).prop_map(|(mut drawn, base)| {
        for (version, (base, is_dated)) in drawn.iter_mut().zip(base) {
            for row in version.2.iter_mut().filter(|row| row.0 > 0 || is_dated) {
                row.0 += 1 + base * 4;
            }
        }
        drawn
    })
}

fn decisions() -> impl Strategy<Value = Decisions> {
    let mode = prop::option::weighted(0.5, prop::sample::select(Mode::ALL.to_vec()));
    let narrow = || prop::option::weighted(0.2, prop::sample::select(vec![Mode::Repeat, Mode::Increment]));
    let same_name = prop::option::weighted(0.2, prop::sample::select(vec![Mode::Replace, Mode::Increment]));
    let rest = (
        same_name,
        prop::option::weighted(0.2, any::<bool>()),
        any::<bool>(),
        prop::bool::weighted(0.1),
    );
    let files = || prop::collection::vec(0..9i64, 0..3);
    let rank = prop::option::weighted(0.2, prop::sample::select(vec![Basis::Time, Basis::Name]));
    let versions = (rank, files(), files(), files());
    (mode, narrow(), narrow(), rest, versions).prop_map(|(mode, overlap, changed, rest, versions)| {
        let (same_name, same_source, ignore_unmapped, keyed) = rest;
        let (rank, newer, accepted, left_out) = versions;
        Decisions {
            mode,
            keyed,
            same_source,
            same_name,
            overlap,
            changed,
            ignore_unmapped,
            rank,
            newer,
            accepted,
            left_out,
            events: false,
        }
    })
}

fn identities(drawn: &[Drawn]) -> Vec<Vec<RowIdent>> {
    let row = |(day, thing, value, cell): &(i32, u64, u64, u64)| RowIdent {
        mapped: hash(&(day, thing, value)),
        other: hash(cell),
        // One thing in four is none.
        subject: if *thing == 0 { 0 } else { hash(&(day, thing)) },
        day: (*day > 0).then_some(*day),
        back: 0,
    };
    drawn
        .iter()
        .map(|version| version.2.iter().map(row).collect())
        .collect()
}

fn versions<'a>(drawn: &[Drawn], rows: &'a [Vec<RowIdent>]) -> Vec<Version<'a>> {
    let names = [
        "a.csv",
        "b.csv",
        "a (1).csv",
        "L1.csv",
        "L2.csv",
        "x_1.csv",
        "x_9.csv",
        "y_2.csv",
        "y_3.csv",
    ];
    (drawn.iter().zip(rows).enumerate())
        .map(|(at, ((rank, name, drawn_rows, half, withdrawn), rows))| {
            let sighting = |rank| Sighting {
                rank,
                folder: "/in".into(),
                site: None,
                name: names[*name].into(),
            };
            let prefix = drawn.iter().enumerate().filter(|(_, other)| {
                other.1 == *name && other.2.len() < drawn_rows.len() && drawn_rows.starts_with(&other.2)
            });
            Version {
                file_no: at as i64,
                sightings: if *half {
                    vec![sighting(*rank), sighting(rank + 4)]
                } else {
                    vec![sighting(*rank)]
                },
                rows,
                documents: None,
                extends: prefix
                    .max_by_key(|(at, other)| (other.2.len(), *at))
                    .map(|(at, _)| at as i64),
                open_end: *half && *rank == 1,
                withdrawn: *withdrawn,
                describes: false,
                declared_hash: bytes_hash(&format!("{:?}", (name, drawn_rows))),
            }
        })
        .collect()
}

/// The first and last day of a version whose rows all have one.
fn days_of(version: &Version) -> Option<(i32, i32)> {
    let days: Option<Vec<i32>> = version.rows.iter().map(|row| row.day).collect();
    let days = days?;
    Some((*days.iter().min()?, *days.iter().max()?))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn the_order_given_changes_nothing(drawn in drawn(), decisions in decisions(), seed in any::<u64>()) {
        let rows = identities(&drawn);
        let versions = versions(&drawn, &rows);
        let expected = resolve(&versions, &decisions);
        let mut order: Vec<usize> = (0..versions.len()).collect();
        let mut dice = super::oracle::Dice(seed);
        (1..order.len()).rev().for_each(|at| order.swap(at, dice.below(at as u64 + 1) as usize));
        let turned: Vec<Version> = order.iter().map(|at| versions[*at].clone()).collect();
        let got = resolve(&turned, &decisions);
        let why: Vec<_> = order.iter().map(|at| expected.why[*at].clone()).collect();
        prop_assert_eq!(&got.why, &why);
        prop_assert_eq!(&got.question, &expected.question);
        let evidence: Vec<_> = order.iter().map(|at| expected.evidence[*at].clone()).collect();
        prop_assert_eq!(&got.evidence, &evidence);
    }

    #[test]
    fn what_a_version_does_not_touch_stays(drawn in apart(), decisions in decisions()) {
        let rows = identities(&drawn);
        let all = versions(&drawn, &rows);
        let (Some(last), before) = (all.last(), &all[..all.len() - 1]) else { return Ok(()) };
        let before = resolve_untold(before, &decisions);
        let places: Vec<Place> = all
            .iter()
            .map(|version| Place {
                file_no: version.file_no,
                names: version.sightings.iter().map(|seen| (seen.folder.clone(), seen.name.clone())).collect(),
                days: days_of(version),
                is_empty: version.rows.is_empty(),
            })
            .collect();
        let chosen = touching(&places, last.file_no, &decisions);
        let part: Vec<Version> = chosen.iter().map(|at| all[*at].clone()).collect();
        let (part, whole) = (resolve_untold(&part, &decisions), resolve(&all, &decisions));
        let is_chosen = |file_no| chosen.iter().any(|at| all[*at].file_no == file_no);
        if let Some(asked) = asked_after(before.question, part.question, is_chosen) {
            // What each answer makes of the series is told of all of it.
            let untold = whole.question.map(|question| Question { choices: Vec::new(), ..question });
            prop_assert_eq!(asked, untold);
        }
        for (at, why) in whole.why.iter().enumerate() {
            let got = chosen.iter().position(|chosen| *chosen == at).map_or_else(|| &before.why[at], |at| &part.why[at]);
            prop_assert_eq!(got, why, "{} of {:?}", at, chosen);
            let seen = chosen.iter().position(|chosen| *chosen == at)
                .map_or_else(|| &before.evidence[at], |at| &part.evidence[at]);
            prop_assert_eq!(seen, &whole.evidence[at]);
        }
    }

    #[test]
    fn every_row_has_a_state_and_a_withdrawn_version_takes_no_part(drawn in drawn(), decisions in decisions()) {
        let rows = identities(&drawn);
        let all = versions(&drawn, &rows);
        let got = resolve(&all, &decisions);
        for (version, why) in all.iter().zip(&got.why) {
            prop_assert_eq!(why.len(), version.rows.len());
            prop_assert!(!version.withdrawn || why.iter().all(|why| *why == Why::Withdrawn));
        }
        let (kept, whys): (Vec<_>, Vec<_>) =
            all.iter().cloned().zip(got.why.clone()).filter(|(version, _)| !version.withdrawn).unzip();
        // What a growing log begins with may be read over a withdrawn version, so only others are left out here.
        if all.iter().all(|version| version.extends.is_none()) {
            prop_assert_eq!(resolve(&kept, &decisions).why, whys);
        }
    }

    #[test]
    fn answers_end_the_questions(drawn in drawn()) {
        let rows = identities(&drawn);
        let all = versions(&drawn, &rows);
        let mut decisions = Decisions::default();
        let mut left = 12;
        while let Some(question) = resolve(&all, &decisions).question {
            prop_assert!(question.choices.len() >= 2);
            prop_assert!(left > 0, "{:?} {:?}", question, decisions);
            let first = &question.choices[0];
            let after = decisions.answered(question.kind, question.older, question.newer, first.answer);
            prop_assert_eq!(resolve(&all, &after).counting(), first.rows);
            (decisions, left) = (after, left - 1);
        }
    }
}

/// Which of two files of one time is the newer one does not hang on files that have nothing to do with them.
#[test]
fn the_order_of_two_names_is_that_of_all() {
    // The second of four rows is told otherwise by the last file.
    let row = |day: i32, thing: u64, value: u64| RowIdent {
        mapped: hash(&(day, thing, if thing == 1 { value } else { 0 })),
        other: 0,
        subject: hash(&(day, thing)),
        day: Some(day),
        back: 0,
    };
    let drawn = [
        ("alpha_1.csv", 1, 3, 1),
        ("alpha_2.csv", 2, 6, 1),
        ("alpha_3.csv", 3, 9, 1),
        ("beta_2.csv", 100, 50, 1),
        ("alpha_5.csv", 100, 50, 2),
    ];
    let rows: Vec<Vec<RowIdent>> = drawn
        .iter()
        .map(|(_, _, day, value)| (0..4).map(|thing| row(*day, thing, *value)).collect())
        .collect();
    let all: Vec<Version> = (0..)
        .zip(drawn.iter().zip(&rows))
        .map(|(file_no, ((name, rank, ..), rows))| Version {
            file_no,
            sightings: vec![Sighting {
                rank: *rank,
                folder: "/in".into(),
                site: None,
                name: (*name).into(),
            }],
            rows,
            documents: None,
            extends: None,
            open_end: false,
            withdrawn: false,
            describes: false,
            declared_hash: bytes_hash(name),
        })
        .collect();
    let whole = resolve_untold(&all, &Decisions::default());
    let part = resolve_untold(&all[3..], &Decisions::default());
    let asked = |resolution: &Resolution| resolution.question.as_ref().map(|asked| (asked.older, asked.newer));
    assert_eq!(asked(&part), asked(&whole));
    assert_eq!(part.why, whole.why[3..]);
    assert!(asked(&whole).is_some());
}

/// Two files of one name and one time stay of one time when a person says that names tell which is newer.
#[test]
fn names_that_decide_break_no_tie() {
    let drawn: Vec<Drawn> = vec![
        (4, 2, vec![(0, 1, 1, 0), (1, 3, 1, 0)], true, false),
        (0, 6, vec![(1, 3, 0, 0)], false, false),
        (4, 2, vec![(1, 3, 0, 1)], true, false),
    ];
    let decisions = Decisions {
        mode: Some(Mode::Keyed),
        rank: Some(Basis::Name),
        ..Decisions::default()
    };
    let rows = identities(&drawn);
    let all = versions(&drawn, &rows);
    let expected = resolve(&all, &decisions);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0usize]] {
        let turned: Vec<Version> = order.iter().map(|at| all[*at].clone()).collect();
        let got = resolve(&turned, &decisions);
        assert_eq!(got.question, expected.question, "{order:?}");
        assert_eq!(got.why, order.map(|at| expected.why[at].clone()), "{order:?}");
    }
    let question = expected
        .question
        .expect("two files of one name and time contradict each other");
    assert_eq!(
        (question.kind, question.older, question.newer),
        (QuestionKind::SameRank, 2, 0)
    );
}
