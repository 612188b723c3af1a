//! `smm-panel admin`: accounts with the role admin, made on the server itself.

use super::words::OfAccount;
use super::{Failure, Outcome, existing_database, say};
use crate::accounts::password::{self, Cost};
use crate::accounts::{self, AccountError, NewAccount};
use crate::audit_log::Actor;
use crate::config::Config;
use clap::Subcommand;
use std::process::ExitCode;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Make a new admin
    Create {
        #[arg(long)]
        username: String,
        #[arg(long)]
        email: String,
        /// Read the password from standard input; otherwise a random one is printed
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give a user a new password; all of the user's sessions end, and so does a ban
    ResetPassword {
        #[arg(long)]
        username: String,
        /// Read the password from standard input; otherwise a random one is printed
        #[arg(long)]
        password_stdin: bool,
        /// Take the second factor off too: log-ins ask for the password alone
        #[arg(long)]
        disable_totp: bool,
    },
}

pub(super) fn run(command: Command) -> Outcome {
    let config = Config::from_env()?;
    match command {
        Command::Create { username, email, password_stdin } => {
            create(&config, &username, &email, password_stdin)
        }
        Command::ResetPassword { username, password_stdin, disable_totp } => {
            reset(&config, username, password_stdin, disable_totp)
        }
    }
}

fn create(config: &Config, username: &str, email: &str, stdin: bool) -> Outcome {
    let db = existing_database(config)?;
    let chosen = Chosen::read(stdin)?;
    let account = NewAccount::check(username, email, chosen.text.clone(), None).map_err(|why| told(&why))?;
    let hash = password::hash(&account.password, cost(config)?)?;
    let made = db.write_blocking(move |tx| accounts::create_admin(tx, &Actor::CONSOLE, &account, &hash));
    db.close_blocking();
    let profile = made.map_err(|why| told(&why))?;
    say(format_args!("{}", OfAccount::AdminCreated(&profile.user.username)));
    chosen.show();
    Ok(ExitCode::SUCCESS)
}

fn reset(config: &Config, username: String, stdin: bool, disable_totp: bool) -> Outcome {
    let db = existing_database(config)?;
    let chosen = Chosen::read(stdin)?;
    accounts::check_new_password("password", &chosen.text).map_err(|why| told(&why))?;
    let hash = password::hash(&chosen.text, cost(config)?)?;
    let name = username.clone();
    let done = db.write_blocking(move |tx| {
        let reset = accounts::reset_password(tx, &Actor::CONSOLE, &name, &hash)?;
        let had_factor = disable_totp && accounts::take_second_factor(tx, &Actor::CONSOLE, reset.user)?;
        Ok::<_, AccountError>((reset, had_factor))
    });
    db.close_blocking();
    let (reset, had_factor) = done.map_err(|why| told(&why))?;
    say(format_args!("{}", OfAccount::NewPassword(&username)));
    if reset.was_banned {
        say(format_args!("{}", OfAccount::BannedNoMore(&username)));
    }
    if had_factor {
        say(format_args!("{}", OfAccount::FactorTaken(&username)));
    } else if reset.has_factor && !disable_totp {
        say(format_args!("{}", OfAccount::FactorStays(&username)));
    }
    chosen.show();
    Ok(ExitCode::SUCCESS)
}

fn told(why: &AccountError) -> Failure {
    OfAccount::Account(why).to_string().into()
}

fn cost(config: &Config) -> Result<Cost, &'static str> {
    Cost::new(config.bcrypt_cost).ok_or("no such bcrypt cost")
}

/// A password and whether nobody knows it yet.
struct Chosen {
    text: String,
    random: bool,
}

impl Chosen {
    fn read(stdin: bool) -> Result<Self, Failure> {
        if !stdin {
            return Ok(Chosen { text: password::random()?, random: true });
        }
        let mut line = String::new();
        std::io::stdin()
            .read_line(&mut line)
            .map_err(|cause| OfAccount::NoPassword { why: cause.to_string() }.to_string())?;
        Ok(Chosen { text: line.trim_end_matches(['\r', '\n']).to_owned(), random: false })
    }

    fn show(&self) {
        if self.random {
            say(format_args!("{}", OfAccount::Password(&self.text)));
        }
    }
}
