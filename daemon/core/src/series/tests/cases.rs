//! Files as plants export them, in each order of arrival.

use super::*;
use QuestionKind::*;

#[test]
fn an_export_with_one_more_order_counts_each_order_once() {
    let files = [
        seen(
            "01a_orders.csv",
            1,
            "Order;Posting Date;Product;Good Qty\nWO1;2025-05-01;P-100;100\nWO2;2025-05-01;P-200;200\nWO3;2025-05-02;P-100;300\n",
        ),
        seen(
            "01b_orders_reexport.csv",
            2,
            "Order;Posting Date;Product;Good Qty\nWO1;2025-05-01;P-100;100\nWO2;2025-05-01;P-200;200\nWO3;2025-05-02;P-100;300\nWO4;2025-05-03;P-100;50\n",
        ),
    ];
    let plain = table(&["Good Qty"]);
    check(&files, &plain, &open(), "Good Qty", (650.0, 4, None));
    let keyed = Table {
        key: vec!["Order"],
        ..plain
    };
    let decisions = Decisions { keyed: true, ..open() };
    check(&files, &keyed, &decisions, "Good Qty", (650.0, 4, None));
}

#[test]
fn rows_under_a_corrected_mapping_are_the_same_rows() {
    let files = [
        seen(
            "02a_item.csv",
            1,
            "Order;Item;Material;Posting Date;Good Qty;Scrap Qty\n1000123;0010;P-100;2025-05-03;480;12\n1000124;0010;P-200;2025-05-03;455;9\n1000125;0020;P-100;2025-05-04;90;0\n",
        ),
        seen(
            "02b_item_again.csv",
            2,
            "Order;Item;Material;Posting Date;Good Qty;Scrap Qty\n1000123;0010;P-100;2025-05-03;480;12\n1000124;0010;P-200;2025-05-03;455;9\n1000125;0020;P-100;2025-05-04;90;0\n1000126;0010;P-300;2025-05-05;70;1\n",
        ),
    ];
    check(
        &files,
        &table(&["Good Qty", "Scrap Qty"]),
        &open(),
        "Good Qty",
        (1095.0, 4, None),
    );
}

#[test]
fn a_corrected_file_of_one_name_replaces() {
    let files = [
        seen(
            "march.csv",
            1,
            "Order;Posting Date;Product;Good Qty\nWO5;2025-03-03;P-100;100\nWO6;2025-03-04;P-100;100\n",
        ),
        seen(
            "march.csv",
            2,
            "Order;Posting Date;Product;Good Qty\nWO5;2025-03-03;P-100;100\nWO6;2025-03-04;P-100;90\n",
        ),
    ];
    check(&files, &table(&["Good Qty"]), &open(), "Good Qty", (190.0, 2, None));
    check(
        &files,
        &table(&["Good Qty"]),
        &mode(Mode::Replace),
        "Good Qty",
        (190.0, 2, None),
    );
}

#[test]
fn equal_rows_of_two_lines_are_two_rows() {
    let files = [
        seen(
            "04_L1_20250503.csv",
            1,
            "Date;Shift;Product;Good Qty;Scrap Qty\n2025-05-03;1;P-100;480;12\n2025-05-03;2;P-100;500;10\n",
        ),
        seen(
            "04_L2_20250503.csv",
            2,
            "Date;Shift;Product;Good Qty;Scrap Qty\n2025-05-03;1;P-100;480;12\n2025-05-03;2;P-100;455;9\n",
        ),
    ];
    check(
        &files,
        &table(&["Good Qty", "Scrap Qty"]),
        &open(),
        "Good Qty",
        (1915.0, 4, None),
    );
    check(
        &files,
        &table(&["Good Qty", "Scrap Qty"]),
        &mode(Mode::Repeat),
        "Good Qty",
        (1915.0, 4, None),
    );
}

