use std::collections::BTreeSet;

use super::*;

fn screens() -> [&'static Spec; 12] {
    use crate::subject::{CHAT, alias, analysis, file, finding, mapping, status};
    [
        &status::OVERVIEW,
        &file::FILES,
        &file::FILE,
        &analysis::ANALYSES,
        &analysis::ANALYSIS,
        &finding::FINDINGS,
        &finding::FINDING,
        &alias::ALL,
        &alias::ONE,
        &mapping::MAPPING,
        &mapping::TRIAL,
        &CHAT,
    ]
}

#[test]
fn no_two_screens_share_a_name() {
    let names: BTreeSet<&str> = screens().iter().map(|screen| screen.name).collect();
    assert_eq!(names.len(), screens().len());
}

#[test]
fn on_no_screen_do_two_bindings_share_a_key() {
    for screen in screens() {
        let mut seen = std::collections::HashSet::new();
        for (binding, keys) in of_screen(screen) {
            for key in keys {
                assert!(
                    seen.insert(key),
                    "{}: {} is bound twice ({:?})",
                    screen.name,
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
        let actions: Vec<Action> = of_screen(screen).iter().map(|(binding, _)| binding.action).collect();
        for needed in [
            Action::Back,
            Action::Help,
            Action::Interrupt,
            Action::NextTab,
            Action::PreviousTab,
        ] {
            assert!(actions.contains(&needed), "{} lacks {needed:?}", screen.name);
        }
    }
}

#[test]
fn where_text_is_typed_no_plain_character_is_bound() {
    for (_, keys) in of_screen(&crate::subject::CHAT) {
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
    assert_eq!(find(&crate::subject::file::FILES, shifted), Some(Action::Last));
    let plain = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::NONE);
    assert_eq!(find(&crate::subject::file::FILES, plain), Some(Action::First));
    let control = KeyEvent::new(KeyCode::Char('r'), KeyModifiers::CONTROL);
    assert_eq!(find(&crate::subject::file::FILES, control), None);
}
