//! Worked examples of the specification (W10, W11, W13-W16, W19, W22, W27), the gate, the grades and the pools.

use std::collections::BTreeMap;

use super::*;
use crate::view::{FindingView, LossView, PeriodView};

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[track_caller]
fn near(found: Decimal, expected: &str) {
    let expected = dec(expected);
    assert!(
        (found - expected).abs() <= expected.abs() * dec("0.000001"),
        "{found}, expected {expected}"
    );
}

/// The changeovers of W13, with overtime paid at 45 an hour.
fn changeovers() -> SavingInput {
    let minutes = [42, 38, 55, 40, 120, 35, 44, 41, 39, 90, 43, 37].map(Decimal::from);
    SavingInput {
        kind: LossKind::PaidOvertime,
        losses: minutes.map(Loss::each).to_vec(),
        loss_unit: "min".to_owned(),
        benchmark: minutes.to_vec(),
        period_days: 30,
        occurrences: 12,
        coverage: 0.9,
        quarantined_share: 0.0,
        identity_ok: true,
        baseline_holds: true,
        unit_value: Some(UnitValue {
            value: dec("0.75"),
            kind: ValueKind::Payroll,
            source: "labor_rate".to_owned(),
            is_fallback: false,
        }),
        currency: Some("USD".to_owned()),
        ..SavingInput::default()
    }
}

#[track_caller]
fn refused(input: &SavingInput, code: &str) {
    let refusal = assess(input).expect_err(code);
    assert_eq!(refusal.code, code, "{refusal}");
    assert_eq!(working(input), format!("no amount: {refusal}"));
}

#[test]
fn w13_changeovers_against_the_plants_own_median() {
    let saving = assess(&changeovers()).unwrap();
    assert_eq!((saving.expected, saving.low), (dec("54.375"), dec("27")));
    assert_eq!(
        (saving.pool.as_str(), saving.grade.as_str(), saving.currency.as_str()),
        ("labor_time", "C", "USD")
    );
    assert_eq!(saving.observed, dec("468")); // 624 min x 0.75
    assert_eq!(saving.run_rate, None);
    assert!(saving.note.contains("indicative"), "{}", saving.note);
    let working = working(&changeovers());
    for part in [
        "41.5 min",
        "= 145 min",
        "108.75 USD",
        "54.375 USD",
        "27 USD",
        "labor_rate",
        "12 runs",
    ] {
        assert!(working.contains(part), "{part} not in {working}");
    }
}

#[test]
fn a_rate_is_compared_at_each_runs_own_volume() {
    // Nine runs of 100 pieces at 2 % and one of 1,000 at 5 %: 30 pieces above the usual 20.
    let run = |scrap: i64, made: i64| Loss {
        quantity: Decimal::from(scrap),
        base: Decimal::from(made),
    };
    let losses: Vec<Loss> = (0..9).map(|_| run(2, 100)).chain([run(50, 1000)]).collect();
    let input = SavingInput {
        kind: LossKind::Scrap,
        benchmark: losses.iter().map(|loss| loss.quantity / loss.base).collect(),
        losses,
        loss_unit: "pieces".to_owned(),
        ..changeovers()
    };
    let saving = assess(&input).unwrap();
    assert_eq!(saving.expected, dec("11.25")); // 30 x 0.75 x 0.5
    assert_eq!(saving.pool, "material");
    let working = working(&input);
    assert!(
        working.starts_with(
            "addressable = sum of max(0, loss - 0.02 x pieces made) over 10 runs \
             = 50 pieces - 0.02 x 1000 pieces made, of the 1 run above it, = 30 pieces; x 0.75 USD/pieces"
        ),
        "{working}"
    );
}

