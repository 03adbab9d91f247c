use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use plant_core::alias::{Alias, AliasKind, Aliases};
use plant_core::mark::Mark;
use plant_core::measure::{Measure, MeasureKind};
use plant_core::record::{Record, Value};
use plant_core::series::RowDocument;
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
        measures in prop::collection::btree_map((0..MeasureKind::ALL.len(), "[a-c:]{1,2}", "[k]{0,1}"), any::<i64>(), 0..3),
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
        let measure = |((kind, name, unit), number)| {
            let measure = Measure { kind: MeasureKind::ALL[kind], name, unit };
            (Arc::new(measure), Decimal::new(number, 4).normalize())
        };
        record.measures = measures.into_iter().map(measure).collect();
        record
    }
}

/// What stands beside the values has no order of its own.
fn sort(record: &mut Record) {
    record.extra.sort();
    record.measures.sort();
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
    /// Rows that stand in other blocks are the rows of one block.
    #[test]
    fn rows_laid_out_of_other_blocks_are_those_of_one(
        records in prop::collection::vec((record(), 0_u16..4), 1..24),
        marks in prop::collection::vec((any::<u64>(), any::<u128>()), 24),
    ) {
        let (records, blocks): (Vec<Record>, Vec<u16>) = records.into_iter().unzip();
        let records = numbered(records);
        // Elsewhere they have other lines.
        let mut parts: HashMap<u16, Vec<Record>> = HashMap::new();
        let mut origins = Vec::new();
        for (record, block) in records.iter().zip(&blocks) {
            let part = parts.entry(*block).or_default();
            let mut there = record.clone();
            there.line = part.len() as u64 * 7 + 1;
            part.push(there);
            origins.push(Origin { line: record.line, block: *block, row: part.len() as u16 - 1 });
        }
        let sealed: HashMap<u16, Sealed> =
            parts.iter().map(|(block, part)| (*block, Sealed::new(&super::tests::block(part), &[], &Aliases::default()).unwrap())).collect();
        let packed = pack_origins(&origins).unwrap();
        prop_assert_eq!(&super::origins(&packed).unwrap(), &origins);
        let rows = sealed.iter().map(|(block, sealed)| (*block, unpack(&sealed.image).unwrap())).collect();
        let whole = Sealed::new(&assemble(&origins, &rows, |_| true).unwrap(), &[], &Aliases::default()).unwrap();
        let alone = Sealed::new(&block(&records), &[], &Aliases::default()).unwrap();
        prop_assert_eq!(idents(&whole.idents).unwrap(), idents(&alone.idents).unwrap());
        let stored: Vec<Vec<Stored>> = (0..4)
            .map(|block| sealed.get(&block).map_or_else(Vec::new, |sealed| idents(&sealed.idents).unwrap()))
            .collect();
        let stored: Vec<&[Stored]> = stored.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(gather(&origins, &stored).unwrap(), idents(&alone.idents).unwrap());
        let mut back: Vec<Record> = unpack(&whole.image).unwrap().records().collect();
        back.iter_mut().for_each(sort);
        prop_assert_eq!(&back, &records);
        let odd = |row: usize| row % 2 == 1;
        if records.len() > 1 {
            let some = Rows::read(&assemble(&origins, &rows, odd).unwrap()).unwrap();
            prop_assert_eq!(some.len(), records.len() / 2);
        }
        let missing = [Origin { line: 1, block: 9, row: 0 }];
        prop_assert!(assemble(&missing, &rows, |_| true).is_err());

        let marks: Vec<Mark> = records.iter().zip(marks).map(|(record, (text, filled))| Mark {
            text,
            filled,
            ..Mark::of(record)
        }).collect();
        prop_assert_eq!(&super::marks(&pack_marks(&marks).unwrap()).unwrap(), &marks);
        let known: Vec<u32> = blocks.iter().map(|block| u32::from(*block)).collect();
        let made = known.iter().filter(|known| **known == 0).count();
        let sheet = Sheet {
            lines: records.iter().map(|record| record.line).collect(),
            known,
            marks: marks[..made].to_vec(),
        };
        prop_assert_eq!(Sheet::from_bytes(&sheet.to_bytes()).unwrap(), sheet);
    }
}

