use super::*;
use crate::tests::suggest;
use crate::tests::{export, order};

const FILE: &str = "Order;Posting Date;Good Qty;Menge;odd=name
A1;2025-02-03;100;3;1
A2;2025-02-04;90;0;2";

fn made(sets: &[&str], overrides: &Overrides) -> Result<Profile, EditError> {
    let file = export(FILE);
    let suggestion = suggest(&file.layout(), &file.facts(), &order());
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    build(
        "mine",
        ProfileId(uuid::Uuid::nil()),
        3,
        &file.layout(),
        &suggestion,
        &sets,
        overrides,
    )
}

fn variables(profile: &Profile) -> Vec<Option<&'static str>> {
    profile
        .columns
        .iter()
        .map(|column| column.variable.map(Variable::name))
        .collect()
}

#[test]
fn the_suggestion_as_it_is() {
    let profile = made(&[], &Overrides::default()).unwrap();
    assert_eq!(
        variables(&profile),
        [
            Some("work_order"),
            Some("posting_date"),
            Some("quantity_good"),
            Some("quantity_produced"),
            None
        ]
    );
    assert_eq!(
        (profile.version, profile.approved, profile.settings.key.as_slice()),
        (3, true, &[][..])
    );
}

#[test]
fn what_a_person_says_wins() {
    let profile = made(
        &[
            "Menge=quantity_scrap:abs",
            "good qty=",
            "odd=name=lot",
            "Posting Date=shift_date:date:mdy",
        ],
        &Overrides::default(),
    )
    .unwrap();
    assert_eq!(
        variables(&profile),
        [
            Some("work_order"),
            Some("shift_date"),
            None,
            Some("quantity_scrap"),
            Some("lot")
        ]
    );
    assert_eq!(profile.columns[3].transform, Transform::Absolute);
    assert_eq!(profile.settings.date_order, Some(DateOrder::Mdy));
    // A named column takes the variable from a suggested one.
    let profile = made(&["Menge=quantity_good"], &Overrides::default()).unwrap();
    assert_eq!(variables(&profile)[2..4], [None, Some("quantity_good")]);
}

#[test]
fn overrides_are_checked() {
    let overrides = Overrides {
        key: Some(vec!["work_order".to_owned(), " posting_date".to_owned()]),
        decimal: Some(','),
        zone: Some("Europe/Vienna".to_owned()),
        currency: Some("eur".to_owned()),
        encoding: Some("windows-1252".to_owned()),
        required: vec!["order".to_owned()],
        ..Overrides::default()
    };
    let profile = made(&[], &overrides).unwrap();
    assert_eq!(profile.settings.key, [Variable::WorkOrder, Variable::PostingDate]);
    assert_eq!(profile.settings.currency.as_deref(), Some("EUR"));
    assert_eq!(profile.settings.layout.encoding.as_deref(), Some("windows-1252"));
    assert!(profile.columns[0].required && !profile.columns[1].required);
}

#[test]
fn mistakes_name_the_nearest_name() {
    let text = |sets: &[&str], overrides: &Overrides| made(sets, overrides).unwrap_err().to_string();
    let plain = Overrides::default();
    assert_eq!(
        text(&["Gud Qty=lot"], &plain),
        "the file has no column `Gud Qty`; did you mean `Good Qty`?"
    );
    assert_eq!(
        text(&["Menge=quantity_scarp"], &plain),
        "there is no variable `quantity_scarp`; did you mean `quantity_scrap`?"
    );
    assert_eq!(
        text(&["Menge=quantity_scrap:negat"], &plain),
        "there is no transform `negat`; did you mean `negate`?"
    );
    assert!(text(&["Menge"], &plain).contains("SOURCE=VARIABLE"));
    assert!(text(&["Menge=lot:kw:900"], &plain).contains("kw:900"));
    assert!(text(&["Menge=lot", "Good Qty=lot"], &plain).contains("fed twice"));
    let with = |change: fn(&mut Overrides)| {
        let mut overrides = Overrides::default();
        change(&mut overrides);
        text(&[], &overrides)
    };
    assert!(with(|o| o.key = Some(vec!["lot".to_owned()])).contains("no column is mapped to it"));
    assert!(with(|o| o.decimal = Some(';')).contains("use . or ,"));
    assert!(with(|o| o.zone = Some("Mars/Olympus".to_owned())).contains("IANA"));
    assert!(with(|o| o.currency = Some("euros".to_owned())).contains("ISO 4217"));
    assert!(with(|o| o.required = vec!["Maschine".to_owned()]).contains("no column `Maschine`"));
    assert!(text(&["Order=", "Posting Date=", "Good Qty=", "Menge="], &plain).contains("no column is mapped"));
}

