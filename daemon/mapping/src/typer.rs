//! Rows of text to typed records by a profile, with every doubt said and every unusable row put aside with its reason.
//!
//! Invariants: a cell that can't be read is never replaced by a near value; a row is put aside only where a required or
//! key column is unusable, a code is too long to be one, or its times contradict themselves; the source text of times and of every unmapped column
//! stays in `extra`; derived values are named in `extra` under [`DERIVED`].

mod cells;
mod checks;
mod other;
mod repeats;
mod tally;

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _, Utc};
use chrono_tz::Tz;
use plant_core::fold::fold;
use plant_core::job::IngestOrder;
use plant_core::mark::Seen;
use plant_core::operator::Operators;
use plant_core::plan::ReadingPlan;
use plant_core::profile::{Output, Profile};
use plant_core::record::{DERIVED, Record, Value};
use plant_core::stop::StopCategory;
use plant_core::table::{Layout, Problem};
use plant_core::time::{self, LocalKind};
use plant_core::variable::{Kind, Variable};
use plant_lexicon::stops;

use self::cells::{Cell, Plan};
use self::checks::Draft;
use self::other::Other;
use self::repeats::Repeats;
use self::tally::Tally;
pub use self::tally::{REMARKS_KEPT, TyperEnd};
use super::facts::{Blank, ColumnFacts, blank};
use super::happened::may_lie_ahead;
use super::nights;
use super::output::{Input, OutputError, Unusable};
use super::plan;
use super::shape::Row;

/// Name in `extra` of the list of remarks that many rows share (`rolled_midnight`).
pub const FLAGS: &str = "_flags";

/// Hours of a night shift before this one are of the day after its date.
const NOON: u32 = 12;

/// A typed row or the reason why it is put aside.
#[derive(Debug, Clone, PartialEq)]
pub enum Typed {
    /// A record, and remarks on it.
    Record(Record, Vec<Problem>),
    /// Put aside.
    Quarantine(Problem),
}

/// A time of day as it is on the date of its row: of a shift that goes over midnight, an early one is of the day after.
fn after_midnight(draft: &mut Draft, local: NaiveDateTime) -> NaiveDateTime {
    let of_shift = draft.record.get(Variable::ShiftDate).is_some();
    let next = local.checked_add_days(Days::new(1));
    match next.filter(|_| draft.night && of_shift && local.hour() < NOON) {
        Some(next) => {
            if !draft.flags.contains(&"after_midnight") {
                draft.flags.push("after_midnight");
            }
            next
        }
        None => local,
    }
}

/// Turns rows into records.
#[derive(Debug)]
pub struct Typer {
    plans: Vec<Plan>,
    other: Other,
    key: Vec<Variable>,
    settings: plant_core::profile::Settings,
    /// Whether rows have a shift and the date of it.
    has_shifts: bool,
    /// Whether quantities of a row are readings of counters.
    reads_counters: bool,
    categories: std::collections::BTreeMap<String, StopCategory>,
    zone: Tz,
    currency: Option<String>,
    plan: ReadingPlan,
    /// The line of the last row.
    line: u64,
    /// See [`Typer::is_plain`].
    is_plain: bool,
    tally: Tally,
    /// Per plan: the point in time of the row before, where the column's times increase.
    before: Vec<Option<DateTime<Utc>>>,
}

