//! `plant analyses`, `plant findings` and `plant savings`.

use std::io::Write;

use plant_core::model::{Page, SavingsView};
use plant_proto::client::FindingFilter;

use super::Context;
use super::failure::Failure;
use super::output::Form;
use super::typed::Typed;
use crate::cli::{Analyses, Findings};
use crate::subject::{Described, status};

/// Runs `plant analyses …`.
pub async fn analyses<W: Write>(what: Option<Analyses>, context: &mut Context<W>) -> Result<(), Failure> {
    let file = match what {
        None => None,
        Some(Analyses::List { file }) => file,
        Some(Analyses::Show { id }) => {
            let analysis = context.client.get_analysis(&id).await?;
            return context
                .output
                .show(&analysis.analysis_id.to_string(), &analysis, Described::document);
        }
    };
    let page = context
        .client
        .list_analyses(file.as_deref(), context.listing.clone())
        .await?;
    let empty = match file {
        Some(_) => "no analysis of this file yet; it is analysed when its rows are in",
        None => "no analyses yet; each file is analysed when its rows are in",
    };
    context.output.list(&page, empty)
}

/// Runs `plant findings …`.
pub async fn findings<W: Write>(what: Option<Findings>, context: &mut Context<W>) -> Result<(), Failure> {
    let mut filter = FindingFilter {
        limit: context.listing.limit,
        page: context.listing.page.clone(),
        ..FindingFilter::default()
    };
    match what {
        None => {}
        Some(Findings::List {
            analysis,
            analyzer,
            state,
        }) => {
            filter.analysis = analysis;
            filter.analyzer = analyzer;
            filter.state = state;
        }
        Some(Findings::Show { id }) => {
            let finding = Typed(context.client.get_finding(&id).await?);
            return context
                .output
                .show(&finding.0.finding_id.to_string(), &finding, |finding| {
                    finding.0.document()
                });
        }
    }
    let filtered = filter.analysis.is_some() || filter.analyzer.is_some() || filter.state.is_some();
    let page = typed(context.client.list_findings(filter).await?);
    let empty = if filtered {
        "no finding matches"
    } else {
        "no findings yet"
    };
    context.output.list(&page, empty)
}

fn typed<T>(page: Page<T>) -> Page<Typed<T>> {
    Page {
        items: page.items.into_iter().map(Typed).collect(),
        next_page: page.next_page,
    }
}

/// Runs `plant savings`.
pub async fn savings<W: Write>(context: &mut Context<W>) -> Result<(), Failure> {
    let ledger: SavingsView = context.client.get_savings().await?;
    match context.output.form() {
        Form::Json => context.output.json(&Typed(ledger)),
        form => {
            if form == Form::Text {
                for line in status::savings(&ledger) {
                    context.output.line(&line)?;
                }
            }
            let page = Page {
                items: ledger.items,
                next_page: None,
            };
            let empty = "no savings yet; `plant analyses` says what the data lacks";
            context.output.list(&page, empty)
        }
    }
}
