//! Every call against every kind of caller.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use plant_core::access::Role;
use tokio::sync::watch;
use tonic::Code;
use tonic::codegen::Bytes;
use tower::ServiceExt;

use uuid::Uuid;

use super::accounts::Groups;
use super::*;
use crate::rpc::connections::{Bounds, Connections};
use crate::rpc::methods::METHODS;
use crate::rpc::peer::Peer;

fn org(number: u8) -> OrgId {
    OrgId(Uuid::from_bytes([number; 16]))
}

fn acme() -> (OrgId, String) {
    (org(1), "acme".to_owned())
}

fn other() -> (OrgId, String) {
    (org(2), "other".to_owned())
}

/// Answers with one caller, and keeps the remarks.
#[derive(Clone)]
struct Table {
    caller: Arc<Mutex<Result<Caller, Fault>>>,
    remarks: Arc<Mutex<Vec<Remark>>>,
    changes: watch::Sender<u64>,
}

impl Table {
    fn of(caller: Caller) -> Table {
        Table {
            caller: Arc::new(Mutex::new(Ok(caller))),
            remarks: Arc::default(),
            changes: watch::Sender::new(0),
        }
    }

    /// From now on it answers with that.
    fn answers(&self, caller: Result<Caller, Fault>) {
        *self.caller.lock().unwrap() = caller;
    }
}

impl Directory for Table {
    fn look_up(&self, _: Peer) -> BoxFuture<'static, Result<Caller, Fault>> {
        let caller = self.caller.lock().unwrap().clone();
        Box::pin(async move { caller })
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn remark(&self, remark: Remark) -> BoxFuture<'static, Result<(), Fault>> {
        self.remarks.lock().unwrap().push(remark);
        Box::pin(async { Ok(()) })
    }

    fn new_id(&self) -> Uuid {
        Uuid::nil()
    }
}

/// A connection of an account, by which calls come in.
fn link() -> Link {
    let connections = Connections::new(Bounds::of(4_096), 990);
    let (place, _closed) = connections.admit(Peer { uid: 1_000, gid: 1_000 }).unwrap();
    place.link()
}

/// What comes out at the other side of the door: the context that the handler got, or the code of the refusal.
async fn knock(table: &Table, path: &str, org: Option<&str>, with_credentials: bool) -> Result<Option<Ctx>, Code> {
    let reached = Arc::new(Mutex::new(None));
    let inside = Arc::clone(&reached);
    let service = tower::service_fn(move |request: Request<Body>| {
        let inside = Arc::clone(&inside);
        async move {
            assert!(request.extensions().get::<Arc<Caller>>().is_some());
            *inside.lock().unwrap() = Some(request.extensions().get::<Ctx>().cloned());
            Ok::<_, Infallible>(Response::new(Body::empty()))
        }
    });
    let door = DoorLayer::new(table.clone()).layer(service);
    let mut request = Request::builder().uri(format!("http://plantd{path}"));
    if let Some(org) = org {
        request = request.header(ORG_METADATA, org.as_bytes());
    }
    let mut request = request.body(Body::empty()).unwrap();
    if with_credentials {
        request.extensions_mut().insert(link());
    }
    let response = door.oneshot(request).await.unwrap();
    let passed = reached.lock().unwrap().take();
    match (passed, Status::from_header_map(response.headers())) {
        (Some(ctx), None) => Ok(ctx),
        (None, Some(status)) => Err(status.code()),
        other => panic!("neither in nor out: {other:?}"),
    }
}

fn member(role: Role) -> Caller {
    Caller::new(1_000, 990, Groups::default(), vec![acme(), other()], &[(org(1), role)])
}

const STRANGER: u32 = 4_321;

fn stranger() -> Caller {
    Caller::new(STRANGER, 990, Groups::default(), vec![acme(), other()], &[])
}

