//! Random files: the balance closes, nothing panics, and what was written comes back.

use proptest::prelude::*;

use super::*;

/// Pieces that exports are made of, in any order.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "Qty",
        "1",
        "2,5",
        "1.234,5",
        "\"",
        "\"\"",
        ",",
        ";",
        "\t",
        "|",
        "\n",
        "\r\n",
        "\r",
        " ",
        "-",
        "---",
        "Total",
        "Summe",
        "12 rows",
        "2024-01-01",
        "=\"0\"",
        "\0",
        "\u{1a}",
        "ü",
        "\u{feff}",
        "NULL",
        "*",
        "Page 1",
        "[x]",
        "k=v",
        "合计",
        "{\"a\": 1}\n",
        "{\"a\": 1, \"b\": {\"c\": \"x\"}}\n",
    ])
}

fn closes(bytes: &[u8]) -> Result<(), TestCaseError> {
    let limits = Limits {
        line_bytes: 4_000,
        cell_bytes: 1_000,
        sample_head_bytes: 300,
        sample_tail_bytes: 80,
        ..Limits::default()
    };
    for limits in [Limits::default(), limits] {
        let Ok(mut document) = open(file(bytes), "random", &LayoutHints::default(), &limits) else {
            continue;
        };
        let (mut rows, mut bad, mut aside, mut last) = (0, 0, 0, 0);
        let width = document.layout().header.len();
        let balance = document.scan(&mut |line| {
            match line {
                Line::Row { cells, line } => {
                    rows += 1;
                    assert_eq!(cells.len(), width);
                    assert!(line > last, "rows come in order");
                    last = line;
                }
                Line::Bad(_) => bad += 1,
                Line::SetAside { .. } => aside += 1,
            }
            ControlFlow::Continue(())
        });
        let Ok(balance) = balance else { continue };
        prop_assert!(balance.closes(), "{:?} {:?}", balance, document.layout());
        prop_assert_eq!((balance.taken, balance.quarantined), (rows, bad));
        prop_assert_eq!(balance.accounted(), rows + bad + aside + balance.continued);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_balance_closes_on_pieces(pieces in prop::collection::vec(piece(), 1..120)) {
        closes(pieces.concat().as_bytes())?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        closes(&bytes)?;
    }

    #[test]
    fn random_bytes_after_a_mark_never_panic(
        mark in prop::sample::select(vec![&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf", b"PK\x03\x04", b"PK\x05\x06", b"a,b\n1,2\n"]),
        bytes in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        closes(&[mark, &bytes].concat())?;
    }

    #[test]
    fn written_cells_come_back(
        rows in prop::collection::vec((0_u32..10_000, "[a-z ,;\"\n|]{1,12}", -99.0_f64..99.0), 3..40),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut text = format!("Order No{delimiter}Remark on it{delimiter}Hours used\n");
        for (number, remark, hours) in &rows {
            text.push_str(&format!("{number}{delimiter}{}{delimiter}{hours:.2}\n", quoted(&format!("r{remark}"))));
        }
        let taken = take(&text);
        prop_assert_eq!(taken.layout.delimiter, Some(delimiter), "{:?}", taken.layout);
        let cells: Vec<Vec<String>> = rows.iter().map(|(number, remark, hours)| vec![number.to_string(), format!("r{remark}"), format!("{hours:.2}")]).collect();
        let seen: Vec<Vec<String>> = taken.rows.into_iter().map(|(_, cells)| cells).collect();
        prop_assert_eq!(seen, cells);
    }
}
