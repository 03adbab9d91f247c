//! The command line of `plant`: what can be typed, in the words of the plant.

mod calendars;

use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use plant_core::access::Role;
use plant_core::alias::AliasKind;
use plant_core::metric::Grain;
use plant_core::model::{Analyzer, FindingState};
use plant_core::operator::Operators as Kept;
use plant_core::profile::DateOrder;
use plant_core::series;
use plant_core::state::FileState;
use plant_core::word::UnknownWord;

pub use calendars::{Calendars, SetCalendar};

/// Plant Intel in the terminal: exports, mappings, analyses, findings and answers.
///
/// Without a command it opens the screens. Every screen has a line twin below; add --json for scripts.
#[derive(Debug, Parser)]
#[command(name = "plant", version, disable_help_subcommand = true, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes: 0 ok, 1 failed, 2 usage, 3 daemon unreachable, 4 not allowed or over quota, \
                          5 answer refused or not grounded.";

/// What every command understands.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Where the daemon is: unix:PATH or https://HOST:PORT. Else PLANT_HOST, else /run/plantd/plantd.sock, else the
    /// socket in your state directory.
    #[arg(long, global = true, value_name = "TARGET")]
    pub host: Option<String>,
    /// Act in this org, if you may act in several; else PLANT_ORG.
    #[arg(long, global = true, value_name = "NAME")]
    pub org: Option<String>,
    /// Print one JSON object.
    #[arg(long, global = true, conflicts_with = "csv")]
    pub json: bool,
    /// Print a list as CSV (RFC 4180; cells that a spreadsheet would run as a formula are escaped).
    #[arg(long, global = true)]
    pub csv: bool,
    /// Leave out the header line of a table or CSV.
    #[arg(long, global = true)]
    pub no_header: bool,
    /// At most so many items of a list.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=500))]
    pub limit: Option<u32>,
    /// Continue a list at this token (the `next_page` of the page before).
    #[arg(long, global = true, value_name = "TOKEN")]
    pub page: Option<String>,
}

/// The line commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// How the daemon is: health, folders, queue, database.
    Status,
    /// The watched export folders.
    Folders {
        #[command(subcommand)]
        what: Option<Folders>,
    },
    /// The export files and where each stands.
    #[command(args_conflicts_with_subcommands = true)]
    Files {
        #[command(subcommand)]
        what: Option<Files>,
        #[command(flatten)]
        filter: FilesFilter,
    },
    /// Hand a file over to be taken in, as if it were dropped into a folder.
    Push {
        /// The file.
        path: PathBuf,
        /// The watched folder that it goes to (path or id); else the daemon's own inbox.
        #[arg(long, value_name = "FOLDER")]
        folder: Option<String>,
    },
    /// The saved mappings of columns to variables.
    Profiles {
        #[command(subcommand)]
        what: Option<Profiles>,
    },
    /// Which files are versions of the same records, and which of their rows count.
    Series {
        #[command(subcommand)]
        what: Option<Series>,
    },
    /// Names of machines and products that go by another name.
    Aliases {
        #[command(subcommand)]
        what: Option<Aliases>,
    },
    /// When the sites are planned to work: shifts, breaks, holidays.
    Calendars {
        #[command(subcommand)]
        what: Option<Calendars>,
    },
    /// What files tell of products, machines and steps (costs, cycle times, lines), and who takes it from there.
    References {
        #[command(subcommand)]
        what: Option<References>,
    },
    /// The rows as taken in.
    Records {
        /// Only those of this file (id, unique start of an id, or name).
        #[arg(long, value_name = "ID")]
        file: Option<String>,
        /// Only rows whose variable has this value.
        #[arg(long = "where", value_name = "VARIABLE=VALUE", value_parser = pair)]
        filters: Vec<(String, String)>,
    },
    /// Figures: the catalogue, and the values.
    Metrics {
        #[command(subcommand)]
        what: Option<Metrics>,
    },
    /// Runs of the four analyzers.
    Analyses {
        #[command(subcommand)]
        what: Option<Analyses>,
    },
    /// Losses with their evidence.
    Findings {
        #[command(subcommand)]
        what: Option<Findings>,
    },
    /// The savings ledger: verified and identified against the goal.
    Savings,
    /// Ask a question about the data, in words.
    Ask {
        /// The question; `-` reads it from standard input.
        question: String,
        /// Ask about this file, analysis or finding.
        #[arg(long, value_name = "ID")]
        about: Option<String>,
    },
    /// What the org used in a month.
    Usage {
        /// The month; the current one when left out.
        #[arg(long, value_name = "YYYY-MM")]
        month: Option<String>,
    },
    /// Who did what.
    Audit {
        #[command(subcommand)]
        what: Option<Audit>,
    },
    /// Whether everything is well, for monitoring.
    Health {
        /// Print one line for Nagios-like tools and exit 0, 1, 2 or 3 (ok, warning, critical, unknown).
        #[arg(long)]
        nagios: bool,
    },
    /// The operators that rows name, and who is behind a code.
    Operators {
        #[command(subcommand)]
        what: Option<OperatorsVerb>,
    },
    /// The orgs of this daemon.
    Org {
        #[command(subcommand)]
        what: Option<Orgs>,
    },
    /// Print the completion script of a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

