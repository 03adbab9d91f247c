//! What can go wrong with the store, by what a caller does about it.

use plant_core::ids::JobId;
use plant_core::trouble::Passing;

/// The result of a store call.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why a store call failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing in the org.
    #[error("no {what} `{id}`")]
    NotFound {
        /// `file`, `folder`, `profile` …
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// A prefix fits several ids.
    #[error("`{prefix}` fits {matches} ids; write more of it")]
    Ambiguous {
        /// What was asked for.
        prefix: String,
        /// How many ids fit, at least.
        matches: u64,
    },
    /// The state of the thing does not allow it, or somebody else was first.
    #[error("{what}: {detail}")]
    Conflict {
        /// `file`, `profile` …
        what: &'static str,
        /// What stands in the way.
        detail: String,
    },
    /// An argument can't be used.
    #[error("{what}: {detail}")]
    Invalid {
        /// Which argument.
        what: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// The job was given to somebody else; nothing of this try may be kept.
    #[error("job {job} belongs to another worker by now")]
    LeaseLost {
        /// The job.
        job: JobId,
    },
    /// Something that passes stands in the way: a lock, no connection, no room, a server that is away. The same call may
    /// succeed later.
    #[error("{}: {source}", kind.sentence())]
    Passing {
        /// What it is.
        kind: Passing,
        /// What the database says.
        source: sqlx::Error,
    },
    /// The database refuses it to the daemon's role.
    #[error("the database refuses it: {0}")]
    Forbidden(#[source] sqlx::Error),
    /// The row balance of a file does not close.
    #[error(
        "the row balance does not close: {accounted} of {physical} lines are accounted for, {stored} rows are stored"
    )]
    BalanceOpen {
        /// Physical lines.
        physical: u64,
        /// Sum of every fate.
        accounted: u64,
        /// Rows in the database.
        stored: u64,
    },
    /// A block of rows is not what it should be.
    #[error(transparent)]
    Block(#[from] plant_rows::BlockError),
    /// The sender of the rows stopped without an end mark.
    #[error("the rows ended without an end mark")]
    Aborted,
    /// The role, or a table's protection, is not what it has to be.
    #[error("{sentence}")]
    Unsafe {
        /// One clear sentence.
        sentence: String,
    },
    /// The database was migrated by a newer program.
    #[error("the database is at schema {database}, this program knows {program}: install the newer program")]
    NewerSchema {
        /// Newest migration in the database.
        database: i64,
        /// Newest migration of this program.
        program: i64,
    },
    /// The database was not migrated yet.
    #[error("the database is at schema {database}, this program needs {program}: run `plantd migrate`")]
    OlderSchema {
        /// Newest migration in the database.
        database: i64,
        /// Newest migration of this program.
        program: i64,
    },
    /// The database was made by a version whose rows this one does not read.
    #[error(
        "the database was made by an earlier version 0.1, whose rows this one does not read: stop the daemon, move its state \
         folder away (or name another database), start it again and add the folders with `plant folders add`; it reads \
         what lies there anew. The exports themselves were never changed"
    )]
    OtherSchema,
    /// A value in the database is impossible.
    #[error("impossible value in {table}.{column} of row {row}")]
    Corrupt {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// Key of the row.
        row: String,
    },
    /// A migration failed.
    #[error("migration failed: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The task that worked for the caller ended without an answer.
    #[error("the database task ended without an answer: {0}")]
    Task(#[from] tokio::task::JoinError),
    /// Anything else that the database says.
    #[error(transparent)]
    Database(sqlx::Error),
}

impl StoreError {
    /// The passing trouble that it is; `None` when the same call would fail again.
    pub fn passing(&self) -> Option<Passing> {
        match self {
            StoreError::Passing { kind, .. } => Some(*kind),
            StoreError::Migrate(sqlx::migrate::MigrateError::Execute(error)) => passing(error),
            _ => None,
        }
    }

    /// Whether it is the violation of this unique index or constraint.
    pub(crate) fn violates(&self, constraint: &str) -> bool {
        match self {
            StoreError::Database(sqlx::Error::Database(error)) => error.constraint() == Some(constraint),
            _ => false,
        }
    }

    pub(crate) fn not_found(what: &'static str, id: impl ToString) -> StoreError {
        StoreError::NotFound {
            what,
            id: id.to_string(),
        }
    }

    pub(crate) fn conflict(what: &'static str, detail: impl Into<String>) -> StoreError {
        StoreError::Conflict {
            what,
            detail: detail.into(),
        }
    }

    pub(crate) fn invalid(what: &'static str, detail: impl Into<String>) -> StoreError {
        StoreError::Invalid {
            what,
            detail: detail.into(),
        }
    }

    pub(crate) fn corrupt(table: &'static str, column: &'static str, row: impl ToString) -> StoreError {
        StoreError::Corrupt {
            table,
            column,
            row: row.to_string(),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        if let Some(kind) = passing(&error) {
            return StoreError::Passing { kind, source: error };
        }
        match code(&error).as_deref() {
            Some("42501") => StoreError::Forbidden(error),
            _ => StoreError::Database(error),
        }
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    match error {
        sqlx::Error::Database(database) => database.code().map(|code| code.into_owned()),
        _ => None,
    }
}

/// The passing trouble behind what sqlx says: by the code of Postgres, else by the way the connection failed.
fn passing(error: &sqlx::Error) -> Option<Passing> {
    if let Some(code) = code(error) {
        return match code.as_str() {
            // serialisation, deadlock, lock timeout
            "40001" | "40P01" | "55P03" => Some(Passing::Contention),
            // statement timeout or cancel, too many connections, configured limits
            "57014" | "53300" | "53400" => Some(Passing::DatabaseBusy),
            "53100" => Some(Passing::DiskFull),
            "53200" => Some(Passing::Exhausted),
            // shut down, crashed, starting, idle too long in a transaction
            "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => Some(Passing::DatabaseAway),
            // the server's own reading and writing
            "58030" | "58000" => Some(Passing::DatabaseBusy),
            code if code.starts_with("08") => Some(Passing::DatabaseAway),
            _ => None,
        };
    }
    match error {
        sqlx::Error::PoolTimedOut => Some(Passing::DatabaseBusy),
        sqlx::Error::Io(error) => {
            let of_system = Passing::of_system(error.kind(), error.raw_os_error());
            Some(
                of_system
                    .filter(|kind| *kind == Passing::Exhausted)
                    .unwrap_or(Passing::DatabaseAway),
            )
        }
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Some(Passing::DatabaseAway),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_connection_says_is_told_apart() {
        let io = |errno| StoreError::from(sqlx::Error::Io(std::io::Error::from_raw_os_error(errno))).passing();
        assert_eq!(io(104), Some(Passing::DatabaseAway), "reset");
        assert_eq!(io(111), Some(Passing::DatabaseAway), "refused");
        assert_eq!(io(2), Some(Passing::DatabaseAway), "no socket");
        assert_eq!(io(24), Some(Passing::Exhausted), "no descriptors");
        assert_eq!(
            StoreError::from(sqlx::Error::PoolTimedOut).passing(),
            Some(Passing::DatabaseBusy)
        );
        assert_eq!(StoreError::from(sqlx::Error::RowNotFound).passing(), None);
        assert_eq!(StoreError::Aborted.passing(), None);
    }
}
