//! What the rows that count tell under some names.

use std::collections::{BTreeMap, BTreeSet};

use plant_core::alias::{AliasKind, Aliases, Span};
use plant_core::model::SumView;
use plant_core::profile::SeriesSteps;
use plant_core::record::Value;
use plant_core::series::Why;
use plant_core::stop::stop_time;
use plant_core::variable::Variable;
use plant_rows::Rows;
use rust_decimal::Decimal;

use super::rows::may_have;
use crate::blocks::{self, Place};
use crate::error::Result;
use crate::series::effects::{self, TOLD, WANTED};
use crate::tx::OrgTx;

/// Stops by the machine that they are told of.
pub(super) type Stops = BTreeMap<String, Vec<Span>>;

/// What is told under names.
#[derive(Default)]
pub(super) struct Measured {
    /// By the canonical name.
    pub(super) members: BTreeMap<String, Told>,
    /// Those of the names that a row has, whether it counts or not.
    pub(super) seen: BTreeSet<String>,
    /// Stops of these, where they are wanted.
    pub(super) stops: Stops,
}

/// What rows tell of one.
#[derive(Default)]
pub(super) struct Told {
    pub(super) rows: u64,
    sums: BTreeMap<usize, Decimal>,
}

impl Told {
    /// What a person knows it by, the first few.
    pub(super) fn into_sums(self) -> Vec<SumView> {
        let sums = self.sums.into_iter().take(TOLD);
        sums.filter_map(|(place, value)| {
            Some(SumView {
                variable: *WANTED.get(place)?,
                value: value.normalize(),
            })
        })
        .collect()
    }
}

/// What the rows that count tell under these names, joined by these aliases; of machines with their stops by others.
pub(super) async fn measure(
    tx: &mut OrgTx,
    kind: AliasKind,
    names: &BTreeSet<String>,
    by: &Aliases,
    stops_by: Option<&Aliases>,
) -> Result<Measured> {
    let mut measured = Measured::default();
    let all: Vec<(AliasKind, String)> = names.iter().map(|name| (kind, name.clone())).collect();
    let numbers: BTreeSet<i64> = (may_have(tx, &all, None).await?.iter())
        .map(|place| place.file_no)
        .collect();
    let numbers: Vec<i64> = numbers.into_iter().collect();
    let org = tx.org().0;
    let places = sqlx::query!(
        "SELECT b.file_no, b.block_no FROM app.row_blocks b JOIN app.files f USING (org_id, file_no)
        WHERE b.org_id = $1 AND f.committed_at IS NOT NULL AND b.block_no >= f.first_block
            AND (b.file_no = ANY ($2) OR (b.origins IS NOT NULL AND b.base_files && $2))
        ORDER BY b.file_no, b.block_no",
        org,
        &numbers
    )
    .fetch_all(tx.connection())
    .await?;
    let files: Vec<i64> = places.iter().map(|place| place.file_no).collect();
    let (steps, none) = (effects::steps(tx, &files).await?, SeriesSteps::default());
    for place in places {
        let at = Place {
            file_no: place.file_no,
            block_no: place.block_no,
        };
        let (rows, states) = blocks::open(tx, at).await?;
        let steps = steps.get(&place.file_no).unwrap_or(&none);
        for row in 0..rows.len() {
            let counts = blocks::why(&states, row) == Why::Counts;
            add(&mut measured, (kind, names, by), steps, &rows, row, counts);
            if let Some(stops_by) = stops_by.filter(|_| counts && kind == AliasKind::Machine) {
                add_stop(&mut measured.stops, names, stops_by, &rows, row, place.file_no);
            }
        }
    }
    Ok(measured)
}

fn add(
    measured: &mut Measured,
    (kind, names, by): (AliasKind, &BTreeSet<String>, &Aliases),
    steps: &SeriesSteps,
    rows: &Rows,
    row: usize,
    counts: bool,
) {
    // A product that is told by number and name is one.
    let mut told = BTreeSet::new();
    for variable in kind.variables() {
        let Some(Value::Text(text)) = rows.value(row, *variable) else {
            continue;
        };
        if names.contains(text.trim()) {
            measured.seen.insert(text.trim().to_owned());
            told.insert(by.canonical(kind, &text).to_owned());
        }
    }
    for name in told.into_iter().filter(|_| counts) {
        let told = measured.members.entry(name).or_default();
        told.rows += 1;
        for (place, variable) in WANTED.iter().enumerate() {
            // Readings of a counter are no sum.
            if steps.counts(*variable) {
                continue;
            }
            if let Some(Value::Number(number)) = rows.value(row, *variable) {
                let sum = told.sums.entry(place).or_default();
                *sum = sum.saturating_add(number);
            }
        }
    }
}

fn add_stop(stops: &mut Stops, names: &BTreeSet<String>, by: &Aliases, rows: &Rows, row: usize, file_no: i64) {
    let Some(Value::Text(machine)) = rows.value(row, Variable::Machine) else {
        return;
    };
    if !names.contains(machine.trim()) {
        return;
    }
    if let Some((start, end)) = stop_time(&rows.record(row)) {
        let machine = by.canonical(AliasKind::Machine, &machine).to_owned();
        stops.entry(machine).or_default().push(Span {
            start,
            end,
            file_no,
            line: rows.line(row),
        });
    }
}
