//! Each figure has one text, and no text speaks in the names of the code.

use rust_decimal::Decimal;

use super::*;
use crate::component::Made;
use crate::metric::{Coverage, Input, NullReason, Unsound, Warning, catalogue};
use crate::model::{NotCounted, NotCountedWhy, SavingsView};
use crate::unit::Unit;
use crate::variable::Variable;

fn number_of(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn a_figure_has_one_text() {
    for (value, unit, text) in [
        ("0", "1", "0"),
        ("-0.001", "", "-0.001"),
        ("0.125", "", "0.125"),
        ("0.000123456", "1", "0.0001235"),
        ("2.345", "", "2.35"),
        ("-2.345", "", "-2.35"),
        ("999.995", "h", "1,000 h"),
        ("1234567.891", "kWh", "1,234,567.89 kWh"),
        ("12.345", "min", "12.35 min"),
        ("-1234", "pieces", "-1,234 pieces"),
        ("2", "1", "2"),
        ("412.5", "1/h", "412.5 per h"),
        ("0.00123456", "kWh/unit", "0.001235 kWh/unit"),
        ("0.032149", "ratio", "3.21 %"),
        ("0.8349", "ratio", "83.49 %"),
        ("1", "ratio", "100 %"),
        ("0.000321449", "ratio", "0.03214 %"),
        ("12.5", "USD", "$12.50"),
        ("11049.06", "USD", "$11,049.06"),
        ("31200", "USD", "$31,200"),
        ("-1234.5", "EUR", "-€1,234.50"),
        ("999.5", "CHF", "999.50 CHF"),
        ("1234.5", "JPY", "1,235 JPY"),
        ("0.125", "USD/unit", "$0.125/unit"),
        ("3.4567", "CHF/h", "3.46 CHF/h"),
        ("12.8", "USD/unit", "$12.80/unit"),
        ("128.5", "JPY/unit", "128.50 JPY/unit"),
        ("8563.8", "currency?", "8,563.80 (no currency)"),
        ("0.5", "currency?/unit", "0.5/unit (no currency)"),
        ("7", "mixed", "7 (several currencies)"),
        ("12", "KGM", "12 KGM"),
        ("12.5", "PCS", "12.5 PCS"),
    ] {
        assert_eq!(figure(number_of(value), &unit.into()), text, "{value} {unit}");
    }
}

#[test]
fn a_unit_keeps_its_name() {
    for name in [
        "",
        "1",
        "ratio",
        "USD",
        "USD/unit",
        "currency?",
        "currency?/h",
        "currency",
        "mixed",
        "kWh",
        "1/h",
        "Stück",
    ] {
        let unit = Unit::from(name);
        assert_eq!(unit.to_string(), name);
        assert_eq!(serde_json::to_string(&unit).unwrap(), format!("{name:?}"));
        let text = super::unit(&unit).unwrap_or_default();
        assert!(!text.contains('?') && text != "1" && text != "ratio", "{text}");
    }
    assert_eq!(
        super::unit(&Unit::currency(None)).as_deref(),
        Some("a currency that is not set")
    );
}

#[test]
fn shares_counts_times_and_sizes_are_readable() {
    assert_eq!(part(Decimal::from(1271), Decimal::from(10651)), "11.93 %");
    assert_eq!(part(Decimal::ONE, Decimal::ZERO), "an unknown share");
    for (share, text) in [
        (0.0, "0 %"),
        (0.001, "1 %"),
        (0.953, "95 %"),
        (0.999, "99 %"),
        (1.0, "100 %"),
        (f64::NAN, NONE),
    ] {
        assert_eq!(estimate(share), text);
    }
    assert_eq!(counted(1, "finding", "findings"), "1 finding");
    assert_eq!(counted(1_234_567, "row", "rows"), "1,234,567 rows");
    for (seconds, text) in [
        ("12", "12 s"),
        ("2820", "47 min"),
        ("45000", "12.5 h"),
        ("-90", "-1.5 min"),
    ] {
        assert_eq!(duration(number_of(seconds)), text);
    }
    for (size, text) in [(999, "999 B"), (1_536, "1.5 KiB"), (u64::MAX, "16,777,216 TiB")] {
        assert_eq!(bytes(size), text);
    }
    for (value, text) in [
        (25.0123, "25.0123"),
        (0.001_234_567, "0.00123457"),
        (1_234_567.891, "1,234,568"),
        (f64::INFINITY, NONE),
    ] {
        assert_eq!(measured(value), text);
    }
    assert_eq!(float(12.345), "12.35");
    assert_eq!((prefix("0123456789"), prefix("01")), ("01234567", "01"));
}

#[test]
fn what_the_ledger_leaves_out_is_said() {
    let savings = SavingsView {
        goal: Decimal::from(50_000),
        currency: Some("USD".to_owned()),
        ..SavingsView::default()
    };
    assert_eq!(ledger(&savings), "$0 verified · $0 identified of $50,000");
    let left_out = |why, findings| NotCounted {
        why,
        findings,
        low: Decimal::from(12_400),
        currency: "USD".to_owned(),
    };
    assert_eq!(
        not_counted(&left_out(NotCountedWhy::DefaultValue, 9)),
        "not counted: 9 findings of grade D with $12,400, valued by a default"
    );
    assert_eq!(
        not_counted(&left_out(NotCountedWhy::OtherCurrency, 1)),
        "not counted: 1 finding with $12,400, in another currency than the ledger"
    );
}

/// Names that only the code may use.
fn code_names() -> Vec<&'static str> {
    let all = Made::ALL
        .iter()
        .map(|made| made.name())
        .chain(Variable::ALL.iter().map(|variable| variable.name()))
        .chain(Warning::ALL.iter().map(|warning| warning.name()));
    all.filter(|name| name.contains('_')).collect()
}

