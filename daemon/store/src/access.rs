//! Where the database is and as whom it is reached.

use std::path::Path;
use std::str::FromStr;

use plant_core::model::DatabaseKind;
use sqlx::postgres::PgConnectOptions;

use crate::error::{Result, StoreError};

/// How to reach one database: as the daemon, for migrations, and for a private cluster as its superuser.
#[derive(Clone)]
pub struct Access {
    pub(crate) app: PgConnectOptions,
    pub(crate) migrate: Option<PgConnectOptions>,
    pub(crate) superuser: Option<PgConnectOptions>,
}

impl std::fmt::Debug for Access {
    /// Without the addresses: they may hold passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}

impl Access {
    /// A server of the plant's own: the daemon's address, and the one for migrations where this program may run them.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when an address can't be read.
    pub fn server(app_url: &str, migrate_url: Option<&str>) -> Result<Access> {
        let read = |url: &str| {
            PgConnectOptions::from_str(url)
                .map_err(|error| StoreError::invalid("database url", error.to_string()))
                .map(|options| options.application_name("plantd"))
        };
        Ok(Access {
            app: read(app_url)?,
            migrate: migrate_url.map(read).transpose()?,
            superuser: None,
        })
    }

    /// The private cluster behind the socket in this folder.
    pub(crate) fn private(socket_dir: &Path, port: u16, database: &str) -> Access {
        let options = |role: &str| {
            PgConnectOptions::new_without_pgpass()
                .socket(socket_dir)
                .port(port)
                .username(role)
                .database(database)
                .application_name("plantd")
        };
        Access {
            app: options("plant_app"),
            migrate: Some(options("plant_migrate")),
            superuser: Some(options("postgres")),
        }
    }

    /// Whose database it is.
    pub fn kind(&self) -> DatabaseKind {
        match self.superuser {
            Some(_) => DatabaseKind::Private,
            None => DatabaseKind::Server,
        }
    }

    /// The same cluster, another database.
    pub fn with_database(&self, database: &str) -> Access {
        let change = |options: &PgConnectOptions| options.clone().database(database);
        Access {
            app: change(&self.app),
            migrate: self.migrate.as_ref().map(change),
            superuser: self.superuser.as_ref().map(change),
        }
    }
}
