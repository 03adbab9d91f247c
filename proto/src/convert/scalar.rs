//! Fields that are not messages: numbers, texts, dates, times, names, lists and maps.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::access::Role;
use plant_core::alias::AliasKind;
use plant_core::calendar::{Clock, Weekdays};
use plant_core::component::Dimension;
use plant_core::ids::{AnalysisId, FileId, FindingId, FolderId, OrgId, ProfileId, RecordId, SeriesId};
use plant_core::measure::{Home, MeasureKind};
use plant_core::metric::{Grain, MetricKind, NullReason, Warning};
use plant_core::model::{
    AnalysisStatus, Analyzer, AnalyzerStatus, ChartKind, DatabaseKind, Engine, EventKind, FindingKind, FindingState,
    FolderKind, FolderMode, Grade, Health, NotCountedWhy, Pool, Step,
};
use plant_core::operator::Operators;
use plant_core::profile::{DateOrder, Intervals, Join, Zero};
use plant_core::series::{Answer, Mode, QuestionKind, Why};
use plant_core::state::{FileState, ReasonCode};
use plant_core::stop::StopCategory;
use plant_core::table::Form;
use plant_core::trouble::Passing;
use plant_core::unit::Unit;
use plant_core::variable::Variable;
use prost_types::Timestamp;
use rust_decimal::Decimal;

use crate::convert::{Cross, WireFault};
use crate::wire;

macro_rules! as_it_is {
    ($($plain:ty),+) => {$(
        impl Cross<$plain> for $plain {
            fn to_wire(self) -> $plain {
                self
            }

            fn from_wire(wire: $plain) -> Result<Self, WireFault> {
                Ok(wire)
            }
        }
    )+};
}

as_it_is!(u32, u64, bool, String);

impl Cross<u32> for u8 {
    fn to_wire(self) -> u32 {
        u32::from(self)
    }

    fn from_wire(wire: u32) -> Result<Self, WireFault> {
        u8::try_from(wire).map_err(|_| WireFault::malformed(&wire.to_string(), "a number from 0 to 255"))
    }
}

impl Cross<f64> for f64 {
    fn to_wire(self) -> f64 {
        if self.is_finite() { self } else { 0.0 }
    }

    fn from_wire(wire: f64) -> Result<Self, WireFault> {
        match wire.is_finite() {
            true => Ok(wire),
            false => Err(WireFault::malformed(&wire.to_string(), "a finite number")),
        }
    }
}

/// A number that may be absent, and is so where it is not finite.
impl Cross<Option<f64>> for Option<f64> {
    fn to_wire(self) -> Option<f64> {
        self.filter(|value| value.is_finite())
    }

    fn from_wire(wire: Option<f64>) -> Result<Self, WireFault> {
        wire.map(f64::from_wire).transpose()
    }
}

impl Cross<String> for Decimal {
    fn to_wire(self) -> String {
        self.to_string()
    }

    fn from_wire(wire: String) -> Result<Self, WireFault> {
        Decimal::from_str_exact(&wire).map_err(|_| WireFault::malformed(&wire, "a decimal"))
    }
}

impl Cross<String> for NaiveDate {
    fn to_wire(self) -> String {
        self.format("%Y-%m-%d").to_string()
    }

    fn from_wire(wire: String) -> Result<Self, WireFault> {
        NaiveDate::parse_from_str(&wire, "%Y-%m-%d").map_err(|_| WireFault::malformed(&wire, "a date YYYY-MM-DD"))
    }
}

impl Cross<String> for char {
    fn to_wire(self) -> String {
        self.to_string()
    }

    fn from_wire(wire: String) -> Result<Self, WireFault> {
        let mut chars = wire.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(WireFault::malformed(&wire, "one character")),
        }
    }
}

impl Cross<String> for serde_json::Value {
    fn to_wire(self) -> String {
        self.to_string()
    }

    fn from_wire(wire: String) -> Result<Self, WireFault> {
        serde_json::from_str(&wire).map_err(|_| WireFault::malformed(&wire, "JSON"))
    }
}

/// What crosses as its text: words by their names, ids as they are written.
macro_rules! by_text {
    ($($plain:ty, $expected:expr);+ $(;)?) => {$(
        impl Cross<String> for $plain {
            fn to_wire(self) -> String {
                self.to_string()
            }

            fn from_wire(wire: String) -> Result<Self, WireFault> {
                wire.parse().map_err(|_| WireFault::malformed(&wire, $expected))
            }
        }
    )+};
}

macro_rules! words {
    ($($plain:ident),+ $(,)?) => { by_text! { $($plain, $plain::EXPECTED);+ } };
}

by_text! {
    Variable, "a variable";
    ReasonCode, "a reason known to this version";
    NullReason, "a reason known to this version";
    Clock, Clock::EXPECTED;
    Weekdays, Weekdays::EXPECTED;
    Join, Join::EXPECTED;
    Intervals, Intervals::EXPECTED;
    Zero, Zero::EXPECTED;
    AnalysisId, "an id";
    FileId, "an id";
    FindingId, "an id";
    FolderId, "an id";
    OrgId, "an id";
    ProfileId, "an id";
    RecordId, "an id of a row";
    SeriesId, "an id";
}

