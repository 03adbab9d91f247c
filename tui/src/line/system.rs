//! `plant status`, `health`, `folders`, `usage` and `audit`.

use std::io::Write;

use plant_core::model::{AuditEntry, Health, Page, StatusView};
use plant_core::says::FolderSaying;
use plant_proto::client::{Client, ClientError};
use serde::Serialize;

use super::Context;
use super::failure::{Failure, code};
use super::output::{Output, note};
use crate::cli::{Audit, Folders};
use crate::figure;
use crate::subject::folder::NO_FOLDERS;
use crate::subject::{Described, Listed};
use crate::widget::table::{Cell, Column, field, number_field};

/// Runs `plant status`.
pub async fn status<W: Write>(context: &mut Context<W>) -> Result<(), Failure> {
    let status = context.client.get_status().await?;
    context.output.object(&status, Described::document)
}

#[derive(Serialize)]
struct Checked<'a> {
    health: Health,
    problems: &'a [String],
}

/// Runs `plant health`: exit 0 only where all is well.
pub async fn health<W: Write>(context: &mut Context<W>) -> Result<(), Failure> {
    let status = context.client.get_status().await?;
    let checked = Checked {
        health: status.health,
        problems: &status.problems,
    };
    context.output.object(&checked, |checked| {
        let lines = std::iter::once(checked.health.to_string());
        lines.chain(checked.problems.iter().cloned()).collect::<Vec<_>>()
    })?;
    if status.health == Health::Ok {
        Ok(())
    } else {
        Err(Failure::Silent(code::FAILED))
    }
}

/// Runs `plant health --nagios`.
pub async fn nagios<W: Write>(connected: Result<Client, ClientError>, output: &mut Output<W>) -> Result<(), Failure> {
    let status = match connected {
        Ok(client) => client.get_status().await,
        Err(error) => Err(error),
    };
    let (code, line) = verdict(status);
    output.line(&line)?;
    if code == 0 { Ok(()) } else { Err(Failure::Silent(code)) }
}

fn verdict(status: Result<StatusView, ClientError>) -> (u8, String) {
    match status {
        Ok(status) => {
            let (code, word) = match status.health {
                Health::Ok => (0, "OK"),
                Health::Degraded => (1, "WARNING"),
                Health::Failed => (2, "CRITICAL"),
            };
            let problems = match status.problems.as_slice() {
                [] => format!("{} files analysed", status.queue.analysed),
                // The bar divides text from figures in this format.
                some => some.join("; ").replace('|', "/"),
            };
            let queue = status.queue;
            let figures = format!(
                "waiting={} running={} held={} failed={} analysed={} uptime={}s resident={}B",
                queue.waiting,
                queue.running,
                queue.held,
                queue.failed,
                queue.analysed,
                status.uptime_s,
                status.resident_bytes
            );
            (code, format!("PLANT {word} - {problems} | {figures}"))
        }
        Err(error) if error.is_link_lost() => (2, format!("PLANT CRITICAL - {error}")),
        Err(error) => (3, format!("PLANT UNKNOWN - {error}")),
    }
}

/// Runs `plant folders …`.
pub async fn folders<W: Write>(what: Option<Folders>, context: &mut Context<W>) -> Result<(), Failure> {
    let items = match what {
        None | Some(Folders::List) => context.client.list_folders().await?,
        Some(Folders::Add {
            path,
            site,
            mode,
            since,
        }) => {
            let absolute = std::path::absolute(&path)?;
            let path = absolute
                .to_str()
                .ok_or_else(|| Failure::Usage("the path must be UTF-8".to_owned()))?;
            let mode = mode.map(crate::cli::Mode::name);
            let since = since.as_deref().map(super::files::since).transpose()?;
            vec![context.client.add_folder(path, site.as_deref(), mode, since).await?]
        }
        Some(Folders::Set {
            folder,
            site,
            line,
            machine,
            zone,
            dry_run,
        }) => {
            let saying = FolderSaying {
                site,
                line,
                machine,
                zone,
            };
            if dry_run {
                let effect = context.client.try_folder(&folder, saying).await?;
                return super::tried::show(effect, context);
            }
            let (set, files) = context.client.set_folder(&folder, saying).await?;
            note(&match files {
                0 => "kept; it has no file that has to be read again".to_owned(),
                files => format!("kept; {} read again", figure::counted(files, "file is", "files are")),
            });
            vec![set]
        }
        Some(Folders::Remove { folder }) => {
            let removed = context.client.remove_folder(&folder).await?;
            note("no longer watched; what was taken in stays");
            vec![removed]
        }
        Some(Folders::Confirm { folder }) => {
            let confirmed = context.client.confirm_folder(&folder).await?;
            note("taken for the right folder; it is looked at again");
            vec![confirmed]
        }
    };
    let page = Page { items, next_page: None };
    context.output.list(&page, NO_FOLDERS)
}

