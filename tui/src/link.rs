//! The link to the daemon, in tasks of its own: the screens never wait for it.
//!
//! Invariants: every answer names its request; every answer is cleaned here, once; a lost link is a message, and the
//! next try comes after at most [`RETRY_MOST`], or [`RETRY_BARRED`] where the right is missing. A cancelled request
//! sends nothing any more.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use plant_core::metric::MetricQuery;
use plant_proto::client::{AskPart, Client, ClientError, Target};
use plant_proto::fault::Fault;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::task::AbortHandle;
use tokio_stream::StreamExt;

use crate::app::{Act, Answer, Link, Msg, Request, RequestId, Trouble};
use crate::clean::Clean;
use crate::figure;
use crate::subject::alias::Decision;
use crate::subject::{Wanted, headline, status};

/// The wait before the first new try.
const RETRY_FIRST: Duration = Duration::from_millis(500);

/// The longest wait between two tries.
const RETRY_MOST: Duration = Duration::from_secs(5);

/// The wait before the next try where the daemon says that this account may not: only a person changes that, and
/// refusals stand in the audit log.
const RETRY_BARRED: Duration = Duration::from_secs(30);

/// What the screens want of the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Ask this.
    Send(RequestId, Request),
    /// Its answer is no longer wanted.
    Cancel(RequestId),
}

/// Starts the link; its tasks end when the wishes end.
///
/// # Errors
/// When the target is of a kind that this version doesn't speak to.
pub fn start(
    target: Target,
    org: Option<String>,
    wishes: UnboundedReceiver<Wish>,
    messages: UnboundedSender<Msg>,
) -> Result<(), ClientError> {
    let client = Client::connect_lazily(target, org)?;
    tokio::spawn(follow(client.clone(), messages.clone()));
    tokio::spawn(serve(client, wishes, messages));
    Ok(())
}

async fn serve(client: Client, mut wishes: UnboundedReceiver<Wish>, messages: UnboundedSender<Msg>) {
    let mut running: HashMap<RequestId, AbortHandle> = HashMap::new();
    while let Some(wish) = wishes.recv().await {
        running.retain(|_, task| !task.is_finished());
        match wish {
            Wish::Send(id, request) => {
                let task = tokio::spawn(answer(client.clone(), id, request, messages.clone()));
                running.insert(id, task.abort_handle());
            }
            // Dropping an answer's stream tells the daemon to stop working on it.
            Wish::Cancel(id) => {
                if let Some(task) = running.remove(&id) {
                    task.abort();
                }
            }
        }
    }
    running.into_values().for_each(|task| task.abort());
}

async fn answer(client: Client, id: RequestId, request: Request, messages: UnboundedSender<Msg>) {
    // A send fails only when the screens have ended, and then nobody needs the answer.
    let send = |result: Result<Answer, ClientError>| {
        let result = result
            .map_err(|error| plant_core::sanitize::display(&error.to_string()).into_owned())
            .map(|mut answer| {
                answer.clean();
                answer
            });
        let _ = messages.send(Msg::Answer(id, result));
    };
    match request {
        Request::Ask {
            question,
            about,
            earlier,
        } => match client.ask_after(&question, about.as_deref(), &earlier).await {
            Err(error) => send(Err(error)),
            Ok(mut parts) => {
                while let Some(part) = parts.next().await {
                    let ended = !matches!(part, Ok(AskPart::Text(_)));
                    send(part.map(|part| match part {
                        AskPart::Text(text) => Answer::Part(text),
                        AskPart::Done(answer) => Answer::Done(answer),
                    }));
                    if ended {
                        return;
                    }
                }
                send(Err(Fault::unavailable("the answer was cut off; ask again").into()));
            }
        },
        other => send(fetch(&client, other).await),
    }
}

