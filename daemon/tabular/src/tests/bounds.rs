//! Limits: what is over one ends with its line and count, and in flat memory.

use super::*;

fn limited(bytes: &[u8], limits: &Limits) -> String {
    let (_, reason) = scan(file(bytes), &LayoutHints::default(), limits).unwrap_err().reason();
    format!("{}: {}", reason.code.name(), reason.text)
}

#[test]
fn each_limit_names_the_line() {
    let small = Limits {
        line_bytes: 50,
        cell_bytes: 20,
        columns: 4,
        rows: 3,
        file_bytes: 10_000,
        ..Limits::default()
    };
    let long = format!("a,b\n1,2\n{}\n", "x".repeat(60));
    let cell = format!("a,b\n1,2\n{},3\n", "y".repeat(30));
    let quoted = format!("a,b\n1,2\n\"{}\",3\n", "y".repeat(30));
    let cases: &[(&[u8], &str, &str)] = &[
        (long.as_bytes(), "line_too_long", "Line 3"),
        (cell.as_bytes(), "line_too_long", "line 3"),
        (quoted.as_bytes(), "line_too_long", "line 3"),
        (b"a,b,c,d,e\n1,2,3,4,5\n", "too_many_columns", "Line 1 has 5"),
        (b"a,b\n1,2\n1,2\n1,2\n1,2\n", "too_large", "line 5"),
    ];
    for (bytes, code, words) in cases {
        let text = limited(bytes, &small);
        assert!(text.starts_with(code) && text.contains(words), "{text}");
    }
    assert!(limited(&[b'x'; 20_000], &small).contains("20000 bytes"));
}

#[test]
fn a_hundred_thousand_columns_are_refused() {
    let names: Vec<String> = (0..100_000).map(|column| format!("c{column}")).collect();
    let text = limited(format!("{}\n", names.join(",")).as_bytes(), &Limits::default());
    assert!(text.contains("Line 1 has 100000 columns; at most 4096"), "{text}");
}

/// A file of that size without its bytes: blocks that are not written read as zeros.
fn sparse(start: &[u8], bytes: u64) -> std::fs::File {
    let file = file(start);
    file.set_len(bytes).unwrap();
    file
}

#[test]
fn a_huge_line_is_refused_without_reading_on() {
    let mut start = b"a,b\n1,2\n3,".to_vec();
    start.extend(std::iter::repeat_n(b'x', 6 << 20));
    let began = std::time::Instant::now();
    let error = scan(sparse(&start, 1 << 30), &LayoutHints::default(), &Limits::default()).unwrap_err();
    assert!(matches!(error, ReadError::LineTooLong { line: 3, .. }), "{error}");
    assert!(began.elapsed().as_secs() < 10);
}

#[test]
fn an_unclosed_quote_before_many_lines_costs_its_line_only() {
    let mut text = b"a,b,c\n1,2,3\n4,\"5\n".to_vec();
    for _ in 0..60_000 {
        text.extend(b"1,2222222222222222222222,3\n");
    }
    let taken = take(&text);
    assert_eq!(taken.bad_codes(), [(3, "unclosed_quote")]);
    assert_eq!(taken.rows.len(), 60_001);
}

#[test]
fn lines_over_the_edge_of_blocks_are_whole() {
    // Line ends of two bytes fall on every position of the edge of a block sooner or later.
    for pad in 0..2 {
        let mut text = format!("a{},b\r\n", "x".repeat(pad));
        while text.len() < 900_000 {
            text.push_str("1234567890123456789012345,\"6\r\n7\"\r\n");
        }
        let taken = take(&text);
        assert_eq!(taken.balance.physical, text.matches("\r\n").count() as u64);
        assert!(
            taken
                .rows
                .iter()
                .all(|(_, cells)| cells == &["1234567890123456789012345", "6\n7"])
        );
    }
}
