//! Worked examples of the specification (W1, W1b, W1c, W4, W4b, W12, W24) and the rules about absence.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::component::Made::{self, *};
use crate::component::{Component, Components, Dimension};
use crate::variable::Variable;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A group from `(component name, value)`.
fn group(sums: &[(&str, &str)]) -> ComponentGroup {
    ComponentGroup {
        components: sums
            .iter()
            .map(|(name, value)| (Component::from_name(name).expect(name), dec(value)))
            .collect(),
        ..ComponentGroup::default()
    }
}

fn of(name: &str, group: &ComponentGroup) -> MetricValue {
    evaluate(catalogue::find(name).expect(name), group)
}

/// The figure, to a relative 1e-6.
#[track_caller]
fn check(name: &str, group: &ComponentGroup, expected: &str) {
    let value = of(name, group);
    let expected = dec(expected);
    let found = value
        .value
        .unwrap_or_else(|| panic!("{name} is null: {:?}", value.null_reason));
    let distance = (found - expected).abs();
    assert!(
        distance <= expected.abs() * dec("0.000001"),
        "{name} = {found}, expected {expected}"
    );
}

/// No figure, for this reason.
#[track_caller]
fn check_null(name: &str, group: &ComponentGroup, reason: &str) {
    let value = of(name, group);
    assert_eq!(
        (
            value.value,
            value.null_reason.map(|reason| reason.to_string()).as_deref()
        ),
        (None, Some(reason)),
        "{name}"
    );
}

/// The shift of W1: planned 420 min, stops 47 min, 1 s for a unit, 19,271 made, 423 rejected.
const SHIFT: [(&str, &str); 11] = [
    ("rows", "1"),
    ("pbt_s", "25200"),
    ("apt_s", "22380"),
    ("ideal_s", "19271"),
    ("ideal_good_s", "18848"),
    ("pq_timed", "19271"),
    ("sum_quantity_produced", "19271"),
    ("pq_checked", "19271"),
    ("gq_checked", "18848"),
    ("sq_checked", "423"),
    ("rq_checked", "0"),
];

#[test]
fn w1_a_shift_and_its_losses() {
    let shift = group(&SHIFT);
    check("planned_busy_time", &shift, "420");
    check("production_time", &shift, "373");
    check("availability", &shift, "0.8880952");
    check("effectiveness", &shift, "0.8610813");
    check("quality_ratio", &shift, "0.9780499");
    check("scrap_ratio", &shift, "0.0219501");
    check("oee", &shift, "0.7479365");
    check("availability_loss", &shift, "47");
    check("effectiveness_loss", &shift, "51.816667");
    check("quality_loss", &shift, "7.05");
    check("good_time", &shift, "314.133333");
    let parts = ["availability_loss", "effectiveness_loss", "quality_loss", "good_time"];
    let sum: Decimal = parts.iter().map(|name| of(name, &shift).value.unwrap()).sum();
    assert!((sum - dec("420")).abs() < dec("0.000000001"), "{sum}");
}

#[test]
fn w1b_a_plant_is_a_ratio_of_sums_and_never_a_mean_of_ratios() {
    let mut plant = group(&SHIFT);
    let second = group(&[
        ("rows", "1"),
        ("pbt_s", "3600"),
        ("apt_s", "3600"),
        ("ideal_s", "1800"),
        ("ideal_good_s", "900"),
        ("pq_timed", "900"),
        ("sum_quantity_produced", "900"),
        ("pq_checked", "900"),
        ("gq_checked", "450"),
    ]);
    check("oee", &second, "0.25");
    plant.components.merge(&second.components);
    check("oee", &plant, "0.6856944");
}

#[test]
fn w1c_an_ideal_cycle_that_is_too_slow_is_reported_and_not_clamped() {
    let group = group(&[("ideal_s", "30000"), ("apt_s", "27000"), ("pq_timed", "1000")]);
    check("effectiveness", &group, "1.1111111");
    assert_eq!(of("effectiveness", &group).warnings, [Warning::IdealCycleTooSlow]);
    assert_eq!(of("effectiveness_loss", &group).warnings, [Warning::IdealCycleTooSlow]);
    assert_eq!(of("effectiveness_loss", &group).value, Some(dec("-50")));
}

