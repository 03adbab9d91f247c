//! The lines of an earlier version as they come from the daemon, of which a part is held: exports keep their order, so a line
//! that comes again stands near those before it.

use std::collections::VecDeque;
use std::io::{self, Read};

use plant_core::mark::{SEEN_BYTES, Seen};

/// Lines that are held before and behind the one that is expected.
const REACH: u64 = 1 << 16;
/// Lines that are read at once.
const PIECE: usize = 4_096;
/// Places by which a line is found that does not stand where it is expected; a power of two.
const PLACES: usize = 1 << 18;

/// The lines of an earlier version.
#[derive(Debug)]
pub struct Window<R> {
    from: R,
    /// Lines that have yet to come.
    left: u64,
    held: VecDeque<Seen>,
    /// The number of the first that is held.
    first: u64,
    /// The number of the one that is expected.
    next: u64,
    /// By the hash of a line, one more than its number. Of lines that share a place the last has it: another one is not
    /// found, and typed again.
    places: Vec<u32>,
    bytes: Vec<u8>,
}

impl<R: Read> Window<R> {
    /// The lines that come from there, behind how many they are; `None` where there are none.
    ///
    /// # Errors
    /// When the daemon breaks off.
    pub fn open(mut from: R) -> io::Result<Option<Window<R>>> {
        let mut lines = [0; 4];
        from.read_exact(&mut lines)?;
        Ok(match u32::from_be_bytes(lines) {
            0 => None,
            lines => Some(Window::new(from, u64::from(lines))),
        })
    }

    fn new(from: R, left: u64) -> Window<R> {
        Window {
            from,
            left,
            held: VecDeque::new(),
            first: 0,
            next: 0,
            places: vec![0; PLACES],
            bytes: vec![0; PIECE * SEEN_BYTES],
        }
    }

    /// The number, from 0, of a line with that hash, and what is remembered of it.
    ///
    /// # Errors
    /// When the daemon breaks off.
    pub fn find(&mut self, hash: u64) -> io::Result<Option<(u64, Seen)>> {
        self.fill()?;
        let by_hash = || self.places.get(place(hash)).and_then(|place| place.checked_sub(1));
        let expected = [Some(self.next), by_hash().map(u64::from)];
        for number in expected.into_iter().flatten() {
            if let Some(found) = self.at(number).filter(|seen| seen.mark.text == hash) {
                self.next = number + 1;
                return Ok(Some((number, found)));
            }
        }
        Ok(None)
    }

    fn at(&self, number: u64) -> Option<Seen> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.held.get(index).copied()
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.left > 0 && self.first + (self.held.len() as u64) < self.next + REACH / 2 {
            let lines = PIECE.min(usize::try_from(self.left).unwrap_or(PIECE));
            let bytes = self.bytes.get_mut(..lines * SEEN_BYTES).unwrap_or_default();
            self.from.read_exact(bytes)?;
            for seen in bytes.as_chunks().0.iter().map(Seen::read) {
                self.held.push_back(seen);
                if let Some(place) = self.places.get_mut(place(seen.mark.text)) {
                    // A version with more lines is followed by none.
                    *place = u32::try_from(self.first + self.held.len() as u64).unwrap_or_default();
                }
            }
            self.left -= lines as u64;
        }
        while self.first + REACH < self.next {
            self.held.pop_front();
            self.first += 1;
        }
        Ok(())
    }
}

fn place(hash: u64) -> usize {
    hash as usize & (PLACES - 1)
}

#[cfg(test)]
mod tests {
    use plant_core::mark::Mark;

    use super::*;

    fn lines(hashes: impl ExactSizeIterator<Item = u64>) -> Vec<u8> {
        let mut bytes = u32::try_from(hashes.len()).unwrap().to_be_bytes().to_vec();
        for text in hashes {
            let mark = Mark {
                text,
                ..Mark::default()
            };
            Seen { mark, day: Some(7) }.write(&mut bytes);
        }
        bytes
    }

    #[test]
    fn lines_are_found_where_they_follow_and_where_some_came_between_or_went() {
        let bytes = lines((1..200_001_u32).map(u64::from));
        let mut window = Window::open(bytes.as_slice()).unwrap().unwrap();
        let mut find = |hash| window.find(hash).unwrap().map(|(number, seen)| (number, seen.day));
        assert_eq!(find(1), Some((0, Some(7))));
        assert_eq!(find(900_000), None, "a new line");
        assert_eq!(find(2), Some((1, Some(7))));
        assert_eq!(find(500), Some((499, Some(7))), "lines between are gone");
        assert_eq!(find(3), Some((2, Some(7))), "one that moved down");
        for hash in 4..=200_000 {
            assert_eq!(find(hash).map(|(number, _)| number), Some(hash - 1));
        }
        assert_eq!(find(1), None, "too far behind");
    }

    #[test]
    fn of_lines_that_share_a_place_only_the_last_is_found_out_of_turn() {
        let twin = 3 + PLACES as u64;
        let bytes = lines([3, 4, twin, 5].into_iter());
        let mut window = Window::open(bytes.as_slice()).unwrap().unwrap();
        let mut find = |hash| window.find(hash).unwrap().map(|(number, _)| number);
        assert_eq!([4, twin, 3].map(&mut find), [Some(1), Some(2), None]);
        assert_eq!(find(twin), Some(2));
        assert_eq!(find(5), Some(3));
    }

    #[test]
    fn a_line_that_must_be_read_again_is_never_found_and_a_stream_that_breaks_off_is_an_error() {
        let bytes = lines([0, 0, 5].into_iter());
        let mut window = Window::open(bytes.as_slice()).unwrap().unwrap();
        assert_eq!(window.find(5).unwrap().map(|(number, _)| number), Some(2));
        let mut cut = Window::open(bytes.get(..SEEN_BYTES + 7).unwrap()).unwrap().unwrap();
        assert!(cut.find(5).is_err());
        assert!(Window::open(lines([].into_iter()).as_slice()).unwrap().is_none());
        assert!(Window::open([0, 0].as_slice()).is_err());
    }
}
