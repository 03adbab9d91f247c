use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use plant_core::model::{EventKind, EventView, Page};

use super::super::message::{Act, Answer, RequestId, Trouble};
use super::super::place::Place;
use super::super::resource::Resource;
use super::super::state::Overlay;
use super::*;
use crate::mapping::Change;
use crate::screen::{self, fixture};
use crate::subject::analysis::ANALYSIS;
use crate::subject::file::{FILE, FILES, LINE, line_id};
use crate::subject::finding::{FINDING, FINDINGS};
use crate::subject::grant::GRANTS;
use crate::subject::mapping::{MAPPING, TRIAL};
use crate::subject::metric::{METRIC, METRICS};
use crate::subject::status::OVERVIEW;
use crate::subject::{CHAT, Content, Screen};

fn key(code: KeyCode) -> Msg {
    Msg::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

fn char(c: char) -> Msg {
    key(KeyCode::Char(c))
}

fn control(c: char) -> Msg {
    Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL))
}

/// Draws, as the program does after what asked for it.
fn draw(state: &mut State, (width, height): (u16, u16)) {
    let area = ratatui::layout::Rect::new(0, 0, width, height);
    let mut buffer = ratatui::buffer::Buffer::empty(area);
    let (_, drawn) = screen::view(state, area, &mut buffer);
    assert_eq!(update(state, Msg::Drawn(drawn)), []);
}

/// The rows that the seen list shows.
fn rows(state: &State) -> Vec<String> {
    state.place().rows().into_iter().map(|row| row.label.clone()).collect()
}

/// A page of these files.
fn page(files: &[plant_core::model::FileItem], next: Option<&str>) -> Result<Answer, String> {
    Ok(Answer::Content(Content::rows(Page {
        items: files.to_vec(),
        next_page: next.map(str::to_owned),
    })))
}

/// The first page of what a screen shows.
fn first(screen: Screen) -> Request {
    Request::Content { screen, page: None }
}

/// A state with a link and answers to everything that it asked.
fn connected() -> State {
    let mut state = State::new(true);
    let effects = update(&mut state, Msg::Link(Link::Up));
    answer(&mut state, effects);
    state
}

/// Answers every request among these effects, and those that follow.
fn answer(state: &mut State, effects: Vec<Effect>) {
    let mut open = effects;
    while let Some(effect) = open.pop() {
        if let Effect::Request(id, request) = effect {
            let reply = match request {
                Request::Status => Answer::Status(Box::new(fixture::status())),
                Request::Savings => Answer::Savings(vec!["$0 verified".to_owned()]),
                Request::Headline => Answer::Headline(Vec::new()),
                Request::Content { screen, .. } => {
                    let count = if screen.spec.columns().len() == FILES.columns().len() {
                        100
                    } else {
                        9
                    };
                    Answer::Content(fixture::content(&screen, count))
                }
                Request::Explain(_) => Answer::Explain(vec!["because".to_owned()]),
                Request::Act(act) => Answer::Acted(format!("done: {}", act.command())),
                Request::Ask { .. } => Answer::Done(Box::new(fixture::answer())),
            };
            open.extend(update(state, Msg::Answer(id, Ok(reply))));
        }
    }
}

fn press(state: &mut State, messages: impl IntoIterator<Item = Msg>) {
    for message in messages {
        let effects = update(state, message);
        let seen = effects.contains(&Effect::Draw);
        answer(state, effects);
        if seen {
            draw(state, (80, 24));
        }
    }
}

fn requests(effects: &[Effect]) -> Vec<(RequestId, Request)> {
    let request = |effect: &Effect| match effect {
        Effect::Request(id, request) => Some((*id, request.clone())),
        _ => None,
    };
    effects.iter().filter_map(request).collect()
}

fn check(keys: &[Msg], expected: &Screen) {
    let mut state = connected();
    press(&mut state, keys.iter().cloned());
    assert_eq!(&state.place().screen, expected, "{keys:?}");
}

