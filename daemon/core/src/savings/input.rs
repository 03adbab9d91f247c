//! What an amount rests on.
//!
//! The defaults are the careful ones: an input that leaves something unsaid is refused, not valued.

use rust_decimal::Decimal;

/// What was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LossKind {
    /// Pieces scrapped: material money.
    Scrap,
    /// Time at a machine that is not known as a constraint, without paid overtime: hours, never money.
    #[default]
    FreedTime,
}

/// The loss of one occurrence or run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// How much was lost, in the loss unit.
    pub quantity: Decimal,
    /// What the benchmark is multiplied by to be comparable: 1 for a loss per occurrence, the pieces made for a rate.
    pub base: Decimal,
}

impl Loss {
    /// A loss that is compared as it stands, such as the minutes of a changeover.
    pub fn each(quantity: Decimal) -> Loss {
        Loss {
            quantity,
            base: Decimal::ONE,
        }
    }
}

/// What one unit of the loss is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitValue {
    /// Money for one unit of the loss.
    pub value: Decimal,
    /// Column or file that it comes from.
    pub source: String,
    /// Whether it stands in for a better one: the standard unit cost where scrap should be valued at material cost.
    pub is_fallback: bool,
}

/// A loss with everything that decides whether and how much of it is money.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SavingInput {
    /// What was lost.
    pub kind: LossKind,
    /// Loss of each run, also of those that did well.
    pub losses: Vec<Loss>,
    /// Unit of the losses: `min`, `pieces`, `kWh` …
    pub loss_unit: String,
    /// The plant's own comparable runs (same product family and machine), as loss for a base of 1.
    pub benchmark: Vec<Decimal>,
    /// Days from the first to the last, both counted.
    pub period_days: u32,
    /// Occurrences of the loss.
    pub occurrences: u32,
    /// Share (0 to 1) of the scheduled days that have rows.
    pub coverage: f64,
    /// Share (0 to 1) of the rows of the scope that are quarantined.
    pub quarantined_share: f64,
    /// Whether the identity checks pass over the scope.
    pub identity_ok: bool,
    /// Whether the loss was falling before the finding.
    pub falling_already: bool,
    /// Whether the baseline spans at least 12 weeks, or a period that didn't pick the finding.
    pub baseline_holds: bool,
    /// What one unit is worth.
    pub unit_value: Option<UnitValue>,
    /// ISO 4217 currency of the unit value.
    pub currency: Option<String>,
}
