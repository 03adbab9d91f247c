//! `plant references`: what files tell of things, and who takes it from there.

use std::io::Write;

use plant_core::variable::Variable;
use plant_proto::client::EntryFilter;

use super::Context;
use super::failure::Failure;
use crate::cli::References;
use crate::subject::reference::NO_LISTS;

/// Runs `plant references …`.
pub async fn run<W: Write>(what: Option<References>, context: &mut Context<W>) -> Result<(), Failure> {
    match what {
        None | Some(References::List) => {
            let page = context.client.list_references(context.listing.clone()).await?;
            context.output.list(&page, NO_LISTS)
        }
        Some(References::Show { kind, filters }) => {
            let known = |(name, code): (String, String)| match Variable::from_name(&name) {
                Some(variable) => Ok((variable, code)),
                None => Err(Failure::Usage(format!("--where {name}: there is no such variable"))),
            };
            let filter = EntryFilter {
                kind,
                filters: filters.into_iter().map(known).collect::<Result<_, _>>()?,
                limit: context.listing.limit,
                page: context.listing.page.clone(),
            };
            let page = context.client.list_reference_entries(filter).await?;
            context.output.list(&page, "no file tells it of such a thing")
        }
    }
}
