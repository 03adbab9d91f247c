//! Health, folders, queue, database, and the first steps of a new plant.

use std::sync::atomic::Ordering;

use plant_core::model::{FolderView, Health, OnboardingStep, QueueView, StatusView, Step};
use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::jobs::{self, Waiting};
use plant_store::orgs::Facts;
use plant_store::{files, folders, orgs, originals};

use crate::app::App;
use crate::room::Space;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

/// A folder scan that is longer ago than this means that nothing new is seen.
const SCAN_STALE_MS: u64 = 120_000;

pub(super) async fn handle(app: App, ctx: Ctx, _: wire::GetStatusRequest) -> Result<wire::GetStatusResponse, Refusal> {
    let (folders, queue, org, facts, waiting, (_, damaged, _)) = app
        .store()
        .read(ctx.org, &ctx.actor, |tx| {
            Box::pin(async move {
                Ok((
                    folders::list(tx).await?,
                    files::counts(tx).await?,
                    orgs::get(tx).await?,
                    orgs::facts(tx).await?,
                    jobs::waiting(tx).await?,
                    originals::usage(tx).await?,
                ))
            })
        })
        .await?;
    let room = app.room().clone();
    let (space, resident_bytes) = tokio::task::spawn_blocking(move || (room.look(), resident_bytes())).await?;
    let scan_age_ms = app
        .clock()
        .steady_ms()
        .saturating_sub(app.progress().scan_ms.load(Ordering::Relaxed));
    let (health, problems) = health(&folders, &queue, &waiting, damaged, scan_age_ms, space);
    let status = StatusView {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_s: app.clock().steady_ms() / 1_000,
        health,
        problems,
        org: org.name,
        currency: org.currency,
        zone: org.zone,
        role: ctx.role,
        folders,
        queue,
        database: app.database().clone(),
        onboarding: onboarding(&facts, &queue),
        resident_bytes,
    };
    let status = bounded::thing(status, |status| {
        status
            .problems
            .push(bounded::said("`plant folders list` lists the folders page by page"));
    });
    Ok(wire::GetStatusResponse {
        status: status.to_wire(),
    })
}

/// What is wrong, in sentences with the next step, and the word for all of it.
fn health(
    folders: &[FolderView],
    queue: &QueueView,
    waiting: &[Waiting],
    damaged: u64,
    scan_age_ms: u64,
    space: Option<Space>,
) -> (Health, Vec<String>) {
    let mut problems: Vec<String> = folders
        .iter()
        .filter_map(|folder| {
            let fault = folder.fault.as_ref()?;
            Some(format!("folder {}: {fault}", folder.path))
        })
        .collect();
    problems.extend(waiting.iter().map(|waiting| {
        format!(
            "{} since {}: {}",
            counted(waiting.files, "file waits", "files wait"),
            waiting.since.format("%Y-%m-%d %H:%M UTC"),
            waiting.kind.sentence()
        )
    }));
    if damaged > 0 {
        problems.push(format!(
            "{} damaged and not used; restore the folder `originals` of the state folder from a backup",
            counted(damaged, "original is", "originals are")
        ));
    }
    if scan_age_ms > SCAN_STALE_MS {
        problems.push(format!(
            "the folders were not looked at for {} s; look into the log of plantd",
            scan_age_ms / 1_000
        ));
    }
    if let Some(space) = space.filter(|space| space.is_short()) {
        let what = if space.is_low() {
            "nothing is taken in until there is room"
        } else {
            "make room, or files can't be taken in soon"
        };
        problems.push(format!(
            "only {} MiB are free where plantd keeps its state; {what}",
            space.free_bytes >> 20
        ));
    }
    if queue.failed > 0 {
        problems.push(format!(
            "{} could not be read; `plant files --state failed` says why, `plant files retry --failed` tries all again",
            counted(queue.failed, "file", "files")
        ));
    }
    if queue.unanalysed > 0 {
        problems.push(format!(
            "the analysis of {} was given up; `plant files retry --failed` tries all again",
            counted(queue.unanalysed, "file", "files")
        ));
    }
    let word = match problems.is_empty() {
        true => Health::Ok,
        false => Health::Degraded,
    };
    (word, problems)
}

