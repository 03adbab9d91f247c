//! Starting a worker process and talking to it.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::time::Duration;

use command_fds::{CommandFdExt, FdMapping};
use plant_core::job::{FrameTag, WorkerOrder};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use super::JobError;
use crate::app::App;
use crate::worker::{ORDER_FD, read_frame};

/// What a worker may say on standard error before it is cut.
const STDERR_KEPT: u64 = 4_096;

/// A running worker.
pub struct Worker {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: ChildStderr,
    timeout: Duration,
}

/// What a worker reads on its standard input.
pub enum Input {
    /// The file itself.
    File(File),
    /// A stream that the daemon writes.
    Stream,
}

impl Worker {
    /// Starts a worker with that order; returns the stream to write where there is one.
    ///
    /// # Errors
    /// When the system refuses to start it.
    pub fn start(app: &App, order: &WorkerOrder, input: Input) -> Result<(Worker, Option<ChildStdin>), JobError> {
        let order =
            serde_json::to_vec(order).map_err(|error| JobError::Worker(format!("cannot write the order: {error}")))?;
        let (order_reader, order_writer) = std::io::pipe().map_err(JobError::system("cannot make a pipe"))?;
        // The program as it was started, even if an upgrade replaced the file meanwhile.
        let mut command = std::process::Command::new("/proc/self/exe");
        let intake = &app.config().intake;
        command
            .arg("worker")
            .arg("--memory-mib")
            .arg(intake.worker_memory_mib.to_string())
            .arg("--cpu-s")
            .arg(intake.worker_timeout_s.to_string())
            .env_clear()
            .env("POLARS_MAX_THREADS", "2")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        match input {
            Input::File(file) => command.stdin(Stdio::from(file)),
            Input::Stream => command.stdin(Stdio::piped()),
        };
        let mapping = FdMapping {
            parent_fd: OwnedFd::from(order_reader),
            child_fd: ORDER_FD,
        };
        command
            .fd_mappings(vec![mapping])
            .map_err(|error| JobError::Worker(format!("cannot hand over the order: {error}")))?;
        let mut child = Command::from(command)
            .kill_on_drop(true)
            .spawn()
            .map_err(JobError::system("cannot start a worker"))?;
        // A worker that dies early closes the pipe; its exit code tells why.
        std::thread::spawn(move || {
            let mut writer = order_writer;
            drop(std::io::Write::write_all(&mut writer, &order));
        });
        let stdin = child.stdin.take();
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(JobError::Worker("the worker has no output".to_owned()));
        };
        let stdout = BufReader::with_capacity(1 << 18, stdout);
        let timeout = Duration::from_secs(intake.worker_timeout_s);
        Ok((
            Worker {
                child,
                stdout,
                stderr,
                timeout,
            },
            stdin,
        ))
    }

    /// The next frame; `None` when the worker has said everything.
    ///
    /// # Errors
    /// When the worker breaks off, sends nonsense or takes too long.
    pub async fn frame(&mut self) -> Result<Option<(FrameTag, Vec<u8>)>, JobError> {
        match tokio::time::timeout(self.timeout, read_frame(&mut self.stdout)).await {
            Ok(Ok(Some(frame))) => Ok(Some(frame)),
            Ok(Ok(None)) => Ok(None),
            Ok(Err(error)) => {
                let told = self.told().await;
                Err(if told.is_empty() {
                    error.into()
                } else {
                    JobError::Worker(told)
                })
            }
            Err(_) => Err(JobError::Worker(format!(
                "the worker did not answer within {} s",
                self.timeout.as_secs()
            ))),
        }
    }

    /// The next frame, which must be there.
    ///
    /// # Errors
    /// See [`Worker::frame`]; also when the worker ended without it.
    pub async fn expect_frame(&mut self) -> Result<(FrameTag, Vec<u8>), JobError> {
        match self.frame().await? {
            Some(frame) => Ok(frame),
            None => Err(self.early_end().await),
        }
    }

    async fn early_end(&mut self) -> JobError {
        let told = self.told().await;
        let status = match self.child.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        JobError::Worker(
            format!("the worker stopped early ({status}) {told}")
                .trim_end()
                .to_owned(),
        )
    }

    async fn told(&mut self) -> String {
        let mut text = Vec::new();
        // What can't be read is not told; the status is.
        drop((&mut self.stderr).take(STDERR_KEPT).read_to_end(&mut text).await);
        String::from_utf8_lossy(&text).trim().to_owned()
    }

    /// Waits for the end, which must be a good one.
    ///
    /// # Errors
    /// When the worker ended badly.
    pub async fn finish(mut self) -> Result<(), JobError> {
        let status = self
            .child
            .wait()
            .await
            .map_err(JobError::system("cannot wait for a worker"))?;
        if status.success() {
            return Ok(());
        }
        let told = self.told().await;
        Err(JobError::Worker(
            format!("the worker failed ({status}) {told}").trim_end().to_owned(),
        ))
    }
}

/// Writes chunks into a worker's standard input until they end.
///
/// # Errors
/// When the worker closed its end.
pub async fn feed(mut stdin: ChildStdin, mut chunks: tokio::sync::mpsc::Receiver<Vec<u8>>) -> Result<(), JobError> {
    while let Some(chunk) = chunks.recv().await {
        stdin
            .write_all(&chunk)
            .await
            .map_err(JobError::system("the worker closed its input"))?;
    }
    stdin
        .shutdown()
        .await
        .map_err(JobError::system("the worker closed its input"))
}
