//! The pool of connections of the daemon's role, and the two ways into a transaction.

use std::time::Duration;

use futures::future::BoxFuture;
use plant_core::ids::OrgId;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

use crate::access::Access;
use crate::error::Result;
use crate::tx::OrgTx;
use crate::{migrate, safety};

/// How long a call waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the closing of the connections may take before they are given up.
const CLOSE_PATIENCE: Duration = Duration::from_secs(1);

/// The connections of one daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connections {
    /// How many at most.
    pub most: u32,
    /// A name that no other daemon has, by which the server knows them.
    pub name: String,
    /// How long one statement may run that moves the rows of a file; longer than a worker may take for them, else a file
    /// that is within its limits would be broken off and read again for ever.
    pub long: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Connections {
            most: 12,
            name: "plantd".to_owned(),
            long: Duration::from_secs(30 * 60),
        }
    }
}

/// The database, as the daemon's role. Clones share the pool.
#[derive(Clone)]
pub struct Store {
    pool: PgPool,
    access: PgConnectOptions,
    name: String,
    long: Duration,
}

impl std::fmt::Debug for Store {
    /// Without the address: it may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Makes the database ready: in a private cluster the roles and the database, then the migrations where a role for
    /// them is known.
    ///
    /// # Errors
    /// A newer schema, a failed migration, an unreachable database.
    pub async fn prepare(access: &Access) -> Result<()> {
        let access = access.clone();
        tokio::spawn(async move { migrate::prepare(&access).await }).await?
    }

    /// Connects as the daemon's role and refuses what is not safe.
    ///
    /// # Errors
    /// A schema of another age, a role that may too much, a table without its protection, an unreachable database.
    pub async fn connect(access: &Access, connections: Connections) -> Result<Store> {
        let options = access.app.clone().application_name(&connections.name);
        let pool = PgPoolOptions::new()
            .max_connections(connections.most)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .max_lifetime(Duration::from_secs(30 * 60))
            .idle_timeout(Duration::from_secs(5 * 60))
            .after_release(|connection, _| Box::pin(is_outside_transaction(connection)))
            .connect_with(options.clone())
            .await?;
        let store = Store {
            pool,
            access: options,
            name: connections.name,
            long: connections.long,
        };
        migrate::check_version(&store.pool).await?;
        store.check_safety().await?;
        Ok(store)
    }

    /// Refuses a superuser, an owner of tables, a role above row-level security, and a tenant table without its policy.
    ///
    /// # Errors
    /// [`crate::StoreError::Unsafe`] with one clear sentence.
    pub async fn check_safety(&self) -> Result<()> {
        safety::check(&self.pool).await
    }

