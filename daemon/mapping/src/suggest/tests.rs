use plant_core::profile::Transform;
use plant_core::stop::StopCategory;

use super::*;
use crate::tests::suggest;
use crate::tests::{export, order};

fn rows(header: &str, row: impl Fn(usize) -> String) -> crate::tests::Export {
    let lines: Vec<String> = (0..40).map(row).collect();
    export(&format!("{header}\n{}", lines.join("\n")))
}

#[test]
fn a_name_needs_cells_that_agree() {
    for (header, cell, wrong) in [
        ("Downtime", "cooling", Variable::Duration),
        ("Gutmenge", "viele", Variable::QuantityGood),
        ("Start time", "Monday", Variable::EventStart),
        ("Posting Date", "12", Variable::PostingDate),
        ("Currency", "thousands of", Variable::Currency),
        ("Energy [%]", "5", Variable::EnergyUsed),
        ("Scrap [%]", "5", Variable::QuantityScrap),
        ("Reactive_Power_kVarh", "5", Variable::EnergyUsed),
        ("Tool wear [min]", "5", Variable::Duration),
    ] {
        let found = rows(header, |row| {
            format!("{cell}{}", if cell == "12" { row.to_string() } else { String::new() })
        })
        .first(header);
        assert!(
            found.is_none_or(|(variable, confidence)| variable != wrong || confidence < WORTH),
            "{header}: {found:?}"
        );
    }
}

#[test]
fn units_become_transforms() {
    for (header, variable, transform) in [
        ("Downtime [min]", Variable::Duration, Transform::Minutes),
        ("Stillstandszeit (h)", Variable::Duration, Transform::Hours),
        (
            "Energy_MWh",
            Variable::EnergyUsed,
            Transform::Scale(rust_decimal::Decimal::from(1000)),
        ),
        ("Usage_kWh", Variable::EnergyUsed, Transform::None),
        (
            "Cycle time [ms]",
            Variable::IdealCycleTime,
            Transform::Scale(rust_decimal::Decimal::new(1, 3)),
        ),
        // One list of units for every variable.
        (
            "Zykluszeit [Std]",
            Variable::IdealCycleTime,
            Transform::Scale(rust_decimal::Decimal::from(3600)),
        ),
        (
            "Meter reading [Wh]",
            Variable::MeterReading,
            Transform::Scale(rust_decimal::Decimal::new(1, 3)),
        ),
        (
            "Shift time [h]",
            Variable::PlannedTime,
            Transform::Scale(rust_decimal::Decimal::from(60)),
        ),
        (
            "CO2 [kg]",
            Variable::Emissions,
            Transform::Scale(rust_decimal::Decimal::new(1, 3)),
        ),
    ] {
        let export = rows(header, |row| format!("{}.5", row));
        let suggestion = suggest(&export.layout(), &export.facts(), &order());
        let best = &suggestion.columns[0].suggestions[0];
        assert_eq!((best.variable, &best.transform), (variable, &transform), "{header}");
        assert!(best.confidence >= SURE, "{header}: {best:?}");
    }
    // Without a unit nobody knows.
    let (variable, confidence) = rows("Cycle time", |row| row.to_string()).first("Cycle time").unwrap();
    assert!(variable == Variable::IdealCycleTime && confidence < SURE);
    let (variable, confidence) = rows("Downtime", |row| row.to_string()).first("Downtime").unwrap();
    assert!(variable == Variable::Duration && confidence < SURE);
}

#[test]
fn power_becomes_energy_only_with_regular_times() {
    let regular = rows("Zeitstempel;Leistung [kW]", |row| {
        format!("2025-01-01 {:02}:{:02};{}", row / 4, row % 4 * 15, row + 3)
    });
    let suggestion = suggest(&regular.layout(), &regular.facts(), &order());
    let best = &suggestion.columns[1].suggestions[0];
    assert_eq!(
        (best.variable, &best.transform),
        (Variable::EnergyUsed, &Transform::PowerFor(900))
    );
    let irregular = rows("Zeitstempel;Leistung [kW]", |row| {
        format!("2025-01-{:02} {:02}:07;5", row % 28 + 1, row * 7 % 24)
    });
    assert_eq!(irregular.first("Leistung [kW]"), None);
}

