//! Which files a call acts on.

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use plant_core::ids::FileId;
use plant_core::model::EventKind;
use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::{OrgTx, StoreError, files};

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

/// Files that an answer names, at most; all are acted on.
const MOST_SHOWN: usize = 500;

/// What is done to files, with the time at which.
type Deed =
    for<'a> fn(&'a mut OrgTx, Vec<FileId>, &'a str, DateTime<Utc>) -> BoxFuture<'a, Result<Vec<FileId>, StoreError>>;

/// Does something to the files that are meant and tells everybody; gives those that it was done to. `why` is what the
/// person says, `said` what is told.
pub(super) async fn act(
    app: &App,
    ctx: &Ctx,
    which: Option<wire::WhichFiles>,
    why: String,
    said: &'static str,
    deed: Deed,
) -> Result<Vec<wire::FileItem>, Refusal> {
    let which = Which::read(which)?;
    let at = app.clock().now();
    let items = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let ids = which.resolve(tx).await?;
                let done = deed(tx, ids, &why, at).await?;
                let mut items = Vec::with_capacity(done.len().min(MOST_SHOWN));
                for id in done.into_iter().take(MOST_SHOWN) {
                    items.push(files::item(tx, id).await?);
                }
                Ok(items)
            })
        })
        .await?;
    app.wake_jobs();
    for item in &items {
        app.announce(ctx.org, EventKind::File, item.file_id, item.state.name(), said);
    }
    Ok(items.to_wire())
}

/// The files that were named, or all that are in and meet what was said instead.
pub(super) struct Which {
    files: Vec<String>,
    folder: Option<String>,
    since: Option<DateTime<Utc>>,
    profile: Option<String>,
}

impl Which {
    /// Reads it; nothing said is refused, because it would mean everything.
    pub(super) fn read(which: Option<wire::WhichFiles>) -> Result<Which, Fault> {
        let which = which.unwrap_or_default();
        let any = which.folder.is_some() || which.since.is_some() || which.profile.is_some();
        if which.files.is_empty() && !any {
            return Err(Fault::invalid(
                "name files, or say which with --folder, --since or --profile",
            ));
        }
        if !which.files.is_empty() && any {
            return Err(Fault::invalid("name files or say which, not both"));
        }
        Ok(Which {
            files: which.files,
            folder: which.folder,
            since: Cross::from_wire(which.since)?,
            profile: which.profile,
        })
    }

    pub(super) async fn resolve(&self, tx: &mut OrgTx) -> Result<Vec<FileId>, StoreError> {
        if self.files.is_empty() {
            return files::that_are_in(tx, self.folder.as_deref(), self.since, self.profile.as_deref()).await;
        }
        let mut ids = Vec::with_capacity(self.files.len());
        for written in &self.files {
            let id = files::resolve(tx, written).await?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }
}
