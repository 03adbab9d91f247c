//! The shape of the repository: which crate may depend on which, where SQL and status codes may stand, how long a file
//! may be. Each rule is an invariant of ARCHITECTURE.md.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may fail loudly"
)]

mod circles;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use plant_tests::repository;
use serde_json::Value;

const OURS: [&str; 14] = [
    "plant-core",
    "plant-lexicon",
    "plant-tabular",
    "plant-mapping",
    "plant-ask",
    "plant-sample",
    "plant-rows",
    "plant-analysis",
    "plant-store",
    "plant-proto",
    "plantd",
    "plant",
    "plant-tests",
    "plant-need",
];

/// The edges between our crates that are allowed.
fn allowed(krate: &str) -> &'static [&'static str] {
    match krate {
        "plant-core" | "plant-need" => &[],
        "plant-tests" => &["plant-need"],
        "plant-lexicon" | "plant-sample" | "plant-tabular" | "plant-rows" | "plant-proto" => &["plant-core"],
        "plant-analysis" => &["plant-core", "plant-lexicon", "plant-rows"],
        "plant-store" => &["plant-core", "plant-rows"],
        "plant-mapping" | "plant-ask" => &["plant-core", "plant-lexicon"],
        "plantd" => &[
            "plant-core",
            "plant-tabular",
            "plant-sample",
            "plant-ask",
            "plant-mapping",
            "plant-rows",
            "plant-analysis",
            "plant-store",
            "plant-proto",
        ],
        "plant" => &["plant-core", "plant-proto"],
        other => panic!("{other} has no rule: say here what it may depend on"),
    }
}

/// The crates that decide and do no I/O, and where they stand.
const PURE: [(&str, &str); 6] = [
    ("plant-core", "daemon/core"),
    ("plant-lexicon", "daemon/lexicon"),
    ("plant-mapping", "daemon/mapping"),
    ("plant-ask", "daemon/ask"),
    ("plant-sample", "daemon/sample"),
    ("plant-rows", "daemon/rows"),
];
/// What a pure crate must not reach, whatever the way.
const IMPURE: [&str; 9] = [
    "tokio",
    "sqlx",
    "sqlx-core",
    "tonic",
    "polars",
    "reqwest",
    "notify",
    "rustix",
    "mio",
];
/// What the terminal must not reach.
const NOT_IN_TERMINAL: [&str; 5] = ["sqlx", "sqlx-core", "polars", "polars-core", "notify"];

fn cargo(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(repository())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// What cargo resolves for this platform. For all platforms it would want crates that no build has ever downloaded here.
fn metadata() -> Value {
    let version = String::from_utf8(cargo(&["-vV"])).expect("text");
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("cargo names its host");
    let format = ["metadata", "--format-version", "1", "--locked", "--offline"];
    let json = cargo(&[&format[..], &["--filter-platform", host]].concat());
    serde_json::from_slice(&json).expect("JSON")
}

/// Name of each package, and the packages that it depends on outside tests, by resolved edges.
fn edges() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let names: BTreeMap<&str, &str> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (package["id"].as_str().unwrap(), package["name"].as_str().unwrap()))
        .collect();
    metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| {
            let dependencies = node["deps"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|dependency| {
                    dependency["dep_kinds"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .any(|kind| kind["kind"].is_null())
                })
                .map(|dependency| names[dependency["pkg"].as_str().unwrap()].to_owned())
                .collect();
            (names[node["id"].as_str().unwrap()].to_owned(), dependencies)
        })
        .collect()
}

