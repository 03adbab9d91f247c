//! A file as its mapping shapes it: rows of text behind the line steps of a profile, with the fate of every line.

use std::ops::ControlFlow;

use plant_core::balance::Balance;
use plant_core::profile::Shape;
use plant_core::table::{Layout, Problem};
use plant_mapping::ShapeError;
use plant_mapping::shape::{Fate, ROWS_OF_LINE, Shaper, Survey};
use plant_tabular::{Document, Line, ReadError};

/// An opened file, and what is done with its lines.
pub struct Shaped {
    document: Document,
    layout: Layout,
    shaper: Option<Shaper>,
    /// What the steps left out of the last scan.
    left: Vec<(u64, String)>,
}

impl Shaped {
    /// The file as it is.
    pub fn bare(document: Document) -> Shaped {
        Shaped {
            layout: document.layout().clone(),
            document,
            shaper: None,
            left: Vec::new(),
        }
    }

    /// The file behind these steps, of whose columns these say something by themselves; its rows go by once where the steps
    /// make columns of what they hold.
    ///
    /// # Errors
    /// When it can't be read; inside, when it lacks what a step needs.
    pub fn open(
        mut document: Document,
        shape: &Shape,
        telling: &[String],
    ) -> Result<Result<Shaped, (Shaped, ShapeError)>, ReadError> {
        if shape.is_none() {
            return Ok(Ok(Shaped::bare(document)));
        }
        let mut layout = document.layout().clone();
        let mut survey = match Survey::new(shape, &layout.header, telling) {
            Ok(survey) => survey,
            Err(error) => return Ok(Err((Shaped::bare(document), error))),
        };
        document.scan(&mut |line| match line {
            Line::Row { cells, .. } => survey.row(cells),
            Line::Bad(_) | Line::SetAside { .. } => ControlFlow::Continue(()),
        })?;
        let shaper = match survey.end() {
            Ok(shaper) => shaper,
            Err(error) => return Ok(Err((Shaped::bare(document), error))),
        };
        layout.written = std::mem::replace(&mut layout.header, shaper.header().to_vec());
        Ok(Ok(Shaped {
            document,
            layout,
            shaper: Some(shaper),
            left: Vec::new(),
        }))
    }

    /// How it is laid out, with the columns that the steps make.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// How many rows more than one a line may become.
    pub fn reserve(&self) -> usize {
        match &self.shaper {
            Some(_) => ROWS_OF_LINE,
            None => 0,
        }
    }

    /// Whether a line is a row as it stands, so that it may be known from an earlier version.
    pub fn is_bare(&self) -> bool {
        self.shaper.is_none()
    }

    /// As [`Document::scan_knowing`]; a line that became several rows is given once for each, with what of it only says
    /// again what stands in a row before.
    ///
    /// # Errors
    /// See [`Document::scan`].
    pub fn scan_knowing(
        &mut self,
        known: &mut dyn FnMut(u64, &[u8]) -> bool,
        each: &mut dyn FnMut(Line<'_>, &[bool]) -> ControlFlow<()>,
    ) -> Result<Balance, ReadError> {
        let Some(shaper) = &self.shaper else {
            return self.document.scan_knowing(known, &mut |line| each(line, &[]));
        };
        // Its columns were found when it was opened.
        let mut pass = shaper.pass().map_err(|error| ReadError::Damaged {
            what: error.to_string(),
        })?;
        let (mut bad, mut dropped, mut made) = (0, 0, 0);
        let mut balance = self.document.scan(&mut |given| {
            let Line::Row { line, cells } = given else {
                return each(given, &[]);
            };
            let mut flow = ControlFlow::Continue(());
            let fate = pass.row(cells, &mut |row| {
                flow = each(Line::Row { line, cells: row.cells }, row.repeats);
                flow
            });
            match fate {
                Fate::Rows(rows) => made += rows - 1,
                Fate::Left => dropped += 1,
                Fate::Bad(why) => {
                    bad += 1;
                    let problem = Problem {
                        line,
                        column: None,
                        code: "unfit_shape".to_owned(),
                        text: format!("line {line}: {why}"),
                        value: None,
                        quarantined: true,
                    };
                    flow = each(Line::Bad(problem), &[]);
                }
            }
            flow
        })?;
        balance.taken = balance.taken.saturating_sub(bad + dropped);
        balance.quarantined += bad;
        balance.dropped += dropped;
        balance.made += made;
        self.left = pass.left();
        Ok(balance)
    }

    /// As [`Document::scan`], the rows alone.
    ///
    /// # Errors
    /// See [`Document::scan`].
    pub fn rows(&mut self, each: &mut dyn FnMut(&[&str])) -> Result<(), ReadError> {
        let scanned = self.scan_knowing(&mut |_, _| false, &mut |line, _| {
            if let Line::Row { cells, .. } = line {
                each(cells);
            }
            ControlFlow::Continue(())
        });
        scanned.map(drop)
    }

    /// Remarks on the file as a whole after a scan, with what the steps left out.
    pub fn problems(&self) -> Vec<Problem> {
        let left = self.left.iter().map(|(rows, why)| Problem {
            line: 0,
            column: None,
            code: "left_out".to_owned(),
            text: format!(
                "{} left out by the mapping: {why}",
                plant_core::words::counted(*rows, "row", "rows")
            ),
            value: None,
            quarantined: false,
        });
        self.document.problems().into_iter().chain(left).collect()
    }
}
