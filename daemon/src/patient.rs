//! Calls that may hang: a network mount that went away keeps a call for as long as it likes.
//!
//! Invariants: such a call has a thread of its own, never one of the runtime's; its caller waits only so long; while one
//! hangs that nobody waits for any more, no other is begun in the same place. So a mount that hangs holds one thread for
//! the scan of each folder, and as many as were begun at once before that was known: never one for each attempt.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use plant_core::trouble::Passing;
use tokio::sync::oneshot;

/// Why a call gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It takes longer than allowed, or an earlier one still does.
    #[error("no answer within {} s", .0.as_secs_f32())]
    Late(Duration),
    /// Its thread could not be started, or ended without an answer.
    #[error("the call could not be made")]
    Lost,
}

impl NoAnswer {
    /// The trouble that it is.
    pub fn passing(self) -> Passing {
        match self {
            NoAnswer::Late(_) => Passing::Silent,
            NoAnswer::Lost => Passing::Exhausted,
        }
    }
}

/// Makes one call after the other, each with an end to the waiting.
#[derive(Debug)]
pub struct Patient<T> {
    late: Option<oneshot::Receiver<T>>,
}

impl<T> Default for Patient<T> {
    fn default() -> Self {
        Patient { late: None }
    }
}

impl<T: Send + 'static> Patient<T> {
    /// Makes a call and waits for its answer at most so long. An answer that comes too late is dropped.
    ///
    /// # Errors
    /// [`NoAnswer`]; the call may still be running then.
    pub async fn call(&mut self, limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Result<T, NoAnswer> {
        self.call_while(limit, Arc::default(), work).await
    }

    /// The same for a call that may take long: it is waited for as long as `progress` changes within the limit.
    ///
    /// # Errors
    /// [`NoAnswer`]; the call may still be running then.
    pub async fn call_while(
        &mut self,
        limit: Duration,
        progress: Arc<AtomicU64>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoAnswer> {
        if let Some(mut late) = self.late.take()
            && tokio::time::timeout(limit, &mut late).await.is_err()
        {
            self.late = Some(late);
            return Err(NoAnswer::Late(limit));
        }
        let mut answered = begin(work)?;
        let answer = answer(limit, &progress, &mut answered).await;
        if matches!(answer, Err(NoAnswer::Late(_))) {
            self.late = Some(answered);
        }
        answer
    }
}

/// Makes calls for many callers at once, and knows in which places one hangs that was given up.
#[derive(Debug)]
pub struct Hangs {
    /// What each call that was given up still holds, by its place.
    given_up: Mutex<HashMap<PathBuf, Vec<Weak<()>>>>,
    most: usize,
}

impl Hangs {
    /// While so many calls hang, whatever their places, none is begun.
    pub fn most(most: usize) -> Hangs {
        Hangs {
            given_up: Mutex::default(),
            most,
        }
    }

    /// Makes a call in a place (the path of its folder) and waits for its answer at most so long. An answer that comes
    /// too late is dropped, and so is that of a caller who went away.
    ///
    /// # Errors
    /// [`NoAnswer`]; at once while an earlier call hangs there.
    pub async fn call<T: Send + 'static>(
        &self,
        place: &Path,
        limit: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoAnswer> {
        self.call_while(place, limit, Arc::default(), work).await
    }

    /// The same for a call that may take long: it is waited for as long as `progress` changes within the limit.
    ///
    /// # Errors
    /// See [`Hangs::call`].
    pub async fn call_while<T: Send + 'static>(
        &self,
        place: &Path,
        limit: Duration,
        progress: Arc<AtomicU64>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoAnswer> {
        if self.is_hung(place) {
            return Err(NoAnswer::Late(limit));
        }
        let running = Arc::new(());
        // Declared before the call begins: however the waiting ends, it sees whether the call still runs.
        let _watch = Given {
            hangs: self,
            place,
            running: Arc::downgrade(&running),
        };
        let mut answered = begin(move || {
            let answer = work();
            drop(running);
            answer
        })?;
        answer(limit, &progress, &mut answered).await
    }

    fn is_hung(&self, place: &Path) -> bool {
        let mut given_up = self.given_up.lock().unwrap_or_else(PoisonError::into_inner);
        given_up.retain(|_, calls| {
            calls.retain(|running| running.strong_count() > 0);
            !calls.is_empty()
        });
        given_up.contains_key(place) || given_up.values().map(Vec::len).sum::<usize>() >= self.most
    }
}

/// A call that is being waited for; dropped while it runs, it is one that was given up.
struct Given<'a> {
    hangs: &'a Hangs,
    place: &'a Path,
    running: Weak<()>,
}

