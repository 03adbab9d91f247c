//! What each answer to a question would make of the sums.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use plant_core::alias::Aliases;
use plant_core::profile::{Counter, SeriesSteps};
use plant_core::record::Value;
use plant_core::series::Why;
use plant_core::step::{Place, count, is_reading};
use plant_core::variable::Variable;
use plant_rows::Rows;
use rust_decimal::Decimal;

use crate::blocks::Kept;
use crate::edges::of_row;
use crate::error::Result;
use crate::tx::OrgTx;
use crate::{canonical, text};

/// Rows whose sums are made, at most: a question about more is told with the numbers of rows alone.
pub(crate) const ROWS_MOST: u64 = 200_000;
/// Variables that are told.
pub(crate) const TOLD: usize = 3;
/// What a person knows a file by, in this order.
pub(crate) const WANTED: [Variable; 10] = [
    Variable::QuantityGood,
    Variable::QuantityProduced,
    Variable::QuantityScrap,
    Variable::QuantityRework,
    Variable::DefectCount,
    Variable::EnergyUsed,
    Variable::TotalCost,
    Variable::ScrapCost,
    Variable::Duration,
    Variable::QuantityPlanned,
];

/// Sums by variable.
pub(crate) type Sums = Vec<(Variable, Decimal)>;

/// For each reading (of each file, of each row: whether it counts) the sums of the rows that count.
pub(crate) async fn of(tx: &mut OrgTx, files: &[i64], readings: &[Vec<Vec<Why>>]) -> Result<Vec<Sums>> {
    let rows: usize = readings.first().map_or(0, |reading| reading.iter().map(Vec::len).sum());
    if rows == 0 || rows as u64 > ROWS_MOST {
        return Ok(Vec::new());
    }
    let sums = totals(tx, files, readings).await?;
    // Only what differs between the answers helps to choose; where nothing does, all is told.
    let differs = |place: &usize| {
        sums.iter()
            .any(|one| one.get(place) != sums.first().and_then(|first| first.get(place)))
    };
    let mut places: Vec<usize> = (0..WANTED.len())
        .filter(|place| sums.iter().any(|sums| sums.contains_key(place)))
        .collect();
    if places.iter().any(differs) {
        places.retain(differs);
    }
    places.truncate(TOLD);
    Ok(sums
        .iter()
        .map(|sums| {
            places
                .iter()
                .filter_map(|place| Some((*WANTED.get(*place)?, sums.get(place).copied().unwrap_or_default())))
                .collect()
        })
        .collect())
}

/// The sums of the rows that count, of these files whose rows have these states.
pub(crate) async fn sums(tx: &mut OrgTx, files: &[i64], states: &[Vec<Why>]) -> Result<Sums> {
    let totals = totals(tx, files, &[states.to_vec()]).await?;
    let first = totals.into_iter().next().unwrap_or_default();
    Ok(first
        .into_iter()
        .filter_map(|(place, sum)| Some((*WANTED.get(place)?, sum)))
        .collect())
}

/// Adds the states of a block of so many rows: nothing is kept of one whose rows all count.
pub(crate) fn states(all: &mut Vec<Why>, kept: Option<&[u8]>, rows: i32) {
    match kept {
        Some(codes) => all.extend(codes.iter().map(|code| Why::from_code(*code).unwrap_or(Why::Contested))),
        None => all.extend(std::iter::repeat_n(Why::Counts, usize::try_from(rows).unwrap_or(0))),
    }
}

/// The steps of the profiles by which these files were read.
pub(crate) async fn steps(tx: &mut OrgTx, files: &[i64]) -> Result<BTreeMap<i64, SeriesSteps>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        "SELECT f.file_no, p.series_steps FROM app.files f
        JOIN app.profiles p ON p.org_id = f.org_id AND p.profile_id = f.profile_id AND p.version = f.profile_version
        WHERE f.org_id = $1 AND f.file_no = ANY ($2)",
        org,
        files
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok((
                row.file_no,
                text::read("profiles", "series_steps", row.file_no, row.series_steps)?,
            ))
        })
        .collect()
}

/// Readings of a counter at a place: when, in which file on which line, and what it showed.
type Readings = Vec<(DateTime<Utc>, i64, u64, Decimal)>;

/// Readings of counters of a whole series: by how much they went on is known once all of them are there.
struct Counters {
    aliases: Aliases,
    shown: BTreeMap<(usize, Place, Variable), (Counter, Readings)>,
}

