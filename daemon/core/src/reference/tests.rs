use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::ids::FileId;
use crate::says::FolderSays;
use crate::variable::Variable::{self, *};

/// `variable key=code,… =value [from..to] [rows]`.
fn entry(text: &str) -> Entry {
    let mut parts = text.split_whitespace();
    let variable: Variable = parts.next().unwrap().parse().unwrap();
    let key = parts
        .next()
        .unwrap()
        .split(',')
        .map(|pair| pair.split_once('=').unwrap());
    let key: BTreeMap<Variable, String> = key
        .map(|(name, code)| (name.parse().unwrap(), code.to_owned()))
        .collect();
    let value = parts.next().unwrap().trim_start_matches('=');
    let mut entry = Entry {
        variable,
        key,
        value: value
            .parse()
            .map_or_else(|_| Fact::Text(value.to_owned()), Fact::Number),
        currency: None,
        from: None,
        to: None,
        line: 2,
        listed: true,
    };
    for part in parts {
        match part.split_once("..") {
            Some((from, to)) => (entry.from, entry.to) = (from.parse().ok(), to.parse().ok()),
            None => entry.listed = part != "rows",
        }
    }
    entry
}

/// The value that holds, of entries of which each later one stands in an older file.
fn holds(entries: &[&str], codes: &[(Variable, &str)], day: &str) -> Option<String> {
    let known = Known {
        sources: Vec::new(),
        entries: entries
            .iter()
            .zip(0..)
            .map(|(text, file)| (file, entry(text)))
            .collect(),
    };
    let book = Book::new(&known);
    let variable = entry(entries.first().unwrap()).variable;
    let day = day.parse().ok();
    let found = book.candidates(variable, codes, false);
    let found = found
        .into_iter()
        .filter_map(|at| book.entry(at))
        .find(|(_, entry)| entry.holds_on(day));
    found.map(|(_, entry)| match &entry.value {
        Fact::Number(number) => number.to_string(),
        Fact::Text(text) => text.clone(),
    })
}

#[test]
fn the_value_of_the_day_holds_and_without_one_there_is_none() {
    let costs = [
        "standard_unit_cost product_code=707 =12 2022-05-30..2023-05-29",
        "standard_unit_cost product_code=707 =13 2023-05-30..2024-05-28",
        "standard_unit_cost product_code=707 =14 2024-05-29..",
    ];
    let of = |day| holds(&costs, &[(ProductCode, "707")], day);
    assert_eq!(of("2022-05-29"), None, "before the first");
    assert_eq!(of("2022-05-30").as_deref(), Some("12"));
    assert_eq!(of("2023-05-29").as_deref(), Some("12"), "the last day is one of it");
    assert_eq!(of("2023-05-30").as_deref(), Some("13"));
    assert_eq!(of("2031-01-01").as_deref(), Some("14"));
    assert_eq!(of("none"), None, "which one holds is not known");
    // What begins later goes before what goes on.
    let open = [
        "standard_unit_cost product_code=1 =1 2022-01-01..",
        "standard_unit_cost product_code=1 =2 2023-01-01..",
    ];
    for entries in [open, [open[1], open[0]]] {
        assert_eq!(
            holds(&entries, &[(ProductCode, "1")], "2022-12-31").as_deref(),
            Some("1")
        );
        assert_eq!(
            holds(&entries, &[(ProductCode, "1")], "2023-01-01").as_deref(),
            Some("2")
        );
    }
}

#[test]
fn what_is_about_more_of_the_row_goes_first_then_lists_then_the_file_that_was_changed_last() {
    let codes = [(ProductCode, "P1"), (Machine, "M1"), (Operation, "10")];
    let cycles = [
        "ideal_cycle_time machine=M1 =9",
        "ideal_cycle_time product_code=P1 =8",
        "ideal_cycle_time machine=M1,operation=10 =7",
        "ideal_cycle_time product_code=P1,operation=10 =6",
        "ideal_cycle_time product_code=P1,machine=M1 =5",
        "ideal_cycle_time product_code=P1,machine=M1,operation=10 =4",
        "ideal_cycle_time product_code=P2,machine=M1,operation=10 =3",
    ];
    for (left, expected) in [(6, "4"), (5, "5"), (4, "6"), (3, "7"), (2, "8"), (1, "9")] {
        assert_eq!(holds(&cycles[..left], &codes, "2025-01-01").as_deref(), Some(expected));
    }
    assert_eq!(holds(&cycles, &[(Machine, "M1")], "2025-01-01").as_deref(), Some("9"));
    assert_eq!(
        holds(&cycles[1..], &[(Machine, "M1")], "2025-01-01"),
        None,
        "P1 is not named"
    );
    let costs = [
        "standard_unit_cost product_code=P1 =1 rows",
        "standard_unit_cost product_code=P1 =2",
        "standard_unit_cost product_code=P1 =3",
    ];
    assert_eq!(holds(&costs, &codes, "none").as_deref(), Some("2"));
    // Codes are the same however they are padded.
    let padded = ["line machine=0007 =L1"];
    assert_eq!(holds(&padded, &[(Machine, "7")], "none").as_deref(), Some("L1"));
    assert_eq!(holds(&padded, &[(Machine, "70")], "none"), None);
}

#[test]
fn taken_as_a_whole_only_an_entry_about_all_codes_fits() {
    let codes = [(ProductCode, "P1"), (Machine, "M1")];
    assert_eq!(subjects(IdealRate, &codes, true).len(), 1);
    assert_eq!(subjects(IdealRate, &codes, false).len(), 3);
    assert_eq!(subjects(IdealRate, &[], false), []);
    let said = entry("ideal_rate machine=m1,product_code=p1 =5");
    assert_eq!(subjects(IdealRate, &codes, true), [said.subject()]);
    assert_ne!(said.subject(), Subject::any(IdealRate));
}

