//! Reasons and remarks as people read them, and what metrics are called.

use crate::component::Made;
use crate::metric::stats::Null;
use crate::metric::{Coverage, Input, NullReason, Unsound, Warning, catalogue};
use crate::model::MetricItem;
use crate::variable::Variable;

/// What an input is called: "ideal cycle time".
fn noun(input: Input) -> String {
    match input {
        Input::Rows => "rows".to_owned(),
        Input::Variable(variable) => variable.noun(),
        Input::Made(made) => made.noun().to_owned(),
    }
}

/// Why there is no value: "no ideal cycle time in the data".
pub fn reason(reason: NullReason) -> String {
    match reason {
        NullReason::Missing(Input::Rows) | NullReason::Zero(Input::Rows) => "there are no rows",
        NullReason::Missing(input) => return format!("no {} in the data", noun(input)),
        NullReason::Zero(input) => {
            return format!(
                "the sum of the {} is zero",
                noun(input).trim_start_matches("sum of the ")
            );
        }
        NullReason::Unsound(unsound) => match unsound {
            Unsound::MixedCurrency => "the rows are in several currencies",
            Unsound::MixedUom => "the quantities are in several units",
            Unsound::IncompleteIdealCycleTime => {
                "fewer than 80 % of the pieces carry an ideal cycle time or an ideal rate"
            }
            Unsound::IncompleteQuality => "fewer than 80 % of the pieces say whether they were good",
            Unsound::OeeDisagrees => "availability x effectiveness x quality and the quotient of the sums disagree",
            Unsound::SourcesDisagree => {
                "it would lie outside of what is possible, so the files or columns behind it contradict each other"
            }
            Unsound::NotTogether => {
                "no machine and day has all that it needs: the files that have it are of other machines or other days"
            }
            Unsound::NotPlanned => "the calendar of the site plans no shift on the days on which there was work",
            Unsound::TooFewMeasured => "fewer than two measured values",
            Unsound::MixedProcessValue => "they are process values of several names",
            Unsound::MixedProcessUnit => "the process values are in several units",
            Unsound::Overflow => "the sums are too large to be true",
        },
        NullReason::Statistic(null) => match null {
            Null::TooFew => "too few values",
            Null::ZeroVariance => "all values are the same: the sensor is stuck or its resolution too coarse",
            Null::MissingSpec => "no specification limit is given",
            Null::OneSidedSpec => "only one specification limit is given",
            Null::InvertedSpec => "the lower specification limit is not below the upper",
            Null::SubgroupSize => "the subgroups are of different sizes, or not of 2 to 10 values",
            Null::OutOfDomain => "a count is negative or larger than its sample",
            Null::NotFinite => "a value is not a finite number",
        },
    }
    .to_owned()
}

/// What would bring the value, where something would.
pub fn remedy(reason: NullReason) -> Option<String> {
    match reason {
        NullReason::Missing(Input::Variable(_)) => Some("a column has to be mapped to it".to_owned()),
        NullReason::Missing(Input::Made(made)) => {
            let needs: Vec<String> = made.needs().iter().map(|any| either(any)).collect();
            let calendar = match made {
                Made::PbtS | Made::AptS | Made::OperatingS => {
                    "; planned time may also come from a calendar of the site, by plant calendars set"
                }
                _ => "",
            };
            Some(match needs.is_empty() {
                false => format!("it takes {}{calendar}", needs.join(", and ")),
                true => {
                    "it takes a column that no variable takes: numbers with a name and a unit, or flags of a failure \
                         mode"
                        .to_owned()
                }
            })
        }
        NullReason::Unsound(unsound) => match unsound {
            Unsound::MixedCurrency => Some("ask for it by currency".to_owned()),
            Unsound::MixedUom => Some("ask for it by unit".to_owned()),
            Unsound::MixedProcessValue => Some("ask for it by process value, or of one of them".to_owned()),
            Unsound::MixedProcessUnit => Some("ask for it by their unit".to_owned()),
            Unsound::Overflow => Some("check the column that feeds them".to_owned()),
            Unsound::NotTogether => {
                Some("two names of one machine can be joined as aliases; else an export is missing".to_owned())
            }
            Unsound::NotPlanned => Some("plant calendars set takes special days with shifts of their own".to_owned()),
            Unsound::SourcesDisagree => Some("ask for it by machine or by day to see where".to_owned()),
            Unsound::IncompleteIdealCycleTime
            | Unsound::IncompleteQuality
            | Unsound::OeeDisagrees
            | Unsound::TooFewMeasured => None,
        },
        NullReason::Missing(Input::Rows) | NullReason::Zero(_) | NullReason::Statistic(_) => None,
    }
}

/// Why there is no value and what would bring it, where there is room for both.
pub fn explain(why: NullReason) -> String {
    let text = reason(why);
    match remedy(why) {
        Some(remedy) => format!("{text} ({remedy})"),
        None => text,
    }
}

