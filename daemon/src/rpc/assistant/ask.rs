//! A question and its answer as it comes; a caller that goes away ends the work on it.

use std::pin::Pin;

use futures::{Stream, StreamExt};
use plant_proto::client::AskPart;
use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_proto::wire::ask_response::Part;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::app::App;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

/// Longest question, in characters.
const QUESTION_MAX: usize = 2_000;
/// Earlier questions that are read again, the newest.
const EARLIER_MAX: usize = 20;
/// Parts that wait for a slow caller.
const PARTS_WAITING: usize = 32;

/// The stream of the call.
pub(super) type Parts = Pin<Box<dyn Stream<Item = Result<wire::AskResponse, Status>> + Send>>;

pub(super) async fn handle(app: App, ctx: Ctx, request: wire::AskRequest) -> Result<Parts, Refusal> {
    let question = checked(&request.question)?;
    let earlier: Vec<String> = request
        .earlier_questions
        .into_iter()
        .rev()
        .take(EARLIER_MAX)
        .filter_map(|earlier| checked(&earlier).ok())
        .collect();
    let earlier: Vec<String> = earlier.into_iter().rev().collect();
    let (sender, receiver) = mpsc::channel(PARTS_WAITING);
    let working = tokio::spawn(async move {
        let about = request.about.as_deref().filter(|about| !about.is_empty());
        let done = crate::assistant::ask(&app, ctx.org, &ctx.actor, &question, about, &earlier, sender).await;
        done.map_err(|error| Refusal::from(error).into_fault(&app, "ask"))
    });
    // The parts as they come, then the fault where the work ended with one.
    let ended = futures::stream::once(async move {
        match working.await {
            Ok(Ok(())) => None,
            Ok(Err(fault)) => Some(Err(Status::from(fault))),
            Err(error) => {
                tracing::error!(%error, "the work on a question ended without an answer");
                Some(Err(Fault::unavailable("the answer was cut off; ask again").into()))
            }
        }
    });
    let parts = ReceiverStream::new(receiver).map(|part| {
        let part = match part {
            AskPart::Text(text) => Part::Text(text),
            AskPart::Done(answer) => Part::Done(bounded::thing(*answer, |_| {}).to_wire()),
        };
        Some(Ok(wire::AskResponse { part: Some(part) }))
    });
    Ok(Box::pin(parts.chain(ended).filter_map(std::future::ready)))
}

fn checked(question: &str) -> Result<String, Fault> {
    let question = question.trim();
    if question.is_empty() {
        return Err(Fault::invalid(
            "the question is empty; for example: plant ask \"scrap by product\"",
        ));
    }
    if question.chars().count() > QUESTION_MAX {
        return Err(Fault::invalid(format!(
            "a question has at most {QUESTION_MAX} characters; ask in parts"
        )));
    }
    Ok(question.chars().map(|c| if c.is_control() { ' ' } else { c }).collect())
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn a_question_is_one_line_of_bounded_length() {
        assert_eq!(checked(" scrap\nby\u{1b}product ").unwrap(), "scrap by product");
        assert!(checked(" \n ").is_err());
        assert!(checked(&"x".repeat(2_001)).is_err());
    }
}
