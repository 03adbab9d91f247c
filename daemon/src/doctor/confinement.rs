//! What this kernel makes of a worker that tries what it must not do, and of one that does its work: real workers try.

use std::os::unix::process::ExitStatusExt;

use plant_core::job::{Act, Confinement, Stop, Tried};

use super::rehearsal::rehearse;
use crate::config::Intake;
use crate::intake::{Proof, Worker, Workers};

/// What to do where a worker can't be confined at all.
const NEEDED: &str = "plantd needs Linux 5.10 or newer with CONFIG_SECCOMP_FILTER; in a container, allow `seccomp`";

/// Subject and finding of each line of the report.
pub async fn look(intake: &Intake) -> Vec<(String, Result<String, String>)> {
    let workers = match Workers::find(intake) {
        Ok(workers) => workers,
        Err(error) => return vec![("account of workers".to_owned(), Err(error.to_string()))],
    };
    let mut lines = vec![("account of workers".to_owned(), Ok(account(&workers)))];
    for act in Act::ALL {
        match Worker::prove(&workers, act).await {
            Ok((confinement, proof)) => {
                if lines.len() == 1 {
                    lines.push(("confinement of workers".to_owned(), Ok(confined(&confinement))));
                }
                let subject = format!("a worker that tries to {}", act.words());
                lines.push((subject, verdict(act, &proof)));
            }
            Err(error) => {
                lines.push(("confinement of workers".to_owned(), Err(format!("{error}; {NEEDED}"))));
                return lines;
            }
        }
    }
    let rehearsed = rehearse(&workers).await.map_err(|error| {
        format!("{error:#}; a confined worker lacks something on this machine: tell support this line")
    });
    lines.push(("a worker that reads and analyses".to_owned(), rehearsed));
    lines
}

fn account(workers: &Workers) -> String {
    workers.account().map_or_else(
        || "that of the daemon, which is not root".to_owned(),
        |account| format!("{} (user {})", account.name, account.uid),
    )
}

fn confined(confinement: &Confinement) -> String {
    let Confinement { uid, gid, landlock } = confinement;
    let landlock = match landlock {
        0 => "no landlock in this kernel, which Linux 5.13 and newer may have".to_owned(),
        1..=3 => format!("landlock {landlock} (files)"),
        4..=5 => format!("landlock {landlock} (files, TCP)"),
        _ => format!("landlock {landlock} (files, TCP, abstract sockets, signals)"),
    };
    format!("user {uid}, group {gid}, a filter of system calls, {landlock}")
}

/// Whether it was stopped as it should be.
fn verdict(act: Act, proof: &Proof) -> Result<String, String> {
    let found = match proof {
        Proof::Ended(status) => status.to_string(),
        Proof::Tried(Tried::Done) => "it went through".to_owned(),
        Proof::Tried(Tried::Refused { text, .. }) => format!("refused: {text}"),
    };
    let is_stopped = match (act.stop(), proof) {
        (Stop::Killed, Proof::Ended(status)) => status.signal() == Some(libc::SIGSYS),
        (Stop::Aborted, Proof::Ended(status)) => status.signal() == Some(libc::SIGABRT),
        (Stop::Panicked, Proof::Ended(status)) => status.code() == Some(101),
        // By the filter or landlock, not because there was nothing to open.
        (Stop::Refused, Proof::Tried(Tried::Refused { errno, .. })) => [libc::EACCES, libc::ENOSYS].contains(errno),
        _ => false,
    };
    if is_stopped {
        Ok(match act.stop() {
            Stop::Killed => format!("ended by the kernel ({found})"),
            Stop::Refused => found,
            Stop::Aborted | Stop::Panicked => format!("ended alone ({found})"),
        })
    } else {
        Err(format!("not stopped ({found}); {NEEDED}"))
    }
}

#[cfg(test)]
mod tests {
    use std::process::ExitStatus;

    use super::*;

    fn ended(raw: i32) -> Proof {
        Proof::Ended(ExitStatus::from_raw(raw))
    }

    fn refused(errno: i32) -> Proof {
        Proof::Tried(Tried::Refused {
            errno,
            text: "no".to_owned(),
        })
    }

    fn check(act: Act, proof: Proof, is_stopped: bool) {
        let verdict = verdict(act, &proof);
        assert_eq!(verdict.is_ok(), is_stopped, "{act:?} {proof:?}: {verdict:?}");
    }

    #[test]
    fn only_the_stop_that_is_due_counts() {
        check(Act::Fork, ended(libc::SIGSYS), true);
        check(Act::Fork, ended(libc::SIGKILL), false);
        check(Act::Fork, ended(0), false);
        check(Act::Fork, refused(libc::EPERM), false);
        check(Act::Fork, Proof::Tried(Tried::Done), false);
        check(Act::OpenFile, refused(libc::EACCES), true);
        check(Act::OpenFile, refused(libc::ENOENT), false);
        check(Act::OpenFile, Proof::Tried(Tried::Done), false);
        check(Act::Grow, ended(libc::SIGABRT), true);
        check(Act::Grow, Proof::Tried(Tried::Done), false);
        check(Act::Panic, ended(101 << 8), true);
        check(Act::Panic, ended(1 << 8), false);
    }
}