/// What has to be said beside a value.
pub fn warning(warning: Warning) -> &'static str {
    match warning {
        Warning::NoCurrency => "the rows name no currency and the org has none, so the money stands without one",
        Warning::IdealCycleTooSlow => {
            "the ideal cycle time is slower than what was reached, so effectiveness is above the full rate"
        }
        Warning::IdealCycleMissing => "some of the pieces have no ideal cycle time: their time counts as lost speed",
        Warning::QualityUnknown => {
            "some of the rows don't say whether their pieces were good: these pieces don't count as good"
        }
        Warning::ScrapPartlyValued => "some of the scrap has no value, so the amount is too low",
        Warning::ScrapNotValued => "none of the scrap has a value, so only rework is in the amount",
        Warning::ReworkNotValued => "none of the rework has a value, so only scrap is in the amount",
        Warning::AbovePlan => "more was made than planned",
        Warning::InputsOnDifferentRows => "the two sums that are divided come from different rows",
        Warning::StopsFromOtherFiles => {
            "planned time and stops come from different files: what no file of stops tells of counts as running"
        }
        Warning::PlannedByCalendar => {
            "planned time is that of the calendar of the site, on days with pieces or stops: no file tells it"
        }
        Warning::Unstable => "the control chart has points outside its limits, so Cpk overstates",
        Warning::FewValues => "fewer than 30 values",
        Warning::OpenQuestion => {
            "something is asked about files whose rows it may read; the list of series says what each answer gives"
        }
    }
}

/// What has to be said beside a metric: why it has no value, else its remarks.
pub fn remark(item: &MetricItem) -> String {
    match (item.value, item.null_reason) {
        (None, Some(why)) => reason(why),
        _ => {
            let warnings = item.warnings.iter().map(|one| warning(*one).to_owned());
            let partial = item.coverage.as_ref().and_then(coverage);
            partial.into_iter().chain(warnings).collect::<Vec<_>>().join("; ")
        }
    }
}

/// How much of what was asked a figure rests on, where that is not all: "5 of 6 machines, 117 of 120 days".
pub fn covered(coverage: &Coverage) -> Option<String> {
    if !coverage.is_partial() {
        return None;
    }
    let of = |covered: u32, asked: u32, noun: &str| format!("{} of {} {noun}", grouped(covered), grouped(asked));
    let places =
        (!coverage.places.is_empty()).then(|| of(coverage.places_covered, coverage.places_asked, &coverage.places));
    let days = (coverage.days_asked > 0).then(|| of(coverage.days_covered, coverage.days_asked, "days"));
    let is_all = (coverage.places_covered, coverage.days_covered) == (coverage.places_asked, coverage.days_asked);
    if let (true, Some(asked), Some(covered)) = (is_all, coverage.asked, coverage.covered) {
        // Each counts somewhere, and not each on every day.
        let noun = coverage.places.strip_suffix('s').unwrap_or("place");
        let (asked, covered) = (super::count(asked), super::count(covered));
        return Some(format!("{covered} of {asked} {noun}-days"));
    }
    Some(places.into_iter().chain(days).collect::<Vec<_>>().join(", "))
}

/// The same where there is little room: `5/6 machines`.
pub fn covered_in_short(coverage: &Coverage) -> Option<String> {
    let (covered, asked, noun) = match coverage.places.as_str() {
        "" => (coverage.days_covered, coverage.days_asked, "days"),
        places => (coverage.places_covered, coverage.places_asked, places),
    };
    coverage
        .is_partial()
        .then(|| format!("{}/{} {noun}", grouped(covered), grouped(asked)))
}

/// The same, with what is missing.
pub fn coverage(coverage: &Coverage) -> Option<String> {
    let covered = covered(coverage)?;
    Some(match coverage.missing.is_empty() {
        true => format!("it rests on {covered}, where all of its inputs are known"),
        false => format!(
            "it rests on {covered}, where all of its inputs are known; without {}",
            coverage.missing.join(", ")
        ),
    })
}

fn grouped(number: u32) -> String {
    super::count(u64::from(number))
}

/// The name of a metric as people write it: "OEE", "First pass yield", "Booked scrap cost".
pub fn name(metric: &str) -> String {
    match catalogue::find(metric) {
        Some(known) => known.label.clone(),
        // Of another version.
        None => plain(metric),
    }
}

/// Variables of which any one is enough: "ideal cycle time or ideal rate".
pub fn either(any: &[Variable]) -> String {
    any.iter()
        .map(|variable| variable.noun())
        .collect::<Vec<_>>()
        .join(" or ")
}

/// A name of the code without the signs of code: `labor_time` is "labor time".
pub fn plain(name: &str) -> String {
    name.replace('_', " ")
}
