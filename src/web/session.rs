//! The session cookie and the same-origin rule that protects it.

use crate::accounts::token::SESSION_SECONDS;
use crate::config::Config;
use rocket::http::{Cookie, CookieJar, Method, SameSite};
use rocket::request::Request;
use rocket::time::Duration;

pub const COOKIE: &str = "session";

/// Hands the browser its session.
pub fn set_cookie(jar: &CookieJar<'_>, config: &Config, token: String) {
    jar.add(cookie(config, token, Duration::seconds(SESSION_SECONDS)));
}

/// Takes it back.
pub fn clear_cookie(jar: &CookieJar<'_>, config: &Config) {
    jar.add(cookie(config, String::new(), Duration::ZERO));
}

fn cookie(config: &Config, value: String, max_age: Duration) -> Cookie<'static> {
    Cookie::build((COOKIE, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(config.is_https())
        .max_age(max_age)
        .build()
}

/// Whether a cookie may speak for this request: reading always, changing only from the panel's own pages.
pub fn is_same_origin(request: &Request<'_>, config: &Config) -> bool {
    if matches!(request.method(), Method::Get | Method::Head | Method::Options) {
        return true;
    }
    let header = |name| request.headers().get_one(name);
    match (header("Origin"), header("Sec-Fetch-Site")) {
        (Some(origin), _) => is_own(origin, header("Host"), config),
        (None, Some(site)) => site == "same-origin",
        (None, None) => false,
    }
}

fn is_own(origin: &str, host: Option<&str>, config: &Config) -> bool {
    match &config.public_url {
        Some(url) => origin == url.origin().ascii_serialization(),
        None => {
            let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            authority.is_some_and(|authority| host.is_some_and(|host| authority.eq_ignore_ascii_case(host)))
        }
    }
}
