use super::*;

fn number(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

#[test]
fn values_carry_their_unit() {
    for (value, unit, expected) in [
        ("0.8349", "ratio", "83.5 %"),
        ("1", "ratio", "100 %"),
        ("1234567.891", "kWh", "1,234,568 kWh"),
        ("12.345", "min", "12.34 min"),
        ("0.000123", "1", "0.0001"),
        ("1067", "", "1,067"),
        ("11049.06", "USD", "$11,049"),
        ("3.5", "EUR", "€3.5"),
        ("999.5", "CHF", "999.5 CHF"),
        ("-1234", "pieces", "-1,234 pieces"),
        ("0", "min", "0 min"),
    ] {
        assert_eq!(with_unit(number(value), unit), expected, "{value} {unit}");
    }
}

#[test]
fn a_missing_value_says_why() {
    for (code, expected) in [
        (
            "missing_ideal_cycle_time",
            "not available: no ideal cycle time in the data",
        ),
        ("zero_quantity_produced", "not available: quantity produced is zero"),
        ("mixed_currency", "not available: the rows are in several currencies"),
        ("something_else", "not available: something else"),
    ] {
        assert_eq!(null_reason(code), expected);
    }
}

#[test]
fn sizes_and_counts_are_readable() {
    assert_eq!(count(0), "0");
    assert_eq!(count(1_234_567), "1,234,567");
    assert_eq!(bytes(999), "999 B");
    assert_eq!(bytes(1536), "1.5 KiB");
    assert_eq!(bytes(u64::MAX), "16777216.0 TiB");
    assert_eq!(percent(0.953), "95 %");
    assert_eq!(percent(f64::NAN), NONE);
    assert_eq!(float(f64::INFINITY), NONE);
    assert_eq!(prefix("0123456789"), "01234567");
    assert_eq!(prefix("01"), "01");
}
