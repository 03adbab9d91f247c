//! Answers without a metric query: definitions, files, members, savings, help, questions back and refusals.

use std::collections::{BTreeMap, BTreeSet};

use plant_core::component::Dimension;
use plant_core::model::{AnswerView, Citation, Evidence, FileItem, SavingsView};
use plant_core::sanitize;
use plant_core::unit::Unit;
use plant_core::words;
use rust_decimal::Decimal;

use super::page::{Page, ROWS_SHOWN, cited, finish};
use super::{suggest, table};
use crate::lexicon::{Lexicon, dimension_word, dimension_words};
use crate::{Choice, FileQuestion, Refusal};

fn page(lexicon: &Lexicon) -> Page<'_> {
    Page {
        lexicon,
        lines: Vec::new(),
        values: Vec::new(),
        mark: String::new(),
    }
}

/// How a metric is computed.
pub fn definition(id: &str, lexicon: &Lexicon) -> AnswerView {
    let Some(metric) = lexicon.metric(id) else {
        let refusal = Refusal {
            code: "no_metric".to_owned(),
            reason: format!("There is no metric “{id}”."),
        };
        return refuse(&refusal, lexicon);
    };
    let mut lines = vec![format!("{} ({id}) = {}.", metric.label, metric.formula)];
    if !metric.source.is_empty() {
        lines.push(format!("Source: {}.", metric.source));
    }
    let unit = Unit::from(metric.unit.as_str());
    lines.push(match words::unit(&unit) {
        _ if unit == Unit::Ratio => "It is a ratio of sums, shown in percent; over several rows the sums are divided, never the ratios averaged.".to_owned(),
        None => "It is a pure number, in the unit of the rows.".to_owned(),
        Some(unit) => format!("Its unit is {unit}."),
    });
    if metric.available {
        lines.push("The data carries what it needs.".to_owned());
    } else {
        lines.push(format!("It can't be computed yet: {}.", metric.unavailable()));
    }
    let mut next: Vec<String> = if metric.available {
        vec![
            format!("{} by month", suggest::spelt(id, lexicon)),
            suggest::spelt(id, lexicon),
        ]
    } else {
        suggest::start(lexicon)
    };
    next.truncate(3);
    let view = AnswerView {
        grounded: true,
        next_questions: next,
        ..AnswerView::default()
    };
    finish(view, lines, &format!("the definition of {id}"))
}

/// Which files; `total` is how many match, of which `items` are the newest.
pub fn files(question: &FileQuestion, items: &[FileItem], total: u64, lexicon: &Lexicon) -> AnswerView {
    let mut page = page(lexicon);
    let count = page.say(Decimal::from(total), &Unit::One, "files", BTreeMap::new());
    let what = match question.states.as_slice() {
        [] => String::new(),
        states => {
            let names: Vec<&str> = states.iter().map(|state| state.name()).collect();
            format!(" {}", names.join(" or "))
        }
    };
    let period = match (question.from, question.to.and_then(|day| day.pred_opt())) {
        (Some(from), Some(last)) if from == last => format!(", first seen on {from}"),
        (Some(from), Some(last)) => format!(", first seen {from} to {last}"),
        (Some(from), None) => format!(", first seen from {from} on"),
        (None, Some(last)) => format!(", first seen up to {last}"),
        (None, None) => String::new(),
    };
    page.lines.push(match total {
        0 => format!("No{what} file{period}."),
        1 => format!("{count}{what} file{period}:"),
        _ => format!("{count}{what} files{period}:"),
    });
    let shown = question.limit.map_or(ROWS_SHOWN, |limit| limit.min(50) as usize);
    let shown = if question.count { shown.min(5) } else { shown };
    let mut citations = Vec::new();
    let mut rows = vec![vec!["file".to_owned(), "state".to_owned(), "seen".to_owned()]];
    for (item, number) in items.iter().take(shown).zip(1_u32..) {
        rows.push(vec![
            sanitize::display(&item.name).into_owned(),
            item.state.name().to_owned(),
            item.seen_at.date_naive().to_string(),
        ]);
        citations.push(Citation {
            number,
            file: item.name.clone(),
            file_id: item.file_id,
            sha256: item.sha256.clone(),
            lines: item
                .balance
                .map_or_else(String::new, |balance| format!("1-{}", balance.physical)),
            committed_at: item.committed_at,
        });
    }
    if rows.len() > 1 {
        page.lines.extend(table::lines(&rows, 3));
    }
    for item in items.iter().take(shown) {
        if let Some(reason) = &item.reason {
            page.lines.push(format!(
                "{}: {}",
                sanitize::display(&item.name),
                sanitize::display(&reason.text)
            ));
        }
    }
    let hidden = total.saturating_sub(u64::try_from(rows.len() - 1).unwrap_or(0));
    if hidden > 0 {
        let more = page.say(Decimal::from(hidden), &Unit::One, "files not shown", BTreeMap::new());
        page.lines
            .push(format!("and {more} more; `plant files` lists them all."));
    }
    let view = AnswerView {
        values: page.values,
        citations,
        grounded: true,
        next_questions: suggest::start(lexicon),
        ..AnswerView::default()
    };
    finish(view, page.lines, &question.explanation)
}

