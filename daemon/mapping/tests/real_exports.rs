//! Real exports of plants through scan, decision and typing; skipped in words where the data is not beside the project.

#![cfg(test)]

use std::collections::BTreeMap;

use plant_core::header::fingerprint;
use plant_core::ids::{OrgId, ProfileId};
use plant_core::job::{Decision, IngestHead, IngestOrder, Refusal};
use plant_core::profile::Profile;
use plant_core::record::{Record, Value};
use plant_core::state::ReasonCode;
use plant_core::table::{Form, Layout, Problem};
use plant_core::variable::Variable;
use plant_mapping::{ColumnFacts, Overrides, Typed, Typer, TyperEnd};
use rust_decimal::Decimal;

struct Export {
    header: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
    delimiter: char,
}

fn facts(export: &Export) -> ColumnFacts {
    let Ok(looked) = plant_mapping::look(&export.header, None, |each| {
        for (_, row) in &export.rows {
            each(&row.iter().map(String::as_str).collect::<Vec<_>>());
        }
        Ok::<_, std::convert::Infallible>(())
    });
    looked.facts
}

fn data(path: &str) -> Option<Vec<u8>> {
    plant_need::export(path)
}

/// A plain splitter for well-formed files: quotes, doubled quotes, one header line.
fn split(bytes: &[u8], delimiter: char) -> Export {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // windows-1252 as far as these files use it.
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c if c == delimiter && !quoted => row.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    let header: Vec<String> = rows
        .remove(0)
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            if name.is_empty() {
                format!("column_{}", index + 1)
            } else {
                name
            }
        })
        .collect();
    let rows = rows.into_iter().zip(2..).map(|(row, line)| (line, row)).collect();
    Export {
        header,
        rows,
        delimiter,
    }
}

fn open(path: &str, delimiter: char) -> Option<Export> {
    Some(split(&data(path)?, delimiter))
}

fn order(name: &str, zone: &str) -> IngestOrder {
    IngestOrder {
        org_id: OrgId(uuid::Uuid::nil()),
        name: name.to_owned(),
        folder: String::new(),
        zone: zone.to_owned(),
        says: Default::default(),
        currency: None,
        profiles: Vec::new(),
        forced_profile: None,
        hints: Default::default(),
        shape: None,
        today: chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
        operators: None,
        learned: Default::default(),
        base: None,
    }
}

struct Outcome {
    head: IngestHead,
    records: Vec<Record>,
    quarantined: Vec<Problem>,
    remarks: Vec<Problem>,
    end: TyperEnd,
}

fn layout(export: &Export) -> Layout {
    Layout {
        form: Form::Delimited,
        encoding: "utf-8".to_owned(),
        bom: false,
        delimiter: Some(export.delimiter),
        quote: Some('"'),
        header_line: Some(1),
        sheet: None,
        twins: Vec::new(),
        sheets: Vec::new(),
        header: export.header.clone(),
        written: Vec::new(),
        preamble: Vec::new(),
        confidence: 1.0,
        notes: Vec::new(),
        date_1904: false,
    }
}

