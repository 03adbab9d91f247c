//! Originals between the database and the folder: whenever it is killed, no version is without its original, none that a
//! version names is swept, and what is left over is.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use plant_core::access::DAEMON;
use plant_core::ids::OrgId;
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_store::files::{self, Settlement};
use plant_store::jobs::{self, Choice, ClaimedJob};
use plant_store::originals as stored;
use plant_store::originals::{INTENT_AGE, Original, Stored};

use super::{Plant, push};
use crate::originals::shelf::Step;
use crate::originals::{self, Pace, Shelf, Snapshot, Unopened};

/// Where the daemon is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stop {
    Copied,
    Intended,
    Packing,
    Written,
    Renamed,
    Named,
}

fn snapshot(shelf: &Shelf, bytes: &[u8]) -> Snapshot {
    let from = tempfile::tempfile().unwrap();
    from.write_all_at(bytes, 0).unwrap();
    let to = shelf.anonymous().unwrap();
    let pace = Pace::until(Instant::now() + Duration::from_secs(60));
    let passed = originals::pass(&from, bytes.len() as u64, &to, &[], &pace).unwrap();
    Snapshot {
        file: originals::read_only(&to).unwrap(),
        bytes: bytes.len() as u64,
        passed,
    }
}

async fn claim(plant: &Plant, name: &str, text: &str) -> ClaimedJob {
    let client = plant.client(None).await;
    push(&client, name, None, text).await.unwrap();
    jobs::claim(plant.app.store(), Duration::from_secs(600), Choice::ANY)
        .await
        .unwrap()
        .expect("the push is queued")
}

async fn settle(plant: &Plant, job: &ClaimedJob, state: FileState, sha256: &str, original: Stored) {
    let settlement = Settlement {
        learned: Default::default(),
        knew: None,
        state,
        reason: Some(Reason {
            code: ReasonCode::ProfileNeeded,
            text: "as a test".to_owned(),
        }),
        head: None,
        sha256: Some(sha256.to_owned()),
        bytes: None,
        original: Some(original),
        balance: None,
        problems: Vec::new(),
        note: "as a test".to_owned(),
        at: plant.app.clock().now(),
    };
    let owned = job.clone();
    plant
        .app
        .store()
        .run(job.org, DAEMON, move |tx| {
            Box::pin(async move { files::settle(tx, &owned, &settlement).await })
        })
        .await
        .unwrap();
}

async fn known(plant: &Plant, org: OrgId, sha256: &str) -> Option<Original> {
    let sha256 = sha256.to_owned();
    plant
        .app
        .store()
        .run(org, DAEMON, move |tx| {
            Box::pin(async move { stored::get(tx, &sha256).await })
        })
        .await
        .unwrap()
}

async fn delete(plant: &Plant, org: OrgId, sha256: &str) -> u64 {
    let (sha256s, at) = ([sha256.to_owned()], plant.app.clock().now());
    plant
        .app
        .store()
        .run(org, DAEMON, move |tx| {
            Box::pin(async move { stored::delete(tx, &sha256s, at).await })
        })
        .await
        .unwrap()
}

fn text(mut file: File) -> String {
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    text
}

