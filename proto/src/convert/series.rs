//! Series and what is asked about them.

use plant_core::model::{ChoiceView, EffectView, QuestionView, SeriesDetail, SeriesItem, SeriesVersion, SumView};

use super::scalar::optional;
use crate::convert::{Cross, WireFault};
use crate::wire;

same_fields!(SumView, VariableSum, { variable, value });
same_fields!(EffectView, Effect, { rows, sums });
same_fields!(ChoiceView, Choice, { choice, label, effect });
same_fields!(QuestionView, Question, { code, text, older, newer, choices });
same_fields!(SeriesVersion, SeriesVersion, { file_id, name, scope, rank, rows, live, why_not });
same_fields!(SeriesItem, SeriesItem, { series_id, kind, profiles, mode, decided, key, files, rows, live, question });
same_fields!(SeriesDetail, SeriesDetail, { item, scope, rank_basis, evidence, versions });

optional! {
    QuestionView => wire::Question,
}
