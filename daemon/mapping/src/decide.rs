//! What is done with a file whose columns are known: taken in by a profile, or held with the most specific reason.
//!
//! Invariants: a saved profile is used only where its required columns are there and its numbers and dates can be read
//! in one way; a file without one is taken in only when nothing about it is doubtful; whatever is held says what to do.

mod against;
mod columns;
mod views;

use std::collections::BTreeMap;

use plant_core::header::fingerprint;
use plant_core::ids::ProfileId;
use plant_core::job::{Decision, IngestHead, IngestOrder, Refusal};
use plant_core::learned::Fact;
use plant_core::measure::Home;
use plant_core::profile::{DateOrder, Profile, ProfileColumn, SeriesSteps, Settings, Transform};
use plant_core::reference::{Nature, nature};
use plant_core::state::{Reason, ReasonCode};
use plant_core::table::Layout;
use plant_core::tier;
use plant_core::variable::{Kind, Variable};
use plant_core::words;
use sha2::{Digest as _, Sha256};

use self::against::{has_names_of, hold, one_currency, rework_is_read, told_currency};
use self::columns::{Columns, NEAR, columns_named, nearest};
use super::facts::{Column, ColumnFacts, Order};
use super::measure;
use super::number::Decimals;
use super::operators::Shown;
use super::output::{Input, OutputError};
use super::plan;
use super::reading::{Reading, lies};
use super::suggest::{self, Candidate, Pair, SURE, SURE_TEXT, WORTH, Weighed, tier_input};

/// Confidence of the layout below which a file without a profile is held.
const LAYOUT_SURE: f64 = 0.3;
/// Share of the cells of a date or number that must be readable for a file to be taken in by a saved profile.
const READABLE: f64 = 0.5;
/// Share of the cells that must fit for a profile by position.
const FIT: f64 = 0.95;

/// What is done with the file.
pub fn decide(layout: &Layout, facts: &ColumnFacts, order: &IngestOrder) -> IngestHead {
    let weighed = suggest::weigh(layout.form, facts, order, &Settings::default());
    let (decision, profile) = match choose(layout, facts, order, &weighed) {
        Ok((profile, is_new)) => {
            let decision = Decision::Take {
                profile: Box::new(profile.clone()),
                is_new,
            };
            (decision, Some((profile, is_new)))
        }
        Err(mut reason) => {
            reason.text.push_str(&suggest::advice(layout, &weighed.shape));
            (Decision::Refuse(Refusal::Hold(reason)), None)
        }
    };
    let chosen = profile.as_ref().map(|(profile, is_new)| (profile, *is_new));
    // Of a held file it is shown what the suggestion would make of it.
    let suggested = made(facts, &weighed, order, String::new());
    let plan = plan::of(chosen.map_or(&suggested, |(profile, _)| profile), layout, facts, order);
    let shown = Shown {
        key: order.operators.as_ref(),
        profile: chosen.map(|(profile, _)| profile),
        known: &order.profiles,
    };
    let columns = views::columns(facts, &weighed, chosen, &plan, shown);
    let mut suggestion = suggest::view(layout, facts, &weighed, shown);
    if let Decision::Refuse(refusal) = &decision {
        suggestion.reason = Some(refusal.reason().clone());
    }
    let mut layout = layout.clone();
    layout
        .notes
        .extend(taught(facts, order, chosen.map(|(profile, _)| profile)));
    if let Some((profile, _)) = chosen {
        layout
            .notes
            .extend(measure::left_out(profile, facts, layout.form, order));
        let said = plan.said;
        let note = |(variable, text): (&Variable, &String)| {
            format!(
                "Its name, its folder or its first lines say for each row: {} is `{text}`.",
                variable.noun()
            )
        };
        layout.notes.extend(said.iter().map(note));
    }
    IngestHead {
        layout: Some(layout),
        decision,
        columns,
        suggestion: Some(suggestion),
    }
}