async fn fetch(client: &Client, request: Request) -> Result<Answer, ClientError> {
    Ok(match request {
        Request::Status => Answer::Status(Box::new(client.get_status().await?)),
        Request::Content { screen, page } => {
            let nothing = || Fault::invalid(format!("the screen {screen:?} asks for nothing"));
            let fetch = screen.spec.fetch.ok_or_else(nothing)?;
            let about = screen.about;
            Answer::Content(fetch(client.clone(), Wanted { about, page }).await?)
        }
        Request::Explain(id) => Answer::Explain(client.explain_file(&id).await?),
        Request::Act(act) => Answer::Acted(act_on(client, act).await?),
        Request::Savings => Answer::Savings(status::savings(&client.get_savings().await?)),
        Request::Headline => {
            let metrics = headline::choose(&client.list_metrics().await?);
            let items = match metrics.is_empty() {
                true => Vec::new(),
                false => {
                    let query = MetricQuery {
                        metrics,
                        ..MetricQuery::default()
                    };
                    client.query_metrics(query).await?
                }
            };
            Answer::Headline(headline::pairs(&headline::keep(items)))
        }
        Request::Ask { .. } => {
            return Err(Fault::invalid("an answer comes in parts").into());
        }
    })
}

async fn act_on(client: &Client, act: Act) -> Result<String, ClientError> {
    Ok(match act {
        Act::ConfirmFolder(folder) => {
            let folder = client.confirm_folder(&folder).await?;
            format!("{} is taken for the right folder and looked at again", folder.path)
        }
        Act::RetryFailed => match client.retry_failed().await? {
            0 => "no file has failed".to_owned(),
            files => format!("{} read again", figure::counted(files, "file is", "files are")),
        },
        Act::Answer { file, choice } => {
            let detail = client.answer_file(&file, &choice).await?;
            format!("{}: {choice}", detail.item.name)
        }
        Act::Alias(Decision {
            kind,
            name,
            canonical: Some(canonical),
        }) => {
            client.add_alias(kind, &name, &canonical).await?;
            format!("{kind} {name} goes by {canonical}; what it concerns is analysed again")
        }
        Act::Alias(Decision { kind, name, .. }) => {
            client.remove_alias(kind, &name).await?;
            format!("{kind} {name} goes by itself again; what it concerns is analysed again")
        }
        Act::Save(change) => {
            let saved = client.save_profile(change.save()).await?;
            let profile = &saved.profile.profile;
            let files = saved.queued_files.len() as u64;
            let read = match files {
                0 => String::new(),
                files => format!("; {} read by it now", figure::counted(files, "file is", "files are")),
            };
            format!("{}, version {}, is saved{read}", profile.name, profile.version)
        }
        Act::Retry(file) => format!("{} is read again", client.retry_file(&file).await?.name),
    })
}

/// Follows the events of the daemon for as long as somebody listens; says when the link is lost and when it is back.
async fn follow(client: Client, messages: UnboundedSender<Msg>) {
    let mut since = None;
    let mut tries = 0;
    loop {
        let (trouble, reason) = match client.watch_events(since).await {
            Err(error) => trouble(&error),
            Ok(mut events) => {
                tries = 0;
                if messages.send(Msg::Link(Link::Up)).is_err() {
                    return;
                }
                loop {
                    match events.next().await {
                        Some(Ok(mut event)) => {
                            since = Some(event.event_no);
                            event.clean();
                            if messages.send(Msg::Event(event)).is_err() {
                                return;
                            }
                        }
                        Some(Err(error)) => break trouble(&error),
                        None => break (Trouble::Lost, "the daemon has stopped".to_owned()),
                    }
                }
            }
        };
        let wait = pause(trouble, tries, chance());
        tries = tries.saturating_add(1);
        if !count_down(trouble, wait, &plant_core::sanitize::display(&reason), &messages).await {
            return;
        }
    }
}

/// Waits, saying once a second how long it still takes; ends with `false` when nobody listens.
async fn count_down(trouble: Trouble, wait: Duration, reason: &str, messages: &UnboundedSender<Msg>) -> bool {
    let mut left = wait;
    loop {
        let link = Link::Down {
            trouble,
            retry_in_s: left.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX),
            reason: reason.to_owned(),
        };
        if messages.send(Msg::Link(link)).is_err() {
            return false;
        }
        let step = left.min(Duration::from_secs(1));
        tokio::time::sleep(step).await;
        left = left.saturating_sub(step);
        if left.is_zero() {
            return true;
        }
    }
}

/// What an error says about the link, and its words.
fn trouble(error: &ClientError) -> (Trouble, String) {
    let trouble = match error {
        // An org that is none of the caller's is answered like one that is not there, or is to be named.
        ClientError::Fault(Fault::NotAllowed { .. } | Fault::NotFound { .. } | Fault::Invalid { .. }) => {
            Trouble::Barred
        }
        error if error.is_link_lost() => Trouble::Lost,
        _ => Trouble::Unable,
    };
    (trouble, error.to_string())
}

