//! Bookings that are cancelled: by a number that points to them, by a mark, by a booking of the opposite sign.

use super::*;
use QuestionKind::RepeatedOrNew;
use proptest::prelude::*;

const HEAD: &str = "Conf;Item;Order;Date;Yield;Scrap;Cancelled;Cancels\n";

fn bookings() -> Table {
    Table {
        documents: Some(["Conf", "Item", "Cancels", "Cancelled"]),
        ..table(&["Yield", "Scrap"])
    }
}

fn file(name: &str, rank: i64, rows: &str) -> Seen {
    seen(name, rank, &format!("{HEAD}{rows}"))
}

/// In each order of arrival: the sums of yield, the number of rows that count, nothing asked.
fn counts(files: &[Seen], sum: f64, rows: u64) {
    check(files, &bookings(), &open(), "Yield", (sum, rows, None));
}

fn states(files: &[Seen]) -> Vec<Vec<Why>> {
    decide(files, &bookings(), &open()).resolution.why
}

const MONDAY: &str =
    "1;1;A;03.03.2025;50;0;;\n1;2;A;03.03.2025;30;0;;\n1;3;A;03.03.2025;20;0;;\n2;1;B;03.03.2025;400;6;;\n";
const TUESDAY: &str = "1;1;A;03.03.2025;50;0;;\n1;2;A;03.03.2025;30;0;;\n1;3;A;03.03.2025;20;0;X;\n1;4;A;04.03.2025;20;0;;3\n1;5;A;04.03.2025;18;2;;\n2;1;B;03.03.2025;400;6;;\n2;2;B;04.03.2025;-15;0;;\n";

#[test]
fn a_booking_that_is_cancelled_a_day_later_counts_no_more_nor_does_what_cancels_it() {
    let files = [file("a.csv", 1, MONDAY), file("b.csv", 2, TUESDAY)];
    counts(&files[..1], 500.0, 4);
    counts(&files, 483.0, 5);
    check(&files, &bookings(), &open(), "Scrap", (8.0, 5, None));
    // Whichever file is the newer one.
    counts(&[file("a.csv", 2, MONDAY), file("b.csv", 1, TUESDAY)], 483.0, 5);
    counts(&[file("a.csv", 1, MONDAY), file("a.csv", 2, TUESDAY)], 483.0, 5);
    let [_, why] = &states(&files)[..] else { panic!() };
    use Why::{Counts, Repeated, Reversed};
    assert_eq!(why, &[Repeated, Repeated, Repeated, Reversed, Counts, Repeated, Counts]);
    for mode_of in [Mode::Repeat, Mode::Keyed, Mode::Window] {
        check(&files, &bookings(), &mode(mode_of), "Yield", (483.0, 5, None));
    }
}

#[test]
fn what_cancels_a_row_that_is_not_there_waits_for_it_and_says_so() {
    let late = file("b.csv", 2, "1;4;A;04.03.2025;20;0;;3\n1;5;A;04.03.2025;18;2;;\n");
    counts(std::slice::from_ref(&late), 18.0, 1);
    assert_eq!(
        states(std::slice::from_ref(&late)),
        [[Why::OrphanReversal, Why::Counts]]
    );
    // The original comes: both are known, in each order.
    let files = [file("a.csv", 1, MONDAY), late];
    counts(&files, 498.0, 4);
    assert_eq!(states(&files)[1], [Why::Reversed, Why::Counts]);
    // A file that was taken back is none.
    let without = Decisions {
        left_out: vec![1],
        ..open()
    };
    let came = decide(&files, &bookings(), &without);
    assert_eq!(came.resolution.why[1][0], Why::OrphanReversal);
    // What points to itself, or to the whole of its own document, points to nothing.
    let own = file("c.csv", 3, "5;1;A;05.03.2025;7;0;;1\n6;1;A;05.03.2025;7;0;;6\n");
    assert_eq!(states(&[own]), [[Why::OrphanReversal; 2]]);
}

