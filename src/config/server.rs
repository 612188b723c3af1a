//! Rocket's own settings.

use super::names;
use rocket::figment::Figment;
use rocket::figment::providers::{Env, Format, Toml};
use std::net::SocketAddr;

/// Our defaults, then `Rocket.toml`, then `ROCKET_` variables.
pub fn rocket_figment() -> Figment {
    let defaults = rocket::Config {
        // A client address may be forged in a header, so none is believed unless the operator names one.
        ip_header: None,
        // No answer says by what it was made.
        ident: rocket::config::Ident::none(),
        log_level: rocket::config::LogLevel::Off,
        shutdown: rocket::config::Shutdown { grace: 1, mercy: 1, ..Default::default() },
        ..rocket::Config::release_default()
    };
    Figment::from(defaults).merge(Toml::file(Env::var_or("ROCKET_CONFIG", "Rocket.toml")).nested()).merge(
        Env::prefixed("ROCKET_")
            .ignore(&["PROFILE", "CONFIG"])
            .filter(|key| !names::is_blank(key.as_str()))
            .global(),
    )
}

/// Where the panel listens without TLS. Errors: which of Rocket's settings cannot be read, and why.
pub fn listening() -> Result<SocketAddr, String> {
    match rocket::Config::try_from(rocket_figment()) {
        Ok(rocket) => Ok(SocketAddr::new(rocket.address, rocket.port)),
        Err(wrong) => Err(unreadable(&wrong)),
    }
}

/// Which of Rocket's own settings cannot be read, and why.
pub fn unreadable(wrong: &rocket::figment::Error) -> String {
    let name = wrong.path.join(".");
    format!("ROCKET_{}, or {name} in Rocket.toml: {}", name.to_uppercase(), wrong.kind)
}
