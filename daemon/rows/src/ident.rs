//! What makes two rows the same: hashes of typed values, never of the text of cells.

use plant_core::code::bare;
use plant_core::record::{Record, Value};
use plant_core::variable::{Kind, Variable};
use xxhash_rust::xxh3::Xxh3;

/// Bytes of one row's identity as it is kept: three hashes, the day and the line.
pub const IDENT_BYTES: usize = 32;
/// The day of a row that has none.
pub(crate) const NO_DAY: i32 = i32::MIN;

/// The variables of a key; empty where there is none.
pub type Key = [Variable];

/// The site of a folder parts whole files ([`plant_core::series`] asks where rows of two are the same), not their rows.
fn is_of_folder(record: &Record, variable: Variable) -> bool {
    variable == Variable::Site && record.is_derived(Variable::Site)
}

/// The hash of all mapped values. That a row was cancelled later makes it no other row.
pub fn mapped(record: &Record) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(&record.day.map_or(NO_DAY, |day| day.to_epoch_days()).to_le_bytes());
    for (variable, value) in Variable::ALL.iter().zip(&record.values) {
        if let Some(value) = value.as_ref().filter(|_| *variable != Variable::IsCancelled) {
            if is_of_folder(record, *variable) {
                continue;
            }
            feed(&mut hasher, *variable, value, false);
        }
    }
    hasher.digest()
}

/// The hash of what the row is about: of its key, where there is one (0 where none of it is filled); else of its codes
/// and times, without measures, states and free texts (0 where it has none).
pub fn subject(record: &Record, key: &Key) -> u64 {
    let mut hasher = Xxh3::new();
    let mut filled = false;
    let all = Variable::ALL.iter().filter(|variable| tells_about(**variable));
    let chosen: Vec<Variable> = match key.is_empty() {
        true => all.copied().collect(),
        false => key.to_vec(),
    };
    for variable in chosen {
        if let Some(value) = record.get(variable).filter(|_| !is_of_folder(record, variable)) {
            filled = true;
            feed(&mut hasher, variable, value, true);
        }
    }
    match (filled, hasher.digest()) {
        (false, _) => 0,
        (true, 0) => 1,
        (true, hash) => hash,
    }
}

fn tells_about(variable: Variable) -> bool {
    use Variable::{Currency, Disposition, OrderType, ProductName, ReasonText, Status, Uom, ValueQualifier};
    match variable.kind() {
        Kind::Number | Kind::Flag => false,
        Kind::Time | Kind::Date => !matches!(variable, Variable::DueDate),
        Kind::Text => !matches!(
            variable,
            Status | ProductName | ReasonText | Uom | Currency | ValueQualifier | Disposition | OrderType
        ),
    }
}

/// As a key a code is the same however it is written.
fn feed(hasher: &mut Xxh3, variable: Variable, value: &Value, as_key: bool) {
    hasher.update(&(variable.index() as u32).to_le_bytes());
    match value {
        Value::Text(text) if as_key => hasher.update(bare(text).as_bytes()),
        Value::Text(text) => hasher.update(text.trim().as_bytes()),
        Value::Number(number) => {
            let number = number.normalize();
            hasher.update(&number.mantissa().to_le_bytes());
            hasher.update(&number.scale().to_le_bytes());
        }
        Value::Time(time) => hasher.update(&time.timestamp_micros().to_le_bytes()),
        Value::Date(date) => hasher.update(&date.to_epoch_days().to_le_bytes()),
        Value::Flag(flag) => hasher.update(&[u8::from(*flag)]),
    }
    hasher.update(&[0x1f]);
}
