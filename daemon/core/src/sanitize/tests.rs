use std::borrow::Cow;

use proptest::prelude::*;

use super::{cell, display, escape, is_hidden, text};

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

#[test]
fn formulas_are_disarmed_and_numbers_are_not() {
    for (given, expected) in [
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        (" =cmd|x!A0", "' =cmd|x!A0"),
        ("\u{a0}\u{3000}+x", "'\u{a0}\u{3000}+x"),
        ("\"=1", "'\"=1"),
        ("'@SUM(A1)", "\u{27}'@SUM(A1)"),
        ("\u{201c}-2+3", "'\u{201c}-2+3"),
        ("\u{200b}=1", "'\u{fffd}=1"),
        ("\t=1", "'␉=1"),
        ("\tx", "'␉x"),
        ("\rx", "'␍x"),
        ("\u{ff1d}1", "'\u{ff1d}1"),
        ("\u{ff0b}1", "'\u{ff0b}1"),
        ("\u{ff0d}1", "'\u{ff0d}1"),
        ("\u{ff20}x", "'\u{ff20}x"),
        ("-12.50", "-12.50"),
        (" -12.50", " -12.50"),
        ("+5", "+5"),
        ("-1.5e3", "-1.5e3"),
        ("-1.5e3x", "'-1.5e3x"),
        ("-", "'-"),
        ("a=b", "a=b"),
        ("", ""),
        ("two\nlines", "two␊lines"),
    ] {
        assert_eq!(cell(given), expected, "{given:?}");
    }
}

#[test]
fn escapes_are_those_of_json() {
    for (given, expected) in [
        ("Rüst.Zeit 工单 🏭", "Rüst.Zeit 工单 🏭"),
        ("\u{9b}2J", "\\u009b2J"),
        ("a\u{7f}\u{202e}", "a\\u007f\\u202e"),
        ("\u{e0041}", "\\udb40\\udc41"),
        ("\u{1b}", "\\u001b"),
    ] {
        assert_eq!(escape(given), expected, "{given:?}");
    }
    assert!(matches!(escape("plain \"quoted\" \\"), Cow::Borrowed(_)));
}

proptest! {
    #[test]
    fn no_rule_lets_anything_through(input in any::<String>()) {
        for shown in [cell(&input), escape(&input)] {
            prop_assert!(!shown.chars().any(is_hidden), "{shown:?}");
        }
    }

    #[test]
    fn any_formula_behind_anything_blank_is_disarmed(
        blank in "[ \t\"'\u{a0}\u{200b}\u{3000}]{0,4}",
        sign in "[=+@\u{ff1d}-]",
        rest in "[a-z(|!]{1,8}",
    ) {
        let shown = cell(&format!("{blank}{sign}{rest}")).into_owned();
        prop_assert!(shown.starts_with('\''), "{shown:?}");
    }

    #[test]
    fn an_escaped_string_is_read_back_as_it_was(input in any::<String>()) {
        // As serde_json does: what it must escape by itself is left to it.
        let plain: String = input.chars().filter(|c| !matches!(c, '"' | '\\')).collect();
        let json = format!("\"{}\"", escape(&plain));
        prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), plain);
    }

    #[test]
    fn nothing_dangerous_is_left(input in any::<String>()) {
        let shown = display(&input);
        prop_assert!(!shown.chars().any(char::is_control));
        prop_assert_eq!(shown.chars().count(), input.chars().count());
        prop_assert_eq!(display(&shown), shown.as_ref());
    }
}
