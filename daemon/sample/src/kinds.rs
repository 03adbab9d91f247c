//! One small export for each analyzer, to try it alone.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use rust_decimal::Decimal;

use super::SampleFile;
use super::csv::{Sheet, Style, sets};
use super::random::Random;

/// The kinds there are.
pub const KINDS: [&str; 4] = ["cost", "equipment", "quality", "efficiency"];

/// Days in each file.
const DAYS: u64 = 30;

/// The small export of a kind, with the mapping that its columns mean.
pub fn kind(name: &str) -> Option<SampleFile> {
    let first = NaiveDate::from_ymd_opt(2025, 3, 3)?;
    let days = (0..DAYS)
        .filter_map(|step| first.checked_add_days(Days::new(step)))
        .collect::<Vec<_>>();
    match name {
        "cost" => Some(cost(&days)),
        "equipment" => Some(equipment(&days)),
        "quality" => Some(quality(&days)),
        "efficiency" => Some(efficiency(&days)),
        _ => None,
    }
}

/// Collects the rows of a file and the sums of its columns.
struct Draft {
    sheet: Sheet,
    sums: BTreeMap<String, Decimal>,
}

const STYLE: Style = Style::English;

impl Draft {
    fn new(columns: &[(&str, &str)]) -> Draft {
        Draft {
            sheet: Sheet::new(STYLE, columns),
            sums: BTreeMap::new(),
        }
    }

    fn add(&mut self, metric: &str, value: i64, decimals: u32) {
        *self.sums.entry(metric.to_owned()).or_default() += Decimal::new(value, decimals);
    }

    fn finish(self, folder: &str, columns: &[(&str, &str)]) -> SampleFile {
        SampleFile {
            folder: folder.to_owned(),
            name: format!("sample_{folder}.csv"),
            rows: self.sheet.rows,
            metrics: self
                .sums
                .into_iter()
                .map(|(name, value)| (name, value.normalize()))
                .collect(),
            bytes: self.sheet.bytes(),
            sets: sets(columns),
        }
    }
}

fn count(value: i64) -> String {
    STYLE.number(value, 0)
}

fn money(cents: i64) -> String {
    STYLE.number(cents, 2)
}

const PRODUCTS: [(&str, i64); 3] = [("P-1001", 1_850), ("P-1002", 1_240), ("P-1003", 465)];
const MACHINES: [&str; 2] = ["CNC-01", "CNC-02"];

fn cost(days: &[NaiveDate]) -> SampleFile {
    let columns = [
        ("Posting Date", "posting_date"),
        ("Product Code", "product_code"),
        ("Quantity Produced", "quantity_produced"),
        ("Quantity Good", "quantity_good"),
        ("Quantity Scrap", "quantity_scrap"),
        ("Standard Unit Cost", "standard_unit_cost"),
        ("Total Cost", "total_cost"),
        ("Labor Hours", "labor_hours"),
        ("Labor Rate", "labor_rate"),
        ("Currency", "currency"),
    ];
    let mut random = Random::new(1);
    let mut draft = Draft::new(&columns);
    for day in days {
        for (code, cents) in PRODUCTS {
            let produced = random.between(300, 480);
            let scrap = random.between(3, 14);
            let total = produced * cents * random.between(990, 1_040) / 1_000;
            let labor_tenths = random.between(60, 80);
            draft.sheet.row(&[
                STYLE.date(*day),
                code.to_owned(),
                count(produced),
                count(produced - scrap),
                count(scrap),
                money(cents),
                money(total),
                STYLE.number(labor_tenths, 1),
                money(3_200),
                "USD".to_owned(),
            ]);
            draft.add("quantity_produced", produced, 0);
            draft.add("quantity_good", produced - scrap, 0);
            draft.add("quantity_scrap", scrap, 0);
            draft.add("total_cost", total, 2);
            draft.add("labor_hours", labor_tenths, 1);
            draft.add("scrap_value", scrap * cents, 2);
        }
    }
    draft.finish("cost", &columns)
}

