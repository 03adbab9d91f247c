//! The terminal in a real terminal: it shows, survives the daemon's death, is silent when idle, and leaves no mess.

use std::process::Command;
use std::time::{Duration, Instant};

use plant_tests::{Plant, programs};

use crate::production;

/// `plant` in a tmux session of its own, killed when dropped.
struct Screen {
    server: String,
}

impl Screen {
    fn open(plant: &Plant, width: u16, height: u16) -> Option<Screen> {
        if Command::new("tmux").arg("-V").output().is_err() {
            println!("tmux is absent on this machine: the screens are not looked at");
            return None;
        }
        let screen = Screen {
            server: format!("plant-test-{}-{width}", plant.pid()),
        };
        let command = format!(
            "{} --host unix:{}; echo exit=$?; sleep 1000",
            programs().join("plant").display(),
            plant.state_dir().join("plantd.sock").display()
        );
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
            .args(["-L", &self.server])
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

    fn shows(&self, text: &str) -> String {
        let started = Instant::now();
        loop {
            let seen = self.tmux(&["capture-pane", "-p"]);
            if seen.contains(text) {
                return seen;
            }
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "no `{text}` on the screen:\n{seen}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
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
    screen.shows("march.csv");
    screen.keys(&["Enter"]);
    screen.shows("280");
    // A key right after Escape would be Alt and that key to any terminal program.
    screen.keys(&["Escape"]);
    screen.shows("march.csv");
    std::thread::sleep(Duration::from_millis(300));
    screen.keys(&["3"]);
    screen.shows("march.csv");
    screen.keys(&["?"]);
    screen.shows("quit");
    screen.keys(&["Escape"]);
    std::thread::sleep(Duration::from_millis(300));
    screen.keys(&["5"]);
    std::thread::sleep(Duration::from_millis(300));
    screen.keys(&["-l", "how many pieces were scrapped?"]);
    screen.keys(&["Enter"]);
    screen.shows("How I read this");

    plant.kill();
    screen.shows("reconnecting");
    screen.keys(&["-l", "draft"]);
    screen.shows("draft");
    plant.launch();
    let started = Instant::now();
    while screen.tmux(&["capture-pane", "-p"]).contains("reconnecting") {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "the link did not come back"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    screen.shows("draft");
}

#[test]
fn an_idle_terminal_sends_nothing_and_a_quit_one_restores_the_screen() {
    let plant = Plant::start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "march.csv", &production(28, 1));
    plant.settled("march.csv");
    let Some(screen) = Screen::open(&plant, 120, 40) else {
        return;
    };
    screen.shows("march.csv");
    std::thread::sleep(Duration::from_secs(2));
    let sent = plant.folder("sent").join("bytes");
    screen.tmux(&["pipe-pane", &format!("cat > {}", sent.display())]);
    std::thread::sleep(Duration::from_secs(5));
    let bytes = std::fs::read(&sent).unwrap_or_default();
    assert!(
        bytes.is_empty(),
        "{} bytes in 5 idle seconds: {:?}",
        bytes.len(),
        String::from_utf8_lossy(&bytes)
    );
    screen.keys(&["j"]);
    std::thread::sleep(Duration::from_millis(500));
    let key = std::fs::read(&sent).unwrap_or_default().len();
    assert!(key < 1_000, "one key sends {key} bytes");
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
    let Some(screen) = Screen::open(&plant, 40, 10) else {
        return;
    };
    screen.shows("too small");
}
