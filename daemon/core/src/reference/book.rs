//! Which entry holds for a row.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::entry::{Entry, Known, Subject};
use crate::variable::Variable;

/// Entries by what they are about.
#[derive(Debug)]
pub struct Book<'a> {
    known: &'a Known,
    by_subject: HashMap<Subject, Vec<usize>>,
    variables: BTreeSet<Variable>,
}

impl<'a> Book<'a> {
    /// Of what is known.
    pub fn new(known: &'a Known) -> Book<'a> {
        let mut by_subject: HashMap<Subject, Vec<usize>> = HashMap::with_capacity(known.entries.len());
        let mut variables = BTreeSet::new();
        for (at, (_, entry)) in known.entries.iter().enumerate() {
            by_subject.entry(entry.subject()).or_default().push(at);
            variables.insert(entry.variable);
        }
        Book {
            known,
            by_subject,
            variables,
        }
    }

    /// Whether anything is known of a variable.
    pub fn tells(&self, variable: Variable) -> bool {
        self.variables.contains(&variable)
    }

    /// The entry of a place, with the place of its file.
    pub fn entry(&self, at: usize) -> Option<&'a (u32, Entry)> {
        self.known.entries.get(at)
    }

    /// The places of all entries that can hold for these codes, the one first that holds before the others on a day on which
    /// several do: what a list says before what rows of events say, what is about more of the codes, what has a period and
    /// the later one, what stands in the file that was changed last.
    pub fn candidates(&self, variable: Variable, codes: &[(Variable, &str)], whole: bool) -> Vec<usize> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (rank, subject) in subjects(variable, codes, whole).into_iter().enumerate() {
            let places = self.by_subject.get(&subject).into_iter().flatten();
            found.extend(places.map(|at| (rank, *at)));
        }
        found.sort_by_key(|(rank, at)| {
            let entry = self.entry(*at).map(|(_, entry)| entry);
            let period = entry.map(|entry| (entry.listed, entry.from.is_some() || entry.to.is_some(), entry.from));
            let (listed, dated, from) = period.unwrap_or_default();
            (Reverse(listed), *rank, Reverse((dated, from)), *at)
        });
        found.into_iter().map(|(_, at)| at).collect()
    }
}

/// What entries may be about that hold for these codes: all of them together where they are taken as a whole; else any of
/// them, more before fewer.
pub fn subjects(variable: Variable, codes: &[(Variable, &str)], whole: bool) -> Vec<Subject> {
    let of = |set: u32| {
        let chosen = codes.iter().enumerate().filter(move |(at, _)| set >> at & 1 == 1);
        let mut chosen: Vec<(Variable, &str)> = chosen.map(|(_, code)| *code).collect();
        chosen.sort_unstable_by_key(|(variable, _)| *variable);
        Subject::of(variable, chosen)
    };
    let all = (1_u32 << codes.len().min(8)) - 1;
    if all == 0 {
        return Vec::new();
    }
    if whole {
        return vec![of(all)];
    }
    let mut sets: Vec<u32> = (1..=all).collect();
    // The first codes weigh more: a product before a machine.
    sets.sort_by_key(|set| (Reverse(set.count_ones()), Reverse(set.reverse_bits())));
    sets.into_iter().map(of).collect()
}
