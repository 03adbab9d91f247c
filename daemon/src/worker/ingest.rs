//! Reading one file: layout, columns, decision, then its rows as blocks.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufReader, Read, Write};

use plant_core::header::fingerprint;
use plant_core::job::{Base, Decision, FrameTag, IngestHead, IngestOrder, Refusal};
use plant_core::plan::ReadingPlan;
use plant_core::profile::{Profile, Shape};
use plant_core::state::{Reason, ReasonCode};
use plant_core::table::{Form, Layout, LayoutHints};
use plant_mapping::{Looked, ShapeError, Typer};
use plant_tabular::{Document, Limits, ReadError};

use super::frames::FrameWriter;
use super::rows::Rows;
use super::shaped::Shaped;
use super::unread::{tell_unread, unreadable};
use super::window::Window;

/// Takes the file in, or says why not. `earlier` has the lines of the version that it may follow: those are not typed again.
pub fn ingest<W: Write>(
    order: &IngestOrder,
    file: File,
    earlier: impl Read,
    frames: &mut FrameWriter<W>,
) -> anyhow::Result<()> {
    let (mut shaped, looked, head) = match examine(order, file) {
        Ok(examined) => examined,
        Err(error) => return tell_unexamined(frames, error),
    };
    frames.json(FrameTag::Head, &head)?;
    let Decision::Take { profile, .. } = &head.decision else {
        frames.flush()?;
        return Ok(());
    };
    let typer = Typer::new(profile, shaped.layout(), &looked.facts, order)?;
    let hidden = typer.hidden();
    let base = order.base.as_deref();
    let window = match base.filter(|base| shaped.is_bare() && may_follow(base, profile, shaped.layout(), typer.plan()))
    {
        Some(_) => Window::open(BufReader::with_capacity(1 << 18, earlier))?,
        None => None,
    };
    let rows = RefCell::new(Rows::new(frames, typer, window, shaped.reserve()));
    let balance = shaped.scan_knowing(
        &mut |line, text| rows.borrow_mut().knows(line, text),
        &mut |line, repeats| rows.borrow_mut().line(line, repeats),
    );
    rows.into_inner().end(balance, shaped.problems(), looked.text(&hidden))
}

/// Whether a line that an earlier version has would make the same row in this file: it is laid out alike, and all that its
/// own cells say of how they are read is what those of the earlier version said.
fn may_follow(base: &Base, profile: &Profile, layout: &Layout, plan: &ReadingPlan) -> bool {
    (base.profile, base.version) == (profile.profile_id, profile.version)
        && !profile.outputs.iter().any(|output| output.source.is_of_file())
        && is_laid_out_alike(&base.layout, layout)
        && base.plan.columns == plan.columns
        && (&base.plan.zone, &base.plan.currency) == (&plan.zone, &plan.currency)
        && base.plan.says == plan.says
        && base.plan.nights == plan.nights
        && base.plan.operators == plan.operators
        && !base.plan.depends_on_rows
        // What was no date of the future then is none later.
        && base.plan.today <= plan.today
}

/// Whether files laid out so are read the same way.
fn is_laid_out_alike(one: &Layout, other: &Layout) -> bool {
    let read = |layout: &Layout| {
        (
            layout.form,
            layout.encoding.clone(),
            layout.delimiter,
            layout.quote,
            layout.header.clone(),
        )
    };
    one.form == Form::Delimited && read(one) == read(other)
}

/// Says what the columns could be.
pub fn suggest<W: Write>(order: &IngestOrder, file: File, frames: &mut FrameWriter<W>) -> anyhow::Result<()> {
    match examine(order, file) {
        Ok((_, _, head)) => tell(frames, &head),
        Err(error) => tell_unexamined(frames, error),
    }
}

/// Says why the file could not be looked at: for what is in it, or because the system failed to read it.
fn tell_unexamined<W: Write>(frames: &mut FrameWriter<W>, error: ReadError) -> anyhow::Result<()> {
    if let ReadError::Io(error) = &error {
        return tell_unread(frames, error);
    }
    tell(
        frames,
        &IngestHead {
            layout: None,
            decision: Decision::Refuse(unreadable(&error)),
            columns: Vec::new(),
            suggestion: None,
        },
    )
}

fn tell<W: Write>(frames: &mut FrameWriter<W>, head: &IngestHead) -> anyhow::Result<()> {
    frames.json(FrameTag::Head, head)?;
    frames.flush()?;
    Ok(())
}

