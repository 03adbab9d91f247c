//! From columns of text to typed records: statistics of the columns, suggestions, the decision, and the typing of rows.

use crate::view::SuggestionView;

/// What the columns of a file could be, as the worker sends it.
pub type Suggestion = SuggestionView;
