//! A certificate that the panel gets by itself, from an authority that behaves. `scripts/try-acme` does it with a real
//! one.

use super::Line;
use super::https::connect;
use crate::support::app::{NOW, TestApp};
use crate::support::fake_acme::FakeAcme;
use crate::support::operated::eventually;
use crate::support::tcp::Served;
use crate::support::wire::Answer;
use smm_panel::jobs::scheduled::certificate;
use smm_panel::kernel::clock::Timestamp;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tempfile::TempDir;

pub const DAY: i64 = 24 * 60 * 60;

/// A panel that asks this authority, and is looked at by it.
pub fn shop(acme: &FakeAcme) -> (TestApp, Served) {
    shop_in(tempfile::tempdir().unwrap(), acme, &[])
}

pub fn shop_in(folder: TempDir, acme: &FakeAcme, more: &[(&str, &str)]) -> (TestApp, Served) {
    let directory = acme.directory();
    let ours = [
        ("HTTPS_DOMAIN", "localhost"),
        ("ACME_DIRECTORY_URL", directory.as_str()),
        ("HTTPS_ADDRESS", "127.0.0.1:0"),
        ("HTTP_ADDRESS", "127.0.0.1:0"),
    ];
    let app = TestApp::in_folder(folder, &[more, &ours].concat());
    let served = app.serve();
    acme.looks_at(served.https.unwrap().1);
    (app, served)
}

/// Until when what is served is valid.
pub fn until(app: &TestApp) -> Option<Timestamp> {
    app.app.certificates.as_ref().unwrap().present().map(|present| present.ends_at)
}

fn plainly(served: &Served, path: &str) -> Answer {
    let mut plain = Line::of(TcpStream::connect(served.https.unwrap().1).unwrap());
    plain.ask(path)
}

#[test]
fn a_name_alone_is_enough_and_what_was_given_outlasts_a_restart() {
    let acme = FakeAcme::start();
    let (app, served) = shop(&acme);
    let early = plainly(&served, "/orders");
    assert_eq!((early.status, early.header("Retry-After")), (503, Some("30")));
    assert!(String::from_utf8_lossy(&early.body).contains("chứng chỉ"));
    assert!(connect(&served, &acme.authority.client()).is_err(), "it shows what it does not have");

    assert!(certificate::tick(&app.app).unwrap().is_some());
    let ends = NOW.plus_seconds(90 * DAY);
    assert_eq!(until(&app), Some(ends));
    assert_eq!((acme.asked("/account"), acme.asked("/order")), (1, 1));
    let location = "https://localhost/.well-known/acme-challenge/a-token";
    let later = plainly(&served, "/.well-known/acme-challenge/a-token");
    assert_eq!((later.status, later.header("Location")), (308, Some(location)), "the challenge is over");
    assert_eq!(certificate::tick(&app.app).unwrap(), None);

    drop(served);
    let (app, _served) = shop_in(app.stop(), &acme, &[]);
    assert_eq!(until(&app), Some(ends));
    assert_eq!(certificate::tick(&app.app).unwrap(), None);
    assert_eq!(acme.asked("/order"), 1);
}

#[test]
fn it_is_replaced_when_a_third_of_its_life_is_left() {
    let acme = FakeAcme::start();
    let (app, _served) = shop(&acme);
    certificate::tick(&app.app).unwrap();
    for (days, orders) in [(59, 1), (61, 2)] {
        app.clock
            .advance_seconds(NOW.plus_seconds(days * DAY).seconds() - app.app.db.clock().now().seconds());
        acme.now_is(days);
        assert_eq!(certificate::tick(&app.app).unwrap().is_some(), orders == 2, "{days}");
        assert_eq!(acme.asked("/order"), orders, "{days}");
    }
    assert_eq!(until(&app), Some(NOW.plus_seconds((61 + 90) * DAY)));
    assert_eq!(acme.asked("/account"), 1, "the account is kept");
}

#[test]
fn another_name_or_another_authority_is_another_certificate() {
    let (acme, other) = (FakeAcme::start(), FakeAcme::start());
    let (app, served) = shop(&acme);
    certificate::tick(&app.app).unwrap();
    drop(served);
    let (app, served) = shop_in(app.stop(), &acme, &[("HTTPS_DOMAIN", "other.vn")]);
    assert_eq!(until(&app), None, "it is for localhost");
    drop(served);
    other.now_is(5);
    let (app, _served) = shop_in(app.stop(), &other, &[]);
    assert!(until(&app).is_some(), "it serves until there is a better one");
    assert!(certificate::tick(&app.app).unwrap().is_some());
    assert_eq!((until(&app), other.asked("/account")), (Some(NOW.plus_seconds(95 * DAY)), 1));
}

#[test]
fn no_request_is_lost_while_certificates_are_exchanged() {
    let acme = FakeAcme::start();
    // A client compares with the time of the machine; of such a life little is left at any time, so each look is one
    // too many.
    acme.validity([1971, 2050]);
    let (app, served) = shop(&acme);
    assert!(certificate::tick(&app.app).unwrap().is_some());
    let client = acme.authority.client();
    let (is_over, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let renewing = scope.spawn(|| {
            for _ in 0..5 {
                assert!(certificate::tick(&app.app).unwrap().is_some());
                let before = answered.load(Ordering::SeqCst);
                eventually("clients came meanwhile", || answered.load(Ordering::SeqCst) >= before + 4);
            }
        });
        for _ in 0..2 {
            scope.spawn(|| {
                let mut kept = connect(&served, &client).unwrap();
                while !is_over.load(Ordering::SeqCst) {
                    assert_eq!(connect(&served, &client).unwrap().ask("/health").status, 200);
                    assert_eq!(kept.ask("/health").status, 200);
                    answered.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        let renewed = renewing.join();
        is_over.store(true, Ordering::SeqCst);
        renewed.unwrap();
    });
    assert_eq!((acme.asked("/order"), acme.asked("/account")), (6, 1));
}