/// Commands on folders.
#[derive(Debug, Subcommand)]
pub enum Folders {
    /// Watch a folder.
    Add {
        /// The folder, as the daemon's machine names it.
        path: PathBuf,
        /// The site that its exports belong to.
        #[arg(long)]
        site: Option<String>,
        /// How changes are noticed; left out, the file system decides.
        #[arg(long, value_enum)]
        mode: Option<Mode>,
        /// Ignore files that were last changed before (2025-03-01 or 2025-03-01T06:00:00Z).
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
    },
    /// List them.
    List,
    /// Say where a folder's exports come from. A row that names its own site, line or machine keeps it; what is in is read
    /// again.
    Set {
        /// Its path or id.
        folder: String,
        /// The site; `none` takes it away.
        #[arg(long)]
        site: Option<String>,
        /// The line; `none` takes it away.
        #[arg(long)]
        line: Option<String>,
        /// The machine; `none` takes it away.
        #[arg(long)]
        machine: Option<String>,
        /// The IANA zone of local times (Europe/Berlin); `none` for that of the org.
        #[arg(long)]
        zone: Option<String>,
        /// Only say what it would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Stop watching a folder; what was taken in stays.
    Remove {
        /// Its path or id.
        folder: String,
    },
    /// Say that what stands at a folder's path by now is the right folder (it was made again, or mounted elsewhere).
    Confirm {
        /// Its path or id.
        folder: String,
    },
}

/// How changes in a folder are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Events of the file system, with scans.
    Watch,
    /// Scans only (network shares).
    Poll,
}

impl Mode {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Watch => "watch",
            Mode::Poll => "poll",
        }
    }
}

/// Which files to list.
#[derive(Debug, Clone, Default, Args)]
pub struct FilesFilter {
    /// Only files in this state (may be given several times).
    #[arg(long, value_name = "STATE", value_parser = one_of(FileState::ALL, FileState::name))]
    pub state: Vec<FileState>,
    /// Only files of this folder.
    #[arg(long, value_name = "PATH")]
    pub folder: Option<String>,
    /// Only files first seen at or after this time (2025-03-01 or 2025-03-01T06:00:00Z).
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only files whose name contains this.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
}

