//! The client against a real server on a unix socket.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plant_core::model::EventView;
use tokio::net::UnixListener;
use tokio::task::JoinHandle;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::{ReceiverStream, UnixListenerStream};
use tonic::{Request, Response, Status, Streaming};

use super::{Client, ClientError, FileFilter, Target};
use crate::convert::Cross;
use crate::fault::Fault;
use crate::wire;
use crate::wire::file_service_server::{FileService, FileServiceServer};
use crate::wire::system_service_server::{SystemService, SystemServiceServer};

/// Answers, and remembers what arrived.
#[derive(Clone, Default)]
struct Plant {
    orgs: Arc<Mutex<Vec<Option<String>>>>,
    pushed: Arc<Mutex<Vec<(String, usize, bool)>>>,
}

#[tonic::async_trait]
impl SystemService for Plant {
    type WatchEventsStream = ReceiverStream<Result<wire::WatchEventsResponse, Status>>;

    async fn get_status(
        &self,
        request: Request<wire::GetStatusRequest>,
    ) -> Result<Response<wire::GetStatusResponse>, Status> {
        let org = request
            .metadata()
            .get(crate::ORG_METADATA)
            .map(|value| String::from_utf8(value.as_bytes().to_vec()).unwrap());
        self.orgs.lock().unwrap().push(org);
        Err(Fault::Internal { incident: "i-1".into() }.into())
    }

    async fn watch_events(
        &self,
        request: Request<wire::WatchEventsRequest>,
    ) -> Result<Response<Self::WatchEventsStream>, Status> {
        let since = request.into_inner().since.unwrap_or_default();
        let (sender, receiver) = tokio::sync::mpsc::channel(4);
        let event = EventView {
            event_no: since + 1,
            at: chrono::DateTime::from_timestamp_micros(5).unwrap(),
            kind: plant_core::model::EventKind::File,
            id: "i".into(),
            state: "analysed".into(),
            note: String::new(),
        };
        sender
            .send(Ok(wire::WatchEventsResponse { event: event.to_wire() }))
            .await
            .unwrap();
        sender.send(Err(Fault::unavailable("stopping").into())).await.unwrap();
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}

#[tonic::async_trait]
impl FileService for Plant {
    async fn list_files(
        &self,
        request: Request<wire::ListFilesRequest>,
    ) -> Result<Response<wire::ListFilesResponse>, Status> {
        let request = request.into_inner();
        let files = match request.name.as_deref() {
            // A name of 17 MiB: more than the client reads.
            Some("huge") => vec![wire::FileItem {
                name: "x".repeat(17 << 20),
                ..Default::default()
            }],
            Some("bad") => vec![wire::FileItem::default()],
            _ => Vec::new(),
        };
        Ok(Response::new(wire::ListFilesResponse {
            files,
            next_page_token: request.page_token + "+",
        }))
    }

    async fn get_file(&self, _: Request<wire::GetFileRequest>) -> Result<Response<wire::GetFileResponse>, Status> {
        Err(Fault::not_found("file", "x", "plant files").into())
    }

    async fn explain_file(
        &self,
        _: Request<wire::ExplainFileRequest>,
    ) -> Result<Response<wire::ExplainFileResponse>, Status> {
        Err(Fault::not_allowed("no").into())
    }

    async fn get_line(&self, _: Request<wire::GetLineRequest>) -> Result<Response<wire::GetLineResponse>, Status> {
        Err(Fault::conflict("it was not kept").into())
    }

    async fn retry_file(
        &self,
        _: Request<wire::RetryFileRequest>,
    ) -> Result<Response<wire::RetryFileResponse>, Status> {
        Err(Fault::conflict("is being read").into())
    }

    async fn answer_file(
        &self,
        _: Request<wire::AnswerFileRequest>,
    ) -> Result<Response<wire::AnswerFileResponse>, Status> {
        Err(Fault::conflict("is being read").into())
    }

    async fn withdraw_files(
        &self,
        _: Request<wire::WithdrawFilesRequest>,
    ) -> Result<Response<wire::WithdrawFilesResponse>, Status> {
        Err(Fault::conflict("is being read").into())
    }

    async fn restore_files(
        &self,
        _: Request<wire::RestoreFilesRequest>,
    ) -> Result<Response<wire::RestoreFilesResponse>, Status> {
        Err(Fault::conflict("is being read").into())
    }

    async fn reread_files(
        &self,
        _: Request<wire::RereadFilesRequest>,
    ) -> Result<Response<wire::RereadFilesResponse>, Status> {
        Err(Fault::conflict("is being read").into())
    }

