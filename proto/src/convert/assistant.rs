//! Answers.

use plant_core::model::{AnswerValue, AnswerView, Citation};

same_fields!(AnswerView, Answer, {
    answer, values, typed_query, reading, citations, engine, model, grounded, refused, reason, next_questions,
});
same_fields!(AnswerValue, AnswerValue, { value, unit, metric, query });
same_fields!(Citation, Citation, { number, file, file_id, sha256, lines, committed_at });