#[test]
fn one_equal_row_of_two_hours_is_asked_about() {
    let files = [
        seen(
            "05_scrap_06h.csv",
            1,
            "Date;Order;Product;Defect Code;Scrap Qty\n2025-05-03;WO-1;P-100;D07;1\n",
        ),
        seen(
            "05_scrap_07h.csv",
            2,
            "Date;Order;Product;Defect Code;Scrap Qty\n2025-05-03;WO-1;P-100;D07;1\n2025-05-03;WO-2;P-100;D01;2\n",
        ),
    ];
    let by = table(&["Scrap Qty"]);
    check(&files, &by, &open(), "Scrap Qty", (1.0, 1, Some(RepeatedOrNew)));
    let came = decide(&files, &by, &open());
    assert_eq!(came.choices(), [(Answer::Repeat, 2), (Answer::Increment, 3)]);
    check(
        &files,
        &by,
        &open().answered(RepeatedOrNew, 1, 2, Answer::Repeat),
        "Scrap Qty",
        (3.0, 2, None),
    );
    check(
        &files,
        &by,
        &open().answered(RepeatedOrNew, 1, 2, Answer::Increment),
        "Scrap Qty",
        (4.0, 3, None),
    );
    check(&files, &by, &mode(Mode::Increment), "Scrap Qty", (4.0, 3, None));
    check(&files, &by, &mode(Mode::Repeat), "Scrap Qty", (3.0, 2, None));
}

#[test]
fn a_window_that_moves_on_is_counted_once() {
    let files = [
        seen(
            "06a_window.csv",
            1,
            "No;Date;Order;Product;Good Qty\n1;2025-05-01;WO1;P-100;100\n2;2025-05-02;WO2;P-100;200\n3;2025-05-03;WO3;P-100;300\n",
        ),
        seen(
            "06b_window.csv",
            2,
            "No;Date;Order;Product;Good Qty\n1;2025-05-02;WO2;P-100;200\n2;2025-05-03;WO3;P-100;300\n3;2025-05-04;WO4;P-100;400\n",
        ),
    ];
    let marks = Table {
        marks: vec!["No"],
        ..table(&["Good Qty"])
    };
    check(&files, &marks, &open(), "Good Qty", (1000.0, 4, None));
    // Where the running number is not known as a mark, it is asked, never counted twice.
    let unknown = Table {
        unmapped: vec!["No"],
        ..table(&["Good Qty"])
    };
    check(&files, &unknown, &open(), "Good Qty", (600.0, 3, Some(UnmappedDiffers)));
    let repeat = open().answered(UnmappedDiffers, 1, 2, Answer::Repeat);
    check(&files, &unknown, &repeat, "Good Qty", (1000.0, 4, None));
}

#[test]
fn half_a_line_of_a_log_is_no_row() {
    let files = [
        seen(
            "log.csv",
            1,
            "Timestamp;Machine;Good Qty\n2025-05-03 06:00;M1;900\n2025-05-03 06:07;M1;12",
        ),
        seen(
            "log.csv",
            2,
            "Timestamp;Machine;Good Qty\n2025-05-03 06:00;M1;900\n2025-05-03 06:07;M1;1234\n2025-05-03 06:21;M1;17\n",
        ),
    ];
    for decisions in [open(), mode(Mode::Append)] {
        check(&files, &table(&["Good Qty"]), &decisions, "Good Qty", (2151.0, 3, None));
        let came = decide(&files, &table(&["Good Qty"]), &decisions);
        assert_eq!(came.resolution.why[0], [Why::Counts, Why::OlderReading]);
        assert_eq!(came.resolution.why[1], [Why::Repeated, Why::Counts, Why::Counts]);
        assert_eq!(decisions.in_effect(&came.resolution.all_evidence()), Some(Mode::Append));
    }
    check(
        &files[..1],
        &table(&["Good Qty"]),
        &open(),
        "Good Qty",
        (912.0, 2, None),
    );
}