#[test]
fn a_number_may_be_that_of_a_whole_document() {
    let files = [
        file(
            "a.csv",
            1,
            "4900;1;A;03.03.2025;5;0;;\n4900;2;B;03.03.2025;6;0;;\n4901;1;A;03.03.2025;7;0;;\n",
        ),
        file(
            "b.csv",
            2,
            "4902;1;A;04.03.2025;5;0;;4900\n4902;2;B;04.03.2025;6;0;;4900\n",
        ),
    ];
    counts(&files, 7.0, 1);
    // Of lines or machines that are told apart the same number is another one.
    let apart = [
        file("L1_a.csv", 1, "1;1;A;03.03.2025;5;0;;\n"),
        file("L2_b.csv", 2, "2;1;A;04.03.2025;5;0;;1\n"),
    ];
    counts(&apart, 5.0, 1);
    assert_eq!(states(&apart)[1], [Why::OrphanReversal]);
}

#[test]
fn a_mark_without_a_pointer_is_enough_and_a_minus_beside_it_is_not_subtracted_again() {
    let first = "1;1;A;03.03.2025;50;0;;\n1;2;A;03.03.2025;20;0;;\n1;3;A;03.03.2025;20;0;;\n";
    let marked = first.replace("1;2;A;03.03.2025;20;0;;", "1;2;A;03.03.2025;20;0;X;");
    let files = [file("a.csv", 1, first), file("b.csv", 2, &marked)];
    counts(&files, 70.0, 2);
    counts(&files[1..], 70.0, 2);
    // Booked back with a minus as well, both are out; a minus of another amount is a correction.
    let minus = format!("{marked}1;4;A;04.03.2025;-20;0;;\n1;5;A;04.03.2025;-3;0;;\n");
    counts(&[file("a.csv", 1, first), file("b.csv", 2, &minus)], 67.0, 3);
    // A second minus of the same amount takes back another row.
    let twice = format!("{minus}1;6;A;04.03.2025;-20;0;;\n");
    counts(&[file("a.csv", 1, first), file("b.csv", 2, &twice)], 47.0, 4);
    // Marked on both sides they are out as well; without a mark the sign counts.
    let both = format!("{marked}1;4;A;04.03.2025;-20;0;X;\n1;5;A;04.03.2025;-20;0;;\n");
    counts(&[file("b.csv", 2, &both)], 50.0, 3);
    counts(
        &[file("b.csv", 2, &format!("{first}1;4;A;04.03.2025;-20;0;;\n"))],
        70.0,
        4,
    );
}

#[test]
fn rows_without_numbers_are_told_by_their_values_as_often_as_they_are_marked() {
    let row = |mark: &str| format!(";;A;03.03.2025;20;0;{mark};\n");
    let other: String = (1..=4).map(|day| format!(";;B;0{day}.03.2025;10;0;;\n")).collect();
    let first = format!("{}{}{}{other}", row(""), row(""), row(""));
    let marked = format!("{}{}{}{other}", row("X"), row(""), row("X"));
    let files = [file("a.csv", 1, &first), file("b.csv", 2, &marked)];
    counts(&files, 60.0, 5);
    counts(&files[1..], 60.0, 5);
}

#[test]
fn what_cancels_a_cancellation_lets_the_first_count_again() {
    let rows = [
        "1;1;A;03.03.2025;50;0;;\n",
        "1;2;A;04.03.2025;50;0;;1\n",
        "1;3;A;05.03.2025;50;0;;2\n",
        "1;4;A;06.03.2025;50;0;;3\n",
    ];
    let files: Vec<Seen> = ["a.csv", "b.csv", "c.csv", "d.csv"]
        .iter()
        .zip(1..)
        .zip(rows)
        .map(|((name, rank), rows)| file(name, rank, rows))
        .collect();
    for (number, sum) in [(1, 50.0), (2, 0.0), (3, 50.0), (4, 0.0)] {
        counts(&files[..number], sum, (sum / 50.0) as u64);
    }
    // The mark of the first, which only tells that it was cancelled once, is older than what followed.
    let mut marked = files.clone();
    marked[0] = file("a.csv", 1, "1;1;A;03.03.2025;50;0;X;\n");
    counts(&marked[..3], 50.0, 1);
    // Two that name each other are both out.
    counts(
        &[file("a.csv", 1, "1;1;A;03.03.2025;5;0;;2\n1;2;A;03.03.2025;5;0;;1\n")],
        0.0,
        0,
    );
}

