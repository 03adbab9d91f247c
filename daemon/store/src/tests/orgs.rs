//! Orgs, grants, folders, use and questions, each of its own org alone.

use crate::Connections;
use plant_core::access::{DAEMON, Role as Access};
use plant_core::ids::OrgId;
use plant_core::model::{FolderKind, FolderMode};
use plant_core::operator::Operators;
use plant_core::place::Identity;
use plant_core::trouble::Passing;
use rust_decimal::Decimal;

use super::harness::{Database, Role, at};
use crate::folders::{self, NewFolder};
use crate::orgs::{self, Facts, NewOrg, OrgSettings};
use crate::questions::{self, Question};
use crate::{Store, StoreError, operators, usage};

fn new_org(name: &str, currency: Option<&str>) -> NewOrg {
    NewOrg {
        name: name.to_owned(),
        zone: "America/New_York".to_owned(),
        currency: currency.map(str::to_owned),
        goal: Decimal::from(1),
    }
}

#[tokio::test]
async fn orgs_are_made_and_found() {
    let db = Database::new().await;
    let acme = orgs::create(&db.store, &new_org(" acme ", None), "unix:0", None)
        .await
        .unwrap();
    assert_eq!(orgs::by_name(&db.store, "acme").await.unwrap(), Some(acme));
    assert_eq!(orgs::by_name(&db.store, "nobody").await.unwrap(), None);
    let names: Vec<_> = orgs::all(&db.store)
        .await
        .unwrap()
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    assert_eq!(names, ["a", "acme", "b"]);
    let taken = orgs::create(&db.store, &new_org("acme", None), "unix:0", None).await;
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    for (name, currency) in [("", None), ("x\u{1b}", None), ("y", Some("eur")), ("y", Some("EURO"))] {
        let refused = orgs::create(&db.store, &new_org(name, currency), "unix:0", None).await;
        assert!(
            matches!(refused, Err(StoreError::Invalid { .. })),
            "{name} {currency:?}"
        );
    }
    let settings = OrgSettings {
        name: "acme".to_owned(),
        zone: "UTC".to_owned(),
        currency: Some("USD".to_owned()),
        goal: Decimal::from(60_000),
    };
    let wanted = settings.clone();
    db.run(acme, move |tx| Box::pin(async move { orgs::set(tx, &settings).await }))
        .await
        .unwrap();
    let got = db
        .run(acme, |tx| Box::pin(async move { orgs::get(tx).await }))
        .await
        .unwrap();
    assert_eq!(got, wanted);
    let other = db
        .run(db.a, |tx| Box::pin(async move { orgs::get(tx).await }))
        .await
        .unwrap();
    assert_eq!((other.name.as_str(), other.currency.as_deref()), ("a", Some("EUR")));
}

#[tokio::test]
async fn grants_say_who_may_do_what_where() {
    let db = Database::new().await;
    for (org, role) in [(db.a, Access::Viewer), (db.b, Access::Admin), (db.a, Access::Operator)] {
        db.run(org, move |tx| {
            Box::pin(async move { orgs::grant(tx, "unix:7", role).await })
        })
        .await
        .unwrap();
    }
    let grants = |principal: &'static str| {
        let store = db.store.clone();
        async move {
            let grants = orgs::grants_for(&store, principal).await.unwrap();
            grants
                .into_iter()
                .map(|grant| (grant.name, grant.role))
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(
        grants("unix:7").await,
        [("a".to_owned(), Access::Operator), ("b".to_owned(), Access::Admin)]
    );
    assert_eq!(grants("unix:8").await, []);
    let gone = db
        .run(db.a, |tx| Box::pin(async move { orgs::revoke(tx, "unix:7").await }))
        .await
        .unwrap();
    assert_eq!((gone.principal.as_str(), gone.role), ("unix:7", Access::Operator));
    assert_eq!(grants("unix:7").await, [("b".to_owned(), Access::Admin)]);
    let gone = db
        .run(db.a, |tx| Box::pin(async move { orgs::revoke(tx, "unix:7").await }))
        .await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })));
    let actions = db.actions(db.a).await;
    assert_eq!(
        actions,
        [
            "org.create",
            "grant unix:7 viewer",
            "grant unix:7 operator",
            "revoke unix:7 operator"
        ]
    );
}

#[tokio::test]
async fn grants_are_listed_page_by_page_with_who_gave_them() {
    let db = Database::new().await;
    for (uid, role) in [(3, Access::Viewer), (1, Access::Admin), (2, Access::Admin)] {
        db.run(db.a, move |tx| {
            Box::pin(async move { orgs::grant(tx, &format!("unix:{uid}"), role).await })
        })
        .await
        .unwrap();
    }
    let page = |token: Option<&'static str>| {
        db.run(db.a, move |tx| {
            Box::pin(async move { orgs::grants(tx, 2, token).await })
        })
    };
    let first = page(None).await.unwrap();
    assert_eq!(
        first
            .items
            .iter()
            .map(|grant| (grant.principal.as_str(), grant.role))
            .collect::<Vec<_>>(),
        [("unix:1", Access::Admin), ("unix:2", Access::Admin)]
    );
    assert!(first.items.iter().all(|grant| grant.by == "test"));
    assert_eq!(first.next_page.as_deref(), Some("unix:2"));
    let last = page(Some("unix:2")).await.unwrap();
    assert_eq!((last.items.len(), last.next_page), (1, None));
    assert_eq!(db.run(db.a, |tx| Box::pin(orgs::administrators(tx))).await.unwrap(), 2);
    let theirs = db
        .run(db.b, |tx| Box::pin(async move { orgs::grants(tx, 0, None).await }))
        .await;
    assert!(theirs.unwrap().items.is_empty());
}