impl Typer {
    /// A typer for that profile over a file laid out so. Numbers and dates are read as the whole column (`facts`) says.
    ///
    /// # Errors
    /// When the file lacks what an output of the profile is made of, which [`crate::decide`] holds it for.
    pub fn new(
        profile: &Profile,
        layout: &Layout,
        facts: &ColumnFacts,
        order: &IngestOrder,
    ) -> Result<Typer, OutputError> {
        let plan = plan::of(profile, layout, facts, order);
        let currency = profile.settings.currency.as_ref().or(plan.currency.as_ref());
        let mut plans: Vec<Plan> = (layout.header.iter().zip(&plan.columns).enumerate())
            .map(|(index, (source, column))| {
                let named = facts
                    .columns
                    .get(index)
                    .is_some_and(|column| column.name.unit.is_some());
                let currency = currency.map(String::as_str);
                Plan::new(
                    profile,
                    source,
                    index,
                    *column,
                    named,
                    currency,
                    order.operators.as_ref(),
                )
            })
            .collect();
        for output in profile.made() {
            let input = Input::of(output, &profile.settings, layout, Some(facts), &plan.columns, order)?;
            let currency = currency.map(String::as_str);
            plans.push(Plan::made(profile, output, input, currency, order.operators.as_ref()));
        }
        let zone_name = profile.settings.zone.as_deref().unwrap_or(&plan.zone);
        let categories = profile
            .settings
            .categories
            .iter()
            .map(|(word, category)| (fold(word.trim()), *category))
            .collect();
        let has = |variable| plans.iter().any(|plan| plan.variable == Some(variable));
        Ok(Typer {
            before: vec![None; plans.len()],
            has_shifts: has(Variable::Shift) && has(Variable::ShiftDate),
            tally: Tally::new(&plans, profile.settings.quantities_on_running_rows),
            plans,
            other: Other::new(&layout.header, &plan),
            key: profile.settings.key.clone(),
            categories,
            zone: time::zone(zone_name).unwrap_or(Tz::UTC),
            currency: profile.settings.currency.clone().or_else(|| plan.currency.clone()),
            settings: profile.settings.clone(),
            reads_counters: profile.series_steps.counts_pieces(),
            plan,
            line: 0,
            is_plain: true,
        })
    }

    /// How it reads, with what the rows so far showed of that.
    pub fn plan(&self) -> &ReadingPlan {
        &self.plan
    }

    /// Per column whether its cells may not be kept as they stand, because they name operators.
    pub fn hidden(&self) -> Vec<bool> {
        let is_hidden = self.plan.operators == Operators::Codes;
        let columns = self.plan.columns.iter();
        columns.map(|column| is_hidden && column.names_operators).collect()
    }

    /// Whether nothing was remarked on the last row, so that its line would make the same row again.
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// A row that is known from before and was plain then.
    pub fn known(&mut self, seen: Seen) {
        self.tally
            .counted(seen.mark, seen.day.and_then(NaiveDate::from_epoch_days));
    }

    /// The name in a row whose code is this one.
    pub fn operator(&self, code: &str, cells: &[&str]) -> Option<String> {
        self.plans.iter().find_map(|plan| plan.named(code, cells))
    }

    /// One row as it stands.
    pub fn row(&mut self, line: u64, cells: &[&str]) -> Typed {
        self.made(line, Row { cells, repeats: &[] })
    }

    /// One row that line steps made of a line: what it only says again adds nothing.
    pub fn made(&mut self, line: u64, row: Row<'_>) -> Typed {
        self.is_plain = true;
        match self.draft(line, row) {
            Ok(draft) => self.record(draft, row.cells),
            Err(problem) => {
                self.tally.quarantined += 1;
                Typed::Quarantine(problem)
            }
        }
    }

    /// The end of the file.
    pub fn finish(self) -> TyperEnd {
        self.tally.finish(&self.plans)
    }

    fn draft(&mut self, line: u64, row: Row<'_>) -> Result<Draft, Problem> {
        let mut draft = Draft {
            record: Record::empty(line),
            remarks: Vec::new(),
            derived: Vec::new(),
            flags: Vec::new(),
            locals: Vec::new(),
            of_day: Vec::new(),
            night: self.is_night(row.cells),
            counted: Vec::new(),
        };
        let plans = std::mem::take(&mut self.plans);
        let first = Repeats::of(&plans, row, self.line == line);
        self.line = line;
        // Dates first: times of day stand on them.
        let typed = [true, false].into_iter().try_for_each(|dates_first| {
            for (index, plan) in plans.iter().enumerate() {
                if plan.is_date() == dates_first {
                    let Some(cells) = first.cells(plan) else {
                        draft.counted.extend(first.counted(plan));
                        continue;
                    };
                    match plan.input.text(cells) {
                        Ok(raw) => self.cell(&mut draft, plan, index, &raw)?,
                        Err(Unusable { code, what, raw }) => {
                            let problem = plan.problem(line, code, what, &raw);
                            let ends_row = plan.variable.is_some_and(|variable| self.key.contains(&variable));
                            self.unusable(&mut draft, plan, index, problem, &raw, ends_row)?;
                        }
                    }
                }
            }
            Ok(())
        });
        self.plans = plans;
        typed?;
        self.roll_midnight(&mut draft)?;
        Ok(draft)
    }

