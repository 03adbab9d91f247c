//! A second org sees nothing of the first, by any command.

use plant_tests::Plant;

use crate::production;

const MARK: &str = "ZEBRA";

#[test]
fn a_second_org_sees_nothing_of_the_first_by_any_command() {
    let plant = Plant::start();
    let folder = plant.watched("zebra-folder");
    let text = String::from_utf8(production(60, 1))
        .unwrap()
        .replace("WO-", &format!("{MARK}-"))
        .replace("M-0", &format!("{MARK}M"));
    plant.drop_file(&folder, "zebra.csv", text.as_bytes());
    let file = plant.settled("zebra.csv");
    let file_id = file["file_id"].as_str().unwrap().to_owned();
    let analysis_id = plant.json(&["analyses"])["items"][0]["analysis_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let profile = plant.json(&["profiles"])["items"][0]["profile_id"]
        .as_str()
        .unwrap()
        .to_owned();
    plant.ok(&[
        "org",
        "create",
        "second",
        "--zone",
        "Europe/Berlin",
        "--currency",
        "EUR",
    ]);

    // With two orgs, an account without a grant is refused until it says which one.
    let listing: &[&[&str]] = &[
        &["status"],
        &["folders", "list"],
        &["files"],
        &["profiles"],
        &["records"],
        &["metrics", "get", "quantity_produced", "--by", "machine"],
        &["analyses"],
        &["findings"],
        &["savings"],
        &["usage"],
        &["audit"],
        &["ask", "how many pieces were made by machine?"],
        &["ask", "which files came in?"],
    ];
    for command in listing {
        let mut arguments = vec!["--org", "second"];
        arguments.extend(*command);
        arguments.push("--json");
        let output = plant.run(&arguments);
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(!text.to_uppercase().contains(MARK), "{command:?}: {text}");
        assert!(!text.contains(&file_id), "{command:?}: {text}");
    }
    // An id of the other org is answered like one that does not exist.
    let absent = "018f0000-0000-7000-8000-000000000000";
    for (noun, verb, id) in [
        ("files", "show", file_id.as_str()),
        ("files", "explain", &file_id),
        ("files", "retry", &file_id),
        ("profiles", "suggest", &file_id),
        ("profiles", "show", &profile),
        ("analyses", "show", &analysis_id),
    ] {
        let theirs = plant.run(&["--org", "second", noun, verb, id]);
        let nobodys = plant.run(&["--org", "second", noun, verb, absent]);
        assert_eq!(theirs.status.code(), Some(1), "{noun} {verb}");
        assert_eq!(
            String::from_utf8_lossy(&theirs.stderr).replace(id, "ID"),
            String::from_utf8_lossy(&nobodys.stderr).replace(absent, "ID"),
            "{noun} {verb}"
        );
    }
    // The same bytes may be in both.
    let other = plant.folder("second-folder");
    plant.ok(&["--org", "second", "folders", "add", other.to_str().unwrap()]);
    plant.drop_file(&other, "same.csv", text.as_bytes());
    plant.until("the second org has its own copy", |plant| {
        let files = plant.json(&["--org", "second", "files", "--state", "analysed"]);
        files["items"].as_array().unwrap().len() == 1
    });
}

#[test]
fn an_account_without_a_grant_is_refused() {
    if !plant_need::root() {
        return;
    }
    let plant = Plant::start();
    // Everything on the way is opened for the stranger, so that only the daemon stands between.
    let socket = plant.state_dir().join("plantd.sock");
    for path in [plant.state_dir().parent().unwrap(), &plant.state_dir(), &socket] {
        let mode = if path == socket { 0o666 } else { 0o755 };
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    }
    let programs = plant.folder("programs");
    std::fs::set_permissions(&programs, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::copy(plant_tests::programs().join("plant"), programs.join("plant")).unwrap();
    for command in [
        vec!["status"],
        vec!["files"],
        vec!["org", "create", "mine"],
        vec!["audit"],
    ] {
        let output = std::process::Command::new("setpriv")
            .args(["--reuid=12345", "--regid=12345", "--clear-groups"])
            .arg(programs.join("plant"))
            .arg("--host")
            .arg(format!("unix:{}", socket.display()))
            .args(&command)
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(4),
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
