//! Pages: what a request says about them, and pages of lists that are short enough to be read whole.

use plant_core::model::Page;
use plant_core::weight;
use plant_proto::status::Fault;
use plant_proto::{PAGE_DEFAULT, PAGE_MAX};
use serde::Serialize;

/// What a page weighs at most before its last item, in bytes.
const BYTES: usize = 4 << 20;

/// How many items a page has.
pub(super) fn size(asked: u32) -> u32 {
    match asked {
        0 => PAGE_DEFAULT,
        asked => asked.min(PAGE_MAX),
    }
}

/// The token of a request, absent where it is empty.
pub(super) fn token(asked: &str) -> Option<&str> {
    (!asked.is_empty()).then_some(asked)
}

/// A page of a list that is there whole; its token is the place where the page begins.
pub(super) fn slice<T: Serialize>(items: Vec<T>, asked: u32, asked_token: &str) -> Result<Page<T>, Fault> {
    let begin: usize = match token(asked_token) {
        None => 0,
        Some(text) => text
            .parse()
            .map_err(|_| Fault::invalid("the page token is not of this list; begin without --page"))?,
    };
    let total = items.len();
    let mut weighs = 0_usize;
    let kept: Vec<T> = items
        .into_iter()
        .skip(begin)
        .take(size(asked) as usize)
        .take_while(|item| {
            // A page that has room takes an item whatever it weighs.
            let has_room = weighs < BYTES;
            weighs = weighs.saturating_add(weight::bytes(item));
            has_room
        })
        .collect();
    let end = begin.saturating_add(kept.len());
    let next_page = (end < total).then(|| end.to_string());
    Ok(Page { items: kept, next_page })
}

#[cfg(test)]
mod tests {
    use super::{size, slice};

    #[test]
    fn pages_cover_a_list_once() {
        let mut seen = Vec::new();
        let mut token = String::new();
        loop {
            let page = slice((0..11).collect(), 4, &token).unwrap();
            seen.extend(page.items);
            match page.next_page {
                Some(next) => token = next,
                None => break,
            }
        }
        assert_eq!(seen, (0..11).collect::<Vec<_>>());
        let heavy = || vec!["x".repeat(3 << 20); 3];
        let first = slice(heavy(), 0, "").unwrap();
        assert_eq!((first.items.len(), first.next_page.as_deref()), (2, Some("2")));
        assert_eq!(slice(heavy(), 0, "2").unwrap().next_page, None);
        assert_eq!(slice(vec![1], 4, "99").unwrap().items, Vec::<i32>::new());
        assert_eq!(slice(vec![1], 4, &u64::MAX.to_string()).unwrap().next_page, None);
        assert!(slice(vec![1], 4, "x").is_err());
        assert_eq!((size(0), size(7), size(9_999)), (50, 7, 500));
    }
}