#[tokio::test]
async fn every_call_takes_credentials_and_a_grant() {
    let table = Table::of(stranger());
    for (path, need, _) in METHODS {
        assert_eq!(
            knock(&table, path, None, false).await,
            Err(Code::PermissionDenied),
            "{path} without credentials"
        );
        let strange = knock(&table, path, Some("acme"), true).await;
        match need {
            Need::Account => assert_eq!(strange, Ok(None), "{path}"),
            _ => {
                assert_eq!(strange, Err(Code::PermissionDenied), "{path} for a stranger");
                // Every org of the machine knows.
                let remarks = std::mem::take(&mut *table.remarks.lock().unwrap());
                let told: Vec<_> = remarks
                    .iter()
                    .map(|told| (told.uid, told.org, told.action, told.method))
                    .collect();
                let denied = |number| (STRANGER, org(number), "access.denied", *path);
                assert_eq!(told, [denied(1), denied(2)], "{path}");
            }
        }
    }
}

#[tokio::test]
async fn every_call_takes_its_role() {
    for role in [Role::Viewer, Role::Analyst, Role::Operator, Role::Admin] {
        let table = Table::of(member(role));
        for (path, need, _) in METHODS {
            let got = knock(&table, path, None, true).await;
            match need {
                Need::Account | Need::Known => assert_eq!(got, Ok(None), "{path}"),
                Need::HostAdmin => assert_eq!(got, Err(Code::PermissionDenied), "{path} for {role:?}"),
                Need::Role(least) if role >= *least => {
                    let ctx = got.unwrap().expect("an org");
                    assert_eq!(
                        (ctx.org, ctx.role, ctx.actor.as_str()),
                        (org(1), role, "unix:1000"),
                        "{path}"
                    );
                }
                Need::Role(_) => {
                    assert_eq!(got, Err(Code::PermissionDenied), "{path} for {role:?}");
                    let remark = table.remarks.lock().unwrap().pop().expect("the org's log knows");
                    assert_eq!(
                        (remark.org, remark.action, remark.method),
                        (org(1), "access.denied", *path)
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_call_that_the_table_does_not_name_is_denied() {
    let table = Table::of(Caller::new(0, 0, Groups::default(), vec![acme()], &[]));
    for path in [
        "/plant.v1.FileService/DropFiles",
        "/plant.v1.fileservice/ListFiles",
        "/plant.v1.FileService/ListFiles/",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/",
        "//plant.v1.FileService/ListFiles",
    ] {
        assert_eq!(
            knock(&table, path, None, true).await,
            Err(Code::PermissionDenied),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_header_selects_among_the_grants_only() {
    let path = "/plant.v1.FileService/ListFiles";
    let table = Table::of(member(Role::Viewer));
    let ctx = knock(&table, path, Some("acme"), true).await.unwrap().unwrap();
    assert_eq!(ctx.org, org(1));
    // The org of somebody else and one that is not there are the same.
    for name in ["other", "nowhere", "", "ACME", "acme "] {
        assert_eq!(
            knock(&table, path, Some(name), true).await,
            Err(Code::NotFound),
            "{name:?}"
        );
    }
    let caller = member(Role::Viewer);
    let told = |name| {
        caller
            .admit(Need::Role(Role::Viewer), Some(name))
            .unwrap_err()
            .fault
            .to_string()
    };
    assert_eq!(
        told("other").replace("other", "x"),
        told("nowhere").replace("nowhere", "x")
    );

    let both = Caller::new(
        1_000,
        990,
        Groups::default(),
        vec![acme(), other()],
        &[(org(1), Role::Viewer), (org(2), Role::Admin)],
    );
    let table = Table::of(both);
    assert_eq!(
        knock(&table, path, None, true).await,
        Err(Code::InvalidArgument),
        "which of the two?"
    );
    let ctx = knock(&table, path, Some("other"), true).await.unwrap().unwrap();
    assert_eq!((ctx.org, ctx.role), (org(2), Role::Admin));
    assert!(table.remarks.lock().unwrap().is_empty());
}

#[tokio::test]
async fn root_enters_an_org_of_several_only_by_its_name_and_is_noted() {
    let path = "/plant.v1.FileService/ListFiles";
    for uid in [0, 990] {
        let table = Table::of(Caller::new(uid, 990, Groups::default(), vec![acme(), other()], &[]));
        assert_eq!(knock(&table, path, None, true).await, Err(Code::InvalidArgument));
        assert!(table.remarks.lock().unwrap().is_empty());
        let ctx = knock(&table, path, Some("other"), true).await.unwrap().unwrap();
        assert_eq!((ctx.org, ctx.role), (org(2), Role::Admin));
        let remark = table.remarks.lock().unwrap().pop().unwrap();
        assert_eq!((remark.org, remark.action), (org(2), "access.break_glass"));
        assert_eq!(
            knock(&table, "/plant.v1.OrgService/CreateOrg", None, true).await,
            Ok(None)
        );
        assert_eq!(knock(&table, path, Some("nowhere"), true).await, Err(Code::NotFound));

        // With a small grant it is what the grant says, and more only by the name.
        let table = Table::of(Caller::new(
            uid,
            990,
            Groups::default(),
            vec![acme(), other()],
            &[(org(1), Role::Viewer)],
        ));
        let path = "/plant.v1.FolderService/AddFolder";
        assert_eq!(knock(&table, path, None, true).await, Err(Code::PermissionDenied));
        table.remarks.lock().unwrap().clear();
        assert_eq!(
            knock(&table, path, Some("acme"), true).await.unwrap().unwrap().role,
            Role::Admin
        );
        assert_eq!(
            table.remarks.lock().unwrap().pop().unwrap().action,
            "access.break_glass"
        );
    }
}

#[test]
fn groups_and_accounts_imply_a_role_where_there_is_one_org() {
    let role = |uid, groups, orgs: Vec<_>| {
        let caller = Caller::new(uid, 990, groups, orgs, &[]);
        caller.memberships.first().map(|member| member.role)
    };
    let none = Groups::default();
    let plant = Groups { is_plant: true, ..none };
    let admin = Groups {
        is_plant_admin: true,
        ..none
    };
    let one = || vec![acme()];
    assert_eq!(role(0, none, one()), Some(Role::Admin));
    assert_eq!(role(990, none, one()), Some(Role::Admin));
    assert_eq!(role(1_000, admin, one()), Some(Role::Admin));
    assert_eq!(role(1_000, plant, one()), Some(Role::Operator));
    assert_eq!(role(1_000, none, one()), None);
    for (uid, groups) in [(0, none), (990, none), (1_000, admin), (1_000, plant)] {
        assert_eq!(
            role(uid, groups, vec![acme(), other()]),
            None,
            "several orgs: explicit grants only"
        );
    }
    // A grant above what is implied counts, one below takes nothing away.
    let granted = |grant| Caller::new(1_000, 990, plant, one(), &[(org(1), grant)]).memberships[0].role;
    assert_eq!(
        (granted(Role::Admin), granted(Role::Viewer)),
        (Role::Admin, Role::Operator)
    );
    // A grant in an org that is gone is none.
    assert!(
        Caller::new(1_000, 990, none, one(), &[(org(7), Role::Admin)])
            .memberships
            .is_empty()
    );
}

#[test]
fn answers_of_the_system_are_good_for_a_minute() {
    let accounts = accounts::Accounts::default();
    let peer = Peer { uid: 1, gid: 1 };
    let groups = Groups {
        is_plant: true,
        ..Groups::default()
    };
    assert_eq!(accounts.recall(peer, 0), None);
    accounts.remember(peer, groups, 1_000);
    assert_eq!(accounts.recall(peer, 60_999), Some(groups));
    assert_eq!(accounts.recall(peer, 61_000), None);
    assert_eq!(accounts.recall(Peer { uid: 1, gid: 2 }, 1_000), None);
}

#[test]
fn the_system_knows_root() {
    // Whatever the machine: this asks the system's own lists and must not fail on an account that isn't in them.
    accounts::groups_of(Peer { uid: 0, gid: 0 });
    assert_eq!(
        accounts::groups_of(Peer {
            uid: 3_999_999_999,
            gid: 3_999_999_999
        }),
        Groups::default()
    );
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_given_up() {
    let service = tower::service_fn(|_: Request<Body>| std::future::pending::<Result<Response<Body>, Infallible>>());
    let layer = DoorLayer {
        patience: Duration::from_millis(20),
        ..DoorLayer::new(Table::of(member(Role::Viewer)))
    };
    let door = layer.layer(service);
    let mut request = Request::builder()
        .uri("http://plantd/plant.v1.FileService/ListFiles")
        .body(Body::empty())
        .unwrap();
    request.extensions_mut().insert(link());
    let response = door.oneshot(request).await.unwrap();
    assert_eq!(
        Status::from_header_map(response.headers()).unwrap().code(),
        Code::Unavailable
    );
}

#[test]
fn a_refusal_names_the_command_as_it_works() {
    let told = |caller: &Caller, need, asked| caller.admit(need, asked).unwrap_err().fault.to_string();
    let words = told(&stranger(), Need::Known, None);
    assert!(words.ends_with(": plant org grant unix:4321 --role viewer"), "{words}");
    let words = told(&member(Role::Viewer), Need::Role(Role::Admin), None);
    assert!(
        words.ends_with(": plant org grant acme unix:1000 --role admin"),
        "{words}"
    );
    let one = Caller::new(
        1_000,
        990,
        Groups::default(),
        vec![(org(1), "my plant".to_owned())],
        &[(org(1), Role::Viewer)],
    );
    let words = told(&one, Need::Role(Role::Operator), None);
    assert!(
        words.ends_with(": plant org grant unix:1000 --role operator"),
        "{words}"
    );
    for (name, word) in [
        ("acme", "acme"),
        ("Werk 2", "'Werk 2'"),
        ("it's", "'it'\\''s'"),
        ("-x", "'-x'"),
        ("", "''"),
        ("a;rm", "'a;rm'"),
        ("Größe", "Größe"),
    ] {
        assert_eq!(shell_word(name), word);
    }
}

/// An open call: what came in, and the rest of the answer.
struct Open {
    table: Table,
    answer: Body,
    more: tokio::sync::mpsc::UnboundedSender<Bytes>,
}

/// A stream of the org `acme` whose answer is what the test sends.
async fn open(path: &str, caller: Caller, asked: Option<&str>) -> Open {
    let table = Table::of(caller);
    let (more, pieces) = tokio::sync::mpsc::unbounded_channel::<Bytes>();
    let pieces = Arc::new(Mutex::new(Some(pieces)));
    let service = tower::service_fn(move |_: Request<Body>| {
        let pieces = pieces.lock().unwrap().take().unwrap();
        async move { Ok::<_, Infallible>(Response::new(Body::new(Pieces(pieces)))) }
    });
    let mut request = Request::builder().uri(format!("http://plantd{path}"));
    if let Some(org) = asked {
        request = request.header(ORG_METADATA, org);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(link());
    let response = DoorLayer::new(table.clone())
        .layer(service)
        .oneshot(request)
        .await
        .unwrap();
    assert!(Status::from_header_map(response.headers()).is_none(), "let in");
    Open {
        table,
        answer: response.into_body(),
        more,
    }
}

struct Pieces(tokio::sync::mpsc::UnboundedReceiver<Bytes>);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Status>>> {
        self.0
            .poll_recv(context)
            .map(|piece| piece.map(|piece| Ok(http_body::Frame::data(piece))))
    }
}

impl Open {
    /// The next piece of the answer, or the code that ended it; `None` where it just ended.
    async fn next(&mut self) -> Option<Result<Bytes, Code>> {
        let frame =
            std::future::poll_fn(|context| http_body::Body::poll_frame(std::pin::Pin::new(&mut self.answer), context));
        let frame = tokio::time::timeout(Duration::from_secs(90), frame)
            .await
            .expect("something comes");
        let frame = frame?.expect("no transport, no fault of it");
        Some(match frame.into_data() {
            Ok(piece) => Ok(piece),
            Err(frame) => Err(Status::from_header_map(frame.trailers_ref().unwrap()).unwrap().code()),
        })
    }

    fn send(&self, piece: &'static str) {
        self.more.send(Bytes::from_static(piece.as_bytes())).unwrap();
    }
}

const WATCH: &str = "/plant.v1.SystemService/WatchEvents";

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_the_right_to_it() {
    let mut open = open(WATCH, member(Role::Viewer), None).await;
    open.send("one");
    assert_eq!(open.next().await, Some(Ok(Bytes::from_static(b"one"))));
    // A change that is none for this right is looked at and nothing ends.
    open.table.changes.send_modify(|changes| *changes += 1);
    open.send("two");
    assert_eq!(open.next().await, Some(Ok(Bytes::from_static(b"two"))));
    // What comes after the right is gone does not pass, however soon it comes.
    open.table.answers(Ok(stranger()));
    open.table.changes.send_modify(|changes| *changes += 1);
    open.send("three");
    assert_eq!(open.next().await, Some(Err(Code::PermissionDenied)));
    assert_eq!(open.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn what_another_daemon_or_the_system_changes_is_seen_in_time() {
    let mut open = open(WATCH, member(Role::Viewer), None).await;
    open.table.answers(Ok(member(Role::Admin)));
    open.send("one");
    assert_eq!(open.next().await, Some(Ok(Bytes::from_static(b"one"))));
    open.table.answers(Ok(stranger()));
    let started = tokio::time::Instant::now();
    assert_eq!(open.next().await, Some(Err(Code::PermissionDenied)));
    assert!(started.elapsed() <= right::LOOK_AGAIN, "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_database_that_is_away_for_a_moment_ends_nothing() {
    let away = || Err(Fault::unavailable("the database can't be reached"));
    let mut open = open(WATCH, member(Role::Viewer), None).await;
    open.table.answers(away());
    let quiet = tokio::time::timeout(Duration::from_secs(21), open.next()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    open.table.answers(Ok(member(Role::Viewer)));
    assert!(
        tokio::time::timeout(Duration::from_secs(60), open.next())
            .await
            .is_err()
    );
    // For long it does, and at once where a right was changed.
    open.table.answers(away());
    let ended = tokio::time::timeout(Duration::from_secs(40), open.next()).await;
    assert_eq!(ended.unwrap(), Some(Err(Code::Unavailable)));
}

#[tokio::test(start_paused = true)]
async fn a_change_that_cannot_be_looked_at_ends_the_stream() {
    let mut open = open(WATCH, member(Role::Viewer), None).await;
    open.table
        .answers(Err(Fault::unavailable("the database can't be reached")));
    open.table.changes.send_modify(|changes| *changes += 1);
    assert_eq!(open.next().await, Some(Err(Code::Unavailable)));
}

#[test]
fn a_right_stands_in_its_own_org_alone() {
    let caller = |grants: &[(OrgId, Role)], uid, orgs: Vec<(OrgId, String)>| {
        Caller::new(uid, 990, Groups::default(), orgs, grants)
    };
    let both = || vec![acme(), other()];
    let viewer = caller(&[(org(1), Role::Viewer)], 1_000, both());
    assert!(viewer.still(org(1), Role::Viewer, false).is_ok());
    assert!(
        viewer.still(org(1), Role::Operator, false).is_err(),
        "a smaller role than before"
    );
    assert!(viewer.still(org(2), Role::Viewer, true).is_err());
    // One more org is no reason to end, although the next call has to name one.
    let more = caller(&[(org(1), Role::Viewer), (org(2), Role::Admin)], 1_000, both());
    assert!(more.still(org(1), Role::Viewer, false).is_ok());
    // Root by the name of the org, and no longer by being alone with one.
    let root = caller(&[], 0, both());
    assert!(root.still(org(1), Role::Admin, true).is_ok() && root.still(org(1), Role::Viewer, false).is_err());
    assert!(root.still(org(7), Role::Viewer, true).is_err(), "an org that is gone");
    let small = caller(&[(org(1), Role::Viewer)], 0, both());
    assert!(small.still(org(1), Role::Admin, true).is_ok());
}
