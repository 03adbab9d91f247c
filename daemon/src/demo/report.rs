//! What the demo prints: each file with its figures and findings, and whether it is as known.

use std::io::Write;

use plant_core::metric::MetricQuery;
use plant_core::model::{FileItem, FindingView, MetricItem};
use plant_core::sanitize;
use plant_core::state::FileState;
use plant_core::words;
use plant_proto::client::{Client, FindingFilter, Listing};
use rust_decimal::prelude::ToPrimitive;

use super::samples::{self, Sample, Samples};

/// Figures shown per file at most.
const FIGURES: usize = 5;
/// A figure may differ from the known one by this share, for the rounding of the known one.
const TOLERANCE: f64 = 1e-6;
/// The figures that people look at first.
const HEADLINES: [&str; 12] = [
    "oee",
    "availability",
    "quality_ratio",
    "scrap_value",
    "energy_used",
    "failures",
    "mtbf",
    "stop_time",
    "quantity_scrap",
    "quantity_produced",
    "total_cost",
    "measured_value",
];

/// Prints every sample; returns whether all ended as expected.
///
/// # Errors
/// When the daemon does not answer.
pub async fn print(client: &Client, samples: &Samples) -> anyhow::Result<bool> {
    let files = samples::files(client, samples).await?;
    let mut wrong = Vec::new();
    let mut money: Vec<FindingView> = Vec::new();
    let mut text = String::new();
    for (sample, file) in samples.items.iter().zip(&files) {
        let Some(file) = file else {
            wrong.push(format!("{} was not seen", sample.name));
            continue;
        };
        text.push_str(&headline(file));
        if file.state == FileState::Analysed {
            text.push_str(&figures(client, file).await?);
            let found = findings(client, file).await?;
            for finding in &found {
                text.push_str(&format!("    finding: {}\n", finding.title));
            }
            money.extend(found.into_iter().filter(|finding| finding.saving.is_some()));
        } else if let Some(reason) = &file.reason {
            text.push_str(&format!("    {}\n", reason.text));
        }
        wrong.extend(compare(client, sample, file).await?);
    }
    let savings = client.get_savings().await?;
    text.push_str(&format!("\nfindings with money: {}\n", money.len()));
    for finding in &money {
        if let Some(saving) = &finding.saving {
            text.push_str(&format!(
                "  {} — low {}, expected {} (grade {}, {})\n",
                finding.title,
                words::money(saving.low, &saving.currency),
                words::money(saving.expected, &saving.currency),
                saving.grade,
                words::plain(saving.pool.name())
            ));
        }
    }
    text.push_str(&format!("savings ledger: {}\n", words::ledger(&savings)));
    text.extend(
        savings
            .not_counted
            .iter()
            .map(|left_out| format!("  {}\n", words::not_counted(left_out))),
    );
    for line in &wrong {
        text.push_str(&format!("NOT AS EXPECTED: {line}\n"));
    }
    if wrong.is_empty() {
        text.push_str(&format!("all {} files ended as expected\n", samples.items.len()));
    }
    // Whoever closed the pipe has read enough.
    drop(std::io::stdout().lock().write_all(sanitize::text(&text).as_bytes()));
    Ok(wrong.is_empty())
}

fn headline(file: &FileItem) -> String {
    let rows = file
        .balance
        .map(|balance| words::counted(balance.rows(), "row", "rows"))
        .unwrap_or_default();
    let aside = file.balance.map_or(0, |balance| balance.quarantined);
    let aside = if aside > 0 {
        format!(", {} put aside", words::count(aside))
    } else {
        String::new()
    };
    let tier = file.tier.map(|tier| format!(", tier {tier}")).unwrap_or_default();
    format!("\n{}: {} {rows}{aside}{tier}\n", file.name, file.state.name())
}

async fn figures(client: &Client, file: &FileItem) -> anyhow::Result<String> {
    let listing = Listing {
        limit: Some(1),
        page: None,
    };
    let analyses = client.list_analyses(Some(&file.file_id.to_string()), listing).await?;
    let Some(analysis) = analyses.items.first() else {
        return Ok(String::new());
    };
    let analysis = client.get_analysis(&analysis.analysis_id.to_string()).await?;
    let mut items: Vec<&MetricItem> = analysis
        .analyzers
        .iter()
        .flat_map(|analyzer| &analyzer.metrics)
        .filter(|item| item.value.is_some())
        .collect();
    let rank = |item: &MetricItem| {
        HEADLINES
            .iter()
            .position(|name| *name == item.metric)
            .unwrap_or(HEADLINES.len())
    };
    items.sort_by_key(|item| rank(item));
    items.dedup_by(|a, b| a.metric == b.metric);
    let mut text = String::new();
    for item in items.into_iter().take(FIGURES) {
        text.push_str(&format!("    {}: {}\n", words::name(&item.metric), words::metric(item)));
    }
    let levels = &analysis.tiers;
    text.push_str(&format!(
        "    levels: cost {} · equipment {} · quality {} · efficiency {}\n",
        levels.cost, levels.equipment, levels.quality, levels.efficiency
    ));
    Ok(text)
}

async fn findings(client: &Client, file: &FileItem) -> anyhow::Result<Vec<FindingView>> {
    let analyses = client
        .list_analyses(
            Some(&file.file_id.to_string()),
            Listing {
                limit: Some(1),
                page: None,
            },
        )
        .await?;
    let Some(analysis) = analyses.items.first() else {
        return Ok(Vec::new());
    };
    let filter = FindingFilter {
        analysis: Some(analysis.analysis_id.to_string()),
        limit: Some(3),
        ..FindingFilter::default()
    };
    Ok(client.list_findings(filter).await?.items)
}

async fn compare(client: &Client, sample: &Sample, file: &FileItem) -> anyhow::Result<Vec<String>> {
    let mut wrong = Vec::new();
    if file.state != sample.state {
        wrong.push(format!(
            "{} is {}, not {}",
            sample.name,
            file.state.name(),
            sample.state.name()
        ));
        return Ok(wrong);
    }
    let taken = file.balance.map(|balance| balance.taken);
    if sample.rows.is_some() && taken != sample.rows {
        wrong.push(format!("{}: {taken:?} rows, {:?} are known", sample.name, sample.rows));
    }
    for (metric, expected) in &sample.metrics {
        let query = MetricQuery {
            metrics: vec![metric.clone()],
            file: Some(file.file_id),
            ..MetricQuery::default()
        };
        let items = client.query_metrics(query).await?;
        let value = items
            .first()
            .and_then(|item| item.value)
            .and_then(|value| value.to_f64());
        let close = value.is_some_and(|value| (value - expected).abs() <= TOLERANCE * expected.abs().max(1.0));
        if !close {
            wrong.push(format!("{}: {metric} is {value:?}, {expected} is known", sample.name));
        }
    }
    Ok(wrong)
}