/// Decides, and takes the rows in by the decided profile, or by the suggestion as a person accepts it.
fn run(export: &Export, order: &IngestOrder, sets: &[&str]) -> Outcome {
    let facts = facts(export);
    let layout = layout(export);
    let mut head = plant_mapping::decide(&layout, &facts, order);
    let profile: Profile = match &head.decision {
        Decision::Take { profile, .. } if sets.is_empty() => (**profile).clone(),
        _ => {
            let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
            let suggestion = head.suggestion.clone().unwrap();
            let id = ProfileId(uuid::Uuid::nil());
            let profile = plant_mapping::build("p", id, 1, &layout, &suggestion, &sets, &Overrides::default()).unwrap();
            let forced = IngestOrder {
                forced_profile: Some(profile.clone()),
                ..order.clone()
            };
            let again = plant_mapping::decide(&layout, &facts, &forced);
            assert!(
                matches!(again.decision, Decision::Take { is_new: false, .. }),
                "{:?}",
                again.decision
            );
            if !matches!(head.decision, Decision::Refuse(Refusal::Hold(_))) {
                head = again;
            }
            profile
        }
    };
    let mut typer = Typer::new(&profile, &layout, &facts, order).unwrap();
    let mut outcome = Outcome {
        head,
        records: Vec::new(),
        quarantined: Vec::new(),
        remarks: Vec::new(),
        end: TyperEnd::default(),
    };
    for (line, row) in &export.rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        match typer.row(*line, &cells) {
            Typed::Record(record, remarks) => {
                outcome.records.push(record);
                outcome.remarks.extend(remarks);
            }
            Typed::Quarantine(problem) => outcome.quarantined.push(problem),
        }
    }
    outcome.end = typer.finish();
    outcome
}

impl Outcome {
    fn sum(&self, variable: Variable) -> Decimal {
        self.records
            .iter()
            .filter_map(|record| record.number(variable))
            .sum::<Decimal>()
            .normalize()
    }

    fn mapped(&self, source: &str) -> Option<Variable> {
        self.head
            .columns
            .iter()
            .find(|column| column.source == source)
            .and_then(|column| column.variable)
    }

    fn held(&self) -> Option<ReasonCode> {
        match &self.head.decision {
            Decision::Refuse(Refusal::Hold(reason)) => Some(reason.code),
            _ => None,
        }
    }

    fn by(&self, variable: Variable) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for record in &self.records {
            *counts
                .entry(record.text(variable).unwrap_or("").to_owned())
                .or_default() += 1;
        }
        counts
    }

    fn flags(&self, variable: Variable) -> usize {
        self.records
            .iter()
            .filter(|record| record.get(variable) == Some(&Value::Flag(true)))
            .count()
    }
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn ai4i_flags_failures_and_leaves_sensors_alone() {
    let Some(export) = open("o01_ai4i2020/ai4i2020_tab.csv", '\t') else {
        return;
    };
    let outcome = run(&export, &order("ai4i2020_tab.csv", "UTC"), &[]);
    assert_eq!(outcome.held(), Some(ReasonCode::ProfileNeeded));
    assert_eq!(outcome.records.len(), 10_000);
    assert_eq!(outcome.flags(Variable::IsFailure), 339);
    for sensor in [
        "Torque [Nm]",
        "Tool wear [min]",
        "Air temperature [K]",
        "Rotational speed [rpm]",
        "UDI",
    ] {
        assert_eq!(outcome.mapped(sensor), None, "{sensor}");
    }
}

#[test]
fn work_orders_with_destroyed_dates_are_held_and_add_up() {
    let Some(export) = open("o02_adventureworks/Production.WorkOrder.csv", ',') else {
        return;
    };
    let outcome = run(&export, &order("Production.WorkOrder.csv", "UTC"), &[]);
    assert_eq!(outcome.held(), Some(ReasonCode::ProfileNeeded));
    let column = outcome
        .head
        .columns
        .iter()
        .find(|column| column.source == "StartDate")
        .unwrap();
    assert_eq!(
        (column.variable, column.why.as_str()),
        (None, "dates destroyed: every cell is 00:00.0")
    );
    assert_eq!(outcome.records.len(), 72_591);
    assert_eq!(outcome.sum(Variable::QuantityGood), number("4497070"));
    assert_eq!(outcome.sum(Variable::QuantityScrap), number("10651"));
    assert_eq!(outcome.sum(Variable::QuantityProduced), number("4507721"));
    assert_eq!(outcome.sum(Variable::QuantityPlanned), number("4507721"));
    let scrapped = outcome
        .records
        .iter()
        .filter(|r| r.number(Variable::QuantityScrap).is_some_and(|n| !n.is_zero()));
    assert_eq!(scrapped.count(), 729);
    assert!(outcome.records.iter().all(|record| record.day.is_none()));
}

