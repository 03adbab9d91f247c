//! Starting a worker process and talking to it.
//!
//! Invariants: every exchange has an end in time; a worker that failed is ended, and whoever waited for it goes on even
//! where it can't be ended.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use plant_core::job::{Act, Confinement, FrameTag, Tried, Unread, WorkerOrder};
use plant_store::base::Base;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStdout};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tracing::warn;

use super::error::JobError;
use super::handing::{Feed, hand_over};
use super::patience::Patience;
use super::workers::Workers;
use crate::originals;
use crate::worker::{FrameError, read_frame};

/// What a worker may say on standard error, in bytes; the rest is not kept.
const STDERR_KEPT: usize = 4_096;
/// How long a worker may take to end after its last word.
const END_PATIENCE: Duration = Duration::from_secs(10);
/// How long a killed worker may take to be gone.
const KILL_PATIENCE: Duration = Duration::from_secs(5);
/// How long its standard error is waited for once it has ended.
const TOLD_PATIENCE: Duration = Duration::from_secs(1);

/// A running worker; killed when dropped.
pub struct Worker {
    child: Child,
    frames: BufReader<ChildStdout>,
    stderr: JoinHandle<String>,
    patience: Patience,
}

/// What became of a worker that tried what it must not do.
#[derive(Debug)]
pub enum Proof {
    /// It ended without a word.
    Ended(ExitStatus),
    /// It lived on.
    Tried(Tried),
}

/// The way of the lines of an earlier version to a worker.
pub struct Lines(UnixStream);

impl Lines {
    /// Gives them, or says that there are none.
    pub fn give(self, base: Option<Arc<Base>>) {
        let Lines(mut stream) = self;
        tokio::spawn(async move {
            let rows = base.as_ref().map_or(0, |base| base.rows());
            let lines = base.as_ref().map_or(&[][..], |base| base.lines.as_slice());
            // A worker that needs no more of them closes its end.
            if stream.write_all(&rows.to_be_bytes()).await.is_ok() {
                drop(stream.write_all(lines).await);
            }
        });
    }
}

impl Worker {
    /// Starts a worker that reads a file.
    ///
    /// # Errors
    /// When the system refuses to start it, or it does not come to the point of reading.
    pub async fn reading(workers: &Workers, order: &WorkerOrder, file: File) -> Result<Worker, JobError> {
        let (worker, _, _) = Self::start(workers, order, Some(file)).await?;
        Ok(worker)
    }

    /// Starts a worker that reads a file which may follow an earlier version of it; it waits for the lines of that once it has
    /// looked at its own.
    ///
    /// # Errors
    /// See [`Worker::reading`].
    pub async fn following(workers: &Workers, order: &WorkerOrder, file: File) -> Result<(Worker, Lines), JobError> {
        let (worker, stream, _) = Self::start(workers, order, Some(file)).await?;
        Ok((worker, Lines(stream)))
    }

    /// Starts a worker that gets rows.
    ///
    /// # Errors
    /// See [`Worker::reading`].
    pub async fn fed(workers: &Workers, order: &WorkerOrder) -> Result<(Worker, Feed), JobError> {
        let (worker, stream, _) = Self::start(workers, order, None).await?;
        let feed = Feed::new(stream, worker.patience.supply(), workers.stall);
        Ok((worker, feed))
    }

    /// Has a worker try what it must not do.
    ///
    /// # Errors
    /// When it does not come to the point of trying, or hangs.
    pub async fn prove(workers: &Workers, act: Act) -> Result<(Confinement, Proof), JobError> {
        let (mut worker, _stream, confinement) = Self::start(workers, &WorkerOrder::Prove(act), None).await?;
        let waited = worker.patience.wait(read_frame(&mut worker.frames)).await;
        let proof = match waited?? {
            Some(frame) => Proof::Tried(decoded(frame, FrameTag::Tried)?),
            None => Proof::Ended(worker.exit().await?),
        };
        Ok((confinement, proof))
    }

    /// Sees that workers can be confined on this machine, and says once in the log how.
    ///
    /// # Errors
    /// When one can't: every file would fail.
    pub async fn check(workers: &Workers) -> Result<(), JobError> {
        Self::prove(workers, Act::OpenFile).await.map(drop)
    }

