//! Variables of the environment, each read as what it is to be.

use super::{ConfigError, table};
use crate::kernel::secret::Secret;
use std::cell::RefCell;
use std::time::Duration;
use url::Url;

/// Where variables come from, and what was wrong with those that were read.
pub(super) struct Vars<'a> {
    source: &'a dyn Fn(&str) -> Option<String>,
    wrong: RefCell<Vec<ConfigError>>,
}

impl<'a> Vars<'a> {
    pub(super) fn of(source: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Vars { source, wrong: RefCell::default() }
    }

    /// All that was wrong.
    pub(super) fn wrong(self) -> Vec<ConfigError> {
        self.wrong.into_inner()
    }
}

impl Vars<'_> {
    /// What is wrong is kept, and the others are read: the operator is told of all at once.
    pub(super) fn known<T>(&self, read: Result<T, ConfigError>) -> Option<T> {
        read.map_err(|why| self.refuse(why)).ok()
    }

    /// The same, with a value that nobody sees.
    pub(super) fn known_or_default<T: Default>(&self, read: Result<T, ConfigError>) -> T {
        self.known(read).unwrap_or_default()
    }

    pub(super) fn refuse(&self, why: ConfigError) {
        self.wrong.borrow_mut().push(why);
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        (self.source)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    pub(super) fn text_or_default(&self, name: &str) -> String {
        self.text(name).unwrap_or_else(|| table::default_of(name).to_owned())
    }

    pub(super) fn number<T>(&self, name: &'static str, min: T, max: T) -> Result<T, ConfigError>
    where
        T: std::str::FromStr + PartialOrd + std::fmt::Display,
    {
        match self.text_or_default(name).parse::<T>() {
            Ok(value) if value >= min && value <= max => Ok(value),
            _ => Err(ConfigError::new(name, format!("must be a whole number from {min} to {max}"))),
        }
    }

    pub(super) fn seconds(&self, name: &'static str, max: u64) -> Result<Duration, ConfigError> {
        self.number(name, 1, max).map(Duration::from_secs)
    }

    pub(super) fn flag(&self, name: &'static str) -> Result<bool, ConfigError> {
        match self.text(name).as_deref() {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(_) => Err(ConfigError::new(name, "must be true or false")),
        }
    }

    /// Of another server that speaks like the one by default; without a slash at the end.
    pub(super) fn base_url(&self, name: &'static str) -> Result<String, ConfigError> {
        let url = self.text_or_default(name);
        match Url::parse(&url) {
            Ok(parsed) if is_http(&parsed) => Ok(url.trim_end_matches('/').to_owned()),
            _ => Err(ConfigError::new(name, "must be an http(s) URL")),
        }
    }

    /// One that others may try for as long as they like: who has a backup, or reaches `/metrics`. `least`: characters.
    pub(super) fn long_secret(
        &self,
        name: &'static str,
        least: usize,
    ) -> Result<Option<Secret>, ConfigError> {
        match self.text(name) {
            Some(text) if text.chars().count() < least => {
                Err(ConfigError::new(name, format!("must have at least {least} characters")))
            }
            text => Ok(text.map(Secret::new)),
        }
    }
}

pub(super) fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
