//! A worker that is killed, hangs, grows, panics or does what it must not do costs one try of one job, and nothing else.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use plant_tests::{PATIENCE, Plant, programs};
use rustix::process::{Pid, Signal, kill_process};

use crate::{production, production_sums};

/// Rows that keep a worker busy long enough to be met.
const MANY: usize = 200_000;
const CONFIG: &str =
    "[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 1000\nlease_s = 5\nworker_stall_s = 2\n";

/// A field of `/proc/PID/status`, such as `Uid`; absent where the process has gone.
fn status(pid: Pid, field: &str) -> Option<String> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    Some(line.trim().to_owned())
}

/// The running workers of a daemon.
fn workers(daemon: u32) -> Vec<Pid> {
    let is_worker = |pid: &Pid| {
        let started = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        started.split(|byte| *byte == 0).nth(1) == Some(b"worker") && status(*pid, "PPid") == Some(daemon.to_string())
    };
    std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| Pid::from_raw(entry.ok()?.file_name().to_str()?.parse().ok()?))
        .filter(is_worker)
        .collect()
}

/// Whether the process has a copy of that file open: one without a name among the originals, of the same size.
fn has_copy_of(pid: Pid, plant: &Plant, file: &Path) -> bool {
    let Ok(descriptors) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    let originals = plant.state_dir().join("originals");
    let bytes = std::fs::metadata(file).unwrap().len();
    descriptors.flatten().any(|descriptor| {
        std::fs::read_link(descriptor.path()).is_ok_and(|target| target.starts_with(&originals))
            && std::fs::metadata(descriptor.path()).is_ok_and(|copy| copy.len() == bytes)
    })
}

/// Waits for a worker that the kernel confines already, and for which it holds.
fn met(plant: &Plant, what: &str, holds: impl Fn(Pid) -> bool) -> Pid {
    let started = Instant::now();
    loop {
        let is_met = |pid: &Pid| status(*pid, "Seccomp").as_deref() == Some("2") && holds(*pid);
        if let Some(pid) = workers(plant.pid()).into_iter().find(is_met) {
            return pid;
        }
        assert!(started.elapsed() < PATIENCE, "no worker {what}\nlog:\n{}", plant.log());
        // No event tells that a process has begun; it lives for about a second.
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

/// Takes a resource from a worker, as its own user: root alone may not on every machine.
fn take(worker: Pid, resource: &str) {
    let mut command = Command::new("prlimit");
    command.args(["--pid", &worker.to_string(), &format!("--{resource}=0")]);
    if rustix::process::geteuid().is_root() {
        let first = |field| {
            status(worker, field)
                .unwrap()
                .split_whitespace()
                .next()
                .unwrap()
                .parse()
                .unwrap()
        };
        command.uid(first("Uid")).gid(first("Gid"));
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn failed_tries(plant: &Plant) -> usize {
    plant.log().matches("a try failed").count()
}

fn until_failed_tries(plant: &Plant, count: usize) {
    plant.until(&format!("{count} tries have failed"), |plant| {
        failed_tries(plant) >= count
    });
    assert_eq!(failed_tries(plant), count, "{}", plant.log());
}

#[test]
fn killed_hanging_and_growing_workers_cost_a_try_each_and_three_fail_the_file() {
    let plant = Plant::start_with(CONFIG);
    let folder = plant.watched("exports");
    let big = folder.join("big.csv");
    plant.drop_file(&folder, "big.csv", &production(MANY, 1));
    let reader = |plant: &Plant| met(plant, "reads big.csv", |pid| has_copy_of(pid, plant, &big));

    kill_process(reader(&plant), Signal::KILL).unwrap();
    until_failed_tries(&plant, 1);
    assert!(plant.log().contains("SIGKILL"), "{}", plant.log());

    // It hangs; another file comes in meanwhile.
    kill_process(reader(&plant), Signal::STOP).unwrap();
    plant.drop_file(&folder, "good.csv", &production(50, 1_000_000));
    assert_eq!(plant.settled("good.csv")["state"], "analysed");
    until_failed_tries(&plant, 2);
    assert!(plant.log().contains("intake.worker_stall_s"), "{}", plant.log());

    // It has no more memory from now on.
    take(reader(&plant), "as");
    until_failed_tries(&plant, 3);
    assert!(plant.log().contains("memory allocation"), "{}", plant.log());

    let file = plant.settled("big.csv");
    assert_eq!(file["state"], "failed", "{file}");
    assert_eq!(file["reason"]["code"], "worker_failed", "{file}");
    assert_eq!(
        plant.metric("quantity_produced", &[]),
        Some(production_sums(50).0),
        "half a file is in"
    );
    assert!(workers(plant.pid()).is_empty(), "a worker is left over");

    // The same daemon takes it in when it is asked to.
    plant.ok(&["files", "retry", file["file_id"].as_str().unwrap()]);
    plant.until("big.csv is in after all", |plant| {
        plant.settled("big.csv")["state"] == "analysed"
    });
    let all = production_sums(MANY).0 + production_sums(50).0;
    assert_eq!(plant.metric("quantity_produced", &[]), Some(all));
    assert_eq!(failed_tries(&plant), 3, "{}", plant.log());
}

#[test]
fn a_worker_that_breaks_out_or_panics_costs_one_try() {
    let plant = Plant::start_with(CONFIG);
    let folder = plant.watched("exports");
    let big = folder.join("big.csv");
    plant.drop_file(&folder, "big.csv", &production(MANY, 1));

    // What the kernel says of a worker, and does to one that asks for something forbidden.
    let reader = met(&plant, "reads big.csv", |pid| has_copy_of(pid, &plant, &big));
    assert_eq!(status(reader, "NoNewPrivs").unwrap(), "1");
    assert_eq!(status(reader, "CapPrm").unwrap(), "0000000000000000");
    if rustix::process::geteuid().is_root() {
        assert!(!status(reader, "Uid").unwrap().split_whitespace().any(|uid| uid == "0"));
        assert!(!status(reader, "Gid").unwrap().split_whitespace().any(|gid| gid == "0"));
        assert_eq!(status(reader, "Groups").unwrap(), "");
    }
    kill_process(reader, Signal::SYS).unwrap();
    until_failed_tries(&plant, 1);
    assert!(plant.log().contains("workers must not do"), "{}", plant.log());

    // Without a thread to be had, polars panics.
    let analyst = met(&plant, "analyses", |pid| {
        plant.log().contains("committed") && !has_copy_of(pid, &plant, &big)
    });
    take(analyst, "nproc");
    until_failed_tries(&plant, 2);
    assert!(plant.log().contains("it panicked"), "{}", plant.log());

    assert_eq!(plant.settled("big.csv")["state"], "analysed");
    assert_eq!(plant.metric("quantity_produced", &[]), Some(production_sums(MANY).0));
    assert_eq!(failed_tries(&plant), 2, "{}", plant.log());
}

#[test]
fn the_doctor_shows_that_every_forbidden_act_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new(programs().join("plantd"))
        .args(["doctor", "--state"])
        .arg(dir.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("ok    a worker that reads and analyses: 28 rows read"),
        "{text}"
    );
    let acts: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("a worker that tries to"))
        .collect();
    assert!(acts.iter().all(|line| line.starts_with("ok ")), "{text}");
    for act in [
        "unix socket",
        "TCP",
        "open a file",
        "run another program",
        "start a process",
        "trace the daemon",
        "signal the daemon",
        "more memory",
        "panic",
    ] {
        assert!(acts.iter().any(|line| line.contains(act)), "no line on `{act}`: {text}");
    }
}
