//! Trouble that passes, passes: nothing fails for it, nobody has to do anything but mend the cause, and it costs nothing
//! but its own folder.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use plant_tests::{Account, HungMount, Plant, Server, SmallDisk};
use rustix::process::Signal;

use crate::{production, production_sums};

const QUICK: &str = "[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 1000\nrescan_s = 1\nlease_s = 5\n";

#[test]
fn files_too_large_to_be_read_are_told_at_once_and_stop_nobody() {
    let mut plant = Plant::start();
    let folder = plant.watched("exports");
    for name in ["one.csv", "two.csv", "three.csv"] {
        let file = std::fs::File::create(folder.join(name)).unwrap();
        let largest = [7_u64 << 60, 15 << 40, 7 << 40, 1 << 40, 20 << 30];
        assert!(
            largest.iter().any(|bytes| file.set_len(*bytes).is_ok()),
            "a large file without content"
        );
    }
    plant.drop_file(&folder, "good.csv", &production(100, 1));
    assert_eq!(plant.settled("good.csv")["state"], "analysed");
    for name in ["one.csv", "two.csv", "three.csv"] {
        let file = plant.settled(name);
        assert_eq!(
            (file["state"].as_str(), file["reason"]["code"].as_str()),
            (Some("failed"), Some("too_large"))
        );
    }
    assert!(plant.stop());
}

#[test]
fn a_large_file_in_the_middle_does_not_keep_the_daemon_from_stopping() {
    let mut plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "large.csv", &production(2_000_000, 1));
    plant.until("it is being read", |plant| plant.state_of("large.csv") == "reading");
    plant.until("a worker reads it", |plant| !plant.workers().is_empty());
    let workers = plant.workers();
    let begun = Instant::now();
    assert!(plant.stop(), "it ends well\n{}", plant.log());
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert!(plant.postmaster().is_none(), "the database is stopped too");
    assert!(
        workers
            .iter()
            .all(|pid| rustix::process::test_kill_process(*pid).is_err()),
        "and the workers"
    );
    let begun = Instant::now();
    plant.launch();
    assert_eq!(plant.metric("rows", &[]), None, "nothing of it is in");
    plant.until("it is read again", |plant| plant.state_of("large.csv") == "reading");
    assert!(begun.elapsed() < Duration::from_secs(30), "without waiting for a lease");
    assert!(plant.stop());
}

#[test]
fn a_file_that_may_not_be_read_yet_is_read_when_it_may() {
    // Root may read everything, so its daemon runs as somebody else.
    let mut setup = Plant::setup().config(QUICK);
    if rustix::process::geteuid().is_root() {
        let Some(nobody) = Account::nobody() else { return };
        setup = setup.run_by(nobody);
    }
    let plant = setup.start();
    let folder = plant.watched("exports");
    let (file, hidden) = (folder.join("late.csv"), folder.join(".late.csv.tmp"));
    std::fs::write(&hidden, production(100, 1)).unwrap();
    std::fs::set_permissions(&hidden, std::fs::Permissions::from_mode(0o000)).unwrap();
    std::fs::rename(&hidden, &file).unwrap();
    plant.until("it waits", |plant| plant.problems().contains("may not read it"));
    let item = &plant.json(&["files", "--name", "late.csv"])["items"][0];
    assert_eq!(item["reason"]["code"], "permission_denied", "{item}");
    // By now it is looked at seldom; new rights wake it.
    let waited = Instant::now();
    plant.until("it waits longer and longer", |_| {
        waited.elapsed() > Duration::from_secs(8)
    });
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let begun = Instant::now();
    // Where it is read just before its new rights are seen, those make it another version of the same bytes.
    plant.settled("late.csv");
    let all = plant.json(&["files", "--name", "late.csv"])["items"].clone();
    let read = |file: &&serde_json::Value| file["state"] == "analysed";
    assert_eq!(all.as_array().unwrap().iter().filter(read).count(), 1, "{all}");
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    assert_eq!(plant.json(&["status"])["health"], "ok", "{}", plant.problems());
}

