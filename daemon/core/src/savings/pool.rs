//! Pools: no minute and no piece is counted twice, and no pool holds more than the ledger lost.

use rust_decimal::Decimal;

use crate::model::{FindingState, FindingView, Grade};

/// Findings of one pool after the ledger had its say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    /// k: share of the findings that the ledger bears out, 0 to 1.
    pub factor: Decimal,
    /// Each finding times k, in the order given; they add up to at most the booked loss.
    pub amounts: Vec<Decimal>,
}

/// Scales the findings of a pool to the loss that is booked: k = min(1, booked / sum of findings). Without a booked loss
/// they stay as they are. Absent where the sums are out of range.
pub fn reconcile(findings: &[Decimal], booked: Option<Decimal>) -> Option<Reconciled> {
    let sum = findings
        .iter()
        .try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(*amount))?;
    match booked {
        Some(booked) if booked < sum && sum > Decimal::ZERO => {
            let booked = booked.max(Decimal::ZERO);
            Some(Reconciled {
                factor: booked.checked_div(sum)?,
                amounts: findings
                    .iter()
                    .map(|amount| amount.checked_mul(booked)?.checked_div(sum))
                    .collect::<Option<_>>()?,
            })
        }
        _ => Some(Reconciled {
            factor: Decimal::ONE,
            amounts: findings.to_vec(),
        }),
    }
}

/// Loss of the material pool: the usage variance holds the scrap already, so the larger of the two and not their sum.
pub fn material_pool(usage_variance: Decimal, scrap_cost: Decimal) -> Decimal {
    usage_variance.max(scrap_cost)
}

/// The two sums of the guarantee line: verified low bounds (negative results subtracted) and identified low bounds of
/// grade B and C. They are never added together.
///
/// Only findings in `currency` count; findings in another stand beside them in their own total.
pub fn headline<'a>(findings: impl IntoIterator<Item = &'a FindingView>, currency: &str) -> (Decimal, Decimal) {
    let mut verified = Decimal::ZERO;
    let mut identified = Decimal::ZERO;
    for finding in findings {
        let Some(saving) = finding.saving.as_ref().filter(|saving| saving.currency == currency) else {
            continue;
        };
        match finding.state {
            FindingState::Verified => verified = verified.saturating_add(saving.low),
            FindingState::Identified | FindingState::Accepted | FindingState::Implemented => match saving.grade {
                Grade::B | Grade::C => identified = identified.saturating_add(saving.low),
                Grade::A | Grade::D => {}
            },
            FindingState::Signal | FindingState::Rejected => {}
        }
    }
    (verified, identified)
}
