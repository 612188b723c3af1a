//! The session cookie and the same-origin rule that protects it.

use crate::accounts::token::SESSION_SECONDS;
use crate::accounts::{DEVICE_DAYS, Opened};
use crate::config::Config;
use rocket::http::{Cookie, CookieJar, Method, SameSite};
use rocket::request::Request;
use rocket::time::Duration;

/// Cookies of one name that are looked at. Other hosts of the domain may have set some.
const CANDIDATES: usize = 8;
/// What of a header is written into the log.
const LOGGED_CHARS: usize = 200;

/// `__Host-` keeps every other host of the domain from setting one; browsers want https for it.
fn name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-session" } else { "session" }
}

/// Tells a browser that has logged in before from others. It opens nothing by itself.
const DEVICE: &str = "device";

/// Hands the browser its session, and its own name.
pub fn set_cookies(jar: &CookieJar<'_>, config: &Config, opened: &Opened) {
    jar.add(cookie(config, name(config), opened.token.clone(), Duration::seconds(SESSION_SECONDS)));
    jar.add(cookie(config, DEVICE, opened.device.clone(), Duration::days(DEVICE_DAYS)));
}

/// Takes it back.
pub fn clear_cookie(jar: &CookieJar<'_>, config: &Config) {
    jar.add(cookie(config, name(config), String::new(), Duration::ZERO));
}

fn cookie(config: &Config, name: &'static str, value: String, max_age: Duration) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(config.is_https())
        .max_age(max_age)
        .build()
}

/// What may be a session of this browser: which of them is one of ours, their signatures tell.
pub fn candidates<'r>(request: &'r Request<'_>, config: &Config) -> impl Iterator<Item = &'r str> {
    cookies(request, name(config))
}

/// What may be the name of this browser.
pub fn devices<'r>(request: &'r Request<'_>) -> impl Iterator<Item = &'r str> {
    cookies(request, DEVICE)
}

/// All cookies of a name, where Rocket's jar keeps one. What else stands in the header does not matter.
fn cookies<'r>(request: &'r Request<'_>, name: &'static str) -> impl Iterator<Item = &'r str> {
    let pairs = request.headers().get("Cookie").flat_map(|line| line.split(';'));
    let named = pairs.filter_map(|pair| pair.split_once('=')).filter(move |(key, _)| key.trim() == name);
    named.map(|(_, value)| value.trim()).take(CANDIDATES)
}

/// Whether a browser makes this request, one that changes something: each of them sends one of both then, and no page
/// can keep it from that.
pub fn is_browsers(request: &Request<'_>) -> bool {
    ["Sec-Fetch-Site", "Origin"].iter().any(|name| request.headers().contains(name))
}

/// Whether a cookie may speak for this request: reading always, changing only from the panel's own pages. `Err`: why
/// not, for the log.
pub fn check_origin(request: &Request<'_>, config: &Config) -> Result<(), String> {
    if matches!(request.method(), Method::Get | Method::Head | Method::Options) {
        return Ok(());
    }
    let header = |name| request.headers().get_one(name).map(cut);
    // No page can make a browser lie in this one, whatever a proxy makes of `Host`.
    match (header("Sec-Fetch-Site"), header("Origin")) {
        (Some(site), _) if site == "same-origin" => Ok(()),
        (Some(site), _) => Err(format!("Sec-Fetch-Site is {site:?}, not \"same-origin\"")),
        (None, Some(origin)) => check_own(&origin, header("Host"), config),
        (None, None) => Err("there is neither Sec-Fetch-Site nor Origin".to_owned()),
    }
}

fn check_own(origin: &str, host: Option<String>, config: &Config) -> Result<(), String> {
    if let Some(url) = &config.public_url {
        let own = url.origin().ascii_serialization();
        return if origin == own {
            Ok(())
        } else {
            Err(format!("Origin is {origin:?}, and PUBLIC_URL says {own:?}"))
        };
    }
    let host = host.unwrap_or_default();
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    if authority.is_some_and(|authority| authority.eq_ignore_ascii_case(&host)) {
        return Ok(());
    }
    Err(format!(
        "Origin is {origin:?}, Host is {host:?} and PUBLIC_URL is not set: behind a proxy that changes Host, set it"
    ))
}

fn cut(text: &str) -> String {
    text.chars().take(LOGGED_CHARS).collect()
}
