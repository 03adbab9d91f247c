//! The documents that booked rows and what they cancel, as hashes: kept only with blocks that have such a column.

use plant_core::alias::Aliases;
use plant_core::record::{Record, Value};
use plant_core::series::RowDocument;
use plant_core::variable::Variable;
use xxhash_rust::xxh3::Xxh3;

use crate::limit::BlockError;
use crate::lists::Lists;
use crate::read::Rows;
use plant_core::code::bare;

/// Bytes of one row: five hashes and its marks.
const DOCUMENT_BYTES: usize = 41;
/// The mark of a row with quantities below zero.
const NEGATIVE: u8 = 1;
/// The mark of a row that was cancelled.
const CANCELLED: u8 = 2;

/// What a booking is about.
const ABOUT: [Variable; 6] = [
    Variable::WorkOrder,
    Variable::Operation,
    Variable::ProductCode,
    Variable::Machine,
    Variable::Line,
    Variable::Lot,
];
/// What a booking adds, and one that takes it back subtracts.
const QUANTITIES: [Variable; 6] = [
    Variable::QuantityProduced,
    Variable::QuantityGood,
    Variable::QuantityScrap,
    Variable::QuantityRework,
    Variable::QuantityUsed,
    Variable::PurchaseQty,
];

/// The document of a row. Numbers padded with zeros are the same; one of zeros alone is none.
pub fn document(record: &Record) -> RowDocument {
    let code = |variable| record.text(variable).map(bare).filter(|code| !code.is_empty());
    let own = code(Variable::Confirmation);
    let item = code(Variable::ConfirmationItem);
    let (cancels, cancels_its) = (code(Variable::Reverses), code(Variable::ReversesItem));
    let both = |document: &Option<String>, item: &Option<String>| match (document, item) {
        (Some(document), Some(item)) => hash(&[document, item]),
        _ => 0,
    };
    let whole = |code: &Option<String>| code.as_ref().map_or(0, |code| hash(&[code]));
    let (cancels_item, cancels_whole) = match (&cancels, &cancels_its) {
        (Some(_), Some(_)) => (both(&cancels, &cancels_its), 0),
        (None, Some(_)) => (both(&own, &cancels_its), 0),
        // One column may have either.
        (_, None) => (both(&own, &cancels), whole(&cancels)),
    };
    let (amount, negative) = amount(record);
    RowDocument {
        item: both(&own, &item),
        whole: whole(&own),
        cancels_item,
        cancels_whole,
        amount,
        negative,
        cancelled: record.get(Variable::IsCancelled) == Some(&Value::Flag(true)),
    }
}

/// A hash that is not 0.
fn hash(codes: &[&String]) -> u64 {
    let mut hasher = Xxh3::new();
    for code in codes {
        hasher.update(code.as_bytes());
        hasher.update(&[0x1f]);
    }
    hasher.digest().max(1)
}

/// What a row is about with its quantities, whatever their sign, and whether they are below zero; no hash where it has
/// none or they have both signs.
fn amount(record: &Record) -> (u64, bool) {
    let quantities = || {
        let number = |variable: &Variable| record.number(*variable).filter(|number| !number.is_zero());
        QUANTITIES
            .iter()
            .filter_map(move |variable| Some((variable, number(variable)?)))
    };
    let negative = quantities().filter(|(_, number)| number.is_sign_negative()).count();
    let all = quantities().count();
    if all == 0 || (negative != 0 && negative != all) {
        return (0, false);
    }
    let codes = ABOUT.map(|variable| record.text(variable).map(bare).unwrap_or_default());
    let numbers = quantities().map(|(variable, number)| format!("{variable}={}", number.abs().normalize()));
    let parts: Vec<String> = codes.into_iter().chain(numbers).collect();
    (hash(&parts.iter().collect::<Vec<_>>()), negative != 0)
}

/// The documents of the rows of a block, by the canonical names of machines and products; `None` where it has no column of
/// them.
pub(crate) fn of(rows: &Rows, aliases: &Aliases) -> Option<Vec<RowDocument>> {
    use Variable::{Confirmation, ConfirmationItem, IsCancelled, Reverses, ReversesItem};
    let has = |variable| [Confirmation, ConfirmationItem, Reverses, ReversesItem, IsCancelled].contains(&variable);
    let named = |mut record: Record| {
        aliases.apply(&mut record);
        document(&record)
    };
    rows.variables().any(has).then(|| rows.records().map(named).collect())
}

/// Each list by itself, so that what is empty takes no room.
pub(crate) fn pack(documents: &[RowDocument], level: i32) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(documents.len() * DOCUMENT_BYTES);
    for list in [
        |one: &RowDocument| one.item,
        |one: &RowDocument| one.whole,
        |one: &RowDocument| one.cancels_item,
        |one: &RowDocument| one.cancels_whole,
        |one: &RowDocument| one.amount,
    ] {
        bytes.extend(documents.iter().flat_map(|one| list(one).to_le_bytes()));
    }
    let marks = |one: &RowDocument| u8::from(one.negative) * NEGATIVE + u8::from(one.cancelled) * CANCELLED;
    bytes.extend(documents.iter().map(marks));
    zstd::bulk::compress(&bytes, level)
}

/// The documents of the rows of a kept block.
///
/// # Errors
/// When they can't be unpacked.
pub fn documents(packed: &[u8]) -> Result<Vec<RowDocument>, BlockError> {
    let lists = Lists::unpack(packed, DOCUMENT_BYTES, "documents")?;
    Ok((0..lists.rows)
        .map(|row| {
            let [marks] = lists.behind(40, row).unwrap_or_default();
            RowDocument {
                item: lists.hash(0, row),
                whole: lists.hash(1, row),
                cancels_item: lists.hash(2, row),
                cancels_whole: lists.hash(3, row),
                amount: lists.hash(4, row),
                negative: marks & NEGATIVE != 0,
                cancelled: marks & CANCELLED != 0,
            }
        })
        .collect())
}
