//! Columns that name operators, and what may be shown of them.

use plant_core::operator::OperatorKey;
use plant_core::profile::Profile;
use plant_core::variable::Variable;

use crate::facts::Column;
use crate::synonyms::matches;

/// How much a name must speak for operators for a column to count as naming them although nothing maps it.
const NAMED: f64 = 0.6;

/// Whether the cells of a column name operators: it feeds them, alone or with others, or nothing else and goes by a name
/// for them.
pub(crate) fn are_named_in(profile: &Profile, column: &Column) -> bool {
    let mapped = profile.column(&column.source).and_then(|mapped| mapped.variable);
    names_operators(profile, column) || (mapped.is_none() && go_by(column))
}

/// Whether a profile says that the cells of a column name operators.
fn names_operators(profile: &Profile, column: &Column) -> bool {
    let feeds = |output: &plant_core::profile::Output| {
        output.variable == Variable::Operator && output.source.columns().contains(&column.source.as_str())
    };
    let mapped = profile.column(&column.source).and_then(|mapped| mapped.variable);
    mapped == Some(Variable::Operator) || profile.outputs.iter().any(feeds)
}

/// Whether a column goes by a name for operators.
pub(crate) fn go_by(column: &Column) -> bool {
    matches(&column.name)
        .iter()
        .any(|found| found.variable == Variable::Operator && found.score >= NAMED)
}

/// What people may see of the cells of columns: of operators their codes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<'a> {
    /// Makes the codes; absent where the org keeps names.
    pub(crate) key: Option<&'a OperatorKey>,
    /// By what the file is read, where that is known.
    pub(crate) profile: Option<&'a Profile>,
    /// The mappings of the org: what one says of a name goes for a file that has none yet.
    pub(crate) known: &'a [Profile],
}

impl Shown<'_> {
    /// The samples of a column; `is_suggested`: whether it may feed operators as far as its cells say.
    pub(crate) fn samples(&self, column: &Column, is_suggested: bool) -> Vec<String> {
        let is_named = || match self.profile {
            Some(profile) => are_named_in(profile, column),
            None => go_by(column) || self.known.iter().any(|profile| names_operators(profile, column)),
        };
        match self.key {
            Some(key) if is_suggested || is_named() => column.samples.iter().map(|name| key.code(name)).collect(),
            _ => column.samples.clone(),
        }
    }
}
