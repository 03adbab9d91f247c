//! A cluster for the tests of this process, databases in it, and files that go in as a worker's would.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use plant_core::access::DAEMON;
use plant_core::balance::Balance;
use plant_core::component::{ComponentRow, Dimension};
use plant_core::family::{Family, KeptFamily};
use plant_core::ids::{FileId, FolderId, OrgId, ProfileId};
use plant_core::job::{AnalysisOutput, Decision, IngestEnd, IngestHead, JobKind, Refusal};
use plant_core::mark::Mark;
use plant_core::model::{FolderKind, FolderMode, RecordView, TierView};
use plant_core::profile::{Profile, ProfileColumn, Settings, Transform};
use plant_core::record::{Record, Value};
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_core::table::{Form, Layout};
use plant_core::variable::Variable;
use rust_decimal::Decimal;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection, Executor};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::analyses;
use crate::cluster::{ClusterError, ClusterOptions, PrivateCluster, Programs, find_programs};
use crate::components::Piece;
use crate::files::Sighting;
use crate::ingest::{Committed, IngestTx, Outcome, Piece as Rows, Seen, Sent};
use crate::jobs::{self, Choice, ClaimedJob};
use crate::records::{self, RecordFilter};
use crate::{Access, Connections, OrgTx, Result, Store, files, folders, orgs};

/// What the test says when it is.
pub fn at(second: u32) -> DateTime<Utc> {
    Utc.timestamp_opt(1_780_000_000 + i64::from(second), 0).unwrap()
}

/// A number that is larger than that of any call before.
pub fn fresh_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// An id that no other call gives.
pub fn fresh_id() -> Uuid {
    let number = fresh_number();
    let mut random = [0; 10];
    random[..4].copy_from_slice(&number.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(1_780_000_000_000 + u64::from(number), &random).into_uuid()
}

pub fn programs() -> Programs {
    find_programs(Some("/usr/bin:/bin".as_ref())).unwrap()
}

/// The cluster of this process. Its folder stays for the next one, which is faster for it (`make test` takes all of them
/// away at its end); each process that runs at the same time takes the next folder. The guard stops it when the process
/// ends.
fn cluster() -> &'static Access {
    static CLUSTER: OnceLock<Access> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let (send, receive) = std::sync::mpsc::channel();
        // A thread of its own: each test has a runtime that ends with it.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let cluster = start_any().await;
                let access = cluster.access();
                drop_old(&access).await;
                Store::prepare(&access).await.unwrap();
                send.send(access).unwrap();
                std::future::pending::<()>().await;
                drop(cluster);
            });
        });
        receive.recv().unwrap()
    })
}

async fn start_any() -> PrivateCluster {
    let uid = rustix::process::geteuid().as_raw();
    for slot in 0..64 {
        let state_dir: PathBuf = std::env::temp_dir().join(format!("plant-store-test-{uid}-{slot}"));
        let mut options = ClusterOptions::new(state_dir, programs());
        for (name, value) in [
            ("fsync", "off"),
            ("synchronous_commit", "off"),
            ("max_connections", "300"),
        ] {
            options.settings.push((name.to_owned(), value.to_owned()));
        }
        match PrivateCluster::start(options).await {
            Err(ClusterError::InUse { .. }) => {}
            other => return other.unwrap(),
        }
    }
    panic!("64 clusters are in use");
}

/// What an earlier run left, its template as well: the migrations may have changed since.
async fn drop_old(access: &Access) {
    let mut connection = connect(&access.with_database("postgres"), Role::Superuser).await;
    let old: Vec<String> =
        sqlx::query_scalar("SELECT datname::text FROM pg_database WHERE datname LIKE 't\\_%' OR datname = 'plant'")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    for name in old {
        let drop = format!("DROP DATABASE \"{name}\" WITH (FORCE)");
        connection.execute(AssertSqlSafe(drop)).await.unwrap();
    }
}