    /// Starts one, hands over its order and its file, and waits until the kernel confines it.
    async fn start(
        workers: &Workers,
        order: &WorkerOrder,
        file: Option<File>,
    ) -> Result<(Worker, UnixStream, Confinement), JobError> {
        let order =
            serde_json::to_vec(order).map_err(|error| JobError::Worker(format!("cannot write the order: {error}")))?;
        let (ours, theirs) = UnixStream::pair()
            .and_then(|(ours, theirs)| Ok((ours, theirs.into_std()?)))
            .and_then(|(ours, theirs)| theirs.set_nonblocking(false).map(|()| (ours, theirs)))
            .map_err(JobError::system("cannot make a socket for a worker"))?;
        let mut child = workers
            .command()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .spawn()
            .map_err(JobError::system("cannot start a worker"))?;
        let (Some(stdout), Some(stderr), Some(pid)) = (child.stdout.take(), child.stderr.take(), child.id()) else {
            return Err(JobError::Worker("the worker has no output".to_owned()));
        };
        let mut worker = Worker {
            child,
            frames: BufReader::with_capacity(1 << 18, stdout),
            stderr: tokio::spawn(beginning(stderr)),
            patience: Patience::new(pid, workers.stall, workers.limit),
        };
        match worker.patience.wait(hand_over(&ours, &order, file)).await {
            Ok(Ok(())) => {}
            // It ended before it had read everything; its own words are the ones to tell.
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => return Err(worker.early_end().await),
            Ok(Err(source)) => {
                let doing = "cannot hand the order to a worker";
                return Err(JobError::System { doing, source });
            }
            Err(impatience) => {
                worker.kill().await;
                return Err(impatience.into());
            }
        }
        let confinement = decoded(worker.expect_frame().await?, FrameTag::Ready)?;
        workers.tell(&confinement);
        Ok((worker, ours, confinement))
    }

    /// The next frame, which must be there.
    ///
    /// # Errors
    /// When the worker breaks off, ends, sends nonsense, or takes too long; it is gone then. [`JobError::Waits`] when it
    /// met trouble that passes while it read its file.
    pub async fn expect_frame(&mut self) -> Result<(FrameTag, Vec<u8>), JobError> {
        match self.patience.wait(read_frame(&mut self.frames)).await {
            Ok(Ok(Some(frame @ (FrameTag::Unread, _)))) => {
                let Unread { errno, text } = decoded(frame, FrameTag::Unread)?;
                let error = errno.map_or_else(|| std::io::Error::other(text), std::io::Error::from_raw_os_error);
                // What it reads is a copy among the originals, never the plant's own file.
                Err(originals::trouble("a worker cannot read the copy", &error))
            }
            Ok(Ok(Some(frame))) => Ok(frame),
            Ok(Ok(None) | Err(FrameError::Broken(_))) => Err(self.early_end().await),
            Ok(Err(error)) => {
                self.kill().await;
                Err(error.into())
            }
            Err(impatience) => {
                self.kill().await;
                Err(impatience.into())
            }
        }
    }

    /// Waits for the end, which must be a good one.
    ///
    /// # Errors
    /// When the worker ended badly, or not at all.
    pub async fn finish(mut self) -> Result<(), JobError> {
        let status = self.exit().await?;
        if status.success() {
            return Ok(());
        }
        Err(self.fault("the worker failed", status).await)
    }

    async fn exit(&mut self) -> Result<ExitStatus, JobError> {
        match timeout(END_PATIENCE, self.child.wait()).await {
            Ok(status) => status.map_err(JobError::system("cannot wait for a worker")),
            Err(_) => {
                self.kill().await;
                Err(JobError::Worker("the worker did not end and was killed".to_owned()))
            }
        }
    }

    async fn early_end(&mut self) -> JobError {
        match self.exit().await {
            Ok(status) => self.fault("the worker stopped early", status).await,
            Err(error) => error,
        }
    }

