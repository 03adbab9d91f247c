pub mod fixture;

use insta::assert_snapshot;
use plant_core::model::TrialView;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::{LEAST_HEIGHT, LEAST_WIDTH, view};
use crate::app::chat::{About, Turn};
use crate::app::{Drawn, Link, Overlay, Resource, Scroll, State, Tab, Trouble};
use crate::subject::analysis::ANALYSIS;
use crate::subject::file::{FILE, LINE};
use crate::subject::finding::FINDING;
use crate::subject::grant::GRANTS;
use crate::subject::mapping::{MAPPING, TRIAL};
use crate::subject::metric::{METRIC, METRICS};
use crate::subject::operator::{OPERATOR, OPERATORS};
use crate::subject::profile::{PROFILE, PROFILES};
use crate::subject::reference;
use crate::subject::{Content, Described, Form, Screen};
use crate::subject::{alias, calendar, folder, series};

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

fn resource<T>(data: T, with: With) -> Resource<T> {
    let mut slot = Resource::default();
    match with {
        With::Loading => {}
        With::Error => slot.fill(Err("something inside the daemon failed (incident 7f3a)".to_owned())),
        _ => slot.fill(Ok(data)),
    }
    slot
}

/// A state in which a tab, or a screen opened from it, shows this.
fn state(with: With, tab: Tab, opened: Option<&Screen>) -> State {
    let mut state = State::new(true);
    state.tab = tab;
    state.link = match with {
        With::LinkLost => Link::Down {
            trouble: Trouble::Lost,
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
    } else {
        state.headline = resource(crate::subject::headline::pairs(&fixture::headline()), with);
    }
    state.status = resource(status, with);
    state.savings = resource(crate::subject::status::savings(&fixture::savings()), with);
    if tab != Tab::Chat {
        state.place_mut().content = resource(content(&tab.root(), count), with);
    }
    if let Some(screen) = opened {
        state.stack_mut().open(screen.clone());
        state.place_mut().content = resource(content(screen, count), with);
    }
    state
}

/// What a screen shows in the tests, with so many rows in a list; 0 leaves out what may be missing in a text.
fn content(screen: &Screen, count: usize) -> Content {
    if count > 0 || !matches!(screen.spec.form, Form::Text) {
        return fixture::content(screen, count);
    }
    Content::Text(match screen.spec.name {
        "file" => {
            let mut file = fixture::file();
            (file.columns, file.problems, file.timeline) = Default::default();
            (file.item.balance, file.item.dialect) = (None, None);
            file.document()
        }
        "analysis" => {
            let mut analysis = fixture::analysis();
            (analysis.analyzers, analysis.summary) = Default::default();
            analysis.document()
        }
        "profile" => {
            let mut profile = fixture::profile(0);
            profile.profile.columns.clear();
            profile.document()
        }
        "mapping" => {
            let mut mapping = fixture::suggestion();
            (mapping.reason, mapping.outputs, mapping.unlocks, mapping.shape) = Default::default();
            mapping.columns.clear();
            mapping.document()
        }
        "trial" => TrialView::default().document(),
        "metric" => {
            let mut metric = fixture::metric_detail();
            (metric.components, metric.null_reasons, metric.warnings) = Default::default();
            (metric.higher_is_better, metric.info.needs) = Default::default();
            metric.document()
        }
        "alias" => {
            let mut effect = fixture::alias_effect();
            (effect.before, effect.after, effect.unknown, effect.overlap) = Default::default();
            alias::told(&effect, false)
        }
        "calendar" => {
            let mut view = fixture::calendar_view();
            (view.days, view.to_come) = Default::default();
            view.document()
        }
        "folder" => fixture::status().folders.remove(0).document(),
        "grants" => fixture::grants(0).document(),
        "operator" => fixture::operator().document(),
        "line" => fixture::line(false).document(),
        "versions" => {
            let mut series = fixture::series_detail();
            (series.evidence, series.versions, series.item.question) = Default::default();
            series.item.files = 0;
            series.document()
        }
        _ => {
            let mut finding = fixture::finding();
            (finding.saving, finding.evidence, finding.evidence_count) = Default::default();
            finding.document()
        }
    })
}

fn screens() -> [(&'static str, Tab, Option<Screen>); 28] {
    [
        ("overview", Tab::Overview, None),
        ("files", Tab::Files, None),
        (
            "file",
            Tab::Files,
            Some(FILE.about("0195f000-0000-7000-8000-000000000000")),
        ),
        (
            "line",
            Tab::Findings,
            Some(LINE.about("0195f000-0000-7000-8000-000000000000:4711")),
        ),
        ("analyses", Tab::Analyses, None),
        (
            "analysis",
            Tab::Analyses,
            Some(ANALYSIS.about("0195f100-0000-7000-8000-000000000000")),
        ),
        ("findings", Tab::Findings, None),
        (
            "finding",
            Tab::Findings,
            Some(FINDING.about("0195f200-0000-7000-8000-000000000000")),
        ),
        ("profiles", Tab::Files, Some(PROFILES.all())),
        (
            "profile",
            Tab::Files,
            Some(PROFILE.about("0195f300-0000-7000-8000-000000000000")),
        ),
        (
            "mapping",
            Tab::Files,
            Some(MAPPING.about("0195f000-0000-7000-8000-000000000000")),
        ),
        (
            "trial",
            Tab::Files,
            Some(TRIAL.about("orders --from 0195f000 --set 'Gut [St]=quantity_good'")),
        ),
        ("series", Tab::Files, Some(series::ALL.all())),
        (
            "versions",
            Tab::Files,
            Some(series::ONE.about("0195f400-0000-7000-8000-000000000000")),
        ),
        ("aliases", Tab::Files, Some(alias::ALL.all())),
        ("alias", Tab::Files, Some(alias::ONE.about("add machine CNC01=CNC-01"))),
        ("calendars", Tab::Overview, Some(calendar::ALL.all())),
        ("calendar", Tab::Overview, Some(calendar::ONE.about("Werk 1"))),
        ("folders", Tab::Overview, Some(folder::ALL.all())),
        (
            "folder",
            Tab::Overview,
            Some(folder::ONE.about("0195f300-0000-7000-8000-000000000001")),
        ),
        ("references", Tab::Files, Some(reference::ALL.all())),
        (
            "reference",
            Tab::Files,
            Some(reference::ONE.about("standard_unit_cost")),
        ),
        ("metrics", Tab::Overview, Some(METRICS.all())),
        ("metric", Tab::Overview, Some(METRIC.about("cost_per_good_unit"))),
        ("operators", Tab::Overview, Some(OPERATORS.all())),
        ("operator", Tab::Overview, Some(OPERATOR.about("op-7f3a9c2d4100"))),
        ("grants", Tab::Overview, Some(GRANTS.all())),
        ("chat", Tab::Chat, None),
    ]
}

/// The screen in a terminal of this size, and what drawing found out.
fn drawn(state: &State, size: (u16, u16)) -> (String, Drawn) {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a terminal");
    let mut found = Drawn::default();
    terminal
        .draw(|frame| {
            let (cursor, drawn) = view(state, frame.area(), frame.buffer_mut());
            found = drawn;
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
        })
        .expect("drawn");
    // The test's own printer can't print a terminal without columns.
    let text = if size.0 == 0 {
        String::new()
    } else {
        terminal.backend().to_string()
    };
    (text, found)
}

fn shown(state: &State, size: (u16, u16)) -> String {
    drawn(state, size).0
}

#[test]
fn every_screen_in_every_state_at_every_size() {
    for (name, tab, opened) in screens() {
        for (word, with) in WITH {
            for size in [(80, 24), (120, 40), (40, 20)] {
                let mut state = state(with, tab, opened.as_ref());
                if tab == Tab::Chat && matches!(with, With::Data(_) | With::LinkLost) {
                    state.chat.turns.push(Turn {
                        question: "scrap ratio by machine in February".to_owned(),
                        answer: Some(Box::new(fixture::answer())),
                        ..Turn::default()
                    });
                    state.chat.draft = crate::app::input::Input::new("and by shift?");
                }
                assert_snapshot!(format!("{name}_{word}_{}x{}", size.0, size.1), shown(&state, size));
            }
        }
    }
}

#[test]
fn each_analyzer_has_its_pane() {
    let analysis = ANALYSIS.about("0195f100-0000-7000-8000-000000000000");
    for (pane, name) in ["summary", "cost", "equipment", "quality", "efficiency"]
        .into_iter()
        .enumerate()
    {
        let mut state = state(With::Data(3), Tab::Analyses, Some(&analysis));
        state.place_mut().pane = pane;
        assert_snapshot!(format!("pane_{name}"), shown(&state, (100, 30)));
    }
}

#[test]
fn what_lies_over_a_screen() {
    let mut help = state(With::Data(3), Tab::Files, None);
    help.overlay = Overlay::Help(Scroll::default());
    assert_snapshot!("help", shown(&help, (80, 24)));

    let mut explained = help.clone();
    let sentences = vec!["It was held, as day and month can't be told apart in column Fecha.".to_owned()];
    explained.overlay = Overlay::Explain(resource(sentences, With::Data(1)), Scroll::default());
    assert_snapshot!("explained", shown(&explained, (80, 24)));

    let mut filtered = help.clone();
    filtered.place_mut().filter = "!analysed".to_owned();
    filtered.overlay = Overlay::Filter {
        input: crate::app::input::Input::new("!analysed"),
        before: String::new(),
    };
    assert_snapshot!("filtered", shown(&filtered, (80, 24)));

    let mut unmatched = state(With::Data(3), Tab::Files, None);
    unmatched.place_mut().filter = "nothing like it".to_owned();
    assert_snapshot!("unmatched", shown(&unmatched, (80, 24)));

    let mut running = state(With::Data(3), Tab::Chat, None);
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
    assert_snapshot!("chat_running", shown(&running, (80, 24)));
}

#[test]
fn a_link_that_is_there_but_refused_says_why() {
    let may_not = "the right to this was taken away while it was open; ask an administrator: plant org grant unix:4242 \
                   --role viewer";
    let cannot = "the database is away; plantd waits for it";
    for (name, trouble, retry_in_s, reason) in [
        ("barred", Trouble::Barred, 30, may_not),
        ("unable", Trouble::Unable, 5, cannot),
    ] {
        let mut state = State::new(true);
        state.link = Link::Down {
            trouble,
            retry_in_s,
            reason: reason.to_owned(),
        };
        assert_snapshot!(format!("{name}_overview"), shown(&state, (80, 12)));
        state.tab = Tab::Files;
        assert_snapshot!(format!("{name}_files"), shown(&state, (40, 12)));
    }
}

#[test]
fn who_may_not_see_the_grants_reads_what_it_takes() {
    let takes = "this takes the role admin in acme, and you have viewer; ask an administrator: plant org grant unix:4242 \
                 --role admin";
    let mut state = state(With::Data(3), Tab::Overview, Some(&GRANTS.all()));
    state.place_mut().content = Resource::default();
    state.place_mut().content.fill(Err(takes.to_owned()));
    for (size, name) in [((80, 24), "grants_refused_80x24"), ((40, 20), "grants_refused_40x20")] {
        assert_snapshot!(name, shown(&state, size));
    }
}

#[test]
fn a_long_answer_is_read_from_its_question_until_somebody_scrolls() {
    let mut state = state(With::Data(3), Tab::Chat, None);
    for question in ["first", "second"] {
        state.chat.turns.push(Turn {
            question: question.to_owned(),
            text: "line\n".repeat(60),
            ..Turn::default()
        });
    }
    let (text, found) = drawn(&state, (80, 24));
    assert_eq!(found.top, 62, "below the question, its 60 lines and an empty one");
    assert!(
        text.lines().nth(2).is_some_and(|line| line.contains("you: second")),
        "{text}"
    );
    state.chat.scrolled = true;
    state.place_mut().scroll.top = usize::MAX;
    let (_, found) = drawn(&state, (80, 24));
    assert_eq!(found.top + found.extent.page, found.extent.rows, "the end");
}

#[test]
fn without_unicode_everything_of_ours_is_ascii() {
    for (name, tab, opened) in screens() {
        let mut state = state(With::Data(40), tab, opened.as_ref());
        state.unicode = false;
        for pane in 0..5 {
            state.place_mut().pane = pane;
            let text = shown(&state, (100, 30));
            assert!(text.is_ascii(), "{name}: {text}");
        }
    }
}

#[test]
fn no_size_is_too_small_or_too_large() {
    for (_, tab, opened) in screens() {
        for with in [With::Nothing, With::LinkLost, With::Data(30)] {
            let mut state = state(with, tab, opened.as_ref());
            state.place_mut().scroll.cursor = 29;
            state.place_mut().scroll.top = 25;
            for width in (0..=200).step_by(20).chain([1, 5, 29, 30, 31, 59, 60, 61]) {
                for height in (0..=60).step_by(15).chain([1, 5, 9, 10, 11, 24]) {
                    let text = shown(&state, (width, height));
                    let small = width < LEAST_WIDTH || height < LEAST_HEIGHT;
                    if width >= 20 && height > 1 && small {
                        assert!(text.contains("too small"), "{width}x{height}: {text}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_terminal_that_is_too_small_says_what_to_do() {
    let text = shown(&state(With::Data(3), Tab::Files, None), (20, 5));
    let words = text.replace(['"', '\n'], " ");
    let words: Vec<&str> = words.split_whitespace().collect();
    assert!(
        words.join(" ").contains("make it 30x10, or use line commands"),
        "{text}"
    );
}
