//! What the files of an org that are in prove of how their columns are written.

use plant_core::header::skeleton;
use plant_core::ids::FileId;
use plant_core::learned::{Learned, Proof, Proven};
use plant_core::plan::ReadingPlan;
use plant_core::state::ReasonCode;
use plant_core::table::Layout;

use crate::error::Result;
use crate::text;
use crate::tx::OrgTx;

/// Reasons of files that wait to learn how they are written.
const WAITS: [ReasonCode; 2] = [ReasonCode::AmbiguousDate, ReasonCode::AmbiguousNumber];

/// Whether a file that is held for that reason may be read by what other files prove.
pub fn may_teach(reason: ReasonCode) -> bool {
    WAITS.contains(&reason)
}

/// What the files with those columns prove together; those that were withdrawn prove nothing.
///
/// # Errors
/// What the database says.
pub async fn of_layout(tx: &mut OrgTx, fingerprint: &str) -> Result<Learned> {
    let mut learned = Learned::default();
    for (_, name, proven) in proofs(tx, fingerprint).await? {
        learned.add(&name, &proven);
    }
    Ok(learned)
}

async fn proofs(tx: &mut OrgTx, fingerprint: &str) -> Result<Vec<(i64, String, Proven)>> {
    let rows = sqlx::query!(
        r#"SELECT file_no, file_id, name, plan->'proves' AS "proves!" FROM app.files
        WHERE header_fingerprint = $1 AND committed_at IS NOT NULL AND withdrawn_at IS NULL
            AND plan->'proves' <> '{}'
        ORDER BY file_no"#,
        fingerprint
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok((
                row.file_no,
                row.name,
                text::read("files", "plan", row.file_id, row.proves)?,
            ))
        })
        .collect()
}

/// How a file that is in was read, so that it is read so again whatever was learned since.
///
/// # Errors
/// What the database says.
pub async fn as_read(tx: &mut OrgTx, file: FileId) -> Result<Learned> {
    let row = sqlx::query!(
        r#"SELECT name, plan, head->'layout' AS layout FROM app.files WHERE file_id = $1 AND committed_at IS NOT NULL"#,
        file.0
    )
    .fetch_optional(tx.connection())
    .await?;
    let mut learned = Learned::default();
    if let Some((name, Some(plan), Some(layout))) = row.map(|row| (row.name, row.plan, row.layout)) {
        let plan: ReadingPlan = text::read("files", "plan", file, plan)?;
        let layout: Layout = text::read("files", "head", file, layout)?;
        let columns = layout.header.iter().zip(&plan.columns);
        let proof = |column: &plant_core::plan::ColumnPlan| Proof {
            order: Some(column.order),
            decimal: Some(column.decimal),
        };
        learned.add(
            &name,
            &columns
                .map(|(source, column)| (skeleton(source), proof(column)))
                .collect(),
        );
    }
    Ok(learned)
}

/// The held files that may be read now that a file has come in: those with its columns that wait to learn how they are
/// written, where it proves what was not known without it.
pub(crate) async fn taught_by(tx: &mut OrgTx, fingerprint: &str, file_no: i64) -> Result<Vec<FileId>> {
    let reasons = WAITS.map(|reason| reason.name().to_owned());
    let waiting = sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE state = 'held' AND header_fingerprint = $1 AND reason_code = ANY ($2)
        ORDER BY file_no",
        fingerprint,
        &reasons
    )
    .fetch_all(tx.connection())
    .await?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let (mut without, mut with) = (Learned::default(), Learned::default());
    for (number, name, proven) in proofs(tx, fingerprint).await? {
        with.add(&name, &proven);
        if number != file_no {
            without.add(&name, &proven);
        }
    }
    Ok(match with.tells_like(&without) {
        true => Vec::new(),
        false => waiting.into_iter().map(FileId).collect(),
    })
}

/// The held files that wait to learn how they are written from files with the columns of these.
pub(crate) async fn waiting_beside(tx: &mut OrgTx, files: &[FileId]) -> Result<Vec<FileId>> {
    let ids: Vec<uuid::Uuid> = files.iter().map(|file| file.0).collect();
    let reasons = WAITS.map(|reason| reason.name().to_owned());
    let waiting = sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE state = 'held' AND reason_code = ANY ($2) AND header_fingerprint IN (
            SELECT header_fingerprint FROM app.files WHERE file_id = ANY ($1)) ORDER BY file_no",
        &ids,
        &reasons
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(waiting.into_iter().map(FileId).collect())
}
