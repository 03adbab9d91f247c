//! A profile from a suggestion and what a person says about it: the grammar of `plant profiles save`.
//!
//! Invariants: nothing is mapped that the person did not see or name; a name that is not known is an error with the
//! nearest one that is; every transform can be written and read back.

mod error;
mod names;
mod output;
mod shape;
mod step;
mod transform;

use plant_core::header::fingerprint;
use plant_core::ids::ProfileId;
use plant_core::measure::Home;
use plant_core::model::SuggestionView;
use plant_core::profile::{DateOrder, Output, Profile, ProfileColumn, SeriesSteps, Settings, Shape, Source, Transform};
use plant_core::table::Layout;
use plant_core::variable::Variable;

pub use self::error::EditError;
use self::names::{find, variable};
pub use self::shape::shape;
pub use self::transform::parse_transform;
use self::transform::{is_fit, of_duration};
use super::number::NumberCell;
use super::suggest::{WORTH, counter};

/// What a person says beside the mapping of single columns; absent means as the suggestion has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Variables of the key; `Some(empty)` is the whole row.
    pub key: Option<Vec<String>>,
    /// Order of the parts of a date.
    pub date_order: Option<DateOrder>,
    /// `.` or `,`.
    pub decimal: Option<char>,
    /// Encoding label.
    pub encoding: Option<String>,
    /// Delimiter.
    pub delimiter: Option<char>,
    /// Header line, 1-based; 0 says that there is none.
    pub header_line: Option<u64>,
    /// Sheet name.
    pub sheet: Option<String>,
    /// IANA zone.
    pub zone: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Columns that a file must have.
    pub required: Vec<String>,
    /// `VARIABLE=FORM:ARGUMENT`: what is made of several columns or of none; `VARIABLE=` takes one away.
    pub outputs: Vec<String>,
    /// The line steps by which the file was looked at.
    pub shape: Shape,
    /// Outputs of the version before, which stay where nothing else is said.
    pub kept: Vec<Output>,
    /// `counter:VARIABLE[,RULE=VALUE]` or `intervals:state`: what is derived of rows in their order; `VARIABLE=` and
    /// `intervals=` take one away.
    pub series_steps: Vec<String>,
    /// Steps of the version before, which stay where nothing else is said.
    pub kept_series_steps: SeriesSteps,
}

/// A profile from a suggestion and what a person says about it. Columns whose best suggestion is worth a decision are
/// mapped by it; `sets` are `SOURCE=VARIABLE[:TRANSFORM]`, `SOURCE=HOME` for a column that no variable takes, and `SOURCE=`
/// leaves it to its name and its cells. `date:dmy` (or `mdy`,
/// `ymd`) as transform says which part of the dates comes first.
///
/// # Errors
/// When a name is not known, a transform does not fit, or two columns feed one variable.
pub fn build(
    name: &str,
    profile_id: ProfileId,
    version: u32,
    layout: &Layout,
    suggestion: &SuggestionView,
    sets: &[String],
    overrides: &Overrides,
) -> Result<Profile, EditError> {
    let mut settings = suggestion.settings.clone();
    let mut columns: Vec<ProfileColumn> = layout
        .header
        .iter()
        .map(|source| {
            let best = suggestion
                .columns
                .iter()
                .find(|column| column.source == *source)
                .and_then(|column| column.suggestions.first())
                .filter(|best| best.confidence >= WORTH);
            ProfileColumn {
                source: source.clone(),
                variable: best.map(|best| best.variable),
                home: None,
                transform: best.map(|best| best.transform.clone()).unwrap_or_default(),
                required: false,
            }
        })
        .collect();
    let mut set = Vec::new();
    for text in sets {
        let index = apply(&mut columns, &mut settings, text)?;
        measures(columns.get(index), suggestion)?;
        set.push(index);
    }
    // What a person names wins over a suggestion for another column.
    for index in set.iter().copied() {
        let Some(variable) = columns.get(index).and_then(|column| column.variable) else {
            continue;
        };
        let suggested = |source: &str| !sets.iter().any(|set| set.starts_with(&format!("{source}=")));
        for (other, column) in columns.iter_mut().enumerate() {
            if other != index && column.variable == Some(variable) && suggested(&column.source) {
                column.variable = None;
                column.transform = Transform::None;
            }
        }
    }
    for name in &overrides.required {
        let index = find(&columns, name)?;
        if let Some(column) = columns.get_mut(index) {
            column.required = true;
        }
    }
    let named = output::named(&overrides.outputs, &columns)?;
    let outputs = output::settle(&mut columns, &suggestion.outputs, &overrides.kept, named, &set)?;
    let is_fed = |variable: &Variable| {
        columns.iter().any(|column| column.variable == Some(*variable))
            || outputs.iter().any(|output| output.variable == *variable)
    };
    let found = columns
        .iter()
        .enumerate()
        .filter(|(index, _)| !set.contains(index))
        .filter_map(|(_, column)| counted(column, suggestion));
    let series_steps = step::settle(
        &overrides.kept_series_steps,
        found,
        &overrides.series_steps,
        |variable| is_fed(&variable),
    )?;
    settings.key.retain(is_fed);
    settle(&mut settings, overrides)?;
    let profile = Profile {
        profile_id,
        name: name.to_owned(),
        version,
        header_fingerprint: fingerprint(layout.as_written()),
        shape: overrides.shape.clone(),
        columns,
        outputs,
        series_steps,
        settings,
        archived: false,
        approved: true,
    };
    sound(&profile)?;
    Ok(profile)
}