#[test]
fn the_working_of_an_uneven_rate_gives_its_own_result() {
    // Seven runs lose a third of a percent, five lose more.
    let run = |scrap: i64, made: i64| Loss {
        quantity: Decimal::from(scrap),
        base: Decimal::from(made),
    };
    let losses: Vec<Loss> = (0..7)
        .map(|_| run(1, 300))
        .chain((1..6).map(|n| run(7 * n, 1_000)))
        .collect();
    let input = SavingInput {
        kind: LossKind::Scrap,
        benchmark: losses.iter().map(|loss| loss.quantity / loss.base).collect(),
        losses,
        loss_unit: "PC".to_owned(),
        ..changeovers()
    };
    let text = working(&input);
    // sum of max(0, loss - RATE x pieces made) over 12 runs = LOST PC - RATE x MADE pieces made, of …, = RESULT PC; …
    let sums = text.split(" = ").nth(2).unwrap();
    let numbers: Vec<Decimal> = sums.split(' ').filter_map(|word| word.parse().ok()).collect();
    let result = dec(text.split(" = ").nth(3).unwrap().split(' ').next().unwrap());
    let [lost, rate, made, runs] = numbers.as_slice() else {
        panic!("{text}");
    };
    assert_eq!((*lost, *made, *runs), (dec("105"), dec("5000"), dec("5")));
    assert!((lost - rate * made - result).abs() < dec("0.000001"), "{text}");
}

#[test]
fn overtime_that_is_not_in_the_data_is_not_called_unpaid() {
    for (overtime_hours, said) in [
        (None, "the data says nothing of paid overtime and"),
        (Some(dec("0")), "no overtime was paid and"),
        (Some(dec("12.5")), "nothing ties the 12.5 h of paid overtime to it and"),
    ] {
        let input = SavingInput {
            kind: LossKind::FreedTime,
            overtime_hours,
            ..changeovers()
        };
        let refusal = assess(&input).unwrap_err();
        assert!(refusal.text.contains(said), "{refusal}");
        assert_eq!(
            refusal.text.contains("no overtime was paid"),
            said.starts_with("no overtime")
        );
    }
}

#[test]
fn the_gate_lets_no_money_through() {
    let base = changeovers();
    refused(
        &SavingInput {
            period_days: 27,
            ..base.clone()
        },
        "period_too_short",
    );
    refused(
        &SavingInput {
            occurrences: 7,
            ..base.clone()
        },
        "too_few_occurrences",
    );
    refused(
        &SavingInput {
            quarantined_share: 0.05,
            ..base.clone()
        },
        "too_many_quarantined",
    );
    refused(
        &SavingInput {
            quarantined_share: f64::NAN,
            ..base.clone()
        },
        "too_many_quarantined",
    );
    refused(
        &SavingInput {
            identity_ok: false,
            ..base.clone()
        },
        "identity_failed",
    );
    refused(
        &SavingInput {
            benchmark: base.benchmark[..7].to_vec(),
            ..base.clone()
        },
        "too_few_runs",
    );
    refused(
        &SavingInput {
            unit_value: None,
            ..base.clone()
        },
        "no_unit_value",
    );
    refused(
        &SavingInput {
            currency: None,
            ..base.clone()
        },
        "no_currency",
    );
    refused(
        &SavingInput {
            currency: Some(String::new()),
            ..base.clone()
        },
        "no_currency",
    );
    refused(
        &SavingInput {
            falling_already: true,
            ..base.clone()
        },
        "falling_already",
    );
    refused(
        &SavingInput {
            ideal_cycle_too_slow: true,
            ..base.clone()
        },
        "ideal_cycle_too_slow",
    );
    refused(
        &SavingInput {
            losses: vec![Loss::each(dec("41")); 12],
            ..base.clone()
        },
        "nothing_addressable",
    );
    for (kind, code) in [
        (LossKind::FreedTime, "freed_time"),
        (LossKind::VolumeVariance, "volume_variance"),
        (LossKind::RateVariance, "rate_variance"),
        (LossKind::InventoryMove, "inventory_move"),
    ] {
        refused(&SavingInput { kind, ..base.clone() }, code);
    }
    // What says nothing is refused, not valued.
    assert!(assess(&SavingInput::default()).is_err());
    // The very edge passes.
    let edge = SavingInput {
        period_days: 28,
        occurrences: 8,
        quarantined_share: 0.0499,
        ..base
    };
    assert!(assess(&edge).is_ok());
}

#[test]
fn absurd_figures_are_refused_and_never_overflow() {
    let huge = SavingInput {
        losses: vec![Loss::each(Decimal::MAX); 8],
        ..changeovers()
    };
    refused(&huge, "overflow");
    let big_value = SavingInput {
        unit_value: Some(UnitValue {
            value: Decimal::MAX,
            kind: ValueKind::Invoice,
            source: "price".to_owned(),
            is_fallback: false,
        }),
        ..changeovers()
    };
    refused(&big_value, "overflow");
}