#[test]
fn keys_lead_from_screen_to_screen() {
    let file = |number: usize| FILE.about(&fixture::files(100).items[number].file_id.to_string());
    let enter = || key(KeyCode::Enter);
    let analysis = fixture::analysis().analysis_id.to_string();
    let finding = FINDING.about(&fixture::finding().finding_id.to_string());
    check(&[], &OVERVIEW.all());
    check(&[char('2')], &FILES.all());
    check(&[key(KeyCode::Tab)], &FILES.all());
    check(&[key(KeyCode::BackTab)], &CHAT.all());
    check(&[enter()], &file(0));
    check(&[char('2'), char('j'), char('j'), char('k'), enter()], &file(1));
    check(&[char('2'), char('G'), enter()], &file(99));
    check(&[char('2'), char('G'), char('g'), enter()], &file(0));
    check(&[char('2'), enter(), key(KeyCode::Esc)], &FILES.all());
    check(&[char('2'), key(KeyCode::Esc)], &OVERVIEW.all());
    check(&[char('3'), enter()], &ANALYSIS.about(&analysis));
    check(&[char('3'), enter(), enter()], &FINDINGS.about(&analysis));
    check(&[char('3'), enter(), char('f'), enter()], &finding);
    check(&[char('4'), enter()], &finding);
    check(&[char('4'), enter(), char('a')], &CHAT.all());
    check(&[char('2'), enter(), char('3'), char('2')], &file(0));
    check(&[char('2'), enter(), char('2')], &FILES.all());
    check(
        &[
            char(':'),
            char('f'),
            char('i'),
            char('l'),
            char('e'),
            char('s'),
            enter(),
        ],
        &FILES.all(),
    );
    check(&[char('?'), char('2')], &OVERVIEW.all());
    check(&[char('?'), key(KeyCode::Esc), char('2')], &FILES.all());
}

#[test]
fn enter_on_a_finding_opens_the_evidence_at_the_selected_line_or_the_first_one() {
    let evidence = fixture::finding().evidence;
    for (downs, expected) in [(0, 0), (3, 0), (40, 2)] {
        let mut state = connected();
        press(&mut state, [char('4'), key(KeyCode::Enter)]);
        press(&mut state, std::iter::repeat_n(char('j'), downs));
        press(&mut state, [key(KeyCode::Enter)]);
        let evidence = &evidence[expected];
        assert_eq!(
            state.place().screen,
            LINE.about(&line_id(evidence.file_id, evidence.line)),
            "{downs} lines down"
        );
    }
}

#[test]
fn what_is_off_the_list_of_bindings_changes_and_draws_nothing() {
    let mut state = connected();
    for message in [
        char('~'),
        key(KeyCode::F(9)),
        control('g'),
        key(KeyCode::Esc),
        char('k'),
        Msg::Paste("x".to_owned()),
    ] {
        let before = state.clone();
        assert_eq!(update(&mut state, message.clone()), [], "{message:?}");
        assert_eq!(state, before, "{message:?}");
    }
}

#[test]
fn a_late_answer_changes_nothing() {
    let mut state = connected();
    let first = requests(&update(&mut state, char('R')));
    let second = requests(&update(&mut state, char('R')));
    assert_eq!(first.len(), second.len());
    let before = state.clone();
    for (id, _) in first {
        let late = Msg::Answer(id, page(&fixture::files(1).items, None));
        assert_eq!(update(&mut state, late), [], "a replaced request");
        assert_eq!(update(&mut state, Msg::Answer(id, Err("late".to_owned()))), []);
    }
    assert_eq!(state, before);
    assert_eq!(
        update(&mut state, Msg::Answer(9_999, Err("never asked".to_owned()))),
        []
    );
}

#[test]
fn findings_of_one_analysis_and_of_all_do_not_mix() {
    let mut state = connected();
    press(&mut state, [char('3'), key(KeyCode::Enter)]);
    let asked = requests(&update(&mut state, char('f')));
    // Somebody goes on before the answer comes.
    press(&mut state, [char('4')]);
    assert_eq!(
        asked[0].1,
        first(FINDINGS.about(&fixture::analysis().analysis_id.to_string()))
    );
    let few = Answer::Content(Content::rows(fixture::findings(2)));
    update(&mut state, Msg::Answer(asked[0].0, Ok(few)));
    assert_eq!(rows(&state).len(), 9);
    press(&mut state, [char('3')]);
    assert_eq!(
        state.place().screen,
        FINDINGS.about(&fixture::analysis().analysis_id.to_string())
    );
}

