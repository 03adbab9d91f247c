//! `plant aliases`: names of machines and products that go by another name.

use std::io::Write;

use super::failure::Failure;
use super::{Context, tried};
use crate::cli::Aliases;
use crate::subject::alias::{Decision, NO_ALIASES, told};

/// Runs `plant aliases …`.
pub async fn run<W: Write>(what: Option<Aliases>, context: &mut Context<W>) -> Result<(), Failure> {
    let (decision, dry_run) = match what {
        None | Some(Aliases::List) => {
            let page = context.client.list_aliases(context.listing.clone()).await?;
            return context.output.list(&page, NO_ALIASES);
        }
        Some(Aliases::Add {
            kind,
            names: (name, canonical),
            dry_run,
        }) => {
            let canonical = Some(canonical);
            (Decision { kind, name, canonical }, dry_run)
        }
        Some(Aliases::Remove { kind, name, dry_run }) => {
            let canonical = None;
            (Decision { kind, name, canonical }, dry_run)
        }
    };
    let Decision { kind, name, canonical } = decision;
    if dry_run {
        let effect = context.client.try_alias(kind, &name, canonical.as_deref()).await?;
        return tried::show_as(effect, context, |effect| told(effect, false));
    }
    let effect = match canonical {
        Some(canonical) => context.client.add_alias(kind, &name, &canonical).await?,
        None => context.client.remove_alias(kind, &name).await?,
    };
    context.output.object(&effect, |effect| told(effect, true))
}
