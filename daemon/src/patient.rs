//! Calls that may hang: a network mount that went away keeps a call for as long as it likes.
//!
//! Invariants: such a call has a thread of its own, never one of the runtime's; its caller waits only so long; while one
//! hangs, the same caller begins no other, so a mount that hangs holds one thread for each folder and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

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
        let (answer, mut answered) = oneshot::channel();
        std::thread::Builder::new()
            .name("patient".to_owned())
            .spawn(move || drop(answer.send(work())))
            .map_err(|_| NoAnswer::Lost)?;
        let mut before = progress.load(Ordering::Relaxed);
        loop {
            if let Ok(answer) = tokio::time::timeout(limit, &mut answered).await {
                return answer.map_err(|_| NoAnswer::Lost);
            }
            let now = progress.load(Ordering::Relaxed);
            if now == before {
                self.late = Some(answered);
                return Err(NoAnswer::Late(limit));
            }
            before = now;
        }
    }
}

/// Makes one call that may hang, apart from any others.
///
/// # Errors
/// [`NoAnswer`]; the call may still be running then.
pub async fn call<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, NoAnswer> {
    Patient::default().call(limit, work).await
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
        assert_eq!(
            patient.call(Duration::from_secs(20), || panic!("as a test")).await,
            Err(NoAnswer::Lost)
        );
        assert_eq!(patient.call(Duration::from_secs(20), || ()).await, Ok(()));
    }
}