    /// The version of the server, such as `15.18`.
    ///
    /// # Errors
    /// An unreachable database.
    pub async fn version(&self) -> Result<String> {
        let version = sqlx::query_scalar!(r#"SELECT current_setting('server_version') AS "version!""#)
            .fetch_one(&self.pool)
            .await?;
        Ok(version.split_whitespace().next().unwrap_or_default().to_owned())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// An unreachable database.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query!("SELECT 1 AS one").fetch_one(&self.pool).await?;
        Ok(())
    }

    /// Begins a transaction of an org in a task of its own, so that a cancelled caller never leaves one behind.
    ///
    /// # Errors
    /// An unreachable or busy database.
    pub async fn begin(&self, org: OrgId, actor: &str) -> Result<OrgTx> {
        let pool = self.pool.clone();
        let actor = actor.to_owned();
        let long = self.long;
        tokio::spawn(async move { begin(&pool, org, actor, long, Way::Change).await }).await?
    }

    /// Runs `work` in a transaction of an org, in a task of its own that a cancelled caller does not stop: commits when
    /// it returns `Ok`, rolls back when it returns `Err`.
    ///
    /// # Errors
    /// What `work` returns, and what the database says to the commit.
    pub async fn run<T, F>(&self, org: OrgId, actor: &str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut OrgTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        self.within(org, actor, Way::Change, work).await
    }

    /// Runs `work`, which only reads, on what stands in the database at its first statement: what others commit
    /// meanwhile is in none of its statements.
    ///
    /// # Errors
    /// What `work` returns; also when it tries to write or to lock.
    pub async fn read<T, F>(&self, org: OrgId, actor: &str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut OrgTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        self.within(org, actor, Way::Read, work).await
    }

    /// Runs `work` in a transaction of an org that is rolled back whatever it returns: to see what would become of
    /// something.
    ///
    /// # Errors
    /// What `work` returns.
    pub async fn trial<T, F>(&self, org: OrgId, actor: &str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut OrgTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        self.within(org, actor, Way::Trial, work).await
    }

    async fn within<T, F>(&self, org: OrgId, actor: &str, way: Way, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut OrgTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let pool = self.pool.clone();
        let (actor, long) = (actor.to_owned(), self.long);
        tokio::spawn(async move {
            let mut tx = begin(&pool, org, actor, long, way).await?;
            match work(&mut tx).await {
                Ok(value) => tx.finish(way != Way::Trial).await.map(|()| value),
                Err(error) => {
                    // The first error is what the caller has to know; a failed rollback closes the connection.
                    if let Err(second) = tx.finish(false).await {
                        tracing::debug!(error = %second, "rollback failed");
                    }
                    Err(error)
                }
            }
        })
        .await?
    }

    /// Runs `work` on a connection without an org, in a task of its own: for the functions that look across orgs.
    pub(crate) async fn outside<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let pool = self.pool.clone();
        tokio::spawn(async move {
            let mut connection = pool.acquire().await?;
            work(&mut connection).await
        })
        .await?
    }

    /// Ends what this daemon still has running on the server: its transactions are rolled back, whatever they wait for.
    ///
    /// # Errors
    /// What the database says.
    pub async fn terminate(&self) -> Result<u64> {
        // The pool may have no connection left.
        let mut connection = PgConnection::connect_with(&self.access).await?;
        let ended = sqlx::query_scalar!(
            r#"SELECT count(pg_terminate_backend(pid)) AS "ended!" FROM pg_stat_activity
            WHERE application_name = $1 AND usename = current_user AND pid <> pg_backend_pid() AND state <> 'idle'"#,
            self.name
        )
        .fetch_one(&mut connection)
        .await?;
        connection.close().await?;
        Ok(crate::paging::count(ended))
    }

    /// Closes every connection; what does not end in a second is left to the server, which rolls it back.
    pub async fn close(&self) {
        if tokio::time::timeout(CLOSE_PATIENCE, self.pool.close()).await.is_err() {
            tracing::warn!("connections were still at work when the daemon stopped; the server rolls them back");
        }
    }

    #[cfg(test)]
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// What it writes is kept; each statement sees what others have committed before it.
    Change,
    /// The same, and nothing is kept.
    Trial,
    /// It writes nothing; all its statements see the same.
    Read,
}

impl Way {
    fn begin(self) -> &'static str {
        match self {
            Way::Change | Way::Trial => "BEGIN",
            Way::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        }
    }
}

async fn begin(pool: &PgPool, org: OrgId, actor: String, long: Duration, way: Way) -> Result<OrgTx> {
    // The org is a uuid, so the text is safe; one round trip begins the transaction and sets it.
    let begin = format!("{}; SET LOCAL app.org_id = '{org}'", way.begin());
    let tx = pool.begin_with(AssertSqlSafe(begin)).await?;
    Ok(OrgTx::new(tx, org, actor, long))
}

/// Whether a connection that comes back to the pool is outside a transaction: sqlx 0.9 can return one inside after a
/// cancelled `begin`, and the next writes on it would never be committed. `false` closes it.
async fn is_outside_transaction(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let row = connection
        .fetch_one(sqlx::raw_sql("SELECT statement_timestamp() = transaction_timestamp()"))
        .await?;
    // The simple protocol answers in text.
    Ok(row
        .try_get_unchecked::<String, _>(0)
        .is_ok_and(|text| text == "t" || text == "true")
        || row.try_get_unchecked::<bool, _>(0).unwrap_or(false))
}
