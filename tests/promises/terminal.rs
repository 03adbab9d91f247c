//! The terminal in a real terminal: it shows, survives the daemon's death, is silent when idle, and leaves no mess.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use plant_tests::{Plant, Programs, programs, until};

use crate::production;

/// `plant` in a tmux session of its own, killed when dropped.
struct Screen {
    socket: PathBuf,
}

impl Screen {
    fn open(plant: &Plant, width: u16, height: u16) -> Option<Screen> {
        let program = programs().join("plant");
        Screen::run(plant, width, height, &program.display().to_string())
    }

    /// The same with a command that ends with the path of the program.
    fn run(plant: &Plant, width: u16, height: u16, program: &str) -> Option<Screen> {
        if !plant_need::tmux() {
            return None;
        }
        let screen = Screen {
            socket: plant.folder("tmux").join("socket"),
        };
        // The shell stays, so that what is left on the screen can be looked at.
        let command = format!("{program} --host {}; echo exit=$?; read -r _", plant.host());
        screen.tmux(&[
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            &width.to_string(),
            "-y",
            &height.to_string(),
            &command,
        ]);
        Some(screen)
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let output = Command::new("tmux")
            .arg("-S")
            .arg(&self.socket)
            // The shell of an account such as nobody runs nothing.
            .env("SHELL", "/bin/sh")
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn keys(&self, keys: &[&str]) {
        let mut arguments = vec!["send-keys"];
        arguments.extend(keys);
        self.tmux(&arguments);
    }

    fn seen(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    /// Waits until the screen is as wanted.
    fn when(&self, what: &str, holds: impl Fn(&str) -> bool) {
        let started = Instant::now();
        loop {
            let seen = self.seen();
            if holds(&seen) {
                return;
            }
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "not {what} on the screen:\n{seen}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn shows(&self, text: &str) {
        self.when(&format!("`{text}`"), |seen| seen.contains(text));
    }

    /// Waits until the second line names that place, and no place below it.
    fn is_at(&self, place: &str) {
        self.when(&format!("at `{place}`"), |seen| {
            let line = seen.lines().nth(1).unwrap_or_default();
            line.strip_prefix(place)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("  "))
        });
    }
}

/// What a screen sends to its terminal from now on.
struct Sent {
    file: PathBuf,
}

impl Sent {
    fn by(screen: &Screen, plant: &Plant) -> Sent {
        let file = plant.folder("sent").join("bytes");
        std::fs::write(&file, "").unwrap();
        screen.tmux(&["pipe-pane", &format!("cat >> {}", file.display())]);
        Sent { file }
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.file).unwrap()
    }

    /// Watches for so long; what was sent in that time, at the first byte.
    fn within(&self, window: Duration) -> Vec<u8> {
        let (before, started) = (self.bytes().len(), Instant::now());
        while started.elapsed() < window {
            let bytes = self.bytes();
            if bytes.len() > before {
                return bytes[before..].to_vec();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Vec::new()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

#[test]
fn the_screens_show_the_data_and_survive_the_daemon() {
    let mut plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "march.csv", &production(280, 1));
    plant.settled("march.csv");
    let Some(screen) = Screen::open(&plant, 80, 24) else {
        return;
    };
    screen.shows("march.csv");
    screen.keys(&["2"]);
    screen.is_at("plant > files");
    screen.shows("> march.csv");
    screen.keys(&["Enter"]);
    screen.is_at("plant > files > march.csv");
    screen.shows("281 lines = 1 header + 280 taken");
    // A key right after Escape would be Alt and that key to any terminal program, so each waits for what Escape does.
    screen.keys(&["Escape"]);
    screen.is_at("plant > files");
    screen.keys(&["3"]);
    screen.is_at("plant > analyses");
    screen.shows("> march.csv");
    screen.keys(&["?"]);
    screen.shows("Keys on this screen");
    screen.keys(&["Escape"]);
    screen.when("without the keys", |seen| !seen.contains("Keys on this screen"));
    screen.keys(&["5"]);
    screen.is_at("plant > chat");
    screen.keys(&["-l", "how many pieces were scrapped?"]);
    screen.keys(&["Enter"]);
    screen.shows("How I read this");

    plant.kill();
    screen.shows("reconnecting");
    screen.keys(&["-l", "draft"]);
    screen.shows("draft");
    plant.launch();
    screen.when("with its link back", |seen| !seen.contains("reconnecting"));
    screen.shows("draft");
}

#[test]
fn a_terminal_whose_right_is_taken_away_says_so_and_shows_nothing_more() {
    if !plant_need::root() {
        return;
    }
    let plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "march.csv", &production(28, 1));
    plant.settled("march.csv");
    plant.ok(&["org", "grant", "unix:12345", "--role", "viewer"]);
    plant.open_to_all();
    let shared = Programs::for_all();
    let program = shared.folder().join("plant");
    let as_account = "setpriv --reuid 12345 --regid 12345 --clear-groups env HOME=/nonexistent";
    let Some(screen) = Screen::run(&plant, 80, 24, &format!("{as_account} {}", program.display())) else {
        return;
    };
    screen.shows("march.csv");
    screen.keys(&["2"]);
    screen.is_at("plant > files");
    screen.shows("> march.csv");

    plant.ok(&["org", "revoke", "unix:12345"]);
    screen.shows("no access, trying again in 2");
    screen.shows("the right to this was taken away");
    screen.when("without what was shown", |seen| !seen.contains("march.csv"));
    assert!(!screen.seen().contains("not reachable"), "{}", screen.seen());
    screen.keys(&["1"]);
    screen.shows("can't show the status without access");
    screen.when("still without it", |seen| !seen.contains("march.csv"));
}

#[test]
fn an_idle_terminal_sends_nothing_and_a_quit_one_restores_the_screen() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    for (name, first) in [("march.csv", 1), ("april.csv", 100)] {
        plant.drop_file(&folder, name, &production(28, first));
        plant.settled(name);
    }
    let Some(screen) = Screen::open(&plant, 120, 40) else {
        return;
    };
    screen.keys(&["2"]);
    screen.is_at("plant > files");
    screen.shows("> april.csv");
    let sent = Sent::by(&screen, &plant);
    // The answers to what the screen asked at its start may still be on their way.
    until("a second without a byte", || {
        sent.within(Duration::from_secs(1)).is_empty()
    });
    let idle = sent.within(Duration::from_secs(5));
    assert!(
        idle.is_empty(),
        "sent in 5 idle seconds: {:?}",
        String::from_utf8_lossy(&idle)
    );
    let before = sent.bytes().len();
    screen.keys(&["j"]);
    screen.shows("> march.csv");
    until("the bytes of the key are written down", || sent.bytes().len() > before);
    let key = sent.bytes().len() - before;
    assert!((1..1_000).contains(&key), "one key sends {key} bytes");
    screen.keys(&["q"]);
    screen.shows("exit=0");
    assert_eq!(
        screen.tmux(&["display-message", "-p", "#{alternate_on}"]).trim(),
        "0",
        "the alternate screen is left"
    );
}

#[test]
fn a_terminal_too_small_says_so_and_no_terminal_is_a_usage_error() {
    let plant = Plant::start();
    let output = plant.run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("plant status --json"));
    let Some(screen) = Screen::open(&plant, 20, 5) else {
        return;
    };
    screen.shows("too small");
}
