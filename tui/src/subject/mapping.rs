//! The mapping of a file: what each column is taken for or could be, and what a change of it would make.

use plant_core::model::{SuggestedColumn, SuggestionView};
use plant_core::profile::Transform;
use plant_core::variable::Variable;
use plant_proto::client::{Client, ClientError};
use plant_proto::fault::Fault;

use super::{Asked, Content, Described, Form, Opens, Scope, Spec};
use crate::figure;
use crate::mapping::Change;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Width, left};

/// What the columns of a file could be.
pub static MAPPING: Spec = Spec {
    name: "mapping",
    form: Form::Text,
    scopes: &[Scope::Mapping, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::ByPerson,
    fetch: Some(|client, wanted| Box::pin(async move { Ok(Content::Text(suggested(&client, &wanted.about).await?)) })),
};

/// What a change would make of the files that are there.
pub static TRIAL: Spec = Spec {
    name: "trial",
    form: Form::Text,
    scopes: &[Scope::Trial, Scope::Mapping, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::ByPerson,
    fetch: Some(|client, wanted| Box::pin(async move { Ok(Content::Text(tried(&client, &wanted.about).await?)) })),
};

async fn suggested(client: &Client, file: &str) -> Result<Document, ClientError> {
    let (suggestion, detail) = futures::try_join!(client.suggest_profile(file), client.get_file(file))?;
    let now = |source: &str| {
        let mut columns = detail.columns.iter();
        columns.find(|column| column.source == source)?.variable
    };
    let mut document = described(&suggestion, &now);
    document.title = detail.item.profile.unwrap_or_else(|| called(&detail.item.name));
    document.blank();
    let begun = Change::begun(&document.title, file);
    document.styled(&format!("m tries a change: `:try {begun}--set …`"), theme::DIM);
    Ok(document)
}

async fn tried(client: &Client, words: &str) -> Result<Document, ClientError> {
    let change = Change::of(words).map_err(Fault::invalid)?;
    let hint = format!("y, then Enter, saves it: `:save {change}`");
    let name = words.to_owned();
    let mut document = client.try_profile(change.save()).await?.document();
    document.title = name;
    document.blank();
    document.styled(&hint, theme::DIM);
    Ok(document)
}

/// Characters of a profile's name at most.
const NAME_MOST: usize = 100;

/// A name for the profile of a file that has none: that of the file up to its first digit.
fn called(file: &str) -> String {
    let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
    let name = stem.split(|c: char| c.is_ascii_digit()).next().unwrap_or(stem);
    let trimmed = |text: &str| -> String {
        let inner = text.trim_matches(|c: char| !c.is_alphanumeric());
        inner.chars().take(NAME_MOST).collect()
    };
    match (trimmed(name), trimmed(stem)) {
        (name, _) if !name.is_empty() => name,
        (_, stem) if !stem.is_empty() => stem,
        _ => "profile".to_owned(),
    }
}

impl Described for SuggestionView {
    fn document(&self) -> Document {
        described(self, &|_| None)
    }
}

/// What a file could be read by; `now` says by which variable a column is read.
fn described(suggestion: &SuggestionView, now: &dyn Fn(&str) -> Option<Variable>) -> Document {
    let mut document = Document::new("mapping");
    document.field("tier", &format!("{} with the best suggestions", suggestion.tier));
    if let Some(reason) = &suggestion.reason {
        document.field("reason", &reason.text);
    }
    document.heading("Columns");
    let shown = [
        left("COLUMN", 0).width(Width::Quarter(12, 30)),
        left("COULD BE", 0).width(Width::Rest(2)),
        left("SAMPLES", 0).width(Width::Rest(1)),
    ];
    let lines = suggestion.columns.iter();
    document.table(&shown, lines.flat_map(|of| column(of, now(&of.source))));
    if !suggestion.outputs.is_empty() {
        document.heading("Made of several columns or of none");
        for output in &suggestion.outputs {
            document.text(&format!("{} <- {}", output.variable.name(), output.source.label()));
        }
    }
    let steps = suggestion.shape.steps();
    if !steps.is_empty() {
        document.heading("Lines that seem to need a step");
        for step in steps {
            document.text(&format!("--shape '{step}'"));
        }
    }
    if !suggestion.unlocks.is_empty() {
        document.heading("What one more column would unlock");
        suggestion.unlocks.iter().for_each(|unlock| document.text(unlock));
    }
    document
}

/// A line for what a column is read as, and one for each other variable that it could be, the best first.
fn column(column: &SuggestedColumn, now: Option<Variable>) -> Vec<Vec<Cell>> {
    let samples = column.samples.join(" | ");
    let is_now = |variable: Variable| now == Some(variable);
    let told = now.map(|variable| format!("now {}", variable.name()));
    let others = column.suggestions.iter().filter(|other| !is_now(other.variable));
    let others = others.map(|suggestion| {
        let how = match &suggestion.transform {
            Transform::None => String::new(),
            other => format!(":{other}"),
        };
        format!(
            "{}{how}, {}: {}",
            suggestion.variable.name(),
            figure::estimate(suggestion.confidence),
            suggestion.why
        )
    });
    let mut lines: Vec<Vec<Cell>> = Vec::new();
    for said in told.into_iter().chain(others) {
        lines.push(match lines.len() {
            0 => vec![column.source.clone().into(), said.into(), samples.clone().into()],
            _ => vec!["".into(), format!("or {said}").into(), "".into()],
        });
    }
    if lines.is_empty() {
        let kept = Cell::styled("kept as it is", theme::DIM);
        lines.push(vec![column.source.clone().into(), kept, samples.into()]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_called_as_its_file_without_what_changes() {
        for (file, name) in [
            ("orders_2026-03.csv", "orders"),
            ("Bde Export 12.xlsx", "Bde Export"),
            ("2026-03-01.csv", "2026-03-01"),
            ("plan", "plan"),
            ("-rf o'brien.csv", "rf o'brien"),
            ("--.csv", "profile"),
        ] {
            assert_eq!(called(file), name);
        }
    }
}
