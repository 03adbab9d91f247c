//! The distributions behind the bounds: Student's t, chi-square.
//!
//! Cumulative functions are exact to about 1e-14 (incomplete gamma and beta functions by series and continued fraction,
//! NIST Digital Library of Mathematical Functions 8.7, 8.9, 8.17); quantiles invert them by halving an interval, which
//! holds for any, also non-integer, number of degrees of freedom.

/// Terms of a series or a continued fraction before it is given up.
const TERMS: usize = 100_000;
const EPSILON: f64 = 1e-16;
const TINY: f64 = 1e-300;

/// Probability that Student's t with `df` degrees of freedom is at most `t`.
pub fn t_cdf(t: f64, df: f64) -> Option<f64> {
    if !(df > 0.0 && df.is_finite() && t.is_finite()) {
        return None;
    }
    let sum = df + t * t;
    let tail = 0.5 * beta_lower(df / 2.0, 0.5, df / sum, t * t / sum);
    Some(if t > 0.0 { 1.0 - tail } else { tail })
}

/// The value that Student's t with `df` (above 0, not necessarily whole) degrees of freedom stays below with
/// probability `p` (above 0, below 1).
pub fn t_quantile(p: f64, df: f64) -> Option<f64> {
    probability(p)?;
    t_cdf(0.0, df)?;
    let below = |t: f64| t_cdf(t, df).is_some_and(|reached| reached < p);
    let mut reach = 1.0;
    while below(reach) || !below(-reach) {
        reach *= 2.0;
        if reach > 1e15 {
            return None;
        }
    }
    halve(-reach, reach, below)
}

/// The value that chi-square with `df` (above 0) degrees of freedom stays below with probability `p` (above 0, below 1).
pub fn chi_square_quantile(p: f64, df: f64) -> Option<f64> {
    probability(p)?;
    if !(df > 0.0 && df.is_finite()) {
        return None;
    }
    let below = |x: f64| 1.0 - gamma_upper(df / 2.0, x / 2.0) < p;
    let mut reach = df.max(1.0);
    while below(reach) {
        reach *= 2.0;
        if reach > 1e15 {
            return None;
        }
    }
    halve(0.0, reach, below)
}

fn probability(p: f64) -> Option<f64> {
    (p > 0.0 && p < 1.0).then_some(p)
}

/// The place where `below` turns false, to the last bit.
fn halve(mut low: f64, mut high: f64, below: impl Fn(f64) -> bool) -> Option<f64> {
    for _ in 0..2000 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(low + (high - low) / 2.0)
}

/// Natural logarithm of the gamma function for `x` above 0 (Lanczos with g = 7 and nine coefficients).
fn ln_gamma(x: f64) -> f64 {
    const FIRST: f64 = 0.999_999_999_999_809_9;
    const COEFFICIENTS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        // Reflection: gamma(x) gamma(1 - x) = pi / sin(pi x).
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let shifted = x - 1.0;
    let sum = COEFFICIENTS
        .iter()
        .zip(1_u8..)
        .fold(FIRST, |sum, (coefficient, place)| {
            sum + coefficient / (shifted + f64::from(place))
        });
    let base = shifted + 7.5;
    0.5 * std::f64::consts::TAU.ln() + (shifted + 0.5) * base.ln() - base + sum.ln()
}

/// Regularised upper incomplete gamma function Q(a, x), for a above 0 and x from 0.
fn gamma_upper(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let scale = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let mut term = 1.0 / a;
        let mut sum = term;
        for step in 1..TERMS {
            term *= x / (a + step as f64);
            sum += term;
            if term.abs() < sum.abs() * EPSILON {
                break;
            }
        }
        return 1.0 - scale * sum;
    }
    // Continued fraction by Lentz's method.
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for step in 1..TERMS {
        let step = step as f64;
        let numerator = -step * (step - a);
        b += 2.0;
        d = 1.0 / floor_away(numerator * d + b);
        c = floor_away(b + numerator / c);
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() < EPSILON {
            break;
        }
    }
    scale * fraction
}

/// Regularised incomplete beta function I_x(a, b), for a and b above 0.
///
/// `rest` is 1 - x, given apart because x near 1 has lost its digits.
fn beta_lower(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if rest <= 0.0 {
        return 1.0;
    }
    let scale = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * rest.ln()).exp();
    // The fraction converges fast on this side of the mean only; the other side is the mirror image.
    if x < (a + 1.0) / (a + b + 2.0) {
        scale * beta_fraction(a, b, x) / a
    } else {
        1.0 - scale * beta_fraction(b, a, rest) / b
    }
}

/// Continued fraction of the incomplete beta function by Lentz's method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / floor_away(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..TERMS {
        let m = step as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / floor_away(1.0 + even * d);
        c = floor_away(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / floor_away(1.0 + odd * d);
        c = floor_away(1.0 + odd / c);
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() < EPSILON {
            break;
        }
    }
    fraction
}

/// Keeps a divisor of Lentz's method away from zero.
fn floor_away(value: f64) -> f64 {
    if value.abs() < TINY { TINY } else { value }
}