#[test]
fn a_key_does_not_let_what_cancels_stand_for_what_was_booked() {
    let keyed = Table {
        key: vec!["Order"],
        ..bookings()
    };
    let first = file("a.csv", 1, "1;1;A;03.03.2025;50;0;;\n2;1;B;03.03.2025;30;0;;\n");
    // The new booking stands for the cancelled one, whichever line comes last.
    for rows in [
        "1;3;A;14.03.2025;48;2;;\n1;2;A;04.03.2025;50;0;;1\n",
        "1;2;A;04.03.2025;50;0;;1\n1;3;A;14.03.2025;48;2;;\n",
    ] {
        let files = [first.clone(), file("b.csv", 2, rows)];
        check(&files, &keyed, &mode(Mode::Keyed), "Yield", (78.0, 2, None));
    }
    // What cancels a row that is not there displaces nothing.
    let orphan = [first, file("b.csv", 2, "9;2;A;04.03.2025;12;0;;77\n")];
    check(&orphan, &keyed, &mode(Mode::Keyed), "Yield", (80.0, 2, None));
}

#[test]
fn a_mark_on_what_takes_back_leaves_both_in_count() {
    let files = [
        file("a.csv", 1, "1;1;A;03.03.2025;50;0;;\n1;2;A;03.03.2025;30;0;;\n"),
        file("b.csv", 2, "1;3;A;04.03.2025;-30;0;X;\n"),
    ];
    counts(&files, 50.0, 3);
}

#[test]
fn nothing_is_asked_where_no_answer_changes_what_counts() {
    // The one row that both files have is cancelled: the same event or another one, it does not count.
    let files = [
        file("a.csv", 1, "1;1;A;03.03.2025;50;0;;\n1;2;A;03.03.2025;400;0;;\n"),
        file(
            "b.csv",
            2,
            "1;1;A;03.03.2025;50;0;X;\n1;4;A;04.03.2025;50;0;;1\n1;5;A;04.03.2025;7;0;;\n",
        ),
    ];
    counts(&files, 407.0, 2);
}

#[test]
fn each_answer_to_a_question_is_told_without_what_was_cancelled() {
    // One row of many is in both files, which may be the same event or another one; another row is cancelled.
    let files = [
        file("a.csv", 1, "1;1;A;03.03.2025;50;0;;\n1;2;A;03.03.2025;30;0;;\n"),
        file(
            "b.csv",
            2,
            "1;2;A;03.03.2025;30;0;;\n1;3;A;03.03.2025;50;0;;1\n1;4;A;04.03.2025;8;0;;\n",
        ),
    ];
    let came = decide(&files, &bookings(), &open());
    assert_eq!(came.kind(), Some(RepeatedOrNew));
    assert_eq!(came.choices(), [(Answer::Repeat, 2), (Answer::Increment, 3)]);
}

/// A booking as numbers: document, item, what it cancels, quantity, mark.
type Drawn = (u64, u64, u64, i64, bool);

fn text(rows: &[Drawn]) -> String {
    let line = |(own, item, cancels, yielded, mark): &Drawn| {
        let code = |number: u64| if number == 0 { String::new() } else { number.to_string() };
        let mark = if *mark { "X" } else { "" };
        format!(
            "{};{};A;03.03.2025;{yielded};0;{mark};{}\n",
            code(*own),
            code(*item),
            code(*cancels)
        )
    };
    rows.iter().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_arrival_changes_nothing(
        drawn in prop::collection::vec(prop::collection::vec((0..3u64, 0..4u64, 0..4u64, -1..2i64, any::<bool>()), 1..5), 1..5),
        same_name in any::<bool>(),
        decided in prop::option::of(prop::sample::select(Mode::ALL.to_vec())),
    ) {
        let decisions = Decisions { mode: decided, ..open() };
        let name = |at: i64| if same_name && at > 1 { "a.csv".to_owned() } else { format!("{}.csv", ["a", "b", "c", "d"][at as usize]) };
        let files: Vec<Seen> = drawn.iter().zip(0..).map(|(rows, at)| file(&name(at), at, &text(rows))).collect();
        let by_file = |came: Came, order: &[Seen]| -> std::collections::BTreeMap<String, Vec<Why>> {
            let mut first: Vec<&Seen> = Vec::new();
            for file in order {
                if !first.iter().any(|known| known.text == file.text) {
                    first.push(file);
                }
            }
            first.iter().map(|file| file.text.clone()).zip(came.resolution.why).collect()
        };
        let expected = by_file(decide(&files, &bookings(), &decisions), &files);
        for order in orders(&files) {
            prop_assert_eq!(&by_file(decide(&order, &bookings(), &decisions), &order), &expected);
        }
    }
}