    async fn try_reread(
        &self,
        _: Request<wire::TryRereadRequest>,
    ) -> Result<Response<wire::TryRereadResponse>, Status> {
        Err(Fault::conflict("is being read").into())
    }

    async fn retry_failed(
        &self,
        _: Request<wire::RetryFailedRequest>,
    ) -> Result<Response<wire::RetryFailedResponse>, Status> {
        Ok(Response::new(wire::RetryFailedResponse { files: 2 }))
    }

    async fn push_file(
        &self,
        request: Request<Streaming<wire::PushFileRequest>>,
    ) -> Result<Response<wire::PushFileResponse>, Status> {
        use wire::push_file_request::Part;
        let mut parts = request.into_inner();
        let (mut name, mut bytes, mut ended) = (String::new(), 0, false);
        while let Some(part) = parts.message().await? {
            match part.part {
                Some(Part::Start(start)) => name = start.name,
                Some(Part::Chunk(chunk)) => bytes += chunk.len(),
                Some(Part::End(_)) => ended = true,
                None => {}
            }
        }
        self.pushed.lock().unwrap().push((name, bytes, ended));
        Err(Fault::invalid("not kept").into())
    }
}

async fn serve(path: &Path, plant: Plant) -> JoinHandle<()> {
    let _ = std::fs::remove_file(path);
    let listener = UnixListener::bind(path).unwrap();
    let router = tonic::transport::Server::builder()
        .add_service(SystemServiceServer::new(plant.clone()))
        .add_service(FileServiceServer::new(plant));
    tokio::spawn(async move {
        let _ = router.serve_with_incoming(UnixListenerStream::new(listener)).await;
    })
}

fn socket(folder: &tempfile::TempDir) -> (std::path::PathBuf, Target) {
    let path = folder.path().join("d.sock");
    (path.clone(), Target::Unix(path))
}

#[tokio::test]
async fn faults_arrive_as_what_they_are_and_the_org_as_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = socket(&folder);
    let plant = Plant::default();
    let _server = serve(&path, plant.clone()).await;

    let client = Client::connect(target.clone(), Some("Müller".into())).await.unwrap();
    let error = client.get_status().await.unwrap_err();
    assert_eq!(error, ClientError::Fault(Fault::Internal { incident: "i-1".into() }));
    let plain = Client::connect(target, None).await.unwrap();
    assert!(plain.get_status().await.is_err());
    assert_eq!(*plant.orgs.lock().unwrap(), [Some("Müller".to_owned()), None]);

    assert!(matches!(
        client.get_file("x").await,
        Err(ClientError::Fault(Fault::NotFound { .. }))
    ));
    assert_eq!(client.explain_file("x").await.unwrap_err().exit_code(), 4);
    assert!(matches!(
        client.retry_file("x").await,
        Err(ClientError::Fault(Fault::Conflict { .. }))
    ));
    assert!(
        matches!(client.get_savings().await, Err(ClientError::Mismatch { .. })),
        "no such service there"
    );
}

#[tokio::test]
async fn pages_are_passed_on_and_answers_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = socket(&folder);
    let _server = serve(&path, Plant::default()).await;
    let client = Client::connect(target, None).await.unwrap();
    let list = async |name: &str| {
        client
            .list_files(FileFilter {
                name: Some(name.to_owned()),
                page: Some("t".into()),
                ..FileFilter::default()
            })
            .await
    };

    assert_eq!(list("none").await.unwrap().next_page.as_deref(), Some("t+"));
    let error = list("bad").await.unwrap_err();
    assert!(
        matches!(&error, ClientError::Mismatch { message } if message.contains("files.0.file_id")),
        "{error}"
    );
    let error = list("huge").await.unwrap_err();
    assert!(matches!(error, ClientError::Fault(Fault::Invalid { .. })), "{error}");
}

#[tokio::test]
async fn events_end_with_the_fault_that_ended_them() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = socket(&folder);
    let _server = serve(&path, Plant::default()).await;
    let client = Client::connect(target, None).await.unwrap();
    let events: Vec<_> = client.watch_events(Some(41)).await.unwrap().collect().await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].as_ref().unwrap().event_no, 42);
    assert!(matches!(events[1], Err(ClientError::Fault(Fault::Unavailable { .. }))));
}

