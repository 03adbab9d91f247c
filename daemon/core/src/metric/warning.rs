//! What has to be said beside a value: one closed list.

use crate::word::words;

words! {
    /// A remark on a value.
    Warning, "a remark" {
        /// Neither the rows nor the org name a currency.
        NoCurrency = "no_currency",
        /// The pieces were made faster than the ideal cycle time allows.
        IdealCycleTooSlow = "ideal_cycle_too_slow",
        /// Some pieces have no ideal cycle time.
        IdealCycleMissing = "ideal_cycle_missing_on_some_rows",
        /// Some pieces don't say whether they were good.
        QualityUnknown = "quality_unknown_on_some_rows",
        /// Some of the scrap has no value.
        ScrapPartlyValued = "scrap_partly_valued",
        /// None of the scrap has a value.
        ScrapNotValued = "scrap_not_valued",
        /// None of the rework has a value.
        ReworkNotValued = "rework_not_valued",
        /// More was made than planned.
        AbovePlan = "above_plan",
        /// The two sums of a ratio rest on different rows.
        InputsOnDifferentRows = "inputs_on_different_rows",
        /// Planned time and stops come from different files.
        StopsFromOtherFiles = "stops_from_other_files",
        /// Planned time is that of a calendar, because no file tells it.
        PlannedByCalendar = "planned_by_calendar",
        /// The control chart of a capability has points outside its limits.
        Unstable = "unstable",
        /// A capability of few values.
        FewValues = "few_values",
        /// Rows of a file wait for the answer to a question about its series.
        OpenQuestion = "open_question",
    }
}
