//! What proves who somebody is without a password: session tokens (JWT, HS256), API keys, the set-up token.
//!
//! A session token is signed, not stored: it names its user, itself and the user's epoch. Whether it still counts
//! is asked of the database on every request (`accounts::authenticate`). Keys are stored as SHA-256 only; they are
//! 256 random bits, so a fast hash gives nothing away.

use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use aws_lc_rs::{constant_time, digest, rand};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// How long a session lives: 7 days.
pub const SESSION_SECONDS: i64 = 7 * 24 * 60 * 60;
/// Marks a reseller key, so that people and secret scanners know one when they see it.
const API_KEY_PREFIX: &str = "smm_";
/// Of a key that came along from another panel: a shorter one is found by trying.
const FOREIGN_KEY_LEN: RangeInclusive<usize> = 16..=255;
/// Without look-alikes (0 O, 1 I), 32 letters: 5 bits each.
const PLAIN_LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// What a valid session token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub user: UserId,
    /// This token's own name, 128 random bits in hex.
    pub token_id: String,
    /// The user's epoch when the token was made; the token dies when the user's moves on.
    pub epoch: i64,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    /// A browser logged in: whoever shows the token, and however, may do no more than the browser with its cookie.
    pub by_browser: bool,
}

/// The claims as they stand in the token. Nothing unknown is accepted: only this module writes tokens.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    sub: String,
    jti: String,
    epoch: i64,
    iat: i64,
    exp: i64,
    #[serde(default, skip_serializing_if = "is_no")]
    browser: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_no(flag: &bool) -> bool {
    !flag
}

/// For how long an admin may see the panel as a user: 15 minutes.
pub const VIEW_SECONDS: i64 = 15 * 60;

/// What the token says of an admin who sees the panel as a user. It counts as long as the session that it was made in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whom the admin sees.
    pub user: UserId,
    /// The admin's session.
    pub by: Claims,
    pub expires_at: Timestamp,
}

/// A view as it stands in its token. It has a claim that no session has and lacks one that each has, so that neither is
/// ever read as the other.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewWire {
    /// Whom the admin sees.
    view: String,
    /// When the view ends.
    exp: i64,
    /// The admin's session: whose, its name, its epoch, when it began and ends.
    by: String,
    jti: String,
    epoch: i64,
    iat: i64,
    until: i64,
}

/// Signs and reads session tokens. Has no `Debug`: it holds the secret.
pub struct Keys {
    signing: EncodingKey,
    reading: DecodingKey,
    validation: Validation,
}

impl Keys {
    /// From the panel's secret, at least 32 bytes.
    pub fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // The crate would ask the machine's clock, with a minute of leeway; `verify` asks the caller's, with none.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        Keys {
            signing: EncodingKey::from_secret(secret),
            reading: DecodingKey::from_secret(secret),
            validation,
        }
    }

    /// A new session of a user whose epoch is `epoch`. `by_browser`: as in `Claims`.
    pub fn issue(
        &self,
        user: UserId,
        epoch: i64,
        by_browser: bool,
        now: Timestamp,
    ) -> Result<(String, Claims), Fault> {
        let issued_at = Timestamp::from_millis(now.seconds().saturating_mul(1000));
        let expires_at = issued_at.plus_seconds(SESSION_SECONDS);
        let token_id = hex::encode(random::<16>()?);
        let claims = Claims { user, token_id, epoch, issued_at, expires_at, by_browser };
        Ok((self.sign(&claims)?, claims))
    }

    fn sign(&self, claims: &Claims) -> Result<String, Fault> {
        let wire = Wire {
            sub: claims.user.to_string(),
            jti: claims.token_id.clone(),
            epoch: claims.epoch,
            iat: claims.issued_at.seconds(),
            exp: claims.expires_at.seconds(),
            browser: claims.by_browser,
        };
        self.encode(&wire)
    }

    fn encode(&self, wire: &impl Serialize) -> Result<String, Fault> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), wire, &self.signing)
            .map_err(|cause| Fault::Internal(format!("a token could not be signed: {cause}")))
    }

    /// What the token says, if this panel signed it with HS256 and it has not expired at `now`.
    pub fn verify(&self, token: &str, now: Timestamp) -> Option<Claims> {
        self.read(token).filter(|claims| now < claims.expires_at)
    }

    /// A view of a user in this session, which it does not outlive.
    pub fn issue_view(&self, user: UserId, by: &Claims, now: Timestamp) -> Result<(String, View), Fault> {
        let end = now.seconds().saturating_add(VIEW_SECONDS).min(by.expires_at.seconds());
        let wire = ViewWire {
            view: user.to_string(),
            exp: end,
            by: by.user.to_string(),
            jti: by.token_id.clone(),
            epoch: by.epoch,
            iat: by.issued_at.seconds(),
            until: by.expires_at.seconds(),
        };
        let expires_at = Timestamp::from_millis(end.saturating_mul(1000));
        Ok((self.encode(&wire)?, View { user, by: by.clone(), expires_at }))
    }

    /// What the token of a view says, if this panel signed it and it has not expired at `now`.
    pub fn verify_view(&self, token: &str, now: Timestamp) -> Option<View> {
        let wire = jsonwebtoken::decode::<ViewWire>(token, &self.reading, &self.validation).ok()?.claims;
        let by = Claims {
            user: user_of(&wire.by)?,
            token_id: wire.jti,
            epoch: wire.epoch,
            issued_at: moment(wire.iat)?,
            expires_at: moment(wire.until)?,
            by_browser: true,
        };
        let view = View { user: user_of(&wire.view)?, by, expires_at: moment(wire.exp)? };
        (now < view.expires_at && now < view.by.expires_at).then_some(view)
    }

    fn read(&self, token: &str) -> Option<Claims> {
        let wire = jsonwebtoken::decode::<Wire>(token, &self.reading, &self.validation).ok()?.claims;
        let user = user_of(&wire.sub)?;
        let (issued_at, expires_at) = (moment(wire.iat)?, moment(wire.exp)?);
        let Wire { jti: token_id, epoch, browser: by_browser, .. } = wire;
        Some(Claims { user, token_id, epoch, issued_at, expires_at, by_browser })
    }
}