#[test]
fn capture_never_exceeds_its_caps_before_a_verified_case() {
    let with = |expected: &str, low: &str, has_verified_case: bool| {
        let capture = Capture {
            expected: dec(expected),
            low: dec(low),
            has_verified_case,
        };
        let saving = assess(&SavingInput {
            capture,
            ..changeovers()
        })
        .unwrap();
        (saving.expected, saving.low)
    };
    assert_eq!(with("0.9", "0.9", false), (dec("54.375"), dec("27")));
    assert_eq!(with("0.8", "0.6", true), (dec("87"), dec("65")));
    // Low is never above expected.
    assert_eq!(with("0.1", "0.25", false), (dec("10.875"), dec("10")));
    assert_eq!(with("-1", "-1", false), (dec("0"), dec("0")));
}

#[test]
fn grades() {
    let grade = |kind, is_fallback, booked: Option<&str>, baseline_holds| {
        let input = SavingInput {
            unit_value: Some(UnitValue {
                value: dec("0.75"),
                kind,
                source: "labor_rate".to_owned(),
                is_fallback,
            }),
            booked: booked.map(|loss| Booked {
                loss: dec(loss),
                findings: dec("1000"),
            }),
            baseline_holds,
            ..changeovers()
        };
        assess(&input).unwrap().grade
    };
    assert_eq!(grade(ValueKind::Payroll, false, None, true), "C");
    assert_eq!(grade(ValueKind::Payroll, false, Some("500"), true), "B");
    assert_eq!(grade(ValueKind::Payroll, false, Some("500"), false), "C");
    assert_eq!(grade(ValueKind::Standard, true, Some("500"), true), "C");
    assert_eq!(grade(ValueKind::Standard, true, None, true), "D");
    assert_eq!(grade(ValueKind::Default, false, Some("500"), true), "D");
}

#[test]
fn the_ledger_caps_a_finding() {
    let with = |loss: &str| SavingInput {
        booked: Some(Booked {
            loss: dec(loss),
            findings: dec("936"),
        }),
        ..changeovers()
    };
    let half = assess(&with("468")).unwrap();
    assert_eq!(
        (half.observed, half.expected, half.low),
        (dec("234"), dec("27.1875"), dec("13"))
    );
    // A ledger that lost more than the findings proves no more than the findings.
    assert_eq!(assess(&with("5000")).unwrap().expected, dec("54.375"));
    refused(&with("0"), "no_booked_loss");
    refused(&with("-100"), "no_booked_loss");
}

#[test]
fn w27_run_rates() {
    let amount = dec("12000");
    assert_eq!(run_rate(amount, 90, 0.8), RunRate::Annual(dec("48000")));
    assert_eq!(run_rate(amount, 365, 1.0), RunRate::Annual(dec("12000")));
    assert_eq!(run_rate(amount, 60, 1.0), RunRate::Indicative(dec("48000")));
    assert_eq!(run_rate(amount, 90, 0.79), RunRate::Indicative(dec("48000")));
    assert_eq!(run_rate(amount, 20, 1.0), RunRate::None);
    assert_eq!(run_rate(amount, 27, 1.0), RunRate::None);
    assert_eq!(run_rate(amount, 0, 1.0), RunRate::None);
    assert_eq!(run_rate(amount, 180, 0.9), RunRate::Annual(dec("24333.333333")));
    let year = SavingInput {
        period_days: 180,
        ..changeovers()
    };
    assert_eq!(assess(&year).unwrap().run_rate, Some(dec("949"))); // 468 x 365 / 180
}

