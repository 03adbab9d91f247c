//! What weighs on a candidate whose name fits: one table of factors, and how a person is told.

/// A reason and how much of the confidence it leaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doubt {
    /// The confidence is multiplied by it.
    pub(super) factor: f64,
    /// Behind the reasons for the candidate.
    pub(super) words: &'static str,
}

macro_rules! doubts {
    ($($name:ident = $factor:literal, $words:literal;)+) => {
        $(pub(super) const $name: Doubt = Doubt { factor: $factor, words: $words };)+
    };
}

doubts! {
    // texts
    DECIMALS = 0.3, "but the cells are numbers with decimals";
    BITS = 0.4, "but its cells are only 0 and 1";
    POSITIONS = 0.4, "but its cells number the items of a document, and another column names a product";
    SERIAL = 0.5, "but no value stands twice, like a serial number";
    MANY_SHIFTS = 0.5, "but there are many values";
    MANY_PLACES = 0.6, "but there are many values";
    MANY_TARIFFS = 0.4, "but there are many values";
    STATES = 1.02, "and its words are known states";
    SOME_STATES = 0.8, "but some of its words are not known states";
    NO_STATES = 0.4, "but its words are no known states";
    // dates and times
    NOT_ALL_DATES = 0.85, "but not all cells are dates";
    PLANNED_DATE = 0.4, "but it is a planned date";
    PLANNED_TIME = 0.3, "but it is a planned time";
    WITHOUT_TIMES = 0.55, "but its cells are dates without times";
    WITHOUT_DATE = 0.3, "but its cells are times of day and no column gives the date";
    SERIAL_DAYS = 0.75, "its numbers can be the day numbers of a spreadsheet";
    // numbers
    NOT_ALL_DURATIONS = 0.85, "but not all cells are durations";
    NOT_ALL_NUMBERS = 0.85, "but not all cells are numbers";
    CANCELLATIONS = 0.6, "but so few rows may be cancellations alone (save it without `:negate` then)";
    COUNTS_ON = 0.4, "but it only rises from row to row, as the readings of a counter do, which are never added up";
    // units
    DURATION_WITHOUT_UNIT = 0.65, "but its unit is not known";
    ENERGY_WITHOUT_UNIT = 0.72, "but its unit is not known";
    METER_WITHOUT_UNIT = 0.7, "but its unit is not known";
    EMISSIONS_WITHOUT_UNIT = 0.75, "but its unit is not known";
    CYCLE_WITHOUT_UNIT = 0.62, "but its unit is not known (seconds, minutes, or even pieces per hour)";
    MINUTES_WITHOUT_UNIT = 0.65, "but its unit is not known";
    HOURS_WITHOUT_UNIT = 0.9, "and its unit is not known";
    RATE_WITHOUT_UNIT = 0.7, "but its unit is not known";
    HOURS_IN_MINUTES = 0.5, "but it is in minutes";
}

/// Pieces made and metres scrapped must not meet in one ratio: a person confirms a physical unit.
pub(super) const PHYSICAL: f64 = 0.9;
/// A name that is only like the one of a quantity and speaks of a rate, money or time.
pub(super) const OTHER_THING: f64 = 0.4;
