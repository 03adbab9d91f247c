//! What an amount rests on.
//!
//! The defaults are the careful ones: an input that leaves something unsaid is refused, not valued.

use rust_decimal::Decimal;

/// What was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LossKind {
    /// Material used beyond the allowance.
    Material,
    /// Pieces scrapped.
    Scrap,
    /// Price paid beyond the standard.
    Price,
    /// Energy used.
    Energy,
    /// Hours for which overtime was paid in the same week.
    PaidOvertime,
    /// Rework hours, paid as overtime.
    ReworkOvertime,
    /// Output lost at a machine that a person marked as constraint with backlog.
    Capacity,
    /// Time at a machine that is no constraint, without paid overtime: hours, never money.
    #[default]
    FreedTime,
    /// Overhead volume variance: never a saving.
    VolumeVariance,
    /// Labour rate variance: information.
    RateVariance,
    /// Stock moved from one place to another: never a saving.
    InventoryMove,
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

/// Where a unit value comes from, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueKind {
    /// Invoice or purchase price.
    Invoice,
    /// Standard cost.
    Standard,
    /// Payroll rate.
    Payroll,
    /// Default of the org.
    Default,
}

/// What one unit of the loss is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitValue {
    /// Money for one unit of the loss.
    pub value: Decimal,
    /// What it rests on.
    pub kind: ValueKind,
    /// Column or file that it comes from.
    pub source: String,
    /// Whether it stands in for a better one: the standard unit cost where scrap should be valued at material cost.
    pub is_fallback: bool,
}

/// How much of an addressable loss is taken as saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capture {
    /// For the expected amount: at most 0.5 until the plant has a verified case.
    pub expected: Decimal,
    /// For the low amount: at most 0.25 until the plant has a verified case.
    pub low: Decimal,
    /// Whether the plant has a verified case.
    pub has_verified_case: bool,
}

const HALF: Decimal = Decimal::from_parts(5, 0, 0, false, 1);
const QUARTER: Decimal = Decimal::from_parts(25, 0, 0, false, 2);

impl Default for Capture {
    fn default() -> Self {
        Capture {
            expected: HALF,
            low: QUARTER,
            has_verified_case: false,
        }
    }
}

impl Capture {
    /// The factors that may be used: within 0 and their caps, and low never above expected.
    pub(super) fn careful(self) -> Capture {
        let (most, most_low) = match self.has_verified_case {
            true => (Decimal::ONE, Decimal::ONE),
            false => (HALF, QUARTER),
        };
        let expected = self.expected.clamp(Decimal::ZERO, most);
        Capture {
            expected,
            low: self.low.clamp(Decimal::ZERO, most_low).min(expected),
            has_verified_case: self.has_verified_case,
        }
    }
}

/// What the ledger says about the pool of a finding over the same period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked {
    /// Unfavourable variance that is booked, positive.
    pub loss: Decimal,
    /// Observed money of all findings of the pool, before scaling.
    pub findings: Decimal,
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
    /// Whether the ideal cycle time that the loss rests on is too slow (effectiveness above 1).
    pub ideal_cycle_too_slow: bool,
    /// Whether the loss was falling before the finding.
    pub falling_already: bool,
    /// Whether the baseline spans at least 12 weeks, or a period that didn't pick the finding.
    pub baseline_holds: bool,
    /// Overtime hours paid over the scope; absent where no row says anything of overtime, which is not 0.
    pub overtime_hours: Option<Decimal>,
    /// What one unit is worth.
    pub unit_value: Option<UnitValue>,
    /// ISO 4217 currency of the unit value.
    pub currency: Option<String>,
    /// What the ledger says, where it does.
    pub booked: Option<Booked>,
    /// How much of it is taken as saved.
    pub capture: Capture,
}
