//! The parts that screens are made of: tables, documents, charts, and text that fits.

pub mod chart;
pub mod document;
pub mod table;
pub mod text;