/// As whom a test connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    App,
    Migrate,
    Superuser,
}

async fn connect(access: &Access, role: Role) -> PgConnection {
    let options = match role {
        Role::App => access.app.clone(),
        Role::Migrate => access.migrate.clone().unwrap(),
        Role::Superuser => access.superuser.clone().unwrap(),
    };
    PgConnection::connect_with(&options).await.unwrap()
}

/// A database of a test's own, with two orgs.
pub struct Database {
    pub access: Access,
    pub store: Store,
    pub a: OrgId,
    pub b: OrgId,
}

impl Database {
    pub async fn new() -> Database {
        let access = Database::bare().await;
        let store = Store::connect(&access, Connections::default()).await.unwrap();
        let org = |name: &str| orgs::NewOrg {
            name: name.to_owned(),
            zone: "Europe/Berlin".to_owned(),
            currency: Some("EUR".to_owned()),
            goal: Decimal::from(50_000),
        };
        let a = orgs::create(&store, &org("a"), "test", None).await.unwrap();
        let b = orgs::create(&store, &org("b"), "test", None).await.unwrap();
        Database { access, store, a, b }
    }

    /// The acts in the audit log of an org, oldest first: the action with the principal and role that it names.
    pub async fn actions(&self, org: OrgId) -> Vec<String> {
        let page = self
            .run(org, |tx| Box::pin(crate::audit::list(tx, 0, None)))
            .await
            .unwrap();
        let words = |entry: &plant_core::model::AuditEntry| {
            let said = ["principal", "role"].map(|name| entry.body[name].as_str().unwrap_or_default());
            format!("{} {}", entry.action, said.join(" ")).trim_end().to_owned()
        };
        page.items.iter().rev().map(words).collect()
    }

