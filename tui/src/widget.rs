//! The parts that screens are made of: lists, documents, charts, and text that fits.

pub mod chart;
pub mod document;
pub mod list;
pub mod text;
