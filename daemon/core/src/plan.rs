//! How the cells of a file were read. Where a later version is read so too, a line that both have makes the same row.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::learned::Proven;
use crate::measure::MeasureKind;
use crate::operator::Operators;
use crate::profile::DateOrder;
use crate::says::FolderSays;
use crate::variable::Variable;

/// How one column was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnPlan {
    /// Decimal sign.
    pub decimal: char,
    /// Order of day and month.
    pub order: DateOrder,
    /// Whether its times go forward with the lines.
    pub increasing: bool,
    /// Seconds of the regular intervals whose ends its times are.
    pub interval_s: Option<i64>,
    /// Whether its cells help to tell rows apart: no variable takes it, and it says something of the row itself.
    pub tells: bool,
    /// What it measures, where no variable takes it.
    pub measure: Option<MeasureKind>,
    /// Whether its cells name operators.
    pub names_operators: bool,
}

/// How a file was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingPlan {
    /// Per column of its header.
    pub columns: Vec<ColumnPlan>,
    /// Zone of local times where neither the text nor the profile says so.
    pub zone: String,
    /// Currency of the org at that time.
    pub currency: Option<String>,
    /// What "today" was.
    pub today: NaiveDate,
    /// What its own cells prove of how its columns are written.
    #[serde(default)]
    pub proves: Proven,
    /// What its name and the path of its folder said for each row, by variable.
    #[serde(default)]
    pub said: BTreeMap<Variable, String>,
    /// What its folder says of rows that don't say it themselves.
    #[serde(default)]
    pub says: FolderSays,
    /// Its shifts that go over midnight as its rows say and their names don't, folded: the early hours of such a shift are
    /// of the day after its date.
    #[serde(default)]
    pub nights: BTreeSet<String>,
    /// How it keeps operators.
    pub operators: Operators,
    /// Whether how a row was read depends on those before it (the hour that comes twice when clocks go back).
    pub depends_on_rows: bool,
}

impl ReadingPlan {
    /// The hash of a file's bytes and of what its name and folder say for each row, where they say something: the same
    /// bytes under the names of two days are no copy.
    pub fn declared(&self, sha256: &[u8]) -> Option<[u8; 32]> {
        if self.said.is_empty() {
            return None;
        }
        let mut hasher = Sha256::new_with_prefix(sha256);
        for (variable, text) in &self.said {
            // Neither holds a byte of zero.
            hasher.update(variable.name());
            hasher.update([0]);
            hasher.update(text);
            hasher.update([0]);
        }
        Some(hasher.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_are_told_apart_by_what_the_name_says() {
        let plan = |said: &[(Variable, &str)]| ReadingPlan {
            columns: Vec::new(),
            zone: "UTC".to_owned(),
            currency: None,
            today: NaiveDate::default(),
            proves: Proven::new(),
            said: said
                .iter()
                .map(|(variable, text)| (*variable, (*text).to_owned()))
                .collect(),
            says: FolderSays::default(),
            nights: BTreeSet::new(),
            operators: Operators::Codes,
            depends_on_rows: false,
        };
        let (a, b) = ([1; 32], [2; 32]);
        assert_eq!(plan(&[]).declared(&a), None);
        let day = |text| plan(&[(Variable::PostingDate, text)]);
        assert_eq!(day("20250503").declared(&a), day("20250503").declared(&a));
        assert_ne!(day("20250503").declared(&a), day("20250504").declared(&a));
        assert_ne!(day("20250503").declared(&a), day("20250503").declared(&b));
        assert_ne!(day("L1").declared(&a), plan(&[(Variable::Line, "L1")]).declared(&a));
    }
}
