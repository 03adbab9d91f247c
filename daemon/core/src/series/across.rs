//! Without a decided mode: what files of different names mean that tell of the same days.

use super::ask::QuestionKind;
use super::entry::{Entry, Input, Verdict};
use super::largest::Slot;
use super::model::{Mode, RowIdent, Seen, Why};
use super::outcome::{Open, Outcome};
use super::pairs::{Common, Document, Group, NO_DAY, Pairs, by_key, exactly, grouped, standing};
use super::share::sorted_by_hash;
use std::collections::{BTreeMap, BTreeSet};

/// What two documents of one scope are to each other.
enum Relation {
    /// They hold the same events.
    Same,
    /// Two readings are left.
    Doubt(QuestionKind, u64),
    /// Nothing speaks for the same events.
    Apart,
}

/// How a document tells of its things.
#[derive(Debug, Clone, Copy, Default)]
struct Telling {
    /// Each thing has one row, or nearly (19 of 20).
    subjects: bool,
    /// Cells that are not mapped do not tell its rows apart, or hardly.
    mapped: bool,
}

/// All that was found out.
struct Compared<'a> {
    input: &'a Input<'a>,
    documents: Vec<Document>,
    rows: Pairs,
    mapped: Pairs,
    subjects: Pairs,
    telling: Vec<Telling>,
}

/// Decides between names, over the rows that stand under each.
pub(super) fn compare(
    input: &Input,
    homes: &[Option<Entry>],
    outcome: &mut Outcome,
    seen: &mut BTreeSet<(usize, Seen)>,
) {
    let documents = Document::of(input, homes, &outcome.verdict);
    let groups = by_key(
        (documents.iter().enumerate())
            .map(|(at, of)| grouped(input, at, &of.slots))
            .collect(),
    );
    if groups.is_empty() {
        return;
    }
    let mut found = Compared::new(input, documents, &groups, &outcome.verdict);
    found.other_sources(outcome);
    let mut union = Union::new(found.documents.len());
    let mut contested: BTreeSet<usize> = BTreeSet::new();
    let mut partners: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let pairs = [&found.rows, &found.mapped, &found.subjects];
    for (older, newer) in pairs.into_iter().flat_map(|pairs| pairs.common.keys()) {
        partners.entry(*newer).or_default().insert(*older);
    }
    let mut out = vec![false; found.documents.len()];
    for (newer, partners) in partners {
        let accepted: Vec<usize> = partners.into_iter().filter(|at| out.get(*at) == Some(&false)).collect();
        let (same, open) = found.judge(newer, &accepted);
        if let Some((older, kind, rows)) = open {
            let versions = found.holders(older, newer, kind, &outcome.verdict);
            let (Some(old), Some(new)) = (found.documents.get(older), found.documents.get(newer)) else {
                continue;
            };
            let (Some(first), Some(last)) = (
                old.entries.last(),
                new.entries.iter().rfind(|of| versions.contains(&of.version)),
            ) else {
                continue;
            };
            let equal_rows = found.rows.get(older, newer).rows > 0;
            let (older, order) = (first.version, last.at);
            outcome.open.push(Open {
                kind,
                older,
                newer: last.version,
                rows,
                order,
                equal_rows,
            });
            if let Some(out) = out.get_mut(newer) {
                *out = versions.len() == new.entries.len();
            }
            contested.extend(versions);
            continue;
        }
        for older in same {
            let of_newer = found.documents.get(newer).and_then(|document| document.entries.last());
            seen.extend(of_newer.map(|entry| (entry.version, Seen::Overlapping)));
            union.join(older, newer);
        }
    }
    for version in &contested {
        outcome.verdict.stop_all(*version, Why::Contested);
    }
    repeat(&found.documents, &groups, &mut union, &mut outcome.verdict);
}

