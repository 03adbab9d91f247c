//! Groups of rows: a day and a combination of dimensions, each text kept once.

use std::collections::HashMap;

use chrono::NaiveDate;
use plant_core::component::Dimension;

use crate::AnalysisError;

/// The number of a text that is not there.
pub(crate) const ABSENT: u32 = u32::MAX;

/// Texts by number, each kept once, numbered in the order in which they come.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    values: Vec<String>,
    codes: HashMap<String, u32>,
}

impl Texts {
    /// The number of a text.
    pub(crate) fn code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = u32::try_from(self.values.len()).unwrap_or(ABSENT);
        self.values.push(text.to_owned());
        self.codes.insert(text.to_owned(), code);
        code
    }

    /// The text of a number.
    pub(crate) fn get(&self, code: u32) -> Option<&str> {
        self.values.get(usize::try_from(code).ok()?).map(String::as_str)
    }

    /// Every text.
    pub(crate) fn values(&self) -> &[String] {
        &self.values
    }
}

/// A day and the numbers of the dimension texts, in the order of [`Dimension::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct GroupKey {
    /// Local date.
    pub(crate) day: Option<NaiveDate>,
    /// Numbers of the texts; [`ABSENT`] where there is none.
    pub(crate) dimensions: [u32; Dimension::ALL.len()],
}

impl GroupKey {
    /// The number of a dimension's text.
    pub(crate) fn code(&self, dimension: Dimension) -> u32 {
        self.dimensions.get(dimension as usize).copied().unwrap_or(ABSENT)
    }

    /// The same group without what only a stop or a defect has, for time that belongs to the machine as a whole.
    pub(crate) fn of_the_machine(mut self) -> GroupKey {
        for dimension in [Dimension::Reason, Dimension::StopCategory, Dimension::DefectCode] {
            if let Some(code) = self.dimensions.get_mut(dimension as usize) {
                *code = ABSENT;
            }
        }
        self
    }
}

/// Every group that occurs, numbered in the order in which they come.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    keys: Vec<GroupKey>,
    index: HashMap<GroupKey, u32>,
    /// Texts of each dimension, in the order of [`Dimension::ALL`].
    pub(crate) texts: [Texts; Dimension::ALL.len()],
}

impl Groups {
    /// The number of a group.
    ///
    /// # Errors
    /// More than 2³² groups.
    pub(crate) fn id(&mut self, key: GroupKey) -> Result<u32, AnalysisError> {
        if let Some(id) = self.index.get(&key) {
            return Ok(*id);
        }
        let id = u32::try_from(self.keys.len()).map_err(|_| AnalysisError::TooManyRows {
            rows: self.keys.len() as u64,
        })?;
        self.keys.push(key);
        self.index.insert(key, id);
        Ok(id)
    }

    /// The groups, in the order of their numbers.
    pub(crate) fn keys(&self) -> &[GroupKey] {
        &self.keys
    }

    /// The group of a number.
    pub(crate) fn key(&self, id: u32) -> Option<&GroupKey> {
        self.keys.get(usize::try_from(id).ok()?)
    }

    /// The text of a dimension.
    pub(crate) fn text(&self, dimension: Dimension, key: &GroupKey) -> Option<&str> {
        self.texts.get(dimension as usize)?.get(key.code(dimension))
    }

    /// Every text that a dimension has.
    pub(crate) fn values(&self, dimension: Dimension) -> &[String] {
        self.texts.get(dimension as usize).map_or(&[], Texts::values)
    }

    /// The texts of a group, in the order of [`Dimension::ALL`].
    pub(crate) fn dimensions(&self, key: &GroupKey) -> Vec<Option<String>> {
        Dimension::ALL
            .into_iter()
            .map(|dimension| self.text(dimension, key).map(str::to_owned))
            .collect()
    }
}
