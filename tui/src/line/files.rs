//! `plant files` and `plant push`.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::model::{FileItem, Page};
use plant_core::state::FileState;
use plant_proto::client::{ClientError, FileFilter, WhichFiles};
use plant_proto::fault::Fault;
use serde::Serialize;
use tokio_stream::StreamExt;

use super::Context;
use super::failure::Failure;
use crate::cli::{Files, FilesFilter, Which};
use crate::figure;
use crate::subject::Described;

/// How long all files must stay settled before `wait` without names believes it.
const UNSEEN: Duration = Duration::from_millis(1_500);
/// How long the daemon may take to settle a file before it is looked at again, where no event comes.
const POLL: Duration = Duration::from_millis(200);

/// Files that `wait` names where it gives up.
const NAMED: u32 = 5;

/// Bytes of a file that are sent at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// Runs `plant files …`.
pub async fn run<W: Write>(what: Option<Files>, filter: FilesFilter, context: &mut Context<W>) -> Result<(), Failure> {
    match what {
        None => list(filter, context).await,
        Some(Files::List { filter }) => list(filter, context).await,
        Some(Files::Show { id }) => {
            let detail = context.client.get_file(&id).await?;
            context.output.show(&line(&detail.item), &detail, Described::document)
        }
        Some(Files::Wait { ids, all, timeout }) => {
            if all && !ids.is_empty() {
                return Err(Failure::Usage("name files or give --all, not both".to_owned()));
            }
            wait(&ids, Duration::from_secs(timeout), context).await
        }
        Some(Files::Explain { id }) => {
            let sentences = context.client.explain_file(&id).await?;
            context
                .output
                .object(&Sentences { sentences }, |said| said.sentences.clone())
        }
        Some(Files::Answer { id, choice }) => {
            let detail = context.client.answer_file(&id, choice.name()).await?;
            context.output.show(&line(&detail.item), &detail, Described::document)
        }
        Some(Files::Withdraw { which: asked, why }) => {
            let items = context.client.withdraw_files(which(asked)?, &why).await?;
            acted(items, context)
        }
        Some(Files::Restore { which: asked }) => {
            let items = context.client.restore_files(which(asked)?).await?;
            acted(items, context)
        }
        Some(Files::Reread {
            which: asked,
            dry_run: true,
        }) => {
            let effect = context.client.try_reread(which(asked)?).await?;
            super::tried::show(effect, context)
        }
        Some(Files::Reread { which: asked, .. }) => {
            let items = context.client.reread_files(which(asked)?).await?;
            acted(items, context)
        }
        Some(Files::Line { id, line }) => {
            let found = context.client.get_line(&id, line).await?;
            context.output.object(&found, Described::document)
        }
        Some(Files::Retry { id: Some(id), .. }) => {
            let item = context.client.retry_file(&id).await?;
            context.output.object(&item, |item| vec![line(item)])
        }
        Some(Files::Retry { id: None, .. }) => {
            let queued = Queued {
                files: context.client.retry_failed().await?,
            };
            context.output.object(&queued, |queued| {
                vec![match queued.files {
                    0 => "no file has failed".to_owned(),
                    files => format!("{} tried again", figure::counted(files, "file is", "files are")),
                }]
            })
        }
    }
}

fn which(asked: Which) -> Result<WhichFiles, Failure> {
    Ok(WhichFiles {
        files: asked.ids,
        folder: asked.folder,
        since: asked.since.as_deref().map(since).transpose()?,
        profile: asked.profile,
    })
}

fn acted<W: Write>(items: Vec<FileItem>, context: &mut Context<W>) -> Result<(), Failure> {
    let page = Page { items, next_page: None };
    context.output.list(&page, "no file is meant")
}

/// What `plant files retry --failed` did.
#[derive(Debug, Serialize)]
struct Queued {
    files: u64,
}

/// Runs `plant push PATH`.
pub async fn push<W: Write>(path: &Path, folder: Option<&str>, context: &mut Context<W>) -> Result<(), Failure> {
    let item = send(path, folder, context).await?;
    context.output.object(&item, |item| vec![line(item)])
}

/// Hands a local file over.
pub async fn send<W>(path: &Path, folder: Option<&str>, context: &Context<W>) -> Result<FileItem, Failure> {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| Failure::Usage(format!("{} has no name that can be sent", path.display())))?;
    let cannot = |error: std::io::Error| Failure::Failed(format!("can't read {}: {error}", path.display()));
    // Looked at before it is opened: opening a pipe would wait for somebody who writes.
    if !tokio::fs::metadata(path).await.map_err(cannot)?.is_file() {
        return Err(Failure::Failed(format!("{} is not a file", path.display())));
    }
    let file = tokio::fs::File::open(path).await.map_err(cannot)?;
    Ok(context.client.push_file(name, folder, chunks(file)).await?)
}

fn chunks(file: tokio::fs::File) -> impl futures::Stream<Item = std::io::Result<Vec<u8>>> {
    use tokio::io::AsyncReadExt;
    futures::stream::unfold(Some(file), |file| async {
        let mut file = file?;
        let mut chunk = vec![0; CHUNK_BYTES];
        match file.read(&mut chunk).await {
            Ok(0) => None,
            Ok(length) => {
                chunk.truncate(length);
                Some((Ok(chunk), Some(file)))
            }
            Err(error) => Some((Err(error), None)),
        }
    })
}