#[tokio::test]
async fn a_push_that_cannot_be_read_to_the_end_is_not_ended() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = socket(&folder);
    let plant = Plant::default();
    let _server = serve(&path, plant.clone()).await;
    let client = Client::connect(target, None).await.unwrap();

    let whole = tokio_stream::iter([Ok(vec![0; 1 << 20]), Ok(vec![0; 7])]);
    assert!(matches!(
        client.push_file("a.csv", None, whole).await,
        Err(ClientError::Fault(Fault::Invalid { .. }))
    ));
    let broken = tokio_stream::iter([Ok(vec![0; 3]), Err(std::io::Error::other("disk"))]);
    let error = client.push_file("b.csv", None, broken).await.unwrap_err();
    assert!(
        matches!(&error, ClientError::Source { reason } if reason == "disk"),
        "{error}"
    );
    assert_eq!(
        *plant.pushed.lock().unwrap(),
        [
            ("a.csv".to_owned(), (1 << 20) + 7, true),
            ("b.csv".to_owned(), 3, false)
        ]
    );
}

/// A server in a runtime of its own, so that dropping it cuts its connections as a killed daemon does.
fn serve_apart(path: &Path) -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (ready, is_ready) = std::sync::mpsc::channel();
    let path = path.to_owned();
    runtime.spawn(async move {
        let server = serve(&path, Plant::default()).await;
        ready.send(()).unwrap();
        let _ = server.await;
    });
    is_ready.recv().unwrap();
    runtime
}

#[tokio::test]
async fn a_lost_link_is_unreachable_and_comes_back_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = socket(&folder);
    let error = Client::connect(target.clone(), None).await.unwrap_err();
    assert_eq!(error.exit_code(), 3, "{error}");

    let lazy = Client::connect_lazily(target, None).unwrap();
    assert_eq!(lazy.get_file("x").await.unwrap_err().exit_code(), 3);
    for _ in 0..2 {
        let server = serve_apart(&path);
        // The channel may meet the dead connection once more before it connects again.
        let answers = [
            lazy.get_file("x").await.unwrap_err(),
            lazy.get_file("x").await.unwrap_err(),
        ];
        assert!(
            matches!(&answers[1], ClientError::Fault(Fault::NotFound { .. })),
            "{answers:?}"
        );
        server.shutdown_background();
        std::fs::remove_file(&path).unwrap();
        let left = tokio::time::timeout(Duration::from_secs(10), async {
            while !lazy.get_file("x").await.unwrap_err().is_link_lost() {
                tokio::task::yield_now().await;
            }
        });
        left.await.expect("notices that nobody is there");
        assert_eq!(lazy.get_file("x").await.unwrap_err().exit_code(), 3);
    }
}

#[test]
fn targets() {
    let parse = |text: &str| text.parse::<Target>();
    assert_eq!(
        parse("unix:/run/plantd/plantd.sock"),
        Ok(Target::Unix("/run/plantd/plantd.sock".into()))
    );
    assert_eq!(parse("unix:///a b"), Ok(Target::Unix("/a b".into())));
    assert_eq!(
        parse(" http://127.0.0.1:7000 "),
        Ok(Target::Http("http://127.0.0.1:7000".into()))
    );
    assert_eq!(
        parse("https://plant:7443"),
        Ok(Target::Https("https://plant:7443".into()))
    );
    assert_eq!(parse("ssh://anna@plant1"), Ok(Target::Ssh("anna@plant1".into())));
    for text in [
        "",
        "unix:",
        "plant1",
        "http://",
        "ftp://x",
        "ssh://",
        "ssh://-oProxyCommand=x",
        "/run/x.sock",
    ] {
        assert!(
            matches!(parse(text), Err(ClientError::Fault(Fault::Invalid { .. }))),
            "{text:?}"
        );
    }
    for text in ["unix:/a/b", "http://h:1", "https://h", "ssh://u@h"] {
        assert_eq!(parse(text).unwrap().to_string(), text);
    }
}

#[tokio::test]
async fn targets_that_come_later_are_refused_in_words() {
    for text in ["https://plant:7443", "ssh://anna@plant1"] {
        let error = Client::connect(text.parse().unwrap(), None).await.unwrap_err();
        assert!(
            matches!(&error, ClientError::Refused { message } if message.contains("later")),
            "{error}"
        );
        assert_eq!(error.exit_code(), 1);
    }
    let long = Target::Unix(format!("/{}", "x".repeat(120)).into());
    assert!(matches!(
        Client::connect(long, None).await,
        Err(ClientError::Fault(Fault::Invalid { .. }))
    ));
    let unix = Target::Unix("/nowhere".into());
    assert!(matches!(
        Client::connect_lazily(unix, Some("a\nb".into())),
        Err(ClientError::Fault(Fault::Invalid { .. }))
    ));
}
