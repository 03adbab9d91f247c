use std::io::Write;

use super::*;

fn lines(bytes: &[u8], limit: usize) -> Lines<Text> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    Lines::new(
        Text::new(
            Positioned::new(Arc::new(Medium::new(file)), 0, bytes.len() as u64),
            encoding_rs::UTF_8,
        ),
        limit,
    )
}

fn all(lines: &mut Lines<Text>) -> Vec<String> {
    let mut texts = Vec::new();
    while let Some(span) = lines.next_line().unwrap() {
        texts.push(String::from_utf8_lossy(lines.bytes(&span)).into_owned());
    }
    texts
}

#[test]
fn every_line_end_ends_a_line() {
    for (bytes, expected) in [
        (&b"a\nb\r\nc\rd"[..], &["a", "b", "c", "d"][..]),
        (b"a\n\n\r\r\n", &["a", "", "", ""]),
        (b"", &[]),
        (b"\r", &[""]),
        (b"a\x1a", &["a"]),
    ] {
        let mut lines = lines(bytes, 100);
        assert_eq!(all(&mut lines), expected, "{bytes:?}");
        assert_eq!(lines.physical(), expected.len() as u64, "{bytes:?}");
    }
}

#[test]
fn a_mark_is_kept_over_many_blocks() {
    let text = "0123456789\n".repeat(200_000);
    let mut lines = lines(text.as_bytes(), 1 << 20);
    lines.next_line().unwrap();
    lines.mark();
    for _ in 0..150_000 {
        lines.next_line().unwrap();
    }
    lines.reset();
    assert_eq!(lines.next_line().unwrap().unwrap().line, 2);
    assert_eq!(all(&mut lines).len(), 199_998);
    assert_eq!(lines.physical(), 200_000);
}

#[test]
fn the_count_is_right_wherever_the_blocks_end() {
    let bytes = b"a\r\nb\rc\n\r\n\nd";
    for cut in 0..=bytes.len() {
        let mut count = Count::default();
        count.block(&bytes[..cut]);
        count.block(&bytes[cut..]);
        assert_eq!(count.lines(), 6, "{cut}");
    }
}