/// The first steps, each done or not by what the database holds.
fn onboarding(facts: &Facts, queue: &QueueView) -> Vec<OnboardingStep> {
    let step = |step: Step, label: &str, done: bool, next: &str| OnboardingStep {
        step,
        label: label.to_owned(),
        done,
        next: next.to_owned(),
    };
    let mapping = match queue.held {
        0 => "drop a file; its columns are matched by themselves where they are plain",
        _ => "a file is held: `plant files --state held`, then `plant profiles suggest ID`",
    };
    vec![
        step(
            Step::Folder,
            "Watch an export folder",
            facts.folders > 0,
            "`plant folders add PATH`",
        ),
        step(
            Step::File,
            "See a first file",
            facts.files > 0,
            "export a CSV or XLSX file into the folder",
        ),
        step(
            Step::Mapping,
            "Map its columns",
            facts.committed > 0 || facts.approved_profiles > 0,
            mapping,
        ),
        step(
            Step::Analysis,
            "Get an analysis",
            facts.analysed > 0,
            "nothing to do: it follows by itself when rows are in",
        ),
        step(
            Step::Question,
            "Ask a question",
            facts.questions > 0,
            "`plant ask \"scrap by product\"`",
        ),
    ]
}

fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Resident memory of this process; 0 where the system doesn't tell.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().strip_suffix("kB"))
        .and_then(|number| number.trim().parse::<u64>().ok())
        .map_or(0, |kib| kib * 1_024)
}

#[cfg(test)]
mod tests {
    use plant_core::ids::FolderId;
    use plant_core::model::{FolderKind, FolderMode, FolderView, Health, QueueView};
    use plant_core::trouble::Passing;
    use plant_store::jobs::Waiting;
    use plant_store::orgs::Facts;

    use super::{health, onboarding, resident_bytes};
    use crate::room::Space;

    fn folder(fault: Option<&str>) -> FolderView {
        FolderView {
            since: None,
            folder_id: FolderId(uuid::Uuid::nil()),
            path: "/srv/x".into(),
            kind: FolderKind::Local,
            mode: FolderMode::Watch,
            site: None,
            line: None,
            machine: None,
            zone: None,
            last_scan_at: None,
            last_file_at: None,
            fault: fault.map(str::to_owned),
            fault_kind: None,
        }
    }

    fn space(free_mib: u64) -> Option<Space> {
        Some(Space {
            free_bytes: free_mib << 20,
            total_bytes: 100 << 30,
        })
    }

    #[test]
    fn health_names_what_is_wrong_with_the_next_step() {
        let queue = QueueView::default();
        assert_eq!(
            health(&[folder(None)], &queue, &[], 0, 0, space(2_048)),
            (Health::Ok, vec![])
        );
        let folder = folder(Some("it does not exist; create it"));
        let failed = QueueView {
            failed: 1,
            unanalysed: 2,
            ..queue
        };
        let waiting = Waiting {
            kind: Passing::DiskFull,
            files: 3,
            since: chrono::DateTime::UNIX_EPOCH,
        };
        let (word, problems) = health(&[folder], &failed, &[waiting], 1, 200_000, space(5));
        assert_eq!((word, problems.len()), (Health::Degraded, 7));
        assert!(problems[2].starts_with("1 original is damaged"), "{problems:?}");
        assert!(problems.iter().all(|problem| problem.contains(';')), "{problems:?}");
        assert!(
            problems[1].starts_with("3 files wait since 1970-01-01 00:00 UTC: the disk is full"),
            "{problems:?}"
        );
    }

    #[test]
    fn onboarding_follows_the_facts() {
        let none = onboarding(&Facts::default(), &QueueView::default());
        assert!(none.iter().all(|step| !step.done && !step.next.is_empty()));
        let facts = Facts {
            folders: 1,
            files: 1,
            ..Facts::default()
        };
        let some = onboarding(
            &facts,
            &QueueView {
                held: 1,
                ..QueueView::default()
            },
        );
        assert_eq!(
            some.iter().map(|step| step.done).collect::<Vec<_>>(),
            [true, true, false, false, false]
        );
        assert!(some[2].next.contains("suggest"));
    }

    #[test]
    fn the_system_tells_memory() {
        assert!(resident_bytes() > 1 << 20);
    }
}
