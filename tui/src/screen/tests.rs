pub mod fixture;

use insta::assert_snapshot;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::{LEAST_HEIGHT, LEAST_WIDTH, view};
use crate::app::chat::{About, Turn};
use crate::app::{Link, Overlay, Screen, Slot, State, Tab};

/// What a screen is shown with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum With {
    Nothing,
    Loading,
    Error,
    LinkLost,
    Data(usize),
}

const WITH: [(&str, With); 6] = [
    ("empty", With::Nothing),
    ("loading", With::Loading),
    ("error", With::Error),
    ("link_lost", With::LinkLost),
    ("some", With::Data(4)),
    ("many", With::Data(300)),
];

fn slot<T>(data: T, with: With) -> Slot<T> {
    let mut slot = Slot::default();
    match with {
        With::Loading => {}
        With::Error => slot.fill(Err("something inside the daemon failed (incident 7f3a)".to_owned())),
        _ => slot.fill(Ok(data)),
    }
    slot
}

fn state(with: With, size: (u16, u16)) -> State {
    let mut state = State::new(size, true);
    state.link = match with {
        With::LinkLost => Link::Down {
            retry_in_s: 3,
            reason: "the daemon is not reachable at unix:/run/plantd/plantd.sock (gone); start it with `plantd run`"
                .to_owned(),
        },
        _ => Link::Up,
    };
    let count = match with {
        With::Nothing => 0,
        With::Data(count) => count,
        _ => 3,
    };
    let mut status = fixture::status();
    if with == With::Nothing {
        status.folders.clear();
        status.problems.clear();
        status.queue = Default::default();
        status.health = plant_core::model::Health::Ok;
        status.onboarding.iter_mut().for_each(|step| step.done = false);
    }
    state.status = slot(status, with);
    state.files = slot(fixture::files(count), with);
    state.file = slot(fixture::file(), with);
    state.analyses = slot(fixture::analyses(count), with);
    state.analysis = slot(fixture::analysis(), with);
    state.findings = slot(fixture::findings(count), with);
    state.analysis_findings = slot(fixture::findings(count), with);
    state.finding = slot(fixture::finding(), with);
    if with == With::Nothing {
        let file = state.file.data.as_mut().expect("a file");
        (file.columns, file.problems, file.timeline) = Default::default();
        (file.item.balance, file.item.dialect) = (None, None);
        let analysis = state.analysis.data.as_mut().expect("an analysis");
        (analysis.analyzers, analysis.summary) = Default::default();
        let finding = state.finding.data.as_mut().expect("a finding");
        (finding.saving, finding.evidence, finding.evidence_count) = Default::default();
    } else {
        state.headline = slot(fixture::headline(), with);
    }
    state.savings = slot(fixture::savings(), with);
    state
}

fn screens() -> [(&'static str, Tab, Option<Screen>); 8] {
    let id = |text: &str| text.to_owned();
    [
        ("overview", Tab::Overview, None),
        ("files", Tab::Files, None),
        (
            "file",
            Tab::Files,
            Some(Screen::File(id("0195f000-0000-7000-8000-000000000000"))),
        ),
        ("analyses", Tab::Analyses, None),
        (
            "analysis",
            Tab::Analyses,
            Some(Screen::Analysis(id("0195f100-0000-7000-8000-000000000000"))),
        ),
        ("findings", Tab::Findings, None),
        (
            "finding",
            Tab::Findings,
            Some(Screen::Finding(id("0195f200-0000-7000-8000-000000000000"))),
        ),
        ("chat", Tab::Chat, None),
    ]
}

fn shown(state: &State) -> String {
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).expect("a terminal");
    terminal
        .draw(|frame| {
            let area = frame.area();
            if let Some(cursor) = view(state, area, frame.buffer_mut()) {
                frame.set_cursor_position(cursor);
            }
        })
        .expect("drawn");
    // The test's own printer can't print a terminal without columns.
    if state.size.0 == 0 {
        String::new()
    } else {
        terminal.backend().to_string()
    }
}

