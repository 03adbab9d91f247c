//! `plant metrics` and `plant records`.

use std::collections::BTreeSet;
use std::io::Write;

use chrono::NaiveDate;
use plant_core::component::Dimension;
use plant_core::metric::{Grain, MetricQuery};
use plant_core::model::{MeasureView, MetricItem, Page, RecordView};
use plant_core::series::Why;
use plant_core::variable::{Kind, Variable};
use plant_proto::client::{Listing, RecordFilter};
use serde_json::Value;

use super::Context;
use super::failure::Failure;
use super::typed::Typed;
use crate::cli::{Metrics, MetricsGet};
use crate::figure;
use crate::subject::{Described, Listed};
use crate::widget::table::{Cell, Column, field, number_field};

/// Runs `plant metrics …`.
pub async fn run<W: Write>(what: Option<Metrics>, context: &mut Context<W>) -> Result<(), Failure> {
    match what {
        None | Some(Metrics::List) => {
            let items = context.client.list_metrics().await?;
            context
                .output
                .list(&page(items, &context.listing)?, "the catalogue is empty")
        }
        Some(Metrics::Show { metric }) => {
            let metric = context.client.get_metric(&metric).await?;
            context.output.object(&metric, Described::document)
        }
        Some(Metrics::Get(asked)) => {
            let mut query = query(&asked)?;
            if let Some(file) = &asked.file {
                // The daemon knows what an id's beginning or a name stands for.
                query.file = Some(context.client.get_file(file).await?.item.file_id);
            }
            let span = Span::of(&context.listing, query.metrics.len())?;
            let (items, more) = context.client.query_groups(query, span.skip, span.most).await?;
            let empty = "no rows in this range; `plant files` says what was taken in";
            context.output.list(&span.page(items, more), empty)
        }
    }
}

/// Groups that are printed where nobody says how many items.
const GROUPS_MOST: u32 = 5_000;

/// Which groups a page of items lies in: each group has one item for each metric, and a page may begin inside one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    /// Groups before it.
    skip: u32,
    /// Groups that it touches at most.
    most: u32,
    /// Items of its first group that belong to the page before.
    passed: usize,
    /// Items at most.
    limit: usize,
    /// Items before the page.
    first: u64,
}

impl Span {
    fn of(listing: &Listing, metrics: usize) -> Result<Span, Failure> {
        let each = u64::try_from(metrics.max(1)).unwrap_or(u64::MAX);
        let first = match &listing.page {
            None => 0,
            Some(token) => token
                .parse::<u64>()
                .map_err(|_| Failure::Usage(format!("--page {token}: take next_page of the page before")))?,
        };
        let whole = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let (skip, passed) = (whole(first / each), first % each);
        let (most, limit) = match listing.limit {
            Some(limit) => (whole((passed + u64::from(limit)).div_ceil(each)), u64::from(limit)),
            None => (GROUPS_MOST, u64::from(GROUPS_MOST) * each - passed),
        };
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Ok(Span {
            skip,
            most,
            passed: size(passed),
            limit: size(limit),
            first,
        })
    }

    /// The page out of the items of its groups; `more`: further groups follow them.
    fn page<T>(&self, items: Vec<T>, more: bool) -> Page<T> {
        let is_cut = items.len() > self.passed.saturating_add(self.limit);
        let items: Vec<T> = items.into_iter().skip(self.passed).take(self.limit).collect();
        let next = self.first + items.len() as u64;
        Page {
            items,
            next_page: (is_cut || more).then(|| next.to_string()),
        }
    }
}

/// One page of the catalogue, named by how many came before it.
fn page<T>(items: Vec<T>, listing: &Listing) -> Result<Page<T>, Failure> {
    let first = match &listing.page {
        None => 0,
        Some(token) => token
            .parse::<usize>()
            .map_err(|_| Failure::Usage(format!("--page {token}: take next_page of the page before")))?,
    };
    let Some(limit) = listing.limit.and_then(|limit| usize::try_from(limit).ok()) else {
        return Ok(Page {
            items: items.into_iter().skip(first).collect(),
            next_page: None,
        });
    };
    let next = first.saturating_add(limit);
    let next_page = (next < items.len()).then(|| next.to_string());
    Ok(Page {
        items: items.into_iter().skip(first).take(limit).collect(),
        next_page,
    })
}

