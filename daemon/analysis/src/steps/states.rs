//! The states of machines, each from its row to the next.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::component::Dimension;
use plant_core::job::AnalysisOrder;
use plant_core::record::{Record, RowAt, Value};
use plant_core::step::{Before, Edge, Former, Kind, Lasting, Lasts, Left, Open, Place, lasting, state_since};
use plant_core::variable::{Kind as ValueKind, Variable};
use rust_decimal::Decimal;

use super::carry::carried;
use crate::table::Remarks;

/// The texts, flags and dates that make a state.
type Values = BTreeMap<Variable, String>;

/// What a row says of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// As it stands.
    Itself,
    /// Nothing.
    Nothing,
    /// That its state ended then, in microseconds since 1970.
    Until(i64),
}

/// A state from a file before this one that ended in it.
#[derive(Debug, Clone)]
pub(crate) struct CarriedState {
    /// What it was, and where it is written.
    pub(crate) began: Lasting,
    /// When it ended, in microseconds since 1970.
    pub(crate) until: i64,
    /// The row of this file that ended it.
    pub(crate) ended_by: RowAt,
}

impl CarriedState {
    /// The row that an export with begin and end would have had.
    pub(crate) fn record(&self) -> Record {
        let mut record = Record::empty(self.ended_by.line);
        record.sub = self.ended_by.sub;
        record.day = self.began.day;
        record.ts = Some(self.began.since);
        for (variable, text) in &self.began.values {
            let value = match variable.kind() {
                ValueKind::Flag => Some(Value::Flag(text == TRUE)),
                ValueKind::Date => text.parse().ok().map(Value::Date),
                _ => Some(Value::Text(text.clone())),
            };
            if let Some(value) = value {
                record.set(*variable, value);
            }
        }
        record.set(Variable::EventStart, Value::Time(self.began.since));
        end(&mut record, self.until);
        record
    }
}

/// How a flag is kept among the texts of a state.
const TRUE: &str = "true";

#[derive(Debug)]
struct Row {
    at: i64,
    row: usize,
    place: RowAt,
    day: Option<NaiveDate>,
    state: u32,
}

/// The states of every machine.
#[derive(Debug, Default)]
pub(super) struct States {
    known: Vec<Values>,
    numbers: HashMap<Values, u32>,
    rows: BTreeMap<Place, Vec<Row>>,
    told: Vec<Told>,
    seen: usize,
}

impl States {
    /// What the row of that number says of time.
    pub(super) fn told(&self, row: usize) -> Told {
        self.told.get(row).copied().unwrap_or(Told::Itself)
    }

    /// Takes the state of the next row.
    pub(super) fn see(&mut self, record: &Record, place: Place) {
        let row = self.seen;
        self.seen += 1;
        let Some(start) = state_since(|variable| record.get(variable).cloned()) else {
            return;
        };
        let state = self.number(values(record));
        self.rows.entry(place).or_default().push(Row {
            at: start.timestamp_micros(),
            row,
            place: record.at(),
            day: record.day,
            state,
        });
    }

    fn number(&mut self, values: Values) -> u32 {
        if let Some(number) = self.numbers.get(&values) {
            return *number;
        }
        let number = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        self.known.push(values.clone());
        self.numbers.insert(values, number);
        number
    }

    fn tell(&mut self, row: usize, told: Told) {
        if self.told.len() <= row {
            self.told.resize(row + 1, Told::Itself);
        }
        if let Some(slot) = self.told.get_mut(row) {
            *slot = told;
        }
    }

