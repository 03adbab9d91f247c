//! What a change would make, as `--dry-run` prints it.

use std::io::Write;

use plant_core::model::TrialView;
use serde::Serialize;

use super::Context;
use super::failure::Failure;
use crate::subject::Described;
use crate::widget::document::Document;

/// The object that JSON has it in.
#[derive(Serialize)]
struct Tried<T> {
    effect: T,
}

/// Prints what a mapping would make.
pub(super) fn show<W: Write>(effect: TrialView, context: &mut Context<W>) -> Result<(), Failure> {
    show_as(effect, context, Described::document)
}

/// Prints what another change would make.
pub(super) fn show_as<T: Serialize, W: Write>(
    effect: T,
    context: &mut Context<W>,
    told: impl FnOnce(&T) -> Document,
) -> Result<(), Failure> {
    let tried = Tried { effect };
    context.output.object(&tried, |tried| told(&tried.effect))
}
