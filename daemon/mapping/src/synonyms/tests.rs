use super::*;

#[test]
fn names_are_taken_apart() {
    for (text, words, unit) in [
        ("Stromverbrauch [kW]", "stromverbrauch", Some("kw")),
        ("Usage_kWh", "usage", Some("kwh")),
        ("CO2(tCO2)", "co2", Some("tco2")),
        ("Prod.Zeit(Min.)", "prod zeit", Some("min")),
        ("Duree_Arret_h", "duree arret", Some("h")),
        ("Setuptime/min", "setuptime", Some("min")),
        ("Downtime s", "downtime", Some("s")),
        ("Rüstdauer h", "rustdauer", Some("h")),
        ("Size s", "size s", None),
        ("Luftfeuchtigkeit [% r.F.]", "luftfeuchtigkeit", Some("% r.f")),
        ("工单进度（%）", "工单进度", Some("%")),
        ("OrderQty", "order qty", None),
        ("machineID", "machine id", None),
        ("JobHead_JobNum", "job head job num", None),
        ("h_ini", "h ini", None),
        ("HOTMETALSTART", "hotmetalstart", None),
        ("Störgrund", "storgrund", None),
        ("Part Desc.", "part desc", None),
        ("Scrap%", "scrap", Some("%")),
        (
            "Lagging_Current_Reactive.Power_kVarh",
            "lagging current reactive power",
            Some("kvarh"),
        ),
        ("", "", None),
    ] {
        let found = name(text);
        assert_eq!((found.words.as_str(), found.unit.as_deref()), (words, unit), "{text}");
    }
}

#[test]
fn a_least_beside_a_most_is_no_unit() {
    let units = |header: [&str; 2]| {
        let header = header.map(str::to_owned);
        names(&header).into_iter().map(|name| name.unit).collect::<Vec<_>>()
    };
    assert_eq!(units(["Cycle Time Min", "Cycle Time Max"]), [None, None]);
    assert_eq!(units(["Cycle Time Min", "Scrap Max"]), [Some("min".to_owned()), None]);
}

#[test]
fn names_in_many_languages_find_their_variable() {
    for (text, variable) in [
        ("AUFNR", Variable::WorkOrder),
        ("WO Number", Variable::WorkOrder),
        ("WorkOrderID", Variable::WorkOrder),
        ("WE-/FA-Nr.", Variable::WorkOrder),
        ("工单编号", Variable::WorkOrder),
        ("Artikelnummer", Variable::ProductCode),
        ("Teilenummer", Variable::ProductCode),
        ("Material Description", Variable::ProductName),
        ("ARBPL", Variable::Machine),
        ("ID_Machine", Variable::Machine),
        ("Máquina", Variable::Machine),
        ("Sección", Variable::Line),
        ("LMNGA", Variable::QuantityGood),
        ("Gutmenge", Variable::QuantityGood),
        ("XMNGA", Variable::QuantityScrap),
        ("Ausschuß", Variable::QuantityScrap),
        ("不良品数", Variable::QuantityScrap),
        ("ScrappedQty", Variable::QuantityScrap),
        ("计划数", Variable::QuantityPlanned),
        ("BUDAT", Variable::PostingDate),
        ("Fecha", Variable::PostingDate),
        ("Heure début", Variable::EventStart),
        ("h_fin", Variable::EventEnd),
        ("Complete Timestamp", Variable::EventEnd),
        ("Störgrund", Variable::ReasonText),
        ("Kostenstelle", Variable::CostCenter),
        ("Währung", Variable::Currency),
        ("STPRS", Variable::StandardUnitCost),
        ("Std Cost", Variable::StandardUnitCost),
        ("Meins", Variable::Uom),
        ("no_of_workers", Variable::WorkerCount),
        ("Total actual costs", Variable::TotalCost),
        ("Load_Type", Variable::EnergyTariff),
        ("Scrap Quantiy", Variable::QuantityScrap),
    ] {
        let found = matches(&name(text));
        assert_eq!(
            found.first().map(|best| best.variable),
            Some(variable),
            "{text}: {found:?}"
        );
        assert!(found[0].score >= 0.8, "{text}: {found:?}");
    }
}

#[test]
fn other_names_find_nothing_certain() {
    for text in [
        "Torque [Nm]",
        "Air temperature [K]",
        "Spindle_Vibration",
        "smv",
        "wip",
        "NSM",
        "Lagging_Current_Power_Factor",
        "column_7",
        "TWF",
    ] {
        let found = matches(&name(text));
        assert!(found.first().is_none_or(|best| best.score < 0.8), "{text}: {found:?}");
    }
}

#[test]
fn the_names_of_the_lexicon_are_apart_as_names_are_taken_apart() {
    for column in columns() {
        for name in column.names.iter() {
            assert_eq!(split_words(name), name, "{:?}", column.variable);
        }
    }
}

#[test]
fn the_closest_name() {
    let names = ["quantity_scrap", "quantity_good", "work_order"];
    assert_eq!(closest("quantity_scarp", names), Some("quantity_scrap"));
    assert_eq!(closest("workorder", names), Some("work_order"));
    assert_eq!(closest("good", names), Some("quantity_good"));
}

#[test]
fn what_denies_a_name_is_not_like_it() {
    let found = |text: &str| {
        matches(&name(text))
            .into_iter()
            .any(|found| found.variable == Variable::PlannedDowntime && found.score > 0.5)
    };
    assert!(found("Planned Downtime") && found("Planed Downtime"));
    assert!(!found("Unplanned Downtime min"));
}
