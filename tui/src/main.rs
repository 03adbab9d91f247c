//! `plant`: the terminal of Plant Intel. Without a command it opens the screens; each screen has a line twin.

mod app;
mod clean;
mod cli;
mod environment;
mod keymap;
mod line;
mod link;
mod mapping;
mod runtime;
mod screen;
mod subject;
mod target;
mod theme;
mod widget;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

// Screens and line commands write figures in the one way there is.
use plant_core::words as figure;

use crate::cli::{Cli, Global};
use crate::environment::Environment;
use crate::line::failure::{Failure, code};
use crate::runtime::Ended;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => return refuse(&error),
        // Help and version, which hold nothing from outside.
        Err(error) => error.exit(),
    };
    let environment = environment::read();
    // One thread is enough: what takes time happens in the daemon.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("can't start: {error}"), code::FAILED),
    };
    let ended = match cli.command {
        None => runtime.block_on(screens(&cli.global, &environment)),
        Some(command) => {
            let stdout = std::io::stdout();
            let on_terminal = stdout.is_terminal();
            // Locked for the whole run, and written in one piece where nobody watches.
            let writer = std::io::BufWriter::new(stdout.lock());
            runtime.block_on(lines(command, &cli.global, &environment, writer, on_terminal))
        }
    };
    // Reading standard input may still block a thread; the answer is out, so nobody waits for it.
    runtime.shutdown_background();
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            let text = failure.to_string();
            if text.is_empty() {
                ExitCode::from(failure.exit_code())
            } else {
                complain(&text, failure.exit_code())
            }
        }
    }
}

async fn lines(
    command: cli::Command,
    global: &Global,
    environment: &Environment,
    mut writer: impl Write,
    on_terminal: bool,
) -> Result<u8, Failure> {
    let ended = line::run(command, global, environment, &mut writer, on_terminal).await;
    // What was printed before it failed is printed; its own failure to print is the lesser news then.
    let flushed = writer.flush();
    ended?;
    flushed?;
    Ok(0)
}

async fn screens(global: &Global, environment: &Environment) -> Result<u8, Failure> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Failure::Usage(
            "the screens need a terminal; for scripts use line commands, such as `plant status --json`".to_owned(),
        ));
    }
    let target = target::default_target(global.host.as_deref(), environment).map_err(Failure::Usage)?;
    let org = global.org.clone().or_else(|| environment.org.clone());
    match runtime::run(target, org, environment.unicode).await {
        Ok(Ended::Quit) => Ok(0),
        // As a shell reports it for a program that a signal ended.
        Ok(Ended::Signal(number)) => Ok(u8::try_from(128 + number).unwrap_or(code::FAILED)),
        Err(error) => Err(Failure::Failed(format!("{error:#}"))),
    }
}

/// A line that can't be understood. The message quotes it, and a shell may have put names of files into it.
fn refuse(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let shown = plant_core::sanitize::text(&text);
    // That nobody reads it is no reason to fail otherwise.
    let _ = std::io::stderr().lock().write_all(shown.as_bytes());
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(code::USAGE))
}

fn complain(text: &str, code: u8) -> ExitCode {
    line::output::note(&format!("plant: {text}"));
    ExitCode::from(code)
}
