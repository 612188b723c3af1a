//! The commands. What they print is for the operator at the terminal; the log goes to standard error.

mod admin;
mod audit;
mod backup;
mod check;
mod demo;
mod doctor;
mod error_layer;
mod health;
mod import;
mod logging;
mod restore;
mod serve;
mod surroundings;
mod watchdog;
mod words;

use crate::config::{self, Config};
use crate::db::{self, Db, DbPath};
use crate::kernel::clock::Clock;
use clap::{Parser, Subcommand};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use words::{Label, Said};

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
    Demo {
        /// As after a month: 40 categories, 31 customers, 311 orders
        #[arg(long)]
        filled: bool,
    },
    /// Manage admins
    Admin {
        #[command(subcommand)]
        command: admin::Command,
    },
    /// Copy the database into a new file, beside a serving panel, and prove the copy
    Backup { file: PathBuf },
    /// Put a backup in the database's place; the panel must not run, and the replaced file is kept beside it
    Restore { file: PathBuf },
    /// Take in what another panel left behind: users with their passwords, balances, services, open orders; the panel
    /// must not run
    Import(import::Arguments),
    /// Look at configuration and database as a start would, and change nothing: exit 0, or 1 with what is wrong
    Check,
    /// Look at everything around the panel, and say of each thing how it is and what to do: exit 1 if something fails
    Doctor,
    /// Ask the panel that runs here whether it can serve: exit 0, or 1 with what fails
    Health,
    /// Prove the ledger: exit 0 and figures, or 1 and every difference
    Audit,
    /// Print every variable of the environment, explained in both languages, as a file for systemd or Docker
    Env,
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
        Command::Demo { filled } => demo::run(filled),
        Command::Admin { command } => admin::run(command),
        Command::Backup { file } => backup::run(&file),
        Command::Restore { file } => restore::run(&file),
        Command::Import(arguments) => import::run(arguments),
        Command::Check => check::run(),
        Command::Doctor => doctor::run(),
        Command::Health => health::run(),
        Command::Audit => audit::run(),
        Command::Env => env(),
        Command::Openapi => openapi(),
    };
    logging::finish();
    outcome.unwrap_or_else(|why| {
        let mut out = std::io::stderr().lock();
        for line in why.to_string().lines() {
            let _ = writeln!(out, "smm-panel: {line}");
        }
        ExitCode::FAILURE
    })
}

fn env() -> Outcome {
    say(format_args!("{}", config::env_file().trim_end()));
    Ok(ExitCode::SUCCESS)
}

fn openapi() -> Outcome {
    say(format_args!("{}", String::from_utf8_lossy(&crate::web::openapi::json()).trim_end()));
    Ok(ExitCode::SUCCESS)
}

/// A line for the terminal. A terminal that has gone away is no reason to stop.
fn say(line: std::fmt::Arguments) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A line with what it is about at its beginning.
fn tell(label: Label, what: &dyn std::fmt::Display) {
    say(format_args!("{label} {what}"));
}

/// The database of the environment, for a command that runs beside a serving panel. It is not migrated.
fn existing_database(config: &Config) -> Result<Db, Failure> {
    require_database(config)?;
    Ok(Db::open_beside(&config.database, Clock::system())?)
}

/// That there is one: a command that runs beside a panel does not make it.
fn require_database(config: &Config) -> Result<(), Failure> {
    let path: &DbPath = &config.database;
    if !path.as_path().exists() {
        return Err(Said::NoDatabase(path.as_path()).to_string().into());
    }
    Ok(())
}
