//! A visit to what a daemon keeps, whether one runs or not.

use anyhow::Context;
use plant_core::model::DatabaseView;
use plant_store::cluster::PrivateCluster;

use super::database;
use super::grounds::grounds;
use super::setting::Setting;
use crate::app::{App, AppParts};
use crate::clock::Clock;
use crate::intake::{Worker, Workers};

/// What a daemon keeps, without its socket and its folders.
pub struct Visit {
    app: App,
    /// Started for the visit, where no daemon runs.
    cluster: Option<PrivateCluster>,
}

impl Visit {
    /// Opens the database, and starts the private cluster where no daemon has it running.
    ///
    /// # Errors
    /// When the database can't be opened, or workers can't be confined here.
    pub async fn begin(setting: Setting) -> anyhow::Result<Visit> {
        let clock = Clock::start();
        let workers = Workers::find(&setting.config.intake)?;
        Worker::check(&workers)
            .await
            .context("no file can be read: workers can't be confined here; `plantd doctor` says what is missing")?;
        let opened = database::reach(&setting, clock).await?;
        let grounds = grounds(&setting);
        let Setting { config, state_dir, .. } = setting;
        let app = App::new(AppParts {
            store: opened.store,
            config,
            clock,
            database: DatabaseView {
                kind: opened.kind,
                version: opened.version,
            },
            state_dir,
            grounds,
            workers,
        });
        Ok(Visit {
            app,
            cluster: opened.cluster,
        })
    }

    /// What the parts of a daemon share.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Leaves it as it was found.
    ///
    /// # Errors
    /// When the private cluster can't be stopped.
    pub async fn end(self) -> anyhow::Result<()> {
        self.app.stop();
        self.app.store().close().await;
        match self.cluster {
            Some(cluster) => cluster.stop().await.context("cannot stop the private cluster"),
            None => Ok(()),
        }
    }
}
