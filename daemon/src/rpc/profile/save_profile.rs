//! Saves a new version of a profile, from a file's suggestion with corrections or whole, and queues the held files that
//! fit it.

use plant_core::header::fingerprint;
use plant_core::ids::{FileId, ProfileId};
use plant_core::model::{EventKind, ProfileView};
use plant_core::profile::{Profile, SeriesSteps, Settings};
use plant_core::state::FileState;
use plant_core::variable::Variable;
use plant_mapping::Overrides;
use plant_proto::convert::{Cross, WireFault};
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::{OrgTx, StoreError, files, profiles, series};

use super::{get_profile, suggest_profile};
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

/// Longest name, in characters.
const NAME_MAX: usize = 100;
/// Columns of a whole profile at most.
const COLUMNS_MAX: usize = 5_000;

/// A profile as it is asked for, checked and not saved.
pub(super) struct Prepared {
    pub(super) profile: Profile,
    /// The version that stands.
    pub(super) before: Option<Profile>,
    pub(super) base: Option<u32>,
    /// The file that it is made from.
    pub(super) file: Option<(FileId, FileState)>,
}

/// Makes the profile that a request asks for.
pub(super) async fn prepare(app: &App, ctx: &Ctx, request: wire::SaveProfileRequest) -> Result<Prepared, Refusal> {
    let name = checked_name(&request.name)?;
    let settings: Option<Settings> =
        Cross::from_wire(request.settings).map_err(|fault: WireFault| fault.at("settings"))?;
    let whole: Option<Profile> = Cross::from_wire(request.profile).map_err(|fault: WireFault| fault.at("profile"))?;
    let is_whole_alone = settings.is_none()
        && [
            &request.sets,
            &request.outputs,
            &request.steps,
            &request.series_steps,
            &request.required,
        ]
        .iter()
        .all(|said| said.is_empty());

    let (asked, from) = (name.clone(), request.from_file);
    let (newest, file) = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { Ok((named(tx, &asked).await?, meant(tx, from).await?)) })
        })
        .await?;
    let base = newest.as_ref().map(|view| view.profile.version);
    if let Some(expected) = request.expected_version
        && expected != base.unwrap_or(0)
    {
        return Err(Fault::conflict(format!(
            "`{name}` was changed meanwhile: its newest version is {}, not {expected}; look at it with `plant profiles show`",
            base.unwrap_or(0)
        ))
        .into());
    }
    let before = newest.map(|view| view.profile);
    let profile_id = before
        .as_ref()
        .map_or_else(|| ProfileId(app.clock().new_id()), |before| before.profile_id);
    let version = base.unwrap_or(0).saturating_add(1);

    let profile = match (file, whole) {
        (Some((file, _)), None) => {
            let settings = settings.unwrap_or_default();
            let stood = before.as_ref().map(|before| before.shape.clone()).unwrap_or_default();
            let shape =
                plant_mapping::shape_of(&stood, &request.steps).map_err(|error| Fault::invalid(error.to_string()))?;
            // Columns that steps made before are looked for again where these steps go.
            let tried = (!shape.is_none() || !stood.is_none()).then_some(&shape);
            let (layout, suggestion) = suggest_profile::look_at(app, ctx, file, &settings.layout, tried).await?;
            if !shape.is_none() && layout.written.is_empty() {
                let said = suggestion.reason.map_or(String::new(), |reason| reason.text);
                return Err(Fault::invalid(said).into());
            }
            let overrides = Overrides {
                outputs: request.outputs,
                shape,
                kept: before.as_ref().map_or(Vec::new(), |before| before.outputs.clone()),
                series_steps: request.series_steps,
                kept_series_steps: before
                    .as_ref()
                    .map_or_else(SeriesSteps::default, |before| before.series_steps.clone()),
                ..overrides(&settings, request.required)
            };
            let built = plant_mapping::build(
                &name,
                profile_id,
                version,
                &layout,
                &suggestion,
                &request.sets,
                &overrides,
            )
            .map_err(|error| Fault::invalid(error.to_string()))?;
            keeping(with_switches(built, settings), before.as_ref())
        }
        (None, Some(whole)) if is_whole_alone => checked_whole(name, profile_id, version, whole)?,
        _ => {
            let message = "a profile is saved either from a file (--from, with --set …) or whole (import, edit)";
            return Err(Fault::invalid(message).into());
        }
    };

    Ok(Prepared {
        profile,
        before,
        base,
        file,
    })
}

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::SaveProfileRequest,
) -> Result<wire::SaveProfileResponse, Refusal> {
    let Prepared {
        profile,
        before,
        base,
        file,
    } = prepare(&app, &ctx, request).await?;
    let at = app.clock().now();
    let (saved, queued) = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let saved = profiles::save(tx, &profile, base, at).await?;
                let said = format!("queued for profile {} version {}", saved.name, saved.version);
                let mut queued = release(tx, &saved, file, &said, at).await?;
                // What is in under the former mapping is read again, and a key identifies what is in as well.
                series::settle_profile(tx, before.as_ref(), &saved, at).await?;
                let again = to_reread(tx, before.as_ref(), &saved, file).await?;
                queued.extend(series::reread(tx, &again, Some(saved.profile_id), at).await?);
                Ok((
                    get_profile::there(tx, &saved.profile_id.to_string(), None).await?,
                    queued,
                ))
            })
        })
        .await?;
    app.wake_jobs();
    for file in &queued {
        app.announce(
            ctx.org,
            EventKind::File,
            file,
            FileState::Stable.name(),
            "a profile was saved that fits it",
        );
    }
    Ok(wire::SaveProfileResponse {
        profile: saved.to_wire(),
        queued_file_ids: queued.iter().map(FileId::to_string).collect(),
    })
}