#[test]
fn a_correction_taken_back_counts_again() {
    let files = [
        seen(
            "day.csv",
            1,
            "Order;Posting Date;Product;Good Qty\nWO1;2025-05-01;P-100;100\n",
        ),
        seen(
            "day.csv",
            2,
            "Order;Posting Date;Product;Good Qty\nWO1;2025-05-01;P-100;90\n",
        ),
        seen(
            "day.csv",
            3,
            "Order;Posting Date;Product;Good Qty\nWO1;2025-05-01;P-100;100\n",
        ),
    ];
    let keyed = Table {
        key: vec!["Order"],
        ..Table::default()
    };
    for decisions in [open(), mode(Mode::Replace), mode(Mode::Keyed)] {
        check(&files, &keyed, &decisions, "Good Qty", (100.0, 1, None));
        check(&files[..2], &keyed, &decisions, "Good Qty", (90.0, 1, None));
    }
    let names = [("08a.csv", 0), ("08b.csv", 1), ("08c.csv", 2)];
    let named: Vec<Seen> = names
        .iter()
        .map(|(name, at)| Seen {
            name: (*name).into(),
            ..files[*at].clone()
        })
        .collect();
    check(&named, &keyed, &mode(Mode::Keyed), "Good Qty", (100.0, 1, None));
}

#[test]
fn the_newest_source_wins_whatever_was_read_first() {
    let mut old = String::from("Order;Posting Date;Product;Good Qty\n");
    (1..=2000).for_each(|order| old.push_str(&format!("WO{order};2025-05-01;P-100;100\n")));
    let files = [
        seen("09a_orders_old.csv", 1, &old),
        seen(
            "09b_orders_correction.csv",
            2,
            "Order;Posting Date;Product;Good Qty\nWO6;2025-05-01;P-100;90\n",
        ),
    ];
    let keyed = Table {
        key: vec!["Order"],
        ..Table::default()
    };
    check(&files, &keyed, &mode(Mode::Keyed), "Good Qty", (199_990.0, 2000, None));
    // Without a key it is asked; the old one goes on.
    check(
        &files,
        &table(&["Good Qty"]),
        &open(),
        "Good Qty",
        (200_000.0, 2000, Some(ChangedRows)),
    );
    let came = decide(&files, &table(&["Good Qty"]), &open());
    assert_eq!(came.choices(), [(Answer::Keyed, 2000), (Answer::Increment, 2001)]);
}

#[test]
fn many_equal_rows_are_a_number() {
    let pieces = |rows: usize| format!("Date;Product;Good Qty\n{}", "2025-05-03;P-100;1\n".repeat(rows));
    let files = [
        seen("10a_pieces.csv", 1, &pieces(2000)),
        seen("10b_pieces.csv", 2, &pieces(2001)),
    ];
    check(&files, &table(&["Good Qty"]), &open(), "Good Qty", (2001.0, 2001, None));
    let turned = [
        seen("10a_pieces.csv", 2, &pieces(2000)),
        seen("10b_pieces.csv", 1, &pieces(2001)),
    ];
    check(
        &turned,
        &table(&["Good Qty"]),
        &open(),
        "Good Qty",
        (2001.0, 2001, None),
    );
}

#[test]
fn the_corrected_window_with_a_repeated_order() {
    let a: String = (1..=6)
        .map(|order| format!("2025-03-0{order},WO{order},100\n"))
        .collect();
    let b = "2025-03-04,WO4,100\n2025-03-05,WO5,100\n2025-03-06,WO6,90\n2025-03-07,WO7,100\n2025-03-07,WO7,100\n";
    let head = |rows: &str| format!("Date,WO,Good\n{rows}");
    let files = [seen("a.csv", 1, &head(&a)), seen("b.csv", 2, &head(b))];
    let keyed = Table {
        key: vec!["WO"],
        ..Table::default()
    };
    check(
        &files,
        &keyed,
        &Decisions { keyed: true, ..open() },
        "Good",
        (690.0, 7, None),
    );
    check(&files, &keyed, &mode(Mode::Keyed), "Good", (690.0, 7, None));
    let plain = table(&["Good"]);
    check(&files, &plain, &open(), "Good", (600.0, 6, Some(ChangedRows)));
    let came = decide(&files, &plain, &open());
    assert_eq!(
        came.choices(),
        [(Answer::Keyed, 7), (Answer::Repeat, 9), (Answer::Increment, 11)]
    );
    let answered = |answer| open().answered(ChangedRows, 1, 2, answer);
    check(&files, &plain, &answered(Answer::Keyed), "Good", (690.0, 7, None));
    check(&files, &plain, &answered(Answer::Increment), "Good", (1090.0, 11, None));
    check(&files, &plain, &answered(Answer::Repeat), "Good", (890.0, 9, None));
}

