//! How the cells of each column are read: the decimal sign and the order of day and month, from the column, then from the
//! other columns of the file, then from the profile.
//!
//! Invariants: what a column proves by itself is never overruled; what nothing proves stays ambiguous and holds the file.

use chrono::NaiveDate;
use plant_core::job::IngestOrder;
use plant_core::learned::Learned;
use plant_core::profile::{DateOrder, Profile, Settings};
use plant_core::table::Form;
use plant_core::variable::Kind;

use super::facts::{Column, ColumnFacts, Order};
use super::number::Decimals;

/// How one column is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnReading {
    /// Decimal sign.
    pub decimal: char,
    /// Whether `1.234` could be read in two ways and nothing tells which.
    pub number_ambiguous: bool,
    /// Order of day and month.
    pub order: DateOrder,
    /// Whether `3/4/2025` could be read in two ways and nothing tells which.
    pub date_ambiguous: bool,
    /// Whether the order is that of custom only: with points the day stands first.
    pub date_by_custom: bool,
}

/// How the columns of a file are read, in the order of its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Per column.
    pub columns: Vec<ColumnReading>,
    /// The decimal sign that the columns of the file agree on.
    pub decimal: Option<char>,
    /// The order of dates with four-digit years that the columns of the file agree on.
    pub order: Option<DateOrder>,
}

const NUMERIC_SHARE: f64 = 0.8;

impl Reading {
    /// Decides it; only columns that are read as numbers lend their decimal sign to others.
    pub fn decide(
        facts: &ColumnFacts,
        settings: &Settings,
        form: Form,
        today: NaiveDate,
        learned: &Learned,
        is_measure: impl Fn(usize) -> bool,
    ) -> Reading {
        // The numbers of such a form are numbers, not text; the reader writes them with its sign.
        let form_decimal = form.decimal();
        let decimal = file_decimal(facts, is_measure);
        let order = file_order(facts, today, false);
        let short_order = file_order(facts, today, true);
        let columns = facts
            .columns
            .iter()
            .map(|column| {
                let told = learned.column(&column.source);
                let told_decimal = told.and_then(|told| told.decimal.value());
                let told_order = told
                    .and_then(|told| told.order.value())
                    .filter(|order| column.dates.allows(*order));
                let (decimal, number_ambiguous) = match column.numbers.decimals() {
                    Decimals::Known(sign) => (sign, false),
                    Decimals::Free => {
                        let known = form_decimal.or(settings.decimal).or(told_decimal).or(decimal);
                        (known.unwrap_or('.'), false)
                    }
                    // Another sign than the form's stands in a text, as people type it.
                    Decimals::Ambiguous(sign) => {
                        let said = form_decimal.filter(|own| sign == *own).or(settings.decimal);
                        match (said, told_decimal, decimal) {
                            // What other files and other columns of this one prove has to be the same.
                            (None, Some(told), Some(beside)) if told != beside => (sign, true),
                            (None, None, None) => (sign, true),
                            (said, told, beside) => (said.or(told).or(beside).unwrap_or(sign), false),
                        }
                    }
                    // Only a person can say which half of such a column is wrong.
                    Decimals::Contradictory => match settings.decimal {
                        Some(sign) => (sign, false),
                        None => ('.', true),
                    },
                };
                let dates = &column.dates;
                // That the year stands first settles nothing about a date that ends with it.
                let set = settings.date_order.filter(|order| dates.allows(*order));
                // Whether a year of two digits stands first or last is not told by dates whose year has four.
                // Nor does another column make them years of long ago.
                let neighbours = if dates.short > 0 { short_order } else { order };
                let neighbours = neighbours.filter(|order| dates.is_near(*order, today));
                let found = dates.order(today);
                let (order, date_ambiguous) = match found {
                    Order::Known(order) => (order, false),
                    Order::Free => (settings.date_order.or(order).unwrap_or(DateOrder::Ymd), false),
                    // Either of the two reads them alike; that the year stands first in another column would not.
                    Order::Either => {
                        let neighbours = neighbours.filter(|order| *order != DateOrder::Ymd);
                        (set.or(neighbours).unwrap_or(DateOrder::Dmy), false)
                    }
                    Order::Custom(custom) => match (set.or(told_order), neighbours) {
                        (Some(order), _) => (order, false),
                        (None, Some(other)) => (custom, other != custom),
                        (None, None) => (custom, false),
                    },
                    Order::Ambiguous => match (set, told_order, neighbours) {
                        (None, Some(told), Some(beside)) if told != beside => (told, true),
                        (None, None, None) => (DateOrder::Dmy, true),
                        (set, told, beside) => (set.or(told).or(beside).unwrap_or(DateOrder::Dmy), false),
                    },
                };
                ColumnReading {
                    decimal,
                    number_ambiguous,
                    order,
                    date_ambiguous,
                    date_by_custom: matches!(found, Order::Custom(custom) if custom == order) && set.is_none(),
                }
            })
            .collect();
        Reading {
            columns,
            decimal: form_decimal.or(decimal).or(settings.decimal),
            order: order.or(settings.date_order),
        }
    }

