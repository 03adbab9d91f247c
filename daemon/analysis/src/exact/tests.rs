use super::*;

fn sum(values: &[&str]) -> (String, bool) {
    let mut column = ExactColumn::new();
    for (row, value) in values.iter().enumerate() {
        column.put(row, value.parse().unwrap());
    }
    let total = column.cells(values.len()).flatten().sum::<i128>();
    (decimal(total, column.scale()).unwrap().to_string(), column.limited())
}

#[test]
fn sums_are_exact_whatever_the_scales() {
    for (values, expected) in [
        (&["0.1", "0.2"][..], "0.3"),
        (&["1", "0.0001", "-3.25"], "-2.2499"),
        (&["10.00", "20.0000000"], "30"),
        (
            &["0.0000000000000000000000000001", "1"],
            "1.0000000000000000000000000001",
        ),
        (&["-0.5", "0.5"], "0"),
        (&["12345678901234567890", "0.12345678"], "12345678901234567890.12345678"),
    ] {
        assert_eq!(sum(values), (expected.to_owned(), false), "{values:?}");
    }
}

#[test]
fn a_column_of_more_than_38_digits_gives_up_decimals_and_says_so() {
    let (total, limited) = sum(&["7000000000000000000000000000", "0.0000000000000000000000000001"]);
    assert!(limited);
    assert_eq!(total, "7000000000000000000000000000");
    let (total, limited) = sum(&["0.1234567890123456789012345678", "12345678901234567890"]);
    assert!(limited);
    assert_eq!(total, "12345678901234567890.123456789");
}

#[test]
fn empty_rows_stay_empty() {
    let mut column = ExactColumn::new();
    column.put(2, Decimal::ONE);
    assert_eq!(column.cells(4).collect::<Vec<_>>(), [None, None, Some(1), None]);
    assert_eq!(column.get(2), Some(Decimal::ONE));
    assert!(!column.has(0) && !column.has(3) && column.filled() == 1);
}

#[test]
fn shortening_rounds_half_to_even() {
    for (mantissa, expected) in [(25, 2), (35, 4), (26, 3), (-25, -2), (-26, -3), (0, 0)] {
        assert_eq!(shortened(mantissa, 1), expected, "{mantissa}");
    }
}