#[tokio::test]
async fn who_makes_the_second_org_keeps_the_first() {
    let access = Database::bare().await;
    let store = Store::connect(&access, Connections::default()).await.unwrap();
    let none = OrgId(uuid::Uuid::nil());
    let db = Database {
        access,
        store,
        a: none,
        b: none,
    };
    let made = |name: &'static str, keeper: Option<&'static str>| {
        let store = db.store.clone();
        async move {
            orgs::create(&store, &new_org(name, None), keeper.unwrap_or(DAEMON), keeper)
                .await
                .unwrap()
        }
    };
    let first = made("first", None).await;
    assert_eq!(db.actions(first).await, ["org.create"]);
    let second = made("second", Some("unix:0")).await;
    assert_eq!(db.actions(first).await, ["org.create", "grant unix:0 admin"]);
    assert_eq!(db.actions(second).await, ["org.create"]);
    let third = made("third", Some("unix:5")).await;
    for (org, expected) in [(first, 1), (second, 0), (third, 0)] {
        assert_eq!(
            db.run(org, |tx| Box::pin(orgs::administrators(tx))).await.unwrap(),
            expected
        );
    }
}

#[tokio::test]
async fn folders_are_watched_once_per_org() {
    let db = Database::new().await;
    let add = |org, path: &str, mode: FolderMode| {
        let folder = NewFolder {
            since: None,
            path: path.to_owned(),
            identity: Identity {
                device: u64::MAX,
                inode: 3,
                mount: "nfs4 srv:/x /".to_owned(),
                born_ns: Some(7),
            },
            kind: FolderKind::Local,
            mode,
            site: Some("north".to_owned()),
        };
        db.run(org, move |tx| Box::pin(async move { folders::add(tx, &folder).await }))
    };
    let folder = add(db.a, "/srv/drop", FolderMode::Watch).await.unwrap();
    assert!(matches!(
        add(db.a, "/srv/drop", FolderMode::Poll).await,
        Err(StoreError::Conflict { .. })
    ));
    assert!(matches!(
        add(db.a, "drop", FolderMode::Poll).await,
        Err(StoreError::Invalid { .. })
    ));
    let long = |bytes: usize| format!("/{}", "x".repeat(bytes - 1));
    assert!(matches!(
        add(db.b, &long(1_025), FolderMode::Poll).await,
        Err(StoreError::Invalid { .. })
    ));
    add(db.b, &long(1_024), FolderMode::Poll).await.unwrap();
    add(db.b, "/srv/drop", FolderMode::Poll).await.unwrap();
    let places = folders::all(&db.store).await.unwrap();
    assert_eq!(places.len(), 3);
    assert!(
        places.iter().any(|place| place.org == db.a
            && place.mode == FolderMode::Watch
            && place.site.as_deref() == Some("north"))
    );
    assert!(
        places
            .iter()
            .all(|place| (place.identity.device, place.identity.inode) == (u64::MAX, 3))
    );
    let (view, found) = (
        folder.clone(),
        Identity {
            device: 1,
            inode: 4,
            mount: String::new(),
            born_ns: Some(7),
        },
    );
    let confirmed = found.clone();
    db.run(db.a, move |tx| {
        Box::pin(async move { folders::confirm(tx, &view, &confirmed, FolderKind::Nfs).await })
    })
    .await
    .unwrap();
    let places = folders::all(&db.store).await.unwrap();
    assert_eq!(
        places.iter().filter(|place| place.identity == found).count(),
        1,
        "of one org only"
    );

    let id = folder.folder_id;
    db.run(db.a, move |tx| {
        Box::pin(async move {
            folders::scanned(tx, id, at(1), Some(at(1)), Some((Passing::Silent, "it hangs"))).await?;
            folders::scanned(tx, id, at(2), None, None).await
        })
    })
    .await
    .unwrap();
    let seen = db
        .run(db.a, |tx| Box::pin(async move { folders::list(tx).await }))
        .await
        .unwrap();
    assert_eq!(
        (seen[0].last_scan_at, seen[0].last_file_at, seen[0].fault.as_deref()),
        (Some(at(2)), Some(at(1)), None)
    );
    let theirs = db
        .run(db.b, |tx| Box::pin(async move { folders::list(tx).await }))
        .await
        .unwrap();
    assert_eq!(theirs[0].last_scan_at, None);

    let short = folder.folder_id.to_string()[..30].to_owned();
    let stranger = db
        .run(db.b, {
            let short = short.clone();
            move |tx| Box::pin(async move { folders::remove(tx, &short, at(9)).await })
        })
        .await;
    assert!(matches!(stranger, Err(StoreError::NotFound { .. })));
    db.run(db.a, move |tx| {
        Box::pin(async move { folders::remove(tx, &short, at(9)).await })
    })
    .await
    .unwrap();
    let gone = db
        .run(db.a, |tx| {
            Box::pin(async move { folders::remove(tx, "/srv/drop", at(9)).await })
        })
        .await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })));
    assert_ne!(
        add(db.a, "/srv/drop", FolderMode::Poll).await.unwrap().folder_id,
        folder.folder_id,
        "it may come back"
    );
}

