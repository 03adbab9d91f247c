//! A profile from a suggestion and what a person says about it: the grammar of `plant profiles save`.
//!
//! Invariants: nothing is mapped that the person did not see or name; a name that is not known is an error with the
//! nearest one that is; every transform can be written and read back.

mod output;

use plant_core::header::{fingerprint, skeleton};
use plant_core::ids::ProfileId;
use plant_core::model::SuggestionView;
use plant_core::profile::{DateOrder, Output, Profile, ProfileColumn, Settings, Transform};
use plant_core::variable::{Kind, Variable};

use super::number;
use super::output::OutputError;
use super::suggest::WORTH;
use super::synonyms::closest;

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
    /// `VARIABLE=FORM:ARGUMENT`: what is made of several columns or of none.
    pub outputs: Vec<String>,
}

/// Why a profile can't be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Not `SOURCE=VARIABLE[:TRANSFORM]`.
    #[error("`{text}` is not of the form SOURCE=VARIABLE or SOURCE=VARIABLE:TRANSFORM")]
    Form {
        /// What was given.
        text: String,
    },
    /// No such column.
    #[error("the file has no column `{name}`{}", hint(closest))]
    UnknownColumn {
        /// What was given.
        name: String,
        /// The nearest column.
        closest: Option<String>,
    },
    /// No such variable.
    #[error("there is no variable `{name}`{}", hint(closest))]
    UnknownVariable {
        /// What was given.
        name: String,
        /// The nearest variable.
        closest: Option<String>,
    },
    /// No such transform.
    #[error("there is no transform `{name}`{}", hint(closest))]
    UnknownTransform {
        /// What was given.
        name: String,
        /// The nearest transform.
        closest: Option<String>,
    },
    /// A transform that makes no value of this variable.
    #[error("transform `{transform}` does not make {variable}")]
    Unfit {
        /// Transform.
        transform: String,
        /// Variable.
        variable: &'static str,
    },
    /// One variable fed by two columns.
    #[error("{variable} would be fed twice, by `{first}` and by `{second}`; clear one with --set '{first}='")]
    Twice {
        /// Variable.
        variable: &'static str,
        /// First column.
        first: String,
        /// Second column.
        second: String,
    },
    /// A key variable that no column feeds.
    #[error("the key needs {variable}, but no column is mapped to it")]
    KeyUnmapped {
        /// Variable.
        variable: &'static str,
    },
    /// A setting with a value that it can't have.
    #[error("{setting} can't be `{value}`: {rule}")]
    Setting {
        /// Setting.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What it may be.
        rule: &'static str,
    },
    /// Nothing is mapped.
    #[error("no column is mapped; name one with --set SOURCE=VARIABLE")]
    NothingMapped,
    /// An output that can't be read.
    #[error("`{text}` is no output: {rule}")]
    Output {
        /// What was given.
        text: String,
        /// What it has to be.
        rule: &'static str,
    },
    /// No such form of output.
    #[error("there is no form of output `{name}`{}; there are {}", hint(closest), output::FORMS.join(", "))]
    UnknownForm {
        /// What was given.
        name: String,
        /// The nearest form.
        closest: Option<String>,
    },
    /// An output that makes no value of its variable.
    #[error("{source_label} does not make {variable}")]
    UnfitOutput {
        /// The output.
        source_label: String,
        /// Variable.
        variable: &'static str,
    },
    /// A pattern that is none, or a column that is missing.
    #[error(transparent)]
    Made(#[from] OutputError),
    /// A column that is there twice.
    #[error("the column `{name}` is there twice")]
    ColumnTwice {
        /// Its name.
        name: String,
    },
}

