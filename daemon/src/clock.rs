//! The one place of the daemon that reads the clock and makes ids.

use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// The clock of the daemon: wall time for records, a steady time for waiting.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    started: Instant,
}

impl Clock {
    /// A clock whose steady time begins now.
    pub fn start() -> Clock {
        Clock {
            started: Instant::now(),
        }
    }

    /// Wall time.
    #[expect(clippy::disallowed_methods, reason = "this is the place where the clock is read")]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    /// Milliseconds since the daemon started; never goes back.
    pub fn steady_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Today's date in a zone.
    pub fn today(&self, zone: &str) -> NaiveDate {
        plant_core::time::today(zone, self.now())
    }

    /// A new time-ordered id.
    #[expect(clippy::disallowed_methods, reason = "this is the place where ids are made")]
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