#[test]
fn one_variable_has_one_column() {
    let export = rows("Scrap Qty;Ausschuss;Qty", |row| {
        format!("{row};{};{}", row + 1, row * 3)
    });
    let suggestion = suggest(&export.layout(), &export.facts(), &order());
    let worthy: Vec<Variable> = suggestion
        .columns
        .iter()
        .filter_map(|column| column.suggestions.first().filter(|best| best.confidence >= WORTH))
        .map(|best| best.variable)
        .collect();
    assert_eq!(
        worthy
            .iter()
            .filter(|variable| **variable == Variable::QuantityScrap)
            .count(),
        1
    );
    assert!(
        suggestion.columns[1].suggestions[0]
            .why
            .contains("`Scrap Qty` fits it better")
    );
}

#[test]
fn what_a_generic_quantity_counts_is_proved_by_its_neighbours() {
    let generic = rows("Menge", |row| row.to_string());
    assert!(generic.first("Menge").is_some_and(|(_, confidence)| confidence < SURE));
    let proved = rows("Menge;Gut;Ausschuss", |row| {
        format!("{};{};{}", row * 10 + row % 3, row * 10, row % 3)
    });
    assert!(
        proved
            .first("Menge")
            .is_some_and(|(variable, confidence)| variable == Variable::QuantityProduced && confidence >= SURE)
    );
}

#[test]
fn scrap_postings_have_their_sign_turned() {
    let export = rows(
        "Posting Date;Quantity;Amount in LC;Currency;Movement Type Text",
        |row| {
            format!(
                "2023-07-{:02};-{}.000;-{}.24;USD;Scrap:cst cntr",
                row % 28 + 1,
                row + 1,
                row
            )
        },
    );
    let suggestion = suggest(&export.layout(), &export.facts(), &order());
    let best = |index: usize| &suggestion.columns[index].suggestions[0];
    assert_eq!(
        (best(1).variable, &best(1).transform),
        (Variable::QuantityScrap, &Transform::Negate)
    );
    assert_eq!(
        (best(2).variable, &best(2).transform),
        (Variable::ScrapCost, &Transform::Negate)
    );
    assert!(best(1).confidence >= SURE && best(2).confidence >= SURE);
    // A cancellation among them has the other sign and takes off.
    let export = rows("Posting Date;Quantity;Movement Type Text", |row| {
        let sign = if row == 7 { "" } else { "-" };
        format!("2023-07-{:02};{sign}{}.000;Scrap:cst cntr", row % 28 + 1, row + 1)
    });
    let suggestion = suggest(&export.layout(), &export.facts(), &order());
    let best = &suggestion.columns[1].suggestions[0];
    assert_eq!(
        (best.variable, &best.transform),
        (Variable::QuantityScrap, &Transform::Negate)
    );
}

#[test]
fn a_few_values_below_zero_are_not_taken_for_how_an_export_books() {
    let below = |number| {
        let text = (0..number).fold("Posting Date;Order;Scrap Qty".to_owned(), |text, row| {
            format!("{text}\n2025-05-{:02};{};-{}", row % 28 + 1, 4_711 + row, row + 5)
        });
        export(&text).first("Scrap Qty").map(|(_, confidence)| confidence)
    };
    assert!(below(1).is_some_and(|confidence| confidence < SURE));
    assert!(below(19).is_some_and(|confidence| confidence < SURE));
    assert!(below(20).is_some_and(|confidence| confidence >= SURE));
}

