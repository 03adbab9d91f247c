//! Operators: the codes or names that rows have, and who is behind a code.

use plant_core::model::{OperatorItem, OperatorName, OperatorsView};
use plant_core::operator::Operators;

use super::{Asked, Content, Described, Form, Listed, Opens, Scope, Spec};
use crate::figure;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Width};

/// What stands in the place of operators where there are none.
pub const NO_OPERATORS: &str = "no row that counts names an operator";

/// The operators that rows name, by code or name.
pub static OPERATORS: Spec = Spec {
    name: "operators",
    form: Form::List {
        columns: OperatorItem::COLUMNS,
        empty: &[NO_OPERATORS],
    },
    scopes: &[Scope::Open, Scope::List, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Row(&OPERATOR),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move {
            let listing = wanted.listing();
            let view = client.list_operators(listing).await?;
            Ok(Content::rows(plant_core::model::Page {
                items: view.items,
                next_page: view.next_page,
            }))
        })
    }),
};

/// Who is behind a code; each look is written into the audit log.
pub static OPERATOR: Spec = Spec {
    name: "operator",
    form: Form::Text,
    scopes: &[Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::ByPerson,
    fetch: Some(|client, wanted| {
        Box::pin(async move { Ok(Content::Text(client.resolve_operator(&wanted.about).await?.document())) })
    }),
};

/// How operators are kept, in a sentence.
pub fn kept(view: &OperatorsView) -> String {
    let how = match view.kept {
        Operators::Codes => {
            "operators are kept by codes; `plant operators resolve CODE` says who it is, to administrators"
        }
        Operators::Names => "operators are kept by the names that exports say",
    };
    match (&view.by, view.since) {
        (Some(by), Some(since)) => format!("{how} (set by {by}, {})", figure::time(since)),
        _ => how.to_owned(),
    }
}

impl Listed for OperatorItem {
    const COLUMNS: &'static [Column] = &[
        Column::text("operator", "OPERATOR", 0).width(Width::Rest(1)),
        Column::number("rows", "ROWS", 9),
        Column::number("files", "FILES", 6),
    ];

    fn id(&self) -> String {
        self.operator.clone()
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.operator.clone().into(),
            self.rows.to_string().into(),
            self.files.to_string().into(),
        ]
    }
}

impl Described for OperatorName {
    fn document(&self) -> Document {
        let mut document = Document::new(&self.operator);
        document.field("name", &self.name);
        document.field("file", &self.file);
        document.field("line", &self.line.to_string());
        document.text("The audit log says who asked.");
        document
    }
}