    /// Reads one cell into the draft.
    fn cell(&mut self, draft: &mut Draft, plan: &Plan, index: usize, raw: &str) -> Result<(), Problem> {
        let text = raw.trim();
        let Some(variable) = plan.variable else {
            if text.is_empty() {
                return Ok(());
            }
            match &plan.measure {
                Some(measure) if blank(text) != Blank::Yes => match plan.measured(measure.kind, text) {
                    Some(value) => draft.record.measures.push((Arc::clone(measure), value)),
                    None => keep(draft, plan, raw),
                },
                _ => keep(draft, plan, raw),
            }
            return Ok(());
        };
        match blank(text) {
            _ if plan.always() => {}
            Blank::Yes => return self.missing(plan, draft.record.line),
            Blank::Dash if variable.kind() != Kind::Text => return self.missing(plan, draft.record.line),
            Blank::Error => {
                self.is_plain = false;
                self.tally.error_tokens += 1;
                return self.missing(plan, draft.record.line);
            }
            _ if self.is_null_token(text) => return self.missing(plan, draft.record.line),
            _ => {}
        }
        match plan.read(
            text,
            draft
                .record
                .get(Variable::ShiftDate)
                .or(draft.record.get(Variable::PostingDate)),
        ) {
            Cell::Value(value) => draft.record.set(variable, value),
            Cell::Nothing => return self.missing(plan, draft.record.line),
            Cell::Local { local, timed, rolls } => {
                keep(draft, plan, raw);
                let local = match rolls {
                    true => after_midnight(draft, local),
                    false => local,
                };
                self.local(draft, plan, index, variable, local, timed);
                if rolls {
                    draft.of_day.push(variable);
                }
            }
            Cell::Instant(utc) => {
                keep(draft, plan, raw);
                let local = time::local(self.zone, utc);
                self.instant(draft, variable, utc, local);
            }
            Cell::Bad { code, what } => {
                let problem = plan.problem(draft.record.line, code, what, raw);
                self.unusable(draft, plan, index, problem, raw, self.key.contains(&variable))?;
            }
            Cell::Foreign => {
                let what = "is in another unit or currency than its column; correct it in the export";
                let problem = plan.problem(draft.record.line, "foreign_unit", what, raw);
                // Without it the row would count as if nothing had been booked.
                self.unusable(draft, plan, index, problem, raw, true)?;
            }
            Cell::Long { most } if variable.is_code() => {
                let what = format!(
                    "is longer than the {most} characters of a code; correct the cell in the export, or leave the column \
                     unmapped with `plant profiles save NAME --from FILE --set \"{}=\"`",
                    plan.source
                );
                let problem = plan.problem(draft.record.line, "long_code", &what, raw);
                // Without its code the row would be counted under another thing.
                self.unusable(draft, plan, index, problem, raw, true)?;
            }
            Cell::Long { most } => {
                let what = format!("is longer than the {most} characters that are counted by; it is kept as it stands");
                let problem = plan.problem(draft.record.line, "long_text", &what, raw);
                self.unusable(draft, plan, index, problem, raw, self.key.contains(&variable))?;
            }
        }
        self.future(draft, plan, variable, raw)
    }

    /// A cell that gives no value: the end of its row where the row can't do without, else a remark.
    fn unusable(
        &mut self,
        draft: &mut Draft,
        plan: &Plan,
        index: usize,
        problem: Problem,
        raw: &str,
        ends_row: bool,
    ) -> Result<(), Problem> {
        self.is_plain = false;
        self.tally.bad(index);
        if plan.required || ends_row {
            return Err(Problem {
                quarantined: true,
                ..problem
            });
        }
        // What can't be read is still the source's, and a person may want to see it.
        keep(draft, plan, raw);
        draft.remarks.push(problem);
        Ok(())
    }

    /// Whether the row is of a shift that goes over midnight.
    fn is_night(&self, cells: &[&str]) -> bool {
        if !self.has_shifts {
            return false;
        }
        let of_shift = self.plans.iter().find(|plan| plan.variable == Some(Variable::Shift));
        let name = of_shift.and_then(|plan| plan.input.text(cells).ok());
        name.is_some_and(|name| nights::is_one(&name, &self.plan.nights))
    }

    fn is_null_token(&self, text: &str) -> bool {
        self.settings.null_tokens.iter().any(|token| token == text)
    }

