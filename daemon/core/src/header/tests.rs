use super::*;

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_fingerprint_survives_order_case_punctuation_and_lost_umlauts() {
    let whole = fingerprint(&header(&["VE-Nummer", "Rüst.Zeit(Min.)", "Gutmenge"]));
    for same in [
        ["Gutmenge", "VE-Nummer", "Rst.Zeit(Min.)"],
        ["ve nummer", "RÜST.ZEIT (MIN.)", "gutmenge"],
        ["VE-Nummer", "Ru\u{308}st.Zeit(Min.)", "Gutmenge"],
        ["VE-Nummer", "R\u{fffd}st.Zeit(Min.)", "Gutmenge\u{a0}"],
    ] {
        assert_eq!(fingerprint(&header(&same)), whole, "{same:?}");
    }
    assert_ne!(fingerprint(&header(&["VE-Nummer", "Gutmenge"])), whole);
    assert_ne!(fingerprint(&header(&["工单编号"])), fingerprint(&header(&["计划数"])));
    assert_ne!(
        fingerprint(&header(&["Leistung [kW]"])),
        fingerprint(&header(&["Leistung [kWh]"]))
    );
}

#[test]
fn a_name_that_stands_twice_but_for_its_writing_is_two_columns() {
    let one = fingerprint(&header(&["machine_id", "qty"]));
    assert_ne!(fingerprint(&header(&["machine_id", "Machine ID", "qty"])), one);
}

#[test]
fn a_star_stands_for_any_text() {
    for (name, pattern, is) in [
        ("2025-01", "2025-*", true),
        ("2024-01", "2025-*", false),
        ("Qty Mon", "Qty * ", false),
        ("Qty Mon", "Q*Mon", true),
        ("Qty Mon h", "Q*Mon*h", true),
        ("Qty Mon", "*", true),
        ("ab", "ab*b", false),
    ] {
        assert_eq!(is_like(name, pattern), is, "{name} {pattern}");
    }
}
