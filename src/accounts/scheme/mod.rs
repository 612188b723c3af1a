//! How other panels made the hashes that came along with their users: what bcrypt is given there instead of the
//! password. Pure. Whoever logs in with such a hash gets one of ours, so each serves once.
//!
//! Digests that are found by trying lie nowhere: bcrypt was put around them when they came.

mod entities;

use super::rules;
use crate::db::word_column;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use md5::{Digest, Md5};
use strum::{IntoStaticStr, VariantArray};

/// What bcrypt was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Scheme {
    /// The password, of which PHP's bcrypt reads 72 bytes.
    Php,
    /// What CMSNT makes of it.
    Cmsnt,
    /// The MD5 digits of that.
    CmsntMd5,
    /// The SHA-1 digits of that.
    CmsntSha1,
    /// What clones of PerfectPanel make of it: `md5(sha1(md5(htmlentities(password))))`.
    Perfectpanel,
}

word_column!(Scheme);

impl Scheme {
    /// What bcrypt was given for this password. Versions of PHP differ in one character, so that there may be two; no
    /// password of ours with a NUL in it has any.
    pub(super) fn inputs(self, password: &str) -> Vec<Vec<u8>> {
        if password.contains('\0') {
            return Vec::new();
        }
        let spelled: Vec<String> = match self {
            Scheme::Php => vec![password.to_owned()],
            Scheme::Cmsnt => both(|quotes| cmsnt(password, quotes)),
            Scheme::CmsntMd5 => both(|quotes| md5(&cmsnt(password, quotes))),
            Scheme::CmsntSha1 => both(|quotes| sha1(&cmsnt(password, quotes))),
            Scheme::Perfectpanel => {
                both(|quotes| md5(&sha1(&md5(&escaped(password, quotes, entities::named)))))
            }
        };
        spelled.into_iter().map(cut).collect()
    }

    /// How many hexadecimal digits are kept there. `None`: a hash of bcrypt.
    pub fn digits(self) -> Option<usize> {
        match self {
            Scheme::Php | Scheme::Cmsnt => None,
            Scheme::CmsntMd5 | Scheme::Perfectpanel => Some(32),
            Scheme::CmsntSha1 => Some(40),
        }
    }
}

/// Whether PHP turned single quotes into entities: since 8.1 it does.
#[derive(Clone, Copy)]
enum Quotes {
    Kept,
    Escaped,
}

fn both(spell: impl Fn(Quotes) -> String) -> Vec<String> {
    let (newer, older) = (spell(Quotes::Escaped), spell(Quotes::Kept));
    if newer == older { vec![newer] } else { vec![newer, older] }
}

/// `trim(htmlspecialchars(addslashes(password)))`
fn cmsnt(password: &str, quotes: Quotes) -> String {
    let slashed: String = password
        .chars()
        .flat_map(|c| matches!(c, '\'' | '"' | '\\').then_some('\\').into_iter().chain([c]))
        .collect();
    let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\0' | '\x0b');
    escaped(&slashed, quotes, |_| None).trim_matches(blank).to_owned()
}

fn escaped(text: &str, quotes: Quotes, named: impl Fn(char) -> Option<&'static str>) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match (c, quotes) {
            ('&', _) => escaped.push_str("&amp;"),
            ('<', _) => escaped.push_str("&lt;"),
            ('>', _) => escaped.push_str("&gt;"),
            ('"', _) => escaped.push_str("&quot;"),
            ('\'', Quotes::Escaped) => escaped.push_str("&#039;"),
            (c, _) => match named(c) {
                Some(name) => escaped.extend(["&", name, ";"]),
                None => escaped.push(c),
            },
        }
    }
    escaped
}

fn md5(text: &str) -> String {
    hex::encode(Md5::digest(text.as_bytes()))
}

fn sha1(text: &str) -> String {
    hex::encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
}

fn cut(text: String) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    bytes.truncate(rules::PASSWORD_MAX_BYTES);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(scheme: Scheme, password: &str) -> Vec<String> {
        scheme.inputs(password).into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect()
    }

    #[test]
    fn a_password_is_spelled_as_php_does() {
        assert_eq!(texts(Scheme::Php, "a'b&"), ["a'b&"]);
        assert_eq!(texts(Scheme::Cmsnt, " a&<b>\"\\ "), ["a&amp;&lt;b&gt;\\&quot;\\\\"]);
        assert_eq!(texts(Scheme::Cmsnt, "it's"), ["it\\&#039;s", "it\\'s"]);
        assert_eq!(texts(Scheme::Cmsnt, "mật khẩu é"), ["mật khẩu é"]);
    }

    /// As `php -r 'echo md5(…)'` says.
    #[test]
    fn digests_are_those_of_php() {
        assert_eq!(texts(Scheme::CmsntMd5, "secret"), ["5ebe2294ecd0e0f08eab7690d2a6ee69"]);
        assert_eq!(texts(Scheme::CmsntSha1, "secret"), ["e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4"]);
        let nested = md5(&sha1(&md5("caf&eacute; &amp; co")));
        assert_eq!(texts(Scheme::Perfectpanel, "café & co"), [nested]);
        assert_eq!(texts(Scheme::Perfectpanel, "it's").len(), 2);
    }

    #[test]
    fn nothing_has_more_than_72_bytes_and_none_has_a_nul() {
        assert_eq!(Scheme::Php.inputs(&"ạ".repeat(40))[0].len(), 72);
        assert_eq!(Scheme::Cmsnt.inputs(&"&".repeat(72))[0].len(), 72);
        assert!(Scheme::VARIANTS.iter().all(|scheme| scheme.inputs("a\0b").is_empty()));
    }

    proptest! {
        #[test]
        fn any_password_has_one_spelling_or_two(password in any::<String>()) {
            for scheme in Scheme::VARIANTS {
                let inputs = scheme.inputs(&password);
                prop_assert!(inputs.len() <= 2 && inputs.iter().all(|input| input.len() <= 72));
                prop_assert!(inputs.len() == 2 || inputs.is_empty() || !password.contains('\'')
                    || *scheme == Scheme::Php || password.len() > 60);
            }
        }
    }
}