/// Whether a whole profile can be meant, whatever the file: each column is named once and each variable fed once,
/// something is fed, the key among it, and each output can be made.
///
/// # Errors
/// The first that is wrong.
pub fn check(profile: &Profile) -> Result<(), EditError> {
    let mut named = std::collections::BTreeSet::new();
    match profile.columns.iter().find(|column| !named.insert(&column.source)) {
        Some(twice) => Err(EditError::ColumnTwice {
            name: twice.source.clone(),
        }),
        None => sound(profile),
    }
}

fn sound(profile: &Profile) -> Result<(), EditError> {
    once(profile)?;
    shape::check(&profile.shape)?;
    shape::keeps_lines(profile)?;
    for output in &profile.outputs {
        output::check(output)?;
        for part in output.source.columns() {
            find(&profile.columns, part)?;
        }
    }
    if profile.variables().next().is_none() {
        return Err(EditError::NothingMapped);
    }
    for output in &profile.outputs {
        if let Source::Lookup(key) = &output.source
            && let Some(missing) = key.iter().find(|variable| !profile.feeds(**variable))
        {
            return Err(EditError::LookupUnmapped {
                variable: output.variable.name(),
                key: missing.name(),
            });
        }
    }
    match profile.settings.key.iter().find(|variable| !profile.feeds(**variable)) {
        Some(variable) => Err(EditError::KeyUnmapped {
            variable: variable.name(),
        }),
        None => step::check(profile),
    }
}

/// The reading that a column is by the suggestion, where its rows say so: by its name it would be added up.
fn counted(column: &ProfileColumn, suggestion: &SuggestionView) -> Option<Variable> {
    let known = suggestion.columns.iter().find(|known| known.source == column.source)?;
    let mut others = known.suggestions.iter().skip(1);
    column
        .variable
        .filter(|variable| others.any(|other| counter::reading(other.variable) == Some(*variable)))
}

/// Whether a column that somebody calls a process value has numbers, as far as its samples say.
fn measures(column: Option<&ProfileColumn>, suggestion: &SuggestionView) -> Result<(), EditError> {
    let Some(column) = column.filter(|column| column.home == Some(Home::ProcessValue)) else {
        return Ok(());
    };
    let known = suggestion.columns.iter().find(|known| known.source == column.source);
    let samples = known.map_or(&[][..], |known| known.samples.as_slice());
    let is_number = |sample: &String| NumberCell::of(sample.trim()).is_some();
    match samples.first().filter(|_| !samples.iter().any(is_number)) {
        Some(sample) => Err(EditError::NoNumbers {
            column: column.source.clone(),
            sample: sample.clone(),
        }),
        None => Ok(()),
    }
}