impl<'a> Compared<'a> {
    fn new(input: &'a Input<'a>, documents: Vec<Document>, groups: &[Group], verdict: &Verdict) -> Compared<'a> {
        let rows = Pairs::of(&documents, groups);
        let mut telling = vec![Telling::default(); documents.len()];
        let (mut subjects, mut mapped) = (Vec::new(), Vec::new());
        let unmapped = !input.decisions.ignore_unmapped && tell_apart(input);
        for ((at, document), telling) in documents.iter().enumerate().zip(&mut telling) {
            if document.slots.is_empty() {
                continue;
            }
            let (of, unique) = by_subject(input, at, document, verdict);
            telling.subjects = unique;
            subjects.push(if unique { of } else { Vec::new() });
            if unmapped {
                let of = grouped(input, at, &document.sorted(input, verdict, |row| row.mapped));
                let idents = document.slots.chunk_by(|a, b| a.key == b.key).count();
                telling.mapped = of.len() * 20 >= idents * 19;
                mapped.push(of);
            }
        }
        let subjects = Pairs::of(&documents, &by_key(subjects));
        let mapped = Pairs::of(&documents, &by_key(mapped));
        Compared {
            input,
            documents,
            rows,
            mapped,
            subjects,
            telling,
        }
    }

    /// Tells where a document of one scope holds all that one of another does.
    fn other_sources(&self, outcome: &mut Outcome) {
        if self.input.decisions.same_source.is_some() {
            return;
        }
        let mut found: Vec<_> = self.rows.common.iter().collect();
        found.sort_unstable_by_key(|((older, newer), _)| (*newer, *older));
        for ((older, newer), common) in found {
            let (Some(a), Some(b)) = (self.documents.get(*older), self.documents.get(*newer)) else {
                continue;
            };
            let (Some(first), Some(last)) = (a.entries.last(), b.entries.last()) else {
                continue;
            };
            if a.scope != b.scope && common.rows >= 3 && common.rows == a.rows.min(b.rows) {
                let (kind, older, newer) = (QuestionKind::SameSource, first.version, last.version);
                outcome.open.push(Open {
                    kind,
                    older,
                    newer,
                    rows: common.rows,
                    order: last.at,
                    equal_rows: true,
                });
            }
        }
    }

    /// With which accepted documents a newer one shares its events, and what is in doubt first.
    fn judge(&mut self, newer: usize, accepted: &[usize]) -> (Vec<usize>, Option<(usize, QuestionKind, u64)>) {
        let (mut same, mut weak, mut open) = (Vec::new(), Vec::new(), None);
        for older in accepted {
            match self.relation(*older, newer) {
                Relation::Same => same.push(*older),
                Relation::Doubt(QuestionKind::RepeatedOrNew, rows) => weak.push((*older, rows)),
                Relation::Doubt(kind, rows) => open = open.or(Some((*older, kind, rows))),
                Relation::Apart => {}
            }
        }
        // Of a window that moves on, the first files have little left; a nearer one explains what that is.
        let (explained, doubted): (Vec<_>, Vec<_>) = weak
            .into_iter()
            .partition(|(older, _)| self.explained(*older, newer, &same));
        same.extend(explained.into_iter().map(|(older, _)| older));
        let doubted = doubted
            .first()
            .map(|(older, rows)| (*older, QuestionKind::RepeatedOrNew, *rows));
        (same, open.or(doubted))
    }

    fn relation(&self, older: usize, newer: usize) -> Relation {
        let (Some(a), Some(b)) = (self.documents.get(older), self.documents.get(newer)) else {
            return Relation::Apart;
        };
        if a.scope != b.scope {
            return Relation::Apart;
        }
        let decisions = self.input.decisions;
        let mut rows = self.rows.get(older, newer);
        if self.rows.cut && !strong(a, b, &rows) {
            rows = exactly(self.input, (older, a), (newer, b));
        }
        let copy = rows.rows == a.rows && rows.rows == b.rows;
        let same_bytes = match (a.entries.as_slice(), b.entries.as_slice()) {
            ([a], [b]) => self.input.same_bytes(a.version, b.version),
            _ => false,
        };
        if copy && (same_bytes || rows.rows >= 3) {
            return Relation::Same;
        }
        if decisions.overlap == Some(Mode::Increment) {
            return Relation::Apart;
        }
        let differing = self.subjects.get(older, newer).differing;
        let told = |at: usize| self.telling.get(at).copied().unwrap_or_default();
        let same_kind = rows.rows > 0 || a.stem == b.stem;
        if differing > 0 && same_kind && decisions.changed.is_none() {
            return Relation::Doubt(QuestionKind::ChangedRows, differing);
        }
        if strong(a, b, &rows) {
            return Relation::Same;
        }
        let mapped = self.mapped.get(older, newer);
        if mapped.rows > rows.rows && told(older).mapped && told(newer).mapped && strong(a, b, &mapped) {
            return Relation::Doubt(QuestionKind::UnmappedDiffers, mapped.rows);
        }
        match rows.rows {
            0 => Relation::Apart,
            _ if decisions.overlap == Some(Mode::Repeat) => Relation::Same,
            rows => Relation::Doubt(QuestionKind::RepeatedOrNew, rows),
        }
    }

    /// Whether each row that two documents share is also in one that surely holds the same events as the newer.
    fn explained(&self, older: usize, newer: usize, same: &[usize]) -> bool {
        let slots = |at: usize| self.documents.get(at).map_or(&[][..], |document| &document.slots);
        let holds = |at: usize, key: u64| slots(at).binary_search_by_key(&key, |slot| slot.key).is_ok();
        let (small, large) = match slots(older).len() <= slots(newer).len() {
            true => (older, newer),
            false => (newer, older),
        };
        let keys = slots(small)
            .chunk_by(|a, b| a.key == b.key)
            .filter_map(|same| Some(same.first()?.key));
        let mut shared = keys.filter(|key| holds(large, *key));
        !same.is_empty() && shared.all(|key| same.iter().any(|at| holds(*at, key)))
    }

    /// The versions of the newer document that hold what is in doubt.
    fn holders(&self, older: usize, newer: usize, kind: QuestionKind, verdict: &Verdict) -> BTreeSet<usize> {
        let (Some(a), Some(b)) = (self.documents.get(older), self.documents.get(newer)) else {
            return BTreeSet::new();
        };
        if let [only] = b.entries.as_slice() {
            return BTreeSet::from([only.version]);
        }
        let key = |row: &RowIdent| match kind {
            QuestionKind::ChangedRows => row.subject,
            QuestionKind::UnmappedDiffers => row.mapped,
            _ => self.input.ident(row),
        };
        let known = a.sorted(self.input, verdict, key);
        let held = |slot: &&Slot| known.binary_search_by_key(&slot.key, |known| known.key).is_ok();
        b.sorted(self.input, verdict, key)
            .iter()
            .filter(held)
            .map(Slot::version)
            .collect()
    }
}

