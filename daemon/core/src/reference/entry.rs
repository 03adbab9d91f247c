//! One fact of a row, and what is known of facts together.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::code::bare;
use crate::ids::FileId;
use crate::variable::Variable;

/// What a row tells of a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The variable that it gives a value.
    pub variable: Variable,
    /// What it is about: one code or more, as they are written.
    pub key: BTreeMap<Variable, String>,
    /// The value, in the unit of the variable.
    pub value: Fact,
    /// Currency of money, where the rows say one; else it is in that of the org.
    pub currency: Option<String>,
    /// First day on which it holds; absent: from the beginning.
    pub from: Option<NaiveDate>,
    /// Last day on which it holds; absent: until another one does.
    pub to: Option<NaiveDate>,
    /// Line of its file.
    pub line: u64,
    /// Whether a list says it; else a row of events does, by the way.
    pub listed: bool,
}

/// A value of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// A number.
    Number(Decimal),
    /// A text.
    Text(String),
}

/// A variable and the codes that it is about, as one name (UUIDv5): codes are the same however they are padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject(pub Uuid);

impl Subject {
    /// Of the value that a variable has for these codes, which are given in the order of the variables.
    pub fn of<'a>(variable: Variable, codes: impl IntoIterator<Item = (Variable, &'a str)>) -> Subject {
        let mut said = variable.name().to_owned();
        for (key, code) in codes {
            let code = bare(code);
            // The lengths keep codes apart.
            said.push_str(&format!(" {} {} {code}", key.name(), code.len()));
        }
        Subject(Uuid::new_v5(&Uuid::NAMESPACE_OID, said.as_bytes()))
    }

    /// Of every value of a variable.
    pub fn any(variable: Variable) -> Subject {
        Subject::of(variable, [])
    }
}

impl Entry {
    /// What it is about.
    pub fn subject(&self) -> Subject {
        Subject::of(
            self.variable,
            self.key.iter().map(|(variable, code)| (*variable, code.as_str())),
        )
    }

    /// Whether it holds on that day: one with a period never does where no day is known.
    pub fn holds_on(&self, day: Option<NaiveDate>) -> bool {
        match day {
            None => self.from.is_none() && self.to.is_none(),
            Some(day) => self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to),
        }
    }
}

/// A file with entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Id.
    pub file_id: FileId,
    /// Name.
    pub name: String,
}

/// What is known of things at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Files.
    pub sources: Vec<Source>,
    /// Entries, each with the place of its file among these; of one subject those of the file first that was changed last.
    pub entries: Vec<(u32, Entry)>,
}

/// Which entries of one file an analysis used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceUse {
    /// The variable whose values it took from there.
    pub variable: Variable,
    /// The file.
    pub file_id: FileId,
    /// Its name.
    pub file: String,
    /// Rows of the analysis that got a value.
    pub rows: u64,
    /// Entries that they got it from.
    pub entries: u64,
    /// Lines of the first of these entries.
    pub lines: Vec<u64>,
}
