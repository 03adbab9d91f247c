//! The door through which text from outside comes in: after it, nothing in a view can drive a terminal.
//!
//! Invariant: every answer of the daemon passes [`Clean::clean`] once, in `link`; line commands clean what they print.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use plant_core::model::{
    AnswerValue, AnswerView, ChartPoint, ChartView, Citation, DatabaseView, EventView, FolderView, OnboardingStep,
    Page, StatusView,
};
use plant_core::sanitize::display;
use plant_core::unit::Unit;
use ratatui::style::Style;
use rust_decimal::Decimal;

use crate::app::Answer;
use crate::subject::Content;
use crate::widget::document::{Block, Document, Pane};
use crate::widget::table::{Cell, Row};

/// Something that holds text from outside.
pub trait Clean {
    /// Makes every text in it safe to show.
    fn clean(&mut self);
}

impl Clean for String {
    fn clean(&mut self) {
        if let Cow::Owned(clean) = display(self) {
            *self = clean;
        }
    }
}

impl Clean for Unit {
    fn clean(&mut self) {
        if let Cow::Owned(clean) = display(&self.to_string()) {
            *self = clean.as_str().into();
        }
    }
}

impl<T: Clean> Clean for Option<T> {
    fn clean(&mut self) {
        self.iter_mut().for_each(Clean::clean);
    }
}

impl<T: Clean> Clean for Vec<T> {
    fn clean(&mut self) {
        self.iter_mut().for_each(Clean::clean);
    }
}

impl<T: Clean> Clean for Box<T> {
    fn clean(&mut self) {
        T::clean(self);
    }
}

impl<T: Clean> Clean for Page<T> {
    fn clean(&mut self) {
        self.items.clean();
    }
}

impl<T: Clean> Clean for BTreeMap<String, T> {
    fn clean(&mut self) {
        *self = std::mem::take(self)
            .into_iter()
            .map(|(mut key, mut value)| {
                key.clean();
                value.clean();
                (key, value)
            })
            .collect();
    }
}

impl Clean for (String, String) {
    fn clean(&mut self) {
        self.0.clean();
        self.1.clean();
    }
}

/// Pairs of which only the first part is text.
macro_rules! named {
    ($($type:ty),+) => {$(
        impl Clean for (String, $type) {
            fn clean(&mut self) {
                self.0.clean();
            }
        }
    )+};
}

named!(f64, Style, Reverse<Option<Decimal>>);

/// Names the fields of a type that hold text. Ids stay as they are: they go back to the daemon, which made them.
macro_rules! clean {
    ($($type:ty { $($field:ident),+ $(,)? })+) => {$(
        impl Clean for $type {
            fn clean(&mut self) {
                $(self.$field.clean();)+
            }
        }
    )+};
}

clean! {
    StatusView { version, problems, org, currency, zone, folders, database, onboarding }
    DatabaseView { version }
    OnboardingStep { label, next }
    FolderView { path, site, line, machine, zone, fault }
    ChartView { title, unit, points, levels }
    ChartPoint { label, mark }
    AnswerView { answer, values, reading, citations, model, reason, next_questions }
    AnswerValue { unit, metric, query }
    Citation { file, sha256, lines }
    EventView { state, note }
    Row { label, cells }
    Cell { text, bare, key }
    Document { title, panes }
    Pane { name, blocks }
}

impl Clean for Block {
    fn clean(&mut self) {
        match self {
            Block::Blank => {}
            Block::Text { text, .. } => text.clean(),
            Block::Field { name, value } => {
                name.clean();
                value.clean();
            }
            Block::Pairs { name, pairs } => {
                name.clean();
                pairs.clean();
            }
            // The columns of a table are this program's own.
            Block::Table { rows, .. } => rows.clean(),
            Block::Chart(view) => view.clean(),
        }
    }
}

impl Clean for Content {
    fn clean(&mut self) {
        match self {
            Content::Rows(page) => page.clean(),
            Content::Text(document) => document.clean(),
        }
    }
}

impl Clean for Answer {
    fn clean(&mut self) {
        match self {
            Answer::Status(view) => view.clean(),
            Answer::Savings(lines) => lines.clean(),
            Answer::Acted(text) => text.clean(),
            Answer::Headline(pairs) => pairs.clean(),
            Answer::Content(content) => content.clean(),
            Answer::Explain(lines) => lines.clean(),
            // Line breaks of an answer are its own; everything else is cleaned line by line.
            Answer::Part(part) => lines(part),
            Answer::Done(view) => {
                let mut answer = std::mem::take(&mut view.answer);
                lines(&mut answer);
                view.clean();
                view.answer = answer;
            }
        }
    }
}

/// Cleans each line of a text and keeps the line breaks.
fn lines(whole: &mut String) {
    if let Cow::Owned(clean) = plant_core::sanitize::text(whole) {
        *whole = clean;
    }
}

#[cfg(test)]
mod tests;
