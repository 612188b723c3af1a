//! The configuration, read once at start from the environment and checked there: what the rest of the panel sees
//! is typed and valid. An empty variable counts as none.

mod bank;
mod banks;
mod bonus;
mod cleaning;
mod colour;
mod env_file;
mod https;
mod keep;
mod mail;
mod names;
mod picture;
mod server;
mod setting;
mod storage;
pub mod table;
mod vars;
mod vietnamese;

pub use bank::Bank;
pub use banks::{Banks, FurtherBank};
pub use bonus::{Bonus, BonusStep};
pub use cleaning::{Cleaning, Replacements};
pub use colour::readable;
pub use env_file::env_file;
pub use https::{Acme, CertificateFiles, CertificateSource, Https, public_url_of};
pub use keep::Keep;
pub use mail::{Mail, Sender};
pub use names::{Misspelt, misspelt};
pub use picture::Picture;
pub use server::{listening, rocket_figment, unreadable};
pub use setting::{Kind, Setting, is_line};
pub use storage::Storage;

use crate::db::{Checkpoints, DbPath};
use crate::kernel::error::FieldError;
use crate::kernel::secret::Secret;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use tracing::Level;
use url::Url;
use vars::{Vars, is_http};

/// What is wrong with a variable.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    name: &'static str,
    problem: String,
}

impl ConfigError {
    fn new(name: &'static str, problem: impl Into<String>) -> Self {
        ConfigError { name, problem: problem.into() }
    }

    fn of(name: &'static str, wrong: &[FieldError]) -> Self {
        ConfigError::new(name, wrong.first().map_or_else(String::new, |first| first.rule.to_string()))
    }
}

/// Why the panel cannot start with this environment: all that is wrong, a line each.
#[derive(Debug)]
pub struct Refused(Vec<ConfigError>);

impl Refused {
    pub fn all(&self) -> &[ConfigError] {
        &self.0
    }
}

impl std::error::Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// Everything the environment decides. `table` lists the variables with their defaults.
pub struct Config {
    pub database: DbPath,
    /// `None`: made at first start and kept in the database.
    pub secret_key: Option<Secret>,
    pub public_url: Option<Url>,
    /// `None`: somebody else speaks HTTPS for the panel, or nobody.
    pub https: Option<Https>,
    pub first_admin: Option<FirstAdmin>,
    pub bumx: Option<Bumx>,
    pub provider: ProviderTiming,
    pub provider_allow_private: bool,
    /// By the settings' names, as the database would hold them. They win over the database: ask `settings` for what
    /// is in force.
    settings: BTreeMap<&'static str, Secret>,
    /// Without a slash at the end.
    pub sepay_api_url: String,
    /// Without a slash at the end.
    pub telegram_api_url: String,
    pub cors_origins: Vec<String>,
    /// Requests a minute per user or address; 0: no limit.
    pub rate_limit: u32,
    /// Attempts a minute to prove who one is; 0: no limit.
    pub auth_rate_limit: u32,
    /// Requests a minute under a key of the reseller API; 0: no limit.
    pub api_rate_limit: u32,
    pub bcrypt_cost: u32,
    pub log_format: Option<LogFormat>,
    /// What `/metrics` is read with; `None`: by programs on this machine.
    pub metrics_token: Option<Secret>,
    /// The least important lines of the panel's own that are written.
    pub log_level: Level,
    pub backups: Backups,
    /// `None`: no letters are sent.
    pub mail: Option<Mail>,
}

/// The backups that the panel makes by itself.
pub struct Backups {
    /// `None`: `backups` beside the database.
    pub folder: Option<PathBuf>,
    /// 0: none are made.
    pub every_hours: u32,
    pub keep: Keep,
    /// With which they are encrypted; without one they are not.
    pub passphrase: Option<Secret>,
    /// Where they are sent; never without a passphrase.
    pub storage: Option<Storage>,
}

pub struct FirstAdmin {
    pub username: String,
    pub email: String,
    pub password: Secret,
}