/// What was not told by the cells of a column, and by which other file it is.
fn taught(facts: &ColumnFacts, order: &IngestOrder, profile: Option<&Profile>) -> Vec<String> {
    let note = |column: &Column| {
        let told = order.learned.column(&column.source)?;
        let dates = matches!(
            column.dates.order(order.today, lies(column, profile)),
            Order::Ambiguous | Order::Custom(_)
        );
        let numbers = matches!(column.numbers.decimals(), Decimals::Ambiguous(_));
        let said = match (&told.order, &told.decimal) {
            (Fact::Proven { value, by }, _) if dates && column.dates.pairs > 0 => {
                format!("{}, as `{by}` proves", first(*value))
            }
            (_, Fact::Proven { value, by }) if numbers => format!("`{value}` is the decimal sign, as `{by}` proves"),
            (Fact::Contested { by, and }, _) if dates && column.dates.pairs > 0 => {
                format!("`{by}` and `{and}` have its days and months in different orders")
            }
            (_, Fact::Contested { by, and }) if numbers => format!("`{by}` and `{and}` have different decimal signs"),
            _ => return None,
        };
        Some(format!("`{}`: {said}.", column.source))
    };
    facts.columns.iter().filter_map(note).collect()
}

/// The order of a date in words.
fn first(order: DateOrder) -> &'static str {
    match order {
        DateOrder::Ymd => "the year comes first",
        DateOrder::Dmy => "the day comes first",
        DateOrder::Mdy => "the month comes first",
    }
}

fn choose(
    layout: &Layout,
    facts: &ColumnFacts,
    order: &IngestOrder,
    weighed: &Weighed,
) -> Result<(Profile, bool), Reason> {
    one_table(layout)?;
    if let Some(profile) = &order.forced_profile {
        fits(profile, layout, facts, order)?;
        return Ok((profile.clone(), false));
    }
    let print = fingerprint(layout.as_written());
    let saved = || order.profiles.iter().filter(|profile| !profile.archived);
    let mut refused = None;
    for profile in saved().filter(|profile| profile.header_fingerprint == print) {
        // Columns without names are alike in every file of as many columns: the cells must agree as well.
        let strange = if layout.has_names() {
            None
        } else {
            stranger(profile, facts)
        };
        match strange {
            Some(text) => refused = Some(hold(ReasonCode::NoHeader, text)),
            None => {
                fits(profile, layout, facts, order)?;
                has_names_of(profile, layout)?;
                drifted(profile, facts)?;
                counts_on(profile, facts, weighed)?;
                return Ok((profile.clone(), false));
            }
        }
    }
    if let Some(reason) = refused {
        return Err(reason);
    }
    if !layout.has_names() {
        let text = format!(
            "the file has no header line, and no profile by position for {} columns is saved",
            layout.header.len()
        );
        return Err(hold(ReasonCode::NoHeader, text));
    }
    if let Some(near) = nearest(saved(), &layout.header) {
        let text = format!(
            "the columns are nearly those of profile `{}` ({} the same): {}",
            near.profile.name,
            words::estimate(near.shared()),
            near.difference()
        );
        return Err(hold(ReasonCode::ProfileNeeded, text));
    }
    if let Some(missing) = saved().find_map(|profile| lacking(profile, &layout.header)) {
        return Err(missing);
    }
    let profile = certain(layout, facts, weighed, order, print)?;
    told_currency(&profile, facts, order)?;
    one_currency(&profile, facts, order)?;
    rework_is_read(&profile, facts)?;
    Ok((profile, true))
}

/// Holds a workbook of which more than one sheet has the table, and nobody said which counts.
fn one_table(layout: &Layout) -> Result<(), Reason> {
    let (Some(sheet), [_, ..]) = (&layout.sheet, layout.twins.as_slice()) else {
        return Ok(());
    };
    let all: Vec<String> = std::iter::once(sheet)
        .chain(&layout.twins)
        .map(|name| format!("`{name}`"))
        .collect();
    let text = format!(
        "the sheets {} have the same columns, and one would be read: say which with `plant profiles save NAME --from FILE \
         --sheet SHEET`, or that all are with --shape 'sheets:*'",
        all.join(", ")
    );
    Err(hold(ReasonCode::ProfileNeeded, text))
}

