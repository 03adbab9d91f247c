//! Recipes: how a metric is put together from components, as data.
//!
//! A recipe names every component that it reads, so that a query can ask the database for exactly these.

use crate::component::{Component, Made};
use crate::variable::Variable;

/// A component with its sign (1 or -1).
pub(crate) type Term = (i64, Component);

/// How a metric is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recipe {
    /// One component as it stands.
    Plain(Component),
    /// Signed components added up and divided by a number that turns the unit.
    Sum {
        /// What is added up.
        of: &'static [Term],
        /// What it is divided by (60: seconds to minutes).
        per: u32,
    },
    /// Ratio of two sums, times `times`, divided by `per`.
    Ratio {
        /// Numerator.
        over: &'static [Term],
        /// Denominator.
        under: &'static [Term],
        /// Turns the unit (3600: per second to per hour).
        times: u32,
        /// Turns the unit (3600: seconds to hours).
        per: u32,
    },
    /// PRI x GQ / PBT, checked against A x E x Q.
    Oee,
    /// AUBT / PBT x E x Q.
    Nee,
    /// MTBF / (MTBF + MTTR).
    InherentAvailability,
    /// One-sided lower bound of MTBF at 90 %.
    MtbfLowerBound,
    /// Value of scrap and rework, of which one may be absent.
    InternalFailureCost,
    /// Standard deviation (n - 1) of the measured values.
    MeasuredDeviation,
}

impl Recipe {
    /// Every component without which there is no value.
    pub(crate) fn required(self) -> Vec<Component> {
        use Made::*;
        let made = |list: &[Made]| list.iter().copied().map(Component::Made).collect();
        match self {
            Recipe::Plain(component) => vec![component],
            Recipe::Sum { of, .. } => of.iter().map(|(_, component)| *component).collect(),
            Recipe::Ratio { over, under, .. } => {
                let mut all: Vec<Component> = Vec::new();
                for (_, component) in over.iter().chain(under) {
                    if !all.contains(component) {
                        all.push(*component);
                    }
                }
                all
            }
            Recipe::Oee => made(&[IdealGoodS, PbtS]),
            Recipe::Nee => made(&[AptS, AustS, AdetS, PbtS, IdealGoodS]),
            Recipe::InherentAvailability => made(&[OperatingS, Failures, RepairS, ClosedFailures]),
            Recipe::MtbfLowerBound => made(&[OperatingS, Failures]),
            Recipe::InternalFailureCost => made(&[ScrapValue]),
            Recipe::MeasuredDeviation => made(&[MeasureN, MeasureSum, MeasureSumSq]),
        }
    }

    /// Components that are read for checks and remarks where they are there.
    pub(crate) fn optional(self) -> Vec<Component> {
        use Made::*;
        let required = self.required();
        let reads = |made: Made| required.contains(&Component::Made(made));
        let mut all = Vec::new();
        if reads(IdealS) || reads(IdealGoodS) {
            all.extend([
                Component::Made(AptS),
                Component::Made(IdealS),
                Component::Made(PqTimed),
                Component::Made(PqChecked),
                Component::Sum(Variable::QuantityProduced),
            ]);
        }
        if reads(AptS) || reads(OperatingS) || reads(IdealGoodS) {
            // From these the production time follows where plan and stops stand in different exports.
            all.extend([PbtS, AptS, AustS, AdetS, StopS].map(Component::Made));
        }
        if reads(ScrapValue) {
            all.extend([Component::Made(ScrapValued), Component::Sum(Variable::QuantityScrap)]);
        }
        if self == Recipe::InternalFailureCost {
            all.push(Component::Made(ReworkValue));
        }
        for component in &required {
            match component {
                Component::Sum(variable) => all.push(Component::Count(*variable)),
                other => all.extend(implied_by(*other)),
            }
        }
        all.retain(|component| !required.contains(component));
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether it adds up quantities whose unit another column names.
    pub(crate) fn is_quantity(self) -> bool {
        self.required().into_iter().any(is_quantity)
    }

    /// Whether it puts process values together.
    pub(crate) fn is_of_process_values(self) -> bool {
        self.required().into_iter().any(is_process_value)
    }
}

/// Whether a component is one of process values in the unit that their column names.
fn is_process_value(component: Component) -> bool {
    matches!(
        component,
        Component::Made(Made::ProcessSum | Made::ProcessLeast | Made::ProcessMost)
    )
}

/// Whether a component is a quantity in the unit that the `uom` column names.
fn is_quantity(component: Component) -> bool {
    use Variable::*;
    match component {
        Component::Sum(variable) => matches!(
            variable,
            QuantityPlanned
                | QuantityProduced
                | QuantityGood
                | QuantityScrap
                | QuantityRework
                | QuantityInspected
                | PurchaseQty
                | QuantityUsed
        ),
        Component::Made(made) => matches!(
            made,
            Made::PqChecked
                | Made::GqChecked
                | Made::SqChecked
                | Made::RqChecked
                | Made::GqRecovered
                | Made::SqRework
                | Made::GqCosted
                | Made::EnergyPq
                | Made::PlannedQtyMet
        ),
        Component::Rows | Component::Count(_) => false,
    }
}

/// The component whose presence makes the absence of this one a true zero.
///
/// Production time is only known where every stop is known, so a group with production time and without set-up time had
/// no set-up. Operating time is the time over which failures were counted, so none there means none happened.
pub(crate) fn implied_by(component: Component) -> Option<Component> {
    use Made::*;
    let Component::Made(made) = component else { return None };
    match made {
        AustS | AdetS | BreakdownS | WaitingS | MinorStopS | UnknownStopS | StopS | Stops => {
            Some(Component::Made(AptS))
        }
        Failures | ClosedFailures | RepairS => Some(Component::Made(OperatingS)),
        // Without work on pieces once more all scrap is of the first pass, and nothing is recovered.
        SqRework | GqRecovered => Some(Component::Made(PqChecked)),
        _ => None,
    }
}