impl Drop for Given<'_> {
    fn drop(&mut self) {
        if self.running.strong_count() > 0 {
            let mut given_up = self.hangs.given_up.lock().unwrap_or_else(PoisonError::into_inner);
            let calls = given_up.entry(self.place.to_owned()).or_default();
            calls.push(std::mem::take(&mut self.running));
        }
    }
}

/// Begins a call on a thread of its own.
fn begin<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<oneshot::Receiver<T>, NoAnswer> {
    let (answer, answered) = oneshot::channel();
    std::thread::Builder::new()
        .name("patient".to_owned())
        .spawn(move || drop(answer.send(work())))
        .map_err(|_| NoAnswer::Lost)?;
    Ok(answered)
}

/// Waits for the answer of a call as long as `progress` changes within the limit.
async fn answer<T>(limit: Duration, progress: &AtomicU64, answered: &mut oneshot::Receiver<T>) -> Result<T, NoAnswer> {
    let mut before = progress.load(Ordering::Relaxed);
    loop {
        if let Ok(answer) = tokio::time::timeout(limit, &mut *answered).await {
            return answer.map_err(|_| NoAnswer::Lost);
        }
        let now = progress.load(Ordering::Relaxed);
        if now == before {
            return Err(NoAnswer::Late(limit));
        }
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SHORT: Duration = Duration::from_millis(30);

    #[tokio::test]
    async fn a_call_that_hangs_holds_one_thread_and_heals() {
        let mut patient = Patient::default();
        assert_eq!(patient.call(SHORT, || 1).await, Ok(1));
        let (release, hang) = mpsc::channel::<()>();
        let hung = patient.call(SHORT, move || {
            assert!(hang.recv().is_err(), "released by the end of the sender");
            2
        });
        assert_eq!(hung.await, Err(NoAnswer::Late(SHORT)));
        let (begun, begin) = mpsc::channel();
        let second = patient.call(SHORT, move || {
            begun.send(()).unwrap();
            3
        });
        assert_eq!(second.await, Err(NoAnswer::Late(SHORT)));
        assert!(
            begin.try_recv().is_err(),
            "no second call is begun beside the one that hangs"
        );
        drop(release);
        assert_eq!(patient.call(Duration::from_secs(20), || 4).await, Ok(4));
    }

    #[tokio::test]
    async fn of_many_callers_none_begins_a_call_where_one_hangs_that_was_given_up() {
        let hangs = Hangs::most(2);
        let (there, elsewhere) = (Path::new("/share"), Path::new("/local"));
        let (release, hang) = mpsc::channel::<()>();
        let hung = hangs.call(there, SHORT, move || hang.recv().is_err());
        assert_eq!(hung.await, Err(NoAnswer::Late(SHORT)));
        let (begun, begin) = mpsc::channel();
        let long = Duration::from_secs(600);
        for _ in 0..10 {
            let begun = begun.clone();
            let next = hangs.call(there, long, move || begun.send(()).unwrap());
            assert_eq!(next.await, Err(NoAnswer::Late(long)), "at once");
        }
        assert!(begin.try_recv().is_err(), "none was begun");
        assert_eq!(hangs.call(elsewhere, long, || 1).await, Ok(1), "another place goes on");
        // One whose caller went away counts as well, and so many are too many everywhere.
        let (release_more, hang) = mpsc::channel::<()>();
        let left = hangs.call(Path::new("/other"), long, move || hang.recv().is_err());
        assert!(tokio::time::timeout(SHORT, left).await.is_err());
        assert_eq!(hangs.call(elsewhere, long, || 1).await, Err(NoAnswer::Late(long)));
        drop((release, release_more));
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        while hangs.call(there, long, || 2).await != Ok(2) {
            assert!(
                tokio::time::Instant::now() < deadline,
                "it heals when the call has ended"
            );
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_call_that_makes_progress_is_waited_for() {
        let progress = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&progress);
        let slow = move || {
            for _ in 0..20 {
                counter.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(SHORT / 6);
            }
            5
        };
        assert_eq!(Patient::default().call_while(SHORT, progress, slow).await, Ok(5));
    }

    #[tokio::test]
    async fn a_call_that_panics_is_lost_and_the_next_is_made() {
        let mut patient = Patient::default();
        let long = Duration::from_secs(20);
        assert_eq!(patient.call(long, || panic!("as a test")).await, Err(NoAnswer::Lost));
        assert_eq!(patient.call(long, || ()).await, Ok(()));
    }
}
