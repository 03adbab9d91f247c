use std::collections::BTreeSet;

use super::*;

fn screens() -> [Screen; 8] {
    [
        Screen::Overview,
        Screen::Files,
        Screen::File("f".to_owned()),
        Screen::Analyses,
        Screen::Analysis("a".to_owned()),
        Screen::Findings(None),
        Screen::Finding("n".to_owned()),
        Screen::Chat,
    ]
}

#[test]
fn on_no_screen_do_two_bindings_share_a_key() {
    for screen in screens() {
        let mut seen = std::collections::HashSet::new();
        for (binding, keys) in of_screen(&screen) {
            for key in keys {
                assert!(
                    seen.insert(key),
                    "{screen:?}: {} is bound twice ({:?})",
                    key.name(),
                    binding.action
                );
            }
        }
    }
}

#[test]
fn every_binding_holds_on_some_screen_and_explains_itself() {
    for binding in BINDINGS {
        let used = screens()
            .iter()
            .any(|screen| of_screen(screen).iter().any(|(held, _)| held.action == binding.action));
        assert!(used, "{:?} holds nowhere", binding.action);
        assert!(
            !binding.help.is_empty() && !binding.keys.is_empty(),
            "{:?}",
            binding.action
        );
    }
}

#[test]
fn every_screen_can_be_left_and_explained() {
    for screen in screens() {
        let actions: Vec<Action> = of_screen(&screen).iter().map(|(binding, _)| binding.action).collect();
        for needed in [
            Action::Back,
            Action::Help,
            Action::Interrupt,
            Action::NextTab,
            Action::PreviousTab,
        ] {
            assert!(actions.contains(&needed), "{screen:?} lacks {needed:?}");
        }
    }
}

#[test]
fn where_text_is_typed_no_plain_character_is_bound() {
    for (_, keys) in of_screen(&Screen::Chat) {
        assert!(keys.iter().all(|key| !key.is_text()), "{keys:?}");
    }
}

#[test]
fn names_of_keys_differ() {
    let keys: Vec<Key> = BINDINGS.iter().flat_map(|binding| binding.keys).copied().collect();
    let names: BTreeSet<String> = keys.iter().map(|key| key.name()).collect();
    let distinct: std::collections::HashSet<Key> = keys.into_iter().collect();
    assert_eq!(names.len(), distinct.len());
}

#[test]
fn shift_is_part_of_the_character() {
    let shifted = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
    assert_eq!(find(&Screen::Files, shifted), Some(Action::Last));
    let plain = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::NONE);
    assert_eq!(find(&Screen::Files, plain), Some(Action::First));
    let control = KeyEvent::new(KeyCode::Char('r'), KeyModifiers::CONTROL);
    assert_eq!(find(&Screen::Files, control), None);
}
