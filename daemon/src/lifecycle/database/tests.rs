use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::*;
use crate::config::Config;

fn setting(folder: &tempfile::TempDir) -> Setting {
    let state_dir = folder.path().join("state");
    std::fs::create_dir(&state_dir).unwrap();
    Setting {
        config: Config::default(),
        config_file: folder.path().join("plantd.toml"),
        state_dir,
        path: None,
    }
}

fn postmaster(setting: &Setting) -> Option<Pid> {
    let text = std::fs::read_to_string(setting.state_dir.join("pg/data/postmaster.pid")).ok()?;
    Pid::from_raw(text.lines().next()?.parse().ok()?)
}

/// Waits for a first process of Postgres other than that one.
async fn another(setting: &Setting, than: Option<Pid>) -> Pid {
    let begun = Instant::now();
    loop {
        match postmaster(setting) {
            Some(pid) if Some(pid) != than => return pid,
            _ => assert!(begun.elapsed() < Duration::from_secs(120), "Postgres does not start"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_private_database_that_ends_during_the_start_is_started_again() {
    let folder = plant_need::open_folder();
    let setting = setting(&folder);
    let (halt, mut cluster) = (Halt::default(), None);
    access(&setting, &mut cluster, &halt).await.unwrap();
    kill_process(postmaster(&setting).unwrap(), Signal::KILL).unwrap();
    cluster.as_mut().unwrap().exited().await.unwrap();
    let again = access(&setting, &mut cluster, &halt).await.unwrap();
    Store::prepare(&again).await.unwrap();
    cluster.unwrap().stop().await.unwrap();
}

#[tokio::test]
async fn a_start_that_hangs_is_halted_and_leaves_no_database_behind() {
    let folder = plant_need::open_folder();
    let (setting, halt) = (setting(&folder), Halt::default());
    let hanging = async {
        let pid = another(&setting, None).await;
        // As one that recovers for minutes.
        kill_process(pid, Signal::STOP).unwrap();
        halt.ask();
        (pid, Instant::now())
    };
    let (opened, (pid, begun)) = tokio::join!(open(&setting, Clock::start(), &halt), hanging);
    let error = opened.err().unwrap();
    assert!(
        format!("{error:#}").contains("ended") || error.is::<super::super::Halted>(),
        "{error:#}"
    );
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(test_kill_process(pid).is_err(), "Postgres still runs");
}

#[tokio::test]
async fn a_database_that_is_just_started_again_does_not_hold_up_the_stop() {
    let folder = plant_need::open_folder();
    let (setting, halt) = (setting(&folder), Halt::default());
    let opened = open(&setting, Clock::start(), &halt).await.unwrap();
    let kept = Kept::keep(opened.cluster.unwrap(), Room::of(&setting.state_dir, true));
    let first = postmaster(&setting);
    kill_process(first.unwrap(), Signal::KILL).unwrap();
    let second = another(&setting, first).await;
    kill_process(second, Signal::STOP).unwrap();
    let begun = Instant::now();
    halt.ask();
    kept.stop().await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(test_kill_process(second).is_err(), "Postgres still runs");
}
