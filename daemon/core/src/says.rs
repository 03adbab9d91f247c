//! What a person says of a folder: where its exports come from, for rows that do not say it themselves.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::record::{Record, Value};
use crate::time;
use crate::variable::Variable;

/// Longest name, in characters.
const NAME_MAX: usize = 100;
/// Written in the place of a word that is taken away.
const NONE: &str = "none";

/// The words of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FolderSays {
    /// Site.
    pub site: Option<String>,
    /// Line, department or section.
    pub line: Option<String>,
    /// Machine.
    pub machine: Option<String>,
    /// IANA zone of local times where neither the text nor the profile says so; absent: that of the org.
    pub zone: Option<String>,
}

/// What a person says anew, as written; what is absent stays, `none` takes a word away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderSaying {
    /// Site.
    pub site: Option<String>,
    /// Line.
    pub line: Option<String>,
    /// Machine.
    pub machine: Option<String>,
    /// IANA zone.
    pub zone: Option<String>,
}

/// Why a folder can't say that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SayFault {
    /// Nothing is said.
    #[error("say what is to be set: --site, --line, --machine or --zone")]
    Nothing,
    /// A word is blank.
    #[error("--{what} is blank; write a name, or `none` to take it away")]
    Blank {
        /// Which.
        what: &'static str,
    },
    /// A word is no name.
    #[error("--{what} has at most {NAME_MAX} characters, none of them a control character")]
    NoName {
        /// Which.
        what: &'static str,
    },
    /// A zone is not known.
    #[error("`{zone}` is no zone known; write its IANA name, such as `Europe/Berlin`, or `none` for that of the org")]
    Zone {
        /// As written.
        zone: String,
    },
}

impl FolderSays {
    /// These words with what is said anew.
    ///
    /// # Errors
    /// See [`SayFault`].
    pub fn with(&self, saying: &FolderSaying) -> Result<FolderSays, SayFault> {
        if *saying == FolderSaying::default() {
            return Err(SayFault::Nothing);
        }
        let zone = match said("zone", saying.zone.as_deref(), self.zone.as_ref())? {
            Some(zone) if time::zone(&zone).is_none() => return Err(SayFault::Zone { zone }),
            zone => zone,
        };
        Ok(FolderSays {
            site: said("site", saying.site.as_deref(), self.site.as_ref())?,
            line: said("line", saying.line.as_deref(), self.line.as_ref())?,
            machine: said("machine", saying.machine.as_deref(), self.machine.as_ref())?,
            zone,
        })
    }

    /// The words that rows may carry, by variable.
    pub fn words(&self) -> impl Iterator<Item = (Variable, &str)> {
        let words = [
            (Variable::Site, &self.site),
            (Variable::Line, &self.line),
            (Variable::Machine, &self.machine),
        ];
        words
            .into_iter()
            .filter_map(|(variable, word)| Some((variable, word.as_deref()?)))
    }

    /// The hash of what bytes, name and folder say for each row, of a file of this folder whose bytes and name have that
    /// hash. The site parts its files from those of others by itself.
    pub fn declared(&self, of_file: [u8; 32]) -> [u8; 32] {
        if self.line.is_none() && self.machine.is_none() {
            return of_file;
        }
        let mut hasher = Sha256::new_with_prefix(of_file);
        for word in [&self.line, &self.machine] {
            // No word holds a byte of zero.
            hasher.update(word.as_deref().unwrap_or_default());
            hasher.update([0]);
        }
        hasher.finalize().into()
    }

    /// Puts its words where a row says nothing; gives the variables that it filled.
    pub fn fill(&self, record: &mut Record) -> Vec<Variable> {
        let mut filled = Vec::new();
        for (variable, word) in self.words() {
            if record.text(variable).is_none_or(|text| text.trim().is_empty()) {
                record.set(variable, Value::Text(word.to_owned()));
                filled.push(variable);
            }
        }
        filled
    }
}

fn said(what: &'static str, written: Option<&str>, before: Option<&String>) -> Result<Option<String>, SayFault> {
    match written.map(str::trim) {
        None => Ok(before.cloned()),
        Some("") => Err(SayFault::Blank { what }),
        Some(NONE) => Ok(None),
        Some(word) if word.chars().count() > NAME_MAX || word.chars().any(char::is_control) => {
            Err(SayFault::NoName { what })
        }
        Some(word) => Ok(Some(word.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saying(site: &str, line: &str, machine: &str, zone: &str) -> FolderSaying {
        let said = |text: &str| (text != "-").then(|| text.to_owned());
        FolderSaying {
            site: said(site),
            line: said(line),
            machine: said(machine),
            zone: said(zone),
        }
    }

    #[test]
    fn what_is_said_is_kept_and_what_is_no_word_is_refused() {
        let before = FolderSays {
            site: Some("Werk 1".to_owned()),
            line: Some("L1".to_owned()),
            ..FolderSays::default()
        };
        let told = |saying: &FolderSaying| before.with(saying).map_err(|fault| fault.to_string());
        let after = told(&saying("-", "none", " M 7 ", "Europe/Berlin")).unwrap();
        assert_eq!(
            (after.site.as_deref(), after.line.as_deref(), after.machine.as_deref()),
            (Some("Werk 1"), None, Some("M 7"))
        );
        assert_eq!(after.zone.as_deref(), Some("Europe/Berlin"));
        for (said, part) in [
            (saying("-", "-", "-", "-"), "say what is to be set"),
            (saying(" ", "-", "-", "-"), "--site is blank"),
            (saying("-", "", "-", "-"), "--line is blank"),
            (saying("-", "-", "a\u{7}", "-"), "--machine has at most"),
            (saying(&"x".repeat(101), "-", "-", "-"), "--site has at most"),
            (saying("-", "-", "-", "Mars/Base"), "`Mars/Base` is no zone known"),
            (saying("-", "-", "-", ""), "--zone is blank"),
        ] {
            assert!(told(&said).is_err_and(|said| said.contains(part)), "{part}");
        }
    }

    #[test]
    fn the_same_bytes_of_two_machines_are_two() {
        let says = |line: &str, machine: &str| FolderSays {
            line: (!line.is_empty()).then(|| line.to_owned()),
            machine: (!machine.is_empty()).then(|| machine.to_owned()),
            ..FolderSays::default()
        };
        let bytes = [7; 32];
        assert_eq!(says("", "").declared(bytes), bytes);
        let all = [("", "M1"), ("", "M2"), ("M1", ""), ("L1", "M1")];
        let hashes: std::collections::BTreeSet<[u8; 32]> = all
            .iter()
            .map(|(line, machine)| says(line, machine).declared(bytes))
            .collect();
        assert_eq!(hashes.len(), all.len());
    }

    #[test]
    fn a_row_keeps_what_it_says_itself() {
        let says = FolderSays {
            site: Some("Werk 1".to_owned()),
            machine: Some("M7".to_owned()),
            ..FolderSays::default()
        };
        let mut record = Record::empty(2);
        record.set(Variable::Machine, Value::Text("M1".to_owned()));
        record.set(Variable::Site, Value::Text(" ".to_owned()));
        says.fill(&mut record);
        assert_eq!(record.text(Variable::Machine), Some("M1"));
        assert_eq!(record.text(Variable::Site), Some("Werk 1"));
        assert_eq!(record.text(Variable::Line), None);
    }
}
