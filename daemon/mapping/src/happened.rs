//! Whether the dates of a column tell of what has happened, so that none of them lies ahead of today.
//!
//! Invariant: a column of which neither its variable nor its name says so proves nothing by what lies ahead, nor does one
//! whose name speaks of what will be, whatever it feeds.

use plant_core::variable::Variable;
use plant_lexicon::names_what_lies_ahead;

use crate::synonyms::{Match, Name};

/// From which score on a name that is only like another one says what it holds.
const NAMED: f64 = 0.8;

/// Whether a variable is a date that may lie ahead: what is due, or holds from or until a day.
pub(crate) fn may_lie_ahead(variable: Variable) -> bool {
    use Variable::{DueDate, ValidFrom, ValidTo};
    matches!(variable, DueDate | ValidFrom | ValidTo)
}

/// Whether a variable is a date or a time of what has happened.
fn is_past(variable: Variable) -> bool {
    use Variable::{EventEnd, EventStart, PostingDate, RepairEnd, RepairStart, SampleTime, ShiftDate};
    matches!(
        variable,
        PostingDate | ShiftDate | EventStart | EventEnd | SampleTime | RepairStart | RepairEnd
    )
}

/// Whether the dates under that name have happened; `found` is what the name speaks for, best first, and `feeds` what a
/// profile makes of the column.
pub(crate) fn has_happened(name: &Name, found: &[Match], feeds: Option<Variable>) -> bool {
    let named = (found.first())
        .filter(|best| best.exact || best.score >= NAMED)
        .map(|best| best.variable);
    let lies_ahead = named.is_some_and(may_lie_ahead) || names_what_lies_ahead(&name.words);
    !lies_ahead && feeds.or(named).is_some_and(is_past)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synonyms::{matches, name};

    #[test]
    fn the_name_or_what_a_column_feeds_says_it() {
        let happened = |header: &str, feeds| {
            let name = name(header);
            has_happened(&name, &matches(&name), feeds)
        };
        for header in [
            "Posting Date",
            "Date",
            "Buchungsdatum",
            "Fecha",
            "Schichtdatum",
            "Start",
            "Actual End",
            "Created on",
            "生产日期",
        ] {
            assert!(happened(header, None), "{header}");
        }
        let ahead = [
            "Due Date",
            "Planned Start",
            "Delivery Date",
            "Requested date",
            "Valid until",
            "Expiry date",
            "Liefertermin",
            "Geplantes Ende",
            "Fecha prevista",
            "Date échéance",
            "Data consegna",
            "交货日期",
            "计划开始时间",
        ];
        for header in ahead {
            assert!(!happened(header, None), "{header}");
            assert!(!happened(header, Some(Variable::PostingDate)), "{header}");
        }
        assert!(!happened("Day X", None), "nothing says what it is");
        assert!(happened("Day X", Some(Variable::PostingDate)));
        assert!(!happened("Date", Some(Variable::DueDate)));
    }
}
