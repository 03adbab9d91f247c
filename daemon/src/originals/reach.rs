//! Reaching the folder of the originals, which may be full, closed, or silent.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use plant_core::trouble::Passing;

use super::shelf::ORIGINALS;
use crate::app::App;
use crate::intake::JobError;

/// Does something with the folder of the originals, which may not answer.
pub(super) async fn call<T: Send + 'static>(
    app: &App,
    doing: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, JobError> {
    call_while(app, doing, Arc::default(), work).await
}

/// The same for what may take long: it is waited for as long as `progress` changes.
pub(super) async fn call_while<T: Send + 'static>(
    app: &App,
    doing: &'static str,
    progress: Arc<AtomicU64>,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, JobError> {
    let silence = Duration::from_secs(app.config().intake.silence_s);
    let root = app.state_dir().join(ORIGINALS);
    match app.hangs().call_while(&root, silence, progress, work).await {
        Ok(done) => done.map_err(|error| trouble(doing, &error)),
        Err(no_answer) => Err(JobError::Waits {
            kind: Passing::Originals,
            sentence: format!("{doing}: {no_answer}; {}", Passing::Originals.sentence()),
        }),
    }
}

/// What an error of the system means where it concerns the originals: it passes, whatever it is.
pub fn trouble(doing: &'static str, error: &io::Error) -> JobError {
    let kind = Passing::of_originals(error.kind(), error.raw_os_error());
    JobError::Waits {
        kind,
        sentence: format!("{doing} ({error}): {}", kind.sentence()),
    }
}
