//! The columns of a profile beside those of a file.

use std::collections::BTreeMap;

use plant_core::header::skeleton;
use plant_core::profile::{Profile, ProfileColumn};

/// Share of the columns that must be the same for a profile to be called near.
pub(super) const NEAR: f64 = 0.8;

/// Names of columns in a sentence.
pub(super) fn columns_named(names: &[&str]) -> String {
    let list = names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() == 1 {
        format!("the column {list}")
    } else {
        format!("the columns {list}")
    }
}

/// The columns of a profile beside those of a file, by what of their names survives any transcoding. A name that stands
/// twice so is two columns.
pub(super) struct Columns<'a> {
    pub(super) profile: &'a Profile,
    header: &'a [String],
    want: BTreeMap<String, usize>,
    have: BTreeMap<String, usize>,
}

/// How often each skeleton stands among names.
fn counted<'n>(names: impl Iterator<Item = &'n str>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(skeleton(name)).or_insert(0) += 1;
    }
    counts
}

impl<'a> Columns<'a> {
    pub(super) fn compare(profile: &'a Profile, header: &'a [String]) -> Columns<'a> {
        Columns {
            profile,
            header,
            want: counted(profile.columns.iter().map(|column| column.source.as_str())),
            have: counted(header.iter().map(String::as_str)),
        }
    }

    /// Columns of the profile that the file lacks.
    fn missing(&self) -> impl Iterator<Item = &'a ProfileColumn> {
        let lacks = |column: &&ProfileColumn| {
            let name = skeleton(&column.source);
            self.have.get(&name) < self.want.get(&name) && !self.header.contains(&column.source)
        };
        self.profile.columns.iter().filter(lacks)
    }

    /// Those that it requires.
    pub(super) fn required_missing(&self) -> Vec<&'a str> {
        let required = self.missing().filter(|column| column.required);
        required.map(|column| column.source.as_str()).collect()
    }

    /// Share (0 to 1) of the columns that both have.
    pub(super) fn shared(&self) -> f64 {
        let both: usize = self
            .want
            .iter()
            .map(|(name, wanted)| self.have.get(name).map_or(0, |there| there.min(wanted).to_owned()))
            .sum();
        both as f64 / self.profile.columns.len().max(self.header.len()).max(1) as f64
    }

    /// What differs, in words.
    pub(super) fn difference(&self) -> String {
        let missing: Vec<&str> = self.missing().map(|column| column.source.as_str()).collect();
        let more: Vec<&str> = self
            .header
            .iter()
            .filter(|name| {
                let same = skeleton(name);
                self.want.get(&same) < self.have.get(&same)
                    && !self.profile.columns.iter().any(|column| column.source == **name)
            })
            .map(String::as_str)
            .collect();
        let mut parts = Vec::new();
        if !missing.is_empty() {
            parts.push(format!("missing {}", columns_named(&missing)));
        }
        if !more.is_empty() {
            parts.push(format!("new {}", columns_named(&more)));
        }
        if parts.is_empty() {
            "the same columns".to_owned()
        } else {
            parts.join("; ")
        }
    }
}

/// The profile that shares most columns, if it shares enough and requires none that is missing.
pub(super) fn nearest<'a>(profiles: impl Iterator<Item = &'a Profile>, header: &'a [String]) -> Option<Columns<'a>> {
    profiles
        .map(|profile| Columns::compare(profile, header))
        .filter(|columns| columns.required_missing().is_empty() && columns.shared() >= NEAR)
        .max_by(|a, b| a.shared().total_cmp(&b.shared()))
}
