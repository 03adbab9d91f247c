//! A question about a series, on the screens of its files and of itself.

use plant_core::model::QuestionView;
use plant_core::variable::Variable;

use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Width, left, right};

/// A question with what each answer would do, and how it is answered.
pub fn asked(question: &QuestionView, document: &mut Document) {
    document.heading("Asked");
    document.styled(&question.text, theme::CARE);
    let rows = question.choices.iter().map(|choice| {
        let sums: Vec<String> = choice
            .effect
            .sums
            .iter()
            .map(|sum| format!("{} {}", Variable::noun(sum.variable), sum.value))
            .collect();
        vec![
            choice.choice.name().into(),
            Cell::count(Some(choice.effect.rows)),
            sums.join(", ").into(),
            choice.label.clone().into(),
        ]
    });
    let shown = [
        left("ANSWER", 11),
        right("ROWS COUNT", 10),
        left("SUMS", 0).width(Width::Rest(1)),
        left("WHAT IT MEANS", 0).width(Width::Rest(2)),
    ];
    document.table(&shown, rows);
    let file = question.newer;
    for hint in [
        format!("answer with `plant files answer {file} ANSWER`"),
        format!("on a screen with `:answer {file} ANSWER`"),
    ] {
        document.styled(&hint, theme::DIM);
    }
}
