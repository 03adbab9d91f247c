//! What the rows of a mapping may want of lists.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::nature::is_fact;
use crate::profile::{Counter, Profile, Source};
use crate::says::FolderSays;
use crate::variable::Variable;

/// A value that rows without one take from lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookup {
    /// What is filled.
    pub variable: Variable,
    /// What names the thing.
    pub key: Vec<Variable>,
}

impl Lookup {
    /// Those that a mapping names.
    pub fn of(profile: &Profile) -> Vec<Lookup> {
        let named = profile.outputs.iter().filter_map(|output| match &output.source {
            Source::Lookup(key) => Some(Lookup {
                variable: output.variable,
                key: key.clone(),
            }),
            _ => None,
        });
        named.collect()
    }
}

/// The variables of which lists may tell something that rows of the mapping use, in a folder of which that is said.
pub fn could_use(profile: &Profile, says: &FolderSays) -> BTreeSet<Variable> {
    use Variable::*;
    let of_steps = profile.series_steps.counter.iter().filter_map(Counter::adds_to);
    let of_folder = says.words().map(|(variable, _)| variable);
    let there: BTreeSet<Variable> = profile.variables().chain(of_steps).chain(of_folder).collect();
    let feeds = |any: &[Variable]| any.iter().any(|variable| there.contains(variable));
    let mut all: BTreeSet<Variable> = Lookup::of(profile).iter().map(|lookup| lookup.variable).collect();
    if feeds(&[Machine]) {
        all.extend([Line, Site]);
    }
    if feeds(&[ProductCode, Machine, Operation]) {
        if feeds(&[QuantityProduced, QuantityGood]) {
            all.extend([IdealCycleTime, IdealRate]);
        }
        if feeds(&[QuantityScrap]) {
            all.extend([MaterialUnitCost, StandardUnitCost]);
        }
    }
    all.retain(|variable| is_fact(*variable));
    all
}
