//! A reading in the making: groups, filters, period and order of a query, one after the other.

use plant_core::component::Dimension;
use plant_core::metric::{Grain, MetricQuery};

use super::clarify::{grouped_by_what, sides_of_best, single};
use super::gather::{Named, Parts};
use super::step::{Step, refuse};
use crate::lexicon::{LexMetric, Lexicon, dimension_word, dimension_words};
use crate::period::Period;
use crate::question::Question;
use crate::vocabulary::Op;
use crate::{Comparison, Intent, Reading};

/// Days that may lack at the ends of a period without a remark.
const GAP_DAYS: i64 = 4;

/// A reading in the making.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub query: MetricQuery,
    pub only: Option<(Dimension, Vec<String>)>,
    pub period: Option<Period>,
    /// Both sides of a comparison of members.
    pub pair: Option<(Dimension, String, String)>,
    pub ranked: bool,
    pub notes: Vec<String>,
}

impl Draft {
    /// Takes from the reading before what the follow-up doesn't replace.
    pub fn continues(&mut self, previous: &Reading, parts: &Parts) {
        let old = &previous.query;
        if parts.dimensions.is_empty() {
            self.query.by.clone_from(&old.by);
            self.query.by_file = old.by_file;
        }
        self.query.filters.clone_from(&old.filters);
        self.query.grain = old.grain.filter(|_| parts.dimensions.is_empty());
        self.query.file = self.query.file.or(old.file);
        (self.query.from, self.query.to) = (old.from, old.to);
        self.query.descending = old.descending.filter(|_| !self.query.by.is_empty());
        self.query.limit = old.limit.filter(|_| !self.query.by.is_empty());
        self.ranked = previous.intent == Intent::Ranking && !self.query.by.is_empty();
        if parts.members.is_empty() && parts.dimensions.is_empty() {
            self.only.clone_from(&previous.only);
        }
    }

    pub fn groups(&mut self, parts: &Parts, lexicon: &Lexicon) -> Step<()> {
        for named in &parts.dimensions {
            let found = dimension(named, lexicon)?;
            if !self.query.by.contains(&found) {
                self.query.by.push(found);
            }
        }
        if self.query.by.len() > 2 {
            return refuse("too_many", "Group by at most two dimensions at a time.");
        }
        let per_file = parts.has(Op::Files) && parts.files.is_empty() && (parts.has(Op::By) || parts.has(Op::Which));
        self.query.by_file |= per_file;
        if let Some(grain) = parts.grain {
            self.query.grain = Some(grain);
        }
        Ok(())
    }

    pub fn filters(&mut self, question: &Question, parts: &Parts) -> Step<()> {
        let mut named: Vec<(Dimension, Vec<String>)> = Vec::new();
        for found in &parts.members {
            let (dimension, member) = single(found, question)?;
            match named.iter_mut().find(|(known, _)| *known == dimension) {
                Some((_, members)) if members.contains(&member) => {}
                Some((_, members)) => members.push(member),
                None => named.push((dimension, vec![member])),
            }
        }
        for (dimension, members) in named {
            self.query.filters.retain(|(known, _)| *known != dimension);
            match members.as_slice() {
                [member] => {
                    self.query.filters.push((dimension, member.clone()));
                    // Grouping by what is fixed to one member says nothing more.
                    self.query.by.retain(|known| *known != dimension);
                }
                [first, second] if self.pair.is_none() => {
                    self.query.by.retain(|known| *known != dimension);
                    self.pair = Some((dimension, first.clone(), second.clone()));
                }
                _ if self.only.is_none() && self.pair.is_none() => {
                    if !self.query.by.contains(&dimension) {
                        self.query.by.insert(0, dimension);
                    }
                    self.only = Some((dimension, members));
                }
                _ => return refuse("not_supported", "Name several members of one dimension only."),
            }
        }
        if self.query.by.is_empty() && !self.query.by_file && self.query.grain.is_none() {
            self.ranked = false;
            self.query.descending = None;
            self.query.limit = None;
        }
        Ok(())
    }

    pub fn files(&mut self, parts: &Parts) -> Step<()> {
        match parts.files.as_slice() {
            [] => Ok(()),
            [file] => {
                self.query.file = Some(file.id);
                Ok(())
            }
            _ => refuse("not_supported", "Ask about one file at a time, or group by file."),
        }
    }

