use super::*;

#[track_caller]
fn check(previous: u64, current: u64, largest_plausible: u64, value: u64, step: Step) {
    assert_eq!(delta(previous, current, largest_plausible), Delta { value, step });
}

#[test]
fn a_counter_grows_rolls_over_or_is_reset() {
    check(100, 120, 1000, 20, Step::Forward);
    check(100, 100, 1000, 0, Step::Forward);
    // W23: 16 bit.
    check(65_500, 120, 1000, 156, Step::Rollover { modulus: 65_536 });
    check(99_990, 15, 1000, 25, Step::Rollover { modulus: 100_000 });
    check(4_294_967_290, 4, 1000, 10, Step::Rollover { modulus: 1 << 32 });
    // Set to zero in the middle of its range: a rollover would be too much.
    check(31_000, 12, 1000, 12, Step::Reset);
    check(65_500, 120, 100, 120, Step::Reset);
    check(u64::MAX, 7, u64::MAX, 7, Step::Reset);
}
