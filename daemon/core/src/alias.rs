//! Names of one machine or one product: which of them stands for all of it, as a person decided, and which look alike.
//!
//! Invariants: rows keep what their file says; what is derived goes by the canonical name. A name leads to one canonical
//! name however long the chain is, and no chain is a circle. Nothing here joins two names by itself.

mod alike;
mod overlap;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::component::Dimension;
use crate::record::{Record, Value};
use crate::variable::Variable;
use crate::word::words;

pub use alike::{Member, suggestions};
pub use overlap::{Overlap, Span, overlap};

/// Longest name, in characters: that of a code in a cell.
const NAME_MAX: usize = 200;

words! {
    /// What has several names.
    AliasKind, "a kind of alias" {
        /// A machine, resource or work centre.
        Machine = "machine",
        /// A product or material, by its number or its name.
        Product = "product",
    }
}

impl AliasKind {
    /// The variables in which its names stand.
    pub const fn variables(self) -> &'static [Variable] {
        match self {
            AliasKind::Machine => &[Variable::Machine],
            AliasKind::Product => &[Variable::ProductCode, Variable::ProductName],
        }
    }

    /// What rows are grouped by where they are grouped by its names.
    pub const fn dimensions(self) -> &'static [Dimension] {
        match self {
            AliasKind::Machine => &[Dimension::Machine],
            AliasKind::Product => &[Dimension::ProductCode, Dimension::ProductName],
        }
    }

    /// The kind whose names stand in a variable.
    pub fn of(variable: Variable) -> Option<AliasKind> {
        AliasKind::ALL
            .into_iter()
            .find(|kind| kind.variables().contains(&variable))
    }

    /// The kind whose names rows are grouped by there.
    pub fn of_dimension(dimension: Dimension) -> Option<AliasKind> {
        AliasKind::ALL
            .into_iter()
            .find(|kind| kind.dimensions().contains(&dimension))
    }
}

/// That a name is another one's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alias {
    /// What is named.
    pub kind: AliasKind,
    /// The name that files may write, trimmed.
    pub name: String,
    /// The name that it goes by, trimmed; it may be an alias itself.
    pub canonical: String,
}

impl Alias {
    /// The alias as a person writes its parts, trimmed as cells are.
    ///
    /// # Errors
    /// See [`AliasFault`]; whether it fits those that are decided, [`Aliases::admits`] says.
    pub fn new(kind: AliasKind, name: &str, canonical: &str) -> Result<Alias, AliasFault> {
        let [name, canonical] = [name, canonical].map(str::trim);
        for part in [name, canonical] {
            if part.is_empty() {
                return Err(AliasFault::Blank { kind });
            }
            if part.chars().count() > NAME_MAX || part.chars().any(|c| c == '=' || c.is_control()) {
                return Err(AliasFault::NoName);
            }
        }
        if name == canonical {
            return Err(AliasFault::Itself { name: name.to_owned() });
        }
        Ok(Alias {
            kind,
            name: name.to_owned(),
            canonical: canonical.to_owned(),
        })
    }
}

/// Why an alias can't be decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AliasFault {
    /// A name is missing.
    #[error("a name is blank; write NAME=CANONICAL with the two names of one {kind}")]
    Blank {
        /// What is named.
        kind: AliasKind,
    },
    /// What no cell can say.
    #[error("a name has at most {NAME_MAX} characters, none of them `=` or a control character")]
    NoName,
    /// Both are the same.
    #[error("`{name}` is that name already; write NAME=CANONICAL with two names")]
    Itself {
        /// The name.
        name: String,
    },
    /// It is decided otherwise, or so already.
    #[error(
        "`{name}` is an alias of `{canonical}` already; `plant aliases remove {kind} {name}` takes that away first"
    )]
    Taken {
        /// What is named.
        kind: AliasKind,
        /// The name.
        name: String,
        /// What it is an alias of.
        canonical: String,
    },
    /// The canonical name leads back to the name.
    #[error(
        "`{canonical}` goes by `{name}` already, so that neither would stand for both; turn it round, or take away an \
         alias that leads from `{canonical}` to `{name}`"
    )]
    Circle {
        /// The name.
        name: String,
        /// What was to stand for it.
        canonical: String,
    },
}

