//! The wish that a start ends before it is complete.

use std::sync::Arc;

use tokio::sync::watch;

/// Shared by whoever starts the daemon, and whoever may ask for the end of that.
#[derive(Debug, Clone)]
pub struct Halt {
    asked: Arc<watch::Sender<bool>>,
}

/// The start was ended because somebody asked for it.
#[derive(Debug, thiserror::Error)]
#[error("stopped before the start was complete")]
pub struct Halted;

impl Default for Halt {
    fn default() -> Self {
        Halt {
            asked: Arc::new(watch::Sender::new(false)),
        }
    }
}

impl Halt {
    /// Asks for it.
    pub fn ask(&self) {
        self.asked.send_replace(true);
    }

    /// For what listens to it by itself.
    pub fn listen(&self) -> watch::Receiver<bool> {
        self.asked.subscribe()
    }

    /// Waits until it is asked for.
    pub async fn asked(&self) {
        // The sender lives as long as this does.
        drop(self.listen().wait_for(|asked| *asked).await);
    }

    /// The outcome of the work, which is dropped when the halt is asked for.
    ///
    /// # Errors
    /// [`Halted`] then.
    pub async fn unless<T>(&self, work: impl Future<Output = T>) -> Result<T, Halted> {
        tokio::select! {
            biased;
            () = self.asked() => Err(Halted),
            outcome = work => Ok(outcome),
        }
    }
}
