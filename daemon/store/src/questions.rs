//! The questions that were asked, for use and for the checklist of the first steps.

use chrono::{DateTime, Utc};

use plant_core::model::Engine;

use crate::error::Result;
use crate::tx::OrgTx;
use crate::usage;

/// A question and how it ended.
#[derive(Debug, Clone)]
pub struct Question {
    /// As asked.
    pub text: String,
    /// When it came.
    pub asked_at: DateTime<Utc>,
    /// When the answer was complete.
    pub answered_at: DateTime<Utc>,
    /// Whether it was refused.
    pub refused: bool,
    /// What worded it.
    pub engine: Engine,
}

/// Keeps a question and counts it.
///
/// # Errors
/// What the database says.
pub async fn record(tx: &mut OrgTx, question: &Question) -> Result<()> {
    let org = tx.org().0;
    let actor = tx.actor().to_owned();
    sqlx::query!(
        "INSERT INTO app.questions (org_id, actor, text, engine, refused, asked_at, answered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)",
        org,
        actor,
        question.text,
        question.engine.name(),
        question.refused,
        question.asked_at,
        question.answered_at
    )
    .execute(tx.connection())
    .await?;
    usage::add(tx, "questions", 1, question.answered_at).await
}
