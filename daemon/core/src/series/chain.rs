//! Without a decided mode: what the versions of one name mean, by the evidence of each pair of them.

use super::across;
use super::ask::QuestionKind;
use super::entry::{Entry, Input, Span};
use super::model::{Mode, Seen, Why};
use super::modes::{Days, say_run};
use super::outcome::{Open, Outcome};
use super::share::sorted_by_hash;
use super::tie::{tie_of, tied};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Rows of a version that say something about all of it, at least.
const TELLING_ROWS: usize = 3;

/// Which rows count by the evidence: first within each name, then between what stands of them.
pub(super) fn compose(input: &Input) -> Outcome {
    let mut outcome = Outcome::new(input);
    let mut seen = BTreeSet::new();
    let sighted = input.sighted();
    // The name under which each version stands: the first by rank that lets a row of it count.
    let mut homes: Vec<Option<Entry>> = vec![None; input.versions.len()];
    for entries in input.grouped(|entry| entry.chain) {
        let mut chain = Chain::new(input, &entries);
        for entry in &entries {
            chain.take(entry, &mut outcome, &mut seen);
        }
        for run in &chain.runs {
            let gone = |day| run.newer.hold(day).then_some(Why::Replaced);
            say_run(input, &mut outcome, &run.entries, &sighted, gone);
            for entry in &run.entries {
                let stands = outcome.verdict.of(entry.version).contains(&Why::Counts);
                if let Some(home) = homes
                    .get_mut(entry.version)
                    .filter(|home| home.is_none_or(|home| home.at > entry.at))
                    && stands
                {
                    *home = Some(*entry);
                }
            }
        }
    }
    across::compare(input, &homes, &mut outcome, &mut seen);
    outcome.evidence = seen.into_iter().collect();
    outcome
}

/// A log that grows, or one version: what it says is what its last version says.
struct Run<'a> {
    entries: Vec<Entry>,
    span: Span,
    /// The days that newer versions took over.
    newer: Days,
    content: Content<'a>,
}

/// What a version can have in common with another.
struct Content<'a> {
    input: &'a Input<'a>,
    version: usize,
    sorted: OnceCell<(Vec<u64>, Vec<u64>)>,
}

impl Content<'_> {
    fn sorted(&self) -> &(Vec<u64>, Vec<u64>) {
        self.sorted.get_or_init(|| {
            let rows = self.input.rows(self.version);
            let idents: Vec<u64> = rows.iter().map(|row| self.input.ident(row)).collect();
            let subjects: Vec<u64> = rows
                .iter()
                .map(|row| row.subject)
                .filter(|subject| *subject != 0)
                .collect();
            (
                sorted_by_hash(idents, |ident| *ident),
                sorted_by_hash(subjects, |subject| *subject),
            )
        })
    }

    /// Whether they hold an equal row or tell about the same thing. Looks for the rows of the smaller in the larger.
    fn shares(&self, other: &Content) -> bool {
        let (small, large) = match self.len() <= other.len() {
            true => (self, other),
            false => (other, self),
        };
        let (idents, subjects) = large.sorted();
        small.input.rows(small.version).iter().any(|row| {
            idents.binary_search(&small.input.ident(row)).is_ok()
                || (row.subject != 0 && subjects.binary_search(&row.subject).is_ok())
        })
    }

    fn len(&self) -> usize {
        self.input.rows(self.version).len()
    }
}

/// The versions of one name, taken in by rank.
struct Chain<'a> {
    input: &'a Input<'a>,
    /// One of its versions begins with the bytes of another: what has nothing in common with the former is a new log.
    grows: bool,
    runs: Vec<Run<'a>>,
    /// The runs that still stand for some day, by the first day that they may touch.
    standing: BTreeSet<(i32, usize)>,
    /// The longest reach of a standing run, in days.
    longest: i64,
    last: Option<usize>,
}