/// Applies one `SOURCE=VARIABLE[:TRANSFORM]`; the column that it is about.
fn apply(columns: &mut [ProfileColumn], settings: &mut Settings, set: &str) -> Result<usize, EditError> {
    // A column name may hold `=` itself: the longest name that fits is meant.
    let known = columns
        .iter()
        .filter(|column| {
            set.strip_prefix(column.source.as_str())
                .is_some_and(|rest| rest.starts_with('='))
        })
        .map(|column| column.source.len())
        .max();
    let at = known
        .or_else(|| set.find('='))
        .ok_or_else(|| EditError::Form { text: set.to_owned() })?;
    let (source, target) = (set.get(..at).unwrap_or_default(), set.get(at + 1..).unwrap_or_default());
    let index = find(columns, source)?;
    let column = columns
        .get_mut(index)
        .ok_or_else(|| EditError::Form { text: set.to_owned() })?;
    let (name, transform) = target
        .split_once(':')
        .map_or((target, None), |(name, transform)| (name, Some(transform)));
    let name = name.trim();
    let home = Home::from_name(name);
    if name.is_empty() || home.is_some() {
        if let (Some(home), Some(text)) = (home, transform) {
            return Err(EditError::Unfit {
                transform: text.to_owned(),
                variable: home.name(),
            });
        }
        column.variable = None;
        column.home = home;
        column.transform = Transform::None;
        return Ok(index);
    }
    column.home = None;
    let variable = variable(name)?;
    let transform = match transform {
        // The same variable as suggested keeps the suggested transform.
        None if column.variable == Some(variable) => column.transform.clone(),
        None if variable == Variable::Duration => of_duration(&column.source),
        None => Transform::None,
        Some(text) => match text.strip_prefix("date:") {
            Some(order) => {
                settings.date_order = Some(date_order(order)?);
                Transform::None
            }
            None => parse_transform(text)?,
        },
    };
    if !is_fit(&transform, variable) {
        return Err(EditError::Unfit {
            transform: transform.to_string(),
            variable: variable.name(),
        });
    }
    column.variable = Some(variable);
    column.transform = transform;
    Ok(index)
}

/// Reads `dmy`, `mdy` or `ymd`.
///
/// # Errors
/// When it is another word.
pub fn date_order(text: &str) -> Result<DateOrder, EditError> {
    match text.trim().to_ascii_lowercase().as_str() {
        "dmy" => Ok(DateOrder::Dmy),
        "mdy" => Ok(DateOrder::Mdy),
        "ymd" => Ok(DateOrder::Ymd),
        _ => Err(EditError::Setting {
            setting: "the order of dates",
            value: text.to_owned(),
            rule: "use dmy, mdy or ymd",
        }),
    }
}

fn once(profile: &Profile) -> Result<(), EditError> {
    let columns = profile.columns.iter();
    let columns = columns.filter_map(|column| Some((column.variable?, column.source.clone())));
    let outputs = profile
        .outputs
        .iter()
        .map(|output| (output.variable, output.source.label()));
    let mut fed = std::collections::BTreeMap::new();
    for (variable, source) in columns.chain(outputs) {
        if let Some(first) = fed.insert(variable, source.clone()) {
            return Err(EditError::Twice {
                variable: variable.name(),
                first,
                second: source,
            });
        }
    }
    Ok(())
}

fn settle(settings: &mut Settings, overrides: &Overrides) -> Result<(), EditError> {
    if let Some(key) = &overrides.key {
        settings.key = key
            .iter()
            .map(|name| name.trim())
            .filter(|name| !name.is_empty())
            .map(variable)
            .collect::<Result<_, _>>()?;
    }
    let wrong = |setting, value: &str, rule| EditError::Setting {
        setting,
        value: value.to_owned(),
        rule,
    };
    settings.date_order = overrides.date_order.or(settings.date_order);
    if let Some(decimal) = overrides.decimal {
        if !matches!(decimal, '.' | ',') {
            return Err(wrong("the decimal sign", &decimal.to_string(), "use . or ,"));
        }
        settings.decimal = Some(decimal);
    }
    if let Some(zone) = &overrides.zone {
        plant_core::time::zone(zone)
            .ok_or_else(|| wrong("the zone", zone, "use an IANA name such as Europe/Berlin"))?;
        settings.zone = Some(zone.clone());
    }
    if let Some(currency) = &overrides.currency {
        let code = currency.trim().to_ascii_uppercase();
        if iso_currency::Currency::from_code(&code).is_none() {
            return Err(wrong("the currency", currency, "use a code of ISO 4217 such as EUR"));
        }
        settings.currency = Some(code);
    }
    let layout = &mut settings.layout;
    if let Some(encoding) = &overrides.encoding
        && encoding_rs::Encoding::for_label(encoding.trim().as_bytes()).is_none()
    {
        return Err(wrong(
            "the encoding",
            encoding,
            "use a name such as utf-8, windows-1252 or shift_jis",
        ));
    }
    layout.encoding = overrides.encoding.clone().or(layout.encoding.take());
    layout.delimiter = overrides.delimiter.or(layout.delimiter);
    layout.header_line = overrides.header_line.or(layout.header_line);
    layout.sheet = overrides.sheet.clone().or(layout.sheet.take());
    Ok(())
}

#[cfg(test)]
mod tests;
