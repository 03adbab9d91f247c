//! The versions of a series as they are kept.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use plant_core::ids::SeriesId;
use plant_core::says::FolderSays;
use plant_core::series::{Decisions, Place, Seen, Sighting, touching};
use plant_core::state::ReasonCode;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{paging, text};

/// A version with what is kept of it.
pub(super) struct Held {
    pub(super) file_id: Uuid,
    pub(super) file_no: i64,
    /// Where and when it was seen.
    pub(super) sightings: Vec<Sighting>,
    pub(super) state: String,
    pub(super) reason_code: Option<String>,
    pub(super) extends: Option<i64>,
    pub(super) open_end: bool,
    pub(super) withdrawn: bool,
    /// Its columns may describe things.
    pub(super) describes: bool,
    pub(super) keyed_by: Vec<String>,
    /// Hash of its bytes, and of what its name, its folder and a person of its folder say for each row.
    pub(super) declared: [u8; 32],
    /// What was seen of it beside earlier ones.
    pub(super) seen: Vec<Seen>,
    /// How many of its rows stand for older ones, as was told before.
    pub(super) newer: Option<u64>,
}

impl Held {
    /// Whether it says that something is asked about it.
    pub(super) fn is_asked(&self) -> bool {
        self.reason_code.as_deref() == Some(ReasonCode::OpenQuestion.name())
    }
}

/// The numbers of the versions that can touch that one; `None` where all can.
///
/// Of thousands of versions most lie elsewhere, so that they are looked at as columns of one row.
pub(super) async fn near(
    tx: &mut OrgTx,
    series: SeriesId,
    file_no: i64,
    decisions: &Decisions,
) -> Result<Option<Vec<i64>>> {
    let org = tx.org().0;
    let all = sqlx::query!(
        r#"SELECT coalesce(array_agg(v.file_no), '{}') AS "numbers!: Vec<i64>",
            coalesce(array_agg(d.path), '{}') AS "folders!: Vec<String>",
            coalesce(array_agg(v.name), '{}') AS "names!: Vec<String>",
            coalesce(array_agg(v.first_day), '{}') AS "first!: Vec<Option<NaiveDate>>",
            coalesce(array_agg(v.last_day), '{}') AS "last!: Vec<Option<NaiveDate>>",
            coalesce(array_agg(v.is_empty), '{}') AS "empty!: Vec<bool>"
        FROM (SELECT f.file_no, f.folder_id, f.name, CASE WHEN NOT f.has_undated THEN f.first_day END AS first_day,
                f.last_day, f.first_day IS NULL AND NOT f.has_undated AS is_empty
            FROM app.files f WHERE f.org_id = $1 AND f.series_id = $2 AND f.committed_at IS NOT NULL
            UNION ALL SELECT o.file_no, f.folder_id, f.name, CASE WHEN NOT o.has_undated THEN o.first_day END, o.last_day,
                o.first_day IS NULL AND NOT o.has_undated
            FROM app.files f JOIN app.files o ON o.org_id = f.org_id AND o.file_id = f.duplicate_of
            WHERE f.org_id = $1 AND f.duplicate_of IS NOT NULL AND f.committed_at IS NULL AND o.series_id = $2) v
        JOIN app.folders d ON d.org_id = $1 AND d.folder_id = v.folder_id"#,
        org,
        series.0
    )
    .fetch_one(tx.connection())
    .await?;
    let mut places: HashMap<i64, Place> = HashMap::new();
    let days = all.first.into_iter().zip(all.last).zip(all.empty);
    let columns = all.numbers.into_iter().zip(all.folders).zip(all.names).zip(days);
    for (((file_no, folder), name), ((first, last), is_empty)) in columns {
        let days = first.zip(last);
        let place = places.entry(file_no).or_insert_with(|| Place {
            file_no,
            names: Vec::new(),
            days: days.map(|(first, last)| (first.to_epoch_days(), last.to_epoch_days())),
            is_empty,
        });
        place.names.push((folder, name));
    }
    let places: Vec<Place> = places.into_values().collect();
    let touched = touching(&places, file_no, decisions);
    if touched.len() == places.len() {
        return Ok(None);
    }
    let numbers = touched.into_iter().filter_map(|at| places.get(at));
    let mut numbers: Vec<i64> = numbers.map(|place| place.file_no).collect();
    numbers.sort_unstable();
    Ok(Some(numbers))
}

