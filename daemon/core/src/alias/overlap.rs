//! Whether two machines stood at the same time, which one machine under two names can't have done twice.

/// A stretch of time, with where it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Begin, in microseconds since 1970.
    pub start: i64,
    /// End, in microseconds since 1970.
    pub end: i64,
    /// The number of its file.
    pub file_no: i64,
    /// Its line there.
    pub line: u64,
}

/// That stretches of two machines overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// How many of the first machine do.
    pub spans: u64,
    /// The earliest of these.
    pub one: Span,
    /// One of the second that it overlaps.
    pub other: Span,
}

/// The stretches of one machine that overlap any of another's; `None` where none does. That one ends as another begins is
/// no overlap.
pub fn overlap(one: &[Span], other: &[Span]) -> Option<Overlap> {
    let sorted = |spans: &[Span]| {
        let mut spans: Vec<Span> = spans.iter().copied().filter(|span| span.start < span.end).collect();
        spans.sort_unstable_by_key(|span| (span.start, span.end, span.file_no, span.line));
        spans
    };
    let (one, other) = (sorted(one), sorted(other));
    let mut found: Option<Overlap> = None;
    let mut others = other.iter().peekable();
    // Of those that begin before the end of a stretch, the one that ends last.
    let mut longest: Option<Span> = None;
    let mut by_end = one.clone();
    by_end.sort_unstable_by_key(|span| span.end);
    let mut spans = 0;
    for span in by_end {
        while let Some(next) = others.next_if(|next| next.start < span.end) {
            if longest.is_none_or(|longest| longest.end < next.end) {
                longest = Some(*next);
            }
        }
        let Some(longest) = longest.filter(|longest| longest.end > span.start) else {
            continue;
        };
        spans += 1;
        if found.is_none_or(|found| span.start < found.one.start) {
            found = Some(Overlap {
                spans: 0,
                one: span,
                other: longest,
            });
        }
    }
    found.map(|found| Overlap { spans, ..found })
}
