//! What SePay's list says, and what it cannot say.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn row(id: i64) -> Value {
    json!({
        "id": id.to_string(), "bank_brand_name": "MBBank", "account_number": "0123456789",
        "transaction_date": "2026-10-05 09:14:22", "amount_out": "0.00", "amount_in": "50000.00",
        "accumulated": "1250000.00", "transaction_content": "NAP7K3Q9XYC", "reference_number": "FT1",
        "code": null, "sub_account": null, "bank_account_id": "17"
    })
}

fn page(rows: Vec<Value>) -> ListPage {
    let body = json!({ "status": 200, "error": null, "messages": { "success": true }, "transactions": rows });
    read(200, body.to_string().as_bytes()).unwrap()
}

fn with(field: &str, value: Value) -> Result<BankFact, Unreadable> {
    let mut row = row(7);
    row[field] = value;
    page(vec![row]).rows.remove(0).fact
}

#[test]
fn what_is_no_list_is_an_error_of_its_own() {
    let answer = |status, body: &str| read(status, body.as_bytes()).unwrap_err();
    assert_eq!(answer(200, ""), Note::SepayEmpty);
    assert_eq!(answer(200, " \r\n"), Note::SepayEmpty);
    for body in ["<html>", "[]", "null", "{}", r#"{"transactions":{}}"#, r#"{"transactions":[}"#, "\"\""] {
        assert_eq!(answer(200, body), Note::SepayNoList, "{body}");
    }
    for body in [
        r#"{"status":401,"transactions":[]}"#,
        r#"{"status":200,"error":"no","transactions":[]}"#,
        r#"{"messages":{"success":false},"transactions":[]}"#,
    ] {
        assert_eq!(answer(200, body), Note::SepayRefused, "{body}");
    }
    let list = r#"{"transactions":[]}"#;
    assert_eq!(answer(401, list), Note::SepayDenied { status: 401 });
    assert_eq!(answer(429, list), Note::SepayTooOften);
    for status in [201, 204, 301, 302, 404, 500, 503] {
        assert_eq!(answer(status, list), Note::SepayStatus { status });
    }
}

#[test]
fn a_row_is_read_like_a_notice() {
    let fact = with("code", json!("NAP7K3Q9XYC")).unwrap();
    assert_eq!((fact.sepay_id, fact.direction, fact.amount), (7, Direction::In, Vnd::new(50_000)));
    assert_eq!((fact.gateway.as_str(), fact.account_number.as_str()), ("MBBank", "0123456789"));
    assert_eq!((fact.content.as_str(), fact.reference.as_str()), ("NAP7K3Q9XYC", "FT1"));
    assert_eq!((fact.code.as_deref(), fact.sub_account), (Some("NAP7K3Q9XYC"), None));
    assert!(fact.raw.contains("bank_account_id"), "all of it is kept");
    assert_eq!(with("id", json!(7)).unwrap().sepay_id, 7);
    for amount in [
        json!("50000"),
        json!("50000."),
        json!("50000.0000"),
        json!(50000),
        json!(50000.0),
        json!("50,000.00"),
    ] {
        assert_eq!(with("amount_in", amount.clone()).unwrap().amount, Vnd::new(50_000), "{amount}");
    }
    let mut out = row(8);
    (out["amount_in"], out["amount_out"]) = (json!("0.00"), json!("70000.00"));
    let out = page(vec![out]).rows.remove(0).fact.unwrap();
    assert_eq!((out.direction, out.amount), (Direction::Out, Vnd::new(70_000)));
}

#[test]
fn a_row_that_cannot_be_read_is_named_and_spoils_no_other() {
    for (field, value) in [
        ("id", json!("7b")),
        ("id", json!(-7)),
        ("id", json!("3f0c1a52-0000-4000-8000-00000000a001")),
        ("id", Value::Null),
        ("amount_in", json!("50000.50")),
        ("amount_in", json!("0.00")),
        ("amount_in", json!("-50000.00")),
        ("amount_in", json!("50,000")),
        ("amount_in", json!("50.000")),
        ("amount_in", json!(".5")),
        ("amount_in", json!("12345678901234.00")),
        ("amount_in", json!(true)),
        ("amount_out", json!("1.00")),
        ("transaction_content", json!(["x"])),
    ] {
        assert!(with(field, value.clone()).is_err(), "{field} {value}");
    }
    let mut bad = row(2);
    bad["amount_in"] = json!("1.5");
    let listed = page(vec![row(1), bad, json!(5), row(3)]);
    assert_eq!(listed.facts().map(|fact| fact.sepay_id).collect::<Vec<_>>(), [1, 3]);
    let why: Vec<&Unreadable> = listed.unreadable().collect();
    assert!(why[0].note(0).to_string().contains("transfer 2: amount_in"), "{why:?}");
    assert_eq!(why.len(), 2);
}

fn moments(ids: impl Iterator<Item = i64>) -> ListPage {
    let rows = ids.map(|id| {
        let mut row = row(id);
        row["transaction_date"] = json!(format!("2026-10-05 {:02}:{:02}:00", id / 60 % 24, id % 60));
        row
    });
    page(rows.collect())
}

#[test]
fn a_full_page_is_continued_in_either_order_and_another_one_is_the_end() {
    let query = Query::since_day(Day::parse("2026-10-05").unwrap());
    let url = |query: &Query| query.url("https://my.sepay.vn");
    let start = "https://my.sepay.vn/userapi/transactions/list?transaction_date_min=2026-10-05&limit=500";
    assert_eq!(url(&query), start);
    assert_eq!(query.after(&moments(1..=499)), Ok(None));
    assert_eq!(query.after(&moments(1..=501)), Ok(None), "who does not know the limit sends all");
    let rising = query.after(&moments(1..=500)).unwrap().unwrap();
    assert_eq!(url(&rising), format!("{start}&since_id=500"));
    let falling = query.after(&moments((501..=1000).rev())).unwrap().unwrap();
    assert_eq!(url(&falling), format!("{start}&transaction_date_max=2026-10-05+10%3A00%3A00"));
    let page = page((1..=500).map(|_| json!({})).collect());
    assert_eq!(query.after(&page), Err(Note::SepayNoWay));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(status in 200u16..600, body: Vec<u8>) {
        let _ = read(status, &body);
    }

    #[test]
    fn an_amount_with_a_fraction_is_never_taken(whole in 0_i64..10_000_000, fraction in "[0-9]{1,6}") {
        let told = with("amount_in", json!(format!("{whole}.{fraction}")));
        let is_whole = fraction.bytes().all(|byte| byte == b'0');
        let could_be_thousands = fraction.len() == 3 && whole < 1000;
        prop_assert_eq!(told.is_ok(), is_whole && whole > 0 && !could_be_thousands);
    }
}