#[test]
fn lists_are_told_from_events_by_what_their_columns_mean() {
    let of = |variables: &[Variable]| nature(&BTreeSet::from_iter(variables.iter().copied()));
    for (variables, key) in [
        (
            &[ProductCode, ProductName, StandardUnitCost, Currency][..],
            &[ProductCode][..],
        ),
        (
            &[ProductCode, StandardUnitCost, ValidFrom, ValidTo],
            &[ProductCode, ValidFrom],
        ),
        (&[ProductCode, Machine, IdealRate], &[ProductCode, Machine]),
        (
            &[Machine, Operation, IdealCycleTime, SetupStandard],
            &[Machine, Operation],
        ),
        (&[Machine, Line, Site, CostCenter], &[Machine]),
        (&[ReasonCode, ReasonText, StopCategory], &[ReasonCode]),
        (&[DefectCode, ReasonText], &[DefectCode]),
        (&[CostCenter, LaborRate], &[CostCenter]),
        (&[EnergyTariff, EnergyPrice, ValidFrom], &[EnergyTariff, ValidFrom]),
    ] {
        assert_eq!(of(variables), Nature::List(key.to_vec()), "{variables:?}");
    }
    for variables in [
        &[ProductCode, StandardUnitCost, PostingDate][..],
        &[Machine, Line, Status],
    ] {
        assert!(matches!(of(variables), Nature::Either(_)), "{variables:?}");
    }
    for variables in [
        &[ProductCode, StandardUnitCost, QuantityScrap][..],
        &[ProductCode, Machine, IdealCycleTime, QuantityProduced, PostingDate],
        &[WorkOrder, ProductCode, StandardUnitCost],
        &[ProductCode],
        &[Machine, Uom],
        &[ProductCode, MeasuredValue, Lsl, Usl],
        &[Machine, ReasonCode, ReasonText],
        &[Machine, EventStart, Line],
        &[ProductCode, PurchasePrice],
        &[StandardUnitCost],
        &[],
    ] {
        assert_eq!(of(variables), Nature::Events, "{variables:?}");
    }
}

#[test]
fn a_list_never_gives_what_is_added_up() {
    for variable in Variable::ALL.iter().filter(|variable| variable.is_additive()) {
        assert!(!is_fact(*variable), "{variable}");
    }
    assert!(is_fact(IdealCycleTime) && is_fact(Line) && is_fact(StandardUnitCost) && !is_fact(WorkOrder));
}

#[test]
fn an_entry_survives_json() {
    let entry = entry("ideal_rate machine=M1 =5.50 2025-01-01..");
    let text = serde_json::to_string(&entry).unwrap();
    assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
    let file = Source {
        file_id: FileId(uuid::Uuid::nil()),
        name: "a.csv".to_owned(),
    };
    assert_eq!(
        serde_json::from_str::<Source>(&serde_json::to_string(&file).unwrap()).unwrap(),
        file
    );
}

#[test]
fn only_what_rows_could_take_is_asked_for() {
    let profile = |variables: &[Variable], lookups: &[(Variable, Variable)]| crate::profile::Profile {
        profile_id: crate::ids::ProfileId(uuid::Uuid::nil()),
        name: "p".to_owned(),
        version: 1,
        header_fingerprint: String::new(),
        columns: (variables.iter())
            .map(|variable| crate::profile::ProfileColumn {
                source: variable.to_string(),
                variable: Some(*variable),
                home: None,
                transform: Default::default(),
                required: false,
            })
            .collect(),
        shape: Default::default(),
        series_steps: Default::default(),
        outputs: (lookups.iter())
            .map(|(variable, key)| crate::profile::Output {
                variable: *variable,
                source: crate::profile::Source::Lookup(vec![*key]),
                transform: Default::default(),
                required: false,
            })
            .collect(),
        settings: Default::default(),
        archived: false,
        approved: true,
    };
    let of = |variables: &[Variable], lookups: &[(Variable, Variable)]| -> Vec<Variable> {
        could_use(&profile(variables, lookups), &FolderSays::default())
            .into_iter()
            .collect()
    };
    assert_eq!(of(&[WorkOrder, QuantityGood, PostingDate], &[]), []);
    assert_eq!(of(&[Machine, Duration], &[]), [Line, Site]);
    assert_eq!(
        of(&[ProductCode, QuantityScrap], &[]),
        [StandardUnitCost, MaterialUnitCost]
    );
    assert_eq!(of(&[Operation, QuantityProduced], &[]), [IdealCycleTime, IdealRate]);
    assert_eq!(of(&[CostCenter], &[(LaborRate, CostCenter)]), [LaborRate]);
    let with = profile(&[CostCenter], &[(LaborRate, CostCenter)]);
    assert!(!with.feeds(LaborRate), "the file does not");
    assert_eq!(Lookup::of(&with).len(), 1);
    // What a counter counts, and the machine of a folder, are on the rows as well.
    let mut counted = profile(&[CounterReading], &[]);
    counted.series_steps.counter = vec![crate::profile::Counter::of(CounterReading)];
    let says = FolderSays {
        machine: Some("M1".to_owned()),
        ..FolderSays::default()
    };
    let used: Vec<Variable> = could_use(&counted, &says).into_iter().collect();
    assert_eq!(used, [Line, Site, IdealCycleTime, IdealRate]);
}
