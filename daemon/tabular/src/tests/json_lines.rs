//! JSON lines: columns from keys, one fate for each line, and what is another form all the same.

use plant_core::table::Form;

use super::*;

fn header(taken: &Taken) -> Vec<&str> {
    taken.layout.header.iter().map(String::as_str).collect()
}

#[test]
fn columns_are_the_keys_of_the_whole_file_in_the_order_of_their_first_line() {
    let taken = take("{\"order\": \"A1\", \"qty\": 5}\n{\"qty\": 6, \"note\": \"late\"}\n{\"order\": \"A3\"}\n");
    assert_eq!(taken.layout.form, Form::JsonLines);
    assert_eq!(
        (taken.layout.header_line, taken.layout.bom, taken.layout.has_names()),
        (None, false, true)
    );
    assert_eq!(header(&taken), ["order", "qty", "note"]);
    assert_eq!(taken.cells(), [["A1", "5", ""], ["", "6", "late"], ["A3", "", ""]]);
    assert_eq!(taken.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!((taken.balance.physical, taken.balance.taken), (3, 3));
}

#[test]
fn values_are_as_they_are_written() {
    let cases: &[(&str, &str)] = &[
        (r#""x""#, "x"),
        (r#"" 007 ""#, " 007 "),
        ("1.50", "1.50"),
        ("-0", "-0"),
        ("1E+400", "1E+400"),
        (
            "123456789012345678901234567890.123456789012345678901234567890",
            "123456789012345678901234567890.123456789012345678901234567890",
        ),
        ("true", "true"),
        ("false", "false"),
        ("null", ""),
        ("{}", ""),
        (r#"[1, "a",  {"b": 2}]"#, r#"[1, "a",  {"b": 2}]"#),
        (r#""a\"b\\c\/\u00e4\ud83d\ude00\n""#, "a\"b\\c/ä😀\n"),
        (r#""{\"a\": 1}""#, r#"{"a": 1}"#),
        (r#""\u001b[31m\u202e\u0007""#, "\u{1b}[31m\u{202e}\u{7}"),
    ];
    for (json, cell) in cases {
        let taken = take(format!("{{\"k\": 1, \"v\": {json}}}\n{{\"k\": 2, \"v\": {json}}}\n"));
        assert_eq!(taken.cells(), [["1", *cell], ["2", *cell]], "{json}");
        assert_eq!(taken.bad, []);
    }
}

#[test]
fn nested_objects_are_columns_with_points_down_to_a_bounded_depth() {
    let taken = take(
        "{\"m\": {\"id\": \"M1\", \"at\": {\"line\": 2}}, \"q\": 1}\n{\"q\": 2, \"m\": {\"at\": {\"cell\": [1]}}}\n",
    );
    assert_eq!(header(&taken), ["m.id", "m.at.line", "q", "m.at.cell"]);
    assert_eq!(taken.cells(), [["M1", "2", "1", ""], ["", "", "2", "[1]"]]);

    let deep = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    let taken = take(format!("{}\n{}\n", deep(17), deep(100_000)));
    let joined = ["a"; 17].join(".");
    assert_eq!(header(&taken), [joined.as_str()]);
    assert_eq!(taken.cells()[0], ["1"]);
    assert_eq!(taken.cells()[1], [deep(100_000 - 17)]);
}

#[test]
fn each_line_that_is_no_row_is_told_and_costs_itself_only() {
    let good = "{\"a\": 1, \"b\": \"x\"}\n";
    let long = format!("{{\"{}\": 1}}", "k".repeat(1_001));
    let cases: &[(&str, &str, &str)] = &[
        (
            "{\"a\": 1, \"b\": \"x",
            "no_object",
            "EOF while parsing a string (byte 16)",
        ),
        ("5", "no_object", "integer `5`, expected an object in braces"),
        ("[{\"a\": 1}]", "no_object", "expected an object in braces"),
        ("{\"a\": 1},", "no_object", "trailing characters (byte 9)"),
        ("{\"a\": 1} {\"a\": 2}", "no_object", "trailing characters"),
        ("2025-01-01 ERROR restarted", "no_object", "byte"),
        ("{\"a\": 01}", "no_object", "invalid number"),
        ("{\"a\": NaN}", "no_object", "expected value"),
        ("{\"a\": \"\u{1b}\"}", "no_object", "control character"),
        ("{\"a\": \"\\ud800\"}", "no_object", "byte"),
        (
            "{\"a\": 1, \"z\": 1, \"a\": 2}",
            "duplicate_key",
            "the key \"a\" stands twice",
        ),
        (
            "{\"a\": {\"z\": 1, \"y\\u001b\": 2}, \"a.y\\u001b\": 3}",
            "duplicate_key",
            "the key \"a.y\\u{1b}\" stands twice",
        ),
        (
            "{\"z\": 1, \"a\": \"\\u0000\"}",
            "nul_byte",
            "the text of \"a\" has a NUL",
        ),
        ("{\"a\": \0}", "no_object", "expected value"),
        (&long, "long_key", "more than 1000 bytes"),
    ];
    for (line, code, words) in cases {
        let taken = take(format!("{good}{line}\n{good}"));
        assert_eq!(taken.bad_codes(), [(2, *code)], "{line}");
        assert!(taken.bad[0].text.contains(words), "{:?}", taken.bad[0]);
        assert!(!taken.bad[0].value.as_ref().unwrap().contains('\0'));
        // What is put aside adds no columns.
        assert_eq!(header(&taken), ["a", "b"], "{line}");
        assert_eq!(taken.cells(), [["1", "x"]; 2]);
    }
    let mut bytes = good.repeat(2).into_bytes();
    bytes.extend(b"{\"a\": \"M\xfcller\"}\n");
    assert_eq!(take(bytes).bad_codes(), [(3, "bad_encoding")]);
}

#[test]
fn marks_line_ends_blank_lines_and_an_open_end_change_no_row() {
    let cases = [
        "\u{feff}{\"a\": 1}\n{\"a\": 2}\n",
        "{\"a\": 1}\r\n{\"a\": 2}\r\n",
        "{\"a\": 1}\r{\"a\": 2}",
        "{\"a\": 1}\n{\"a\": 2}\u{1a}",
        "  {\"a\" : 1}\t\n\u{feff}{\"a\": 2}",
    ];
    for text in cases {
        let taken = take(text);
        assert_eq!(taken.cells(), [["1"], ["2"]], "{text:?}");
        assert_eq!(
            (taken.balance.physical, taken.layout.bom),
            (2, text.starts_with('\u{feff}')),
            "{text:?}"
        );
    }
    let taken = take("\n{\"a\": 1}\n \t\n{}\n{\"a\": null}\n{\"a\": 2}\n\n");
    assert_eq!(taken.cells(), [["1"], ["2"]]);
    assert_eq!(taken.kinds(SetAsideKind::Blank), [1, 3, 4, 5, 7]);
    assert_eq!(
        take("{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3").bad_codes(),
        [(3, "no_object")]
    );
}

#[test]
fn names_are_made_visible_and_apart() {
    let taken = take("{\"\": 1, \"a\\u0000\": 2, \"a \": 3, \"a\": 4}\n{\"a\": 5, \"\\u202eb\": 6}\n");
    assert_eq!(header(&taken), ["column_1", "a\u{2400}", "a", "a_2", "b"]);
    assert_eq!(taken.cells(), [["1", "2", "3", "4", ""], ["", "", "", "5", "6"]]);
}

#[test]
fn totals_and_the_header_as_a_row_leave_the_data() {
    let mut text = String::from("{\"machine\": \"machine\", \"day\": \"day\", \"qty\": \"qty\"}\n");
    for row in 1..=20 {
        text.push_str(&format!(
            "{{\"machine\": \"M{row}\", \"day\": \"2025-01-{row:02}\", \"qty\": {row}}}\n"
        ));
    }
    text.push_str("{\"machine\": \"Total\", \"qty\": 210}\n");
    let taken = take(&text);
    assert_eq!(taken.rows.len(), 20);
    assert_eq!(taken.kinds(SetAsideKind::Ruler), [1]);
    assert_eq!(taken.kinds(SetAsideKind::Total), [22]);
    // Where such words are data they stay.
    let taken = take("{\"class\": \"Total\", \"id\": \"a\"}\n".repeat(9));
    assert_eq!(taken.rows.len(), 9);
}

#[test]
fn the_form_is_told_from_the_lines() {
    // One object on one line is a row, unless it holds the rows of a table.
    assert_eq!(
        take("{\"order\": \"A1\", \"tags\": [1, 2]}").cells(),
        [["A1", "[1, 2]"]]
    );
    // A torn first line, as of a log that was cut, hides nothing.
    assert_eq!(
        take("\"x\": 5}\n{\"x\": 6}\n{\"x\": 7}\n").bad_codes(),
        [(1, "no_object")]
    );
    for text in ["{id},{name}\n1,2\n3,4\n", "{a};{b}\n{1};{2}\n{3};{4}\n"] {
        let taken = take(text);
        assert_eq!(
            (taken.layout.form, taken.layout.header.len()),
            (Form::Delimited, 2),
            "{text}"
        );
    }
    for text in [
        "{\n  \"a\": 1,\n  \"b\": {\"c\": 2}\n}\n",
        "[{\"a\": 1}, {\"a\": 2}]\n",
        "[\n{\"a\": 1},\n{\"a\": 2}\n]\n",
        "[\n  {\n    \"a\": 1\n  }\n]\n",
        "{\"count\": 1, \"page\": {\"rows\": [ {\"a\": 1} ]}}\n",
        "{}\n{}\n",
    ] {
        let (unsupported, code, told) = refused(text);
        assert_eq!((unsupported, code), (true, "unsupported_form"), "{text}");
        assert!(told.contains("JSON"), "{told}");
    }
}

#[test]
fn limits_name_the_line() {
    let small = Limits {
        line_bytes: 60,
        cell_bytes: 20,
        columns: 3,
        rows: 3,
        ..Limits::default()
    };
    let row = "{\"a\": 1}\n";
    let cases = [
        (
            format!("{row}{{\"a\": \"{}\"}}\n", "y".repeat(80)),
            "line_too_long",
            "Line 2",
        ),
        (
            format!("{row}{{\"a\": \"{}\"}}\n", "y".repeat(30)),
            "line_too_long",
            "line 2",
        ),
        (
            format!("{row}{{\"a\": [{}1]}}\n", "1, ".repeat(9)),
            "line_too_long",
            "line 2",
        ),
        (
            format!("{row}{{\"b\": 1, \"c\": 1}}\n{{\"d\": 1}}\n"),
            "too_many_columns",
            "Line 3",
        ),
        (
            format!("{{\"b\":1,\"c\":1,\"d\":1,\"e\":1}}\n{row}"),
            "too_many_columns",
            "Line 1",
        ),
        (row.repeat(4), "too_large", "line 4"),
    ];
    for (text, code, words) in cases {
        let error = scan(file(text.as_bytes()), &LayoutHints::default(), &small).unwrap_err();
        let (_, reason) = error.reason();
        assert_eq!(reason.code.name(), code, "{text}");
        assert!(reason.text.contains(words), "{}", reason.text);
    }
}

#[test]
fn a_key_that_appears_while_the_file_is_read_is_told() {
    let mut written = file(b"{\"a\": 1}\n{\"a\": 2}\n");
    let mut document = open(
        written.try_clone().unwrap(),
        "x",
        &LayoutHints::default(),
        &Limits::default(),
    )
    .unwrap();
    std::io::Seek::rewind(&mut written).unwrap();
    written.write_all(b"{\"b\": 1}\n").unwrap();
    let mut codes = Vec::new();
    let balance = document
        .scan(&mut |line| {
            if let Line::Bad(problem) = line {
                codes.push(problem.code);
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((codes, balance.taken), (vec!["unknown_key".to_owned()], 1));
}
