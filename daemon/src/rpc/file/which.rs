//! Which files a call acts on.

use plant_core::ids::FileId;
use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::{OrgTx, StoreError, files};

/// Files that an answer names, at most; all are acted on.
pub(super) const MOST_SHOWN: usize = 500;

/// The files that were named, or all that are in and meet what was said instead.
pub(super) struct Which {
    files: Vec<String>,
    folder: Option<String>,
    since: Option<chrono::DateTime<chrono::Utc>>,
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