impl Counters {
    /// Takes what a row shows that counts in these readings of the question.
    fn see(&mut self, steps: &SeriesSteps, file_no: i64, rows: &Rows, row: usize, counts_in: &[usize]) {
        for counter in &steps.counter {
            let (Some(Value::Number(shown)), Some(at)) = (rows.value(row, counter.variable), rows.ts(row)) else {
                continue;
            };
            if !is_reading(shown) {
                continue;
            }
            let place = of_row(rows, row, &self.aliases);
            for reading in counts_in {
                let entry = self.shown.entry((*reading, place.clone(), counter.variable));
                let (_, shows) = entry.or_insert_with(|| (counter.clone(), Readings::new()));
                shows.push((at, file_no, rows.line(row), shown));
            }
        }
    }

    /// Adds by how much they went on.
    fn add_to(self, sums: &mut [BTreeMap<usize, Decimal>]) {
        for ((reading, _, _), (rules, mut shows)) in self.shown {
            let target = rules.adds_to();
            let (Some(place), Some(sums)) = (
                WANTED.iter().position(|wanted| Some(*wanted) == target),
                sums.get_mut(reading),
            ) else {
                continue;
            };
            shows.sort_unstable();
            let values: Vec<Decimal> = shows.into_iter().map(|(_, _, _, shown)| shown).collect();
            for step in count(&rules, None, &values)
                .0
                .into_iter()
                .filter_map(|counted| counted.adds)
            {
                let sum = sums.entry(place).or_default();
                *sum = sum.saturating_add(step);
            }
        }
    }
}

/// The sums of each reading, by place among what is wanted; of a counter by how much it went on.
async fn totals(tx: &mut OrgTx, files: &[i64], readings: &[Vec<Vec<Why>>]) -> Result<Vec<BTreeMap<usize, Decimal>>> {
    let org = tx.org().0;
    let mut sums: Vec<BTreeMap<usize, Decimal>> = vec![BTreeMap::new(); readings.len()];
    let mut at: BTreeMap<i64, usize> = BTreeMap::new();
    let (steps, none) = (steps(tx, files).await?, SeriesSteps::default());
    let mut counters = Counters {
        aliases: canonical::aliases(tx).await?,
        shown: BTreeMap::new(),
    };
    let blocks = sqlx::query!(
        "SELECT b.file_no, b.image, b.origins, b.base_files, b.base_blocks FROM app.row_blocks b
        JOIN app.files f USING (org_id, file_no)
        WHERE b.org_id = $1 AND b.file_no = ANY ($2) AND b.block_no >= f.first_block ORDER BY b.file_no, b.block_no",
        org,
        files
    )
    .fetch_all(tx.connection())
    .await?;
    for block in blocks {
        let Some(file) = files.iter().position(|file_no| *file_no == block.file_no) else {
            continue;
        };
        let kept = Kept::new(block.image, block.origins, block.base_files, block.base_blocks);
        let rows = Rows::read(&kept.assembled(tx, |_| true).await?)?;
        let start = at.entry(block.file_no).or_default();
        let steps = steps.get(&block.file_no).unwrap_or(&none);
        if !steps.counter.is_empty() {
            for row in 0..rows.len() {
                let counts =
                    |why: &Vec<Vec<Why>>| why.get(file).and_then(|why| why.get(*start + row)) == Some(&Why::Counts);
                let counts_in: Vec<usize> = (0..)
                    .zip(readings)
                    .filter(|(_, why)| counts(why))
                    .map(|(no, _)| no)
                    .collect();
                counters.see(steps, block.file_no, &rows, row, &counts_in);
            }
        }
        for (place, variable) in WANTED
            .iter()
            .enumerate()
            .filter(|(_, variable)| !steps.counts(**variable))
        {
            for row in 0..rows.len() {
                let Some(Value::Number(number)) = rows.value(row, *variable) else {
                    continue;
                };
                for (reading, sums) in readings.iter().zip(&mut sums) {
                    if reading.get(file).and_then(|why| why.get(*start + row)) == Some(&Why::Counts) {
                        let sum = sums.entry(place).or_default();
                        *sum = sum.saturating_add(number);
                    }
                }
            }
        }
        *start += rows.len();
    }
    counters.add_to(&mut sums);
    Ok(sums)
}