/// A name that can be written on a command line and shown.
pub(super) fn checked_name(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Fault::invalid(format!(
            "a profile's name has 1 to {NAME_MAX} characters, none of them a control character"
        )));
    }
    Ok(name.to_owned())
}

/// The profile of exactly that name (whatever the case); an id that begins so is not meant here.
async fn named(tx: &mut OrgTx, name: &str) -> Result<Option<ProfileView>, StoreError> {
    match profiles::get(tx, name, None).await {
        Ok(found) => Ok(found.filter(|view| view.profile.name.to_lowercase() == name.to_lowercase())),
        Err(StoreError::Ambiguous { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn meant(tx: &mut OrgTx, file: Option<String>) -> Result<Option<(FileId, FileState)>, StoreError> {
    let Some(written) = file else {
        return Ok(None);
    };
    let id = files::resolve(tx, &written).await?;
    Ok(Some((id, files::source(tx, id).await?.state)))
}

/// What the person said, apart from the suggestion.
fn overrides(settings: &Settings, required: Vec<String>) -> Overrides {
    Overrides {
        key: (!settings.key.is_empty()).then(|| settings.key.iter().map(|key| key.name().to_owned()).collect()),
        date_order: settings.date_order,
        decimal: settings.decimal,
        encoding: settings.layout.encoding.clone(),
        delimiter: settings.layout.delimiter,
        header_line: settings.layout.header_line,
        sheet: settings.layout.sheet.clone(),
        zone: settings.zone.clone(),
        currency: settings.currency.clone(),
        required,
        ..Overrides::default()
    }
}

/// The settings that only add to what the suggestion says.
fn with_switches(mut profile: Profile, said: Settings) -> Profile {
    let settings = &mut profile.settings;
    for token in said.null_tokens {
        if !settings.null_tokens.contains(&token) {
            settings.null_tokens.push(token);
        }
    }
    settings.categories.extend(said.categories);
    settings.quantities_on_running_rows |= said.quantities_on_running_rows;
    settings.midnight_closes_day |= said.midnight_closes_day;
    profile
}

/// What was said of rows before stays where nothing else is said: a mapping that is corrected does not lose its key.
fn keeping(mut profile: Profile, before: Option<&Profile>) -> Profile {
    let Some(before) = before else {
        return profile;
    };
    if profile.settings.key.is_empty() && before.settings.key.iter().all(|variable| profile.feeds(*variable)) {
        profile.settings.key.clone_from(&before.settings.key);
    }
    profile.settings.ignore.clone_from(&before.settings.ignore);
    profile
}

/// A whole profile as it can be saved: its columns are named once each, a variable is fed once, and the fingerprint is
/// that of its columns.
fn checked_whole(name: String, profile_id: ProfileId, version: u32, whole: Profile) -> Result<Profile, Fault> {
    if whole.columns.is_empty() || whole.columns.len() > COLUMNS_MAX {
        return Err(Fault::invalid(format!("a profile has 1 to {COLUMNS_MAX} columns")));
    }
    plant_mapping::check(&whole).map_err(|error| Fault::invalid(error.to_string()))?;
    let header: Vec<String> = whole.columns.iter().map(|column| column.source.clone()).collect();
    Ok(Profile {
        profile_id,
        name,
        version,
        // The columns that line steps make are not those by which a file is known.
        header_fingerprint: match whole.shape.is_none() {
            true => fingerprint(&header),
            false => whole.header_fingerprint.clone(),
        },
        archived: false,
        approved: true,
        ..whole
    })
}

/// Queues the file that the profile was made from, for this profile whatever its columns, and every held file with the
/// same columns.
async fn release(
    tx: &mut OrgTx,
    saved: &Profile,
    file: Option<(FileId, FileState)>,
    said: &str,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<FileId>, StoreError> {
    let mut queued = Vec::new();
    if let Some((file, FileState::Held | FileState::Failed | FileState::Unsupported)) = file
        && files::release(tx, &[file], Some(saved.profile_id), said, at).await? > 0
    {
        queued.push(file);
    }
    let mut fitting = files::held_with_fingerprint(tx, &saved.header_fingerprint).await?;
    fitting.retain(|other| !queued.contains(other));
    files::release(tx, &fitting, None, said, at).await?;
    queued.extend(fitting);
    // What names people here does so in other files that wait: they are shown anew, with codes.
    let mut naming = files::held_with_columns(tx, &saved.sources_of(Variable::Operator)).await?;
    naming.retain(|other| !queued.contains(other));
    files::release(tx, &naming, None, said, at).await?;
    queued.extend(naming);
    if saved.outputs.iter().any(|output| output.source.is_of_file()) {
        queued.extend(files::release_copies(tx, &saved.header_fingerprint, said, at).await?);
    }
    Ok(queued)
}

/// The files that are in and that the saved profile would read otherwise: those of its own former versions, the file that
/// it was made from, and those with its columns that were read by a profile which nobody saved.
pub(super) async fn to_reread(
    tx: &mut OrgTx,
    before: Option<&Profile>,
    saved: &Profile,
    file: Option<(FileId, FileState)>,
) -> Result<Vec<FileId>, StoreError> {
    let bare = |profile: &Profile| Profile {
        settings: Settings {
            key: Vec::new(),
            ..profile.settings.clone()
        },
        ..profile.clone()
    };
    let is_same = before.is_some_and(|before| bare(before).reads_like(&bare(saved)));
    let mut again = match is_same {
        true => Vec::new(),
        false => series::outdated(tx, saved).await?,
    };
    again.extend(files::read_automatically(tx, &saved.header_fingerprint, saved.profile_id).await?);
    if let Some((file, state)) = file
        && state.has_rows()
        && !is_same
        && !again.contains(&file)
    {
        again.push(file);
    }
    Ok(again)
}

#[cfg(test)]
mod tests {
    use plant_core::ids::ProfileId;
    use plant_core::profile::{Profile, ProfileColumn, SeriesSteps, Settings, Transform};
    use plant_core::variable::Variable;
    use uuid::Uuid;

    use super::{checked_name, checked_whole, keeping, overrides, with_switches};

    fn profile(columns: &[(&str, Option<Variable>)]) -> Profile {
        Profile {
            profile_id: ProfileId(Uuid::nil()),
            name: "old".into(),
            version: 9,
            header_fingerprint: "forged".into(),
            columns: columns
                .iter()
                .map(|(source, variable)| ProfileColumn {
                    home: None,
                    source: (*source).to_owned(),
                    variable: *variable,
                    transform: Transform::None,
                    required: false,
                })
                .collect(),
            shape: Default::default(),
            outputs: Vec::new(),
            series_steps: SeriesSteps::default(),
            settings: Settings::default(),
            archived: true,
            approved: false,
        }
    }

    #[test]
    fn a_whole_profile_is_saved_under_its_own_columns() {
        let id = ProfileId(Uuid::max());
        let save = |columns: &[_]| checked_whole("new".into(), id, 2, profile(columns));
        let saved = save(&[("Menge", Some(Variable::QuantityGood)), ("x", None), ("y", None)]).unwrap();
        assert_eq!((saved.profile_id, saved.name.as_str(), saved.version), (id, "new", 2));
        assert_ne!(saved.header_fingerprint, "forged");
        assert!(saved.approved && !saved.archived);
        assert!(save(&[]).is_err());
        assert!(save(&[("a", None), ("a", None)]).is_err());
        let twice = Some(Variable::QuantityGood);
        assert!(save(&[("a", twice), ("b", twice)]).is_err());
    }

    #[test]
    fn what_was_not_said_is_left_to_the_suggestion() {
        let none = overrides(&Settings::default(), vec![]);
        assert_eq!(none, plant_mapping::Overrides::default());
        let mut suggested = profile(&[("a", None)]);
        suggested.settings.midnight_closes_day = true;
        suggested.settings.null_tokens = vec!["-".into()];
        let said = Settings {
            null_tokens: vec!["-".into(), "k.A.".into()],
            quantities_on_running_rows: true,
            ..Settings::default()
        };
        let settings = with_switches(suggested, said).settings;
        assert!(settings.midnight_closes_day && settings.quantities_on_running_rows);
        assert_eq!(settings.null_tokens, ["-", "k.A."]);
    }

    #[test]
    fn a_corrected_mapping_keeps_its_key_while_its_columns_are_there() {
        let mut before = profile(&[("Order", Some(Variable::WorkOrder))]);
        before.settings.key = vec![Variable::WorkOrder];
        before.settings.ignore = vec!["zq".into()];
        let key = |columns: &[_]| keeping(profile(columns), Some(&before)).settings;
        let kept = key(&[("Auftrag", Some(Variable::WorkOrder))]);
        assert_eq!(
            (kept.key, kept.ignore),
            (vec![Variable::WorkOrder], vec!["zq".to_owned()])
        );
        assert_eq!(key(&[("Order", None)]).key, []);
        let mut said = profile(&[("Order", Some(Variable::WorkOrder)), ("Lot", Some(Variable::Lot))]);
        said.settings.key = vec![Variable::Lot];
        assert_eq!(keeping(said, Some(&before)).settings.key, [Variable::Lot]);
        assert_eq!(keeping(profile(&[]), None).settings.key, []);
    }

    #[test]
    fn names() {
        assert_eq!(checked_name(" MES export ").unwrap(), "MES export");
        for name in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert!(checked_name(name).is_err(), "{name:?}");
        }
    }
}