#[test]
fn times_without_a_day_are_asked_about_or_dated_by_the_name() {
    let rows = ["06:00;M1;50;1\n07:00;M1;48;2\n", "06:00;M1;50;1\n07:00;M1;51;0\n"];
    let head = "Time;Machine;Good Qty;Scrap Qty\n";
    let files = [
        seen("33_PROD_20250503.csv", 1, &format!("{head}{}", rows[0])),
        seen("33_PROD_20250504.csv", 2, &format!("{head}{}", rows[1])),
    ];
    check(
        &files,
        &table(&["Good Qty", "Scrap Qty"]),
        &open(),
        "Good Qty",
        (98.0, 2, Some(ChangedRows)),
    );
    let dated = |text: &str, day: &str| {
        text.replace("\n0", &format!("\n{day};0"))
            .replace("Time;", "Date;Time;")
    };
    let files = [
        seen("33_PROD_20250503.csv", 1, &dated(&files[0].text, "2025-05-03")),
        seen("33_PROD_20250504.csv", 2, &dated(&files[1].text, "2025-05-04")),
    ];
    check(
        &files,
        &table(&["Good Qty", "Scrap Qty"]),
        &open(),
        "Good Qty",
        (199.0, 4, None),
    );
}

#[test]
fn a_log_that_is_copied_and_truncated_is_counted_once() {
    let (head, a, b) = (
        "Timestamp;Machine;Order;Good Qty;Scrap Qty\n",
        "2025-03-03 06:00;M1;40001;50;0\n2025-03-03 06:15;M1;40001;53;1\n2025-03-03 06:30;M1;40001;56;2\n2025-03-03 06:45;M1;40001;59;0\n2025-03-03 07:00;M1;40001;62;1\n2025-03-03 07:15;M1;40001;65;2\n",
        "2025-03-03 07:30;M1;40001;70;0\n2025-03-03 07:45;M1;40001;73;1\n2025-03-03 08:00;M1;40001;76;2\n2025-03-03 08:15;M1;40001;79;0\n",
    );
    let (c, e) = (
        "2025-03-03 08:30;M1;40002;40;0\n2025-03-03 08:45;M1;40002;43;1\n2025-03-03 09:00;M1;40002;46;2\n",
        "2025-03-03 09:15;M1;40002;60;0\n2025-03-03 09:30;M1;40002;63;1\n",
    );
    let log = |rank, parts: &[&str]| seen("machine_log.csv", rank, &format!("{head}{}", parts.concat()));
    let mut files = vec![log(1, &[a]), log(2, &[a, b]), log(4, &[c]), log(5, &[c, e])];
    let by = table(&["Good Qty", "Scrap Qty"]);
    check(&files, &by, &open(), "Good Qty", (895.0, 15, None));
    check(&files, &by, &mode(Mode::Append), "Good Qty", (895.0, 15, None));
    // The copy is taken too.
    files.push(Seen {
        name: "machine_log.csv.1".into(),
        no: 2,
        ..log(3, &[a, b])
    });
    check(&files, &by, &open(), "Good Qty", (895.0, 15, None));
}

