//! When a series asks, and when it does not.

use super::*;
use QuestionKind::*;

const HEAD: &str = "Date;Time;Machine;Order;Good\n";

/// Rows of a machine on days of March 2025, so many a day, with what is added to each quantity.
fn made(days: std::ops::RangeInclusive<u32>, a_day: u32, order: &str, more: u32) -> String {
    let row = |day: u32, at: u32| {
        let good = 100 + day + at + more;
        format!("2025-03-{day:02};{:02}:00;M1;{order}{day}-{at};{good}\n", at + 6)
    };
    days.flat_map(|day| (0..a_day).map(move |at| row(day, at))).collect()
}

fn file(name: &str, rank: i64, rows: &str) -> Seen {
    seen(name, rank, &format!("{HEAD}{rows}"))
}

fn kind(files: &[Seen]) -> Option<QuestionKind> {
    decide(files, &table(&["Good"]), &open()).kind()
}

#[test]
fn nothing_is_asked_while_versions_do_not_contradict() {
    let day = |day: u32| {
        file(
            &format!("made_202503{day:02}.csv"),
            i64::from(day),
            &made(day..=day, 5, "A", 0),
        )
    };
    assert_eq!(kind(&(1..=9).map(day).collect::<Vec<_>>()), None);
    // A week that moves on by a day, with what the day at the edge had not yet told.
    let week = |day: u32| {
        file(
            &format!("week_202503{day:02}.csv"),
            i64::from(day),
            &made(day..=day + 6, 3, "A", 0),
        )
    };
    let files: Vec<Seen> = (1..=9).map(week).collect();
    check(&files[..4], &table(&["Good"]), &open(), "Good", (3195.0, 30, None));
    assert_eq!(kind(&files), None);
    // Two halves of a plant in words, with the same days and products, and nothing equal.
    let north = file("north.csv", 1, &made(1..=5, 4, "A", 0));
    let south = file("south.csv", 2, &made(1..=5, 4, "A", 7));
    assert_eq!(kind(&[north, south]), None);
}

#[test]
fn one_name_with_nothing_in_common_is_asked_about() {
    // Each row names its order, and no order is named twice: these are further rows.
    let orders = [
        file("made.csv", 1, &made(1..=3, 2, "A", 0)),
        file("made.csv", 2, &made(2..=4, 2, "B", 0)),
    ];
    let came = decide(&orders, &table(&["Good"]), &open());
    assert_eq!((came.kind(), came.resolution.counting()), (None, 12));
    // Two rows say nothing about all of them.
    let files = [
        file("made.csv", 1, &made(1..=2, 1, "A", 0)),
        file("made.csv", 2, &made(2..=3, 1, "B", 0)),
    ];
    let came = decide(&files, &table(&["Good"]), &open());
    assert_eq!((came.kind(), came.resolution.counting()), (Some(SameName), 2));
    assert_eq!(came.choices(), [(Answer::Replace, 3), (Answer::Increment, 4)]);
    assert_eq!(came.resolution.why[1], [Why::Contested; 2]);
    let text = came.resolution.question.unwrap().text;
    assert!(text.contains("2 rows"), "{text}");
    for (answer, rows) in [(Answer::Replace, 3), (Answer::Increment, 4)] {
        let came = decide(&files, &table(&["Good"]), &open().answered(SameName, 1, 2, answer));
        assert_eq!((came.kind(), came.resolution.counting()), (None, rows));
    }
}

#[test]
fn a_correction_among_many_equal_rows_is_asked_about_and_others_go_on() {
    let corrected = made(1..=10, 4, "A", 0).replace("A3-0;103", "A3-0;90");
    let files = [
        file("made_old.csv", 1, &made(1..=10, 4, "A", 0)),
        file("made_new.csv", 2, &corrected),
        file("made_20250320.csv", 3, &made(20..=21, 4, "A", 0)),
    ];
    let came = decide(&files, &table(&["Good"]), &open());
    assert_eq!((came.kind(), came.resolution.counting()), (Some(ChangedRows), 48));
    assert_eq!(
        came.choices(),
        [(Answer::Keyed, 48), (Answer::Repeat, 49), (Answer::Increment, 88)]
    );
    let question = came.resolution.question.unwrap();
    assert_eq!((question.older, question.newer, question.rows), (1, 2, 1));
}