    /// What a worker that has ended is told to have done, with its own words.
    async fn fault(&mut self, what: &str, status: ExitStatus) -> JobError {
        let said = match timeout(TOLD_PATIENCE, &mut self.stderr).await {
            Ok(Ok(said)) => said,
            // What can't be read is not told; the status is.
            Ok(Err(_)) | Err(_) => String::new(),
        };
        JobError::Worker(format!("{what} ({}) {said}", ending(status)).trim_end().to_owned())
    }

    async fn kill(&mut self) {
        let pid = self.child.id();
        // The only error is that it has ended already.
        drop(self.child.start_kill());
        if !is_over_in_time(KILL_PATIENCE, self.child.wait()).await {
            warn!(pid, "a killed worker does not end; it is left to the system");
        }
    }
}

/// Whether it is over within that time; how is not asked.
async fn is_over_in_time(patience: Duration, ending: impl Future) -> bool {
    timeout(patience, ending).await.is_ok()
}

/// Reads to the end, so that the worker never waits for a reader, and keeps the beginning.
async fn beginning(mut from: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let mut block = [0_u8; 1_024];
    // An error is the end of what can be known.
    while let Ok(read @ 1..) = from.read(&mut block).await {
        let room = STDERR_KEPT.saturating_sub(kept.len());
        kept.extend_from_slice(block.get(..read.min(room)).unwrap_or_default());
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}

/// How a process ended, in words for a person.
fn ending(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;

    let meaning = match (status.code(), status.signal()) {
        (Some(101), _) => "it panicked",
        (_, Some(libc::SIGSYS)) => "it asked the kernel for something that workers must not do",
        (_, Some(libc::SIGKILL)) => "it was killed, as the system does when memory or processor time runs out",
        (_, Some(libc::SIGABRT)) => "it gave itself up, as it does when it needs more than intake.worker_memory_mib",
        (_, Some(libc::SIGSEGV | libc::SIGBUS)) => "it crashed",
        _ => return status.to_string(),
    };
    format!("{status}: {meaning}")
}

/// The JSON of the frame, which must have that tag.
pub fn decoded<T: serde::de::DeserializeOwned>(frame: (FrameTag, Vec<u8>), tag: FrameTag) -> Result<T, JobError> {
    json(&bytes_of(frame, tag)?)
}

/// The bytes of the frame, which must have that tag.
pub fn bytes_of(frame: (FrameTag, Vec<u8>), tag: FrameTag) -> Result<Vec<u8>, JobError> {
    match frame {
        (found, bytes) if found == tag => Ok(bytes),
        (found, _) => Err(JobError::Worker(format!(
            "the worker sent {found:?} where {tag:?} was due"
        ))),
    }
}

/// What JSON of a worker says.
pub(super) fn json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, JobError> {
    serde_json::from_slice(bytes).map_err(|error| JobError::Worker(format!("the worker sent bad JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn check(raw: i32) -> String {
        ending(ExitStatus::from_raw(raw))
    }

    #[test]
    fn an_end_is_told_with_its_meaning() {
        assert_eq!(check(1 << 8), "exit status: 1");
        assert_eq!(check(101 << 8), "exit status: 101: it panicked");
        assert!(check(libc::SIGSYS).contains("must not do"), "{}", check(libc::SIGSYS));
        assert!(check(libc::SIGKILL).contains("memory or processor time"));
        assert!(check(libc::SIGABRT).contains("intake.worker_memory_mib"));
        assert!(check(libc::SIGSEGV).contains("crashed"));
    }

    #[tokio::test]
    async fn a_worker_that_does_not_die_is_not_waited_for_without_end() {
        let soon = Duration::from_millis(20);
        assert!(!is_over_in_time(soon, std::future::pending::<()>()).await);
        assert!(is_over_in_time(soon, std::future::ready(())).await);
    }

    #[tokio::test]
    async fn of_endless_words_the_beginning_is_kept_and_the_rest_is_read_away() {
        let (mut writer, reader) = tokio::io::duplex(64);
        let kept = tokio::spawn(beginning(reader));
        let words = "worker: x".repeat(2_000);
        tokio::io::AsyncWriteExt::write_all(&mut writer, words.as_bytes())
            .await
            .unwrap();
        drop(writer);
        assert_eq!(kept.await.unwrap(), words[..STDERR_KEPT]);
    }
}
