//! Which originals are kept.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The bytes of files that are kept below the state folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Originals {
    /// How long they are kept: `all`, days such as `30d`, or `none`.
    pub keep: Keep,
    /// What all of them may take, in GiB; the oldest go first. Absent: as much as there is.
    pub max_gib: Option<u64>,
}

/// How long originals are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// For good.
    #[default]
    All,
    /// For so many days.
    Days(u32),
    /// Not at all.
    None,
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Keep::All => f.write_str("all"),
            Keep::Days(days) => write!(f, "{days}d"),
            Keep::None => f.write_str("none"),
        }
    }
}

impl Serialize for Keep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Keep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Keep, D::Error> {
        let text = String::deserialize(deserializer)?;
        let days = || {
            let days = text.strip_suffix('d')?.parse().ok()?;
            (1..=36_500).contains(&days).then_some(Keep::Days(days))
        };
        match text.as_str() {
            "all" => Ok(Keep::All),
            "none" => Ok(Keep::None),
            _ => days().ok_or_else(|| D::Error::custom("write \"all\", \"none\", or days from \"1d\" to \"36500d\"")),
        }
    }
}
