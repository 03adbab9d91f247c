//! Profiles: the saved mappings of columns to variables.

use plant_core::model::ProfileView;
use plant_core::profile::{Profile, Transform};
use plant_core::words;

use super::{Asked, Content, Described, Form, Listed, Opens, Scope, Spec};
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Width, field, left};

/// The newest version of each profile that is used.
pub static PROFILES: Spec = Spec {
    name: "profiles",
    form: Form::List {
        columns: ProfileView::COLUMNS,
        empty: &[
            "No profiles yet.",
            "A file whose columns are certain makes its own; a held file says how to save one.",
        ],
    },
    scopes: &[Scope::Open, Scope::List, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Row(&PROFILE),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move {
            let listing = wanted.listing();
            Ok(Content::rows(client.list_profiles(false, listing).await?))
        })
    }),
};

/// One profile with its columns.
pub static PROFILE: Spec = Spec {
    name: "profile",
    form: Form::Text,
    scopes: &[Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move { Ok(Content::Text(client.get_profile(&wanted.about, None).await?.document())) })
    }),
};

impl Listed for ProfileView {
    const COLUMNS: &'static [Column] = &[
        field("profile_id"),
        Column::text("name", "PROFILE", 0).width(Width::Rest(1)),
        Column::number("version", "VERSION", 7),
        Column::number("columns", "COLUMNS", 7),
        Column::number("files", "FILES", 6),
        Column::text("saved_by", "SAVED BY", 22).from(76),
        Column::text("created_at", "SAVED", 11).bare(),
    ];

    fn id(&self) -> String {
        self.profile.profile_id.to_string()
    }

    fn label(&self) -> String {
        self.profile.name.clone()
    }

    fn cells(&self) -> Vec<Cell> {
        let profile = &self.profile;
        let mapped = profile.columns.iter().filter(|column| column.variable.is_some());
        vec![
            self.id().into(),
            profile.name.clone().into(),
            Cell::count(Some(u64::from(profile.version))),
            format!("{}/{}", mapped.count(), profile.columns.len()).into(),
            Cell::count(Some(self.files)),
            saved_by(self).into(),
            Cell::time(self.created_at),
        ]
    }
}

impl Described for ProfileView {
    fn document(&self) -> Document {
        let profile = &self.profile;
        let mut document = Document::new(&profile.name);
        document.styled(&format!("{}, version {}", profile.name, profile.version), theme::STRONG);
        document.blank();
        document.field("id", &profile.profile_id.to_string());
        document.field(
            "saved",
            &format!("{} by {}", figure::time(self.created_at), saved_by(self)),
        );
        document.field("read", &figure::counted(self.files, "file", "files"));
        if profile.archived {
            document.field("archived", "not used for new files");
        }
        for (name, value) in settings(profile) {
            document.field(name, &value);
        }
        if !profile.shape.is_none() {
            document.heading("Lines");
            let rows = profile.shape.steps().into_iter().map(|step| vec![step.into()]);
            document.table(&[left("STEP", 0)], rows);
        }
        document.heading("Columns");
        let rows = profile.columns.iter().map(|column| {
            let how = match &column.transform {
                Transform::None => String::new(),
                transform => transform.to_string(),
            };
            vec![
                column.source.clone().into(),
                match (column.variable, column.home) {
                    (Some(variable), _) => variable.name(),
                    (None, Some(home)) => home.name(),
                    (None, None) => "kept as it is",
                }
                .into(),
                how.into(),
                if column.required { "required" } else { "" }.into(),
            ]
        });
        document.table(
            &[
                left("COLUMN", 0),
                left("VARIABLE", 22),
                left("READ AS", 16),
                left("", 8),
            ],
            rows,
        );
        if !profile.outputs.is_empty() {
            document.heading("Made of several columns or of none");
            let rows = profile.outputs.iter().map(|output| {
                vec![
                    output.variable.name().into(),
                    output.source.to_string().into(),
                    if output.required { "required" } else { "" }.into(),
                ]
            });
            document.table(&[left("VARIABLE", 22), left("TAKEN FROM", 0), left("", 8)], rows);
        }
        let steps = &profile.series_steps;
        if !steps.is_none() {
            document.heading("Derived from rows in their order");
            let counters = steps
                .counter
                .iter()
                .map(|counter| (format!("counter:{counter}"), words::counts(counter)));
            let intervals = steps
                .intervals
                .map(|intervals| (format!("intervals:{intervals}"), words::lasts(intervals).to_owned()));
            for (step, means) in counters.chain(intervals) {
                document.styled(&step, theme::STRONG);
                document.text(&means);
            }
        }
        document
    }
}

fn saved_by(view: &ProfileView) -> String {
    if view.profile.approved {
        view.created_by.clone()
    } else {
        format!("{} (automatic)", view.created_by)
    }
}

/// What is set for the file as a whole; what is not set is decided by each file.
fn settings(profile: &Profile) -> Vec<(&'static str, String)> {
    let settings = &profile.settings;
    let key: Vec<&str> = settings.key.iter().map(|variable| variable.name()).collect();
    [
        ("key", (!key.is_empty()).then(|| key.join(", "))),
        ("encoding", settings.layout.encoding.clone()),
        ("sheet", settings.layout.sheet.clone()),
        ("decimal", settings.decimal.map(|sign| sign.to_string())),
        ("dates", settings.date_order.map(|order| order.to_string())),
        ("zone", settings.zone.clone()),
        ("currency", settings.currency.clone()),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}