#[test]
fn while_a_correction_waits_what_it_would_replace_counts() {
    let first = made(1..=2, 3, "A", 0);
    let foreign = made(1..=1, 1, "B", 0);
    let corrected = format!("{}{foreign}", first.replace("A1-0;101", "A1-0;90"));
    let files = [
        file("report.csv", 1, &first),
        file("other.csv", 2, &format!("{foreign}{}", made(3..=3, 5, "B", 0))),
        file("report.csv", 3, &corrected),
    ];
    let came = decide(&files, &table(&["Good"]), &open());
    assert_eq!((came.kind(), came.resolution.counting()), (Some(RepeatedOrNew), 12));
    assert_eq!(came.resolution.why[0], [Why::Counts; 6]);
    assert_eq!(came.resolution.why[2], [Why::Contested; 7]);
    assert_eq!(came.choices(), [(Answer::Repeat, 12), (Answer::Increment, 13)]);
}

#[test]
fn things_that_have_many_rows_in_one_file_are_no_reason_to_ask() {
    // Without times and orders: a machine, a day, a product, booked box by box.
    let boxes = |from: u32| -> String { (0..20).map(|at| format!("2025-03-03;;M1;;{}\n", from + at)).collect() };
    let files = [
        file("boxes_0303_a.csv", 1, &boxes(100)),
        file("boxes_0303_b.csv", 2, &boxes(200)),
    ];
    assert_eq!(kind(&files), None);
}

#[test]
fn serial_numbers_that_are_not_mapped_tell_rows_apart() {
    let pieces = |from: u32| -> String {
        (0..40)
            .map(|at| format!("2025-03-03;{};1\n", from + at))
            .fold(String::from("Date;Serial;Good\n"), |a, b| a + &b)
    };
    let by = Table {
        unmapped: vec!["Serial"],
        ..table(&["Good"])
    };
    let files = [
        seen("pieces_06h.csv", 1, &pieces(0)),
        seen("pieces_07h.csv", 2, &pieces(40)),
    ];
    check(&files, &by, &open(), "Good", (80.0, 80, None));
}

#[test]
fn the_same_file_of_two_lines_counts_twice_and_is_told() {
    let rows = made(1..=2, 4, "A", 0);
    let files = [
        file("L1.csv", 1, &rows),
        Seen {
            no: 2,
            ..file("L2.csv", 2, &rows)
        },
    ];
    let came = decide(&files, &table(&["Good"]), &open());
    assert_eq!((came.kind(), came.resolution.counting()), (Some(SameSource), 16));
    assert_eq!(came.choices(), [(Answer::Different, 16), (Answer::Same, 8)]);
    let sites: Vec<Seen> = [Some("Ulm"), Some("Brno")]
        .into_iter()
        .zip(&files)
        .map(|(site, file)| Seen {
            site,
            name: "made.csv".into(),
            ..file.clone()
        })
        .collect();
    assert_eq!(decide(&sites, &table(&["Good"]), &open()).resolution.counting(), 16);
}

#[test]
fn a_version_that_would_withdraw_much_waits() {
    let whole = made(1..=10, 2, "A", 0);
    let without = |order: &str| -> String {
        whole
            .lines()
            .filter(|line| !line.contains(order))
            .map(|line| format!("{line}\n"))
            .collect()
    };
    let few = [file("w.csv", 1, &whole), file("w.csv", 2, &without("A5-1"))];
    check(
        &few,
        &table(&["Good"]),
        &mode(Mode::Window),
        "Good",
        (2200.0 - 106.0 + 20.0 - 10.0 * 10.0, 19, None),
    );
    let much = [file("w.csv", 1, &whole), file("w.csv", 2, &without("-1;"))];
    for (mode_of, accepted) in [(Mode::Window, 12), (Mode::Snapshot, 10)] {
        let came = decide(&much, &table(&["Good"]), &mode(mode_of));
        assert_eq!(
            (came.kind(), came.resolution.counting()),
            (Some(WithdrawsMuch), 20),
            "{mode_of}"
        );
        assert_eq!(came.choices(), [(Answer::Accept, accepted), (Answer::LeaveOut, 20)]);
    }
}

#[test]
fn a_tie_matters_only_where_values_differ() {
    let rows = made(1..=3, 2, "A", 0);
    let reversed: String = rows.lines().rev().map(|line| format!("{line}\n")).collect();
    let same = [
        file("a.csv", 1, &rows),
        Seen {
            no: 2,
            ..file("b.csv", 1, &reversed)
        },
    ];
    for mode_of in [Mode::Keyed, Mode::Window, Mode::Snapshot, Mode::Repeat] {
        let came = decide(&same, &table(&["Good"]), &mode(mode_of));
        assert_eq!((came.kind(), came.resolution.counting()), (None, 6), "{mode_of}");
    }
    let differs = [
        same[0].clone(),
        Seen {
            no: 2,
            ..file("b.csv", 1, &made(1..=3, 2, "A", 5))
        },
    ];
    for mode_of in [Mode::Keyed, Mode::Window, Mode::Snapshot] {
        let came = decide(&differs, &table(&["Good"]), &mode(mode_of));
        assert_eq!(
            (came.kind(), came.resolution.counting()),
            (Some(SameRank), 6),
            "{mode_of}"
        );
    }
}

