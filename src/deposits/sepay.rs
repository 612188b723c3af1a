//! SePay's notices of bank transfers: who sent one, and what it says. Pure: bytes in, values out.
//!
//! SePay signs either with nothing but a key in the header, or with an HMAC over the time and the raw body.
//! Its payload is a foreign dialect: unknown keys are ignored, numbers may come as digits in a string, and
//! every text may be missing.

use super::error::NoticeError;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::foreign::{self, Ambiguous, Object, Scalar};
use crate::kernel::money::Vnd;
use aws_lc_rs::{constant_time, hmac};
use serde_json::Value;
use strum::{IntoStaticStr, VariantArray};

/// How far a signature's time may be from ours, either way.
const WINDOW_S: u64 = 300;

/// Which way the money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Direction {
    In,
    Out,
}

/// One transfer as the bank reported it, through SePay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFact {
    /// SePay's number of the transfer: what makes it the same one when it is reported again.
    pub sepay_id: i64,
    pub direction: Direction,
    /// What moved; above zero, at most thirteen digits.
    pub amount: Vnd,
    /// The bank's name.
    pub gateway: String,
    pub account_number: String,
    /// The virtual account, where one received it.
    pub sub_account: Option<String>,
    /// The payment code as SePay recognised it.
    pub code: Option<String>,
    /// The memo.
    pub content: String,
    /// The bank's own reference.
    pub reference: String,
    /// As the bank wrote it, in the bank's time.
    pub transaction_date: String,
    /// All of it, as it arrived.
    pub raw: String,
}

/// What the headers of a notice claim.
#[derive(Clone, Copy, Default)]
pub struct Proof<'h> {
    /// `Authorization`
    pub authorization: Option<&'h str>,
    /// `X-SePay-Signature`
    pub signature: Option<&'h str>,
    /// `X-SePay-Timestamp`
    pub timestamp: Option<&'h str>,
}

impl<'h> Proof<'h> {
    /// Whether SePay sent this body: by the right key, or by a right and recent signature. An empty secret
    /// opens nothing. Both comparisons take the same time wherever the difference is.
    pub fn holds(self, secret: &str, body: &[u8], now: Timestamp) -> bool {
        !secret.is_empty() && (self.has_key(secret) || self.has_signature(secret, body, now))
    }

    /// Whether it could hold for some body: what cannot is turned away before its body is read.
    pub fn may_hold(self, secret: &str, now: Timestamp) -> bool {
        !secret.is_empty()
            && (self.has_key(secret) || self.signature().is_some() && self.recent(now).is_some())
    }

    /// Whether the headers alone prove it. An empty secret opens nothing.
    pub fn has_key(self, secret: &str) -> bool {
        let key = self.authorization.and_then(|value| value.split_once(' ')).filter(|_| !secret.is_empty());
        key.is_some_and(|(scheme, key)| {
            scheme.eq_ignore_ascii_case("Apikey")
                && constant_time::verify_slices_are_equal(key.trim().as_bytes(), secret.as_bytes()).is_ok()
        })
    }

    fn has_signature(self, secret: &str, body: &[u8], now: Timestamp) -> bool {
        let (Some(tag), Some(timestamp)) = (self.signature(), self.recent(now)) else { return false };
        let signed = [timestamp.as_bytes(), b".", body].concat();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hmac::verify(&key, &signed, &tag).is_ok()
    }

    fn signature(self) -> Option<Vec<u8>> {
        hex::decode(self.signature?.strip_prefix("sha256=")?).ok()
    }

    /// The timestamp as it was sent, if it is one and near enough.
    fn recent(self, now: Timestamp) -> Option<&'h str> {
        let text = self.timestamp?;
        let at: i64 = text.parse().ok()?;
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        (plain && at.abs_diff(now.seconds()) <= WINDOW_S).then_some(text)
    }
}

/// The headers of a signed notice, as SePay sends them: timestamp and signature.
pub fn signed(secret: &str, body: &[u8], now: Timestamp) -> (String, String) {
    let timestamp = now.seconds().to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, &[timestamp.as_bytes(), b".", body].concat());
    (timestamp, format!("sha256={}", hex::encode(tag)))
}

/// Reads a notice. Errors: `NotJson`, or `Invalid` with every field at fault.
pub fn parse(body: &[u8]) -> Result<BankFact, NoticeError> {
    let text = foreign::text(body);
    let Some(fields) = foreign::object(&text) else {
        let is_json = serde_json::from_str::<Value>(&text).is_ok();
        let no_object = || NoticeError::Invalid(vec![FieldError::new("body", Rule::Object)]);
        return Err(if is_json { no_object() } else { NoticeError::NotJson });
    };
    let mut notice = Notice { fields, errors: Vec::new() };
    let fact = BankFact {
        sepay_id: notice.integer("id", 0, i64::MAX),
        direction: notice.direction("transferType"),
        amount: Vnd::new(notice.integer("transferAmount", 1, super::vietqr::MAX_AMOUNT.get())),
        gateway: notice.text("gateway"),
        account_number: notice.text("accountNumber"),
        sub_account: Some(notice.text("subAccount")).filter(|text| !text.is_empty()),
        code: Some(notice.text("code")).filter(|text| !text.is_empty()),
        content: notice.text("content"),
        reference: notice.text("referenceCode"),
        transaction_date: notice.text("transactionDate"),
        raw: String::from_utf8_lossy(body).into_owned(),
    };
    if notice.errors.is_empty() { Ok(fact) } else { Err(NoticeError::Invalid(notice.errors)) }
}

/// The object being read, and what was wrong with it so far.
pub(super) struct Notice<'a> {
    pub fields: Object<'a>,
    pub errors: Vec<FieldError>,
}

impl Notice<'_> {
    /// A JSON integer or a string of digits; a fraction or exponent is neither, even where its value is
    /// whole.
    pub fn integer(&mut self, name: &str, min: i64, max: i64) -> i64 {
        let digits = match self.fields.get(name) {
            Ok(Scalar::Number(digits)) => digits.to_owned(),
            Ok(Scalar::Text(text)) => text,
            Ok(Scalar::Absent | Scalar::Bool(_) | Scalar::Other) | Err(Ambiguous) => String::new(),
        };
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        let number: Option<i64> = digits.parse().ok().filter(|_| is_plain);
        number.filter(|number| (min..=max).contains(number)).unwrap_or_else(|| {
            self.refuse(name, Rule::Range { min, max });
            min
        })
    }

    fn direction(&mut self, name: &str) -> Direction {
        let word = self.text(name);
        let known =
            Direction::VARIANTS.iter().copied().find(|way| way.into_str().eq_ignore_ascii_case(&word));
        known.unwrap_or_else(|| {
            self.refuse(name, Rule::one_of(Direction::VARIANTS.iter().map(Direction::into_str)));
            Direction::Out
        })
    }

    pub fn refuse(&mut self, name: &str, rule: Rule) {
        self.errors.push(FieldError::new(name, rule));
    }

    /// Missing and null are empty; a number is taken as it is written. Two different ones are none.
    pub fn text(&mut self, name: &str) -> String {
        match self.fields.get(name) {
            Ok(Scalar::Absent) => String::new(),
            Ok(Scalar::Text(text)) => text,
            Ok(Scalar::Number(digits)) => digits.to_owned(),
            Ok(Scalar::Bool(_) | Scalar::Other) | Err(Ambiguous) => {
                self.refuse(name, Rule::Text);
                String::new()
            }
        }
    }
}

#[cfg(test)]
#[path = "sepay_tests.rs"]
mod tests;
