use super::*;

#[test]
fn words_of_states_and_reasons() {
    for (text, expected) in [
        ("Producción", Some("running")),
        ("Preparación", Some("setup")),
        ("Incidencia", Some("unknown")),
        ("AVERIA", Some("breakdown")),
        ("Störung", Some("breakdown")),
        ("Störung Hydraulik", Some("breakdown")),
        ("panne", Some("breakdown")),
        ("Breakdown", Some("breakdown")),
        ("CAMBIO DE CUCHILLA", Some("setup")),
        ("MANTENIMIENTO PREVENTIVO", Some("planned_maintenance")),
        ("FALTA MATERIAL", Some("waiting")),
        ("REUNION", Some("break")),
        ("minor_stop", Some("minor_stop")),
        ("planned_maintenance", Some("planned_maintenance")),
        ("Rüsten", Some("setup")),
        ("待料", Some("waiting")),
        ("故障", Some("breakdown")),
        ("quality check 1", None),
        ("", None),
        ("Light_Load", None),
        ("12", None),
    ] {
        assert_eq!(category(text).map(StopCategory::name), expected, "{text}");
    }
}

#[test]
fn a_word_belongs_to_one_category() {
    let named: std::collections::BTreeSet<StopCategory> = STOPS.category.iter().map(|known| known.name).collect();
    assert_eq!(named, StopCategory::ALL.into_iter().collect());
    let mut seen = std::collections::BTreeSet::new();
    for known in &STOPS.category {
        assert_eq!(category(known.name.name()), Some(known.name));
        for word in known.words.iter() {
            assert_eq!(category(word), Some(known.name), "{word}");
            assert!(seen.insert(word), "{word} stands twice");
        }
    }
}

#[test]
fn labels_of_failure() {
    assert_eq!(failure_label("Machine_Failure"), Some(true));
    assert_eq!(failure_label("No_Machine_Failure"), Some(false));
    assert_eq!(failure_label("Kein Ausfall"), Some(false));
    assert_eq!(failure_label("Light_Load"), None);
    assert!(says_scrap("Scrap:cst cntr"));
    assert!(!says_scrap("Goods receipt"));
}
