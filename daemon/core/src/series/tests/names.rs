//! Names of files as plants give them: what is left decides.

use super::*;

/// A name, its words, its codes.
const NAMES: [(&str, &str, &[&str]); 84] = [
    ("04_L1_20250503.csv", "", &["l1"]),
    ("04_L2_20250503.csv", "", &["l2"]),
    ("SPR-01_20250303.csv", "", &["spr1"]),
    ("SPR-04_20250303.csv", "", &["spr4"]),
    ("M03.csv", "", &["m3"]),
    ("Linie 2.csv", "", &["l2"]),
    ("Line2.csv", "", &["l2"]),
    ("line-02 scrap.csv", "scrap", &["l2"]),
    ("Werk1_Ausschuss.csv", "ausschuss", &["plant1"]),
    ("Werk 2 Ausschuss.csv", "ausschuss", &["plant2"]),
    ("CNC-12.csv", "", &["cnc12"]),
    ("CNC12.csv", "", &["cnc12"]),
    ("CNC-0102.csv", "", &["cnc102"]),
    ("Datalog_Line3_0.csv", "datalog", &["l3"]),
    ("archive_press1.csv", "archive", &["press1"]),
    ("Kosten_Werk_Sued.csv", "kosten werk sued", &[]),
    ("north.csv", "north", &[]),
    ("south.csv", "south", &[]),
    ("march.csv", "", &[]),
    ("01a_orders.csv", "orders", &[]),
    ("01b_orders_reexport.csv", "orders", &[]),
    ("02a_item.csv", "item", &[]),
    ("02b_item_again.csv", "item", &[]),
    ("03a_march.csv", "", &[]),
    ("03b_march.csv", "", &[]),
    ("05_scrap_06h.csv", "scrap", &[]),
    ("05_scrap_07h.csv", "scrap", &[]),
    ("06a_window.csv", "window", &[]),
    ("06b_window.csv", "window", &[]),
    ("07a_log.csv", "log", &[]),
    ("07b_log.csv", "log", &[]),
    ("08a.csv", "", &[]),
    ("08c.csv", "", &[]),
    ("09a_orders_old.csv", "orders", &[]),
    ("09b_orders_correction.csv", "orders", &[]),
    ("10a_pieces.csv", "pieces", &[]),
    ("11_sap_datum_zeit.csv", "sap datum zeit", &[]),
    ("33_PROD_20250503.csv", "prod", &[]),
    ("33_PROD_20250504.csv", "prod", &[]),
    ("confirmations_20250303.csv", "confirmations", &[]),
    ("confirmations_20250303 (1).csv", "confirmations", &[]),
    ("Kopie von confirmations_20250303.csv", "confirmations", &[]),
    ("confirmations_20250303_sorted.csv", "confirmations", &[]),
    ("confirmations - Copy (2).csv", "confirmations", &[]),
    ("Copy of confirmations.csv", "confirmations", &[]),
    ("confirmations copia.csv", "confirmations", &[]),
    ("day_partial_0730.csv", "day", &[]),
    ("day_full.csv", "day", &[]),
    ("day_0303.csv", "day", &[]),
    ("AFRU_0303.csv", "afru", &[]),
    ("AFRU_0304.csv", "afru", &[]),
    ("AFRU0304.csv", "afru", &[]),
    ("report_20250303.csv", "report", &[]),
    ("week10_de.csv", "", &[]),
    ("week10_en.csv", "", &[]),
    ("machine_log.csv", "machine log", &[]),
    ("machine_log.csv.1", "machine log", &[]),
    ("machine_log.csv.12.gz", "machine log", &[]),
    ("line2.csv", "", &["l2"]),
    ("oee_days.csv", "oee days", &[]),
    ("scrap_report.xlsx", "scrap report", &[]),
    ("report_march.xlsx", "report", &[]),
    ("mes_export.xlsx", "mes export", &[]),
    ("COOIS_rueckmeldungen.txt", "coois rueckmeldungen", &[]),
    ("scrap 2025-05-03.csv", "scrap", &[]),
    ("scrap-2025-05-03.csv", "scrap", &[]),
    ("scrap_03.05.2025.csv", "scrap", &[]),
    ("scrap 2025-W10.csv", "scrap", &[]),
    ("Ausschuss KW10.csv", "ausschuss", &[]),
    ("Ausschuss KW 10.csv", "ausschuss", &[]),
    ("Ausschuss Q1 2025.csv", "ausschuss", &[]),
    ("orders_v2.csv", "orders", &[]),
    ("orders rev3 final.csv", "orders", &[]),
    ("orders_new.csv", "orders", &[]),
    ("auftraege_neu.csv", "auftraege", &[]),
    ("auftraege_korrektur.csv", "auftraege", &[]),
    ("orders run3.csv", "orders", &[]),
    ("orders part2.csv", "orders", &[]),
    ("orders page 4.csv", "orders", &[]),
    ("orders_20250303T060000.csv", "orders", &[]),
    ("L1 M03 scrap.csv", "scrap", &["l1", "m3"]),
    ("Halle 3 - Presse 12.xlsx", "", &["hall3", "press12"]),
    ("BDE_Linie3_KW07_v2 (3).csv", "bde", &["l3"]),
    ("", "", &[]),
];

#[test]
fn what_is_left_of_a_name_decides() {
    let wrong: Vec<_> = (NAMES.iter())
        .map(|(name, stem, codes)| (name, name_parts(name), stem, codes))
        .filter(|(_, parts, stem, codes)| parts.stem != **stem || !parts.codes.iter().eq(codes.iter()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_folder_has_the_codes_of_its_last_parts() {
    for (path, codes) in [
        ("/exports/L1", &["l1"][..]),
        ("/exports/L1/out", &["l1"]),
        ("/exports/Werk 2/Linie 3/", &["l3", "plant2"]),
        ("C:\\mes\\L4", &["l4"]),
        ("/mnt/srv01/export", &[]),
        ("/home/user2/run1", &[]),
        ("/tmp/.tmpAb12/in", &[]),
        ("/L9/mes/export/csv", &[]),
    ] {
        let mut found = folder_codes(path);
        found.sort();
        assert_eq!(found, codes, "{path}");
    }
}

#[test]
fn files_of_two_sources_are_of_two_scopes() {
    let of = |site, folder, name| scope(site, folder, name);
    assert_ne!(of(None, "/in", "scrap_L1.csv"), of(None, "/in", "scrap_L2.csv"));
    assert_ne!(of(None, "/in/L1", "scrap.csv"), of(None, "/in/L2", "scrap.csv"));
    assert_ne!(
        of(Some("Ulm"), "/in", "scrap.csv"),
        of(Some("Brno"), "/in", "scrap.csv")
    );
    assert_eq!(
        of(None, "/in/L1", "scrap.csv"),
        of(None, "/all", "Line 1 scrap (2).csv")
    );
    assert_eq!(of(None, "/in", "north.csv"), of(None, "/in", "south.csv"));
}
