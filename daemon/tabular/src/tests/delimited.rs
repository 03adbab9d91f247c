//! Delimited text: encodings, delimiters, headers, odd lines, totals and footers.

use super::*;

fn header(taken: &Taken) -> Vec<&str> {
    taken.layout.header.iter().map(String::as_str).collect()
}

#[test]
fn the_delimiter_is_found() {
    let cases: &[(&str, Option<char>, &[&str])] = &[
        ("a,b\n1,2\n3,4\n", Some(','), &["1", "2"]),
        ("a;b\n1,1;2,2\n3,5;4,4\n", Some(';'), &["1,1", "2,2"]),
        ("1,1;2,2\n3,3;4,4\n", Some(';'), &["1,1", "2,2"]),
        ("a\tb\n1,5\t2,5\n2,5\t3,5\n", Some('\t'), &["1,5", "2,5"]),
        ("a|b|c\nx|y|1\nz|w|2\n", Some('|'), &["x", "y", "1"]),
        ("a~b~c\nx~y~1\nz~w~2\n", Some('~'), &["x", "y", "1"]),
        ("a^b^c\nx^y^1\nz^w^2\n", Some('^'), &["x", "y", "1"]),
        (
            "name;note\nM1;stop, jam, restart\nM2;ok\n",
            Some(';'),
            &["M1", "stop, jam, restart"],
        ),
        ("Part;Qty\nA, long;1\nB, long;2\n", Some(';'), &["A, long", "1"]),
        ("sep=;\na;b\n1,2;3,4\n", Some(';'), &["1,2", "3,4"]),
        ("\"sep=|\"\na|b\n1;2|3;4\n", Some('|'), &["1;2", "3;4"]),
        ("a,b;c,d\n1,x;y,2\n3,z;w,4\n", Some(','), &["1", "x;y", "2"]),
        ("a,b\n\"1,5\",\"x,y\"\n\"2,5\",\"z\"\n", Some(','), &["1,5", "x,y"]),
        ("a,b\r1,2\r3,4\r", Some(','), &["1", "2"]),
        ("a,b\r\n1,2\n3,4\r5,6", Some(','), &["1", "2"]),
    ];
    for (text, delimiter, first) in cases {
        let taken = take(text);
        assert_eq!(taken.layout.delimiter, *delimiter, "{text:?} {:?}", taken.layout.notes);
        assert_eq!(
            taken.cells().first().map(Vec::as_slice),
            Some(*first),
            "{text:?} {:?}",
            taken.layout
        );
        assert_eq!(taken.bad, [], "{text:?}");
    }
}

#[test]
fn one_column_is_a_table_with_less_confidence() {
    for text in [
        "Temperatur\n14,8\n14,75\n13\n",
        "Machine\nM1\nM2\nM3\n",
        "Value\n1\n2\n3\n",
    ] {
        let taken = take(text);
        assert_eq!(
            (taken.layout.header.len(), taken.rows.len(), taken.layout.header_line),
            (1, 3, Some(1)),
            "{text:?}"
        );
        assert!(taken.layout.confidence < 0.5);
    }
    assert!(take("a,b,c\n1,2,3\n4,5,6\n").layout.confidence > 0.7);
}