#[test]
fn process_mining_events() {
    let Some(export) = open("o03_process_mining/production_data.csv", ',') else {
        return;
    };
    let outcome = run(&export, &order("production_data.csv", "UTC"), &[]);
    assert_eq!(outcome.records.len(), 4_543);
    assert_eq!(outcome.sum(Variable::QuantityGood), number("92519"));
    assert_eq!(outcome.sum(Variable::QuantityScrap), number("593"));
    assert_eq!(outcome.mapped("Work Order Qty"), None);
    assert_eq!(outcome.mapped("Rework"), None);
    let busy: i64 = outcome
        .records
        .iter()
        .filter_map(
            |record| match (record.get(Variable::EventStart), record.get(Variable::EventEnd)) {
                (Some(Value::Time(start)), Some(Value::Time(end))) => Some((*end - *start).num_seconds()),
                _ => None,
            },
        )
        .sum();
    assert_eq!(busy, 50_121_660);
    let damaged = outcome.records.iter().find(|record| record.line == 929).unwrap();
    assert_eq!(damaged.number(Variable::Duration), Some(number("92940")));
    assert_eq!(
        outcome
            .remarks
            .iter()
            .filter(|remark| remark.code == "zero_length")
            .count(),
        9
    );
    assert_eq!(outcome.by(Variable::Machine).len(), 31);
}

#[test]
fn steel_energy_day_first_and_midnight_closing() {
    let Some(export) = open("o06_steel_energy/Steel_industry_data.csv", ',') else {
        return;
    };
    let outcome = run(&export, &order("Steel_industry_data.csv", "Asia/Seoul"), &[]);
    assert_eq!(outcome.held(), None, "{:?}", outcome.head.decision);
    assert_eq!(outcome.records.len(), 35_040);
    assert_eq!(outcome.sum(Variable::EnergyUsed), number("959636.71"));
    assert_eq!(outcome.sum(Variable::Emissions), number("403.81"));
    assert_eq!(outcome.by(Variable::EnergyTariff)["Light_Load"], 18_072);
    let mut per_day: BTreeMap<_, usize> = BTreeMap::new();
    for record in &outcome.records {
        *per_day.entry(record.day.unwrap()).or_default() += 1;
    }
    assert_eq!(per_day.len(), 365);
    assert!(per_day.values().all(|count| *count == 96));
    assert_eq!(outcome.end.first_day.unwrap().to_string(), "2018-01-01");
    assert!(outcome.records.is_sorted_by_key(|record| record.ts));
}

#[test]
fn spanish_runs_and_incidents_count_scrap_once() {
    for path in [
        "o07_es_mes/export_2025_completo.csv",
        "o07_es_mes/export_2025_completo.cp1252.csv",
    ] {
        let Some(export) = open(path, ',') else { return };
        let outcome = run(&export, &order("export_2025_completo.csv", "Europe/Madrid"), &[]);
        assert_eq!(outcome.held(), Some(ReasonCode::LowConfidence));
        assert_eq!(outcome.records.len(), 7_750);
        assert_eq!(outcome.sum(Variable::QuantityScrap), number("10867"));
        assert_eq!(outcome.sum(Variable::QuantityProduced), number("1115819"));
        // Made less scrapped, but for rows that scrap more than they made: there nothing is derived.
        assert_eq!(outcome.sum(Variable::QuantityGood), number("1106202"));
        assert!(
            outcome
                .remarks
                .iter()
                .any(|remark| remark.code == "scrap_exceeds_produced")
        );
        assert_eq!(
            outcome
                .remarks
                .iter()
                .filter(|remark| remark.code == "end_uncertain")
                .count(),
            11
        );
        let hours = |category: &str| {
            let seconds: Decimal = outcome
                .records
                .iter()
                .filter(|record| record.text(Variable::StopCategory) == Some(category))
                .filter_map(|record| record.number(Variable::Duration))
                .sum();
            (seconds / Decimal::from(3600)).round_dp(2)
        };
        assert_eq!(hours("running"), number("12948.92"));
        let categories = outcome.by(Variable::StopCategory);
        assert_eq!(categories["running"], 2_514);
        // AVERIA and PARADA ROBOT.
        assert_eq!(categories["breakdown"], 332 + 628);
        let rolled = outcome
            .end
            .warnings
            .iter()
            .find(|problem| problem.code == "rolled_midnight")
            .unwrap();
        assert!(rolled.text.starts_with("886 rows"), "{}", rolled.text);
        assert!(
            outcome
                .records
                .iter()
                .any(|record| record.text(Variable::ProductCode) == Some("06700"))
        );
        assert_eq!(outcome.end.first_day.unwrap().to_string(), "2025-01-06");
        assert_eq!(outcome.end.last_day.unwrap().to_string(), "2026-04-08");
    }
}

