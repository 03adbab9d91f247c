//! The link itself: how it ends, what is refused at the door, what is too large.

use plant_proto::client::{Client, ClientError, SaveProfile, Target};
use tokio_stream::StreamExt;

use super::Plant;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_ends_open_streams_and_health_is_told() {
    use tonic_health::pb::health_client::HealthClient;
    use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus};

    let plant = Plant::start().await;
    let socket = plant.socket.clone();
    let channel = tonic::transport::Endpoint::from_static("http://plantd")
        .connect_with_connector(tower::service_fn(move |_: tonic::codegen::http::Uri| {
            let socket = socket.clone();
            async move {
                tokio::net::UnixStream::connect(socket)
                    .await
                    .map(hyper_util::rt::TokioIo::new)
            }
        }))
        .await
        .unwrap();
    let check = |service: &str| {
        let mut health = HealthClient::new(channel.clone());
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        async move { health.check(request).await.unwrap().into_inner().status() }
    };
    assert_eq!(check("").await, ServingStatus::Serving);
    assert_eq!(check("ready").await, ServingStatus::Serving);

    let client = plant.client(None).await;
    let mut events = client.watch_events(None).await.unwrap();
    plant.stop().await;
    assert!(!matches!(events.next().await, Some(Ok(_))), "the stream has ended");
    assert_eq!(client.get_status().await.unwrap_err().exit_code(), 3);
}

#[tokio::test]
async fn a_caller_over_tcp_is_refused() {
    // The door is the same; what is missing is an account that the kernel vouches for.
    let plant = Plant::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let rpc = super::super::super::service::Rpc { app: plant.app.clone() };
    let directory = super::super::super::door::AppDirectory::new(plant.app.clone());
    let server = super::super::super::server::limits(tonic::transport::Server::builder())
        .layer(super::super::super::door::DoorLayer::new(directory))
        .add_service(plant_proto::wire::system_service_server::SystemServiceServer::new(rpc))
        .serve_with_incoming(tokio_stream::wrappers::TcpListenerStream::new(listener));
    let server = tokio::spawn(server);
    let client = Client::connect(Target::Http(format!("http://{address}")), None)
        .await
        .unwrap();
    assert_eq!(client.get_status().await.unwrap_err().exit_code(), 4);
    server.abort();
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_over_the_limit_is_refused_and_the_link_holds() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    let large = SaveProfile {
        name: "x".repeat(5 << 20),
        ..SaveProfile::default()
    };
    client.save_profile(large).await.unwrap_err();
    assert!(matches!(
        client.save_profile(SaveProfile::default()).await,
        Err(ClientError::Invalid { .. })
    ));
    plant.stop().await;
}
