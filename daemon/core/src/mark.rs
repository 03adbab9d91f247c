//! What is remembered of the lines that rows were made of, so that a line which comes again is not read again.

use crate::record::{Record, Value};
use crate::variable::Variable;

/// Bytes of one mark: the hash of its line, the bits of its variables, its traits.
pub const MARK_BYTES: usize = 25;
/// Bytes of a mark with the day of its row, as they go to a worker.
pub const SEEN_BYTES: usize = MARK_BYTES + 4;
const NO_DAY: i32 = i32::MIN;

const _: () = assert!(
    Variable::COUNT <= u128::BITS as usize,
    "each variable has a bit of a mark"
);

/// What is remembered of the line of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// Hash of its text as decoded; 0 where the line has to be read again whenever it comes, because something was
    /// remarked on it.
    pub text: u64,
    /// The variables that the row fills: one bit each, by their index.
    pub filled: u128,
    /// What the row counts as beside; its own methods say what.
    pub traits: u8,
}

/// A mark with the day of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// The mark.
    pub mark: Mark,
    /// Days since 1970-01-01.
    pub day: Option<i32>,
}

const FAILURE: u8 = 1;
const RUNNING: u8 = 2;
const STOPPED: u8 = 4;

impl Mark {
    /// The mark of a row, for a line that has yet to be named.
    pub fn of(record: &Record) -> Mark {
        let filled = record.values.iter().enumerate().filter(|(_, value)| value.is_some());
        let category = record.text(Variable::StopCategory);
        let failed = record.get(Variable::IsFailure) == Some(&Value::Flag(true)) || category == Some("breakdown");
        let stop = match category {
            Some("running" | "slow") => RUNNING,
            Some(_) => STOPPED,
            None => 0,
        };
        Mark {
            text: 0,
            filled: filled.fold(0, |bits, (index, _)| bits | (1 << index)),
            traits: stop | if failed { FAILURE } else { 0 },
        }
    }

    /// Whether the row tells of a failure.
    pub fn is_failure(self) -> bool {
        self.traits & FAILURE != 0
    }

    /// Whether the row says that a machine ran.
    pub fn runs(self) -> bool {
        self.traits & RUNNING != 0
    }

    /// Whether the row says that a machine stood.
    pub fn stops(self) -> bool {
        self.traits & STOPPED != 0
    }

    /// Adds its bytes.
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.text.to_le_bytes());
        out.extend_from_slice(&self.filled.to_le_bytes());
        out.push(self.traits);
    }

    /// Reads them; `None` where they are too few.
    pub fn read(bytes: &[u8]) -> Option<Mark> {
        Some(Mark {
            text: u64::from_le_bytes(*bytes.first_chunk()?),
            filled: u128::from_le_bytes(*bytes.get(8..)?.first_chunk()?),
            traits: *bytes.get(24)?,
        })
    }
}

impl Seen {
    /// Adds its bytes.
    pub fn write(self, out: &mut Vec<u8>) {
        self.mark.write(out);
        out.extend(self.day.unwrap_or(NO_DAY).to_le_bytes());
    }

    /// Reads them.
    pub fn read(bytes: &[u8; SEEN_BYTES]) -> Seen {
        let day = bytes
            .get(MARK_BYTES..)
            .and_then(|bytes| bytes.first_chunk())
            .map_or(NO_DAY, |bytes| i32::from_le_bytes(*bytes));
        Seen {
            mark: Mark::read(bytes).unwrap_or_default(),
            day: (day != NO_DAY).then_some(day),
        }
    }
}
