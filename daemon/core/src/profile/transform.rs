//! How the text of a cell becomes a value.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How the text of a cell becomes a value. On the command line: `h`, `min`, `ms`, `scale:0.001`, `negate`, `abs`,
/// `percent`, `kw:900` (power held for so many seconds becomes energy), `date:dmy`, `time_of`, `constant:TEXT`,
/// `flag:TEXT` (true where the cell equals TEXT), `epoch_ms`, `epoch_s`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// As it stands.
    #[default]
    None,
    /// Multiplied by a decimal.
    Scale(rust_decimal::Decimal),
    /// Hours to seconds (`Duration`), also `h:mm` and `hhh:mm` text.
    Hours,
    /// Minutes to seconds (`Duration`) .
    Minutes,
    /// Milliseconds to seconds.
    Milliseconds,
    /// Sign turned.
    Negate,
    /// Without its sign.
    Absolute,
    /// 0-100 to 0-1.
    Percent,
    /// Power in kW held for this many seconds, to kWh.
    PowerFor(u32),
    /// Milliseconds since 1970 to a time.
    EpochMillis,
    /// Seconds since 1970 to a time.
    EpochSeconds,
    /// A time of day; the date comes from the column mapped to `shift_date` or `posting_date`.
    TimeOfDay,
    /// True where the cell equals this text.
    FlagEquals(String),
    /// This text whatever the cell says.
    Constant(String),
}

impl Transform {
    /// Whether it changes nothing.
    pub fn is_none(&self) -> bool {
        *self == Transform::None
    }
}

/// As it is written on the command line.
impl fmt::Display for Transform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Transform::None => f.write_str("none"),
            Transform::Scale(factor) => write!(f, "scale:{factor}"),
            Transform::Hours => f.write_str("h"),
            Transform::Minutes => f.write_str("min"),
            Transform::Milliseconds => f.write_str("ms"),
            Transform::Negate => f.write_str("negate"),
            Transform::Absolute => f.write_str("abs"),
            Transform::Percent => f.write_str("percent"),
            Transform::PowerFor(seconds) => write!(f, "kw:{seconds}"),
            Transform::EpochMillis => f.write_str("epoch_ms"),
            Transform::EpochSeconds => f.write_str("epoch_s"),
            Transform::TimeOfDay => f.write_str("time_of"),
            Transform::FlagEquals(text) => write!(f, "flag:{text}"),
            Transform::Constant(text) => write!(f, "constant:{text}"),
        }
    }
}
