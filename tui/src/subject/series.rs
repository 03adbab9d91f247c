//! Series: which files are versions of the same records, and which of their rows count.

use plant_core::model::{SeriesDetail, SeriesItem};
use plant_core::series::Mode;

use super::question::asked;
use super::{Asked, Content, Described, Form, Listed, Opens, Scope, Spec};
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Width, field};

/// What stands in the place of series where there are none.
pub const NO_SERIES: &str = "no series yet; one begins with the first file that is taken in";

/// All series, those with a question first.
pub static ALL: Spec = Spec {
    name: "series",
    form: Form::List {
        columns: SeriesItem::COLUMNS,
        empty: &[NO_SERIES],
    },
    scopes: &[Scope::Open, Scope::List, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Row(&ONE),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move {
            let listing = wanted.listing();
            Ok(Content::rows(client.list_series(listing).await?))
        })
    }),
};

/// One series.
pub static ONE: Spec = Spec {
    name: "versions",
    form: Form::Text,
    scopes: &[Scope::Open, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Link(&super::file::FILE),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move { Ok(Content::Text(client.get_series(&wanted.about).await?.document())) })
    }),
};

fn mode(item: &SeriesItem) -> String {
    item.mode.map_or("by evidence", Mode::name).to_owned()
}

fn key(item: &SeriesItem) -> String {
    let names: Vec<&str> = item.key.iter().map(|variable| variable.name()).collect();
    names.join(", ")
}

impl Listed for SeriesItem {
    const COLUMNS: &'static [Column] = &[
        field("series_id"),
        Column::text("kind", "SERIES", 0).width(Width::Rest(2)),
        Column::text("mode", "MODE", 11),
        Column::text("key", "KEY", 14).from(96),
        Column::number("files", "FILES", 6),
        Column::number("rows", "ROWS", 9),
        Column::number("live", "COUNT", 9),
        Column::text("question", "ASKED", 0).width(Width::Rest(3)).from(76),
    ];

    fn id(&self) -> String {
        self.series_id.to_string()
    }

    fn label(&self) -> String {
        self.kind.clone()
    }

    fn cells(&self) -> Vec<Cell> {
        let asked = self.question.as_ref().map(|question| question.text.clone());
        vec![
            self.series_id.to_string().into(),
            self.kind.clone().into(),
            mode(self).into(),
            key(self).into(),
            Cell::count(Some(self.files)),
            Cell::count(Some(self.rows)),
            Cell::count(Some(self.live)),
            Cell::styled(asked.unwrap_or_default(), theme::CARE),
        ]
    }
}

impl Described for SeriesDetail {
    fn document(&self) -> Document {
        let item = &self.item;
        let mut document = Document::new(&item.kind);
        document.field(
            "mode",
            &format!("{}{}", mode(item), if item.decided { ", decided" } else { "" }),
        );
        document.field(
            "key",
            &match item.key.is_empty() {
                true => "none: a row is identified by all that is mapped".to_owned(),
                false => key(item),
            },
        );
        if !self.scope.is_empty() {
            document.field("sources", &self.scope.join(", "));
        }
        document.field("order", &self.rank_basis);
        document.field(
            "rows",
            &format!(
                "{} of {} count, in {}",
                figure::count(item.live),
                figure::count(item.rows),
                figure::counted(item.files, "file", "files")
            ),
        );
        document.field("profiles", &item.profiles.join(", "));
        if let Some(question) = &item.question {
            asked(question, &mut document);
        }
        if !self.evidence.is_empty() {
            document.heading("What was seen");
            self.evidence.iter().for_each(|sentence| document.text(sentence));
        }
        document.heading("Versions, the newest last");
        let more = item.files.saturating_sub(self.versions.len() as u64);
        if more > 0 {
            let more = figure::counted(more, "earlier version is not shown", "earlier versions are not shown");
            document.styled(&more, theme::DIM);
        }
        for version in &self.versions {
            let why: Vec<String> = version
                .why_not
                .iter()
                .map(|(why, rows)| format!("{} {}", figure::count(*rows), figure::plain(why)))
                .collect();
            let text = format!(
                "{}  {}  {} of {} count{}{}",
                figure::time(version.rank),
                version.name,
                figure::count(version.live),
                figure::count(version.rows),
                if why.is_empty() { "" } else { ": " },
                why.join(", ")
            );
            document.link(&text, theme::PLAIN, &version.file_id.to_string());
        }
        document
    }
}
