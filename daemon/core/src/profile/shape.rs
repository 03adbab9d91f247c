//! What is done with the lines of a file before its columns are mapped: rows that describe, cells that are filled from
//! above, rows that are left out, and rows made of one another.

use serde::{Deserialize, Serialize};

/// Line steps, applied in the order of its fields. Columns are named as the file writes them, or as the steps before make
/// them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shape {
    /// Sheets of a workbook with the same columns that are read one after another; `*` stands for any text in a name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<String>,
    /// Rows below the header that describe the columns (units) and are no data; these again wherever they stand.
    #[serde(skip_serializing_if = "is_zero")]
    pub units_row: u8,
    /// Columns whose blank cells mean what stands above them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fill_down: Vec<String>,
    /// Rows that are no events: one of these is enough.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drop_where: Vec<DropWhere>,
    /// A row for each item of cells that hold several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_rows: Option<SplitRows>,
    /// A row for each of several columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unpivot: Option<Unpivot>,
    /// A column for each name that a column holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pivot: Option<Pivot>,
}

/// Which rows are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DropForm", into = "DropForm")]
pub struct DropWhere {
    /// The column that is looked at.
    pub column: String,
    /// What its cell is, blanks at its ends and case aside.
    pub test: Test,
}

/// What a cell is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// One of these texts.
    Is(Vec<String>),
    /// None of these texts; a blank cell is none either.
    Not(Vec<String>),
    /// A regular expression finds something in it.
    Matches(String),
    /// Blank.
    Blank,
}

/// Cells that hold several items, apart by the same text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitRows {
    /// Columns whose cells are taken apart, item by item; each has as many items in a row, or one for all.
    pub columns: Vec<String>,
    /// What stands between two items.
    pub at: String,
    /// Columns that each of the made rows has; the others stay with the first, so that no quantity is counted twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeat: Vec<String>,
}

/// Columns that hold values of one kind: one row for each cell that is filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unpivot {
    /// The columns; `*` stands for any text in a name.
    pub columns: Vec<String>,
    /// What the column of their names is called.
    pub name: String,
    /// What the column of their values is called.
    pub value: String,
}

/// A log with a name and a value in each row: one column for each name, filled in its own rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pivot {
    /// The column of the names, which stays.
    pub name: String,
    /// The column of the values.
    pub value: String,
}

/// A condition as TOML, JSON and the wire write it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropForm {
    /// The column.
    pub column: String,
    /// One of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<String>,
    /// None of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<String>,
    /// A regular expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matches: Option<String>,
    /// Blank.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blank: bool,
}

/// Why a condition can't be meant so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("drop_where of `{column}`: say one of is, not, matches and blank")]
pub struct DropFault {
    column: String,
}

impl From<DropWhere> for DropForm {
    fn from(condition: DropWhere) -> DropForm {
        let mut form = DropForm {
            column: condition.column,
            ..DropForm::default()
        };
        match condition.test {
            Test::Is(texts) => form.is = texts,
            Test::Not(texts) => form.not = texts,
            Test::Matches(pattern) => form.matches = Some(pattern),
            Test::Blank => form.blank = true,
        }
        form
    }
}

impl TryFrom<DropForm> for DropWhere {
    type Error = DropFault;

    fn try_from(form: DropForm) -> Result<DropWhere, DropFault> {
        let tests = [
            (!form.is.is_empty()).then_some(Test::Is(form.is)),
            (!form.not.is_empty()).then_some(Test::Not(form.not)),
            form.matches.map(Test::Matches),
            form.blank.then_some(Test::Blank),
        ];
        let mut said = tests.into_iter().flatten();
        match (said.next(), said.next()) {
            (Some(test), None) => Ok(DropWhere {
                column: form.column,
                test,
            }),
            _ => Err(DropFault { column: form.column }),
        }
    }
}

impl Shape {
    /// Whether lines stay as they are.
    pub fn is_none(&self) -> bool {
        *self == Shape::default()
    }

    /// Its steps as they are written on the command line.
    pub fn steps(&self) -> Vec<String> {
        let mut steps = Vec::new();
        if !self.sheets.is_empty() {
            steps.push(format!("sheets:{}", self.sheets.join("|")));
        }
        if self.units_row > 0 {
            steps.push(format!("units_row:{}", self.units_row));
        }
        if !self.fill_down.is_empty() {
            steps.push(format!("fill_down:{}", self.fill_down.join("|")));
        }
        steps.extend(
            self.drop_where
                .iter()
                .map(|condition| format!("drop_where:{condition}")),
        );
        if let Some(split) = &self.split_rows {
            let mut step = format!("split_rows:{}@{}", split.columns.join("|"), split.at);
            if !split.repeat.is_empty() {
                step.push_str(&format!(">{}", split.repeat.join("|")));
            }
            steps.push(step);
        }
        if let Some(unpivot) = &self.unpivot {
            let columns = unpivot.columns.join("|");
            steps.push(format!("unpivot:{}|{}={columns}", unpivot.name, unpivot.value));
        }
        if let Some(pivot) = &self.pivot {
            steps.push(format!("pivot:{}|{}", pivot.name, pivot.value));
        }
        steps
    }
}

/// As it is written on the command line: `Validity!=1`.
impl std::fmt::Display for DropWhere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let column = &self.column;
        match &self.test {
            Test::Is(texts) => write!(f, "{column}={}", texts.join("|")),
            Test::Not(texts) => write!(f, "{column}!={}", texts.join("|")),
            Test::Matches(pattern) => write!(f, "{column}~{pattern}"),
            Test::Blank => write!(f, "{column}="),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
fn is_zero(count: &u8) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_survives_and_an_unknown_key_is_refused() {
        let text = r#"{"sheets":["2025-*"],"units_row":1,"fill_down":["Machine"],"drop_where":[{"column":"Validity","not":["1"]},{"column":"Tag","is":["$RT_OFF$"]},{"column":"Note","matches":"^Test"},{"column":"Date","blank":true}],"split_rows":{"columns":["Reason","Min"],"at":";","repeat":["Machine"]},"unpivot":{"columns":["2025-*"],"name":"Month","value":"Qty"},"pivot":{"name":"Tag","value":"Value"}}"#;
        let shape: Shape = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&shape).unwrap(), text);
        assert_eq!(
            shape.steps(),
            [
                "sheets:2025-*",
                "units_row:1",
                "fill_down:Machine",
                "drop_where:Validity!=1",
                "drop_where:Tag=$RT_OFF$",
                "drop_where:Note~^Test",
                "drop_where:Date=",
                "split_rows:Reason|Min@;>Machine",
                "unpivot:Month|Qty=2025-*",
                "pivot:Tag|Value",
            ]
        );
        assert!(Shape::default().is_none() && Shape::default().steps().is_empty());
        for (wrong, said) in [
            (r#"{"fil_down":["a"]}"#, "fil_down"),
            (r#"{"drop_where":[{"column":"a"}]}"#, "say one of"),
            (
                r#"{"drop_where":[{"column":"a","is":["b"],"blank":true}]}"#,
                "say one of",
            ),
            (r#"{"pivot":{"name":"a"}}"#, "value"),
        ] {
            let error = serde_json::from_str::<Shape>(wrong).unwrap_err().to_string();
            assert!(error.contains(said), "{wrong}: {error}");
        }
    }
}
