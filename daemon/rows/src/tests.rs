use chrono::{DateTime, NaiveDate};
use plant_core::record::{Record, Value};
use plant_core::variable::{Kind, Variable};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

fn value(variable: Variable, number: i64, scale: u32, text: &str) -> Value {
    match variable.kind() {
        Kind::Text => Value::Text(text.to_owned()),
        Kind::Number => Value::Number(Decimal::new(number, scale).normalize()),
        Kind::Time => Value::Time(DateTime::from_timestamp_micros(number % 4_000_000_000_000_000).unwrap()),
        Kind::Date => Value::Date(NaiveDate::from_num_days_from_ce_opt((number % 800_000) as i32).unwrap()),
        Kind::Flag => Value::Flag(number % 2 == 0),
    }
}

prop_compose! {
    fn record()(
        other in any::<u64>(),
        day in prop::option::of(-100_000_i32..200_000),
        cells in prop::collection::vec((0..Variable::COUNT, any::<i64>(), 0_u32..19, ".{0,12}"), 0..12),
        extra in prop::collection::btree_map("[a-c]{1,2}", ".{0,8}", 0..3),
    ) -> Record {
        let mut record = Record::empty(0);
        record.other = other;
        record.day = day.map(|day| NaiveDate::from_num_days_from_ce_opt(719_163 + day).unwrap());
        record.ts = record.day.map(|day| day.and_hms_micro_opt(1, 2, 3, 4).unwrap().and_utc());
        for (index, number, scale, text) in cells {
            let variable = Variable::ALL[index];
            record.set(variable, value(variable, number, scale, &text));
        }
        record.extra = extra.into_iter().collect();
        record
    }
}

fn block(records: &[Record]) -> Vec<u8> {
    let mut writer = Writer::default();
    records.iter().for_each(|record| writer.push(record));
    writer.finish().unwrap().unwrap()
}

fn numbered(mut records: Vec<Record>) -> Vec<Record> {
    for (record, line) in records.iter_mut().zip(2..) {
        record.line = line * 3;
    }
    records
}

proptest! {
    #[test]
    fn rows_come_back_as_they_went(records in prop::collection::vec(record(), 1..20)) {
        let records = numbered(records);
        let sealed = Sealed::new(&block(&records), &[]).unwrap();
        let rows = unpack(&sealed.image).unwrap();
        let mut back: Vec<Record> = rows.records().collect();
        for record in &mut back {
            record.extra.sort();
        }
        prop_assert_eq!(&back, &records);
        prop_assert_eq!(sealed.rows, records.len());
        let idents = idents(&sealed.idents).unwrap();
        let codes = Codes::from_bytes(sealed.codes);
        for (ident, record) in idents.iter().zip(&records) {
            prop_assert_eq!(ident.line, record.line);
            prop_assert_eq!(ident.mapped, mapped(record));
            prop_assert_eq!(ident.other, record.other);
            prop_assert_eq!(ident.day.is_some(), record.day.is_some());
            for variable in Variable::ALL {
                if let Some(text) = record.text(*variable) {
                    prop_assert!(codes.may_have(code_hash(*variable, &text.to_uppercase())) || text.to_uppercase().to_lowercase() != text.to_lowercase());
                    prop_assert!(codes.may_have(code_hash(*variable, text)));
                }
            }
        }
    }

    #[test]
    fn bytes_that_are_no_block_are_an_error_and_never_more(
        records in prop::collection::vec(record(), 1..5), at in any::<prop::sample::Index>(), flip in 1_u8.., cut in any::<bool>()
    ) {
        let mut bytes = block(&numbered(records));
        let at = at.index(bytes.len());
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] ^= flip;
        }
        // Whatever comes out is a block of rows with lines that increase, or an error.
        if let Ok(sealed) = Sealed::new(&bytes, &[]) {
            let rows = unpack(&sealed.image).unwrap();
            prop_assert!(rows.records().map(|record| record.line).is_sorted_by(|a, b| a < b));
        }
    }
}

#[test]
fn what_is_written_otherwise_is_the_same_row() {
    let row = |order: &str, good: &str| {
        let mut record = Record::empty(2);
        record.set(Variable::WorkOrder, Value::Text(order.to_owned()));
        record.set(Variable::QuantityGood, Value::Number(good.parse().unwrap()));
        record
    };
    assert_eq!(mapped(&row("WO1", "100")), mapped(&row("WO1", "100.00")));
    assert_ne!(mapped(&row("WO1", "100")), mapped(&row("WO1", "100.01")));
    assert_ne!(
        mapped(&row("0042", "1")),
        mapped(&row("42", "1")),
        "codes are no numbers"
    );
    let key = [Variable::WorkOrder];
    assert_eq!(
        subject(&row("0042", "1"), &key),
        subject(&row("42", "7"), &key),
        "a key is one, padded or not"
    );
    assert_ne!(subject(&row("WO1", "1"), &[]), subject(&row("WO2", "1"), &[]));
    assert_eq!(
        subject(&row("WO1", "1"), &[]),
        subject(&row("WO1", "2"), &[]),
        "measures are no subject"
    );
    assert_eq!(subject(&Record::empty(2), &key), 0, "no key is filled");
}

#[test]
fn a_key_that_changes_identifies_the_kept_rows() {
    let mut record = Record::empty(2);
    record.set(Variable::WorkOrder, Value::Text("WO1".to_owned()));
    record.set(Variable::Machine, Value::Text("M1".to_owned()));
    let sealed = Sealed::new(&block(&[record.clone()]), &[Variable::Machine]).unwrap();
    let packed = Sealed::rekey(&sealed.image, &[Variable::WorkOrder]).unwrap();
    assert_eq!(
        idents(&packed).unwrap()[0].subject,
        subject(&record, &[Variable::WorkOrder])
    );
    assert_ne!(idents(&packed).unwrap(), idents(&sealed.idents).unwrap());
}

#[test]
fn a_stream_that_breaks_off_is_no_short_one() {
    let records = numbered(vec![Record::empty(0), Record::empty(0), Record::empty(0)]);
    let image = Sealed::new(&block(&records), &[]).unwrap().image;
    let whole = [piece(&image, &[true, false, true]), piece(&image, &[]), end()].concat();
    let mut stream = Counting::new(whole.as_slice());
    let mut lines = Vec::new();
    while let Some(block) = stream.next_block().unwrap() {
        lines.extend(block.records().map(|record| record.line));
    }
    assert_eq!(lines, [6, 12, 6, 9, 12]);
    for cut in [whole.len() - 1, whole.len() - 8, image.len() + 11, 3, 0] {
        let mut stream = Counting::new(&whole[..cut]);
        let result = std::iter::from_fn(|| stream.next_block().transpose()).find_map(Result::err);
        assert!(result.is_some(), "cut at {cut}");
    }
}
