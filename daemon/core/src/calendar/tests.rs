use chrono::{DateTime, NaiveDate, Utc};

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A calendar of these shifts, from 06:00 on.
fn written(zone: &str, shifts: &[&str]) -> Result<Calendar, String> {
    let shifts: Result<Vec<Shift>, ShiftFault> = shifts.iter().map(|shift| shift.parse()).collect();
    let calendar = Calendar {
        zone: zone.to_owned(),
        day_start: "06:00".parse().unwrap(),
        shifts: shifts.map_err(|fault| fault.to_string())?,
        holidays: Vec::new(),
        special_days: Vec::new(),
    };
    calendar.checked().map_err(|fault| fault.to_string())
}

fn calendar(zone: &str, shifts: &[&str]) -> Calendar {
    written(zone, shifts).unwrap()
}

fn seconds(calendar: &Calendar, on: &str) -> i64 {
    windows(calendar, day(on)).iter().map(Window::seconds).sum()
}

#[test]
fn a_night_shift_is_as_long_as_the_clocks_make_it() {
    // W3: hours by zone and day.
    for (zone, on, hours) in [
        ("America/New_York", "2025-03-08", 7),
        ("America/New_York", "2025-11-01", 9),
        ("Europe/Berlin", "2025-03-29", 7),
        ("Europe/Berlin", "2025-10-25", 9),
        ("America/New_York", "2025-06-01", 8),
    ] {
        let night = calendar(zone, &["night=daily 22:00-06:00"]);
        assert_eq!(seconds(&night, on), hours * 3600, "{zone} {on}");
    }
    let night = calendar("America/New_York", &["night=daily 22:00-06:00"]);
    let first = windows(&night, day("2025-03-08")).remove(0);
    assert_eq!(
        (first.start, first.end),
        (utc("2025-03-09T03:00:00Z"), utc("2025-03-09T10:00:00Z"))
    );
    // 01:30 of that night comes twice: 05:30Z, then 06:30Z, both in the shift of the day before.
    let all = Calendars::from(vec![Version {
        site: String::new(),
        from: day("2025-01-01"),
        calendar: night,
    }]);
    for at in ["2025-11-02T05:30:00Z", "2025-11-02T06:30:00Z"] {
        assert_eq!(
            all.of("any").days().unwrap().day_of(utc(at)),
            Some(day("2025-11-01")),
            "{at}"
        );
    }
}

#[test]
fn a_break_lasts_as_long_on_a_night_of_the_clocks() {
    let night = calendar("Europe/Berlin", &["night=daily 22:00-06:00 break 02:15-02:45"]);
    // 02:15 is left out in March, and comes twice in October.
    assert_eq!(seconds(&night, "2025-03-29"), 7 * 3600 - 1800);
    assert_eq!(seconds(&night, "2025-10-25"), 9 * 3600 - 1800);
    assert_eq!(seconds(&night, "2025-10-24"), 8 * 3600 - 1800);
    let shift = windows(&night, day("2025-03-29")).remove(0);
    assert_eq!(
        shift.breaks,
        [(utc("2025-03-30T01:15:00Z"), utc("2025-03-30T01:45:00Z"))]
    );
}

#[test]
fn a_shift_that_begins_in_an_hour_that_is_left_out_meets_no_other() {
    let mut split = calendar("Europe/Berlin", &[]);
    split.day_start = "02:30".parse().unwrap();
    split.shifts = ["day=daily 03:00-12:00", "late=daily 18:00-02:30"]
        .iter()
        .map(|shift| shift.parse().unwrap())
        .collect();
    let split = split.checked().unwrap();
    let on = day("2025-03-30");
    let of_day = windows(&split, on);
    // The production day begins at 02:30, which is not there: the shift before it ends at 03:30, where it would have.
    let all = Calendars::from(vec![Version {
        site: String::new(),
        from: day("2025-01-01"),
        calendar: split,
    }]);
    let site = all.of("");
    let before = site.windows(day("2025-03-29")).unwrap().pop().unwrap();
    assert_eq!(before.end, utc("2025-03-30T01:30:00Z"));
    assert_eq!(of_day.first().unwrap().start, utc("2025-03-30T01:00:00Z"));
    let after = site.windows(on).unwrap().remove(0);
    assert_eq!(after.start, before.end, "no moment is planned twice");
    let mut days = site.days().unwrap();
    assert_eq!(days.day_of(utc("2025-03-30T00:59:00Z")), Some(day("2025-03-29")));
    assert_eq!(days.end_of(day("2025-03-29")), Some(before.end));
}

