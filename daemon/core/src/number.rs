//! How a decimal stands in JSON for people and scripts: as a number, an integer where it is one.

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// Writes a decimal as a JSON number.
pub fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    match value.fract().is_zero().then(|| value.to_i64()).flatten() {
        Some(integer) => serializer.serialize_i64(integer),
        None => serializer.serialize_f64(value.to_f64().unwrap_or(f64::NAN)),
    }
}

/// Reads a decimal from a JSON number or text.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    from_json(serde_json::Value::deserialize(deserializer)?)
}

fn from_json<E: Error>(value: serde_json::Value) -> Result<Decimal, E> {
    match &value {
        serde_json::Value::String(text) => text.parse().ok(),
        serde_json::Value::Number(number) => number
            .as_i64()
            .map(Decimal::from)
            .or_else(|| number.to_string().parse().ok())
            .or_else(|| number.as_f64().and_then(Decimal::from_f64)),
        _ => None,
    }
    .ok_or_else(|| E::custom(format!("not a decimal: {value}")))
}

/// The same for a decimal that may be absent.
pub mod option {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes a decimal as a JSON number, or null.
    pub fn serialize<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => super::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a decimal from a JSON number, text or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Null => Ok(None),
            value => super::from_json(value).map(Some),
        }
    }
}

/// The same for decimals by name.
pub mod map {
    use std::collections::BTreeMap;

    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Number(#[serde(with = "super")] Decimal);

    /// Writes decimals as JSON numbers by name.
    pub fn serialize<S: Serializer>(values: &BTreeMap<String, Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(values.iter().map(|(name, value)| (name, Number(*value))))
    }

    /// Reads decimals by name.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Decimal>, D::Error> {
        let map = BTreeMap::<String, Number>::deserialize(deserializer)?;
        Ok(map.into_iter().map(|(name, Number(value))| (name, value)).collect())
    }
}
