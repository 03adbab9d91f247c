//! What was measured, as a table of medians.

use std::collections::HashMap;
use std::fmt::Write;

/// Samples by measure and layout; measures stay in the order in which they first came.
#[derive(Default)]
pub struct Report {
    measures: Vec<String>,
    samples: HashMap<(String, String), Vec<f64>>,
}

impl Report {
    pub fn note(&mut self, measure: &str, layout: &str, value: f64) {
        eprintln!("  {layout}: {measure} {value:.3}");
        if !self.measures.iter().any(|known| known == measure) {
            self.measures.push(measure.to_owned());
        }
        self.samples.entry((measure.to_owned(), layout.to_owned())).or_default().push(value);
    }

    /// Medians as a markdown table with those layouts as columns.
    pub fn table(&self, layouts: &[&str]) -> String {
        let mut out = format!("| median | {} |\n|---|{}", layouts.join(" | "), "---:|".repeat(layouts.len()));
        for measure in &self.measures {
            write!(out, "\n| {measure} |").ok();
            for layout in layouts {
                match self.samples.get(&(measure.clone(), (*layout).to_owned())) {
                    Some(samples) => write!(out, " {} |", shown(median(samples))).ok(),
                    None => write!(out, " |").ok(),
                };
            }
        }
        out
    }
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn shown(value: f64) -> String {
    match value.abs() {
        x if x >= 100.0 => format!("{value:.0}"),
        x if x >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}
