use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn clock(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

#[test]
fn an_hour_that_exists_twice_is_the_first_unless_the_file_is_past_it() {
    let new_york = zone("America/New_York").unwrap();
    let local = day("2025-11-02").and_time(clock("01:30"));
    let first = to_utc(new_york, local, None);
    assert_eq!((first.utc, first.kind), (at("2025-11-02T05:30:00Z"), LocalKind::First));
    let second = to_utc(new_york, local, Some(at("2025-11-02T05:45:00Z")));
    assert_eq!(
        (second.utc, second.kind),
        (at("2025-11-02T06:30:00Z"), LocalKind::Second)
    );
    assert_eq!(
        to_utc(new_york, local, Some(at("2025-11-02T05:15:00Z"))).kind,
        LocalKind::First
    );
}

#[test]
fn an_hour_that_does_not_exist_is_moved_forward() {
    let local = day("2025-03-30").and_time(clock("02:30"));
    let moved = to_utc(zone("Europe/Berlin").unwrap(), local, None);
    assert_eq!(
        (moved.utc, moved.kind),
        (at("2025-03-30T01:30:00Z"), LocalKind::Shifted)
    );
    assert_eq!(
        super::local(zone("Europe/Berlin").unwrap(), moved.utc),
        day("2025-03-30").and_time(clock("03:30"))
    );
    // A whole day that never was: Samoa went over 2011-12-30.
    let samoa = to_utc(
        zone("Pacific/Apia").unwrap(),
        day("2011-12-30").and_time(clock("12:00")),
        None,
    );
    assert_eq!(samoa.kind, LocalKind::Shifted);
    assert_eq!(
        super::local(zone("Pacific/Apia").unwrap(), samoa.utc).date(),
        day("2011-12-31")
    );
}

#[test]
fn spreadsheet_days() {
    let check = |serial: f64, date_1904: bool, expected: Option<&str>| {
        let found = excel_serial(serial, date_1904).map(|at| at.format("%Y-%m-%dT%H:%M:%S%.f").to_string());
        assert_eq!(found.as_deref(), expected, "{serial}");
    };
    check(45658.0, false, Some("2025-01-01T00:00:00"));
    check(44196.0, true, Some("2025-01-01T00:00:00"));
    check(45658.25, false, Some("2025-01-01T06:00:00"));
    check(46172.99930555555, false, Some("2026-05-30T23:59:00"));
    check(0.46798611111111, false, Some("1899-12-31T11:13:54"));
    check(59.0, false, Some("1900-02-28T00:00:00"));
    check(60.0, false, None);
    check(61.0, false, Some("1900-03-01T00:00:00"));
    check(-1.0, false, None);
    check(f64::NAN, false, None);
    check(f64::INFINITY, false, None);
    check(3e9, false, None);
}

#[test]
fn dates_that_mean_none() {
    for text in [
        "1899-12-30T00:00:00",
        "1900-01-01T00:00:00",
        "9999-12-31T23:59:59",
        "1970-01-01T00:00:00",
    ] {
        assert!(is_sentinel(text.parse().unwrap()), "{text}");
    }
    for text in ["1970-01-01T00:00:01", "2025-01-01T00:00:00"] {
        assert!(!is_sentinel(text.parse().unwrap()), "{text}");
    }
}
