//! Grants: who may do what in the org.

use plant_core::model::{GrantView, GrantsView};
use plant_proto::client::{Client, ClientError, Listing};

use super::{Asked, Content, Described, Form, Listed, Opens, PAGE, Scope, Spec};
use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Width};

/// What stands in the place of grants where there are none.
pub const NO_GRANTS: &str = "no grants; give one with `plant org grant unix:UID --role viewer`";

/// Who may do what, with a grant and without one. A text and not a list: who needs no grant belongs beside the others.
pub static GRANTS: Spec = Spec {
    name: "grants",
    form: Form::Text,
    scopes: &[Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::OnEvents,
    fetch: Some(|client, _| Box::pin(async move { Ok(Content::Text(all(&client).await?.document())) })),
};

/// The grants of every page.
async fn all(client: &Client) -> Result<GrantsView, ClientError> {
    let mut all = GrantsView::default();
    loop {
        let listing = Listing {
            limit: Some(PAGE),
            page: all.next_page.take(),
        };
        let page = client.list_grants(listing).await?;
        all.items.extend(page.items);
        all.implied = page.implied;
        if page.next_page.is_none() {
            return Ok(all);
        }
        all.next_page = page.next_page;
    }
}

impl Listed for GrantView {
    const COLUMNS: &'static [Column] = &[
        Column::text("principal", "WHO", 15),
        Column::text("account", "ACCOUNT", 0).width(Width::Rest(1)),
        Column::text("role", "ROLE", 8),
        Column::text("since", "SINCE", 11).bare(),
        Column::text("by", "BY", 15),
    ];

    fn id(&self) -> String {
        self.principal.clone()
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.principal.clone().into(),
            self.account.clone().unwrap_or_default().into(),
            self.role.name().into(),
            Cell::time(self.since),
            self.by.clone().into(),
        ]
    }
}

impl Described for GrantsView {
    fn document(&self) -> Document {
        let mut document = Document::new("grants");
        document.heading("With a grant");
        if self.items.is_empty() {
            document.text(NO_GRANTS);
        } else {
            document.table(GrantView::COLUMNS, self.items.iter().map(Listed::cells));
        }
        document.heading("Without one");
        self.implied.iter().for_each(|sentence| document.text(sentence));
        document
    }
}