/// All versions of a series.
pub(super) async fn all(tx: &mut OrgTx, series: SeriesId) -> Result<Vec<Held>> {
    of(tx, series, None).await
}

/// Those versions of a series; all of a name, or none of it, are among them.
pub(super) async fn some(tx: &mut OrgTx, series: SeriesId, numbers: &[i64]) -> Result<Vec<Held>> {
    of(tx, series, Some(numbers)).await
}

fn sighting(rank: i64, folder: &str, site: Option<String>, name: &str) -> Sighting {
    Sighting {
        rank,
        folder: folder.to_owned(),
        site,
        name: name.to_owned(),
    }
}

async fn of(tx: &mut OrgTx, series: SeriesId, only: Option<&[i64]>) -> Result<Vec<Held>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        r#"SELECT f.file_no, f.file_id, f.state, f.reason_code, f.name, f.mtime_ns, d.path, d.site, f.extends, f.open_end, f.withdrawn_at IS NOT NULL AS "withdrawn!", f.describes, f.keyed_by, f.seen,
            coalesce(f.declared, f.sha256) AS "declared!", f.records_changed, d.line, d.machine
        FROM app.files f JOIN app.folders d USING (org_id, folder_id)
        WHERE f.org_id = $1 AND f.series_id = $2 AND f.committed_at IS NOT NULL
            AND ($3::bigint[] IS NULL OR f.file_no = ANY ($3)) ORDER BY f.file_no"#,
        org,
        series.0,
        only
    )
    .fetch_all(tx.connection())
    .await?;
    let again = sqlx::query!(
        r#"SELECT f.duplicate_of AS "of!", f.file_no, f.name, f.mtime_ns, d.path, d.site
        FROM app.files f JOIN app.folders d USING (org_id, folder_id)
        JOIN app.files o ON o.org_id = f.org_id AND o.file_id = f.duplicate_of
        WHERE f.org_id = $1 AND o.series_id = $2 AND f.committed_at IS NULL
            AND ($3::bigint[] IS NULL OR o.file_no = ANY ($3)) ORDER BY f.file_no"#,
        org,
        series.0,
        only
    )
    .fetch_all(tx.connection())
    .await?;
    let mut seen: Vec<(i64, Uuid, Sighting)> = again
        .into_iter()
        .map(|row| {
            (
                row.file_no,
                row.of,
                sighting(row.mtime_ns, &row.path, row.site, &row.name),
            )
        })
        .collect();
    seen.extend(rows.iter().map(|row| {
        let seen = sighting(row.mtime_ns, &row.path, row.site.clone(), &row.name);
        (row.file_no, row.file_id, seen)
    }));
    seen.sort_unstable_by_key(|(file_no, ..)| *file_no);
    // Of two at the same place with the same time, the one that was seen later took the place of the other.
    let mut ranks: HashSet<(String, String, i64)> = HashSet::new();
    let mut sightings: HashMap<Uuid, Vec<Sighting>> = HashMap::new();
    for (_, file_id, mut sighting) in seen {
        while !ranks.insert((sighting.folder.clone(), sighting.name.clone(), sighting.rank)) {
            sighting.rank = sighting.rank.saturating_add(1);
        }
        sightings.entry(file_id).or_default().push(sighting);
    }
    rows.into_iter()
        .map(|row| {
            Ok(Held {
                file_id: row.file_id,
                file_no: row.file_no,
                sightings: sightings.remove(&row.file_id).unwrap_or_default(),
                state: row.state,
                reason_code: row.reason_code,
                extends: row.extends,
                open_end: row.open_end,
                withdrawn: row.withdrawn,
                describes: row.describes,
                keyed_by: row.keyed_by,
                seen: (row.seen.iter())
                    .map(|seen| text::word("files", "seen", row.file_id, seen))
                    .collect::<Result<_>>()?,
                declared: FolderSays {
                    line: row.line,
                    machine: row.machine,
                    ..FolderSays::default()
                }
                .declared((row.declared.try_into()).map_err(|_| StoreError::corrupt("files", "sha256", row.file_id))?),
                newer: row.records_changed.map(paging::count),
            })
        })
        .collect()
}
