//! The backups that the panel makes by itself, and those that an admin asks for.

use crate::support::app::TestApp;
use crate::support::binary::{command, own_folder};
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, eventually, proven};
use crate::support::told::Told;
use serde_json::{Value, json};
use smm_panel::jobs::scheduled;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const PATH: &str = "/api/admin/backups";
const LINK: &str = "https://www.tiktok.com/@ten";
const KILLS: u32 = 8;

fn make(panel: &Operated) -> String {
    let made = panel.send("POST", PATH, &Value::Null).unwrap().expect(201);
    made["name"].as_str().unwrap().to_owned()
}

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// That it can be used as a database, and its ledger holds. A copy is looked at, for a look leaves traces.
#[track_caller]
fn holds(folder: &Path, name: &str) {
    fs::copy(folder.join("backups").join(name), folder.join("looked-at.db")).unwrap();
    let proof = command(folder, &["audit"], &[("DATABASE_URL", "looked-at.db")]).output().unwrap();
    assert!(proof.status.success(), "{name}: {}", String::from_utf8_lossy(&proof.stdout));
}

#[test]
fn it_makes_one_after_its_start_lists_it_and_hands_it_out_as_a_file() {
    let folder = own_folder();
    let panel = Operated::start(folder.path(), "sandbox", &[("BACKUP_EVERY_HOURS", "24")]);
    let items = || panel.get(PATH)["items"].clone();
    eventually("a backup is made and proven", || items()[0]["verified"] == true);
    let first = items()[0].clone();
    assert_eq!((items().as_array().unwrap().len(), &first["encrypted"]), (1, &json!(false)));
    let name = first["name"].as_str().unwrap();
    let backups = folder.path().join("backups");
    let path = backups.join(name);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&backups)), (0o600, 0o700));
    assert_eq!(first["size"], fs::metadata(&path).unwrap().len());
    let shown = panel.get(PATH);
    assert_eq!(fs::canonicalize(shown["folder"].as_str().unwrap()).unwrap(), backups.canonicalize().unwrap());
    assert_eq!((&shown["every_hours"], &shown["error"]), (&json!(24), &Value::Null));

    let file = panel.send("GET", &format!("{PATH}/{name}"), &Value::Null).unwrap();
    assert_eq!(file.status, 200);
    assert!(file.body == fs::read(&path).unwrap());
    assert!(file.header("content-disposition").unwrap().contains(name));
    let log = panel.get("/api/admin/audit-log?action=backup.download");
    assert_eq!(log["items"][0]["subject"], format!("backup:{name}"));
    let made = make(&panel);
    assert_eq!(items().as_array().unwrap().len(), 2);
    let log = panel.get("/api/admin/audit-log?action=backup.make");
    assert_eq!(
        (&log["items"][0]["subject"], &log["items"][0]["actor"]),
        (&json!(format!("backup:{made}")), &json!("boss"))
    );
    holds(folder.path(), &made);
}

