//! The worked examples and the promises of the crate, through [`crate::analyse`] on encoded rows.

mod calendars;
mod families;
mod files;
mod findings;
mod lists;
mod quality;
mod repeats;
mod steps;
mod sums;
mod support;
mod time;