    /// The period, or the first side of a comparison of two.
    pub fn period(&mut self, parts: &Parts, lexicon: &Lexicon) -> Step<()> {
        let versus = parts.has(Op::Versus) || parts.has(Op::Difference);
        if self.query.from.is_some() || self.query.to.is_some() {
            self.period = Some(Period::new(self.query.from, self.query.to));
        }
        match parts.times.as_slice() {
            [] => Ok(()),
            [_] if versus && self.pair.is_none() => Ok(()),
            [period] => self.within(period, parts, lexicon),
            [_, _] if versus || parts.has(Op::And) => Ok(()),
            _ => refuse(
                "not_supported",
                "I see more than one period; name one, or compare two with “vs”.",
            ),
        }
    }

    /// Sets the period, if the data reaches into it.
    pub fn within(&mut self, period: &Period, parts: &Parts, lexicon: &Lexicon) -> Step<()> {
        let notes = fitting(period, parts, lexicon)?;
        self.notes.extend(
            notes
                .into_iter()
                .filter(|note| !self.notes.contains(note))
                .collect::<Vec<_>>(),
        );
        (self.query.from, self.query.to) = (period.from, period.to);
        self.period = Some(period.clone());
        Ok(())
    }

    pub fn order(&mut self, question: &Question, parts: &Parts, lexicon: &Lexicon, compared: bool) -> Step<()> {
        let apart = self.query.by.is_empty() && !self.query.by_file && self.query.grain.is_none();
        if parts.has(Op::By) && apart && parts.members.is_empty() && parts.times.is_empty() && !compared {
            return Err(Box::new(grouped_by_what(question, lexicon)));
        }
        let trend = parts.has(Op::Trend) || (parts.has(Op::Difference) && !compared);
        if trend && self.query.grain.is_none() {
            self.query.grain = Some(self.fitting_grain(lexicon));
        }
        if self.query.grain.is_some() && lexicon.first_day.is_none() {
            return refuse(
                "unavailable",
                "No row carries a date, so there is no development over time.",
            );
        }
        let grouped = !self.query.by.is_empty() || self.query.by_file || self.query.grain.is_some();
        let metric = self.query.metrics.first().and_then(|id| lexicon.metric(id));
        let good = metric.and_then(|metric| metric.higher_is_better);
        let descending = if parts.has(Op::Best) || parts.has(Op::Worst) {
            let Some(good) = good else {
                return Err(Box::new(sides_of_best(question)));
            };
            Some(good == parts.has(Op::Best))
        } else if parts.has(Op::Bottom) {
            Some(false)
        } else if parts.has(Op::Top) || (parts.limit.is_some() && grouped) {
            Some(true)
        } else {
            None
        };
        // "More scrap than T49" ranks nothing: both sides are shown.
        if let Some(descending) = descending.filter(|_| !compared) {
            if !grouped && metric.is_some_and(LexMetric::is_extreme) {
                return Ok(());
            }
            if !grouped {
                return Err(Box::new(grouped_by_what(question, lexicon)));
            }
            self.ranked = true;
            self.query.descending = Some(descending);
            self.query.limit = parts.limit;
        } else if self.query.grain.is_none() && grouped && self.query.descending.is_none() {
            // A breakdown is easier to read from the largest down.
            self.query.descending = Some(true);
        }
        Ok(())
    }

    fn fitting_grain(&self, lexicon: &Lexicon) -> Grain {
        let from = self.query.from.max(lexicon.first_day);
        let last = self.query.to.and_then(|day| day.pred_opt()).or(lexicon.last_day);
        match from.zip(last).map(|(from, last)| (last - from).num_days()) {
            Some(days) if days <= 31 => Grain::Day,
            Some(days) if days <= 183 => Grain::Week,
            _ => Grain::Month,
        }
    }

