//! One test per promise of the README, through the real programs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may fail loudly"
)]

mod aliases;
mod bad_input;
mod calendars;
mod decisions;
mod exactly_once;
mod families;
mod following;
mod isolation;
mod journey;
mod large_answers;
mod machine;
mod mapping;
mod measures;
mod operators;
mod originals;
mod outside;
mod pieces;
mod place;
mod real_exports;
mod rebuild;
mod references;
mod saying;
mod series;
mod shape;
mod steps;
mod synthetic;
mod systemd;
mod terminal;
mod together;
mod trouble;
mod workers;

/// A production export whose columns need no person.
pub fn production(rows: usize, first_order: usize) -> Vec<u8> {
    let mut text =
        String::from("Work Order,Product,Machine,Posting Date,Quantity Produced,Quantity Good,Quantity Scrap\n");
    for row in 0..rows {
        let order = first_order + row;
        let (day, made, scrap) = (row % 28 + 1, 100 + row % 7, row % 5);
        text.push_str(&format!(
            "WO-{order:06},P-{:03},M-{:02},2025-03-{day:02},{made},{},{scrap}\n",
            row % 11,
            row % 4,
            made - scrap
        ));
    }
    text.into_bytes()
}

/// The sums of `production(rows, _)`: produced, good, scrap.
pub fn production_sums(rows: usize) -> (f64, f64, f64) {
    let (mut produced, mut scrap) = (0, 0);
    for row in 0..rows {
        produced += 100 + row % 7;
        scrap += row % 5;
    }
    (produced as f64, (produced - scrap) as f64, scrap as f64)
}
