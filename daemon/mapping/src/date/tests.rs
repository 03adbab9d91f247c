use chrono::Days;
use proptest::prelude::*;

use super::*;

fn shown(text: &str, order: DateOrder) -> Option<String> {
    read(text)?.moment(order).map(|moment| {
        let at = moment.local.format("%Y-%m-%dT%H:%M:%S%.f").to_string();
        match moment.offset {
            Some(offset) => format!("{at} {offset}"),
            None => at,
        }
    })
}

#[test]
fn dates_of_many_countries() {
    use DateOrder::{Dmy, Mdy, Ymd};
    for (text, order, expected) in [
        ("2025-05-03", Ymd, "2025-05-03T00:00:00"),
        ("2025/5/3", Ymd, "2025-05-03T00:00:00"),
        ("2012/01/29 23:24:00.000", Ymd, "2012-01-29T23:24:00"),
        ("2025-05-03T14:05:09.25Z", Ymd, "2025-05-03T14:05:09.250 0"),
        ("2025-05-03 14:05+02:00", Ymd, "2025-05-03T14:05:00 7200"),
        ("2025-05-03T14:05:00-0500", Ymd, "2025-05-03T14:05:00 -18000"),
        ("2025-05-03T24:00:00", Ymd, "2025-05-04T00:00:00"),
        ("03.05.2025", Dmy, "2025-05-03T00:00:00"),
        ("03.05.2025 14:05", Dmy, "2025-05-03T14:05:00"),
        ("1/2/2018 00:15", Dmy, "2018-02-01T00:15:00"),
        ("1/2/2018 00:15", Mdy, "2018-01-02T00:15:00"),
        ("03-05-25", Dmy, "2025-05-03T00:00:00"),
        ("03/05/70", Dmy, "1970-05-03T00:00:00"),
        ("03/05/69", Dmy, "2069-05-03T00:00:00"),
        ("5/3/2025 1:05 PM", Mdy, "2025-05-03T13:05:00"),
        ("5/3/2025 12:05:09 a.m.", Mdy, "2025-05-03T00:05:09"),
        ("03-MAY-25", Dmy, "2025-05-03T00:00:00"),
        ("03-MAY-2025 14:05:01", Dmy, "2025-05-03T14:05:01"),
        ("3. Mai 2025", Dmy, "2025-05-03T00:00:00"),
        ("3. März 2025", Dmy, "2025-03-03T00:00:00"),
        ("3 mar 2025", Dmy, "2025-03-03T00:00:00"),
        ("3 juin 2025", Dmy, "2025-06-03T00:00:00"),
        ("3 juillet 2025", Dmy, "2025-07-03T00:00:00"),
        ("3 août 2025", Dmy, "2025-08-03T00:00:00"),
        ("3 de enero de 2025", Dmy, "2025-01-03T00:00:00"),
        ("May 3, 2025", Dmy, "2025-05-03T00:00:00"),
        ("Dec 31 2025 23:59", Dmy, "2025-12-31T23:59:00"),
        ("20250503", Ymd, "2025-05-03T00:00:00"),
        ("20250806232620", Ymd, "2025-08-06T23:26:20"),
        ("202508062326", Ymd, "2025-08-06T23:26:00"),
        ("1900-01-00", Ymd, "1899-12-30T00:00:00"),
        ("0000-00-00", Ymd, "1899-12-30T00:00:00"),
        ("00.00.0000", Dmy, "1899-12-30T00:00:00"),
        ("25-05-03", Ymd, "2025-05-03T00:00:00"),
        ("25-05-03", Dmy, "2003-05-25T00:00:00"),
        ("25/05/03 14:05", Ymd, "2025-05-03T14:05:00"),
        ("99-12-31", Ymd, "1999-12-31T00:00:00"),
        ("03-MAY-25 09.30.05.123000 AM", Dmy, "2025-05-03T09:30:05.123"),
        (
            "03-MAY-25 09.30.05.123000000 PM +02:00",
            Dmy,
            "2025-05-03T21:30:05.123 7200",
        ),
        ("20250503T093005Z", Ymd, "2025-05-03T09:30:05 0"),
        ("20250503T093005.250+0200", Ymd, "2025-05-03T09:30:05.250 7200"),
        ("20250503 093005", Ymd, "2025-05-03T09:30:05"),
        ("20250503T0930", Ymd, "2025-05-03T09:30:00"),
        ("20250503 09:30", Ymd, "2025-05-03T09:30:00"),
        ("03.05.2025 14.30", Dmy, "2025-05-03T14:30:00"),
        ("03.05.2025 14.30.15", Dmy, "2025-05-03T14:30:15"),
        ("2025-May-03", Dmy, "2025-05-03T00:00:00"),
        ("May-03-25", Dmy, "2025-05-03T00:00:00"),
        ("May 3rd, 2025", Dmy, "2025-05-03T00:00:00"),
        ("3 Sept. 2025", Dmy, "2025-09-03T00:00:00"),
        ("12 set 2020", Dmy, "2020-09-12T00:00:00"),
        ("12 déc. 2020", Dmy, "2020-12-12T00:00:00"),
        ("12 März 20", Dmy, "2020-03-12T00:00:00"),
    ] {
        assert_eq!(shown(text, order).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn days_and_times_that_do_not_exist() {
    for text in [
        "2025-02-30",
        "2025-13-01",
        "31.12.2025 25:61",
        "32/01/2025",
        "13/13/2025",
        "2025-01-01 12:60",
        "1/1/2025 13:00 PM",
        "25:00",
        "31-FEB-25",
    ] {
        assert_eq!(read(text), Some(DateCell::Impossible), "{text}");
    }
    assert_eq!(read("31/04/2025").unwrap().moment(DateOrder::Dmy), None);
}

#[test]
fn other_text_is_no_date() {
    for text in [
        "",
        "5",
        "12.5",
        "1.234.567",
        "12345678",
        "99999999",
        "20251399",
        "M14860",
        "Machine 4",
        "006:19",
        "33.0.25",
        "41h4",
        "Case 1",
        "1-2",
        "10.20.30.40",
        "A-1-2025",
        "2025-05",
        "12/2025",
        "600 ml",
        "May",
        "march of 3",
        "1/2/3",
        "12:3",
        "-5.000",
        "INT-00001",
        "9 heures 45 min",
        "2,100 - 2,200",
        "1/1/2025x",
        "20250101123",
        "12:30:15:10",
    ] {
        let found = read(text);
        assert!(
            !matches!(
                found,
                Some(DateCell::Day(_) | DateCell::Pair { .. } | DateCell::Clock(_))
            ),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn words_that_only_begin_like_a_month_make_no_date() {
    for text in [
        "Set 12 20",
        "Set 12 2020",
        "Out 3 2012",
        "Decal 4 20",
        "Decal 4 2020",
        "Mayer 3 12",
        "Mayer 3 2012",
        "May 4 20",
        "Mar 4X 2012",
        "3 Marke 2012",
        "12 Setup 20",
        "3-MAYOR-25",
        "7 Novak 2012",
        "3 Janssen 2012",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_date_has_no_moment_in_an_order_it_is_not_written_in() {
    assert_eq!(shown("03/05/2025", DateOrder::Ymd), None);
    assert_eq!(shown("3/5/25", DateOrder::Ymd), None);
    assert_eq!(shown("99-12-31", DateOrder::Dmy), None);
    assert_eq!(shown("25-05-03", DateOrder::Mdy), None);
    assert_eq!(read("03.05.2025 25.30"), Some(DateCell::Impossible));
    assert_eq!(read("20250503 256105"), Some(DateCell::Impossible));
    assert_eq!(read("25-13-13"), Some(DateCell::Impossible));
    for text in [
        "03.05.2025 14.3",
        "20250503 0930051",
        "20250503-4711",
        "20250503A",
        "20250503 X",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn times_of_day_and_broken_dates() {
    let at = |text: &str| match read(text) {
        Some(DateCell::Clock(clock)) => Some((clock.time.format("%H:%M:%S").to_string(), clock.end_of_day)),
        _ => None,
    };
    assert_eq!(at("11:09"), Some(("11:09:00".to_owned(), false)));
    assert_eq!(at("0:24"), Some(("00:24:00".to_owned(), false)));
    assert_eq!(at("24:00:00"), Some(("00:00:00".to_owned(), true)));
    assert_eq!(at("2:05 pm"), Some(("14:05:00".to_owned(), false)));
    assert_eq!(at("2 pm"), Some(("14:00:00".to_owned(), false)));
    assert_eq!(at("14h30"), Some(("14:30:00".to_owned(), false)));
    assert_eq!(read("00:00.0"), Some(DateCell::Broken));
    assert_eq!(read("47:12.3"), Some(DateCell::Broken));
    assert_eq!(read("41:30"), Some(DateCell::Impossible));
}

#[test]
fn an_offset_in_the_text_wins() {
    let moment = read("2025-05-03T14:05:00+02:00")
        .unwrap()
        .moment(DateOrder::Ymd)
        .unwrap();
    assert_eq!(moment.utc().unwrap().to_rfc3339(), "2025-05-03T12:05:00+00:00");
}

proptest! {
    #[test]
    fn every_day_is_read_in_its_order(days in 0_u64..50_000) {
        let date = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + Days::new(days);
        for (format, order) in [("%Y-%m-%d", DateOrder::Ymd), ("%d.%m.%Y", DateOrder::Dmy), ("%m/%d/%Y", DateOrder::Mdy), ("%d-%b-%Y", DateOrder::Dmy), ("%Y%m%d", DateOrder::Ymd)] {
            let text = date.format(format).to_string();
            prop_assert_eq!(read(&text).unwrap().moment(order).unwrap().local.date(), date, "{}", text);
        }
    }

    /// The usual form is read at once, as the way for all forms would read it.
    #[test]
    fn the_usual_form_is_no_other(text in "[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]([ T][0-2][0-9]:[0-6][0-9](:[0-6][0-9])?)?") {
        if let Some(parts) = iso(text.as_bytes()) {
            prop_assert_eq!(numeric(&text), Some(DateCell::Day(parts)));
        }
    }

    #[test]
    fn any_text_ends_without_panic(text in any::<String>(), noise in "[0-9:./ TZhapm+-]{0,30}", words in "[0-9 .,a-zé-]{0,20}") {
        for text in [text, noise, words] {
            if let Some(cell) = read(&text) {
                let _ = cell.moment(DateOrder::Dmy);
                let _ = cell.moment(DateOrder::Mdy);
            }
        }
    }
}
