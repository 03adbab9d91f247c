//! A Postgres that an earlier daemon left over: found by its pid file, stopped before another one starts.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;

use super::error::ClusterError;
use super::place::{PORT, Place};

/// Seconds that it may take to stop.
const STOP_LIMIT_S: &str = "30";

/// Stops a Postgres that still works on the data; removes a pid file whose number belongs to something else by now.
/// The caller holds the cluster's lock, so no living daemon owns what is found.
pub(super) async fn stop(place: &Place, bin: &Path) -> Result<(), ClusterError> {
    let path = place.data.join("postmaster.pid");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(ClusterError::io("reading", &path)(error)),
    };
    let Some(pid) = text.lines().next().and_then(|line| line.trim().parse::<u32>().ok()) else {
        // Cut off while it was written: nothing can be running that wrote it.
        return remove(&path);
    };
    // A dead number is left to Postgres, which also looks for children that still hold the memory.
    let Ok(working_dir) = fs::read_link(format!("/proc/{pid}/cwd")) else {
        return Ok(());
    };
    let data = place
        .data
        .canonicalize()
        .map_err(ClusterError::io("opening", &place.data))?;
    if working_dir != data {
        remove(&path)?;
        return remove(&place.socket_dir.join(format!(".s.PGSQL.{}.lock", PORT)));
    }
    tracing::info!(pid, "stopping the Postgres that an earlier daemon left over");
    let program = bin.join("pg_ctl");
    for mode in ["fast", "immediate"] {
        let output = place
            .command(&program)
            .args(["stop", "-w", "-m", mode, "-t", STOP_LIMIT_S, "-D"])
            .arg(&place.data)
            .stdin(Stdio::null())
            .output()
            .await
            .map_err(ClusterError::io("running", &program))?;
        // It may have been stopping by itself: then there is nothing left to stop.
        if output.status.success() || !path.exists() {
            return Ok(());
        }
        if mode == "immediate" {
            return Err(ClusterError::Program {
                program: "pg_ctl stop",
                status: output.status,
                output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            });
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), ClusterError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(ClusterError::io("removing", path)(error)),
        _ => Ok(()),
    }
}
