//! Where a request comes from.

use rocket::Request;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

/// What proxies add. Whoever connects directly can write anything into them.
const FORWARDING: [&str; 4] = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP"];

/// Parts of the names of what else proxies and content networks add (`True-Client-IP`, `X-Envoy-External-Address`,
/// `CF-Ray`), in which no client is named that `of` would believe. Without hyphens, in lower case.
const OF_PROXIES: [&str; 10] = [
    "forward",
    "clientip",
    "realip",
    "connectingip",
    "userip",
    "remoteip",
    "remoteaddr",
    "vieweraddress",
    "externaladdress",
    "originatingip",
];
/// And their beginnings, of whole names too.
const PROXIES: [&str; 6] = ["via", "cdn", "cf", "fastly", "akamai", "xamzcf"];

/// The client's address: of the connection, or, where the operator names a header (`ip_header`), the last entry of
/// it. A proxy adds what it has seen at the end; what stands before that came from outside.
pub fn of(request: &Request<'_>) -> Option<IpAddr> {
    let connected = request.remote().map(|remote| remote.ip());
    let Some(header) = &request.rocket().config().ip_header else { return connected };
    let last = request.headers().get(header.as_str()).last().and_then(|list| list.rsplit(',').next());
    last.and_then(parse).or(connected)
}

/// Whether a program on this machine asks by itself, and no proxy for somebody else. A page of a browser here whose
/// name was led to this machine says that name as `Host`.
pub fn is_this_machine(request: &Request<'_>) -> bool {
    let is_loopback = request.remote().is_some_and(|remote| remote.ip().to_canonical().is_loopback());
    let named = request.rocket().config().ip_header.as_ref().map(|header| header.as_str());
    let is_forwarding = |name: &str| {
        let is_named = named.is_some_and(|named| name.eq_ignore_ascii_case(named));
        let plain = name.to_ascii_lowercase().replace('-', "");
        is_named
            || OF_PROXIES.iter().any(|part| plain.contains(part))
            || PROXIES.iter().any(|beginning| plain.starts_with(beginning))
    };
    let is_forwarded = request.headers().iter().any(|header| is_forwarding(header.name().as_str()));
    is_loopback && !is_forwarded && request.headers().get("Host").all(names_this_machine)
}

/// Of a `Host`, with or without a port.
fn names_this_machine(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|_| !host.ends_with(']')).map_or(host, |(name, _)| name);
    let is_address = parse(host).is_some_and(|address| address.to_canonical().is_loopback());
    is_address || name.eq_ignore_ascii_case("localhost")
}

/// An address with or without a port, an IPv6 one with or without brackets.
fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare =
        text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(inside, _)| inside);
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    bare.parse().ok().or_else(with_port)
}

/// Says once that a proxy stands in front and no header of it is believed.
pub fn warn_of_proxy(request: &Request<'_>) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if TOLD.load(Ordering::Relaxed) || request.rocket().config().ip_header.is_some() {
        return;
    }
    let Some(header) = FORWARDING.into_iter().find(|name| request.headers().contains(name)) else { return };
    if !TOLD.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "requests carry {header}, but the panel believes no such header: if a proxy of yours stands in front, set \
             ROCKET_IP_HEADER={header}, or all customers count as one address"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rocket::http::Header;
    use rocket::local::blocking::Client;
    use std::net::SocketAddr;

    const PEER: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 4711);

    fn seen(ip_header: Option<&str>, headers: &[(&'static str, &'static str)]) -> Option<String> {
        let figment = rocket::Config::figment().merge(("log_level", "off"));
        let figment = match ip_header {
            Some(name) => figment.merge(("ip_header", name)),
            None => figment.merge(("ip_header", false)),
        };
        let client = Client::untracked(rocket::custom(figment)).unwrap();
        let mut request = client.get("/").remote(PEER);
        for (name, value) in headers {
            request.add_header(Header::new(*name, *value));
        }
        of(request.inner()).map(|address| address.to_string())
    }

    #[test]
    fn no_header_is_believed_that_nobody_named() {
        for name in FORWARDING {
            assert_eq!(seen(None, &[(name, "10.0.0.1")]).as_deref(), Some("127.0.0.1"), "{name}");
        }
        let forged = [("X-Forwarded-For", "10.0.0.1"), ("X-Real-IP", "10.0.0.2")];
        assert_eq!(seen(Some("X-Real-IP"), &forged).as_deref(), Some("10.0.0.2"));
    }

    #[test]
    fn of_a_list_the_last_entry_counts() {
        let named = |value: &'static str| seen(Some("X-Forwarded-For"), &[("X-Forwarded-For", value)]);
        for (value, expected) in [
            ("10.0.0.1", "10.0.0.1"),
            ("6.6.6.6, 10.0.0.1", "10.0.0.1"),
            ("6.6.6.6,7.7.7.7 ,  2001:db8::1 ", "2001:db8::1"),
            ("6.6.6.6, 10.0.0.1:4321", "10.0.0.1"),
            ("6.6.6.6, [2001:db8::1]:4321", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("6.6.6.6, nonsense", "127.0.0.1"),
            ("", "127.0.0.1"),
        ] {
            assert_eq!(named(value).as_deref(), Some(expected), "{value:?}");
        }
        let twice = [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "10.0.0.1")];
        assert_eq!(seen(Some("X-Forwarded-For"), &twice).as_deref(), Some("10.0.0.1"));
    }
}