/// A text for people: not empty, no name of the code, neither as it is nor with blanks, and no unit twice.
#[track_caller]
fn readable(text: &str) {
    assert!(!text.is_empty() && text.trim() == text, "“{text}”");
    assert!(!text.contains(['_', '`', '?']) && !text.contains("  "), "“{text}”");
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != '%')
        .collect();
    for name in [
        "uom", "pbt", "apt", "aust", "adet", "pq", "gq", "sq", "rq", "lsl", "usl", "wo", "s", "n",
    ] {
        assert!(!words.contains(&name), "“{text}” says {name}");
    }
    for pair in words.windows(2) {
        assert!(
            pair[0] != pair[1] || pair[0].is_empty(),
            "“{text}” says {} twice",
            pair[0]
        );
    }
    for name in code_names() {
        assert!(!text.contains(name), "“{text}” says {name}");
    }
}

#[test]
fn every_reason_and_remark_is_in_words() {
    let mut reasons = 0;
    for why in NullReason::all() {
        readable(&reason(why));
        readable(&explain(why));
        if let Some(remedy) = remedy(why) {
            readable(&remedy);
        }
        assert_eq!(why.to_string().parse::<NullReason>().as_ref(), Ok(&why));
        reasons += 1;
    }
    assert_eq!(reasons, 2 * Input::all().count() + 12 + 8);
    for remark in Warning::ALL {
        readable(warning(remark));
    }
    assert_eq!(
        explain(NullReason::Missing(Input::Made(Made::PbtS))),
        "no planned busy time in the data (it takes planned time or stop category; planned time may also come from a \
         calendar of the site, by plant calendars set)"
    );
    assert_eq!(
        reason(NullReason::Zero(Input::Variable(Variable::QuantityProduced))),
        "the sum of the quantity made is zero"
    );
}

#[test]
fn a_reason_keeps_its_name_in_json() {
    for (why, name) in [
        (NullReason::Missing(Input::Made(Made::PbtS)), "missing_pbt_s"),
        (
            NullReason::Zero(Input::Variable(Variable::QuantityProduced)),
            "zero_quantity_produced",
        ),
        (NullReason::Unsound(Unsound::TooFewMeasured), "too_few_measure_n"),
        (
            NullReason::Statistic(crate::metric::stats::Null::ZeroVariance),
            "zero_variance",
        ),
    ] {
        assert_eq!(serde_json::to_string(&why).unwrap(), format!("{name:?}"));
        assert_eq!(serde_json::from_str::<NullReason>(&format!("{name:?}")).unwrap(), why);
    }
    assert!("missing_nothing".parse::<NullReason>().is_err());
}

