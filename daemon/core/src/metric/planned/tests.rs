//! Planned time of calendars in figures over several files.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Planned;
use crate::calendar::{Calendar, Calendars, Version};
use crate::component::{Component, ComponentRow, Components, Dimension};
use crate::metric::together::{Cell, Reach, Together, join, mask};
use crate::metric::{
    ComponentGroup, Coverage, Grain, MetricQuery, MetricValue, NullReason, Warning, catalogue, evaluate,
};

type Name = BTreeMap<String, Option<String>>;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn calendars(of: &[(&str, &[&str])]) -> Arc<Calendars> {
    let version = |(site, shifts): &(&str, &[&str])| Version {
        site: (*site).to_owned(),
        from: day("2025-03-01"),
        calendar: Calendar {
            zone: "Europe/Berlin".to_owned(),
            day_start: "06:00".parse().unwrap(),
            shifts: shifts.iter().map(|shift| shift.parse().unwrap()).collect(),
            holidays: Vec::new(),
            special_days: Vec::new(),
        },
    };
    Arc::new(of.iter().map(version).collect::<Vec<_>>().into())
}

/// `machine=M1 site=Werk shift=early 2025-03-03`, then sums.
fn row(at: &str, sums: &[(&str, i64)]) -> ComponentRow {
    let mut dimensions = vec![None; Dimension::ALL.len()];
    let mut on = None;
    for word in at.split_whitespace() {
        match word.split_once('=') {
            Some((name, value)) => {
                let dimension: Dimension = name.parse().unwrap();
                dimensions[dimension as usize] = Some(value.to_owned());
            }
            None => on = Some(day(word)),
        }
    }
    let value = |(name, value): &(&str, i64)| (Component::from_name(name).unwrap(), Decimal::from(*value));
    ComponentRow {
        family_no: 1,
        day: on,
        dimensions,
        values: sums.iter().map(value).collect::<Components>(),
    }
}

/// The figures of a metric over files, by group, as the daemon makes them.
fn figures(
    metric: &str,
    files: &[Vec<ComponentRow>],
    by: &Arc<Calendars>,
    query: &MetricQuery,
) -> BTreeMap<String, MetricValue> {
    let metric = catalogue::find(metric).unwrap();
    let reaches: Vec<Reach> = files
        .iter()
        .map(|rows| {
            let mut reach = Reach::default();
            rows.iter().for_each(|row| reach.see(row));
            reach
        })
        .collect();
    let mut asked = query.by.clone();
    asked.extend(query.filters.iter().map(|(dimension, _)| *dimension));
    let planned = Planned::of(Arc::clone(by), query);
    let join = join(metric, reaches.iter(), mask(asked), planned.as_ref());
    let text = |row: &ComponentRow, dimension: Dimension| row.dimensions[dimension as usize].clone();
    let mut cells: BTreeMap<(Name, Option<String>, Option<NaiveDate>), ComponentGroup> = BTreeMap::new();
    for row in files.iter().flatten() {
        let is_asked = |(dimension, value): &(Dimension, String)| text(row, *dimension).as_ref() == Some(value);
        if !query.filters.iter().all(is_asked) {
            continue;
        }
        let mut name: Name = query
            .by
            .iter()
            .map(|one| (one.name().to_owned(), text(row, *one)))
            .collect();
        if query.grain == Some(Grain::Day) {
            name.insert("day".to_owned(), row.day.map(|day| day.to_string()));
        }
        let level = join.as_ref().and_then(|join| join.level().dimension());
        let place = level.and_then(|dimension| text(row, dimension));
        let cell = cells.entry((name.clone(), place, row.day)).or_default();
        cell.group = name;
        cell.components.merge(&row.values);
    }
    let mut groups: BTreeMap<Name, (Together, ComponentGroup)> = BTreeMap::new();
    for ((name, place, day), sums) in cells {
        let (together, all) = groups.entry(name).or_default();
        all.take(sums.clone());
        if let Some(join) = &join {
            join.add(together, Cell { place, day, sums });
        }
    }
    if let Some(join) = &join {
        join.ask_planned(groups.iter_mut().map(|(name, (together, _))| (name, together)));
    }
    let named = |name: &Name| {
        name.values()
            .map(|value| value.clone().unwrap_or_default())
            .collect::<Vec<_>>()
    };
    groups
        .into_iter()
        .map(|(name, (together, all))| {
            let sums = join.as_ref().map_or(all, |join| join.finish(together));
            (named(&name).join(" "), evaluate(metric, &sums))
        })
        .collect()
}

fn one(metric: &str, files: &[Vec<ComponentRow>], by: &Arc<Calendars>) -> MetricValue {
    let mut all = figures(metric, files, by, &MetricQuery::default());
    all.remove("").unwrap()
}

fn shown(value: &MetricValue) -> String {
    match (value.value, value.null_reason) {
        (Some(value), _) => value.round_dp(7).normalize().to_string(),
        (None, reason) => reason.unwrap().to_string(),
    }
}

