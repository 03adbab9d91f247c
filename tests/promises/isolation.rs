//! Orgs on one machine: whoever holds a grant in one sees nothing of another, by any command; a right can be taken away
//! at once; who has none is refused, and every org knows.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use plant_tests::{Account, Plant, Programs};

use crate::production;

/// What both programs printed.
fn printed(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// An org with a file, and what a stranger to it could ask for.
struct Side {
    org: &'static str,
    mark: &'static str,
    name: String,
    file: String,
    analysis: String,
    finding: String,
    profile: String,
    folder: String,
    folder_path: String,
}

/// What is nowhere.
fn nothing(of: &Side) -> Side {
    let absent = || "018f0000-0000-7000-8000-000000000000".to_owned();
    Side {
        org: "no-such-org",
        mark: "",
        name: format!("{}-not.csv", of.name),
        file: absent(),
        analysis: absent(),
        finding: absent(),
        profile: absent(),
        folder: absent(),
        folder_path: format!("{}-not", of.folder_path),
    }
}

impl Side {
    /// An org whose only file is full of its mark.
    fn new(plant: &Plant, org: &'static str, mark: &'static str, folder: &str) -> Side {
        let text = String::from_utf8(production(600, 1)).unwrap();
        let mut lines = text.lines().map(str::to_owned).collect::<Vec<_>>();
        lines[0].push_str(",Standard Unit Cost");
        for (row, line) in lines.iter_mut().enumerate().skip(1) {
            // One machine makes far more scrap than the others, so that there is something to find.
            *line = line
                .replace("WO-", &format!("{mark}-"))
                .replace("M-0", &format!("{mark}M"));
            if row % 4 == 1 {
                let (head, _) = line.rsplit_once(',').unwrap();
                let (head, _) = head.rsplit_once(',').unwrap();
                *line = format!("{head},60,40");
            }
            line.push_str(",12.50");
        }
        let path = plant.folder(folder);
        let folder_path = path.to_str().unwrap().to_owned();
        let json = |arguments: &[&str]| plant.json(&[&["--org", org], arguments].concat());
        plant.ok(&["--org", org, "folders", "add", &folder_path]);
        let name = format!("{}.csv", mark.to_lowercase());
        plant.drop_file(&path, &name, lines.join("\n").as_bytes());
        let mut file = serde_json::Value::Null;
        // Its costs make its analysis once more, which must not come between two lists that are compared.
        plant.until("its file is analysed with its costs", |_| {
            file = json(&["files", "--name", &name])["items"][0].clone();
            file["state"] == "analysed" && json(&["analyses"])["items"][0]["stale"] == false
        });
        let id = |list: &str, field: &str| {
            let items = json(&[list])["items"].clone();
            items[0][field]
                .as_str()
                .unwrap_or_else(|| panic!("{list}: {items}"))
                .to_owned()
        };
        Side {
            org,
            mark,
            file: file["file_id"].as_str().unwrap().to_owned(),
            analysis: id("analyses", "analysis_id"),
            finding: id("findings", "finding_id"),
            profile: id("profiles", "profile_id"),
            folder: id("folders", "folder_id"),
            folder_path,
            name,
        }
    }

    /// A text without what the caller typed.
    fn without(&self, text: &str) -> String {
        let typed = [
            &self.file,
            &self.analysis,
            &self.finding,
            &self.profile,
            &self.folder,
            &self.folder_path,
            &self.name,
        ];
        // The longest first: a path may be the beginning of another.
        typed
            .iter()
            .fold(text.to_owned(), |text, typed| text.replace(typed.as_str(), "ID"))
            .replace(self.org, "ORG")
    }
}

/// Every line command as somebody types it who knows the other org's ids; the words before the first id are the command.
fn commands(of: &Side, export: &str, profile: &str) -> Vec<(&'static str, Vec<String>)> {
    let line = |command: &'static str, more: &[&str]| {
        let words = command.split(' ').chain(more.iter().copied());
        (command, words.map(str::to_owned).collect::<Vec<_>>())
    };
    let named = |command: &'static str, id: &str| line(command, &[id]);
    vec![
        line("status", &[]),
        line("status", &["--org", of.org]),
        line("folders list", &[]),
        line("folders add", &[&of.folder_path, "--org", of.org]),
        named("folders confirm", &of.folder),
        named("folders confirm", &of.folder_path),
        line("folders set", &[&of.folder, "--machine", "mine"]),
        line("folders set", &[&of.folder_path, "--site", "mine", "--dry-run"]),
        named("folders remove", &of.folder),
        named("folders remove", &of.folder_path),
        line("files list", &[]),
        line("files list", &["--folder", &of.folder_path]),
        line("files list", &["--folder", &of.folder]),
        line("files list", &["--name", &of.name]),
        named("files show", &of.file),
        named("files show", &of.name),
        line("files wait", &[&of.file, "--timeout", "1"]),
        named("files explain", &of.file),
        line("files line", &[&of.file, "2"]),
        line("files line", &[&of.name, "2"]),
        named("files retry", &of.file),
        line("files retry", &["--failed"]),
        line("files answer", &[&of.file, "repeat"]),
        named("files reread", &of.file),
        line("files reread", &["--profile", &of.profile]),
        line("files withdraw", &[&of.file, "--why", "mine"]),
        line("files withdraw", &["--folder", &of.folder_path, "--why", "mine"]),
        named("files restore", &of.file),
        line("files restore", &["--folder", &of.folder]),
        line("series list", &[]),
        named("series show", &of.file),
        line("series set", &[&of.file, "--mode", "increment"]),
        line("series merge", &[&of.file, &of.name]),
        line("series split", &[&of.file, &of.file]),
        line("series move", &[&of.file, &of.name]),
        line("aliases list", &[]),
        line("aliases add", &["machine", "mine=other", "--dry-run"]),
        line("aliases remove", &["machine", "mine"]),
        line("calendars list", &[]),
        line("calendars show", &["mine"]),
        line(
            "calendars set",
            &["mine", "--zone", "UTC", "--from", "2025-01-01", "--dry-run"],
        ),
        line("calendars remove", &["mine"]),
        line("references list", &[]),
        line("references show", &["standard_unit_cost"]),
        line("push", &[export, "--folder", &of.folder]),
        line("push", &[export, "--folder", &of.folder_path]),
        line("profiles list", &["--all"]),
        named("profiles show", &of.profile),
        named("profiles suggest", &of.file),
        line("profiles save", &["mine", "--from", &of.file]),
        line("profiles clone", &[&of.profile, "mine"]),
        named("profiles archive", &of.profile),
        named("profiles export", &of.profile),
        named("profiles import", profile),
        named("profiles edit", &of.profile),
        line("records", &[]),
        line("records", &["--file", &of.file]),
        line("metrics list", &[]),
        line("metrics show", &["oee"]),
        line("metrics get", &["quantity_produced", "--by", "machine,file"]),
        line("metrics get", &["quantity_produced", "--file", &of.file]),
        line("analyses list", &[]),
        line("analyses list", &["--file", &of.file]),
        named("analyses show", &of.analysis),
        named("analyses show", &of.file),
        line("findings list", &[]),
        line("findings list", &["--analysis", &of.analysis]),
        named("findings show", &of.finding),
        line("savings", &[]),
        line("ask", &["how many pieces were made by machine?"]),
        line("ask", &["which files came in?"]),
        line("ask", &["scrap by machine", "--about", &of.file]),
        line("usage", &[]),
        line("audit list", &[]),
        line("audit verify", &[]),
        line("health", &[]),
        line("org list", &[]),
        line("org create", &["mine"]),
        line("org grants", &[]),
        line("org grants", &["--org", of.org]),
        line("org grant", &[of.org, "unix:12999", "--role", "viewer"]),
        line("org revoke", &[of.org, "unix:12001"]),
        line("operators list", &[]),
        line("operators resolve", &["op-7f3a9c2d41b0"]),
        line("operators set", &["names"]),
        line("completions", &["bash"]),
        line("man", &[]),
    ]
}