#[test]
fn a_plan_that_stands_on_every_row_of_its_order_is_not_added_up() {
    let export = rows("Order;Order Qty;Scrap", |row| {
        format!("W{};{};{}", row / 8, 100 + row / 8, row)
    });
    assert!(
        export
            .first("Order Qty")
            .is_none_or(|(_, confidence)| confidence < WORTH)
    );
    let once = rows("Order;Order Qty;Scrap", |row| format!("W{row};{};{row}", 100 + row));
    assert_eq!(
        once.first("Order Qty").map(|(variable, _)| variable),
        Some(Variable::QuantityPlanned)
    );
}

#[test]
fn states_repeat_quantities_and_mean_categories() {
    let export = rows("recurso;fecha;proceso;incidencia;malas", |row| match row % 2 {
        0 => format!("t48;2025-01-{:02};Producción;;{}", row % 28 + 1, row + 1),
        _ => format!("t48;2025-01-{:02};Incidencia;AVERIA;{row}", row % 28 + 1),
    });
    let suggestion = suggest(&export.layout(), &export.facts(), &order());
    assert!(suggestion.settings.quantities_on_running_rows);
    assert_eq!(suggestion.settings.categories["Producción"], StopCategory::Running);
    assert_eq!(suggestion.settings.categories["AVERIA"], StopCategory::Breakdown);
    assert!(suggestion.columns[4].suggestions[0].confidence < SURE);
}

#[test]
fn an_order_on_each_row_is_no_key_until_a_person_says_so() {
    let single = rows("Work order;Scrap", |row| format!("W{row};{row}"));
    assert!(
        suggest(&single.layout(), &single.facts(), &order())
            .settings
            .key
            .is_empty()
    );
}

#[test]
fn scrap_in_metres_is_confirmed_by_a_person() {
    let confidence = |header: &str| {
        let export = rows(header, |row| format!("{}", row % 7));
        let suggestion = suggest(&export.layout(), &export.facts(), &order());
        suggestion.columns[0].suggestions[0].confidence
    };
    assert!(confidence("Scrap") >= 0.9 && confidence("Scrap (pcs)") >= 0.9);
    assert!(confidence("Scrap/m") < 0.9 && confidence("Scrap [kg]") < 0.9);
}

#[test]
fn a_currency_may_stand_in_the_cells_or_the_name() {
    for (header, cell) in [
        ("Total cost [EUR]", "5.5"),
        ("Total cost", "5,50 €"),
        ("Total cost", "EUR 5.5"),
    ] {
        let export = rows(header, |_| cell.to_owned());
        let suggestion = suggest(&export.layout(), &export.facts(), &order());
        assert_eq!(suggestion.settings.currency.as_deref(), Some("EUR"), "{header} {cell}");
    }
}

#[test]
fn wide_headers_are_weighed_in_time() {
    let header: Vec<String> = (0..2_000).map(|index| format!("some sensor value {index}")).collect();
    let export = export(&format!("{}\n{}", header.join(";"), vec!["1.5"; 2_000].join(";")));
    assert_eq!(
        suggest(&export.layout(), &export.facts(), &order()).columns.len(),
        2_000
    );
}

#[test]
fn minutes_and_seconds_are_told_from_hours_and_minutes_by_start_and_end() {
    let export = |long: fn(usize) -> (usize, usize)| {
        rows("Machine;Start;End;Duration", |row| {
            let (seconds, shown) = long(row);
            let end = 6 * 3_600 + seconds;
            format!(
                "M1;2025-05-{:02} 06:00:00;2025-05-{:02} {:02}:{:02}:{:02};{:02}:{:02}",
                row % 28 + 1,
                row % 28 + 1,
                end / 3_600,
                end / 60 % 60,
                end % 60,
                shown / 60,
                shown % 60
            )
        })
    };
    let transform = |export: &crate::tests::Export| {
        let suggestion = suggest(&export.layout(), &export.facts(), &order());
        let best = &suggestion.columns[3].suggestions[0];
        (best.transform.clone(), best.confidence >= SURE)
    };
    assert_eq!(
        transform(&export(|row| (90 + row, 90 + row))),
        (Transform::Minutes, true)
    );
    assert_eq!(
        transform(&export(|row| ((90 + row) * 60, 90 + row))),
        (Transform::Hours, true)
    );
    let (_, is_sure) = transform(&export(|row| ((90 + row) * 7, 90 + row)));
    assert!(!is_sure, "neither fits");
}

