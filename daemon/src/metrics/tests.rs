use plant_core::metric::{MetricQuery, catalogue};

use super::named;

#[test]
fn an_unknown_metric_is_named() {
    let query = MetricQuery {
        metrics: vec!["happiness".to_owned()],
        ..MetricQuery::default()
    };
    assert!(named(&query).unwrap_err().to_string().contains("happiness"));
    assert!(catalogue::find("oee").is_some());
}
