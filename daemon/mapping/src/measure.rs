//! Columns that no variable takes and that measure something: numbers with a name and flags of failure modes.
//!
//! Invariants: nothing is made of what could be a variable and was refused, of identifiers, codes, dates and running
//! numbers, of money and pieces, nor of numbers that can be read in two ways; a person's word goes before all of it, except
//! that what can be read in two ways is asked.

use std::sync::Arc;

use plant_core::header::skeleton;
use plant_core::job::IngestOrder;
use plant_core::measure::{Home, MEASURES_MOST, Measure, MeasureKind};
use plant_core::profile::{Profile, ProfileColumn};
use plant_core::table::Form;
use plant_core::variable::Variable;
use plant_core::words::counted;
use plant_lexicon::units::{self, Quantity};
use plant_lexicon::{is_mark, measures};

use crate::facts::{Column, ColumnFacts};
use crate::reading::{ColumnReading, Reading};
use crate::suggest::WORTH;
use crate::synonyms::{self, Name, matches};

/// Per column of the file what it measures, where a profile leaves it unmapped; and how many further ones there would be.
pub(crate) fn find(profile: &Profile, facts: &ColumnFacts, reading: &Reading) -> (Vec<Option<MeasureKind>>, usize) {
    let fails = profile.feeds(Variable::IsFailure);
    let mut taken: Vec<(MeasureKind, String, String)> = Vec::new();
    let mut left_out = 0;
    let kinds = facts.columns.iter().enumerate().map(|(index, column)| {
        let kind = kind(profile, column, facts.rows, reading.column(index), fails)?;
        let measure = of(&column.source, kind);
        // Two columns of one name and unit are not told apart by it, and figures ask for it whatever the case.
        let (name, unit) = (measure.name.to_lowercase(), measure.unit.to_lowercase());
        let same = (kind, name, unit);
        if !measure.is_sound() || taken.contains(&same) {
            return None;
        }
        if taken.len() == MEASURES_MOST {
            left_out += 1;
            return None;
        }
        taken.push(same);
        Some(kind)
    });
    (kinds.collect(), left_out)
}

/// A sentence where a file has more measures than are kept.
pub(crate) fn left_out(profile: &Profile, facts: &ColumnFacts, form: Form, order: &IngestOrder) -> Option<String> {
    let (_, left_out) = find(profile, facts, &Reading::by(profile, facts, form, order));
    let columns = counted(left_out as u64, "further column measures", "further columns measure");
    (left_out > 0).then(|| {
        format!(
            "{columns} something and stays text: of one file {MEASURES_MOST} process values and failure modes are kept, \
             those that stand first."
        )
    })
}

