//! What an analysis of a file is made of, beside its rows.

use plant_core::ids::FileId;
use plant_core::job::AnalysisOrder;
use plant_core::reference::{self, Lookup};

use crate::analyses::Used;
use crate::error::Result;
use crate::tx::OrgTx;
use crate::{canonical, edges, files, orgs, planned, references, series};

/// An analysis that can be made.
#[derive(Debug, Clone)]
pub struct Reckoning {
    /// What a worker is told.
    pub order: AnalysisOrder,
    /// The number of the file, for its rows.
    pub file_no: i64,
    /// The name of the file.
    pub name: String,
    /// What of it may change meanwhile.
    pub used: Used,
}

/// The analysis of a file as things are now.
///
/// # Errors
/// [`crate::StoreError::NotFound`]; what the database says.
pub async fn of(tx: &mut OrgTx, file: FileId) -> Result<Reckoning> {
    let org = orgs::get(tx).await?;
    let source = files::source(tx, file).await?;
    let zone = source.zone(&org.zone).to_owned();
    let profile = source.profile;
    let wanted = profile
        .as_ref()
        .map(|profile| reference::could_use(profile, &source.says))
        .unwrap_or_default();
    let (references, references_no) = references::known(tx, &wanted).await?;
    let steps = profile
        .as_ref()
        .map(|profile| profile.series_steps.clone())
        .unwrap_or_default();
    let order = AnalysisOrder {
        zone,
        currency: org.currency,
        file_name: source.display.clone(),
        lookups: profile.as_ref().map(Lookup::of).unwrap_or_default(),
        carried: edges::carried_in(tx, file, &steps).await?,
        steps,
        settings: profile.map(|profile| profile.settings).unwrap_or_default(),
        balance: source.balance.unwrap_or_default(),
        aliases: canonical::aliases(tx).await?,
        calendars: planned::calendars(tx).await?,
        references,
        list: series::list_key(tx, file).await?,
    };
    Ok(Reckoning {
        used: Used {
            references_no,
            aliases: order.aliases.clone(),
            calendars: order.calendars.clone(),
        },
        order,
        file_no: source.file_no,
        name: source.display,
    })
}