#[test]
fn w4_failures() {
    let machine = group(&[
        ("operating_s", "2044800"),
        ("failures", "4"),
        ("closed_failures", "4"),
        ("repair_s", "43200"),
    ]);
    check("mtbf", &machine, "142");
    check("mttr", &machine, "3");
    check("inherent_availability", &machine, "0.9793103");
    assert_eq!(of("mtbf", &machine).n, 4);
    // An open failure counts for MTBF and not for MTTR.
    let open = group(&[
        ("operating_s", "2044800"),
        ("failures", "5"),
        ("closed_failures", "4"),
        ("repair_s", "43200"),
    ]);
    check("mttr", &open, "3");
    check("mtbf", &open, "113.6");
}

#[test]
fn w4_without_a_failure_there_is_a_bound_and_no_mtbf() {
    let quiet = group(&[("operating_s", "2044800"), ("failures", "0")]);
    check_null("mtbf", &quiet, "zero_failures");
    check("mtbf_lower_bound", &quiet, "246.67927");
    // Operating time is the time over which failures were counted: none there means none happened.
    let silent = group(&[("operating_s", "2044800")]);
    check_null("mtbf", &silent, "zero_failures");
    check("mtbf_lower_bound", &silent, "246.67927");
    check("failures", &silent, "0");
    check_null("mttr", &silent, "zero_closed_failures");
    // Without operating time nothing is known.
    check_null("failures", &group(&[("rows", "3")]), "missing_failures");
    check_null("mtbf", &group(&[("failures", "3")]), "missing_operating_s");
}

#[test]
fn w4b_machines_are_pooled() {
    let mut pooled = group(&[("operating_s", "2044800"), ("failures", "4")]);
    pooled
        .components
        .merge(&group(&[("operating_s", "2124000"), ("failures", "1")]).components);
    check("mtbf", &pooled, "231.6");
}

#[test]
fn w12_yields() {
    let order = group(&[
        ("pq_checked", "1000"),
        ("sq_checked", "30"),
        ("rq_checked", "50"),
        ("gq_checked", "920"),
    ]);
    check("first_pass_yield", &order, "0.92");
    check("scrap_ratio", &order, "0.03");
    check("rework_ratio", &order, "0.05");
    // Without a rework column the first pass yield isn't known, and nothing is guessed.
    let no_rework = group(&[("pq_checked", "1000"), ("sq_checked", "30"), ("gq_checked", "970")]);
    check("quality_ratio", &no_rework, "0.97");
    check_null("first_pass_yield", &no_rework, "missing_rq_checked");
}

#[test]
fn w24_allocation_utilisation_and_set_up() {
    let shift = group(&[
        ("apt_s", "22380"),
        ("aust_s", "1200"),
        ("adet_s", "0"),
        ("pbt_s", "25200"),
    ]);
    check("allocation", &shift, "0.9357143");
    check("utilisation", &shift, "0.9491094");
    check("setup_ratio", &shift, "0.0508906");
    // No delay at all is a true zero where the production time is known.
    check(
        "allocation",
        &group(&[("apt_s", "22380"), ("aust_s", "1200"), ("pbt_s", "25200")]),
        "0.9357143",
    );
    check("setup_time", &group(&[("apt_s", "22380")]), "0");
    check_null("setup_time", &group(&[("rows", "1")]), "missing_aust_s");
    let full = group(&[
        ("apt_s", "22380"),
        ("aust_s", "1200"),
        ("pbt_s", "25200"),
        ("ideal_good_s", "18848"),
    ]);
    // 393 / 420 x 18848 / 22380.
    check("nee", &full, "0.7880404");
}

#[test]
fn what_is_missing_or_zero_is_named() {
    check_null("availability", &group(&[("rows", "5")]), "missing_apt_s");
    check_null("availability", &group(&[("apt_s", "5")]), "missing_pbt_s");
    check_null("availability", &group(&[("apt_s", "0"), ("pbt_s", "0")]), "zero_pbt_s");
    check_null(
        "quality_ratio",
        &group(&[("gq_checked", "0"), ("pq_checked", "0")]),
        "zero_pq_checked",
    );
    check_null("quantity_good", &group(&[("rows", "5")]), "missing_quantity_good");
    check_null(
        "labor_productivity",
        &group(&[("sum_quantity_good", "5"), ("sum_labor_hours", "0")]),
        "zero_labor_hours",
    );
    check_null(
        "measured_deviation",
        &group(&[("measure_n", "1"), ("measure_sum", "3"), ("measure_sum_sq", "9")]),
        "too_few_measure_n",
    );
    // An empty group has no metric but no panic either.
    for metric in catalogue::all() {
        let value = evaluate(metric, &ComponentGroup::default());
        assert!(value.value.is_none() && value.null_reason.is_some(), "{}", metric.id);
    }
    // Zero is not missing.
    check(
        "quantity_scrap",
        &group(&[("sum_quantity_scrap", "0"), ("n_quantity_scrap", "7")]),
        "0",
    );
}