/// Runs `plant usage`.
pub async fn usage<W: Write>(month: Option<&str>, context: &mut Context<W>) -> Result<(), Failure> {
    let usage = context.client.get_usage(month).await?;
    context.output.object(&usage, |usage| {
        let mut lines = vec![usage.month.clone()];
        lines.extend(
            usage
                .items
                .iter()
                .map(|(name, number)| format!("{name:<10}{:>14}", figure::count(*number))),
        );
        lines
    })
}

/// Runs `plant audit …`.
pub async fn audit<W: Write>(what: Option<Audit>, context: &mut Context<W>) -> Result<(), Failure> {
    match what {
        None | Some(Audit::List) => {
            let page = context.client.list_audit(context.listing.clone()).await?;
            context.output.list(&page, "no entries")
        }
        Some(Audit::Verify) => {
            let verdict = context.client.verify_audit().await?;
            context.output.object(&verdict, |verdict| {
                vec![match verdict.first_bad {
                    Some(bad) => format!("the chain is BROKEN at entry {bad} of {}", verdict.last_seq),
                    None => format!(
                        "the chain of {} entries holds; last hash {}",
                        verdict.last_seq, verdict.last_hash
                    ),
                }]
            })?;
            if verdict.ok {
                Ok(())
            } else {
                Err(Failure::Silent(code::FAILED))
            }
        }
    }
}

impl Listed for AuditEntry {
    const COLUMNS: &'static [Column] = &[
        number_field("seq"),
        field("at"),
        field("actor"),
        field("action"),
        field("body"),
        field("hash"),
    ];

    fn id(&self) -> String {
        self.seq.to_string()
    }

    fn cells(&self) -> Vec<Cell> {
        [
            self.seq.to_string(),
            figure::time(self.at),
            self.actor.clone(),
            self.action.clone(),
            self.body.to_string(),
            figure::prefix(&self.hash).to_owned(),
        ]
        .map(Cell::from)
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(health: Health, problems: &[&str]) -> StatusView {
        StatusView {
            health,
            problems: problems.iter().map(|text| (*text).to_owned()).collect(),
            queue: plant_core::model::QueueView::default(),
            ..crate::screen::fixture::status()
        }
    }

    #[test]
    fn monitoring_gets_the_code_and_one_line_with_figures() {
        let lost = ClientError::Unreachable {
            target: "unix:/x".to_owned(),
            reason: "gone".to_owned(),
        };
        let barred = ClientError::Fault(plant_proto::fault::Fault::NotAllowed {
            message: "no".to_owned(),
        });
        for (given, code, start) in [
            (
                Ok(status(Health::Ok, &[])),
                0,
                "PLANT OK - 0 files analysed | waiting=0",
            ),
            (
                Ok(status(Health::Degraded, &["folder | gone"])),
                1,
                "PLANT WARNING - folder / gone | waiting=0",
            ),
            (Ok(status(Health::Failed, &["a", "b"])), 2, "PLANT CRITICAL - a; b | "),
            (Err(lost), 2, "PLANT CRITICAL - the daemon is not reachable"),
            (Err(barred), 3, "PLANT UNKNOWN - no"),
        ] {
            let (given_code, line) = verdict(given);
            assert_eq!(given_code, code, "{line}");
            assert!(line.starts_with(start), "{line}");
        }
    }
}
