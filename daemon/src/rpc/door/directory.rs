//! Who is who, by the database and the system.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use plant_proto::status::Fault;
use plant_store::{audit, orgs};
use tokio::sync::watch;
use uuid::Uuid;

use super::accounts::{Accounts, Groups, groups_of};
use super::admit::{Caller, principal};
use super::look_up::{Directory, Remark};
use super::remarks::Remarks;
use crate::app::App;
use crate::rpc::peer::Peer;
use crate::rpc::refusal::Refusal;

/// The directory of the running daemon.
pub(in crate::rpc) struct AppDirectory {
    app: App,
    accounts: Arc<Accounts>,
    remarks: Arc<Mutex<Remarks>>,
}

impl AppDirectory {
    pub(in crate::rpc) fn new(app: App) -> AppDirectory {
        AppDirectory {
            app,
            accounts: Arc::default(),
            remarks: Arc::default(),
        }
    }

    fn remarks(&self) -> MutexGuard<'_, Remarks> {
        self.remarks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Directory for AppDirectory {
    fn look_up(&self, peer: Peer) -> BoxFuture<'static, Result<Caller, Fault>> {
        let (app, accounts) = (self.app.clone(), Arc::clone(&self.accounts));
        Box::pin(async move {
            let looked_up = async {
                let groups = groups(&app, &accounts, peer).await?;
                let orgs = orgs::all(app.store()).await?;
                let grants = orgs::grants_for(app.store(), &principal(peer.uid)).await?;
                let grants: Vec<_> = grants.into_iter().map(|grant| (grant.org, grant.role)).collect();
                Ok(Caller::new(peer.uid, app.daemon_uid(), groups, orgs, &grants))
            };
            looked_up
                .await
                .map_err(|refusal: Refusal| refusal.into_fault(&app, "door"))
        })
    }

    fn remark(&self, remark: Remark) -> BoxFuture<'static, Result<(), Fault>> {
        if !self.remarks().begin(&remark, self.app.clock().steady_ms()) {
            return Box::pin(std::future::ready(Ok(())));
        }
        let (app, remarks) = (self.app.clone(), Arc::clone(&self.remarks));
        Box::pin(async move {
            let body = serde_json::json!({"method": remark.method});
            let written = app
                .store()
                .run(remark.org, &principal(remark.uid), move |tx| {
                    Box::pin(async move { audit::append(tx, remark.action, &body).await.map(|_| ()) })
                })
                .await;
            written.map_err(|error| {
                // It is not in the log, so it has to be tried again.
                remarks.lock().unwrap_or_else(PoisonError::into_inner).forget(&remark);
                Refusal::from(error).into_fault(&app, "door")
            })
        })
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.app.access_changes()
    }

    fn new_id(&self) -> Uuid {
        self.app.clock().new_id()
    }
}

async fn groups(app: &App, accounts: &Accounts, peer: Peer) -> Result<Groups, Refusal> {
    let now_ms = app.clock().steady_ms();
    if let Some(groups) = accounts.recall(peer, now_ms) {
        return Ok(groups);
    }
    let groups = tokio::task::spawn_blocking(move || groups_of(peer)).await?;
    accounts.remember(peer, groups, now_ms);
    Ok(groups)
}