/// Which members a dimension has.
pub fn members(dimension: Dimension, lexicon: &Lexicon) -> AnswerView {
    let all = lexicon
        .dimensions
        .get(&dimension)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut page = page(lexicon);
    let count = page.count(all.len(), dimension.name());
    let what = if all.len() == 1 {
        dimension_word(dimension).to_owned()
    } else {
        dimension_words(dimension)
    };
    let names: Vec<String> = all
        .iter()
        .take(20)
        .map(|member| sanitize::display(member).into_owned())
        .collect();
    page.lines
        .push(format!("{count} {what} in the data: {}.", names.join(", ")));
    let hidden = all.len().saturating_sub(names.len());
    if hidden > 0 {
        let more = page.count(hidden, "members not shown");
        page.lines.push(format!("and {more} more."));
    }
    let view = AnswerView {
        values: page.values,
        grounded: true,
        next_questions: suggest::start(lexicon),
        ..AnswerView::default()
    };
    finish(
        view,
        page.lines,
        &format!("the {} that rows carry", dimension_words(dimension)),
    )
}

/// The marks of the rows that show a finding, ` [1] [2]`: one citation for each file with the finding's own lines, so
/// that two findings of a file share a citation only where they rest on the same lines.
fn evidence_mark(evidence: &[Evidence], citations: &mut Vec<Citation>) -> String {
    let mut files: Vec<(&Evidence, BTreeSet<u64>)> = Vec::new();
    for row in evidence {
        match files.iter_mut().find(|(first, _)| first.file_id == row.file_id) {
            Some((_, lines)) => drop(lines.insert(row.line)),
            None => files.push((row, BTreeSet::from([row.line]))),
        }
    }
    let mut mark = String::new();
    for (row, lines) in files {
        let lines = spans(&lines);
        let known = citations
            .iter()
            .find(|known| known.file_id == row.file_id && known.lines == lines)
            .map(|known| known.number);
        let number = known.unwrap_or_else(|| u32::try_from(citations.len() + 1).unwrap_or(u32::MAX));
        if known.is_none() {
            citations.push(Citation {
                number,
                file: row.file.clone(),
                file_id: row.file_id,
                sha256: row.sha256.clone(),
                lines,
                committed_at: None,
            });
        }
        mark.push_str(&format!(" [{number}]"));
    }
    mark
}

/// `3, 7-9, 12`.
fn spans(lines: &BTreeSet<u64>) -> String {
    let mut spans: Vec<(u64, u64)> = Vec::new();
    for line in lines {
        match spans.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*line) => *last = *line,
            _ => spans.push((*line, *line)),
        }
    }
    let texts: Vec<String> = spans
        .iter()
        .map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        })
        .collect();
    texts.join(", ")
}

