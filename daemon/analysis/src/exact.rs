//! Columns of exact decimals on one common scale, so that adding them up loses nothing.
//!
//! Invariants: a value is stored as an integer times 10^-scale; the sum of the absolute values of a column always fits
//! into 38 digits, so no order of adding can overflow. Only a column that needs more than 38 digits for that gives up
//! its last decimals (half-even), and then says so.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The largest sum of absolute values that a column may hold: 38 digits, the width of a decimal column.
const SUM_MAX: i128 = 10_i128.pow(38) - 1;

/// The mark of an empty cell; no value can reach it, see [`SUM_MAX`].
const EMPTY: i128 = i128::MIN;

/// A column of exact decimals.
#[derive(Debug, Clone)]
pub(crate) struct ExactColumn {
    cells: Vec<i128>,
    scale: u32,
    sum_abs: i128,
    filled: u64,
    limited: bool,
}

impl ExactColumn {
    /// An empty column.
    pub(crate) fn new() -> ExactColumn {
        ExactColumn {
            cells: Vec::new(),
            scale: 0,
            sum_abs: 0,
            filled: 0,
            limited: false,
        }
    }

    /// Sets the cell of a row; rows that were left out before it are empty. A row is written at most once, in order.
    pub(crate) fn put(&mut self, row: usize, value: Decimal) {
        if value.scale() > self.scale {
            self.raise(value.normalize().scale());
        }
        let mut cell = self.at_scale(value);
        while cell.is_none_or(|cell| cell.abs() > SUM_MAX.saturating_sub(self.sum_abs)) {
            if self.scale == 0 {
                // 38 digits before the point: beyond any quantity or money; the cell stays empty and is told about.
                self.limited = true;
                return;
            }
            self.lower();
            cell = self.at_scale(value);
        }
        let Some(cell) = cell else { return };
        if value.scale() > self.scale && value.normalize().scale() > self.scale {
            self.limited = true;
        }
        self.cells.resize(row, EMPTY);
        self.cells.push(cell);
        self.sum_abs = self.sum_abs.saturating_add(cell.abs());
        self.filled += 1;
    }

    /// The column with the cells of some rows alone.
    pub(crate) fn only(&self, wanted: impl Fn(usize) -> bool) -> ExactColumn {
        let mut column = self.clone();
        (column.sum_abs, column.filled) = (0, 0);
        for (row, cell) in column.cells.iter_mut().enumerate() {
            match wanted(row) {
                true if *cell != EMPTY => {
                    column.sum_abs = column.sum_abs.saturating_add(cell.abs());
                    column.filled += 1;
                }
                true => {}
                false => *cell = EMPTY,
            }
        }
        column
    }

    /// The value of a row.
    pub(crate) fn get(&self, row: usize) -> Option<Decimal> {
        let cell = self.cells.get(row).copied().filter(|cell| *cell != EMPTY)?;
        decimal(cell, self.scale)
    }

    /// Whether the row holds a value.
    pub(crate) fn has(&self, row: usize) -> bool {
        self.cells.get(row).is_some_and(|cell| *cell != EMPTY)
    }

    /// How many rows hold a value.
    pub(crate) fn filled(&self) -> u64 {
        self.filled
    }

    /// Whether decimals were given up because the column needs more than 38 digits.
    pub(crate) fn limited(&self) -> bool {
        self.limited
    }

    /// Digits after the point.
    pub(crate) fn scale(&self) -> u32 {
        self.scale
    }

    /// The cells of `rows` rows as integers on the common scale.
    pub(crate) fn cells(&self, rows: usize) -> impl Iterator<Item = Option<i128>> + '_ {
        (0..rows).map(|row| self.cells.get(row).copied().filter(|cell| *cell != EMPTY))
    }

    fn at_scale(&self, value: Decimal) -> Option<i128> {
        match self.scale.checked_sub(value.scale()) {
            Some(more) => value.mantissa().checked_mul(10_i128.checked_pow(more)?),
            None => Some(shortened(value.mantissa(), value.scale() - self.scale)),
        }
    }

    /// Gives the column more digits after the point, as many as fit.
    fn raise(&mut self, wanted: u32) {
        let mut to = wanted;
        while to > self.scale {
            let factor = 10_i128.checked_pow(to - self.scale);
            if let Some(factor) = factor
                && let Some(sum_abs) = self.sum_abs.checked_mul(factor).filter(|sum| *sum <= SUM_MAX)
            {
                for cell in self.cells.iter_mut().filter(|cell| **cell != EMPTY) {
                    *cell = cell.saturating_mul(factor);
                }
                self.sum_abs = sum_abs;
                self.scale = to;
                return;
            }
            to -= 1;
        }
    }

    /// Takes one digit after the point away.
    fn lower(&mut self) {
        self.sum_abs = 0;
        for cell in self.cells.iter_mut().filter(|cell| **cell != EMPTY) {
            let short = shortened(*cell, 1);
            self.limited |= short.saturating_mul(10) != *cell;
            *cell = short;
            self.sum_abs = self.sum_abs.saturating_add(short.abs());
        }
        self.scale = self.scale.saturating_sub(1);
    }
}

/// `mantissa` without its last `digits` digits, rounded half to even.
fn shortened(mantissa: i128, digits: u32) -> i128 {
    let Some(factor) = 10_i128.checked_pow(digits) else {
        return 0;
    };
    let (quotient, rest) = (mantissa / factor, mantissa % factor);
    let twice = rest.abs().saturating_mul(2);
    let up = twice > factor || (twice == factor && quotient % 2 != 0);
    if up { quotient + mantissa.signum() } else { quotient }
}

/// The decimal of an integer on a scale; beyond 28 digits the last ones are rounded half to even, as a decimal holds no
/// more. `None` where the whole part alone is too long.
pub(crate) fn decimal(mut mantissa: i128, mut scale: u32) -> Option<Decimal> {
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    let mut digits = 0;
    loop {
        let (short, left) = (shortened(mantissa, digits), scale.checked_sub(digits)?);
        if let Ok(value) = Decimal::try_from_i128_with_scale(short, left) {
            return Some(value.normalize());
        }
        digits += 1;
    }
}

/// A decimal for a statistic.
pub(crate) fn to_f64(value: Decimal) -> f64 {
    value.to_f64().unwrap_or(0.0)
}

#[cfg(test)]
mod tests;
