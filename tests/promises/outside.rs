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
    let live = server.sql("plant", "SELECT sum(counting) FROM app.row_states");
    assert_eq!(live.parse::<usize>().unwrap(), 20 * COUNT);
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

#[test]
fn work_that_ends_its_daemon_again_and_again_is_given_up_and_can_be_asked_for_again() {
    let server = Server::start();
    let mut plant = Plant::setup().on(&server).start();
    let folder = plant.watched("exports");
    plant.drop_file(&folder, "a.csv", &production(20, 1));
    plant.settled("a.csv");
    assert!(plant.stop());
    // As thirty daemons left it that ended while they were at work on it.
    server.sql(
        "plant",
        "INSERT INTO app.jobs (org_id, kind, file_id, interrupted) SELECT org_id, 'analyse', file_id, 30 FROM app.files",
    );
    plant.launch();
    plant.until("it is given up", |plant| {
        plant.problems().contains("the analysis of 1 file was given up")
    });
    let audit = plant.json(&["audit", "--limit", "100"]);
    let entries = audit["items"].as_array().unwrap();
    assert!(
        entries.iter().any(|entry| entry["action"] == "analysis.failed"),
        "{audit}"
    );
    plant.drop_file(&folder, "b.csv", &production(20, 100));
    assert_eq!(plant.settled("b.csv")["state"], "analysed", "it is in nobody's way");
    plant.ok(&["files", "retry", "--failed"]);
    plant.until("all is well again", |plant| plant.json(&["status"])["health"] == "ok");
}

#[test]
fn a_push_that_the_database_refuses_leaves_nothing() {
    let server = Server::start();
    let plant = Plant::setup().on(&server).start();
    let folder = plant.watched("exports");
    let file = plant.folder("elsewhere").join("pushed.csv");
    std::fs::write(&file, production(20, 1)).unwrap();
    let file = file.to_str().unwrap();
    plant.ok(&["push", file]);
    let inboxes = plant.state_dir().join("inbox");
    let pushed = || {
        let orgs = std::fs::read_dir(&inboxes).unwrap();
        orgs.map(|org| std::fs::read_dir(org.unwrap().path()).unwrap().count())
            .sum::<usize>()
    };
    assert_eq!(pushed(), 1);
    server.sql("plant", "REVOKE INSERT ON app.files FROM plant_app");
    for arguments in [
        vec!["push", file],
        vec!["push", file, "--folder", folder.to_str().unwrap()],
    ] {
        assert!(!plant.run(&arguments).status.success());
        assert_eq!(pushed(), 1, "{arguments:?}");
        assert!(!folder.join("pushed.csv").exists(), "{arguments:?}");
    }
    server.sql("plant", "GRANT INSERT ON app.files TO plant_app");
    plant.ok(&["push", file, "--folder", folder.to_str().unwrap()]);
    plant.until("both are settled", |plant| {
        let files = plant.json(&["files", "--name", "pushed.csv"]);
        let files = files["items"].as_array().unwrap();
        files.len() == 2
            && files
                .iter()
                .all(|file| file["state"] == "analysed" || file["state"] == "duplicate")
    });
}