impl<'a> Chain<'a> {
    fn new(input: &'a Input<'a>, entries: &[Entry]) -> Chain<'a> {
        let grows = entries.windows(2).any(|pair| match pair {
            [a, b] => input.grown(a.version, b.version).is_some(),
            _ => false,
        });
        Chain {
            input,
            grows,
            runs: Vec::new(),
            standing: BTreeSet::new(),
            longest: 0,
            last: None,
        }
    }

    fn take(&mut self, entry: &Entry, outcome: &mut Outcome, seen: &mut BTreeSet<(usize, Seen)>) {
        let span = Span::of(self.input.rows(entry.version));
        let content = Content {
            input: self.input,
            version: entry.version,
            sorted: OnceCell::new(),
        };
        let former = self
            .last
            .and_then(|last| Some((last, self.runs.get(last)?.entries.last().copied()?)));
        let grown = former.filter(|(_, former)| self.input.grown(former.version, entry.version).is_some());
        let mut replaced = Vec::new();
        for at in self.met(&span) {
            let Some(run) = self.runs.get(at) else { continue };
            let Some(old) = run.entries.last().copied() else {
                continue;
            };
            let same_run = grown.is_some_and(|(grown, _)| grown == at);
            if same_run || run.newer.hold_common(&run.span, &span) {
                continue;
            }
            if run.content.len() == 0 || content.len() == 0 {
                continue;
            }
            let common = run.content.shares(&content);
            let replace = common || (!self.grows && self.input.decisions.same_name == Some(Mode::Replace));
            if replace && tied(&old, entry) {
                return outcome.contest(entry, tie_of(self.input, &old, entry));
            }
            if replace {
                replaced.push(at);
                seen.insert((entry.version, Seen::Renewed));
            } else if self.names_its_things(old.version) && self.names_its_things(entry.version) {
                // Each row names its thing, and none is named twice: further rows under the same name.
                seen.insert((entry.version, Seen::Apart));
            } else if !self.grows && self.input.decisions.same_name != Some(Mode::Increment) {
                let (kind, rows) = (QuestionKind::SameName, content.len() as u64);
                let (older, newer) = (old.version, entry.version);
                let open = Open {
                    kind,
                    older,
                    newer,
                    rows,
                    order: entry.at,
                    equal_rows: false,
                };
                return outcome.contest(entry, open);
            }
        }
        if let Some((at, _)) = grown {
            seen.insert((entry.version, Seen::Grown));
            self.grow(at, entry, span, content);
        } else {
            if let Some((at, _)) = former
                && self.runs.get(at).is_some_and(|run| !run.span.meets(&span))
            {
                seen.insert((entry.version, Seen::Apart));
            }
            self.last = Some(self.runs.len());
            self.stand(self.runs.len(), &span);
            self.runs.push(Run {
                entries: vec![*entry],
                span,
                newer: Days::default(),
                content,
            });
        }
        for at in replaced {
            self.give_up(at, &span);
        }
    }

    /// Whether nearly every row of a version has a subject of its own; of a few rows that says nothing.
    fn names_its_things(&self, version: usize) -> bool {
        let rows = self.input.rows(version);
        let mut subjects: Vec<u64> = rows
            .iter()
            .map(|row| row.subject)
            .filter(|subject| *subject != 0)
            .collect();
        subjects.sort_unstable();
        subjects.dedup();
        rows.len() >= TELLING_ROWS && subjects.len() * 20 >= rows.len() * 19
    }

    /// The standing runs that may tell of the same days.
    fn met(&self, span: &Span) -> Vec<usize> {
        let (first, last) = span.reach();
        let from = i32::try_from(i64::from(first) - self.longest).unwrap_or(i32::MIN);
        let near = self.standing.range((from, 0)..=(last, usize::MAX)).map(|(_, at)| *at);
        near.filter(|at| self.runs.get(*at).is_some_and(|run| run.span.meets(span)))
            .collect()
    }

    fn stand(&mut self, at: usize, span: &Span) {
        let (first, last) = span.reach();
        self.longest = self.longest.max(i64::from(last) - i64::from(first));
        self.standing.insert((first, at));
    }

    fn grow(&mut self, at: usize, entry: &Entry, span: Span, content: Content<'a>) {
        if let Some(run) = self.runs.get_mut(at) {
            self.standing.remove(&(run.span.reach().0, at));
            run.entries.push(*entry);
            (run.span, run.content) = (span, content);
            self.stand(at, &span);
        }
    }

    /// A newer version stands for these days.
    fn give_up(&mut self, at: usize, days: &Span) {
        if let Some(run) = self.runs.get_mut(at) {
            run.newer.add(days);
            if run.newer.hold_common(&run.span, &run.span) {
                self.standing.remove(&(run.span.reach().0, at));
            }
        }
    }
}
