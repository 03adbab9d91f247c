//! `plant profiles`: the saved mappings of columns to variables.

use std::io::{Read, Write};
use std::path::Path;

use plant_core::profile::Profile;
use plant_core::sanitize;
use plant_proto::client::{SaveProfile, SavedProfile};

use super::Context;
use super::failure::Failure;
use super::output::note;
use crate::cli::Profiles;
use crate::figure;
use crate::mapping::wanted;
use crate::subject::Described;

/// The largest profile that is read, in bytes.
const PROFILE_BYTES: u64 = 4 * 1024 * 1024;

/// Runs `plant profiles …`.
pub async fn run<W: Write>(what: Option<Profiles>, context: &mut Context<W>) -> Result<(), Failure> {
    match what {
        None => list(false, context).await,
        Some(Profiles::List { all }) => list(all, context).await,
        Some(Profiles::Show { profile }) => {
            let view = context.client.get_profile(&profile, None).await?;
            context.output.object(&view, Described::document)
        }
        Some(Profiles::Suggest { file }) => suggest(&file, context).await,
        Some(Profiles::Save(asked)) if asked.dry_run => {
            let effect = context
                .client
                .try_profile(wanted(*asked).map_err(Failure::Usage)?)
                .await?;
            super::tried::show(effect, context)
        }
        Some(Profiles::Save(asked)) => {
            let saved = context
                .client
                .save_profile(wanted(*asked).map_err(Failure::Usage)?)
                .await?;
            report(saved, context)
        }
        Some(Profiles::Clone { profile, name }) => {
            let view = context.client.clone_profile(&profile, &name).await?;
            context.output.object(&view, Described::document)
        }
        Some(Profiles::Archive { profile }) => {
            let view = context.client.archive_profile(&profile).await?;
            context.output.object(&view, |view| {
                vec![format!("{} is no longer used for new files", view.profile.name)]
            })
        }
        Some(Profiles::Export { profile }) => {
            let profile = context.client.get_profile(&profile, None).await?.profile;
            context.output.file(&profile, to_toml)
        }
        Some(Profiles::Import { path }) => {
            let saved = import(&read(&path)?, None, context).await?;
            report(saved, context)
        }
        Some(Profiles::Edit { profile }) => edit(&profile, context).await,
    }
}

async fn list<W: Write>(all: bool, context: &mut Context<W>) -> Result<(), Failure> {
    let page = context.client.list_profiles(all, context.listing.clone()).await?;
    let empty = "no profiles; `plant files --state held` lists the files that wait for one";
    context.output.list(&page, empty)
}

async fn suggest<W: Write>(file: &str, context: &mut Context<W>) -> Result<(), Failure> {
    let path = Path::new(file);
    // A path is meant where there is one; a name or id never holds a slash.
    let suggestion = if file.contains('/') || path.is_file() {
        let item = super::files::send(path, None, context).await?;
        note(&format!("handed over as {}", item.file_id));
        context.client.suggest_profile(&item.file_id.to_string()).await?
    } else {
        context.client.suggest_profile(file).await?
    };
    context.output.object(&suggestion, Described::document)
}

fn report<W: Write>(saved: SavedProfile, context: &mut Context<W>) -> Result<(), Failure> {
    let queued = saved.queued_files.len() as u64;
    if queued > 0 {
        let files = figure::counted(queued, "file is", "files are");
        note(&format!("{files} read by it now; wait with `plant files wait --all`"));
    }
    context.output.object(&saved.profile, Described::document)
}

fn to_toml(profile: &Profile) -> Result<String, Failure> {
    let failed = |error: toml::ser::Error| Failure::Failed(format!("it can't be written as TOML: {error}"));
    let text = toml::to_string_pretty(profile).map_err(failed)?;
    if !text.chars().any(|c| c != '\n' && sanitize::is_hidden(c)) {
        return Ok(text);
    }
    // TOML escapes some of the characters that a terminal obeys and leaves others. So the code of each is put between two
    // that it must escape, which also makes it choose the kind of string that knows escapes, and made an escape there.
    let mut marked = toml::Value::try_from(profile).map_err(failed)?;
    mark(&mut marked);
    let text = toml::to_string_pretty(&marked).map_err(failed)?;
    Ok(text.replace(OPEN, "\\U").replace(CLOSE, ""))
}

/// How TOML writes the two characters between which the code of another one stands.
const OPEN: &str = "\\u0001";
const CLOSE: &str = "\\u0002";

/// Puts the code of every character that a terminal would obey between two marks, in each string and name; that of a
/// backslash too, so that none is left which could look like a mark.
fn mark(value: &mut toml::Value) {
    let marked = |text: &str| -> String {
        let mut marked = String::with_capacity(text.len());
        for character in text.chars() {
            if character == '\\' || sanitize::is_hidden(character) {
                marked.push_str(&format!("\u{1}{:08X}\u{2}", u32::from(character)));
            } else {
                marked.push(character);
            }
        }
        marked
    };
    match value {
        toml::Value::String(text) => *text = marked(text),
        toml::Value::Array(items) => items.iter_mut().for_each(mark),
        toml::Value::Table(fields) => {
            *fields = std::mem::take(fields)
                .into_iter()
                .map(|(name, mut field)| {
                    mark(&mut field);
                    (marked(&name), field)
                })
                .collect();
        }
        _ => {}
    }
}

fn from_toml(text: &str) -> Result<Profile, Failure> {
    toml::from_str(text).map_err(|error| Failure::Failed(format!("this is no profile: {error}")))
}

async fn import<W>(text: &str, expected: Option<u32>, context: &Context<W>) -> Result<SavedProfile, Failure> {
    let profile = from_toml(text)?;
    let save = SaveProfile {
        name: profile.name.clone(),
        profile: Some(profile),
        expected_version: expected,
        ..SaveProfile::default()
    };
    Ok(context.client.save_profile(save).await?)
}

fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let cannot = |error: std::io::Error| Failure::Failed(format!("can't read {}: {error}", path.display()));
    if path == Path::new("-") {
        std::io::stdin().lock().take(PROFILE_BYTES).read_to_string(&mut text)?;
    } else {
        let file = std::fs::File::open(path).map_err(cannot)?;
        file.take(PROFILE_BYTES).read_to_string(&mut text).map_err(cannot)?;
    }
    Ok(text)
}

/// Opens the profile in the person's editor and saves what comes back; the daemon refuses it when somebody else saved
/// a version in between.
async fn edit<W: Write>(profile: &str, context: &mut Context<W>) -> Result<(), Failure> {
    let view = context.client.get_profile(profile, None).await?;
    let before = to_toml(&view.profile)?;
    let editor = context.editor.clone().unwrap_or_else(|| "vi".to_owned());
    // A folder of our own, so that no other account can change the file in between.
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("profile.toml");
    std::fs::write(&path, &before)?;
    // The variable may hold arguments (`code --wait`), as it does for other programs; no shell sees it.
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = tokio::process::Command::new(program)
        .args(words)
        .arg(&path)
        .status()
        .await;
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => {
            return Err(Failure::Failed(format!(
                "{editor} ended with {status}; nothing was saved"
            )));
        }
        Err(error) => return Err(Failure::Failed(format!("can't start {editor}: {error}; set EDITOR"))),
    }
    let after = read(&path)?;
    if after == before {
        note("nothing changed");
        return Ok(());
    }
    let saved = import(&after, Some(view.profile.version), context).await?;
    report(saved, context)
}

#[cfg(test)]
mod tests {
    use plant_core::ids::ProfileId;
    use plant_core::profile::{
        Counter, DateOrder, DropWhere, Intervals, Output, Pivot, ProfileColumn, SeriesSteps, Settings, Shape, Source,
        Test, Transform, Zero,
    };
    use plant_core::stop::StopCategory;
    use plant_core::table::LayoutHints;
    use plant_core::variable::Variable;

    use super::*;

    #[test]
    fn a_profile_survives_the_way_through_toml() {
        let column = |source: &str, variable, transform| ProfileColumn {
            home: None,
            source: source.to_owned(),
            variable,
            transform,
            required: false,
        };
        let profile = Profile {
            profile_id: ProfileId("0199f000-0000-7000-8000-000000000001".parse().expect("a uuid")),
            name: "orders".to_owned(),
            version: 3,
            header_fingerprint: "ab12".to_owned(),
            columns: vec![
                column("Qty", Some(Variable::QuantityGood), Transform::None),
                column(
                    "g",
                    Some(Variable::EnergyUsed),
                    Transform::Scale("0.001".parse().expect("a decimal")),
                ),
                column(
                    "Down",
                    Some(Variable::IsFailure),
                    Transform::FlagEquals("yes \"really\"".to_owned()),
                ),
                column("Note", None, Transform::None),
            ],
            shape: Shape {
                sheets: Vec::new(),
                units_row: 1,
                fill_down: vec!["Machine".to_owned()],
                drop_where: vec![DropWhere {
                    column: "Tag".to_owned(),
                    test: Test::Is(vec!["$RT_OFF$".to_owned()]),
                }],
                split_rows: None,
                unpivot: None,
                pivot: Some(Pivot {
                    name: "Tag".to_owned(),
                    value: "Value".to_owned(),
                }),
            },
            series_steps: SeriesSteps {
                counter: vec![
                    Counter::of(Variable::QuantityGood),
                    Counter {
                        rollover: Some(32_768.into()),
                        zero: Zero::Reset,
                        ..Counter::of(Variable::EnergyUsed)
                    },
                ],
                intervals: Some(Intervals::State),
            },
            outputs: vec![
                Output {
                    variable: Variable::PostingDate,
                    source: Source::NamePart(r"_(?<value>\d{8})".to_owned()),
                    transform: Transform::None,
                    required: true,
                },
                Output {
                    variable: Variable::Machine,
                    source: Source::Map {
                        column: "g".to_owned(),
                        values: [("1".to_owned(), "M 1".to_owned())].into(),
                    },
                    transform: Transform::None,
                    required: false,
                },
            ],
            settings: Settings {
                decimal: Some(','),
                date_order: Some(DateOrder::Dmy),
                key: vec![Variable::WorkOrder],
                layout: LayoutHints {
                    encoding: Some("windows-1252".to_owned()),
                    header_line: Some(0),
                    ..LayoutHints::default()
                },
                categories: [("Avería".to_owned(), StopCategory::Breakdown)].into(),
                ..Settings::default()
            },
            archived: false,
            approved: true,
        };
        let text = to_toml(&profile).expect("TOML");
        assert_eq!(from_toml(&text).expect("a profile"), profile, "{text}");
        assert_eq!(from_toml("name = 1").expect_err("no profile").exit_code(), 1);
        // What a terminal would obey is escaped, in the names of columns and of categories, and comes back.
        let mut hostile = profile;
        for name in ["a\u{9b}2J", "'\u{202e}\"\\u0001\\ b", "\u{1}\u{2}\u{7f}\n\r\u{e0041}"] {
            hostile
                .columns
                .push(column(name, None, Transform::Constant(name.to_owned())));
            hostile
                .settings
                .categories
                .insert(name.to_owned(), StopCategory::Waiting);
        }
        let text = to_toml(&hostile).expect("TOML");
        assert!(!text.replace('\n', "").chars().any(sanitize::is_hidden), "{text:?}");
        assert_eq!(from_toml(&text).expect("a profile"), hostile, "{text}");
    }
}
