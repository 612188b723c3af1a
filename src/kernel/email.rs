//! The one rule of e-mail addresses, wherever one is given.

use super::error::Rule;
use super::text::trimmed;

/// The limits of a mailbox in SMTP (RFC 5321, 4.5.3.1).
const EMAIL_MAX_BYTES: usize = 254;
const EMAIL_LOCAL_MAX_BYTES: usize = 64;
const DOMAIN_LABEL_MAX_BYTES: usize = 63;

/// An e-mail address in its stored form, lower case. Plain ASCII mailboxes at a domain with a dot; quoted local
/// parts, address literals and internationalised addresses are refused, because two spellings of them can be one
/// mailbox.
pub fn email(text: &str) -> Result<String, Rule> {
    let address = trimmed(text).to_ascii_lowercase();
    let plausible = address.len() <= EMAIL_MAX_BYTES
        && address.split_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
    if plausible { Ok(address) } else { Err(Rule::Email) }
}

fn is_local(local: &str) -> bool {
    let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    local.len() <= EMAIL_LOCAL_MAX_BYTES
        && local.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
}

fn is_domain(domain: &str) -> bool {
    let label = |part: &str| {
        (1..=DOMAIN_LABEL_MAX_BYTES).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn email_addresses_are_folded_and_checked() {
        assert_eq!(email("Lan+Shop@Example.COM").as_deref(), Ok("lan+shop@example.com"));
        assert_eq!(email(" lan@x.vn\u{2069}\t").as_deref(), Ok("lan@x.vn"));
        for bad in [
            "",
            "lan",
            "@x.vn",
            "lan@",
            "lan@x",
            "a@b@c.vn",
            "a b@c.vn",
            "a@b..vn",
            "a@.vn",
            "a@b.vn.",
            "a.@b.vn",
            ".a@b.vn",
            "a..b@c.vn",
            "a@-b.vn",
            "a@b-.vn",
            "đ@b.vn",
            "a@đ.vn",
            "a@b\n.vn",
            "a@b.v\u{ad}n",
            "\"a\"@b.vn",
            "a@[1.2.3.4]",
        ] {
            assert!(email(bad).is_err(), "{bad:?}");
        }
        assert!(email(&format!("{}@b.vn", "a".repeat(64))).is_ok());
        assert!(email(&format!("{}@b.vn", "a".repeat(65))).is_err());
        assert!(email(&format!("a@{}vn", "abcdefgh.".repeat(30))).is_err());
    }

    proptest! {
        #[test]
        fn an_accepted_address_is_its_own_stored_form(text in "[a-zA-Z.@-]{3,20}") {
            if let Ok(address) = email(&text) {
                prop_assert_eq!(email(&address), Ok(address.clone()));
                prop_assert_eq!(address.matches('@').count(), 1);
            }
        }

        #[test]
        fn any_text_is_judged_without_panic(text in any::<String>()) {
            let _ = email(&text).is_ok();
        }
    }
}