#[test]
fn an_event_fetches_what_is_on_the_screen_once_and_not_while_something_is_coming() {
    let event = || {
        Msg::Event(EventView {
            event_no: 1,
            at: fixture::files(1).items[0].seen_at,
            kind: EventKind::File,
            id: "x".to_owned(),
            state: "seen".to_owned(),
            note: String::new(),
        })
    };
    let mut state = connected();
    press(&mut state, [char('2')]);
    assert_eq!(update(&mut state, event()), [Effect::RefreshLater]);
    let due = update(&mut state, Msg::RefreshDue);
    let asked: Vec<Request> = requests(&due).into_iter().map(|(_, request)| request).collect();
    assert_eq!(asked, [first(FILES.all())]);
    assert_eq!(
        update(&mut state, Msg::RefreshDue),
        [Effect::RefreshLater],
        "an answer is on its way"
    );
    answer(&mut state, due);
    update(
        &mut state,
        Msg::Link(Link::Down {
            trouble: Trouble::Lost,
            retry_in_s: 3,
            reason: "gone".to_owned(),
        }),
    );
    assert_eq!(update(&mut state, Msg::RefreshDue), [], "nobody to ask");
}

#[test]
fn a_lost_link_keeps_what_is_shown_and_the_draft_and_fetches_when_it_is_back() {
    let mut state = connected();
    press(&mut state, [char('5'), char('w'), char('h'), char('y')]);
    let files = state.tabs[0].top().content.clone();
    assert!(files.data.is_some());
    let down = Msg::Link(Link::Down {
        trouble: Trouble::Lost,
        retry_in_s: 3,
        reason: "gone".to_owned(),
    });
    assert_eq!(update(&mut state, down.clone()), [Effect::Draw]);
    assert_eq!(update(&mut state, down), [], "the same banner is not drawn again");
    press(&mut state, [key(KeyCode::Enter), char('?')]);
    assert_eq!(state.chat.draft.text(), "why?");
    assert_eq!(state.chat.turns.len(), 0);
    press(&mut state, [key(KeyCode::Esc)]);
    press(&mut state, [key(KeyCode::Esc)]);
    assert_eq!(
        (state.place().screen.clone(), &state.place().content.data),
        (OVERVIEW.all(), &files.data)
    );
    let up = update(&mut state, Msg::Link(Link::Up));
    assert_eq!(requests(&up).len(), 4, "the overview is fetched again");
    assert_eq!(state.chat.draft.text(), "why?");
}

#[test]
fn who_loses_the_right_to_the_data_sees_it_no_longer() {
    let mut state = connected();
    press(&mut state, [char('3'), key(KeyCode::Enter), char('2'), char('x')]);
    press(
        &mut state,
        [key(KeyCode::Esc), char('5'), char('w'), key(KeyCode::Enter)],
    );
    press(&mut state, [char('w')]);
    update(&mut state, key(KeyCode::Enter));
    press(&mut state, [char('d')]);
    let running = state.chat.running.expect("a question whose answer comes in");
    let known = ["production_", "acme", "verified", "answer: Some"];
    let missing = |state: &State| known.map(|known| !format!("{state:?}").contains(known));
    assert_eq!(missing(&state), [false; 4], "it is known before: {state:?}");
    let barred = |retry_in_s| {
        Msg::Link(Link::Down {
            trouble: Trouble::Barred,
            retry_in_s,
            reason: "taken away".to_owned(),
        })
    };
    assert_eq!(update(&mut state, barred(30)), [Effect::Cancel(running), Effect::Draw]);
    assert_eq!(missing(&state), [true; 4], "{state:?}");
    assert_eq!(state.chat.draft.text(), "d", "what somebody typed is theirs");
    assert_eq!(update(&mut state, barred(29)), [Effect::Draw], "only the banner counts");
    // What was on its way is not shown either.
    assert_eq!(
        update(&mut state, Msg::Answer(running, Ok(Answer::Part("late".to_owned())))),
        []
    );
    press(&mut state, [key(KeyCode::Esc)]);
    let up = update(&mut state, Msg::Link(Link::Up));
    assert_eq!(requests(&up).len(), 4, "the overview is fetched again");
}

#[test]
fn an_error_leaves_older_data_in_place() {
    let mut state = connected();
    let asked = requests(&update(&mut state, char('R')));
    for (id, _) in asked {
        update(&mut state, Msg::Answer(id, Err("no".to_owned())));
    }
    assert_eq!(state.place().page().map(|page| page.items.len()), Some(100));
    assert_eq!(state.place().content.error.as_deref(), Some("no"));
    press(&mut state, [char('R')]);
    assert_eq!(state.place().content.error, None);
}

