//! Ids that a person begins to write: what they can mean.

use uuid::Uuid;

use crate::error::{Result, StoreError};

/// Characters of an id that must be written at least.
const LEAST: usize = 4;

/// The lowest and highest id that begin so; `None` when no id can.
pub(crate) fn range(written: &str) -> Option<(Uuid, Uuid)> {
    let digits: String = written.trim().chars().filter(|c| *c != '-').collect();
    let possible = (LEAST..=32).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !possible {
        return None;
    }
    let low = Uuid::parse_str(&format!("{digits:0<32}")).ok()?;
    let high = Uuid::parse_str(&format!("{digits:f<32}")).ok()?;
    Some((low, high))
}

/// The only one of what begins so, if there is any.
///
/// # Errors
/// [`StoreError::Ambiguous`] when there are several.
pub(crate) fn only<T>(found: Vec<T>, written: &str) -> Result<Option<T>> {
    if found.len() > 1 {
        return Err(StoreError::Ambiguous {
            prefix: written.to_owned(),
            matches: found.len() as u64,
        });
    }
    Ok(found.into_iter().next())
}
