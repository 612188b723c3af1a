//! Where a call goes: the URL, read once, by a real parser, and refused when two parsers could disagree about it.
//! Not here: what the name resolves to, and whether that may be reached.

use std::net::Ipv4Addr;

use crate::kernel::error::Rule;
use url::{Host, Url};

/// A checked http or https URL in parts.
pub(super) struct Target {
    pub tls: bool,
    pub host: TargetHost,
    pub port: u16,
    /// The URL for minreq, written anew from the checked parts.
    pub url: String,
}

pub(super) enum TargetHost {
    /// ASCII; international names are already in their `xn--` form.
    Name(String),
    Address(Ipv4Addr),
}

impl Target {
    /// The error does not repeat the URL, since its path may hold a token.
    pub fn parse(text: &str) -> Result<Self, Rule> {
        // The parser drops tabs and line breaks and turns `\` into `/`; what it would repair is refused instead.
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(Rule::AddressCharacters);
        }
        let url = Url::parse(text).map_err(|_| Rule::AddressUnreadable)?;
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Rule::AddressScheme),
        };
        if authority(text).contains('@') {
            return Err(Rule::AddressCredentials);
        }
        if url.fragment().is_some() {
            return Err(Rule::AddressFragment);
        }
        let host = match url.host() {
            Some(Host::Domain(name)) => TargetHost::Name(name.to_owned()),
            Some(Host::Ipv4(address)) => TargetHost::Address(address),
            Some(Host::Ipv6(_)) | None => return Err(Rule::AddressHost),
        };
        let port = match url.port_or_known_default() {
            Some(port) if port != 0 => port,
            _ => return Err(Rule::AddressPort),
        };
        let url = rebuild(&url, &host);
        Ok(Self { tls, host, port, url })
    }
}

/// What stands between `//` and the path. `Url` hides an empty user name, and minreq's parser would go elsewhere.
fn authority(text: &str) -> &str {
    let rest = text.split_once(':').map_or("", |(_, rest)| rest).trim_start_matches('/');
    rest.split(['/', '?', '#']).next().unwrap_or("")
}

/// minreq's own parser is loose, but these parts hold nothing it could misread. A port that is the scheme's own is
/// left out, as browsers do: it would otherwise stand in the `Host` header, and some servers compare that exactly.
fn rebuild(url: &Url, host: &TargetHost) -> String {
    let host = match host {
        TargetHost::Name(name) => name.clone(),
        TargetHost::Address(address) => address.to_string(),
    };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}://{host}{port}{}{query}", url.scheme(), url.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rebuilt(text: &str) -> String {
        Target::parse(text).map(|target| target.url).unwrap_or_else(|cause| panic!("{text}: {cause}"))
    }

    #[test]
    fn odd_addresses_are_refused() {
        for text in [
            "",
            "panel",
            "//x.vn/api",
            "ftp://x.vn/",
            "file:///etc/passwd",
            "https://",
            "https://user@x.vn/",
            "https://user:pw@x.vn/",
            "https://@x.vn/",
            "https:@x.vn/",
            "http://x.vn:80@y.vn/",
            "https://x.vn/api#part",
            "https://x.vn#part",
            "https://x.vn:0/",
            "https://x.vn:83636/",
            "https://[::1]/api",
            "https://[::ffff:127.0.0.1]/api",
            "https://x.vn/a b",
            " https://x.vn/",
            "https://x.vn/\r\nX-Key: 1",
            "https://x\t.vn/",
            "https://x.vn\\@y.vn/",
            "https://x%00.vn/",
        ] {
            assert!(Target::parse(text).is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn a_refusal_does_not_repeat_the_url() {
        for text in ["https://x.vn/bot12345/a#b", "https://u:bot12345@x.vn/", "https://x.vn:bot12345/"] {
            let cause = Target::parse(text).err().unwrap().to_string();
            assert!(!cause.contains("bot12345"), "{cause}");
        }
    }

    #[test]
    fn checked_parts_are_written_anew() {
        assert_eq!(rebuilt("HTTPS://X.vn"), "https://x.vn/");
        assert_eq!(rebuilt("https://x.vn:443/api/v2"), "https://x.vn/api/v2");
        assert_eq!(rebuilt("http://x.vn:8080/api/v2?a=b%20c"), "http://x.vn:8080/api/v2?a=b%20c");
        assert_eq!(rebuilt("http://0x7f.1/"), "http://127.0.0.1/");
        assert_eq!(rebuilt("https://bücher.vn/đ"), "https://xn--bcher-kva.vn/%C4%91");
        assert_eq!(rebuilt("https://x.vn/a@b"), "https://x.vn/a@b");
        let target = Target::parse("https://x.vn/").ok().unwrap();
        assert!(target.tls && target.port == 443);
    }
}