    /// A migrated database that nobody is connected to.
    pub async fn bare() -> Access {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let access = tokio::task::spawn_blocking(cluster).await.unwrap();
        let name = format!("t_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut connection = connect(&access.with_database("postgres"), Role::Superuser).await;
        // Only one copy of a template can be made at a time.
        connection.execute("SELECT pg_advisory_lock(1)").await.unwrap();
        let create = format!("CREATE DATABASE \"{name}\" TEMPLATE plant");
        connection.execute(AssertSqlSafe(create)).await.unwrap();
        // Rights on the database itself are not part of a template.
        let rights = format!(
            "REVOKE ALL ON DATABASE \"{name}\" FROM PUBLIC; GRANT CONNECT ON DATABASE \"{name}\" TO plant_app, plant_migrate, plant_backup"
        );
        connection.execute(sqlx::raw_sql(AssertSqlSafe(rights))).await.unwrap();
        access.with_database(&name)
    }

    pub async fn connect(&self, role: Role) -> PgConnection {
        connect(&self.access, role).await
    }

    /// Runs one statement; the message of its error otherwise.
    pub async fn sql(&self, role: Role, statement: &str) -> std::result::Result<Vec<PgRow>, String> {
        let mut connection = self.connect(role).await;
        connection
            .fetch_all(sqlx::raw_sql(AssertSqlSafe(statement.to_owned())))
            .await
            .map_err(|error| error.to_string())
    }

    /// One value of one row, as text.
    pub async fn text(&self, role: Role, statement: &str) -> Option<String> {
        use sqlx::Row;
        let rows = self.sql(role, statement).await.unwrap();
        rows.last()
            .and_then(|row| row.try_get_unchecked::<Option<String>, _>(0).unwrap())
    }

    pub async fn run<T, F>(&self, org: OrgId, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut OrgTx) -> futures::future::BoxFuture<'t, Result<T>> + Send + 'static,
    {
        self.store.run(org, "test", work).await
    }

    pub async fn folder(&self, org: OrgId) -> FolderId {
        let view = self
            .run(org, |tx| {
                Box::pin(async move {
                    let folder = folders::NewFolder {
                        since: None,
                        path: format!("/drop/{}", fresh_id()),
                        identity: plant_core::place::Identity {
                            device: u64::MAX,
                            inode: 7,
                            mount: "ext4 /dev/x /".to_owned(),
                            born_ns: Some(7),
                        },
                        kind: FolderKind::Local,
                        mode: FolderMode::Watch,
                        site: None,
                    };
                    folders::add(tx, &folder).await
                })
            })
            .await
            .unwrap();
        view.folder_id
    }

    pub async fn sight(&self, org: OrgId, folder: FolderId, name: &str, state: FileState, second: u32) -> FileId {
        let sighting = sighting(folder, name, state, second);
        let ids = self
            .run(org, move |tx| {
                Box::pin(async move { files::sighted(tx, &[sighting]).await })
            })
            .await
            .unwrap();
        ids[0]
    }

    /// How many jobs of all orgs wait in the queue.
    pub async fn queued(&self) -> u64 {
        let queued = "SELECT count(*)::text FROM app.jobs WHERE state = 'queued'";
        self.text(Role::Superuser, queued).await.unwrap().parse().unwrap()
    }

    pub async fn claim(&self) -> Option<ClaimedJob> {
        jobs::claim(&self.store, std::time::Duration::from_secs(60), Choice::ANY)
            .await
            .unwrap()
    }

    /// Claims until a job of that kind comes, ending analyses that are in the way.
    pub async fn claim_ingest(&self) -> ClaimedJob {
        loop {
            let job = self.claim().await.expect("a job waits");
            if job.kind == JobKind::Ingest {
                return job;
            }
            self.run(job.org, move |tx| Box::pin(async move { jobs::done(tx, &job).await }))
                .await
                .unwrap();
        }
    }

    /// Takes a file in from sighting to commit.
    pub async fn take(&self, org: OrgId, folder: FolderId, file: &Incoming) -> (FileId, Result<Committed>) {
        let id = self
            .sight(org, folder, &file.name, FileState::Stable, fresh_number())
            .await;
        let job = self.claim_ingest().await;
        assert_eq!(job.file_id, id);
        (id, self.ingest(&job, file).await)
    }

    /// Every row of an org, the newest file last.
    pub async fn rows(&self, org: OrgId) -> Vec<RecordView> {
        let mut rows = Vec::new();
        let mut page = None;
        loop {
            let filter = RecordFilter {
                limit: 500,
                page,
                ..RecordFilter::default()
            };
            let found = self
                .run(org, move |tx| Box::pin(async move { records::list(tx, &filter).await }))
                .await
                .unwrap();
            rows.extend(found.items);
            page = found.next_page;
            if page.is_none() {
                rows.reverse();
                return rows;
            }
        }
    }

    /// How many rows of both orgs count, and the sum of their good quantities.
    pub async fn live(&self) -> (String, String) {
        let mut rows = self.rows(self.a).await;
        rows.extend(self.rows(self.b).await);
        rows.retain(|row| row.live);
        let sum: Decimal = rows
            .iter()
            .filter_map(|row| row.values.get("quantity_good")?.as_str()?.parse::<Decimal>().ok())
            .sum();
        (rows.len().to_string(), sum.to_string())
    }

    pub async fn ingest(&self, job: &ClaimedJob, file: &Incoming) -> Result<Committed> {
        let mut ingest = IngestTx::begin(&self.store, job, DAEMON).await?;
        let (send, mut receive) = mpsc::channel(4);
        let blocks = file.blocks();
        let sender = tokio::spawn(async move {
            for block in blocks {
                send.send(Rows::Block(block)).await.unwrap();
            }
            send.send(Rows::End).await.unwrap();
        });
        let taken = ingest.take_rows(&file.profile, None, &mut receive).await;
        sender.await.unwrap();
        assert_eq!(taken?, file.rows.len() as u64);
        ingest.commit(file.outcome()).await
    }
}

pub fn sighting(folder: FolderId, name: &str, state: FileState, second: u32) -> Sighting {
    Sighting {
        file_id: FileId(fresh_id()),
        folder_id: folder,
        name: name.as_bytes().to_vec(),
        display: name.to_owned(),
        bytes: 100 + u64::from(second),
        // A later sighting is of a later change.
        mtime_ns: 7 + i64::from(second),
        inode: u64::MAX,
        ctime_ns: 8,
        state,
        reason: None,
        at: at(second),
    }
}

/// A profile as a person saved it, or one that the daemon made.
pub fn profile(name: &str, keyed: bool) -> Profile {
    let column = |source: &str, variable| ProfileColumn {
        home: None,
        source: source.to_owned(),
        variable,
        transform: Transform::None,
        required: false,
    };
    Profile {
        profile_id: ProfileId(fresh_id()),
        name: name.to_owned(),
        version: 1,
        header_fingerprint: plant_core::header::fingerprint(&header()),
        columns: vec![
            column("WO", Some(Variable::WorkOrder)),
            column("Qty", Some(Variable::QuantityGood)),
            column("Note", None),
        ],
        shape: Default::default(),
        outputs: Vec::new(),
        series_steps: Default::default(),
        settings: Settings {
            key: if keyed { vec![Variable::WorkOrder] } else { Vec::new() },
            ..Settings::default()
        },
        archived: false,
        approved: false,
    }
}

pub fn header() -> Vec<String> {
    ["WO", "Qty", "Note"].map(str::to_owned).to_vec()
}

/// A file on its way in.
#[derive(Clone)]
pub struct Incoming {
    pub name: String,
    pub content: String,
    pub profile: Profile,
    pub is_new: bool,
    pub rows: Vec<Record>,
    pub day: NaiveDate,
}

fn hash(text: &str) -> i64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish().cast_signed()
}

