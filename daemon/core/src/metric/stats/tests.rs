//! Worked examples of the specification (W4-W9, W14, W15, W17, W25), published tables, and edges.

use super::capability::{cp, cpk};
use super::distribution::{chi_square_quantile, t_quantile};
use super::*;

/// To a relative 1e-6.
#[track_caller]
fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-6 * expected.abs().max(1e-3),
        "{found}, expected {expected}"
    );
}

fn bore() -> Vec<Vec<f64>> {
    vec![
        vec![10.02, 9.98, 10.01, 10.00, 9.99],
        vec![10.05, 10.03, 10.00, 10.04, 10.03],
        vec![9.97, 9.99, 9.96, 9.98, 10.00],
        vec![10.01, 10.02, 9.99, 10.00, 10.03],
        vec![9.98, 9.95, 9.97, 10.00, 9.95],
        vec![10.06, 10.02, 10.04, 10.01, 10.02],
    ]
}

const BORE_SPEC: Spec = Spec {
    lower: Some(9.90),
    upper: Some(10.10),
};

#[test]
fn w5_subgroups_and_their_capability() {
    let chart = xbar_r(&bore()).unwrap();
    near(chart.mean_limits.center, 10.0033333);
    near(chart.range_limits.center, 0.045);
    near(chart.mean_limits.upper, 10.0292983);
    near(chart.mean_limits.lower, 9.9773683);
    near(chart.range_limits.upper, 0.09513);
    near(chart.range_limits.lower, 0.0);
    assert_eq!(chart.out, [1, 4, 5]);
    assert!(chart.ranges_out.is_empty() && chart.provisional);
    assert!((chart.sigma_within - 0.0193465).abs() < 1e-7);
    let found = capability(
        &bore().concat(),
        Ok(chart.sigma_within),
        chart.out.is_empty(),
        BORE_SPEC,
    )
    .unwrap();
    assert!((found.sigma_overall - 0.0284464).abs() < 1e-7);
    near(found.cp.unwrap(), 1.722963);
    near(found.cpk.unwrap(), 1.665531);
    near(found.pp.unwrap(), 1.171796);
    near(found.ppk.unwrap(), 1.132736);
    assert_eq!(found.warnings, [crate::metric::Warning::Unstable]);
}

#[test]
fn w6_individuals() {
    let chart = i_mr(&[49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]).unwrap();
    near(chart.limits.center, 50.81);
    near(chart.range_limits.center, 1.8777778);
    near(chart.limits.upper, 55.80409);
    near(chart.limits.lower, 45.81591);
    assert!((chart.range_limits.upper - 6.1347).abs() < 1e-4);
    assert!(chart.out.is_empty());
}

#[test]
fn w7_shares_of_defectives() {
    let counts = [
        12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
    ];
    assert_eq!(counts.iter().sum::<i32>(), 347);
    let points: Vec<(f64, f64)> = counts.iter().map(|count| (f64::from(*count), 50.0)).collect();
    let chart = p_chart(&points).unwrap();
    near(chart.center, 0.2313333);
    near(chart.points[0].limits.upper, 0.4102391);
    near(chart.points[0].limits.lower, 0.0524275);
    assert_eq!(chart.out, [14, 22]);
    assert!(!chart.provisional);
}

#[test]
fn w8_capability_from_mean_and_sigma() {
    let spec = Spec {
        lower: Some(8.0),
        upper: Some(20.0),
    };
    near(cp(2.0, spec).unwrap(), 1.0);
    near(cpk(16.0, 2.0, spec).unwrap(), 0.6666667);
}

#[test]
fn a_one_sided_or_wrong_specification() {
    let upper = Spec {
        lower: None,
        upper: Some(20.0),
    };
    assert_eq!(cp(2.0, upper), Err(Null::OneSidedSpec));
    near(cpk(16.0, 2.0, upper).unwrap(), 0.6666667);
    let inverted = Spec {
        lower: Some(20.0),
        upper: Some(8.0),
    };
    assert_eq!(
        (cp(2.0, inverted), cpk(16.0, 2.0, inverted)),
        (Err(Null::InvertedSpec), Err(Null::InvertedSpec))
    );
    assert_eq!(cpk(16.0, 2.0, Spec::default()), Err(Null::MissingSpec));
}

