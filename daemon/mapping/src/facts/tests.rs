use chrono::NaiveDate;
use plant_core::profile::DateOrder;
use proptest::prelude::*;

use super::hash::hash_of;
use super::recent::Recent;
use super::scan::{ColumnScan, Ended, FIRST_ROWS, SAMPLE_ROWS};
use super::*;

fn finish(scan: ColumnScan) -> ColumnFacts {
    match scan.end() {
        Ended::Looked(looked) => looked.facts,
        Ended::Again(_) => panic!("it followed nothing"),
    }
}

fn scan(cells: &[&str]) -> Column {
    let mut scan = ColumnScan::following(&["x".to_owned()], None);
    for cell in cells {
        scan.observe(&[cell]);
    }
    finish(scan).columns.remove(0)
}

fn order(cells: &[&str]) -> Order {
    ordered(cells, Lies::Behind)
}

fn ordered(cells: &[&str], lies: Lies) -> Order {
    scan(cells)
        .dates
        .order(NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(), lies)
}

#[test]
fn the_order_of_dates_comes_from_the_whole_column() {
    let dmy = Order::Known(DateOrder::Dmy);
    let mdy = Order::Known(DateOrder::Mdy);
    assert_eq!(order(&["2025-01-02", "2025-01-03"]), Order::Free);
    assert_eq!(order(&["1/2/2018", "13/2/2018"]), dmy);
    assert_eq!(order(&["1/2/2018", "2/13/2018"]), mdy);
    assert_eq!(order(&["3/4/2025"]), Order::Ambiguous);
    assert_eq!(order(&["13/2/2018", "2/13/2018"]), Order::Ambiguous);
    // The same days in either order, so that no other column learns from it.
    assert_eq!(order(&["5/5/2025", "6/6/2025"]), Order::Either);
    // Month first would be a day that has not come yet.
    assert_eq!(order(&["3/12/2026", "4/12/2026"]), mdy);
    assert_eq!(order(&["10/11/2026", "11/12/2026"]), mdy);
    // Of what may lie ahead that tells nothing, and a part over 12 as much as elsewhere.
    assert_eq!(ordered(&["3/12/2026", "4/12/2026"], Lies::Anywhere), Order::Ambiguous);
    assert_eq!(ordered(&["3/12/2026", "24/12/2026"], Lies::Anywhere), dmy);
    // Read as days they go forward, read as months they jump back and forth.
    assert_eq!(order(&["11/01/2025", "12/01/2025", "01/02/2025", "02/02/2025"]), dmy);
    // Days that follow each other, or the same day of following months.
    assert_eq!(
        order(&[
            "02/03/2025",
            "03/03/2025",
            "04/03/2025",
            "05/03/2025",
            "06/03/2025",
            "07/03/2025"
        ]),
        dmy
    );
    assert_eq!(
        order(&[
            "03/02/2025",
            "03/03/2025",
            "03/04/2025",
            "03/05/2025",
            "03/06/2025",
            "03/07/2025"
        ]),
        mdy
    );
    // The first of each month is as likely as the first days of January.
    assert_eq!(
        order(&[
            "01/01/2025",
            "01/02/2025",
            "01/03/2025",
            "01/04/2025",
            "01/05/2025",
            "01/06/2025"
        ]),
        Order::Ambiguous
    );
}

