//! The calls of a terminal against a running server: real database, real socket, real client.

mod connections;
mod rights;

use std::path::{Path, PathBuf};

use plant_core::access::Role;
use plant_core::metric::MetricQuery;
use plant_core::state::FileState;
use plant_core::view::{DatabaseView, FileItem};
use plant_proto::client::{
    AskPart, Client, ClientError, FileFilter, FindingFilter, Listing, RecordFilter, SaveProfile, Target,
};
use plant_store::Store;
use plant_store::cluster::{ClusterOptions, PrivateCluster, find_programs};
use plant_store::orgs::{self, NewOrg};
use tokio_stream::StreamExt;

use crate::app::{App, AppParts};
use crate::clock::Clock;
use crate::config::Config;
use crate::rpc::connections::{Bounds, Connections};

/// A served daemon without its scans and workers.
struct Plant {
    cluster: PrivateCluster,
    app: App,
    socket: PathBuf,
    open: Connections,
    served: tokio::task::JoinHandle<anyhow::Result<()>>,
    folder: tempfile::TempDir,
}

impl Plant {
    async fn start() -> Plant {
        Plant::start_within(Bounds::of(4_096)).await
    }

    async fn start_within(bounds: Bounds) -> Plant {
        let folder = tempfile::tempdir().unwrap();
        let state_dir = folder.path().join("state");
        std::fs::create_dir(&state_dir).unwrap();
        let programs = find_programs(None).expect("the tests need the programs of Postgres");
        let cluster = PrivateCluster::start(ClusterOptions::new(state_dir.clone(), programs))
            .await
            .unwrap();
        Store::prepare(&cluster.access()).await.unwrap();
        let store = Store::connect(&cluster.access()).await.unwrap();
        make_org(&store, "acme").await;
        let app = App::new(AppParts {
            store,
            config: Config::default(),
            clock: Clock::start(),
            database: DatabaseView {
                kind: "private".into(),
                version: "15".into(),
            },
            state_dir,
        });
        let socket = folder.path().join("d.sock");
        let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let open = Connections::new(bounds, app.daemon_uid());
        let served = tokio::spawn(super::super::server::serve_within(app.clone(), listener, open.clone()));
        Plant {
            cluster,
            app,
            socket,
            open,
            served,
            folder,
        }
    }

    async fn client(&self, org: Option<&str>) -> Client {
        Client::connect(Target::Unix(self.socket.clone()), org.map(str::to_owned))
            .await
            .unwrap()
    }

    /// A folder of the plant's own.
    fn exports(&self, name: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(&path).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Ends as the daemon does; the server must end by itself.
    async fn stop(self) {
        self.app.stop();
        tokio::time::timeout(std::time::Duration::from_secs(10), self.served)
            .await
            .expect("the server ends with the stop")
            .unwrap()
            .unwrap();
        self.app.store().close().await;
        self.cluster.stop().await.unwrap();
    }
}

async fn make_org(store: &Store, name: &str) {
    let org = NewOrg {
        name: name.to_owned(),
        zone: "Europe/Berlin".into(),
        currency: Some("EUR".into()),
        goal: 50_000.into(),
    };
    orgs::create(store, &org, "test", None).await.unwrap();
}

async fn push(client: &Client, name: &str, folder: Option<&str>, text: &str) -> Result<FileItem, ClientError> {
    let (one, two) = text.as_bytes().split_at(text.len() / 2);
    client
        .push_file(name, folder, tokio_stream::iter([Ok(one.to_vec()), Ok(two.to_vec())]))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_sees_its_plant() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;

    let status = client.get_status().await.unwrap();
    assert_eq!(
        (status.org.as_str(), status.role.as_str(), status.zone.as_str()),
        ("acme", "admin", "Europe/Berlin")
    );
    assert_eq!(status.database.kind, "private");
    assert!(status.resident_bytes > 0 && status.onboarding.iter().all(|step| !step.done));

    // Folders.
    let path = plant.exports("exports");
    let folder = client.add_folder(&path, Some("north"), None).await.unwrap();
    assert_eq!(
        (folder.path.as_str(), folder.site.as_deref()),
        (path.as_str(), Some("north"))
    );
    assert!(matches!(
        client.add_folder(&path, None, None).await,
        Err(ClientError::Conflict { .. })
    ));
    assert!(matches!(
        client.add_folder("/nowhere", None, None).await,
        Err(ClientError::Invalid { .. })
    ));
    assert!(matches!(
        client.add_folder(&path, None, Some("stare")).await,
        Err(ClientError::Invalid { .. })
    ));
    assert_eq!(client.list_folders().await.unwrap(), std::slice::from_ref(&folder));

    // Events: one who comes back is told to fetch everything, then what happens.
    let mut events = client.watch_events(Some(7)).await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().kind, "resync");

