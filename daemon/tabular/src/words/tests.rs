use super::*;

#[test]
fn words_for_totals() {
    for text in [
        "Total",
        "GESAMT:",
        "Summe",
        "*",
        "***",
        "Grand Total",
        "小计",
        "Sous-total",
        "Subtotal (visible)",
        "Summe (netto)",
    ] {
        assert_eq!(total(text), Word::Whole, "{text}");
    }
    for text in ["Total M1", "M1 Total", "Summe Werk 1000"] {
        assert_eq!(total(text), Word::Part, "{text}");
    }
    for text in ["Machine", "Totally", "Summer", "", "M1"] {
        assert_eq!(total(text), Word::None, "{text}");
    }
}

#[test]
fn footers() {
    let cases = [
        ("1234 rows", Some(Footer::Rows(1_234))),
        ("(1,234 rows affected)", Some(Footer::Rows(1_234))),
        ("1.234 Zeilen", Some(Footer::Rows(1_234))),
        ("Rows: 7", Some(Footer::Rows(7))),
        ("Record count = 12", Some(Footer::Rows(12))),
        ("Anzahl Datensätze: 1.060", Some(Footer::Rows(1_060))),
        ("*** End of Report ***", Some(Footer::End)),
        ("- Seite 3 von 9 -", Some(Footer::Page)),
        ("Page 3/9", Some(Footer::Page)),
        ("Page break", None),
        ("12 pieces", None),
        ("M1", None),
        ("1234", None),
        ("3 rows of seats in the hall", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(footer(text), expected, "{text}");
    }
}

#[test]
fn rulers() {
    for cells in [
        &["---", "---"][..],
        &["-----"],
        &["| --- | --- |"],
        &["====", ""],
        &["+--+--+"],
    ] {
        assert!(is_ruler(cells), "{cells:?}");
    }
    for cells in [&["-", "-"][..], &["--a"], &["", ""], &["1", "---"], &["***"]] {
        assert!(!is_ruler(cells), "{cells:?}");
    }
}
