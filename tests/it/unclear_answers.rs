//! Errors that do not say no: the provider may have the order, so nothing is refunded and nothing is sent again.

use crate::support::app::TestApp;
use crate::support::reply::Reply;
use serde_json::{Value, json};
use smm_panel::jobs::providers::dispatch;

#[test]
fn what_does_not_say_no_is_neither_refunded_nor_sent_again() {
    let app = TestApp::start();
    let (boss, service) = (app.admin("boss"), app.service(|_| ()));
    let answers = [
        json!({ "status": "success", "error": "Order placed successfully. ID: 4711" }),
        json!({ "error": "success" }),
        json!({ "error": "ok", "id": 77 }),
        json!({ "error": "none" }),
        json!({ "error": "Bad link", "order_id": "77" }),
        json!({ "error": "Not enough funds", "data": { "order": 77 } }),
        json!({ "error": "Request timed out, the order may have been created. Please try again later." }),
        json!({ "error": "cURL error 28: Operation timed out after 30000 milliseconds with 0 bytes received" }),
        json!({ "error": "Duplicate order: order already exists with ID 5512" }),
        json!({ "error": "Order is already in our system, id 5512" }),
        json!({ "error": "Đơn hàng đã được tạo" }),
        json!({ "error": "Превышено время ожидания, попробуйте позже" }),
        json!({ "error": "Invalid link, but we fixed it and went ahead" }),
        json!({ "error": "Do not resubmit" }),
        json!({ "error": "Internal error" }),
        json!({ "order": 88, "success": false }),
    ];
    for (number, answer) in answers.iter().enumerate() {
        let buyer = app.member(&format!("buyer{number}")).funded(12_000);
        app.provider.next_for("add", Reply::json(200, answer.clone()));
        let order = buyer.buys(service, 1000);
        dispatch::tick(&app.app);
        dispatch::tick(&app.app);
        let state = app.order(order).state;
        assert_eq!((state.dispatch.into_str(), state.refunded.get()), ("review", 0), "{answer}");
        assert_eq!(buyer.balance(), 0, "{answer}");
        assert_eq!(app.provider.requests_for("add").len(), number + 1, "{answer}");
    }
    let review = boss.get("/api/admin/orders?review=true").expect(200);
    assert_eq!(review["items"].as_array().unwrap().len(), answers.len());
    assert_eq!(boss.get("/api/admin/providers").expect(200)["items"][0]["held"], Value::Null);
}
