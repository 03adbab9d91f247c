//! What files tell of things, and who is analysed again for it.

use plant_core::ids::OrgId;
use plant_core::job::AnalysisOutput;
use plant_core::reference::{Entry, Fact, ReferenceUse, Subject};
use plant_core::variable::Variable;

use super::figures::{analysed, store};
use super::harness::{Database, Incoming, Role, at, output, profile};
use crate::{analyses, components};

/// What a unit of a product costs, by rows of events.
fn unit_cost(product: &str, cost: i64) -> Entry {
    Entry {
        variable: Variable::StandardUnitCost,
        key: [(Variable::ProductCode, product.to_owned())].into(),
        value: Fact::Number(cost.into()),
        currency: Some("EUR".to_owned()),
        from: None,
        to: None,
        line: 2,
        listed: false,
    }
}

/// An analysis of rows that want to know what a unit of P-1 costs.
fn wanting() -> AnalysisOutput {
    AnalysisOutput {
        wants: vec![Subject::of(
            Variable::StandardUnitCost,
            [(Variable::ProductCode, "p-1")],
        )],
        ..output(Vec::new())
    }
}

fn telling(entries: &[Entry]) -> AnalysisOutput {
    AnalysisOutput {
        entries: entries.to_vec(),
        ..output(Vec::new())
    }
}

