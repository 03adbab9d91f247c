use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{bytes, cut, fit};
use crate::ids::{FileId, RecordId};
use crate::model::RecordView;

fn record(extra: BTreeMap<String, String>) -> RecordView {
    RecordView {
        measures: Vec::new(),
        record_id: RecordId {
            file_no: 1,
            line: 2,
            sub: 0,
        },
        file_id: FileId(uuid::Uuid::nil()),
        line: 2,
        live: true,
        why: None,
        values: BTreeMap::new(),
        canonical: Default::default(),
        extra,
    }
}

#[test]
fn what_fits_stays_as_it_was() {
    let small = record([("Remark".to_owned(), "x".repeat(5_000))].into());
    assert_eq!(fit(small.clone(), 10_000), (small.clone(), false));
    assert_eq!(bytes(&small), serde_json::to_string(&small).unwrap().len());
}

#[test]
fn a_long_text_keeps_its_beginning_and_says_how_long_it_was() {
    let text = format!("{}{}", "begin ", "ü".repeat(3 << 20));
    let whole = record([("Remark".to_owned(), text), ("Short".to_owned(), "stays".to_owned())].into());
    let (fitted, was_cut) = fit(whole, 1 << 20);
    assert!(was_cut && bytes(&fitted) <= 1 << 20);
    let remark = &fitted.extra["Remark"];
    assert!(
        remark.starts_with("begin ü") && remark.ends_with("[cut: 3145734 characters]"),
        "{}",
        remark.len()
    );
    assert_eq!(
        (fitted.extra["Short"].as_str(), fitted.file_id),
        ("stays", FileId(uuid::Uuid::nil()))
    );
}

#[test]
fn many_entries_are_cut_to_the_first() {
    let extra: BTreeMap<_, _> = (0..30_000)
        .map(|n| (format!("column {n:05}"), "x".repeat(100)))
        .collect();
    let (fitted, was_cut) = fit(record(extra), 1 << 20);
    assert!(was_cut && bytes(&fitted) <= 1 << 20);
    assert_eq!(fitted.extra.len(), 5_000);
    assert!(fitted.extra.contains_key("column 00000"));
}

#[test]
fn ids_and_hashes_are_never_cut() {
    assert_eq!(cut(&"a".repeat(128), 128), None);
    assert_eq!(cut("ü", 1), None);
    assert_eq!(cut(&"ü".repeat(128), 128), None);
    let cut = cut(&"ü".repeat(129), 128).unwrap();
    assert_eq!(cut.chars().count(), 128);
    assert!(cut.ends_with("[cut: 129 characters]"), "{cut}");
}

proptest! {
    #[test]
    fn anything_fits_after_it(
        entries in proptest::collection::btree_map("[a-z]{1,20}", "\\PC{0,40}", 0..40),
        times in 1_usize..3_000,
        most in 20_000_usize..200_000,
    ) {
        let long = entries.into_iter().map(|(name, text)| (name, text.repeat(times))).collect();
        let whole = record(long);
        let (fitted, was_cut) = fit(whole.clone(), most);
        prop_assert!(bytes(&fitted) <= most);
        prop_assert_eq!(was_cut, bytes(&whole) > most);
        prop_assert_eq!(fitted.record_id, whole.record_id);
    }
}
