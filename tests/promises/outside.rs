//! On a database server of the plant's own: it may go away and come back, and two daemons may share it.

use plant_tests::{Plant, Server};

use crate::{production, production_sums};

#[test]
fn a_server_that_was_killed_and_is_back_is_used_again_with_every_row() {
    let server = Server::start();
    let plant = Plant::setup().on(&server).start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "before.csv", &production(100, 1));
    plant.settled("before.csv");
    server.kill();
    let away = plant.run(&["status"]);
    assert!(!away.status.success(), "nothing is invented while the database is away");
    server.launch();
    plant.until("the daemon answers again", |plant| {
        plant.run(&["status"]).status.success()
    });
    assert_eq!(plant.metric("quantity_produced", &[]), Some(production_sums(100).0));
    plant.drop_file(&folder, "after.csv", &production(140, 1));
    assert_eq!(plant.settled("after.csv")["balance"]["taken"], 40);
    assert_eq!(plant.metric("quantity_produced", &[]), Some(production_sums(140).0));
}

#[test]
fn two_daemons_on_one_database_take_in_each_file_once() {
    const COUNT: usize = 200;
    let server = Server::start();
    let (one, two) = (Plant::setup().on(&server).start(), Plant::setup().on(&server).start());
    let folder = one.watched("exports");
    for number in 0..COUNT {
        one.drop_file(&folder, &format!("f{number:04}.csv"), &production(20, number * 20 + 1));
    }
    two.until("every file is analysed", |plant| {
        let queue = &plant.json(&["status"])["queue"];
        assert_eq!(queue["failed"], 0, "{queue}");
        queue["analysed"] == COUNT
    });
    for plant in [&one, &two] {
        assert_eq!(
            plant.json(&["status"])["queue"]["total"],
            COUNT,
            "no file is there twice"
        );
        assert_eq!(plant.metric("rows", &[]), Some(20.0 * COUNT as f64));
        assert_eq!(plant.json(&["usage"])["items"]["rows"], 20 * COUNT);
        assert_eq!(plant.json(&["audit", "verify"])["ok"], true);
    }
    // Each analysed a part, and together they analysed each file once.
    let shares = [&one, &two].map(|plant| plant.log().matches(" analysed org.id=").count());
    assert!(
        shares.iter().all(|share| *share > 0) && shares.iter().sum::<usize>() == COUNT,
        "{shares:?}"
    );
    let count = |what: &str| {
        server
            .sql("plant", &format!("SELECT count(*) FROM {what}"))
            .parse::<usize>()
            .unwrap()
    };
    assert_eq!(count("app.audit_log WHERE action = 'file.commit'"), COUNT);
    assert_eq!(count("app.records WHERE live"), 20 * COUNT);
}

#[test]
fn what_a_killed_daemon_had_claimed_is_taken_over_by_the_other() {
    let server = Server::start();
    let (one, two) = (Plant::setup().on(&server).start(), Plant::setup().on(&server).start());
    let folder = one.watched("exports");
    one.drop_file(&folder, "big.csv", &production(300_000, 1));
    let mut both = [Vec::new(), Vec::new()];
    one.until("a worker reads", |_| {
        both = [one.workers(), two.workers()];
        both.iter().any(|workers| !workers.is_empty())
    });
    let (mut dead, alive) = if both[0].is_empty() { (two, one) } else { (one, two) };
    dead.kill();
    assert_eq!(alive.settled("big.csv")["state"], "analysed");
    assert_eq!(alive.metric("rows", &[]), Some(300_000.0));
}