/// Commands on files. ID is an id, a unique start of one (4 characters or more), or a file name.
#[derive(Debug, Subcommand)]
pub enum Files {
    /// List them, the newest first.
    List {
        #[command(flatten)]
        filter: FilesFilter,
    },
    /// Everything about one file: columns, problems, timeline, next step.
    Show {
        /// The file.
        id: String,
    },
    /// Wait until files are analysed, held, failed, duplicate, ignored or unsupported.
    Wait {
        /// The files; none with --all. A name that is not there yet is waited for.
        ids: Vec<String>,
        /// Wait for every file that the daemon knows.
        #[arg(long)]
        all: bool,
        /// Give up after so many seconds (exit 1).
        #[arg(long, value_name = "S", default_value_t = 300)]
        timeout: u64,
    },
    /// Why it was read, held, ignored or called a duplicate.
    Explain {
        /// The file.
        id: String,
    },
    /// Decide what is asked about a file: a word that `plant files show` names beside the question.
    Answer {
        /// The file.
        id: String,
        /// The choice.
        #[arg(value_parser = one_of(series::Answer::ALL, series::Answer::name))]
        choice: series::Answer,
    },
    /// Read files that are in once more, from their originals, with the newest version of their profile.
    Reread {
        #[command(flatten)]
        which: Which,
        /// Only show what it would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Take the rows of files out of count; nothing is lost, and `restore` lets them count again.
    Withdraw {
        #[command(flatten)]
        which: Which,
        /// Why, in a few words.
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Let the rows of withdrawn files count again.
    Restore {
        #[command(flatten)]
        which: Which,
    },
    /// One line of it as it was read, even if the plant has deleted it since.
    Line {
        /// The file.
        id: String,
        /// The line, from 1; the row, in a workbook.
        line: u64,
    },
    /// Read it again.
    Retry {
        /// The file.
        #[arg(required_unless_present = "failed", conflicts_with = "failed")]
        id: Option<String>,
        /// Every failed file, and every analysis that was given up.
        #[arg(long)]
        failed: bool,
    },
}

/// Files to be acted on.
#[derive(Debug, Args)]
pub struct Which {
    /// The files.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// All files of this folder that are in.
    #[arg(long, value_name = "PATH")]
    pub folder: Option<String>,
    /// All files that are in and were first seen at or after this time.
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// All files that are in and were read by this profile.
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
}

/// Commands on series. SERIES is an id, a unique start of one, its name, or a file of it.
#[derive(Debug, Subcommand)]
pub enum Series {
    /// List them, those with a question first.
    List,
    /// Everything about one: what was seen, what is asked, its versions.
    Show {
        /// The series.
        series: String,
    },
    /// Say what its versions are to each other, or what identifies a row. Which rows count is derived anew.
    Set {
        /// The series.
        series: String,
        /// How its versions stand to each other; `auto` goes by evidence.
        #[arg(long, value_name = "MODE", value_parser = or_auto(series::Mode::ALL.map(series::Mode::name)))]
        mode: Option<String>,
        /// Variables whose values together identify a row, parted by commas; `none` for the whole row.
        #[arg(long, value_name = "V,V", value_delimiter = ',')]
        key: Option<Vec<String>>,
        /// A column that is not mapped and does not tell rows apart (may be repeated); `none` for none. What is in is read
        /// again for it.
        #[arg(long, value_name = "COLUMN")]
        ignore: Vec<String>,
        /// What says which version is the newer one: `time` of the last change or number in the `name`; `auto` is the
        /// time, and asks where names contradict it.
        #[arg(long, value_name = "BASIS", value_parser = or_auto(series::Basis::ALL.map(series::Basis::name)))]
        rank: Option<String>,
    },
    /// Put all versions of the second series into the first.
    Merge {
        /// The series that stays.
        into: String,
        /// The series that is emptied.
        from: String,
    },
    /// Put some of its files into a new series.
    Split {
        /// The series.
        series: String,
        /// The files that go.
        #[arg(required = true)]
        files: Vec<String>,
    },
    /// Put one file into another series.
    Move {
        /// The file.
        file: String,
        /// The series.
        to: String,
    },
}

/// Commands on aliases.
#[derive(Debug, Subcommand)]
pub enum Aliases {
    /// List those that were decided, then those that are suggested because names look alike.
    List,
    /// Have a name go by another one, in every figure; rows keep what their file says.
    Add {
        /// What is named.
        #[arg(value_parser = one_of(AliasKind::ALL, AliasKind::name))]
        kind: AliasKind,
        /// The name, and the one that stands for it.
        #[arg(value_name = "NAME=CANONICAL", value_parser = alias)]
        names: (String, String),
        /// Only say what it would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Have a name go by itself again.
    Remove {
        /// What is named.
        #[arg(value_parser = one_of(AliasKind::ALL, AliasKind::name))]
        kind: AliasKind,
        /// The name.
        name: String,
        /// Only say what it would change.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Commands on reference lists.
#[derive(Debug, Subcommand)]
pub enum References {
    /// What is told of each variable: of which things, in which files, and what uses it.
    List,
    /// The entries of one, each with its file and line.
    Show {
        /// The variable, such as `standard_unit_cost`.
        kind: String,
        /// Only things with this code.
        #[arg(long = "where", value_name = "VARIABLE=CODE", value_parser = pair)]
        filters: Vec<(String, String)>,
    },
}

/// Commands on profiles.
#[derive(Debug, Subcommand)]
pub enum Profiles {
    /// List them.
    List {
        /// Also those that are no longer used for new files.
        #[arg(long)]
        all: bool,
    },
    /// Show one with its columns.
    Show {
        /// Its name or id.
        profile: String,
    },
    /// What the columns of a file could be, with samples and confidence.
    Suggest {
        /// The file (id or name), or the path of a local file, which is handed over first.
        file: String,
    },
    /// Save the mapping of a file; held files that fit it are taken in.
    Save(Box<ProfileSave>),
    /// Copy a profile under another name.
    Clone {
        /// The profile.
        profile: String,
        /// The new name.
        name: String,
    },
    /// No longer use it for new files.
    Archive {
        /// The profile.
        profile: String,
    },
    /// Print it as TOML.
    Export {
        /// The profile.
        profile: String,
    },
    /// Save a profile from TOML.
    Import {
        /// The file; `-` reads standard input.
        path: PathBuf,
    },
    /// Change it in your editor (VISUAL or EDITOR) and save a new version.
    Edit {
        /// The profile.
        profile: String,
    },
}

/// What `profiles save` is told.
#[derive(Debug, Clone, Default, Args)]
pub struct ProfileSave {
    /// Name of the profile; an existing name gets a new version.
    pub name: String,
    /// The file whose columns and suggestion it starts from.
    #[arg(long, value_name = "ID")]
    pub from: String,
    /// Map a column; SOURCE= alone unmaps it.
    #[arg(long = "set", value_name = "SOURCE=VARIABLE[:TRANSFORM]")]
    pub sets: Vec<String>,
    /// Do something with the lines first: sheets:2025-*, units_row:1, fill_down:A|B, drop_where:A=TEXT|TEXT (or A!=TEXT, A~PATTERN, A=),
    /// split_rows:A|B@SEPARATOR>C, unpivot:NAME|VALUE=A|B*, pivot:NAMES|VALUES; STEP: takes one away.
    #[arg(long = "shape", value_name = "STEP:ARGUMENT")]
    pub steps: Vec<String>,
    /// Make a variable of several columns or of none: date+time:A|B, sum:A|B, first_of:A|B, map:A|CELL=VALUE,
    /// name_part:PATTERN, folder_part:PATTERN, preamble:LABEL, constant:TEXT.
    #[arg(long = "output", value_name = "VARIABLE=FORM:ARGUMENT")]
    pub outputs: Vec<String>,
    /// Derive from rows in their order: counter:VARIABLE[,rollover=N][,max_step=N][,zero=reset] where its cells are readings
    /// of a counter, intervals:state where a row says since when a state is there; VARIABLE= or intervals= takes one away.
    #[arg(long = "step", value_name = "STEP:ARGUMENT")]
    pub series_steps: Vec<String>,
    /// Variables that together identify a row, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "VARIABLE")]
    pub key: Vec<String>,
    /// Which part of a date comes first.
    #[arg(long, value_name = "ORDER", value_parser = one_of(DateOrder::ALL, DateOrder::name))]
    pub date_order: Option<DateOrder>,
    /// The decimal sign: . or ,
    #[arg(long, value_name = "SIGN")]
    pub decimal: Option<String>,
    /// The text encoding.
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
    /// The line of the column names, from 1; 0 where there is none.
    #[arg(long, value_name = "LINE")]
    pub header_line: Option<u64>,
    /// The sheet of a workbook.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// IANA zone of its local times.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// ISO 4217 currency of its money.
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// A column without which a file is held.
    #[arg(long = "require", value_name = "SOURCE")]
    pub required: Vec<String>,
    /// Only show what it would change.
    #[arg(long)]
    pub dry_run: bool,
}

/// Commands on metrics.
#[derive(Debug, Subcommand)]
pub enum Metrics {
    /// The catalogue, with formulas and sources.
    List,
    /// One of the catalogue: its formula, what it is made of, why it may have no value.
    Show {
        /// The metric by name (`plant metrics list`).
        metric: String,
    },
    /// Values.
    Get(MetricsGet),
}

/// What `metrics get` is told.
#[derive(Debug, Clone, Default, Args)]
pub struct MetricsGet {
    /// Metrics by name (`plant metrics list`).
    #[arg(required = true)]
    pub metrics: Vec<String>,
    /// Group by a dimension (machine, product_code, shift, …) or by file; several are allowed.
    #[arg(long, value_name = "DIMENSION", value_delimiter = ',')]
    pub by: Vec<String>,
    /// Only this file.
    #[arg(long, value_name = "ID")]
    pub file: Option<String>,
    /// First local date, included.
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Local date at which it ends, not included: --from 2025-03-01 --to 2025-04-01 is March.
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Only rows whose dimension has this value.
    #[arg(long = "where", value_name = "DIMENSION=VALUE", value_parser = pair)]
    pub filters: Vec<(String, String)>,
    /// Group by time.
    #[arg(long, value_parser = one_of(Grain::ALL, Grain::name))]
    pub grain: Option<Grain>,
    /// Order by value: desc (largest first) or asc.
    #[arg(long, value_name = "ORDER")]
    pub order: Option<String>,
}

/// Commands on analyses.
#[derive(Debug, Subcommand)]
pub enum Analyses {
    /// List them, the newest first.
    List {
        /// Only those of this file.
        #[arg(long, value_name = "ID")]
        file: Option<String>,
    },
    /// One with its figures.
    Show {
        /// The analysis.
        id: String,
    },
}

/// Commands on findings.
#[derive(Debug, Subcommand)]
pub enum Findings {
    /// List them.
    List {
        /// Only those of this analysis.
        #[arg(long, value_name = "ID")]
        analysis: Option<String>,
        /// Only those of this analyzer.
        #[arg(long, value_parser = one_of(Analyzer::ALL, Analyzer::name))]
        analyzer: Option<Analyzer>,
        /// Only those in this state.
        #[arg(long, value_parser = one_of(FindingState::ALL, FindingState::name))]
        state: Option<FindingState>,
    },
    /// One with its evidence.
    Show {
        /// The finding.
        id: String,
    },
}

/// Commands on the audit log.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// The entries, the newest first.
    List,
    /// Check the chain of hashes; exit 1 where it does not hold.
    Verify,
}

/// Commands on orgs.
#[derive(Debug, Subcommand)]
pub enum Orgs {
    /// List them.
    List,
    /// Create one.
    Create {
        /// Its name.
        name: String,
        /// IANA zone of its plant.
        #[arg(long, default_value = "UTC")]
        zone: String,
        /// ISO 4217 currency.
        #[arg(long)]
        currency: Option<String>,
    },
    /// Who may do what.
    Grants,
    /// Let somebody in, or change their role: `plant org grant unix:4242 --role viewer`.
    #[command(override_usage = "plant org grant [ORG] ACCOUNT --role ROLE")]
    Grant {
        /// The account: unix:UID, or its name on the daemon's machine; before it the org, else it is that of --org.
        #[arg(value_name = "ACCOUNT", num_args = 0..=2)]
        words: Vec<String>,
        /// The account, where only the org stands before it.
        #[arg(long = "to", value_name = "ACCOUNT")]
        account: Option<String>,
        /// What it may do, each role including those before it.
        #[arg(long, value_parser = one_of(Role::ALL, Role::name))]
        role: Role,
    },
    /// Take a grant away, at once: `plant org revoke unix:4242`.
    #[command(override_usage = "plant org revoke [ORG] ACCOUNT")]
    Revoke {
        /// The account: unix:UID, or its name on the daemon's machine; before it the org, else it is that of --org.
        #[arg(value_name = "ACCOUNT", num_args = 0..=2)]
        words: Vec<String>,
        /// The account, where only the org stands before it.
        #[arg(long = "from", value_name = "ACCOUNT")]
        account: Option<String>,
    },
}

/// Whose right, in which org (`None`: that of the call).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// Name of the org.
    pub org: Option<String>,
    /// The account.
    pub account: String,
}

impl Orgs {
    /// Whose right it is about, where it is about one; `Err` says what is wrong with what was typed.
    pub fn whose(&self) -> Option<Result<Whose, String>> {
        let (verb, option, words, account) = match self {
            Orgs::Grant { words, account, .. } => ("grant", "--to", words, account),
            Orgs::Revoke { words, account } => ("revoke", "--from", words, account),
            Orgs::List | Orgs::Create { .. } | Orgs::Grants => return None,
        };
        let rest = if verb == "grant" { " --role ROLE" } else { "" };
        let (org, account) = match (words.as_slice(), account) {
            ([account], None) | ([], Some(account)) => (None, account),
            ([org, account], None) | ([org], Some(account)) => (Some(org), account),
            ([], None) => {
                return Some(Err(format!("whose? plant org {verb} unix:UID{rest}")));
            }
            _ => {
                return Some(Err(format!(
                    "the account is named twice, before {option} and after it: plant org {verb} [ORG] unix:UID{rest}"
                )));
            }
        };
        Some(Ok(Whose {
            org: org.cloned(),
            account: account.clone(),
        }))
    }
}

/// Commands on operators.
#[derive(Debug, Subcommand)]
pub enum OperatorsVerb {
    /// List them.
    List,
    /// Say who is behind a code; the audit log says who asked.
    Resolve {
        /// The code, such as op-7f3a9c2d41b0.
        code: String,
    },
    /// Keep them by codes or by names from now on; files that name some are read again.
    Set {
        /// How.
        #[arg(value_parser = one_of(Kept::ALL, Kept::name))]
        kept: Kept,
    },
}

/// One of the words known; another is a usage error that names them.
fn one_of<T, const N: usize>(all: [T; N], name: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = UnknownWord> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(all.map(name)).try_map(|word| word.parse::<T>())
}

/// One of these words, or that it goes by evidence.
fn or_auto<const N: usize>(words: [&'static str; N]) -> PossibleValuesParser {
    PossibleValuesParser::new(words.into_iter().chain(["auto"]))
}

fn alias(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, canonical)) => Ok((name.to_owned(), canonical.to_owned())),
        None => Err("give it as NAME=CANONICAL".to_owned()),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("give it as NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests;