    /// A local time of this row.
    fn local(
        &mut self,
        draft: &mut Draft,
        plan: &Plan,
        index: usize,
        variable: Variable,
        local: NaiveDateTime,
        timed: bool,
    ) {
        if variable.kind() == Kind::Date {
            draft.record.set(variable, Value::Date(local.date()));
            return;
        }
        let closes = self.settings.midnight_closes_day && timed && local.time() == NaiveTime::MIN;
        let written = local;
        let local = if closes {
            local.checked_add_days(Days::new(1)).unwrap_or(local)
        } else {
            local
        };
        let before = self.before.get(index).copied().flatten().filter(|_| plan.increasing);
        // In the hour that comes twice an end is the one that does not lie before its start.
        let start = match (variable, draft.record.get(Variable::EventStart)) {
            (Variable::EventEnd, Some(Value::Time(start))) => start.checked_sub_signed(TimeDelta::seconds(1)),
            _ => None,
        };
        let before = start.or(before);
        // The end of an interval lies as far from UTC as its beginning: 03:00 ends the repeated hour and the hour before.
        let length = plan.interval.unwrap_or_default();
        let begin = local.checked_sub_signed(length).unwrap_or(local);
        let found = time::to_utc(self.zone, begin, before);
        match found.kind {
            LocalKind::Exact => {}
            LocalKind::First | LocalKind::Second => draft.flags.push("clock_repeated"),
            LocalKind::Shifted => draft.flags.push("clock_skipped"),
        }
        if let Some(slot) = self.before.get_mut(index) {
            *slot = Some(found.utc);
        }
        let utc = found.utc.checked_add_signed(length).unwrap_or(found.utc);
        draft.record.set(variable, Value::Time(utc));
        draft.locals.push((variable, if closes { written } else { local }));
    }

    fn instant(&mut self, draft: &mut Draft, variable: Variable, utc: DateTime<Utc>, local: NaiveDateTime) {
        match variable.kind() {
            Kind::Date => draft.record.set(variable, Value::Date(local.date())),
            _ => {
                draft.record.set(variable, Value::Time(utc));
                draft.locals.push((variable, local));
            }
        }
    }

    /// A time that lies more than a day ahead did not happen.
    fn future(&self, draft: &Draft, plan: &Plan, variable: Variable, raw: &str) -> Result<(), Problem> {
        if matches!(variable.kind(), Kind::Time | Kind::Date) && !may_lie_ahead(variable) {
            let day = match draft.record.get(variable) {
                Some(Value::Date(day)) => Some(*day),
                Some(Value::Time(utc)) => Some(time::local(self.zone, *utc).date()),
                _ => None,
            };
            // The interval that ends at midnight of today is written as tomorrow, and zones differ by a day.
            let limit = self
                .plan
                .today
                .checked_add_days(Days::new(1))
                .unwrap_or(self.plan.today);
            if day.is_some_and(|day| day > limit) {
                let what = format!("is later than tomorrow ({limit})");
                return Err(Problem {
                    quarantined: true,
                    ..plan.problem(draft.record.line, "future_date", &what, raw)
                });
            }
        }
        Ok(())
    }

    /// A row whose values are all read: what follows from them, and the record.
    fn record(&mut self, mut draft: Draft, cells: &[&str]) -> Typed {
        self.categorise(&mut draft);
        self.running_rows_only(&mut draft);
        checks::derive(&mut draft, self.reads_counters);
        if let Err(problem) = checks::times(&mut draft) {
            self.tally.quarantined += 1;
            return Typed::Quarantine(problem);
        }
        checks::remarks(&mut draft);
        self.money(&mut draft);
        let Draft {
            mut record,
            mut remarks,
            mut derived,
            flags,
            locals,
            ..
        } = draft;
        record.day = day_of(&record, &locals);
        record.ts = ts_of(&record, self.zone);
        record.other = self.other.hash(cells);
        derived.extend(self.plan.says.fill(&mut record).into_iter().map(Variable::name));
        for (name, list) in [(DERIVED, &derived), (FLAGS, &flags)] {
            if !list.is_empty() {
                record.extra.push((name.to_owned(), list.join(",")));
            }
        }
        self.is_plain &= flags.is_empty() && remarks.is_empty();
        self.plan.depends_on_rows |= flags.contains(&"clock_repeated");
        self.tally.record(&record, &flags, &mut remarks);
        Typed::Record(record, remarks)
    }

