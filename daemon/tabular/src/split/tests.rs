use super::*;

fn strict(lines: &[&str]) -> (Outcome, Vec<String>) {
    let mut strict = Strict::new(',');
    let mut outcome = Outcome::Open;
    for line in lines {
        outcome = strict.line(line);
    }
    (outcome, strict.cells.iter().map(str::to_owned).collect())
}

#[test]
fn strict_reading() {
    let cases: &[(&[&str], Outcome, &[&str])] = &[
        (&[""], Outcome::Complete, &[""]),
        (&["a,b"], Outcome::Complete, &["a", "b"]),
        (&["a,"], Outcome::Complete, &["a", ""]),
        (&["\"a,b\",c"], Outcome::Complete, &["a,b", "c"]),
        (&["\"a\" , \"b\""], Outcome::Complete, &["a", "b"]),
        (&["\"a", "b\",c"], Outcome::Complete, &["a\nb", "c"]),
        (&["=\"01\",=x"], Outcome::Complete, &["01", "=x"]),
        (&["a\"b,c"], Outcome::Complete, &["a\"b", "c"]),
        (&["\"a"], Outcome::Open, &[]),
        (&["\"a\"b,c"], Outcome::Malformed, &[]),
    ];
    for (lines, outcome, cells) in cases {
        assert_eq!(
            strict(lines),
            (*outcome, cells.iter().map(|cell| (*cell).to_owned()).collect()),
            "{lines:?}"
        );
    }
}

#[test]
fn lenient_reading() {
    let cases: &[(&str, &[&str])] = &[
        ("\"12\" pipe\",2", &["12\" pipe", "2"]),
        ("\"a\"\"b\",2", &["a\"b", "2"]),
        ("\"open,2", &["\"open", "2"]),
        ("a, \"b, c\" ,d", &["a", "b, c", "d"]),
        ("a,", &["a", ""]),
    ];
    let mut cells = Cells::default();
    for (line, expected) in cases {
        lenient(line, ',', &mut cells);
        assert_eq!(cells.iter().collect::<Vec<_>>(), *expected, "{line}");
    }
    literal("\"a,\"b", ',', &mut cells);
    assert_eq!(cells.iter().collect::<Vec<_>>(), ["\"a", "\"b"]);
}

#[test]
fn guards() {
    assert_eq!(
        [unguarded("=\"01\""), unguarded("=\"0\"&\"1\""), unguarded("x")],
        ["01", "=\"0\"&\"1\"", "x"]
    );
}