#[test]
fn holidays_have_no_shift_and_special_days_their_own() {
    let mut plant = calendar("Europe/Berlin", &["early=mon-fri 06:00-14:00 break 09:00-09:15"]);
    plant.holidays = vec![day("2025-12-25"), day("2025-12-26"), day("2025-12-25")];
    plant.special_days = vec![
        SpecialDay {
            day: day("2025-12-24"),
            shifts: vec!["eve=06:00-10:00".parse().unwrap()],
        },
        SpecialDay {
            day: day("2025-12-27"),
            shifts: vec!["extra=06:00-08:00".parse().unwrap()],
        },
    ];
    let plant = plant.checked().unwrap();
    assert_eq!(plant.holidays.len(), 2);
    for (on, minutes) in [
        ("2025-12-23", 465),
        ("2025-12-24", 240),
        ("2025-12-25", 0),
        ("2025-12-26", 0),
        ("2025-12-27", 120),
        ("2025-12-28", 0),
    ] {
        assert_eq!(seconds(&plant, on), minutes * 60, "{on}");
    }
    assert_eq!(plant.minutes_per_week(), 5 * 465);
    assert_eq!(windows(&plant, day("2025-12-24")).remove(0).shift, "eve");
}

#[test]
fn a_shift_of_a_whole_day_and_a_site_without_shifts() {
    let always = calendar("Europe/Berlin", &["all=daily 06:00-06:00"]);
    assert_eq!(seconds(&always, "2025-06-02"), 24 * 3600);
    assert_eq!(seconds(&always, "2025-03-29"), 23 * 3600);
    assert_eq!(seconds(&always, "2025-10-25"), 25 * 3600);
    let never = calendar("Europe/Berlin", &[]);
    assert_eq!(seconds(&never, "2025-06-02"), 0);
    assert_eq!(never.minutes_per_week(), 0);
}

#[test]
fn what_can_be_no_calendar_is_refused_with_what_to_write() {
    let check = |shifts: &[&str], part: &str| {
        let fault = written("Europe/Berlin", shifts).unwrap_err();
        assert!(fault.contains(part), "{shifts:?}: {fault}");
    };
    check(&["a=mon 06:00-14:00", "b=mon 13:59-20:00"], "shifts a and b overlap");
    // Over midnight, and over the end of the week.
    check(&["n=mon 22:00-07:00", "e=tue 06:00-14:00"], "shifts n and e overlap");
    check(&["n=sun 22:00-07:00", "e=mon 06:00-14:00"], "shifts n and e overlap");
    check(&["e=daily 06:00-06:00", "n=mon 22:00-23:00"], "overlap");
    check(
        &["e=mon 06:00-14:00 break 14:00-14:15"],
        "outside of shift e, which lasts from 06:00 to 14:00",
    );
    check(&["e=mon 06:00-14:00 break 05:45-06:15"], "outside of shift e");
    check(
        &["e=mon 06:00-14:00 break 09:00-09:30 break 09:15-09:45"],
        "overlap: write them as one",
    );
    check(&["e=mon 06:00-14:00 break 09:00-09:00"], "has no length");
    check(&["e=mon 06:00-14:00 break 06:00-14:00"], "nothing but breaks");
    check(&["e=mon 05:00-14:00"], "write --day-start 05:00 or earlier");
    check(&["early"], "write NAME=DAYS BEGIN-END");
    check(&["e=06:00-14:00"], "write NAME=DAYS BEGIN-END");
    check(
        &["e=mo-fr 06:00-14:00"],
        "`mo-fr` is not days of the week such as mon-fri",
    );
    check(&["e=mon 6-14"], "`6` is not a time of day such as 06:00");
    check(&["e=mon 06:00"], "`06:00` is not begin and end such as 06:00-14:00");
    check(&["e=mon 06:00-14:00 09:00-09:15"], "write break BEGIN-END");
    check(&["=mon 06:00-14:00"], "a shift has a name");
    assert!(
        written("Mars/Base", &[])
            .unwrap_err()
            .contains("`Mars/Base` is no zone known")
    );
    let mut both = calendar("UTC", &["n=fri 22:00-06:00"]);
    both.holidays = vec![day("2025-12-24")];
    both.special_days = vec![SpecialDay {
        day: day("2025-12-24"),
        shifts: Vec::new(),
    }];
    assert!(
        both.clone()
            .checked()
            .unwrap_err()
            .to_string()
            .contains("a holiday and a special day")
    );
    // Saturday behind a night that ends at six.
    both.special_days = vec![SpecialDay {
        day: day("2025-12-27"),
        shifts: vec!["x=00:00-08:00".parse().unwrap()],
    }];
    both.day_start = "00:00".parse().unwrap();
    let fault = both.checked().unwrap_err().to_string();
    assert!(fault.contains("shifts n and x overlap around 2025-12-27"), "{fault}");
}