/// Whether a profile can read the file.
fn fits(profile: &Profile, layout: &Layout, facts: &ColumnFacts, order: &IngestOrder) -> Result<(), Reason> {
    let columns = Columns::compare(profile, &layout.header);
    let missing = columns.required_missing();
    if !missing.is_empty() {
        let text = format!(
            "profile `{}` requires {} that the file does not have: {}",
            profile.name,
            columns_named(&missing),
            columns.difference()
        );
        return Err(hold(ReasonCode::RequiredColumnMissing, text));
    }
    let reading = Reading::by(profile, facts, layout.form, order);
    for (index, column) in facts.columns.iter().enumerate() {
        let Some(mapped) = profile.column(&column.source) else {
            continue;
        };
        let kind = match (mapped.variable, mapped.home) {
            (Some(variable), _) => variable.kind(),
            (None, Some(Home::ProcessValue)) => Kind::Number,
            (None, _) => continue,
        };
        unambiguous(facts, &reading, index, kind, &mapped.transform)?;
    }
    outputs(profile, layout, facts, order, &reading)?;
    one_each(profile, &layout.header)?;
    told_currency(profile, facts, order)?;
    one_currency(profile, facts, order)
}

/// Holds the file where an output of the profile is made of what it lacks, or of what can be read in two ways.
fn outputs(
    profile: &Profile,
    layout: &Layout,
    facts: &ColumnFacts,
    order: &IngestOrder,
    reading: &Reading,
) -> Result<(), Reason> {
    let plan = plan::of(profile, layout, facts, order);
    for output in profile.made() {
        let found = Input::of(output, &profile.settings, layout, Some(facts), &plan.columns, order).and_then(|input| {
            match crate::typer::reads(profile, output, &input) {
                true => Ok(input),
                false => Err(OutputError::Unreadable {
                    variable: output.variable.noun(),
                    text: input.text(&[]).map_or(String::new(), |text| text.into_owned()),
                }),
            }
        });
        let input = found.map_err(|error| {
            let code = match error {
                OutputError::Column { .. } => ReasonCode::RequiredColumnMissing,
                OutputError::Ambiguous { .. } => ReasonCode::AmbiguousDate,
                _ => ReasonCode::ProfileNeeded,
            };
            hold(code, format!("profile `{}`: {error}", profile.name))
        })?;
        for index in input.columns() {
            unambiguous(facts, reading, index, output.variable.kind(), &output.transform)?;
        }
    }
    Ok(())
}

/// Holds the file where two of its columns, which the reader gave different names, would be one of the profile.
fn one_each(profile: &Profile, header: &[String]) -> Result<(), Reason> {
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for source in header {
        if let Some(mapped) = profile.column(source)
            && let Some(other) = taken.insert(&mapped.source, source)
            && other != source
        {
            let text = format!(
                "the columns `{other}` and `{source}` would both be the column `{}` of profile `{}`; save a profile that \
                 names each of them",
                mapped.source, profile.name
            );
            return Err(hold(ReasonCode::ProfileNeeded, text));
        }
    }
    Ok(())
}

/// Holds the file where a mapped column can be read in two ways.
fn unambiguous(
    facts: &ColumnFacts,
    reading: &Reading,
    index: usize,
    kind: Kind,
    transform: &Transform,
) -> Result<(), Reason> {
    let Some(column) = facts.columns.get(index) else {
        return Ok(());
    };
    let how = reading.column(index);
    let sample = column
        .samples
        .iter()
        .find(|sample| sample.contains(['.', ',', '/', '-']))
        .or(column.samples.first())
        .map_or("", String::as_str);
    match kind {
        Kind::Number if how.number_ambiguous && column.numbers.decimals() == Decimals::Contradictory => {
            let said = match (column.numbers.point, column.numbers.comma) {
                (0, 0) => "many cells look as if thousands were separated and others have long numbers without a sign",
                _ => "some cells write decimals with a point and others with a comma",
            };
            let text = format!(
                "column `{}`: {said}, such as `{sample}`; save a profile with --decimal and the others become problems",
                column.source
            );
            Err(hold(ReasonCode::AmbiguousNumber, text))
        }
        Kind::Number if how.number_ambiguous => {
            let text = format!(
                "column `{}`: `{sample}` could be a thousand or a decimal, and no other cell of the file tells which",
                column.source
            );
            Err(hold(ReasonCode::AmbiguousNumber, text))
        }
        Kind::Date | Kind::Time
            if how.date_ambiguous && column.dates.pairs > 0 && *transform != Transform::TimeOfDay =>
        {
            let parts = if column.dates.short > 0 {
                "the year could come first or last, or the month before the day"
            } else {
                "the day could come first or the month"
            };
            let text = format!(
                "column `{}`: in `{sample}` {parts}, and no other cell tells which",
                column.source
            );
            Err(hold(ReasonCode::AmbiguousDate, text))
        }
        _ => Ok(()),
    }
}

