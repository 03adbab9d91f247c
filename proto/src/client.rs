//! The client of the daemon: plain types in, plain types out, no protobuf.
//!
//! Invariants: a call never blocks longer than its time limit; after a lost link the next call connects again by
//! itself; every error says which exit code it means.

mod calls;
mod error;
mod request;
mod target;

use std::pin::Pin;
use std::time::Duration;

use tokio_stream::Stream;
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;

pub use error::ClientError;
use plant_core::model::{AnswerView, EventView};
pub use request::{
    EntryFilter, FileFilter, FindingFilter, Listing, RecordFilter, SaveProfile, SavedProfile, WhichFiles,
};
use target::CONNECT_TIMEOUT;
pub use target::Target;

use crate::ORG_METADATA;
use crate::fault::Fault;

/// How long a call without a stream may take: the daemon's own limit and a little more, so that its answer wins.
const CALL_TIMEOUT: Duration = Duration::from_secs(32);

/// Events as they come; ends where the link is lost (last item is the error) or the daemon stops.
pub type EventStream = Pin<Box<dyn Stream<Item = Result<EventView, ClientError>> + Send>>;

/// An answer as it comes; dropping it cancels the question.
pub type AskStream = Pin<Box<dyn Stream<Item = Result<AskPart, ClientError>> + Send>>;

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum AskPart {
    /// The next piece of the text.
    Text(String),
    /// The whole answer; the last part.
    Done(Box<AnswerView>),
}

/// A connection to the daemon, cheap to clone.
#[derive(Clone)]
pub struct Client {
    channel: Channel,
    target: Target,
    org: Option<MetadataValue<Ascii>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("target", &self.target)
            .field("org", &self.org)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Connects now. `org` selects among the orgs that the caller has a grant in, by name.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] when nobody answers within 3 s, [`ClientError::Refused`] for a kind of target that
    /// comes later, [`ClientError::Invalid`] for an org name that can't be sent.
    pub async fn connect(target: Target, org: Option<String>) -> Result<Client, ClientError> {
        let org = org_value(org)?;
        let channel = tokio::time::timeout(CONNECT_TIMEOUT, target.connect())
            .await
            .map_err(|_| ClientError::Unreachable {
                target: target.to_string(),
                reason: format!("no answer within {} s", CONNECT_TIMEOUT.as_secs()),
            })??;
        Ok(Client { channel, target, org })
    }

    /// Connects with the first call. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// As [`Client::connect`], but never [`ClientError::Unreachable`].
    pub fn connect_lazily(target: Target, org: Option<String>) -> Result<Client, ClientError> {
        let org = org_value(org)?;
        let channel = target.connect_lazily()?;
        Ok(Client { channel, target, org })
    }

    /// Where it is connected to.
    pub fn target(&self) -> &Target {
        &self.target
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = self.open_request(message);
        request.set_timeout(CALL_TIMEOUT);
        request
    }

    /// A request whose call lasts as long as its stream.
    fn open_request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(org) = &self.org {
            request.metadata_mut().insert(ORG_METADATA, org.clone());
        }
        request
    }

    fn error(&self, status: tonic::Status) -> ClientError {
        crate::status::client_error(status, &self.target.to_string())
    }
}

fn org_value(org: Option<String>) -> Result<Option<MetadataValue<Ascii>>, ClientError> {
    org.map(|name| {
        MetadataValue::try_from(name.as_bytes()).map_err(|_| {
            Fault::invalid(format!(
                "the org name {name:?} holds control characters; `plant org list` lists the names"
            ))
            .into()
        })
    })
    .transpose()
}

#[cfg(test)]
mod tests;
