//! Who owns each moment of one machine when its intervals overlap: a minute has one owner.
//!
//! Invariants: the pieces do not overlap, their total length is the length of the union of the intervals, and each piece
//! lies inside the interval of its owner. Intervals are half-open; empty ones own nothing. Times are microseconds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One interval of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// What the caller knows it by.
    pub owner: usize,
    /// Rank of its category: the lower one owns an overlap.
    pub rank: u8,
    /// Begin, inclusive, in microseconds.
    pub start: i64,
    /// End, exclusive, in microseconds.
    pub end: i64,
}

/// A stretch of time and the interval that owns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The `owner` of the interval.
    pub owner: usize,
    /// Begin, inclusive, in microseconds.
    pub start: i64,
    /// End, exclusive, in microseconds.
    pub end: i64,
}

impl Piece {
    /// Its length in microseconds.
    pub fn length(&self) -> i64 {
        self.end.saturating_sub(self.start)
    }
}

/// Splits overlapping intervals into pieces with one owner each: the lowest rank wins, then the earliest start, then the
/// lowest owner. Pieces come in the order of time.
pub fn owned(intervals: &[Interval]) -> Vec<Piece> {
    let mut by_start: Vec<&Interval> = intervals
        .iter()
        .filter(|interval| interval.start < interval.end)
        .collect();
    by_start.sort_by_key(|interval| (interval.start, interval.rank, interval.owner));
    let mut borders: Vec<i64> = by_start
        .iter()
        .flat_map(|interval| [interval.start, interval.end])
        .collect();
    borders.sort_unstable();
    borders.dedup();

    let mut pieces: Vec<Piece> = Vec::new();
    let mut active: BinaryHeap<Reverse<(u8, i64, usize, i64)>> = BinaryHeap::new();
    let mut next = by_start.into_iter().peekable();
    for (start, end) in borders.iter().copied().zip(borders.iter().copied().skip(1)) {
        while let Some(interval) = next.next_if(|interval| interval.start <= start) {
            active.push(Reverse((interval.rank, interval.start, interval.owner, interval.end)));
        }
        while active.peek().is_some_and(|Reverse((_, _, _, until))| *until <= start) {
            active.pop();
        }
        let Some(Reverse((_, _, owner, _))) = active.peek() else {
            continue;
        };
        match pieces.last_mut() {
            Some(last) if last.owner == *owner && last.end == start => last.end = end,
            _ => pieces.push(Piece {
                owner: *owner,
                start,
                end,
            }),
        }
    }
    pieces
}

/// The part of an interval inside a window; `None` where they do not meet.
pub fn clipped(interval: Interval, from: i64, to: i64) -> Option<Interval> {
    let (start, end) = (interval.start.max(from), interval.end.min(to));
    (start < end).then_some(Interval { start, end, ..interval })
}

#[cfg(test)]
mod tests;