fn outputs(text: &str) -> Vec<String> {
    let file = export(text);
    let made = suggest(&file.layout(), &file.facts(), &order()).outputs;
    let written = made
        .iter()
        .map(|output| format!("{}={}", output.variable.name(), output.source));
    written.collect()
}

#[test]
fn a_day_and_its_time_of_day_are_one() {
    let taken = |text: &str| {
        let decision = export(text).decide(&order()).decision;
        matches!(decision, plant_core::job::Decision::Take { .. })
    };
    let sap = "Auftrag;Maschine;Startdatum;Startzeit;Enddatum;Endzeit;Gutmenge
1;M1;13.05.2025;06:00:00;13.05.2025;14:00:00;480
2;M1;13.05.2025;22:00:00;15.05.2025;06:00:00;900";
    assert_eq!(
        outputs(sap),
        [
            "event_start=date+time:Startdatum|Startzeit",
            "event_end=date+time:Enddatum|Endzeit"
        ]
    );
    assert!(taken(sap));
    // An end before its start: they are not what their names say.
    let wrong = sap.replace("15.05.2025;06:00:00", "13.05.2025;06:00:00");
    assert_eq!(outputs(&wrong), [""; 0]);
    assert!(!taken(&wrong));
    // Another day's time of day is no part of it.
    assert_eq!(
        outputs(&sap.replace("Startdatum", "Buchungsdatum")),
        ["event_end=date+time:Enddatum|Endzeit"]
    );
    // Beside the readings of a counter the only two are its moments, whatever they are called.
    let readings: String = (0..64)
        .map(|row| {
            format!(
                "\n{:02}.05.2025;{:02}:{:02};M1;{}",
                5 + row / 48,
                row / 2 % 24,
                row % 2 * 30,
                18_000 + row * 54
            )
        })
        .collect();
    let log = format!("Datum;Uhrzeit;Maschine;Zählerstand{readings}");
    assert_eq!(outputs(&log), ["event_start=date+time:Datum|Uhrzeit"]);
    assert!(!taken(&log));
    let two = format!(
        "Datum;Uhrzeit;Maschine;Zählerstand;Geprüft um{}",
        readings.replace("\n", ";07:00\n").trim_start_matches(";07:00")
    );
    assert_eq!(
        outputs(&format!("{two};07:00")),
        [""; 0],
        "which of two times it is nobody knows"
    );
    // The order of day and month is asked for as of any date.
    let unsure = sap
        .replace("13.05.2025", "03/05/2025")
        .replace("15.05.2025", "05/05/2025");
    assert!(!taken(&unsure));
}

