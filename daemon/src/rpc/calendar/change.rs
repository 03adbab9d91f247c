//! What is asked of a calendar, checked; and deciding it, with the figures before and after.

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::calendar::{Calendar, Version};
use plant_core::metric::MetricQuery;
use plant_core::model::{CalendarEffect, MetricItem};
use plant_proto::fault::Fault;
use plant_store::calendars::{self, Change};
use plant_store::{OrgTx, StoreError};

use crate::app::App;
use crate::metrics;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

/// The metric by which a change is judged.
const TOLD: &str = "availability";

/// That a calendar holds for a site from a day on.
pub(super) fn set(site: String, from: NaiveDate, calendar: Calendar) -> Result<Change, Fault> {
    let calendar = calendar.checked().map_err(|fault| Fault::invalid(fault.to_string()))?;
    Ok(Change::Set(Version { site, from, calendar }))
}

/// Decides it and has what it concerns analysed again.
pub(super) async fn decide(app: &App, ctx: &Ctx, change: Change) -> Result<CalendarEffect, Refusal> {
    let at = app.clock().now();
    let effect = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { told(tx, &change, at).await })
        })
        .await?;
    app.wake_jobs();
    Ok(effect)
}

/// What it changes, with the availability of the whole plant.
pub(super) async fn told(tx: &mut OrgTx, change: &Change, at: DateTime<Utc>) -> Result<CalendarEffect, StoreError> {
    let before = availability(tx).await?;
    let effect = calendars::decide(tx, change, at).await?;
    let after = availability(tx).await?;
    let days = |item: &Option<MetricItem>| {
        let coverage = item.as_ref().and_then(|item| item.coverage.as_ref());
        coverage.and_then(|coverage| coverage.covered).unwrap_or(0)
    };
    Ok(CalendarEffect {
        machine_days_before: days(&before),
        machine_days_after: days(&after),
        availability_before: before.and_then(|item| item.value),
        availability_after: after.and_then(|item| item.value),
        ..effect
    })
}

async fn availability(tx: &mut OrgTx) -> Result<Option<MetricItem>, StoreError> {
    let query = MetricQuery {
        metrics: vec![TOLD.to_owned()],
        ..MetricQuery::default()
    };
    Ok(metrics::query(tx, &query).await?.pop())
}