fn equipment(days: &[NaiveDate]) -> SampleFile {
    let columns = [
        ("Machine", "machine"),
        ("Start", "event_start"),
        ("End", "event_end"),
        ("Stop Category", "stop_category"),
        ("Reason", "reason_text"),
    ];
    let mut random = Random::new(2);
    let mut draft = Draft::new(&columns);
    for day in days {
        for machine in MACHINES {
            let Some(start) = day.and_hms_opt(6, 0, 0) else {
                continue;
            };
            for (at_min, category, reason, length_min) in [
                (0, "setup", "Tool change", random.between(10, 25)),
                (120, "breakdown", "Spindle bearing", random.between(15, 70)),
                (300, "waiting", "No material", random.between(5, 30)),
            ] {
                let from: NaiveDateTime = start + TimeDelta::minutes(at_min);
                draft.sheet.row(&[
                    machine.to_owned(),
                    STYLE.time(from),
                    STYLE.time(from + TimeDelta::minutes(length_min)),
                    category.to_owned(),
                    reason.to_owned(),
                ]);
                draft.add("stops", 1, 0);
                draft.add("failures", i64::from(category == "breakdown"), 0);
            }
        }
    }
    draft.finish("equipment", &columns)
}

fn quality(days: &[NaiveDate]) -> SampleFile {
    let columns = [
        ("Date", "posting_date"),
        ("Product Code", "product_code"),
        ("Quantity Produced", "quantity_produced"),
        ("Quantity Scrap", "quantity_scrap"),
        ("Quantity Rework", "quantity_rework"),
        ("Defect Code", "defect_code"),
    ];
    let mut random = Random::new(3);
    let mut draft = Draft::new(&columns);
    for day in days {
        for (code, _) in PRODUCTS {
            let produced = random.between(300, 480);
            let scrap = random.between(2, 15);
            let rework = random.between(0, 8);
            let defect = random
                .pick(&["Scratch", "Burr", "Porosity"])
                .copied()
                .unwrap_or_default();
            draft.sheet.row(&[
                STYLE.date(*day),
                code.to_owned(),
                count(produced),
                count(scrap),
                count(rework),
                defect.to_owned(),
            ]);
            draft.add("quantity_produced", produced, 0);
            draft.add("quantity_scrap", scrap, 0);
            draft.add("quantity_rework", rework, 0);
        }
    }
    draft.finish("quality", &columns)
}

fn efficiency(days: &[NaiveDate]) -> SampleFile {
    let columns = [
        ("Shift Date", "shift_date"),
        ("Machine", "machine"),
        ("Shift", "shift"),
        ("Start", "event_start"),
        ("End", "event_end"),
        ("Planned Time (min)", "planned_time"),
        ("Quantity Produced", "quantity_produced"),
        ("Quantity Good", "quantity_good"),
        ("Ideal Cycle Time (s)", "ideal_cycle_time"),
    ];
    let mut random = Random::new(4);
    let mut draft = Draft::new(&columns);
    for day in days {
        for machine in MACHINES {
            let Some(start) = day.and_hms_opt(6, 0, 0) else {
                continue;
            };
            let run_min = random.between(380, 470);
            let produced = run_min * 60 * random.between(850, 980) / 40_000;
            let good = produced - random.between(2, 12);
            draft.sheet.row(&[
                STYLE.date(*day),
                machine.to_owned(),
                "Early".to_owned(),
                STYLE.time(start),
                STYLE.time(start + TimeDelta::minutes(run_min)),
                count(480),
                count(produced),
                count(good),
                count(40),
            ]);
            draft.add("quantity_produced", produced, 0);
            draft.add("quantity_good", good, 0);
            draft.add("planned_time", 480, 0);
        }
    }
    draft.finish("efficiency", &columns)
}