#[test]
fn a_filter_narrows_turns_round_and_goes_away() {
    let mut state = connected();
    press(&mut state, [char('2'), char('/')]);
    press(&mut state, "held".chars().map(char));
    let held = rows(&state).len();
    assert!(held > 0 && held < 100);
    press(&mut state, [key(KeyCode::Esc)]);
    assert_eq!(rows(&state).len(), 100, "Esc brings back what was before");
    press(&mut state, [char('/')]);
    press(&mut state, "!held".chars().map(char));
    press(&mut state, [key(KeyCode::Enter)]);
    assert_eq!(rows(&state).len(), 100 - held);
    press(&mut state, [key(KeyCode::Esc)]);
    assert_eq!((rows(&state).len(), &state.place().screen), (100, &FILES.all()));
}

#[test]
fn sorting_goes_through_the_columns_and_back_to_the_order_of_arrival() {
    let mut state = connected();
    press(&mut state, [char('2'), char('S')]);
    assert_eq!(rows(&state)[0], "production_0099.csv");
    press(&mut state, [char('S')]);
    for _ in FILES.columns().iter().filter(|column| !column.title.is_empty()) {
        press(&mut state, [char('s')]);
        assert!(state.place().sort.is_some());
        assert_eq!(rows(&state).len(), 100);
    }
    press(&mut state, [char('s')]);
    assert_eq!(state.place().sort, None);
}

#[test]
fn the_same_thing_stays_selected_when_rows_come_before_it() {
    let mut state = connected();
    press(&mut state, [char('2'), char('j'), char('j')]);
    let asked = requests(&update(&mut state, char('R')));
    let mut files = fixture::files(100).items;
    let mut newer = files[0].clone();
    newer.file_id = fixture::id("0195f000-0000-7000-8000-999999999999");
    files.insert(0, newer);
    update(&mut state, Msg::Answer(asked[0].0, page(&files, None)));
    assert_eq!(state.place().scroll.cursor, 3);
}

#[test]
fn a_long_list_is_fetched_page_by_page_and_keeps_its_length() {
    let mut state = State::new(true);
    update(&mut state, Msg::Link(Link::Up));
    let asked = requests(&update(&mut state, char('2')));
    let all = fixture::files(400).items;
    let (files, _) = asked
        .iter()
        .find(|(_, request)| matches!(request, Request::Content { .. }))
        .expect("asked");
    update(&mut state, Msg::Answer(*files, page(&all[..200], Some("t2"))));
    let more = requests(&update(&mut state, char('G')));
    assert_eq!(more.len(), 1);
    let second = Request::Content {
        screen: FILES.all(),
        page: Some("t2".to_owned()),
    };
    assert_eq!(more[0].1, second);
    assert_eq!(requests(&update(&mut state, char('k'))), [], "one at a time");
    update(&mut state, Msg::Answer(more[0].0, page(&all[200..], None)));
    assert_eq!(rows(&state).len(), 400);
    let again = requests(&update(&mut state, char('R')));
    update(&mut state, Msg::Answer(again[0].0, page(&all[..200], Some("t2"))));
    assert_eq!(rows(&state).len(), 400, "a fresh first page keeps the rest");
}

#[test]
fn an_error_on_a_further_page_does_not_ask_again_by_itself() {
    let mut state = connected();
    press(&mut state, [char('2')]);
    let Some(Content::Rows(files)) = &mut state.place_mut().content.data else {
        panic!("no files");
    };
    files.next_page = Some("t".to_owned());
    let more = requests(&update(&mut state, char('G')));
    let after = update(&mut state, Msg::Answer(more[0].0, Err("no".to_owned())));
    assert_eq!(requests(&after), []);
    assert!(state.notice.is_some());
}