#[test]
fn what_only_rises_is_the_reading_of_a_counter() {
    let best = |export: &crate::tests::Export, source: &str| {
        let (variable, confidence) = export.first(source).unwrap();
        (variable, (WORTH..SURE).contains(&confidence))
    };
    let at = |row: usize| format!("2025-03-03 {:02}:{:02}", 6 + row / 60, row % 60);
    // By its name, each machine by itself, over a new beginning.
    let head = "Timestamp;Machine;Total Count;Good Qty";
    let counted = |row: usize| match row {
        36.. => (row - 36) / 2 * 7,
        row => 31_000 + 20_000 * (row % 2) + 7 * (row / 2),
    };
    let log = rows(head, |row| {
        format!("{};M{};{};{}", at(row / 2), row % 2, counted(row), 5 + row % 3)
    });
    assert_eq!(best(&log, "Total Count"), (Variable::CounterReading, true));
    assert_eq!(log.first("Good Qty").unwrap().0, Variable::QuantityGood);
    // Its machines apart it would seem to fall all the time.
    let log = rows("Timestamp;Total Count", |row| {
        format!("{};{}", at(row / 2), counted(row))
    });
    assert_ne!(best(&log, "Total Count").0, Variable::CounterReading);
    // Without such a name where it rises for long; energy is a meter.
    let log = rows("Timestamp;Machine;Energy kWh", |row| {
        format!("{};M1;{}.{}", at(row), 13_400 + row, row % 10)
    });
    assert_eq!(best(&log, "Energy kWh"), (Variable::MeterReading, true));
    // The higher it stands the fewer rows are enough, newest first too, and where a column tells meters apart.
    let day = |row: usize| format!("2025-03-{:02}", 1 + row);
    let few = |rows: usize, head: &str, line: &dyn Fn(usize) -> String| {
        let lines: Vec<String> = (0..rows).map(line).collect();
        export(&format!("{head}\n{}\n", lines.join("\n")))
    };
    let kwh = |row: usize| format!("{}.5", 54_000 + 3 * row);
    let log = few(24, "Date;Machine;Energy [kWh]", &|row| {
        format!("{};M1;{}", day(row), kwh(row))
    });
    assert_eq!(best(&log, "Energy [kWh]"), (Variable::MeterReading, true));
    let log = few(24, "Date;Machine;Energy [kWh]", &|row| {
        format!("{};M1;{}", day(23 - row), kwh(23 - row))
    });
    assert_eq!(best(&log, "Energy [kWh]"), (Variable::MeterReading, true));
    let log = few(24, "Date;Machine;Good Qty", &|row| {
        format!("{};M1;{}", day(row), 54_000 + 17 * row)
    });
    assert_eq!(best(&log, "Good Qty"), (Variable::CounterReading, true));
    let log = rows("Timestamp;Meter;Energy kWh", |row| {
        format!("{};Z{};{}", at(row / 2), row % 2, 50_000 * (1 + row % 2) + row)
    });
    assert_eq!(best(&log, "Energy kWh"), (Variable::MeterReading, true));
    // Days of one week that happen to rise, or quantities that hardly differ, are none.
    let week = few(5, "Date;Machine;Good Qty", &|row| {
        format!("{};M1;{}", day(row), 900 + 31 * row)
    });
    assert_eq!(week.first("Good Qty").unwrap().0, Variable::QuantityGood);
    let log = few(30, "Date;Machine;Energy [kWh]", &|row| {
        format!("{};M1;{}", day(row), 100_000 + 1_000 * row)
    });
    assert_eq!(best(&log, "Energy [kWh]"), (Variable::MeterReading, true));
    let rising = few(31, "Date;Machine;Good Qty", &|row| {
        format!("{};M1;{}", day(row), 101 + row)
    });
    assert_eq!(rising.first("Good Qty").unwrap().0, Variable::QuantityGood);
    let even = few(24, "Date;Machine;Good Qty", &|row| {
        format!("{};M1;{}", day(row), 900 + row * 7 % 5)
    });
    assert_eq!(even.first("Good Qty").unwrap().0, Variable::QuantityGood);
    // A list that is sorted by its quantity is none, nor are small numbers that rise.
    let list = rows("Date;Machine;Total Qty", |row| {
        format!("2025-03-{:02};M1;{}", 1 + row * 7 % 28, 100 - row)
    });
    assert_eq!(list.first("Total Qty").unwrap().0, Variable::QuantityProduced);
    let day = rows(head, |row| format!("{};M1;{};5", at(row), [3, 9, 4][row % 3]));
    assert_eq!(day.first("Total Count").unwrap().0, Variable::QuantityProduced);
}

