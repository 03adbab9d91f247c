//! Profiles, how the text of a cell becomes a value, and what the columns of a file could be.

use plant_core::model::{
    FindingChange, ProfileView, SuggestedColumn, SuggestionView, SumChange, TrialHeld, TrialView, VariableSuggestion,
};
use plant_core::profile::{
    Counter, DropForm, DropWhere, Output, OutputForm, Pivot, Profile, ProfileColumn, SeriesSteps, Settings, Shape,
    SplitRows, Transform, Unpivot,
};
use plant_core::table::LayoutHints;

use super::scalar::optional;
use crate::convert::{Cross, WireFault};
use crate::wire;
use crate::wire::transform::{Kind, Plain};

same_fields!(Profile, Profile, {
    profile_id, name, version, header_fingerprint, columns, shape, outputs, series_steps, settings, archived, approved,
});
same_fields!(SeriesSteps, SeriesSteps, { counter, intervals });
same_fields!(Counter, Counter, { variable, rollover, max_step, zero });
same_fields!(OutputForm, Output, {
    variable, from, join, name_part, folder_part, preamble, constant, lookup, required, transform, values,
});
same_fields!(Shape, Shape, { sheets, units_row, fill_down, drop_where, split_rows, unpivot, pivot });
same_fields!(DropForm, DropWhere, { column, is, not, matches, blank });
same_fields!(SplitRows, SplitRows, { columns, at, repeat });
same_fields!(Unpivot, Unpivot, { columns, name, value });
same_fields!(Pivot, Pivot, { name, value });
same_fields!(ProfileColumn, ProfileColumn, { source, variable, home, transform, required });
same_fields!(Settings, ProfileSettings, {
    layout, decimal, date_order, zone, currency, key, ignore, null_tokens, categories, quantities_on_running_rows,
    midnight_closes_day,
});
same_fields!(TrialView, Trial, {
    files, left_out, held, questions, rows_before, rows_after, live_before, live_after, sums, tier_before, tier_after,
    unsummed, analysed, findings_before, findings_after, findings,
});
same_fields!(FindingChange, FindingChange, { comes, kind, title });
same_fields!(TrialHeld, HeldFile, { file, reason });
same_fields!(SumChange, SumChange, { variable, before, after });
same_fields!(LayoutHints, LayoutHints, { encoding, delimiter, header_line, sheet });
same_fields!(ProfileView, SavedProfile, { profile, files, created_at, created_by });
same_fields!(SuggestionView, Suggestion, { columns, dialect, tier, unlocks, reason, settings, outputs, shape });
same_fields!(SuggestedColumn, SuggestedColumn, { source, samples, suggestions });
same_fields!(VariableSuggestion, VariableSuggestion, { variable, confidence, why, transform });

optional! {
    Profile => wire::Profile,
    Settings => wire::ProfileSettings,
    SplitRows => wire::SplitRows,
    Unpivot => wire::Unpivot,
    Pivot => wire::Pivot,
}

impl Cross<wire::Output> for Output {
    fn to_wire(self) -> wire::Output {
        OutputForm::from(self).to_wire()
    }

    fn from_wire(wire: wire::Output) -> Result<Self, WireFault> {
        let form = OutputForm::from_wire(wire)?;
        let variable = form.variable.name();
        Output::try_from(form).map_err(|_| WireFault::malformed(variable, "an output that says what it is taken from"))
    }
}

impl Cross<wire::DropWhere> for DropWhere {
    fn to_wire(self) -> wire::DropWhere {
        DropForm::from(self).to_wire()
    }

    fn from_wire(wire: wire::DropWhere) -> Result<Self, WireFault> {
        let form = DropForm::from_wire(wire)?;
        DropWhere::try_from(form).map_err(|_| WireFault::malformed("drop_where", "a condition that says one thing"))
    }
}

impl Cross<Option<wire::Transform>> for Transform {
    fn to_wire(self) -> Option<wire::Transform> {
        let kind = match self {
            Transform::None => return None,
            Transform::Scale(factor) => Kind::Scale(factor.to_wire()),
            Transform::Hours => Kind::Hours(Plain {}),
            Transform::Minutes => Kind::Minutes(Plain {}),
            Transform::Milliseconds => Kind::Milliseconds(Plain {}),
            Transform::Negate => Kind::Negate(Plain {}),
            Transform::Absolute => Kind::Absolute(Plain {}),
            Transform::Percent => Kind::Percent(Plain {}),
            Transform::PowerFor(seconds) => Kind::PowerForS(seconds),
            Transform::EpochMillis => Kind::EpochMillis(Plain {}),
            Transform::EpochSeconds => Kind::EpochSeconds(Plain {}),
            Transform::TimeOfDay => Kind::TimeOfDay(Plain {}),
            Transform::FlagEquals(text) => Kind::FlagEquals(text),
            Transform::Constant(text) => Kind::Constant(text),
        };
        Some(wire::Transform { kind: Some(kind) })
    }

    fn from_wire(wire: Option<wire::Transform>) -> Result<Self, WireFault> {
        let Some(wire) = wire else {
            return Ok(Transform::None);
        };
        // A kind of a newer version arrives as a message without a known kind: taking it for "as it stands" would
        // change values without a word.
        Ok(match wire.kind.ok_or_else(WireFault::missing)? {
            Kind::Scale(factor) => Transform::Scale(Cross::from_wire(factor)?),
            Kind::Hours(Plain {}) => Transform::Hours,
            Kind::Minutes(Plain {}) => Transform::Minutes,
            Kind::Milliseconds(Plain {}) => Transform::Milliseconds,
            Kind::Negate(Plain {}) => Transform::Negate,
            Kind::Absolute(Plain {}) => Transform::Absolute,
            Kind::Percent(Plain {}) => Transform::Percent,
            Kind::PowerForS(seconds) => Transform::PowerFor(seconds),
            Kind::EpochMillis(Plain {}) => Transform::EpochMillis,
            Kind::EpochSeconds(Plain {}) => Transform::EpochSeconds,
            Kind::TimeOfDay(Plain {}) => Transform::TimeOfDay,
            Kind::FlagEquals(text) => Transform::FlagEquals(text),
            Kind::Constant(text) => Transform::Constant(text),
        })
    }
}