/// The provider that the environment names.
#[derive(Clone)]
pub struct Bumx {
    pub api_url: String,
    pub api_key: Secret,
}

impl Bumx {
    /// Whether it is the built-in one that plays a provider.
    pub fn is_sandbox(&self) -> bool {
        self.api_url == "sandbox"
    }
}

#[derive(Debug, Clone, Copy)]
pub struct ProviderTiming {
    /// Between two rounds of the status sync.
    pub sync: Duration,
    /// Between two looks at the list of services.
    pub catalog: Duration,
    /// Of any call but `add`, in all.
    pub call: Duration,
    /// Of an `add`: generous, because every time-out becomes work for a person.
    pub add: Duration,
}

/// SePay's own servers.
pub const SEPAY: &str = "https://my.sepay.vn";
/// The authority that is asked unless another one is named.
pub const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";
/// Telegram's own servers.
pub const TELEGRAM: &str = "https://api.telegram.org";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Json,
    Text,
}

impl Config {
    /// From the process's environment.
    pub fn from_env() -> Result<Config, Refused> {
        Self::read(&|name| std::env::var(name).ok())
    }

    /// The database that the process's environment names, whatever else is wrong with it; `None`: it names none.
    pub fn database_of_env() -> Option<DbPath> {
        Vars::of(&|name| std::env::var(name).ok()).database().ok()
    }

    /// From any source of variables; an empty value counts as none.
    pub fn read(source: &dyn Fn(&str) -> Option<String>) -> Result<Config, Refused> {
        let vars = Vars::of(source);
        let (https, public_url) = vars.known_or_default(vars.https());
        let config = Config {
            database: vars.known(vars.database()).unwrap_or_else(|| DbPath::new("")),
            secret_key: vars.known_or_default(vars.secret_key()),
            mail: vars.known_or_default(vars.mail(public_url.as_ref())),
            public_url,
            https,
            first_admin: vars.known_or_default(vars.first_admin()),
            bumx: vars.known_or_default(vars.bumx()),
            provider: ProviderTiming {
                sync: vars.known_or_default(vars.seconds("BUMX_SYNC_SECONDS", 86_400)),
                catalog: vars.known_or_default(vars.seconds("BUMX_CATALOG_SECONDS", 86_400)),
                call: vars.known_or_default(vars.seconds("BUMX_TIMEOUT_SECONDS", 600)),
                add: vars.known_or_default(vars.seconds("BUMX_ADD_TIMEOUT_SECONDS", 600)),
            },
            provider_allow_private: vars.known_or_default(vars.flag("PROVIDER_ALLOW_PRIVATE")),
            settings: vars.settings(),
            sepay_api_url: vars.known_or_default(vars.base_url("SEPAY_API_URL")),
            telegram_api_url: vars.known_or_default(vars.base_url("TELEGRAM_API_URL")),
            cors_origins: vars.known_or_default(vars.cors_origins()),
            rate_limit: vars.known_or_default(vars.number("RATE_LIMIT_PER_MINUTE", 0, 10_000_000)),
            auth_rate_limit: vars.known_or_default(vars.number("AUTH_RATE_LIMIT_PER_MINUTE", 0, 10_000_000)),
            api_rate_limit: vars.known_or_default(vars.number("API_RATE_LIMIT_PER_MINUTE", 0, 10_000_000)),
            bcrypt_cost: vars.known_or_default(vars.number("BCRYPT_COST", 4, 15)),
            log_format: vars.known_or_default(vars.log_format()),
            metrics_token: vars.known_or_default(vars.long_secret("METRICS_TOKEN", 16)),
            log_level: vars.known(vars.log_level()).unwrap_or(Level::INFO),
            backups: vars.backups(),
        };
        let wrong = vars.wrong();
        if wrong.is_empty() { Ok(config) } else { Err(Refused(wrong)) }
    }

