use std::collections::{BTreeMap, BTreeSet};

use plant_core::component::Dimension;
use plant_core::fold::fold;
use plant_core::metric::catalogue;
use plant_core::variable::Variable;

use super::*;

/// Fails where a word stands in two entries, or in one twice. Returns every word.
fn once<'a>(entries: impl IntoIterator<Item = (String, &'a Words)>) -> BTreeMap<String, String> {
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for (owner, words) in entries {
        for word in words.iter() {
            let folded = fold(word);
            assert!(!folded.trim().is_empty(), "{owner} has an empty word");
            if let Some(other) = owners.insert(folded, owner.clone()) {
                panic!("`{word}` belongs to {other} and to {owner}");
            }
        }
    }
    owners
}

#[test]
fn every_variable_that_a_column_can_be_has_names() {
    let named: BTreeSet<Variable> = columns().iter().map(|column| column.variable).collect();
    let without: Vec<&Variable> = Variable::ALL
        .iter()
        .filter(|variable| !named.contains(*variable))
        .collect();
    assert!(without.is_empty(), "no column can be {without:?}");
    for column in columns() {
        assert!((1..=100).contains(&column.weight), "{column:?}");
        assert!(column.names.iter().next().is_some(), "{column:?}");
        for name in column.names.iter() {
            assert_eq!(fold(name), name, "{:?}", column.variable);
        }
    }
}

/// Names that speak for two variables, as a flag and as what the flag is about; the cells of the column decide.
const SHARED_NAMES: [&str; 2] = ["downtime", "failure"];

#[test]
fn the_name_of_a_column_speaks_for_one_variable() {
    let mut owners: BTreeMap<&str, BTreeSet<Variable>> = BTreeMap::new();
    for column in columns() {
        for name in column.names.iter() {
            assert!(
                owners.entry(name).or_default().insert(column.variable),
                "`{name}` stands twice for {:?}",
                column.variable
            );
        }
    }
    let shared: Vec<&str> = owners
        .iter()
        .filter(|(_, variables)| variables.len() > 1)
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(shared, SHARED_NAMES);
}

#[test]
fn every_metric_can_be_asked_for_by_words_of_people() {
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for metric in metrics() {
        assert!(!metric.open || metric.means.len() > 1, "{metric:?}");
        for id in &metric.means {
            assert!(catalogue::find(id).is_some(), "there is no metric {id}");
            named.insert(id);
        }
    }
    let all: BTreeSet<&str> = catalogue::all().iter().map(|metric| metric.id).collect();
    let without: Vec<&&str> = all.difference(&named).collect();
    assert!(without.is_empty(), "no words for {without:?}");
    once(metrics().iter().map(|metric| (metric.means.join(", "), &metric.words)));
}

#[test]
fn every_dimension_can_be_asked_for() {
    let named: BTreeSet<Dimension> = dimensions().iter().flat_map(|named| named.means.clone()).collect();
    assert_eq!(named, Dimension::ALL.into_iter().collect());
    for named in dimensions() {
        assert!(!named.means.is_empty(), "{named:?}");
        for id in &named.implies {
            assert!(catalogue::find(id).is_some(), "there is no metric {id}");
        }
    }
    once(
        dimensions()
            .iter()
            .map(|named| (format!("{:?}", named.means), &named.words)),
    );
}

#[test]
fn shifts_say_by_their_names_when_they_work() {
    use ShiftHours::{Day, Night};
    for (names, hours) in [
        (
            "Nacht NACHT Nachtschicht nachtdienst N n NS Night|Night shift 1|nuit|Noche|Notte|nocna|Noite|Nachtploeg|Noční|Gece|\
             Ночь|ночная смена|夜班|大夜班|Schicht N|N1|Team 3 Nacht",
            Some(Night),
        ),
        (
            "Früh Frueh Frühschicht Spät SPÄTSCHICHT Tag F S Early Late|Day shift|Matin|Après-midi|mañana|Tarde|Pomeriggio|ranna|\
             Popołudniowa|manhã|vroege|odpolední|Sabah|Утро|День|早班|中班|白班|Nachmittag",
            Some(Day),
        ),
        ("1 3 A D|Crew A|Team Nord|Tag/Nacht|Schicht 3|III|", None),
    ] {
        let first = names.split('|').next().unwrap().split(' ');
        for name in first.chain(names.split('|').skip(1)) {
            assert_eq!(shift_hours(name.trim()), hours, "`{name}`");
        }
    }
    let shifts = &*shifts::SHIFTS;
    let nights: BTreeSet<String> = shifts.night.iter().map(fold).collect();
    assert!(shifts.day.iter().all(|word| !nights.contains(&fold(word))));
}
