use super::*;

#[test]
fn names_are_clean_and_unique() {
    let cases: &[(&[&str], usize, &[&str])] = &[
        (&["a", "", "a"], 3, &["a", "column_2", "a_2"]),
        (&["S", "S_2", "S"], 3, &["S", "S_2", "S_3"]),
        (&["column_2", ""], 2, &["column_2", "column_2_2"]),
        (&["\u{feff}\u{a0}Qty\u{200b} "], 2, &["Qty", "column_2"]),
        (
            &["Menge\r\n(Stk)", "x\u{1b}[0m", "a\u{202e}b"],
            3,
            &["Menge (Stk)", "x␛[0m", "ab"],
        ),
    ];
    for (raw, width, expected) in cases {
        assert_eq!(unique(raw, *width), *expected, "{raw:?}");
    }
    assert_eq!(clean(&"x".repeat(300)).chars().count(), 201);
}