#[test]
fn a_share_that_hangs_costs_its_own_folder_and_heals() {
    let plant = Plant::start_with(&format!("{QUICK}silence_s = 1\n"));
    let (share, local) = (plant.watched("share"), plant.watched("local"));
    plant.drop_file(&share, "a.csv", &production(10, 1));
    plant.settled("a.csv");
    let Some(hung) = HungMount::over(&share) else {
        return;
    };
    plant.until("the share is told to hang", |plant| {
        plant.problems().contains("does not answer")
    });
    for number in 0..10 {
        plant.drop_file(&local, &format!("l{number}.csv"), &production(10, 100 + number * 10));
    }
    for number in 0..10 {
        assert_eq!(plant.settled(&format!("l{number}.csv"))["state"], "analysed");
    }
    // Neither a person's look at it nor a push is kept waiting.
    let begun = Instant::now();
    let export = plant.folder("elsewhere").join("p.csv");
    std::fs::write(&export, production(10, 5_000)).unwrap();
    let pushed = plant.run(&["push", export.to_str().unwrap(), "--folder", share.to_str().unwrap()]);
    assert!(!pushed.status.success());
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    drop(hung);
    plant.drop_file(&share, "b.csv", &production(10, 1_000));
    assert_eq!(plant.settled("b.csv")["state"], "analysed");
    plant.until("nothing is wrong any more", |plant| {
        plant.json(&["status"])["health"] == "ok"
    });
}

#[test]
fn what_changes_while_a_worker_reads_is_a_version_of_its_own() {
    let plant = Plant::start_with(QUICK);
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "a.csv", &production(200_000, 1));
    plant.until("a worker reads it", |plant| {
        plant.state_of("a.csv") == "reading" && !plant.workers().is_empty()
    });
    std::fs::write(folder.join("a.csv"), production(10, 900_000)).unwrap();
    plant.until("both versions are settled", |plant| {
        let files = plant.json(&["files"])["items"].clone();
        let taken = |at: usize| files[at]["balance"]["taken"].as_u64();
        (taken(0), taken(1)) == (Some(10), Some(200_000))
    });
    plant.until("the rows of both count", |plant| {
        plant.metric("rows", &[]) == Some(200_010.0)
    });
}

/// Threads of the daemon that a call to a plant's file system has for itself.
fn waiting_threads(plant: &Plant) -> usize {
    std::fs::read_dir(format!("/proc/{}/task", plant.pid()))
        .unwrap()
        .flatten()
        .filter(|thread| std::fs::read_to_string(thread.path().join("comm")).is_ok_and(|name| name.trim() == "patient"))
        .count()
}

#[test]
fn a_share_that_hangs_holds_a_few_threads_however_often_it_is_tried() {
    let plant = Plant::start_with(&format!("{QUICK}silence_s = 1\n"));
    let share = plant.watched("share");
    for number in 0..20 {
        plant.drop_file(&share, &format!("e{number}.csv"), b"");
    }
    for number in 0..20 {
        assert_eq!(plant.settled(&format!("e{number}.csv"))["state"], "failed");
    }
    let Some(hung) = HungMount::over(&share) else {
        return;
    };
    plant.ok(&["files", "retry", "--failed"]);
    let export = plant.folder("elsewhere").join("p.csv");
    std::fs::write(&export, production(10, 1)).unwrap();
    plant.until("its files wait", |plant| {
        plant.log().matches("waits for trouble to pass").count() >= 2
    });
    let push = ["push", export.to_str().unwrap(), "--folder", share.to_str().unwrap()];
    let other = plant.folder("other");
    for number in 0..6 {
        assert!(!plant.run(&push).status.success());
        let name = format!("e{number}.csv");
        assert!(!plant.run(&["profiles", "suggest", &name]).status.success());
        plant.ok(&["folders", "add", other.to_str().unwrap()]);
        plant.ok(&["folders", "remove", other.to_str().unwrap()]);
    }
    // The folder's scan, and what each worker and the push had begun before the share was known to hang.
    let threads = waiting_threads(&plant);
    println!("{threads} threads wait for the share");
    assert!((1..=5).contains(&threads), "{threads} threads\n{}", plant.log());
    drop(hung);
    for number in 0..20 {
        assert_eq!(plant.settled(&format!("e{number}.csv"))["reason"]["code"], "empty");
    }
    plant.until("no thread waits any more", |plant| waiting_threads(plant) == 0);
}

#[test]
fn a_daemon_stops_in_time_although_a_share_hangs() {
    let mut plant = Plant::start_with(QUICK);
    let share = plant.watched("share");
    let Some(hung) = HungMount::over(&share) else {
        return;
    };
    plant.until("it looks at the share", |plant| {
        // A look begins each second; the first one that hangs keeps its thread.
        waiting_threads(plant) > 0
    });
    let begun = Instant::now();
    assert!(plant.stop());
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    drop(hung);
}