#[test]
fn every_screen_in_every_state_at_both_sizes() {
    for (name, tab, opened) in screens() {
        for (word, with) in WITH {
            for size in [(80, 24), (120, 40)] {
                let mut state = state(with, size);
                state.tab = tab;
                if let Some(screen) = &opened {
                    state.stack_mut().open(screen.clone());
                }
                if tab == Tab::Chat && matches!(with, With::Data(_) | With::LinkLost) {
                    state.chat.turns.push(Turn {
                        question: "scrap ratio by machine in February".to_owned(),
                        answer: Some(Box::new(fixture::answer())),
                        ..Turn::default()
                    });
                    state.chat.draft = crate::app::input::Input::new("and by shift?");
                }
                assert_snapshot!(format!("{name}_{word}_{}x{}", size.0, size.1), shown(&state));
            }
        }
    }
}

#[test]
fn each_analyzer_has_its_pane() {
    for (pane, name) in ["summary", "cost", "equipment", "quality", "efficiency"]
        .into_iter()
        .enumerate()
    {
        let mut state = state(With::Data(3), (100, 30));
        state.tab = Tab::Analyses;
        state
            .stack_mut()
            .open(Screen::Analysis("0195f100-0000-7000-8000-000000000000".to_owned()));
        state.place_mut().pane = pane;
        assert_snapshot!(format!("pane_{name}"), shown(&state));
    }
}

#[test]
fn what_lies_over_a_screen() {
    let mut help = state(With::Data(3), (80, 24));
    help.tab = Tab::Files;
    help.overlay = Overlay::Help { top: 0 };
    assert_snapshot!("help", shown(&help));

    let mut explained = help.clone();
    explained.overlay = Overlay::Explain {
        lines: Some(Ok(vec![
            "It was held, as day and month can't be told apart in column Fecha.".to_owned(),
        ])),
        top: 0,
    };
    assert_snapshot!("explained", shown(&explained));

    let mut filtered = help.clone();
    filtered.place_mut().filter = "!analysed".to_owned();
    filtered.overlay = Overlay::Filter {
        input: crate::app::input::Input::new("!analysed"),
        before: String::new(),
    };
    assert_snapshot!("filtered", shown(&filtered));

    let mut running = state(With::Data(3), (80, 24));
    running.tab = Tab::Chat;
    running.chat.about = Some(About {
        id: "f".to_owned(),
        label: "Scrap on M07 costs most".to_owned(),
    });
    running.chat.running = Some(4);
    running.chat.turns.push(Turn {
        question: "why".to_owned(),
        about: Some("Scrap on M07 costs most".to_owned()),
        text: "Scrap ratio by mach".to_owned(),
        ..Turn::default()
    });
    assert_snapshot!("chat_running", shown(&running));
}

#[test]
fn without_unicode_everything_of_ours_is_ascii() {
    for (name, tab, opened) in screens() {
        let mut state = state(With::Data(40), (100, 30));
        state.unicode = false;
        state.tab = tab;
        if let Some(screen) = opened {
            state.stack_mut().open(screen);
        }
        for pane in 0..5 {
            state.place_mut().pane = pane;
            let text = shown(&state);
            assert!(text.is_ascii(), "{name}: {text}");
        }
    }
}

#[test]
fn no_size_is_too_small_or_too_large() {
    for (_, tab, opened) in screens() {
        for with in [With::Nothing, With::LinkLost, With::Data(30)] {
            let mut state = state(with, (80, 24));
            state.tab = tab;
            if let Some(screen) = &opened {
                state.stack_mut().open(screen.clone());
            }
            state.place_mut().cursor = 29;
            state.place_mut().top = 25;
            for width in (0..=200).step_by(20).chain([1, 59, 60, 61, 80, 120]) {
                for height in (0..=60).step_by(15).chain([1, 14, 15, 16, 24]) {
                    state.size = (width, height);
                    let text = shown(&state);
                    if width >= 40 && height > 0 && (width < LEAST_WIDTH || height < LEAST_HEIGHT) {
                        assert!(
                            text.contains("terminal too small (need 60x15)"),
                            "{width}x{height}: {text}"
                        );
                    }
                }
            }
        }
    }
}
