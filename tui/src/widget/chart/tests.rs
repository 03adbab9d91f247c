use super::*;

fn point(label: &str, value: Option<f64>) -> ChartPoint {
    ChartPoint {
        label: label.to_owned(),
        value,
        cumulative: None,
        mark: None,
    }
}

fn chart(kind: ChartKind, points: Vec<ChartPoint>) -> ChartView {
    ChartView {
        kind,
        title: "Title".to_owned(),
        unit: "min".into(),
        points,
        levels: Vec::new(),
    }
}

fn text(chart: &ChartView, width: usize, unicode: bool) -> Vec<String> {
    lines(chart, width, unicode)
        .iter()
        .map(|line| line.to_string().trim_end().to_owned())
        .collect()
}

#[test]
fn a_small_bar_stays_visible_and_zero_and_missing_differ() {
    let chart = chart(
        ChartKind::Losses,
        vec![
            point("big", Some(10_000.0)),
            point("tiny", Some(1.0)),
            point("none", Some(0.0)),
            point("gap", None),
        ],
    );
    let text = text(&chart, 60, false);
    assert!(text[1].contains("##########"), "{text:?}");
    assert_eq!(text[2].matches('#').count(), 1, "{text:?}");
    assert!(text[3].ends_with(" 0") && !text[3].contains('#'), "{text:?}");
    assert!(text[4].ends_with(" -"), "{text:?}");
}

#[test]
fn a_pareto_marks_where_four_fifths_are_reached_once() {
    let mut causes = chart(
        ChartKind::Pareto,
        vec![point("a", Some(6.0)), point("b", Some(2.5)), point("c", Some(1.5))],
    );
    for (point, share) in causes.points.iter_mut().zip([0.6, 0.85, 1.0]) {
        point.cumulative = Some(share);
    }
    let text = text(&causes, 70, true);
    let marked: Vec<&String> = text.iter().filter(|line| line.contains("<80")).collect();
    assert_eq!(marked.len(), 1, "{text:?}");
    assert!(marked[0].starts_with('b') && marked[0].contains("85 %"), "{text:?}");
}

#[test]
fn a_missing_point_is_a_gap_in_the_plot() {
    let full = chart(
        ChartKind::Trend,
        (0..20).map(|day| point(&format!("d{day}"), Some(5.0))).collect(),
    );
    let mut gapped = full.clone();
    for point in gapped.points.iter_mut().skip(8).take(4) {
        point.value = None;
    }
    let signs = |chart: &ChartView| {
        text(chart, 60, false)
            .iter()
            .map(|line| line.matches('*').count())
            .sum::<usize>()
    };
    assert!(signs(&gapped) < signs(&full), "a gap is not drawn through");
    assert!(
        text(&gapped, 60, false)
            .iter()
            .any(|line| line.contains("4 without a value"))
    );
}

#[test]
fn a_control_chart_shows_limits_and_names_broken_rules() {
    let mut control = chart(
        ChartKind::Control,
        (0..10)
            .map(|day| point(&format!("d{day}"), Some(f64::from(day % 3))))
            .collect(),
    );
    control.points[7].value = Some(9.0);
    control.points[7].mark = Some("1".to_owned());
    control.levels = vec![
        ("centre".to_owned(), 1.5),
        ("UCL".to_owned(), 6.0),
        ("LCL".to_owned(), 0.0),
    ];
    let text = text(&control, 60, true);
    assert!(text.iter().any(|line| line.contains("rule 1 at d7: 9")), "{text:?}");
    assert!(text.iter().any(|line| line.contains("UCL 6")), "{text:?}");
    assert!(
        text.iter().filter(|line| line.contains("----")).count() >= 2,
        "{text:?}"
    );
    assert!(
        text[1].contains('1') && text[1].trim_start().starts_with('9'),
        "the mark stands at the top: {text:?}"
    );
}

#[test]
fn nothing_panics_whatever_the_figures_and_the_width() {
    let odd = [
        Some(f64::NAN),
        Some(f64::INFINITY),
        Some(f64::MAX),
        Some(f64::MIN),
        Some(-0.0),
        None,
    ];
    for kind in ChartKind::ALL {
        for count in 0..odd.len() + 1 {
            let points = odd
                .iter()
                .take(count)
                .enumerate()
                .map(|(at, value)| point(&"日".repeat(at), *value))
                .collect();
            let mut chart = chart(kind, points);
            chart.levels = vec![("x".to_owned(), f64::NAN), ("y".to_owned(), f64::MIN)];
            for width in [0, 1, 2, 5, 11, 12, 13, 40, 200] {
                for unicode in [true, false] {
                    assert!(!lines(&chart, width, unicode).is_empty());
                }
            }
        }
    }
}

#[test]
fn ascii_is_ascii() {
    let trend = chart(
        ChartKind::Trend,
        (0..30)
            .map(|day| point(&format!("d{day}"), Some(f64::from(day))))
            .collect(),
    );
    assert!(text(&trend, 50, false).iter().all(|line| line.is_ascii()));
}