#[test]
fn every_transform_can_be_written_and_read() {
    let all = [
        Transform::None,
        Transform::Scale("0.001".parse().unwrap()),
        Transform::Hours,
        Transform::Minutes,
        Transform::Milliseconds,
        Transform::Negate,
        Transform::Absolute,
        Transform::Percent,
        Transform::PowerFor(900),
        Transform::EpochMillis,
        Transform::EpochSeconds,
        Transform::TimeOfDay,
        Transform::FlagEquals("Machine_Failure".to_owned()),
        Transform::Constant("a:b=c".to_owned()),
    ];
    for transform in all {
        assert_eq!(parse_transform(&transform.to_string()), Ok(transform));
    }
    for wrong in [
        "kw:0",
        "kw:x",
        "scale:0",
        "scale:abc",
        "h:1",
        "flag:",
        "date:dmy",
        "what",
    ] {
        assert!(parse_transform(wrong).is_err(), "{wrong}");
    }
}

fn with_outputs(sets: &[&str], outputs: &[&str]) -> Result<Profile, EditError> {
    let overrides = Overrides {
        outputs: outputs.iter().map(|text| (*text).to_owned()).collect(),
        ..Overrides::default()
    };
    made(sets, &overrides)
}

#[test]
fn outputs_are_written_and_read_back() {
    let all = [
        "event_start=date+time:posting date|Order",
        "quantity_good=sum:Good Qty|Menge",
        "machine=first_of:odd=name|Order",
        "line=name_part:L(?<value>\\d|x)",
        "site=folder_part:/([^/]+)$",
        "shift=preamble:Schicht",
        "currency=constant:EUR",
        "operator=map:odd=name|1=A|2=B",
        "ideal_cycle_time=lookup:machine|site",
    ];
    let profile = with_outputs(&[], &all).unwrap();
    let written: Vec<String> = (profile.outputs.iter())
        .map(|output| format!("{}={}", output.variable.name(), output.source))
        .collect();
    assert_eq!(
        written[0], "event_start=date+time:Posting Date|Order",
        "named as the file does"
    );
    assert_eq!(written[1..], all[1..]);
    // What they read is fed to nothing else.
    assert_eq!(variables(&profile), [None; 5]);
}

