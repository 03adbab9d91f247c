use proptest::prelude::*;

use super::*;

fn check(text: &str, decimal: char, expected: Result<&str, NumberError>) {
    let found = parse(text, decimal).map(|number| number.value.to_string());
    assert_eq!(
        found.as_deref().map_err(|error| *error),
        expected,
        "{text:?} with {decimal}"
    );
}

#[test]
fn numbers_of_many_countries() {
    use NumberError::{NotANumber, Separators, TooLarge};
    for (text, decimal, expected) in [
        ("42", '.', Ok("42")),
        ("-5.000", '.', Ok("-5")),
        ("+7", '.', Ok("7")),
        ("1.234,56", ',', Ok("1234.56")),
        ("1,234.56", '.', Ok("1234.56")),
        ("1'234.56", '.', Ok("1234.56")),
        ("1’234’567", '.', Ok("1234567")),
        ("1\u{a0}234,56", ',', Ok("1234.56")),
        ("1\u{202f}234\u{202f}567,5", ',', Ok("1234567.5")),
        ("1 234,56", ',', Ok("1234.56")),
        ("1,23,456.00", '.', Ok("123456")),
        ("12,34,56,789", '.', Ok("123456789")),
        ("1.234,50-", ',', Ok("-1234.5")),
        ("(123.45)", '.', Ok("-123.45")),
        ("$1,200.00", '.', Ok("1200")),
        ("-$1,200.50", '.', Ok("-1200.5")),
        ("12,5 kg", ',', Ok("12.5")),
        ("1.200,00 €", ',', Ok("1200")),
        ("USD 12.5", '.', Ok("12.5")),
        ("85 %", '.', Ok("85")),
        ("4%", '.', Ok("4")),
        ("3.2E+05", '.', Ok("320000")),
        ("3,2e-2", ',', Ok("0.032")),
        ("1.51636E+12", '.', Ok("1516360000000")),
        ("100 CR", '.', Ok("-100")),
        ("100 DR", '.', Ok("100")),
        (".5", '.', Ok("0.5")),
        (",5", ',', Ok("0.5")),
        ("5.", '.', Ok("5")),
        ("−3", '.', Ok("-3")),
        (".4999999999999999999999999999999999999997", '.', Ok("0.5")),
        (
            "88.11666666666666666666666666666666666653",
            '.',
            Ok("88.11666666666666666666666667"),
        ),
        (
            "0.00000000000000000000000000015",
            '.',
            Ok("0.0000000000000000000000000002"),
        ),
        (
            "0.00000000000000000000000000025",
            '.',
            Ok("0.0000000000000000000000000002"),
        ),
        ("0.0000000000000000000000000000001", '.', Ok("0")),
        ("1234567890123456789012345678", '.', Ok("1234567890123456789012345678")),
        (
            "1234567890123456789012345678.25",
            '.',
            Ok("1234567890123456789012345678"),
        ),
        ("12345678901234567890123456789", '.', Err(TooLarge)),
        ("12345678901234567890123456789.5", '.', Err(TooLarge)),
        ("-12345678901234567890123456780", '.', Err(TooLarge)),
        ("4711A", '.', Err(NotANumber)),
        ("4711-A", '.', Err(NotANumber)),
        ("4711- A", '.', Err(NotANumber)),
        ("4711-kg", '.', Err(NotANumber)),
        ("12K", '.', Err(NotANumber)),
        ("7M", '.', Err(NotANumber)),
        ("10H", '.', Err(NotANumber)),
        ("12.5h", '.', Err(NotANumber)),
        ("12MA", '.', Err(NotANumber)),
        ("12M3", '.', Err(NotANumber)),
        ("100CR", '.', Err(NotANumber)),
        ("12E5", '.', Err(NotANumber)),
        ("12 E5", '.', Err(NotANumber)),
        ("CAD-4711", '.', Err(NotANumber)),
        ("-5-", '.', Err(NotANumber)),
        ("+5-", '.', Err(NotANumber)),
        ("(5-)", '.', Err(NotANumber)),
        ("-5 CR", '.', Err(NotANumber)),
        ("5'", '.', Err(Separators)),
        ("12 h", '.', Ok("12")),
        ("12 A", '.', Ok("12")),
        ("12kg", '.', Ok("12")),
        ("12.5kWh", '.', Ok("12.5")),
        ("5pcs", '.', Ok("5")),
        ("5 Stück", '.', Ok("5")),
        ("7€", '.', Ok("7")),
        ("1.234,50- EUR", ',', Ok("-1234.5")),
        ("12- kg", '.', Ok("-12")),
        ("CHF-5.00", '.', Ok("-5")),
        ("EUR -5", '.', Ok("-5")),
        ("1e5", '.', Ok("100000")),
        ("1.5e5", '.', Ok("150000")),
        ("12e+5", '.', Ok("1200000")),
        ("0,123", '.', Err(Separators)),
        ("0.123", ',', Err(Separators)),
        ("0,123,456", '.', Err(Separators)),
        ("0'123", '.', Err(Separators)),
        ("0,123", ',', Ok("0.123")),
        ("1e29", '.', Err(TooLarge)),
        ("99999999999999999999999999999999", '.', Err(TooLarge)),
        ("1,5", '.', Err(Separators)),
        ("1.5", ',', Err(Separators)),
        ("1.2.3", '.', Err(Separators)),
        ("33.0.25", '.', Err(Separators)),
        ("12 34", '.', Err(Separators)),
        ("", '.', Err(NotANumber)),
        ("-", '.', Err(NotANumber)),
        ("abc", '.', Err(NotANumber)),
        ("12abc", '.', Err(NotANumber)),
        ("A12", '.', Err(NotANumber)),
        ("081GJ1", '.', Err(NotANumber)),
        ("1e", '.', Err(NotANumber)),
        ("1e99999999999", '.', Err(NotANumber)),
        ("12:30", '.', Err(NotANumber)),
        ("2024-01-01", '.', Err(NotANumber)),
        ("5 kg kg", '.', Err(NotANumber)),
        ("$5 kg", '.', Err(NotANumber)),
        ("٣", '.', Err(NotANumber)),
    ] {
        check(text, decimal, expected);
    }
}