fn hint(closest: &Option<String>) -> String {
    closest
        .as_ref()
        .map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

const TRANSFORMS: [&str; 14] = [
    "none",
    "h",
    "min",
    "ms",
    "scale:",
    "negate",
    "abs",
    "percent",
    "kw:",
    "time_of",
    "constant:",
    "flag:",
    "epoch_ms",
    "epoch_s",
];

/// Reads a transform as it is written on the command line.
///
/// # Errors
/// When there is no such transform or its argument does not fit.
pub fn parse_transform(text: &str) -> Result<Transform, EditError> {
    let unknown = || EditError::UnknownTransform {
        name: text.to_owned(),
        closest: closest(text, TRANSFORMS).map(str::to_owned),
    };
    let (name, argument) = text
        .split_once(':')
        .map_or((text, None), |(name, argument)| (name, Some(argument)));
    Ok(match (name.trim(), argument) {
        ("" | "none", None) => Transform::None,
        ("h", None) => Transform::Hours,
        ("min", None) => Transform::Minutes,
        ("ms", None) => Transform::Milliseconds,
        ("negate", None) => Transform::Negate,
        ("abs", None) => Transform::Absolute,
        ("percent", None) => Transform::Percent,
        ("time_of", None) => Transform::TimeOfDay,
        ("epoch_ms", None) => Transform::EpochMillis,
        ("epoch_s", None) => Transform::EpochSeconds,
        ("scale", Some(factor)) => Transform::Scale(
            number::parse(factor, '.')
                .ok()
                .filter(|number| !number.value.is_zero())
                .ok_or_else(unknown)?
                .value,
        ),
        ("kw", Some(seconds)) => {
            let seconds = seconds
                .trim()
                .parse()
                .ok()
                .filter(|seconds| (1..=86_400).contains(seconds));
            Transform::PowerFor(seconds.ok_or_else(unknown)?)
        }
        ("flag", Some(value)) if !value.is_empty() => Transform::FlagEquals(value.to_owned()),
        ("constant", Some(value)) => Transform::Constant(value.to_owned()),
        _ => return Err(unknown()),
    })
}

/// Whether a transform makes values of that variable.
fn is_fit(transform: &Transform, variable: Variable) -> bool {
    use Transform as T;
    match (transform, variable.kind()) {
        (T::None | T::Constant(_), _) => true,
        (T::FlagEquals(_), kind) => kind == Kind::Flag,
        (T::EpochMillis | T::EpochSeconds, kind) => matches!(kind, Kind::Time | Kind::Date),
        (T::TimeOfDay, kind) => kind == Kind::Time,
        (T::Hours | T::Minutes | T::Milliseconds, _) => variable == Variable::Duration,
        (T::PowerFor(_), _) => variable == Variable::EnergyUsed,
        (T::Scale(_) | T::Negate | T::Absolute | T::Percent, kind) => kind == Kind::Number,
    }
}

/// A profile from a suggestion and what a person says about it. Columns whose best suggestion is worth a decision are
/// mapped by it; `sets` are `SOURCE=VARIABLE[:TRANSFORM]`, and `SOURCE=` leaves a column unmapped. `date:dmy` (or `mdy`,
/// `ymd`) as transform says which part of the dates comes first.
///
/// # Errors
/// When a name is not known, a transform does not fit, or two columns feed one variable.
pub fn build(
    name: &str,
    profile_id: ProfileId,
    version: u32,
    header: &[String],
    suggestion: &SuggestionView,
    sets: &[String],
    overrides: &Overrides,
) -> Result<Profile, EditError> {
    let mut settings = suggestion.settings.clone();
    let mut columns: Vec<ProfileColumn> = header
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
                transform: best.map(|best| best.transform.clone()).unwrap_or_default(),
                required: false,
            }
        })
        .collect();
    let mut set = Vec::new();
    for text in sets {
        set.push(apply(&mut columns, &mut settings, text)?);
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
    let made: Result<Vec<Output>, EditError> = (overrides.outputs.iter())
        .map(|text| output::parse(text, &columns))
        .collect();
    let outputs = output::settle(&mut columns, &suggestion.outputs, made?, &set)?;
    let is_fed = |variable: &Variable| {
        columns.iter().any(|column| column.variable == Some(*variable))
            || outputs.iter().any(|output| output.variable == *variable)
    };
    settings.key.retain(is_fed);
    settle(&mut settings, overrides)?;
    let profile = Profile {
        profile_id,
        name: name.to_owned(),
        version,
        header_fingerprint: fingerprint(header),
        columns,
        outputs,
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
    for output in &profile.outputs {
        output::check(output)?;
        for part in output.source.columns() {
            find(&profile.columns, part)?;
        }
    }
    if profile.variables().next().is_none() {
        return Err(EditError::NothingMapped);
    }
    match profile.settings.key.iter().find(|variable| !profile.feeds(**variable)) {
        Some(variable) => Err(EditError::KeyUnmapped {
            variable: variable.name(),
        }),
        None => Ok(()),
    }
}

/// The column of that name: as written, else by its letters and digits.
fn find(columns: &[ProfileColumn], name: &str) -> Result<usize, EditError> {
    let wanted = skeleton(name);
    columns
        .iter()
        .position(|column| column.source == name)
        .or_else(|| columns.iter().position(|column| column.source.trim() == name.trim()))
        .or_else(|| {
            columns
                .iter()
                .position(|column| !wanted.is_empty() && skeleton(&column.source) == wanted)
        })
        .ok_or_else(|| EditError::UnknownColumn {
            name: name.to_owned(),
            closest: closest(name, columns.iter().map(|column| column.source.as_str())).map(str::to_owned),
        })
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
    if name.is_empty() {
        column.variable = None;
        column.transform = Transform::None;
        return Ok(index);
    }
    let variable = variable(name)?;
    let transform = match transform {
        // The same variable as suggested keeps the suggested transform.
        None if column.variable == Some(variable) => column.transform.clone(),
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

/// The variable of that name.
fn variable(name: &str) -> Result<Variable, EditError> {
    let name = name.trim();
    Variable::from_name(name).ok_or_else(|| EditError::UnknownVariable {
        name: name.to_owned(),
        closest: closest(name, Variable::ALL.iter().map(|variable| variable.name())).map(str::to_owned),
    })
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
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(wrong("the currency", currency, "use three letters such as EUR"));
        }
        settings.currency = Some(code);
    }
    let layout = &mut settings.layout;
    layout.encoding = overrides.encoding.clone().or(layout.encoding.take());
    layout.delimiter = overrides.delimiter.or(layout.delimiter);
    layout.header_line = overrides.header_line.or(layout.header_line);
    layout.sheet = overrides.sheet.clone().or(layout.sheet.take());
    Ok(())
}

#[cfg(test)]
mod tests;
