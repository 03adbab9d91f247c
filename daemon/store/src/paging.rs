//! Pages of lists: a token is the key of the last item, so that a page stays right while new items arrive.

use std::str::FromStr;

use futures::{Stream, TryStreamExt};
use plant_core::model::Page;
use plant_core::weight;
use serde::Serialize;

use crate::error::{Result, StoreError};

/// Items on a page when none are asked for.
const DEFAULT: u32 = 50;
/// Items on a page at most.
pub(crate) const MOST: u32 = 500;
/// What a page weighs at most before its last item, in bytes.
const BYTES: usize = 4 << 20;

/// How many rows to fetch: one more than the page holds tells whether another page follows.
pub(crate) fn rows(limit: u32) -> i64 {
    i64::from(size(limit)) + 1
}

fn size(limit: u32) -> u32 {
    if limit == 0 { DEFAULT } else { limit.min(MOST) }
}

/// Cuts off the row too many, and what weighs too much for one page, and makes the token of the last item kept.
pub(crate) fn page<T: Serialize>(mut items: Vec<T>, limit: u32, token: impl Fn(&T) -> String) -> Page<T> {
    let mut filling = Filling::new(limit);
    let kept = items.iter().take_while(|item| filling.takes(*item)).count();
    let more = items.len() > kept;
    items.truncate(kept);
    let next_page = if more { items.last().map(token) } else { None };
    Page { items, next_page }
}

/// Reads rows until a page is full, so that rows which weigh much are never all in memory.
pub(crate) async fn fill<R, T, S>(
    rows: S,
    limit: u32,
    view: impl Fn(R) -> Result<T>,
    token: impl Fn(&T) -> String,
) -> Result<Page<T>>
where
    T: Serialize,
    S: Stream<Item = sqlx::Result<R>>,
{
    let mut rows = std::pin::pin!(rows);
    let mut filling = Filling::new(limit);
    let mut items = Vec::new();
    let mut more = false;
    while let Some(row) = rows.try_next().await? {
        if filling.is_full() {
            more = true;
            break;
        }
        let item = view(row)?;
        filling.takes(&item);
        items.push(item);
    }
    let next_page = if more { items.last().map(token) } else { None };
    Ok(Page { items, next_page })
}

/// How full a page is.
pub(crate) struct Filling {
    size: usize,
    items: usize,
    bytes: usize,
}

impl Filling {
    pub(crate) fn new(limit: u32) -> Filling {
        Filling {
            size: size(limit) as usize,
            items: 0,
            bytes: 0,
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.items >= self.size || self.bytes >= BYTES
    }

    /// Counts an item in, unless the page is full. A page that has room takes an item whatever it weighs.
    pub(crate) fn takes<T: Serialize>(&mut self, item: &T) -> bool {
        if self.is_full() {
            return false;
        }
        self.items += 1;
        self.bytes = self.bytes.saturating_add(weight::bytes(item));
        true
    }
}

/// Reads a token that is one number.
pub(crate) fn number(token: Option<&str>) -> Result<Option<i64>> {
    id(token)
}

/// Reads a token that is the id of the last item.
pub(crate) fn id<T: FromStr>(token: Option<&str>) -> Result<Option<T>> {
    token
        .filter(|token| !token.is_empty())
        .map(|token| token.parse().map_err(|_| bad(token)))
        .transpose()
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
