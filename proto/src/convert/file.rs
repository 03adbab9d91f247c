//! Files: the item of a list, and everything known about one.

use plant_core::balance::Balance;
use plant_core::model::{ColumnView, DialectView, FileDetail, FileItem, LineView, RecordCounts, TimelineEntry};
use plant_core::state::Reason;
use plant_core::table::Problem;

use super::scalar::optional;
use crate::convert::{Cross, WireFault};
use crate::wire;

same_fields!(Balance, Balance, {
    physical, header, preamble, ruler, total, blank, taken, quarantined, duplicate, dropped, made, continued,
});
same_fields!(Reason, Reason, { code, text });
same_fields!(Problem, Problem, { line, column, code, text, value, quarantined });
same_fields!(DialectView, Dialect, { form, delimiter, quote, decimal, header_line, sheet });
same_fields!(RecordCounts, RecordCounts, { new, changed, unchanged });
same_fields!(FileItem, FileItem, {
    file_id, name, folder, sha256, bytes, state, reason, encoding, dialect, profile, tier, balance, records, first_day,
    last_day, seen_at, committed_at, analysed_at, findings,
});
same_fields!(ColumnView, Column, { source, variable, measure, transform, confidence, filled, samples, why });
same_fields!(TimelineEntry, TimelineEntry, { at, state, note });
same_fields!(LineView, OriginalLine, { file_id, name, line, text, is_cut });
same_fields!(FileDetail, FileDetail, {
    item, columns, problems, problem_count, timeline, next_step, notes, series_id, row_counts,
    question,
});

optional! {
    Balance => wire::Balance,
    Reason => wire::Reason,
    DialectView => wire::Dialect,
    RecordCounts => wire::RecordCounts,
}
