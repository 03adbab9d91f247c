//! Files that are no table: each is refused with its own reason.

use super::*;

#[test]
fn other_forms_are_named() {
    let cases: &[(&[u8], bool, &str, &str)] = &[
        (b"", false, "empty", "0 bytes"),
        (b"\n\n  \n", false, "empty", "no text"),
        (b"\xef\xbb\xbf", false, "empty", "no text"),
        (b"%PDF-1.7\nabc", true, "unsupported_form", "PDF"),
        (b"\x1f\x8b\x08abc", true, "unsupported_form", "gzip"),
        (b"{\n\"a\": 1}\n", true, "unsupported_form", "JSON"),
        (b"[\n{\"a\": 1}]\n", true, "unsupported_form", "JSON"),
        (b"<?xml version=\"1.0\"?><a/>\n", true, "unsupported_form", "XML"),
        (
            b"<html><table><tr><td>1</td></tr></table></html>",
            true,
            "unsupported_form",
            "HTML",
        ),
        (
            b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
            true,
            "unsupported_form",
            "XML spreadsheet",
        ),
        (
            b"[Job]\nId=5\nName=x\n[Job]\nId=6\nName=y\n",
            true,
            "unsupported_form",
            "[sections]",
        ),
        (
            b"ID;PWXL;N;E\nP;PGeneral\nC;Y1;X1;K5\n",
            true,
            "unsupported_form",
            "SYLK",
        ),
        (
            b"1 2 3.5\n2 3 4.5\n3 4 5.5\n4 4 4.5\n",
            true,
            "unsupported_form",
            "fixed width",
        ),
        (
            b"Order    Qty   Date\n100045     5   2024-01-01\n100046    15   2024-01-02\n100047     5   2024-01-03\n",
            true,
            "unsupported_form",
            "fixed width",
        ),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", true, "unsupported_form", "UTF-32"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0k\0b\0o\0o\0k\0",
            true,
            "unsupported_form",
            ".xls",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
            false,
            "encrypted",
            "password",
        ),
        (
            b"\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10",
            true,
            "binary",
            "control",
        ),
        (b"PK\x03\x04 broken off", false, "damaged", "damaged"),
    ];
    for (bytes, unsupported, code, words) in cases {
        let (is_unsupported, reason, text) = refused(bytes);
        assert_eq!((is_unsupported, reason), (*unsupported, *code), "{bytes:?}: {text}");
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn zeros_only_are_binary() {
    assert_eq!(refused(vec![0; 4096]).1, "binary");
}

#[test]
fn a_quote_in_the_header_that_never_closes_is_told() {
    let (_, reason, text) = refused("\"never closed\nx\ny\nz\n");
    assert_eq!(reason, "unclosed_quote");
    assert!(text.contains("line 1"), "{text}");
}

#[test]
fn a_text_that_only_begins_like_another_form_is_read() {
    assert_eq!(take("[Temp],[Press]\n1,2\n3,4\n").rows.len(), 2);
    assert_eq!(take("<5,<6\n1,2\n3,4\n").layout.header.len(), 2);
    assert_eq!(take("ID;Part\n1;x\n2;y\n").rows.len(), 2);
}

#[test]
fn escapes_in_cells_stay_in_the_cells() {
    let taken = take("a,b\n\x1b[31mred,1\nplain,2\n");
    assert_eq!(taken.cells()[0], ["\x1b[31mred", "1"]);
}