#[test]
fn a_snapshot_that_ends_at_a_limit_of_rows_waits_before_it_withdraws_anything() {
    let rows = |number: usize| -> String {
        (0..number)
            .map(|at| format!("2025-03-0{};06:00;M1;A{at};100\n", 1 + at % 9))
            .collect()
    };
    for (limit, asked) in [(10_000, Some(WithdrawsMuch)), (10_001, None)] {
        let files = [file("all.csv", 1, &rows(10_300)), file("all.csv", 2, &rows(limit))];
        let came = decide(&files, &table(&["Good"]), &mode(Mode::Snapshot));
        assert_eq!(came.kind(), asked, "{limit}");
    }
}

/// Two exports of the same orders, of which the second corrects the first.
fn corrected(names: [&str; 2], ranks: [i64; 2]) -> Vec<Seen> {
    let of = |at: usize, no: i64, more: u32| Seen {
        no,
        ..file(names[at], ranks[at], &made(1..=3, 2, "A", more))
    };
    vec![of(0, 1, 0), of(1, 2, 5)]
}

#[test]
fn names_that_count_say_which_of_one_time_is_newer() {
    for names in [
        ["orders_1.csv", "orders_2.csv"],
        ["orders 9.csv", "orders 10.csv"],
        ["orders_20250402.csv", "orders_20250403.csv"],
        ["orders 30.04.2025.csv", "orders 13.05.2025.csv"],
        ["orders_2025-04-30_0600.csv", "orders_2025-05-01_0500.csv"],
    ] {
        for mode_of in [Mode::Keyed, Mode::Snapshot, Mode::Window] {
            let files = corrected(names, [1, 1]);
            let sum = 6.0 * 105.0 + 3.0 * 4.0 + 3.0;
            match mode_of {
                // Only the middle day lies inside.
                Mode::Window => assert_eq!(decide(&files, &table(&["Good"]), &mode(mode_of)).kind(), None),
                _ => check(&files, &table(&["Good"]), &mode(mode_of), "Good", (sum, 6, None)),
            }
        }
    }
    // These names do not say it: another word, a month, a date that can be read in two ways.
    for names in [
        ["orders_1.csv", "plan_2.csv"],
        ["orders 1 may.csv", "orders 2 may.csv"],
        ["orders 03052025.csv", "orders 04052025.csv"],
        ["orders.csv", "orders 2.csv"],
    ] {
        let came = decide(&corrected(names, [1, 1]), &table(&["Good"]), &mode(Mode::Keyed));
        assert_eq!(came.kind(), Some(SameRank), "{names:?}");
    }
}

#[test]
fn times_and_names_that_contradict_each_other_are_asked_about_once() {
    let names = ["orders_1.csv", "orders_2.csv"];
    let (first, second) = (6.0 * 100.0 + 12.0 + 3.0, 6.0 * 105.0 + 12.0 + 3.0);
    for mode_of in [Mode::Keyed, Mode::Snapshot] {
        let files = corrected(names, [2, 1]);
        let came = decide(&files, &table(&["Good"]), &mode(mode_of));
        assert_eq!(came.kind(), Some(RankBasis), "{mode_of}");
        assert_eq!(came.choices(), [(Answer::ByName, 6), (Answer::ByTime, 6)]);
        for (answer, sum) in [(Answer::ByName, second), (Answer::ByTime, first)] {
            let question = came.resolution.question.as_ref().unwrap();
            let after = mode(mode_of).answered(question.kind, question.older, question.newer, answer);
            check(&files, &table(&["Good"]), &after, "Good", (sum, 6, None));
            // The next one that says so is not asked about again.
            let more = Seen {
                no: 3,
                ..file("orders_0.csv", 3, &made(1..=3, 2, "A", 9))
            };
            let files = [&files[..], &[more]].concat();
            assert_eq!(decide(&files, &table(&["Good"]), &after).kind(), None);
        }
    }
    // What does not contradict is not asked about, in whatever order it was copied.
    let apart = [
        file("orders_1.csv", 2, &made(1..=3, 2, "A", 0)),
        file("orders_2.csv", 1, &made(4..=6, 2, "B", 0)),
    ];
    assert_eq!(decide(&apart, &table(&["Good"]), &mode(Mode::Keyed)).kind(), None);
}

