//! What is asked of a person about a series, and what each answer would do.

use super::ask::{Answer, Choice, Question, QuestionKind, Turn};
use super::entry::Input;
use super::model::{Basis, Decisions, Mode, Seen, Version, Why, counting};
use super::outcome::{Open, Outcome};
use super::{chain, modes, reversal, words as texts};

impl QuestionKind {
    fn answers(self, equal_rows: bool) -> &'static [Answer] {
        match self {
            QuestionKind::SameName => &[Answer::Replace, Answer::Increment],
            QuestionKind::RepeatedOrNew | QuestionKind::UnmappedDiffers => &[Answer::Repeat, Answer::Increment],
            QuestionKind::ChangedRows if equal_rows => &[Answer::Keyed, Answer::Repeat, Answer::Increment],
            QuestionKind::ChangedRows => &[Answer::Keyed, Answer::Increment],
            QuestionKind::SameSource => &[Answer::Different, Answer::Same],
            QuestionKind::SameRank => &[Answer::Second, Answer::First],
            QuestionKind::RankBasis => &[Answer::ByName, Answer::ByTime],
            QuestionKind::WithdrawsMuch => &[Answer::Accept, Answer::LeaveOut],
            QuestionKind::ListOrEvents => &[Answer::Events, Answer::List],
        }
    }

    /// Whether the newer version waits for the answer; the others only tell.
    pub fn contests(self) -> bool {
        !matches!(self, QuestionKind::SameSource | QuestionKind::ListOrEvents)
    }
}

impl Decisions {
    /// The decisions after an answer to a question about the two versions.
    #[must_use]
    pub fn answered(&self, kind: QuestionKind, older: i64, newer: i64, answer: Answer) -> Decisions {
        let mut after = self.clone();
        match answer {
            Answer::Replace => after.same_name = Some(Mode::Replace),
            Answer::Increment if kind == QuestionKind::SameName => after.same_name = Some(Mode::Increment),
            Answer::Increment => (after.overlap, after.changed) = (Some(Mode::Increment), Some(Mode::Increment)),
            Answer::Repeat => {
                after.overlap = Some(Mode::Repeat);
                if kind == QuestionKind::ChangedRows {
                    after.changed = Some(Mode::Repeat);
                }
                after.ignore_unmapped |= kind == QuestionKind::UnmappedDiffers;
            }
            Answer::Keyed => after.mode = Some(Mode::Keyed),
            Answer::Same => after.same_source = Some(true),
            Answer::Different => after.same_source = Some(false),
            Answer::First => after.newer.push(older),
            Answer::Second => after.newer.push(newer),
            Answer::ByTime => after.rank = Some(Basis::Time),
            Answer::ByName => after.rank = Some(Basis::Name),
            Answer::Accept => after.accepted.push(newer),
            Answer::LeaveOut => after.left_out.push(newer),
            Answer::List => after.mode = Some(Mode::Reference),
            Answer::Events => after.events = true,
        }
        after
    }
}

/// Rounds in which versions are found that wait; each round is without those found before.
const ROUNDS: usize = 8;

/// What counts where versions that wait take no part: what they would replace counts until they are answered.
fn waiting(versions: &[Version], decisions: &Decisions, first: Outcome) -> Outcome {
    let mut outcome = first;
    let mut waits: Vec<usize> = Vec::new();
    for _ in 0..ROUNDS {
        let found = (0..versions.len()).filter(|at| outcome.verdict.of(*at).contains(&Why::Contested));
        let fresh: Vec<usize> = found.filter(|at| !waits.contains(at)).collect();
        if fresh.is_empty() {
            break;
        }
        waits.extend(fresh);
        let mut without = decisions.clone();
        let numbers = waits
            .iter()
            .filter_map(|at| versions.get(*at))
            .map(|version| version.file_no);
        without.left_out.extend(numbers);
        let mut next = chain::compose(&Input::new(versions, &without));
        for at in &waits {
            next.verdict.stop_all(*at, Why::Contested);
        }
        // What the first round asks comes first; in later ones the versions have other places.
        next.open = outcome.open;
        outcome = next;
    }
    outcome
}

/// Which rows count, and the first question by rank.
pub(super) struct Settled {
    pub why: Vec<Vec<Why>>,
    pub evidence: Vec<(usize, Seen)>,
    pub open: Option<(Turn, Open)>,
}