    /// Says how long each state lasted, once all rows were seen; gives those of files before this one that ended in it.
    pub(super) fn close(
        &mut self,
        order: &AnalysisOrder,
        edges: &mut Vec<Edge>,
        remarks: &mut Remarks,
    ) -> Vec<CarriedState> {
        let mut ended = Vec::new();
        for (place, mut rows) in std::mem::take(&mut self.rows) {
            rows.sort_by_key(|row| (row.at, row.row));
            let times = rows.first().map(|row| row.at).zip(rows.last().map(|row| row.at));
            let Some((first_at, last_at)) = times.and_then(|(first, last)| Some((time(first)?, time(last)?))) else {
                continue;
            };
            let carried = carried(&order.carried, &place, Kind::State);
            let covered = carried.map_or(0, |carried| {
                // Of one moment the later row holds, as within a file.
                rows.partition_point(|row| row.at < carried.until.timestamp_micros())
            });
            let own = rows.split_off(covered);
            for row in rows {
                self.tell(row.row, Told::Nothing);
                remarks.add("told_by_other_files", row.place);
            }
            let before = carried.and_then(|carried| match &carried.left {
                Left::State(lasting) => lasting.clone().before(own.first().map(|row| row.at)),
                Left::Counter(_) => None,
            });
            let before_no = before.as_ref().map(|before| Before {
                state: self.number(before.values.clone()),
                since: before.since.timestamp_micros(),
                goes_on: before.goes_on,
            });
            let moments: Vec<(i64, u32)> = own.iter().map(|row| (row.at, row.state)).collect();
            let log = lasting(before_no, &moments);
            for (row, lasts) in own.iter().zip(&log.rows) {
                let told = match lasts {
                    Lasts::Until(end) => Told::Until(*end),
                    Lasts::Open | Lasts::GoesOn | Lasts::Overruled => Told::Nothing,
                };
                self.tell(row.row, told);
            }
            let open = log.open.and_then(|open| Some((own.get(open.row)?, open)));
            if let Some((row, _)) = open {
                remarks.add("open_state", row.place);
            }
            if let Some((began, until)) = before.as_ref().zip(log.carried_until) {
                let ended_by = own.iter().find(|row| row.at == until);
                ended.push(CarriedState {
                    began: began.clone(),
                    until,
                    ended_by: ended_by.map(|row| row.place).unwrap_or_default(),
                });
            }
            let lasts = match open {
                Some((row, open)) => self.left_behind(order, row, open, &own, before),
                None => before,
            };
            if let Some(lasting) = lasts {
                edges.push(Edge {
                    place,
                    kind: Kind::State,
                    first_at,
                    last_at,
                    left: Left::State(lasting),
                    carried: carried.cloned(),
                });
            }
        }
        ended
    }

    /// The state of the last row, with the one that it ended.
    fn left_behind(
        &self,
        order: &AnalysisOrder,
        last: &Row,
        open: Open,
        own: &[Row],
        before: Option<Lasting>,
    ) -> Option<Lasting> {
        let since = time(last.at)?;
        let said_by = |row: &Row, first: Option<(DateTime<Utc>, Option<NaiveDate>)>| Lasting {
            since,
            goes_on: true,
            first_at: first.map(|(at, _)| at),
            day: first.and_then(|(_, day)| day),
            file: order.file_name.clone(),
            line: row.place.line,
            values: usize::try_from(row.state)
                .ok()
                .and_then(|state| self.known.get(state).cloned())
                .unwrap_or_default(),
            former: None,
        };
        let begin = |row: &Row| Some((time(row.at)?, row.day));
        let first = match open.began {
            Some(began) => own.get(began).and_then(begin),
            None => before
                .as_ref()
                .map(|before| (before.first_at.unwrap_or(before.since), before.day)),
        };
        let former = match open.former {
            Former::Nothing => None,
            Former::Before => before.map(|before| Lasting {
                since,
                goes_on: true,
                former: None,
                ..before
            }),
            Former::Row(row) => own.get(row).map(|row| said_by(row, begin(row))),
        };
        Some(Lasting {
            goes_on: open.goes_on,
            former: former.map(Box::new),
            ..said_by(last, first)
        })
    }
}

fn time(micros: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros)
}

/// What of a row makes its state: what figures are grouped by, whether it is a failure, and the day of its shift.
fn values(record: &Record) -> Values {
    let dimensions = Dimension::ALL.iter().filter_map(|dimension| match dimension {
        Dimension::Reason => None,
        dimension => Variable::from_name(dimension.name()),
    });
    let texts = dimensions
        .chain([Variable::ReasonCode, Variable::ReasonText])
        .filter_map(|variable| {
            let text = record.text(variable).map(str::trim).filter(|text| !text.is_empty())?;
            Some((variable, text.to_owned()))
        });
    let failure = match record.get(Variable::IsFailure) {
        Some(Value::Flag(flag)) => Some((Variable::IsFailure, flag.to_string())),
        _ => None,
    };
    let shift_date = match record.get(Variable::ShiftDate) {
        Some(Value::Date(date)) => Some((Variable::ShiftDate, date.to_string())),
        _ => None,
    };
    texts.chain(failure).chain(shift_date).collect()
}

/// Ends the interval of a row then, in microseconds since 1970.
pub(super) fn end(record: &mut Record, micros: i64) {
    let (Some(Value::Time(start)), Some(end)) = (record.get(Variable::EventStart), time(micros)) else {
        return;
    };
    let length = micros.saturating_sub(start.timestamp_micros());
    record.set(Variable::EventEnd, Value::Time(end));
    record.set(Variable::Duration, Value::Number(Decimal::new(length, 6).normalize()));
}
