//! Who is who, by the database and the system.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use plant_proto::status::Fault;
use plant_store::{audit, orgs};
use uuid::Uuid;

use super::accounts::{Accounts, groups_of};
use super::admit::{Caller, principal};
use super::{Directory, Groups, Peer, Remark};
use crate::app::App;
use crate::rpc::refusal::Refusal;

/// How long the same remark is not written again.
const REMARK_AGAIN_MS: u64 = 60 * 60 * 1_000;
/// Remarks remembered at most.
const REMEMBERED: usize = 4_096;

/// The directory of the running daemon.
pub(in crate::rpc) struct AppDirectory {
    app: App,
    accounts: Arc<Accounts>,
    remarks: Arc<Mutex<HashMap<Remark, u64>>>,
}

impl AppDirectory {
    pub(in crate::rpc) fn new(app: App) -> AppDirectory {
        AppDirectory {
            app,
            accounts: Arc::default(),
            remarks: Arc::default(),
        }
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
        let now_ms = self.app.clock().steady_ms();
        {
            let remarks = self.remarks.lock().unwrap_or_else(PoisonError::into_inner);
            if remarks
                .get(&remark)
                .is_some_and(|at| now_ms.saturating_sub(*at) < REMARK_AGAIN_MS)
            {
                return Box::pin(std::future::ready(Ok(())));
            }
        }
        let (app, remarks) = (self.app.clone(), Arc::clone(&self.remarks));
        Box::pin(async move {
            let body = serde_json::json!({"method": remark.method});
            app.store()
                .run(remark.org, &principal(remark.uid), move |tx| {
                    Box::pin(async move { audit::append(tx, remark.action, &body).await.map(|_| ()) })
                })
                .await
                .map_err(|error| Refusal::from(error).into_fault(&app, "door"))?;
            let mut remarks = remarks.lock().unwrap_or_else(PoisonError::into_inner);
            if remarks.len() >= REMEMBERED {
                remarks.clear();
            }
            remarks.insert(remark, now_ms);
            Ok(())
        })
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
