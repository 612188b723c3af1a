//! Tests of `sepay`: who is believed, and how a notice is read.

use super::*;
use proptest::prelude::*;

const SECRET: &str = "test_secret_123";
const BODY: &[u8] = br#"{"id":1001,"transferAmount":50000}"#;
const SIGNATURE: &str = "sha256=c695847b7521c7e23af500a5efc2ad8474d58eda9fe23aa3a427735ed6538695";
const AT: i64 = 1_700_000_000;

fn holds(secret: &str, proof: Proof, body: &[u8], now: Timestamp) -> bool {
    let holds = proof.holds(secret, body, now);
    assert!(!holds || proof.may_hold(secret, now));
    holds
}

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
        assert!(!holds(SECRET, proof, BODY, at(AT)));
    }
    assert!(!holds("", key("Apikey "), BODY, at(AT)));
    assert!(holds(SECRET, key("Apikey test_secret_123"), BODY, at(AT)));
    assert!(holds(SECRET, key("apikey test_secret_123"), BODY, at(AT)));
}

#[test]
fn a_signature_covers_the_time_and_every_byte() {
    let good = signed(SIGNATURE, "1700000000");
    assert!(holds(SECRET, good, BODY, at(AT)));
    let shouted = SIGNATURE.replace("c695847b", "C695847B");
    assert!(holds(SECRET, signed(&shouted, "1700000000"), BODY, at(AT)));
    assert!(!holds(SECRET, good, br#"{"id":1001,"transferAmount":50001}"#, at(AT)));
    assert!(!holds("another", good, BODY, at(AT)));
    assert!(!holds(SECRET, signed(SIGNATURE, "1700000001"), BODY, at(AT)));
    assert!(!holds(SECRET, signed(SIGNATURE, "+1700000000"), BODY, at(AT)));
    assert!(!holds(SECRET, signed(&SIGNATURE.replace("sha256=", ""), "1700000000"), BODY, at(AT)));
    assert!(!holds(SECRET, signed("sha256=", "1700000000"), BODY, at(AT)));
    assert!(!holds(SECRET, Proof { timestamp: None, ..good }, BODY, at(AT)));
}

#[test]
fn a_signature_is_good_for_five_minutes_either_way() {
    let good = signed(SIGNATURE, "1700000000");
    for (now, fresh) in [(AT + 300, true), (AT + 301, false), (AT - 300, true), (AT - 301, false)] {
        assert_eq!(holds(SECRET, good, BODY, at(now)), fresh, "{now}");
    }
}

fn notice(change: impl Fn(&mut serde_json::Map<String, Value>)) -> Result<BankFact, NoticeError> {
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
    for body in [&b""[..], b"id=1&transferAmount=5", b"{\"id\":1", b"\xff\xfe"] {
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
        prop_assert!(!holds(SECRET, proof, BODY, Timestamp::from_millis(0)));
    }
}