/// A profile that is clearly meant, but lacks a required column.
fn lacking(profile: &Profile, header: &[String]) -> Option<Reason> {
    let columns = Columns::compare(profile, header);
    let missing = columns.required_missing();
    if columns.shared() < NEAR || missing.is_empty() {
        return None;
    }
    let text = format!(
        "the columns are those of profile `{}`, but {} that it requires {} missing: {}",
        profile.name,
        columns_named(&missing),
        if missing.len() == 1 { "is" } else { "are" },
        columns.difference()
    );
    Some(hold(ReasonCode::RequiredColumnMissing, text))
}

/// How many cells of a column can be read as that variable; `None` where any text can.
fn readable(column: &Column, variable: Variable) -> Option<u64> {
    match variable.kind() {
        Kind::Number if variable == Variable::Duration => {
            Some(column.numbers.numbers + column.durations + column.dates.clocks + column.dates.impossible)
        }
        Kind::Number => Some(column.numbers.numbers),
        Kind::Date | Kind::Time => Some(
            column.dates.dates() + column.dates.clocks + column.epoch_millis + column.epoch_seconds + column.serials,
        ),
        Kind::Text | Kind::Flag => None,
    }
}

/// Holds a file of whose cells of a column most can't be read any more: the export has changed how it writes them.
fn drifted(profile: &Profile, facts: &ColumnFacts) -> Result<(), Reason> {
    shortened(facts, |index| {
        profile.column(&facts.columns.get(index)?.source)?.variable
    })?;
    let mapped = |column: &Column| {
        let mapped = profile.column(&column.source)?;
        mapped
            .variable
            .filter(|_| !matches!(mapped.transform, Transform::Constant(_)))
    };
    for column in &facts.columns {
        let made = || {
            profile
                .outputs
                .iter()
                .find(|output| output.reads_values_of(&column.source))
        };
        let variable = mapped(column).or_else(|| made().map(|output| output.variable));
        let Some(fitting) = variable.and_then(|variable| readable(column, variable)) else {
            continue;
        };
        if column.filled > 0 && column.share(fitting) < READABLE {
            let sample = column.samples.first().map_or("", String::as_str);
            let text = format!(
                "only {fitting} of {} cells of column `{}` can be read as profile `{}` reads them, such as `{sample}`; if that \
                 is right, take the file in with `plant profiles save {} --from FILE`",
                column.filled, column.source, profile.name, profile.name
            );
            return Err(hold(ReasonCode::LowConfidence, text));
        }
    }
    Ok(())
}

/// Holds the file where a column that a mapping without a person adds up only rises, as the readings of a counter do.
fn counts_on(profile: &Profile, facts: &ColumnFacts, weighed: &Weighed) -> Result<(), Reason> {
    if profile.approved {
        return Ok(());
    }
    for (column, candidates) in facts.columns.iter().zip(&weighed.columns) {
        let added = profile.column(&column.source).and_then(|mapped| mapped.variable);
        let reading = added.and_then(suggest::counter::reading);
        if let Some(reading) = candidates.iter().find(|candidate| Some(candidate.variable) == reading) {
            let text = format!("column `{}` would be added up: {}", column.source, reading.why);
            return Err(hold(ReasonCode::LowConfidence, text));
        }
    }
    Ok(())
}

/// Holds a file of whose codes a spreadsheet cut the digits off, however few: two orders may have become one.
fn shortened(facts: &ColumnFacts, variable: impl Fn(usize) -> Option<Variable>) -> Result<(), Reason> {
    for (index, column) in facts.columns.iter().enumerate() {
        if column.numbers.damaged == 0 || !variable(index).is_some_and(Variable::is_code) {
            continue;
        }
        let text = format!(
            "column `{}`: digits lost: {} of {} cells are written like `1.23457E+14`, as a spreadsheet shortens long numbers; \
             export it without a spreadsheet, or take the file in as it is with `plant profiles save NAME --from FILE`",
            column.source, column.numbers.damaged, column.filled
        );
        return Err(hold(ReasonCode::LowConfidence, text));
    }
    Ok(())
}