#[test]
fn a_question_streams_and_its_answer_can_be_cancelled() {
    let mut state = connected();
    press(&mut state, [char('5')]);
    press(&mut state, "oee by week".chars().map(char));
    let asked = requests(&update(&mut state, key(KeyCode::Enter)));
    let (id, request) = asked[0].clone();
    assert_eq!(
        request,
        Request::Ask {
            question: "oee by week".to_owned(),
            about: None,
            earlier: Vec::new()
        }
    );
    update(&mut state, Msg::Answer(id, Ok(Answer::Part("OEE is ".to_owned()))));
    update(&mut state, Msg::Answer(id, Ok(Answer::Part("61 %".to_owned()))));
    assert_eq!(state.chat.turns[0].text, "OEE is 61 %");
    // Typing goes on while the answer comes; sending waits.
    press(&mut state, [char('x'), key(KeyCode::Enter)]);
    assert_eq!((state.chat.draft.text(), state.chat.turns.len()), ("x", 1));
    let cancelled = update(&mut state, control('c'));
    assert_eq!(cancelled, [Effect::Cancel(id), Effect::Draw]);
    assert_eq!(state.chat.turns[0].error.as_deref(), Some("cancelled"));
    assert_eq!(
        update(&mut state, Msg::Answer(id, Ok(Answer::Part("late".to_owned())))),
        []
    );
    assert_eq!(
        update(&mut state, control('c')),
        [Effect::Quit, Effect::Draw],
        "the second press leaves"
    );
}

#[test]
fn a_follow_up_carries_the_answered_questions_before_it() {
    let mut state = connected();
    press(&mut state, [char('5')]);
    press(&mut state, "oee".chars().map(char).chain([key(KeyCode::Enter)]));
    assert!(state.chat.turns[0].answer.is_some() && state.chat.running.is_none());
    press(&mut state, "by shift".chars().map(char));
    let asked = requests(&update(&mut state, key(KeyCode::Enter)));
    assert!(matches!(&asked[0].1, Request::Ask { earlier, .. } if earlier == &["oee"]));
}

#[test]
fn a_question_about_a_finding_names_it_until_it_is_cleared() {
    let mut state = connected();
    press(&mut state, [char('4'), char('a'), char('?')]);
    let finding = fixture::finding();
    assert_eq!(
        state.chat.about.as_ref().map(|about| &about.id),
        Some(&finding.finding_id.to_string())
    );
    assert_eq!(state.chat.draft.text(), "?", "where text is typed, it is typed");
    update(&mut state, control('x'));
    assert_eq!(state.chat.about, None);
}

#[test]
fn explaining_and_retrying_ask_for_the_file() {
    let mut state = connected();
    press(&mut state, [char('2'), char('j')]);
    let id = fixture::files(2).items[1].file_id.to_string();
    let explain = update(&mut state, char('x'));
    assert_eq!(requests(&explain)[0].1, Request::Explain(id.clone()));
    answer(&mut state, explain);
    let said = Resource {
        data: Some(vec!["because".to_owned()]),
        ..Resource::default()
    };
    assert!(matches!(&state.overlay, Overlay::Explain(sentences, _) if *sentences == said));
    press(&mut state, [key(KeyCode::Esc)]);
    let retry = update(&mut state, char('r'));
    assert_eq!(requests(&retry)[0].1, Request::Act(Act::Retry(id.clone())));
    answer(&mut state, retry);
    assert_eq!(state.notice, Some(format!("done: retry {id}")));
}

#[test]
fn what_changes_something_is_proposed_as_a_command_and_done_on_enter() {
    let mut state = connected();
    press(&mut state, [char('1')]);
    // Nothing to confirm: that is said, and nothing is asked.
    assert_eq!(requests(&update(&mut state, char('c'))), []);
    assert!(state.notice.as_ref().is_some_and(|notice| notice.contains("no folder")));
    let status = state.status.data.as_mut().unwrap();
    status.folders[0].path = "/srv/drop".to_owned();
    status.folders[0].fault_kind = Some(plant_core::trouble::Passing::PlaceChanged);
    status.queue.failed = 3;
    for (key_pressed, act) in [
        ('c', Act::ConfirmFolder("/srv/drop".to_owned())),
        ('r', Act::RetryFailed),
    ] {
        let proposed = update(&mut state, char(key_pressed));
        assert_eq!(requests(&proposed), [], "{act:?} asks first");
        assert!(matches!(&state.overlay, Overlay::Palette(input) if input.text() == act.command()));
        let sent = update(&mut state, key(KeyCode::Enter));
        assert_eq!(requests(&sent)[0].1, Request::Act(act.clone()));
        let before = state.status.clone();
        answer(&mut state, sent);
        state.status = before;
        assert_eq!(
            state.notice.as_deref(),
            Some(format!("done: {}", act.command()).as_str())
        );
        // Esc leaves it alone.
        update(&mut state, char(key_pressed));
        assert_eq!(requests(&update(&mut state, key(KeyCode::Esc))), []);
        assert_eq!(state.overlay, Overlay::None);
    }
    assert_eq!(Act::of_command("retry", ""), None);
    assert_eq!(Act::of_command("confirm", " "), None);
}