    /// What the environment sets, and with it locks.
    pub fn given(&self, setting: &Setting) -> Option<&str> {
        self.settings.get(setting.name).map(Secret::expose)
    }

    /// Whether browsers reach the panel by https, as far as the operator said.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }
}

impl Vars<'_> {
    fn database(&self) -> Result<DbPath, ConfigError> {
        let problem = "takes the path of a file and nothing else: leave out the `?` and what follows";
        let path = DbPath::from_url(&self.text_or_default("DATABASE_URL"))
            .ok_or_else(|| ConfigError::new("DATABASE_URL", problem))?;
        match self.text_or_default("CHECKPOINTS").as_str() {
            "self" => Ok(path),
            "external" => Ok(path.with_checkpoints(Checkpoints::External)),
            _ => Err(ConfigError::new("CHECKPOINTS", "must be `self` or `external`")),
        }
    }

    fn secret_key(&self) -> Result<Option<Secret>, ConfigError> {
        match self.text("SECRET_KEY") {
            Some(key) if key.len() < 32 => Err(ConfigError::new("SECRET_KEY", "must have at least 32 bytes")),
            key => Ok(key.map(Secret::new)),
        }
    }

    fn public_url(&self) -> Result<Option<Url>, ConfigError> {
        let Some(text) = self.text("PUBLIC_URL") else { return Ok(None) };
        match Url::parse(&text) {
            Ok(url) if is_http(&url) && url.has_host() && url.username().is_empty() => Ok(Some(url)),
            _ => {
                let problem = "must be the panel's address, like https://panel.example.vn";
                Err(ConfigError::new("PUBLIC_URL", problem))
            }
        }
    }

    fn first_admin(&self) -> Result<Option<FirstAdmin>, ConfigError> {
        match ["ADMIN_USERNAME", "ADMIN_EMAIL", "ADMIN_PASSWORD"].map(|name| self.text(name)) {
            [None, None, None] => Ok(None),
            [Some(username), Some(email), Some(password)] => {
                Ok(Some(FirstAdmin { username, email, password: Secret::new(password) }))
            }
            _ => Err(ConfigError::new("ADMIN_USERNAME", "needs ADMIN_EMAIL and ADMIN_PASSWORD with it")),
        }
    }

    fn bumx(&self) -> Result<Option<Bumx>, ConfigError> {
        let Some(api_url) = self.text("BUMX_API_URL") else { return Ok(None) };
        let is_sandbox = api_url == "sandbox";
        // A password in it would be shown wherever the address is.
        let is_plain = |url: &Url| is_http(url) && url.username().is_empty() && url.password().is_none();
        if !is_sandbox && !Url::parse(&api_url).is_ok_and(|url| is_plain(&url)) {
            let problem = "must be an http(s) URL without a user name, or sandbox";
            return Err(ConfigError::new("BUMX_API_URL", problem));
        }
        let api_key = self.text("BUMX_API_KEY").or_else(|| is_sandbox.then(|| "sandbox".to_owned()));
        let api_key =
            api_key.ok_or_else(|| ConfigError::new("BUMX_API_KEY", "is needed with BUMX_API_URL"))?;
        Ok(Some(Bumx { api_url, api_key: Secret::new(api_key) }))
    }

    /// The settings that have a value here.
    fn settings(&self) -> BTreeMap<&'static str, Secret> {
        let mut given = BTreeMap::new();
        for setting in table::SETTINGS {
            let Some(name) = setting.variables.first() else { continue };
            let value = if setting.kind == Kind::Bank {
                self.known_or_default(self.bank()).map(|bank| bank.json())
            } else if setting.kind == Kind::Key {
                // What another service has made is taken as it is.
                self.text(name)
            } else {
                let checked = self.text(name).map(|text| setting.check(&text)).transpose();
                self.known_or_default(checked.map_err(|wrong| ConfigError::of(name, &wrong))).flatten()
            };
            given.extend(value.map(|value| (setting.name, Secret::new(value))));
        }
        given
    }

    fn cors_origins(&self) -> Result<Vec<String>, ConfigError> {
        let text = self.text("CORS_ORIGINS").unwrap_or_default();
        let origins = text.split(',').map(|origin| origin.trim().trim_end_matches('/'));
        let checked = origins.filter(|origin| !origin.is_empty()).map(|origin| match Url::parse(origin) {
            Ok(url) if url.origin().ascii_serialization() == origin => Ok(origin.to_owned()),
            _ => {
                let problem =
                    format!("{origin:?} is no origin like https://shop.example.vn (and * is refused)");
                Err(ConfigError::new("CORS_ORIGINS", problem))
            }
        });
        checked.collect()
    }

    fn backups(&self) -> Backups {
        let keep = Keep::parse(&self.text_or_default("BACKUP_KEEP"));
        let problem = "must be like 7d 4w 6m: so many days, weeks and months";
        Backups {
            folder: self.text("BACKUP_DIR").map(PathBuf::from),
            every_hours: self.known_or_default(self.number("BACKUP_EVERY_HOURS", 0, 8760)),
            keep: self.known_or_default(keep.ok_or_else(|| ConfigError::new("BACKUP_KEEP", problem))),
            storage: self.known_or_default(self.storage(self.text("BACKUP_PASSPHRASE").is_some())),
            passphrase: self.known_or_default(self.long_secret("BACKUP_PASSPHRASE", 12)),
        }
    }

    fn log_format(&self) -> Result<Option<LogFormat>, ConfigError> {
        match self.text("LOG_FORMAT").as_deref() {
            None => Ok(None),
            Some("json") => Ok(Some(LogFormat::Json)),
            Some("text") => Ok(Some(LogFormat::Text)),
            Some(_) => Err(ConfigError::new("LOG_FORMAT", "must be json or text")),
        }
    }

    fn log_level(&self) -> Result<Level, ConfigError> {
        match self.text_or_default("LOG_LEVEL").as_str() {
            "error" => Ok(Level::ERROR),
            "warn" => Ok(Level::WARN),
            "info" => Ok(Level::INFO),
            "debug" => Ok(Level::DEBUG),
            "trace" => Ok(Level::TRACE),
            _ => Err(ConfigError::new("LOG_LEVEL", "must be error, warn, info, debug or trace")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> Result<Config, String> {
        let source = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        Config::read(&source).map_err(|refused| refused.to_string())
    }

    #[test]
    fn nothing_set_is_enough() {
        let config = read(&[]).unwrap();
        assert_eq!(config.database, DbPath::new("smm-panel.db"));
        assert!(config.bumx.is_none() && config.settings.is_empty());
        assert_eq!((config.rate_limit, config.auth_rate_limit, config.bcrypt_cost), (600, 20, 12));
    }

    #[test]
    fn empty_counts_as_unset() {
        let config = read(&[("SEPAY_SECRET", ""), ("SECRET_KEY", " "), ("BANK_BIN", " ")]).unwrap();
        assert!(config.settings.is_empty() && config.secret_key.is_none());
    }

    #[test]
    fn what_cannot_work_is_refused_with_its_name() {
        for (vars, name) in [
            (vec![("DATABASE_URL", "x.db?mode=ro")], "DATABASE_URL"),
            (vec![("DATABASE_URL", "sqlite:x.db?mode=rwc")], "DATABASE_URL"),
            (vec![("DATABASE_URL", "sqlite:///srv/x.db?")], "DATABASE_URL"),
            (vec![("SECRET_KEY", "too short")], "SECRET_KEY"),
            (vec![("PUBLIC_URL", "panel")], "PUBLIC_URL"),
            (vec![("ADMIN_USERNAME", "an")], "ADMIN_USERNAME"),
            (vec![("BUMX_API_URL", "https://bumx.vn/api/v2")], "BUMX_API_KEY"),
            (vec![("BUMX_API_URL", "https://me:pass@bumx.vn/api/v2"), ("BUMX_API_KEY", "k")], "BUMX_API_URL"),
            (vec![("BUMX_API_URL", "ftp://x"), ("BUMX_API_KEY", "k")], "BUMX_API_URL"),
            (vec![("BUMX_SYNC_SECONDS", "0")], "BUMX_SYNC_SECONDS"),
            (vec![("BANK_NAME", "MB")], "BANK_BIN"),
            (vec![("BANK_BIN", "97042"), ("BANK_ACCOUNT_NUMBER", "1")], "BANK_BIN"),
            (vec![("BANK_BIN", "970422"), ("BANK_ACCOUNT_NUMBER", "1-2")], "BANK_ACCOUNT_NUMBER"),
            (vec![("DEPOSIT_EXPIRY_MINUTES", "0")], "DEPOSIT_EXPIRY_MINUTES"),
            (vec![("TELEGRAM_BOT_TOKEN", "1:a/b")], "TELEGRAM_BOT_TOKEN"),
            (vec![("TELEGRAM_CHAT_ID", "my group")], "TELEGRAM_CHAT_ID"),
            (vec![("TELEGRAM_API_URL", "telegram")], "TELEGRAM_API_URL"),
            (vec![("SEPAY_API_URL", "my.sepay.vn")], "SEPAY_API_URL"),
            (vec![("CORS_ORIGINS", "*")], "CORS_ORIGINS"),
            (vec![("CORS_ORIGINS", "https://a.vn/x")], "CORS_ORIGINS"),
            (vec![("BCRYPT_COST", "16")], "BCRYPT_COST"),
            (vec![("RATE_LIMIT_PER_MINUTE", "-1")], "RATE_LIMIT_PER_MINUTE"),
            (vec![("METRICS_TOKEN", "fifteen-letters")], "METRICS_TOKEN"),
            (vec![("LOG_FORMAT", "xml")], "LOG_FORMAT"),
            (vec![("LOG_LEVEL", "loud")], "LOG_LEVEL"),
            (vec![("PROVIDER_ALLOW_PRIVATE", "maybe")], "PROVIDER_ALLOW_PRIVATE"),
        ] {
            let refused = read(&vars).err().unwrap_or_default();
            assert!(refused.starts_with(name), "{vars:?} -> {refused:?}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_a_line_each() {
        let refused = read(&[
            ("DATABASE_URL", "x.db?mode=ro"),
            ("PUBLIC_URL", "panel"),
            ("HTTPS_ADDRESS", "443"),
            ("SMTP_URL", "mail"),
            ("SMTP_FROM", "shop"),
            ("BANK_BIN", "97042"),
            ("BANK_ACCOUNT_NUMBER", "1-2"),
            ("TELEGRAM_CHAT_ID", "my group"),
            ("BCRYPT_COST", "16"),
            ("BACKUP_KEEP", "7"),
            ("BACKUP_PASSPHRASE", "short"),
            ("BACKUP_S3_URL", "https://k:s@s3.example.vn/b"),
        ]);
        let said = refused.err().unwrap_or_default();
        let mut names: Vec<&str> = said.lines().filter_map(|line| line.split(':').next()).collect();
        names.sort_unstable();
        let told = "BACKUP_KEEP BACKUP_PASSPHRASE BANK_ACCOUNT_NUMBER BANK_BIN BCRYPT_COST DATABASE_URL HTTPS_ADDRESS \
                    PUBLIC_URL SMTP_FROM SMTP_URL TELEGRAM_CHAT_ID";
        assert_eq!(names.join(" "), told, "{said}");
    }

    #[test]
    fn a_sqlite_prefix_is_accepted() {
        assert_eq!(read(&[("DATABASE_URL", "sqlite:/srv/p.db")]).unwrap().database, DbPath::new("/srv/p.db"));
        assert_eq!(
            read(&[("DATABASE_URL", "sqlite:///srv/p.db")]).unwrap().database,
            DbPath::new("/srv/p.db")
        );
    }
}