fn user_of(text: &str) -> Option<UserId> {
    text.parse().ok().filter(|id| *id > 0).map(UserId::new)
}

fn moment(seconds: i64) -> Option<Timestamp> {
    seconds.checked_mul(1000).map(Timestamp::from_millis)
}

/// A new reseller key: the text to show once, and the hash to keep.
pub fn new_api_key() -> Result<(String, [u8; 32]), Fault> {
    let key = format!("{API_KEY_PREFIX}{}", hex::encode(random::<32>()?));
    let hash = sha256(&key);
    Ok((key, hash))
}

/// What a presented key is looked up by; `None` for what cannot be one. Keys that came along from another panel look
/// as they did there.
pub fn api_key_hash(presented: &str) -> Option<[u8; 32]> {
    let is_key = match presented.strip_prefix(API_KEY_PREFIX) {
        Some(digits) => digits.len() == 64 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
        None => FOREIGN_KEY_LEN.contains(&presented.len()) && presented.bytes().all(|b| b.is_ascii_graphic()),
    };
    is_key.then(|| sha256(presented))
}

/// The one-time token of the first start, kept as a hash only.
pub struct SetupToken([u8; 32]);

impl SetupToken {
    /// A new one, with the text for the log and the terminal.
    pub fn generate() -> Result<(SetupToken, String), Fault> {
        let text = hex::encode(random::<16>()?);
        Ok((SetupToken(sha256(&text)), text))
    }

    /// Compared in constant time.
    pub fn is(&self, presented: &str) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &sha256(presented)).is_ok()
    }
}

/// The text of a link that opens something: 256 random bits in hex.
pub fn secret() -> Result<String, Fault> {
    Ok(hex::encode(random::<32>()?))
}

/// A name nobody else has: 128 random bits in hex.
pub fn nonce() -> Result<String, Fault> {
    Ok(hex::encode(random::<16>()?))
}

/// `N` random letters that are easily told apart, 5 bits each.
pub fn plain_code<const N: usize>() -> Result<String, Fault> {
    Ok(random::<N>()?
        .iter()
        .filter_map(|byte| PLAIN_LETTERS.get(usize::from(byte & 31)))
        .copied()
        .map(char::from)
        .collect())
}

/// From the machine's cryptographic source.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| Fault::Internal("the machine gives no random numbers".to_owned()))?;
    Ok(bytes)
}