#[test]
fn what_is_written_reads_back_the_same() {
    for text in [
        "early=mon-fri 06:00-14:00 break 09:00-09:15 break 12:00-12:30",
        "night=daily 22:00-06:00",
        "a b=mon,wed,sat,sun 08:00-16:00",
    ] {
        let shift: Shift = text.parse().unwrap();
        assert_eq!(shift.to_string(), text);
        let json = serde_json::to_value(&shift).unwrap();
        assert_eq!(serde_json::from_value::<Shift>(json).unwrap(), shift);
    }
    let wraps: Weekdays = "Sat-MON, thursday".parse().unwrap();
    assert_eq!(wraps.to_string(), "mon,thu,sat,sun");
    assert_eq!("24:00".parse::<Clock>().unwrap().to_string(), "00:00");
    for bad in ["24:01", "6", "06:0", "06:60", "+6:00", "", ":"] {
        assert!(bad.parse::<Clock>().is_err(), "{bad}");
    }
    assert!("".parse::<Weekdays>().is_err());
}

#[test]
fn a_version_holds_from_its_day_and_a_site_without_one_has_that_of_all_others() {
    let one = |site: &str, from: &str, shift: &str| Version {
        site: site.to_owned(),
        from: day(from),
        calendar: calendar("Europe/Berlin", &[shift]),
    };
    let all = Calendars::from(vec![
        one("Werk 1", "2025-06-04", "late=daily 14:00-22:00"),
        one("Werk 1", "2025-06-01", "night=daily 22:00-06:00"),
        one("", "2025-01-01", "day=daily 08:00-12:00"),
    ]);
    let names = |site: &str, on: &str| -> Option<Vec<String>> {
        let windows = all.of(site).windows(day(on))?;
        Some(windows.into_iter().map(|window| window.shift).collect())
    };
    assert_eq!(
        names("werk 1 ", "2025-05-31"),
        None,
        "before its first version nothing is known"
    );
    assert_eq!(names("Werk 1", "2025-06-03").unwrap(), ["night"]);
    assert_eq!(names("Werk 1", "2025-06-04").unwrap(), ["late"]);
    assert_eq!(names("Werk 2", "2025-06-04").unwrap(), ["day"]);
    assert_eq!(names("", "2024-12-31"), None);
    // What is in a shift is of the day of the shift; what is in none is of the production day.
    let day_of = |site: &str, at: &str| all.of(site).days()?.day_of(utc(at)).map(|day| day.to_string());
    assert_eq!(day_of("Werk 1", "2025-06-03T01:00:00Z").as_deref(), Some("2025-06-02"));
    assert_eq!(day_of("", "2025-06-03T01:00:00Z").as_deref(), Some("2025-06-02"));
    assert_eq!(day_of("", "2025-06-03T04:00:00Z").as_deref(), Some("2025-06-03"));
    let mut changed: Vec<Version> = all.clone().into();
    changed.retain(|version| version.from != day("2025-06-04"));
    let changed = Calendars::from(changed);
    assert_eq!(all.differs(&changed, "Werk 1"), Some(day("2025-06-04")));
    assert_eq!(all.differs(&changed, "Werk 2"), None);
    let json = serde_json::to_string(&all).unwrap();
    assert_eq!(serde_json::from_str::<Calendars>(&json).unwrap(), all);
}