#[test]
fn units_are_given_apart() {
    assert_eq!(parse("12,5 kg", ',').unwrap().unit, "kg");
    assert_eq!(parse("$1", '.').unwrap().unit, "$");
    assert!(parse("85 %", '.').unwrap().percent);
    assert_eq!(currency_code("€"), Some("EUR"));
    assert_eq!(currency_code("$"), None);
    assert_eq!(currency_code("thb"), Some("THB"));
    assert_eq!(currency_code("XAU"), None);
    assert_eq!(parse("12.50 THB", '.').unwrap().unit, "THB");
    // Station 3 and pen 12 are no money.
    for code in ["STN 3", "PEN 12", "XXX 5"] {
        assert!(parse(code, '.').is_err(), "{code}");
    }
}

#[test]
fn the_whole_column_decides() {
    let check = |cells: &[&str], expected: Decimals| {
        let mut tally = NumberTally::default();
        for cell in cells {
            tally.add(&NumberCell::of(cell).unwrap(), 1);
        }
        assert_eq!(tally.decimals(), expected, "{cells:?}");
    };
    check(&["1", "20", "3000"], Decimals::Free);
    check(&["1,234"], Decimals::Ambiguous(','));
    check(&["1,234", "5,678", "9"], Decimals::Ambiguous(','));
    check(&["1.234"], Decimals::Ambiguous('.'));
    check(&["1.234", "1.5"], Decimals::Known('.'));
    check(&["1,234", "0,5"], Decimals::Known(','));
    check(&["1,234", "0,500"], Decimals::Known(','));
    check(&["1,234", "1,234,567"], Decimals::Known('.'));
    check(&["1.234", "1.234.567"], Decimals::Known(','));
    check(&["1.234", "1.234,5"], Decimals::Known(','));
    check(&["1,234", "12345"], Decimals::Known(','));
    check(&["1,23,456"], Decimals::Known('.'));
    check(&["1,234", "1 234,5"], Decimals::Known(','));
    check(&["1.234", "1,234"], Decimals::Ambiguous('.'));
    check(&["1.5", "1,5"], Decimals::Contradictory);
    check(&["1.5", "2.5", "1,5"], Decimals::Contradictory);
    let mostly = |few: &[&'static str]| {
        let mut cells = vec!["1.5"; 100];
        cells.extend(few);
        cells
    };
    check(&mostly(&["1,5", "2,5"]), Decimals::Known('.'));
    check(&mostly(&["1,5"; 5]), Decimals::Contradictory);
    // The comma was a decimal one elsewhere: 2,345 may be one as well.
    check(&mostly(&["1,5", "2,345"]), Decimals::Contradictory);
    check(&mostly(&["2,345"]), Decimals::Known('.'));
    let mut grouped = mostly(&["1,5", "2,345"]);
    grouped.extend(["1,234.5"; 30]);
    check(&grouped, Decimals::Known('.'));
    check(&["0,123", "0,5"], Decimals::Known(','));
    let mut many: Vec<&str> = vec!["1,234"; 44];
    many.push("567");
    check(&many, Decimals::Known('.'));
    // A long number without the sign speaks against as many groups of three.
    many.push("12500");
    check(&many, Decimals::Contradictory);
    check(&["1,234", "12500"], Decimals::Known(','));
}

#[test]
fn damaged_ids_are_noticed() {
    let mut tally = NumberTally::default();
    for cell in ["1.23457E+14", "3.2E+05"] {
        tally.add(&NumberCell::of(cell).unwrap(), 1);
    }
    assert_eq!((tally.exponents, tally.damaged), (2, 1));
}

proptest! {
    #[test]
    fn what_is_written_is_read(mantissa in any::<i64>(), scale in 0_u32..10) {
        let value = Decimal::new(mantissa, scale);
        let text = value.to_string();
        prop_assert_eq!(parse(&text, '.').unwrap().value, value);
        prop_assert_eq!(parse(&text.replace('.', ","), ',').unwrap().value, value);
    }

    /// Digits and points alone are read without looking for anything else, to the same end.
    #[test]
    fn plain_figures_are_no_other(text in "[0-9]{1,7}([.][0-9]{0,4}){0,3}") {
        prop_assert_eq!(split(&text), Some(Parts { core: &text, ..Parts::default() }));
    }

    #[test]
    fn any_text_ends_without_panic(text in any::<String>(), noise in "[0-9.,' eE+()$%kg-]{0,40}") {
        for decimal in ['.', ','] {
            let _ = parse(&text, decimal);
            let _ = parse(&noise, decimal);
        }
        let _ = NumberCell::of(&noise);
    }
}

#[test]
fn money_whose_currency_begins_like_an_exponent() {
    let read = |text: &str| parse(text, '.').map(|number| (number.value.to_string(), number.unit.to_owned()));
    for text in ["5 EUR", "5EUR", "5 eur"] {
        assert_eq!(read(text).map(|(value, _)| value), Ok("5".to_owned()), "{text}");
    }
    assert_eq!(read("1.5e3").map(|(value, _)| value), Ok("1500".to_owned()));
    assert!(read("5e").is_err() && read("5 ex").is_err());
}
