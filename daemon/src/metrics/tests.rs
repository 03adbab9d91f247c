use std::collections::BTreeMap;

use plant_core::component::{Component, Components};
use plant_core::metric::{ComponentGroup, Metric, MetricQuery, catalogue};
use plant_core::variable::Variable;
use rust_decimal::Decimal;

use super::{items, named};

fn group(machine: &str, scrap: Option<i64>) -> ComponentGroup {
    let mut components = Components::default();
    components.add(Component::Rows, Decimal::from(3));
    if let Some(scrap) = scrap {
        components.add(Component::Sum(Variable::QuantityScrap), Decimal::from(scrap));
        components.add(Component::Count(Variable::QuantityScrap), Decimal::from(3));
    }
    ComponentGroup {
        group: BTreeMap::from([("machine".to_owned(), Some(machine.to_owned()))]),
        components,
        ..ComponentGroup::default()
    }
}

fn order(query: &MetricQuery) -> Vec<String> {
    let metrics: Vec<&Metric> = named(query).unwrap();
    let groups = [
        group("a", Some(5)),
        group("b", None),
        group("c", Some(9)),
        group("d", Some(5)),
    ];
    items(query, &metrics, &groups, Some("USD"))
        .into_iter()
        .map(|item| {
            format!(
                "{}{}",
                item.group["machine"].as_deref().unwrap(),
                item.value.map_or_else(|| "-".to_owned(), |value| value.to_string())
            )
        })
        .collect()
}

#[test]
fn groups_are_ordered_by_the_first_metric_and_missing_ones_stand_last() {
    let query = MetricQuery {
        metrics: vec!["quantity_scrap".to_owned()],
        ..MetricQuery::default()
    };
    assert_eq!(order(&query), ["a5", "b-", "c9", "d5"]);
    assert_eq!(
        order(&MetricQuery {
            descending: Some(true),
            ..query.clone()
        }),
        ["c9", "a5", "d5", "b-"]
    );
    assert_eq!(
        order(&MetricQuery {
            descending: Some(false),
            ..query.clone()
        }),
        ["a5", "d5", "c9", "b-"]
    );
    assert_eq!(
        order(&MetricQuery {
            descending: Some(true),
            limit: Some(2),
            ..query
        }),
        ["c9", "a5"]
    );
}

#[test]
fn an_unknown_metric_is_named() {
    let query = MetricQuery {
        metrics: vec!["happiness".to_owned()],
        ..MetricQuery::default()
    };
    assert!(named(&query).unwrap_err().to_string().contains("happiness"));
    assert!(catalogue::find("oee").is_some());
}
