//! What people call the dimensions by which figures are grouped.

use std::sync::LazyLock;

use plant_core::component::Dimension;
use serde::Deserialize;

use crate::words::{Words, parse};

/// Words and the dimensions that they mean.
#[derive(Debug, Clone, Deserialize)]
pub struct Grouping {
    /// In order of preference: the first that rows carry is meant.
    pub means: Vec<Dimension>,
    /// Ids of the metrics that are meant where a question names none, in order of preference.
    #[serde(default)]
    pub implies: Vec<String>,
    /// The words.
    #[serde(flatten)]
    pub words: Words,
}

#[derive(Deserialize)]
struct Dimensions {
    dimension: Vec<Grouping>,
}

static DIMENSIONS: LazyLock<Dimensions> =
    LazyLock::new(|| parse("dimensions.toml", include_str!("../words/dimensions.toml")));

/// The words for dimensions.
pub fn dimensions() -> &'static [Grouping] {
    &DIMENSIONS.dimension
}
