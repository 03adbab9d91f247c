use rust_decimal::Decimal;

use super::Change::{Back, Began, First, Forward, Glitch, Reset, Rollover, TooFar, Zero as Open};
use super::{Change, Counted, count};
use crate::profile::{Counter, Zero};
use crate::variable::Variable;

fn decimals(text: &str) -> Vec<Decimal> {
    text.split_whitespace().map(|word| word.parse().unwrap()).collect()
}

fn plain() -> Counter {
    Counter::of(Variable::QuantityProduced)
}

fn sum(counted: &[Counted]) -> Decimal {
    counted.iter().filter_map(|counted| counted.adds).sum()
}

fn check(rules: &Counter, readings: &str, changes: &[Change], adds: &str) {
    let readings = decimals(readings);
    let (whole, _) = count(rules, None, &readings);
    let found: Vec<Change> = whole.iter().map(|counted| counted.change).collect();
    assert_eq!(found, changes, "{readings:?}");
    assert_eq!(sum(&whole), adds.parse().unwrap(), "{readings:?}: {whole:?}");
    // In two pieces it is the same, wherever it is cut.
    for cut in 0..=readings.len() {
        let (first, left) = count(rules, None, &readings[..cut]);
        let (second, _) = count(rules, left, &readings[cut..]);
        assert_eq!(sum(&first) + sum(&second), sum(&whole), "{readings:?} cut at {cut}");
    }
}

#[test]
fn a_counter_adds_by_what_it_goes_on() {
    check(&plain(), "", &[], "0");
    check(&plain(), "500", &[First], "0");
    check(&plain(), "500 500 512", &[First, Forward, Forward], "12");
    check(&plain(), "1.25 1.5 3.125", &[First, Forward, Forward], "1.875");
    check(&plain(), "0 0 7", &[First, Forward, Forward], "7");
}

#[test]
fn it_goes_over_its_end_where_it_was_near() {
    // A log of parts of a line: 16 bits with a sign, then a reset.
    check(
        &plain(),
        "32100 32400 32700 233 533 1133 1433 12 312 612",
        &[
            First, Forward, Forward, Rollover, Forward, Forward, Forward, Reset, Forward, Forward,
        ],
        "2713",
    );
    check(&plain(), "65500 120", &[First, Rollover], "156");
    check(&plain(), "4294967290 4 14", &[First, Rollover, Forward], "20");
    check(&plain(), "99990 99995 3", &[First, Forward, Rollover], "13");
    // Far from the end, or a step that is none of the usual ones: it began anew.
    check(&plain(), "20000 20300 100", &[First, Forward, Reset], "400");
    check(
        &plain(),
        "65400 65402 65404 300",
        &[First, Forward, Forward, Reset],
        "304",
    );
    // Over a 0.
    check(
        &plain(),
        "32100 32400 32700 0 301",
        &[First, Forward, Forward, Began, Rollover],
        "969",
    );
}

#[test]
fn the_end_may_be_said() {
    let at = |end: u32| Counter {
        rollover: Some(end.into()),
        ..plain()
    };
    check(&at(1000), "900 950 20", &[First, Forward, Rollover], "120");
    check(&plain(), "900 950 20", &[First, Forward, Reset], "70");
    // Whatever its end, a counter that stood far from it began anew.
    check(&at(32768), "1133 1433 12", &[First, Forward, Reset], "312");
    check(&at(1000), "2000 2010 5", &[First, Forward, Reset], "15");
}

#[test]
fn a_zero_between_readings_that_go_on_is_none() {
    check(
        &plain(),
        "13400.5 13412.0 0.0 13435.5",
        &[First, Forward, Glitch, Forward],
        "35",
    );
    check(
        &plain(),
        "100 110 0 0 120 0",
        &[First, Forward, Glitch, Glitch, Forward, Open],
        "20",
    );
    check(
        &plain(),
        "100 110 0 8 9",
        &[First, Forward, Began, Reset, Forward],
        "19",
    );
    let resets = Counter {
        zero: Zero::Reset,
        ..plain()
    };
    check(&resets, "100 110 0 120", &[First, Forward, Reset, Forward], "130");
}

#[test]
fn a_small_fall_is_no_new_beginning() {
    check(
        &plain(),
        "13412.0 13412.5 13412.4 13412.7",
        &[First, Forward, Back, Forward],
        "0.7",
    );
    check(&plain(), "13412.0 13411.9 13412.2", &[First, Back, Forward], "0.2");
    check(&plain(), "100 101 100 102", &[First, Forward, Back, Forward], "2");
    check(&plain(), "10 9 8", &[First, Reset, Reset], "17");
}

#[test]
fn a_step_beyond_the_largest_is_not_counted() {
    let rules = Counter {
        max_step: Some(50.into()),
        ..plain()
    };
    check(&rules, "10 20 5000 5010", &[First, Forward, TooFar, Forward], "20");
    check(&rules, "65500 65530 10", &[First, Forward, Rollover], "46");
}
