//! SePay's notices of bank transfers: who sent one, and what it says. Pure: bytes in, values out.
//!
//! SePay signs either with nothing but a key in the header, or with an HMAC over the time and the raw body.
//! Its payload is a foreign dialect: unknown keys are ignored, numbers may come as digits in a string, and
//! every text may be missing.

use super::error::NoticeError;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::FieldError;
use crate::kernel::money::Vnd;
use aws_lc_rs::{constant_time, hmac};
use serde_json::{Map, Value};

/// How far a signature's time may be from ours, either way.
const WINDOW_S: u64 = 300;

/// Which way the money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
}

impl Direction {
    pub const ALL: [Direction; 2] = [Direction::In, Direction::Out];

    pub fn as_str(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
        }
    }
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

/// Whether SePay sent this body: by the right key, or by a right and recent signature. An empty secret opens
/// nothing. Both comparisons take the same time wherever the difference is.
pub fn is_authentic(secret: &str, proof: Proof, body: &[u8], now: Timestamp) -> bool {
    !secret.is_empty() && (has_key(secret, proof) || has_signature(secret, proof, body, now))
}

fn has_key(secret: &str, proof: Proof) -> bool {
    let key = proof.authorization.and_then(|value| value.split_once(' '));
    key.is_some_and(|(scheme, key)| {
        scheme.eq_ignore_ascii_case("Apikey")
            && constant_time::verify_slices_are_equal(key.trim().as_bytes(), secret.as_bytes()).is_ok()
    })
}

fn has_signature(secret: &str, proof: Proof, body: &[u8], now: Timestamp) -> bool {
    let (Some(signature), Some(timestamp)) = (proof.signature, proof.timestamp) else { return false };
    let digits = timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let recent = timestamp.parse::<i64>().is_ok_and(|at| at.abs_diff(now.seconds()) <= WINDOW_S);
    let Some(tag) = signature.strip_prefix("sha256=").and_then(unhex) else { return false };
    let signed = [timestamp.as_bytes(), b".", body].concat();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    digits && recent && hmac::verify(&key, &signed, &tag).is_ok()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let nibble = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| Some(nibble(pair.first()?)? << 4 | nibble(pair.last()?)?))
        .collect()
}

/// Reads a notice. Errors: `NotJson`, or `Invalid` with every field at fault.
pub fn parse(body: &[u8]) -> Result<BankFact, NoticeError> {
    let value: Value = serde_json::from_slice(body).map_err(|_| NoticeError::NotJson)?;
    let Value::Object(fields) = value else {
        return Err(NoticeError::Invalid(vec![FieldError::new("body", "must be an object")]));
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
        // What parsed as JSON is UTF-8.
        raw: String::from_utf8_lossy(body).into_owned(),
    };
    if notice.errors.is_empty() { Ok(fact) } else { Err(NoticeError::Invalid(notice.errors)) }
}

