//! Plain types to messages and back, one file per noun.
//!
//! Invariants: nothing is lost on the way there and back (decimals cross as text, times to the microsecond); a number
//! that is not finite never crosses (absent where it may be, zero where it must be there); what can't be read back is
//! an error that names the field, never a default.

/// A struct that crosses as a message with the same field names, each field by its own [`Cross`]. Where it is a field
/// of another message itself, it must be there.
macro_rules! same_fields {
    ($plain:ty, $wire:ident, { $($field:ident),* $(,)? }) => {
        impl $crate::convert::Cross<$crate::wire::$wire> for $plain {
            fn to_wire(self) -> $crate::wire::$wire {
                let Self { $($field),* } = self;
                $crate::wire::$wire { $($field: $crate::convert::Cross::to_wire($field)),* }
            }

            fn from_wire(wire: $crate::wire::$wire) -> Result<Self, $crate::convert::WireFault> {
                Ok(Self { $($field: $crate::convert::Cross::from_wire(wire.$field)
                    .map_err(|fault: $crate::convert::WireFault| fault.at(stringify!($field)))?),* })
            }
        }

        $crate::convert::required!($plain, $wire);
    };
}

/// A message that must be there where it is a field.
macro_rules! required {
    ($plain:ty, $wire:ident) => {
        impl $crate::convert::Cross<Option<$crate::wire::$wire>> for $plain {
            fn to_wire(self) -> Option<$crate::wire::$wire> {
                Some($crate::convert::Cross::<$crate::wire::$wire>::to_wire(self))
            }

            fn from_wire(wire: Option<$crate::wire::$wire>) -> Result<Self, $crate::convert::WireFault> {
                $crate::convert::Cross::from_wire(wire.ok_or_else($crate::convert::WireFault::missing)?)
            }
        }
    };
}

use required;

mod alias;
mod analysis;
mod assistant;
mod calendar;
mod file;
mod finding;
mod metric;
mod org;
mod profile;
mod record;
mod reference;
mod scalar;
mod series;
mod system;
mod usage;

/// A plain type that crosses the wire as `W`.
pub trait Cross<W>: Sized {
    /// The message for it.
    fn to_wire(self) -> W;

    /// Reads it back.
    ///
    /// # Errors
    /// Where a field is missing or can't be read.
    fn from_wire(wire: W) -> Result<Self, WireFault>;
}

/// Why a message can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireFault {
    /// A field that must be there is not.
    #[error("`{field}` is missing")]
    Missing {
        /// Path of the field.
        field: String,
    },
    /// A field holds what can't be read.
    #[error("`{field}` can't be read: `{value}` is not {expected}")]
    Malformed {
        /// Path of the field.
        field: String,
        /// What it holds, cut.
        value: String,
        /// What it should hold.
        expected: &'static str,
    },
}

impl WireFault {
    /// A field that must be there is not.
    pub fn missing() -> WireFault {
        WireFault::Missing { field: String::new() }
    }

    /// A field holds what can't be read.
    pub fn malformed(value: &str, expected: &'static str) -> WireFault {
        WireFault::Malformed {
            field: String::new(),
            value: value.chars().filter(|c| !c.is_control()).take(80).collect(),
            expected,
        }
    }

    /// The same, seen from one level further out.
    #[must_use]
    pub fn at(mut self, outer: &str) -> WireFault {
        let (WireFault::Missing { field } | WireFault::Malformed { field, .. }) = &mut self;
        *field = match field.is_empty() {
            true => outer.to_owned(),
            false => format!("{outer}.{field}"),
        };
        self
    }
}

impl From<WireFault> for crate::fault::Fault {
    fn from(fault: WireFault) -> Self {
        crate::fault::Fault::invalid(fault.to_string())
    }
}

impl From<WireFault> for crate::client::ClientError {
    fn from(fault: WireFault) -> Self {
        crate::client::ClientError::Mismatch {
            message: format!("the answer can't be read: {fault}; use `plant` and `plantd` of the same version"),
        }
    }
}

#[cfg(test)]
mod tests;