const W1_COUNTS: &[(&str, i64)] = &[
    ("sum_quantity_produced", 19_271),
    ("sum_quantity_scrap", 423),
    ("ideal_s", 19_271),
    ("ideal_good_s", 18_848),
    ("pq_timed", 19_271),
    ("pq_checked", 19_271),
];
const W1_STOPS: &[(&str, i64)] = &[("adet_s", 2_820), ("stop_s", 2_820), ("stops", 3)];
const W1_SHIFT: &str = "early=mon-fri 06:00-14:00 break 09:00-09:30 break 12:00-12:30";

#[test]
fn w1_of_two_files_without_planned_time_and_a_calendar() {
    let files = [
        vec![row("machine=M1 2025-03-03", W1_COUNTS)],
        vec![row("machine=M1 2025-03-03", W1_STOPS)],
    ];
    let by = calendars(&[("", &[W1_SHIFT])]);
    for (metric, value) in [
        ("availability", "0.8880952"),
        ("effectiveness", "0.8610813"),
        ("oee", "0.7479365"),
        ("planned_busy_time", "420"),
        ("production_time", "373"),
        ("availability_loss", "47"),
    ] {
        let figure = one(metric, &files, &by);
        assert_eq!(shown(&figure), value, "{metric}");
        assert!(figure.warnings.contains(&Warning::PlannedByCalendar), "{metric}");
    }
    // Without a calendar, or before it, there is none, for the reason that there was.
    assert_eq!(shown(&one("availability", &files, &calendars(&[]))), "missing_apt_s");
    assert_eq!(
        shown(&one("oee", &files, &calendars(&[("Werk 2", &[W1_SHIFT])]))),
        "missing_pbt_s"
    );
    let early = [
        vec![row("machine=M1 2025-02-03", W1_COUNTS)],
        vec![row("machine=M1 2025-02-03", W1_STOPS)],
    ];
    assert_eq!(shown(&one("availability", &early, &by)), "missing_apt_s");
    // By product no planned time is known.
    let query = MetricQuery {
        by: vec![Dimension::ProductCode],
        ..MetricQuery::default()
    };
    assert_eq!(shown(&figures("oee", &files, &by, &query)[""]), "missing_pbt_s");
}

#[test]
fn planned_time_counts_once_however_many_files_speak_of_a_day() {
    let stops = |seconds: i64| {
        vec![row(
            "machine=M1 2025-03-03",
            &[("adet_s", seconds), ("stop_s", seconds), ("stops", 1)],
        )]
    };
    let by = calendars(&[("", &["early=daily 06:00-16:00"])]);
    let files = [
        stops(1_800),
        stops(1_800),
        vec![row("machine=M1 2025-03-03", W1_COUNTS)],
    ];
    assert_eq!(shown(&one("availability", &files, &by)), "0.9");
    // Where a file plans the day itself, it is that plan.
    let planned = vec![row("machine=M1 2025-03-03", &[("pbt_s", 7_200)])];
    let figure = one("availability", &[stops(1_800), planned], &by);
    assert_eq!(shown(&figure), "0.75");
    assert!(!figure.warnings.contains(&Warning::PlannedByCalendar));
    // What a file logs as planned down time is not planned to be busy.
    let maintained = vec![row("machine=M1 2025-03-03", &[("planned_down_s", 18_000)])];
    assert_eq!(shown(&one("availability", &[stops(3_600), maintained], &by)), "0.8");
}

#[test]
fn a_day_without_a_signal_is_missing_and_not_planned() {
    let stops = |at: &str| row(at, &[("adet_s", 3_600), ("stop_s", 3_600), ("stops", 1)]);
    let files = [vec![
        stops("machine=A 2025-03-03"),
        stops("machine=A 2025-03-04"),
        stops("machine=A 2025-03-07"),
        stops("machine=B 2025-03-04"),
        stops("machine=B 2025-03-07"),
    ]];
    let by = calendars(&[("", &["early=mon-fri 06:00-16:00"])]);
    let figure = one("availability", &files, &by);
    assert_eq!(shown(&figure), "0.9");
    let coverage = figure.coverage.unwrap();
    assert_eq!((coverage.asked, coverage.covered), (Some(10), Some(5)));
    assert_eq!(coverage.missing, ["2025-03-05 to 2025-03-06", "B on 2025-03-03"]);
    assert_eq!(
        (coverage.places_covered, coverage.days_covered, coverage.days_asked),
        (2, 3, 5)
    );
    // A machine of which a file tells only later is not missing before.
    let later = vec![stops("machine=C 2025-03-07")];
    let figure = one("availability", &[files[0].clone(), later], &by);
    assert_eq!(figure.coverage.unwrap().asked, Some(11));
    // Within what is asked for alone.
    let query = MetricQuery {
        from: Some(day("2025-03-04")),
        to: Some(day("2025-03-06")),
        filters: vec![(Dimension::Machine, "B".to_owned())],
        ..MetricQuery::default()
    };
    let asked = [vec![stops("machine=B 2025-03-04")], vec![stops("machine=B 2025-03-05")]];
    let found = figures("availability", &asked, &by, &query).remove("").unwrap();
    assert_eq!(found.coverage.unwrap().asked, Some(2));
    let daily = MetricQuery {
        grain: Some(Grain::Day),
        ..MetricQuery::default()
    };
    let by_day = figures("availability", &files, &by, &daily);
    assert_eq!(by_day.len(), 3, "of a day without rows there is no group");
    assert_eq!(by_day["2025-03-03"].coverage.as_ref().unwrap().missing, ["B"]);
}

