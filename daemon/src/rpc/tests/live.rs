//! The calls of a terminal against a running server: real database, real socket, real client.

mod connections;
mod files;
mod folders;
mod link;
mod orgs;
mod originals;
mod reading;
mod rights;

use std::path::PathBuf;

use plant_core::model::{DatabaseView, FileItem};
use plant_proto::client::{Client, ClientError, Target};
use plant_proto::fault::Fault;
use plant_store::Store;
use plant_store::cluster::{ClusterOptions, PrivateCluster, find_programs};
use plant_store::orgs::NewOrg;

use crate::app::{App, AppParts};
use crate::clock::Clock;
use crate::config::Config;
use crate::intake::Workers;
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
        let folder = plant_need::open_folder();
        let state_dir = folder.path().join("state");
        std::fs::create_dir(&state_dir).unwrap();
        let programs = find_programs(None).expect("the tests need the programs of Postgres");
        let cluster = PrivateCluster::start(ClusterOptions::new(state_dir.clone(), programs))
            .await
            .unwrap();
        Store::prepare(&cluster.access()).await.unwrap();
        let store = Store::connect(&cluster.access(), plant_store::Connections::default())
            .await
            .unwrap();
        make_org(&store, "acme").await;
        let app = App::new(AppParts {
            store,
            config: Config::default(),
            clock: Clock::start(),
            database: DatabaseView {
                kind: plant_core::model::DatabaseKind::Private,
                version: "15".into(),
            },
            state_dir,
            grounds: plant_core::place::Grounds::default(),
            workers: Workers::find(&Config::default().intake).unwrap(),
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
    plant_store::orgs::create(store, &org, "test", None).await.unwrap();
}

async fn push(client: &Client, name: &str, folder: Option<&str>, text: &str) -> Result<FileItem, ClientError> {
    let (one, two) = text.as_bytes().split_at(text.len() / 2);
    client
        .push_file(name, folder, tokio_stream::iter([Ok(one.to_vec()), Ok(two.to_vec())]))
        .await
}
