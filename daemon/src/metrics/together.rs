//! Figures of which only what belongs together may be added up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plant_core::component::Dimension;
use plant_core::metric::planned::Planned;
use plant_core::metric::together::{self, Joined, Level, Together};
use plant_core::metric::{self, ComponentGroup, Grain, Metric, MetricQuery};
use plant_store::{OrgTx, StoreError, components, planned};

/// The name of a group.
type Name = BTreeMap<String, Option<String>>;

/// Of each metric of a query the sums of its groups, where they don't stand as they are.
#[derive(Default)]
pub(super) struct Joins(Vec<Option<BTreeMap<Name, ComponentGroup>>>);

impl Joins {
    /// What has to be joined for these metrics.
    pub(super) async fn of(tx: &mut OrgTx, query: &MetricQuery, metrics: &[&Metric]) -> Result<Joins, StoreError> {
        let planned = match metrics.iter().any(|metric| together::reads_plan(metric)) {
            true => Planned::of(Arc::new(planned::calendars(tx).await?), query),
            false => None,
        };
        // A file is in itself what belongs together.
        let is_of_files = query.by_file || query.file.is_some();
        let may_be_parted = !is_of_files && metrics.iter().any(|metric| together::may_be_parted(metric));
        if planned.is_none() && !(may_be_parted && components::are_of_several_kinds(tx).await?) {
            return Ok(Joins::default());
        }
        let files = match query.file {
            Some(file) => components::reach_of(tx, file).await?.into_iter().collect(),
            None => components::reaches(tx).await?,
        };
        let by = asked_by(query);
        let joins: Vec<Option<Joined>> = (metrics.iter())
            .map(|metric| together::join(metric, files.iter(), by, planned.as_ref()))
            .collect();
        let levels: BTreeSet<Level> = joins.iter().flatten().map(Joined::level).collect();
        let mut groups: Vec<BTreeMap<Name, Together>> = vec![BTreeMap::new(); metrics.len()];
        for level in levels {
            let at_level = |join: &&Joined| join.level() == level;
            let wanted = metrics
                .iter()
                .zip(&joins)
                .filter(|(_, join)| join.as_ref().filter(at_level).is_some())
                .map(|(metric, _)| *metric);
            let mut needed = metric::needed(wanted);
            if planned.is_some() {
                needed.extend(together::read_beside());
                needed.sort_unstable();
                needed.dedup();
            }
            components::cells(tx, query, &needed, level, |cell| {
                for (join, groups) in joins.iter().zip(&mut groups) {
                    if let Some(join) = join.as_ref().filter(at_level) {
                        let group = match groups.get_mut(&cell.sums.group) {
                            Some(group) => group,
                            None => groups.entry(cell.sums.group.clone()).or_default(),
                        };
                        join.add(group, cell.clone());
                    }
                }
            })
            .await?;
        }
        let finished = joins.iter().zip(groups).map(|(join, mut groups)| {
            join.as_ref().map(|join| {
                join.ask_planned(groups.iter_mut());
                let finish = |(name, group): (Name, Together)| {
                    let sums = ComponentGroup {
                        group: name.clone(),
                        ..join.finish(group)
                    };
                    (name, sums)
                };
                groups.into_iter().map(finish).collect()
            })
        });
        Ok(Joins(finished.collect()))
    }

    /// The sums of a group for the metric at that place of the query.
    pub(super) fn sums<'a>(&'a self, metric: usize, group: &'a ComponentGroup) -> &'a ComponentGroup {
        (self.0.get(metric).and_then(Option::as_ref))
            .and_then(|groups| groups.get(&group.group))
            .unwrap_or(group)
    }
}

/// The dimensions that a query groups and filters by.
fn asked_by(query: &MetricQuery) -> u32 {
    let shift = (query.grain == Some(Grain::Shift)).then_some(Dimension::Shift);
    let filters = query.filters.iter().map(|(dimension, _)| *dimension);
    together::mask(query.by.iter().copied().chain(filters).chain(shift))
}