fn reachable(edges: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(name) = open.pop() {
        for next in edges.get(&name).into_iter().flatten() {
            if seen.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    seen
}

/// The rust files that git tracks below a folder, or would.
fn sources(below: &str) -> Vec<PathBuf> {
    fn collect(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                if !path.ends_with("target") && !path.ends_with(".git") {
                    collect(&path, found);
                }
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&repository().join(below), &mut found);
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(repository()).unwrap_or(path).display().to_string()
}

fn is_test(path: &Path) -> bool {
    let shown = shown(path);
    shown.starts_with("tests/")
        || shown.contains("/tests/")
        || shown.ends_with("tests.rs")
        || shown.contains("/benches/")
}

/// The code of a file before its inline tests.
fn product_code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("text");
    text.split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn crates_depend_only_in_the_direction_of_the_data() {
    let edges = edges();
    for krate in OURS {
        let ours: BTreeSet<&str> = edges[krate]
            .iter()
            .map(String::as_str)
            .filter(|name| OURS.contains(name))
            .collect();
        let forbidden: Vec<&&str> = ours.iter().filter(|name| !allowed(krate).contains(name)).collect();
        assert!(forbidden.is_empty(), "{krate} must not depend on {forbidden:?}");
    }
    let members = edges
        .keys()
        .filter(|name| name.starts_with("plant"))
        .cloned()
        .collect::<BTreeSet<_>>();
    assert_eq!(
        members,
        OURS.iter().map(|name| (*name).to_owned()).collect(),
        "a crate without a rule, or a rule without a crate"
    );
}

#[test]
fn pure_crates_reach_no_io_and_the_terminal_no_database() {
    let edges = edges();
    for (krate, _) in PURE {
        let reached = reachable(&edges, krate);
        assert!(
            IMPURE.iter().all(|name| !reached.contains(*name)),
            "{krate} reaches one of {IMPURE:?}: {reached:?}"
        );
    }
    let terminal = reachable(&edges, "plant");
    assert!(
        NOT_IN_TERMINAL.iter().all(|name| !terminal.contains(*name)),
        "plant reaches one of {NOT_IN_TERMINAL:?}"
    );
    for krate in OURS {
        let all = reachable(&edges, krate);
        for banned in ["openssl", "openssl-sys", "native-tls", "aws-lc-sys"] {
            assert!(!all.contains(banned), "{krate} reaches {banned}");
        }
    }
}

#[test]
fn pure_crates_use_no_files_clock_environment_or_network_of_std() {
    for path in PURE.iter().flat_map(|(_, home)| sources(home)) {
        let code = product_code(&path);
        for banned in [
            "std::fs",
            "std::net",
            "std::process",
            "std::thread",
            "SystemTime",
            "Instant::now",
            "std::env",
        ] {
            assert!(
                is_test(&path) || !code.contains(banned),
                "{} uses {banned}",
                shown(&path)
            );
        }
    }
}

#[test]
fn sql_stands_only_in_the_store() {
    for path in sources("daemon/src")
        .into_iter()
        .chain(PURE.iter().flat_map(|(_, home)| sources(home)))
        .chain(sources("tui"))
        .chain(sources("proto"))
    {
        let code = product_code(&path);
        for banned in ["sqlx::", "SELECT ", "INSERT INTO", "UPDATE app.", "DELETE FROM"] {
            assert!(
                is_test(&path) || !code.contains(banned),
                "{} holds SQL: {banned}",
                shown(&path)
            );
        }
    }
}

#[test]
fn status_codes_stand_only_in_one_file_and_wire_types_at_the_edge() {
    for path in sources("daemon")
        .into_iter()
        .chain(sources("tui"))
        .chain(sources("proto/src"))
    {
        let shown = shown(&path);
        let code = product_code(&path);
        if !is_test(&path) && !shown.starts_with("proto/src/status") {
            assert!(!names_status_codes(&code), "{shown} names a status code");
        }
        if !shown.starts_with("proto/") && !shown.starts_with("daemon/src/rpc") {
            assert!(!code.contains("plant_proto::wire"), "{shown} uses a wire type");
        }
    }
}

/// Whether code can name a status code: by a path, an import (in a group of any depth, or of everything), or after
/// another name was given to tonic.
fn names_status_codes(code: &str) -> bool {
    let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
    code.split("tonic").skip(1).any(|after| {
        let after = after.trim_start();
        let Some(path) = after.strip_prefix("::").map(str::trim_start) else {
            return after.starts_with("as ");
        };
        // Of a group only what stands directly in it is of tonic itself.
        let imported = path.strip_prefix('{').map_or_else(|| vec![word(path)], top_of_group);
        imported.iter().any(|name| ["Code", "*", "self"].contains(name))
    })
}

/// The first name or star of a text.
fn word(text: &str) -> &str {
    let text = text.trim_start();
    if text.starts_with('*') {
        return "*";
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    text.split_at(end.unwrap_or(text.len())).0
}

/// The first names of what stands in an import group whose brace is open already.
fn top_of_group(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut names) = (0_usize, 0, Vec::new());
    for (place, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(word(&text[start..place]));
                start = place + 1;
            }
            _ => {}
        }
        if character == '}' && depth == 0 && start == place + 1 {
            break;
        }
    }
    names
}

#[test]
fn every_way_to_name_a_status_code_is_seen() {
    for code in [
        "if code == tonic::Code::NotFound {}",
        "use tonic::Code;",
        "use tonic::Code as C;",
        "use tonic::{Code, Status};",
        "use tonic::{\n    Status, metadata::{MetadataMap, MetadataValue},\n    Code,\n};",
        "use tonic::*;",
        "use tonic::{self, Status};",
        "use tonic as t;",
    ] {
        assert!(names_status_codes(code), "{code}");
    }
    for code in [
        "use tonic::{Request, Response, Status};",
        "use tonic::codegen::http::{Code, self};",
        "use tonic::{metadata::{Code}, Status}; enum Code { A }",
        "use tonic_health::pb::*;",
        "ReasonCode::NotRegular",
    ] {
        assert!(!names_status_codes(code), "{code}");
    }
}

#[test]
fn files_stay_readable() {
    let long: Vec<String> = ["daemon", "tui", "proto", "tests"]
        .iter()
        .flat_map(|below| sources(below))
        .filter(|path| !is_test(path))
        .map(|path| (std::fs::read_to_string(&path).expect("text").lines().count(), path))
        .filter(|(lines, _)| *lines > 800)
        .map(|(lines, path)| format!("{} ({lines} lines)", shown(&path)))
        .collect();
    assert!(long.is_empty(), "over 800 lines, divide them: {long:?}");
}

#[test]
fn requests_carry_no_org_and_every_rpc_has_its_own_messages() {
    for entry in std::fs::read_dir(repository().join("proto/plant/v1")).expect("the protos") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("text");
        let mut request = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with("message ") {
                request = line.contains("Request");
            }
            let is_field = request && line.ends_with(';');
            assert!(
                !(is_field && line.contains("org_id")),
                "{}: a request names an org: {line}",
                shown(&path)
            );
            if let Some(rpc) = line.strip_prefix("rpc ") {
                let name = rpc.split('(').next().unwrap_or_default().trim();
                assert!(
                    rpc.contains(&format!("{name}Request)")) && rpc.contains(&format!("{name}Response)")),
                    "{}: {name} does not use its own messages",
                    shown(&path)
                );
            }
        }
    }
}
