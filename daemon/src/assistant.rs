//! The offline assistant: questions in, figures of typed queries out, in words and with their sources.
//!
//! Invariants: every figure comes from [`crate::metrics::query`] or from a list of the store, within the caller's org;
//! the server remembers no conversation, the caller sends the earlier questions along; a refusal is an answer.

mod facts;
mod run;

use plant_ask::Conversation;
use plant_core::ids::OrgId;
use plant_core::model::AnswerView;
use plant_proto::client::AskPart;
use plant_store::StoreError;
use plant_store::questions::{self, Question};
use tokio::sync::mpsc;

use crate::app::App;

/// Answers a question and streams the answer: pieces of text, then the whole answer.
///
/// `about` names a file, an analysis or a finding by id, prefix or file name: only the rows of that file count.
/// `earlier` are the questions of the conversation so far, oldest first. A caller that goes away ends the stream; the
/// question is kept all the same.
///
/// # Errors
/// What the database says; `about` names nothing.
pub async fn ask(
    app: &App,
    org: OrgId,
    actor: &str,
    question: &str,
    about: Option<&str>,
    earlier: &[String],
    out: mpsc::Sender<AskPart>,
) -> Result<(), StoreError> {
    let asked_at = app.clock().now();
    let clock = app.clock();
    let about = about.map(str::to_owned);
    let (lexicon, zone) = app
        .store()
        .read(org, actor, move |tx| {
            Box::pin(async move {
                let settings = plant_store::orgs::get(tx).await?;
                let today = clock.today(&settings.zone);
                let lexicon = facts::lexicon(tx, today, settings.currency, about.as_deref()).await?;
                Ok((lexicon, settings.zone))
            })
        })
        .await?;
    let mut conversation = Conversation::default();
    for before in earlier {
        conversation.hear(before, &lexicon);
    }
    let outcome = conversation.hear(question, &lexicon);
    let answer = app
        .store()
        .read(org, actor, move |tx| {
            Box::pin(async move { run::outcome(tx, &outcome, &lexicon, &zone).await })
        })
        .await?;
    let kept = Question {
        text: question.to_owned(),
        asked_at,
        answered_at: app.clock().now(),
        refused: answer.refused,
        engine: answer.engine,
    };
    app.store()
        .run(org, actor, move |tx| {
            Box::pin(async move { questions::record(tx, &kept).await })
        })
        .await?;
    stream(answer, &out).await;
    Ok(())
}

/// Sends the text line by line, then the whole answer; a receiver that is gone ends it.
async fn stream(answer: AnswerView, out: &mpsc::Sender<AskPart>) {
    for line in answer.answer.split_inclusive('\n') {
        if out.send(AskPart::Text(line.to_owned())).await.is_err() {
            return;
        }
    }
    // Nobody is left to tell when this fails.
    drop(out.send(AskPart::Done(Box::new(answer))).await);
}
