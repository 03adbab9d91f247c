//! Events of the org as they happen; a listener that lags gets one `resync` for all that it missed.

use std::pin::Pin;

use futures::Stream;
use plant_core::model::{EventKind, EventView};
use plant_proto::convert::Cross;
use plant_proto::wire;
use tokio::sync::broadcast::error::RecvError;
use tonic::Status;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

/// The stream of the call.
pub(super) type Events = Pin<Box<dyn Stream<Item = Result<wire::WatchEventsResponse, Status>> + Send>>;

pub(super) async fn handle(app: App, ctx: Ctx, request: wire::WatchEventsRequest) -> Result<Events, Refusal> {
    let receiver = app.subscribe();
    // Events are not kept: who comes back has to fetch everything once.
    let first = request.since.map(|since| resync(&app, since));
    let seen = request.since.unwrap_or_default();
    let stream = futures::stream::unfold(
        (app, ctx, receiver, first, seen),
        |(app, ctx, mut receiver, mut first, mut seen)| async move {
            let event = match first.take() {
                Some(event) => event,
                None => loop {
                    let received = tokio::select! {
                        received = receiver.recv() => received,
                        () = app.stopping() => return None,
                    };
                    match received {
                        Ok(event) if event.org_id == ctx.org => break event.event,
                        Ok(_) => {}
                        Err(RecvError::Lagged(_)) => break resync(&app, seen),
                        Err(RecvError::Closed) => return None,
                    }
                },
            };
            seen = event.event_no;
            let response = wire::WatchEventsResponse { event: event.to_wire() };
            Some((Ok(response), (app, ctx, receiver, first, seen)))
        },
    );
    Ok(Box::pin(stream))
}

fn resync(app: &App, seen: u64) -> EventView {
    EventView {
        event_no: seen,
        at: app.clock().now(),
        kind: EventKind::Resync,
        id: String::new(),
        state: String::new(),
        note: "events were missed; everything is to be fetched again".to_owned(),
    }
}
