//! Rows of operations that work on pieces once more: those pieces exist already, so they are made only once.
//!
//! Invariant: what such a row calls good is recovered, and no more pieces are made than the first pass made; what it
//! scraps is scrap of the plant, and no scrap of the first pass.

use std::collections::HashMap;

use plant_core::record::Record;
use plant_core::variable::Variable;
use plant_lexicon::is_rework;
use rust_decimal::Decimal;

/// Where a row says what kind of work it was.
const SAYS: [Variable; 2] = [Variable::OrderType, Variable::Operation];
/// What a first pass makes.
const MAKES: [Variable; 3] = [
    Variable::QuantityProduced,
    Variable::QuantityGood,
    Variable::QuantityRework,
];
/// Names that are remembered.
const KNOWN_MOST: usize = 10_000;

/// Which names mean rework, as far as they occurred.
#[derive(Debug, Default)]
pub(crate) struct Rework(HashMap<String, bool>);

/// What was taken out of a row.
#[derive(Debug, Default)]
pub(crate) struct Apart {
    /// The pieces that came out of it good.
    pub(crate) recovered: Option<Decimal>,
    /// The pieces that it scrapped.
    pub(crate) scrapped: Option<Decimal>,
    /// The variables that it no longer has.
    pub(crate) taken: Vec<Variable>,
}

impl Rework {
    /// Takes the pieces of a row of rework out of what it makes; of another row nothing.
    pub(crate) fn set_apart(&mut self, record: &mut Record) -> Apart {
        if !SAYS
            .iter()
            .filter_map(|variable| record.text(*variable))
            .any(|name| self.means(name))
        {
            return Apart::default();
        }
        let lost = |variable| record.number(variable).unwrap_or_default();
        let recovered = record.number(Variable::QuantityGood).or_else(|| {
            record
                .number(Variable::QuantityProduced)?
                .checked_sub(lost(Variable::QuantityScrap))?
                .checked_sub(lost(Variable::QuantityRework))
        });
        let taken: Vec<Variable> = MAKES
            .into_iter()
            .filter(|variable| record.get(*variable).is_some())
            .collect();
        taken.iter().for_each(|variable| record.unset(*variable));
        Apart {
            recovered,
            scrapped: record.number(Variable::QuantityScrap),
            taken,
        }
    }

    fn means(&mut self, name: &str) -> bool {
        if let Some(known) = self.0.get(name) {
            return *known;
        }
        let means = is_rework(name);
        if self.0.len() < KNOWN_MOST {
            self.0.insert(name.to_owned(), means);
        }
        means
    }
}
