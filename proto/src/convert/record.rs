//! Rows as they were taken in.

use plant_core::model::{MeasureView, RecordView};

use crate::convert::{Cross, WireFault};
use crate::wire;
use crate::wire::field_value::Kind;

same_fields!(RecordView, Record, { record_id, file_id, line, live, values, canonical, measures, extra, why });
same_fields!(MeasureView, Measure, { kind, name, unit, value });

impl Cross<wire::FieldValue> for serde_json::Value {
    fn to_wire(self) -> wire::FieldValue {
        let kind = match self {
            serde_json::Value::String(text) => Kind::Text(text),
            serde_json::Value::Bool(flag) => Kind::Flag(flag),
            other => Kind::Json(other.to_string()),
        };
        wire::FieldValue { kind: Some(kind) }
    }

    fn from_wire(wire: wire::FieldValue) -> Result<Self, WireFault> {
        match wire.kind.ok_or_else(WireFault::missing)? {
            Kind::Text(text) => Ok(serde_json::Value::String(text)),
            Kind::Flag(flag) => Ok(serde_json::Value::Bool(flag)),
            Kind::Json(json) => <serde_json::Value as Cross<String>>::from_wire(json),
        }
    }
}