#[test]
fn a_log_of_signals_needs_less_proof() {
    let log = |head: &str, values: &[&str]| {
        let lines = values.iter().enumerate();
        let lines: Vec<String> = lines
            .map(|(at, value)| format!("2025-03-03 13:{:02};{value}", 5 * at))
            .collect();
        export(&format!("{head}\n{}\n", lines.join("\n")))
    };
    let first = |head: &str, values: &[&str]| {
        let column = head.rsplit(';').next().unwrap();
        log(head, values).first(column).unwrap().0
    };
    // A zero in the place of a reading is none, and it may begin anew.
    let energy = ["13400.5", "13412.0", "0.0", "13435.5", "13447.0", "13459.5"];
    assert_eq!(first("Time;L5.Energy kWh", &energy), Variable::MeterReading);
    let pieces = [
        "32100", "32400", "32700", "233", "533", "1133", "1433", "12", "312", "612",
    ];
    assert_eq!(first("Time;PLC1/Good Qty", &pieces), Variable::CounterReading);
    // The columns that a pivot made are signals whatever they are called.
    let pivoted = plant_core::job::IngestOrder {
        shape: Some(plant_core::profile::Shape {
            pivot: Some(plant_core::profile::Pivot {
                name: "Tag".to_owned(),
                value: "Value".to_owned(),
            }),
            ..plant_core::profile::Shape::default()
        }),
        ..crate::tests::order()
    };
    let file = log("Time;Energy kWh", &energy);
    let weighed = weigh(
        plant_core::table::Form::Delimited,
        &file.facts(),
        &pivoted,
        &Settings::default(),
    );
    assert_eq!(weighed.columns[1][0].variable, Variable::MeterReading);
    // Neither what is called otherwise, nor what goes up and down or stands low.
    assert_eq!(first("Time;Energy kWh", &energy), Variable::EnergyUsed);
    assert_eq!(first("Time;Act.Energy kWh", &energy), Variable::EnergyUsed);
    assert_eq!(
        first("Time;L5.Good Qty", &["40", "44", "41", "47", "43", "49"]),
        Variable::QuantityGood
    );
    assert_eq!(
        first("Time;L5.Good Qty", &["1", "2", "3", "4", "5", "6"]),
        Variable::QuantityGood
    );
}

