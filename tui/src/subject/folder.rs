//! Watched folders, and what a person says of each.

use plant_core::model::{FolderView, Page};
use plant_proto::client::{Client, ClientError};
use plant_proto::fault::Fault;

use super::{Asked, Content, Described, Form, Listed, Opens, Scope, Spec};
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Width, field};

/// What stands in the place of folders where there are none.
pub const NO_FOLDERS: &str = "no folders; watch one with `plant folders add PATH`";

/// All of them.
pub static ALL: Spec = Spec {
    name: "folders",
    form: Form::List {
        columns: FolderView::COLUMNS,
        empty: &[NO_FOLDERS],
    },
    scopes: &[Scope::Open, Scope::List, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Row(&ONE),
    asked: Asked::OnEvents,
    fetch: Some(|client, _| {
        Box::pin(async move {
            Ok(Content::rows(Page {
                items: client.list_folders().await?,
                next_page: None,
            }))
        })
    }),
};

/// One of them.
pub static ONE: Spec = Spec {
    name: "folder",
    form: Form::Text,
    scopes: &[Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move { Ok(Content::Text(one(&client, &wanted.about).await?.document())) })
    }),
};

async fn one(client: &Client, id: &str) -> Result<FolderView, ClientError> {
    let all = client.list_folders().await?;
    let found = all.into_iter().find(|folder| folder.folder_id.to_string() == id);
    found.ok_or_else(|| Fault::not_found("folder", id, "plant folders list").into())
}

impl Listed for FolderView {
    const COLUMNS: &'static [Column] = &[
        field("folder_id"),
        Column::text("path", "FOLDER", 0).width(Width::Rest(3)),
        field("kind"),
        Column::text("mode", "MODE", 6),
        Column::text("site", "SITE", 0).width(Width::Rest(1)),
        Column::text("line", "LINE", 0).width(Width::Rest(1)),
        Column::text("machine", "MACHINE", 0).width(Width::Rest(1)),
        Column::text("zone", "ZONE", 0).width(Width::Rest(1)).from(96),
        field("since"),
        field("last_scan_at"),
        field("last_file_at"),
        field("fault"),
    ];

    fn id(&self) -> String {
        self.folder_id.to_string()
    }

    fn label(&self) -> String {
        self.path.clone()
    }

    fn cells(&self) -> Vec<Cell> {
        [
            self.folder_id.to_string(),
            self.path.clone(),
            self.kind.to_string(),
            self.mode.to_string(),
            self.site.clone().unwrap_or_default(),
            self.line.clone().unwrap_or_default(),
            self.machine.clone().unwrap_or_default(),
            self.zone.clone().unwrap_or_default(),
            self.since.map(figure::time).unwrap_or_default(),
            self.last_scan_at.map(figure::time).unwrap_or_default(),
            self.last_file_at.map(figure::time).unwrap_or_default(),
            self.fault.clone().unwrap_or_default(),
        ]
        .map(Cell::from)
        .into()
    }
}

impl Described for FolderView {
    fn document(&self) -> Document {
        let mut document = Document::new(&self.path);
        document.styled(&self.path, theme::STRONG);
        document.blank();
        document.field("looked at", &format!("{}, on {}", self.mode, self.kind));
        let time = |at: Option<_>| at.map_or("never".to_owned(), figure::time);
        document.field("last scan", &time(self.last_scan_at));
        document.field("last file", &time(self.last_file_at));
        if let Some(since) = self.since {
            document.field(
                "ignores",
                &format!("what was last changed before {}", figure::time(since)),
            );
        }
        if let Some(fault) = &self.fault {
            document.styled_field("trouble", fault, theme::CARE);
        }
        document.heading("Said of rows that don't say it themselves");
        let nothing = "nothing";
        for (name, word) in [("site", &self.site), ("line", &self.line), ("machine", &self.machine)] {
            document.field(name, word.as_deref().unwrap_or(nothing));
        }
        document.field("zone", self.zone.as_deref().unwrap_or("that of the org"));
        document.blank();
        let set = format!(
            "`plant folders set {} --machine M7` says it (--site, --line, --zone likewise; --dry-run shows what it would make)",
            self.path
        );
        document.styled(&set, theme::DIM);
        document
    }
}
