//! Answers that arrive whatever they hold: long texts and long lists are cut, visibly, rather than refused.
//!
//! The transport refuses an answer of more than [`RESPONSE_MAX_BYTES`]; an answer as JSON weighs more than on the wire, so
//! that what fits here fits there.

use plant_core::weight;
use plant_proto::RESPONSE_MAX_BYTES;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, SemaphorePermit};

/// What one item of a list weighs at most, in bytes.
const ITEM_BYTES: usize = 1 << 20;
/// What an answer about one thing weighs at most, in bytes.
const ANSWER_BYTES: usize = RESPONSE_MAX_BYTES / 4 * 3;
/// Answers with many figures or rows that are made at one time; each may take some 30 MiB while it is.
static LARGE_ANSWERS: Semaphore = Semaphore::const_new(4);

/// An item of a list, cut where it has to be.
pub(super) fn item<T: Serialize + DeserializeOwned>(item: T) -> T {
    weight::fit(item, ITEM_BYTES).0
}

/// The items of a page, each cut where it has to be.
pub(super) fn items<T: Serialize + DeserializeOwned>(items: Vec<T>) -> Vec<T> {
    items.into_iter().map(item).collect()
}

/// One thing, cut where it has to be; `told` is called where it was, to say so in a place of its own.
pub(super) fn thing<T: Serialize + DeserializeOwned>(thing: T, told: impl FnOnce(&mut T)) -> T {
    let (mut thing, was_cut) = weight::fit(thing, ANSWER_BYTES);
    if was_cut {
        told(&mut thing);
    }
    thing
}

/// The sentence for what was cut.
pub(super) fn said(rest: &str) -> String {
    format!("what is too long for one answer was cut here; {rest}")
}

/// Waits for a turn to make a large answer.
pub(super) async fn turn() -> Option<SemaphorePermit<'static>> {
    // It is never closed.
    LARGE_ANSWERS.acquire().await.ok()
}