#[test]
fn what_rises_in_long_runs_and_begins_anew_is_the_reading_of_a_counter() {
    let of = |head: &str, count: usize, line: &dyn Fn(usize) -> String| {
        let lines: Vec<String> = (0..count).map(line).collect();
        let file = export(&format!("{head}\n{}\n", lines.join("\n")));
        let column = head.rsplit(';').next().unwrap();
        file.first(column).unwrap().0
    };
    use Variable::{CounterReading, EnergyUsed, MeterReading, QuantityGood};
    let day = |row: usize| format!("2025-{:02}-{:02}", 1 + row / 28, 1 + row % 28);
    let hours = "Timestamp;Machine;Good Qty";
    // With each shift of eight hours, newest first too, and with each order.
    let shift = |row: usize| {
        format!(
            "{} {:02}:00;M1;{}",
            day(row / 16),
            6 + row % 16,
            (1 + row % 8) * 120 + row % 5
        )
    };
    assert_eq!(of(hours, 64, &shift), CounterReading);
    assert_eq!(of(hours, 64, &|row| shift(63 - row)), CounterReading);
    let orders = |row: usize| {
        format!(
            "{} {:02}:00;M1;O{};{}",
            day(row / 12),
            6 + row % 12,
            row / 12,
            (1 + row % 12) * 50
        )
    };
    assert_eq!(of("Timestamp;Machine;Order;Good Qty", 72, &orders), CounterReading);
    // Where the time of day, or the hour, stands in a column of its own.
    let time = |row: usize| format!("{};{:02}:{:02}", day(row / 48), row / 2 % 24, row % 2 * 30);
    let rising = |row: usize| 18_000 + row * 54 + row % 7;
    let by_time = |row: usize| format!("{};M1;{}", time(row), rising(row));
    assert_eq!(of("Datum;Uhrzeit;Maschine;Gutmenge", 64, &by_time), CounterReading);
    let of_energy = |row: usize| format!("{};M1;{}.5", time(row), rising(row));
    assert_eq!(of("Datum;Uhrzeit;Maschine;Energie kWh", 64, &of_energy), MeterReading);
    let by_hour = |row: usize| format!("{};{};M1;{}", day(row / 24), row % 24, rising(row));
    assert_eq!(of("Date;Hour;Machine;Good Qty", 64, &by_hour), CounterReading);
    let made = |row: usize| format!("{};M1;{}", time(row), 40 + row * 29 % 23);
    assert_eq!(of("Datum;Uhrzeit;Maschine;Gutmenge", 64, &made), QuantityGood);
    // A meter that rolls over or is exchanged once, by days.
    let energy = "Date;Machine;Energy kWh";
    let rolls = |row: usize| format!("{};M1;{}", day(row), (98_000 + row * 800) % 100_000);
    assert_eq!(of(energy, 40, &rolls), MeterReading);
    let exchanged = |to: usize| {
        move |row: usize| {
            format!(
                "{};M1;{}",
                day(row),
                if row < 20 {
                    300_000 + row * 800
                } else {
                    to + (row - 20) * 800
                }
            )
        }
    };
    assert_eq!(of(energy, 40, &exchanged(5)), MeterReading);
    assert_eq!(of(energy, 40, &exchanged(150_000)), MeterReading);
    assert_eq!(
        of(energy, 31, &|row| format!("{};M1;{}", day(row), 20_000 + row * 700)),
        MeterReading
    );

    // What is made in a time: a week that rises with nothing on Sundays, shifts that speed up, several machines in a good
    // week, energy that grows by a few per cent a day, scrap that comes and goes.
    let weeks = |row: usize| {
        format!(
            "{};M1;{}",
            day(row),
            if row.is_multiple_of(7) { 0 } else { 900 + row % 7 * 31 }
        )
    };
    assert_eq!(of("Date;Machine;Good Qty", 56, &weeks), QuantityGood);
    let speeds = |row: usize| format!("{} {:02}:00;M1;{}", day(row / 16), 6 + row % 16, 400 + row % 8 * 20);
    assert_eq!(of(hours, 64, &speeds), QuantityGood);
    let machines = |row: usize| format!("{};M{};{}", day(row / 6), row % 6, 1000 + row % 6 * 100 + row / 6 * 20);
    assert_eq!(of("Date;Machine;Good Qty", 48, &machines), QuantityGood);
    let grows = |row: usize| format!("{};M1;{}", day(row), (50_000.0 * 1.03_f64.powi(row as i32)) as u64);
    assert_eq!(of(energy, 40, &grows), EnergyUsed);
    let scrap = |row: usize| {
        format!(
            "{} {:02}:00;M1;{}",
            day(row / 16),
            6 + row % 16,
            [0, 1, 2, 4, 1, 0, 3][row % 7]
        )
    };
    assert_eq!(of(hours, 64, &scrap), QuantityGood);
}

#[test]
fn a_header_in_two_lines_is_none_with_units() {
    let steps = |head: &str| {
        let file = export(&format!("{head}\n2025-03-03;410;3\n2025-03-04;402;5\n2025-03-05;399;2"));
        suggest(&file.layout(), &file.facts(), &order()).shape.units_row
    };
    assert_eq!(steps("Date;Quantity;Energy\n;[pcs];[kWh]"), 1);
    assert_eq!(
        steps("Date;Quantity;column_3\n;Good;Scrap"),
        0,
        "it names what has no name above"
    );
}
