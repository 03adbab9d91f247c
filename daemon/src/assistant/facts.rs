//! What the org's data allows to be asked.

use chrono::NaiveDate;
use plant_ask::{LexFile, LexMetric, Lexicon};
use plant_core::component::Dimension;
use plant_core::ids::FileId;
use plant_core::metric::{MetricKind, MetricQuery, NullReason, catalogue};
use plant_core::model::{FileItem, MetricItem};
use plant_store::{OrgTx, StoreError, analyses, canonical, components, files, findings};

/// Members of a dimension that can be named in a question.
const MEMBERS_MOST: u32 = 500;
/// Files that can be named in a question, the newest.
const FILES_MOST: u32 = 500;

/// The lexicon of the org, or of one file of it.
pub(super) async fn lexicon(
    tx: &mut OrgTx,
    today: NaiveDate,
    currency: Option<String>,
    about: Option<&str>,
) -> Result<Lexicon, StoreError> {
    let mut lexicon = Lexicon::new(today);
    lexicon.currency = currency;
    let days = match about {
        Some(about) => {
            let file = file_of(tx, about).await?;
            let item = files::item(tx, file).await?;
            let days = item.first_day.zip(item.last_day);
            lexicon.about = Some(lex_file(&item));
            days
        }
        None => components::date_range(tx).await?,
    };
    (lexicon.first_day, lexicon.last_day) = days.unzip();
    for dimension in Dimension::ALL {
        let members = components::members(tx, dimension, MEMBERS_MOST).await?;
        if !members.is_empty() {
            lexicon
                .dimensions
                .insert(dimension, members.into_iter().map(|(member, _)| member).collect());
        }
    }
    lexicon.aliases = canonical::aliases(tx).await?;
    let filter = files::FileFilter {
        limit: FILES_MOST,
        ..files::FileFilter::default()
    };
    let newest = files::list(tx, &filter).await?;
    lexicon.files = newest.items.iter().map(lex_file).collect();
    let query = MetricQuery {
        metrics: catalogue::all().iter().map(|metric| metric.id.to_owned()).collect(),
        file: lexicon.about.as_ref().map(|file| file.id),
        ..MetricQuery::default()
    };
    let items = crate::metrics::query(tx, &query).await?;
    lexicon.metrics = metrics(&items);
    Ok(lexicon)
}

/// The metrics of the catalogue, each with whether the data carries it: a metric that is null because its inputs are
/// missing is not available, one that is null for another reason (two currencies) can be asked for by group.
fn metrics(items: &[MetricItem]) -> Vec<LexMetric> {
    catalogue::all()
        .iter()
        .map(|metric| {
            let missing = items
                .iter()
                .find(|item| item.metric == metric.id)
                .filter(|item| item.value.is_none() && item.null_reason.is_none_or(NullReason::is_missing));
            LexMetric {
                id: metric.id.to_owned(),
                label: metric.label.clone(),
                unit: metric.unit.to_owned(),
                formula: metric.formula.clone(),
                source: metric.source.to_owned(),
                additive: metric.kind == MetricKind::Sum,
                higher_is_better: metric.higher_is_better,
                available: missing.is_none(),
                why: missing.and_then(|item| item.null_reason),
            }
        })
        .collect()
}

fn lex_file(item: &FileItem) -> LexFile {
    LexFile {
        id: item.file_id,
        name: item.name.clone(),
    }
}

/// The file that a file, an analysis or a finding is about.
async fn file_of(tx: &mut OrgTx, about: &str) -> Result<FileId, StoreError> {
    let nothing = match files::resolve(tx, about).await {
        Err(error @ StoreError::NotFound { .. }) => error,
        found => return found,
    };
    let named = match analyses::resolve(tx, about).await {
        Ok(analysis) => analyses::get(tx, analysis).await?.file_id,
        Err(StoreError::NotFound { .. }) => match findings::resolve(tx, about).await {
            Ok(finding) => {
                let finding = findings::get(tx, finding).await?;
                let shown = finding.evidence.first().map(|evidence| evidence.file_id);
                match shown {
                    Some(file) => Some(file),
                    None => analyses::get(tx, finding.analysis_id).await?.file_id,
                }
            }
            Err(StoreError::NotFound { .. }) => None,
            Err(error) => return Err(error),
        },
        Err(error) => return Err(error),
    };
    named.ok_or(nothing)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use plant_core::metric::catalogue;
    use plant_core::model::MetricItem;
    use rust_decimal::Decimal;

    use super::metrics;

    fn item(metric: &str, value: Option<i64>, reason: Option<&str>) -> MetricItem {
        MetricItem {
            metric: metric.to_owned(),
            value: value.map(Decimal::from),
            unit: Default::default(),
            null_reason: reason.map(|reason| reason.parse().unwrap()),
            n: 0,
            coverage: None,
            group: BTreeMap::new(),
            components: BTreeMap::new(),
            warnings: Vec::new(),
            method: String::new(),
            version: 1,
        }
    }

    #[test]
    fn what_is_missing_is_not_available_and_what_is_mixed_is() {
        let items = [
            item("oee", None, Some("missing_pbt_s")),
            item("total_cost", None, Some("mixed_currency")),
            item("quantity_scrap", Some(0), None),
        ];
        let found = metrics(&items);
        assert_eq!(found.len(), catalogue::all().len());
        let of = |id: &str| found.iter().find(|metric| metric.id == id).unwrap();
        assert!(!of("oee").available && of("oee").why.is_some());
        assert!(of("total_cost").available);
        assert!(of("quantity_scrap").available);
    }
}