#[test]
fn a_command_that_lacks_a_word_says_what_is_missing() {
    for (rest, missing) in [
        ("", "which file, and which answer?"),
        ("scrap.csv", "the file or the answer"),
    ] {
        assert_eq!(Act::of_command("answer", rest), None);
        let said = Act::missing("answer", rest).expect("what is missing");
        assert!(said.contains(missing) && said.contains(":answer FILE CHOICE"), "{said}");
    }
    assert!(Act::missing("retry", "").is_some_and(|said| said.contains(":retry FILE")));
    assert!(Act::missing("confirm", " ").is_some_and(|said| said.contains(":confirm FOLDER")));
    assert_eq!(Act::missing("retyr", "x"), None);
    let answer = Act::Answer {
        file: "scrap 07.csv".to_owned(),
        choice: "repeat".to_owned(),
    };
    assert_eq!(Act::of_command("answer", "scrap 07.csv repeat"), Some(answer));
}

/// A small generator of keys: the same numbers on every run.
struct Keys(u64);

impl Keys {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn next(&mut self) -> Msg {
        const CHARS: &[u8] = b"12345jkhlgGsSxramyf/:?R!nq \x7e";
        match self.below(20) {
            0 => key(KeyCode::Enter),
            1 => key(KeyCode::Esc),
            2 => key(KeyCode::Tab),
            3 => key(KeyCode::BackTab),
            4 => key(KeyCode::PageDown),
            5 => key(KeyCode::PageUp),
            6 => key(KeyCode::Home),
            7 => key(KeyCode::End),
            8 => key(KeyCode::Backspace),
            9 => control(['d', 'u', 'c', 'x', 'z', 'w', 'a', 'e'][self.below(8) as usize]),
            10 => Msg::Resize(self.below(200) as u16, self.below(60) as u16),
            11 => Msg::Paste("日本\n\u{1b}[2J".to_owned()),
            12 => Msg::RefreshDue,
            13 => match self.below(3) {
                0 => Msg::Link(Link::Down {
                    trouble: Trouble::Lost,
                    retry_in_s: 3,
                    reason: "gone".to_owned(),
                }),
                _ => Msg::Link(Link::Up),
            },
            14 => key([
                KeyCode::Left,
                KeyCode::Right,
                KeyCode::Up,
                KeyCode::Down,
                KeyCode::Delete,
            ][self.below(5) as usize]),
            _ => char(char::from(CHARS[self.below(CHARS.len() as u64) as usize])),
        }
    }
}

#[test]
fn a_thousand_random_keys_never_panic_and_esc_leads_home() {
    for seed in 0..6 {
        let mut keys = Keys(seed);
        let mut state = State::new(seed % 2 == 0);
        let mut size = (80, 24);
        for number in 0..1_000 {
            let message = keys.next();
            if let Msg::Resize(width, height) = message {
                size = (width, height);
            }
            let effects = update(&mut state, message);
            // Some answers come, some fail, some never come.
            match keys.below(4) {
                0 => {}
                1 => {
                    for (id, _) in requests(&effects) {
                        update(&mut state, Msg::Answer(id, Err("no".to_owned())));
                    }
                }
                _ => answer(&mut state, effects),
            }
            if number % 10 == 0 {
                draw(&mut state, size);
            }
        }
        for _ in 0..10 {
            update(&mut state, key(KeyCode::Esc));
        }
        assert_eq!(state.place().screen, OVERVIEW.all(), "seed {seed}");
        assert_eq!(state.overlay, Overlay::None, "seed {seed}");
    }
}

#[test]
fn a_selected_row_is_always_in_sight() {
    let mut keys = Keys(99);
    let mut state = connected();
    press(&mut state, [char('2')]);
    let mut size = (80, 24);
    for _ in 0..400 {
        let message = match keys.below(5) {
            0 => control('d'),
            1 => control('u'),
            2 => char('j'),
            3 => {
                size = ([40, 80][keys.below(2) as usize], 15 + keys.below(40) as u16);
                Msg::Resize(size.0, size.1)
            }
            _ => [char('G'), char('g'), key(KeyCode::PageDown), key(KeyCode::PageUp)][keys.below(4) as usize].clone(),
        };
        let effects = update(&mut state, message);
        answer(&mut state, effects);
        draw(&mut state, size);
        let Place { scroll, .. } = state.place();
        let page = scroll.page();
        assert!(
            scroll.top <= scroll.cursor && scroll.cursor < scroll.top + page,
            "{} in {}+{page}",
            scroll.cursor,
            scroll.top
        );
    }
}