#[test]
fn whatever_is_no_backup_is_neither_listed_nor_handed_out() {
    let folder = own_folder();
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    let backups = folder.path().join("backups");
    let kept = make(&panel);
    for name in ["notes.txt", "smm-panel-20261129T140500Z.db.1.part", "smm-panel-20261399T140500Z.db"] {
        fs::write(backups.join(name), "secret").unwrap();
    }
    symlink("../smm-panel.db", backups.join("smm-panel-20261129T140500Z.db")).unwrap();
    fs::create_dir(backups.join("smm-panel-20261129T140501Z.db")).unwrap();
    let items = panel.get(PATH)["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1, "{items}");
    let wrong = [
        "notes.txt",
        "..",
        "..%2Fsmm-panel.db",
        "..%2Fbackups%2Fnotes.txt",
        "%2Fetc%2Fpasswd",
        "smm-panel.db",
        "%00",
        "smm-panel-20261129T140500Z.db",
        "smm-panel-20261129T140501Z.db",
        "smm-panel-20261129T140500Z.db.1.part",
        "smm-panel-20261399T140500Z.db",
        "smm-panel-20261129T140509Z.db",
    ];
    for wrong in wrong.into_iter().map(str::to_owned).chain([
        format!("{kept}%00"),
        format!("{kept}%2F"),
        format!(".%2F{kept}"),
    ]) {
        let answer = panel.send("GET", &format!("{PATH}/{wrong}"), &Value::Null).unwrap();
        assert!(matches!(answer.status, 400 | 404), "{wrong}: {}", answer.status);
    }
    assert_eq!(panel.get("/api/admin/audit-log?action=backup.download")["items"], json!([]));
}

#[test]
fn only_an_admin_sees_makes_or_takes_one() {
    let app = TestApp::start();
    let lan = app.member("lan");
    for (method, path) in [("GET", ""), ("POST", ""), ("GET", "/smm-panel-20261129T140500Z.db")] {
        let path = format!("/api/admin/backups{path}");
        let answer = if method == "GET" { lan.get(&path) } else { lan.post(&path, json!({})) };
        answer.refused(403, "forbidden");
    }
}

#[test]
fn several_at_once_under_load_are_all_whole() {
    let (folder, provider) = (own_folder(), FakeProvider::start());
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let service = panel.stock();
    let is_done = AtomicBool::new(false);
    let made: Vec<String> = std::thread::scope(|scope| {
        let (panel, is_done) = (&panel, &is_done);
        for buyer in 0..3 {
            scope.spawn(move || {
                for number in 0.. {
                    if is_done.load(Ordering::SeqCst) {
                        return;
                    }
                    panel.buy(service, &format!("{LINK}/{buyer}/{number}"));
                }
            });
        }
        let makers: Vec<_> = (0..3).map(|_| scope.spawn(|| make(panel))).collect();
        let made: Vec<_> = makers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        is_done.store(true, Ordering::SeqCst);
        made.into_iter().map(Result::unwrap).collect()
    });
    let mut sorted = made.clone();
    sorted.sort();
    assert_eq!(names(&folder.path().join("backups")), sorted, "and nothing else");
    made.iter().for_each(|name| holds(folder.path(), name));
    proven(folder.path());
}

#[test]
fn killed_in_between_it_leaves_the_old_ones_and_the_next_one_clears_up() {
    let folder = own_folder();
    let backups = folder.path().join("backups");
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    panel.stock();
    let began = Instant::now();
    let first = make(&panel);
    let took = began.elapsed();
    drop(panel);
    let mut left = 0;
    for kill in 0..KILLS {
        let panel = Operated::start(folder.path(), "sandbox", &[]);
        std::thread::scope(|scope| {
            scope.spawn(|| panel.send("POST", PATH, &Value::Null));
            std::thread::sleep(took * (kill + 1) / (KILLS + 1));
            panel.binary.signal("KILL");
        });
        left += names(&backups).iter().filter(|name| name.contains(".part")).count();
    }
    println!("{left} files were left half-made, of backups of {took:?}");
    assert!(left > 0);
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    make(&panel);
    let all = names(&backups);
    assert!(all.contains(&first) && !all.iter().any(|name| name.contains(".part")), "{all:?}");
    all.iter().for_each(|name| holds(folder.path(), name));
}

#[test]
fn of_each_day_and_week_the_newest_is_kept() {
    let app = TestApp::with(&[("BACKUP_EVERY_HOURS", "6"), ("BACKUP_KEEP", "3d 3w")]);
    let mut runner = scheduled::runner(&app.app, "backup").unwrap();
    let newest = || names(&app.folder.path().join("backups")).pop();
    let (mut now, mut last, mut made) = (Instant::now(), None, 0);
    // 2026-11-22 is a Sunday; it is 14:39 in Vietnam.
    for _ in 0..20 * 24 {
        // A try that fails, for want of time or room, is none; the next one comes within the hour.
        for _ in 0..5 {
            now += Duration::from_secs(11 * 60);
            if runner.step(now)
                && let Some(why) = app.app.job_registry.trouble("backup")
            {
                println!("{made} were made, and then: {why}");
            }
        }
        now += Duration::from_secs(5 * 60);
        let found = newest();
        made += i32::from(found.is_some() && found != last);
        last = found;
        app.clock.advance_seconds(60 * 60);
    }
    assert_eq!(made, 80);
    let items = app.admin("boss").get(PATH).expect(200)["items"].clone();
    let times: Vec<&str> =
        items.as_array().unwrap().iter().map(|one| one["created_at"].as_str().unwrap()).collect();
    let kept = [
        "2026-12-12T01:39:00Z",
        "2026-12-11T13:39:00Z",
        "2026-12-10T13:39:00Z",
        "2026-12-06T13:39:00Z",
        "2026-11-29T13:39:00Z",
    ];
    assert_eq!(times, kept);
}

#[test]
fn a_folder_that_is_none_is_told_until_it_is_mended() {
    let mut told = Told::with(&[("BACKUP_EVERY_HOURS", "24")]);
    let folder = told.app.folder.path().join("backups");
    fs::write(&folder, "a file").unwrap();
    let mut runner = scheduled::runner(&told.app.app, "backup").unwrap();
    let mut now = Instant::now();
    let mut step = |told: &Told| {
        now += Duration::from_secs(600);
        assert!(runner.step(now));
        told.app.clock.advance_seconds(600);
    };
    (0..3).for_each(|_| step(&told));
    let notices = told.deliver();
    assert!(notices.len() == 1 && notices[0].contains("backups"), "{notices:?}");
    let admin = told.app.admin("boss");
    let waits = || {
        let review = admin.get("/api/admin/review").expect(200);
        review["items"].as_array().unwrap().iter().find(|item| item["kind"] == "backup").cloned()
    };
    let item = waits().unwrap();
    assert_eq!((&item["count"], &item["path"]), (&json!(3), &json!("/admin/backups")));
    assert_eq!(item["detail_coded"]["code"], "backup_failed");
    let refused = admin.post(PATH, json!({}));
    assert_eq!((refused.status, &refused.json()["reason"]), (409, &json!("backup_failed")));

    fs::remove_file(&folder).unwrap();
    let shown = admin.get(PATH).expect(200);
    assert_eq!((&shown["items"], &shown["failed_at"]), (&json!([]), &json!("2026-11-22T07:59:00Z")));
    assert!(shown["error"].as_str().unwrap().contains("no backup was made"), "{shown}");
    // Made by hand, it is what the job wanted.
    admin.post(PATH, json!({})).expect(201);
    step(&told);
    assert_eq!(waits(), None);
    assert_eq!(admin.get(PATH).expect(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(told.deliver().len(), 1, "that it is mended is told too");
}