#[test]
fn w9_each_rule_fires_on_its_own_pattern() {
    let pair = |n: usize| [0.3, -0.3].repeat(n);
    /// Scores, and the rule that fires with the place (from 1) where it does.
    type Case = (Vec<f64>, Option<(u8, usize)>);
    let cases: [Case; 8] = [
        (vec![0.1, -0.4, 3.01, 0.2], Some((1, 3))),
        (vec![0.1, 3.0, -3.0, 0.2], None),
        (vec![-0.5, 0.3, 0.9, 0.2, 0.6, 0.1, 0.8, 0.4, 0.7, 0.5], Some((2, 10))),
        (vec![-0.9, -0.6, -0.3, 0.1, 0.5, 0.9, 0.2], Some((3, 6))),
        (pair(7), Some((4, 14))),
        (vec![0.2, 2.2, 0.5, 2.4, 0.1], Some((5, 4))),
        (vec![0.2, 2.2, -2.4, 0.1], None),
        (vec![1.2, 1.4, 0.3, 1.1, 1.6, -0.2], Some((6, 5))),
    ];
    for (scores, expected) in cases {
        let found: Vec<(u8, usize)> = nelson(&scores, &[1, 2, 3, 4, 5, 6])
            .iter()
            .map(|signal| (signal.rule, signal.end + 1))
            .collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{scores:?}");
    }
    let eight = [0.3, 0.9, 0.2, 0.6, 0.1, 0.8, 0.4, 0.7];
    assert!(nelson(&eight, &[1, 2, 3, 4, 5, 6]).is_empty());
}

#[test]
fn a_rule_that_keeps_firing_is_one_signal() {
    let scores = vec![0.5; 12];
    assert_eq!(
        nelson(&scores, DEFAULT_RULES),
        [Signal {
            rule: 2,
            start: 0,
            end: 8,
            last: 11
        }]
    );
    // A pattern counts at the point that completes it, also near the start, and not at a quiet point after it.
    let early = nelson(&[2.2, 2.4, 0.1], DEFAULT_RULES);
    assert_eq!(
        early,
        [Signal {
            rule: 5,
            start: 0,
            end: 1,
            last: 1
        }]
    );
    // Zones say nothing over attribute charts.
    assert!(nelson(&[2.2, 2.4, 0.1], ATTRIBUTE_RULES).is_empty());
}

#[test]
fn w14_the_energy_line() {
    let kwh = [410, 545, 700, 860, 990, 1160, 1300, 1445, 1610, 1740, 1905, 2045];
    let points: Vec<(f64, f64)> = kwh
        .iter()
        .zip(0..)
        .map(|(kwh, step)| (f64::from(step * 100), f64::from(*kwh)))
        .collect();
    let line = fit_line(&points).unwrap();
    near(line.intercept, 403.525641);
    near(line.slope, 1.495105);
    near(line.r_squared, 0.9997944);
    near(line.residual_deviation, 8.108026);
    assert!(line.is_usable());
    assert!(!fit_line(&points[..9]).unwrap().is_usable());
    assert_eq!(fit_line(&points[..2]), Err(Null::TooFew));
    assert_eq!(fit_line(&[(1.0, 2.0), (1.0, 3.0), (1.0, 4.0)]), Err(Null::ZeroVariance));
    assert_eq!(
        fit_line(&[(1.0, f64::NAN), (2.0, 3.0), (3.0, 4.0)]),
        Err(Null::NotFinite)
    );
}

const BASE: [f64; 12] = [
    412.0, 388.0, 455.0, 430.0, 402.0, 397.0, 441.0, 420.0, 389.0, 415.0, 433.0, 408.0,
];

#[test]
fn w15_the_bound_of_a_fall() {
    near(welch(&BASE, &[352.0, 371.0, 344.0, 360.0], 0.9).unwrap(), 47.630896);
    assert_eq!(welch(&BASE, &[352.0], 0.9), Err(Null::TooFew));
    assert_eq!(welch(&[1.0, 1.0], &[2.0, 2.0], 0.9), Err(Null::ZeroVariance));
    assert_eq!(welch(&BASE, &[1.0, 2.0], 1.0), Err(Null::OutOfDomain));
}

#[test]
fn w17_pareto_with_the_unnamed() {
    let losses = [
        (Some("sensor"), 70.0),
        (Some("jam"), 200.0),
        (Some("no operator"), 190.0),
        (None, 100.0),
        (Some("tool change"), 150.0),
        (Some("  "), 35.0),
        (Some("other"), 45.0),
        (Some("jam"), 110.0),
    ];
    let found = pareto(losses);
    let labels: Vec<&str> = found.items.iter().map(|item| item.label.as_str()).collect();
    assert_eq!(labels, ["jam", "no operator", "tool change", BLANK, "sensor", "other"]);
    for (item, expected) in found.items.iter().zip([0.3444, 0.5556, 0.7222, 0.8722, 0.9500, 1.0]) {
        assert!((item.cumulative - expected).abs() < 5e-5, "{item:?}");
    }
    assert_eq!(found.vital_few, 4);
    assert_eq!(found.vital().len(), 4);
    near(found.blank_share, 0.15);
    near(found.total, 900.0);
}

#[test]
fn a_pareto_leaves_out_what_is_no_loss_and_keeps_an_order() {
    let found = pareto([
        (Some("b"), 5.0),
        (Some("a"), 5.0),
        (Some("storno"), -3.0),
        (Some("x"), f64::NAN),
    ]);
    let labels: Vec<&str> = found.items.iter().map(|item| item.label.as_str()).collect();
    assert_eq!(labels, ["a", "b"]);
    assert_eq!(found.left_out, ["storno"]);
    assert_eq!(pareto([]), Pareto::default());
}