    pub fn explained(&self, parts: &Parts, lexicon: &Lexicon, compared: Option<&Comparison>) -> String {
        let labels: Vec<String> = self
            .query
            .metrics
            .iter()
            .map(|id| {
                lexicon
                    .metric(id)
                    .map_or_else(|| id.clone(), |metric| format!("{} ({id})", metric.label))
            })
            .collect();
        let mut said = vec![format!("metric = {}", labels.join(" and "))];
        let mut groups: Vec<&str> = self
            .query
            .by
            .iter()
            .map(|dimension| dimension_word(*dimension))
            .collect();
        groups.extend(self.query.by_file.then_some("file"));
        groups.extend(self.query.grain.map(Grain::name));
        if !groups.is_empty() {
            said.push(format!("by {}", groups.join(" and ")));
        }
        if let Some(compared) = compared {
            said.push(format!("{} against {}", compared.first, compared.second));
        }
        if compared.is_none() || self.pair.is_some() {
            said.push(self.period_words(lexicon));
        }
        for (dimension, member) in &self.query.filters {
            if self.pair.as_ref().is_none_or(|(paired, ..)| paired != dimension) {
                said.push(format!("only {} = {member}", dimension_word(*dimension)));
            }
        }
        if let Some((dimension, members)) = &self.only {
            said.push(format!("only {} = {}", dimension_word(*dimension), members.join(", ")));
        }
        if let Some(file) = self.query.file {
            let known = lexicon
                .about
                .iter()
                .chain(&parts.files)
                .chain(&lexicon.files)
                .find(|known| known.id == file);
            said.push(format!(
                "only file {}",
                known.map_or_else(|| file.to_string(), |file| file.name.clone())
            ));
        }
        if self.ranked {
            let order = if self.query.descending == Some(false) {
                "smallest first"
            } else {
                "largest first"
            };
            said.push(
                self.query
                    .limit
                    .map_or_else(|| order.to_owned(), |limit| format!("{order}, {limit} of them")),
            );
        }
        said.join("; ")
    }

    fn period_words(&self, lexicon: &Lexicon) -> String {
        match (&self.period, lexicon.first_day, lexicon.last_day) {
            (Some(period), _, _) if period.from.is_some() || period.to.is_some() => period.words(),
            (_, Some(first), Some(last)) => format!("all days of the data ({first} to {last})"),
            _ => "all rows (none carries a date)".to_owned(),
        }
    }
}

/// Whether the data reaches into a period, and what to say about it.
fn fitting(period: &Period, parts: &Parts, lexicon: &Lexicon) -> Step<Vec<String>> {
    if period.from.is_none() && period.to.is_none() {
        return Ok(Vec::new());
    }
    let (Some(first), Some(last)) = (lexicon.first_day, lexicon.last_day) else {
        return refuse(
            "unavailable",
            "No row carries a date, so no period can be asked for; ask without one.",
        );
    };
    let after = period.from.is_some_and(|from| from > last);
    let before = period.to.is_some_and(|to| to <= first);
    if after || before {
        return refuse(
            "outside_data",
            format!(
                "There are no rows for {}: the data covers {first} to {last}.",
                period.words()
            ),
        );
    }
    let mut notes = Vec::new();
    if period.relative && parts.anchor.is_some_and(|anchor| anchor < lexicon.today) {
        notes.push(format!("The data ends {last}, so the time is counted from that day."));
    }
    // A weekend or holiday at either end is no gap worth a word.
    let late = period.from.is_some_and(|from| (first - from).num_days() > GAP_DAYS);
    let end = period.to.and_then(|to| to.pred_opt()).map(|end| end.min(lexicon.today));
    let early = end.is_some_and(|end| (end - last).num_days() > GAP_DAYS) && notes.is_empty();
    if late || early {
        notes.push(format!("The data covers only {first} to {last}."));
    }
    Ok(notes)
}

/// The first of the dimensions that rows carry.
pub(super) fn dimension(named: &Named, lexicon: &Lexicon) -> Step<Dimension> {
    if let Some(found) = named.candidates.iter().find(|dimension| lexicon.has(**dimension)) {
        return Ok(*found);
    }
    let word = named
        .candidates
        .first()
        .map_or("dimension", |dimension| dimension_word(*dimension));
    let there: Vec<String> = lexicon
        .dimensions
        .iter()
        .filter(|(_, members)| !members.is_empty())
        .map(|(dimension, _)| dimension_words(*dimension))
        .collect();
    let there = if there.is_empty() {
        "nothing to group by".to_owned()
    } else {
        there.join(", ")
    };
    refuse(
        "unavailable",
        format!("No row carries a {word}: no column of the exports is mapped to it. The data has {there}."),
    )
}
