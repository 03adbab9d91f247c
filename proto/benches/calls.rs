//! How long the calls take that screens make, over a running daemon with an org's data:
//!
//! `cargo bench -p plant-proto --bench calls -- unix:/run/plantd/plantd.sock [ORG] [CALLS]`
//!
//! Every figure of the catalogue alone, by machine, by week and by both, the lists, and a question; each called 200 times
//! after one that does not count. Milliseconds of whole calls as a client sees them: median, 95 of 100, the longest.

use std::time::Instant;

use plant_core::component::Dimension;
use plant_core::metric::{Grain, MetricQuery};
use plant_proto::client::{AskPart, Client, FileFilter, FindingFilter, Listing, Target};
use tokio_stream::StreamExt;

/// Times of calls of one kind, in milliseconds.
struct Times(Vec<f64>);

impl Times {
    fn at(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let place = (last as f64 * share).round() as usize;
        self.0.get(place).copied().unwrap_or_default()
    }
}

/// Calls so many times after one that does not count.
async fn timed<F: Future<Output = Result<usize, String>>>(
    calls: usize,
    call: impl Fn() -> F,
) -> Result<(usize, Times), String> {
    let mut items = call().await?;
    let mut times = Vec::with_capacity(calls);
    for _ in 0..calls {
        let begin = Instant::now();
        items = call().await?;
        times.push(begin.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok((items, Times(times)))
}

fn tell(name: &str, items: usize, times: &Times) {
    println!(
        "{name:<44} {items:>6} items  median {:>8.2}  p95 {:>8.2}  most {:>8.2} ms",
        times.at(0.5),
        times.at(0.95),
        times.at(1.0)
    );
}

async fn figures(client: &Client, calls: usize) -> Result<(), String> {
    let metrics = client.list_metrics().await.map_err(|error| error.to_string())?;
    for (name, by, grain) in [
        ("all", vec![], None),
        ("machine", vec![Dimension::Machine], None),
        ("week", vec![], Some(Grain::Week)),
        ("machine and week", vec![Dimension::Machine], Some(Grain::Week)),
    ] {
        let mut worst: Option<(f64, String)> = None;
        let mut medians = Vec::new();
        for metric in &metrics {
            let query = MetricQuery {
                metrics: vec![metric.metric.clone()],
                by: by.clone(),
                grain,
                ..MetricQuery::default()
            };
            let call = || {
                let query = query.clone();
                async move {
                    let items = client.query_metrics(query).await.map_err(|error| error.to_string())?;
                    Ok(items.len())
                }
            };
            let (items, times) = match timed(calls, call).await {
                Ok(found) => found,
                Err(error) => {
                    println!("{name}: {}: {error}", metric.metric);
                    continue;
                }
            };
            medians.push(times.at(0.5));
            let p95 = times.at(0.95);
            if worst.as_ref().is_none_or(|(most, _)| p95 > *most) {
                tell(&format!("{} by {name}", metric.metric), items, &times);
                worst = Some((p95, metric.metric.clone()));
            }
        }
        medians.sort_by(f64::total_cmp);
        let median = medians.get(medians.len() / 2).copied().unwrap_or_default();
        if let Some((p95, metric)) = worst {
            println!(
                "== {name}: {} metrics, median of the medians {median:.2} ms, worst p95 {p95:.2} ms ({metric})",
                medians.len()
            );
        }
    }
    Ok(())
}

async fn lists(client: &Client, calls: usize) -> Result<(), String> {
    let said = |error: plant_proto::client::ClientError| error.to_string();
    let page = Listing {
        limit: Some(200),
        page: None,
    };
    let (items, times) = timed(calls, || async {
        let filter = FileFilter {
            limit: Some(200),
            ..FileFilter::default()
        };
        Ok(client.list_files(filter).await.map_err(said)?.items.len())
    })
    .await?;
    tell("files", items, &times);
    let (items, times) = timed(calls, || async {
        Ok(client
            .list_analyses(None, page.clone())
            .await
            .map_err(said)?
            .items
            .len())
    })
    .await?;
    tell("analyses", items, &times);
    let (items, times) = timed(calls, || async {
        let filter = FindingFilter {
            limit: Some(200),
            ..FindingFilter::default()
        };
        Ok(client.list_findings(filter).await.map_err(said)?.items.len())
    })
    .await?;
    tell("findings", items, &times);
    let (items, times) = timed(calls, || async {
        Ok(client.list_series(page.clone()).await.map_err(said)?.items.len())
    })
    .await?;
    tell("series", items, &times);
    for question in ["scrap ratio by machine", "which machine had the most scrap last month?"] {
        let (parts, times) = timed(calls, || async {
            let mut answer = client.ask(question, None).await.map_err(said)?;
            let mut parts = 0;
            while let Some(part) = answer.next().await {
                let part: AskPart = part.map_err(said)?;
                parts += usize::from(matches!(part, AskPart::Text(_)));
            }
            Ok(parts)
        })
        .await?;
        tell(&format!("ask {question:?}"), parts, &times);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), String> {
    // `cargo bench` adds `--bench`.
    let mut told = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let Some(target) = told.next() else {
        println!(
            "say where the daemon is: cargo bench -p plant-proto --bench calls -- unix:/run/plantd/plantd.sock [ORG] [CALLS]"
        );
        return Ok(());
    };
    let target: Target = target.parse().map_err(|error| format!("{error}"))?;
    let org = told.next();
    let calls = told.next().and_then(|number| number.parse().ok()).unwrap_or(200);
    let client = Client::connect(target, org).await.map_err(|error| error.to_string())?;
    lists(&client, calls).await?;
    figures(&client, calls).await
}
