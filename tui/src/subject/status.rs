//! How everything is: health, the way of the files, the folders, the first steps, and the latest files below.

use plant_core::model::{FileItem, SavingsView, StatusView};

use super::{Asked, Described, Form, Listed, Opens, Scope, Spec, file};
use crate::figure;
use crate::theme;
use crate::widget::document::Document;

/// How everything is.
pub static OVERVIEW: Spec = Spec {
    name: "overview",
    form: Form::Overview(FileItem::COLUMNS),
    scopes: &[Scope::Overview, Scope::Open, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Row(&file::FILE),
    asked: Asked::OnEvents,
    fetch: file::FILES.fetch,
};

/// Folders that the overview names.
pub const FOLDERS: usize = 3;

impl Described for StatusView {
    fn document(&self) -> Document {
        let mut document = Document::default();
        standing(self, self.folders.len(), "plant series", &mut document);
        let said = format!(
            "{} (you are {}), zone {}; the daemon is up {} s and takes {}",
            self.org,
            self.role,
            self.zone,
            self.uptime_s,
            figure::bytes(self.resident_bytes)
        );
        document.field("org", &said);
        steps(self, &mut document);
        document
    }
}

/// Health, the numbers of files, and so many folders; `series` is what is typed there to see what is asked.
pub fn standing(status: &StatusView, folders: usize, series: &str, document: &mut Document) {
    let said = format!(
        "  plantd {}, database {} {}, you are {}",
        status.version, status.database.kind, status.database.version, status.role
    );
    let health = (status.health.to_string(), theme::word(status.health.name()));
    document.spans("health", vec![health, (said, theme::PLAIN)]);
    for problem in &status.problems {
        document.styled_field("problem", problem, theme::BAD);
    }
    let queue = &status.queue;
    // Analyses that were given up are rare: they are named only where there are some.
    let given_up = (queue.unanalysed > 0).then_some((queue.unanalysed, "not analysed", theme::BAD));
    let asked = format!("asked ({series})");
    let asked = (queue.questions > 0).then_some((queue.questions, asked.as_str(), theme::CARE));
    let before = [
        (queue.waiting, "waiting", theme::STRONG),
        (queue.running, "running", theme::STRONG),
        (queue.held, "held", theme::CARE),
        (queue.failed, "failed", theme::BAD),
    ];
    let after = [
        (queue.analysed, "analysed", theme::GOOD),
        (queue.total, "in all", theme::STRONG),
    ];
    let numbers = before.into_iter().chain(given_up).chain(asked).chain(after);
    let numbers = numbers.flat_map(|(number, word, style)| {
        let style = if number > 0 { style } else { theme::DIM };
        [(figure::count(number), style), (format!(" {word}  "), theme::DIM)]
    });
    document.spans("files", numbers.collect());
    for folder in status.folders.iter().take(folders) {
        let text = format!("{} ({} {})", folder.path, folder.kind, folder.mode);
        match &folder.fault {
            Some(fault) => document.styled_field("folder", &format!("{text}: {fault}"), theme::BAD),
            None => document.field("folder", &text),
        }
    }
    let more = status.folders.len().saturating_sub(folders) as u64;
    if more > 0 {
        document.field(
            "",
            &format!("and {}", figure::counted(more, "more folder", "more folders")),
        );
    }
}

/// The first steps of a new plant, until all of them are done.
pub fn steps(status: &StatusView, document: &mut Document) {
    if status.onboarding.iter().all(|step| step.done) {
        return;
    }
    let mut next_said = false;
    for (at, step) in status.onboarding.iter().enumerate() {
        let name = if at == 0 { "steps" } else { "" };
        let text = match (step.done, next_said) {
            (true, _) => format!("[x] {}", step.label),
            (false, true) => format!("[ ] {}", step.label),
            (false, false) if step.next.is_empty() => format!("[ ] {}", step.label),
            (false, false) => {
                next_said = true;
                format!("[ ] {}: {}", step.label, step.next)
            }
        };
        document.styled_field(name, &text, if step.done { theme::DIM } else { theme::PLAIN });
    }
}

/// The line of the guarantee, and what it leaves out.
pub fn savings(ledger: &SavingsView) -> Vec<String> {
    std::iter::once(figure::ledger(ledger))
        .chain(ledger.not_counted.iter().map(figure::not_counted))
        .collect()
}
