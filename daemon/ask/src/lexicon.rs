//! What can be asked about: the metrics, dimensions, members, files and days of one org.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use plant_core::alias::{AliasKind, Aliases};
use plant_core::component::Dimension;
use plant_core::ids::FileId;
use plant_core::metric::NullReason;
use plant_core::words;

/// A metric as the reader knows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LexMetric {
    /// Name.
    pub id: String,
    /// Name on screen.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// Formula in words.
    pub formula: String,
    /// Where the formula comes from.
    pub source: String,
    /// Whether it is a plain sum, which has no average of its own.
    pub additive: bool,
    /// Whether more is better.
    pub higher_is_better: Option<bool>,
    /// Whether the data of the org carries what it needs.
    pub available: bool,
    /// Why there is no figure.
    pub why: Option<NullReason>,
}

/// A file that a question may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexFile {
    /// Id.
    pub id: FileId,
    /// Name.
    pub name: String,
}

/// Everything that the reader knows of the org.
#[derive(Debug, Clone, PartialEq)]
pub struct Lexicon {
    /// Every metric of the catalogue.
    pub metrics: Vec<LexMetric>,
    /// The dimensions that rows carry, with their members.
    pub dimensions: BTreeMap<Dimension, Vec<String>>,
    /// Other names of members, by which they can be named too.
    pub aliases: Aliases,
    /// Files that can be named.
    pub files: Vec<LexFile>,
    /// First local date of the rows; absent where no row carries a date.
    pub first_day: Option<NaiveDate>,
    /// Last local date of the rows.
    pub last_day: Option<NaiveDate>,
    /// Today in the org's zone.
    pub today: NaiveDate,
    /// Currency of the org.
    pub currency: Option<String>,
    /// When the question is about one file: only its rows count.
    pub about: Option<LexFile>,
}

impl LexMetric {
    /// Whether it is itself the least or the greatest of something, so that these words rank nothing.
    pub(super) fn is_extreme(&self) -> bool {
        matches!(self.id.as_str(), "process_min" | "process_max")
    }

    /// Why it is not available: what no row carries.
    pub(super) fn unavailable(&self) -> String {
        self.why
            .map_or_else(|| "no row carries what it needs".to_owned(), words::explain)
    }
}

impl Lexicon {
    /// An empty lexicon of that day.
    pub fn new(today: NaiveDate) -> Lexicon {
        Lexicon {
            metrics: Vec::new(),
            dimensions: BTreeMap::new(),
            aliases: Aliases::default(),
            files: Vec::new(),
            first_day: None,
            last_day: None,
            today,
            currency: None,
            about: None,
        }
    }

    /// The metric of that id.
    pub fn metric(&self, id: &str) -> Option<&LexMetric> {
        self.metrics.iter().find(|metric| metric.id == id)
    }

    /// The day that "today" and "last week" count from: today, or the newest day of older data.
    pub fn anchor(&self) -> NaiveDate {
        match self.last_day {
            Some(last) if last < self.today => last,
            _ => self.today,
        }
    }

    /// Whether rows carry that dimension.
    pub fn has(&self, dimension: Dimension) -> bool {
        self.dimensions
            .get(&dimension)
            .is_some_and(|members| !members.is_empty())
    }

    /// The member as it is written in the data, by any of its names.
    pub(super) fn member(&self, dimension: Dimension, text: &str) -> Option<&str> {
        let folded = super::word::fold(text);
        let members = self.dimensions.get(&dimension)?.iter().map(String::as_str);
        let mut named = members
            .map(|member| (member, member))
            .chain(self.other_names(dimension));
        named
            .find(|(name, _)| super::word::fold(name) == folded)
            .map(|(_, member)| member)
    }

    /// Other names of members of that dimension, each with the member.
    pub(super) fn other_names(&self, dimension: Dimension) -> impl Iterator<Item = (&str, &str)> {
        let members = self.dimensions.get(&dimension);
        let kind = AliasKind::of_dimension(dimension).filter(|_| members.is_some());
        let names = kind.into_iter().flat_map(|kind| self.aliases.of_kind(kind));
        names.filter(move |(_, canonical)| members.into_iter().flatten().any(|member| member == canonical))
    }
}

/// A dimension in words.
pub(super) fn dimension_word(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Machine => "machine",
        Dimension::Line => "line",
        Dimension::Site => "site",
        Dimension::ProductCode => "product",
        Dimension::ProductName => "product name",
        Dimension::Operation => "operation",
        Dimension::Operator => "operator",
        Dimension::Shift => "shift",
        Dimension::Reason => "reason",
        Dimension::StopCategory => "stop category",
        Dimension::DefectCode => "defect",
        Dimension::CostCenter => "cost centre",
        Dimension::OrderType => "order type",
        Dimension::EnergyTariff => "energy tariff",
        Dimension::Status => "status",
        Dimension::Uom => "unit of measure",
        Dimension::Currency => "currency",
        Dimension::ProcessValue => "process value",
        Dimension::ProcessUnit => "unit of a process value",
        Dimension::FailureMode => "failure mode",
    }
}

/// The same for more than one.
pub(super) fn dimension_words(dimension: Dimension) -> String {
    match dimension {
        Dimension::StopCategory => "stop categories".to_owned(),
        Dimension::Currency => "currencies".to_owned(),
        Dimension::Status => "states of orders".to_owned(),
        Dimension::Uom => "units of measure".to_owned(),
        Dimension::ProcessUnit => "units of process values".to_owned(),
        other => format!("{}s", dimension_word(other)),
    }
}