impl Incoming {
    /// Rows of a work order and a quantity, one line each from line 2.
    pub fn new(name: &str, profile: &Profile, is_new: bool, rows: &[(&str, i64)]) -> Incoming {
        let day = NaiveDate::from_ymd_opt(2026, 5, 4).unwrap();
        let rows = rows
            .iter()
            .zip(2_u64..)
            .map(|((order, quantity), line)| {
                let mut record = Record::empty(line);
                record.day = Some(day);
                record.ts = Some(at(0));
                record.set(Variable::WorkOrder, Value::Text((*order).to_owned()));
                record.set(Variable::QuantityGood, Value::Number(Decimal::from(*quantity)));
                record.set(Variable::EventStart, Value::Time(at(0)));
                record.set(Variable::IsFailure, Value::Flag(true));
                record.extra.push(("Note".to_owned(), format!("n{line}")));
                record
            })
            .collect::<Vec<_>>();
        Incoming {
            name: name.to_owned(),
            content: format!("{name}{}", fresh_id()),
            profile: profile.clone(),
            is_new,
            rows,
            day,
        }
    }

    /// The rows in blocks of a hundred.
    pub fn blocks(&self) -> Vec<Sent> {
        let mut writer = plant_rows::Writer::default();
        let mut blocks = Vec::new();
        for rows in self.rows.chunks(100) {
            rows.iter().for_each(|row| writer.push(row));
            let sheet = plant_rows::Sheet {
                lines: rows.iter().map(|row| row.line).collect(),
                known: vec![0; rows.len()],
                marks: rows.iter().map(Mark::of).collect(),
            };
            blocks.push(Sent {
                sheet: sheet.to_bytes(),
                block: writer.finish().unwrap(),
            });
        }
        blocks
    }

    /// 64 hex digits that differ with the content.
    pub fn sha256(&self) -> String {
        (0..4)
            .map(|part| format!("{:016x}", hash(&format!("{part}{}", self.content))))
            .collect()
    }