#[test]
fn german_packing_in_three_spellings() {
    let mut prints = std::collections::BTreeSet::new();
    for (path, rows, good, scrap) in [
        ("o08_de_mes_packing/2025-08-07_utf8.csv", 49, "132000", "20041"),
        ("o08_de_mes_packing/2025-08-07_cp1252_crlf.csv", 49, "132000", "20041"),
        ("o08_de_mes_packing/2025-08-06_umlauts_lost.csv", 18, "60032", "6545"),
    ] {
        let Some(export) = open(path, ';') else { return };
        let outcome = run(&export, &order(path, "Europe/Berlin"), &[]);
        assert_eq!(outcome.records.len(), rows);
        assert_eq!(outcome.sum(Variable::QuantityGood), number(good));
        assert_eq!(outcome.sum(Variable::QuantityScrap), number(scrap));
        assert_eq!(outcome.sum(Variable::QuantityProduced), number(good) + number(scrap));
        assert_eq!(outcome.mapped("Prod.Zeit(Min.)"), Some(Variable::Duration));
        let minutes = (outcome.sum(Variable::Duration) / Decimal::from(60)).round_dp(4);
        assert_eq!(minutes, number(if rows == 49 { "1167.4667" } else { "625.95" }));
        // One profile reads all three, whatever became of the umlaut.
        prints.insert(fingerprint(&export.header));
    }
    assert_eq!(prints.len(), 1);
}

#[test]
fn garments_with_a_damaged_first_date() {
    let Some(export) = open("o11_garments/garments_worker_productivity.csv", ',') else {
        return;
    };
    let outcome = run(&export, &order("garments_worker_productivity.csv", "Asia/Dhaka"), &[]);
    assert_eq!(outcome.records.len(), 1_197);
    assert_eq!(outcome.mapped("actual_productivity"), None);
    assert_eq!(outcome.mapped("over_time"), None);
    let lines = outcome.by(Variable::Line);
    assert_eq!((lines["sweing"], lines["finishing"]), (691, 506));
    assert_eq!(outcome.end.first_day.unwrap().to_string(), "2015-01-01");
    assert_eq!(outcome.records[0].day, None);
    assert_eq!(
        outcome
            .remarks
            .iter()
            .filter(|remark| remark.code == "implausible_date")
            .count(),
        1
    );
    assert!(
        outcome
            .records
            .iter()
            .filter(|record| record.get(Variable::WorkerCount).is_some())
            .count()
            == 1_197
    );
}

#[test]
fn german_load_profile_is_power() {
    let Some(export) = open("o14_de_lastgang/Lastgang.csv", ';') else {
        return;
    };
    let outcome = run(&export, &order("Lastgang.csv", "Europe/Vienna"), &[]);
    assert_eq!(outcome.held(), Some(ReasonCode::LowConfidence));
    assert_eq!(outcome.records.len(), 35_040);
    assert_eq!(outcome.sum(Variable::EnergyUsed), number("11063493.75"));
    assert_eq!(outcome.end.first_day.unwrap().to_string(), "2022-01-01");
    assert_eq!(outcome.end.last_day.unwrap().to_string(), "2022-12-31");
    // Every quarter of an hour of the year once, the hour of the clock change included.
    let mut times: Vec<_> = outcome.records.iter().map(|record| record.ts.unwrap()).collect();
    times.sort();
    let doubled = times.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert_eq!(doubled, 0);
}

