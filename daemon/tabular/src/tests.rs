//! Whole files in, fates out: one table of inputs per rule, the published files, and random ones.

use std::io::Write;
use std::ops::ControlFlow;

use plant_core::balance::Balance;
use plant_core::table::{Layout, LayoutHints, Problem};

use crate::{Limits, Line, ReadError, SetAsideKind, open};

mod bounds;
mod damaged;
mod delimited;
mod json_lines;
mod published;
mod random;
mod sheets;

/// What a scan gave.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) layout: Layout,
    pub(crate) certain: bool,
    pub(crate) rows: Vec<(u64, Vec<String>)>,
    pub(crate) bad: Vec<Problem>,
    pub(crate) aside: Vec<(u64, SetAsideKind, String)>,
    pub(crate) balance: Balance,
    pub(crate) problems: Vec<Problem>,
}

impl Taken {
    pub(crate) fn cells(&self) -> Vec<Vec<&str>> {
        self.rows
            .iter()
            .map(|(_, cells)| cells.iter().map(String::as_str).collect())
            .collect()
    }

    pub(crate) fn kinds(&self, kind: SetAsideKind) -> Vec<u64> {
        let mut lines: Vec<u64> = self
            .aside
            .iter()
            .filter(|(_, seen, _)| *seen == kind)
            .map(|(line, _, _)| *line)
            .collect();
        // A total that was held back is given late.
        lines.sort_unstable();
        lines
    }

    pub(crate) fn bad_codes(&self) -> Vec<(u64, &str)> {
        self.bad
            .iter()
            .map(|problem| (problem.line, problem.code.as_str()))
            .collect()
    }

    pub(crate) fn codes(&self) -> Vec<(u64, &str)> {
        self.problems
            .iter()
            .map(|problem| (problem.line, problem.code.as_str()))
            .collect()
    }
}

pub(crate) fn file(bytes: &[u8]) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

pub(crate) fn scan(file: std::fs::File, hints: &LayoutHints, limits: &Limits) -> Result<Taken, ReadError> {
    scanned(open(file, "export.csv", hints, limits)?)
}

pub(crate) fn scanned(mut document: crate::Document) -> Result<Taken, ReadError> {
    let layout = document.layout().clone();
    let (mut rows, mut bad, mut aside): (Vec<(u64, Vec<String>)>, _, _) = (Vec::new(), Vec::new(), Vec::new());
    let balance = document.scan(&mut |line| {
        match line {
            Line::Row { line, cells } => rows.push((line, cells.iter().map(|cell| (*cell).to_owned()).collect())),
            Line::Bad(problem) => bad.push(problem),
            Line::SetAside { line, kind, text } => aside.push((line, kind, text.to_owned())),
        }
        ControlFlow::Continue(())
    })?;
    let problems = document.problems();
    assert!(balance.closes(), "the balance does not close: {balance:?}");
    assert_eq!(balance.taken, rows.len() as u64);
    assert_eq!(balance.quarantined, bad.len() as u64);
    assert!(rows.iter().all(|(_, cells)| cells.len() == layout.header.len()));
    // A second pass gives the same.
    let again = document.scan(&mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(again, balance);
    assert_eq!(document.problems(), problems);
    Ok(Taken {
        layout,
        certain: document.encoding_is_certain(),
        rows,
        bad,
        aside,
        balance,
        problems,
    })
}

pub(crate) fn take(bytes: impl AsRef<[u8]>) -> Taken {
    try_take(bytes).unwrap()
}

pub(crate) fn try_take(bytes: impl AsRef<[u8]>) -> Result<Taken, ReadError> {
    scan(file(bytes.as_ref()), &LayoutHints::default(), &Limits::default())
}

/// The code of the reason for a refusal, and whether it is of a form that is not read.
pub(crate) fn refused(bytes: impl AsRef<[u8]>) -> (bool, &'static str, String) {
    let (unsupported, reason) = try_take(bytes).unwrap_err().reason();
    (unsupported, reason.code.name(), reason.text)
}