#[test]
fn sums_are_exact_with_the_rows_that_carried_them() {
    let rows = group(&[
        ("rows", "35040"),
        ("sum_energy_used", "959636.710000"),
        ("n_energy_used", "17520"),
    ]);
    let value = of("energy_used", &rows);
    assert_eq!(value.value.unwrap().to_string(), "959636.71");
    assert_eq!(
        (value.n, value.coverage.unwrap().rows, value.unit.to_string().as_str()),
        (17_520, Some(dec("0.5")), "kWh")
    );
    assert_eq!(value.components, rows.components);
}

#[test]
fn other_metrics_by_hand() {
    let costs = group(&[("cost_of_good", "37600"), ("gq_costed", "30100")]);
    check("cost_per_good_unit", &costs, "1.2491694");
    let overhead = group(&[
        ("rows", "9"),
        ("overhead_booked", "1180.25"),
        ("overhead_allowed", "1200"),
        ("overhead_rows", "7"),
    ]);
    check("overhead_spending", &overhead, "-19.75");
    assert_eq!(of("overhead_spending", &overhead).n, 7);
    // The sums of the two columns say nothing of the rows that carry both.
    let apart = group(&[("sum_overhead_actual", "1180.25"), ("sum_overhead_budget", "1200")]);
    check_null("overhead_spending", &apart, "missing_overhead_booked");
    let rate = group(&[("sum_quantity_produced", "7460"), ("apt_s", "22380")]);
    check("throughput_rate", &rate, "1200");
    check(
        "attainment",
        &group(&[("planned_qty_met", "90"), ("sum_quantity_planned", "80")]),
        "1.125",
    );
    let over = of(
        "attainment",
        &group(&[("planned_qty_met", "90"), ("sum_quantity_planned", "80")]),
    );
    assert_eq!(over.warnings, [Warning::AbovePlan]);
    check(
        "energy_per_unit",
        &group(&[("energy_with_pq", "500"), ("energy_pq", "2000")]),
        "0.25",
    );
    // 49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4 53.6 52.1 (NIST).
    let measured = group(&[
        ("measure_n", "10"),
        ("measure_sum", "508.1"),
        ("measure_sum_sq", "25853.79"),
    ]);
    check("measured_mean", &measured, "50.81");
    check("measured_deviation", &measured, "2.0338524");
    let copq = group(&[("scrap_value", "613.35"), ("rework_value", "450")]);
    check("copq", &copq, "1063.35");
    let half = of("copq", &group(&[("scrap_value", "613.35")]));
    assert_eq!(
        (half.value, half.warnings),
        (Some(dec("613.35")), vec![Warning::ReworkNotValued])
    );
    check_null("copq", &group(&[("rows", "1")]), "missing_scrap_value");
}

#[test]
fn a_figure_over_ideal_cycles_needs_enough_of_them() {
    let with = |timed: &str, checked: &str| {
        group(&[
            ("pbt_s", "25200"),
            ("apt_s", "22380"),
            ("ideal_s", "19271"),
            ("ideal_good_s", "18848"),
            ("pq_timed", timed),
            ("pq_checked", checked),
            ("sum_quantity_produced", "1000"),
        ])
    };
    check_null("oee", &with("799", "1000"), "incomplete_ideal_cycle_time");
    check_null("effectiveness", &with("799", "1000"), "incomplete_ideal_cycle_time");
    check_null("oee", &with("1000", "799"), "incomplete_quality");
    assert_eq!(
        of("effectiveness", &with("900", "0")).warnings,
        [Warning::IdealCycleMissing]
    );
    assert_eq!(of("oee", &with("1000", "900")).warnings, [Warning::QualityUnknown]);
    assert_eq!(of("oee", &with("1000", "1000")).warnings, []);
}

#[test]
fn what_cannot_be_is_no_figure() {
    let stopped = group(&[("apt_s", "-300"), ("pbt_s", "400")]);
    check_null("availability", &stopped, "sources_disagree");
    // A file of stops beside a file that plans less than they take.
    let joined = group(&[
        ("pbt_s", "400"),
        ("stop_s", "700"),
        ("adet_s", "700"),
        ("failures", "2"),
    ]);
    check_null("availability", &joined, "sources_disagree");
    check_null("mtbf", &joined, "sources_disagree");
    let good = |good: &str| group(&[("gq_checked", good), ("pq_checked", "100")]);
    check_null("quality_ratio", &good("101"), "sources_disagree");
    check_null("quality_ratio", &good("-1"), "sources_disagree");
    check("quality_ratio", &good("100"), "1");
}

