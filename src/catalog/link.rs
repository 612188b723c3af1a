//! What the link of an order may be, by its service.

use crate::kernel::error::Rule;
use crate::kernel::text::is_invisible;
use strum::{IntoStaticStr, VariantArray};
use url::Url;

/// What an order of the service points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum LinkKind {
    Url,
    Handle,
    Any,
}

const MAX_LINK_CHARS: usize = 2048;
const MAX_HANDLE_CHARS: usize = 100;

impl LinkKind {
    /// Whether an order may have this link; if not, what it must be.
    pub fn check(self, link: &str) -> Result<(), Rule> {
        let fits = match self {
            LinkKind::Url => is_url(link),
            LinkKind::Handle => is_handle(link),
            LinkKind::Any => is_url(link) || is_handle(link),
        };
        if fits { Ok(()) } else { Err(self.demand()) }
    }

    fn demand(self) -> Rule {
        match self {
            LinkKind::Url => Rule::Url { max: MAX_LINK_CHARS },
            LinkKind::Handle => Rule::Handle,
            LinkKind::Any => Rule::UrlOrHandle { max: MAX_LINK_CHARS },
        }
    }
}

/// The same for all links that mean the same: the scheme, `www.` or `m.` before the host, the case of the host or of a
/// handle, the last `/` of the path, the fragment and a handle's `@` do not count. The query does.
pub fn link_key(link: &str) -> String {
    let Some((url, host)) =
        Url::parse(link).ok().and_then(|url| Some((url.clone(), url.host_str()?.to_lowercase())))
    else {
        return link.strip_prefix('@').unwrap_or(link).to_lowercase();
    };
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(&host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path().strip_suffix('/').unwrap_or(url.path());
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("//{host}{port}{path}{query}")
}

/// Stricter than the parser, which drops line breaks, trims blanks and mends `http:host` and `http:///host`.
fn is_url(link: &str) -> bool {
    let bare = |c: char| !c.is_whitespace() && !c.is_control() && !is_invisible(c);
    let lower =
        |prefix: &str| link.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let Some(scheme) = ["http://", "https://"].into_iter().find(|prefix| lower(prefix)) else { return false };
    let begins_with_host =
        link.get(scheme.len()..).is_some_and(|rest| !rest.starts_with(['/', '\\', '?', '#']));
    link.chars().count() <= MAX_LINK_CHARS
        && link.chars().all(bare)
        && begins_with_host
        && Url::parse(link).is_ok_and(|url| url.host_str().is_some_and(|host| !host.is_empty()))
}

fn is_handle(link: &str) -> bool {
    let name = link.strip_prefix('@').unwrap_or(link);
    let allowed = |c: char| c.is_alphanumeric() || "._-+".contains(c);
    (1..=MAX_HANDLE_CHARS).contains(&name.chars().count())
        && name.chars().all(allowed)
        && name.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_absolute_and_have_a_host() {
        for link in [
            "https://x.vn",
            "http://x.vn/a?b=c#d",
            "HTTPS://www.tiktok.com/@ten/video/1",
            "https://tên.vn/đường",
            "http://127.0.0.1:8000/",
            "https://[::1]/",
        ] {
            assert_eq!(LinkKind::Url.check(link), Ok(()), "{link}");
        }
        for link in [
            "",
            "x.vn",
            "//x.vn",
            "/a",
            "ftp://x.vn",
            "javascript:alert(1)",
            "https:x.vn",
            "https:/x.vn",
            "https://",
            "https:///x.vn",
            "https://?a",
            "https://#a",
            "http://\\x.vn",
            " https://x.vn",
            "https://x.vn ",
            "https://x.vn/a b",
            "https://x.vn/\n",
            "https://x.vn/\u{a0}",
            "https://x.vn/\0",
            "https://x.vn/a\u{200b}b",
            "https://x.\u{ad}vn",
            "https://x.vn/\u{2069}",
            "\u{feff}https://x.vn",
            "https://x.vn:port/",
            "https://:80/",
            "https://@/",
            "ｈttps://x.vn",
            "@name",
        ] {
            assert!(LinkKind::Url.check(link).is_err(), "{link:?}");
        }
    }

    #[test]
    fn an_address_has_at_most_2048_characters() {
        let link = |chars: usize| format!("https://x.vn/{}", "ă".repeat(chars - 13));
        assert_eq!(LinkKind::Url.check(&link(2048)), Ok(()));
        assert!(LinkKind::Url.check(&link(2049)).is_err());
    }

    #[test]
    fn a_handle_is_one_name() {
        for link in ["ten", "@ten", "a.b_c-d", "@người.dùng", "+84901234567"] {
            assert_eq!(LinkKind::Handle.check(link), Ok(()), "{link}");
            assert_eq!(LinkKind::Any.check(link), Ok(()), "{link}");
        }
        for link in ["", "@", "@@a", "a b", "a/b", "https://x.vn", "a\n", "<b>", "...", &"a".repeat(101)] {
            assert!(LinkKind::Handle.check(link).is_err(), "{link:?}");
        }
        assert_eq!(LinkKind::Any.check("https://x.vn"), Ok(()));
        assert!(LinkKind::Any.check("https://").is_err());
    }

    #[test]
    fn links_that_mean_the_same_have_one_key() {
        for (one, other) in [
            ("https://x.vn/a", "http://X.VN/a/"),
            ("https://www.x.vn/a", "https://m.x.vn/a"),
            ("https://x.vn", "https://x.vn/#top"),
            ("https://x.vn/a?b=c", "https://x.vn/a/?b=c#d"),
            ("https://x.vn:443/a", "http://x.vn:80/a"),
            ("https://x.vn/đ", "https://x.vn/%C4%91"),
            ("https://tên.vn/", "https://TÊN.vn"),
            ("@Ten", "ten"),
        ] {
            assert_eq!(link_key(one), link_key(other), "{one} {other}");
        }
        for (one, other) in [
            ("https://x.vn/a", "https://x.vn/A"),
            ("https://x.vn/a", "https://x.vn/a?b"),
            ("https://x.vn/a?b=c", "https://x.vn/a?b=C"),
            ("https://x.vn/a", "https://x.vn/a//"),
            ("https://x.vn/a", "https://x.vn:8443/a"),
            ("https://x.vn/a", "https://a.x.vn/a"),
            ("https://x.vn", "x.vn"),
            ("@ten", "@tên"),
        ] {
            assert_ne!(link_key(one), link_key(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn an_accepted_link_never_holds_a_blank_or_control_character(link in "(https?://)?.{0,40}") {
            for kind in LinkKind::VARIANTS {
                if kind.check(&link).is_ok() {
                    prop_assert!(!link.chars().any(|c| c.is_whitespace() || c.is_control()));
                }
            }
        }
    }
}
