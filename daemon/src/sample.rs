//! `plantd sample`: writes sample exports with a ready mapping, of one kind or of a whole synthetic plant with its truth.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use plant_sample::KINDS;

/// The year of the synthetic plant in the demo.
pub const DEMO_YEAR: i32 = 2025;
/// Months of it: enough for a finding to have money.
pub const DEMO_MONTHS: u32 = 4;
/// Its seed.
pub const DEMO_SEED: u64 = 7;

/// Flags of `plantd sample`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// `cost`, `equipment`, `quality`, `efficiency`, or `plant` for a whole synthetic plant.
    kind: String,
    /// Folder to write into.
    #[arg(long, value_name = "DIR", default_value = ".")]
    to: PathBuf,
    /// Seed of the synthetic plant: the same seed gives the same bytes.
    #[arg(long, default_value_t = DEMO_SEED)]
    seed: u64,
    /// Which of its orgs: 0 writes English files in USD, 1 German ones in EUR.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=1))]
    org: u32,
    /// Its year.
    #[arg(long, default_value_t = DEMO_YEAR, value_parser = clap::value_parser!(i32).range(1971..=2068))]
    year: i32,
    /// How many months of it.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=12))]
    months: u32,
}

/// Writes the files and says what to do with them.
///
/// # Errors
/// When the kind is unknown or a file can't be written.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if arguments.kind == "plant" {
        let plant = plant_sample::plant(arguments.seed, arguments.org, arguments.year, arguments.months);
        for file in &plant.files {
            write(&arguments.to.join(&file.folder), &file.name, &file.bytes)?;
        }
        let truth = serde_json::to_vec_pretty(&plant.truth)?;
        write(&arguments.to, "truth.json", &truth)?;
        writeln!(
            out,
            "wrote {} exports and truth.json to {}",
            plant.files.len(),
            arguments.to.display()
        )?;
        return Ok(());
    }
    let Some(file) = plant_sample::kind(&arguments.kind) else {
        bail!(
            "`{}` is no kind of sample; take one of {} or plant",
            arguments.kind,
            KINDS.join(", ")
        );
    };
    write(&arguments.to, &file.name, &file.bytes)?;
    writeln!(
        out,
        "wrote {} ({} rows)",
        arguments.to.join(&file.name).display(),
        file.rows
    )?;
    if !file.sets.is_empty() {
        let sets: Vec<String> = file.sets.iter().map(|set| format!("--set \"{set}\"")).collect();
        writeln!(
            out,
            "if it is held: plant profiles save {} --from {} {}",
            arguments.kind,
            file.name,
            sets.join(" ")
        )?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(name);
    std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