#[test]
fn a_line_written_in_two_pieces_is_one_row() {
    let first = "Timestamp;Machine;Order;Good Qty;Scrap Qty\n2025-03-03 06:00;L2;41001;110;1\n2025-03-03 06:30;L2;41001;118;0\n2025-03-03 07:00;L2;41001;12";
    let second = format!("{first}5;3\n2025-03-03 07:30;L2;41001;121;2\n");
    let third = format!("{second}2025-03-03 08:00;L2;41002;97;40");
    let files = [
        seen("line2.csv", 1, first),
        seen("line2.csv", 2, &second),
        seen("line2.csv", 3, &third),
    ];
    let by = table(&["Good Qty", "Scrap Qty"]);
    check(&files, &by, &open(), "Good Qty", (571.0, 5, None));
    check(&files, &by, &open(), "Scrap Qty", (46.0, 5, None));
    check(&files[..2], &by, &open(), "Good Qty", (474.0, 4, None));
}

#[test]
fn a_correction_of_the_same_time_is_seen_and_asked_about() {
    let mut files = [
        seen(
            "day_0303.csv",
            1,
            "Timestamp;Machine;Order;Good Qty;Scrap Qty\n2025-03-03 06:00;M6;44001;118;12\n2025-03-03 07:00;M6;44001;121;10\n2025-03-03 08:00;M6;44001;119;15\n",
        ),
        seen(
            "day_0303.csv",
            2,
            "Timestamp;Machine;Order;Good Qty;Scrap Qty\n2025-03-03 06:00;M6;44001;118;12\n2025-03-03 07:00;M6;44001;112;19\n2025-03-03 08:00;M6;44001;119;51\n",
        ),
    ];
    let by = table(&["Good Qty", "Scrap Qty"]);
    check(&files, &by, &open(), "Good Qty", (349.0, 3, None));
    check(&files, &by, &open(), "Scrap Qty", (82.0, 3, None));
    files[1].rank = 1;
    for decisions in [open(), mode(Mode::Replace), mode(Mode::Keyed), mode(Mode::Snapshot)] {
        let came = decide(&files, &by, &decisions);
        assert_eq!(
            (came.kind(), came.resolution.counting()),
            (Some(SameRank), 3),
            "{decisions:?}"
        );
        assert_eq!(came.choices(), [(Answer::Second, 3), (Answer::First, 3)]);
        let decided = Decisions {
            newer: vec![2],
            ..decisions
        };
        check(&files, &by, &decided, "Scrap Qty", (82.0, 3, None));
    }
}

#[test]
fn machines_that_only_the_name_tells_apart_all_count() {
    let files = [
        seen(
            "SPR-01_20250303.csv",
            1,
            "Timestamp;Good Qty;Scrap Qty;Downtime s\n2025-03-03 06:00;0;0;900\n2025-03-03 06:15;0;0;900\n2025-03-03 06:30;0;0;900\n2025-03-03 06:45;40;1;0\n2025-03-03 07:00;42;0;0\n2025-03-03 07:15;41;2;30\n2025-03-03 07:30;44;0;0\n2025-03-03 07:45;43;1;0\n",
        ),
        seen(
            "SPR-02_20250303.csv",
            2,
            "Timestamp;Good Qty;Scrap Qty;Downtime s\n2025-03-03 06:00;0;0;900\n2025-03-03 06:15;0;0;900\n2025-03-03 06:30;0;0;900\n2025-03-03 06:45;18;0;0\n2025-03-03 07:00;22;4;120\n2025-03-03 07:15;25;0;0\n2025-03-03 07:30;24;1;0\n2025-03-03 07:45;26;0;0\n",
        ),
        seen(
            "SPR-03_20250303.csv",
            3,
            "Timestamp;Good Qty;Scrap Qty;Downtime s\n2025-03-03 06:00;0;0;900\n2025-03-03 06:15;0;0;900\n2025-03-03 06:30;0;0;900\n2025-03-03 06:45;5;0;600\n2025-03-03 07:00;60;3;0\n",
        ),
        seen(
            "SPR-04_20250303.csv",
            4,
            "Timestamp;Good Qty;Scrap Qty;Downtime s\n2025-03-03 06:00;0;0;900\n2025-03-03 06:15;0;0;900\n2025-03-03 06:30;0;0;900\n2025-03-03 06:45;61;0;0\n2025-03-03 07:00;58;2;0\n",
        ),
    ];
    check(
        &files,
        &table(&["Good Qty", "Scrap Qty", "Downtime s"]),
        &open(),
        "Good Qty",
        (509.0, 26, None),
    );
}