/// What can be saved, from the ledger.
pub fn savings(view: &SavingsView, lexicon: &Lexicon) -> AnswerView {
    let mut page = page(lexicon);
    let mut citations: Vec<Citation> = Vec::new();
    let unit = Unit::currency(view.currency.as_deref());
    let group = |name: &str| BTreeMap::from([("finding".to_owned(), Some(name.to_owned()))]);
    let items: Vec<_> = view
        .items
        .iter()
        .filter_map(|item| Some((item, item.saving.as_ref()?)))
        .collect();
    if items.is_empty() {
        page.lines.push("No finding carries a saving: the rules ask for enough days, occurrences and a cost from your own data before money is named.".to_owned());
    } else {
        let identified = page.say(view.identified_low, &unit, "identified_low", BTreeMap::new());
        let verified = page.say(view.verified_low, &unit, "verified_low", BTreeMap::new());
        page.lines.push(format!(
            "Identified, careful bound: {identified}. Verified: {verified}. The two are never added up."
        ));
        for left_out in &view.not_counted {
            let findings = Decimal::from(left_out.findings);
            page.say(findings, &Unit::One, "not_counted", BTreeMap::new());
            let unit = Unit::currency(Some(&left_out.currency));
            page.say(left_out.low, &unit, "not_counted_low", BTreeMap::new());
            let line = words::not_counted(left_out);
            page.lines.push(format!("{}.", words::capital(&line)));
        }
        for (item, saving) in items.iter().take(ROWS_SHOWN) {
            let id = item.finding_id.to_string();
            let currency = Unit::currency(Some(&saving.currency));
            let low = page.say(saving.low, &currency, "saving.low", group(&id));
            let expected = page.say(saving.expected, &currency, "saving.expected", group(&id));
            let mark = evidence_mark(&item.evidence, &mut citations);
            let title = sanitize::display(&item.title);
            page.lines.push(format!(
                "- {title}: at least {low}, expected {expected}, grade {}, {}{mark}",
                saving.grade, item.state
            ));
        }
        let hidden = items.len().saturating_sub(ROWS_SHOWN);
        if hidden > 0 {
            let more = page.count(hidden, "findings not shown");
            page.lines
                .push(format!("and {more} more; `plant savings` lists them all."));
        }
    }
    page.lines.extend(citations.iter().map(cited));
    let answer = AnswerView {
        values: page.values,
        citations,
        grounded: true,
        next_questions: suggest::start(lexicon),
        ..AnswerView::default()
    };
    finish(answer, page.lines, "the savings ledger, all findings that carry money")
}

/// What can be asked.
pub fn help(lexicon: &Lexicon) -> AnswerView {
    let mut lines = vec!["You can ask for a figure, by a dimension, the top or bottom, over time, two things compared, how a metric is computed, which files came in, and what can be saved.".to_owned()];
    let metrics: Vec<&str> = lexicon
        .metrics
        .iter()
        .filter(|metric| metric.available)
        .map(|metric| metric.label.as_str())
        .collect();
    lines.push(if metrics.is_empty() {
        "There are no figures yet: no export has been taken in and analysed.".to_owned()
    } else {
        format!("Metrics in the data: {}.", metrics.join(", "))
    });
    let dimensions: Vec<&str> = lexicon
        .dimensions
        .keys()
        .filter(|dimension| lexicon.has(**dimension))
        .map(|dimension| dimension_word(*dimension))
        .collect();
    if !dimensions.is_empty() {
        lines.push(format!("Dimensions in the data: {}.", dimensions.join(", ")));
    }
    if let Some((first, last)) = lexicon.first_day.zip(lexicon.last_day) {
        lines.push(format!("Days in the data: {first} to {last}."));
    }
    let next = suggest::start(lexicon);
    lines.extend(next.iter().map(|question| format!("- {question}")));
    finish(
        AnswerView {
            grounded: true,
            next_questions: next,
            ..AnswerView::default()
        },
        lines,
        "what can be asked",
    )
}

/// A question back, with numbered choices.
pub fn clarify(question: &str, choices: &[Choice]) -> AnswerView {
    let mut lines = vec![question.to_owned()];
    for (number, choice) in (1..).zip(choices) {
        lines.push(format!(
            "{number}) {}: ask “{}”",
            sanitize::display(&choice.label),
            sanitize::display(&choice.question)
        ));
    }
    let view = AnswerView {
        grounded: true,
        refused: true,
        reason: Some(sanitize::display(question).into_owned()),
        next_questions: choices.iter().map(|choice| choice.question.clone()).collect(),
        ..AnswerView::default()
    };
    finish(view, lines, "more than one reading is possible")
}

/// No answer, and why.
pub fn refuse(refusal: &Refusal, lexicon: &Lexicon) -> AnswerView {
    let mut lines = vec![refusal.reason.clone()];
    let next = suggest::start(lexicon);
    if !next.is_empty() {
        let asked: Vec<String> = next.iter().map(|question| format!("“{question}”")).collect();
        lines.push(format!("You can ask: {}.", asked.join(", ")));
    }
    let view = AnswerView {
        grounded: true,
        refused: true,
        reason: Some(sanitize::display(&refusal.reason).into_owned()),
        next_questions: next,
        ..AnswerView::default()
    };
    finish(view, lines, &format!("not answered ({})", refusal.code))
}
