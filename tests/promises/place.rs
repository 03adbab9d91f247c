//! A watched folder is a place, not a name: whatever somebody puts in its stead is not read before a person says so.

use std::os::unix::fs::symlink;

use plant_tests::Plant;

use crate::production;

/// A plant with a file in a folder of the first org, and a second org with a folder of its own.
fn two_orgs() -> (Plant, std::path::PathBuf, std::path::PathBuf) {
    let plant = Plant::start_with("[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 1000\nrescan_s = 1\n");
    let (a, b) = (plant.watched("a"), plant.folder("b"));
    plant.drop_file(&a, "secret.csv", &production(50, 777_000));
    plant.settled("secret.csv");
    plant.ok(&["org", "create", "second", "--zone", "UTC"]);
    plant.ok(&["--org", "second", "folders", "add", b.to_str().unwrap()]);
    (plant, a, b)
}

fn fault(plant: &Plant, org: &str) -> String {
    let folders = plant.json(&["--org", org, "folders"]);
    folders["items"][0]["fault"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_folder_that_became_a_link_to_another_orgs_folder_is_neither_read_nor_written() {
    let (plant, a, b) = two_orgs();
    std::fs::remove_dir(&b).unwrap();
    symlink(&a, &b).unwrap();
    plant.until("the change is told", |plant| {
        fault(plant, "second").contains("became a link")
    });
    let files = plant.json(&["--org", "second", "files"]);
    assert_eq!(files["items"].as_array().unwrap().len(), 0, "{files}");
    let planted = plant.folder("elsewhere").join("planted.csv");
    std::fs::write(&planted, production(1, 1)).unwrap();
    let pushed = plant.run(&[
        "--org",
        "second",
        "push",
        planted.to_str().unwrap(),
        "--folder",
        b.to_str().unwrap(),
    ]);
    assert!(!pushed.status.success());
    assert!(!a.join("planted.csv").exists());
    let confirmed = plant.run(&["--org", "second", "folders", "confirm", b.to_str().unwrap()]);
    let told = String::from_utf8_lossy(&confirmed.stderr).into_owned();
    assert!(!confirmed.status.success() && told.contains("leads to"), "{told}");
    // It can be taken from the list by the name that it has there.
    plant.ok(&["--org", "second", "folders", "remove", b.to_str().unwrap()]);
}

#[test]
fn another_orgs_folder_under_a_folders_name_is_not_read_even_after_a_confirmation() {
    let (plant, a, b) = two_orgs();
    std::fs::remove_dir(&b).unwrap();
    std::fs::rename(&a, &b).unwrap();
    plant.until("the change is told", |plant| {
        fault(plant, "second").contains("plant folders confirm")
    });
    let confirmed = plant.run(&["--org", "second", "folders", "confirm", b.to_str().unwrap()]);
    let told = String::from_utf8_lossy(&confirmed.stderr).into_owned();
    assert!(
        !confirmed.status.success() && told.contains("in use otherwise"),
        "{told}"
    );
    let files = plant.json(&["--org", "second", "files"]);
    assert_eq!(files["items"].as_array().unwrap().len(), 0, "{files}");
    // Moved back, it heals by itself.
    std::fs::rename(&b, &a).unwrap();
    plant.drop_file(&a, "next.csv", &production(10, 1));
    plant.until("the first org's folder is read again", |plant| {
        let files = plant.json(&["--org", "plant", "files", "--state", "analysed"]);
        files["items"].as_array().unwrap().len() == 2
    });
}

#[test]
fn a_folder_of_one_org_holds_and_lies_in_none_of_another() {
    let (plant, a, _) = two_orgs();
    let inner = a.join("inner");
    std::fs::create_dir(&inner).unwrap();
    for folder in [&a, &inner, &a.parent().unwrap().to_path_buf()] {
        let added = plant.run(&["--org", "second", "folders", "add", folder.to_str().unwrap()]);
        assert_eq!(added.status.code(), Some(1), "{}", folder.display());
    }
}

#[test]
fn a_folder_that_was_made_again_is_read_after_a_confirmation() {
    let plant = Plant::start_with("[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 1000\nrescan_s = 1\n");
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "a.csv", &production(10, 1));
    plant.settled("a.csv");
    std::fs::rename(&folder, folder.with_extension("old")).unwrap();
    std::fs::create_dir(&folder).unwrap();
    plant.until("the change is told", |plant| {
        plant.problems().contains("plant folders confirm")
    });
    assert_eq!(plant.json(&["status"])["health"], "degraded");
    plant.drop_file(&folder, "b.csv", &production(10, 100));
    plant.ok(&["folders", "confirm", folder.to_str().unwrap()]);
    plant.settled("b.csv");
    assert_eq!(plant.json(&["status"])["health"], "ok", "{}", plant.problems());
    let audit = plant.json(&["audit", "--limit", "100"]);
    let entries = audit["items"].as_array().unwrap();
    assert!(
        entries.iter().any(|entry| entry["action"] == "folder.confirm"),
        "{audit}"
    );
}

#[test]
fn only_what_the_machines_administrator_allows_is_watched() {
    let plant = Plant::start();
    for folder in ["/etc", "/proc/1", "/var/lib", "/usr/share", "/"] {
        let added = plant.run(&["folders", "add", folder]);
        let told = String::from_utf8_lossy(&added.stderr).into_owned();
        assert!(
            !added.status.success() && (told.contains("is a folder of the system") || told.contains("is, or holds")),
            "{folder}: {told}"
        );
    }
    let state = plant.state_dir();
    for folder in [state.clone(), state.join("pg"), state.parent().unwrap().to_path_buf()] {
        assert!(
            !plant
                .run(&["folders", "add", folder.to_str().unwrap()])
                .status
                .success()
        );
    }
    drop(plant);
    let allowed = tempfile::tempdir().unwrap();
    let root = allowed.path().canonicalize().unwrap();
    let plant = Plant::start_with(&format!("[folders]\nroots = [{:?}]\n", root.to_str().unwrap()));
    let beneath = root.join("drop");
    std::fs::create_dir(&beneath).unwrap();
    plant.ok(&["folders", "add", beneath.to_str().unwrap()]);
    let other = plant.folder("other");
    let added = plant.run(&["folders", "add", other.to_str().unwrap()]);
    let told = String::from_utf8_lossy(&added.stderr).into_owned();
    assert!(!added.status.success() && told.contains("[folders] roots"), "{told}");
}

#[test]
fn a_folder_that_was_removed_from_the_list_is_not_read_for_the_org_that_had_it() {
    let (plant, a, _) = two_orgs();
    let first = |arguments: &[&str]| plant.run(&[&["--org", "plant"], arguments].concat());
    plant.drop_file(&a, "strange.csv", b"Wert 1;Wert 2\nx;1\ny;2\n");
    let state = |name: &str| {
        let files = plant.json(&["--org", "plant", "files", "--name", name]);
        files["items"][0].clone()
    };
    plant.until("it is held", |_| state("strange.csv")["state"] == "held");
    plant.ok(&["--org", "plant", "folders", "remove", a.to_str().unwrap()]);
    let strange = state("strange.csv");
    assert_eq!(strange["state"], "ignored", "{strange}");
    assert_eq!(strange["reason"]["code"], "folder_removed", "{strange}");
    assert_eq!(state("secret.csv")["state"], "analysed", "what is in stays in");

    // By now the folder is another org's, with another file of that name.
    plant.ok(&["--org", "second", "folders", "add", a.to_str().unwrap()]);
    plant.drop_file(&a, "strange.csv", &production(20, 5));
    plant.until("the other org has it", |plant| {
        let files = plant.json(&["--org", "second", "files", "--name", "strange.csv"]);
        files["items"][0]["state"] == "analysed"
    });
    let again = first(&["files", "retry", "strange.csv"]);
    let told = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(
        !again.status.success() && told.contains("is watched no longer"),
        "{told}"
    );
    // What was read of its own file is still shown; whatever would read again is refused.
    let suggested = first(&["profiles", "suggest", "strange.csv"]);
    let told = String::from_utf8_lossy(&suggested.stdout).into_owned();
    assert!(told.contains("Wert 1") && !told.contains("WO-"), "{told}");
    let saved = first(&[
        "profiles",
        "save",
        "mine",
        "--from",
        "strange.csv",
        "--encoding",
        "windows-1252",
        "--set",
        "Wert 1=machine",
    ]);
    let told = String::from_utf8_lossy(&saved.stderr).into_owned();
    assert!(
        !saved.status.success() && told.contains("is watched no longer"),
        "{told}"
    );
}
