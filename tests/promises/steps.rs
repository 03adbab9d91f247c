//! Rows that mean something only in their order, over files: readings of counters, changes of a state.

use std::path::Path;

use plant_tests::Plant;
use serde_json::Value;

use crate::series::{all_settled, drop_at, quick};

/// Reads everything once more and compares.
fn nothing_differs(plant: &Plant, when: &str) {
    let output = plant.rebuild(&["--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && said.contains("nothing differs") && !said.contains("left out"),
        "{when}: {said}"
    );
}

/// When that hour of the log is, on the first of its days and after.
fn moment(hour: u32) -> String {
    format!("2025-05-{:02} {:02}:00", 5 + hour / 24, hour % 24)
}

/// What the counters of two machines show at that hour: one goes over 32,768 after 21 hours, the other is set to 0 in the
/// hour before the 30th.
fn shown(hour: u32) -> [u32; 2] {
    let second = if hour < 30 {
        500 + 10 * hour
    } else {
        4 + 10 * (hour - 30)
    };
    [(32_000 + 37 * hour) % 32_768, second]
}

fn readings(hours: std::ops::Range<u32>) -> String {
    let rows: String = hours
        .map(|hour| {
            let [first, second] = shown(hour);
            let at = moment(hour);
            format!("{at};M1;{first};ok\n{at};M2;{second};ok\n")
        })
        .collect();
    format!("Timestamp;Machine;Total Parts;Quality\n{rows}")
}

fn by_day(plant: &Plant, metric: &str) -> Vec<f64> {
    let days = plant.json(&["metrics", "get", metric, "--by", "day"]);
    let items = days["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["value"].as_f64().unwrap()).collect()
}

fn save(plant: &Plant, more: &[&str]) -> String {
    let save = [
        "profiles",
        "save",
        "counters",
        "--from",
        "counters_20250505.csv",
        "--set",
        "Total Parts=quantity_produced",
        "--set",
        "Timestamp=event_start",
        "--set",
        "Machine=machine",
        "--set",
        "Quality=",
    ];
    plant.ok(&[&save[..], more].concat())
}

fn day(plant: &Plant, folder: &Path, day: u32) {
    let name = format!("counters_2025050{}.csv", 5 + day);
    drop_at(
        plant,
        folder,
        &name,
        &readings(24 * day..24 * day + 24),
        u64::from(day) + 1,
    );
}

const M1: [f64; 3] = [23.0 * 37.0, 24.0 * 37.0, 24.0 * 37.0];
const M2: [f64; 3] = [230.0, 23.0 * 10.0 + 4.0, 240.0];

#[test]
fn counters_go_on_from_file_to_file_in_whichever_order_these_come() {
    let plant = quick();
    let folder = plant.watched("exports");
    day(&plant, &folder, 0);
    // What only rises is not added up by itself; the file waits with what to do.
    let held = plant.json(&["files", "show", "counters_20250505.csv"]);
    let reason = held["reason"]["text"].as_str().unwrap();
    assert!(
        held["state"] == "held"
            && reason.contains("`Total Parts`")
            && reason.contains("--step counter:counter_reading"),
        "{held}"
    );
    // Tried before it is saved: no reading is in a sum.
    let tried = save(&plant, &["--step", "counter:quantity_produced", "--dry-run", "--json"]);
    let tried: Value = serde_json::from_str(&tried).unwrap();
    assert_eq!(tried["effect"]["sums"][0]["after"], M1[0] + M2[0], "{tried}");
    let saved = save(&plant, &["--step", "counter:quantity_produced", "--json"]);
    let saved: Value = serde_json::from_str(&saved).unwrap();
    assert_eq!(
        saved["series_steps"]["counter"][0]["variable"], "quantity_produced",
        "{saved}"
    );
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_produced", &[]), Some(M1[0] + M2[0]));

    // The third day before the second.
    day(&plant, &folder, 2);
    let gap = |first: f64, second: f64| M1[0] + M2[0] + first + second + 23.0 * 37.0 + 230.0;
    assert_eq!(plant.metric("quantity_produced", &[]), Some(gap(25.0 * 37.0, 184.0)));
    day(&plant, &folder, 1);
    let days: Vec<f64> = M1.iter().zip(M2).map(|(first, second)| first + second).collect();
    assert_eq!(by_day(&plant, "quantity_produced"), days);
    let machine = |name: &str| plant.metric("quantity_produced", &["--where", &format!("machine={name}")]);
    assert_eq!(machine("M1"), Some(M1.iter().sum()));
    assert_eq!(machine("M2"), Some(M2.iter().sum()));
    nothing_differs(&plant, "three days");
    let record = plant.json(&["records", "--file", "counters_20250506.csv", "--limit", "1"]);
    assert_eq!(
        record["items"][0]["values"]["quantity_produced"],
        shown(24)[0],
        "as it was written"
    );

    // What happened in the second day is not known without its file, and again when it is back.
    plant.ok(&["files", "withdraw", "counters_20250506.csv", "--why", "a test"]);
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_produced", &[]), Some(gap(25.0 * 37.0, 184.0)));
    nothing_differs(&plant, "without the second day");
    plant.ok(&["files", "restore", "counters_20250506.csv"]);
    all_settled(&plant);
    assert_eq!(by_day(&plant, "quantity_produced"), days);

    // Exported once more over several days, and half a day that is new.
    drop_at(&plant, &folder, "counters_again.csv", &readings(20..84), 9);
    let total: f64 = days.iter().sum();
    assert_eq!(plant.metric("quantity_produced", &[]), Some(total + 12.0 * 47.0));
    nothing_differs(&plant, "exported again");
    let analysis = plant.ok(&["findings", "list", "--json"]);
    for kind in ["counter_rollover", "counter_reset", "counter_first"] {
        assert!(analysis.contains(kind), "{kind}: {analysis}");
    }

    // A log in one file gives the same.
    let whole = quick();
    let folder = whole.watched("exports");
    drop_at(&whole, &folder, "counters_20250505.csv", &readings(0..84), 1);
    save(&whole, &["--step", "counter:quantity_produced"]);
    all_settled(&whole);
    assert_eq!(by_day(&whole, "quantity_produced"), by_day(&plant, "quantity_produced"));

    // Without the step the cells are quantities again; it is taken away as it was given.
    save(&whole, &["--step", "quantity_produced="]);
    all_settled(&whole);
    let raw: u32 = (0..84).map(|hour| shown(hour).iter().sum::<u32>()).sum();
    assert_eq!(whole.metric("quantity_produced", &[]), Some(f64::from(raw)));
}

const STATES: [(u32, u32, &str, &str); 11] = [
    (0, 6, "M1", "Running"),
    (0, 6, "M2", "Setup"),
    (0, 8, "M2", "Running"),
    (0, 14, "M1", "Breakdown"),
    (0, 15, "M1", "Running"),
    (1, 2, "M1", "Setup"),
    (1, 3, "M1", "Running"),
    (1, 9, "M2", "Breakdown"),
    (2, 1, "M2", "Running"),
    (2, 4, "M1", "Breakdown"),
    (2, 8, "M1", "Running"),
];

fn states(days: std::ops::RangeInclusive<u32>) -> String {
    let rows: String = STATES
        .iter()
        .filter(|(day, ..)| days.contains(day))
        .map(|(day, hour, machine, state)| format!("{};{machine};{state}\n", moment(24 * day + hour)))
        .collect();
    format!("Start;Machine;State\n{rows}")
}

#[test]
fn a_state_lasts_until_the_next_row_of_its_machine_whichever_file_has_it() {
    let save = |plant: &Plant| {
        plant.ok(&[
            "profiles",
            "save",
            "states",
            "--from",
            "states_20250505.csv",
            "--set",
            "Start=event_start",
            "--set",
            "Machine=machine",
            "--set",
            "State=stop_category",
            "--step",
            "intervals:state",
        ]);
        all_settled(plant);
    };
    let figures = |plant: &Plant| {
        let metrics = [
            "duration",
            "breakdown_time",
            "setup_time",
            "stops",
            "failures",
            "planned_busy_time",
            "production_time",
        ];
        let days = |metric: &str| -> Vec<(Value, Value)> {
            let days = plant.json(&["metrics", "get", metric, "--by", "day"]);
            let items = days["items"].as_array().unwrap().clone();
            let items = items.into_iter();
            items
                .map(|item| (item["group"]["day"].clone(), item["value"].clone()))
                .collect()
        };
        metrics.map(|metric| (metric, days(metric)))
    };
    let whole = quick();
    let folder = whole.watched("exports");
    drop_at(&whole, &folder, "states_20250505.csv", &states(0..=2), 1);
    save(&whole);
    assert_eq!(whole.metric("breakdown_time", &[]), Some((1.0 + 16.0 + 4.0) * 60.0));
    assert_eq!(whole.metric("setup_time", &[]), Some(3.0 * 60.0));
    assert_eq!(whole.metric("failures", &[]), Some(3.0));

    let plant = quick();
    let folder = plant.watched("exports");
    drop_at(&plant, &folder, "states_20250505.csv", &states(0..=0), 1);
    save(&plant);
    drop_at(&plant, &folder, "states_20250507.csv", &states(2..=2), 3);
    drop_at(&plant, &folder, "states_20250506.csv", &states(1..=1), 2);
    assert_eq!(figures(&plant), figures(&whole));
    nothing_differs(&plant, "three days of states");

    // A state that began in another file is told with the line where it stands.
    let found = plant.json(&["findings", "list"]);
    let items = found["items"].as_array().unwrap();
    let carried: Vec<&str> = (items.iter().filter(|item| item["kind"] == "carried_state"))
        .map(|item| item["working"].as_str().unwrap())
        .collect();
    assert!(
        carried
            .iter()
            .any(|working| working.contains("M2: breakdown since 2025-05-06 09:00")
                && working.contains("states_20250506.csv, line 4")),
        "{carried:?}"
    );

    // The second day in the hands of nobody: the states of the first last until the third.
    plant.ok(&["files", "withdraw", "states_20250506.csv", "--why", "a test"]);
    all_settled(&plant);
    assert_eq!(plant.metric("breakdown_time", &[]), Some((1.0 + 4.0) * 60.0));
    // The one of the second machine is the one that it had on the first day: it goes on until its row of the third.
    assert_eq!(plant.metric("duration", &[]), Some((50.0 + 2.0 + 41.0) * 3600.0));
    nothing_differs(&plant, "without the second day");
    plant.ok(&["files", "restore", "states_20250506.csv"]);
    all_settled(&plant);
    assert_eq!(figures(&plant), figures(&whole));

    // What its rows say themselves is refused, with what to do.
    let refused = plant.run(&[
        "profiles",
        "save",
        "states",
        "--from",
        "states_20250505.csv",
        "--set",
        "Start=event_end",
        "--step",
        "intervals:state",
    ]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        refused.status.code() == Some(1) && said.contains("map the time since when a state is there to event_start"),
        "{said}"
    );
}

/// What a controller wrote down: parts in 15 bits that go over their end and begin anew, and a meter that once shows 0.
const TAGS: [(&str, &[(&str, &str)]); 2] = [
    (
        "L5.TotalCount",
        &[
            ("13:00", "32100"),
            ("13:15", "32400"),
            ("13:30", "32700"),
            ("13:45", "233"),
            ("14:00", "533"),
            ("14:15", "0"),
            ("14:30", "1133"),
            ("14:45", "1433"),
            ("15:00", "12"),
            ("15:15", "312"),
            ("15:30", "612"),
        ],
    ),
    (
        "L5.Energy_kWh",
        &[
            ("13:00", "13400.5"),
            ("13:30", "13412.0"),
            ("14:00", "0.0"),
            ("14:30", "13435.5"),
            ("15:00", "13447.0"),
            ("15:30", "13459.5"),
        ],
    ),
];

#[test]
fn a_log_of_tags_is_counted_by_its_steps() {
    let plant = quick();
    let folder = plant.watched("plc");
    let mut text = "Timestamp,Tag,Value,Quality\n".to_owned();
    for (tag, shows) in TAGS {
        for (at, shown) in shows {
            let quality = if (tag, *at) == ("L5.TotalCount", "14:15") {
                "Bad"
            } else {
                "Good"
            };
            text.push_str(&format!("2025-03-03 {at}:00,{tag},{shown},{quality}\n"));
        }
    }
    drop_at(&plant, &folder, "plc_counters.csv", &text, 1);
    plant.ok(&[
        "profiles",
        "save",
        "plc",
        "--from",
        "plc_counters.csv",
        "--shape",
        "drop_where:Quality!=Good",
        "--shape",
        "pivot:Tag|Value",
        "--set",
        "Timestamp=event_start",
        "--set",
        "L5.TotalCount=quantity_produced",
        "--set",
        "L5.Energy_kWh=meter_reading",
        "--output",
        "machine=constant:L5",
        "--step",
        "counter:quantity_produced,rollover=32768",
        "--step",
        "counter:meter_reading",
    ]);
    all_settled(&plant);
    assert_eq!(plant.metric("quantity_produced", &[]), Some(2_713.0));
    assert_eq!(plant.metric("energy_used", &[]), Some(59.0));
    nothing_differs(&plant, "a log of tags");
}
