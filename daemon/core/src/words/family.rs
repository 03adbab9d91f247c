//! Why a query can't be answered from what is kept of a file, and what can be asked.

use super::figure::count;
use super::reason::plain;
use crate::component::Dimension;
use crate::family::{CELLS_MOST, Dimensions, Family};
use crate::metric::{Grain, MetricQuery};

/// That files keep no figures by all of what a query needs together: one of them, how many others don't either, and what
/// of it can be asked instead ([`crate::family::alternatives`]).
pub fn not_kept(query: &MetricQuery, need: Family, file: &str, others: u64, instead: &[Family]) -> String {
    let also = match others {
        0 => String::new(),
        1 => ", nor does 1 other".to_owned(),
        others => format!(", nor do {} others", count(others)),
    };
    let ask = match instead {
        []
        | [
            Family {
                dimensions: Dimensions::NONE,
                has_day: false,
            },
        ] => "ask without it".to_owned(),
        some => format!("ask {}", joined(some.iter().map(|part| by(query, *part)), "or")),
    };
    format!(
        "{file} keeps no figures {}{}{also}: these would be more than {} groups; {ask}",
        by(query, need),
        if need.dimensions.without(Dimensions::UNITS).iter().count() + usize::from(need.has_day) > 1 {
            " together"
        } else {
            ""
        },
        count(CELLS_MOST),
    )
}

/// "by machine, product code and week".
fn by(query: &MetricQuery, family: Family) -> String {
    let dimensions = family.dimensions.without(Dimensions::UNITS).iter();
    let grain = query.grain.filter(|_| family.has_day).map(|grain| match grain {
        // The shift itself is a dimension.
        Grain::Day | Grain::Shift => "day",
        Grain::Week => "week",
        Grain::Month => "month",
    });
    let names: Vec<String> = dimensions
        .map(Dimension::name)
        .map(plain)
        .chain(grain.map(str::to_owned))
        .collect();
    let period = match (family.has_day, query.grain) {
        (true, None) => "in a part of the period",
        (false, _) if Family::needed_by(query).has_day => "over the whole period",
        _ => "",
    };
    let by = match names.is_empty() {
        true => String::new(),
        false => format!("by {}", joined(names.into_iter(), "and")),
    };
    [by.as_str(), period].join(" ").trim().to_owned()
}

/// "a, b and c".
fn joined(names: impl Iterator<Item = String>, last: &str) -> String {
    let mut names: Vec<String> = names.collect();
    match names.pop() {
        Some(name) if names.is_empty() => name,
        Some(name) => format!("{} {last} {name}", names.join(", ")),
        None => String::new(),
    }
}
