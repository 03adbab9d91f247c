use super::*;
use crate::variable::Variable::*;

fn input(present: &[Variable]) -> TierInput {
    TierInput {
        present: present.to_vec(),
        ..TierInput::default()
    }
}

#[track_caller]
fn check(input: &TierInput, overall: u8, [cost, equipment, quality, efficiency]: [u8; 4]) -> Vec<String> {
    let tier = assess(input);
    assert_eq!(
        (tier.overall, tier.cost, tier.equipment, tier.quality, tier.efficiency),
        (overall, cost, equipment, quality, efficiency),
        "{:#?}",
        tier.unlocks
    );
    tier.unlocks
}

const STOP: [Variable; 4] = [Machine, EventStart, EventEnd, StopCategory];
const FULL: [Variable; 10] = [
    Machine,
    EventStart,
    EventEnd,
    StopCategory,
    PlannedTime,
    ProductCode,
    QuantityProduced,
    QuantityScrap,
    IdealRate,
    StandardUnitCost,
];

#[test]
fn nothing_without_a_date_or_without_a_quantity_and_a_stop() {
    check(&input(&[]), 0, [0; 4]);
    check(&input(&[WorkOrder, QuantityProduced]), 0, [0; 4]);
    check(&input(&[PostingDate, WorkOrder]), 0, [0; 4]);
    // A quantity that belongs to no order and no product.
    check(&input(&[PostingDate, QuantityProduced]), 0, [0; 4]);
    // Energy alone is not a tier.
    check(&input(&[EventStart, EnergyUsed]), 0, [0; 4]);
}

#[test]
fn counts_come_from_orders_or_stops() {
    check(&input(&[PostingDate, WorkOrder, QuantityProduced]), 1, [0; 4]);
    check(
        &input(&[ShiftDate, ProductCode, QuantityProduced, Line]),
        1,
        [0, 0, 0, 1],
    );
    check(&input(&[EventStart, Duration, StopCategory]), 1, [0; 4]);
    check(&input(&STOP), 1, [0, 1, 0, 0]);
}

#[test]
fn a_stop_with_a_reason_and_no_category_counts_for_equipment_only() {
    check(&input(&[Machine, EventStart, Duration, ReasonText]), 0, [0, 1, 0, 0]);
}

#[test]
fn losses_come_from_valued_scrap_or_from_stops_against_a_plan() {
    let scrap = [PostingDate, WorkOrder, QuantityProduced, QuantityScrap];
    check(&input(&scrap), 1, [0, 0, 1, 0]);
    check(
        &input(&[scrap.as_slice(), &[MaterialUnitCost]].concat()),
        2,
        [1, 0, 1, 0],
    );
    check(
        &input(&[
            PostingDate,
            WorkOrder,
            QuantityProduced,
            QuantityRework,
            StandardUnitCost,
        ]),
        2,
        [0, 0, 1, 0],
    );
    check(&input(&[STOP.as_slice(), &[PlannedTime]].concat()), 2, [0, 2, 0, 0]);
    let with = |has_calendar, is_state_log| TierInput {
        has_calendar,
        is_state_log,
        ..input(&STOP)
    };
    check(&with(true, false), 2, [0, 2, 0, 0]);
    check(&with(false, true), 2, [0, 2, 0, 0]);
    check(&with(false, false), 1, [0, 1, 0, 0]);
}

#[test]
fn the_full_rate_takes_every_part() {
    check(&input(&FULL), 3, [1, 2, 1, 3]);
    for left_out in [
        Machine,
        EventStart,
        EventEnd,
        StopCategory,
        PlannedTime,
        QuantityProduced,
        QuantityScrap,
        IdealRate,
    ] {
        let present: Vec<Variable> = FULL.into_iter().filter(|variable| *variable != left_out).collect();
        assert!(assess(&input(&present)).overall < 3, "{left_out:?} is not needed");
    }
}

#[test]
fn proof_takes_time_coverage_and_a_frozen_baseline() {
    let proof = TierInput {
        span_days: 90,
        day_coverage: 0.8,
        failures: 6,
        baseline_frozen: true,
        ..input(&FULL)
    };
    check(&proof, 4, [1, 3, 1, 3]);
    let short = TierInput {
        span_days: 89,
        ..proof.clone()
    };
    let thin = TierInput {
        day_coverage: 0.79,
        ..proof.clone()
    };
    let open = TierInput {
        baseline_frozen: false,
        failures: 5,
        ..proof.clone()
    };
    let unlocks = check(&short, 3, [1, 3, 1, 3]);
    assert!(
        unlocks
            .iter()
            .any(|text| text.starts_with("missing: 90 days of data (89 so far) →")),
        "{unlocks:?}"
    );
    let unlocks = check(&thin, 3, [1, 3, 1, 3]);
    assert!(
        unlocks
            .iter()
            .any(|text| text.starts_with("missing: rows on 80 % of the scheduled days (79 % so far) →")),
        "{unlocks:?}"
    );
    let unlocks = check(&open, 3, [1, 2, 1, 3]);
    assert!(
        unlocks.iter().any(|text| text.contains("6 failures (5 so far) →")),
        "{unlocks:?}"
    );
}

