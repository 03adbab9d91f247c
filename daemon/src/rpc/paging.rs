//! Pages: what a request says about them, and pages of lists that are short enough to be read whole.

use plant_core::view::Page;
use plant_proto::status::Fault;
use plant_proto::{PAGE_DEFAULT, PAGE_MAX};

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
pub(super) fn slice<T>(items: Vec<T>, asked: u32, asked_token: &str) -> Result<Page<T>, Fault> {
    let begin: usize = match token(asked_token) {
        None => 0,
        Some(text) => text
            .parse()
            .map_err(|_| Fault::invalid("the page token is not of this list; begin without --page"))?,
    };
    let end = begin.saturating_add(size(asked) as usize);
    let next_page = (end < items.len()).then(|| end.to_string());
    let items = items.into_iter().skip(begin).take(end - begin).collect();
    Ok(Page { items, next_page })
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
        assert_eq!(slice(vec![1], 4, "99").unwrap().items, Vec::<i32>::new());
        assert_eq!(slice(vec![1], 4, &u64::MAX.to_string()).unwrap().next_page, None);
        assert!(slice(vec![1], 4, "x").is_err());
        assert_eq!((size(0), size(7), size(9_999)), (50, 7, 500));
    }
}
