//! Tests of `wire`, apart only for their length.

use proptest::prelude::*;

use super::*;
use crate::kernel::figure::Decimal;

fn add(body: &str) -> AddResponse {
    added(200, body.as_bytes())
}

fn unclear(answer: AddResponse) -> bool {
    matches!(answer, AddResponse::Unclear(_))
}

fn one(body: &str) -> Report {
    let response = status(200, body.as_bytes(), "7");
    let QuestionResponse::This(Ok(report)) = response else { panic!("{body}: {response:?}") };
    report
}

fn many(body: &str, ids: &[&str]) -> QuestionResponse<HashMap<String, Status>> {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    statuses(200, body.as_bytes(), &ids)
}

#[test]
fn posts_of_a_subscription_are_read_in_every_form() {
    for (body, count, orders) in [
        (r#"{"status":"Active","posts":"2","orders":["901",902]}"#, 2, vec!["901", "902"]),
        (r#"{"status":"Active","posts":2,"orders":"901, 902,901"}"#, 2, vec!["901", "902"]),
        (r#"{"status":"Active","orders":"901"}"#, 1, vec!["901"]),
        (r#"{"status":"Active","orders":901}"#, 1, vec!["901"]),
        (r#"{"status":"Active","orders":{"0":901,"2":"902"}}"#, 2, vec!["901", "902"]),
        (r#"{"status":"Active","orders":{}}"#, 0, vec![]),
        (r#"{"status":"Active","orders":[901,901,null,"",{"a":1},"x y"]}"#, 5, vec!["901"]),
        (r#"{"status":"Completed","orders":[{"order":901},-5]}"#, 2, vec![]),
        (r#"{"status":"Completed","posts":3,"orders":""}"#, 3, vec![]),
        (r#"{"status":"Completed","posts":0,"orders":[]}"#, 0, vec![]),
    ] {
        let orders = orders.into_iter().map(str::to_owned).collect();
        let posts = ReportedPosts { is_told: true, is_unreadable: false, count, orders };
        assert_eq!(one(body).posts, posts, "{body}");
    }
}

#[test]
fn what_cannot_be_read_of_posts_is_not_taken_for_none() {
    for said in [
        r#""posts":"many""#,
        r#""posts":-3"#,
        r#""posts":"3/4""#,
        r#""posts":{}"#,
        r#""orders":{"a":901}"#,
        r#""orders":"901;902""#,
        r#""orders":"901 902""#,
        r#""orders":"[901,902]""#,
        r#""orders":true"#,
        r#""orders":[[901,902]]"#,
        r#""orders":-5"#,
        r#""orders":"https://x.vn/p/1""#,
    ] {
        let posts = one(&format!(r#"{{"status":"Completed",{said}}}"#)).posts;
        let unreadable = ReportedPosts { is_unreadable: true, ..ReportedPosts::default() };
        assert_eq!(posts, unreadable, "{said}");
    }
    for said in [r#""posts":null,"orders":null"#, r#""orders":"""#, r#""posts":" ""#] {
        assert_eq!(
            one(&format!(r#"{{"status":"Active",{said}}}"#)).posts,
            ReportedPosts::default(),
            "{said}"
        );
    }
    assert_eq!(one(r#"{"status":"Active"}"#).posts, ReportedPosts::default());
}

#[test]
fn an_answer_that_nests_without_end_is_unclear() {
    for (open, close) in [("[", "]"), (r#"{"message":"#, "}"), (r#"{"message":["#, "]}")] {
        for depth in [10, 100_000] {
            let value = format!("{}\"Bad link\"{}", open.repeat(depth), close.repeat(depth));
            let answer = add(&format!(r#"{{"error":"Bad link","message":{value}}}"#));
            assert_eq!(unclear(answer), depth > 100, "{open} {depth}");
        }
    }
}

#[test]
fn add_is_unclear_unless_it_says_one_thing() {
    for body in [
        "",
        " ",
        "null",
        "true",
        "5",
        "\"5\"",
        "[]",
        "[{\"order\":5}]",
        "{}",
        "{\"order\":5",
        "{\"order\":5}}",
        "{\"order\":5} Warning: foo",
        "<br>Notice: x {\"order\":5}",
        "<html><body>Maintenance</body></html>",
        "{\"order\":null}",
        "{\"order\":0}",
        "{\"order\":\"0\"}",
        "{\"order\":\"00\"}",
        "{\"order\":\"\"}",
        "{\"order\":\" \"}",
        "{\"order\":-5}",
        "{\"order\":5.0}",
        "{\"order\":5e3}",
        "{\"order\":true}",
        "{\"order\":{\"id\":5}}",
        "{\"order\":[5]}",
        "{\"order\":\"null\"}",
        "{\"order\":\"1,2\"}",
        "{\"order\":\"1 2\"}",
        "{\"order\":5,\"error\":\"Bad link\"}",
        "{\"order\":null,\"error\":{\"a\":1}}",
        "{\"order\":5,\"error\":1}",
        "{\"order\":5,\"order\":6}",
        "{\"error\":\"a\",\"error\":\"b\"}",
        "{\"order\":5,\"status\":\"error\"}",
        "{\"order\":5,\"status\":\"Failed\"}",
        "{\"error\":\"\"}",
        "{\"error\":null}",
        "{\"error\":true}",
        "{\"error\":[\"Bad link\"]}",
        "{\"id\":5}",
        "{\"order_id\":5}",
        "{\"data\":{\"order\":5}}",
        "{\"status\":\"error\",\"message\":\"no\"}",
        "{\"status\":\"success\"}",
        "{\"Order\":5}",
        r#"{"status":"success","error":"Order placed successfully. ID: 4711"}"#,
        r#"{"status":"success","error":"Bad link"}"#,
        r#"{"success":true,"error":"Bad link"}"#,
        r#"{"order":88,"success":false}"#,
        r#"{"order":204,"Error":"x"}"#,
        r#"{"order":100,"errors":["Not enough funds"]}"#,
        r#"{"error":"ok","id":77}"#,
        r#"{"error":"Bad link","order_id":77}"#,
        r#"{"error":"Bad link","orderId":"77"}"#,
        r#"{"error":"Bad link","Order":77}"#,
        r#"{"error":"Bad link","data":{"order":77}}"#,
        r#"{"error":"none"}"#,
        r#"{"error":"success"}"#,
        r#"{"error":"&nbsp;"}"#,
        r#"{"error":"Request timed out, please try again later"}"#,
    ] {
        let answer = add(body);
        assert!(unclear(answer), "{body}: {:?}", add(body));
    }
    let endless = format!("{{\"order\":\"{}\"}}", "1".repeat(65));
    assert!(unclear(add(&endless)));
}

/// `T`aken, `R`efused (now or for good) or `U`nclear, the HTTP status, the body.
#[test]
fn an_error_beside_which_an_order_may_stand_is_unclear() {
    let is_another = |line: &&str| {
        let [wanted, status, body] = *line.splitn(3, '|').collect::<Vec<_>>() else { panic!("{line}") };
        let is = match added(status.parse().unwrap(), body.as_bytes()) {
            AddResponse::Taken(_) => "T",
            AddResponse::Refused(_) | AddResponse::TooMany(_) => "R",
            AddResponse::Unclear(_) => "U",
        };
        is != wanted
    };
    let missed: Vec<&str> = include_str!("cases/answers.txt").lines().filter(is_another).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn what_a_provider_says_is_read_without_its_entities() {
    assert_eq!(
        add(r#"{"error":"You don&#039;t have enough funds"}"#),
        AddResponse::Refused("You don't have enough funds".to_owned())
    );
    let response = balance(200, br#"{"balance":"5","currency":"&#8363;"}"#);
    assert!(
        matches!(response, QuestionResponse::This(Balance { currency: Some(currency), .. }) if currency == "\u{20ab}")
    );
}

#[test]
fn add_is_taken_only_with_2xx_and_refused_only_with_2xx_or_4xx() {
    let (yes, no) = (b"{\"order\":5}", b"{\"error\":\"Bad link\"}");
    for status in [200, 201] {
        assert_eq!(added(status, yes), AddResponse::Taken("5".to_owned()));
        assert_eq!(added(status, no), AddResponse::Refused("Bad link".to_owned()));
    }
    for status in [400, 401, 404, 422, 499] {
        assert!(unclear(added(status, yes)), "{status}");
        assert_eq!(added(status, no), AddResponse::Refused("Bad link".to_owned()));
    }
    for status in [0, 100, 199, 300, 301, 302, 304, 307, 308, 500, 502, 503, 504, 599, 999] {
        assert!(unclear(added(status, yes)) && unclear(added(status, no)), "{status}");
    }
}

#[test]
fn a_rate_limit_is_none_beside_an_id_or_words_of_a_success() {
    let limited = |body: &str| added(429, body.as_bytes());
    assert!(matches!(limited(r#"{"error":"Too many requests"}"#), AddResponse::TooMany(_)));
    assert!(matches!(limited("{}"), AddResponse::TooMany(_)));
    for body in
        [r#"{"error":"Too many requests","id":77}"#, r#"{"order_id":77}"#, r#"{"error":"Order placed"}"#]
    {
        assert!(unclear(limited(body)), "{body}");
    }
}

#[test]
fn order_ids_are_text_in_the_forms_servers_use() {
    for (body, id) in [
        ("{\"order\":884120}", "884120"),
        ("{\"order\":\"884120\"}", "884120"),
        ("{\"order\":\" 884120 \"}", "884120"),
        ("{\"status\":\"success\",\"order\":884120}", "884120"),
        ("\u{feff}{\"order\":1,\"error\":null}", "1"),
        ("{\"order\":1,\"error\":\"\",\"x\":{\"y\":[1,2]}}", "1"),
        ("{\"error\":false,\"order\":\"a1b2-c3\"}", "a1b2-c3"),
        ("{\"order\":12345678901234567890123}", "12345678901234567890123"),
    ] {
        assert_eq!(add(body), AddResponse::Taken(id.to_owned()), "{body}");
    }
}

#[test]
fn a_report_is_read_from_texts_and_numbers_alike() {
    let expected = Report {
        status: ReportedStatus::Partial,
        remains: Remains::Count(157),
        start_count: Some(1204),
        charge: Decimal::parse("3125.00"),
        currency: Some("VND".to_owned()),
        posts: ReportedPosts::default(),
    };
    let texts =
        r#"{"charge":"3125.00","start_count":"1204","status":"Partial","remains":"157","currency":"VND"}"#;
    let numbers = r#"{"order":7,"charge":3125.00,"start_count":1204,"remains":157,
        "status":"partial","currency":"VND"}"#;
    assert_eq!(one(texts), expected);
    assert_eq!(one(numbers), expected);
    assert_eq!(one(&format!("{{\"7\":{texts}}}")), expected);
}

#[test]
fn remains_is_a_count_only_when_it_is_a_whole_number() {
    for (value, expected) in [
        ("null", Remains::Missing),
        ("\"\"", Remains::Missing),
        ("\" \"", Remains::Missing),
        ("0", Remains::Count(0)),
        ("\" 12 \"", Remains::Count(12)),
        ("-2", Remains::Count(0)),
        ("\"-2\"", Remains::Count(0)),
        ("9223372036854775807", Remains::Count(i64::MAX)),
        ("9223372036854775808", Remains::Unreadable),
        ("1.5", Remains::Unreadable),
        ("\"1,204\"", Remains::Unreadable),
        ("1e3", Remains::Count(1000)),
        ("157.0", Remains::Count(157)),
        ("\"157.0\"", Remains::Count(157)),
        ("\"1,204,000\"", Remains::Count(1_204_000)),
        ("\"1 204\"", Remains::Count(1204)),
        ("\"1.204\"", Remains::Unreadable),
        ("\"+5\"", Remains::Unreadable),
        ("\"Unknown\"", Remains::Unreadable),
        ("\"٣\"", Remains::Unreadable),
        ("true", Remains::Unreadable),
        ("[1]", Remains::Unreadable),
        ("{}", Remains::Unreadable),
    ] {
        assert_eq!(
            one(&format!("{{\"status\":\"Partial\",\"remains\":{value}}}")).remains,
            expected,
            "{value}"
        );
    }
    assert_eq!(one("{\"status\":\"Partial\"}").remains, Remains::Missing);
}

#[test]
fn other_figures_are_dropped_when_unreadable() {
    let report = one(r#"{"status":"In progress","start_count":"-3","charge":"free","currency":5}"#);
    assert_eq!((report.start_count, report.charge, report.currency), (None, None, None));
    let report = one(r#"{"status":"Pending","start_count":"1,204","charge":"1,204"}"#);
    assert_eq!((report.start_count, report.charge), (None, None));
}

#[test]
fn figures_with_groups_and_exponents_are_read() {
    let report =
        one(r#"{"status":"Partial","start_count":"1 204 000","charge":"900,000.00","remains":157.0}"#);
    assert_eq!((report.start_count, report.remains), (Some(1_204_000), Remains::Count(157)));
    assert_eq!(report.charge.unwrap().as_str(), "900000.00");
    let report = one(r#"{"status":"Pending","start_count":"","charge":9e-05}"#);
    assert_eq!((report.start_count, report.charge), (None, Decimal::parse("0.00009")));
}

#[test]
fn success_is_a_status_only_beside_figures() {
    let wrapped = one(r#"{"status":"success","data":{"status":"Partial","remains":5}}"#);
    assert_eq!(wrapped.status, ReportedStatus::Unknown("success".to_owned()));
    assert_eq!(one(r#"{"status":"Success","remains":"0"}"#).status, ReportedStatus::Completed);
}

#[test]
fn a_report_about_another_order_is_not_taken() {
    let foreign = status(200, br#"{"order":"8","status":"Canceled"}"#, "7");
    assert!(matches!(foreign, QuestionResponse::This(Err(_))), "{foreign:?}");
    let foreign = many(r#"{"7":{"order":8,"status":"Canceled"}}"#, &["7"]);
    assert!(matches!(foreign, QuestionResponse::This(found) if found["7"].is_err()));
}

#[test]
fn a_report_that_says_two_things_is_not_taken() {
    for body in [
        r#"{"status":"Completed","status":"Canceled"}"#,
        r#"{"status":"Partial","remains":1,"remains":900}"#,
        r#"{"status":"Completed","error":"Incorrect order ID"}"#,
        r#"{"status":"Completed","error":{"code":1}}"#,
    ] {
        let taken = matches!(status(200, body.as_bytes(), "7"), QuestionResponse::This(Ok(_)));
        assert!(!taken, "{body}");
    }
    let twice = many(r#"{"7":{"status":"Completed"},"7":{"status":"Canceled"}}"#, &["7"]);
    assert!(matches!(twice, QuestionResponse::This(found) if found["7"].is_err()));
}

#[test]
fn many_reports_are_found_by_id_and_foreign_ones_passed_over() {
    let body = r#"{"9":{"status":"Canceled"},"8":{"error":"Incorrect order ID"},"7":{"status":"Completed"},
        "6":"Incorrect order ID","5":null,"4":[],"error":null}"#;
    let QuestionResponse::This(found) = many(body, &["3", "4", "5", "6", "7", "8"]) else {
        panic!("unusable")
    };
    let mut ids: Vec<&str> = found.keys().map(String::as_str).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["4", "6", "7", "8"]);
    assert_eq!(found["7"].as_ref().unwrap().status, ReportedStatus::Completed);
    assert_eq!(found["8"], Err(NoReport::Said("Incorrect order ID".to_owned())));
    assert_eq!(found["6"], Err(NoReport::Said("Incorrect order ID".to_owned())));
    assert!(found["4"].is_err());
}

#[test]
fn what_is_no_map_of_reports_is_unusable() {
    for body in [
        "[]",
        r#"[{"status":"Completed"},{"status":"Canceled"}]"#,
        "{}",
        r#"{"status":"Completed"}"#,
        r#"{"1":{"status":"Completed"}}"#,
        "<html>",
    ] {
        assert!(matches!(many(body, &["7", "8"]), QuestionResponse::Unusable(_)), "{body}");
    }
    assert_eq!(
        many(r#"{"error":"Incorrect API key"}"#, &["7"]),
        QuestionResponse::Refused("Incorrect API key".to_owned())
    );
    let none = status(200, b"{\"charge\":\"1\"}", "7");
    assert!(matches!(none, QuestionResponse::Unusable(_)), "{none:?}");
}

#[test]
fn error_statuses_bring_errors_only() {
    let report = br#"{"status":"Completed","balance":5}"#;
    for code in [302, 400, 500] {
        assert!(matches!(status(code, report, "7"), QuestionResponse::Unusable(_)));
        assert!(matches!(balance(code, report), QuestionResponse::Unusable(_)));
    }
    assert_eq!(
        balance(401, br#"{"error":"Invalid API key"}"#),
        QuestionResponse::Refused("Invalid API key".to_owned())
    );
    assert!(matches!(balance(502, br#"{"error":"Bad gateway"}"#), QuestionResponse::Unusable(_)));
}

#[test]
fn a_balance_keeps_its_digits() {
    let read = |body: &str| {
        let response = balance(200, body.as_bytes());
        let QuestionResponse::This(balance) = response else { panic!("{body}: {response:?}") };
        (balance.amount.map(|amount| amount.to_string()), balance.currency)
    };
    assert_eq!(
        read(r#"{"balance":"73.50","currency":"USD"}"#),
        (Ok("73.50".to_owned()), Some("USD".to_owned()))
    );
    assert_eq!(read(r#"{"status":"success","balance":100.10}"#), (Ok("100.10".to_owned()), None));
    assert_eq!(read(r#"{"balance":"-2,5","currency":""}"#), (Ok("-2.5".to_owned()), None));
    assert_eq!(read(r#"{"balance":"1,234,567.89"}"#), (Ok("1234567.89".to_owned()), None));
    for said in ["much", "1,234"] {
        let (amount, currency) = read(&format!(r#"{{"balance":"{said}","currency":"VND"}}"#));
        assert_eq!((amount, currency.as_deref()), (Err(said.to_owned()), Some("VND")));
    }
    for body in [
        r#"{"balance":null}"#,
        r#"{"balance":" "}"#,
        r#"{"balance":{}}"#,
        "{}",
        "[]",
        r#"{"balance":1,"balance":2}"#,
    ] {
        assert!(matches!(balance(200, body.as_bytes()), QuestionResponse::Unusable(_)), "{body}");
    }
}

/// Bodies that look like answers more often than random bytes do.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let keys = ["order", "error", "status", "remains", "charge", "start_count", "currency", "balance", "7"];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        "-?[0-9]{1,25}([.][0-9]{1,3})?(e[0-9]{1,3})?",
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        Just("\"Completed\"".to_owned()),
        Just("\"\\ud800\"".to_owned()),
    ];
    let tree = leaf.prop_recursive(3, 24, 5, move |inner| {
        let field = (prop::sample::select(keys.to_vec()), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|list| format!("[{}]", list.join(","))),
            prop::collection::vec(field, 0..6).prop_map(|fields| {
                let fields: Vec<String> =
                    fields.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    });
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        tree.clone().prop_map(String::into_bytes),
        (tree, any::<prop::sample::Index>()).prop_map(|(text, cut)| {
            let bytes = text.into_bytes();
            bytes[..cut.index(bytes.len())].to_vec()
        }),
    ]
}

proptest! {
    #[test]
    fn any_answer_is_read_without_panic_and_counts_below_zero_never_appear(body in bodies(), code in 0u16..1000) {
        added(code, &body);
        balance(code, &body);
        for response in [status(code, &body, "7")] {
            if let QuestionResponse::This(Ok(report)) = response {
                prop_assert!(!matches!(report.remains, Remains::Count(count) if count < 0));
                prop_assert!(report.start_count.is_none_or(|count| count >= 0));
            }
        }
        if let QuestionResponse::This(found) = statuses(code, &body, &["7".to_owned(), "8".to_owned()]) {
            prop_assert!(found.keys().all(|id| id == "7" || id == "8"));
        }
    }

    #[test]
    fn a_cut_answer_to_add_is_never_a_yes_or_a_no(cut in 0usize..38) {
        let whole = b"{\"status\":\"success\",\"order\":\"8841200\"}";
        prop_assert!(unclear(added(200, &whole[..cut])));
        let whole = b"{\"error\":\"Quantity less than minimal\"}";
        prop_assert!(unclear(added(200, &whole[..cut])));
    }
}