#[test]
fn more_than_the_full_rate_is_reported_by_its_cause() {
    let fast = |busy: &str| {
        of(
            "oee",
            &group(&[
                ("pbt_s", busy),
                ("apt_s", "400"),
                ("ideal_s", "500"),
                ("ideal_good_s", "500"),
                ("pq_timed", "10"),
                ("pq_checked", "10"),
                ("sum_quantity_produced", "10"),
            ]),
        )
    };
    assert_eq!(fast("400").value, Some(dec("1.25")));
    assert_eq!(fast("400").warnings, [Warning::IdealCycleTooSlow]);
}

#[test]
fn sums_of_different_rows_are_remarked() {
    let mixed_rows = group(&[
        ("sum_quantity_good", "100"),
        ("n_quantity_good", "10"),
        ("sum_labor_hours", "8"),
        ("n_labor_hours", "9"),
    ]);
    assert_eq!(
        of("labor_productivity", &mixed_rows).warnings,
        [Warning::InputsOnDifferentRows]
    );
}

#[test]
fn money_keeps_its_currency() {
    let item_of = |currencies: &[&str], default: Option<&str>| {
        let group = ComponentGroup {
            currencies: currencies.iter().map(|text| (*text).to_owned()).collect(),
            ..group(&[("cost_of_good", "10"), ("gq_costed", "4"), ("sum_total_cost", "10")])
        };
        (
            item(catalogue::find("total_cost").unwrap(), &group, default),
            item(catalogue::find("cost_per_good_unit").unwrap(), &group, default),
        )
    };
    let (cost, each) = item_of(&["USD"], Some("EUR"));
    assert_eq!(
        (cost.unit.to_string().as_str(), each.unit.to_string().as_str()),
        ("USD", "USD/unit")
    );
    let (cost, each) = item_of(&[], Some("EUR"));
    assert_eq!(
        (cost.unit.to_string().as_str(), each.unit.to_string().as_str()),
        ("EUR", "EUR/unit")
    );
    let (cost, each) = item_of(&[], None);
    assert_eq!(
        (cost.unit.to_string().as_str(), each.unit.to_string().as_str()),
        ("currency?", "currency?/unit")
    );
    assert_eq!(
        (cost.value, cost.warnings),
        (Some(dec("10")), vec![Warning::NoCurrency])
    );
    let (cost, each) = item_of(&["EUR", "USD"], Some("EUR"));
    assert_eq!(
        (cost.value, cost.null_reason),
        (None, Some(NullReason::Unsound(Unsound::MixedCurrency)))
    );
    assert_eq!(
        (each.value, each.null_reason),
        (None, Some(NullReason::Unsound(Unsound::MixedCurrency)))
    );
}

#[test]
fn quantities_are_never_added_over_units() {
    let with = |uoms: &[&str]| ComponentGroup {
        uoms: uoms.iter().map(|text| (*text).to_owned()).collect(),
        currencies: vec!["USD".to_owned()],
        ..group(&[
            ("sum_quantity_scrap", "27068"),
            ("sum_scrap_cost", "11049.06"),
            ("sq_checked", "1"),
            ("pq_checked", "2"),
        ])
    };
    let several = with(&["KG", "PC"]);
    check_null("quantity_scrap", &several, "mixed_uom");
    check_null("scrap_ratio", &several, "mixed_uom");
    check("scrap_cost", &several, "11049.06");
    let one = with(&["PC"]);
    check("scrap_ratio", &one, "0.5");
    let scrap = item(catalogue::find("quantity_scrap").unwrap(), &one, None);
    assert_eq!(
        (scrap.unit.to_string().as_str(), scrap.value),
        ("PC", Some(dec("27068")))
    );
}

#[test]
fn an_item_names_its_group_its_sums_and_its_method() {
    let mut shift = group(&SHIFT);
    shift.group.insert("machine".to_owned(), Some("press 1".to_owned()));
    let oee = item(catalogue::find("oee").unwrap(), &shift, None);
    assert_eq!(oee.group, shift.group);
    assert_eq!(oee.components.get("pbt_s"), Some(&dec("25200")));
    assert_eq!(
        (oee.metric.as_str(), oee.unit.to_string().as_str(), oee.version),
        ("oee", "ratio", 1)
    );
    assert!(!oee.method.is_empty());
}

