//! Analyses, their analyzers and charts.

use plant_core::model::{AnalysisView, AnalyzerView, ChartPoint, ChartView, TierView};

use super::scalar::optional;
use crate::convert::{Cross, WireFault};
use crate::wire;

same_fields!(TierView, Tier, { overall, cost, equipment, quality, efficiency, unlocks, present });
same_fields!(AnalysisView, Analysis, {
    analysis_id, scope, file_id, tier, tiers, status, analyzers, summary, uses, created_at, stale, records, error,
});
same_fields!(AnalyzerView, Analyzer, { name, status, level, metrics, findings, chart, error });
same_fields!(ChartView, Chart, { kind, title, unit, points, levels });
same_fields!(ChartPoint, ChartPoint, { label, value, cumulative, mark });

optional! {
    ChartView => wire::Chart,
}

impl Cross<Vec<wire::ChartLevel>> for Vec<(String, f64)> {
    /// A level that is not finite is left out: zero would be a line on the chart.
    fn to_wire(self) -> Vec<wire::ChartLevel> {
        self.into_iter()
            .filter(|(_, value)| value.is_finite())
            .map(|(name, value)| wire::ChartLevel { name, value })
            .collect()
    }

    fn from_wire(wire: Vec<wire::ChartLevel>) -> Result<Self, WireFault> {
        wire.into_iter()
            .map(|level| match f64::from_wire(level.value) {
                Ok(value) => Ok((level.name, value)),
                Err(fault) => Err(fault.at(&level.name)),
            })
            .collect()
    }
}