    /// A missing cell; what the folder says stands in its place.
    fn missing(&self, plan: &Plan, line: u64) -> Result<(), Problem> {
        let mut words = self.plan.says.words();
        match words.any(|(variable, _)| Some(variable) == plan.variable) {
            true => Ok(()),
            false => plan.missing(line),
        }
    }

    /// An end before its start, where both are times of day, is on the next day.
    fn roll_midnight(&mut self, draft: &mut Draft) -> Result<(), Problem> {
        if !draft.of_day.contains(&Variable::EventEnd) || !draft.of_day.contains(&Variable::EventStart) {
            return Ok(());
        }
        let local = |variable: Variable, draft: &Draft| {
            draft
                .locals
                .iter()
                .find(|(found, _)| *found == variable)
                .map(|(_, local)| *local)
        };
        let (Some(start), Some(end)) = (local(Variable::EventStart, draft), local(Variable::EventEnd, draft)) else {
            return Ok(());
        };
        if end >= start {
            return Ok(());
        }
        let Some(rolled) = end.checked_add_days(Days::new(1)) else {
            return Ok(());
        };
        let hours = rolled.signed_duration_since(start).num_hours();
        if hours >= checks::ROLL_MOST_H {
            // Days may lie between the two times of day. Where the row says its duration itself it can do without its end.
            if draft.record.get(Variable::Duration).is_none() {
                return Err(checks::negative(draft.record.line, start, end));
            }
            if let Some(slot) = draft.record.values.get_mut(Variable::EventEnd.index()) {
                *slot = None;
            }
            draft.locals.retain(|(variable, _)| *variable != Variable::EventEnd);
            checks::remark(
                draft,
                "end_uncertain",
                format!("from {start} to {end} is no time that a clock tells; the duration counts"),
            );
            return Ok(());
        }
        draft.record.set(
            Variable::EventEnd,
            Value::Time(time::to_utc(self.zone, rolled, None).utc),
        );
        for (variable, local) in &mut draft.locals {
            if *variable == Variable::EventEnd {
                *local = rolled;
            }
        }
        draft.flags.push("rolled_midnight");
        Ok(())
    }

    /// The word of a state or reason column as a category.
    fn categorise(&self, draft: &mut Draft) {
        let own = |text: &str| self.categories.get(&fold(text.trim())).copied();
        let known = |text: &str| own(text).or_else(|| stops::category(text));
        let record = &draft.record;
        let state = record
            .text(Variable::StopCategory)
            .map(|text| known(text).unwrap_or(StopCategory::Unknown));
        let reason = |meaning: &dyn Fn(&str) -> Option<StopCategory>| {
            [Variable::ReasonText, Variable::ReasonCode]
                .into_iter()
                .find_map(|variable| record.text(variable).and_then(meaning))
        };
        // A state that only says "stopped" is refined by the reason beside it, but never to one that takes its time out
        // of the plan unless the profile says so: a word must not make the availability look better.
        let refined =
            |text: &str| own(text).or_else(|| stops::category(text).filter(|category| !category.outside_plan()));
        let (category, derived) = match state {
            None => (reason(&known), true),
            Some(StopCategory::Unknown) => (reason(&refined).or(state), false),
            Some(_) => (state, false),
        };
        if let Some(category) = category {
            if let Some(index) = self
                .plans
                .iter()
                .position(|plan| plan.variable == Some(Variable::StopCategory))
                && let Some(plan) = self.plans.get(index)
                && let Some(text) = draft.record.text(Variable::StopCategory)
                && text != category.name()
            {
                let source = (plan.source.clone(), text.to_owned());
                draft.record.extra.push(source);
            }
            if derived {
                draft.derived.push(Variable::StopCategory.name());
            }
            draft
                .record
                .set(Variable::StopCategory, Value::Text(category.name().to_owned()));
        }
    }

    /// On rows that are not running, quantities that repeat those of their run go to `extra`.
    fn running_rows_only(&self, draft: &mut Draft) {
        let state = draft
            .record
            .text(Variable::StopCategory)
            .and_then(StopCategory::from_name);
        let runs = state.is_some_and(StopCategory::runs);
        if !self.settings.quantities_on_running_rows || runs {
            return;
        }
        for plan in &self.plans {
            let Some(variable) = plan.variable else { continue };
            if !super::suggest::neighbours::is_count(variable) {
                continue;
            }
            if let Some(slot) = draft.record.values.get_mut(variable.index())
                && let Some(Value::Number(number)) = slot.take()
            {
                draft.record.extra.push((plan.source.clone(), number.to_string()));
            }
        }
    }

