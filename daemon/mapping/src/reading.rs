//! How the cells of each column are read: the decimal sign and the order of day and month, from the column, then from the
//! other columns of the file, then from the profile.
//!
//! Invariants: what a column proves by itself is never overruled; what nothing proves stays ambiguous and holds the file; a
//! date that lies ahead of today proves something only in a column of what has happened.

use chrono::NaiveDate;
use plant_core::job::IngestOrder;
use plant_core::learned::Learned;
use plant_core::profile::{DateOrder, Profile, Settings};
use plant_core::table::Form;
use plant_core::variable::{Kind, Variable};

use super::facts::{Column, ColumnFacts, Lies, Order};
use super::happened::has_happened;
use super::number::Decimals;
use super::synonyms::{Match, matches};

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

/// What is known of a column before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// Whether it is a number of something, so that its decimal sign holds for others.
    pub is_measure: bool,
    /// Where its dates may lie.
    pub lies: Lies,
}

const NUMERIC_SHARE: f64 = 0.8;

impl Reading {
    /// Decides it, by what is known of the column with that index.
    pub fn decide(
        facts: &ColumnFacts,
        settings: &Settings,
        form: Form,
        today: NaiveDate,
        learned: &Learned,
        meaning: impl Fn(usize) -> Meaning,
    ) -> Reading {
        let meanings: Vec<Meaning> = (0..facts.columns.len()).map(meaning).collect();
        // The numbers of such a form are numbers, not text; the reader writes them with its sign.
        let form_decimal = form.decimal();
        let decimal = file_decimal(facts, &meanings);
        let order = file_order(facts, &meanings, today, false);
        let short_order = file_order(facts, &meanings, today, true);
        let columns = facts
            .columns
            .iter()
            .zip(&meanings)
            .map(|(column, meaning)| {
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
                let found = dates.order(today, meaning.lies);
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
        let meaning = |index: usize| {
            let column = facts.columns.get(index);
            let mapped = column.and_then(|column| profile.column(&column.source)?.variable);
            Meaning {
                is_measure: mapped.is_some_and(|variable| variable.kind() == Kind::Number),
                lies: column.map_or(Lies::Anywhere, |column| lies(column, Some(profile))),
            }
        };
        Reading::decide(facts, &profile.settings, form, order.today, &order.learned, meaning)
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

/// Where the dates of a column may lie, by what a profile makes of it or else by its name.
pub(crate) fn lies(column: &Column, profile: Option<&Profile>) -> Lies {
    if column.dates.pairs == 0 {
        return Lies::Anywhere;
    }
    lies_by(
        column,
        &matches(&column.name),
        profile.and_then(|profile| fed_by(column, profile)),
    )
}

/// The same by what its name speaks for, and what is made of it.
pub(crate) fn lies_by(column: &Column, found: &[Match], feeds: Option<Variable>) -> Lies {
    match has_happened(&column.name, found, feeds) {
        true => Lies::Behind,
        false => Lies::Anywhere,
    }
}

/// The variable that a profile feeds from a column, alone or together with others.
fn fed_by(column: &Column, profile: &Profile) -> Option<Variable> {
    let mut outputs = profile.outputs.iter();
    let mapped = profile.column(&column.source).and_then(|mapped| mapped.variable);
    mapped.or_else(|| {
        let made = outputs.find(|output| output.reads_values_of(&column.source))?;
        Some(made.variable)
    })
}

fn is_numeric(column: &Column) -> bool {
    column.share(column.numbers.numbers) >= NUMERIC_SHARE
}

/// The sign that all numeric columns with a proof of their own have in common.
fn file_decimal(facts: &ColumnFacts, meanings: &[Meaning]) -> Option<char> {
    let mut signs = (facts.columns.iter().zip(meanings))
        .filter(|(column, meaning)| meaning.is_measure && is_numeric(column))
        .filter_map(|(column, _)| match column.numbers.decimals() {
            Decimals::Known(sign) => Some(sign),
            _ => None,
        });
    let first = signs.next()?;
    signs.all(|sign| sign == first).then_some(first)
}

/// The order that all columns of dates with a proof of their own have in common; of those whose years have two digits
/// where `short`, of the others where not.
fn file_order(facts: &ColumnFacts, meanings: &[Meaning], today: NaiveDate, short: bool) -> Option<DateOrder> {
    let mut orders = facts
        .columns
        .iter()
        .zip(meanings)
        .filter(|(column, _)| column.share(column.dates.pairs) >= NUMERIC_SHARE && (column.dates.short > 0) == short)
        .filter_map(|(column, meaning)| match column.dates.order(today, meaning.lies) {
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
            let meaning = |_| Meaning {
                is_measure: true,
                lies: Lies::Behind,
            };
            let reading = Reading::decide(&facts, &settings, Form::Delimited, today, &learned, meaning);
            assert_eq!(reading.columns[0].order, DateOrder::Ymd);
            (reading.columns[1].order, reading.columns[1].date_ambiguous)
        };
        assert_eq!(second("05/05/2025"), (DateOrder::Dmy, false));
        // It would be 2005; nothing says that it is not, so it is asked.
        assert_eq!(second("05/05/25"), (DateOrder::Dmy, true));
        assert_eq!(second("25/05/05"), (DateOrder::Ymd, false));
    }
}