    // Files.
    let pushed = push(&client, "mes.csv", None, "work_order,quantity_good\n1,5\n")
        .await
        .unwrap();
    assert_eq!(
        (pushed.name.as_str(), pushed.state, pushed.bytes),
        ("mes.csv", FileState::Seen, 29)
    );
    let event = events.next().await.unwrap().unwrap();
    assert_eq!(
        (event.kind.as_str(), event.id.as_str()),
        ("file", pushed.file_id.as_str())
    );
    let kept = Path::new(&pushed.folder).join("mes.csv");
    assert_eq!(
        std::fs::read_to_string(kept).unwrap(),
        "work_order,quantity_good\n1,5\n"
    );
    let second = push(&client, "two.csv", Some(&folder.folder_id), "a,b\n")
        .await
        .unwrap();
    assert_eq!(second.folder, path);
    assert!(matches!(
        push(&client, "two.csv", Some(&path), "c\n").await,
        Err(ClientError::Conflict { .. })
    ));
    for name in ["../x.csv", ".x.csv", ""] {
        assert!(
            matches!(push(&client, name, None, "c\n").await, Err(ClientError::Invalid { .. })),
            "{name:?}"
        );
    }
    let broken = tokio_stream::iter([Ok(b"half".to_vec()), Err(std::io::Error::other("disk"))]);
    assert!(matches!(
        client.push_file("half.csv", None, broken).await,
        Err(ClientError::Source { .. })
    ));

    let page = client
        .list_files(FileFilter {
            limit: Some(1),
            ..FileFilter::default()
        })
        .await
        .unwrap();
    assert_eq!(page.items[0].file_id, second.file_id, "newest first");
    let next = FileFilter {
        limit: Some(1),
        page: page.next_page,
        ..FileFilter::default()
    };
    let page = client.list_files(next).await.unwrap();
    assert_eq!(
        (page.items[0].file_id.as_str(), page.next_page),
        (pushed.file_id.as_str(), None)
    );
    let held = FileFilter {
        states: vec![FileState::Held],
        ..FileFilter::default()
    };
    assert!(client.list_files(held).await.unwrap().items.is_empty());
    let bad = FileFilter {
        page: Some("x".into()),
        ..FileFilter::default()
    };
    assert!(matches!(client.list_files(bad).await, Err(ClientError::Invalid { .. })));

    for asked in [pushed.file_id.as_str(), "mes.csv"] {
        assert_eq!(client.get_file(asked).await.unwrap().item.file_id, pushed.file_id);
    }
    assert!(client.explain_file("mes.csv").await.unwrap()[0].contains("`mes.csv` was seen in"));
    assert!(
        matches!(client.retry_file("mes.csv").await, Err(ClientError::Conflict { .. })),
        "it was not put aside"
    );
    let missing = client.get_file("nothing.csv").await.unwrap_err();
    assert_eq!(
        missing,
        ClientError::NotFound {
            message: "no file `nothing.csv`; `plant files` lists what is there".into()
        }
    );

