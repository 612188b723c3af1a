//! `smm-panel doctor`: how everything around the panel is, and what to do about it. In Vietnamese where the terminal's
//! language is.

use super::words::language;
use super::{Outcome, say};
use crate::config::{self, Config};
use crate::db::Db;
use crate::jobs::doctor::{self, Patient};
use crate::kernel::clock::Clock;
use crate::kernel::finding::{Checked, Finding, Level};
use crate::kernel::language::Language;
use crate::notify::{check_name, in_words};
use std::io::IsTerminal;
use std::process::ExitCode;

pub(super) fn run() -> Outcome {
    let mut found = match Config::from_env() {
        Ok(config) => examine(&config),
        Err(why) => doctor::refused(&why),
    };
    if let Err(said) = config::listening() {
        found.push(Checked { check: "environment", finding: Finding::EnvironmentRefused { said } });
    }
    let language = language();
    let widest = found.iter().map(|checked| check_name(language, checked).chars().count()).max();
    found.iter().for_each(|checked| tell(language, checked, widest.unwrap_or_default()));
    let fails = found.iter().any(Checked::is_failing);
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn examine(config: &Config) -> Vec<Checked> {
    let clock = Clock::system();
    // What cannot be opened is told by the look at it.
    let db = Db::open_beside(&config.database, clock.clone()).ok();
    let found = doctor::examine(&Patient { config, clock: &clock, db: db.as_ref(), app: None });
    if let Some(db) = db {
        db.close_blocking();
    }
    found
}

fn tell(language: Language, checked: &Checked, widest: usize) {
    let level = checked.finding.level();
    let colour = match level {
        Level::Ok => "\u{1b}[32m",
        Level::Warning => "\u{1b}[33m",
        Level::Failing => "\u{1b}[31m",
    };
    let word = match (language, level) {
        (Language::English, Level::Ok) => "ok",
        (Language::English, Level::Warning) => "look",
        (Language::English, Level::Failing) => "FAILS",
        (Language::Vietnamese, Level::Ok) => "tốt",
        (Language::Vietnamese, Level::Warning) => "xem",
        (Language::Vietnamese, Level::Failing) => "HỎNG",
    };
    let (colour, plain) = if std::io::stdout().is_terminal() { (colour, "\u{1b}[0m") } else { ("", "") };
    let words = in_words(language, &checked.finding);
    let name = check_name(language, checked);
    let remedy = words.remedy.map(|remedy| format!(" → {remedy}")).unwrap_or_default();
    say(format_args!("{colour}{word:<5}{plain} {name:<widest$} {}{remedy}", words.said));
}
