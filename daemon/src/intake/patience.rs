//! How long the daemon waits for a worker.
//!
//! A worker may be silent for minutes while it looks at a large file or adds up its rows, so silence alone means
//! nothing. One that neither says anything nor uses the processor, while it has what it needs, makes no progress: it is
//! stopped, or waits for a disk that does not answer. The kernel's count of its processor time tells, which no worker
//! can forge. One that computes for ever is ended by its limit of processor time, and by the limit on the whole wait.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::sys::time::TimeSpec;
use nix::time::ClockId;
use nix::unistd::Pid;
use tokio::time::{Instant, timeout};

/// Longest time between two looks at a worker.
const STEP_MOST: Duration = Duration::from_secs(1);

/// Whether a worker lacks input that somebody else owes it.
#[derive(Debug, Default)]
pub struct Supply {
    is_short: AtomicBool,
}

impl Supply {
    /// Says whether it lacks input now.
    pub fn set_short(&self, is_short: bool) {
        self.is_short.store(is_short, Ordering::Relaxed);
    }
}

/// Why the wait ended without what it was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Impatience {
    /// No sign of life for so long.
    #[error("the worker did nothing for {} s (intake.worker_stall_s) and was ended", .0.as_secs())]
    Stalled(Duration),
    /// It was waited for longer than this in all.
    #[error("the worker took longer than {} s (intake.worker_timeout_s) and was ended", .0.as_secs())]
    TooLong(Duration),
}

/// What is left of the patience with one worker.
#[derive(Debug)]
pub struct Patience {
    cpu: Option<ClockId>,
    supply: Arc<Supply>,
    stall: Duration,
    limit: Duration,
    waited: Duration,
}

impl Patience {
    /// With the worker of that process id, a child of this process.
    pub fn new(pid: u32, stall: Duration, limit: Duration) -> Patience {
        let pid = i32::try_from(pid).ok().map(Pid::from_raw);
        Patience {
            cpu: pid.and_then(|pid| ClockId::pid_cpu_clock_id(pid).ok()),
            supply: Arc::default(),
            stall,
            limit,
            waited: Duration::ZERO,
        }
    }

    /// Where its other inputs are told.
    pub fn supply(&self) -> Arc<Supply> {
        Arc::clone(&self.supply)
    }

    /// Waits for something that the worker has to do.
    ///
    /// # Errors
    /// When it does not do it in time.
    pub async fn wait<F: Future>(&mut self, something: F) -> Result<F::Output, Impatience> {
        tokio::pin!(something);
        if self.waited >= self.limit {
            return Err(Impatience::TooLong(self.limit));
        }
        let begun = Instant::now();
        let mut alive_at = begun;
        let mut used = self.used();
        let step = (self.stall / 8).min(STEP_MOST);
        let outcome = loop {
            if let Ok(output) = timeout(step, &mut something).await {
                break Ok(output);
            }
            let used_now = self.used();
            if used_now != used || self.supply.is_short.load(Ordering::Relaxed) {
                used = used_now;
                alive_at = Instant::now();
            }
            if alive_at.elapsed() >= self.stall {
                break Err(Impatience::Stalled(self.stall));
            }
            if self.waited + begun.elapsed() >= self.limit {
                break Err(Impatience::TooLong(self.limit));
            }
        };
        self.waited += begun.elapsed();
        outcome
    }

    /// Processor time of all its threads so far; `None` where the kernel does not tell.
    fn used(&self) -> Option<TimeSpec> {
        self.cpu.and_then(|clock| clock.now().ok())
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use super::*;

    const STALL: Duration = Duration::from_secs(1);

    fn shell(script: &str) -> Child {
        Command::new("/bin/sh").args(["-c", script]).spawn().unwrap()
    }

    async fn check(script: &str, limit: Duration, is_short: bool) -> Result<(), Impatience> {
        let mut child = shell(script);
        let mut patience = Patience::new(child.id(), STALL, limit);
        patience.supply().set_short(is_short);
        let outcome = patience.wait(std::future::pending::<()>()).await;
        child.kill().unwrap();
        child.wait().unwrap();
        outcome
    }

    #[tokio::test]
    async fn one_that_does_nothing_is_given_up_and_one_that_computes_or_lacks_rows_is_not() {
        let long = Duration::from_millis(2_500);
        let (idle, busy) = ("exec sleep 60", "while :; do :; done");
        let (alone, computing, waiting) = tokio::join!(
            check(idle, long, false),
            check(busy, long, false),
            check(idle, long, true)
        );
        assert_eq!(alone, Err(Impatience::Stalled(STALL)));
        assert_eq!(computing, Err(Impatience::TooLong(long)));
        assert_eq!(waiting, Err(Impatience::TooLong(long)));
    }

    #[tokio::test]
    async fn the_whole_wait_is_limited_however_often_it_is_heard_from() {
        let mut child = shell("while :; do :; done");
        let limit = Duration::from_millis(600);
        let mut patience = Patience::new(child.id(), STALL, limit);
        let mut heard = 0;
        let outcome = loop {
            match patience.wait(tokio::time::sleep(Duration::from_millis(100))).await {
                Ok(()) => heard += 1,
                Err(impatience) => break impatience,
            }
            assert!(heard < 20, "it is waited for without end");
        };
        assert_eq!(outcome, Impatience::TooLong(limit));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
