//! Every call against every kind of caller.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use plant_core::access::Role;
use tokio::net::UnixStream;
use tonic::Code;
use tonic::transport::server::Connected;
use tower::ServiceExt;

use super::*;
use crate::rpc::methods::METHODS;

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
    caller: Caller,
    remarks: Arc<Mutex<Vec<Remark>>>,
}

impl Table {
    fn of(caller: Caller) -> Table {
        Table {
            caller,
            remarks: Arc::default(),
        }
    }
}

impl Directory for Table {
    fn look_up(&self, _: Peer) -> BoxFuture<'static, Result<Caller, Fault>> {
        let caller = self.caller.clone();
        Box::pin(async move { Ok(caller) })
    }

    fn remark(&self, remark: Remark) -> BoxFuture<'static, Result<(), Fault>> {
        self.remarks.lock().unwrap().push(remark);
        Box::pin(async { Ok(()) })
    }

    fn new_id(&self) -> Uuid {
        Uuid::nil()
    }
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
        let (one, _other) = UnixStream::pair().unwrap();
        request.extensions_mut().insert(one.connect_info());
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
    Caller::new(STRANGER, 990, Groups::default(), vec![acme()], &[])
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
            _ => assert_eq!(strange, Err(Code::PermissionDenied), "{path} for a stranger"),
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
    let (one, _other) = UnixStream::pair().unwrap();
    let mut request = Request::builder()
        .uri("http://plantd/plant.v1.FileService/ListFiles")
        .body(Body::empty())
        .unwrap();
    request.extensions_mut().insert(one.connect_info());
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