#[test]
fn a_stop_of_many_days_is_planned_only_within_the_shifts() {
    let mut plant = calendar("Europe/Berlin", &["early=mon-fri 06:00-14:00 break 09:00-09:15"]);
    plant.holidays = vec![day("2025-06-09")];
    let all = Calendars::from(vec![Version {
        site: "Werk".to_owned(),
        from: day("2025-06-02"),
        calendar: plant.checked().unwrap(),
    }]);
    let mut days = all.of("werk").days().unwrap();
    let mut check = |from: &str, to: &str, minutes: i64, on: &[&str]| {
        let planned = days.planned(utc(from), utc(to));
        let sum: i64 = planned.iter().map(|one| (one.end - one.start).num_minutes()).sum();
        let mut told: Vec<String> = planned.iter().filter_map(|one| Some(one.day?.to_string())).collect();
        told.dedup();
        assert_eq!(
            (sum, told),
            (minutes, on.iter().map(|day| (*day).to_owned()).collect()),
            "{from}"
        );
    };
    // From Friday noon over the weekend and Whit Monday to Tuesday, 09:10.
    check(
        "2025-06-06T10:00:00Z",
        "2025-06-10T07:10:00Z",
        120 + 180,
        &["2025-06-06", "2025-06-10"],
    );
    check("2025-06-07T00:00:00Z", "2025-06-08T00:00:00Z", 0, &[]);
    // What was before the first calendar stays: it began on Monday at six, that is 04:00 in UTC.
    check(
        "2025-06-01T04:00:00Z",
        "2025-06-02T05:00:00Z",
        24 * 60 + 60,
        &["2025-06-02"],
    );
    let year = days.planned(utc("2025-06-02T00:00:00Z"), utc("2026-07-07T00:00:00Z"));
    assert!(year.iter().filter(|one| one.day.is_some()).count() > 500);
    assert!(all.of("other").days().is_none());
    // A date without a time is no moment.
    assert_eq!(days.day_of_clock(utc("2025-06-02T22:00:00Z")), None);
    assert_eq!(days.day_of_clock(utc("2025-06-02T22:01:00Z")), Some(day("2025-06-02")));
}

#[test]
fn two_weeks_are_shown_from_monday_with_what_is_to_come() {
    let mut plant = calendar("Europe/Berlin", &["early=mon-fri 06:00-14:00 break 09:00-09:15"]);
    plant.holidays = vec![day("2025-06-09"), day("2025-05-29")];
    plant.special_days = vec![SpecialDay {
        day: day("2025-06-21"),
        shifts: vec!["extra=06:00-10:00".parse().unwrap()],
    }];
    let all = Calendars::from(vec![Version {
        site: String::new(),
        from: day("2025-01-01"),
        calendar: plant.checked().unwrap(),
    }]);
    // Sunday in Berlin already.
    let weeks = all.of("any").weeks(utc("2025-06-07T22:30:00Z"));
    assert_eq!(weeks.days.len(), 14);
    assert_eq!(weeks.days[0].day, day("2025-06-02"));
    assert!(weeks.days[7].holiday && weeks.days[7].windows.is_empty());
    let first = &weeks.days[0].windows[0];
    assert_eq!((first.shift.as_str(), first.minutes), ("early", 465));
    assert_eq!(first.start, utc("2025-06-02T04:00:00Z"));
    assert_eq!(weeks.to_come, [day("2025-06-09"), day("2025-06-21")]);
    assert_eq!(
        Calendars::default().of("any").weeks(utc("2025-06-07T22:30:00Z")),
        Weeks::default()
    );
}

#[test]
fn a_new_version_begins_where_the_night_before_it_ends() {
    let version = |from: &str, shift: &str| {
        let mut calendar = calendar("Europe/Berlin", &[]);
        calendar.day_start = "00:00".parse().unwrap();
        calendar.shifts = vec![shift.parse().unwrap()];
        Version {
            site: String::new(),
            from: day(from),
            calendar: calendar.checked().unwrap(),
        }
    };
    let all = Calendars::from(vec![
        version("2025-06-01", "night=daily 22:00-06:00"),
        version("2025-06-10", "new=daily 04:00-12:00 break 05:30-06:30"),
    ]);
    let first = all.of("").windows(day("2025-06-10")).unwrap().remove(0);
    assert_eq!(first.start, utc("2025-06-10T04:00:00Z"));
    assert_eq!(first.seconds(), 5 * 3600 + 1800);
}
