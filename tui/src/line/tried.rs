//! What a change would make, as `--dry-run` prints it.

use std::io::Write;

use plant_core::model::TrialView;
use serde::Serialize;

use super::Context;
use super::failure::Failure;
use crate::subject::Described;

/// The object that JSON has it in.
#[derive(Serialize)]
struct Tried {
    effect: TrialView,
}

/// Prints it.
pub(super) fn show<W: Write>(effect: TrialView, context: &mut Context<W>) -> Result<(), Failure> {
    let tried = Tried { effect };
    context.output.object(&tried, |tried| tried.effect.document())
}
