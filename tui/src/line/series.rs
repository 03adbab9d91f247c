//! `plant series`: which files are versions of the same records, and which of their rows count.

use std::io::Write;

use plant_core::variable::Variable;

use super::Context;
use super::failure::Failure;
use crate::cli::Series;
use crate::mapping::key;
use crate::subject::Described;
use crate::subject::series::NO_SERIES;

/// Runs `plant series …`.
pub async fn run<W: Write>(what: Option<Series>, context: &mut Context<W>) -> Result<(), Failure> {
    let detail = match what {
        None | Some(Series::List) => {
            let page = context.client.list_series(context.listing.clone()).await?;
            return context.output.list(&page, NO_SERIES);
        }
        Some(Series::Show { series }) => context.client.get_series(&series).await?,
        Some(Series::Set {
            series,
            mode,
            key,
            ignore,
            rank,
        }) => {
            let key = key.map(|names| key_or_none(&names)).transpose()?;
            let ignore = match ignore.as_slice() {
                [] => None,
                [none] if none == NONE => Some(Vec::new()),
                _ => Some(ignore),
            };
            context
                .client
                .set_series(
                    &series,
                    mode.as_deref(),
                    key.as_deref(),
                    ignore.as_deref(),
                    rank.as_deref(),
                )
                .await?
        }
        Some(Series::Merge { into, from }) => context.client.merge_series(&into, &from).await?,
        Some(Series::Split { series, files }) => context.client.split_series(&series, &files).await?,
        Some(Series::Move { file, to }) => context.client.move_file(&file, &to).await?,
    };
    context.output.object(&detail, Described::document)
}

/// Said in the place of a list that is to be empty.
const NONE: &str = "none";

/// The variables behind `--key`; `none` alone for none of them.
fn key_or_none(names: &[String]) -> Result<Vec<Variable>, Failure> {
    match names {
        [name] if name.trim() == NONE => Ok(Vec::new()),
        names => key(names).map_err(Failure::Usage),
    }
}
