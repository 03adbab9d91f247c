//! A file that is a list: its rows tell of things, and add nothing to any figure.

use std::collections::BTreeMap;
use std::io::Read;

use chrono::NaiveDate;
use plant_core::job::{AnalysisOrder, AnalysisOutput};
use plant_core::model::{Analyzer, AnalyzerStatus, AnalyzerView, TierView};
use plant_core::record::{Record, Value};
use plant_core::reference::{Entry, Fact, is_fact, is_key};
use plant_core::variable::Variable;
use plant_core::words::{self, counted};
use plant_rows::Counting;
use rust_decimal::Decimal;

use crate::AnalysisError;

/// What the rows of a list say.
#[derive(Debug, Default)]
struct Said {
    rows: u64,
    entries: Vec<Entry>,
    /// Rows that name no thing.
    nameless: u64,
    /// Rows whose last day lies before their first.
    never: u64,
    period: Option<(NaiveDate, NaiveDate)>,
}

/// Reads every row that counts of a list whose things are named by `key`. The reader should be buffered.
///
/// # Errors
/// The stream is none of blocks or breaks off.
pub(crate) fn analyse(
    rows: impl Read,
    order: &AnalysisOrder,
    key: &[Variable],
) -> Result<AnalysisOutput, AnalysisError> {
    let mut said = Said::default();
    let mut blocks = Counting::new(rows);
    while let Some(block) = blocks.next_block()? {
        for mut record in block.records() {
            order.aliases.apply(&mut record);
            said.row(&record, key);
        }
    }
    let view = |name| AnalyzerView {
        name,
        status: AnalyzerStatus::NoData,
        level: 0,
        metrics: Vec::new(),
        findings: Vec::new(),
        chart: None,
        error: Some("this file is a list: it says how things are, and adds nothing to figures".to_owned()),
    };
    Ok(AnalysisOutput {
        components: Vec::new(),
        families: Vec::new(),
        tier: TierView::default(),
        analyzers: Analyzer::ALL.map(view).to_vec(),
        findings: Vec::new(),
        summary: said.summary(order, key),
        records: said.rows,
        entries: said.entries,
        edges: Vec::new(),
        wants: Vec::new(),
        uses: Vec::new(),
    })
}

impl Said {
    fn row(&mut self, record: &Record, key: &[Variable]) {
        self.rows += 1;
        let is_named = |variable: &&Variable| is_key(**variable);
        let code = |variable: &Variable| {
            let code = record.text(*variable).map(str::trim).filter(|code| !code.is_empty())?;
            Some((*variable, code.to_owned()))
        };
        let codes: BTreeMap<Variable, String> = key.iter().filter(is_named).filter_map(code).collect();
        let (from, to) = (day(record, Variable::ValidFrom), day(record, Variable::ValidTo));
        if codes.is_empty() {
            self.nameless += 1;
            return;
        }
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            self.never += 1;
            return;
        }
        for day in [from, to].into_iter().flatten() {
            let (first, last) = self.period.unwrap_or((day, day));
            self.period = Some((first.min(day), last.max(day)));
        }
        for variable in Variable::ALL.iter().copied().filter(|variable| is_fact(*variable)) {
            let value = match record.get(variable) {
                _ if codes.contains_key(&variable) => continue,
                // A cycle or rate of 0 means that it is not known.
                Some(Value::Number(number))
                    if *number <= Decimal::ZERO
                        && matches!(variable, Variable::IdealCycleTime | Variable::IdealRate) =>
                {
                    continue;
                }
                Some(Value::Number(number)) => Fact::Number(*number),
                Some(Value::Text(text)) if !text.trim().is_empty() => Fact::Text(text.trim().to_owned()),
                _ => continue,
            };
            let currency = record.text(Variable::Currency).map(|name| name.trim().to_owned());
            self.entries.push(Entry {
                variable,
                key: codes.clone(),
                value,
                currency: currency.filter(|_| variable.is_money()),
                from,
                to,
                line: record.line,
                listed: true,
            });
        }
    }

    fn summary(&self, order: &AnalysisOrder, key: &[Variable]) -> Vec<String> {
        let named: Vec<String> = key
            .iter()
            .filter(|part| is_key(**part))
            .map(|part| part.noun())
            .collect();
        let mut facts: BTreeMap<Variable, u64> = BTreeMap::new();
        for entry in &self.entries {
            *facts.entry(entry.variable).or_default() += 1;
        }
        let facts: Vec<String> = facts
            .iter()
            .map(|(variable, entries)| format!("{} ({})", variable.noun(), words::count(*entries)))
            .collect();
        let mut sentences = vec![format!(
            "{} is a list by {}: {}.",
            order.file_name,
            named.join(" and "),
            match facts.is_empty() {
                true => "it says nothing that figures use".to_owned(),
                false => facts.join(", "),
            }
        )];
        if let Some((first, last)) = self.period {
            sentences.push(format!("Its days go from {first} to {last}."));
        }
        let left_out = [(self.nameless, "names no thing"), (self.never, "ends before it begins")];
        for (rows, why) in left_out.into_iter().filter(|(rows, _)| *rows > 0) {
            sentences.push(format!(
                "Left out: {} of which each {why}.",
                counted(rows, "row", "rows")
            ));
        }
        sentences
    }
}

fn day(record: &Record, variable: Variable) -> Option<NaiveDate> {
    match record.get(variable) {
        Some(Value::Date(day)) => Some(*day),
        _ => None,
    }
}
