use super::*;

#[test]
fn separators_named_in_the_first_line() {
    for (line, expected) in [
        ("sep=;", Some(';')),
        ("SEP=,", Some(',')),
        ("\"sep=|\"", Some('|')),
        ("sep=\t", Some('\t')),
        ("sep=\\t", Some('\t')),
        ("sep=ab", None),
        ("sep=", None),
        ("separator;x", None),
    ] {
        assert_eq!(named_separator(line), expected, "{line:?}");
    }
}

#[test]
fn cells_that_hold_another_delimiter_are_not_whole() {
    assert_eq!(wholeness("1,5", ';', false), 1.0);
    assert_eq!(wholeness("1;2", ',', false), 0.0);
    assert_eq!(wholeness("jam, restart", ';', false), 1.0);
    assert!(wholeness("a,b", ';', false) < 0.5);
}