#[test]
fn every_state_has_a_byte_and_words() {
    for why in Why::ALL {
        assert_eq!(Why::from_code(why.code()), Some(why));
        assert!(!why.sentence().is_empty());
    }
    assert_eq!(Why::from_code(Why::ALL.len() as u8), None);
    assert_eq!((Why::Counts.code(), Why::Contested.code()), (0, 6));
}

#[test]
fn rows_that_may_describe_things_count_until_somebody_says_what_they_are() {
    let rows = [RowIdent {
        mapped: 1,
        other: 1,
        subject: 1,
        day: Some(20_000),
        back: 0,
    }];
    let version = |file_no, rank, describes| crate::series::Version {
        file_no,
        sightings: vec![crate::series::Sighting {
            rank,
            folder: "f".to_owned(),
            site: None,
            name: format!("{file_no}.csv"),
        }],
        rows: &rows,
        documents: None,
        extends: None,
        open_end: false,
        withdrawn: false,
        describes,
        declared_hash: [file_no as u8; 32],
    };
    let asked =
        |versions: &[crate::series::Version], decisions: &Decisions| crate::series::resolve(versions, decisions);
    let open = Decisions::default();
    assert_eq!(asked(&[version(1, 1, false)], &open).question, None);
    let found = asked(&[version(1, 2, true)], &open);
    assert_eq!(found.counting(), 1, "nothing waits");
    let question = found.question.unwrap();
    assert_eq!(
        (question.kind, question.older, question.newer, question.rows),
        (ListOrEvents, 1, 1, 1)
    );
    let said: Vec<Answer> = question.choices.iter().map(|choice| choice.answer).collect();
    assert_eq!(said, [Answer::Events, Answer::List]);
    let list = open.answered(ListOrEvents, 1, 1, Answer::List);
    assert_eq!(
        (list.is_list(), asked(&[version(1, 2, true)], &list).question),
        (true, None)
    );
    let events = open.answered(ListOrEvents, 1, 1, Answer::Events);
    assert_eq!(
        (events.is_list(), asked(&[version(1, 2, true)], &events).question),
        (false, None)
    );
}

#[test]
fn rows_that_a_line_became_count_together_by_its_key() {
    let row = |mapped: u64, subject: u64| RowIdent {
        mapped,
        other: 0,
        subject,
        day: Some(20_000),
        back: 0,
    };
    let joined = |rows: &[(u64, u64, u64)]| {
        let lines: Vec<u64> = rows.iter().map(|(line, ..)| *line).collect();
        let mut idents: Vec<RowIdent> = rows.iter().map(|(_, subject, mapped)| row(*mapped, *subject)).collect();
        RowIdent::join(&mut idents, &lines);
        idents
    };
    let back = |rows: &[RowIdent]| rows.iter().map(|row| row.back).collect::<Vec<_>>();
    // Line 2 became three rows of one key and one of another, line 3 two without any, line 4 one with that of line 2.
    let first = joined(&[
        (2, 7, 1),
        (2, 7, 2),
        (2, 8, 3),
        (2, 7, 4),
        (3, 0, 5),
        (3, 0, 6),
        (4, 9, 7),
    ]);
    assert_eq!(back(&first), [0, 1, 0, 3, 0, 0, 0]);
    // Later the line has fewer rows: those of before count no more, all of them.
    let second = joined(&[(2, 7, 1), (2, 7, 9), (3, 8, 3)]);
    let version = |file_no, rank, rows| crate::series::Version {
        file_no,
        sightings: vec![crate::series::Sighting {
            rank,
            folder: "f".to_owned(),
            site: None,
            name: format!("{file_no}.csv"),
        }],
        rows,
        documents: None,
        extends: None,
        open_end: false,
        withdrawn: false,
        describes: false,
        declared_hash: [file_no as u8; 32],
    };
    let decisions = Decisions {
        keyed: true,
        ..Decisions::default()
    };
    let alone = crate::series::resolve(&[version(1, 1, &first)], &decisions);
    assert_eq!(alone.counting(), 7, "no row replaces another of its line");
    let both = crate::series::resolve(&[version(1, 1, &first), version(2, 2, &second)], &decisions);
    let counts = |why: &[Why]| why.iter().map(|why| *why == Why::Counts).collect::<Vec<_>>();
    assert_eq!(
        counts(&both.why[0]),
        [false, false, true, false, true, true, true],
        "the other key stands as it was said first"
    );
    assert_eq!(counts(&both.why[1]), [true, true, false]);
}