proptest! {
    #[test]
    fn rows_come_back_as_they_went(records in prop::collection::vec(record(), 1..20)) {
        let records = numbered(records);
        let sealed = Sealed::new(&block(&records), &[], &Aliases::default()).unwrap();
        let rows = unpack(&sealed.image).unwrap();
        let mut back: Vec<Record> = rows.records().collect();
        back.iter_mut().for_each(sort);
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
        if let Ok(sealed) = Sealed::new(&bytes, &[], &Aliases::default()) {
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
    let sealed = Sealed::new(&block(&[record.clone()]), &[Variable::Machine], &Aliases::default()).unwrap();
    let packed = Sealed::rekey(&sealed.image, &[Variable::WorkOrder], &Aliases::default()).unwrap();
    assert_eq!(
        idents(&packed).unwrap()[0].subject,
        subject(&record, &[Variable::WorkOrder])
    );
    assert_ne!(idents(&packed).unwrap(), idents(&sealed.idents).unwrap());
}

#[test]
fn rows_that_name_a_machine_otherwise_are_the_same_under_an_alias_and_keep_their_name() {
    let row = |machine: &str| {
        let mut record = Record::empty(2);
        record.set(Variable::WorkOrder, Value::Text("WO1".to_owned()));
        record.set(Variable::Machine, Value::Text(machine.to_owned()));
        record
    };
    let alias = Alias::new(AliasKind::Machine, "10004711", "CNC-01").unwrap();
    let (none, aliases) = (Aliases::default(), Aliases::new([alias]));
    let key = [Variable::Machine];
    let sealed = |machine: &str, aliases: &Aliases| Sealed::new(&block(&[row(machine)]), &key, aliases).unwrap();
    let hashes = |packed: &[u8]| {
        idents(packed)
            .unwrap()
            .iter()
            .map(|row| (row.mapped, row.subject))
            .collect::<Vec<_>>()
    };
    let (written, canonical) = (sealed("10004711", &aliases), sealed("CNC-01", &aliases));
    assert_eq!(hashes(&written.idents), hashes(&canonical.idents));
    assert_ne!(hashes(&sealed("10004711", &none).idents), hashes(&canonical.idents));
    assert_eq!(
        unpack(&written.image).unwrap().record(0).text(Variable::Machine),
        Some("10004711")
    );
    // What finds it is what it says.
    let codes = Codes::from_bytes(written.codes.clone());
    assert!(codes.may_have(code_hash(Variable::Machine, "10004711")));
    // Made anew it is what it would have been from the start.
    let again = Sealed::rekey(&sealed("10004711", &none).image, &key, &aliases).unwrap();
    assert_eq!(idents(&again).unwrap(), idents(&written.idents).unwrap());
}

#[test]
fn what_a_cancellation_takes_back_is_known_by_the_canonical_names() {
    let row = |machine: &str, good: i64| {
        let mut record = Record::empty(2);
        record.set(Variable::Confirmation, Value::Text("700001".to_owned()));
        record.set(Variable::Machine, Value::Text(machine.to_owned()));
        record.set(Variable::QuantityGood, Value::Number(good.into()));
        record
    };
    let alias = Alias::new(AliasKind::Machine, "10004711", "CNC-01").unwrap();
    let (none, aliases) = (Aliases::default(), Aliases::new([alias]));
    let both = block(&numbered(vec![row("CNC-01", 20), row("10004711", -20)]));
    let amounts = |packed: Option<Vec<u8>>| {
        let all = documents(&packed.unwrap()).unwrap();
        all.iter().map(|one| one.amount).collect::<Vec<_>>()
    };
    let written = Sealed::new(&both, &[], &none).unwrap();
    let renamed = Sealed::rename(&written.image, &[], &aliases).unwrap();
    let before = amounts(written.documents);
    assert_ne!(before[0], before[1]);
    let after = amounts(renamed.documents.clone());
    assert_eq!(after[0], after[1]);
    let fresh = Sealed::new(&both, &[], &aliases).unwrap();
    assert_eq!((renamed.documents, renamed.idents), (fresh.documents, fresh.idents));
}

#[test]
fn a_stream_that_breaks_off_is_no_short_one() {
    let records = numbered(vec![Record::empty(0), Record::empty(0), Record::empty(0)]);
    let image = Sealed::new(&block(&records), &[], &Aliases::default()).unwrap().image;
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

#[test]
fn a_row_that_is_cancelled_later_is_the_same_row_with_its_document() {
    let row = |codes: [&str; 3], good: i64, cancelled: Option<bool>| {
        let mut record = Record::empty(2);
        let variables = [Variable::Confirmation, Variable::ConfirmationItem, Variable::Reverses];
        for (variable, code) in variables.into_iter().zip(codes).filter(|(_, code)| !code.is_empty()) {
            record.set(variable, Value::Text(code.to_owned()));
        }
        record.set(Variable::WorkOrder, Value::Text("60001".to_owned()));
        record.set(Variable::QuantityGood, Value::Number(good.into()));
        if let Some(cancelled) = cancelled {
            record.set(Variable::IsCancelled, Value::Flag(cancelled));
        }
        record
    };
    let first = row(["0000700001", "00000003", ""], 20, None);
    let marked = row(["0000700001", "00000003", ""], 20, Some(true));
    assert_eq!(mapped(&first), mapped(&marked));
    assert_eq!(subject(&first, &[]), subject(&marked, &[]));
    assert_ne!(
        subject(&first, &[]),
        subject(&row(["0000700001", "00000004", ""], 20, None), &[])
    );
    // Padded or not, the counter is the same; what is cancelled is one of the same document, or a whole one.
    let own = document(&marked);
    assert_eq!(
        own,
        RowDocument {
            cancelled: true,
            ..document(&row(["700001", "3", "0"], 20, None))
        }
    );
    let cancels = document(&row(["700001", "4", "3"], -20, None));
    assert_eq!((cancels.cancels_item, cancels.whole), (own.item, own.whole));
    assert_eq!(
        (cancels.amount, cancels.negative, own.negative),
        (own.amount, true, false)
    );
    assert_eq!(
        document(&row(["700009", "1", "0700001"], 20, None)).cancels_whole,
        own.whole
    );
    assert_eq!(document(&row(["", "3", ""], 20, None)).item, 0);
    // Kept only where a column of it is there, and with the rest of the block.
    let records = numbered(vec![first, marked, row(["700001", "4", "3"], 20, Some(false))]);
    let sealed = Sealed::new(&block(&records), &[], &Aliases::default()).unwrap();
    let kept = documents(&sealed.documents.unwrap()).unwrap();
    assert_eq!(kept, records.iter().map(document).collect::<Vec<_>>());
    assert!(sealed.has_reversals);
    let plain = Sealed::new(
        &block(&numbered(vec![row([""; 3], 20, None)])),
        &[],
        &Aliases::default(),
    )
    .unwrap();
    assert!(plain.documents.is_none() && !plain.has_reversals);
    let quiet = Sealed::new(
        &block(&numbered(vec![row(["7", "1", "000"], 20, Some(false))])),
        &[],
        &Aliases::default(),
    )
    .unwrap();
    assert!(quiet.documents.is_some() && !quiet.has_reversals);
    assert!(documents(&[1, 2, 3]).is_err());
}
