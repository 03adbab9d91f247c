//! The units are as tight as the README says.

use std::process::Command;

use plant_tests::repository;

fn analyze(arguments: &[&str]) -> Option<std::process::Output> {
    plant_need::systemd().then(|| {
        Command::new("systemd-analyze")
            .args(arguments)
            .current_dir(repository().join("systemd"))
            .output()
            .unwrap()
    })
}

#[test]
fn the_service_is_exposed_at_most_1_0() {
    let Some(output) = analyze(&["security", "--offline=yes", "--threshold=10", "./plantd.service"]) else {
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_units_have_no_unknown_keys() {
    let Some(output) = analyze(&["verify", "--man=no", "./plantd.service", "./plantd.socket"]) else {
        return;
    };
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !text.contains("Unknown") && !text.contains("Invalid") && !text.contains("Failed to parse"),
        "{text}"
    );
}

#[test]
fn a_staged_install_puts_every_file_in_place_and_uninstall_takes_them_away() {
    let dir = tempfile::tempdir().unwrap();
    let built = plant_tests::programs();
    let staged = |script: &str, arguments: &[&str]| {
        let output = Command::new("sh")
            .arg(repository().join("systemd").join(script))
            .args(arguments)
            .env("DESTDIR", dir.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{script}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    staged(
        "install.sh",
        &[built.to_str().unwrap(), "/usr/local", "/etc/systemd/system"],
    );
    let files = [
        "usr/local/bin/plantd",
        "usr/local/bin/plant",
        "etc/systemd/system/plantd.service",
        "etc/systemd/system/plantd.socket",
        "usr/lib/sysusers.d/plantd.conf",
        "usr/lib/tmpfiles.d/plantd.conf",
    ];
    for file in files {
        assert!(dir.path().join(file).exists(), "{file}");
    }
    staged("uninstall.sh", &["/usr/local", "/etc/systemd/system"]);
    for file in files {
        assert!(!dir.path().join(file).exists(), "{file}");
    }
}
