use super::*;

fn member(name: &str, rows: u64) -> Member {
    Member {
        name: name.to_owned(),
        rows,
    }
}

fn machine(name: &str, canonical: &str) -> Alias {
    Alias::new(AliasKind::Machine, name, canonical).unwrap()
}

fn aliases(pairs: &[(&str, &str)]) -> Aliases {
    Aliases::new(pairs.iter().map(|(name, canonical)| machine(name, canonical)))
}

#[test]
fn names_that_differ_in_case_separators_and_leading_zeros_are_alike() {
    for (one, other, alike) in [
        ("CNC-01", "CNC01", true),
        ("CNC-01", "cnc 01", true),
        ("CNC-01", "CNC_1", true),
        ("CNC/01", "CNC.001", true),
        ("Press 4", "PRESS-04", true),
        ("10004711", "0010004711", true),
        ("10.004.711", "10004711", true),
        ("A-B 1", "AB-1", true),
        ("Fräse 2", "FRÄSE-02", true),
        ("M 0", "M00", true),
        ("M1-01", "M1-1", true),
        ("100-200", "100200", true),
        ("100-200", "100.0200", true),
        // Digits that are no leading zeros.
        ("CNC-01", "CNC-02", false),
        ("CNC-1", "CNC-10", false),
        ("CNC-01", "CNC-010", false),
        ("M1-01", "M10-1", false),
        ("P-100", "P-1000", false),
        ("2024-1", "24-1", false),
        // Letters.
        ("CNC-01", "CNX-01", false),
        ("CNC-01", "CNC-01A", false),
        ("CNC+01", "CNC-01", false),
        ("CNC-01", "10004711", false),
        ("--", "..", false),
    ] {
        let members = [member(one, 2), member(other, 1)];
        let found: Vec<(&str, &str)> = (suggestions(&members).into_iter())
            .map(|(name, canonical)| (name.name.as_str(), canonical.name.as_str()))
            .collect();
        let expected: &[(&str, &str)] = if alike { &[(other, one)] } else { &[] };
        assert_eq!(found, expected, "{one} and {other}");
    }
}

#[test]
fn the_name_with_most_rows_stands_for_those_alike_whatever_their_order() {
    let mut members = vec![
        member("CNC01", 5),
        member("cnc-1", 9),
        member("CNC-01", 5),
        member("M2", 7),
    ];
    for _ in 0..members.len() {
        members.rotate_left(1);
        let found: Vec<(&str, &str)> = (suggestions(&members).into_iter())
            .map(|(name, canonical)| (name.name.as_str(), canonical.name.as_str()))
            .collect();
        assert_eq!(found, [("CNC-01", "cnc-1"), ("CNC01", "cnc-1")]);
    }
    let even = [member("CNC01", 5), member("CNC-01", 5)];
    let (name, canonical) = suggestions(&even)[0];
    assert_eq!((name.name.as_str(), canonical.name.as_str()), ("CNC01", "CNC-01"));
}

#[test]
fn a_chain_has_one_end_and_no_circle() {
    let all = aliases(&[("CNC01", "CNC-01"), ("10004711", "CNC01"), ("P4", "Press 4")]);
    for (name, canonical) in [
        ("10004711", "CNC-01"),
        (" CNC01 ", "CNC-01"),
        ("CNC-01", "CNC-01"),
        ("cnc01", "cnc01"),
        ("P4", "Press 4"),
        ("never seen", "never seen"),
    ] {
        assert_eq!(all.canonical(AliasKind::Machine, name), canonical);
        assert_eq!(all.canonical(AliasKind::Product, name), name.trim());
    }
    let names: Vec<String> = all.names(AliasKind::Machine, "cnc01").into_iter().collect();
    assert_eq!(names, ["10004711", "CNC-01", "CNC01", "cnc01"]);
    assert_eq!(
        all.names(AliasKind::Machine, "M9").into_iter().collect::<Vec<_>>(),
        ["M9"]
    );

    for (name, canonical, fault) in [
        ("CNC-01", "10004711", Some("goes by")),
        ("CNC-01", "CNC01", Some("goes by")),
        (
            "CNC01",
            "Press 4",
            Some("already; `plant aliases remove machine CNC01`"),
        ),
        ("CNC-01", "Press 4", None),
        ("CNC-01", "P4", None),
        ("new", "CNC01", None),
    ] {
        let found = all.admits(&machine(name, canonical)).map_err(|fault| fault.to_string());
        match fault {
            None => assert_eq!(found, Ok(())),
            Some(part) => assert!(
                found.as_ref().is_err_and(|said| said.contains(part)),
                "{name}: {found:?}"
            ),
        }
    }
    // It is a machine's, and no product's.
    let product = Alias::new(AliasKind::Product, "CNC-01", "CNC01").unwrap();
    assert_eq!(all.admits(&product), Ok(()));
}

