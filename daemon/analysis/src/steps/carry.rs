//! What files before this one left behind.

use plant_core::step::{Carried, CarriedIn, Kind, Place};

/// What was left behind for a place.
pub(super) fn carried<'c>(all: &'c [CarriedIn], place: &Place, kind: Kind) -> Option<&'c Carried> {
    let found = all
        .iter()
        .find(|carried| carried.kind == kind && carried.place == *place);
    found.map(|found| &found.carried)
}
