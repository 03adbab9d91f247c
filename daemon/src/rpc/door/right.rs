//! The right on which an open stream stands, looked at again while the stream is open.
//!
//! Invariants: after a change of rights by this daemon nothing passes until the right was confirmed; other changes (by
//! another daemon, in the groups of the system) are seen within [`LOOK_AGAIN`] and what the system's lists are cached
//! for; a right that can't be confirmed because the database is away ends after [`UNCONFIRMED_MAX`] looks.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use plant_core::access::Role;
use plant_core::ids::OrgId;
use plant_proto::status::Fault;
use tokio::sync::watch;

use super::look_up::Directory;
use crate::rpc::peer::Peer;

/// How often a right is looked at where nothing says that it changed.
pub(super) const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// Looks in a row that may find no answer.
const UNCONFIRMED_MAX: u32 = 6;

/// What was allowed: to whom, in which org, as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Admitted {
    /// Who.
    pub peer: Peer,
    /// In which org.
    pub org: OrgId,
    /// The least role that the call takes.
    pub least: Role,
    /// Whether the caller named the org, as root may instead of having a grant.
    pub by_name: bool,
}

/// A right that is watched.
pub(super) struct Right {
    directory: Arc<dyn Directory>,
    admitted: Admitted,
    unconfirmed: u32,
    state: State,
}

enum State {
    /// It stands; the next look comes with a change (`true`) or after a while.
    Stands(BoxFuture<'static, (watch::Receiver<u64>, bool)>),
    /// It is being looked at; whether a change is the reason.
    Looking(
        BoxFuture<'static, Result<(), Fault>>,
        Option<(watch::Receiver<u64>, bool)>,
    ),
    /// It is gone.
    Gone(Fault),
}

impl Right {
    /// Watches a right; `changes` must have been followed before the caller was looked up.
    pub(super) fn new(directory: Arc<dyn Directory>, admitted: Admitted, changes: watch::Receiver<u64>) -> Right {
        Right {
            directory,
            admitted,
            unconfirmed: 0,
            state: State::Stands(next_look(changes)),
        }
    }

    /// Whether the right stands (`Ok`), is gone (`Err`), or is just being looked at.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        loop {
            self.state = match &mut self.state {
                State::Gone(fault) => return Poll::Ready(Err(fault.clone())),
                State::Stands(wait) => match Pin::new(wait).poll(context) {
                    Poll::Pending => return Poll::Ready(Ok(())),
                    Poll::Ready(reason) => State::Looking(look(&self.directory, self.admitted), Some(reason)),
                },
                State::Looking(looking, reason) => {
                    let Poll::Ready(found) = Pin::new(looking).poll(context) else {
                        return Poll::Pending;
                    };
                    let Some((changes, is_change)) = reason.take() else {
                        return Poll::Pending;
                    };
                    match (found, is_change) {
                        (Ok(()), _) => {
                            self.unconfirmed = 0;
                            State::Stands(next_look(changes))
                        }
                        (Err(Fault::Unavailable { .. } | Fault::Internal { .. }), false)
                            if self.unconfirmed < UNCONFIRMED_MAX =>
                        {
                            self.unconfirmed += 1;
                            State::Stands(next_look(changes))
                        }
                        (Err(fault), _) => {
                            tracing::info!(peer.uid = self.admitted.peer.uid, reason = %fault, "an open call has ended");
                            State::Gone(fault)
                        }
                    }
                }
            };
        }
    }
}

fn next_look(mut changes: watch::Receiver<u64>) -> BoxFuture<'static, (watch::Receiver<u64>, bool)> {
    Box::pin(async move {
        let is_change = tokio::select! {
            // Nobody can change anything any more when the sender is gone; the look after a while goes on.
            changed = changes.changed() => match changed {
                Ok(()) => true,
                Err(_) => {
                    tokio::time::sleep(LOOK_AGAIN).await;
                    false
                }
            },
            () = tokio::time::sleep(LOOK_AGAIN) => false,
        };
        (changes, is_change)
    })
}

fn look(directory: &Arc<dyn Directory>, admitted: Admitted) -> BoxFuture<'static, Result<(), Fault>> {
    let looking = directory.look_up(admitted.peer);
    Box::pin(async move {
        let caller = looking.await?;
        caller.still(admitted.org, admitted.least, admitted.by_name)
    })
}