#[test]
fn cost_climbs_with_pairs_of_actual_and_standard() {
    let base = [PostingDate, ProductCode, QuantityProduced, TotalCost];
    let with = |more: &[Variable]| input(&[base.as_slice(), more].concat());
    check(&with(&[]), 1, [1, 0, 0, 0]);
    check(&with(&[PurchasePrice]), 1, [1, 0, 0, 0]);
    check(&with(&[PurchasePrice, StandardPrice]), 1, [2, 0, 0, 0]);
    check(&with(&[OverheadActual, OverheadBudget]), 1, [2, 0, 0, 0]);
    let both = [LaborHours, StandardLaborHours, QuantityUsed, StandardQuantity];
    check(&with(&both), 1, [2, 0, 0, 0]);
    check(&with(&[both.as_slice(), &[QuantityGood]].concat()), 1, [3, 0, 0, 0]);
    // Scrap booked in money: the SAP scrap posting.
    check(
        &input(&[PostingDate, ProductCode, QuantityScrap, ScrapCost]),
        0,
        [1, 0, 0, 0],
    );
}

#[test]
fn quality_climbs_with_codes_and_measurements() {
    let base = [PostingDate, ProductCode, QuantityProduced, DefectCount];
    let with = |more: &[Variable]| input(&[base.as_slice(), more].concat());
    check(&with(&[DefectCode]), 1, [0, 0, 1, 0]);
    check(&with(&[DefectCode, StandardUnitCost]), 1, [0, 0, 2, 0]);
    check(
        &with(&[DefectCode, StandardUnitCost, MeasuredValue, SampleTime]),
        1,
        [0, 0, 2, 0],
    );
    check(
        &with(&[DefectCode, StandardUnitCost, MeasuredValue, SampleTime, Usl]),
        1,
        [0, 0, 3, 0],
    );
    check(
        &with(&[DefectCode, StandardUnitCost, MeasuredValue, Usl]),
        1,
        [0, 0, 2, 0],
    );
}

#[test]
fn a_gap_says_what_is_missing_how_full_it_is_and_what_it_would_bring() {
    let present: Vec<Variable> = FULL.into_iter().filter(|variable| *variable != IdealRate).collect();
    let unlocks = assess(&input(&present)).unlocks;
    assert!(
        unlocks.contains(
            &"missing: ideal cycle time or ideal rate (0 % filled) → would unlock OEE and its losses over the whole \
              plant (tier 3), effectiveness, OEE, speed loss"
                .to_owned()
        ),
        "{unlocks:#?}"
    );
    let partly = TierInput {
        filled: vec![(IdealCycleTime, 0.799)],
        ..input(&present)
    };
    let unlocks = assess(&partly).unlocks;
    assert!(
        unlocks
            .iter()
            .any(|text| text.starts_with("missing: ideal cycle time (79 % filled) →")),
        "{unlocks:#?}"
    );
}

#[test]
fn the_way_with_the_fewest_gaps_is_named() {
    // Stops without a plan are one column away from losses; valued scrap would be two.
    let unlocks = assess(&input(&STOP)).unlocks;
    assert!(
        unlocks
            .iter()
            .any(|text| text.starts_with("missing: planned time or a shift calendar")),
        "{unlocks:#?}"
    );
}

#[test]
fn one_more_column_never_lowers_a_tier() {
    let proof = TierInput {
        span_days: 200,
        day_coverage: 1.0,
        failures: 10,
        baseline_frozen: true,
        ..TierInput::default()
    };
    let mut present = Vec::new();
    let mut before = [0; 5];
    for variable in Variable::ALL {
        present.push(*variable);
        let tier = assess(&TierInput {
            present: present.clone(),
            ..proof.clone()
        });
        let now = [tier.overall, tier.cost, tier.equipment, tier.quality, tier.efficiency];
        assert!(
            now.iter().zip(before).all(|(now, before)| *now >= before),
            "{variable:?}: {before:?} to {now:?}"
        );
        before = now;
    }
    assert_eq!(before, [4, 3, 3, 3, 3]);
}
