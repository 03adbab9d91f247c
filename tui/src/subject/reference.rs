//! Reference lists: what files tell of products, machines and steps, and who takes it from there.

use plant_core::model::{ReferenceEntry, ReferenceFile, ReferenceItem};
use plant_core::variable::Variable;
use plant_proto::client::EntryFilter;

use super::{Asked, Content, Form, Listed, Opens, PAGE, Scope, Spec};
use crate::figure;
use crate::widget::table::{Cell, Column, Width, field};

/// What stands in the place of lists where there are none.
pub const NO_LISTS: &str =
    "no list yet; a file that describes products, machines or steps (costs, cycle times, lines) becomes one";

/// What is known, by variable.
pub static ALL: Spec = Spec {
    name: "references",
    form: Form::List {
        columns: ReferenceItem::COLUMNS,
        empty: &[NO_LISTS],
    },
    scopes: &[Scope::Open, Scope::List, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Row(&ONE),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move {
            let listing = wanted.listing();
            Ok(Content::rows(client.list_references(listing).await?))
        })
    }),
};

/// The entries of one variable.
pub static ONE: Spec = Spec {
    name: "reference",
    form: Form::List {
        columns: ReferenceEntry::COLUMNS,
        empty: &["no file tells it of anything"],
    },
    scopes: &[Scope::List, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move {
            let filter = EntryFilter {
                kind: wanted.about,
                limit: Some(PAGE),
                page: wanted.page,
                ..EntryFilter::default()
            };
            Ok(Content::rows(client.list_reference_entries(filter).await?))
        })
    }),
};

fn names(key: &[Variable]) -> String {
    let names: Vec<&str> = key.iter().map(|variable| variable.name()).collect();
    names.join(", ")
}

/// The first of the files, and how many more there are.
fn files(files: &[ReferenceFile]) -> String {
    match files {
        [] => String::new(),
        [one] => one.name.clone(),
        [first, others @ ..] => format!("{} and {} more", first.name, figure::count(others.len() as u64)),
    }
}

fn period(from: Option<chrono::NaiveDate>, to: Option<chrono::NaiveDate>) -> String {
    match (from, to) {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("until {to}"),
        (Some(from), Some(to)) => format!("{from} to {to}"),
    }
}

impl Listed for ReferenceItem {
    const COLUMNS: &'static [Column] = &[
        Column::text("kind", "KIND", 18),
        Column::text("key", "OF", 20),
        Column::number("entries", "ENTRIES", 8),
        field("listed"),
        Column::text("valid", "VALID", 24).from(110),
        field("valid_from"),
        field("valid_to"),
        Column::text("files", "FROM", 0).width(Width::Rest(1)),
        Column::text("used_by", "USED BY", 0).width(Width::Rest(1)).from(76),
    ];

    fn id(&self) -> String {
        self.kind.to_string()
    }

    fn label(&self) -> String {
        self.kind.noun()
    }

    fn cells(&self) -> Vec<Cell> {
        let day = |day: Option<chrono::NaiveDate>| day.map_or(String::new(), |day| day.to_string());
        vec![
            self.kind.to_string().into(),
            names(&self.key).into(),
            Cell::count(Some(self.entries)),
            self.listed.to_string().into(),
            period(self.valid_from, self.valid_to).into(),
            day(self.valid_from).into(),
            day(self.valid_to).into(),
            files(&self.files).into(),
            files(&self.used_by).into(),
        ]
    }
}

impl Listed for ReferenceEntry {
    const COLUMNS: &'static [Column] = &[
        Column::text("key", "OF", 0).width(Width::Rest(2)),
        Column::number("value", "VALUE", 16),
        field("unit"),
        Column::text("valid", "VALID", 24).from(76),
        field("valid_from"),
        field("valid_to"),
        field("listed"),
        Column::text("file", "FILE", 0).width(Width::Rest(2)),
        field("file_id"),
        Column::number("line", "LINE", 8),
    ];

    fn id(&self) -> String {
        let key: Vec<&str> = self.key.values().map(String::as_str).collect();
        format!("{} {} {}", self.file_id, self.line, key.join(" "))
    }

    fn label(&self) -> String {
        of(self)
    }

    fn cells(&self) -> Vec<Cell> {
        let day = |day: Option<chrono::NaiveDate>| day.map_or(String::new(), |day| day.to_string());
        let value = match (self.value, &self.text) {
            (Some(value), _) => Cell::from(figure::figure(value, &self.unit)).bare(value.to_string()),
            (None, Some(text)) => text.clone().into(),
            (None, None) => figure::NONE.into(),
        };
        vec![
            of(self).into(),
            value,
            self.unit.to_string().into(),
            period(self.valid_from, self.valid_to).into(),
            day(self.valid_from).into(),
            day(self.valid_to).into(),
            if self.listed { "yes" } else { "" }.into(),
            self.file.clone().into(),
            self.file_id.to_string().into(),
            Cell::count(Some(self.line)),
        ]
    }
}

/// The codes of the thing: `product_code P-1, machine M1`.
fn of(entry: &ReferenceEntry) -> String {
    let codes: Vec<String> = entry.key.iter().map(|(name, code)| format!("{name} {code}")).collect();
    codes.join(", ")
}