    pub fn head(&self) -> IngestHead {
        IngestHead {
            decision: Decision::Take {
                profile: Box::new(self.profile.clone()),
                is_new: self.is_new,
            },
            ..held_head()
        }
    }

    pub fn outcome(&self) -> Outcome {
        let rows = self.rows.len() as u64;
        Outcome {
            head: self.head(),
            end: IngestEnd {
                balance: Balance {
                    physical: rows + 1,
                    header: 1,
                    taken: rows,
                    ..Balance::default()
                },
                warnings: Vec::new(),
                tier: TierView::default(),
                refusal: None,
                first_day: Some(self.day),
                last_day: Some(self.day),
                plan: None,
                looked: None,
            },
            sha256: self.sha256(),
            bytes: 1234,
            seen: Seen::default(),
            original: None,
            at: at(10),
        }
    }
}

/// What a worker finds in a file that is held.
pub fn held_head() -> IngestHead {
    IngestHead {
        layout: Some(Layout {
            form: Form::Delimited,
            encoding: "utf-8".to_owned(),
            bom: false,
            delimiter: Some(';'),
            quote: Some('"'),
            header_line: Some(1),
            sheet: None,
            twins: Vec::new(),
            sheets: Vec::new(),
            header: header(),
            written: Vec::new(),
            preamble: vec!["a NUL \0 in the preamble".to_owned()],
            confidence: 1.0,
            notes: vec!["the delimiter is ;".to_owned()],
            date_1904: false,
        }),
        decision: Decision::Refuse(Refusal::Hold(reason())),
        columns: Vec::new(),
        suggestion: None,
    }
}

pub fn reason() -> Reason {
    Reason {
        code: ReasonCode::ProfileNeeded,
        text: "no saved profile fits".to_owned(),
    }
}

/// An analysis with these components, by day and every dimension.
pub fn output(components: Vec<ComponentRow>) -> AnalysisOutput {
    let finest = KeptFamily {
        family_no: 1,
        family: Family::FINEST,
        cells: components.len() as u64,
    };
    AnalysisOutput {
        components,
        families: vec![finest],
        tier: TierView {
            overall: 2,
            ..TierView::default()
        },
        analyzers: Vec::new(),
        findings: Vec::new(),
        summary: vec!["fine".to_owned()],
        records: 3,
        entries: Vec::new(),
        wants: Vec::new(),
        uses: Vec::new(),
        edges: Vec::new(),
    }
}

/// Stores an analysis as a worker sends it: its components in pieces, then the rest.
pub async fn store(
    tx: &mut OrgTx,
    job: &ClaimedJob,
    mut output: AnalysisOutput,
    at: DateTime<Utc>,
) -> Result<plant_core::ids::AnalysisId> {
    let (send, mut pieces) = mpsc::channel(1);
    let sender = tokio::spawn(async move {
        for piece in std::mem::take(&mut output.components).chunks(2) {
            drop(send.send(Piece::Components(piece.to_vec())).await);
        }
        for piece in std::mem::take(&mut output.entries).chunks(1) {
            drop(send.send(Piece::Entries(piece.to_vec())).await);
        }
        drop(send.send(Piece::Analysis(Box::new(output))).await);
    });
    let used = analyses::Used {
        references_no: crate::references::number(tx).await.unwrap(),
        aliases: crate::canonical::aliases(tx).await.unwrap(),
        calendars: crate::planned::calendars(tx).await.unwrap(),
    };
    let stored = analyses::store(tx, job, &mut pieces, &used, at).await;
    drop(pieces);
    sender.await.unwrap();
    stored
}

/// No value in any dimension but these.
pub fn dimensions(values: &[(Dimension, &str)]) -> Vec<Option<String>> {
    Dimension::ALL
        .iter()
        .map(|dimension| {
            let found = values.iter().find(|(wanted, _)| wanted == dimension);
            found.map(|(_, value)| (*value).to_owned())
        })
        .collect()
}