#[test]
fn a_screen_is_opened_by_its_name_and_a_word_behind_it_filters_a_list() {
    let typed = |state: &mut State, text: &str| {
        for letter in text.chars() {
            update(state, char(letter));
        }
        update(state, key(KeyCode::Enter))
    };
    let asks = |effects: &[Effect], wanted: &Request| {
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Request(_, request) if request == wanted))
    };
    let mut state = connected();
    let effects = typed(&mut state, ":metrics cost");
    assert!(asks(&effects, &first(METRICS.all())), "{effects:?}");
    answer(&mut state, effects);
    let shown = rows(&state);
    assert!(
        !shown.is_empty() && shown.iter().all(|label| label == "Cost per good unit"),
        "{shown:?}"
    );
    let effects = update(&mut state, key(KeyCode::Enter));
    assert!(
        asks(&effects, &first(METRIC.about("cost_per_good_unit"))),
        "{effects:?}"
    );
    // A text has no rows to filter.
    let effects = typed(&mut state, ":grants anna");
    answer(&mut state, effects);
    assert_eq!(
        (state.place().screen.clone(), state.place().filter.as_str()),
        (GRANTS.all(), "")
    );
    // What is called by its name does not pile up.
    update(&mut state, key(KeyCode::Esc));
    assert_eq!(state.place().screen, OVERVIEW.all());
}

#[test]
fn a_change_of_a_mapping_is_seen_before_it_is_saved() {
    let said = |state: &State| match &state.overlay {
        Overlay::Palette(input) => input.text().to_owned(),
        other => panic!("{other:?}"),
    };
    let mut state = connected();
    press(&mut state, [char('2')]);
    let (file, _) = state.place().subject().expect("a file");
    press(&mut state, [char('m')]);
    assert_eq!(state.place().screen, MAPPING.about(&file));
    press(&mut state, [char('m')]);
    assert_eq!(said(&state), format!("try mapping --from {file} --set "));
    // What can't be meant is said, and nothing is opened.
    update(&mut state, key(KeyCode::Enter));
    assert!(
        state.notice.as_ref().is_some_and(|said| said.contains("--set")),
        "{:?}",
        state.notice
    );
    assert_eq!(state.place().screen, MAPPING.about(&file));
    // The line is not lost.
    press(&mut state, [char(':')]);
    assert_eq!(said(&state), format!("try mapping --from {file} --set "));
    press(&mut state, [key(KeyCode::Esc), char(':')]);
    assert_eq!(said(&state), "", "it comes back once");
    press(&mut state, [key(KeyCode::Esc)]);
    press(&mut state, [char('m')]);
    update(&mut state, Msg::Paste("'Gut [St]=quantity_good'".to_owned()));
    press(&mut state, [key(KeyCode::Enter)]);
    let words = format!("mapping --from {file} --set 'Gut [St]=quantity_good'");
    assert_eq!(state.place().screen, TRIAL.about(&words));
    // It can be written anew.
    press(&mut state, [char('m')]);
    assert_eq!(said(&state), format!("try {words}"));
    press(&mut state, [key(KeyCode::Esc), char('y')]);
    assert_eq!(said(&state), format!("save {words}"));
    assert_eq!(state.acting, None);
    let effects = update(&mut state, key(KeyCode::Enter));
    let change = Change::of(&words).expect("a change");
    let asked = requests(&effects).into_iter().map(|(_, request)| request);
    assert_eq!(asked.collect::<Vec<_>>(), [Request::Act(Act::Save(change))]);
    // What it would have made is made.
    let (id, _) = requests(&effects).remove(0);
    update(&mut state, Msg::Answer(id, Ok(Answer::Acted("saved".to_owned()))));
    assert_eq!(state.place().screen, MAPPING.about(&file));
    // As long as a mapping is not known, nothing is begun that would name it.
    state.place_mut().content = Resource::default();
    press(&mut state, [char('m')]);
    assert_eq!(state.overlay, Overlay::None);
}