words!(
    AliasKind,
    AnalysisStatus,
    Analyzer,
    Answer,
    AnalyzerStatus,
    ChartKind,
    DatabaseKind,
    Dimension,
    Engine,
    EventKind,
    FindingKind,
    FindingState,
    NotCountedWhy,
    FolderKind,
    FolderMode,
    Form,
    Grade,
    Health,
    Home,
    MeasureKind,
    MetricKind,
    Mode,
    Operators,
    Passing,
    Pool,
    QuestionKind,
    Role,
    Step,
    StopCategory,
    Warning,
    Why,
);

impl Cross<String> for Unit {
    fn to_wire(self) -> String {
        self.to_string()
    }

    fn from_wire(wire: String) -> Result<Self, WireFault> {
        Ok(wire.as_str().into())
    }
}

macro_rules! enums {
    ($($plain:ident, $expected:literal, { $($variant:ident),+ });+ $(;)?) => {$(
        impl Cross<i32> for $plain {
            fn to_wire(self) -> i32 {
                match self { $($plain::$variant => wire::$plain::$variant as i32),+ }
            }

            fn from_wire(number: i32) -> Result<Self, WireFault> {
                match wire::$plain::try_from(number) {
                    $(Ok(wire::$plain::$variant) => Ok($plain::$variant),)+
                    Ok(wire::$plain::Unspecified) => Err(WireFault::missing()),
                    Err(_) => Err(WireFault::malformed(&number.to_string(), $expected)),
                }
            }
        }
    )+};
}

enums! {
    FileState, "a file state known to this version", {
        Seen, Waiting, Stable, Reading, Held, Committed, Analysed, Duplicate, Superseded, Ignored, Unsupported, Failed, Withdrawn
    };
    Grain, "a grain of time known to this version", { Day, Shift, Week, Month };
    Role, "a role known to this version", { Viewer, Analyst, Operator, Admin };
    DateOrder, "an order of date parts known to this version", { Ymd, Dmy, Mdy };
}

impl Cross<Timestamp> for DateTime<Utc> {
    fn to_wire(self) -> Timestamp {
        Timestamp {
            seconds: self.timestamp(),
            nanos: i32::try_from(self.timestamp_subsec_micros().min(999_999) * 1_000).unwrap_or_default(),
        }
    }

    fn from_wire(wire: Timestamp) -> Result<Self, WireFault> {
        u32::try_from(wire.nanos)
            .ok()
            .and_then(|nanos| DateTime::from_timestamp(wire.seconds, nanos))
            .ok_or_else(|| WireFault::malformed(&wire.seconds.to_string(), "a point in time"))
    }
}

/// A time that must be there.
impl Cross<Option<Timestamp>> for DateTime<Utc> {
    fn to_wire(self) -> Option<Timestamp> {
        Some(Cross::<Timestamp>::to_wire(self))
    }

    fn from_wire(wire: Option<Timestamp>) -> Result<Self, WireFault> {
        Cross::from_wire(wire.ok_or_else(WireFault::missing)?)
    }
}

/// What may be absent and crosses as `W`; a marker, so that [`Option`] of a number can have its own rule.
macro_rules! optional {
    ($($plain:ty => $wire:ty),+ $(,)?) => {$(
        impl Cross<Option<$wire>> for Option<$plain> {
            fn to_wire(self) -> Option<$wire> {
                self.map(Cross::<$wire>::to_wire)
            }

            fn from_wire(wire: Option<$wire>) -> Result<Self, WireFault> {
                wire.map(<$plain as Cross<$wire>>::from_wire).transpose()
            }
        }
    )+};
}
pub(super) use optional;

optional! {
    u32 => u32,
    u64 => u64,
    u8 => u32,
    bool => bool,
    String => String,
    char => String,
    Decimal => String,
    NaiveDate => String,
    Variable => String,
    FileId => String,
    SeriesId => String,
    Join => String,
    Intervals => String,
    Home => String,
    MeasureKind => String,
    Mode => String,
    Why => String,
    Passing => String,
    Analyzer => String,
    FindingState => String,
    NotCountedWhy => String,
    NullReason => String,
    Grain => i32,
    DateOrder => i32,
    DateTime<Utc> => Timestamp,
}

impl<T: Cross<W>, W> Cross<Vec<W>> for Vec<T> {
    fn to_wire(self) -> Vec<W> {
        self.into_iter().map(T::to_wire).collect()
    }

    fn from_wire(wire: Vec<W>) -> Result<Self, WireFault> {
        wire.into_iter()
            .enumerate()
            .map(|(index, item)| T::from_wire(item).map_err(|fault| fault.at(&index.to_string())))
            .collect()
    }
}

impl<T: Cross<W>, W> Cross<BTreeMap<String, W>> for BTreeMap<String, T> {
    fn to_wire(self) -> BTreeMap<String, W> {
        self.into_iter().map(|(key, value)| (key, value.to_wire())).collect()
    }

    fn from_wire(wire: BTreeMap<String, W>) -> Result<Self, WireFault> {
        wire.into_iter()
            .map(|(key, value)| match T::from_wire(value) {
                Ok(value) => Ok((key, value)),
                Err(fault) => Err(fault.at(&key)),
            })
            .collect()
    }
}

/// The values of a grouping, which may be absent themselves.
impl Cross<Vec<wire::GroupValue>> for BTreeMap<String, Option<String>> {
    fn to_wire(self) -> Vec<wire::GroupValue> {
        self.into_iter()
            .map(|(name, value)| wire::GroupValue { name, value })
            .collect()
    }

    fn from_wire(wire: Vec<wire::GroupValue>) -> Result<Self, WireFault> {
        Ok(wire.into_iter().map(|group| (group.name, group.value)).collect())
    }
}
