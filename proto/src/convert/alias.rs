//! Aliases and what they change.

use plant_core::model::{AliasEffect, AliasItem, AliasMember, AliasOverlap, AliasStop};

use super::scalar::optional;
use crate::convert::{Cross, WireFault};
use crate::wire;

same_fields!(AliasItem, Alias, { kind, name, canonical, decided, by, at, rows });
same_fields!(AliasMember, AliasMember, { name, rows, sums });
same_fields!(AliasStop, AliasStop, { machine, start, end, file, line });
same_fields!(AliasOverlap, AliasOverlap, { stops, one, other });
same_fields!(AliasEffect, AliasEffect, {
    kind, name, canonical, removed, files, rows, unknown, live_before, live_after, members_before, members_after, before,
    after, overlap,
});

optional! {
    AliasOverlap => wire::AliasOverlap,
}
