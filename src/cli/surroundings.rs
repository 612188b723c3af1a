//! What a start finds around the panel: limits and settings of the machine that are mended, or told with the remedy.

use crate::config::{self, Config};
use crate::db;
use rocket::figment::Figment;
use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};
use std::net::IpAddr;

/// Fewer open files than this are soon used up: each connection is one, and the database and the provider need some.
const FEW_FILES: u64 = 4096;

/// From here on every file that the process makes is its user's alone, whoever makes it: SQLite's too.
pub(super) fn keep_files_private() {
    umask(Mode::from_raw_mode(0o077));
}

/// Mends what can be mended and tells the rest, once at start.
pub(super) fn look(config: &Config, figment: &Figment) {
    keep_pages_small();
    let files = raise_open_files();
    let address = figment.extract_inner::<IpAddr>("address").ok();
    let has_tls = figment.find_value("tls").is_ok();
    let listening = listening(address, config.public_url.is_some(), has_tls);
    for warning in listening.into_iter().chain(few_files(files)).chain(exposed(config)) {
        tracing::warn!("{warning}");
    }
}

/// Tells of variables that were probably meant for the panel, by name: what is in them may be a secret.
pub(super) fn look_at_names() {
    for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
        if let Some(warning) = config::misspelt(&name) {
            tracing::warn!("{warning}");
        }
    }
}

/// Every connection is an open file, and the usual limit of 1,024 is one that the panel may raise by itself. The limit
/// then; `None`: there is none.
fn raise_open_files() -> Option<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return current;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        Ok(()) => maximum,
        Err(cause) => {
            tracing::warn!(%cause, "the limit of open files could not be raised");
            current
        }
    }
}

/// Memory comes in pages of 4 KiB. In huge ones (2 MiB, which many systems give to everybody) the heap of each thread
/// costs megabytes that nobody uses: an idle panel had 76 MiB instead of 30, a busy one 220 instead of 70.
#[cfg(target_os = "linux")]
fn keep_pages_small() {
    if let Err(cause) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::warn!(%cause, "huge pages could not be turned off: the panel will take more memory");
    }
}

#[cfg(not(target_os = "linux"))]
fn keep_pages_small() {}

fn few_files(limit: Option<u64>) -> Option<String> {
    let limit = limit.filter(|limit| *limit < FEW_FILES)?;
    Some(format!(
        "the process may open {limit} files, and each connection is one; allow {FEW_FILES} or more \
         (LimitNOFILE= in systemd, `ulimit -Hn` in a shell)"
    ))
}

fn listening(address: Option<IpAddr>, has_public_url: bool, has_tls: bool) -> Vec<String> {
    let mut found = Vec::new();
    if address.is_some_and(|address| address.is_unspecified()) && !has_public_url {
        found.push(
            "it listens on all addresses and PUBLIC_URL is not set: links and `Secure` cookies need the address that \
             customers use; set PUBLIC_URL, or ROCKET_ADDRESS to 127.0.0.1 behind a proxy"
                .to_owned(),
        );
    }
    if has_tls {
        found.push(
            "ROCKET_TLS (or `tls` in Rocket.toml) is ignored: set TLS_CERT and TLS_KEY, or put a proxy with TLS before \
             the panel and set PUBLIC_URL to its https address"
                .to_owned(),
        );
    }
    found
}

fn exposed(config: &Config) -> Option<String> {
    let exposed = db::exposed(&config.database);
    if exposed.is_empty() {
        return None;
    }
    let named: Vec<String> =
        exposed.iter().map(|(path, mode)| format!("{} (mode {mode:04o})", path.display())).collect();
    Some(format!(
        "the database is open to others on this machine: {}; `chmod 600` the files, `chmod 700` the folder (a folder \
         that others need is no place for it: give it one of its own)",
        named.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_address_without_a_public_url_is_told() {
        let told = |address: &str, has_url| listening(address.parse().ok(), has_url, false).join("\n");
        for address in ["0.0.0.0", "::"] {
            assert!(told(address, false).contains("set PUBLIC_URL"), "{address}");
            assert_eq!(told(address, true), "");
        }
        for address in ["127.0.0.1", "::1", "192.0.2.7"] {
            assert_eq!(told(address, false), "");
        }
    }

    #[test]
    fn what_is_ignored_is_told() {
        assert!(listening(None, true, true).join("\n").contains("ROCKET_TLS"));
    }

    #[test]
    fn few_open_files_are_told() {
        assert!(few_files(Some(1024)).is_some_and(|told| told.contains("LimitNOFILE")));
        assert_eq!([few_files(Some(FEW_FILES)), few_files(None)], [None, None]);
    }
}
