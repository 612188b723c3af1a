//! The rehearsal of a restore: the newest backup is tried every night, and what could not be restored is told.

use crate::support::app::TestApp;
use crate::support::binary::damage;
use crate::support::member::Member;
use crate::support::shop::wish;
use crate::support::told::Told;
use serde_json::{Value, json};
use smm_panel::jobs::runtime::Runner;
use smm_panel::jobs::scheduled;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant, UNIX_EPOCH};

const PATH: &str = "/api/admin/backups";
const HOUR: i64 = 60 * 60;
const DAILY: (&str, &str) = ("BACKUP_EVERY_HOURS", "24");
const SEALED: (&str, &str) = ("BACKUP_PASSPHRASE", "a passphrase of some length");

/// Both jobs, stepped by hand.
struct Night<'a> {
    app: &'a TestApp,
    admin: Member<'a>,
    backup: Runner,
    rehearsal: Runner,
    now: Instant,
}

impl<'a> Night<'a> {
    fn of(app: &'a TestApp) -> Night<'a> {
        let runner = |name| scheduled::runner(&app.app, name).unwrap();
        let (backup, rehearsal) = (runner("backup"), runner("rehearsal"));
        let admin = app.admin(&format!("boss{}", app.number("SELECT count(*) FROM users")));
        Night { app, admin, backup, rehearsal, now: Instant::now() }
    }

    fn pass(&mut self, seconds: i64) {
        self.app.clock.advance_seconds(seconds);
        self.now += Duration::from_secs(seconds.unsigned_abs());
    }

    /// Whether the rehearsal was due.
    fn rehearse(&mut self) -> bool {
        self.rehearsal.step(self.now)
    }

    fn shown(&self) -> Value {
        self.admin.get(PATH).expect(200)
    }

    fn newest(&self) -> PathBuf {
        let name = self.shown()["items"][0]["name"].as_str().unwrap().to_owned();
        self.app.folder.path().join("backups").join(name)
    }

    /// The code of what the last rehearsal found wrong.
    fn trouble(&self) -> Value {
        self.shown()["rehearsal"]["error_coded"]["code"].clone()
    }

    /// What stands beside the database.
    fn beside(&self) -> Vec<String> {
        let files = fs::read_dir(self.app.folder.path()).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }
}

#[test]
fn the_newest_one_is_tried_every_night_and_the_panel_stays_as_it_is() {
    for vars in [vec![DAILY], vec![DAILY, SEALED]] {
        let app = TestApp::with(&vars);
        let lan = app.member("lan").funded(50_000);
        let order = lan.post("/api/orders", wish(app.service(|_| ()), 1000)).expect(201)["id"].clone();
        let mut night = Night::of(&app);
        assert!(!night.rehearse() && night.shown()["rehearsal"].is_null());
        assert!(night.backup.step(night.now));
        let proven_at = night.shown()["items"][0]["verified_at"].clone();
        assert!(!night.rehearse());
        night.pass(14 * HOUR);
        assert!(night.rehearse(), "it is 4:39 in Vietnam");
        let shown = night.shown();
        let (made, item) = (&shown["rehearsal"], &shown["items"][0]);
        assert_eq!((&made["ok"], &made["name"], &made["error"]), (&json!(true), &item["name"], &Value::Null));
        assert_eq!(made["at"], "2026-11-22T21:39:00Z");
        assert_eq!((&item["verified"], &proven_at), (&json!(true), &json!("2026-11-22T07:39:00Z")));
        assert_eq!(item["verified_at"], "2026-11-22T21:39:00Z");
        let beside = night.beside();
        assert!(
            !beside.iter().any(|name| name.contains("rehearsal") || name.contains("opened")),
            "{beside:?}"
        );

        let log = night.admin.get("/api/admin/audit-log?action=backup.restore").expect(200);
        assert_eq!(log["items"], json!([]));
        assert_eq!(lan.get(&format!("/api/orders/{order}")).expect(200)["status"], "pending");
        let parked = night.admin.get("/api/admin/review").expect(200)["orders"].clone();
        assert_eq!(parked, 0, "the order of the shop itself is not parked");

        assert!(!night.rehearse());
        night.pass(23 * HOUR);
        assert!(!night.rehearse(), "it is 3:39");
        night.pass(HOUR);
        assert!(night.rehearse());
    }
}

#[test]
fn a_damaged_one_is_told_until_there_is_another() {
    let mut told = Told::with(&[DAILY]);
    let app = std::mem::replace(&mut told.app, TestApp::start());
    let mut night = Night::of(&app);
    assert!(night.backup.step(night.now));
    night.pass(14 * HOUR);
    assert!(night.rehearse());
    night.pass(24 * HOUR);
    let file = night.newest();
    damage(&file, "audit_log");
    let begun = app.clock.now().rfc3339();
    for _ in 0..3 {
        assert!(night.rehearse());
        night.pass(600);
    }
    assert_eq!(night.trouble(), "backup_unusable");
    let shown = night.shown();
    assert_eq!((&shown["rehearsal"]["ok"], &shown["items"][0]["verified"]), (&json!(false), &json!(false)));
    let name = file.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(shown["rehearsal"]["name"], name);
    let beside = night.beside();
    assert!(!beside.iter().any(|name| name.contains("rehearsal")), "{beside:?}");
    let notices = told.deliver();
    assert!(notices.len() == 1 && notices[0].contains(&name), "{notices:?}");
    let waits = |night: &Night| {
        let review = night.admin.get("/api/admin/review").expect(200);
        review["items"].as_array().unwrap().iter().find(|item| item["kind"] == "rehearsal").cloned()
    };
    let item = waits(&night).unwrap();
    assert_eq!((&item["count"], &item["path"]), (&json!(3), &json!("/admin/backups")));
    assert_eq!(item["oldest"], begun, "since the first failure");

    night.admin.post(PATH, json!({})).expect(201);
    assert!(night.rehearse(), "asked for by the new one");
    assert_eq!((night.shown()["rehearsal"]["ok"].clone(), waits(&night)), (json!(true), None));
    assert_eq!(told.deliver().len(), 1, "that it is mended is told too");
}

#[test]
fn one_that_the_passphrase_does_not_open_is_told() {
    let app = TestApp::with(&[DAILY, SEALED]);
    let mut night = Night::of(&app);
    assert!(night.backup.step(night.now));
    let other = ("BACKUP_PASSPHRASE", "quite another passphrase");
    let app = TestApp::in_folder(app.stop(), &[DAILY, other]);
    let mut night = Night::of(&app);
    night.pass(14 * HOUR);
    assert!(night.rehearse());
    let made = night.shown()["rehearsal"].clone();
    assert_eq!((&made["ok"], &made["error_coded"]["code"]), (&json!(false), &json!("backup_unusable")));
    assert!(made["error"].as_str().unwrap().contains("BACKUP_PASSPHRASE does not open it"), "{made}");
    assert!(!made.to_string().contains("passphrase of some length"));
}

#[test]
fn none_at_all_and_one_that_is_too_old_are_told() {
    let app = TestApp::with(&[DAILY]);
    let mut night = Night::of(&app);
    assert!(night.backup.step(night.now));
    night.pass(14 * HOUR);
    assert!(night.rehearse());
    night.pass(33 * HOUR);
    assert!(night.rehearse());
    assert_eq!(night.trouble(), Value::Null);
    night.pass(24 * HOUR);
    assert!(night.rehearse());
    assert_eq!(night.trouble(), "backup_old");
    let made = night.shown()["rehearsal"].clone();
    assert_eq!(made["error_coded"]["values"]["hours"], 71);
    assert_eq!(night.shown()["items"][0]["verified"], true, "old, but whole");
    fs::remove_file(night.newest()).unwrap();
    night.pass(600);
    assert!(night.rehearse(), "it fails, so it is tried again");
    assert_eq!(night.trouble(), "backup_missing");
    assert_eq!(night.shown()["rehearsal"]["name"], Value::Null);
}

#[test]
fn where_none_are_made_none_is_missing() {
    let app = TestApp::start();
    let mut night = Night::of(&app);
    night.pass(24 * HOUR);
    assert!(!night.rehearse());
    night.admin.post(PATH, json!({})).expect(201);
    night.pass(24 * HOUR);
    assert!(night.rehearse(), "one that was made by hand is tried");
    night.pass(3 * 24 * HOUR);
    assert!(night.rehearse());
    assert_eq!(night.trouble(), Value::Null);
    fs::remove_file(night.newest()).unwrap();
    night.pass(24 * HOUR);
    night.rehearse();
    assert_eq!(night.shown()["rehearsal"]["ok"], true, "the last one that was made");
}

#[test]
fn a_file_that_was_put_there_or_changed_is_not_called_proven() {
    let app = TestApp::start();
    let mut night = Night::of(&app);
    let made = night.admin.post(PATH, json!({})).expect(201);
    assert_eq!((&made["verified"], &made["verified_at"]), (&json!(true), &json!("2026-11-22T07:39:00Z")));
    let file = app.folder.path().join("backups").join(made["name"].as_str().unwrap());
    fs::copy(&file, file.with_file_name("smm-panel-20261120T000000Z.db")).unwrap();
    let verified = |night: &Night| {
        let items = night.shown()["items"].clone();
        items.as_array().unwrap().iter().map(|one| one["verified"] == true).collect::<Vec<_>>()
    };
    assert_eq!(verified(&night), [true, false]);
    let opened = fs::File::options().write(true).open(&file).unwrap();
    opened.set_modified(UNIX_EPOCH + Duration::from_secs(1)).unwrap();
    assert_eq!(verified(&night), [false, false]);
    assert!(night.rehearse());
    assert_eq!(verified(&night), [true, false]);
}