/// Why a profile by position does not fit the cells; `None` where it does.
fn stranger(profile: &Profile, facts: &ColumnFacts) -> Option<String> {
    for (column, mapped) in facts.columns.iter().zip(&profile.columns) {
        let Some(variable) = mapped.variable else { continue };
        if column.filled == 0 {
            continue;
        }
        let Some(fitting) = readable(column, variable) else {
            continue;
        };
        if column.share(fitting) < FIT {
            let sample = column.samples.first().map_or("", String::as_str);
            return Some(format!(
                "the file has no header line; profile `{}` has as many columns, but `{}` ({}) holds other values, such as `{sample}`",
                profile.name,
                column.source,
                variable.name()
            ));
        }
    }
    None
}

/// A profile made by the daemon, where nothing is doubtful.
fn certain(
    layout: &Layout,
    facts: &ColumnFacts,
    weighed: &Weighed,
    order: &IngestOrder,
    print: String,
) -> Result<Profile, Reason> {
    if facts.rows == 0 {
        let text = "the file has a header and no rows, and no saved profile fits the header".to_owned();
        return Err(hold(ReasonCode::ProfileNeeded, text));
    }
    if layout.confidence < LAYOUT_SURE {
        let text = format!(
            "the layout is not certain (confidence {}): {}",
            words::estimate(layout.confidence),
            layout
                .notes
                .first()
                .map_or("another reading is as likely", String::as_str)
        );
        return Err(hold(ReasonCode::LowConfidence, text));
    }
    for (index, candidates) in weighed.columns.iter().enumerate() {
        if let Some(best) = candidates.first().filter(|best| best.confidence >= WORTH) {
            unambiguous(facts, &weighed.reading, index, best.variable.kind(), &best.transform)?;
        }
    }
    for pair in &weighed.pairs {
        unambiguous(
            facts,
            &weighed.reading,
            pair.date,
            pair.variable.kind(),
            &Transform::None,
        )?;
    }
    shortened(facts, |index| {
        let best = weighed.columns.get(index).and_then(|candidates| candidates.first());
        best.filter(|best| best.confidence >= WORTH).map(|best| best.variable)
    })?;
    let sure = |candidate: &&Candidate| candidate.confidence >= bar(candidate.variable, &weighed.settings);
    let spoiled = remarks(facts, weighed);
    let mapped: Vec<Variable> = weighed
        .columns
        .iter()
        .filter_map(|c| c.first().filter(sure))
        .map(|c| c.variable)
        .chain(weighed.pairs.iter().map(|pair| pair.variable))
        .collect();
    let useful = is_useful(facts, weighed) || is_list(facts, weighed, &mapped);
    let doubtful: Vec<String> = weighed
        .columns
        .iter()
        .zip(&facts.columns)
        .enumerate()
        .filter_map(|(index, (candidates, column))| {
            let best = candidates.first()?;
            let carries = best.variable.kind() != Kind::Text
                || weighed.settings.key.contains(&best.variable)
                || weighed.contested.contains(&index);
            (carries && best.confidence >= WORTH && best.confidence < SURE).then(|| {
                format!(
                    "`{}` may be {} ({}: {})",
                    column.source,
                    best.variable.noun(),
                    words::estimate(best.confidence),
                    best.why
                )
            })
        })
        .collect();
    if !doubtful.is_empty() {
        return Err(hold(
            ReasonCode::LowConfidence,
            format!("{}{spoiled}", doubtful.join("; ")),
        ));
    }
    if let Some(grouped) = &weighed.grouped {
        return Err(hold(ReasonCode::LowConfidence, format!("{}{spoiled}", grouped.text)));
    }
    if !useful {
        let what = if mapped.is_empty() {
            "no column could be matched with certainty".to_owned()
        } else {
            let names = mapped
                .iter()
                .map(|variable| variable.noun())
                .collect::<Vec<_>>()
                .join(", ");
            format!(
                "the columns found ({names}) give no quantity, stop, money or energy with a date: name one with --set"
            )
        };
        return Err(hold(ReasonCode::ProfileNeeded, format!("{what}{spoiled}")));
    }
    Ok(made(facts, weighed, order, print))
}