#[test]
fn w16_a_pool_holds_no_more_than_the_ledger_lost() {
    let crew = dec("96");
    let raw: Vec<Decimal> = [235, 120, 180, 35]
        .map(|minutes| Decimal::from(minutes) * crew / dec("60"))
        .to_vec();
    assert_eq!(raw.iter().sum::<Decimal>(), dec("912"));
    let booked = variance::labor_efficiency(dec("105"), dec("88.5"), dec("32")).unwrap();
    assert_eq!(booked, dec("528"));
    let found = reconcile(&raw, Some(booked)).unwrap();
    near(found.factor, "0.5789474");
    for (amount, expected) in found
        .amounts
        .iter()
        .zip(["217.6842", "111.1579", "166.7368", "32.4211"])
    {
        assert!((amount - dec(expected)).abs() < dec("0.0001"), "{amount} {expected}");
    }
    let sum: Decimal = found.amounts.iter().sum();
    assert!((sum - booked).abs() < dec("0.000001"), "{sum}");
    let unbooked = reconcile(&raw, None).unwrap();
    assert_eq!((unbooked.factor, unbooked.amounts), (Decimal::ONE, raw.clone()));
    assert_eq!(reconcile(&raw, Some(dec("5000"))).unwrap().factor, Decimal::ONE);
    assert_eq!(
        reconcile(&raw, Some(dec("-5"))).unwrap().amounts,
        vec![Decimal::ZERO; 4]
    );
    assert_eq!(material_pool(dec("600"), dec("613.35")), dec("613.35"));
}

#[test]
fn w10_and_w11_variances() {
    assert_eq!(
        variance::purchase_price(dec("2.10"), dec("2.00"), dec("5000")),
        Some(dec("500"))
    );
    assert_eq!(
        variance::material_usage(dec("4800"), dec("4500"), dec("2")),
        Some(dec("600"))
    );
    let rate = variance::labor_rate(dec("21"), dec("20"), dec("1050")).unwrap();
    let efficiency = variance::labor_efficiency(dec("1050"), dec("1000"), dec("20")).unwrap();
    assert_eq!(
        (rate, efficiency, rate + efficiency),
        (dec("1050"), dec("1000"), dec("22050") - dec("20000"))
    );
    assert_eq!(
        variance::overhead_spending(dec("62500"), dec("60000")),
        Some(dec("2500"))
    );
    assert_eq!(
        variance::overhead_volume(dec("60000"), dec("1200"), dec("1000")),
        Some(dec("10000"))
    );
    assert_eq!(variance::overhead_volume(dec("60000"), dec("0"), dec("1000")), None);
    let scrap = variance::scrap(dec("423"), dec("1.20"), dec("0.35"), dec("0.10")).unwrap();
    let rework = variance::rework(dec("150"), dec("0.1"), dec("30"), dec("0")).unwrap();
    assert_eq!(
        (scrap, rework, scrap + rework),
        (dec("613.35"), dec("450"), dec("1063.35"))
    );
}

#[test]
fn w22_cost_per_good_unit_against_a_baseline() {
    let periods =
        [("12500", "10000"), ("11800", "9500"), ("13300", "10600")].map(|(cost, good)| (dec(cost), dec(good)));
    let baseline = variance::cost_per_good_unit(&periods).unwrap();
    near(baseline, "1.2491694");
    near(
        variance::cost_gap(dec("13450"), dec("10000"), baseline).unwrap(),
        "958.3056",
    );
    assert_eq!(variance::cost_per_good_unit(&[]), None);
}

#[test]
fn w19_a_stop_is_money_only_at_the_constraint_or_on_overtime() {
    let (minutes, crew) = (dec("47"), dec("96"));
    let free = stop_cost(minutes, crew, false, None).unwrap();
    assert_eq!(
        (free.money, free.minutes, free.labor_reference),
        (dec("0"), dec("47"), dec("75.2"))
    );
    assert_eq!(free.kind, LossKind::FreedTime);
    let overtime = stop_cost(minutes, crew, true, None).unwrap();
    assert_eq!((overtime.money, overtime.kind), (dec("75.2"), LossKind::PaidOvertime));
    let constraint = Constraint {
        units_per_min: dec("60"),
        effectiveness: dec("0.861081"),
        margin: dec("0.42"),
    };
    let lost = stop_cost(minutes, crew, true, Some(constraint)).unwrap();
    assert!((lost.money - dec("1019.86")).abs() < dec("0.005"), "{}", lost.money);
    assert_eq!(lost.kind.pool(), Some(Pool::Capacity));
}

const BASE: [f64; 12] = [
    412.0, 388.0, 455.0, 430.0, 402.0, 397.0, 441.0, 420.0, 389.0, 415.0, 433.0, 408.0,
];