#[test]
fn what_is_no_name_is_refused() {
    for (name, canonical) in [
        ("", "a"),
        (" ", "a"),
        ("a", ""),
        ("a", " a "),
        ("a\u{7}", "b"),
        ("a=1", "b"),
        (&"x".repeat(201), "b"),
    ] {
        assert!(
            Alias::new(AliasKind::Machine, name, canonical).is_err(),
            "{name:?} {canonical:?}"
        );
    }
    assert_eq!(machine(" a ", "\tb ").canonical, "b");
}

#[test]
fn what_moves_is_what_another_name_stands_for() {
    let (none, one) = (Aliases::default(), aliases(&[("CNC01", "CNC-01")]));
    let two = aliases(&[("CNC01", "CNC-01"), ("CNC-01", "Mill")]);
    let moved =
        |from: &Aliases, to: &Aliases| -> Vec<String> { from.moved(to).into_iter().map(|(_, name)| name).collect() };
    assert_eq!(moved(&none, &one), ["CNC01"]);
    assert_eq!(moved(&one, &none), ["CNC01"]);
    assert_eq!(moved(&one, &two), ["CNC-01", "CNC01"]);
    assert_eq!(moved(&two, &two), Vec::<String>::new());
}

#[test]
fn rows_go_by_the_canonical_name_in_every_column_of_its_kind() {
    let product = Alias::new(AliasKind::Product, "P100", "P-100").unwrap();
    let all = Aliases::new([machine("M1", "Mill"), product]);
    let mut record = Record::empty(2);
    for (variable, text) in [
        (Variable::Machine, "M1"),
        (Variable::ProductCode, " P100"),
        (Variable::ProductName, "P100"),
        (Variable::Line, "M1"),
    ] {
        record.set(variable, Value::Text(text.to_owned()));
    }
    all.apply(&mut record);
    for (variable, text) in [
        (Variable::Machine, "Mill"),
        (Variable::ProductCode, "P-100"),
        (Variable::ProductName, "P-100"),
        (Variable::Line, "M1"),
    ] {
        assert_eq!(record.text(variable), Some(text));
    }
}

#[test]
fn stops_overlap_where_both_machines_stand_at_one_time() {
    let span = |start: i64, end: i64, line: u64| Span {
        start,
        end,
        file_no: 1,
        line,
    };
    for (one, other, expected) in [
        (vec![(0, 10)], vec![(10, 20)], None),
        (vec![(0, 10)], vec![(9, 20)], Some((1, 0))),
        (vec![(0, 10), (30, 40)], vec![(35, 36)], Some((1, 30))),
        (vec![(0, 10), (5, 8), (30, 40)], vec![(6, 35)], Some((3, 0))),
        (vec![(5, 5)], vec![(0, 10)], None),
        (vec![(20, 30), (0, 2)], vec![(0, 100)], Some((2, 0))),
        (vec![(50, 60)], vec![(0, 100), (1, 2)], Some((1, 50))),
        (vec![], vec![(0, 100)], None),
    ] {
        let spans = |spans: &[(i64, i64)]| -> Vec<Span> {
            (2..)
                .zip(spans)
                .map(|(line, (start, end))| span(*start, *end, line))
                .collect()
        };
        let found = overlap(&spans(&one), &spans(&other));
        let told = found.map(|found| (found.spans, found.one.start));
        assert_eq!(told, expected, "{one:?} {other:?}");
        if let Some(found) = found {
            assert!(found.one.start < found.other.end && found.other.start < found.one.end);
        }
    }
}
