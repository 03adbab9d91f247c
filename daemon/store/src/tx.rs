//! The only door to the tables of an org.

use std::time::Duration;

use plant_core::ids::OrgId;
use sqlx::postgres::PgConnection;
use sqlx::{Postgres, Transaction};

use crate::error::Result;

/// A transaction in which the org is set: every row that it sees or writes belongs to that org. Made by
/// [`crate::Store::begin`] and [`crate::Store::run`] alone.
#[derive(Debug)]
pub struct OrgTx {
    tx: Transaction<'static, Postgres>,
    org: OrgId,
    actor: String,
    long: Duration,
}

impl OrgTx {
    pub(crate) fn new(tx: Transaction<'static, Postgres>, org: OrgId, actor: String, long: Duration) -> OrgTx {
        OrgTx { tx, org, actor, long }
    }

    /// Lets each statement of this transaction, and each pause between two, take as long as the rows of one file may
    /// ([`crate::Connections::long`]), instead of the time that a call of a person gets.
    pub(crate) async fn allow_long(&mut self) -> Result<()> {
        let limit = format!("{}ms", self.long.as_millis());
        sqlx::query!(
            "SELECT set_config('statement_timeout', $1, true) AS statement,
                set_config('idle_in_transaction_session_timeout', $1, true) AS idle",
            limit
        )
        .fetch_one(self.connection())
        .await?;
        Ok(())
    }

    /// The org.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// Who acts, as the audit log names it.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// Commits, in a task of its own.
    ///
    /// # Errors
    /// What the database says; the outcome is then unknown only if the connection was lost.
    pub async fn commit(self) -> Result<()> {
        tokio::spawn(self.finish(true)).await?
    }

    /// Rolls back, in a task of its own.
    ///
    /// # Errors
    /// What the database says; nothing was kept in any case.
    pub async fn rollback(self) -> Result<()> {
        tokio::spawn(self.finish(false)).await?
    }

    /// Waits until no other transaction of the org changes files, jobs or the audit log, and keeps others from it until
    /// this one ends. Whatever changes these takes this lock first, and only then rows: so no two transactions ever wait
    /// for each other. (A job is claimed and put back without it, passing over what somebody holds.)
    pub(crate) async fn lock_org(&mut self) -> Result<()> {
        let org = self.org.0;
        sqlx::query!(
            "SELECT 1 AS one FROM app.org_counters WHERE org_id = $1 FOR UPDATE",
            org
        )
        .fetch_optional(self.connection())
        .await?;
        Ok(())
    }

    pub(crate) async fn finish(self, keep: bool) -> Result<()> {
        if keep {
            self.tx.commit().await?;
        } else {
            self.tx.rollback().await?;
        }
        Ok(())
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}