#[test]
fn a_full_disk_is_waited_for_and_every_file_comes_in_when_there_is_room() {
    let Some(disk) = SmallDisk::mount(300) else {
        return;
    };
    let plant = Plant::setup().state_in(disk.path()).config(QUICK).start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "before.csv", &production(100, 1));
    plant.settled("before.csv");
    let pid = plant.pid();
    for number in 0..6 {
        plant.drop_file(
            &folder,
            &format!("f{number}.csv"),
            &production(10_000, 100_000 * (number + 1)),
        );
    }
    let full = disk.fill();
    plant.until("a person can see it", |plant| {
        let output = plant.run(&["status"]);
        // The database itself may be down for want of room.
        let told = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        told.contains("MiB are free") || told.contains("can't be reached")
    });
    drop(full);
    for number in 0..6 {
        assert_eq!(
            plant.settled(&format!("f{number}.csv"))["state"],
            "analysed",
            "{}",
            plant.problems()
        );
    }
    assert_eq!(plant.pid(), pid, "the same daemon");
    assert_eq!(plant.metric("rows", &[]), Some(60_100.0));
}

#[test]
fn a_server_that_restarts_while_a_file_is_read_costs_nothing_but_time() {
    let server = Server::start();
    let plant = Plant::setup().on(&server).config(QUICK).start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "large.csv", &production(200_000, 1));
    plant.until("a worker reads it", |plant| !plant.workers().is_empty());
    server.kill();
    server.launch();
    plant.drop_file(&folder, "next.csv", &production(100, 900_000));
    assert_eq!(plant.settled("next.csv")["state"], "analysed");
    assert_eq!(plant.settled("large.csv")["state"], "analysed");
    assert_eq!(plant.metric("rows", &[]), Some(200_100.0));
    let attempts = server.sql("plant", "SELECT max(attempts) FROM app.jobs");
    assert_eq!(attempts, "1", "no try was lost");
}

#[test]
fn a_daemon_waits_at_its_start_for_a_database_that_is_away() {
    let server = Server::start();
    let mut plant = Plant::setup().on(&server).start();
    let folder = plant.watched("exports");
    assert!(plant.stop());
    server.stop();
    plant.drop_file(&folder, "a.csv", &production(100, 1));
    plant.spawn();
    plant.until("it says what it waits for", |plant| {
        plant.log().contains("waiting for the database")
    });
    server.launch();
    plant.until("the daemon answers", |plant| plant.run(&["status"]).status.success());
    assert_eq!(plant.settled("a.csv")["state"], "analysed");
    // And one that waits can be stopped.
    assert!(plant.stop());
    server.stop();
    plant.spawn();
    let waits = plant.log().matches("waiting for the database").count();
    plant.until("it waits again", |plant| {
        plant.log().matches("waiting for the database").count() > waits
    });
    assert!(plant.stop());
}

#[test]
fn what_was_pushed_twice_under_one_name_is_in_twice() {
    let plant = Plant::start();
    let export = plant.folder("elsewhere").join("e.csv");
    for first in [1, 500_000] {
        std::fs::write(&export, production(100, first)).unwrap();
        plant.ok(&["push", export.to_str().unwrap()]);
    }
    plant.until("both are in", |plant| plant.metric("rows", &[]) == Some(200.0));
    assert_eq!(
        plant.metric("quantity_produced", &[]),
        Some(2.0 * production_sums(100).0)
    );
    let audit = plant.json(&["audit", "--limit", "100"]);
    let pushes = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["action"] == "file.push");
    assert!(
        pushes.clone().count() == 2
            && pushes
                .clone()
                .all(|entry| entry["actor"].as_str().unwrap().starts_with("unix:")),
        "{audit}"
    );
}

#[test]
fn a_push_that_a_killed_daemon_left_is_swept_away() {
    let mut plant = Plant::start();
    let export = plant.folder("elsewhere").join("large.csv");
    std::fs::File::create(&export).unwrap().set_len(4 << 30).unwrap();
    let mut pushing = std::process::Command::new(plant_tests::programs().join("plant"))
        .arg("--host")
        .arg(plant.host())
        .arg("push")
        .arg(&export)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let staging = plant.state_dir().join("inbox.part");
    let left = |staging: &std::path::Path| std::fs::read_dir(staging).map(|entries| entries.count()).unwrap_or(0);
    plant.until("bytes arrive", |_| left(&staging) > 0);
    plant.kill();
    assert!(!pushing.wait().unwrap().success());
    assert_eq!(left(&staging), 1);
    plant.launch();
    assert_eq!(left(&staging), 0);
    assert_eq!(plant.json(&["files"])["items"].as_array().unwrap().len(), 0);
}

