//! What is asked of an alias, checked; and deciding it.

use plant_core::alias::{Alias, AliasKind};
use plant_core::model::AliasEffect;
use plant_proto::fault::Fault;
use plant_store::aliases::{self, Change};

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

/// That a name goes by another one.
pub(super) fn add(kind: AliasKind, name: &str, canonical: &str) -> Result<Change, Fault> {
    let alias = Alias::new(kind, name, canonical).map_err(|fault| Fault::invalid(fault.to_string()))?;
    Ok(Change::Add(alias))
}

/// Decides it and has what it concerns analysed again.
pub(super) async fn decide(app: &App, ctx: &Ctx, change: Change) -> Result<AliasEffect, Refusal> {
    let at = app.clock().now();
    let effect = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { aliases::decide(tx, &change, at).await })
        })
        .await?;
    app.wake_jobs();
    Ok(effect)
}