#[test]
fn encodings_give_the_same_cells() {
    let text = "Größe;Maß µm\nÄpfel;1,5\nCafé;2,5\n";
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let (cp1252, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let with = |mark: &[u8], body: Vec<u8>| [mark, &body].concat();
    let cases = [
        ("utf-8", false, text.as_bytes().to_vec()),
        ("utf-8", true, with(b"\xef\xbb\xbf", text.into())),
        ("windows-1252", false, cp1252.into_owned()),
        ("utf-16le", true, with(b"\xff\xfe", wide(u16::to_le_bytes))),
        ("utf-16be", true, with(b"\xfe\xff", wide(u16::to_be_bytes))),
        ("utf-16le", false, wide(u16::to_le_bytes)),
        ("utf-16be", false, wide(u16::to_be_bytes)),
    ];
    for (encoding, bom, bytes) in cases {
        let taken = take(bytes);
        assert_eq!((taken.layout.encoding.as_str(), taken.layout.bom), (encoding, bom));
        assert_eq!(header(&taken), ["Größe", "Maß µm"], "{encoding}");
        assert_eq!(taken.cells(), [["Äpfel", "1,5"], ["Café", "2,5"]], "{encoding}");
        assert_eq!(taken.balance.physical, 3);
        assert!(taken.certain, "{encoding}");
    }
}

#[test]
fn another_code_page_is_told_as_uncertain_and_obeyed_when_named() {
    let text = "Станок;Количество\nТокарный;5\nФрезерный;7\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(text);
    let guessed = take(&bytes);
    assert!(
        !guessed.certain && guessed.layout.confidence < 0.5,
        "{:?}",
        guessed.layout
    );
    let hints = LayoutHints {
        encoding: Some("windows-1251".to_owned()),
        ..LayoutHints::default()
    };
    let named = scan(file(&bytes), &hints, &Limits::default()).unwrap();
    assert_eq!(header(&named), ["Станок", "Количество"]);
    assert!(named.certain);
}

#[test]
fn a_few_invalid_bytes_cost_their_lines_only() {
    let mut bytes = b"\xef\xbb\xbfname,qty\n".to_vec();
    bytes.extend("Küche,1\nBäcker,2\n".bytes());
    bytes.extend(b"M\xfcller,3\n");
    bytes.extend("Öl,4\n".bytes());
    let taken = take(&bytes);
    assert_eq!(taken.layout.encoding, "utf-8");
    assert_eq!(taken.bad_codes(), [(4, "bad_encoding")]);
    assert_eq!(taken.rows.len(), 3);
}

#[test]
fn the_header_is_found() {
    let cases: &[(&str, Option<u64>, &[&str], usize)] = &[
        (
            "Report of scrap\nPlant 1000\n\nMachine;Qty;Cost\nM1;5;1,5\nM2;6;2,5\n",
            Some(4),
            &["Machine", "Qty", "Cost"],
            2,
        ),
        (
            "Scrap;;;\nFrom;2024-01-01;;\nMachine;Qty;Cost;Unit\nM1;5;1;EUR\nM2;6;2;EUR\n",
            Some(3),
            &["Machine", "Qty", "Cost", "Unit"],
            2,
        ),
        (
            "Plant;Madrid\nPeriod;2024-01\nMachine;Qty\nM1;5\nM2;6\nM3;7\nM4;1\n",
            Some(3),
            &["Machine", "Qty"],
            4,
        ),
        (
            "1\tBrake\t2019-04-30\n2\tColor\t2019-04-30\n",
            None,
            &["column_1", "column_2", "column_3"],
            2,
        ),
        (
            "Machine;Reason;Qty\nM1;jam;\nM2;jam;5\nM3;jam;6\n",
            Some(1),
            &["Machine", "Reason", "Qty"],
            3,
        ),
        (
            "Machine,Operator\nM1,Ann\nM2,Bob\n",
            Some(1),
            &["Machine", "Operator"],
            2,
        ),
        ("M1,Ann\nM2,Bob\nM1,Ann\nM2,Bob\n", None, &["column_1", "column_2"], 4),
        (",x,y\n0,1,2\n1,3,4\n", Some(1), &["column_1", "x", "y"], 2),
        (
            "Machine,1,2,3,4\nM1,5,6,7,8\nM2,5,6,7,9\n",
            Some(1),
            &["Machine", "1", "2", "3", "4"],
            2,
        ),
        (
            "S,P,S,S_2,\n1,2,3,4,\n5,6,7,8,\n",
            Some(1),
            &["S", "P", "S_2", "S_2_2"],
            2,
        ),
        ("a,b,\n1,2,x\n3,4,y\n", Some(1), &["a", "b", "column_3"], 2),
        (
            "\u{a0}Qty \u{200b},\"Cost\n(EUR)\",\u{1b}[31mX\n1,2,3\n4,5,6\n",
            Some(1),
            &["Qty", "Cost (EUR)", "␛[31mX"],
            2,
        ),
        ("a,b\n", Some(1), &["a", "b"], 0),
        (
            "Qty;Temp;Name\n[pcs];[°C];\n5;20;x\n6;21;y\n",
            Some(1),
            &["Qty / [pcs]", "Temp / [°C]", "Name"],
            2,
        ),
        (
            ";Jan;;Feb;\nMachine;Qty;Scrap;Qty;Scrap\nM1;1;2;3;4\nM2;5;6;7;8\n",
            Some(2),
            &["Machine", "Jan / Qty", "Jan / Scrap", "Feb / Qty", "Feb / Scrap"],
            2,
        ),
    ];
    for (text, line, names, rows) in cases {
        let taken = take(text);
        assert_eq!(taken.layout.header_line, *line, "{text:?} {:?}", taken.layout);
        assert_eq!(header(&taken), *names, "{text:?}");
        assert_eq!(
            (taken.rows.len(), taken.bad.as_slice()),
            (*rows, [].as_slice()),
            "{text:?}"
        );
    }
}

#[test]
fn the_preamble_is_kept() {
    let taken = take("Report of scrap\n\nPlant 1000\nMachine;Qty;Cost\nM1;5;1,5\nM2;6;2,5\n");
    assert_eq!(taken.layout.preamble, ["Report of scrap", "Plant 1000"]);
    assert_eq!(
        (taken.balance.preamble, taken.balance.blank, taken.balance.header),
        (2, 1, 1)
    );
}

#[test]
fn a_named_header_line_is_obeyed() {
    let text = "x,y\n1,2\na,b\n3,4\n5,6\n";
    for (given, line, rows) in [(0, None, 5), (1, Some(1), 4), (3, Some(3), 2)] {
        let hints = LayoutHints {
            header_line: Some(given),
            ..LayoutHints::default()
        };
        let taken = scan(file(text.as_bytes()), &hints, &Limits::default()).unwrap();
        assert_eq!((taken.layout.header_line, taken.rows.len()), (line, rows), "{given}");
    }
}

#[test]
fn ragged_rows_are_put_aside_with_both_counts() {
    let taken = take("a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,1,1,,\n7,8,9\n1,2,3\n1,2,3\n");
    assert_eq!(taken.bad_codes(), [(3, "ragged_row"), (4, "ragged_row")]);
    assert!(
        taken.bad[0].text.contains("2 cells where the header has 3"),
        "{:?}",
        taken.bad[0]
    );
    assert!(taken.bad[1].text.contains("4 cells"), "{:?}", taken.bad[1]);
    assert_eq!(taken.rows.len(), 5);
}

#[test]
fn rows_without_their_empty_end_are_whole() {
    let taken = take("a,b,c,note\n1,2,3\n4,5,6\n7,8,9\n");
    assert_eq!((taken.rows.len(), taken.bad.len()), (3, 0));
    let taken = take("a,b,note\n1,2,\n3,4,\n5,6\n7,8,\n9,1,seen\n2,2,\n");
    assert_eq!((taken.rows.len(), taken.bad.len()), (6, 0));
}

#[test]
fn a_last_row_that_breaks_off_is_put_aside() {
    let taken = take("machine,qty,operator\nM1,5,Ann\nM2,6,Bob\nM3,7,Eve\nM4,");
    assert_eq!(taken.bad_codes(), [(5, "ragged_row")]);
}

#[test]
fn quotes() {
    let cases: &[(&str, &[&str])] = &[
        ("\"x\",\"y\"", &["x", "y"]),
        ("\"a \"\"b\"\" c\",2", &["a \"b\" c", "2"]),
        ("=\"00123\",2", &["00123", "2"]),
        ("\"=\"\"00123\"\"\",2", &["00123", "2"]),
        ("12\" pipe,2", &["12\" pipe", "2"]),
        ("\"12\" pipe\",2", &["12\" pipe", "2"]),
        ("\"lone,2", &["\"lone", "2"]),
        ("x, \"y, z\"", &["x", "y, z"]),
        ("\"two\nlines\",2", &["two\nlines", "2"]),
        ("\"three\r\n\r\nlines\",2", &["three\n\nlines", "2"]),
        (" x , y ", &[" x ", " y "]),
    ];
    for (row, cells) in cases {
        let taken = take(format!("a,b\nm,n\n{row}\no,p\nq,r\n"));
        assert_eq!(
            taken.cells().get(1).map(Vec::as_slice),
            Some(*cells),
            "{row:?} {taken:?}"
        );
        assert_eq!((taken.rows.len(), taken.bad.len()), (4, 0), "{row:?}");
    }
}

#[test]
fn a_stray_quote_costs_its_line_only() {
    let taken = take("a,b,c\n1,2,3\n4,\"5\n6,7,8\n9,1,2\n3,4,5\n");
    assert_eq!(taken.bad_codes(), [(3, "unclosed_quote")]);
    assert_eq!(taken.rows.len(), 4);
    let taken = take("a,b\n1,x\n2,\"5 in\n3,\"good\"\n4,y\n");
    assert_eq!((taken.rows.len(), taken.codes()), (4, vec![(3, "quote_repaired")]));
    assert_eq!(taken.cells()[1], ["2", "\"5 in"]);
}

#[test]
fn line_breaks_in_cells_are_counted() {
    let taken = take("a,b\n1,\"x\ny\nz\"\n2,w\n");
    assert_eq!(
        (taken.balance.physical, taken.balance.continued, taken.balance.taken),
        (5, 2, 2)
    );
    assert_eq!(taken.rows[1].0, 5);
}

#[test]
fn nul_bytes_are_put_aside_with_their_column() {
    let taken = take(b"a,b,c\n1,2,3\n4,5\x00,6\n7,8,9\n1,2,3\n4,5,6\n");
    assert_eq!(taken.bad_codes(), [(3, "nul_byte")]);
    assert!(taken.bad[0].text.contains("column 2"), "{:?}", taken.bad[0]);
}

#[test]
fn rulers_blanks_and_repeated_headers() {
    let taken = take("a;b;c\n---;---;---\n1;2;3\n;;\n\na;b;c\n4;5;6\n-;-;-\n  ;;\nPage 2 of 3\n7;8;9\n\u{1a}");
    assert_eq!(taken.kinds(SetAsideKind::Ruler), [2, 6, 10]);
    assert_eq!(taken.kinds(SetAsideKind::Blank), [4, 5, 9, 12]);
    assert_eq!(
        taken.cells(),
        [["1", "2", "3"], ["4", "5", "6"], ["-", "-", "-"], ["7", "8", "9"]]
    );
    assert_eq!(take("a;b\n1;2\n3;4\x1a").cells()[1], ["3", "4"]);
}

/// Lines of totals, codes of the file, rows.
fn check_totals(text: &str, totals: &[u64], codes: &[(u64, &str)], rows: usize) {
    let taken = take(text);
    assert_eq!(taken.kinds(SetAsideKind::Total), totals, "{text:?}");
    assert_eq!(taken.codes(), codes, "{text:?} {:?}", taken.problems);
    assert_eq!((taken.rows.len(), taken.bad.len()), (rows, 0), "{text:?}");
}

#[test]
fn totals_are_set_aside_and_checked() {
    let rows = "Machine;Qty;Cost\nM1;5;1,50\nM2;6;2,25\nM3;7;0,25\n";
    check_totals(&format!("{rows}Gesamt;18;4,00\n"), &[5], &[], 3);
    check_totals(&format!("{rows}*;18;4,00\n"), &[5], &[], 3);
    check_totals(&format!("{rows};18;4,00\n"), &[5], &[], 3);
    check_totals(&format!("{rows}合计;18;4,00\n"), &[5], &[], 3);
    check_totals(&format!("{rows}Total;19;4,00\n"), &[5], &[(5, "total_mismatch")], 3);
    check_totals(&format!("{rows};19;4,00\n"), &[], &[], 4);
    check_totals(&format!("{rows}M4 Total;18;4,00\n"), &[5], &[], 3);
    check_totals(&format!("{rows}Total M4;19;5,00\n"), &[], &[], 4);
}

#[test]
fn a_total_that_has_the_numbers_of_a_ragged_row_is_one_and_names_it() {
    let rows =
        "Date;Machine;Product;Qty;Scrap\n2025-05-01;M1;P1;101;1\n2025-05-02;M2;P1;102;2\n2025-05-03;M3;P1;410;7;x;y\n";
    for (total, totals) in [
        (";;;613;10", vec![5]),
        ("Total;;;613;10", vec![5]),
        (";;;614;10", vec![]),
    ] {
        let taken = take(format!("{rows}{total}\n"));
        assert_eq!(taken.kinds(SetAsideKind::Total), totals, "{total}");
        assert_eq!((taken.rows.len(), taken.bad.len()), (3 - totals.len(), 1), "{total}");
        let said: Vec<&str> = taken.problems.iter().map(|problem| problem.text.as_str()).collect();
        assert_eq!(
            said.iter()
                .any(|text| text.contains("the numbers of line 4, which was put aside")),
            !totals.is_empty(),
            "{said:?}"
        );
    }
}

#[test]
fn subtotals_and_their_total_are_set_aside() {
    let text = "Machine;Qty\nM1;5\nM1;6\nSumme;11\nM2;7\nM2;2\nSumme;9\nGesamtsumme;20\n";
    check_totals(text, &[4, 7, 8], &[], 4);
    let bare = "Line;Machine;Qty\nL1;M1;5\nL1;M2;6\n;;11\nL2;M1;7\nL2;M2;2\n;;9\n;;20\n";
    check_totals(bare, &[4, 7, 8], &[], 4);
}

#[test]
fn totals_of_totals_and_totals_behind_a_repeated_label_are_set_aside() {
    // Subtotals on two levels, of one machine in the last line.
    let nested = "Line;Machine;Date;Good\nL1;M1;2025-05-03;100\nL1;M1;2025-05-04;120\n;M1 Total;;220\nL1;M2;2025-05-03;80\n\
        L1;M2;2025-05-04;70\n;M2 Total;;150\nL1 Total;;;370\nL2;M3;2025-05-03;60\nL2;M3;2025-05-04;50\n;M3 Total;;110\n\
        L2 Total;;;110\nGrand Total;;;480\n";
    check_totals(nested, &[4, 7, 8, 11, 12, 13], &[], 6);
    let pivot = "Site;Machine;Date;Good\nW1;M1;2025-05-01;101\nW1;M1;2025-05-02;102\nW1;M1 Total;;203\nW1;M2;2025-05-01;81\n\
        W1;M2;2025-05-02;82\nW1;M2 Total;;163\nGrand Total;;;366\n";
    check_totals(pivot, &[4, 7, 8], &[], 4);
    // A machine of that name with figures of its own is none.
    let machine = "Site;Machine;Date;Good\nW1;M1;2025-05-01;101\nW1;M1;2025-05-02;102\nW1;Total Fitness;;77\n";
    check_totals(machine, &[], &[], 3);
}

#[test]
fn totals_by_unit_are_told_by_the_unit_beside() {
    let text = "Plant;Part;Qty;Unit\nP1;A;5;PC\nP1;B;6;PC\nP1;C;1,5;KG\nP1;D;2,5;KG\n;;11;\n;;4;\n";
    check_totals(text, &[6, 7], &[], 4);
}

#[test]
fn sparse_rows_in_the_middle_are_data() {
    check_totals(
        "Line;Machine;Part;Qty\nL1;M1;A;5\n;;;6\nL1;M2;B;7\nL2;M1;C;8\nL2;M1;C;8\n",
        &[],
        &[],
        5,
    );
    // At the end they are totals that do not agree.
    let text = "Line;Machine;Part;Shift;Unit;Qty\nL1;M1;A;S;PC;5\nL1;M2;B;S;PC;7\nL2;M1;C;S;PC;8\n;;;;;99\n";
    check_totals(text, &[5], &[(5, "total_mismatch")], 3);
}

#[test]
fn words_for_totals_may_be_data() {
    let text = "Type;Qty\nTotal;5\nPartial;6\nTotal;7\nTotal;2\nPartial;1\nTotal;4\nTotal;8\n";
    check_totals(text, &[], &[], 7);
}

#[test]
fn footers_are_set_aside_and_their_count_is_compared() {
    let rows = "a;b;c\n1;2;x\n3;4;y\n";
    for (footer, codes) in [
        ("2 rows", &[][..]),
        ("(2 rows affected)", &[]),
        ("Anzahl Datensätze: 2", &[]),
        ("Row count;2;", &[]),
        ("*** End of Report ***", &[]),
        ("3 rows", &[(4, "truncated")]),
        ("1.234 Zeilen", &[(4, "truncated")]),
    ] {
        let taken = take(format!("{rows}{footer}\n"));
        assert_eq!(taken.kinds(SetAsideKind::Footer), [4], "{footer}");
        assert_eq!((taken.codes().as_slice(), taken.rows.len()), (codes, 2), "{footer}");
    }
}

#[test]
fn a_break_stops_the_reading() {
    let mut document = open(
        file(b"a,b\n1,2\n3,4\n"),
        "x",
        &LayoutHints::default(),
        &Limits::default(),
    )
    .unwrap();
    let mut rows = 0;
    document
        .scan(&mut |line| {
            rows += usize::from(matches!(line, Line::Row { .. }));
            if rows == 1 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn a_tail_beyond_the_sample_counts_too() {
    let limits = Limits {
        sample_head_bytes: 200,
        sample_tail_bytes: 100,
        ..Limits::default()
    };
    let mut text = "Machine;Qty\n".to_owned();
    for row in 0..200 {
        text.push_str(&format!("M{row};{row}\n"));
    }
    text.push_str("Total;19900\n");
    let taken = scan(file(text.as_bytes()), &LayoutHints::default(), &limits).unwrap();
    assert_eq!(
        (taken.rows.len(), taken.kinds(SetAsideKind::Total), taken.problems.len()),
        (200, vec![202], 0)
    );
}

#[test]
fn a_logger_that_starts_anew_and_days_as_names_keep_their_header() {
    let head = "Time; P1.Strokes; P1.Energy;\n; Strokes [n]; Energy [kWh];\n";
    let log = take(format!(
        "{head}12/03/2025 22:00; 200; 6,2;\n12/03/2025 23:00; 410; 7,4;\n{head}13/03/2025 00:00; 3; 7;\n"
    ));
    assert_eq!(log.layout.header_line, Some(1), "{:?}", log.layout.notes);
    let days = take("Machine;2025-05-01;2025-05-02;2025-05-03;Note\nM1;10;20;30;a\nM2;;5;;b\nM3;;;;c\n");
    assert_eq!(
        header(&days),
        ["Machine", "2025-05-01", "2025-05-02", "2025-05-03", "Note"]
    );
    // Dates over dates are rows.
    let events = take("M1;2025-05-01;2025-05-02;5\nM2;2025-05-03;2025-05-04;6\nM3;2025-05-05;2025-05-06;7\n");
    assert_eq!(events.layout.header_line, None);
}