#[test]
fn what_is_looked_up_is_named_by_what_the_rows_have() {
    let save = |text: &str| with_outputs(&["Menge=machine"], &[text]);
    for (text, said) in [
        (
            "line=lookup:product_code",
            "looked up by product_code, which no column feeds",
        ),
        ("line=lookup:machin", "did you mean `machine`?"),
        ("line=lookup:machine|machine", "each once"),
        ("line=lookup:line", "codes of things"),
        ("line=lookup:work_order", "codes of things"),
        ("quantity_scrap=lookup:machine", "nothing that is added up"),
        ("posting_date=lookup:machine", "nothing that is added up or dated"),
    ] {
        let error = save(text).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
    let profile = with_outputs(&["Menge=machine"], &["line=lookup:machine"]).unwrap();
    let fed: Vec<Variable> = profile.variables().collect();
    assert!(!fed.contains(&Variable::Line), "no cell of the file feeds it: {fed:?}");
    // What names the thing may itself be made.
    assert!(with_outputs(&[], &["line=lookup:machine", "machine=constant:M1"]).is_ok());
}

#[test]
fn an_output_goes_before_a_suggestion_and_not_before_a_person() {
    let profile = with_outputs(&["Menge="], &["quantity_good=constant:1"]).unwrap();
    assert_eq!(
        variables(&profile),
        [Some("work_order"), Some("posting_date"), None, None, None]
    );
    let twice = with_outputs(&["Good Qty=quantity_good"], &["quantity_good=constant:1"]).unwrap_err();
    assert!(twice.to_string().contains("fed twice"), "{twice}");
    let twice = with_outputs(&[], &["line=constant:1", "line=constant:2"]).unwrap_err();
    assert!(twice.to_string().contains("fed twice"), "{twice}");
}

#[test]
fn a_wrong_output_says_what_it_has_to_be() {
    for (text, said) in [
        ("line", "VARIABLE=FORM:ARGUMENT"),
        ("lin=constant:1", "did you mean `line`?"),
        ("line=constnat:1", "did you mean `constant`?"),
        ("line=constant:", "behind the colon"),
        ("line=constant", "behind the colon"),
        ("event_start=date+time:Order", "then `|` and that of the time"),
        ("event_start=date+time:Order|Tme", "no column `Tme`"),
        ("quantity_good=sum:Menge", "two or more"),
        ("line=sum:Menge|Order", "does not make line"),
        ("line=map:Menge", "CELL=VALUE"),
        ("line=name_part:(", "can't be used"),
    ] {
        let error = with_outputs(&[], &[text]).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
}

#[test]
fn outputs_stay_until_a_person_says_something_else() {
    let kept = |sets: &[&str], outputs: &[&str]| {
        let before = with_outputs(&[], &["quantity_good=sum:Good Qty|Menge", "line=constant:L1"]).unwrap();
        let overrides = Overrides {
            outputs: outputs.iter().map(|text| (*text).to_owned()).collect(),
            kept: before.outputs,
            ..Overrides::default()
        };
        let profile = made(sets, &overrides).unwrap();
        let written = profile
            .outputs
            .iter()
            .map(|output| format!("{}={}", output.variable.name(), output.source));
        written.collect::<Vec<_>>()
    };
    let (sum, line) = ("quantity_good=sum:Good Qty|Menge", "line=constant:L1");
    assert_eq!(
        kept(&["odd=name=reason_text"], &[]),
        [sum, line],
        "although a column is suggested for it"
    );
    assert_eq!(kept(&["Menge="], &[]), [line], "a part is said otherwise");
    assert_eq!(kept(&["odd=name=line"], &[]), [sum]);
    assert_eq!(kept(&[], &["line="]), [sum]);
    assert_eq!(kept(&[], &["line=constant:L2"]), [sum, "line=constant:L2"]);
}

#[test]
fn what_never_makes_a_value_is_no_output() {
    for text in [
        "quantity_scrap=constant:abc",
        "posting_date=constant:03/04/2025",
        "quantity_good=sum:Menge|Menge",
        "line=map:Menge|x=L1|X=L2",
    ] {
        assert!(with_outputs(&[], &[text]).is_err(), "{text}");
    }
    assert!(with_outputs(&[], &["posting_date=constant:2025-05-03"]).is_ok());
}

#[test]
fn durations_are_read_in_the_unit_that_their_columns_name() {
    let file = export("Date;Setup (min);Wait (min);Run h\n2025-05-01;10;20;1");
    let suggestion = suggest(&file.layout(), &file.facts(), &order());
    let id = ProfileId(uuid::Uuid::nil());
    let save = |sets: &[&str], outputs: &[&str]| {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let overrides = Overrides {
            outputs: owned(outputs),
            ..Overrides::default()
        };
        build("d", id, 1, &file.layout(), &suggestion, &owned(sets), &overrides)
    };
    let sum = save(&[], &["duration=sum:Setup (min)|Wait (min)"]).unwrap();
    assert_eq!(sum.outputs[0].transform, Transform::Minutes);
    let set = save(&["Setup (min)=duration"], &[]).unwrap();
    assert_eq!(set.columns[1].transform, Transform::Minutes);
    let mixed = save(&[], &["duration=sum:Setup (min)|Date"]).unwrap_err().to_string();
    assert!(mixed.contains("different units of time"), "{mixed}");
}

fn stepped(sets: &[&str], steps: &[&str], kept: &SeriesSteps) -> Result<Profile, EditError> {
    let overrides = Overrides {
        series_steps: steps.iter().map(|text| (*text).to_owned()).collect(),
        kept_series_steps: kept.clone(),
        ..Overrides::default()
    };
    made(sets, &overrides)
}

#[test]
fn steps_are_written_and_read_back_and_stay() {
    let none = SeriesSteps::default();
    let written = |profile: &Profile| -> Vec<String> {
        let steps = &profile.series_steps;
        let counters = steps.counter.iter().map(|counter| format!("counter:{counter}"));
        let intervals = steps.intervals.iter().map(|intervals| format!("intervals:{intervals}"));
        counters.chain(intervals).collect()
    };
    let counter = "counter:quantity_good,rollover=32768,max_step=500.5,zero=reset";
    let first = stepped(&[], &[counter], &none).unwrap();
    assert_eq!(written(&first), [counter]);
    let state = ["Posting Date=event_start", "odd=name=stop_category"];
    let both = stepped(&state, &["intervals:state"], &first.series_steps).unwrap();
    assert_eq!(written(&both), [counter, "intervals:state"]);
    let changed = stepped(&state, &["counter:quantity_good"], &both.series_steps).unwrap();
    assert_eq!(written(&changed), ["counter:quantity_good", "intervals:state"]);
    let left = stepped(&state, &["quantity_good="], &both.series_steps).unwrap();
    assert_eq!(written(&left), ["intervals:state"]);
    let left = stepped(&[], &["intervals="], &both.series_steps).unwrap();
    assert_eq!(written(&left), [counter]);
    // Its column is mapped to something else now.
    let left = stepped(&["Good Qty=quantity_scrap", "Menge="], &[], &first.series_steps).unwrap();
    assert_eq!(written(&left), [""; 0]);
}

#[test]
fn a_wrong_step_says_what_it_has_to_be() {
    for (text, said) in [
        ("count:quantity_good", "did you mean `counter`?"),
        ("quantity_good", "there are counter, intervals"),
        ("counter:", "behind the colon"),
        ("counter:quantity_god", "did you mean `quantity_good`?"),
        ("counter:quantity_good,rollover", "RULE=VALUE"),
        ("counter:quantity_good,rollover=", "rollover is a number"),
        ("counter:quantity_good,rollover=much", "rollover is a number"),
        ("counter:quantity_good,max_step=0", "above 0"),
        ("counter:quantity_good,zero=maybe", "glitch or reset"),
        ("counter:quantity_good,end=7", "rollover, max_step and zero"),
        ("counter:quantity_scrap", "no column is mapped"),
        ("counter:work_order", "can't be added up"),
        ("intervals:events", "intervals:state"),
        ("intervals:state", "event_start"),
    ] {
        let error = stepped(&[], &[text], &SeriesSteps::default()).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
    let refused =
        |sets: &[&str], steps: &[&str]| stepped(sets, steps, &SeriesSteps::default()).unwrap_err().to_string();
    let twice = refused(&[], &["counter:quantity_good", "quantity_good="]);
    assert!(twice.contains("said twice"), "{twice}");
    let fed = refused(
        &["Good Qty=counter_reading", "Menge=quantity_produced"],
        &["counter:counter_reading"],
    );
    assert!(fed.contains("fed by another"), "{fed}");
    let ends = refused(
        &["Posting Date=event_start", "odd=name=reason_text", "Menge=duration"],
        &["intervals:state"],
    );
    assert!(ends.contains("leave event_end and duration unmapped"), "{ends}");
    let stateless = refused(&["Posting Date=event_start"], &["intervals:state"]);
    assert!(stateless.contains("stop_category"), "{stateless}");
}

#[test]
fn what_its_rows_show_to_be_the_reading_of_a_counter_is_read_as_one() {
    let lines: Vec<String> = (0..8)
        .map(|row| format!("2025-03-03 13:{:02};{}.5;7", 5 * row, 13_400 + 12 * row))
        .collect();
    let file = export(&format!("Time;L5.Energy kWh;Good Qty\n{}", lines.join("\n")));
    let written = |sets: &[&str], steps: &[&str]| {
        let suggestion = suggest(&file.layout(), &file.facts(), &order());
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let overrides = Overrides {
            series_steps: texts(steps),
            ..Overrides::default()
        };
        let id = ProfileId(uuid::Uuid::nil());
        let profile = build("log", id, 1, &file.layout(), &suggestion, &texts(sets), &overrides).unwrap();
        let counters = profile.series_steps.counter.iter();
        counters.map(|counter| counter.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(written(&[], &[]), ["meter_reading"]);
    assert_eq!(
        written(&[], &["counter:meter_reading,zero=reset"]),
        ["meter_reading,zero=reset"]
    );
    assert_eq!(written(&[], &["meter_reading="]), [""; 0]);
    assert_eq!(
        written(&["L5.Energy kWh=energy_used"], &[]),
        [""; 0],
        "a person says what it is"
    );
}