/// The wait before the next try.
fn pause(trouble: Trouble, tries: u32, chance: f64) -> Duration {
    match trouble {
        Trouble::Lost | Trouble::Unable => backoff(tries, chance),
        Trouble::Barred => RETRY_BARRED,
    }
}

/// The wait before the next try to reach a daemon: it doubles up to the most, and half of it is left to chance, so that many terminals
/// don't come back in one moment. `chance` is 0 to 1.
fn backoff(tries: u32, chance: f64) -> Duration {
    let full = RETRY_FIRST
        .saturating_mul(2u32.saturating_pow(tries.min(16)))
        .min(RETRY_MOST);
    full.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
}

/// A number from 0 to 1, different in each process and call; good enough to spread new tries.
fn chance() -> f64 {
    let hash = std::hash::RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(hash & 0xffff).unwrap_or_default()) / f64::from(0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_five_seconds_and_never_beyond() {
        for (tries, chance, expected_ms) in [
            (0, 0.0, 250),
            (0, 1.0, 500),
            (1, 1.0, 1_000),
            (3, 1.0, 4_000),
            (4, 1.0, 5_000),
            (4, 0.0, 2_500),
            (u32::MAX, 1.0, 5_000),
            (2, f64::INFINITY, 2_000),
        ] {
            assert_eq!(
                backoff(tries, chance),
                Duration::from_millis(expected_ms),
                "{tries} {chance}"
            );
        }
    }

    #[test]
    fn what_the_daemon_refuses_is_no_outage_and_tried_again_slowly() {
        let message = "as the daemon says".to_owned();
        let gone = ClientError::Unreachable {
            target: "unix:/x".to_owned(),
            reason: "gone".to_owned(),
        };
        for (error, expected, seconds) in [
            (
                ClientError::Fault(Fault::NotAllowed {
                    message: message.clone(),
                }),
                Trouble::Barred,
                30,
            ),
            (
                ClientError::Fault(Fault::NotFound {
                    message: message.clone(),
                }),
                Trouble::Barred,
                30,
            ),
            (
                ClientError::Fault(Fault::Invalid {
                    message: message.clone(),
                }),
                Trouble::Barred,
                30,
            ),
            (
                ClientError::Fault(Fault::Unavailable {
                    message: message.clone(),
                }),
                Trouble::Unable,
                5,
            ),
            (
                ClientError::Fault(Fault::OverQuota {
                    message: message.clone(),
                }),
                Trouble::Unable,
                5,
            ),
            (gone, Trouble::Lost, 5),
        ] {
            let (trouble, reason) = trouble(&error);
            assert_eq!((trouble, &reason), (expected, &error.to_string()));
            assert_eq!(pause(trouble, 9, 1.0), Duration::from_secs(seconds), "{reason}");
        }
    }

    #[test]
    fn terminals_that_lost_a_daemon_together_come_back_apart() {
        let mut waits: Vec<_> = (0..200).map(|_| backoff(0, chance())).collect();
        waits.sort_unstable();
        waits.dedup();
        assert!(waits.len() > 150, "{} different waits of 200 terminals", waits.len());
        let (first, last) = (waits[0].as_millis(), waits[waits.len() - 1].as_millis());
        assert!(
            first < 300 && last > 450,
            "they spread over {first} to {last} of 250 to 500 ms"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_unreachable_daemon_is_a_banner_that_counts_down_and_an_error_per_request() {
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
        let (wishes, wanted) = tokio::sync::mpsc::unbounded_channel();
        let target = "unix:/nonexistent/plantd.sock".parse().expect("a target");
        start(target, None, wanted, sender).expect("started");
        wishes.send(Wish::Send(7, Request::Status)).expect("sent");
        let (mut down, mut failed) = (0, false);
        while down < 5 || !failed {
            match receiver.recv().await.expect("a message") {
                Msg::Link(Link::Down {
                    trouble,
                    retry_in_s,
                    reason,
                }) => {
                    assert_eq!(trouble, Trouble::Lost);
                    assert!((1..=5).contains(&retry_in_s));
                    assert!(reason.contains("not reachable"), "{reason}");
                    down += 1;
                }
                Msg::Answer(7, Err(error)) => {
                    assert!(error.contains("not reachable"), "{error}");
                    failed = true;
                }
                other => panic!("unexpected {other:?}"),
            }
        }
    }
}