#[test]
fn w25_a_stuck_sensor_has_no_capability() {
    let values = [10.0; 25];
    let groups: Vec<Vec<f64>> = values.chunks(5).map(<[f64]>::to_vec).collect();
    let sigma = xbar_r(&groups).map(|chart| chart.sigma_within);
    assert_eq!(sigma, Err(Null::ZeroVariance));
    let found = capability(&values, sigma, true, BORE_SPEC).unwrap();
    for index in [found.cp, found.cpk, found.pp, found.ppk] {
        assert_eq!(index.map_err(Null::name), Err("zero_variance"));
    }
    // A value that has no exact binary form is as stuck as any other.
    assert_eq!(standard_deviation(&[0.1; 7]), Some(0.0));
}

#[test]
fn w4_the_bound_of_mtbf() {
    near(mtbf_lower_bound(568.0, 0, 0.9).unwrap(), 246.67927);
    near(mtbf_lower_bound(568.0, 0, 0.6).unwrap(), 619.890587);
    // Chi-square(0.9; 10) = 15.987179.
    near(mtbf_lower_bound(568.0, 4, 0.9).unwrap(), 2.0 * 568.0 / 15.987179);
    assert_eq!(mtbf_lower_bound(0.0, 0, 0.9), None);
    assert_eq!(mtbf_lower_bound(568.0, 0, 1.0), None);
}

#[test]
fn quantiles_agree_with_published_tables() {
    // NIST handbook 1.3.6.7 and standard tables.
    let t = [
        (0.9, 1.0, 3.0776835372),
        (0.9, 10.0, 1.3721836411),
        (0.95, 2.0, 2.9199855804),
        (0.975, 30.0, 2.0422724563),
        (0.975, 1000.0, 1.9623390808),
        (0.1, 10.0, -1.3721836411),
    ];
    for (p, df, expected) in t {
        let found = t_quantile(p, df).unwrap();
        assert!((found - expected).abs() < 1e-8, "{p} {df}: {found}");
    }
    for (p, df, expected) in [
        (0.9, 2.0, 4.605170186),
        (0.95, 10.0, 18.307038053),
        (0.9, 100.0, 118.498003814),
        (0.05, 1.0, 0.003932140),
    ] {
        let found = chi_square_quantile(p, df).unwrap();
        assert!((found - expected).abs() < 1e-7 * expected.max(1.0), "{p} {df}: {found}");
    }
    // Of scipy 1.16, at and above the number where the normal takes over.
    for (p, df, chi_square, t) in [
        (0.9, 10_000.0, 10181.661613830378, 1.2816362297304775),
        (0.05, 20_001.0, 19673.161997447256, -1.6449298151498943),
        (0.9, 1e6, 1001812.8153150163, 1.281552412129939),
        (0.975, 1e9, 1000087654.1483482, 1.959963986912325),
    ] {
        let (found, expected) = (
            (chi_square_quantile(p, df).unwrap(), t_quantile(p, df).unwrap()),
            (chi_square, t),
        );
        assert!((found.0 / expected.0 - 1.0).abs() < 1e-7, "{p} {df}: {found:?}");
        assert!((found.1 / expected.1 - 1.0).abs() < 1e-7, "{p} {df}: {found:?}");
    }
    // What no plant counts still ends, at once.
    assert!(chi_square_quantile(0.9, 1e30).is_some() && t_quantile(0.9, 1e30).is_some());
    for wrong in [0.0, 1.0, -1.0, f64::NAN] {
        assert_eq!((t_quantile(wrong, 5.0), chi_square_quantile(wrong, 5.0)), (None, None));
    }
    assert_eq!((t_quantile(0.9, 0.0), chi_square_quantile(0.9, -1.0)), (None, None));
}

#[test]
fn too_few_values_have_no_mean_or_spread() {
    assert_eq!((mean(&[]), standard_deviation(&[1.0])), (None, None));
}

#[test]
fn charts_refuse_what_they_cannot_hold() {
    assert_eq!(p_chart(&[]), Err(Null::TooFew));
    assert_eq!(p_chart(&[(5.0, 4.0)]), Err(Null::OutOfDomain));
    assert_eq!(p_chart(&[(0.0, 0.0)]), Err(Null::OutOfDomain));
    assert_eq!(xbar_r(&[]), Err(Null::TooFew));
    assert_eq!(xbar_r(&[vec![1.0]]), Err(Null::SubgroupSize));
    assert_eq!(xbar_r(&[vec![1.0, 2.0], vec![1.0, 2.0, 3.0]]), Err(Null::SubgroupSize));
    assert_eq!(xbar_r(&[vec![1.0; 11]]), Err(Null::SubgroupSize));
    assert_eq!(i_mr(&[1.0]), Err(Null::TooFew));
    assert_eq!(i_mr(&[1.0, 1.0]), Err(Null::ZeroVariance));
    assert_eq!(i_mr(&[1.0, f64::INFINITY]), Err(Null::NotFinite));
}
