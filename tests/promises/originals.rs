//! The bytes of each file that was read are kept, can be looked into, and are never what stands in the way.

use std::io::{Seek, Write};
use std::path::Path;
use std::process::Command;

use plant_tests::{Plant, SmallDisk};

use crate::production;

const QUICK: &str = "[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 1000\nrescan_s = 1\nlease_s = 5\n";
/// An export that no profile fits.
const UNKNOWN: &str = "alpha;beta;gamma\nx1;y1;z1\nx2;y2;z2\nx3;y3;z3\n";

#[test]
fn a_line_can_be_looked_at_after_the_plant_deleted_the_file() {
    let plant = Plant::start_with(QUICK);
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "a.csv", &production(100, 1));
    assert_eq!(plant.settled("a.csv")["state"], "analysed");
    std::fs::remove_file(folder.join("a.csv")).unwrap();
    let expected = String::from_utf8(production(100, 1)).unwrap();
    for number in [1, 2, 101] {
        let line = plant.json(&["files", "line", "a.csv", &number.to_string()]);
        assert_eq!(line["text"].as_str(), expected.lines().nth(number - 1), "{line}");
        assert_eq!(
            (line["line"].as_u64(), line["is_cut"].as_bool()),
            (Some(number as u64), Some(false))
        );
    }
    let shown = plant.ok(&["files", "line", "a.csv", "2"]);
    assert!(shown.contains(expected.lines().nth(1).unwrap()), "{shown}");
    for (line, said) in [("102", "its last one is 101"), ("0", "from 1")] {
        let refused = plant.run(&["files", "line", "a.csv", line]);
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && told.contains(said), "{told}");
    }
}

#[test]
fn a_held_file_is_read_again_from_its_original() {
    let plant = Plant::start_with(QUICK);
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "held.csv", UNKNOWN.as_bytes());
    assert_eq!(plant.settled("held.csv")["state"], "held");
    std::fs::remove_file(folder.join("held.csv")).unwrap();
    plant.ok(&["files", "retry", "held.csv"]);
    assert_eq!(plant.settled("held.csv")["state"], "held", "{}", plant.log());
    assert_eq!(plant.json(&["files", "line", "held.csv", "3"])["text"], "x2;y2;z2");
}

#[test]
fn what_is_not_to_be_kept_is_not_and_is_told() {
    let plant = Plant::start_with(&format!("{QUICK}[originals]\nkeep = \"none\"\n"));
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "a.csv", &production(10, 1));
    assert_eq!(plant.settled("a.csv")["state"], "analysed");
    let refused = plant.run(&["files", "line", "a.csv", "1"]);
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("were not kept"), "{told}");
    let kept: Vec<_> = std::fs::read_dir(plant.state_dir().join("originals"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(kept, ["tmp"]);
}

#[test]
fn a_change_that_keeps_size_and_time_is_a_new_version_and_new_rights_are_none() {
    let plant = Plant::start_with(QUICK);
    let folder = plant.watched("exports");
    let path = folder.join("a.csv");
    plant.drop_file(&folder, "a.csv", &production(20, 1));
    assert_eq!(plant.settled("a.csv")["state"], "analysed");
    let time = std::fs::metadata(&path).unwrap().modified().unwrap();
    let mut file = std::fs::File::options().write(true).open(&path).unwrap();
    file.rewind().unwrap();
    let corrected = String::from_utf8(production(20, 1)).unwrap().replace("M-00", "M-77");
    file.write_all(corrected.as_bytes()).unwrap();
    file.set_modified(time).unwrap();
    drop(file);
    plant.until("the new version counts in the place of the old", |plant| {
        plant.metric("rows", &["--where", "machine=M-77"]) == Some(5.0)
    });
    let newest = plant.settled("a.csv");
    assert_eq!(newest["balance"]["taken"], 20, "{newest}");
    // The same bytes with other rights: at most told once more, however often, and nothing counts twice.
    for mode in [0o600, 0o640, 0o644] {
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        plant.until("it is looked into", |plant| {
            let files = plant.json(&["files"])["items"].clone();
            let files = files.as_array().unwrap();
            files.len() == 3 && files[0]["state"] == "duplicate"
        });
    }
    assert_eq!(plant.metric("rows", &[]), Some(20.0));
    assert_eq!(plant.json(&["status"])["health"], "ok", "{}", plant.problems());
}

/// Where the originals of a daemon that does not run yet will lie: on that disk.
fn originals_on(disk: &SmallDisk, plant: &Plant) {
    std::fs::create_dir_all(plant.state_dir()).unwrap();
    std::os::unix::fs::symlink(disk.path(), plant.state_dir().join("originals")).unwrap();
}

fn remount(disk: &Path, options: &str) {
    let mounted = Command::new("mount")
        .args(["-o", &format!("remount,{options}")])
        .arg(disk)
        .status()
        .unwrap();
    assert!(mounted.success(), "{options}");
}

#[test]
fn originals_without_room_are_waited_for() {
    let Some(disk) = SmallDisk::mount(4) else { return };
    let mut plant = Plant::setup().config(QUICK).prepare();
    originals_on(&disk, &plant);
    plant.launch();
    let folder = plant.watched("exports");
    // It is larger than the disk.
    let large = production(150_000, 1);
    assert!(large.len() > 5 << 20);
    plant.drop_file(&folder, "large.csv", &large);
    plant.until("it waits", |plant| plant.problems().contains("the disk is full"));
    // A small one has room meanwhile.
    plant.drop_file(&folder, "small.csv", &production(10, 500_000));
    assert_eq!(plant.settled("small.csv")["state"], "analysed");
    remount(disk.path(), "size=64m");
    assert_eq!(plant.settled("large.csv")["state"], "analysed", "{}", plant.log());
    assert_eq!(plant.metric("rows", &[]), Some(150_010.0));
    plant.until("nothing is wrong any more", |plant| {
        plant.json(&["status"])["health"] == "ok"
    });
    // No room at all: told, and nothing is lost.
    remount(disk.path(), "size=24m");
    let full = disk.fill();
    plant.drop_file(&folder, "late.csv", &production(10, 600_000));
    plant.until("the disk is told to be full", |plant| {
        plant.problems().contains("MiB are free")
    });
    drop(full);
    assert_eq!(plant.settled("late.csv")["state"], "analysed", "{}", plant.log());
    assert!(plant.stop());
}

#[test]
fn originals_that_cannot_be_written_are_waited_for() {
    let Some(disk) = SmallDisk::mount(64) else { return };
    let mut plant = Plant::setup().config(QUICK).prepare();
    originals_on(&disk, &plant);
    plant.launch();
    let folder = plant.watched("exports");
    remount(disk.path(), "ro");
    for number in 0..3 {
        plant.drop_file(&folder, &format!("f{number}.csv"), &production(10, number * 10 + 1));
    }
    plant.until("they wait", |plant| {
        plant.problems().contains("`originals` of the state folder")
    });
    // Longer than all tries of a failure would take.
    let waited = std::time::Instant::now();
    plant.until("they go on waiting", |_| waited.elapsed().as_secs() >= 8);
    assert_eq!(plant.json(&["status"])["queue"]["failed"], 0, "{}", plant.log());
    remount(disk.path(), "rw");
    for number in 0..3 {
        assert_eq!(
            plant.settled(&format!("f{number}.csv"))["state"],
            "analysed",
            "{}",
            plant.log()
        );
    }
    assert_eq!(plant.metric("rows", &[]), Some(30.0));
    assert!(plant.stop());
}