/// What is known of unit costs, each with its file.
async fn costs(db: &Database, org: OrgId) -> (Vec<(String, Entry)>, i64) {
    db.run(org, |tx| {
        Box::pin(async move {
            let (known, number) = crate::references::known(tx, &[Variable::StandardUnitCost].into()).await?;
            let mut told: Vec<(String, Entry)> = Vec::new();
            for (source, entry) in known.entries {
                told.push((known.sources[source as usize].name.clone(), entry));
            }
            told.sort_by(|one, other| one.1.key.cmp(&other.1.key));
            Ok((told, number))
        })
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn what_lists_say_comes_from_the_file_that_was_changed_last_and_whoever_uses_it_is_analysed_again() {
    let db = Database::new().await;
    let says = |cost: i64| telling(&["P-1", "P-2"].map(|product| unit_cost(product, cost)));
    let scrap = analysed(&db, "scrap.csv", wanting()).await;
    assert_eq!(db.queued().await, 0, "nothing costs anything yet");
    analysed(&db, "b.csv", says(4)).await;
    assert_eq!(db.queued().await, 1, "scrap.csv is valued now");
    assert_eq!(store(&db, wanting()).await.map(|_| ()).ok(), Some(()));
    let files = db
        .sql(Role::Superuser, "SELECT 1 FROM app.analyses WHERE stale")
        .await
        .unwrap();
    assert!(files.is_empty(), "{scrap} was the one");
    // What was changed before says nothing new, although it comes later.
    let later = "UPDATE app.files SET mtime_ns = 2000000000 WHERE name = 'b.csv' RETURNING name";
    assert_eq!(db.text(Role::Superuser, later).await.as_deref(), Some("b.csv"));
    analysed(&db, "a.csv", says(3)).await;
    assert_eq!(db.queued().await, 0);
    let told = |file: &str| {
        ["P-1", "P-2"]
            .map(|product| (file.to_owned(), unit_cost(product, 4)))
            .to_vec()
    };
    assert_eq!(costs(&db, db.a).await.0, told("b.csv"));
    assert_eq!(costs(&db, db.b).await.0, []);
    // Of another product it is of no concern to anybody.
    analysed(&db, "c.csv", telling(&[unit_cost("P-3", 9)])).await;
    assert_eq!(db.queued().await, 0);
    // A list goes before what rows of events say, and makes whoever used those be analysed again.
    let list = Entry {
        listed: true,
        ..unit_cost("P-1", 4)
    };
    analysed(&db, "list.csv", telling(&[list])).await;
    assert_eq!(db.queued().await, 1);
}

#[tokio::test]
async fn an_analysis_that_was_made_while_a_cost_changed_is_made_again() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let p = profile("p", false);
    let scrap = Incoming::new("scrap.csv", &p, true, &[("1", 1)]);
    db.take(db.a, folder, &scrap).await.1.unwrap();
    let job = db.claim().await.unwrap();
    // It has the costs that are known, which are none, when a list of costs is analysed.
    let before = costs(&db, db.a).await.1;
    analysed(&db, "costs.csv", telling(&[unit_cost("P-1", 4)])).await;
    assert_eq!(db.queued().await, 0, "nothing is known yet of what it values");
    let made = |output: AnalysisOutput| {
        let job = job.clone();
        let used = analyses::Used {
            references_no: before,
            ..analyses::Used::default()
        };
        db.run(db.a, move |tx| {
            Box::pin(async move {
                let (send, mut pieces) = tokio::sync::mpsc::channel(1);
                send.send(components::Piece::Analysis(Box::new(output))).await.unwrap();
                analyses::store(tx, &job, &mut pieces, &used, at(30)).await
            })
        })
    };
    made(wanting()).await.unwrap();
    assert_eq!(db.queued().await, 1, "it is made again");
}

#[tokio::test]
async fn whoever_wants_very_much_of_a_variable_is_analysed_again_for_each_change_of_it() {
    let db = Database::new().await;
    let all = AnalysisOutput {
        wants: vec![Subject::any(Variable::StandardUnitCost)],
        ..output(Vec::new())
    };
    analysed(&db, "scrap.csv", all).await;
    analysed(&db, "costs.csv", telling(&[unit_cost("P-77", 4)])).await;
    assert_eq!(db.queued().await, 1);
}

#[tokio::test]
async fn lists_are_shown_with_where_they_stand_and_who_uses_them() {
    let db = Database::new().await;
    let day = |text: &str| text.parse().ok();
    let line = |machine: &str, line: &str, from: Option<&str>| Entry {
        variable: Variable::Line,
        key: [(Variable::Machine, machine.to_owned())].into(),
        value: Fact::Text(line.to_owned()),
        currency: None,
        from: from.and_then(day),
        to: from.and_then(|_| day("2025-12-31")),
        line: 7,
        listed: true,
    };
    let told = [
        line("M2", "A", Some("2025-01-01")),
        line("M1", "B", Some("2024-01-01")),
        unit_cost("P-1", 4),
    ];
    let list = analysed(&db, "machines.csv", telling(&told)).await;
    let used = AnalysisOutput {
        uses: vec![ReferenceUse {
            variable: Variable::Line,
            file_id: list,
            file: "machines.csv".to_owned(),
            rows: 3,
            entries: 1,
            lines: vec![7],
        }],
        ..output(Vec::new())
    };
    analysed(&db, "events.csv", used).await;
    let of = |org| {
        db.run(org, |tx| {
            Box::pin(async move {
                let items = crate::references::list(tx, 50, None).await?.items;
                let wanted = [(Variable::Machine, "m1".to_owned())];
                let one = crate::references::entries(tx, Variable::Line, &wanted, 50, None).await?;
                let first = crate::references::entries(tx, Variable::Line, &[], 1, None).await?;
                let rest = crate::references::entries(tx, Variable::Line, &[], 1, first.next_page.as_deref()).await?;
                Ok((items, one.items, [first.items, rest.items].concat(), rest.next_page))
            })
        })
    };
    let (items, one, all, more) = of(db.a).await.unwrap();
    let kinds: Vec<(Variable, u64, u64)> = items
        .iter()
        .map(|item| (item.kind, item.entries, item.listed))
        .collect();
    assert_eq!(kinds, [(Variable::Line, 2, 2), (Variable::StandardUnitCost, 1, 0)]);
    assert_eq!(
        (items[0].valid_from, items[0].valid_to),
        (day("2024-01-01"), day("2025-12-31"))
    );
    assert_eq!((items[1].valid_from, items[1].valid_to), (None, None));
    assert_eq!(
        items[0]
            .files
            .iter()
            .map(|file| (&*file.name, file.rows))
            .collect::<Vec<_>>(),
        [("machines.csv", 2)]
    );
    assert_eq!(
        items[0]
            .used_by
            .iter()
            .map(|file| (&*file.name, file.rows))
            .collect::<Vec<_>>(),
        [("events.csv", 3)]
    );
    assert_eq!(items[1].used_by, []);
    assert_eq!(
        one.iter().map(|entry| entry.text.as_deref()).collect::<Vec<_>>(),
        [Some("B")]
    );
    assert_eq!(
        all.iter().map(|entry| (entry.line, &*entry.file)).collect::<Vec<_>>(),
        [(7, "machines.csv"); 2]
    );
    assert_eq!(more, None);
    let (items, one, all, _) = of(db.b).await.unwrap();
    assert_eq!((items.len(), one.len(), all.len()), (0, 0, 0), "nothing of another org");
}

#[tokio::test]
async fn of_one_period_the_newest_file_says_it_and_the_oldest_that_says_the_same_is_named() {
    let db = Database::new().await;
    let at_time = async |name: &str, time: u64| {
        let set = format!("UPDATE app.files SET mtime_ns = {time} WHERE name = '{name}' RETURNING name");
        assert_eq!(db.text(Role::Superuser, &set).await.as_deref(), Some(name));
    };
    let listed = |cost: i64, from: Option<&str>| Entry {
        listed: true,
        from: from.and_then(|from| from.parse().ok()),
        ..unit_cost("P-1", cost)
    };
    let dated = listed(3, Some("2025-01-01"));
    // Each tells its costs before its time is set; what is looked at afterwards goes by the times.
    for (name, time, entries) in [
        ("old.csv", 1, vec![listed(1, None), dated.clone()]),
        ("middle.csv", 2, vec![listed(2, None), unit_cost("P-1", 4)]),
        ("new.csv", 3, vec![listed(1, None)]),
    ] {
        analysed(&db, name, telling(&entries)).await;
        at_time(name, time).await;
    }
    let told = costs(&db, db.a).await.0;
    let expected = [
        ("old.csv", listed(1, None)),
        ("middle.csv", unit_cost("P-1", 4)),
        ("old.csv", dated),
    ]
    .map(|(file, entry)| (file.to_owned(), entry));
    assert_eq!(
        told, expected,
        "1 holds and stood first in the oldest; the dated one is another period"
    );
}