#[test]
fn the_catalogue_holds_every_additive_variable_and_no_name_twice() {
    let mut names: Vec<&str> = catalogue::all().iter().map(|metric| metric.id).collect();
    for variable in Variable::ALL.iter().filter(|variable| variable.is_additive()) {
        assert!(names.contains(&variable.name()), "{} is no metric", variable.name());
    }
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
    for metric in catalogue::all() {
        assert_eq!(catalogue::find(metric.id).map(|found| found.id), Some(metric.id));
        assert!(metric.needs.contains(&Component::Rows), "{}", metric.id);
        assert!(
            !metric.label.is_empty() && !metric.formula.is_empty() && !metric.source.is_empty(),
            "{}",
            metric.id
        );
        let info = info(metric);
        // What no variable takes is measured by columns of any name.
        let of_any_column = metric.id.starts_with("process_") || metric.id == "failure_mode_count";
        assert_eq!(
            info.needs.is_empty(),
            metric.id == "rows" || of_any_column,
            "{}",
            metric.id
        );
        assert!(
            info.needs
                .iter()
                .all(|need| need.split(" or ").all(|name| Variable::from_name(name).is_some()))
        );
    }
    for id in [
        "cost_per_good_unit",
        "scrap_value",
        "energy_cost",
        "availability",
        "mtbf",
        "mttr",
        "inherent_availability",
        "mtbf_lower_bound",
        "stops",
        "failures",
        "stop_time",
        "quality_ratio",
        "first_pass_yield",
        "scrap_ratio",
        "rework_ratio",
        "effectiveness",
        "oee",
        "setup_ratio",
        "utilisation",
        "allocation",
        "availability_loss",
        "effectiveness_loss",
        "quality_loss",
        "good_time",
        "throughput_rate",
        "attainment",
        "labor_productivity",
        "energy_per_unit",
        "rows",
    ] {
        assert!(catalogue::find(id).is_some(), "{id}");
    }
    assert!(catalogue::find("nothing").is_none());
}

#[test]
fn what_a_query_has_to_fetch() {
    let oee = catalogue::find("oee").unwrap();
    let good = catalogue::find("quantity_good").unwrap();
    let all = needed([oee, good, good]);
    for component in [
        Component::Rows,
        Component::Sum(Variable::QuantityGood),
        Component::Count(Variable::QuantityGood),
        Component::Made(IdealGoodS),
        Component::Made(PbtS),
        Component::Made(AptS),
    ] {
        assert_eq!(
            all.iter().filter(|other| **other == component).count(),
            1,
            "{component:?}"
        );
    }
    // The stops of a group without any are a true zero only if its production time is fetched with them.
    assert!(needed([catalogue::find("stops").unwrap()]).contains(&Component::Made(AptS)));
}

#[test]
fn what_is_missing_is_said_in_columns() {
    let oee = catalogue::find("oee").unwrap();
    let present = [Variable::StopCategory, Variable::Duration, Variable::QuantityScrap];
    assert_eq!(
        missing(oee, &present),
        [[Variable::IdealCycleTime, Variable::IdealRate]]
    );
    assert!(missing(catalogue::find("rows").unwrap(), &[]).is_empty());
    assert_eq!(
        missing(catalogue::find("total_cost").unwrap(), &[]),
        [[Variable::TotalCost]]
    );
}

#[test]
fn planned_time_is_not_split_over_reasons() {
    let dimensions = |name: &str| info(catalogue::find(name).unwrap()).dimensions;
    assert!(!dimensions("oee").contains(&Dimension::Reason));
    assert!(dimensions("oee").contains(&Dimension::Machine));
    assert!(dimensions("stop_time").contains(&Dimension::Reason));
    assert!(dimensions("mttr").contains(&Dimension::Reason));
}

