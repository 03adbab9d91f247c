//! What lies over a screen: its keys, made from the table of keys, and the explanation of a file.

use crate::app::{Resource, commands};
use crate::keymap;
use crate::subject::Spec;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::left;

/// The keys of the screen below.
pub fn document(screen: &Spec) -> Document {
    let mut document = Document::default();
    document.heading("Keys on this screen");
    let rows = keymap::of_screen(screen).into_iter().map(|(binding, keys)| {
        let names: Vec<String> = keys.iter().map(|key| key.name()).collect();
        vec![names.join(" ").into(), binding.help.into()]
    });
    document.table(&[left("KEY", 14), left("DOES", 0)], rows);
    if keymap::takes_text(screen) {
        document.blank();
        document.text("Everything else that is typed goes into the question.");
    }
    document.heading("Commands");
    document.text(&commands());
    document.heading("Words");
    for (word, meaning) in WORDS {
        document.field(word, meaning);
    }
    document
}

const WORDS: [(&str, &str); 6] = [
    (
        "held",
        "put aside whole until somebody decides; nothing is lost; the file says what to do next",
    ),
    (
        "quarantine",
        "rows put aside with a reason; the other rows of the file are in",
    ),
    (
        "tier",
        "what the data allows, 0 to 4; per analyzer C cost, E equipment, Q quality, F efficiency, 0 to 3",
    ),
    ("signal", "a finding to which the rules allow no money yet"),
    (
        "grade",
        "of a saving: A verified, B reconciled to booked cost, C own data and own cost, D a default",
    ),
    ("stale", "rows changed since; the analysis is made again"),
];

/// Why a file stands where it stands.
pub fn explanation(asked: &Resource<Vec<String>>) -> Document {
    let mut document = Document::default();
    document.heading("Why the file stands where it stands");
    match (&asked.data, &asked.error) {
        (None, None) => document.styled("asking the daemon …", theme::DIM),
        (None, Some(error)) => document.styled(error, theme::BAD),
        (Some(sentences), _) => {
            for sentence in sentences {
                document.text(sentence);
            }
            if sentences.is_empty() {
                document.text("the daemon has nothing to say about it");
            }
        }
    }
    document
}
