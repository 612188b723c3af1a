//! The commands. What they print is for the operator at the terminal; the log goes to standard error.

mod admin;
mod audit;
mod demo;
mod logging;
mod serve;
mod surroundings;

use crate::config::Config;
use crate::db::{self, Db, DbPath};
use crate::kernel::clock::Clock;
use clap::{Parser, Subcommand};
use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

/// A social media marketing panel in one binary and one SQLite file.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the panel (the default)
    Serve,
    /// Serve a throw-away panel with sample data, on this machine only
    Demo,
    /// Manage admins
    Admin {
        #[command(subcommand)]
        command: admin::Command,
    },
    /// Prove the ledger: exit 0 and figures, or 1 and every difference
    Audit,
    /// Print the API's OpenAPI document
    Openapi,
}

/// Why a command failed: a sentence for the terminal.
type Failure = Box<dyn Error + Send + Sync>;
type Outcome = Result<ExitCode, Failure>;

/// Runs the command line.
pub fn main() -> ExitCode {
    surroundings::keep_files_private();
    db::before_end(logging::finish);
    let command = Arguments::parse().command.unwrap_or(Command::Serve);
    let outcome = match command {
        Command::Serve => serve::serve(),
        Command::Demo => demo::run(),
        Command::Admin { command } => admin::run(command),
        Command::Audit => audit::run(),
        Command::Openapi => openapi(),
    };
    logging::finish();
    outcome.unwrap_or_else(|why| {
        let _ = writeln!(std::io::stderr(), "smm-panel: {why}");
        ExitCode::FAILURE
    })
}

fn openapi() -> Outcome {
    say(format_args!("{}", String::from_utf8_lossy(crate::web::openapi::json())));
    Ok(ExitCode::SUCCESS)
}

/// A line for the terminal. A terminal that has gone away is no reason to stop.
fn say(line: std::fmt::Arguments) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The database of the environment, for a command that runs beside a serving panel. It is not migrated.
fn existing_database(config: &Config) -> Result<Db, Failure> {
    let path: &DbPath = &config.database;
    if !path.as_path().exists() {
        let path = path.as_path().display();
        return Err(
            format!("there is no database at {path}; `smm-panel serve` makes it at its first start").into()
        );
    }
    Ok(Db::open_beside(path, Clock::system())?)
}
