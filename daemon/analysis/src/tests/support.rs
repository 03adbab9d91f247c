use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use plant_core::alias::Aliases;
use plant_core::calendar::Calendars;
use plant_core::component::ComponentRow;
use plant_core::job::{AnalysisOrder, AnalysisOutput};
use plant_core::model::{Analyzer, AnalyzerView, FindingDraft, FindingKind, MetricItem};
use plant_core::record::{Record, Value};
use plant_core::reference::{Entry, Fact, Known, Source};
use plant_core::variable::{Kind, Variable};
use plant_rows::{Sealed, Writer, piece};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Rows as a test writes them: `machine=M1 planned_time=480`; the day is the first of the time or date given.
pub(super) struct Rows {
    records: Vec<Record>,
    first_day: NaiveDate,
}

impl Rows {
    pub(super) fn new() -> Rows {
        Rows {
            records: Vec::new(),
            first_day: NaiveDate::from_ymd_opt(2025, 3, 3).unwrap(),
        }
    }

    /// A row `day` days after the first, with `name=value` pairs; times are `HH:MM` of that day in UTC.
    pub(super) fn row(&mut self, day: u64, cells: &[(&str, &str)]) -> &mut Rows {
        let date = self.first_day + chrono::Days::new(day);
        let record = self.undated(cells);
        record.day = Some(date);
        for variable in [Variable::EventStart, Variable::EventEnd, Variable::SampleTime] {
            if let Some(Some(Value::Time(time))) = record.values.get_mut(variable.index()) {
                *time += TimeDelta::days(day as i64);
            }
        }
        record.ts = match record.get(Variable::EventStart) {
            Some(Value::Time(start)) => Some(*start),
            _ => None,
        };
        self
    }

    pub(super) fn undated(&mut self, cells: &[(&str, &str)]) -> &mut Record {
        let mut record = Record::empty(self.records.len() as u64 + 2);
        for (name, text) in cells {
            let variable = Variable::from_name(name).unwrap_or_else(|| panic!("no variable {name}"));
            record.set(variable, value(variable.kind(), text, self.first_day));
        }
        self.records.push(record);
        self.records.last_mut().unwrap()
    }

    /// All but the rows of the lines in `dead` count.
    pub(super) fn bytes_without(&self, dead: &[u64]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = Writer::default();
        let mut counts = Vec::new();
        for (index, record) in self.records.iter().enumerate() {
            writer.push(record);
            counts.push(!dead.contains(&record.line));
            if writer.is_full() || index + 1 == self.records.len() {
                let block = writer.finish().unwrap().unwrap();
                bytes.extend(piece(
                    &Sealed::new(&block, &[], &Aliases::default()).unwrap().image,
                    &counts,
                ));
                counts.clear();
            }
        }
        bytes.extend(plant_rows::end());
        bytes
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.bytes_without(&[])
    }

    pub(super) fn analyse(&self) -> Analysed {
        self.analyse_with(&order())
    }

    pub(super) fn analyse_without(&self, dead: &[u64]) -> Analysed {
        Analysed(crate::analyse(self.bytes_without(dead).as_slice(), &order()).unwrap())
    }

    pub(super) fn analyse_with(&self, order: &AnalysisOrder) -> Analysed {
        Analysed(crate::analyse(self.bytes().as_slice(), order).unwrap())
    }

    /// With at most so many cells in a family.
    pub(super) fn analyse_within(&self, order: &AnalysisOrder, most: u64) -> Analysed {
        Analysed(crate::analyse_within(self.bytes().as_slice(), order, most).unwrap())
    }
}

fn value(kind: Kind, text: &str, day: NaiveDate) -> Value {
    match kind {
        Kind::Text => Value::Text(text.to_owned()),
        Kind::Number => Value::Number(text.parse().unwrap_or_else(|_| panic!("not a number: {text}"))),
        Kind::Flag => Value::Flag(text == "true"),
        Kind::Date => Value::Date(text.parse().unwrap()),
        Kind::Time => Value::Time(time(text, day)),
    }
}

/// `06:30`, or hours beyond the day as `30:00`.
fn time(text: &str, day: NaiveDate) -> DateTime<Utc> {
    let (hours, minutes) = text.split_once(':').unwrap();
    let midnight = day.and_hms_opt(0, 0, 0).unwrap().and_utc();
    midnight + TimeDelta::hours(hours.parse().unwrap()) + TimeDelta::minutes(minutes.parse().unwrap())
}

