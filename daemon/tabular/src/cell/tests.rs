use super::*;

#[test]
fn looks_of_cells() {
    let cases: &[(Kind, &[&str])] = &[
        (
            Kind::Blank,
            &["", "  ", "\u{a0}", "\u{1a}", "NULL", "n/a", "#N/A", "#DIV/0!", "-"],
        ),
        (
            Kind::Number,
            &[
                "1",
                "-1,5",
                "1.234,56",
                "1'234.5",
                "1 234,5",
                "1.5E+12",
                "5-",
                "(12.5)",
                "$1,200.00",
                "85 %",
                "TRUE",
                ".0000",
            ],
        ),
        (
            Kind::Date,
            &[
                "2024-01-05",
                "05.01.2024",
                "1/5/2024 09:30",
                "2012/01/29 23:24:00.000",
                "09:30",
                "00:00.0",
                "12-Jan-2024",
                "2024-01-05T09:30:00Z",
                "9:30 PM",
            ],
        ),
        (
            Kind::Text,
            &[
                "M1", "081GJ1", "10-20", "abc", "e5", "1-2a", "MAR-10", "5 pcs", "-x", "+",
            ],
        ),
    ];
    for (expected, texts) in cases {
        for text in *texts {
            assert_eq!(kind(text), *expected, "{text:?}");
        }
    }
}

#[test]
fn numbers_in_billionths() {
    let cases = [
        ("1.234,56", ',', Some((1_234_560_000_000, 2))),
        ("1,234.56", '.', Some((1_234_560_000_000, 2))),
        ("-5", '.', Some((-5_000_000_000, 0))),
        ("5-", '.', Some((-5_000_000_000, 0))),
        ("(1.5)", '.', Some((-1_500_000_000, 1))),
        (".4999999999999999", '.', Some((499_999_999, 9))),
        ("1e5", '.', None),
        ("abc", '.', None),
        ("", '.', None),
    ];
    for (text, decimal, expected) in cases {
        assert_eq!(fixed(text, decimal), expected, "{text}");
    }
}

#[test]
fn shortened_at_a_character() {
    assert_eq!(shortened("äöü", 2), "äö…");
    assert_eq!(shortened("äö", 2), "äö");
}
