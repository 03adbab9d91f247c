//! `plant analyses`, `plant findings` and `plant savings`.

use std::io::Write;

use plant_core::view::{AnalysisView, FindingView};
use plant_proto::client::FindingFilter;

use super::Context;
use super::failure::Failure;
use super::output::{Column, Form};
use crate::cli::{Analyses, Findings};
use crate::figure;

/// Runs `plant analyses …`.
pub async fn analyses<W: Write>(what: Option<Analyses>, context: &mut Context<W>) -> Result<(), Failure> {
    let file = match what {
        None => None,
        Some(Analyses::List { file }) => file,
        Some(Analyses::Show { id }) => {
            let analysis = context.client.get_analysis(&id).await?;
            return context.output.object(&analysis, describe_analysis);
        }
    };
    let page = context
        .client
        .list_analyses(file.as_deref(), context.listing.clone())
        .await?;
    context.output.list(
        &page,
        ANALYSES,
        "no analyses yet; each file is analysed when its rows are in",
    )
}

const ANALYSES: &[Column<AnalysisView>] = &[
    Column::text("analysis_id", |analysis| analysis.analysis_id.clone()),
    Column::text("scope", |analysis| analysis.scope.clone()),
    Column::number("tier", |analysis| analysis.tier.to_string()),
    Column::text("levels", |analysis| figure::levels(&analysis.tiers)),
    Column::text("status", |analysis| analysis.status.clone()),
    Column::text("stale", |analysis| {
        if analysis.stale {
            "yes".to_owned()
        } else {
            String::new()
        }
    }),
    Column::number("records", |analysis| analysis.records.to_string()),
    Column::text("created_at", |analysis| figure::time(analysis.created_at)),
];

fn describe_analysis(analysis: &AnalysisView) -> Vec<String> {
    let mut lines = vec![
        format!("{}  {}  {}", analysis.analysis_id, analysis.scope, analysis.status),
        format!(
            "tier      {} ({}), {} records{}",
            analysis.tier,
            figure::levels(&analysis.tiers),
            figure::count(analysis.records),
            if analysis.stale {
                ", STALE: rows changed since"
            } else {
                ""
            }
        ),
    ];
    lines.extend(analysis.error.iter().map(|error| format!("error     {error}")));
    lines.extend(analysis.summary.iter().cloned());
    for analyzer in &analysis.analyzers {
        lines.push(String::new());
        lines.push(format!(
            "{} (level {}, {})",
            analyzer.name, analyzer.level, analyzer.status
        ));
        lines.extend(analyzer.error.iter().map(|error| format!("  {error}")));
        lines.extend(analyzer.metrics.iter().map(|item| {
            format!(
                "  {:<28} {:>16}  {}",
                figure::name(&item.metric),
                figure::metric(item),
                figure::remark(item)
            )
            .trim_end()
            .to_owned()
        }));
        lines.extend(analyzer.findings.iter().map(|title| format!("  finding: {title}")));
    }
    lines.extend(
        analysis
            .tiers
            .unlocks
            .iter()
            .map(|unlock| format!("unlock    {unlock}")),
    );
    lines
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
            let finding = context.client.get_finding(&id).await?;
            return context.output.object(&finding, describe_finding);
        }
    }
    let page = context.client.list_findings(filter).await?;
    context
        .output
        .list(&page, findings_columns(context.output.form()), "no findings yet")
}

/// The columns for people; CSV has a column for each number and each unit.
fn findings_columns(form: Form) -> &'static [Column<FindingView>] {
    match form {
        Form::Csv | Form::Json => FINDINGS,
        Form::Text => FINDINGS_WRITTEN,
    }
}

const FINDINGS_WRITTEN: &[Column<FindingView>] = &[
    Column::text("finding_id", |finding| finding.finding_id.clone()),
    Column::text("analyzer", |finding| finding.analyzer.clone()),
    Column::text("title", |finding| finding.title.clone()),
    Column::number("loss", |finding| figure::loss(&finding.loss)),
    Column::number("at least", |finding| {
        saving(finding, |saving| figure::money(saving.low, &saving.currency))
    }),
    Column::number("expected", |finding| {
        saving(finding, |saving| figure::money(saving.expected, &saving.currency))
    }),
    Column::text("grade", |finding| saving(finding, |saving| saving.grade.clone())),
    Column::text("state", |finding| finding.state.clone()),
];

const FINDINGS: &[Column<FindingView>] = &[
    Column::text("finding_id", |finding| finding.finding_id.clone()),
    Column::text("analyzer", |finding| finding.analyzer.clone()),
    Column::text("title", |finding| finding.title.clone()),
    Column::number("loss", |finding| {
        finding
            .loss
            .quantity
            .map(|quantity| quantity.normalize().to_string())
            .unwrap_or_default()
    }),
    Column::text("unit", |finding| finding.loss.unit.to_string()),
    Column::number("saving_low", |finding| {
        saving(finding, |saving| saving.low.normalize().to_string())
    }),
    Column::number("saving_expected", |finding| {
        saving(finding, |saving| saving.expected.normalize().to_string())
    }),
    Column::text("currency", |finding| saving(finding, |saving| saving.currency.clone())),
    Column::text("grade", |finding| saving(finding, |saving| saving.grade.clone())),
    Column::text("state", |finding| finding.state.clone()),
];

fn saving(finding: &FindingView, part: impl Fn(&plant_core::view::SavingView) -> String) -> String {
    finding.saving.as_ref().map(part).unwrap_or_default()
}

fn describe_finding(finding: &FindingView) -> Vec<String> {
    let mut lines = vec![
        format!("{}  {}", finding.finding_id, finding.title),
        format!(
            "loss      {}, {}",
            figure::loss(&finding.loss),
            figure::period(&finding.period)
        ),
        format!("saving    {}", crate::screen::finding::saving(finding)),
        format!("method    {}", finding.method),
        format!("working   {}", finding.working),
        format!("evidence  {}", figure::counted(finding.evidence_count, "row", "rows")),
    ];
    lines.extend(finding.evidence.iter().map(|evidence| {
        let values = evidence.values.iter().map(|(name, value)| format!("{name}={value}"));
        format!(
            "  {} {} line {}: {}",
            evidence.file,
            figure::prefix(&evidence.sha256),
            evidence.line,
            values.collect::<Vec<_>>().join(" ")
        )
    }));
    lines
}

/// Runs `plant savings`.
pub async fn savings<W: Write>(context: &mut Context<W>) -> Result<(), Failure> {
    let ledger = context.client.get_savings().await?;
    match context.output.form() {
        Form::Json => context.output.json(&ledger),
        form => {
            if form == Form::Text {
                context.output.line(&figure::ledger(&ledger))?;
                if let Some(left_out) = figure::not_counted(&ledger) {
                    context.output.line(&left_out)?;
                }
            }
            let page = plant_core::view::Page {
                items: ledger.items,
                next_page: None,
            };
            context.output.list(
                &page,
                findings_columns(form),
                "no savings yet; `plant analyses` says what the data lacks",
            )
        }
    }
}