/// What a column of that name measures.
pub(crate) fn of(source: &str, kind: MeasureKind) -> Measure {
    let (rest, unit) = match kind {
        MeasureKind::ProcessValue => synonyms::split(source),
        MeasureKind::FailureMode => (source.to_owned(), None),
    };
    let spaced: String = rest.chars().map(|c| if c == '_' { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    Measure {
        kind,
        name: words.join(" "),
        unit: unit.unwrap_or_default(),
    }
}

/// The same for whoever keeps one for all rows.
pub(crate) fn shared(source: &str, kind: MeasureKind) -> Arc<Measure> {
    Arc::new(of(source, kind))
}

fn kind(profile: &Profile, column: &Column, rows: u64, how: ColumnReading, fails: bool) -> Option<MeasureKind> {
    let mapped = profile.column(&column.source);
    if mapped.is_some_and(|mapped| mapped.variable.is_some()) || how.number_ambiguous {
        return None;
    }
    match mapped.and_then(|mapped| mapped.home) {
        Some(Home::Extra) => return None,
        Some(Home::ProcessValue) => return Some(MeasureKind::ProcessValue),
        Some(Home::FailureMode) => return Some(MeasureKind::FailureMode),
        None => {}
    }
    if !is_free(profile, &column.source) {
        return None;
    }
    if is_failure_mode(column) {
        return fails.then_some(MeasureKind::FailureMode);
    }
    is_process_value(column, rows).then_some(MeasureKind::ProcessValue)
}

/// Whether a column that is not mapped may measure something by itself.
fn is_free(profile: &Profile, source: &str) -> bool {
    let name = skeleton(source);
    let mut ignored = profile.settings.ignore.iter();
    !(profile.is_part(source) || is_mark(&name) || ignored.any(|ignored| skeleton(ignored) == name))
}

/// The columns of a profile that say something of a line which is said nowhere else: what counts ([`Profile::counting`]),
/// and what measures something by its name, whatever its cells are.
pub fn telling(profile: &Profile) -> Vec<String> {
    let fails = profile.feeds(Variable::IsFailure);
    let measures = |column: &&ProfileColumn| {
        let name = synonyms::name(&column.source);
        let is_named = says(&name) || (fails && measures::is_failure_mode(&name.words));
        column.variable.is_none() && column.home.is_none() && is_named && is_free(profile, &column.source)
    };
    let by_name = profile.columns.iter().filter(measures);
    let mut all = profile.counting();
    all.extend(by_name.map(|column| column.source.clone()));
    all
}

/// Flags of a failure mode, by the name and the cells.
fn is_failure_mode(column: &Column) -> bool {
    let bits = |value: &String| matches!(value.as_str(), "0" | "1");
    measures::is_failure_mode(&column.name.words)
        && column.filled > 0
        && column.distinct_complete
        && column.distinct.keys().all(bits)
}

/// Numbers with a unit, or with a name that says what a machine shows.
fn is_process_value(column: &Column, rows: u64) -> bool {
    let numbers = &column.numbers;
    let all_numbers = column.filled > 0 && numbers.numbers == column.filled;
    let is_number_of = column.leading_zeros > 0 || column.numbers_rows(rows) || numbers.damaged > 0;
    if !all_numbers || is_number_of || column.dates.dates() + column.dates.clocks > 0 {
        return false;
    }
    says(&column.name)
}

/// Whether a name says what a machine shows, with a unit or by itself.
fn says(name: &Name) -> bool {
    let unit = name.unit.as_deref().and_then(units::header);
    let is_named = measures::is_process_value(&name.words);
    let says = match unit.map(|unit| unit.quantity) {
        // What is money or pieces is a variable or nothing.
        Some(Quantity::Money | Quantity::Count) => false,
        Some(Quantity::Time) if measures::is_moment(&name.words) => false,
        Some(_) => true,
        None => is_named,
    };
    // What goes by the name of a variable and is none was refused for a reason.
    let speaks_for = matches(name);
    let could_be = speaks_for.first().filter(|best| best.score >= WORTH);
    says && could_be.is_none_or(|best| is_named && !best.exact)
}

#[cfg(test)]
mod tests {
    use plant_core::job::Decision;

    use super::*;
    use crate::plan;
    use crate::tests::{export, order};

    /// What each column measures by the profile that the daemon makes, as labels.
    fn measured(text: &str) -> Vec<(String, MeasureKind)> {
        let file = export(text);
        let head = crate::decide(&file.layout(), &file.facts(), &order());
        let profile = match head.decision {
            Decision::Take { profile, .. } => *profile,
            held => panic!("{held:?}"),
        };
        let plan = plan::of(&profile, &file.layout(), &file.facts(), &order());
        let kinds = file.layout().header.clone().into_iter().zip(plan.columns);
        kinds
            .filter_map(|(source, column)| Some((of(&source, column.measure?).label(), column.measure?)))
            .collect()
    }

    fn names(text: &str) -> Vec<String> {
        measured(text).into_iter().map(|(label, _)| label).collect()
    }

    const BASE: &str = "Order;Date;Machine;Good Qty";

    fn with(columns: &str, cells: [&str; 3]) -> Vec<String> {
        let rows: Vec<String> = cells
            .iter()
            .zip(1..)
            .map(|(cells, row)| format!("A{row};2025-03-2{row};M{};{};{cells}", row % 2, row * 5))
            .collect();
        names(&format!("{BASE};{columns}\n{}\n", rows.join("\n")))
    }

    #[test]
    fn a_number_with_a_name_and_a_unit_is_a_process_value() {
        assert_eq!(
            with(
                "Torque [Nm];Hydraulic_Pressure(bar);Coolant_Temperature",
                ["42.8;71.04;25.6", "46.3;125.33;35.3", "49.4;71.12;24.1"]
            ),
            ["Torque [Nm]", "Hydraulic Pressure [bar]", "Coolant Temperature"]
        );
    }

    #[test]
    fn nothing_is_made_of_what_is_no_measured_number() {
        for (column, cells) in [
            ("Toll [EUR]", ["4.5", "5.5", "6.5"]),
            ("Torque [Nm]", ["42.8", "n/m", "46.3"]),
            ("Torque [Nm]", ["0042", "0043", "0044"]),
            ("Time_ms", ["45719250000.5", "45719253472.2", "45719256944.4"]),
            ("Serial", ["81234", "81235", "81236"]),
            ("Batch type", ["1", "1", "2"]),
            ("TWF", ["0", "1", "0"]),
        ] {
            assert_eq!(with(column, cells), [""; 0], "{column}");
        }
    }

    #[test]
    fn a_flag_of_a_mode_needs_a_mark_of_failures_beside_it() {
        let text = "Machine;Date;Good Qty;Machine failure;TWF;HDF\nM1;2025-03-21;5;1;1;0\nM2;2025-03-22;6;0;0;0\n\
                    M1;2025-03-23;7;1;0;1\n";
        let found = measured(text);
        let modes = |name: &str| (name.to_owned(), MeasureKind::FailureMode);
        assert_eq!(found, [modes("TWF"), modes("HDF")]);
    }

    #[test]
    fn two_columns_of_one_name_in_two_units_are_two() {
        assert_eq!(
            with(
                "Air [°C];Air [K];air [K]",
                ["20.5;293.6;1.5", "21.5;294.6;2.5", "22.5;295.6;3.5"]
            ),
            ["Air [°C]", "Air [K]"]
        );
    }

    #[test]
    fn what_says_something_of_a_line_is_what_counts_and_what_measures() {
        let steps = r#"{"counter":["meter_reading"],"intervals":"state"}"#;
        let column = |source: &str, variable: Option<Variable>| ProfileColumn {
            source: source.to_owned(),
            variable,
            home: None,
            transform: plant_core::profile::Transform::None,
            required: false,
        };
        let columns = vec![
            column("Machine", Some(Variable::Machine)),
            column("Good", Some(Variable::QuantityGood)),
            column("Meter", Some(Variable::MeterReading)),
            column("Zustand", Some(Variable::StopCategory)),
            column("Torque [Nm]", None),
            column("Remark", None),
            column("Pieces", None),
        ];
        let mut profile = Profile {
            profile_id: plant_core::ids::ProfileId(uuid::Uuid::nil()),
            name: "p".to_owned(),
            version: 1,
            header_fingerprint: String::new(),
            shape: plant_core::profile::Shape::default(),
            columns,
            outputs: Vec::new(),
            series_steps: serde_json::from_str(steps).unwrap(),
            settings: plant_core::profile::Settings::default(),
            archived: false,
            approved: true,
        };
        assert_eq!(telling(&profile), ["Good", "Meter", "Zustand", "Torque [Nm]"]);
        profile.settings.ignore = vec!["Torque [Nm]".to_owned()];
        profile.series_steps = plant_core::profile::SeriesSteps::default();
        assert_eq!(
            telling(&profile),
            ["Good"],
            "a reading that no step reads is no quantity"
        );
    }
}
