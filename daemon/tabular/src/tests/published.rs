//! The published exports that lie beside the project; without them the tests say so and pass.

use super::*;

fn published(name: &str) -> Option<std::fs::File> {
    Some(std::fs::File::open(plant_need::shared()?.join(name)).unwrap())
}

/// Rows, columns, header line, delimiter, encoding.
type Expected = (usize, usize, Option<u64>, Option<char>, &'static str);

fn check(name: &str, expected: Expected) {
    let Some(file) = published(name) else { return };
    let taken =
        scan(file, &LayoutHints::default(), &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let layout = &taken.layout;
    let seen = (
        taken.rows.len(),
        layout.header.len(),
        layout.header_line,
        layout.delimiter,
        layout.encoding.as_str(),
    );
    assert_eq!(
        seen,
        expected,
        "{name}: {:?} {:?}",
        layout.notes,
        taken.bad.iter().take(3).collect::<Vec<_>>()
    );
    assert_eq!(taken.bad, [], "{name}");
}

#[test]
fn delimited_exports_are_read_whole() {
    let utf8 = "utf-8";
    let cases: &[(&str, Expected)] = &[
        ("o01_ai4i2020/ai4i2020_tab.csv", (10_000, 14, Some(1), Some('\t'), utf8)),
        (
            "o02_adventureworks/Production.WorkOrder.csv",
            (72_591, 10, Some(1), Some(','), utf8),
        ),
        ("o02_adventureworks/ScrapReason.csv", (16, 3, None, Some('\t'), utf8)),
        ("o02_adventureworks/Product.csv", (504, 25, None, Some('\t'), utf8)),
        ("o02_adventureworks/Location.csv", (14, 5, None, Some('\t'), utf8)),
        (
            "o02_adventureworks/ProductCostHistory.csv",
            (395, 5, None, Some('\t'), utf8),
        ),
        (
            "o02_adventureworks/PurchaseOrderDetail.csv",
            (8_845, 11, None, Some('\t'), utf8),
        ),
        (
            "o03_process_mining/production_data.csv",
            (4_543, 14, Some(1), Some(','), utf8),
        ),
        ("o04_azure_pdm/PdM_errors.csv", (3_919, 3, Some(1), Some(','), utf8)),
        ("o04_azure_pdm/PdM_failures.csv", (761, 3, Some(1), Some(','), utf8)),
        ("o04_azure_pdm/PdM_maint.csv", (3_286, 3, Some(1), Some(','), utf8)),
        ("o04_azure_pdm/PdM_machines.csv", (100, 3, Some(1), Some(','), utf8)),
        (
            "o06_steel_energy/Steel_industry_data.csv",
            (35_040, 11, Some(1), Some(','), utf8),
        ),
        (
            "o07_es_mes/export_2025_completo.csv",
            (7_750, 12, Some(1), Some(','), utf8),
        ),
        (
            "o07_es_mes/export_2025_completo.cp1252.csv",
            (7_750, 12, Some(1), Some(','), "windows-1252"),
        ),
        ("o07_es_mes/ciclos.csv", (85, 3, Some(1), Some(','), utf8)),
        (
            "o08_de_mes_packing/2025-08-07_utf8.csv",
            (49, 21, Some(1), Some(';'), utf8),
        ),
        (
            "o08_de_mes_packing/2025-08-06_umlauts_lost.csv",
            (18, 21, Some(1), Some(';'), utf8),
        ),
        (
            "o08_de_mes_packing/2025-08-07_cp1252_crlf.csv",
            (49, 21, Some(1), Some(';'), "windows-1252"),
        ),
        ("o09_komax_crimp/2025-02-03_Error.ldc", (47, 9, None, Some('\t'), utf8)),
        ("o09_komax_crimp/2025-02-05_Error.ldc", (36, 9, None, Some('\t'), utf8)),
        ("o10_spc_textbook/pistonrings.csv", (200, 4, Some(1), Some(','), utf8)),
        ("o10_spc_textbook/orangejuice.csv", (54, 5, Some(1), Some(','), utf8)),
        ("o10_spc_textbook/circuit.csv", (46, 4, Some(1), Some(','), utf8)),
        ("o10_spc_textbook/pcmanufact.csv", (20, 3, Some(1), Some(','), utf8)),
        (
            "o11_garments/garments_worker_productivity.csv",
            (1_197, 15, Some(1), Some(','), utf8),
        ),
        ("o14_de_lastgang/Lastgang.csv", (35_040, 5, Some(1), Some(';'), utf8)),
        (
            "o15_fr_gmao/interventions_2024.csv",
            (5_000, 7, Some(1), Some(','), utf8),
        ),
        ("o17_plc_telemetry/Prod.csv", (7_728, 16, Some(1), Some(','), utf8)),
        (
            "o17_plc_telemetry/Production.csv",
            (7_728, 16, Some(1), Some(','), utf8),
        ),
        ("o18_wire_cutting_oee/oee.csv", (19_834, 40, Some(1), Some(','), utf8)),
        (
            "o19_cast_house_cost/Cast_house.csv",
            (257, 14, Some(1), Some(','), utf8),
        ),
        (
            "o19_cast_house_cost/Cast_House_Consumable.csv",
            (31, 21, Some(1), Some(','), utf8),
        ),
        (
            "o19_cast_house_cost/Price_Consumable.csv",
            (2, 21, Some(1), Some(','), utf8),
        ),
        (
            "o19_cast_house_cost/Process_Analysis.csv",
            (257, 18, Some(1), Some(','), utf8),
        ),
        ("o19_cast_house_cost/Production.csv", (31, 2, Some(1), Some(','), utf8)),
        (
            "o20_machining_downtime/downtime.csv",
            (2_500, 16, Some(1), Some(','), utf8),
        ),
    ];
    for (name, expected) in cases {
        check(name, *expected);
    }
}

#[test]
fn workbooks_are_read_whole() {
    let cases: &[(&str, Expected)] = &[
        (
            "o05_maven_soda/Manufacturing_Line_Productivity.xlsx",
            (38, 6, Some(1), None, "utf-8"),
        ),
        ("o12_sap_scrap/EXPORT.XLSX", (1_060, 27, Some(1), None, "utf-8")),
        ("o13_sap_pm_iw39/IW39.xlsx", (39_368, 20, Some(1), None, "utf-8")),
        (
            "o16_cn_mes_workorders/工单_全部.xlsx",
            (1_067, 20, Some(2), None, "utf-8"),
        ),
    ];
    for (name, expected) in cases {
        check(name, *expected);
    }
}

#[test]
fn totals_of_the_scrap_report_are_set_aside_and_agree() {
    let Some(file) = published("o12_sap_scrap/EXPORT.XLSX") else {
        return;
    };
    let taken = scan(file, &LayoutHints::default(), &Limits::default()).unwrap();
    assert_eq!(taken.kinds(SetAsideKind::Total), (1_062..=1_071).collect::<Vec<_>>());
    assert_eq!(taken.problems, []);
    let amount = taken
        .layout
        .header
        .iter()
        .position(|name| name.starts_with("Amount"))
        .unwrap();
    let cents: i64 = taken
        .rows
        .iter()
        .map(|(_, cells)| (cells[amount].parse::<f64>().unwrap() * 100.0).round() as i64)
        .sum();
    assert_eq!(cents, -1_104_906);
    let first = &taken.rows[0].1;
    assert!(
        first.contains(&"2023-07-18".to_owned()) && first.contains(&"11:13:54".to_owned()),
        "{first:?}"
    );
}

#[test]
fn texts_without_columns_are_refused_in_words() {
    for (name, words) in [
        ("o09_komax_crimp/2025-02-04_Job.sdc", "[sections]"),
        ("o10_spc_textbook/ZARR13.DAT", "fixed-width"),
        ("o10_spc_textbook/LEW.DAT", "fixed-width"),
        ("o10_spc_textbook/MPC62.DAT", "fixed width"),
        ("o21_turbofan/train_FD001.txt", "parted by blanks"),
    ] {
        let Some(file) = published(name) else { return };
        let error = scan(file, &LayoutHints::default(), &Limits::default()).unwrap_err();
        let (unsupported, reason) = error.reason();
        assert!(unsupported && reason.text.contains(words), "{name}: {}", reason.text);
    }
}
