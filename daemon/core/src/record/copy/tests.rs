use proptest::prelude::*;

use super::*;

fn org() -> OrgId {
    OrgId(Uuid::from_bytes([7; 16]))
}

fn stream(records: &[Record]) -> Vec<u8> {
    let mut out = Vec::new();
    header(&mut out);
    for record in records {
        encode(&mut out, org(), 42, record);
    }
    trailer(&mut out);
    out
}

fn round_trip(record: &Record) -> Record {
    let bytes = stream(std::slice::from_ref(record));
    let mut rows = Decoder::new(bytes.as_slice());
    let (org_id, file_no, back) = rows.read().unwrap().unwrap();
    assert_eq!((org_id, file_no), (org(), 42));
    assert!(rows.read().unwrap().is_none());
    back
}

fn with_number(text: &str) -> Record {
    let mut record = Record::empty(3);
    record.set(Variable::ScrapCost, Value::Number(text.parse().unwrap()));
    record
}

#[test]
fn decimals_come_back_exactly() {
    for text in [
        "0",
        "0.0",
        "-0.5",
        "0.0001",
        "-0.0001",
        "0.00001",
        "1",
        "10000",
        "100000000",
        "12345.6789",
        "-98765.43210",
        "9999999999999999999999999999",
        "-0.0000000000000000000000000001",
        "79228162514264337593543950335",
        "1234567890123456789012345.678",
        "10000.0001",
        "0.9999",
        "20000000000000000000000000000",
    ] {
        let record = with_number(text);
        let back = round_trip(&record);
        assert_eq!(
            back.number(Variable::ScrapCost).map(|n| n.to_string()),
            record.number(Variable::ScrapCost).map(|n| n.to_string()),
            "{text}"
        );
    }
}

#[test]
fn numeric_bytes_are_those_of_the_server() {
    // select numeric_send(-1234.5) gives 0002 0000 4000 0001 04d2 1388
    let mut out = Vec::new();
    numeric(&mut out, "-1234.5".parse().unwrap());
    assert_eq!(out, [0, 0, 0, 12, 0, 2, 0, 0, 0x40, 0, 0, 1, 0x04, 0xd2, 0x13, 0x88]);
    // select numeric_send(0.0001) gives 0001 ffff 0000 0004 0001
    out.clear();
    numeric(&mut out, "0.0001".parse().unwrap());
    assert_eq!(out, [0, 0, 0, 10, 0, 1, 0xff, 0xff, 0, 0, 0, 4, 0, 1]);
}

#[test]
fn dates_and_times_count_from_2000() {
    let mut out = Vec::new();
    date(&mut out, NaiveDate::from_ymd_opt(2000, 1, 2).unwrap());
    time(&mut out, DateTime::from_timestamp(EPOCH_S + 1, 0).unwrap());
    assert_eq!(
        out,
        [0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x40]
    );
}

#[test]
fn a_full_row_comes_back() {
    let mut record = Record::empty(9);
    record.live = false;
    record.key_hash = -5;
    record.row_hash = i64::MIN;
    record.day = NaiveDate::from_ymd_opt(1999, 12, 31);
    record.ts = DateTime::from_timestamp(1_700_000_000, 123_456_000);
    for variable in Variable::ALL {
        record.set(
            *variable,
            match variable.kind() {
                Kind::Text => Value::Text("Ü \u{1b}[31m \"x\" \\ 工单".to_owned()),
                Kind::Number => Value::Number(Decimal::new(-12345, 3)),
                Kind::Time => Value::Time(DateTime::from_timestamp(1, 0).unwrap()),
                Kind::Date => Value::Date(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()),
                Kind::Flag => Value::Flag(true),
            },
        );
    }
    record.extra = vec![
        ("a \"b\"\n".to_owned(), "\u{1}\t\\ é".to_owned()),
        (String::new(), String::new()),
    ];
    assert_eq!(round_trip(&record), record);
}

#[test]
fn damaged_streams_are_refused() {
    let good = stream(&[with_number("1.5")]);
    assert!(matches!(
        Decoder::new(&b"PGCOPY\n\xff\r\n\x01\0\0\0\0\0\0\0\0"[..]).read(),
        Err(CopyError::Signature)
    ));
    for cut in 0..good.len() {
        assert!(Decoder::new(&good[..cut]).any(|row| row.is_err()), "cut at {cut}");
    }
    let mut fields = good.clone();
    fields[20] = 3;
    assert!(matches!(
        Decoder::new(fields.as_slice()).read(),
        Err(CopyError::Fields { found: 3, .. })
    ));
    let mut huge = good;
    huge[21..25].copy_from_slice(&i32::MAX.to_be_bytes());
    assert!(matches!(
        Decoder::new(huge.as_slice()).read(),
        Err(CopyError::Field { column: "org_id", .. })
    ));
}

#[test]
fn columns_are_those_of_the_row() {
    assert_eq!(columns().len(), FIELDS);
    assert_eq!(columns().first(), Some(&"org_id"));
    assert_eq!(columns().last(), Some(&"extra"));
}

proptest! {
    #[test]
    fn any_decimal_comes_back(mantissa in -79_228_162_514_264_337_593_543_950_335_i128..=79_228_162_514_264_337_593_543_950_335, shift in 0_u32..96, scale in 0_u32..=28) {
        let number = Decimal::from_i128_with_scale(mantissa >> shift, scale);
        let mut record = Record::empty(1);
        record.set(Variable::QuantityGood, Value::Number(number));
        let back = round_trip(&record).number(Variable::QuantityGood).unwrap();
        prop_assert_eq!(back, number);
        prop_assert_eq!(back.scale(), number.scale());
    }

    #[test]
    fn any_text_comes_back(text in "[^\0]{0,40}", name in "[^\0]{0,10}") {
        let mut record = Record::empty(1);
        record.set(Variable::ProductName, Value::Text(text.clone()));
        record.extra = vec![(name, text)];
        prop_assert_eq!(round_trip(&record), record);
    }

    #[test]
    fn any_bytes_end_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut input = Vec::new();
        header(&mut input);
        input.extend(bytes);
        prop_assert!(Decoder::new(input.as_slice()).count() < 300);
    }
}
