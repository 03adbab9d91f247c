//! The line commands: each screen's twin for scripts and for people in a hurry.
//!
//! Invariants: data goes to standard output and notes to standard error; exit codes are those of [`failure`]; a closed
//! pipe ends quietly.

pub mod aliases;
pub mod analyses;
pub mod ask;
pub mod calendars;
mod context;
pub mod failure;
pub mod files;
pub mod metrics;
pub mod operators;
pub mod orgs;
pub mod output;
pub mod profiles;
pub mod references;
pub mod series;
pub mod system;
mod tried;
pub mod typed;

use std::io::Write;

use clap::CommandFactory;
use plant_proto::client::{Client, Listing};

use crate::cli::{Cli, Command, Global};
use crate::environment::Environment;
use context::Context;
use failure::Failure;
use output::{Form, Output};

/// Runs a line command.
pub async fn run(
    command: Command,
    global: &Global,
    environment: &Environment,
    writer: impl Write,
    on_terminal: bool,
) -> Result<(), Failure> {
    let form = match (global.json, global.csv) {
        (true, _) => Form::Json,
        (false, true) => Form::Csv,
        (false, false) => Form::Text,
    };
    let mut output = Output::new(writer, form, !global.no_header);
    match command {
        Command::Completions { shell } => return completions(shell, &mut output),
        Command::Man => return manual(&mut output),
        _ => {}
    }
    let target = crate::target::default_target(global.host.as_deref(), environment).map_err(Failure::Usage)?;
    let mut org = global.org.clone().or_else(|| environment.org.clone());
    if let Command::Org { what: Some(what) } = &command
        && let Some(whose) = what.whose()
        && let Some(named) = whose.map_err(Failure::Usage)?.org
    {
        if global.org.as_ref().is_some_and(|other| *other != named) {
            let twice = format!(
                "--org {} and {named} are two orgs; name one",
                global.org.as_deref().unwrap_or_default()
            );
            return Err(Failure::Usage(twice));
        }
        org = Some(named);
    }
    if let Command::Health { nagios: true } = &command {
        return system::nagios(Client::connect(target, org).await, &mut output).await;
    }
    let context = Context {
        client: Client::connect(target, org).await?,
        output,
        listing: Listing {
            limit: global.limit,
            page: global.page.clone(),
        },
        on_terminal,
        editor: environment.editor.clone(),
    };
    dispatch(command, context).await
}

async fn dispatch<W: Write>(command: Command, mut context: Context<W>) -> Result<(), Failure> {
    let context = &mut context;
    match command {
        Command::Status => system::status(context).await,
        Command::Health { .. } => system::health(context).await,
        Command::Folders { what } => system::folders(what, context).await,
        Command::Usage { month } => system::usage(month.as_deref(), context).await,
        Command::Audit { what } => system::audit(what, context).await,
        Command::Org { what } => orgs::run(what, context).await,
        Command::Operators { what } => operators::run(what, context).await,
        Command::Files { what, filter } => files::run(what, filter, context).await,
        Command::Push { path, folder } => files::push(&path, folder.as_deref(), context).await,
        Command::Profiles { what } => profiles::run(what, context).await,
        Command::Series { what } => series::run(what, context).await,
        Command::Aliases { what } => aliases::run(what, context).await,
        Command::Calendars { what } => calendars::run(what, context).await,
        Command::References { what } => references::run(what, context).await,
        Command::Records { file, filters } => metrics::records(file, filters, context).await,
        Command::Metrics { what } => metrics::run(what, context).await,
        Command::Analyses { what } => analyses::analyses(what, context).await,
        Command::Findings { what } => analyses::findings(what, context).await,
        Command::Savings => analyses::savings(context).await,
        Command::Ask { question, about } => ask::run(&question, about.as_deref(), context).await,
        Command::Completions { shell } => completions(shell, &mut context.output),
        Command::Man => manual(&mut context.output),
    }
}

fn completions<W: Write>(shell: clap_complete::Shell, output: &mut Output<W>) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "plant", &mut script);
    output.raw(&String::from_utf8_lossy(&script))
}

fn manual<W: Write>(output: &mut Output<W>) -> Result<(), Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    output.raw(&String::from_utf8_lossy(&page))
}