/// Whether cells that are not mapped differ anywhere.
fn tell_apart(input: &Input) -> bool {
    let mut others = input
        .versions
        .iter()
        .flat_map(|version| version.rows)
        .map(|row| row.other);
    others.next().is_some_and(|first| others.any(|other| other != first))
}

/// The things that have one row in a document, with the values of it; and whether nearly all have one.
fn by_subject(input: &Input, document: usize, of: &Document, verdict: &Verdict) -> (Vec<Group>, bool) {
    let told: Vec<(u64, u64, i32)> = standing(input, &of.entries, verdict)
        .filter(|(_, _, row)| row.subject != 0)
        .map(|(_, _, row)| (row.subject, row.mapped, row.day.unwrap_or(NO_DAY)))
        .collect();
    let mut told = sorted_by_hash(told, |(subject, ..)| *subject);
    told.chunk_by_mut(|a, b| a.0 == b.0).for_each(<[_]>::sort_unstable);
    told.dedup_by_key(|(subject, mapped, _)| (*subject, *mapped));
    let mut subjects = 0;
    let mut groups = Vec::with_capacity(told.len());
    for same in told.chunk_by(|a, b| a.0 == b.0) {
        subjects += 1;
        if let [(key, value, day)] = same {
            groups.push(Group {
                key: *key,
                document: document as u32,
                count: 1,
                start: 0,
                day: *day,
                value: *value,
            });
        }
    }
    (groups, subjects > 0 && subjects * 20 >= told.len() * 19)
}

/// Whether what two documents share speaks for the same events: two rows or more, and all that one has of the days of
/// the other, where a day at the edge of a period may be half told; or ten rows and four of five.
fn strong(a: &Document, b: &Document, common: &Common) -> bool {
    let (in_a, in_b) = (b.inside(&a.span), a.inside(&b.span));
    let (core_a, core_b) = (b.covered(&a.span), a.covered(&b.span));
    let rows = common.rows;
    let smaller = in_a.min(in_b);
    let contained = rows == in_a || rows == in_b;
    let core = (core_a > 0 && common.covered.0 == core_a) || (core_b > 0 && common.covered.1 == core_b);
    rows >= 2 && (contained || (core && rows * 2 >= smaller)) || rows >= 10 && rows * 5 >= smaller * 4
}

/// Of rows that are equal in documents of the same events, the largest number within one counts.
fn repeat(documents: &[Document], groups: &[Group], union: &mut Union, verdict: &mut Verdict) {
    // The events, the document that has the key most often, how often; one list for all keys, since there are millions.
    let mut owners: Vec<(usize, u32, usize)> = Vec::new();
    for same in groups.chunk_by(|a, b| a.key == b.key).filter(|same| same.len() > 1) {
        owners.clear();
        for group in same {
            let root = union.root(group.document as usize);
            let standing = |slot: &&Slot| verdict.of(slot.version()).get(slot.row()) == Some(&Why::Counts);
            let standing = held(documents, group).iter().filter(standing).count();
            match owners.iter_mut().find(|(events, ..)| *events == root) {
                Some((_, owner, most)) if standing > *most => (*owner, *most) = (group.document, standing),
                Some(_) => {}
                None => owners.push((root, group.document, standing)),
            }
        }
        for group in same {
            if !owners.iter().any(|(_, owner, _)| *owner == group.document) {
                held(documents, group)
                    .iter()
                    .for_each(|slot| verdict.repeat(slot.version(), slot.row()));
            }
        }
    }
}

/// The rows of a group.
fn held<'d>(documents: &'d [Document], group: &Group) -> &'d [Slot] {
    let slots = documents
        .get(group.document as usize)
        .map_or(&[][..], |document| &document.slots);
    slots
        .get(group.start as usize..(group.start + group.count) as usize)
        .unwrap_or(&[])
}

/// Documents joined to sets.
struct Union(Vec<usize>);

impl Union {
    fn new(documents: usize) -> Union {
        Union((0..documents).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while let Some(parent) = self.0.get(at).copied().filter(|parent| *parent != at) {
            // Halves the way, so that it stays short.
            let above = self.0.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.0.get_mut(at) {
                *slot = above;
            }
            at = above;
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.0.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
}
