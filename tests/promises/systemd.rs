//! The units are as tight as the README says.

use std::collections::BTreeSet;
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
fn the_service_is_exposed_at_most_0_5() {
    let Some(output) = analyze(&["security", "--offline=yes", "--threshold=5", "./plantd.service"]) else {
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Adds the system calls of a name of `SystemCallFilter=`, a group of them where it begins with `@`.
fn expand(name: &str, calls: &mut BTreeSet<String>) {
    if !name.starts_with('@') {
        calls.insert(name.to_owned());
        return;
    }
    let Some(output) = analyze(&["syscall-filter", name]) else {
        return;
    };
    let text = String::from_utf8(output.stdout).unwrap();
    for inner in text
        .lines()
        .skip(1)
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        expand(inner, calls);
    }
}

#[test]
fn the_service_lets_a_worker_confine_itself() {
    if analyze(&["syscall-filter", "@default"]).is_none() {
        return;
    }
    let unit = std::fs::read_to_string(repository().join("systemd/plantd.service")).unwrap();
    let mut allowed = BTreeSet::new();
    for line in unit.lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")) {
        let mut calls = BTreeSet::new();
        line.trim_start_matches('~')
            .split_whitespace()
            .for_each(|name| expand(name, &mut calls));
        if line.starts_with('~') {
            allowed = &allowed - &calls;
        } else {
            allowed.append(&mut calls);
        }
    }
    // What the daemon starts and watches a worker with, and what the worker calls until it is confined.
    for call in [
        "socketpair",
        "sendmsg",
        "recvmsg",
        "clock_gettime",
        "clone3",
        "execve",
        "setrlimit",
        "prctl",
        "capget",
        "landlock_create_ruleset",
        "landlock_restrict_self",
        "seccomp",
    ] {
        assert!(allowed.contains(call), "the unit forbids {call}: {allowed:?}");
    }
    assert!(
        !allowed.contains("reboot") && !allowed.contains("capset"),
        "{allowed:?}"
    );
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
        "usr/local/share/doc/plantd/remote-database.conf",
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
