//! Pages of lists: a token is the key of the last item, so that a page stays right while new items arrive.

use plant_core::view::Page;

use crate::error::{Result, StoreError};

/// Items on a page when none are asked for.
const DEFAULT: u32 = 50;
/// Items on a page at most.
pub(crate) const MOST: u32 = 500;

/// How many rows to fetch: one more than the page holds tells whether another page follows.
pub(crate) fn rows(limit: u32) -> i64 {
    i64::from(size(limit)) + 1
}

fn size(limit: u32) -> u32 {
    if limit == 0 { DEFAULT } else { limit.min(MOST) }
}

/// Cuts the row too many off and makes the token of the last item kept.
pub(crate) fn page<T>(mut items: Vec<T>, limit: u32, token: impl Fn(&T) -> String) -> Page<T> {
    let size = size(limit) as usize;
    let more = items.len() > size;
    items.truncate(size);
    let next_page = if more { items.last().map(token) } else { None };
    Page { items, next_page }
}

/// Reads a token that is one number.
pub(crate) fn number(token: Option<&str>) -> Result<Option<i64>> {
    token
        .filter(|token| !token.is_empty())
        .map(|token| token.parse().map_err(|_| bad(token)))
        .transpose()
}

/// Reads a token of two parts, parted by a colon.
pub(crate) fn pair(token: Option<&str>) -> Result<Option<(i64, i64)>> {
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Ok(None);
    };
    let (first, second) = token.split_once(':').ok_or_else(|| bad(token))?;
    Ok(Some((
        first.parse().map_err(|_| bad(token))?,
        second.parse().map_err(|_| bad(token))?,
    )))
}

fn bad(token: &str) -> StoreError {
    StoreError::invalid("page", format!("`{token}` is no page token of this list"))
}

/// A count of the database as the views carry it.
pub(crate) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// A number of ours as the database carries it; what does not fit is over any limit anyway.
pub(crate) fn big(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
