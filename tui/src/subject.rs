//! What screens and line commands are about: per thing of the plant one file that says how a list of it looks, how one
//! of it reads, and what the daemon is asked for.
//!
//! A new screen is a file here with a [`Spec`], its `mod` line, and the place that opens it: a row of another screen, a
//! tab, or a line in [`SCREENS`]. Everything else follows from the [`Spec`]: fetching, late answers, scrolling, filter,
//! order, keys, drawing.

pub mod alias;
pub mod analysis;
pub mod calendar;
mod chat;
pub mod file;
pub mod finding;
pub mod folder;
pub mod grant;
pub mod headline;
pub mod mapping;
pub mod metric;
pub mod operator;
pub mod profile;
mod question;
pub mod reference;
pub mod series;
mod spec;
pub mod status;
mod trial;

pub use chat::CHAT;
pub use spec::{Asked, Content, Described, Form, Listed, Opens, PAGE, Scope, Screen, Spec, Wanted};

/// Screens that are opened by their names alone, as commands.
pub static SCREENS: &[&Spec] = &[
    &profile::PROFILES,
    &metric::METRICS,
    &series::ALL,
    &alias::ALL,
    &calendar::ALL,
    &folder::ALL,
    &reference::ALL,
    &operator::OPERATORS,
    &grant::GRANTS,
];
