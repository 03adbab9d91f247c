use plant_core::model::{FolderView, Page};

use super::*;
use crate::screen::fixture;
use crate::widget::table::{field, number_field};

const COLUMNS: &[Column] = &[field("path"), number_field("site")];

fn cells_of(page: &Page<FolderView>) -> Vec<Vec<Cell>> {
    let row = |folder: &FolderView| {
        vec![
            folder.path.clone().into(),
            folder.site.clone().unwrap_or_default().into(),
        ]
    };
    page.items.iter().map(row).collect()
}

fn page(rows: &[(&str, &str)]) -> Page<FolderView> {
    Page {
        items: rows
            .iter()
            .map(|(path, site)| FolderView {
                since: None,
                path: (*path).to_owned(),
                site: Some((*site).to_owned()),
                ..fixture::status().folders.remove(0)
            })
            .collect(),
        next_page: None,
    }
}

fn printed(form: Form, header: bool, page: &Page<FolderView>) -> String {
    let mut bytes = Vec::new();
    Output::new(&mut bytes, form, header)
        .table(page, COLUMNS, &cells_of(page), "none")
        .expect("written");
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn json_begins_with_its_version_and_lists_have_items_and_next_page() {
    let mut folders = page(&[("/srv/a", "north")]);
    folders.next_page = Some("t1".to_owned());
    let text = printed(Form::Json, true, &folders);
    assert!(
        text.starts_with("{\n  \"schema_version\": 1,\n  \"items\": ["),
        "{text}"
    );
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["items"][0]["path"], "/srv/a");
    assert_eq!(value["items"][0]["last_scan_at"], serde_json::Value::Null);
    assert_eq!(value["next_page"], "t1");
}

#[test]
fn a_single_value_is_wrapped_and_the_last_page_says_null() {
    assert_eq!(
        versioned(serde_json::json!([1])),
        serde_json::json!({"schema_version": 1, "value": [1]})
    );
    let value: serde_json::Value = serde_json::from_str(&printed(Form::Json, true, &page(&[]))).expect("JSON");
    assert_eq!(
        value,
        serde_json::json!({"schema_version": 1, "items": [], "next_page": null})
    );
}

#[test]
fn csv_is_quoted_after_rfc_4180_and_formulas_are_escaped() {
    for (cell, expected) in [
        ("plain", "plain"),
        ("a,b", "\"a,b\""),
        ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("two\nlines", "two␊lines"),
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("-12.50", "-12.50"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'␉x"),
        (" =1, 2", "\"' =1, 2\""),
        ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
        ("", ""),
    ] {
        assert_eq!(csv_cell(cell), expected, "{cell:?}");
    }
    assert_eq!(printed(Form::Csv, true, &page(&[("/a", "1")])), "path,site\r\n/a,1\r\n");
    assert_eq!(printed(Form::Csv, false, &page(&[("/a", "1")])), "/a,1\r\n");
}

#[test]
fn a_table_is_aligned_by_shown_width() {
    let text = printed(Form::Text, true, &page(&[("/srv/日本", "1"), ("/x", "200")]));
    assert_eq!(text, "PATH       SITE\n/srv/日本     1\n/x          200\n");
    assert_eq!(printed(Form::Text, false, &page(&[("/x", "2")])), "/x  2\n");
}

#[test]
fn escape_sequences_never_reach_the_terminal() {
    let text = printed(Form::Text, false, &page(&[("\u{1b}[2J\u{202e}evil", "\u{7}")]));
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{text:?}");
}

#[test]
fn csv_of_one_thing_is_a_usage_error() {
    let mut bytes = Vec::new();
    let ended = Output::new(&mut bytes, Form::Csv, true)
        .object(&1, |_| Document::default())
        .expect_err("no CSV");
    assert_eq!(ended.exit_code(), 2);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for form in [Form::Json, Form::Csv, Form::Text] {
        let mut output = Output::new(Closed, form, true);
        let ended = output
            .table(&page(&[("/a", "1")]), COLUMNS, &cells_of(&page(&[("/a", "1")])), "none")
            .expect_err("closed");
        assert_eq!((ended.exit_code(), ended.to_string().as_str()), (0, ""), "{form:?}");
    }
}

/// The cells of CSV as a reader takes them.
fn cells(text: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            other => cell.push(other),
        }
    }
    cells
}

proptest::proptest! {
    #[test]
    fn no_form_lets_a_terminal_be_driven(
        path in proptest::prelude::any::<String>(),
        site in "[ =+\u{7}-\u{a0}\u{1b}\u{202a}-\u{202e},\"a-c]{0,12}",
    ) {
        let rows = page(&[(&path, &site), ("/plain", &path)]);
        for form in [Form::Text, Form::Json, Form::Csv] {
            let text = printed(form, true, &rows);
            // Lines end, and nothing else.
            let rest = text.replace("\r\n", "").replace('\n', "");
            proptest::prop_assert!(!rest.chars().any(sanitize::is_hidden), "{form:?}: {text:?}");
        }
        let json: Value = serde_json::from_str(&printed(Form::Json, true, &rows)).expect("JSON");
        proptest::prop_assert_eq!(json["items"][0]["path"].as_str(), Some(path.as_str()));
        proptest::prop_assert_eq!(json["items"][0]["site"].as_str(), Some(site.as_str()));
        let csv = cells(&printed(Form::Csv, false, &rows));
        let expected = [path.as_str(), &site, "/plain", &path].map(|cell| sanitize::cell(cell).into_owned());
        proptest::prop_assert_eq!(csv, expected);
    }
}

#[test]
fn single_things_and_names_of_fields_are_escaped_too() {
    let mut bytes = Vec::new();
    let value = serde_json::json!({"a\u{9b}b": {"c\u{202e}": ["\u{7f}", 1.5, null, true, {}, []]}});
    Output::new(&mut bytes, Form::Json, true)
        .object(&value, |_| Document::default())
        .expect("written");
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert!(!text.replace('\n', "").chars().any(sanitize::is_hidden), "{text:?}");
    let read: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(read, versioned(value));
}

#[test]
fn a_thing_whose_text_is_a_file_is_printed_as_it_is_or_as_json() {
    let printed = |form| {
        let mut bytes = Vec::new();
        let folder = page(&[("/srv", "north")]).items.remove(0);
        Output::new(&mut bytes, form, true)
            .file(&folder, |folder| Ok(format!("path = \"{}\"\n", folder.path)))
            .map(|()| String::from_utf8(bytes).expect("UTF-8"))
    };
    assert_eq!(printed(Form::Text).expect("text"), "path = \"/srv\"\n");
    let json: Value = serde_json::from_str(&printed(Form::Json).expect("JSON")).expect("JSON");
    assert_eq!((&json["schema_version"], &json["path"]), (&1.into(), &"/srv".into()));
    assert_eq!(printed(Form::Csv).expect_err("not a list").exit_code(), 2);
}
