//! The machine around the daemon: other accounts, closed files, a full disk, a kill.

use plant_tests::{Account, Plant, Programs, SmallDisk, processes, until};

use crate::{production, production_sums};

#[test]
fn a_granted_account_may_do_what_its_role_allows_and_no_more() {
    if !plant_need::root() {
        return;
    }
    let plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "march.csv", &production(28, 1));
    plant.settled("march.csv");
    plant.open_to_all();
    let (programs, viewer) = (Programs::for_all(), Account::stranger(12_345));
    let code = |arguments: &[&str]| viewer.plant(&programs, &plant, arguments).status.code();
    assert_eq!(code(&["files"]), Some(4), "a stranger");
    plant.ok(&["org", "grant", "plant", "--to", "unix:12345", "--role", "viewer"]);
    assert_eq!(code(&["files"]), Some(0));
    assert_eq!(code(&["metrics", "get", "rows"]), Some(0));
    let other = plant.folder("other");
    assert_eq!(code(&["folders", "add", other.to_str().unwrap()]), Some(4));
    assert_eq!(plant.json(&["folders", "list"])["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_killed_daemon_leaves_no_worker_and_no_database_behind() {
    let mut plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "big.csv", &production(400_000, 1));
    let mut workers = Vec::new();
    plant.until("a worker reads", |plant| {
        workers = plant.workers();
        !workers.is_empty()
    });
    let postmaster = plant.postmaster().expect("the private cluster runs");
    plant.kill();
    for process in workers.into_iter().chain([postmaster]) {
        until("a process of the daemon is gone", || {
            processes::arguments(process).is_empty()
        });
    }
}

#[test]
fn a_start_on_a_full_disk_waits_for_room_and_has_every_row() {
    let Some(disk) = SmallDisk::mount(400) else { return };
    let mut plant = Plant::setup().state_in(disk.path()).start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "march.csv", &production(100, 1));
    plant.settled("march.csv");
    assert!(plant.stop(), "{}", plant.log());
    let full = disk.fill();
    plant.spawn();
    plant.until("it says what it waits for", |plant| {
        plant.log().contains("the disk is full")
    });
    drop(full);
    plant.until("the daemon answers", |plant| plant.run(&["status"]).status.success());
    assert_eq!(plant.metric("quantity_produced", &[]), Some(production_sums(100).0));
}
