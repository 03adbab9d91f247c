//! What is read: state, lists, figures, answers.

use plant_core::metric::MetricQuery;
use plant_proto::client::{AskPart, ClientError, FindingFilter, Listing, RecordFilter};
use plant_proto::fault::Fault;
use tokio_stream::StreamExt;

use super::{Plant, push};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_of_a_new_plant_says_who_asks_and_what_is_to_be_done() {
    let plant = Plant::start().await;
    let status = plant.client(None).await.get_status().await.unwrap();
    assert_eq!(
        (status.org.as_str(), status.role, status.zone.as_str()),
        ("acme", plant_core::access::Role::Admin, "Europe/Berlin")
    );
    assert_eq!(status.database.kind, plant_core::model::DatabaseKind::Private);
    assert!(status.resident_bytes > 0);
    assert!(status.onboarding.len() >= 3 && status.onboarding.iter().all(|step| !step.done));
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_empty_is_empty() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    push(&client, "mes.csv", None, "work_order\n1\n").await.unwrap();
    assert_eq!(client.list_records(RecordFilter::default()).await.unwrap().items, []);
    for file in [None, Some("mes.csv")] {
        let analyses = client.list_analyses(file, Listing::default()).await.unwrap();
        assert_eq!(analyses.items, [], "{file:?}");
    }
    assert_eq!(client.list_findings(FindingFilter::default()).await.unwrap().items, []);
    assert_eq!(client.list_profiles(true, Listing::default()).await.unwrap().items, []);
    let savings = client.get_savings().await.unwrap();
    assert_eq!((savings.currency.as_deref(), savings.items), (Some("EUR"), Vec::new()));
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_told_with_the_command_that_lists_it() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    push(&client, "mes.csv", None, "work_order\n1\n").await.unwrap();
    let joy = MetricQuery {
        metrics: vec!["joy".into()],
        ..MetricQuery::default()
    };
    for (what, error) in [
        ("analysis", client.get_analysis("mes.csv").await.unwrap_err()),
        ("finding", client.get_finding("abcd").await.unwrap_err()),
        ("profile", client.get_profile("mes", None).await.unwrap_err()),
        ("archive", client.archive_profile("mes").await.unwrap_err()),
        ("clone", client.clone_profile("mes", "other").await.unwrap_err()),
        ("suggest", client.suggest_profile("nothing.csv").await.unwrap_err()),
        ("folder", client.remove_folder("/nowhere").await.unwrap_err()),
        ("metric", client.query_metrics(joy).await.unwrap_err()),
        ("one metric", client.get_metric("joy").await.unwrap_err()),
    ] {
        assert!(
            matches!(&error, ClientError::Fault(Fault::NotFound { message }) if message.contains("plant ")),
            "{what}: {error:?}"
        );
    }
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_rows_there_is_no_figure_but_a_reason() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    let metrics = client.list_metrics().await.unwrap();
    assert!(metrics.iter().any(|metric| metric.metric == "oee") && metrics.len() > 30);
    let query = MetricQuery {
        metrics: vec!["quantity_good".into()],
        ..MetricQuery::default()
    };
    let items = client.query_metrics(query).await.unwrap();
    assert!(
        !items.is_empty()
            && items
                .iter()
                .all(|item| item.value.is_none() && item.null_reason.is_some()),
        "{items:?}"
    );
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_comes_in_parts_with_its_end_last() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    let parts: Vec<_> = client.ask("how is OEE computed", None).await.unwrap().collect().await;
    let (last, texts) = parts.split_last().unwrap();
    let Ok(AskPart::Done(answer)) = last else {
        panic!("{last:?}")
    };
    assert!(answer.answer.contains("availability"), "{}", answer.answer);
    assert!(
        texts.iter().all(|part| matches!(part, Ok(AskPart::Text(_)))),
        "{texts:?}"
    );
    assert!(matches!(
        client.ask(" ", None).await.err(),
        Some(ClientError::Fault(Fault::Invalid { .. }))
    ));
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn usage_is_asked_by_month() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    assert_eq!(client.get_usage(Some("2025-03")).await.unwrap().month, "2025-03");
    assert!(matches!(
        client.get_usage(Some("March")).await,
        Err(ClientError::Fault(Fault::Invalid { .. }))
    ));
    plant.stop().await;
}
