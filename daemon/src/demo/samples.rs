//! The sample exports: what is in the folder, the ready mappings, what is known of each, and a synthetic plant.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use plant_core::model::FileItem;
use plant_core::profile::Settings;
use plant_core::state::FileState;
use plant_proto::client::{Client, FileFilter};
use plant_sample::{SampleFile, plant};
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;

use crate::sample::{DEMO_MONTHS, DEMO_SEED, DEMO_YEAR};

/// The samples in the order in which they are shown.
#[derive(Debug)]
pub struct Samples {
    /// Each file.
    pub items: Vec<Sample>,
}

/// One sample export.
#[derive(Debug)]
pub struct Sample {
    /// Its name in the watched folder.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The mapping to save when it is held.
    pub profile: Option<ReadyProfile>,
    /// The state that it must end in.
    pub state: FileState,
    /// The rows that must be taken in.
    pub rows: Option<u64>,
    /// Figures that are known by other means.
    pub metrics: BTreeMap<String, f64>,
}

/// A mapping that a person would save.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadyProfile {
    /// Its name.
    pub name: String,
    /// `SOURCE=VARIABLE[:transform]`, beside what is suggested.
    #[serde(default)]
    pub sets: Vec<String>,
    /// Settings beside those that are suggested.
    #[serde(default)]
    pub settings: Option<Settings>,
}

/// `samples.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    sample: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: String,
    #[serde(default)]
    profile: Option<ReadyProfile>,
    state: FileState,
    #[serde(default)]
    rows: Option<u64>,
    #[serde(default)]
    metrics: BTreeMap<String, f64>,
}

/// The folder with the samples: as named, else `samples` here, else where `make install` puts them.
///
/// # Errors
/// When there is none.
pub fn folder(named: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let places = match named {
        Some(named) => vec![named],
        None => vec![
            PathBuf::from("samples"),
            PathBuf::from("/usr/local/share/plantd/samples"),
        ],
    };
    match places.iter().find(|place| place.join("samples.toml").exists()) {
        Some(place) => Ok(place.clone()),
        None => bail!("no samples.toml in {places:?}; name the folder with --samples"),
    }
}

impl Samples {
    /// Reads the samples and makes the synthetic plant.
    ///
    /// # Errors
    /// When the manifest or a file can't be read.
    pub fn load(folder: &Path) -> anyhow::Result<Samples> {
        let path = folder.join("samples.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let manifest: Manifest = toml::from_str(&text).with_context(|| path.display().to_string())?;
        let mut items = Vec::new();
        for entry in manifest.sample {
            let path = folder.join(&entry.file);
            let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            items.push(Sample {
                name,
                bytes,
                profile: entry.profile,
                state: entry.state,
                rows: entry.rows,
                metrics: entry.metrics,
            });
        }
        items.extend(demo_plant());
        Ok(Samples { items })
    }
}

/// The synthetic plant of the demo, with what is known of each file.
fn demo_plant() -> Vec<Sample> {
    plant(DEMO_SEED, 0, DEMO_YEAR, DEMO_MONTHS)
        .files
        .into_iter()
        .map(known)
        .collect()
}

fn known(file: SampleFile) -> Sample {
    Sample {
        name: file.name,
        bytes: file.bytes,
        profile: (!file.sets.is_empty()).then_some(ReadyProfile {
            name: file.folder,
            sets: file.sets,
            settings: None,
        }),
        state: FileState::Analysed,
        rows: Some(file.rows),
        metrics: file
            .metrics
            .iter()
            .filter_map(|(metric, value)| Some((metric.clone(), value.to_f64()?)))
            .collect(),
    }
}

/// The newest file of each sample.
pub async fn files(client: &Client, samples: &Samples) -> anyhow::Result<Vec<Option<FileItem>>> {
    let mut found: Vec<Option<FileItem>> = samples.items.iter().map(|_| None).collect();
    let mut page = None;
    loop {
        let filter = FileFilter {
            limit: Some(500),
            page: page.take(),
            ..FileFilter::default()
        };
        let files = client.list_files(filter).await?;
        for item in files.items {
            let place = samples.items.iter().position(|sample| sample.name == item.name);
            if let Some(slot) = place.and_then(|place| found.get_mut(place))
                && slot.as_ref().is_none_or(|known| known.seen_at < item.seen_at)
            {
                *slot = Some(item);
            }
        }
        page = files.next_page;
        if page.is_none() {
            return Ok(found);
        }
    }
}
