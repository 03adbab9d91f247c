use super::*;

#[test]
fn days_of_the_calendar() {
    for (days, expected) in [
        (0, (1970, 1, 1)),
        (-1, (1969, 12, 31)),
        (11_016, (2000, 2, 29)),
        (19_782, (2024, 2, 29)),
        (20_088, (2024, 12, 31)),
        (47_541, (2100, 3, 1)),
    ] {
        assert_eq!(civil(days), expected, "{days}");
    }
}

#[test]
fn numbers_without_noise() {
    for (number, expected) in [
        (1.0, "1"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (1e15, "1000000000000000"),
        (1.5e300, "1.5e300"),
        (6492.32, "6492.32"),
        (1.0 / 3.0, "0.333333333333333"),
    ] {
        let mut text = String::new();
        write_number(number, &mut text);
        assert_eq!(text, expected);
    }
}
