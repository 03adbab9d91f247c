//! What files with the same columns teach each other about how these are written.
//!
//! Invariants: only what a column's own cells prove counts; what is learned follows from the set of the files, never from
//! their order; once two files prove different things, nothing is known any more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::header::skeleton;
use crate::profile::DateOrder;

/// How a column is written, where its own cells leave no doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Proof {
    /// Order of the parts of its dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<DateOrder>,
    /// Decimal sign of its numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
}

/// What one file proves, by what of the names of its columns survives any transcoding.
pub type Proven = BTreeMap<String, Proof>;

/// What is known of one thing from several files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact<T> {
    /// No file proves it.
    #[default]
    Unknown,
    /// All files that prove it prove this.
    Proven {
        /// What.
        value: T,
        /// The first of them.
        by: String,
    },
    /// Two files prove different things.
    Contested {
        /// One.
        by: String,
        /// The other.
        and: String,
    },
}

impl<T: Copy + PartialEq> Fact<T> {
    fn add(&mut self, found: Option<T>, file: &str) {
        let Some(found) = found else { return };
        *self = match std::mem::take(self) {
            Fact::Unknown => Fact::Proven {
                value: found,
                by: file.to_owned(),
            },
            Fact::Proven { value, by } if value != found => Fact::Contested {
                by,
                and: file.to_owned(),
            },
            known => known,
        };
    }

    /// The value, where all agree.
    pub fn value(&self) -> Option<T> {
        match self {
            Fact::Proven { value, .. } => Some(*value),
            Fact::Unknown | Fact::Contested { .. } => None,
        }
    }
}

/// What is known of how one column is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Told {
    /// Order of the parts of its dates.
    pub order: Fact<DateOrder>,
    /// Decimal sign of its numbers.
    pub decimal: Fact<char>,
}

/// What files with the same columns prove together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Learned {
    columns: BTreeMap<String, Told>,
}

impl Learned {
    /// Takes in what a file proves. Files are given in the order of their numbers, so that the first is named.
    pub fn add(&mut self, file: &str, proven: &Proven) {
        for (column, proof) in proven {
            let told = self.columns.entry(column.clone()).or_default();
            told.order.add(proof.order, file);
            told.decimal.add(proof.decimal, file);
        }
    }

    /// What is known of a column.
    pub fn column(&self, source: &str) -> Option<&Told> {
        self.columns.get(&skeleton(source))
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Whether two that were made of the same files but for some know the same values.
    pub fn tells_like(&self, other: &Learned) -> bool {
        let values = |learned: &Learned| {
            let told = learned.columns.iter();
            let values = told.map(|(column, told)| (column.clone(), (told.order.value(), told.decimal.value())));
            values
                .filter(|(_, values)| *values != (None, None))
                .collect::<BTreeMap<_, _>>()
        };
        values(self) == values(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proves(order: Option<DateOrder>, decimal: Option<char>) -> Proven {
        [("postingdate".to_owned(), Proof { order, decimal })].into()
    }

    fn of(files: &[(&str, Proven)]) -> Learned {
        let mut learned = Learned::default();
        for (name, proven) in files {
            learned.add(name, proven);
        }
        learned
    }

    #[test]
    fn unknown_then_proven_then_contested() {
        let silent = proves(None, None);
        let (day, month) = (
            proves(Some(DateOrder::Dmy), None),
            proves(Some(DateOrder::Mdy), Some(',')),
        );
        let order = |files: &[(&str, Proven)]| of(files).column("Posting Date").unwrap().order.clone();
        assert_eq!(order(&[("a", silent.clone())]), Fact::Unknown);
        let agreed = order(&[("a", silent.clone()), ("b", day.clone()), ("c", day.clone())]);
        assert_eq!(agreed.value(), Some(DateOrder::Dmy));
        assert!(matches!(agreed, Fact::Proven { by, .. } if by == "b"));
        let contested = order(&[("a", day.clone()), ("b", month.clone()), ("c", day.clone())]);
        assert!(matches!(&contested, Fact::Contested { by, and } if by == "a" && and == "b"));
        assert_eq!(contested.value(), None);
        // The other thing that one of them proves is known all the same.
        let all = of(&[("a", day.clone()), ("b", month.clone())]);
        assert_eq!(all.column("POSTING DATE").unwrap().decimal.value(), Some(','));
        assert!(!all.tells_like(&of(&[("a", day.clone())])));
        assert!(of(&[("a", day.clone()), ("b", day.clone())]).tells_like(&of(&[("b", day)])));
        assert!(of(&[("a", silent)]).tells_like(&Learned::default()));
    }

    #[test]
    fn it_survives_as_json() {
        let learned = of(&[
            ("a", proves(Some(DateOrder::Dmy), None)),
            ("b", proves(Some(DateOrder::Mdy), Some('.'))),
        ]);
        let text = serde_json::to_string(&learned).unwrap();
        assert_eq!(serde_json::from_str::<Learned>(&text).unwrap(), learned);
    }
}