    /// The same by a profile.
    pub fn by(profile: &Profile, facts: &ColumnFacts, form: Form, order: &IngestOrder) -> Reading {
        let is_measure = |index: usize| {
            let column = facts
                .columns
                .get(index)
                .and_then(|column| profile.column(&column.source));
            column
                .and_then(|column| column.variable)
                .is_some_and(|variable| variable.kind() == Kind::Number)
        };
        Reading::decide(facts, &profile.settings, form, order.today, &order.learned, is_measure)
    }

    /// How that column is read.
    pub fn column(&self, index: usize) -> ColumnReading {
        self.columns.get(index).copied().unwrap_or(ColumnReading {
            decimal: '.',
            number_ambiguous: false,
            order: DateOrder::Ymd,
            date_ambiguous: false,
            date_by_custom: false,
        })
    }
}

fn is_numeric(column: &Column) -> bool {
    column.share(column.numbers.numbers) >= NUMERIC_SHARE
}

/// The sign that all numeric columns with a proof of their own have in common.
fn file_decimal(facts: &ColumnFacts, is_measure: impl Fn(usize) -> bool) -> Option<char> {
    let mut signs = (facts.columns.iter().enumerate())
        .filter(|(index, column)| is_measure(*index) && is_numeric(column))
        .filter_map(|(_, column)| match column.numbers.decimals() {
            Decimals::Known(sign) => Some(sign),
            _ => None,
        });
    let first = signs.next()?;
    signs.all(|sign| sign == first).then_some(first)
}

/// The order that all columns of dates with a proof of their own have in common; of those whose years have two digits
/// where `short`, of the others where not.
fn file_order(facts: &ColumnFacts, today: NaiveDate, short: bool) -> Option<DateOrder> {
    let mut orders = facts
        .columns
        .iter()
        .filter(|column| column.share(column.dates.pairs) >= NUMERIC_SHARE && (column.dates.short > 0) == short)
        .filter_map(|column| match column.dates.order(today) {
            Order::Known(order) => Some(order),
            _ => None,
        });
    let first = orders.next()?;
    orders.all(|order| order == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{export, order};

    #[test]
    fn a_date_of_equal_parts_follows_no_year_that_stands_first_elsewhere() {
        let second = |cell: &str| {
            let rows: Vec<String> = (1..=12).map(|day| format!("25-05-{day:02};{cell};5")).collect();
            let facts = export(&format!("Confirmed;Posting Date;Good Qty\n{}", rows.join("\n"))).facts();
            let (settings, today) = (Settings::default(), order().today);
            let learned = Learned::default();
            let reading = Reading::decide(&facts, &settings, Form::Delimited, today, &learned, |_| true);
            assert_eq!(reading.columns[0].order, DateOrder::Ymd);
            (reading.columns[1].order, reading.columns[1].date_ambiguous)
        };
        assert_eq!(second("05/05/2025"), (DateOrder::Dmy, false));
        // It would be 2005; nothing says that it is not, so it is asked.
        assert_eq!(second("05/05/25"), (DateOrder::Dmy, true));
        assert_eq!(second("25/05/05"), (DateOrder::Ymd, false));
    }
}
