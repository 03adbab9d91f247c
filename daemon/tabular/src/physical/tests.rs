use std::io::Write;

use super::*;
use crate::source::{LineSource, Lines};

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn show(bytes: &[u8], encoding: &str, line: u64) -> Shown {
    let layout = Layout {
        encoding: encoding.to_owned(),
        ..crate::open(file(b"a;b\n1;2\n"), "a", &LayoutHints::default(), &Limits::default())
            .unwrap()
            .layout()
            .clone()
    };
    physical_line(file(bytes), "a.csv", Some(&layout), line, &Limits::default()).unwrap()
}

fn text(text: &str) -> Shown {
    Shown::Text {
        text: text.to_owned(),
        is_cut: false,
    }
}

#[test]
fn a_line_is_found_whatever_ends_it_and_however_it_is_encoded() {
    let bytes = b"one\r\ntwo\n\nfour\rfive";
    for (line, expected) in [(1, "one"), (2, "two"), (3, ""), (4, "four"), (5, "five")] {
        assert_eq!(show(bytes, "utf-8", line), text(expected), "{line}");
    }
    for line in [0, 6, u64::MAX] {
        assert_eq!(show(bytes, "utf-8", line), Shown::Beyond { lines: 5 }, "{line}");
    }
    assert_eq!(show(b"one\n", "utf-8", 2), Shown::Beyond { lines: 1 });
    assert_eq!(show(b"a\nSt\xfcck\n", "windows-1252", 2), text("Stück"));
    assert_eq!(show(b"\xef\xbb\xbfa\n", "utf-8", 1), text("a"));
    let wide: Vec<u8> = "a\nStück\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(show(&wide, "utf-16le", 2), text("Stück"));
    assert_eq!(show(b"a\nb\xffc\n", "utf-8", 2), text("b\u{fffd}c"));
}

#[test]
fn a_line_that_is_too_long_is_cut_between_characters_and_the_next_one_is_found() {
    let mut bytes = vec![b'x'; (4 << 20) - 1];
    bytes.extend_from_slice("üx\nnext\n".as_bytes());
    match show(&bytes, "utf-8", 1) {
        Shown::Text { text, is_cut } => {
            assert!(is_cut && text.len() == (4 << 20) - 1 && text.ends_with('x'));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(show(&bytes, "utf-8", 2), text("next"));
}

proptest::proptest! {
    #[test]
    fn lines_are_those_that_the_reader_counts(pieces in proptest::collection::vec("[ab]{0,3}(\n|\r|\r\n|)", 0..40), block in 1_usize..9) {
        let bytes = pieces.concat().into_bytes();
        let medium = Arc::new(Medium::new(file(&bytes)));
        let input = Text::new(Positioned::new(medium, 0, bytes.len() as u64), encoding_rs::UTF_8);
        let mut lines = Lines::new(input, 1 << 20);
        let mut read = Vec::new();
        while let Some(span) = lines.next_line().unwrap() {
            read.push(String::from_utf8(lines.bytes(&span).to_vec()).unwrap());
        }
        for wanted in 1..=read.len() + 1 {
            let mut cut = Cut::new(wanted as u64, 1 << 20);
            let ended = bytes.chunks(block).any(|block| cut.block(block).is_break());
            let found = ended || cut.is_open && cut.at == wanted as u64;
            proptest::prop_assert_eq!(found, wanted <= read.len());
            if found {
                proptest::prop_assert_eq!(cut.shown(), text(&read[wanted - 1]));
            }
        }
    }
}
