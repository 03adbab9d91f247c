//! Worked examples of the specification (W13, W27), the gate and the grades.

use super::*;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The changeovers of W13, as if each minute were worth 0.75.
fn changeovers() -> SavingInput {
    let minutes = [42, 38, 55, 40, 120, 35, 44, 41, 39, 90, 43, 37].map(Decimal::from);
    SavingInput {
        kind: LossKind::Scrap,
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
        (saving.pool, saving.grade, saving.currency.as_str()),
        (Pool::Material, Grade::C, "USD")
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
    assert_eq!(saving.pool, Pool::Material);
    let working = working(&input);
    assert!(
        working.starts_with(
            "addressable = sum of max(0, loss - 0.02 x pieces made) over 10 runs \
             = 50 pieces - 0.02 x 1,000 pieces made, of the 1 run above it, = 30 pieces; x 0.75 USD/pieces"
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
    let words = sums.replace(',', "");
    let numbers: Vec<Decimal> = words.split(' ').filter_map(|word| word.parse().ok()).collect();
    let result = dec(text.split(" = ").nth(3).unwrap().split(' ').next().unwrap());
    let [lost, rate, made, runs] = numbers.as_slice() else {
        panic!("{text}");
    };
    assert_eq!((*lost, *made, *runs), (dec("105"), dec("5000"), dec("5")));
    assert!((lost - rate * made - result).abs() < dec("0.000001"), "{text}");
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
            losses: vec![Loss::each(dec("41")); 12],
            ..base.clone()
        },
        "nothing_addressable",
    );
    refused(
        &SavingInput {
            kind: LossKind::FreedTime,
            ..base.clone()
        },
        "freed_time",
    );
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
            source: "price".to_owned(),
            is_fallback: false,
        }),
        ..changeovers()
    };
    refused(&big_value, "overflow");
}

#[test]
fn grades() {
    let grade = |is_fallback| {
        let mut input = changeovers();
        input.unit_value = input.unit_value.map(|value| UnitValue { is_fallback, ..value });
        assess(&input).unwrap().grade
    };
    assert_eq!((grade(false), grade(true)), (Grade::C, Grade::D));
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
