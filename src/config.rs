//! The configuration, read once at start from the environment and checked there: what the rest of the panel sees
//! is typed and valid. An empty variable counts as none.

mod bank;
mod names;
mod setting;
pub mod table;

pub use bank::{BadBank, Bank};
pub use names::misspelt;
pub use setting::{Kind, Setting, is_line};

use crate::db::DbPath;
use crate::kernel::error::FieldError;
use crate::kernel::secret::Secret;
use rocket::figment::Figment;
use rocket::figment::providers::{Env, Format, Toml};
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// Why the panel cannot start with this environment.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    name: &'static str,
    problem: String,
}

/// Everything the environment decides. `table` lists the variables with their defaults.
pub struct Config {
    pub database: DbPath,
    /// `None`: made at first start and kept in the database.
    pub secret_key: Option<Secret>,
    pub public_url: Option<Url>,
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
    pub bcrypt_cost: u32,
    pub log_format: Option<LogFormat>,
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
/// Telegram's own servers.
pub const TELEGRAM: &str = "https://api.telegram.org";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Json,
    Text,
}

impl Config {
    /// From the process's environment.
    pub fn from_env() -> Result<Config, ConfigError> {
        Self::read(&|name| std::env::var(name).ok())
    }

    /// From any source of variables; an empty value counts as none.
    pub fn read(source: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
        let vars = Vars(source);
        Ok(Config {
            database: vars.database()?,
            secret_key: vars.secret_key()?,
            public_url: vars.public_url()?,
            first_admin: vars.first_admin()?,
            bumx: vars.bumx()?,
            provider: ProviderTiming {
                sync: Duration::from_secs(vars.number("BUMX_SYNC_SECONDS", 1, 86_400)?),
                catalog: Duration::from_secs(vars.number("BUMX_CATALOG_SECONDS", 1, 86_400)?),
                call: Duration::from_secs(vars.number("BUMX_TIMEOUT_SECONDS", 1, 600)?),
                add: Duration::from_secs(vars.number("BUMX_ADD_TIMEOUT_SECONDS", 1, 600)?),
            },
            provider_allow_private: vars.flag("PROVIDER_ALLOW_PRIVATE")?,
            settings: vars.settings()?,
            sepay_api_url: vars.base_url("SEPAY_API_URL")?,
            telegram_api_url: vars.base_url("TELEGRAM_API_URL")?,
            cors_origins: vars.cors_origins()?,
            rate_limit: vars.number("RATE_LIMIT_PER_MINUTE", 0, 10_000_000)?,
            auth_rate_limit: vars.number("AUTH_RATE_LIMIT_PER_MINUTE", 0, 10_000_000)?,
            bcrypt_cost: vars.number("BCRYPT_COST", 4, 15)?,
            log_format: vars.log_format()?,
        })
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

fn rule(wrong: &[FieldError]) -> String {
    wrong.first().map_or_else(String::new, |first| first.rule.to_string())
}

fn default(name: &str) -> String {
    table::default_of(name).to_owned()
}

struct Vars<'a>(&'a dyn Fn(&str) -> Option<String>);

impl Vars<'_> {
    fn text(&self, name: &str) -> Option<String> {
        (self.0)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn number<T>(&self, name: &'static str, min: T, max: T) -> Result<T, ConfigError>
    where
        T: std::str::FromStr + PartialOrd + std::fmt::Display,
    {
        match self.text(name).unwrap_or_else(|| default(name)).parse::<T>() {
            Ok(value) if value >= min && value <= max => Ok(value),
            _ => Err(ConfigError { name, problem: format!("must be a whole number from {min} to {max}") }),
        }
    }

    fn flag(&self, name: &'static str) -> Result<bool, ConfigError> {
        match self.text(name).as_deref() {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(_) => Err(ConfigError { name, problem: "must be true or false".to_owned() }),
        }
    }

    /// Of another server that speaks like the one by default; without a slash at the end.
    fn base_url(&self, name: &'static str) -> Result<String, ConfigError> {
        let url = self.text(name).unwrap_or_else(|| default(name));
        if Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Ok(url.trim_end_matches('/').to_owned());
        }
        Err(ConfigError { name, problem: "must be an http(s) URL".to_owned() })
    }

    fn database(&self) -> Result<DbPath, ConfigError> {
        let text = self.text("DATABASE_URL").unwrap_or_else(|| default("DATABASE_URL"));
        DbPath::from_url(&text).ok_or_else(|| ConfigError {
            name: "DATABASE_URL",
            problem: "takes the path of a file and nothing else: leave out the `?` and what follows"
                .to_owned(),
        })
    }

    fn secret_key(&self) -> Result<Option<Secret>, ConfigError> {
        let Some(key) = self.text("SECRET_KEY") else { return Ok(None) };
        if key.len() < 32 {
            return Err(ConfigError {
                name: "SECRET_KEY",
                problem: "must have at least 32 bytes".to_owned(),
            });
        }
        Ok(Some(Secret::new(key)))
    }

    fn public_url(&self) -> Result<Option<Url>, ConfigError> {
        let Some(text) = self.text("PUBLIC_URL") else { return Ok(None) };
        let problem = || ConfigError {
            name: "PUBLIC_URL",
            problem: "must be the panel's address, like https://panel.example.vn".to_owned(),
        };
        let url = Url::parse(&text).map_err(|_| problem())?;
        let plain = matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty();
        if plain { Ok(Some(url)) } else { Err(problem()) }
    }

    fn first_admin(&self) -> Result<Option<FirstAdmin>, ConfigError> {
        let parts = [self.text("ADMIN_USERNAME"), self.text("ADMIN_EMAIL"), self.text("ADMIN_PASSWORD")];
        match parts {
            [None, None, None] => Ok(None),
            [Some(username), Some(email), Some(password)] => {
                Ok(Some(FirstAdmin { username, email, password: Secret::new(password) }))
            }
            _ => Err(ConfigError {
                name: "ADMIN_USERNAME",
                problem: "needs ADMIN_EMAIL and ADMIN_PASSWORD with it".to_owned(),
            }),
        }
    }

    fn bumx(&self) -> Result<Option<Bumx>, ConfigError> {
        let Some(api_url) = self.text("BUMX_API_URL") else { return Ok(None) };
        let key = self.text("BUMX_API_KEY");
        if api_url == "sandbox" {
            return Ok(Some(Bumx {
                api_url,
                api_key: Secret::new(key.unwrap_or_else(|| "sandbox".to_owned())),
            }));
        }
        // A password in it would be shown wherever the address is.
        let readable = Url::parse(&api_url).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
        });
        if !readable {
            return Err(ConfigError {
                name: "BUMX_API_URL",
                problem: "must be an http(s) URL without a user name, or sandbox".to_owned(),
            });
        }
        let Some(key) = key else {
            return Err(ConfigError {
                name: "BUMX_API_KEY",
                problem: "is needed with BUMX_API_URL".to_owned(),
            });
        };
        Ok(Some(Bumx { api_url, api_key: Secret::new(key) }))
    }

    /// The settings that have a value here.
    fn settings(&self) -> Result<BTreeMap<&'static str, Secret>, ConfigError> {
        let mut given = BTreeMap::new();
        for setting in table::SETTINGS {
            let value = match (setting.kind, setting.variables.first()) {
                (Kind::Bank, _) => self.bank()?.map(|bank| bank.json()),
                // A secret that another service has made is taken as it is.
                (Kind::Key, Some(name)) => self.text(name),
                (_, Some(name)) => match self.text(name).map(|text| setting.check(&text)) {
                    Some(Err(wrong)) => return Err(ConfigError { name, problem: rule(&wrong) }),
                    checked => checked.and_then(|checked| checked.ok().flatten()),
                },
                (_, None) => None,
            };
            given.extend(value.map(|value| (setting.name, Secret::new(value))));
        }
        Ok(given)
    }

    fn bank(&self) -> Result<Option<Bank>, ConfigError> {
        let names = table::BANK.variables;
        let [bin, name, account_number, account_name] = [
            self.text("BANK_BIN"),
            self.text("BANK_NAME"),
            self.text("BANK_ACCOUNT_NUMBER"),
            self.text("BANK_ACCOUNT_NAME"),
        ];
        if names.iter().all(|name| self.text(name).is_none()) {
            return Ok(None);
        }
        let (Some(bin), Some(account_number)) = (bin, account_number) else {
            let problem = "and BANK_ACCOUNT_NUMBER are needed when one of the BANK_ variables is set";
            return Err(ConfigError { name: "BANK_BIN", problem: problem.to_owned() });
        };
        let (name, account_name) = (name.unwrap_or_default(), account_name.unwrap_or_default());
        let checked = Bank { bin, name, account_number, account_name }.check();
        checked.map(Some).map_err(|wrong| {
            let of = |bad: &BadBank| format!("BANK_{}", bad.part.to_uppercase());
            let problem = wrong.first().map_or_else(String::new, |bad| bad.rule.to_string());
            let at_fault = |name: &&&str| wrong.first().is_some_and(|bad| of(bad) == **name);
            ConfigError { name: names.iter().find(at_fault).unwrap_or(&"BANK_BIN"), problem }
        })
    }

    fn cors_origins(&self) -> Result<Vec<String>, ConfigError> {
        let text = self.text("CORS_ORIGINS").unwrap_or_default();
        let origins: Vec<String> =
            text.split(',').map(|origin| origin.trim().trim_end_matches('/').to_owned()).collect();
        let origins: Vec<String> = origins.into_iter().filter(|origin| !origin.is_empty()).collect();
        for origin in &origins {
            let plain = Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == *origin);
            if !plain {
                let problem =
                    format!("{origin:?} is no origin like https://shop.example.vn (and * is refused)");
                return Err(ConfigError { name: "CORS_ORIGINS", problem });
            }
        }
        Ok(origins)
    }

    fn log_format(&self) -> Result<Option<LogFormat>, ConfigError> {
        match self.text("LOG_FORMAT").as_deref() {
            None => Ok(None),
            Some("json") => Ok(Some(LogFormat::Json)),
            Some("text") => Ok(Some(LogFormat::Text)),
            Some(_) => Err(ConfigError { name: "LOG_FORMAT", problem: "must be json or text".to_owned() }),
        }
    }
}

/// Rocket's own settings: our defaults, then `Rocket.toml`, then `ROCKET_` variables.
pub fn rocket_figment() -> Figment {
    let defaults = rocket::Config {
        // A client address may be forged in a header, so none is believed unless the operator names one.
        ip_header: None,
        log_level: rocket::config::LogLevel::Off,
        keep_alive: 30,
        shutdown: rocket::config::Shutdown { grace: 1, mercy: 1, ..Default::default() },
        ..rocket::Config::release_default()
    };
    Figment::from(defaults)
        .merge(Toml::file(Env::var_or("ROCKET_CONFIG", "Rocket.toml")).nested())
        .merge(Env::prefixed("ROCKET_").ignore(&["PROFILE", "CONFIG"]).global())
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
            (vec![("LOG_FORMAT", "xml")], "LOG_FORMAT"),
            (vec![("PROVIDER_ALLOW_PRIVATE", "maybe")], "PROVIDER_ALLOW_PRIVATE"),
        ] {
            let refused = read(&vars).err().unwrap_or_default();
            assert!(refused.starts_with(name), "{vars:?} -> {refused:?}");
        }
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
