use super::*;

#[test]
fn durations_of_many_shapes() {
    for (text, unit, decimal, expected) in [
        ("006:19", Unit::Hours, '.', Some("22740")),
        ("006:19", Unit::Minutes, '.', Some("379")),
        ("1:30:00", Unit::Minutes, '.', Some("5400")),
        ("1:30:00.5", Unit::Seconds, '.', Some("5400.5")),
        ("01:30", Unit::Seconds, '.', Some("5400")),
        ("-0:30", Unit::Hours, '.', Some("-1800")),
        ("2.85", Unit::Hours, '.', Some("10260")),
        ("2,85", Unit::Hours, ',', Some("10260")),
        ("1,5 h", Unit::Minutes, ',', Some("5400")),
        ("90", Unit::Minutes, '.', Some("5400")),
        ("90", Unit::Seconds, '.', Some("90")),
        ("1500", Unit::Milliseconds, '.', Some("1.5")),
        ("41h45", Unit::Hours, '.', Some("150300")),
        ("8h00", Unit::Hours, '.', Some("28800")),
        ("9 heures 45 min", Unit::Hours, '.', Some("35100")),
        ("0 heures 45 min", Unit::Hours, '.', Some("2700")),
        ("1 Std. 5 Min.", Unit::Hours, '.', Some("3900")),
        ("2 d 3 h", Unit::Hours, '.', Some("183600")),
        ("2 d", Unit::Hours, '.', Some("172800")),
        ("33.0.25", Unit::Hours, '.', Some("119700")),
        ("6.0.00", Unit::Hours, '.', Some("21600")),
        ("1899/12/31 01:49:00", Unit::Hours, '.', Some("92940")),
        ("1899-12-30T00:20:00", Unit::Hours, '.', Some("1200")),
        ("1900-01-01 01:49:00", Unit::Hours, '.', None),
        ("33.0.5", Unit::Hours, '.', None),
        ("33.0.255", Unit::Hours, '.', None),
        ("1899/12/31 30:00:00", Unit::Hours, '.', None),
        ("1899/12/31 -01:00:00", Unit::Hours, '.', None),
        ("2h90min", Unit::Hours, '.', None),
        ("2h30min90s", Unit::Hours, '.', None),
        ("1 d 25 h", Unit::Hours, '.', None),
        ("1,5h30min", Unit::Hours, ',', None),
        ("41h4", Unit::Hours, '.', None),
        ("41h4.5", Unit::Hours, '.', None),
        ("2h30min", Unit::Hours, '.', Some("9000")),
        ("90min", Unit::Hours, '.', Some("5400")),
        ("90 min 30 s", Unit::Hours, '.', Some("5430")),
        ("1,5h", Unit::Minutes, ',', Some("5400")),
        ("1,5h", Unit::Minutes, '.', None),
        ("1,500h", Unit::Minutes, '.', Some("5400000")),
        ("PT1H30M", Unit::Seconds, '.', Some("5400")),
        ("PT90M", Unit::Seconds, '.', Some("5400")),
        ("P1DT2H", Unit::Seconds, '.', Some("93600")),
        ("PT1.5S", Unit::Hours, '.', Some("1.5")),
        ("PT0S", Unit::Hours, '.', Some("0")),
        ("PT", Unit::Hours, '.', None),
        ("P1M", Unit::Hours, '.', None),
        ("PT1M1H", Unit::Hours, '.', None),
        ("PT1.5H30M", Unit::Hours, '.', None),
        ("33.1.25", Unit::Hours, '.', None),
        ("1:60", Unit::Hours, '.', None),
        ("1:5", Unit::Hours, '.', None),
        ("5 min 2 h", Unit::Hours, '.', None),
        ("41h75", Unit::Hours, '.', None),
        ("5 kg", Unit::Hours, '.', None),
        ("5 %", Unit::Hours, '.', None),
        ("Machine_Failure", Unit::Hours, '.', None),
        ("", Unit::Hours, '.', None),
        ("2024-01-01", Unit::Hours, '.', None),
    ] {
        let found = parse(text, unit, decimal).map(|seconds| seconds.normalize().to_string());
        assert_eq!(found.as_deref(), expected, "{text} {unit:?}");
    }
}

#[test]
fn shapes_that_only_durations_have() {
    for text in ["006:19", "41h45", "9 heures 45 min", "41:30", "PT1H30M", "1.5h"] {
        assert!(is_duration(text), "{text}");
    }
    for text in ["5", "2.5", "5 kg", "abc", "", "2024-01-01", "1.5 h"] {
        assert!(!is_duration(text), "{text}");
    }
}