/// The confidence that a column needs to be taken in without a person.
fn bar(variable: Variable, settings: &Settings) -> f64 {
    if variable.kind() == Kind::Text && !settings.key.contains(&variable) {
        SURE_TEXT
    } else {
        SURE
    }
}

/// Remarks on spoiled columns, to be added to a reason.
fn remarks(facts: &ColumnFacts, weighed: &Weighed) -> String {
    facts
        .columns
        .iter()
        .zip(&weighed.remarks)
        .filter_map(|(column, remark)| Some(format!("; `{}`: {}", column.source, remark.as_ref()?)))
        .collect()
}

/// Whether it describes things and nothing else: no column is left over that could tell of events.
fn is_list(facts: &ColumnFacts, weighed: &Weighed, mapped: &[Variable]) -> bool {
    let mut columns = facts.columns.iter().zip(&weighed.columns);
    let is_whole = columns.all(|(column, candidates)| {
        column.filled == 0
            || (candidates.first()).is_some_and(|best| best.confidence >= bar(best.variable, &weighed.settings))
    });
    is_whole && matches!(nature(&mapped.iter().copied().collect()), Nature::List(_))
}

/// Whether tier 1 is reached, or something additive or a stop has a date.
fn is_useful(facts: &ColumnFacts, weighed: &Weighed) -> bool {
    let input = tier_input(facts, weighed, SURE_TEXT);
    let dated = input.present.iter().any(|variable| {
        matches!(
            variable,
            Variable::PostingDate
                | Variable::ShiftDate
                | Variable::EventStart
                | Variable::EventEnd
                | Variable::SampleTime
        )
    });
    let adds = input.filled.iter().any(|(variable, _)| {
        variable.is_additive() && *variable != Variable::WorkerCount && *variable != Variable::MeasuredValue
    });
    let has = |variable: Variable| input.present.contains(&variable);
    let says_why = [
        Variable::ReasonText,
        Variable::ReasonCode,
        Variable::StopCategory,
        Variable::IsFailure,
    ];
    // Begin, end and a reason are a stop, whatever else is missing.
    let stops = has(Variable::Duration) && says_why.into_iter().any(has);
    tier::assess(&input).overall >= 1 || (dated && (adds || stops))
}

/// The profile of a file that is taken in without a person. Its id follows from the org and the header, so that two
/// files of one kind that come in at the same time make one profile.
fn made(facts: &ColumnFacts, weighed: &Weighed, order: &IngestOrder, print: String) -> Profile {
    let mut hasher = Sha256::new();
    hasher.update(b"profile of ");
    hasher.update(order.org_id.0.as_bytes());
    hasher.update(print.as_bytes());
    let digest = hasher.finalize();
    let bytes: [u8; 16] = digest.first_chunk().copied().unwrap_or_default();
    let stem = order
        .name
        .rsplit_once('.')
        .map_or(order.name.as_str(), |(stem, _)| stem);
    let stem: String = stem
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .take(40)
        .collect();
    let short: String = print.chars().take(6).collect();
    let columns = facts
        .columns
        .iter()
        .zip(&weighed.columns)
        .map(|(column, candidates)| {
            let best = candidates
                .first()
                .filter(|best| best.confidence >= bar(best.variable, &weighed.settings));
            ProfileColumn {
                source: column.source.clone(),
                variable: best.map(|best| best.variable),
                home: None,
                transform: best.map(|best| best.transform.clone()).unwrap_or_default(),
                required: false,
            }
        })
        .collect();
    Profile {
        profile_id: ProfileId(uuid::Builder::from_custom_bytes(bytes).into_uuid()),
        name: format!("{stem}-{short}"),
        version: 1,
        header_fingerprint: print,
        shape: Default::default(),
        columns,
        outputs: weighed.pairs.iter().map(Pair::output).collect(),
        series_steps: SeriesSteps::default(),
        // The sheet of a workbook is no part of it: many are named by the day.
        settings: weighed.settings.clone(),
        archived: false,
        approved: false,
    }
}

#[cfg(test)]
mod tests;
