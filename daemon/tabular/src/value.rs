//! Cells of a sheet as text: the shortest exact number, ISO dates, error words.

use std::fmt::Write;

use calamine::{DataRef, ExcelDateTime};

/// Days between 1899-12-30, from which serial days count, and 1970-01-01.
const SERIAL_OF_1970: i64 = 25_569;
/// Days by which the 1904 system is behind.
const DAYS_TO_1904: f64 = 1_462.0;

/// Writes the text of a cell; `timed` says that its column holds times of day beside dates.
pub(crate) fn write(value: &DataRef<'_>, date_1904: bool, timed: bool, out: &mut String) {
    match value {
        DataRef::Empty => {}
        DataRef::Int(number) => _ = write!(out, "{number}"),
        DataRef::Float(number) => write_number(*number, out),
        DataRef::String(text) => out.push_str(text),
        DataRef::SharedString(text) => out.push_str(text),
        DataRef::Bool(truth) => out.push_str(if *truth { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(moment) => write_moment(moment, date_1904, timed, out),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => out.push_str(text),
        DataRef::Error(error) => _ = write!(out, "{error}"),
    }
}

/// Whether a date has a time of day.
pub(crate) fn has_time(value: &DataRef<'_>) -> bool {
    match value {
        DataRef::DateTime(moment) if !moment.is_duration() => {
            moment.as_f64() >= 2.0 && milliseconds(moment.as_f64().fract()) % 86_400_000 != 0
        }
        _ => false,
    }
}

/// Fifteen significant digits, as spreadsheets show them: what is beyond is noise of the binary form.
fn write_number(number: f64, out: &mut String) {
    if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
        // Whole numbers up to 2^53 are exact.
        _ = write!(out, "{}", number as i64);
        return;
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    let size = rounded.abs();
    if size != 0.0 && !(1e-12..1e18).contains(&size) {
        _ = write!(out, "{rounded:e}");
    } else {
        _ = write!(out, "{rounded}");
    }
}

fn milliseconds(days: f64) -> i64 {
    (days * 86_400_000.0).round() as i64
}

/// A date, a date with its time, a time of day, or a length of time.
fn write_moment(moment: &ExcelDateTime, date_1904: bool, timed: bool, out: &mut String) {
    let serial = moment.as_f64();
    if !serial.is_finite() || serial.abs() > 3_000_000.0 {
        return write_number(serial, out);
    }
    if moment.is_duration() {
        let all = milliseconds(serial);
        if all < 0 {
            out.push('-');
        }
        return write_clock(all.abs() / 3_600_000, all.abs() % 3_600_000, out);
    }
    if serial < 0.0 {
        return write_number(serial, out);
    }
    if serial < 2.0 {
        // A time of day; a time after midnight may be written as the next day.
        let all = milliseconds(serial) % 86_400_000;
        return write_clock(all / 3_600_000, all % 3_600_000, out);
    }
    let all = milliseconds(if date_1904 { serial + DAYS_TO_1904 } else { serial });
    let (year, month, day) = civil(all.div_euclid(86_400_000) - SERIAL_OF_1970);
    _ = write!(out, "{year:04}-{month:02}-{day:02}");
    let time = all.rem_euclid(86_400_000);
    if time != 0 || timed {
        out.push('T');
        write_clock(time / 3_600_000, time % 3_600_000, out);
    }
}

fn write_clock(hours: i64, rest: i64, out: &mut String) {
    let (minutes, seconds, thousandths) = (rest / 60_000, rest / 1_000 % 60, rest % 1_000);
    _ = write!(out, "{hours:02}:{minutes:02}:{seconds:02}");
    if thousandths != 0 {
        _ = write!(out, ".{thousandths:03}");
    }
}

/// Year, month and day of a number of days since 1970-01-01 (proleptic Gregorian).
fn civil(days: i64) -> (i64, i64, i64) {
    // Eras of 400 years, with March as the first month so that the leap day is last.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests;
