//! The timeline of a file: what happened to it, and the state that it came into.

use chrono::{DateTime, Utc};
use plant_core::ids::FileId;
use plant_core::model::TimelineEntry;
use plant_core::state::FileState;
use uuid::Uuid;

use crate::error::Result;
use crate::text;
use crate::tx::OrgTx;

/// What happened to a file, oldest first.
///
/// # Errors
/// What the database says.
pub async fn of(tx: &mut OrgTx, file_id: FileId) -> Result<Vec<TimelineEntry>> {
    sqlx::query!(
        "SELECT at, state, note FROM app.file_events WHERE file_id = $1 ORDER BY event_no",
        file_id.0
    )
    .fetch_all(tx.connection())
    .await?
    .into_iter()
    .map(|row| {
        Ok(TimelineEntry {
            at: row.at,
            state: state(&row.state, file_id.0)?,
            note: row.note,
        })
    })
    .collect()
}

/// Adds an entry to the timeline of a file.
pub(crate) async fn note(
    tx: &mut OrgTx,
    file_id: FileId,
    at: DateTime<Utc>,
    state: FileState,
    note: &str,
) -> Result<()> {
    notes(tx, &[(file_id.0, at, state, note.to_owned())]).await
}

/// Adds entries to the timelines of several files.
pub(crate) async fn notes(tx: &mut OrgTx, entries: &[(Uuid, DateTime<Utc>, FileState, String)]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let org = tx.org().0;
    let files: Vec<Uuid> = entries.iter().map(|entry| entry.0).collect();
    let at: Vec<DateTime<Utc>> = entries.iter().map(|entry| entry.1).collect();
    let states: Vec<String> = entries.iter().map(|entry| entry.2.name().to_owned()).collect();
    let texts: Vec<String> = entries.iter().map(|entry| text::clean(&entry.3).into_owned()).collect();
    sqlx::query!(
        "INSERT INTO app.file_events (org_id, file_id, event_no, at, state, note)
        SELECT $1, n.file_id, coalesce((SELECT max(e.event_no) FROM app.file_events e
                WHERE e.org_id = $1 AND e.file_id = n.file_id), 0)
            + row_number() OVER (PARTITION BY n.file_id ORDER BY n.place)::integer, n.at, n.state, n.note
        FROM UNNEST($2::uuid[], $3::timestamptz[], $4::text[], $5::text[])
            WITH ORDINALITY AS n (file_id, at, state, note, place)",
        org,
        &files,
        &at,
        &states,
        &texts
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The state of that name, as a row of `files` has it.
pub(crate) fn state(name: &str, file: Uuid) -> Result<FileState> {
    text::word("files", "state", file, name)
}
