//! Which names look as if they were one thing's.

use std::collections::BTreeMap;

/// A name with the number of rows that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name.
    pub name: String,
    /// Its rows.
    pub rows: u64,
}

/// For each name that looks like one with more rows (of as many: that comes first by its letters), that other one: their
/// letters and digits are the same but for case, separators (blank, `-`, `_`, `.`, `/`) and zeros that lead a number. Numbers
/// that separators part at different places are different ones.
pub fn suggestions(members: &[Member]) -> Vec<(&Member, &Member)> {
    let mut numbered: BTreeMap<Vec<String>, Vec<&Member>> = BTreeMap::new();
    // Names by their letters and digits alone: those without a separator between digits, and those with one.
    let mut plain: BTreeMap<String, [Vec<&Member>; 2]> = BTreeMap::new();
    for member in members {
        let Some(skeleton) = Skeleton::of(&member.name) else {
            continue;
        };
        numbered.entry(skeleton.runs).or_default().push(member);
        let [whole, parted] = plain.entry(skeleton.plain).or_default();
        match skeleton.is_parted {
            false => whole.push(member),
            true => parted.push(member),
        }
    }
    let mut best: BTreeMap<&str, (&Member, &Member)> = BTreeMap::new();
    for group in numbered.values() {
        propose(&mut best, group, first(group.iter().copied()));
    }
    for [whole, parted] in plain.values() {
        propose(&mut best, whole, first(whole.iter().chain(parted).copied()));
        propose(&mut best, parted, first(whole.iter().copied()));
    }
    best.into_values().collect()
}

fn stands_before(one: &Member, other: &Member) -> bool {
    (other.rows, &one.name) < (one.rows, &other.name)
}

fn first<'a>(members: impl Iterator<Item = &'a Member>) -> Option<&'a Member> {
    members.reduce(|one, other| match stands_before(other, one) {
        true => other,
        false => one,
    })
}

fn propose<'a>(best: &mut BTreeMap<&'a str, (&'a Member, &'a Member)>, to: &[&'a Member], first: Option<&'a Member>) {
    let Some(first) = first else { return };
    for member in to.iter().copied().filter(|member| stands_before(first, member)) {
        let found = best.entry(&member.name).or_insert((member, first));
        if stands_before(first, found.1) {
            found.1 = first;
        }
    }
}

/// What is the same of names that are alike.
struct Skeleton {
    /// Runs of digits, without leading zeros, and of what is none; a separator parts two numbers, and joins letters.
    runs: Vec<String>,
    /// Letters and digits.
    plain: String,
    /// Whether a separator stands between two digits.
    is_parted: bool,
}

impl Skeleton {
    /// None of a name without a letter or digit.
    fn of(name: &str) -> Option<Skeleton> {
        let is_separator = |c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.' | '/');
        let upper = name.to_uppercase();
        let plain: String = upper.chars().filter(|c| !is_separator(*c)).collect();
        if !plain.chars().any(char::is_alphanumeric) {
            return None;
        }
        let mut runs: Vec<String> = Vec::new();
        let (mut in_number, mut behind_separator, mut is_parted) = (false, false, false);
        for c in upper.chars() {
            if is_separator(c) {
                behind_separator = true;
                continue;
            }
            let is_digit = c.is_ascii_digit();
            let parts = is_digit && in_number && behind_separator;
            match runs.last_mut() {
                Some(run) if in_number == is_digit && !parts => run.push(c),
                _ => runs.push(c.to_string()),
            }
            is_parted |= parts;
            (in_number, behind_separator) = (is_digit, false);
        }
        for run in &mut runs {
            if run.bytes().all(|byte| byte.is_ascii_digit()) {
                let bare = run.trim_start_matches('0');
                *run = if bare.is_empty() { "0" } else { bare }.to_owned();
            }
        }
        Some(Skeleton { runs, plain, is_parted })
    }
}
