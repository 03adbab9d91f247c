//! What a file leaves behind for the file that goes on after it, of each place.
//!
//! Invariant: which file goes on after which follows from the times of their rows (then names and hashes), never from the
//! order in which they came.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::counter::Standing;
use super::log::Lasting;
use crate::profile::{STATES, SeriesSteps};
use crate::record::Value;
use crate::variable::Variable;

/// What a counter or a log of states belongs to. A text is empty where rows name none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Place {
    /// Plant.
    pub site: String,
    /// Machine.
    pub machine: String,
    /// Line, where no machine is named.
    pub line: String,
}

/// The place of a row from its texts.
pub fn place<'t>(text: impl Fn(Variable) -> Option<&'t str>) -> Place {
    // The database holds no NUL.
    let named = |variable| {
        text(variable)
            .map(str::trim)
            .unwrap_or_default()
            .replace('\0', "\u{fffd}")
    };
    let machine = named(Variable::Machine);
    let line = match machine.is_empty() {
        true => named(Variable::Line),
        false => String::new(),
    };
    Place {
        site: named(Variable::Site),
        machine,
        line,
    }
}

/// What of a place is followed over files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The counter of a variable.
    Counter(Variable),
    /// The state.
    State,
}

impl Kind {
    /// Its name: that of the variable, or `state`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Counter(variable) => variable.name(),
            Kind::State => "state",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Kind> {
        match name {
            "state" => Some(Kind::State),
            name => Variable::from_name(name).map(Kind::Counter),
        }
    }
}

/// Of what a row says something under these steps, and when: of each counter with a reading, and of the state. `ts` is its
/// main point in time.
pub fn moments(
    steps: &SeriesSteps,
    ts: Option<DateTime<Utc>>,
    value: impl Fn(Variable) -> Option<Value>,
) -> Vec<(Kind, DateTime<Utc>)> {
    let counters = steps
        .counter
        .iter()
        .filter(|counter| counter.adds_to().is_some())
        .filter_map(|counter| {
            let is_reading = matches!(value(counter.variable)?, Value::Number(number) if is_reading(number));
            Some((Kind::Counter(counter.variable), ts.filter(|_| is_reading)?))
        });
    let state = steps.intervals.and_then(|_| Some((Kind::State, state_since(&value)?)));
    counters.chain(state).collect()
}

/// Since when a row says that a state is there; `None` where it says no state: a log may hold other rows too.
pub fn state_since(value: impl Fn(Variable) -> Option<Value>) -> Option<DateTime<Utc>> {
    let says = |variable| match value(variable) {
        Some(Value::Text(text)) => !text.trim().is_empty(),
        other => other.is_some(),
    };
    match value(Variable::EventStart)? {
        Value::Time(start) if STATES.into_iter().any(says) => Some(start),
        _ => None,
    }
}

/// Whether a counter can show it.
pub fn is_reading(value: Decimal) -> bool {
    value >= Decimal::ZERO
}

/// What is left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// Where the counter stands.
    Counter(Standing),
    /// The state that lasts.
    State(Lasting),
}

/// What was left behind for a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// The last moment that files before it speak of: what it says until then adds nothing.
    pub until: DateTime<Utc>,
    /// What they left behind.
    pub left: Left,
}

/// What was left behind for a file at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedIn {
    /// The place.
    pub place: Place,
    /// What is followed.
    pub kind: Kind,
    /// What was left behind.
    pub carried: Carried,
}

/// The time of a file at one place, and what is left behind at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// The place.
    pub place: Place,
    /// What is followed.
    pub kind: Kind,
    /// Time of its first row.
    pub first_at: DateTime<Utc>,
    /// Time of its last row.
    pub last_at: DateTime<Utc>,
    /// What it leaves behind.
    pub left: Left,
    /// What was left behind for it, as it was reckoned with.
    pub carried: Option<Carried>,
}

/// Of the edges of one place and kind, in the order of their first moments, what is left behind for the one at that
/// place of the list: by the file before it that reaches the furthest, the last of several, as of one moment the later row
/// holds.
pub fn carried_in(edges: &[Edge], at: usize) -> Option<Carried> {
    let before = edges.get(..at)?;
    let furthest = before.iter().reduce(|one, other| match other.last_at >= one.last_at {
        true => other,
        false => one,
    })?;
    Some(Carried {
        until: furthest.last_at,
        left: furthest.left.clone(),
    })
}

/// Of the same list, the edges that were reckoned with something else than what is left behind for them now.
pub fn outdated(edges: &[Edge]) -> Vec<usize> {
    let now = |(at, edge): (usize, &Edge)| (carried_in(edges, at) != edge.carried).then_some(at);
    edges.iter().enumerate().filter_map(now).collect()
}