/// What was typed, as a query.
fn query(asked: &MetricsGet) -> Result<MetricQuery, Failure> {
    let mut query = MetricQuery {
        metrics: asked.metrics.clone(),
        from: date("--from", asked.from.as_deref())?,
        to: date("--to", asked.to.as_deref())?,
        ..MetricQuery::default()
    };
    for name in &asked.by {
        match (Dimension::from_name(name), Grain::from_name(name)) {
            _ if name == "file" => query.by_file = true,
            // `shift` is both; as a dimension it adds the same shift of all days, which is what --by says.
            (Some(dimension), _) => query.by.push(dimension),
            (None, Some(grain)) => query.grain = Some(grain),
            (None, None) => return Err(unknown_dimension("--by", name)),
        }
    }
    for (name, value) in &asked.filters {
        let dimension = Dimension::from_name(name).ok_or_else(|| unknown_dimension("--where", name))?;
        query.filters.push((dimension, value.clone()));
    }
    query.grain = asked.grain.or(query.grain);
    query.descending = match asked.order.as_deref() {
        None => None,
        Some("desc") => Some(true),
        Some("asc") => Some(false),
        Some(other) => return Err(Failure::Usage(format!("--order {other}: write desc or asc"))),
    };
    if let (Some(from), Some(to)) = (query.from, query.to)
        && to <= from
    {
        return Err(Failure::Usage(format!(
            "--to {to} is not after --from {from}; --to is the first day left out"
        )));
    }
    Ok(query)
}

fn unknown_dimension(option: &str, name: &str) -> Failure {
    let names: Vec<&str> = Dimension::ALL.iter().map(|dimension| dimension.name()).collect();
    Failure::Usage(format!(
        "{option} {name}: the dimensions are file, {}",
        names.join(", ")
    ))
}

fn date(option: &str, text: Option<&str>) -> Result<Option<NaiveDate>, Failure> {
    text.map(|text| {
        text.parse()
            .map_err(|_| Failure::Usage(format!("{option} {text}: write a date as 2025-03-01")))
    })
    .transpose()
}

impl Listed for MetricItem {
    const COLUMNS: &'static [Column] = &[
        field("metric"),
        field("group"),
        number_field("value"),
        field("unit").only_csv(),
        number_field("n"),
        field("remark"),
    ];

    fn id(&self) -> String {
        self.metric.clone()
    }

    fn cells(&self) -> Vec<Cell> {
        let member = |value: &Option<String>| value.clone().unwrap_or_else(|| "(blank)".to_owned());
        let group = self
            .group
            .iter()
            .map(|(name, value)| format!("{name}={}", member(value)));
        let value = self.value.map(|value| value.normalize().to_string());
        vec![
            self.metric.clone().into(),
            group.collect::<Vec<_>>().join(" ").into(),
            Cell::from(figure::metric(self)).bare(value.unwrap_or_default()),
            self.unit.to_string().into(),
            Cell::count(Some(self.n)),
            figure::remark(self).into(),
        ]
    }
}

/// Runs `plant records`.
pub async fn records<W: Write>(
    file: Option<String>,
    filters: Vec<(String, String)>,
    context: &mut Context<W>,
) -> Result<(), Failure> {
    let known = |(name, value): (String, String)| match Variable::from_name(&name) {
        Some(variable) => Ok((variable, value)),
        None => Err(Failure::Usage(format!("--where {name}: there is no such variable"))),
    };
    let filter = RecordFilter {
        file,
        filters: filters.into_iter().map(known).collect::<Result<_, _>>()?,
        limit: context.listing.limit,
        page: context.listing.page.clone(),
    };
    let filtered = filter.file.is_some() || !filter.filters.is_empty();
    let page = context.client.list_records(filter).await?;
    let (columns, rows) = fields(&page.items);
    let page = Page {
        items: page.items.into_iter().map(Typed::from).collect(),
        next_page: page.next_page,
    };
    let empty = if filtered {
        "no record matches"
    } else {
        "no records yet"
    };
    context.output.table(&page, &columns, &rows, empty)
}

fn labels(record: &RecordView) -> impl Iterator<Item = String> + '_ {
    record.measures.iter().map(MeasureView::label)
}

