//! Findings, their evidence and the ledger of savings.

use plant_core::model::{Evidence, FindingView, LossView, NotCounted, PeriodView, SavingView, SavingsView};

use super::scalar::optional;
use crate::convert::{Cross, WireFault};
use crate::wire;

same_fields!(FindingView, Finding, {
    finding_id, analysis_id, analyzer, kind, title, scope, period, loss, saving, method, working, evidence,
    evidence_count, state,
});
same_fields!(PeriodView, Period, { from, to });
same_fields!(LossView, Loss, { quantity, unit });
same_fields!(SavingView, Saving, { low, expected, currency, grade, pool, observed, run_rate, note });
same_fields!(Evidence, Evidence, { file, file_id, sha256, line, sub, values });
same_fields!(SavingsView, Savings, { goal, currency, verified_low, identified_low, not_counted, items });
same_fields!(NotCounted, NotCounted, { why, findings, low, currency });

optional! {
    SavingView => wire::Saving,
}