#[test]
fn copies_of_an_export_are_counted_once() {
    let files = [
        seen(
            "confirmations_20250303.csv",
            1,
            "Posting Date;Order;Operation;Work Center;Yield;Scrap\n2025-03-03;50001;0010;SPR-01;120;2\n2025-03-03;50002;0010;SPR-02;340;5\n2025-03-03;50003;0010;SPR-01;98;0\n2025-03-03;50004;0020;MON-1;210;7\n2025-03-03;50005;0010;SPR-03;64;1\n2025-03-03;50006;0010;SPR-02;333;4\n",
        ),
        seen(
            "confirmations_20250303 (1).csv",
            2,
            "\u{feff}Posting Date;Order;Operation;Work Center;Yield;Scrap\r\n2025-03-03;50001;0010;SPR-01;120;2\r\n2025-03-03;50002;0010;SPR-02;340;5\r\n2025-03-03;50003;0010;SPR-01;98;0\r\n2025-03-03;50004;0020;MON-1;210;7\r\n2025-03-03;50005;0010;SPR-03;64;1\r\n2025-03-03;50006;0010;SPR-02;333;4\r\n\r\n",
        ),
        seen(
            "Kopie von confirmations_20250303.csv",
            3,
            "Posting Date;Order;Operation;Work Center;Yield;Scrap\n2025-03-03;50001;0010;SPR-01;120;2\n2025-03-03;50002;0010;SPR-02;340;5\n2025-03-03;50003;0010;SPR-01;98;0\n2025-03-03;50004;0020;MON-1;210;7\n2025-03-03;50005;0010;SPR-03;64;1\n2025-03-03;50006;0010;SPR-02;333;4",
        ),
        seen(
            "confirmations_20250303_sorted.csv",
            4,
            "Posting Date;Order;Operation;Work Center;Yield;Scrap\n2025-03-03;50006;0010;SPR-02;333;4\n2025-03-03;50005;0010;SPR-03;64;1\n2025-03-03;50004;0020;MON-1;210;7\n2025-03-03;50003;0010;SPR-01;98;0\n2025-03-03;50002;0010;SPR-02;340;5\n2025-03-03;50001;0010;SPR-01;120;2\n",
        ),
    ];
    check(&files, &table(&["Yield", "Scrap"]), &open(), "Yield", (1165.0, 6, None));
}

#[test]
fn equal_rows_of_one_file_all_count_and_a_partial_export_adds_none() {
    let files = [
        seen(
            "day_partial_0730.csv",
            1,
            "Timestamp;Machine;Order;Good Qty;Scrap Qty\n2025-03-03 06:00;M9;51001;10;0\n2025-03-03 06:00;M9;51001;10;0\n2025-03-03 06:30;M9;51001;12;1\n2025-03-03 07:00;M9;51001;10;0\n2025-03-03 07:30;M9;51001;10;0\n2025-03-03 07:30;M9;51001;10;0\n",
        ),
        seen(
            "day_full.csv",
            2,
            "Timestamp;Machine;Order;Good Qty;Scrap Qty\n2025-03-03 06:00;M9;51001;10;0\n2025-03-03 06:00;M9;51001;10;0\n2025-03-03 06:30;M9;51001;12;1\n2025-03-03 07:00;M9;51001;10;0\n2025-03-03 07:30;M9;51001;10;0\n2025-03-03 07:30;M9;51001;10;0\n2025-03-03 07:30;M9;51001;10;0\n2025-03-03 08:00;M9;51002;15;2\n2025-03-03 08:00;M9;51002;15;2\n2025-03-03 08:30;M9;51002;14;0\n",
        ),
    ];
    check(
        &files,
        &table(&["Good Qty", "Scrap Qty"]),
        &open(),
        "Good Qty",
        (116.0, 10, None),
    );
    check(
        &files[..1],
        &table(&["Good Qty", "Scrap Qty"]),
        &open(),
        "Good Qty",
        (62.0, 6, None),
    );
}

