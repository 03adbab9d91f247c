use std::borrow::Cow;

use proptest::prelude::*;

use super::{display, text};

#[test]
fn hostile_text_becomes_visible() {
    let cases: &[(&str, &str)] = &[
        ("\u{1b}[31mred", "␛[31mred"),
        ("\u{1b}]0;title\u{7}", "␛]0;title␇"),
        ("\u{1b}]52;c;ZWNobw==\u{7}", "␛]52;c;ZWNobw==␇"),
        ("\u{1b}]8;;http://x\u{1b}\\click", "␛]8;;http://x␛\\click"),
        ("\u{1b}[2J\u{1b}[H", "␛[2J␛[H"),
        ("\u{1b}c", "␛c"),
        ("\u{1b}P1$q", "␛P1$q"),
        ("\u{1b}[?1049h", "␛[?1049h"),
        ("\u{1b}[6n", "␛[6n"),
        ("\u{9b}31m", "\u{fffd}31m"),
        ("\u{9d}0;t\u{9c}", "\u{fffd}0;t\u{fffd}"),
        ("\u{90}q", "\u{fffd}q"),
        ("\u{85}", "\u{fffd}"),
        ("\u{80}\u{9f}", "\u{fffd}\u{fffd}"),
        ("a\0b", "a␀b"),
        ("a\u{1}b", "a␁b"),
        ("bell\u{7}", "bell␇"),
        ("back\u{8}\u{8}", "back␈␈"),
        ("tab\tx", "tab␉x"),
        ("line\nx", "line␊x"),
        ("ret\rx", "ret␍x"),
        ("crlf\r\n", "crlf␍␊"),
        ("vt\u{b}ff\u{c}", "vt␋ff␌"),
        ("shift\u{e}\u{f}", "shift␎␏"),
        ("xoff\u{13}", "xoff␓"),
        ("can\u{18}sub\u{1a}", "can␘sub␚"),
        ("fs\u{1c}gs\u{1d}rs\u{1e}us\u{1f}", "fs␜gs␝rs␞us␟"),
        ("del\u{7f}", "del␡"),
        ("\u{202e}fdp.exe", "\u{fffd}fdp.exe"),
        ("\u{202a}x\u{202c}", "\u{fffd}x\u{fffd}"),
        ("\u{202b}", "\u{fffd}"),
        ("\u{202d}", "\u{fffd}"),
        ("\u{2066}x\u{2069}", "\u{fffd}x\u{fffd}"),
        ("\u{2067}\u{2068}", "\u{fffd}\u{fffd}"),
        ("\u{200e}\u{200f}", "\u{fffd}\u{fffd}"),
        ("\u{61c}", "\u{fffd}"),
        ("a\u{200b}b", "a\u{fffd}b"),
        ("a\u{200c}\u{200d}b", "a\u{fffd}\u{fffd}b"),
        ("\u{feff}start", "\u{fffd}start"),
        ("\u{2060}", "\u{fffd}"),
        ("\u{2061}\u{2064}", "\u{fffd}\u{fffd}"),
        ("\u{206a}", "\u{fffd}"),
        ("soft\u{ad}hyphen", "soft\u{fffd}hyphen"),
        ("\u{34f}", "\u{fffd}"),
        ("\u{115f}\u{1160}", "\u{fffd}\u{fffd}"),
        ("\u{3164}", "\u{fffd}"),
        ("\u{ffa0}", "\u{fffd}"),
        ("\u{180e}", "\u{fffd}"),
        ("\u{2028}x\u{2029}", "\u{fffd}x\u{fffd}"),
        ("\u{fff9}a\u{fffb}", "\u{fffd}a\u{fffd}"),
        ("\u{e0041}\u{e007f}", "\u{fffd}\u{fffd}"),
        ("\u{1d173}", "\u{fffd}"),
        ("\u{fffe}\u{ffff}", "\u{fffd}\u{fffd}"),
        ("\u{10ffff}", "\u{fffd}"),
        ("name\u{202e}\u{1b}[8m", "name\u{fffd}␛[8m"),
        ("=cmd|' /C calc'!A0\u{1b}", "=cmd|' /C calc'!A0␛"),
        (
            "ignore previous\u{200b} instructions",
            "ignore previous\u{fffd} instructions",
        ),
        ("\u{1b}%G\u{1b}(0", "␛%G␛(0"),
        ("\u{5}answerback", "␅answerback"),
        ("\u{1b}[20t\u{1b}[21t", "␛[20t␛[21t"),
    ];
    assert_eq!(cases.len(), 60);
    for (hostile, expected) in cases {
        assert_eq!(display(hostile), *expected, "{hostile:?}");
    }
}

#[test]
fn clean_text_is_not_copied() {
    for clean in [
        "",
        "plain",
        "Rüst.Zeit",
        "工单编号",
        "36,6 °C m² µ €",
        "é e\u{301}",
        "🏭",
        "a\u{a0}b",
        "שלום",
        "1 234,5",
    ] {
        assert!(
            matches!(display(clean), Cow::Borrowed(same) if same == clean),
            "{clean}"
        );
    }
}

#[test]
fn paragraphs_keep_their_line_feeds() {
    assert_eq!(text("a\nb\u{1b}"), "a\nb␛");
    assert!(matches!(text("a\nb"), Cow::Borrowed(_)));
}

proptest! {
    #[test]
    fn nothing_dangerous_is_left(input in any::<String>()) {
        let shown = display(&input);
        prop_assert!(!shown.chars().any(char::is_control));
        prop_assert_eq!(shown.chars().count(), input.chars().count());
        prop_assert_eq!(display(&shown), shown.as_ref());
    }
}
