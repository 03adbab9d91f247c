//! `plant ask`: a question in words, its answer with how it was read; the text itself lists its sources.

use std::io::{Read, Write};

use plant_core::model::AnswerView;
use plant_proto::client::AskPart;
use tokio_stream::StreamExt;

use super::Context;
use super::failure::{Failure, code};
use super::output::{Form, note};

/// The longest question that is read from standard input, in bytes.
const QUESTION_BYTES: u64 = 8_192;

/// Runs `plant ask QUESTION`; ends with exit 5 where the answer was refused or is not grounded.
pub async fn run<W: Write>(question: &str, about: Option<&str>, context: &mut Context<W>) -> Result<(), Failure> {
    let question = if question == "-" {
        from_input()?
    } else {
        question.to_owned()
    };
    if question.trim().is_empty() {
        return Err(Failure::Usage(
            "ask a question: plant ask \"scrap ratio by machine\"".to_owned(),
        ));
    }
    if context.output.form() == Form::Csv {
        return Err(Failure::Usage("an answer is no list; use --json".to_owned()));
    }
    let streamed = context.output.form() == Form::Text && context.on_terminal;
    let mut parts = context.client.ask(question.trim(), about).await?;
    let mut answer = None;
    while let Some(part) = parts.next().await {
        match part? {
            AskPart::Text(text) if streamed => context.output.piece(&text)?,
            AskPart::Text(_) => {}
            AskPart::Done(done) => answer = Some(done),
        }
    }
    let Some(answer) = answer else {
        return Err(Failure::Failed("the answer was cut off; ask again".to_owned()));
    };
    match context.output.form() {
        Form::Json => context.output.json(&answer)?,
        _ => {
            if streamed {
                context.output.piece("\n")?;
            }
            for line in rest(&answer, streamed) {
                context.output.line(&line)?;
            }
        }
    }
    if answer.refused || !answer.grounded {
        if !answer.refused {
            note("this answer is not grounded in figures of the data");
        }
        return Err(Failure::Silent(code::REFUSED));
    }
    Ok(())
}

/// What is printed at the end: the text, where it was not streamed, and what it leaves unsaid. The sources are not
/// printed again: the text lists them.
fn rest(answer: &AnswerView, streamed: bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    if !streamed {
        lines.extend(answer.answer.lines().map(str::to_owned));
    }
    if let Some(reason) = answer
        .reason
        .as_ref()
        .filter(|reason| !answer.answer.contains(reason.as_str()))
    {
        lines.push(reason.clone());
    }
    if !answer.reading.is_empty() && !answer.answer.contains(&answer.reading) {
        lines.push(format!("How I read this: {}", answer.reading));
    }
    lines
}

fn from_input() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin().lock().take(QUESTION_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use plant_core::model::Citation;

    use super::*;

    #[test]
    fn the_sources_stand_once() {
        let answer = AnswerView {
            answer: "Scrap: 12 [1].\n[1] scrap.csv, lines 2-9, sha256 0123456789ab\nHow I read this: scrap.".to_owned(),
            reading: "scrap".to_owned(),
            citations: vec![Citation {
                number: 1,
                file: "scrap.csv".to_owned(),
                file_id: crate::screen::fixture::id("0195f000-0000-7000-8000-000000000007"),
                sha256: "0123456789abcdef".to_owned(),
                lines: "2-9".to_owned(),
                committed_at: None,
            }],
            ..AnswerView::default()
        };
        assert_eq!(rest(&answer, false).join("\n"), answer.answer);
        assert!(rest(&answer, true).is_empty());
    }

    #[test]
    fn the_reading_stands_once_whether_or_not_the_text_holds_it() {
        let mut answer = AnswerView {
            answer: "OEE is 61 %.\nHow I read this: metric = OEE".to_owned(),
            reading: "metric = OEE".to_owned(),
            ..AnswerView::default()
        };
        assert_eq!(rest(&answer, false), ["OEE is 61 %.", "How I read this: metric = OEE"]);
        answer.answer = "OEE is 61 %.".to_owned();
        assert_eq!(rest(&answer, false), ["OEE is 61 %.", "How I read this: metric = OEE"]);
        assert_eq!(rest(&answer, true), ["How I read this: metric = OEE"]);
    }
}