/// What the daemon does with bytes until it is killed.
async fn until(plant: &Plant, stop: Stop, job: &ClaimedJob, bytes: &str) -> String {
    let shelf = Shelf::below(plant.app.state_dir());
    let snapshot = snapshot(&shelf, bytes.as_bytes());
    let sha256 = snapshot.passed.sha256.clone();
    if stop == Stop::Copied {
        return sha256;
    }
    let intent = originals::intend(&plant.app, job.org, &sha256).await.unwrap().unwrap();
    let broken = |last: Step| {
        let broken = shelf.pack(job.org, &sha256, &snapshot.file, snapshot.bytes, &mut |step| {
            if step == last {
                // What a killed process leaves, which does not tidy up.
                if last != Step::Renamed {
                    std::fs::write(shelf.root().join("tmp").join(format!("{sha256}.part")), "half").unwrap();
                }
                return Err(std::io::ErrorKind::Interrupted.into());
            }
            Ok(())
        });
        assert!(broken.is_err());
    };
    match stop {
        Stop::Copied | Stop::Intended => {}
        Stop::Packing => broken(Step::Packed(snapshot.bytes)),
        Stop::Written => broken(Step::Written),
        Stop::Renamed => broken(Step::Renamed),
        Stop::Named => {
            let original = originals::store(&plant.app, job.org, &snapshot, intent).await.unwrap();
            assert!(original.is_new);
            settle(plant, job, FileState::Held, &sha256, original).await;
        }
    }
    sha256
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_step_nothing_is_lost_and_nothing_is_left() {
    let plant = Plant::start().await;
    let shelf = Shelf::below(plant.app.state_dir());
    let places = |job: &ClaimedJob| shelf.names(job.org).unwrap();
    for stop in [
        Stop::Copied,
        Stop::Intended,
        Stop::Packing,
        Stop::Written,
        Stop::Renamed,
        Stop::Named,
    ] {
        let bytes = format!("a,b\n{stop:?},1\n");
        let job = claim(&plant, &format!("{stop:?}.csv"), &bytes).await;
        let before = places(&job);
        let sha256 = until(&plant, stop, &job, &bytes).await;
        let is_there = places(&job).contains(&sha256);
        assert_eq!(is_there, stop >= Stop::Renamed, "{stop:?}");
        // The sweep at the next start leaves what an intent names, and takes what nobody writes to.
        let swept = originals::sweep(&plant.app, INTENT_AGE).await.unwrap();
        let left_over = u64::from(matches!(stop, Stop::Packing | Stop::Written));
        assert_eq!(
            (swept.left_over, swept.deleted, swept.removed),
            (left_over, 0, 0),
            "{stop:?}"
        );
        assert_eq!(places(&job).contains(&sha256), is_there, "{stop:?}");
        // The one a day later takes what came to nothing, and nothing else.
        let swept = originals::sweep(&plant.app, Duration::ZERO).await.unwrap();
        assert_eq!(swept.removed, u64::from(stop == Stop::Renamed), "{stop:?}");
        let opened = originals::open(&plant.app, job.org, &sha256).await.unwrap();
        if stop == Stop::Named {
            assert_eq!(text(opened.unwrap()), bytes);
        } else {
            assert_eq!(opened.unwrap_err(), Unopened::NotKept, "{stop:?}");
            assert_eq!(places(&job), before, "{stop:?}");
            // The next try brings it in, whatever the last one left.
            until(&plant, Stop::Named, &job, &bytes).await;
            originals::sweep(&plant.app, Duration::ZERO).await.unwrap();
            let opened = originals::open(&plant.app, job.org, &sha256).await.unwrap();
            assert_eq!(text(opened.unwrap()), bytes, "{stop:?}");
        }
    }
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_is_known_before_the_bytes_go_and_spares_what_is_needed() {
    let plant = Plant::start().await;
    let shelf = Shelf::below(plant.app.state_dir());
    let bytes = "a,b\n1,2\n";
    let held = claim(&plant, "held.csv", bytes).await;
    let sha256 = until(&plant, Stop::Named, &held, bytes).await;
    assert_eq!(delete(&plant, held.org, &sha256).await, 0, "a held file is read again");
    // Another file with the same bytes is on its way: its intent keeps them, and they are not written again.
    let twin = claim(&plant, "twin.csv", bytes).await;
    let copy = snapshot(&shelf, bytes.as_bytes());
    let intent = originals::intend(&plant.app, twin.org, &sha256).await.unwrap().unwrap();
    let reused = originals::store(&plant.app, twin.org, &copy, intent.clone())
        .await
        .unwrap();
    assert!(!reused.is_new);
    // Unless what lies there has another size.
    std::fs::write(shelf.place(twin.org, &sha256), "cut").unwrap();
    let repaired = originals::store(&plant.app, twin.org, &copy, intent).await.unwrap();
    assert!(repaired.is_new);
    settle(&plant, &twin, FileState::Unsupported, &sha256, repaired).await;
    // The held one is settled otherwise: now nobody needs them.
    release(&plant, &held).await;
    let again = jobs::claim(plant.app.store(), Duration::from_secs(600), Choice::ANY)
        .await
        .unwrap()
        .unwrap();
    let intent = originals::intend(&plant.app, again.org, &sha256)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(delete(&plant, held.org, &sha256).await, 0, "an intent keeps them");
    let same = originals::store(&plant.app, again.org, &copy, intent).await.unwrap();
    settle(&plant, &again, FileState::Unsupported, &sha256, same).await;
    assert_eq!(delete(&plant, held.org, &sha256).await, 1);
    // Killed before the bytes go: they are there, known as deleted, and not used.
    assert!(shelf.place(held.org, &sha256).exists());
    let opened = originals::open(&plant.app, held.org, &sha256).await.unwrap();
    assert!(matches!(opened, Err(Unopened::Deleted(_))), "{opened:?}");
    let swept = originals::sweep(&plant.app, INTENT_AGE).await.unwrap();
    assert_eq!(swept.removed, 1);
    assert!(!shelf.place(held.org, &sha256).exists());
    let row = known(&plant, held.org, &sha256).await.expect("the row stays");
    assert!(!row.is_kept());
    plant.stop().await;
}

async fn release(plant: &Plant, job: &ClaimedJob) {
    let (files, at) = ([job.file_id], plant.app.clock().now());
    plant
        .app
        .store()
        .run(job.org, DAEMON, move |tx| {
            Box::pin(async move { files::release(tx, &files, None, "as a test", at).await })
        })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_damaged_is_told_and_not_used_until_it_is_restored() {
    let plant = Plant::start().await;
    let bytes = "a,b\n1,2\n";
    let job = claim(&plant, "a.csv", bytes).await;
    let sha256 = until(&plant, Stop::Named, &job, bytes).await;
    let place = Shelf::below(plant.app.state_dir()).place(job.org, &sha256);
    let right = std::fs::read(&place).unwrap();
    let mut wrong = right.clone();
    *wrong.last_mut().unwrap() ^= 1;
    std::fs::write(&place, wrong).unwrap();
    let client = plant.client(None).await;
    for _ in 0..2 {
        let opened = originals::open(&plant.app, job.org, &sha256).await.unwrap();
        assert_eq!(opened.unwrap_err(), Unopened::Damaged);
        let problems = client.get_status().await.unwrap().problems;
        assert!(
            problems.iter().any(|said| said.starts_with("1 original is damaged")),
            "{problems:?}"
        );
    }
    std::fs::write(&place, right).unwrap();
    let opened = originals::open(&plant.app, job.org, &sha256).await.unwrap();
    assert_eq!(text(opened.unwrap()), bytes);
    let problems = client.get_status().await.unwrap().problems;
    assert!(!problems.iter().any(|said| said.contains("damaged")), "{problems:?}");
    plant.stop().await;
}
