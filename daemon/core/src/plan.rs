//! How the cells of a file were read. Where a later version is read so too, a line that both have makes the same row.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::profile::DateOrder;

/// How one column was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnPlan {
    /// Decimal sign.
    pub decimal: char,
    /// Order of day and month.
    pub order: DateOrder,
    /// Whether its times go forward with the lines.
    pub increasing: bool,
    /// Seconds of the regular intervals whose ends its times are.
    pub interval_s: Option<i64>,
    /// Whether its cells help to tell rows apart: no variable takes it, and it says something of the row itself.
    pub tells: bool,
}

/// How a file was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingPlan {
    /// Per column of its header.
    pub columns: Vec<ColumnPlan>,
    /// Zone of local times where neither the text nor the profile says so.
    pub zone: String,
    /// Currency of the org at that time.
    pub currency: Option<String>,
    /// What "today" was.
    pub today: NaiveDate,
    /// Whether how a row was read depends on those before it (the hour that comes twice when clocks go back).
    pub depends_on_rows: bool,
}