#[test]
fn french_interventions_in_every_shape() {
    let Some(export) = open("o15_fr_gmao/interventions_2024.csv", ',') else {
        return;
    };
    let outcome = run(&export, &order("interventions_2024.csv", "Europe/Paris"), &[]);
    assert_eq!(outcome.records.len(), 5_000);
    assert_eq!(
        outcome.sum(Variable::Duration),
        number("118641.45") * Decimal::from(3600)
    );
    assert_eq!(outcome.by(Variable::Machine).len(), 50);
    assert!(outcome.records.iter().all(|record| record.day.is_some()));
}

#[test]
fn machining_downtime_labels_are_failures() {
    let Some(export) = open("o20_machining_downtime/downtime.csv", ',') else {
        return;
    };
    let outcome = run(&export, &order("downtime.csv", "UTC"), &[]);
    assert_eq!(outcome.held(), Some(ReasonCode::ProfileNeeded));
    assert_eq!(outcome.records.len(), 2_500);
    assert_eq!(outcome.flags(Variable::IsFailure), 1_265);
    assert_eq!(outcome.end.first_day.unwrap().to_string(), "2021-11-24");
    assert_eq!(outcome.end.last_day.unwrap().to_string(), "2022-07-03");
    for sensor in ["Torque(Nm)", "Cutting(kN)", "Voltage(volts)", "Hydraulic_Pressure(bar)"] {
        assert_eq!(outcome.mapped(sensor), None, "{sensor}");
    }
}

#[test]
fn plc_log_by_milliseconds_and_its_damaged_copy() {
    let Some(export) = open("o17_plc_telemetry/Production.csv", ',') else {
        return;
    };
    let outcome = run(&export, &order("Production.csv", "UTC"), &[]);
    assert_eq!(outcome.mapped("Timestamp"), Some(Variable::EventStart));
    assert_eq!(
        outcome.records[0].ts.unwrap().to_rfc3339(),
        "2018-01-19T09:58:40.018+00:00"
    );
    let Some(export) = open("o17_plc_telemetry/Prod.csv", ',') else {
        return;
    };
    let head = plant_mapping::decide(&layout(&export), &facts(&export), &order("Prod.csv", "UTC"));
    assert_eq!(head.columns[0].variable, None);
    assert!(
        head.columns[0].why.starts_with("digits lost"),
        "{}",
        head.columns[0].why
    );
}

#[test]
fn other_real_files_never_panic() {
    for (path, delimiter) in [
        ("o04_azure_pdm/PdM_errors.csv", ','),
        ("o04_azure_pdm/PdM_failures.csv", ','),
        ("o04_azure_pdm/PdM_machines.csv", ','),
        ("o04_azure_pdm/PdM_maint.csv", ','),
        ("o07_es_mes/ciclos.csv", ','),
        ("o10_spc_textbook/orangejuice.csv", ','),
        ("o10_spc_textbook/pistonrings.csv", ','),
        ("o18_wire_cutting_oee/oee.csv", ','),
        ("o19_cast_house_cost/Cast_house.csv", ','),
        ("o19_cast_house_cost/Cast_House_Consumable.csv", ','),
        ("o19_cast_house_cost/Process_Analysis.csv", ','),
        ("o19_cast_house_cost/Production.csv", ','),
    ] {
        let Some(export) = open(path, delimiter) else { return };
        let outcome = run(&export, &order(path, "UTC"), &["NONE"][..0]);
        assert_eq!(
            outcome.records.len() + outcome.quarantined.len(),
            export.rows.len(),
            "{path}"
        );
    }
}
