//! Values of rows as programs read them: numbers as JSON numbers, where the variable is one.

use plant_core::model::{FindingView, RecordView, SavingsView};
use plant_core::variable::{Kind, Variable};
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::subject::Listed;
use crate::widget::table::{Cell, Column};

/// A view whose values of rows are typed when it is printed as JSON.
pub struct Typed<T>(pub T);

impl<T> From<T> for Typed<T> {
    fn from(view: T) -> Self {
        Typed(view)
    }
}

/// Lets the values of rows inside a view's JSON become numbers.
pub trait Values {
    /// Each object of values, by the name of its variable.
    fn each(json: &mut Value, change: &dyn Fn(&mut Value));
}

impl Values for RecordView {
    fn each(json: &mut Value, change: &dyn Fn(&mut Value)) {
        json.get_mut("values").into_iter().for_each(change);
    }
}

impl Values for FindingView {
    fn each(json: &mut Value, change: &dyn Fn(&mut Value)) {
        let evidence = json.get_mut("evidence").and_then(Value::as_array_mut);
        let values = evidence.into_iter().flatten().filter_map(|row| row.get_mut("values"));
        values.for_each(change);
    }
}

impl Values for SavingsView {
    fn each(json: &mut Value, change: &dyn Fn(&mut Value)) {
        let items = json.get_mut("items").and_then(Value::as_array_mut);
        items
            .into_iter()
            .flatten()
            .for_each(|item| FindingView::each(item, change));
    }
}

impl<T: Serialize + Values> Serialize for Typed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut json = serde_json::to_value(&self.0).map_err(S::Error::custom)?;
        T::each(&mut json, &type_values);
        json.serialize(serializer)
    }
}

impl<T: Listed> Listed for Typed<T> {
    const COLUMNS: &'static [Column] = T::COLUMNS;

    fn id(&self) -> String {
        self.0.id()
    }

    fn label(&self) -> String {
        self.0.label()
    }

    fn cells(&self) -> Vec<Cell> {
        self.0.cells()
    }
}

/// The text of a numeric variable becomes a number, written as every other decimal; all else stays.
fn type_values(values: &mut Value) {
    for (name, value) in values.as_object_mut().into_iter().flatten() {
        let numeric = Variable::from_name(name).is_some_and(|variable| variable.kind() == Kind::Number);
        let number = value.as_str().filter(|_| numeric).and_then(|text| text.parse().ok());
        if let Some(number) = number
            && let Ok(typed) = plant_core::number::serialize(&number, serde_json::value::Serializer)
        {
            *value = typed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_of_numeric_variables_becomes_a_number() {
        for (name, given, expected) in [
            ("quantity_good", serde_json::json!("980"), serde_json::json!(980)),
            ("energy_used", serde_json::json!("12.50"), serde_json::json!(12.5)),
            ("quantity_scrap", serde_json::json!("-0.001"), serde_json::json!(-0.001)),
            ("work_order", serde_json::json!("000980"), serde_json::json!("000980")),
            ("quantity_good", serde_json::json!("n/v"), serde_json::json!("n/v")),
            ("quantity_good", Value::Null, Value::Null),
            ("no variable", serde_json::json!("1"), serde_json::json!("1")),
        ] {
            let mut values = serde_json::json!({ name: given });
            type_values(&mut values);
            assert_eq!(values, serde_json::json!({ name: expected }));
        }
    }

    #[test]
    fn the_evidence_of_a_finding_and_of_the_savings_is_typed() {
        let finding = crate::screen::fixture::finding();
        assert!(!finding.evidence.is_empty());
        let json = serde_json::to_value(Typed(finding)).expect("JSON");
        let savings = serde_json::to_value(Typed(crate::screen::fixture::savings())).expect("JSON");
        for finding in [&json].into_iter().chain(savings["items"].as_array().expect("items")) {
            for row in finding["evidence"].as_array().expect("evidence") {
                for (name, value) in row["values"].as_object().expect("values") {
                    let numeric = Variable::from_name(name).is_some_and(|variable| variable.kind() == Kind::Number);
                    assert_eq!(value.is_number(), numeric, "{name}: {value}");
                }
            }
        }
    }
}