#[test]
fn w15_a_verified_fall_of_scrap() {
    let found = verify_rate(&BASE, &[352.0, 371.0, 344.0, 360.0], dec("4"), dec("1.45")).unwrap();
    assert_eq!(found.low, dec("276"));
    assert!((found.point - dec("342.68")).abs() < dec("0.005"), "{}", found.point);
    // A rise is shown as a loss, and its bound rounds away from zero.
    let worse = verify_rate(&BASE, &[452.0, 471.0, 444.0, 460.0], dec("4"), dec("1.45")).unwrap();
    assert!(worse.point < Decimal::ZERO && worse.low < worse.point && worse.low == worse.low.trunc());
    let code = |result: Result<Verified, Refusal>| result.expect_err("refused").code;
    assert_eq!(
        code(verify_rate(&BASE[..11], &[352.0, 371.0], dec("4"), dec("1.45"))),
        "baseline_too_short"
    );
    assert_eq!(
        code(verify_rate(&BASE, &[352.0], dec("4"), dec("1.45"))),
        "too_few_weeks"
    );
    assert_eq!(
        code(verify_rate(&BASE, &[f64::NAN, 1.0], dec("4"), dec("1.45"))),
        "not_finite"
    );
}

#[test]
fn w14_verified_energy() {
    let kwh = [410, 545, 700, 860, 990, 1160, 1300, 1445, 1610, 1740, 1905, 2045];
    let baseline: Vec<(f64, f64)> = kwh
        .iter()
        .zip(0..)
        .map(|(kwh, step)| (f64::from(step * 100), f64::from(*kwh)))
        .collect();
    let after = [(650.0, 1290.0), (720.0, 1380.0), (810.0, 1520.0)];
    let found = verify_energy(&baseline, &after, dec("0.14")).unwrap();
    assert!((found.saved_kwh - 279.905594).abs() < 1e-5, "{}", found.saved_kwh);
    assert!((found.point - dec("39.1868")).abs() < dec("0.0001"), "{}", found.point);
    // By hand: t(0.9; 10) = 1.372184, sum of predictions' error = 8.108026 x sqrt(3 + 9/12 + 530^2 / 1430000) = 16.1093.
    assert!(
        (found.low_kwh - (279.905594 - 1.372184 * 16.1093)).abs() < 1e-2,
        "{}",
        found.low_kwh
    );
    assert_eq!(found.low, dec("36"));
    let scattered: Vec<(f64, f64)> = (0..12)
        .map(|step| (f64::from(step), f64::from(step * 7919 % 13)))
        .collect();
    assert_eq!(
        verify_energy(&scattered, &after, dec("0.14")).expect_err("weak").code,
        "energy_model_weak"
    );
    assert_eq!(
        verify_energy(&baseline[..9], &after, dec("0.14"))
            .expect_err("short")
            .code,
        "energy_model_weak"
    );
    assert_eq!(
        verify_energy(&baseline, &[], dec("0.14")).expect_err("nothing").code,
        "nothing_after"
    );
}

fn finding(state: &str, grade: &str, low: &str, currency: &str) -> FindingView {
    FindingView {
        finding_id: String::new(),
        analysis_id: String::new(),
        analyzer: "cost".to_owned(),
        kind: "scrap_pareto".to_owned(),
        title: String::new(),
        scope: BTreeMap::new(),
        period: PeriodView::default(),
        loss: LossView {
            quantity: None,
            unit: Default::default(),
        },
        saving: Some(SavingView {
            low: dec(low),
            expected: dec(low),
            currency: currency.to_owned(),
            grade: grade.to_owned(),
            pool: "material".to_owned(),
            observed: dec(low),
            run_rate: None,
            note: String::new(),
        }),
        method: String::new(),
        working: String::new(),
        evidence: Vec::new(),
        evidence_count: 0,
        state: state.to_owned(),
    }
}

#[test]
fn the_headline_keeps_verified_and_identified_apart() {
    let mut signal = finding("signal", "C", "5000", "USD");
    signal.saving = None;
    let findings = [
        finding("identified", "B", "100", "USD"),
        finding("accepted", "C", "20", "USD"),
        finding("identified", "D", "9000", "USD"),
        finding("identified", "C", "7000", "EUR"),
        finding("expired", "C", "8000", "USD"),
        finding("verified", "A", "300", "USD"),
        finding("failed", "A", "-40", "USD"),
        signal,
    ];
    assert_eq!(headline(&findings, "USD"), (dec("260"), dec("120")));
    assert_eq!(headline(&findings, "EUR"), (dec("0"), dec("7000")));
}