pub(super) fn sha256(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const NOW: Timestamp = Timestamp::from_millis(1_795_333_140_500);

    fn keys() -> Keys {
        Keys::new(b"0123456789abcdef0123456789abcdef")
    }

    fn signed(header: &Header, claims: &Value) -> String {
        let key = EncodingKey::from_secret(b"0123456789abcdef0123456789abcdef");
        jsonwebtoken::encode(header, claims, &key).unwrap()
    }

    fn claims() -> Value {
        json!({ "sub": "7", "jti": "ab", "epoch": 0, "iat": NOW.seconds(), "exp": NOW.seconds() + 60 })
    }

    #[test]
    fn a_token_says_what_was_put_in() {
        let (token, issued) = keys().issue(UserId::new(7), 3, false, NOW).unwrap();
        assert_eq!(keys().verify(&token, NOW), Some(issued.clone()));
        assert_eq!((issued.user, issued.epoch), (UserId::new(7), 3));
        assert_eq!(issued.expires_at.seconds() - NOW.seconds(), 604_800);
        assert_eq!(issued.token_id.len(), 32);
        assert_ne!(issued.token_id, keys().issue(UserId::new(7), 3, false, NOW).unwrap().1.token_id);
    }

    #[test]
    fn a_token_expires_to_the_second() {
        let (token, _) = keys().issue(UserId::new(7), 0, false, NOW).unwrap();
        let end = Timestamp::from_millis((NOW.seconds() + SESSION_SECONDS) * 1000);
        assert!(keys().verify(&token, Timestamp::from_millis(end.millis() - 1)).is_some());
        assert!(keys().verify(&token, end).is_none());
    }

    #[test]
    fn another_secret_reads_nothing() {
        let (token, _) = keys().issue(UserId::new(7), 0, false, NOW).unwrap();
        assert!(Keys::new(b"another secret of thirty-two byte").verify(&token, NOW).is_none());
    }

    #[test]
    fn only_hs256_is_read() {
        assert!(keys().verify(&signed(&Header::new(Algorithm::HS256), &claims()), NOW).is_some());
        for other in [Algorithm::HS384, Algorithm::HS512] {
            assert!(keys().verify(&signed(&Header::new(other), &claims()), NOW).is_none(), "{other:?}");
        }
        // {"alg":"none","typ":"JWT"} with the same claims and no signature
        let good = signed(&Header::new(Algorithm::HS256), &claims());
        let body = good.split('.').nth(1).unwrap();
        for none in ["eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", "eyJhbGciOiJOT05FIiwidHlwIjoiSldUIn0"] {
            assert!(keys().verify(&format!("{none}.{body}."), NOW).is_none());
        }
    }

    #[test]
    fn odd_claims_are_refused_though_signed() {
        let with = |change: fn(&mut Value)| {
            let mut odd = claims();
            change(&mut odd);
            signed(&Header::new(Algorithm::HS256), &odd)
        };
        for token in [
            with(|c| c["role"] = json!("admin")),
            with(|c| c["sub"] = json!(7)),
            with(|c| c["sub"] = json!("0")),
            with(|c| c["sub"] = json!("-7")),
            with(|c| c["sub"] = json!("7 ")),
            with(|c| c["exp"] = json!("9999999999")),
            with(|c| c["exp"] = json!(i64::MAX)),
            with(|c| c["exp"] = Value::Null),
            with(|c| drop(c.as_object_mut().unwrap().remove("exp"))),
            with(|c| drop(c.as_object_mut().unwrap().remove("epoch"))),
        ] {
            assert!(keys().verify(&token, NOW).is_none(), "{token}");
        }
    }

    #[test]
    fn a_view_is_no_session_and_a_session_no_view() {
        let (session, by) = keys().issue(UserId::new(1), 4, true, NOW).unwrap();
        let (token, view) = keys().issue_view(UserId::new(7), &by, NOW).unwrap();
        assert_eq!(keys().verify_view(&token, NOW), Some(view.clone()));
        assert_eq!((view.user, &view.by), (UserId::new(7), &by));
        assert_eq!((keys().verify(&token, NOW), keys().verify_view(&session, NOW)), (None, None));
        let end = Timestamp::from_millis((NOW.seconds() + VIEW_SECONDS) * 1000);
        assert_eq!(view.expires_at, end);
        assert!(keys().verify_view(&token, Timestamp::from_millis(end.millis() - 1)).is_some());
        assert!(keys().verify_view(&token, end).is_none());
        let late = Timestamp::from_millis(by.expires_at.millis() - 1000);
        let (_, last) = keys().issue_view(UserId::new(7), &by, late).unwrap();
        assert_eq!(last.expires_at, by.expires_at, "it does not outlive its session");
    }

    #[test]
    fn api_keys_are_known_by_their_hash() {
        let (key, hash) = new_api_key().unwrap();
        assert_eq!(api_key_hash(&key), Some(hash));
        assert_eq!(key.len(), API_KEY_PREFIX.len() + 64);
        assert_eq!(api_key_hash(&format!("{key}0")), None);
        for foreign in ["0123456789abcdef", "aB3$-0123456789abcdef"] {
            assert_eq!(api_key_hash(foreign), Some(sha256(foreign)));
        }
        for none in ["", "0123456789abcde", "0123456789abcde ", "0123456789abcdeé", &"a".repeat(256)] {
            assert_eq!(api_key_hash(none), None, "{none}");
        }
    }

    #[test]
    fn the_set_up_token_knows_itself_only() {
        let (token, text) = SetupToken::generate().unwrap();
        assert!(token.is(&text));
        assert!(!token.is("") && !token.is(&format!("{text} ")));
    }

    #[test]
    fn plain_codes_have_no_look_alikes() {
        let code = plain_code::<8>().unwrap();
        assert_eq!(code.len(), 8);
        assert!(code.bytes().all(|b| PLAIN_LETTERS.contains(&b)), "{code}");
    }

    proptest! {
        #[test]
        fn a_changed_token_is_no_token(at in 0_usize..200, with in "[A-Za-z0-9_.=-]") {
            let (token, _) = keys().issue(UserId::new(7), 0, false, NOW).unwrap();
            let at = at % token.len();
            let mut changed = token.clone();
            changed.replace_range(at..=at, &with);
            prop_assert_eq!(keys().verify(&changed, NOW).is_some(), changed == token);
        }

        #[test]
        fn any_text_is_refused_without_panic(text in any::<String>()) {
            prop_assert!(keys().verify(&text, NOW).is_none());
            prop_assert!(api_key_hash(&text).is_none_or(|hash| hash == sha256(&text)));
        }
    }
}