#[test]
fn a_two_digit_year_stands_first_or_last() {
    let ymd = Order::Known(DateOrder::Ymd);
    let dmy = Order::Known(DateOrder::Dmy);
    let month =
        |format: &str| -> Vec<String> { (1..=12).map(|day| format.replace("DD", &format!("{day:02}"))).collect() };
    let of = |cells: &[String]| order(&cells.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(order(&["25-05-03"]), Order::Ambiguous);
    assert_eq!(order(&["25-05-03", "25-05-04", "25-05-05"]), Order::Ambiguous);
    // Many days of one year near today.
    assert_eq!(of(&month("25-05-DD")), ymd);
    assert_eq!(of(&month("DD-05-25")), dmy);
    // The same day of many years: nothing tells, and 2001 is long ago.
    let years: Vec<String> = (12..=25).map(|year| format!("{year}-01-01")).collect();
    assert_eq!(of(&years), Order::Ambiguous);
    // Numbers that are a year only, or a day only.
    assert_eq!(order(&["99-05-03", "98-05-03"]), ymd);
    assert_eq!(order(&["25-05-03", "3-05-04"]), dmy);
    assert_eq!(order(&["25-05-03", "13-05-70"]), dmy);
    assert_eq!(order(&["25-05-03", "99-05-03", "13-05-70"]), Order::Ambiguous);
    // One slip does not turn a whole month.
    let mut slip = month("25-05-DD");
    slip.push("25-05-32".to_owned());
    assert_eq!(of(&slip), Order::Ambiguous);
    // Sorted rows over the end of a month.
    let sorted = [
        "25-05-29", "25-05-30", "25-05-31", "25-06-01", "25-06-02", "25-06-03", "25-06-04",
    ];
    assert_eq!(order(&sorted), ymd);
    assert_eq!(order(&["25/05/03", "03/05/2025"]), Order::Known(DateOrder::Dmy));
}

#[test]
fn with_points_the_day_stands_first_by_custom() {
    let custom = Order::Custom(DateOrder::Dmy);
    assert_eq!(order(&["03.05.2025"]), custom);
    assert_eq!(order(&["03.05.25", "04.05.25"]), custom);
    assert_eq!(order(&["03.13.2025"]), Order::Known(DateOrder::Mdy));
    // Even where it lies ahead, as a due date does.
    assert_eq!(order(&["05.12.2026"]), custom);
    assert_eq!(order(&["03.05.2025", "03/05/2025"]), Order::Ambiguous);
}

/// An export whose rows stand in no order of time has midnights behind late rows, which say nothing.
#[test]
fn midnights_of_rows_without_an_order_close_no_day() {
    let hours = [20, 0, 19, 3, 22, 0, 7, 23, 0, 12, 18, 0, 5, 21, 0, 9];
    let cells: Vec<String> = (1..=4)
        .flat_map(|day| hours.map(|hour| format!("2025-05-0{day} {hour:02}:00")))
        .collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    let column = scan(&cells);
    let track = &column.dates.day_first;
    assert!(track.midnights_closing >= 2, "{track:?}");
    assert!(!track.midnight_closes_day(), "{track:?}");
    assert!(!track.marks_interval_ends(), "{track:?}");
}

#[test]
fn regular_times_and_midnights() {
    let column = scan(&[
        "1/2/2018 23:30",
        "1/2/2018 23:45",
        "1/2/2018 00:00",
        "2/2/2018 00:15",
        "2/2/2018 23:45",
        "2/2/2018 00:00",
        "13/2/2018 00:15",
    ]);
    assert!(column.dates.day_first.midnight_closes_day());
    let column = scan(&[
        "2022-01-01 00:15",
        "2022-01-01 00:30",
        "2022-01-01 00:45",
        "2022-01-01 01:00",
        "2022-01-02 00:00",
    ]);
    assert!(!column.dates.day_first.midnight_closes_day());
    let regular: Vec<String> = (1..=96)
        .map(|quarter| {
            format!(
                "2022-01-{:02} {:02}:{:02}",
                1 + quarter / 96,
                quarter / 4 % 24,
                quarter % 4 * 15
            )
        })
        .collect();
    let column = scan(&regular.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(column.dates.day_first.usual_gap_s(), Some(900));
    assert!(column.dates.day_first.marks_interval_ends());
    assert!(column.dates.day_first.is_increasing());
}

#[test]
fn blanks_and_errors_are_no_values() {
    let column = scan(&["NULL", "n/a", "", "-", "#DIV/0!", "5", " 6 ", "Bad"]);
    assert_eq!((column.filled, column.dashes, column.errors), (2, 1, 2));
    assert_eq!(column.distinct.keys().collect::<Vec<_>>(), ["5", "6"]);
}

#[test]
fn kinds_of_cells_are_counted() {
    let column = scan(&["00001", "00002", "00003"]);
    assert_eq!(
        (column.leading_zeros, column.unique, column.numbers.numbers),
        (3, true, 3)
    );
    assert!(!scan(&["a", "b", "a"]).unique);
    assert_eq!(scan(&["1516355920018", "1516355920120"]).epoch_millis, 2);
    assert_eq!(scan(&["006:19", "9 heures 45 min"]).durations, 2);
    assert_eq!(scan(&["00:00.0", "00:00.0"]).dates.broken, 2);
    assert_eq!(scan(&["45658", "45658.25"]).serials, 2);
    assert_eq!(scan(&["a\u{1b}[31m"]).samples, ["a␛[31m"]);
}

#[test]
fn memory_is_bounded() {
    let mut scan = ColumnScan::following(&["x".to_owned(), "y".to_owned()], None);
    for line in 0..20_000_u64 {
        let text = format!("value {line}");
        scan.observe(&[&text]);
    }
    let facts = finish(scan);
    assert_eq!(facts.rows, 20_000);
    assert!(facts.sample.len() <= SAMPLE_ROWS && facts.sample.len() > FIRST_ROWS);
    assert_eq!(facts.sample[999], ["value 999"]);
    assert_eq!(facts.columns[0].distinct.len(), kept::MOST);
    assert!(!facts.columns[0].distinct_complete && facts.columns[0].unique);
    assert_eq!(facts.columns[1].filled, 0);
}

proptest! {
    #[test]
    fn any_cells_end_without_panic(rows in proptest::collection::vec(proptest::collection::vec(any::<String>(), 0..4), 0..30)) {
        let mut scan = ColumnScan::following(&["a".to_owned(), "b".to_owned()], None);
        for row in &rows {
            scan.observe(&row.iter().map(String::as_str).collect::<Vec<_>>());
        }
        prop_assert_eq!(finish(scan).rows, rows.len() as u64);
    }

    /// A cell that is known from a row before says what it said there.
    #[test]
    fn cells_held_of_late_change_nothing(
        cells in proptest::collection::vec((0_usize..CELLS.len(), 0_u32..4), 0..400),
        wide in any::<bool>(),
    ) {
        let facts = |recent: Recent| {
            let mut column = Column::new("x", 1);
            column.recent = recent;
            for (cell, number) in &cells {
                let cell = CELLS[*cell].replace('#', &number.to_string());
                column.observe(&cell, hash_of(&cell));
            }
            column.settle();
            column
        };
        let columns = if wide { 5_000 } else { 1 };
        prop_assert_eq!(format!("{:?}", facts(Recent::new(columns))), format!("{:?}", facts(Recent::default())));
    }

    /// Many rows, looked at several columns at once, say what they say one by one.
    #[test]
    fn rows_that_wait_change_nothing(seed in any::<u64>(), rows in 1_000_u64..2_500, columns in 1_usize..5) {
        let header: Vec<String> = (0..columns).map(|at| at.to_string()).collect();
        let facts = |waits: bool| {
            let mut scan = ColumnScan::following(&header, None);
            for row in 0..rows {
                let hash = |at: usize| xxhash_rust::xxh3::xxh3_64_with_seed(&[at as u8], seed ^ row);
                let cells: Vec<String> = (0..columns + 1)
                    .take(hash(9) as usize % 40)
                    .map(|at| CELLS[hash(at) as usize % CELLS.len()].replace('#', &(hash(at) % 1_000).to_string()))
                    .collect();
                scan.observe(&cells.iter().map(String::as_str).collect::<Vec<_>>());
                if !waits {
                    scan.look();
                }
            }
            finish(scan)
        };
        prop_assert_eq!(format!("{:?}", facts(true)), format!("{:?}", facts(false)));
    }
}

const CELLS: [&str; 31] = [
    "long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long ",
    "",
    " ",
    "-",
    "NULL",
    "#DIV/0!",
    "5",
    "5 ",
    "0",
    "-#",
    "1#.5",
    "1,23#",
    "1.23#",
    "12#4",
    "00#",
    "1# %",
    "4#,5 EUR",
    "1E+1#",
    "2025-05-0#",
    "2025-05-0# 2#:00",
    "2025-05-0# 00:00",
    "0#/04/2025",
    "1#.03.25",
    "25-05-0#",
    "31.02.2025",
    "1#:30",
    "00:00.0",
    "006:1#",
    "151635592001#",
    "a#",
    "a text of more than sixty-four bytes, which is held by none of the places #",
];
