//! A change of a mapping as a person writes it: on the command line behind `plant profiles save`, in the terminal behind
//! `:try` and `:save`. Both take the same words.

use std::fmt;

use clap::Parser;
use plant_core::profile::Settings;
use plant_core::table::LayoutHints;
use plant_core::variable::Variable;
use plant_proto::client::SaveProfile;

use crate::cli::ProfileSave;

/// What was typed, as the daemon wants it. An error says what can't be understood.
pub fn wanted(asked: ProfileSave) -> Result<SaveProfile, String> {
    let decimal = asked.decimal.as_deref().map(|sign| match sign {
        "." | "point" => Ok('.'),
        "," | "comma" => Ok(','),
        _ => Err(format!("--decimal {sign}: write . or ,")),
    });
    let settings = Settings {
        layout: LayoutHints {
            encoding: asked.encoding,
            header_line: asked.header_line,
            sheet: asked.sheet,
            ..LayoutHints::default()
        },
        decimal: decimal.transpose()?,
        date_order: asked.date_order,
        zone: asked.zone,
        currency: asked.currency,
        key: key(&asked.key)?,
        ..Settings::default()
    };
    Ok(SaveProfile {
        name: asked.name,
        from: Some(asked.from),
        sets: asked.sets,
        outputs: asked.outputs,
        steps: asked.steps,
        series_steps: asked.series_steps,
        required: asked.required,
        settings: (settings != Settings::default()).then_some(settings),
        ..SaveProfile::default()
    })
}

/// The variables behind `--key`.
pub fn key(names: &[String]) -> Result<Vec<Variable>, String> {
    names
        .iter()
        .map(|name| {
            let name = name.trim();
            Variable::from_name(name).ok_or_else(|| format!("--key {name}: there is no such variable"))
        })
        .collect()
}

/// The words of a change that can be tried and saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    words: String,
    save: Box<SaveProfile>,
}

/// How the words are read: as the shell and `plant profiles save` would.
#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct Words {
    #[command(flatten)]
    asked: ProfileSave,
}

impl Change {
    /// The change that is written so: `NAME --from FILE --set 'Qty=quantity_good'`. An error says what is wrong with it.
    pub fn of(words: &str) -> Result<Change, String> {
        let words = words.trim();
        let split = shlex::split(words).ok_or("a quotation mark is open; close it")?;
        let asked = Words::try_parse_from(without_open_sets(split))
            .map_err(|error| said(&error))?
            .asked;
        if asked.dry_run {
            return Err("leave --dry-run out: :try saves nothing, :save does".to_owned());
        }
        Ok(Change {
            words: words.to_owned(),
            save: Box::new(wanted(asked)?),
        })
    }

    /// The beginning of a change of what a file is read by: what is missing are the words that say what changes.
    pub fn begun(profile: &str, file: &str) -> String {
        let quoted = |text: &str| shlex::try_quote(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned);
        format!("{} --from {} ", quoted(profile), quoted(file))
    }

    /// What the daemon is asked for.
    pub fn save(self) -> SaveProfile {
        *self.save
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

/// The words without a `--set` that says nothing because something else is said, which is where a change begins.
fn without_open_sets(words: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(words.len());
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        let is_open = words.peek().is_some_and(|next| next.starts_with("--"));
        if word != "--set" || !is_open {
            kept.push(word);
        }
    }
    kept
}

/// What the parser has to say, in one line.
fn said(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text.lines().take_while(|line| !line.trim().is_empty());
    let said = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    said.strip_prefix("error: ").unwrap_or(&said).to_owned()
}

#[cfg(test)]
mod tests {
    use plant_core::profile::DateOrder;

    use super::*;

    #[test]
    fn options_become_settings_and_none_stay_away() {
        let plain = ProfileSave {
            name: "orders".to_owned(),
            from: "0199".to_owned(),
            ..ProfileSave::default()
        };
        assert_eq!(wanted(plain.clone()).expect("saved").settings, None);
        let told = ProfileSave {
            key: vec!["work_order".to_owned()],
            date_order: Some(DateOrder::Mdy),
            decimal: Some(",".to_owned()),
            ..plain.clone()
        };
        let settings = wanted(told).expect("saved").settings.expect("settings");
        assert_eq!(settings.key, [Variable::WorkOrder]);
        assert_eq!(
            (settings.date_order, settings.decimal),
            (Some(DateOrder::Mdy), Some(','))
        );
        for (wrong, says) in [
            (
                ProfileSave {
                    key: vec!["colour".to_owned()],
                    ..plain.clone()
                },
                "--key colour: there is no such variable",
            ),
            (
                ProfileSave {
                    decimal: Some(";".to_owned()),
                    ..plain
                },
                "--decimal ;: write . or ,",
            ),
        ] {
            assert_eq!(wanted(wrong).expect_err("refused"), says);
        }
    }

    #[test]
    fn the_words_of_a_screen_are_those_of_the_command_line() {
        let change = Change::of(" 'my orders' --from 0199 --set 'Qty Good=quantity_good' --set Note= --decimal , ");
        let save = change.expect("a change").save();
        assert_eq!((save.name.as_str(), save.from.as_deref()), ("my orders", Some("0199")));
        assert_eq!(save.sets, ["Qty Good=quantity_good", "Note="]);
        assert_eq!(save.settings.expect("settings").decimal, Some(','));
        // Where nothing is set of a column, what the line begins with is in no one's way.
        let save = Change::of("orders --from 0199 --set --decimal ,")
            .expect("a change")
            .save();
        assert!(save.sets.is_empty() && save.settings.is_some());
        assert!(Change::of("orders --from 0199 --set").is_err(), "nothing is said");
        let begun = Change::begun("my orders; 'x'", "0199");
        let save = Change::of(&begun).expect("a change").save();
        assert_eq!(
            (save.name.as_str(), save.from.as_deref()),
            ("my orders; 'x'", Some("0199"))
        );
        for (words, says) in [
            (
                "",
                "the following required arguments were not provided: --from <ID> <NAME>",
            ),
            (
                "orders",
                "the following required arguments were not provided: --from <ID>",
            ),
            (
                "orders --from 0199 --colour red",
                "unexpected argument '--colour' found",
            ),
            (
                "orders --from 0199 --set 'Qty=quantity_good",
                "a quotation mark is open; close it",
            ),
            (
                "orders --from 0199 --key colour",
                "--key colour: there is no such variable",
            ),
            (
                "orders --from 0199 --dry-run",
                "leave --dry-run out: :try saves nothing, :save does",
            ),
            ("--help", "unexpected argument '--help' found"),
        ] {
            assert_eq!(Change::of(words).expect_err(words), says, "{words}");
        }
    }
}