#[test]
fn no_two_metrics_and_no_two_inputs_have_one_name() {
    let mut names: Vec<String> = catalogue::all().iter().map(|metric| name(metric.id)).collect();
    names.iter().for_each(|name| readable(name));
    names.sort();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "{names:?}");
    assert_eq!(name("scrap_value"), "Scrap cost");
    assert_eq!(name("scrap_cost"), "Booked scrap cost");
    let mut nouns: Vec<String> = Variable::ALL.iter().map(|variable| variable.noun()).collect();
    nouns.extend(Made::ALL.iter().map(|made| made.noun().to_owned()));
    nouns.iter().for_each(|noun| readable(noun));
    nouns.sort();
    let count = nouns.len();
    nouns.dedup();
    assert_eq!(nouns.len(), count, "{nouns:?}");
}

#[test]
fn what_is_not_kept_names_the_file_and_what_can_be_asked() {
    use crate::component::Dimension;
    use crate::family::{Family, alternatives};
    use crate::metric::{Grain, MetricQuery};

    let (machine, product) = (Dimension::Machine, Dimension::ProductCode);
    let kept = [
        Family::daily([machine]),
        Family::daily([product]),
        Family::whole([machine, product]),
    ];
    let check = |query: &MetricQuery, others: u64, expected: &str| {
        let need = Family::needed_by(query);
        let told = not_kept(query, need, "a.csv", others, &alternatives(kept, need));
        assert_eq!(told, expected);
    };
    let both = MetricQuery {
        by: vec![machine, product],
        grain: Some(Grain::Week),
        ..MetricQuery::default()
    };
    check(
        &both,
        0,
        "a.csv keeps no figures by machine, product code and week together: these would be more than 20,000 groups; ask \
        by machine and week, by product code and week or by machine and product code over the whole period",
    );
    let filtered = MetricQuery {
        by: vec![machine],
        filters: vec![(product, "P".to_owned())],
        to: chrono::NaiveDate::from_ymd_opt(2026, 1, 1),
        ..MetricQuery::default()
    };
    check(
        &filtered,
        2,
        "a.csv keeps no figures by machine and product code in a part of the period together, nor do 2 others: these \
        would be more than 20,000 groups; ask by machine in a part of the period, by product code in a part of the \
        period or by machine and product code over the whole period",
    );
    let nowhere = MetricQuery {
        by: vec![Dimension::Operator],
        ..MetricQuery::default()
    };
    check(
        &nowhere,
        1,
        "a.csv keeps no figures by operator, nor does 1 other: these would be more than 20,000 groups; ask without it",
    );
}

#[test]
fn what_a_figure_rests_on_is_told_where_it_is_not_all() {
    let partial = Coverage {
        asked: Some(720),
        covered: Some(585),
        places: "machines".to_owned(),
        places_asked: 6,
        places_covered: 5,
        days_asked: 120,
        days_covered: 117,
        missing: vec!["Press 6".to_owned()],
        ..Coverage::default()
    };
    assert_eq!(covered(&partial).as_deref(), Some("5 of 6 machines, 117 of 120 days"));
    assert_eq!(covered_in_short(&partial).as_deref(), Some("5/6 machines"));
    assert_eq!(
        coverage(&partial).as_deref(),
        Some("it rests on 5 of 6 machines, 117 of 120 days, where all of its inputs are known; without Press 6")
    );
    let of_days = Coverage {
        places: String::new(),
        ..partial.clone()
    };
    assert_eq!(covered_in_short(&of_days).as_deref(), Some("117/120 days"));
    let whole = Coverage {
        covered: partial.asked,
        ..partial
    };
    assert_eq!(
        (covered(&whole), covered_in_short(&whole), coverage(&whole)),
        (None, None, None)
    );
}