/// When a question is asked.
fn turn(input: &Input, open: &Open) -> Turn {
    let newer = input.entries.get(open.order);
    let sighting = newer.and_then(|entry| input.version(entry.version)?.sightings.get(entry.sighting));
    Turn {
        only_tells: !open.kind.contests(),
        rank: newer.map_or(0, |entry| entry.rank),
        name: sighting.map(|sighting| sighting.name.clone()).unwrap_or_default(),
        folder: sighting.map(|sighting| sighting.folder.clone()).unwrap_or_default(),
        kind: open.kind,
    }
}

pub(super) fn settle(versions: &[Version], decisions: &Decisions) -> Settled {
    let input = Input::new(versions, decisions);
    let mut outcome = match decisions.decided() {
        Some(mode) => modes::apply(&input, mode),
        None => waiting(versions, decisions, chain::compose(&input)),
    };
    reversal::net(&input, &mut outcome.verdict);
    outcome.open.extend(list_or_events(&input));
    let open = outcome
        .open
        .into_iter()
        .map(|open| (turn(&input, &open), open))
        .min_by(|(a, one), (b, other)| a.cmp(b).then(one.order.cmp(&other.order)));
    Settled {
        why: outcome.verdict.into_rows(),
        evidence: outcome.evidence,
        open,
    }
}

/// Whether the first version that may describe things does.
fn list_or_events(input: &Input) -> Option<Open> {
    if input.decisions.decided().is_some() || input.decisions.events {
        return None;
    }
    let (order, entry) = (input.entries.iter().enumerate())
        .find(|(_, entry)| input.version(entry.version).is_some_and(|version| version.describes))?;
    Some(Open {
        kind: QuestionKind::ListOrEvents,
        older: entry.version,
        newer: entry.version,
        rows: input.rows(entry.version).len() as u64,
        order,
        equal_rows: false,
    })
}

/// Questions that are passed over one after the other, at most.
const IDLE_MOST: usize = 8;

/// The same without questions of which no answer changes what counts, as of a row that was cancelled whichever of two
/// files it is of; with the decisions that pass over them.
pub(super) fn settle_quietly(versions: &[Version], decisions: &Decisions) -> (Settled, Decisions) {
    let mut decisions = decisions.clone();
    // Only what is netted afterwards makes readings alike.
    let rounds = match versions.iter().any(|version| version.documents.is_some()) {
        true => IDLE_MOST,
        false => 0,
    };
    let no = |at: usize| versions.get(at).map_or(0, |version| version.file_no);
    for _ in 0..rounds {
        let settled = settle(versions, &decisions);
        let Some((_, open)) = &settled.open else {
            return (settled, decisions);
        };
        let answers = open.kind.answers(open.equal_rows).iter();
        let all: Vec<Decisions> = answers
            .map(|answer| decisions.answered(open.kind, no(open.older), no(open.newer), *answer))
            .collect();
        let mut readings = all.iter().map(|after| counted(&settle(versions, after).why));
        let first = readings.next();
        let is_idle = readings.all(|reading| Some(reading) == first);
        drop(readings);
        match all.into_iter().next() {
            Some(likeliest) if is_idle => decisions = likeliest,
            _ => return (settled, decisions),
        }
    }
    (settle(versions, &decisions), decisions)
}

/// Which rows count.
fn counted(why: &[Vec<Why>]) -> Vec<Vec<bool>> {
    let of = |why: &Vec<Why>| why.iter().map(|why| *why == Why::Counts).collect();
    why.iter().map(of).collect()
}

/// The question, without what its answers would do.
pub(super) fn asked(versions: &[Version], (turn, open): &(Turn, Open)) -> Question {
    let no = |at: usize| versions.get(at).map_or(0, |version| version.file_no);
    Question {
        kind: open.kind,
        turn: turn.clone(),
        older: no(open.older),
        newer: no(open.newer),
        rows: open.rows,
        choices: Vec::new(),
        text: texts::question(open.kind, open.rows),
    }
}

/// What each answer to a question would do, and which rows would count after it.
pub(super) fn told(
    versions: &[Version],
    decisions: &Decisions,
    question: &Question,
    open: &Open,
) -> (Vec<Choice>, Vec<Vec<Vec<Why>>>) {
    let answers = open.kind.answers(open.equal_rows).iter();
    let one = |answer: &Answer| {
        let after = decisions.answered(open.kind, question.older, question.newer, *answer);
        let why = settle_quietly(versions, &after).0.why;
        let choice = Choice {
            answer: *answer,
            label: answer.label(open.kind),
            rows: counting(&why),
        };
        (choice, why)
    };
    answers.map(one).unzip()
}
