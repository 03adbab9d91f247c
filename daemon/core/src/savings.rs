//! Savings in money: conservative, explained, checkable.