#[test]
fn a_report_that_runs_again_replaces_its_day() {
    let files = [
        seen(
            "report_20250303.csv",
            1,
            "Posting Date;Order;Operation;Shift;Work Center;Yield;Scrap\n2025-03-03;61001;0010;A;SPR-01;200;4\n2025-03-03;61002;0010;A;SPR-01;180;9\n2025-03-03;61003;0010;A;SPR-02;150;0\n2025-03-03;61004;0010;A;SPR-02;90;1\n2025-03-03;61005;0010;A;SPR-03;75;2\n",
        ),
        seen(
            "report_20250303.csv",
            2,
            "Posting Date;Order;Operation;Shift;Work Center;Yield;Scrap\n2025-03-03;61001;0010;A;SPR-01;200;4\n2025-03-03;61002;0010;A;SPR-01;108;9\n2025-03-03;61003;0010;A;SPR-02;150;0\n2025-03-03;61004;0010;A;SPR-02;90;31\n2025-03-03;61005;0010;A;SPR-03;75;2\n2025-03-03;61006;0010;A;SPR-03;66;0\n2025-03-03;61001;0010;B;SPR-01;195;3\n",
        ),
        seen(
            "report_20250303.csv",
            3,
            "Posting Date;Order;Operation;Shift;Work Center;Yield;Scrap\n2025-03-03;61001;0010;A;SPR-01;200;4\n2025-03-03;61002;0010;A;SPR-01;108;9\n2025-03-03;61003;0010;A;SPR-02;150;0\n2025-03-03;61004;0010;A;SPR-02;90;31\n2025-03-03;61005;0010;A;SPR-03;75;2\n2025-03-03;61006;0010;A;SPR-03;66;0\n2025-03-03;61001;0010;B;SPR-01;195;3\n",
        ),
    ];
    let by = table(&["Yield", "Scrap"]);
    check(&files, &by, &open(), "Yield", (884.0, 7, None));
    check(&files, &by, &open(), "Scrap", (49.0, 7, None));
    check(&files[..1], &by, &open(), "Yield", (695.0, 5, None));
    let folders = ["/in/run1", "/in/run2", "/in/run3"];
    let mut apart: Vec<Seen> = files.to_vec();
    apart
        .iter_mut()
        .zip(folders)
        .for_each(|(file, folder)| file.folder = folder);
    let keyed = Table {
        key: vec!["Posting Date", "Order", "Operation", "Shift"],
        ..by
    };
    check(&apart, &keyed, &mode(Mode::Keyed), "Yield", (884.0, 7, None));
}

#[test]
fn an_export_in_another_layout_holds_the_same_facts() {
    let files = [
        seen(
            "week10_en.csv",
            1,
            "Posting Date,Order,Operation,Work Center,Yield,Scrap,Energy kWh\n2025-03-03,63001,0010,SPR-01,120.50,2,10.250\n2025-03-03,63002,0010,SPR-02,1340.00,5,99.900\n2025-03-03,63003,0010,SPR-01,98.00,0,7.000\n2025-03-04,63004,0010,SPR-03,64.75,1,5.500\n",
        ),
        seen(
            "week10_de.csv",
            2,
            "Order;Operation;Posting Date;Work Center;Energy kWh;Scrap;Yield\r\n63002;0010;03.03.2025;SPR-02;99,9;5;1.340\r\n63003;0010;03.03.2025;SPR-01;7;0;98\r\n63004;0010;04.03.2025;SPR-03;5,5;1;64,75\r\n63005;0010;04.03.2025;SPR-02;91,05;3;1.250\r\n63006;0010;05.03.2025;SPR-01;6,4;0;77\r\n",
        ),
    ];
    let by = table(&["Yield", "Scrap", "Energy kWh"]);
    check(&files, &by, &open(), "Yield", (2950.25, 6, None));
    check(&files, &by, &open(), "Scrap", (11.0, 6, None));
}