/// Opens the file, laid out and shaped as a profile that fits says; or as it is, and why it can't be shaped so.
fn open(order: &IngestOrder, file: File) -> Result<(Shaped, Option<ShapeError>), ReadError> {
    let document = laid_out(order, file)?;
    let shape = shape(order, document.layout());
    let telling = profile(order, document.layout())
        .map(plant_mapping::telling)
        .unwrap_or_default();
    Ok(match Shaped::open(document, &shape, &telling)? {
        Ok(shaped) => (shaped, None),
        Err((bare, error)) => (bare, Some(error)),
    })
}

/// Opens the file, laid out as a profile that fits says.
fn laid_out(order: &IngestOrder, file: File) -> Result<Document, ReadError> {
    let limits = Limits::default();
    let again = file.try_clone()?;
    let document = plant_tabular::open(file, &order.name, &LayoutHints::default(), &limits)?;
    let (hints, sheets) = (hints(order, document.layout()), shape(order, document.layout()).sheets);
    if hints == LayoutHints::default() && sheets.is_empty() {
        return Ok(document);
    }
    plant_tabular::open_sheets(again, &order.name, &hints, &sheets, &limits)
}

/// Opens the file, looks at every row, and decides.
pub(super) fn examine(order: &IngestOrder, file: File) -> Result<(Shaped, Looked, IngestHead), ReadError> {
    let (mut shaped, fault) = open(order, file)?;
    let header = shaped.layout().header.clone();
    let earlier = order.base.as_ref().and_then(|base| base.looked.as_deref());
    let looked = plant_mapping::look(&header, earlier, |each| shaped.rows(each))?;
    let mut head = plant_mapping::decide(shaped.layout(), &looked.facts, order);
    if let Some(error) = fault {
        hold(&mut head, &error);
    }
    Ok((shaped, looked, head))
}

/// Holds a file that lacks what its mapping does with lines.
fn hold(head: &mut IngestHead, error: &ShapeError) {
    let reason = Reason {
        code: match error.is_lacking() {
            true => ReasonCode::RequiredColumnMissing,
            false => ReasonCode::ProfileNeeded,
        },
        text: error.to_string(),
    };
    if let Some(suggestion) = &mut head.suggestion {
        suggestion.reason = Some(reason.clone());
    }
    head.decision = Decision::Refuse(Refusal::Hold(reason));
}

/// What the profile that fits the header says about reading the file.
fn hints(order: &IngestOrder, layout: &Layout) -> LayoutHints {
    if order.hints != LayoutHints::default() {
        return order.hints.clone();
    }
    profile(order, layout)
        .map(|profile| profile.settings.layout.clone())
        .unwrap_or_default()
}

/// The line steps of a file laid out so.
fn shape(order: &IngestOrder, layout: &Layout) -> Shape {
    let of_profile = || profile(order, layout).map(|profile| profile.shape.clone());
    order.shape.clone().or_else(of_profile).unwrap_or_default()
}

/// The profile by which a file laid out so would be read.
fn profile<'o>(order: &'o IngestOrder, layout: &Layout) -> Option<&'o Profile> {
    let fits = || {
        let fingerprint = fingerprint(layout.as_written());
        order
            .profiles
            .iter()
            .find(|profile| !profile.archived && profile.header_fingerprint == fingerprint)
    };
    order.forced_profile.as_ref().or_else(fits)
}

#[cfg(test)]
mod tests {
    use plant_core::ids::OrgId;
    use plant_core::job::Unread;

    use super::*;
    use crate::worker::read_frame;

    #[tokio::test]
    async fn what_the_system_says_to_reading_is_handed_on_and_decides_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let order = IngestOrder {
            org_id: OrgId(uuid::Uuid::nil()),
            name: "a.csv".to_owned(),
            folder: String::new(),
            zone: "UTC".to_owned(),
            says: Default::default(),
            currency: None,
            profiles: Vec::new(),
            forced_profile: None,
            hints: LayoutHints::default(),
            shape: None,
            today: chrono::NaiveDate::default(),
            operators: None,
            learned: Default::default(),
            base: None,
        };
        for is_asked in [false, true] {
            let mut sent = Vec::new();
            // Its size can be asked for; its bytes can't (EBADF).
            let closed = File::options().append(true).open(&path).unwrap();
            let mut frames = FrameWriter::new(&mut sent);
            if is_asked {
                suggest(&order, closed, &mut frames).unwrap();
            } else {
                ingest(&order, closed, std::io::empty(), &mut frames).unwrap();
            }
            let mut sent = sent.as_slice();
            let (tag, bytes) = read_frame(&mut sent).await.unwrap().unwrap();
            assert_eq!(tag, FrameTag::Unread);
            assert_eq!(serde_json::from_slice::<Unread>(&bytes).unwrap().errno, Some(9));
            assert_eq!(read_frame(&mut sent).await.unwrap(), None, "and nothing after it");
        }
    }
}