#[test]
fn work_outside_of_the_shifts_counts_nowhere_and_says_so() {
    let files = [
        vec![
            row("machine=M1 2025-03-03", W1_COUNTS),
            row("machine=M1 2025-03-09", W1_COUNTS),
        ],
        vec![
            row("machine=M1 2025-03-03", W1_STOPS),
            row("machine=M1 2025-03-09", W1_STOPS),
        ],
    ];
    let by = calendars(&[("", &[W1_SHIFT])]);
    let figure = one("oee", &files, &by);
    assert_eq!(shown(&figure), "0.7479365", "Sunday adds no pieces without time");
    let daily = MetricQuery {
        grain: Some(Grain::Day),
        ..MetricQuery::default()
    };
    assert_eq!(shown(&figures("oee", &files, &by, &daily)["2025-03-09"]), "not_planned");
}

#[test]
fn each_shift_has_its_own_planned_time_where_rows_name_it_so() {
    let stops = |shift: &str| {
        row(
            &format!("machine=M1 shift={shift} 2025-03-03"),
            &[("adet_s", 3_600), ("stop_s", 3_600), ("stops", 1)],
        )
    };
    let files = [vec![stops("Early"), stops("late"), stops("extra")]];
    let by = calendars(&[("", &["early=daily 06:00-16:00", "late=daily 16:00-18:00"])]);
    let query = MetricQuery {
        by: vec![Dimension::Shift],
        ..MetricQuery::default()
    };
    let by_shift = figures("availability", &files, &by, &query);
    assert_eq!(shown(&by_shift["Early"]), "0.9");
    assert_eq!(shown(&by_shift["late"]), "0.5");
    assert_eq!(by_shift["extra"].value, None, "the calendar has no such shift");
    let late = MetricQuery {
        filters: vec![(Dimension::Shift, "late".to_owned())],
        ..MetricQuery::default()
    };
    assert_eq!(shown(&figures("availability", &files, &by, &late)[""]), "0.5");
}

#[test]
fn each_site_goes_by_its_own_calendar() {
    let stops = |at: &str| row(at, &[("adet_s", 3_600), ("stop_s", 3_600), ("stops", 1)]);
    let by = calendars(&[
        ("Nord", &["day=daily 06:00-16:00"]),
        ("Sued", &["day=daily 06:00-11:00"]),
    ]);
    let files = [
        vec![
            stops("machine=A site=Nord 2025-03-03"),
            stops("machine=B site=Sued 2025-03-03"),
        ],
        // That this machine stands in the south, the other file says.
        vec![stops("machine=B 2025-03-04")],
    ];
    let all = one("availability", &files, &by);
    assert_eq!(shown(&all), "0.85", "3 of 20 hours");
    let query = MetricQuery {
        by: vec![Dimension::Site],
        ..MetricQuery::default()
    };
    let by_site = figures("availability", &files[..1], &by, &query);
    assert_eq!(
        (shown(&by_site["Nord"]), shown(&by_site["Sued"])),
        ("0.9".to_owned(), "0.8".to_owned())
    );
    // One site, however it is written.
    let of_one = MetricQuery {
        filters: vec![(Dimension::Site, "Nord".to_owned())],
        ..MetricQuery::default()
    };
    assert_eq!(shown(&figures("availability", &files[..1], &by, &of_one)[""]), "0.9");
    // One name in two plants is two machines: which of them it is, only the site says.
    let same = [vec![
        stops("machine=A site=Nord 2025-03-03"),
        stops("machine=A site=Sued 2025-03-03"),
    ]];
    assert_eq!(one("availability", &same, &by).value, None);
    assert_eq!(shown(&figures("availability", &same, &by, &query)["Sued"]), "0.8");
    // Rows without a machine or line are of nobody knows how many.
    let nameless = [vec![stops("2025-03-03"), stops("site=Nord 2025-03-04")]];
    assert_eq!(shown(&one("availability", &nameless, &by)), "missing_apt_s");
}

#[test]
fn a_reason_names_the_calendar_and_a_warning_says_where_time_comes_from() {
    let missing: NullReason = "missing_apt_s".parse().unwrap();
    assert!(crate::words::explain(missing).contains("plant calendars set"));
    assert!(crate::words::warning(Warning::PlannedByCalendar).contains("calendar of the site"));
    let coverage = Coverage {
        asked: Some(10),
        covered: Some(9),
        places: "machines".to_owned(),
        places_asked: 2,
        places_covered: 2,
        days_asked: 5,
        days_covered: 5,
        ..Coverage::default()
    };
    assert_eq!(
        crate::words::covered(&coverage).as_deref(),
        Some("9 of 10 machine-days")
    );
}