/// After the worked case W18: months are those of the org's own zone.
#[tokio::test]
async fn use_is_counted_in_months_of_the_org() {
    let db = Database::new().await;
    let org = orgs::create(&db.store, &new_org("ny", None), "test", None)
        .await
        .unwrap();
    for time in [
        "2026-01-31T23:30:00-05:00",
        "2026-02-01T00:00:00-05:00",
        "2026-02-28T23:59:59.9-05:00",
    ] {
        let time = time.parse().unwrap();
        db.run(org, move |tx| {
            Box::pin(async move { usage::add(tx, "files", 1, time).await })
        })
        .await
        .unwrap();
    }
    let month = |month: &'static str| {
        db.run(org, move |tx| {
            Box::pin(async move { usage::get(tx, Some(month), at(0)).await })
        })
    };
    assert_eq!(month("2026-01").await.unwrap().items["files"], 1);
    assert_eq!(month("2026-02").await.unwrap().items["files"], 2);
    assert!(month("2026-03").await.unwrap().items.is_empty());
    for bad in ["2026-13", "2026", "2026-1", "x"] {
        assert!(matches!(month(bad).await, Err(StoreError::Invalid { .. })), "{bad}");
    }
    let now = db
        .run(org, |tx| Box::pin(async move { usage::get(tx, None, at(0)).await }))
        .await
        .unwrap();
    assert_eq!(now.month, "2026-05");
}

#[tokio::test]
async fn facts_grow_with_the_first_steps() {
    let db = Database::new().await;
    let facts = |org| {
        let run = db.run(org, |tx| Box::pin(async move { orgs::facts(tx).await }));
        async move { run.await.unwrap() }
    };
    assert_eq!(facts(db.a).await, Facts::default());
    db.folder(db.a).await;
    let question = Question {
        text: "scrap?".to_owned(),
        asked_at: at(0),
        answered_at: at(1),
        refused: false,
        engine: plant_core::model::Engine::Offline,
    };
    db.run(db.a, move |tx| {
        Box::pin(async move { questions::record(tx, &question).await })
    })
    .await
    .unwrap();
    assert_eq!(
        facts(db.a).await,
        Facts {
            folders: 1,
            questions: 1,
            ..Facts::default()
        }
    );
    assert_eq!(facts(db.b).await, Facts::default());
    db.store.ping().await.unwrap();
    assert!(
        db.store
            .version()
            .await
            .unwrap()
            .split('.')
            .next()
            .unwrap()
            .parse::<u32>()
            .unwrap()
            >= 15
    );
}

#[tokio::test]
async fn each_org_has_a_key_of_its_own_which_nobody_draws_again() {
    let db = Database::new().await;
    let key = async |org| {
        db.run(org, |tx| Box::pin(async move { operators::key(tx).await }))
            .await
            .unwrap()
    };
    let (a, b) = (key(db.a).await.unwrap(), key(db.b).await.unwrap());
    assert_ne!(a.code("Anna"), b.code("Anna"));
    assert_eq!(key(db.a).await, Some(a.clone()));
    let within =
        |org: OrgId, statement: &str| format!("BEGIN; SELECT set_config('app.org_id', '{org}', true); {statement}");
    for statement in [
        "UPDATE app.operators SET key = sha256('x')",
        "DELETE FROM app.operators",
        "INSERT INTO app.operators (org_id) SELECT org_id FROM app.orgs",
    ] {
        let refused = db.sql(Role::App, &within(db.a, statement)).await;
        assert!(refused.is_err(), "{statement}");
    }
    let set = async |kept| {
        db.run(db.a, move |tx| {
            Box::pin(async move { operators::set(tx, kept, at(5)).await })
        })
        .await
    };
    assert_eq!(set(Operators::Names).await.unwrap(), 0);
    assert!(matches!(set(Operators::Names).await, Err(StoreError::Conflict { .. })));
    assert_eq!((key(db.a).await, key(db.b).await), (None, Some(b)));
    let view = db
        .run(db.a, |tx| Box::pin(async move { operators::list(tx, 10, None).await }))
        .await
        .unwrap();
    assert_eq!(
        (view.kept, view.since, view.items.len()),
        (Operators::Names, Some(at(5)), 0)
    );
    assert!(view.by.is_some());
    assert!(db.actions(db.a).await.contains(&"operators.set".to_owned()));
    set(Operators::Codes).await.unwrap();
    assert_eq!(key(db.a).await, Some(a), "what was a code before is the same again");
}