async fn list<W: Write>(filter: FilesFilter, context: &mut Context<W>) -> Result<(), Failure> {
    let filtered =
        !filter.state.is_empty() || filter.folder.is_some() || filter.name.is_some() || filter.since.is_some();
    let page = context
        .client
        .list_files(FileFilter {
            states: filter.state,
            folder: filter.folder,
            name: filter.name,
            since: filter.since.as_deref().map(since).transpose()?,
            limit: context.listing.limit,
            page: context.listing.page.clone(),
        })
        .await?;
    let empty = if filtered { "no file matches" } else { EMPTY };
    context.output.list(&page, empty)
}

/// What to do where there are no files.
const EMPTY: &str =
    "no files yet; drop an export into a watched folder (`plant folders`) or hand one over with `plant push`";

/// A time as it is written behind `--since`.
pub fn since(text: &str) -> Result<DateTime<Utc>, Failure> {
    let midnight = || {
        text.parse::<NaiveDate>()
            .ok()?
            .and_hms_opt(0, 0, 0)
            .map(|time| time.and_utc())
    };
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.with_timezone(&Utc))
        .ok()
        .or_else(midnight)
        .ok_or_else(|| Failure::Usage(format!("--since {text}: write 2025-03-01 or 2025-03-01T06:00:00Z")))
}

/// Waits until each file has settled and prints where they stand; all files, where none is named.
async fn wait<W: Write>(ids: &[String], timeout: Duration, context: &mut Context<W>) -> Result<(), Failure> {
    let mut open = ids.to_vec();
    let settled = tokio::time::timeout(timeout, settle(ids, &mut open, context)).await;
    let Ok(page) = settled else {
        let what = if open.is_empty() {
            "some files".to_owned()
        } else {
            open.join(", ")
        };
        return Err(Failure::Failed(format!(
            "{what}: not settled within {} s; `plant files` says where each stands",
            timeout.as_secs()
        )));
    };
    context.output.list(&page?, EMPTY)
}

/// Looks until each file has settled; `open` names those that have not.
async fn settle<W>(ids: &[String], open: &mut Vec<String>, context: &Context<W>) -> Result<Page<FileItem>, Failure> {
    // Events only shorten the pause between two looks, so a daemon that sends none is no problem.
    let mut events = context.client.watch_events(None).await.ok();
    let mut settled_since: Option<tokio::time::Instant> = None;
    loop {
        match look(ids, open, context).await? {
            // A file just dropped is not seen at once: without names, nothing new may come for a while.
            Some(page) => {
                let since = *settled_since.get_or_insert_with(tokio::time::Instant::now);
                if !ids.is_empty() || since.elapsed() >= UNSEEN {
                    return Ok(page);
                }
            }
            None => settled_since = None,
        }
        let Some(stream) = &mut events else {
            tokio::time::sleep(POLL).await;
            continue;
        };
        match tokio::time::timeout(POLL, stream.next()).await {
            Ok(Some(Ok(_))) | Err(_) => {}
            Ok(Some(Err(_)) | None) => events = None,
        }
    }
}

/// The files, when all of them have settled; else `open` names those that have not.
async fn look<W>(
    ids: &[String],
    open: &mut Vec<String>,
    context: &Context<W>,
) -> Result<Option<Page<FileItem>>, Failure> {
    if ids.is_empty() {
        let unsettled = FileFilter {
            states: FileState::ALL.into_iter().filter(|state| !state.is_settled()).collect(),
            limit: Some(NAMED),
            ..FileFilter::default()
        };
        let unsettled = context.client.list_files(unsettled).await?;
        *open = unsettled.items.into_iter().map(|item| item.name).collect();
        if !open.is_empty() {
            if unsettled.next_page.is_some() {
                open.push("and more".to_owned());
            }
            return Ok(None);
        }
        // What is in may be read or analysed again, for what another file or a person said.
        if context.client.get_status().await?.queue.running > 0 {
            *open = vec!["files that are read or analysed again".to_owned()];
            return Ok(None);
        }
        let all = FileFilter {
            limit: context.listing.limit,
            page: context.listing.page.clone(),
            ..FileFilter::default()
        };
        return Ok(Some(context.client.list_files(all).await?));
    }
    let mut items = Vec::with_capacity(ids.len());
    let mut waited = Vec::new();
    for id in ids {
        match context.client.get_file(id).await {
            Ok(detail) if detail.item.is_settled() => items.push(detail.item),
            // A file just dropped is not seen at once, so its name is waited for.
            Ok(_) | Err(ClientError::Fault(Fault::NotFound { .. })) => waited.push(id.clone()),
            Err(error) => return Err(error.into()),
        }
    }
    *open = waited;
    Ok(open.is_empty().then_some(Page { items, next_page: None }))
}

#[derive(Serialize)]
struct Sentences {
    sentences: Vec<String>,
}

fn line(item: &FileItem) -> String {
    let reason = item
        .reason
        .as_ref()
        .map(|reason| format!(": {}", reason.text))
        .unwrap_or_default();
    format!("{}  {}  {}{reason}", item.file_id, item.name, item.state.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates_or_instants() {
        for (text, expected) in [
            ("2025-03-01", Some("2025-03-01T00:00:00+00:00")),
            ("2025-03-01T06:30:00Z", Some("2025-03-01T06:30:00+00:00")),
            ("2025-03-01T06:30:00+02:00", Some("2025-03-01T04:30:00+00:00")),
            ("yesterday", None),
            ("2025-02-30", None),
        ] {
            assert_eq!(
                since(text).ok().map(|time| time.to_rfc3339()).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