/// The aliases of an org.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Aliases {
    /// Names as decided, each with what it is an alias of.
    decided: BTreeMap<AliasKind, BTreeMap<String, String>>,
    /// Names, each with what stands for it in the end.
    canonical: BTreeMap<AliasKind, BTreeMap<String, String>>,
}

impl Aliases {
    /// Those that were decided.
    pub fn new(decided: impl IntoIterator<Item = Alias>) -> Aliases {
        let mut all = Aliases::default();
        for alias in decided {
            let of_kind = all.decided.entry(alias.kind).or_default();
            of_kind.insert(alias.name, alias.canonical);
        }
        for (kind, decided) in &all.decided {
            let ends = decided.keys().map(|name| (name.clone(), end(decided, name).to_owned()));
            all.canonical.insert(*kind, ends.collect());
        }
        all
    }

    /// Whether an alias can be added to these.
    ///
    /// # Errors
    /// See [`AliasFault`].
    pub fn admits(&self, alias: &Alias) -> Result<(), AliasFault> {
        let Alias { kind, name, canonical } = alias;
        if let Some(taken) = self.decided.get(kind).and_then(|decided| decided.get(name)) {
            return Err(AliasFault::Taken {
                kind: *kind,
                name: name.clone(),
                canonical: taken.clone(),
            });
        }
        if self.canonical(*kind, canonical) == name {
            return Err(AliasFault::Circle {
                name: name.clone(),
                canonical: canonical.clone(),
            });
        }
        Ok(())
    }

    /// The name that stands for this one: itself where nothing was decided.
    pub fn canonical<'a>(&'a self, kind: AliasKind, name: &'a str) -> &'a str {
        let name = name.trim();
        let found = self.canonical.get(&kind).and_then(|canonical| canonical.get(name));
        found.map_or(name, String::as_str)
    }

    /// What stands for a text of a variable, where that is another name.
    pub fn other(&self, variable: Variable, text: &str) -> Option<&str> {
        let canonical = self.canonical.get(&AliasKind::of(variable)?)?;
        canonical.get(text.trim()).map(String::as_str)
    }

    /// Puts canonical names in the place of those that a row has.
    pub fn apply(&self, record: &mut Record) {
        for (kind, canonical) in &self.canonical {
            for variable in kind.variables() {
                if let Some(name) = record.text(*variable).and_then(|text| canonical.get(text.trim())) {
                    record.set(*variable, Value::Text(name.clone()));
                }
            }
        }
    }

    /// All names of whatever goes by the same name as this one, which is among them, whatever the case in which it is
    /// written here.
    pub fn names(&self, kind: AliasKind, written: &str) -> BTreeSet<String> {
        let written = written.trim();
        let mut names = BTreeSet::from([written.to_owned()]);
        let Some(canonical) = self.canonical.get(&kind) else {
            return names;
        };
        let folded = written.to_lowercase();
        let is_meant = |name: &str| name.to_lowercase() == folded;
        let meant: BTreeSet<&String> = (canonical.iter())
            .filter(|(name, end)| is_meant(name) || is_meant(end))
            .map(|(_, end)| end)
            .collect();
        for (name, end) in canonical {
            if meant.contains(end) {
                names.extend([name.clone(), end.clone()]);
            }
        }
        names
    }

    /// Every name that is an alias, with what stands for it.
    pub fn of_kind(&self, kind: AliasKind) -> impl Iterator<Item = (&str, &str)> {
        let of_kind = self.canonical.get(&kind).into_iter().flatten();
        of_kind.map(|(name, canonical)| (name.as_str(), canonical.as_str()))
    }

    /// The names that another name stands for there than here.
    pub fn moved(&self, there: &Aliases) -> Vec<(AliasKind, String)> {
        let mut moved = Vec::new();
        for kind in AliasKind::ALL {
            let names: BTreeSet<&str> = self
                .of_kind(kind)
                .chain(there.of_kind(kind))
                .map(|(name, _)| name)
                .collect();
            let differs = |name: &&str| self.canonical(kind, name) != there.canonical(kind, name);
            moved.extend(names.into_iter().filter(differs).map(|name| (kind, name.to_owned())));
        }
        moved
    }
}

/// Where the chain that begins with a name ends.
fn end<'a>(decided: &'a BTreeMap<String, String>, name: &'a str) -> &'a str {
    let mut at = name;
    // No chain is longer than there are names; what was decided is no circle.
    for _ in 0..decided.len() {
        match decided.get(at) {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

#[cfg(test)]
mod tests;
