//! `plant operators`: the people behind rows, by their codes.

use std::io::Write;

use plant_core::model::Page;

use super::Context;
use super::failure::Failure;
use super::output::{Form, note};
use crate::cli::OperatorsVerb;
use crate::subject::Described;
use crate::subject::operator::{NO_OPERATORS, kept};

/// Runs `plant operators …`.
pub async fn run<W: Write>(what: Option<OperatorsVerb>, context: &mut Context<W>) -> Result<(), Failure> {
    match what {
        None | Some(OperatorsVerb::List) => list(context).await,
        Some(OperatorsVerb::Resolve { code }) => {
            let name = context.client.resolve_operator(&code).await?;
            context.output.object(&name, |name| name.document().lines())
        }
        Some(OperatorsVerb::Set { kept }) => {
            let change = context.client.set_operators(kept).await?;
            context.output.object(&change, |change| {
                vec![format!(
                    "operators are kept by their {} now; {} are read again for it",
                    change.kept.name(),
                    plant_core::words::counted(change.files, "file", "files")
                )]
            })
        }
    }
}

async fn list<W: Write>(context: &mut Context<W>) -> Result<(), Failure> {
    let view = context.client.list_operators(context.listing.clone()).await?;
    if context.output.form() == Form::Json {
        return context.output.json(&view);
    }
    note(&kept(&view));
    let page = Page {
        items: view.items,
        next_page: view.next_page,
    };
    context.output.list(&page, NO_OPERATORS)
}