proptest! {
    /// Whatever the sums, a metric answers with a value or with a reason, and never with both or neither.
    #[test]
    fn any_sums_give_a_value_or_a_reason(
        values in proptest::collection::vec(
            prop_oneof![Just(Decimal::ZERO), Just(Decimal::MAX), Just(Decimal::MIN), any::<i64>().prop_map(Decimal::from),
                (any::<i64>(), 0_u32..28).prop_map(|(digits, scale)| Decimal::new(digits, scale))],
            Component::all().len(),
        ),
        present in proptest::collection::vec(any::<bool>(), Component::all().len()),
    ) {
        let components: Components = Component::all()
            .into_iter()
            .zip(values)
            .zip(present)
            .filter_map(|(pair, present)| present.then_some(pair))
            .collect();
        let group = ComponentGroup { components, ..ComponentGroup::default() };
        for metric in catalogue::all() {
            let value = evaluate(metric, &group);
            prop_assert_eq!(value.value.is_some(), value.null_reason.is_none(), "{}", metric.id);
        }
    }

    /// Where OEE has a value, it is availability x effectiveness x quality in time.
    #[test]
    fn oee_is_the_product_of_its_factors(apt in 1_u32..100_000, idle in 0_u32..100_000, good in 0_u32..100_000, bad in 1_u32..100_000) {
        let (pbt, ideal) = (apt + idle, good + bad);
        let text = |value: u32| value.to_string();
        let group = group(&[
            ("pbt_s", &text(pbt)), ("apt_s", &text(apt)), ("ideal_s", &text(ideal)), ("ideal_good_s", &text(good)),
        ]);
        let value = of("oee", &group).value.unwrap();
        let product = (f64::from(apt) / f64::from(pbt)) * (f64::from(ideal) / f64::from(apt)) * (f64::from(good) / f64::from(ideal));
        let found: f64 = value.to_string().parse().unwrap();
        prop_assert!((found - product).abs() <= 1e-9 * product.max(1.0), "{found} {product}");
    }
}

#[test]
fn plan_and_stops_of_different_exports_give_availability_with_a_warning() {
    let sums = |values: &[(Made, i64)]| ComponentGroup {
        components: values
            .iter()
            .map(|(made, value)| (Component::Made(*made), Decimal::from(*value)))
            .collect(),
        ..ComponentGroup::default()
    };
    let availability = catalogue::find("availability").unwrap();
    let both = sums(&[
        (Made::PbtS, 25_200),
        (Made::StopS, 2_820),
        (Made::AdetS, 2_000),
        (Made::AustS, 820),
    ]);
    let value = evaluate(availability, &both);
    assert!(
        (value.value.unwrap() - Decimal::new(8_880_952, 7)).abs() < Decimal::new(1, 6),
        "{value:?}"
    );
    assert_eq!(value.warnings, [Warning::StopsFromOtherFiles]);
    // A plan alone says nothing about stops, and stops alone nothing about the plan.
    assert_eq!(evaluate(availability, &sums(&[(Made::PbtS, 25_200)])).value, None);
    assert_eq!(evaluate(availability, &sums(&[(Made::StopS, 2_820)])).value, None);
    let needed = super::needed([availability]);
    assert!(
        [Made::PbtS, Made::StopS, Made::AdetS]
            .iter()
            .all(|made| needed.contains(&Component::Made(*made)))
    );
}

#[test]
fn process_values_of_several_names_or_units_are_never_put_together() {
    let values = |names: &[&str], units: &[&str]| {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        ComponentGroup {
            process_values: owned(names),
            process_units: owned(units),
            ..group(&[
                ("process_n", "4"),
                ("process_sum", "10"),
                ("process_least", "1"),
                ("process_most", "5"),
            ])
        }
    };
    let torque = values(&["torque"], &["Nm"]);
    check("process_mean", &torque, "2.5");
    check("process_min", &torque, "1");
    check("process_max", &torque, "5");
    check("process_sum", &torque, "10");
    let shown = item(catalogue::find("process_mean").unwrap(), &torque, None);
    assert_eq!((shown.unit.to_string().as_str(), shown.n), ("Nm", 4));
    for id in ["process_mean", "process_min", "process_max", "process_sum"] {
        check_null(id, &values(&["torque", "wear"], &["Nm"]), "mixed_process_value");
        check_null(id, &values(&["torque"], &["Nm", ""]), "mixed_process_unit");
    }
    // How many there are says no figure of them.
    check("process_count", &values(&["torque", "wear"], &["Nm", "min"]), "4");
}

#[test]
fn the_least_and_the_greatest_of_groups_are_no_sums() {
    let mut all = group(&[("process_least", "-2"), ("process_most", "-1"), ("process_sum", "-3")]);
    all.components
        .merge(&group(&[("process_least", "3"), ("process_most", "4"), ("process_sum", "7")]).components);
    check("process_min", &all, "-2");
    check("process_max", &all, "4");
    check("process_sum", &all, "4");
}
