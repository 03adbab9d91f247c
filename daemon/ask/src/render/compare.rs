//! Two sides next to each other, with their difference.

use std::collections::BTreeMap;

use plant_core::model::MetricItem;
use plant_core::unit::Unit;
use plant_core::words::{figure, number};
use rust_decimal::Decimal;

use super::page::{Page, ROWS_SHOWN, group_names, member_text, scope};
use super::table;
use crate::{Comparison, Reading};

impl Page<'_> {
    pub(super) fn compare(
        &mut self,
        reading: &Reading,
        sides: &Comparison,
        items: &[&MetricItem],
        others: &[&MetricItem],
    ) {
        let names = group_names(reading);
        for id in &reading.query.metrics {
            if names.is_empty() {
                self.pair(id, reading, sides, items, others);
            } else {
                self.pairs(id, reading, sides, items, others, &names);
            }
        }
    }

    /// Two figures and their difference.
    fn pair(&mut self, id: &str, reading: &Reading, sides: &Comparison, items: &[&MetricItem], others: &[&MetricItem]) {
        let label = self.label(id);
        let mark = self.mark.clone();
        let of = |items: &[&MetricItem]| items.iter().find(|item| item.metric == id).map(|item| (*item).clone());
        let (first, second) = (of(items), of(others));
        let mut texts = Vec::new();
        for (name, side) in [(&sides.first, &first), (&sides.second, &second)] {
            texts.push(match side {
                None => format!("{name}: no rows match"),
                Some(item) => match self.side(item, name) {
                    Ok(text) => format!("{name}: {text}"),
                    Err(reason) => format!("{name}: not available ({reason})"),
                },
            });
        }
        let common = scope(
            reading,
            reading.query.from == sides.query.from && reading.query.to == sides.query.to,
        );
        let common = if common.is_empty() || reading.query.filters != sides.query.filters {
            String::new()
        } else {
            format!(" ({common})")
        };
        self.lines.push(format!("{label}{common}. {}{mark}.", texts.join("; ")));
        let values = first.as_ref().zip(second.as_ref()).and_then(|(first, second)| {
            (first.unit == second.unit).then_some(())?;
            Some((first.value?, second.value?, first.unit.clone()))
        });
        if let Some((one, other, unit)) = values {
            self.difference(id, one, other, &unit, sides);
        }
    }

    /// The item of one side, recorded with the side that it belongs to.
    fn side(&mut self, item: &MetricItem, side: &str) -> Result<String, String> {
        let mut sided = item.clone();
        sided.group.insert("side".to_owned(), Some(side.to_owned()));
        self.item(&sided)
    }

    fn difference(&mut self, id: &str, one: Decimal, other: Decimal, unit: &Unit, sides: &Comparison) {
        let Some(difference) = one.checked_sub(other) else {
            return;
        };
        if difference.is_zero() {
            self.lines.push("Both are the same.".to_owned());
            return;
        }
        let group = BTreeMap::from([("of".to_owned(), Some(format!("{} less {}", sides.first, sides.second)))]);
        let size = difference.abs();
        self.say(size, unit, &format!("{id}.difference"), group.clone());
        let amount = match (unit, size.checked_mul(Decimal::ONE_HUNDRED)) {
            (Unit::Ratio, Some(points)) => format!("{} percentage points", number(points)),
            _ => figure(size, unit),
        };
        let direction = if difference.is_sign_positive() { "more" } else { "less" };
        let relative = (!other.is_zero())
            .then(|| size.checked_div(other.abs()))
            .flatten()
            .filter(|_| *unit != Unit::Ratio);
        let relative = relative.map(|relative| {
            let relative = relative.round_dp(12).normalize();
            format!(
                " ({} {direction})",
                self.say(relative, &Unit::Ratio, &format!("{id}.change"), group)
            )
        });
        self.lines.push(format!(
            "{} is {amount} {direction} than {}{}{}.",
            sides.first,
            sides.second,
            relative.unwrap_or_default(),
            self.mark
        ));
    }

    /// A table with a column for each side.
    fn pairs(
        &mut self,
        id: &str,
        reading: &Reading,
        sides: &Comparison,
        items: &[&MetricItem],
        others: &[&MetricItem],
        names: &[&str],
    ) {
        let mut keys: Vec<&BTreeMap<String, Option<String>>> = Vec::new();
        for item in items.iter().chain(others).filter(|item| item.metric == id) {
            if !keys.contains(&&item.group) {
                keys.push(&item.group);
            }
        }
        let label = self.label(id);
        let what = format!("{label} by {}", names.join(" and "));
        if keys.is_empty() {
            self.lines.push(format!("{what}: no rows match on either side."));
            return;
        }
        let mark = self.mark.clone();
        self.lines.push(format!("{what}{mark}:"));
        let mut head: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        head.extend([sides.first.clone(), sides.second.clone()]);
        let mut rows = vec![head];
        let shown = reading.query.limit.map_or(ROWS_SHOWN, |limit| limit.min(50) as usize);
        for key in keys.iter().take(shown) {
            let mut row: Vec<String> = names.iter().map(|name| member_text(key, name)).collect();
            for (side, name) in [(items, &sides.first), (others, &sides.second)] {
                let found = side
                    .iter()
                    .find(|item| item.metric == id && item.group == **key)
                    .copied();
                row.push(match found.map(|item| self.side(item, name)) {
                    Some(Ok(text)) => text,
                    _ => "–".to_owned(),
                });
            }
            rows.push(row);
        }
        self.lines.extend(table::lines(&rows, names.len()));
        let hidden = keys.len().saturating_sub(shown);
        if hidden > 0 {
            let count = self.count(hidden, "groups not shown");
            self.lines.push(format!("and {count} more."));
        }
    }
}