    // What is empty is empty, and what is not there is not there.
    assert!(
        client
            .list_records(RecordFilter::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert!(
        client
            .list_analyses(None, Listing::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert!(
        client
            .list_analyses(Some("mes.csv"), Listing::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert!(
        client
            .list_findings(FindingFilter::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert!(
        client
            .list_profiles(true, Listing::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(client.get_savings().await.unwrap().currency.as_deref(), Some("EUR"));
    for error in [
        client.get_analysis("mes.csv").await.unwrap_err(),
        client.get_finding("abcd").await.unwrap_err(),
        client.get_profile("mes", None).await.unwrap_err(),
        client.archive_profile("mes").await.unwrap_err(),
        client.clone_profile("mes", "other").await.unwrap_err(),
        client.suggest_profile("nothing.csv").await.unwrap_err(),
        client.remove_folder("/nowhere").await.unwrap_err(),
        client
            .query_metrics(MetricQuery {
                metrics: vec!["joy".into()],
                ..MetricQuery::default()
            })
            .await
            .unwrap_err(),
    ] {
        assert!(
            matches!(&error, ClientError::NotFound { message } if message.contains("plant ")),
            "{error:?}"
        );
    }
    let metrics = client.list_metrics().await.unwrap();
    assert!(metrics.iter().any(|metric| metric.metric == "oee") && metrics.len() > 30);

    // A request over the limit is refused, and the link holds.
    let large = SaveProfile {
        name: "x".repeat(5 << 20),
        ..SaveProfile::default()
    };
    assert!(client.save_profile(large).await.is_err());
    assert!(matches!(
        client.save_profile(SaveProfile::default()).await,
        Err(ClientError::Invalid { .. })
    ));
    assert!(matches!(
        client.ask(" ", None).await.err(),
        Some(ClientError::Invalid { .. })
    ));

    // Figures and answers come from the same place: without rows there is none, and the reason is said.
    let query = MetricQuery {
        metrics: vec!["quantity_good".into()],
        ..MetricQuery::default()
    };
    let items = client.query_metrics(query).await.unwrap();
    assert!(
        items
            .iter()
            .all(|item| item.value.is_none() && item.null_reason.is_some()),
        "{items:?}"
    );
    let parts: Vec<_> = client.ask("how is OEE computed", None).await.unwrap().collect().await;
    let (last, texts) = parts.split_last().unwrap();
    let Ok(AskPart::Done(answer)) = last else {
        panic!("{last:?}")
    };
    assert!(!answer.answer.is_empty());
    assert!(
        texts.iter().all(|part| matches!(part, Ok(AskPart::Text(_)))),
        "{texts:?}"
    );

    // What was done is in the log, under the account of the caller.
    let audit = client.list_audit(Listing::default()).await.unwrap();
    let actor = format!("unix:{}", rustix::process::geteuid().as_raw());
    assert!(
        audit
            .items
            .iter()
            .any(|entry| entry.action == "folder.add" && entry.actor == actor)
    );
    assert!(client.verify_audit().await.unwrap().ok);
    assert_eq!(client.get_usage(Some("2025-03")).await.unwrap().month, "2025-03");
    assert!(matches!(
        client.get_usage(Some("March")).await,
        Err(ClientError::Invalid { .. })
    ));
    assert_eq!(client.remove_folder(&path).await.unwrap().folder_id, folder.folder_id);

    drop(events);
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_org_sees_nothing_of_the_first() {
    let plant = Plant::start().await;
    let alone = plant.client(None).await;
    let path = plant.exports("exports");
    let folder = alone.add_folder(&path, None, None).await.unwrap();
    let file = push(&alone, "secret.csv", None, "a,b\n1,2\n").await.unwrap();

    let other = alone.create_org("other", "UTC", None).await.unwrap();
    assert!(matches!(
        alone.create_org("other", "UTC", None).await,
        Err(ClientError::Conflict { .. })
    ));
    assert!(matches!(
        alone.create_org("x", "Mars/North", None).await,
        Err(ClientError::Invalid { .. })
    ));
    let names: Vec<_> = alone
        .list_orgs()
        .await
        .unwrap()
        .into_iter()
        .map(|org| org.name)
        .collect();
    assert_eq!(names, ["acme", "other"]);

    // Who made the second org keeps the first, by a grant that can be seen and taken away.
    let me = format!("unix:{}", rustix::process::geteuid().as_raw());
    let kept = alone.get_status().await.unwrap();
    assert_eq!((kept.org.as_str(), kept.role.as_str()), ("acme", "admin"));
    let grants = alone.list_grants(Listing::default()).await.unwrap();
    let [grant] = grants.items.as_slice() else {
        panic!("{grants:?}")
    };
    assert_eq!((&grant.principal, grant.role, &grant.by), (&me, Role::Admin, &me));
    assert!(grants.implied[0].contains("--org acme"), "{grants:?}");
    let change = alone.revoke_access(&me).await.unwrap();
    assert_eq!((change.org.as_str(), &change.grant), ("acme", grant));
    assert!(
        change.notes.iter().any(|note| note.contains("no administrator")),
        "{change:?}"
    );
    // Now the account of the daemon has no grant: it must name the org, and that is in its log.
    assert!(matches!(alone.get_status().await, Err(ClientError::Invalid { .. })));
    let second = plant.client(Some("other")).await;
    assert_eq!(second.get_status().await.unwrap().org, "other");
    let log = second.list_audit(Listing::default()).await.unwrap();
    assert!(log.items.iter().any(|entry| entry.action == "access.break_glass"));
    assert!(matches!(
        plant.client(Some("nobody")).await.get_status().await,
        Err(ClientError::NotFound { .. })
    ));

    // Nothing of the first org by any way in, in the words for what is not there.
    let mut events = second.watch_events(None).await.unwrap();
    let first = plant.client(Some("acme")).await;
    push(&first, "next.csv", None, "a\n").await.unwrap();
    assert!(second.list_files(FileFilter::default()).await.unwrap().items.is_empty());
    assert!(second.list_folders().await.unwrap().is_empty());
    for asked in [file.file_id.as_str(), "secret.csv"] {
        let told = second.get_file(asked).await.unwrap_err().to_string();
        let missing = second
            .get_file("01900000-0000-7000-8000-000000000009")
            .await
            .unwrap_err()
            .to_string();
        assert_eq!(
            told.replace(asked, "x"),
            missing.replace("01900000-0000-7000-8000-000000000009", "x")
        );
        assert!(matches!(
            second.explain_file(asked).await,
            Err(ClientError::NotFound { .. })
        ));
        assert!(matches!(
            second.retry_file(asked).await,
            Err(ClientError::NotFound { .. })
        ));
        assert!(matches!(
            second.suggest_profile(asked).await,
            Err(ClientError::NotFound { .. })
        ));
        let rows = RecordFilter {
            file: Some(asked.to_owned()),
            ..RecordFilter::default()
        };
        assert!(matches!(
            second.list_records(rows).await,
            Err(ClientError::NotFound { .. })
        ));
    }
    assert!(matches!(
        second.remove_folder(&folder.folder_id).await,
        Err(ClientError::NotFound { .. })
    ));
    assert!(matches!(
        push(&second, "a.csv", Some(&path), "a\n").await,
        Err(ClientError::NotFound { .. })
    ));
    // The folder of the first org can't be watched by the second, which is not told why.
    let error = second.add_folder(&path, None, None).await.unwrap_err();
    assert!(
        matches!(&error, ClientError::Conflict { message } if !message.contains("acme")),
        "{error}"
    );

    // The first event of the second org is its own.
    let own = push(&second, "own.csv", None, "a\n").await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().id, own.file_id);
    assert_ne!(own.folder, file.folder, "each org has an inbox of its own");

    // A grant counts from the next call on; with one grant the org need not be named.
    second.grant_access(&me, Role::Viewer).await.unwrap();
    for nobody in ["no-such-account", "a:b", "unix:4294967295"] {
        let error = second.grant_access(nobody, Role::Viewer).await.unwrap_err();
        assert!(
            matches!(&error, ClientError::Invalid { message } if message.contains(nobody)),
            "{error:?}"
        );
    }
    let error = second.revoke_access("unix:77").await.unwrap_err();
    assert!(error.to_string().contains("plant org grants"), "{error}");
    // By its name or by its number it is the same account.
    let root = second.grant_access("root", Role::Viewer).await.unwrap();
    assert_eq!(
        (root.grant.principal.as_str(), root.grant.account.as_deref()),
        ("unix:0", Some("root"))
    );
    if me != "unix:0" {
        second.revoke_access("unix:root").await.unwrap();
    }
    assert_eq!(alone.get_status().await.unwrap().role, "viewer");
    assert_eq!(other.name, alone.get_status().await.unwrap().org);
    assert_eq!(alone.remove_folder("/x").await.unwrap_err().exit_code(), 4);

    drop(events);
    plant.stop().await;
}

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
    let rpc = super::super::Rpc { app: plant.app.clone() };
    let directory = super::super::door::AppDirectory::new(plant.app.clone());
    let server = super::super::server::limits(tonic::transport::Server::builder())
        .layer(super::super::door::DoorLayer::new(directory))
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
