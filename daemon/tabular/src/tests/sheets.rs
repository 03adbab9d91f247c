//! Workbooks, made here part by part: sheets, headers, kinds of cells, and containers that must not be believed.

use std::io::Cursor;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd hh:mm"/></numFmts><cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/><xf numFmtId="46"/><xf numFmtId="10"/></cellXfs></styleSheet>"#;

/// A sheet: name, state (`visible`, `hidden`), rows as XML.
type Sheet<'s> = (&'s str, &'s str, String);

fn parts(sheets: &[Sheet<'_>], date_1904: bool) -> Vec<(String, String)> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let (mut list, mut relations) = (String::new(), String::new());
    let mut parts = Vec::new();
    for (index, (name, state, rows)) in sheets.iter().enumerate() {
        let id = index + 1;
        list.push_str(&format!(
            r#"<sheet name="{name}" sheetId="{id}" state="{state}" r:id="rId{id}"/>"#
        ));
        relations.push_str(&format!(
            r#"<Relationship Id="rId{id}" Type="{office}/worksheet" Target="worksheets/sheet{id}.xml"/>"#
        ));
        let sheet = format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#);
        parts.push((format!("xl/worksheets/sheet{id}.xml"), sheet));
    }
    parts.push((
        "xl/workbook.xml".to_owned(),
        format!(r#"<workbook xmlns="{main}" xmlns:r="{office}"><workbookPr date1904="{date_1904}"/><sheets>{list}</sheets></workbook>"#),
    ));
    parts.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!(r#"<Relationships xmlns="{package}/relationships">{relations}</Relationships>"#),
    ));
    parts.push((
        "_rels/.rels".to_owned(),
        format!(r#"<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
    ));
    parts.push(("xl/styles.xml".to_owned(), STYLES.to_owned()));
    parts
}

fn zipped(parts: &[(String, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn book(sheets: &[Sheet<'_>]) -> Vec<u8> {
    zipped(&parts(sheets, false))
}

/// Rows of texts and numbers, from row 1.
fn rows(table: &[&[&str]]) -> String {
    let mut xml = String::new();
    for (row, cells) in table.iter().enumerate() {
        xml.push_str(&format!(r#"<row r="{}">"#, row + 1));
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let at = format!("{}{}", char::from(b'A' + column as u8), row + 1);
            match cell.parse::<f64>() {
                Ok(_) => xml.push_str(&format!(r#"<c r="{at}"><v>{cell}</v></c>"#)),
                Err(_) => xml.push_str(&format!(r#"<c r="{at}" t="inlineStr"><is><t>{cell}</t></is></c>"#)),
            }
        }
        xml.push_str("</row>");
    }
    xml
}

#[test]
fn the_sheet_with_the_most_rows_below_a_header_is_read() {
    let small = rows(&[&["a", "b"], &["x", "1"]]);
    let large = rows(&[&["Machine", "Qty"], &["M1", "1"], &["M2", "2"], &["M3", "3"]]);
    let hidden = rows(&[
        &["p", "q"],
        &["1", "1"],
        &["1", "1"],
        &["1", "1"],
        &["1", "1"],
        &["1", "1"],
    ]);
    let bytes = book(&[
        ("Notes", "visible", small),
        ("Data", "visible", large),
        ("Lists", "hidden", hidden),
    ]);
    let taken = take(&bytes);
    assert_eq!((taken.layout.sheet.as_deref(), taken.rows.len()), (Some("Data"), 3));
    assert_eq!(taken.codes(), [(0, "sheet_not_read"), (0, "sheet_not_read")]);
    let hints = LayoutHints {
        sheet: Some("Lists".to_owned()),
        ..LayoutHints::default()
    };
    let hidden = scan(file(&bytes), &hints, &Limits::default()).unwrap();
    assert_eq!((hidden.layout.sheet.as_deref(), hidden.rows.len()), (Some("Lists"), 5));
    let hints = LayoutHints {
        sheet: Some("Other".to_owned()),
        ..LayoutHints::default()
    };
    let error = scan(file(&bytes), &hints, &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("\"Data\""), "{error}");
}

#[test]
fn sheets_with_one_header_are_named_until_one_is_asked_for() {
    let month = |row: &[&str]| rows(&[&["Machine", "Qty"], row, row]);
    let other = rows(&[&["Reason", "Qty"], &["jam", "1"], &["jam", "1"], &["jam", "1"]]);
    let empty = rows(&[&["Machine", "Qty"]]);
    let bytes = book(&[
        ("April", "visible", month(&["M1", "1"])),
        ("May", "visible", month(&["M2", "2"])),
        ("June", "visible", empty),
        ("Old", "hidden", month(&["M3", "3"])),
    ]);
    let taken = take(&bytes);
    assert_eq!(
        (taken.layout.sheet.as_deref(), taken.layout.twins.as_slice()),
        (Some("April"), ["May".to_owned()].as_slice())
    );
    let hints = LayoutHints {
        sheet: Some("May".to_owned()),
        ..LayoutHints::default()
    };
    let may = scan(file(&bytes), &hints, &Limits::default()).unwrap();
    assert_eq!((may.layout.sheet.as_deref(), may.layout.twins.len()), (Some("May"), 0));
    let bytes = book(&[("April", "visible", month(&["M1", "1"])), ("Reasons", "visible", other)]);
    assert_eq!(take(&bytes).layout.twins, [""; 0]);
}

#[test]
fn a_title_above_the_header_is_the_preamble_and_gaps_are_blank() {
    let xml = rows(&[
        &["Scrap of May"],
        &[],
        &["Machine", "Reason", "Qty"],
        &["M1", "jam", "5"],
        &[],
        &["M2", "jam", "6"],
        &["Total", "", "11"],
    ]);
    let xml = xml
        .replace(r#"<row r="2"></row>"#, "")
        .replace(r#"<row r="5"></row>"#, "");
    let taken = take(book(&[("S", "visible", xml)]));
    assert_eq!(
        (taken.layout.header_line, taken.layout.preamble.as_slice()),
        (Some(3), ["Scrap of May".to_owned()].as_slice())
    );
    assert_eq!(
        (
            taken.balance.physical,
            taken.balance.blank,
            taken.balance.total,
            taken.balance.taken
        ),
        (7, 2, 1, 2)
    );
    assert_eq!(taken.rows[1].0, 6);
}

/// The text of one cell below the header `v`, in a column of that kind.
fn cell(xml: &str, date_1904: bool) -> (String, Taken) {
    let rows = format!(
        r#"<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>v</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c>{xml}</row><row r="3"><c r="A3" t="inlineStr"><is><t>y</t></is></c></row>"#
    );
    let taken = take(zipped(&parts(&[("S", "visible", rows)], date_1904)));
    assert_eq!(taken.layout.date_1904, date_1904);
    let row = taken.rows.iter().find(|(line, _)| *line == 2).unwrap();
    (row.1.get(1).cloned().unwrap_or_default(), taken)
}

#[test]
fn cells_become_the_shortest_exact_text() {
    let cases = [
        (r#"<c r="B2"><v>5</v></c>"#, "5"),
        (r#"<c r="B2"><v>5.0</v></c>"#, "5"),
        (r#"<c r="B2"><v>0.30000000000000004</v></c>"#, "0.3"),
        (r#"<c r="B2"><v>-1.24</v></c>"#, "-1.24"),
        (r#"<c r="B2"><v>123456789012345</v></c>"#, "123456789012345"),
        (r#"<c r="B2"><v>1E-20</v></c>"#, "1e-20"),
        (r#"<c r="B2" s="5"><v>0.85</v></c>"#, "0.85"),
        (r#"<c r="B2" s="1"><v>45125</v></c>"#, "2023-07-18"),
        (r#"<c r="B2" s="2"><v>45984.99930555555</v></c>"#, "2025-11-23T23:59:00"),
        (r#"<c r="B2" s="3"><v>0.46798611111111</v></c>"#, "11:13:54"),
        (r#"<c r="B2" s="3"><v>1.0451388888888888</v></c>"#, "01:05:00"),
        (r#"<c r="B2" s="4"><v>1.25</v></c>"#, "30:00:00"),
        (r#"<c r="B2" t="b"><v>1</v></c>"#, "TRUE"),
        (r#"<c r="B2" t="e"><v>#DIV/0!</v></c>"#, "#DIV/0!"),
        (
            r#"<c r="B2" t="d"><v>2024-05-01T00:00:00</v></c>"#,
            "2024-05-01T00:00:00",
        ),
        (r#"<c r="B2" t="str"><f>A1</f><v>text</v></c>"#, "text"),
        (
            r#"<c r="B2" t="inlineStr"><is><t xml:space="preserve"> a  b </t></is></c>"#,
            " a  b ",
        ),
        (r#"<c r="B2"><f>1+1</f><v>2</v></c>"#, "2"),
    ];
    for (xml, text) in cases {
        let (seen, taken) = cell(xml, false);
        assert_eq!(
            (seen.as_str(), taken.problems.len()),
            (text, 0),
            "{xml} {:?}",
            taken.problems
        );
    }
    assert_eq!(cell(r#"<c r="B2" s="1"><v>44196</v></c>"#, false).0, "2020-12-31");
    assert_eq!(cell(r#"<c r="B2" s="1"><v>44196</v></c>"#, true).0, "2025-01-01");
}

#[test]
fn a_column_of_times_keeps_them_at_midnight_too() {
    let xml = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>at</t></is></c><c r="B1" t="inlineStr"><is><t>n</t></is></c></row><row r="2"><c r="A2" s="2"><v>45125</v></c><c r="B2"><v>1</v></c></row><row r="3"><c r="A3" s="2"><v>45125.5</v></c><c r="B3"><v>2</v></c></row>"#;
    let taken = take(book(&[("S", "visible", xml.to_owned())]));
    assert_eq!(
        taken.cells(),
        [["2023-07-18T00:00:00", "1"], ["2023-07-18T12:00:00", "2"]]
    );
}

#[test]
fn what_a_sheet_leaves_unsaid_is_told() {
    let (seen, taken) = cell(r#"<c r="B2"><f>1+1</f></c>"#, false);
    assert_eq!((seen.as_str(), taken.codes()), ("", vec![(2, "formula_without_value")]));
    let (seen, taken) = cell(r#"<c r="B2" t="e"><v>#NEW!</v></c>"#, false);
    assert_eq!((seen.as_str(), taken.codes()), ("", vec![(2, "unknown_cell")]));
}

#[test]
fn other_containers_are_named() {
    for (part, words) in [
        ("xl/workbook.bin", ".xlsb"),
        ("word/document.xml", "Word"),
        ("ppt/slides.xml", "PowerPoint"),
        ("data.csv", "ZIP archive"),
    ] {
        let (unsupported, code, text) = refused(zipped(&[(part.to_owned(), "x".to_owned())]));
        assert!(
            unsupported && code == "unsupported_form" && text.contains(words),
            "{text}"
        );
    }
    let ods = [
        ("mimetype".to_owned(), "x".to_owned()),
        ("content.xml".to_owned(), "x".to_owned()),
    ];
    assert!(refused(zipped(&ods)).2.contains("OpenDocument"));
}

#[test]
fn containers_over_a_limit_are_refused() {
    let table = rows(&[&["a", "b"], &["x", "1"]]);
    let mut bomb = parts(&[("S", "visible", table.clone())], false);
    bomb.push((
        "xl/sharedStrings.xml".to_owned(),
        format!("<sst>{}</sst>", " ".repeat(30 << 20)),
    ));
    assert_eq!(refused(zipped(&bomb)).1, "too_large");
    let mut many = parts(&[("S", "visible", table.clone())], false);
    many.extend((0..1_001).map(|number| (format!("x{number}.xml"), String::new())));
    assert!(refused(zipped(&many)).2.contains("parts"));
    let small = Limits {
        unpacked_bytes: 1_000,
        ..Limits::default()
    };
    let error = scan(
        file(&book(&[("S", "visible", table.clone())])),
        &LayoutHints::default(),
        &small,
    )
    .unwrap_err();
    assert!(matches!(error, ReadError::UnpacksTooLarge { .. }), "{error}");
    let mut claim = parts(&[("S", "visible", table)], false);
    claim.push((
        "xl/sharedStrings.xml".to_owned(),
        r#"<sst uniqueCount="9999999999999"><si><t>x</t></si></sst>"#.to_owned(),
    ));
    assert_eq!(refused(zipped(&claim)).1, "damaged");
}

#[test]
fn wide_sheets_and_rows_out_of_order_are_refused() {
    let wide = r#"<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>"#;
    assert_eq!(
        refused(book(&[("S", "visible", wide.to_owned())])).1,
        "too_many_columns"
    );
    let order = r#"<row r="5"><c r="A5"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>"#;
    assert_eq!(refused(book(&[("S", "visible", order.to_owned())])).1, "damaged");
    assert_eq!(refused(book(&[("S", "visible", String::new())])).1, "empty");
}

#[test]
fn a_workbook_cut_anywhere_is_refused_and_never_half_read() {
    let table = rows(&[&["Machine", "Qty"], &["M1", "1"], &["M2", "2"]]);
    let whole = book(&[("S", "visible", table)]);
    for length in (64..whole.len() - 1).step_by(97) {
        assert_eq!(refused(&whole[..length]).1, "damaged", "{length}");
    }
    let middle = whole.len() / 3;
    let mut flipped = whole.clone();
    flipped[middle] ^= 0xff;
    // A flipped byte is found by the checksum, or lies where nothing is read.
    if let Ok(taken) = try_take(&flipped) {
        assert_eq!(taken.rows.len(), 2);
    }
}

#[test]
fn a_disk_that_fails_under_a_workbook_is_no_damage_of_it() {
    let data = rows(&[&["Machine", "Qty"], &["M1", "1"], &["M2", "2"]]);
    let bytes = book(&[("Data", "visible", data.clone()), ("More", "visible", data)]);
    let length = bytes.len() as u64;
    for fails_from in (0..length).step_by(7) {
        let mut medium = crate::source::Medium::new(file(&bytes));
        medium.fails_from = Some(fails_from);
        let opened = crate::open_medium(
            std::sync::Arc::new(medium),
            length,
            "a.xlsx",
            &LayoutHints::default(),
            &[],
            &Limits::default(),
        );
        let errno = match opened {
            Err(ReadError::Io(error)) => error.raw_os_error(),
            other => panic!("from {fails_from}: {other:?}"),
        };
        assert_eq!(errno, Some(5), "from {fails_from}");
    }
}

#[test]
fn a_row_of_the_sheet_that_was_read_is_shown_as_its_cells() {
    let small = rows(&[&["a", "b"], &["x", "1"]]);
    let large = rows(&[
        &["Scrap"],
        &["Machine", "Qty"],
        &["M1", "1"],
        &["M2", "2"],
        &["M3", "3"],
    ]);
    let bytes = book(&[("Data", "visible", large), ("Notes", "visible", small)]);
    let layout = take(&bytes).layout;
    let shown = |line| crate::physical_line(file(&bytes), "a.xlsx", Some(&layout), line, &Limits::default()).unwrap();
    for (line, expected) in [(1, "Scrap"), (3, "M1\t1"), (5, "M3\t3")] {
        match shown(line) {
            crate::Shown::Text { text, is_cut: false } => assert_eq!(text.trim_end(), expected),
            other => panic!("{line}: {other:?}"),
        }
    }
    assert_eq!(shown(6), crate::Shown::Beyond { lines: 5 });
}

#[test]
fn sheets_that_are_asked_for_are_read_one_after_another() {
    let month = |row: &[&str], title: bool| {
        let title: &[&[&str]] = if title { &[&["Scrap"]] } else { &[] };
        let table: &[&[&str]] = &[&["Machine", "Qty"], row, row, &["Total", "2"]];
        rows(&[title, table].concat())
    };
    let bytes = book(&[
        ("2025-04", "visible", month(&["M1", "1"], false)),
        ("Notes", "visible", rows(&[&["nothing", "here"]])),
        ("2025-05", "visible", month(&["M2", "1"], true)),
    ]);
    let read = |pattern: &str| {
        let document = crate::open_sheets(
            file(&bytes),
            "b.xlsx",
            &LayoutHints::default(),
            &[pattern.to_owned()],
            &Limits::default(),
        );
        document.and_then(scanned)
    };
    let all = read("2025-*").unwrap();
    let lines: Vec<u64> = all.rows.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 3, 7, 8]);
    assert_eq!(
        all.layout.sheets,
        [("2025-04".to_owned(), 0), ("2025-05".to_owned(), 4)]
    );
    assert_eq!((all.balance.total, all.balance.physical), (2, 9));
    assert!(all.balance.closes(), "{:?}", all.balance);
    assert!(
        all.layout.notes.iter().any(|note| note.contains("its row 1 is line 5")),
        "{:?}",
        all.layout.notes
    );
    let shown = crate::physical_line(file(&bytes), "b.xlsx", Some(&all.layout), 7, &Limits::default()).unwrap();
    assert!(
        matches!(&shown, crate::Shown::Text { text, .. } if text == "M2\t1"),
        "{shown:?}"
    );
    for (pattern, said) in [("*", "do not have the same columns"), ("2026-*", "there is no sheet")] {
        let error = read(pattern).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}