/// Every line command that the program has, by its own help.
fn known(program: &Path, words: &[String]) -> Vec<String> {
    let help = std::process::Command::new(program)
        .args(words)
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let below = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    let names: Vec<&str> = below.filter_map(|line| line.split_whitespace().next()).collect();
    if names.is_empty() {
        return vec![words.join(" ")];
    }
    let deeper = |name: &&str| known(program, &[words, &[(*name).to_owned()]].concat());
    names.iter().flat_map(deeper).collect()
}

#[test]
fn who_has_a_grant_in_one_org_sees_nothing_of_another_by_any_command() {
    if !plant_need::root() {
        return;
    }
    let plant = Plant::start_with("[org]\nname = \"zebra-org\"\nzone = \"Europe/Berlin\"\ncurrency = \"EUR\"\n");
    plant.ok(&[
        "org",
        "create",
        "quagga-org",
        "--zone",
        "Europe/Berlin",
        "--currency",
        "EUR",
    ]);
    let zebra = Side::new(&plant, "zebra-org", "ZEBRA", "first-exports");
    let quagga = Side::new(&plant, "quagga-org", "QUAGGA", "second-exports");
    for (org, uid, role) in [
        (zebra.org, "unix:12001", "viewer"),
        (zebra.org, "unix:12002", "operator"),
        (quagga.org, "unix:12003", "admin"),
    ] {
        plant.ok(&["org", "grant", org, uid, "--role", role]);
    }
    plant.open_to_all();
    let programs = Programs::for_all();
    let program = programs.folder().join("plant");
    let shared = plant.folder("shared");
    std::fs::set_permissions(&shared, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let export = shared.join("export.csv");
    std::fs::write(&export, production(5, 9_000)).unwrap();
    // A whole profile with the id of the other org's: it must become one of the caller's own.
    let profile_of = |side: &Side| -> PathBuf {
        let path = shared.join(format!("{}.toml", side.org));
        let text = plant.ok(&["--org", side.org, "profiles", "export", &side.profile]);
        assert!(text.contains(&side.profile), "{text}");
        let json = plant.json(&["--org", side.org, "profiles", "export", &side.profile]);
        assert_eq!(json["profile_id"], side.profile, "{json}");
        let line = |line: &str| match line.starts_with("name = ") {
            true => "name = \"imported\"".to_owned(),
            false => line.to_owned(),
        };
        std::fs::write(&path, text.lines().map(line).collect::<Vec<_>>().join("\n")).unwrap();
        path
    };

    let mut tried = BTreeSet::new();
    for (uid, own, other) in [
        (12_001, &zebra, &quagga),
        (12_002, &zebra, &quagga),
        (12_003, &quagga, &zebra),
    ] {
        let toml = profile_of(other);
        let (export, toml) = (export.to_str().unwrap(), toml.to_str().unwrap());
        let absent = nothing(other);
        let theirs = commands(other, export, toml);
        let nobodys = commands(&absent, export, toml);
        for ((command, asked), (_, in_vain)) in theirs.iter().zip(&nobodys) {
            tried.insert((*command).to_owned());
            let run = |arguments: &[String]| {
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                Account::stranger(uid).plant(&programs, &plant, &arguments)
            };
            // What says how long the daemon has run or how much it holds differs from call to call.
            let is_moving = matches!(
                *command,
                "status" | "audit list" | "audit verify" | "usage" | "health" | "profiles import" | "folders list"
            );
            let pair = || {
                let (got, nothing) = (run(asked), run(in_vain));
                let (said, said_of_nothing) = (other.without(&printed(&got)), absent.without(&printed(&nothing)));
                (got, nothing, said, said_of_nothing)
            };
            let (mut got, mut nothing, mut said, mut said_of_nothing) = pair();
            // A list of one's own changes while one's own analysis is made once more; of another org's it never would.
            for _ in 0..40 {
                if asked != in_vain || is_moving || said == said_of_nothing {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(250));
                (got, nothing, said, said_of_nothing) = pair();
            }
            let context = format!("{uid} {asked:?}: {said}");
            assert!(!said.to_uppercase().contains(other.mark), "{context}");
            for id in [
                &other.file,
                &other.analysis,
                &other.finding,
                &other.profile,
                &other.folder,
            ] {
                assert!(!said.contains(id.as_str()), "{context}");
            }
            if asked != in_vain || !is_moving {
                assert_eq!(got.status.code(), nothing.status.code(), "{context}\n{said_of_nothing}");
                assert_eq!(said, said_of_nothing, "{uid} {asked:?}");
            }
        }
        // It does see its own, so the silence is not that of a closed door.
        let records = Account::stranger(uid).plant(&programs, &plant, &["records"]);
        assert!(printed(&records).contains(own.mark), "{uid}: {}", printed(&records));
    }
    assert_eq!(
        tried,
        known(&program, &[]).into_iter().collect(),
        "every command is tried, and no other"
    );
    // Whatever was tried, the other side is as it was.
    for side in [&zebra, &quagga] {
        // What it may set for itself has its own files read again.
        plant.until("its file is analysed", |plant| {
            plant.json(&["--org", side.org, "files", "show", &side.file])["state"] == "analysed"
        });
        let folders = plant.json(&["--org", side.org, "folders", "list"]);
        assert_eq!(folders["items"][0]["folder_id"], side.folder, "{folders}");
        let profile = plant.json(&["--org", side.org, "profiles", "show", &side.profile]);
        assert_eq!(
            (&profile["archived"], &profile["version"]),
            (&false.into(), &1.into()),
            "{profile}"
        );
    }
}

#[test]
fn the_same_bytes_may_be_in_both_orgs() {
    let plant = Plant::start();
    let folder = plant.watched("first");
    let bytes = production(60, 1);
    plant.drop_file(&folder, "first.csv", &bytes);
    plant.settled("first.csv");
    plant.ok(&["org", "create", "second"]);
    let other = plant.folder("second-folder");
    plant.ok(&["--org", "second", "folders", "add", other.to_str().unwrap()]);
    plant.drop_file(&other, "same.csv", &bytes);
    plant.until("the second org has its own copy", |plant| {
        let files = plant.json(&["--org", "second", "files", "--state", "analysed"]);
        files["items"].as_array().unwrap().len() == 1
    });
}

/// How often an account was denied a call, by the audit log of an org.
fn denials(plant: &Plant, org: &str, actor: &str, method: &str) -> usize {
    let log = plant.json(&["--org", org, "audit", "list", "--limit", "500"]);
    let entries = log["items"].as_array().unwrap().clone();
    let is_denial = |entry: &&serde_json::Value| {
        entry["action"] == "access.denied"
            && entry["actor"] == actor
            && entry["body"]["method"]
                .as_str()
                .is_some_and(|found| found.ends_with(method))
    };
    entries.iter().filter(is_denial).count()
}

#[test]
fn access_is_given_listed_and_taken_away() {
    if !plant_need::root() {
        return;
    }
    let plant = Plant::start_with("[org]\nname = \"acme\"\n");
    plant.open_to_all();
    let (programs, account) = (Programs::for_all(), Account::stranger(12_345));
    let as_account = |arguments: &[&str]| account.plant(&programs, &plant, arguments);
    for command in [
        vec!["status"],
        vec!["files"],
        vec!["org", "create", "mine"],
        vec!["audit"],
    ] {
        let output = as_account(&command);
        assert_eq!(output.status.code(), Some(4), "{command:?}: {}", printed(&output));
    }
    // The refusal names the command that helps, and it does.
    let refused = printed(&as_account(&["status"]));
    let (_, helps) = refused.trim().rsplit_once(": plant ").unwrap();
    assert_eq!(helps, "org grant unix:12345 --role viewer");
    plant.ok(&helps.split(' ').collect::<Vec<_>>());
    assert!(as_account(&["status"]).status.success());
    let grants = plant.json(&["org", "grants"]);
    assert_eq!(grants["items"][0]["principal"], "unix:12345", "{grants}");
    assert_eq!(grants["items"][0]["role"], "viewer");
    assert_eq!(grants["items"][0]["by"], "unix:0");
    assert!(grants["items"][0]["since"].as_str().unwrap().ends_with('Z'), "{grants}");
    assert!(grants["implied"][0].as_str().unwrap().contains("root"), "{grants}");

    // What it has open ends with the right to it.
    let mut waiting = account
        .plant_command(&programs, &plant, &["files", "wait", "never.csv", "--timeout", "60"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    plant.until("it is let in once more", |_| as_account(&["files"]).status.success());
    assert!(waiting.try_wait().unwrap().is_none(), "it waits");
    let started = Instant::now();
    plant.ok(&["org", "revoke", "unix:12345"]);
    assert_eq!(as_account(&["status"]).status.code(), Some(4), "at once");
    let status = loop {
        if let Some(status) = waiting.try_wait().unwrap() {
            break status;
        }
        assert!(started.elapsed() < Duration::from_secs(5), "it still waits");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(4));
    let gone = plant.run(&["org", "revoke", "unix:12345"]);
    assert!(
        printed(&gone).contains("`plant org grants` lists"),
        "{}",
        printed(&gone)
    );

    // Every org knows of a stranger, once an hour for each call.
    plant.ok(&["org", "create", "second"]);
    for _ in 0..3 {
        assert_eq!(as_account(&["status"]).status.code(), Some(4));
    }
    for (org, method) in [("acme", "/GetStatus"), ("acme", "/ListFiles"), ("second", "/GetStatus")] {
        assert_eq!(denials(&plant, org, "unix:12345", method), 1, "{org} {method}");
    }
    assert_eq!(denials(&plant, "second", "unix:12345", "/ListFiles"), 0);
    for org in ["acme", "second"] {
        plant.ok(&["--org", org, "audit", "verify"]);
    }

    // Every way to write it, by number and by name.
    for line in [
        "org grant unix:4242 --role viewer",
        "org grant second --to unix:4242 --role operator",
        "org grant second unix:4242 --role admin",
        "org revoke second unix:4242",
        "org grant second nobody --role viewer",
        "org revoke second --from unix:nobody",
        "org revoke unix:4242",
    ] {
        plant.ok(&line.split(' ').collect::<Vec<_>>());
    }
    let unknown = plant.run(&["org", "grant", "no-such-account", "--role", "viewer"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        printed(&unknown).contains("there is no account `no-such-account`"),
        "{}",
        printed(&unknown)
    );
}