/// The object being read, and what was wrong with it so far.
struct Notice {
    fields: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Notice {
    /// A JSON integer or a string of digits; a fraction or exponent is neither, even where its value is
    /// whole.
    fn integer(&mut self, name: &str, min: i64, max: i64) -> i64 {
        let number = match self.fields.get(name) {
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        };
        number.filter(|number| (min..=max).contains(number)).unwrap_or_else(|| {
            self.errors.push(FieldError::new(name, format!("must be an integer from {min} to {max}")));
            min
        })
    }

    fn direction(&mut self, name: &str) -> Direction {
        let word = self.text(name);
        let known = Direction::ALL.into_iter().find(|way| way.as_str().eq_ignore_ascii_case(&word));
        known.unwrap_or_else(|| {
            self.errors.push(FieldError::new(name, "must be in or out"));
            Direction::Out
        })
    }

    /// Missing and null are empty; a number is taken as it is written.
    fn text(&mut self, name: &str) -> String {
        match self.fields.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
                self.errors.push(FieldError::new(name, "must be a text"));
                String::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRET: &str = "test_secret_123";
    const BODY: &[u8] = br#"{"id":1001,"transferAmount":50000}"#;
    const SIGNATURE: &str = "sha256=c695847b7521c7e23af500a5efc2ad8474d58eda9fe23aa3a427735ed6538695";
    const AT: i64 = 1_700_000_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn key(value: &str) -> Proof<'_> {
        Proof { authorization: Some(value), ..Proof::default() }
    }

    fn signed<'h>(signature: &'h str, timestamp: &'h str) -> Proof<'h> {
        Proof { authorization: None, signature: Some(signature), timestamp: Some(timestamp) }
    }

    #[test]
    fn nothing_opens_without_the_secret() {
        for proof in [
            Proof::default(),
            key("Apikey"),
            key("Apikey "),
            key("Apikey test_secret_12"),
            key("Apikey test_secret_1234"),
            key("Apikey TEST_SECRET_123"),
            key("Bearer test_secret_123"),
            key("test_secret_123"),
        ] {
            assert!(!is_authentic(SECRET, proof, BODY, at(AT)));
        }
        assert!(!is_authentic("", key("Apikey "), BODY, at(AT)));
        assert!(is_authentic(SECRET, key("Apikey test_secret_123"), BODY, at(AT)));
        assert!(is_authentic(SECRET, key("apikey test_secret_123"), BODY, at(AT)));
    }

    #[test]
    fn a_signature_covers_the_time_and_every_byte() {
        let good = signed(SIGNATURE, "1700000000");
        assert!(is_authentic(SECRET, good, BODY, at(AT)));
        let shouted = SIGNATURE.replace("c695847b", "C695847B");
        assert!(is_authentic(SECRET, signed(&shouted, "1700000000"), BODY, at(AT)));
        assert!(!is_authentic(SECRET, good, br#"{"id":1001,"transferAmount":50001}"#, at(AT)));
        assert!(!is_authentic("another", good, BODY, at(AT)));
        assert!(!is_authentic(SECRET, signed(SIGNATURE, "1700000001"), BODY, at(AT)));
        assert!(!is_authentic(SECRET, signed(SIGNATURE, "+1700000000"), BODY, at(AT)));
        assert!(!is_authentic(SECRET, signed(&SIGNATURE.replace("sha256=", ""), "1700000000"), BODY, at(AT)));
        assert!(!is_authentic(SECRET, signed("sha256=", "1700000000"), BODY, at(AT)));
        assert!(!is_authentic(SECRET, Proof { timestamp: None, ..good }, BODY, at(AT)));
    }

    #[test]
    fn a_signature_is_good_for_five_minutes_either_way() {
        let good = signed(SIGNATURE, "1700000000");
        for (now, fresh) in [(AT + 300, true), (AT + 301, false), (AT - 300, true), (AT - 301, false)] {
            assert_eq!(is_authentic(SECRET, good, BODY, at(now)), fresh, "{now}");
        }
    }

    fn notice(change: impl Fn(&mut Map<String, Value>)) -> Result<BankFact, NoticeError> {
        let mut whole = serde_json::json!({
            "id": 510_023, "gateway": "MBBank", "transactionDate": "2026-10-05 09:14:22",
            "accountNumber": "0123456789", "subAccount": null, "code": "NAP7K3Q9XYC",
            "content": "MBVCB.6612.NAP7K3Q9XYC.CT tu 0071 toi 0123456789", "transferType": "in",
            "description": "", "transferAmount": 50000, "accumulated": 1_250_000,
            "referenceCode": "FT26278000111"
        });
        change(whole.as_object_mut().unwrap());
        parse(whole.to_string().as_bytes())
    }

    fn faults(outcome: Result<BankFact, NoticeError>) -> Vec<String> {
        match outcome {
            Err(NoticeError::Invalid(fields)) => fields.into_iter().map(|field| field.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_whole_notice_is_read() {
        let fact = notice(|_| ()).unwrap();
        assert_eq!((fact.sepay_id, fact.amount, fact.direction), (510_023, Vnd::new(50_000), Direction::In));
        assert_eq!((fact.account_number.as_str(), fact.sub_account), ("0123456789", None));
        assert_eq!(fact.code.as_deref(), Some("NAP7K3Q9XYC"));
        assert_eq!((fact.gateway.as_str(), fact.reference.as_str()), ("MBBank", "FT26278000111"));
    }

    #[test]
    fn digits_in_strings_and_missing_texts_are_taken() {
        let fact = notice(|fields| {
            fields.insert("id".into(), "510023".into());
            fields.insert("transferAmount".into(), "50000".into());
            fields.insert("transferType".into(), "IN".into());
            fields.insert("unheard_of".into(), true.into());
            for name in ["gateway", "code", "description", "referenceCode", "accumulated", "content"] {
                fields.remove(name);
            }
        });
        let fact = fact.unwrap();
        assert_eq!((fact.sepay_id, fact.amount, fact.code), (510_023, Vnd::new(50_000), None));
    }

    #[test]
    fn an_amount_is_a_whole_number_above_zero() {
        for amount in [
            serde_json::json!(0),
            serde_json::json!(-50_000),
            serde_json::json!(0.5),
            serde_json::json!(50_000.0),
            serde_json::json!(1e3),
            serde_json::json!("50000.00"),
            serde_json::json!("-1"),
            serde_json::json!(""),
            serde_json::json!(true),
            serde_json::json!(null),
            serde_json::json!([50_000]),
            serde_json::json!(10_000_000_000_000_i64),
            serde_json::json!(u64::MAX),
            serde_json::json!("99999999999999999999999"),
        ] {
            let outcome = notice(|fields| drop(fields.insert("transferAmount".into(), amount.clone())));
            assert_eq!(faults(outcome), ["transferAmount"], "{amount}");
        }
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let outcome = notice(|fields| {
            fields.insert("id".into(), "3f0c1a52-0000-4000-8000-00000000a001".into());
            fields.insert("transferType".into(), "sideways".into());
            fields.insert("content".into(), serde_json::json!({"text": "NAP"}));
        });
        assert_eq!(faults(outcome), ["id", "transferType", "content"]);
        assert_eq!(faults(parse(b"[]")), ["body"]);
        assert_eq!(faults(parse(b"{}")), ["id", "transferType", "transferAmount"]);
    }

    #[test]
    fn what_is_no_json_is_told_apart() {
        for body in
            [&b""[..], b"id=1&transferAmount=5", b"{\"id\":1", b"\xff\xfe", b"{\"content\":\"\\ud800\"}"]
        {
            assert!(matches!(parse(body), Err(NoticeError::NotJson)), "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body: Vec<u8>) {
            let _ = parse(&body);
        }

        #[test]
        fn any_values_are_read_or_refused(id in ".{0,25}", amount in ".{0,25}", text in ".{0,60}") {
            let body = serde_json::json!({
                "id": id, "transferAmount": amount, "transferType": "in", "content": text
            });
            if let Ok(fact) = parse(body.to_string().as_bytes()) {
                prop_assert!(fact.amount.is_positive() && fact.sepay_id >= 0);
            }
        }

        #[test]
        fn any_header_is_compared_or_refused(
            authorization in ".{0,40}",
            signature in ".{0,80}",
            at in ".{0,20}",
        ) {
            let proof = Proof {
                authorization: Some(&authorization), signature: Some(&signature), timestamp: Some(&at)
            };
            prop_assert!(!is_authentic(SECRET, proof, BODY, Timestamp::from_millis(0)));
        }
    }
}
