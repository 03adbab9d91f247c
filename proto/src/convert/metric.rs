//! The catalogue of metrics, typed queries and their figures.

use plant_core::component::Dimension;
use plant_core::metric::{Coverage, MetricQuery};
use plant_core::model::{MetricComponent, MetricDetail, MetricInfo, MetricItem};

use super::scalar::optional;
use crate::convert::{Cross, WireFault};
use crate::wire;

same_fields!(MetricInfo, Metric, { metric, code, label, unit, kind, formula, source, needs, dimensions });
same_fields!(MetricDetail, MetricDetail, { info, version, higher_is_better, components, null_reasons, warnings });
same_fields!(MetricComponent, MetricComponent, { component, unit, meaning, required });
same_fields!(Coverage, Coverage, {
    rows, asked, covered, places, places_asked, places_covered, days_asked, days_covered, missing,
});
optional! {
    Coverage => wire::Coverage,
}
same_fields!(MetricItem, MetricItem, {
    metric, value, unit, null_reason, n, coverage, group, components, warnings, method, version,
});

impl Cross<wire::DimensionFilter> for (Dimension, String) {
    fn to_wire(self) -> wire::DimensionFilter {
        let (dimension, value) = self;
        wire::DimensionFilter {
            dimension: dimension.to_wire(),
            value,
        }
    }

    fn from_wire(wire: wire::DimensionFilter) -> Result<Self, WireFault> {
        let dimension = Cross::from_wire(wire.dimension).map_err(|fault: WireFault| fault.at("dimension"))?;
        Ok((dimension, wire.value))
    }
}

impl Cross<wire::MetricQuery> for MetricQuery {
    fn to_wire(self) -> wire::MetricQuery {
        let MetricQuery {
            metrics,
            by,
            by_file,
            file,
            from,
            to,
            filters,
            grain,
            descending,
            limit,
        } = self;
        wire::MetricQuery {
            metrics,
            by: by.to_wire(),
            by_file,
            file_id: file.to_wire(),
            from: from.to_wire(),
            to: to.to_wire(),
            filters: filters.to_wire(),
            grain: grain.to_wire(),
            descending,
            limit,
        }
    }

    fn from_wire(wire: wire::MetricQuery) -> Result<Self, WireFault> {
        let at = |field: &'static str| move |fault: WireFault| fault.at(field);
        Ok(MetricQuery {
            metrics: wire.metrics,
            by: Cross::from_wire(wire.by).map_err(at("by"))?,
            by_file: wire.by_file,
            file: Cross::from_wire(wire.file_id).map_err(at("file_id"))?,
            from: Cross::from_wire(wire.from).map_err(at("from"))?,
            to: Cross::from_wire(wire.to).map_err(at("to"))?,
            filters: Cross::from_wire(wire.filters).map_err(at("filters"))?,
            grain: Cross::from_wire(wire.grain).map_err(at("grain"))?,
            descending: wire.descending,
            limit: wire.limit,
        })
    }
}

required!(MetricQuery, MetricQuery);
optional! {
    MetricQuery => wire::MetricQuery,
}
