//! Rows that are no events.

use std::ops::ControlFlow;

use plant_core::fold::fold;
use plant_core::profile::{DropWhere, Test};
use regex::Regex;

use super::error::ShapeError;
use super::step::{Next, Outcome, Row, Step, place};
use crate::output::pattern;

/// Leaves out the rows whose cell is what it says.
#[derive(Debug)]
pub(super) struct Drops {
    at: usize,
    test: Compiled,
    /// The condition in words.
    said: String,
    left: u64,
}

#[derive(Debug)]
enum Compiled {
    Is(Vec<String>),
    Not(Vec<String>),
    Matches(Regex),
    Blank,
}

impl Drops {
    pub(super) fn new(condition: &DropWhere, header: &[String]) -> Result<Drops, ShapeError> {
        let folded = |texts: &[String]| texts.iter().map(|text| fold(text.trim())).collect();
        let quoted = |texts: &[String]| {
            let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
            texts.join(" or ")
        };
        let column = &condition.column;
        let (test, said) = match &condition.test {
            Test::Is(texts) => (Compiled::Is(folded(texts)), format!("`{column}` is {}", quoted(texts))),
            Test::Not(texts) => (
                Compiled::Not(folded(texts)),
                format!("`{column}` is not {}", quoted(texts)),
            ),
            Test::Matches(text) => (
                Compiled::Matches(pattern("drop_where", text)?),
                format!("`{column}` matches `{text}`"),
            ),
            Test::Blank => (Compiled::Blank, format!("`{column}` is blank")),
        };
        Ok(Drops {
            at: place("drop_where", header, column)?,
            test,
            said,
            left: 0,
        })
    }
}

impl Step for Drops {
    fn row(&mut self, row: Row<'_>, next: Next<'_>) -> Outcome {
        let text = row.cell(self.at).trim();
        let is_met = match &self.test {
            Compiled::Is(texts) => texts.contains(&fold(text)),
            Compiled::Not(texts) => !texts.contains(&fold(text)),
            Compiled::Matches(pattern) => pattern.is_match(text),
            Compiled::Blank => text.is_empty(),
        };
        if is_met {
            self.left += 1;
            return Ok(ControlFlow::Continue(()));
        }
        next(row)
    }

    fn left(&self) -> Option<(u64, String)> {
        (self.left > 0).then(|| (self.left, self.said.clone()))
    }
}