#[test]
fn an_inbox_that_cannot_be_swept_is_told_and_keeps_nobody_from_starting() {
    let mut plant = Plant::start();
    let export = plant.folder("elsewhere").join("e.csv");
    std::fs::write(&export, production(10, 1)).unwrap();
    plant.ok(&["push", export.to_str().unwrap()]);
    plant.settled("e.csv");
    assert!(plant.stop());
    let inbox = std::fs::read_dir(plant.state_dir().join("inbox")).unwrap().next();
    let stray = inbox.unwrap().unwrap().path().join("stray");
    std::fs::write(&stray, "neither a push nor ours").unwrap();
    plant.launch();
    let folders = plant.json(&["folders"]).to_string();
    assert!(folders.contains("cannot remove"), "{folders}");
    assert!(plant.stop());
    std::fs::remove_file(&stray).unwrap();
    plant.launch();
    assert!(!plant.json(&["folders"]).to_string().contains("cannot remove"));
}

#[test]
fn an_inbox_has_a_quota_and_says_so() {
    let plant = Plant::start_with("[inbox]\nquota_mib = 1\n");
    let export = plant.folder("elsewhere").join("e.csv");
    let push = |rows, first| {
        std::fs::write(&export, production(rows, first)).unwrap();
        plant.run(&["push", export.to_str().unwrap()])
    };
    assert!(push(10_000, 1).status.success());
    let refused = push(18_000, 100_000);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(4), "{told}");
    assert!(told.contains("[inbox] quota_mib"), "{told}");
    assert!(push(1_000, 900_000).status.success(), "what fits still goes in");
}

#[test]
fn a_file_whose_rows_fall_into_very_many_groups_is_analysed() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    let mut text = String::from(
        "Work Order,Product,Machine,Operator,Operation,Shift,Posting Date,Quantity Produced,Quantity Good,Quantity Scrap\n",
    );
    for row in 0..40_000 {
        text.push_str(&format!(
            "WO-{row:07},P-{:04},M-{:02},OP-{:03},{:04},{},2025-03-{:02},{},{},{}\n",
            row % 499,
            row % 23,
            row % 101,
            row % 7 * 10,
            row % 3 + 1,
            row % 28 + 1,
            100 + row % 7,
            100 + row % 7 - row % 5,
            row % 5
        ));
    }
    plant.drop_file(&folder, "wide.csv", text.as_bytes());
    assert_eq!(plant.settled("wide.csv")["state"], "analysed", "{}", plant.problems());
    assert_eq!(plant.metric("rows", &[]), Some(40_000.0));
}

#[test]
fn a_hangup_looks_at_every_folder_at_once() {
    let plant = Plant::start_with(
        "[intake]\nquiet_after_close_ms = 0\nquiet_unchanged_ms = 100\nrescan_s = 3600\npoll_s = 3600\n",
    );
    let folder = plant.folder("exports");
    plant.ok(&["folders", "add", folder.to_str().unwrap(), "--mode", "poll"]);
    plant.until("the first look is over", |plant| {
        plant.json(&["folders"])["items"][0]["last_scan_at"].is_string()
    });
    plant.drop_file(&folder, "a.csv", &production(10, 1));
    plant.signal(Signal::HUP);
    assert_eq!(plant.settled("a.csv")["state"], "analysed");
}

#[test]
fn every_failed_file_is_tried_again_by_one_command() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    for name in ["a.csv", "b.csv"] {
        plant.drop_file(&folder, name, b"");
        assert_eq!(plant.settled(name)["state"], "failed");
    }
    assert_eq!(plant.json(&["files", "retry", "--failed"])["files"], 2);
    for name in ["a.csv", "b.csv"] {
        assert_eq!(
            plant.settled(name)["reason"]["code"],
            "empty",
            "the cause is still there"
        );
    }
    assert_eq!(plant.run(&["files", "retry"]).status.code(), Some(2), "which file?");
}
