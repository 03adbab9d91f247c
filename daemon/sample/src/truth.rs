//! The exports of the synthetic plant and what is true of them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// One export of the synthetic plant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleFile {
    /// Folder that the system would drop it into: `production`, `stops`, `quality`, `cost`, `energy`.
    pub folder: String,
    /// File name, unique over both orgs.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Data rows in it.
    pub rows: u64,
    /// Sums over its rows, by metric.
    pub metrics: BTreeMap<String, Decimal>,
    /// The mapping that a person would confirm, as `SOURCE=VARIABLE[:transform]`.
    pub sets: Vec<String>,
}

/// The true figures of the plant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// Name of the org.
    pub org: String,
    /// Currency of all its money.
    pub currency: String,
    /// IANA zone of its local times.
    pub zone: String,
    /// First local date with rows.
    pub first_day: Option<NaiveDate>,
    /// Last local date with rows.
    pub last_day: Option<NaiveDate>,
    /// Exports.
    pub files: u64,
    /// Data rows in all of them.
    pub rows: u64,
    /// Figures of the whole plant and time, by metric.
    #[serde(with = "plant_core::number::map")]
    pub metrics: BTreeMap<String, Decimal>,
    /// Figures by machine, then metric.
    pub by_machine: BTreeMap<String, Figures>,
    /// Figures by month (`YYYY-MM`), then metric.
    pub by_month: BTreeMap<String, Figures>,
    /// Scrapped pieces by product code.
    #[serde(with = "plant_core::number::map")]
    pub scrap_by_product: BTreeMap<String, Decimal>,
    /// Stop minutes by reason.
    #[serde(with = "plant_core::number::map")]
    pub stop_minutes_by_reason: BTreeMap<String, Decimal>,
    /// Defects by code.
    #[serde(with = "plant_core::number::map")]
    pub defects_by_code: BTreeMap<String, Decimal>,
}

/// Figures by metric.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figures(#[serde(with = "plant_core::number::map")] pub BTreeMap<String, Decimal>);

/// What the generator yields.
#[derive(Debug, Clone, PartialEq)]
pub struct Plant {
    /// The exports in the order in which they would be dropped.
    pub files: Vec<SampleFile>,
    /// The true figures.
    pub truth: Truth,
}