    /// The currency of a row with money that does not say it.
    fn money(&self, draft: &mut Draft) {
        let has_money = || {
            self.plans.iter().any(|plan| {
                plan.variable
                    .is_some_and(|variable| variable.is_money() && draft.record.get(variable).is_some())
            })
        };
        match draft.record.text(Variable::Currency) {
            Some(text) => {
                let code = super::number::currency_code(text).map_or_else(|| text.to_uppercase(), str::to_owned);
                if code != text {
                    draft.record.set(Variable::Currency, Value::Text(code));
                }
            }
            None => {
                if let Some(currency) = &self.currency
                    && has_money()
                {
                    draft.record.set(Variable::Currency, Value::Text(currency.clone()));
                }
            }
        }
    }
}

/// The local date that a row belongs to.
fn day_of(record: &Record, locals: &[(Variable, NaiveDateTime)]) -> Option<NaiveDate> {
    let date = |variable: Variable| match record.get(variable) {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    };
    let local = |variable: Variable| {
        locals
            .iter()
            .find(|(found, _)| *found == variable)
            .map(|(_, local)| *local)
    };
    date(Variable::ShiftDate)
        .or_else(|| date(Variable::PostingDate))
        .or_else(|| {
            local(Variable::EventStart)
                .or_else(|| local(Variable::SampleTime))
                .map(|local| local.date())
        })
        .or_else(|| {
            // An interval [from, to) that ends at midnight lies in the day before; where midnight closes the day, the
            // written date is that day already.
            let end = local(Variable::EventEnd)?;
            let written = match record.get(Variable::EventEnd) {
                Some(Value::Time(utc)) => *utc,
                _ => return Some(end.date()),
            };
            let closes = end.and_utc().signed_duration_since(written).num_hours() < -12;
            match end.time() == NaiveTime::MIN && !closes {
                true => end.date().pred_opt(),
                false => Some(end.date()),
            }
        })
}

/// The main point in time of a row.
fn ts_of(record: &Record, zone: Tz) -> Option<DateTime<Utc>> {
    let time = |variable: Variable| match record.get(variable) {
        Some(Value::Time(utc)) => Some(*utc),
        _ => None,
    };
    time(Variable::EventStart)
        .or_else(|| time(Variable::SampleTime))
        .or_else(|| time(Variable::EventEnd))
        .or_else(|| {
            [Variable::PostingDate, Variable::ShiftDate]
                .into_iter()
                .find_map(|variable| match record.get(variable) {
                    Some(Value::Date(date)) => Some(time::day_start(zone, *date)),
                    _ => None,
                })
        })
}

/// Whether what an output says for the whole file is a value of its variable; what stands in the rows is read with them.
pub(crate) fn reads(profile: &Profile, output: &Output, input: &Input) -> bool {
    let Input::Fixed { text, .. } = input else {
        return true;
    };
    let plan = Plan::made(profile, output, input.clone(), None, None);
    matches!(
        plan.read(text, None),
        Cell::Value(_) | Cell::Local { .. } | Cell::Instant(_)
    )
}

/// Whether a text that stands in no file is a value of an output's variable in one way.
pub(crate) fn reads_constant(output: &Output, text: &str) -> bool {
    let plan = Plan::constant(output, text);
    let is_ambiguous = matches!(crate::date::read(text), Some(crate::date::DateCell::Pair { .. }));
    let is_day = matches!(output.variable.kind(), Kind::Date | Kind::Time);
    !(is_day && is_ambiguous)
        && matches!(
            plan.read(text, None),
            Cell::Value(_) | Cell::Local { .. } | Cell::Instant(_)
        )
}

/// Keeps the source's text of a column; the columns behind an output keep their own.
fn keep(draft: &mut Draft, plan: &Plan, raw: &str) {
    if plan.input.is_column() {
        draft
            .record
            .extra
            .push((plan.source.clone(), plan.shown(raw).into_owned()));
    }
}

#[cfg(test)]
mod tests;