/// One column per field: those of every record, then each variable, each measure and each further column of these records.
fn fields(records: &[RecordView]) -> (Vec<Column>, Vec<Vec<Cell>>) {
    let variables: BTreeSet<&String> = records.iter().flat_map(|record| record.values.keys()).collect();
    let others: BTreeSet<&String> = records.iter().flat_map(|record| record.canonical.keys()).collect();
    let measures: BTreeSet<String> = records.iter().flat_map(labels).collect();
    let extras: BTreeSet<&String> = records.iter().flat_map(|record| record.extra.keys()).collect();
    let numeric = |name: &str| Variable::from_name(name).is_some_and(|variable| variable.kind() == Kind::Number);
    let named = |name: String, right: bool| Column {
        name: name.into(),
        right,
        ..field("")
    };
    let mut columns = vec![field("record_id"), number_field("line"), field("live"), field("why")];
    columns.extend(variables.iter().map(|name| named(name.to_string(), numeric(name))));
    columns.extend(others.iter().map(|name| named(format!("canonical.{name}"), false)));
    columns.extend(measures.iter().map(|label| named(label.clone(), true)));
    columns.extend(extras.iter().map(|name| named(format!("extra.{name}"), false)));
    let row = |record: &RecordView| {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let live = if record.live { "yes" } else { "no" };
        let why = record.why.map(Why::name).unwrap_or_default();
        let own = [
            Cell::from(record.record_id.to_string()),
            record.line.to_string().into(),
            live.into(),
            Cell::from(figure::plain(why)).bare(why),
        ];
        let values = variables
            .iter()
            .map(|name| record.values.get(*name).map(text).unwrap_or_default());
        let canonical = others
            .iter()
            .map(|name| record.canonical.get(*name).cloned().unwrap_or_default());
        let measured = measures.iter().map(|label| {
            let found = record.measures.iter().find(|measure| measure.label() == *label);
            found.map(|measure| measure.value.to_string()).unwrap_or_default()
        });
        let extra = extras
            .iter()
            .map(|name| record.extra.get(*name).cloned().unwrap_or_default());
        own.into_iter()
            .chain(values.chain(canonical).chain(measured).chain(extra).map(Cell::from))
            .collect()
    };
    (columns, records.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> MetricsGet {
        MetricsGet {
            metrics: vec!["oee".to_owned()],
            ..MetricsGet::default()
        }
    }

    #[test]
    fn pages_cover_the_items_of_the_groups_once() {
        // Of 11 groups with 3 metrics each, whatever the page is.
        let all: Vec<u32> = (0..33).collect();
        for limit in [1, 2, 3, 4, 7, 33, 500] {
            let (mut seen, mut page) = (Vec::new(), None);
            loop {
                let listing = Listing {
                    limit: Some(limit),
                    page,
                };
                let span = Span::of(&listing, 3).expect("a span");
                let groups: Vec<&[u32]> = all.chunks(3).skip(span.skip as usize).collect();
                let given = groups
                    .iter()
                    .take(span.most as usize)
                    .copied()
                    .flatten()
                    .copied()
                    .collect();
                let got = span.page(given, groups.len() > span.most as usize);
                assert!(got.items.len() <= limit as usize && !got.items.is_empty());
                seen.extend(got.items);
                page = got.next_page;
                if page.is_none() {
                    break;
                }
            }
            assert_eq!(seen, all, "{limit}");
        }
        let span = Span::of(&Listing::default(), 3).expect("a span");
        assert_eq!((span.skip, span.most), (0, GROUPS_MOST));
        assert_eq!(span.page(all.clone(), true).next_page.as_deref(), Some("33"));
        let wrong = Listing {
            page: Some("x".to_owned()),
            ..Listing::default()
        };
        assert!(Span::of(&wrong, 1).is_err());
    }

    #[test]
    fn what_is_typed_becomes_a_query() {
        let typed = MetricsGet {
            by: vec!["machine".to_owned(), "file".to_owned(), "reason_text".to_owned()],
            from: Some("2025-03-01".to_owned()),
            to: Some("2025-04-01".to_owned()),
            filters: vec![("line".to_owned(), "A".to_owned())],
            grain: Some(Grain::Week),
            order: Some("desc".to_owned()),
            ..asked()
        };
        let query = query(&typed).expect("a query");
        assert_eq!(query.by, [Dimension::Machine, Dimension::Reason]);
        assert!(query.by_file);
        assert_eq!(query.from, NaiveDate::from_ymd_opt(2025, 3, 1));
        assert_eq!(query.to, NaiveDate::from_ymd_opt(2025, 4, 1));
        assert_eq!(query.filters, [(Dimension::Line, "A".to_owned())]);
        assert_eq!((query.grain, query.descending), (Some(Grain::Week), Some(true)));
    }

    #[test]
    fn what_can_not_be_meant_is_a_usage_error_that_names_the_choices() {
        let with = |change: fn(&mut MetricsGet)| {
            let mut typed = asked();
            change(&mut typed);
            query(&typed).expect_err("a usage error")
        };
        for (error, says) in [
            (with(|typed| typed.by = vec!["colour".to_owned()]), "machine"),
            (
                with(|typed| typed.filters = vec![("colour".to_owned(), "red".to_owned())]),
                "machine",
            ),
            (with(|typed| typed.order = Some("up".to_owned())), "desc"),
            (with(|typed| typed.from = Some("March".to_owned())), "2025-03-01"),
            (
                with(|typed| {
                    typed.from = Some("2025-03-01".to_owned());
                    typed.to = Some("2025-03-01".to_owned());
                }),
                "left out",
            ),
        ] {
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains(says), "{error}");
        }
    }

    #[test]
    fn the_table_shows_each_figure_as_the_screens_do_and_csv_as_a_number() {
        use super::super::output::{Form, Output};
        use crate::screen::fixture::metric;

        for (value, unit, shown, raw) in [
            ("0.0321449", "ratio", "3.21 %", "0.0321449,ratio"),
            ("8563.8", "currency?", "8,563.80 (no currency)", "8563.8,currency?"),
            ("2", "1", "2", "2,1"),
        ] {
            let page = Page {
                items: vec![metric("scrap_ratio", Some(value), unit, None)],
                next_page: None,
            };
            for (form, text) in [(Form::Text, shown), (Form::Csv, raw)] {
                let mut written = Vec::new();
                Output::new(&mut written, form, true).list(&page, "none").unwrap();
                let written = String::from_utf8(written).unwrap();
                assert!(written.contains(text), "{written}");
            }
            assert_eq!(figure::metric(&page.items[0]), shown);
        }
    }
}