pub(super) fn order() -> AnalysisOrder {
    AnalysisOrder {
        zone: "UTC".to_owned(),
        currency: None,
        file_name: "test.csv".to_owned(),
        settings: Default::default(),
        balance: Default::default(),
        aliases: Aliases::default(),
        calendars: Calendars::default(),
        steps: Default::default(),
        carried: Vec::new(),
        references: Default::default(),
        lookups: Vec::new(),
        list: None,
    }
}

/// What one list says: `variable key=code,… value [from..to]`, an entry a line from line 2 on.
pub(super) fn listed(text: &str, currency: Option<&str>) -> Known {
    let entry = |(line, text): (usize, &str)| {
        let mut parts = text.split_whitespace();
        let variable: Variable = parts.next().unwrap().parse().unwrap();
        let key = parts
            .next()
            .unwrap()
            .split(',')
            .map(|pair| pair.split_once('=').unwrap());
        let key = key.map(|(name, code)| (name.parse().unwrap(), code.to_owned()));
        let value = parts.next().unwrap();
        let (from, to) = parts.next().and_then(|days| days.split_once("..")).unwrap_or_default();
        Entry {
            variable,
            key: key.collect(),
            value: value
                .parse()
                .map_or_else(|_| Fact::Text(value.to_owned()), Fact::Number),
            currency: currency.map(str::to_owned),
            from: from.parse().ok(),
            to: to.parse().ok(),
            line: line as u64 + 2,
            listed: true,
        }
    };
    Known {
        sources: vec![Source {
            file_id: "00000000-0000-0000-0000-000000000007".parse().unwrap(),
            name: "list.csv".to_owned(),
        }],
        entries: text.lines().enumerate().map(|line| (0, entry(line))).collect(),
    }
}

pub(super) struct Analysed(pub(super) AnalysisOutput);

impl Analysed {
    pub(super) fn analyzer(&self, name: Analyzer) -> &AnalyzerView {
        self.0.analyzers.iter().find(|analyzer| analyzer.name == name).unwrap()
    }

    pub(super) fn item(&self, metric: &str) -> Option<&MetricItem> {
        self.0
            .analyzers
            .iter()
            .flat_map(|analyzer| &analyzer.metrics)
            .find(|item| item.metric == metric)
    }

    /// The value of a metric that has to be there.
    pub(super) fn value(&self, metric: &str) -> f64 {
        let item = self.item(metric).unwrap_or_else(|| panic!("{metric} is not shown"));
        item.value
            .unwrap_or_else(|| panic!("{metric} is null: {:?}", item.null_reason))
            .to_f64()
            .unwrap()
    }

    pub(super) fn near(&self, metric: &str, expected: f64) {
        let found = self.value(metric);
        assert!(
            (found - expected).abs() <= 1e-6 * expected.abs().max(1.0),
            "{metric}: {found}, not {expected}"
        );
    }

    pub(super) fn null(&self, metric: &str) -> String {
        let item = self.item(metric).unwrap_or_else(|| panic!("{metric} is not shown"));
        assert_eq!(item.value, None, "{metric}");
        item.null_reason.unwrap().to_string()
    }

    pub(super) fn findings(&self, kind: FindingKind) -> Vec<&FindingDraft> {
        self.0.findings.iter().filter(|finding| finding.kind == kind).collect()
    }

    pub(super) fn finding(&self, kind: FindingKind) -> &FindingDraft {
        let kinds: Vec<&str> = self.0.findings.iter().map(|finding| finding.kind.name()).collect();
        self.0
            .findings
            .iter()
            .find(|finding| finding.kind == kind)
            .unwrap_or_else(|| panic!("no {kind} in {kinds:?}"))
    }

    /// The lines of the rows that show a finding.
    pub(super) fn lines(&self, kind: FindingKind) -> Vec<u64> {
        self.finding(kind).evidence_rows.iter().map(|at| at.line).collect()
    }

    /// The cells of the finest family, and those of what the rows measure beside the variables.
    pub(super) fn cells(&self) -> impl Iterator<Item = &ComponentRow> {
        self.0.components.iter().filter(|row| row.family_no <= 1)
    }

    /// The sum of a component over everything.
    pub(super) fn sum(&self, name: &str) -> Option<Decimal> {
        let component = plant_core::component::Component::from_name(name).unwrap();
        self.cells()
            .filter_map(|row| row.values.get(component))
            .reduce(|sum, value| sum.checked_add(value).unwrap())
    }

    pub(super) fn no_saving(&self) {
        for finding in &self.0.findings {
            assert_eq!(finding.saving, None, "{}", finding.title);
        }
    }
}

pub(super) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}
