//! The door through which text from outside comes in: after it, nothing in a view can drive a terminal.
//!
//! Invariant: every answer of the daemon passes [`Clean::clean`] once, in `link`; line commands clean what they print.

use std::borrow::Cow;
use std::collections::BTreeMap;

use plant_core::state::Reason;
use plant_core::table::Problem;
use plant_core::unit::Unit;
use plant_core::view::{
    AnalysisView, AnalyzerView, AnswerValue, AnswerView, ChartPoint, ChartView, Citation, ColumnView, DatabaseView,
    DialectView, EventView, Evidence, FileDetail, FileItem, FindingView, FolderView, LossView, MetricItem,
    OnboardingStep, Page, SavingView, SavingsView, StatusView, TierView, TimelineEntry,
};

use crate::app::Answer;

/// The text with everything made visible that a terminal would obey.
pub fn text(text: &str) -> Cow<'_, str> {
    plant_core::sanitize::display(text)
}

/// Something that holds text from outside.
pub trait Clean {
    /// Makes every text in it safe to show.
    fn clean(&mut self);
}

impl Clean for String {
    fn clean(&mut self) {
        if let Cow::Owned(clean) = text(self) {
            *self = clean;
        }
    }
}

impl Clean for Unit {
    fn clean(&mut self) {
        if let Cow::Owned(clean) = text(&self.to_string()) {
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

impl Clean for (String, f64) {
    fn clean(&mut self) {
        self.0.clean();
    }
}

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
    StatusView { version, health, problems, org, currency, zone, role, folders, database, onboarding }
    DatabaseView { kind, version }
    OnboardingStep { step, label, next }
    FolderView { path, kind, mode, site, fault }
    Reason { text }
    FileItem { name, folder, sha256, reason, encoding, dialect, profile }
    DialectView { form, delimiter, quote, decimal, sheet }
    FileDetail { item, columns, problems, timeline, next_step, notes }
    ColumnView { source, samples, why }
    Problem { column, code, text, value }
    TimelineEntry { note }
    TierView { unlocks }
    MetricItem { metric, unit, group, method }
    AnalysisView { scope, tiers, status, analyzers, summary, error }
    AnalyzerView { name, status, metrics, findings, chart, error }
    ChartView { kind, title, unit, points, levels }
    ChartPoint { label, mark }
    Evidence { file, sha256, values }
    SavingView { currency, grade, pool, note }
    LossView { unit }
    FindingView { analyzer, kind, title, scope, loss, saving, method, working, evidence, state }
    SavingsView { currency, items }
    AnswerView { answer, values, reading, citations, engine, model, reason, next_questions }
    AnswerValue { unit, metric, query }
    Citation { file, sha256, lines }
    EventView { kind, state, note }
}

impl Clean for Answer {
    fn clean(&mut self) {
        match self {
            Answer::Status(view) => view.clean(),
            Answer::Files(page) => page.clean(),
            Answer::File(view) => view.clean(),
            Answer::Explain(lines) => lines.clean(),
            Answer::Retried(view) => view.clean(),
            Answer::Acted(done) => done.clean(),
            Answer::Analyses(page) => page.clean(),
            Answer::Analysis(view) => view.clean(),
            Answer::Findings(page) => page.clean(),
            Answer::Finding(view) => view.clean(),
            Answer::Savings(view) => view.clean(),
            Answer::Headline(items) => items.clean(),
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
