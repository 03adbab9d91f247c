//! What a call sends or gets while it is open: counted as long as it lasts, and ended when its right is gone.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use http_body::{Frame, SizeHint};
use plant_proto::fault::Fault;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Bytes;
use tonic::codegen::http::HeaderMap;

use super::right::Right;
use crate::rpc::connections::OpenCall;

/// The body of a request or an answer at the door.
pub(super) struct Guarded {
    inner: Body,
    right: Option<Right>,
    end: End,
    /// Held for as long as the body lives.
    _call: Option<Arc<OpenCall>>,
}

/// How a body ends when its right is gone.
enum End {
    /// As an answer does: with a status in its trailers.
    Trailers,
    /// As a request that breaks off; what the caller is to be told is left here.
    BreaksOff(Arc<OnceLock<Fault>>),
    /// It has.
    Done,
}

impl Guarded {
    /// An answer.
    pub(super) fn answer(inner: Body, right: Option<Right>, call: Option<Arc<OpenCall>>) -> Body {
        Body::new(Guarded {
            inner,
            right,
            end: End::Trailers,
            _call: call,
        })
    }

    /// What a caller sends; `lost` is set when it breaks off because the right is gone.
    pub(super) fn request(inner: Body, right: Right, lost: Arc<OnceLock<Fault>>) -> Body {
        Body::new(Guarded {
            inner,
            right: Some(right),
            end: End::BreaksOff(lost),
            _call: None,
        })
    }
}

impl http_body::Body for Guarded {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        if let Some(right) = &mut this.right {
            match right.poll(context) {
                Poll::Ready(Ok(())) => {}
                // Nothing passes while it is not known whether the right stands.
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(fault)) => {
                    return Poll::Ready(match std::mem::replace(&mut this.end, End::Done) {
                        End::Trailers => Some(trailers(fault)),
                        End::BreaksOff(lost) => {
                            // Set once; a second fault would say the same.
                            drop(lost.set(fault.clone()));
                            Some(Err(fault.into()))
                        }
                        End::Done => None,
                    });
                }
            }
        }
        Pin::new(&mut this.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.end, End::Done) || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

fn trailers(fault: Fault) -> Result<Frame<Bytes>, Status> {
    let mut headers = HeaderMap::new();
    Status::from(fault).add_header(&mut headers)?;
    Ok(Frame::trailers(headers))
}
