use std::collections::BTreeMap;

use plant_core::variable::Variable;

use super::*;

#[test]
fn a_spelling_is_one_unit_wherever_it_stands() {
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, unit) in UNITS.unit.iter().enumerate() {
        assert!(unit.factor > Decimal::ZERO, "{unit:?}");
        for word in unit.words.iter().chain(&unit.header).chain(&unit.cell) {
            assert_eq!(word.to_lowercase(), *word);
            assert_eq!(owners.insert(word, place), None, "{word} is two units");
        }
        for word in &unit.close {
            assert!(
                unit.words.contains(word) || unit.cell.contains(word),
                "{word} is no unit of a cell"
            );
        }
        for word in &unit.spoken {
            assert_eq!(unit.quantity, Quantity::Time, "{word}");
            assert_eq!(fold(word), *word);
        }
    }
    let mut spoken = BTreeMap::new();
    for (place, unit) in UNITS.unit.iter().enumerate() {
        for word in &unit.spoken {
            assert_eq!(spoken.insert(word, place), None, "{word} is two units");
        }
    }
}

#[test]
fn every_unit_of_a_variable_is_known() {
    for variable in Variable::ALL {
        let unit = variable.unit();
        assert!(
            ["", "currency"].contains(&unit) || header(unit).is_some(),
            "{}: {unit}",
            variable.name()
        );
    }
}

#[test]
fn factors() {
    for (from, to, factor) in [
        ("h", "min", Some("60")),
        ("std", "s", Some("3600")),
        ("ms", "s", Some("0.001")),
        ("mwh", "kwh", Some("1000")),
        ("kgco2", "tco2", Some("0.001")),
        ("kg", "t", Some("0.001")),
        // Without an end, or of different things.
        ("s", "h", None),
        ("kw", "kwh", None),
        ("bar", "bar", None),
    ] {
        let found = header(from).unwrap().to(header(to).unwrap());
        assert_eq!(
            found.map(|factor| factor.to_string()).as_deref(),
            factor,
            "{from} to {to}"
        );
    }
    assert_eq!(time("Std.").unwrap().factor, Decimal::from(3600));
    assert_eq!(time("m").unwrap().factor, Decimal::from(60));
    assert_eq!(header("m").unwrap().quantity, Quantity::Length);
    assert!(header("in").is_none() && cell("in").is_some() && close("in").is_none());
}
