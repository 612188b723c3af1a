//! Backups at a storage that speaks S3: sent whole or told, kept by the same rule, and the file here stays.

use crate::support::app::TestApp;
use crate::support::binary::{command, own_folder};
use crate::support::fake_s3::{FakeS3, KEY, Mishap, SECRET};
use crate::support::operated::{Operated, eventually};
use serde_json::{Value, json};
use smm_panel::config::Config;
use smm_panel::jobs::runtime::Runner;
use smm_panel::jobs::scheduled;
use smm_panel::storage::{Bucket, Patience, StorageError};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const PATH: &str = "/api/admin/backups";
const PASSPHRASE: (&str, &str) = ("BACKUP_PASSPHRASE", "a passphrase of some length");
const MIB: usize = 1024 * 1024;

const PATIENT: Patience = Patience { call: Duration::from_secs(60), tries: 3, pause: Duration::ZERO };
/// For a storage that does not answer.
const QUICK: Patience = Patience { call: Duration::from_secs(3), ..PATIENT };

fn config(s3: &FakeS3) -> Config {
    let url = s3.url();
    let source = |name: &str| match name {
        "BACKUP_S3_URL" => Some(url.clone()),
        "BACKUP_PASSPHRASE" => Some(PASSPHRASE.1.to_owned()),
        _ => None,
    };
    Config::read(&source).unwrap()
}

fn bucket(s3: &FakeS3, patience: Patience) -> Bucket {
    Bucket::of(config(s3).backups.storage.as_ref().unwrap(), patience).unwrap()
}

/// A file of so many bytes, none like its neighbour.
fn file(folder: &Path, length: usize) -> Vec<u8> {
    let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect();
    fs::write(folder.join("backup"), &bytes).unwrap();
    bytes
}

#[test]
fn a_file_arrives_in_parts_and_nothing_secret_is_in_a_request() {
    let (s3, folder) = (FakeS3::start(), own_folder());
    for (length, parts) in [(1, 1), (8 * MIB, 1), (8 * MIB + 1, 2), (17 * MIB, 3)] {
        let bytes = file(folder.path(), length);
        let before = s3.requests().len();
        bucket(&s3, PATIENT).put("backup", &folder.path().join("backup")).unwrap();
        assert!(s3.objects()["panel/one/backup"] == bytes, "{length} bytes");
        let requests = s3.requests().split_off(before);
        let puts: Vec<_> = requests.iter().filter(|one| one.method == "PUT").collect();
        assert_eq!(puts.len(), parts, "{length} bytes");
        for request in requests {
            assert!(request.path.contains("X-Amz-Signature=") && request.path.contains("%2Fvn-1%2Fs3%2F"));
            assert!(!format!("{request:?}").contains("planted"), "{request:?}");
        }
    }
    assert_eq!(s3.open_uploads(), 0);
}

#[test]
fn what_goes_wrong_once_is_tried_again() {
    let (s3, folder) = (FakeS3::start(), own_folder());
    let bytes = file(folder.path(), MIB);
    for mishaps in [
        vec![Mishap::Part(500), Mishap::Part(503)],
        vec![Mishap::OtherContent],
        vec![Mishap::NoTag, Mishap::Part(429)],
    ] {
        s3.goes_wrong(&mishaps);
        bucket(&s3, PATIENT).put("backup", &folder.path().join("backup")).unwrap();
        assert!(s3.objects()["panel/one/backup"] == bytes, "{mishaps:?}");
    }
}

#[test]
fn a_storage_that_does_not_answer_is_given_up() {
    let (s3, folder) = (FakeS3::start(), own_folder());
    file(folder.path(), MIB);
    s3.goes_wrong(&[Mishap::Hang; 3]);
    let refused = bucket(&s3, QUICK).put("backup", &folder.path().join("backup")).unwrap_err();
    assert!(refused.to_string().contains("no answer within 3000 ms"), "{refused}");
}

#[test]
fn what_stays_wrong_is_an_error_and_leaves_no_parts_to_be_paid_for() {
    let (s3, folder) = (FakeS3::start(), own_folder());
    file(folder.path(), MIB);
    let says = |status: u16, code: &str| format!("HTTP {status}: {code}");
    for (mishaps, why) in [
        (vec![Mishap::Part(500); 3], says(500, "SlowDown")),
        (vec![Mishap::Part(403)], says(403, "SlowDown")),
        (vec![Mishap::OtherContent; 3], "what lies there is not what was sent".to_owned()),
        (vec![Mishap::NoTag; 3], "the answer cannot be read".to_owned()),
        (vec![Mishap::Redirect], says(307, "")),
        (vec![Mishap::ErrorInside], says(200, "InternalError")),
        (vec![Mishap::Gibberish], "the answer cannot be read".to_owned()),
        (vec![Mishap::Truncated], "what lies there is not what was sent".to_owned()),
    ] {
        s3.goes_wrong(&mishaps);
        let refused = bucket(&s3, PATIENT).put("backup", &folder.path().join("backup")).unwrap_err();
        assert!(refused.to_string().contains(&why), "{mishaps:?}: {refused}");
        assert_eq!(s3.open_uploads(), 0, "{mishaps:?}");
    }
    assert!(folder.path().join("backup").exists());
    let gone = FakeS3::start();
    let (config, url) = (config(&gone), gone.url());
    drop(gone);
    let bucket = Bucket::of(config.backups.storage.as_ref().unwrap(), QUICK).unwrap();
    let refused = bucket.list().unwrap_err();
    assert!(matches!(refused, StorageError::NoAnswer(_)) && !refused.to_string().contains(&url), "{refused}");
}

/// A panel that makes backups and sends them, its jobs stepped by hand.
struct Shop {
    app: TestApp,
    now: Instant,
}

impl Shop {
    fn with(s3: &FakeS3, vars: &[(&str, &str)]) -> Shop {
        let url = s3.url();
        let ours = [PASSPHRASE, ("BACKUP_S3_URL", url.as_str()), ("BACKUP_EVERY_HOURS", "24")];
        Shop { app: TestApp::with(&[vars, &ours].concat()), now: Instant::now() }
    }

    fn runner(&self, name: &str) -> Runner {
        scheduled::runner(&self.app.app, name).unwrap()
    }

    /// Lets a day pass and makes its backup.
    fn day(&mut self, backup: &mut Runner) {
        self.app.clock.advance_seconds(24 * 60 * 60);
        self.now += Duration::from_secs(24 * 60 * 60);
        assert!(backup.step(self.now));
    }
}

fn names(s3: &FakeS3) -> Vec<String> {
    s3.objects().into_keys().map(|key| key.replace("panel/one/", "")).collect()
}

#[test]
fn the_storage_keeps_what_the_rule_keeps_and_nothing_of_others_is_touched() {
    let s3 = FakeS3::start();
    let mut shop = Shop::with(&s3, &[("BACKUP_KEEP", "3d")]);
    let (mut backup, mut upload) = (shop.runner("backup"), shop.runner("backup-upload"));
    s3.put("panel/one/notes.txt", b"somebody's");
    s3.put("panel/other/smm-panel-20200101T000000Z.db.age", b"another panel's");
    for _ in 0..5 {
        shop.day(&mut backup);
        assert!(upload.step(shop.now));
    }
    let admin = shop.app.admin("boss");
    let shown = admin.get(PATH).expect(200);
    let items = shown["items"].as_array().unwrap();
    assert_eq!((items.len(), &shown["storage"]), (3, &json!(s3.place())));
    assert!(items.iter().all(|one| one["uploaded_at"].is_string()), "{shown}");
    let mut expected: Vec<String> =
        items.iter().rev().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
    expected.insert(0, "panel/other/smm-panel-20200101T000000Z.db.age".to_owned());
    expected.insert(0, "notes.txt".to_owned());
    let mut there = names(&s3);
    there.sort();
    expected.sort();
    assert_eq!(there, expected);
    let name = items[0]["name"].as_str().unwrap();
    let local = fs::read(shop.app.folder.path().join("backups").join(name)).unwrap();
    assert!(s3.objects()[&format!("panel/one/{name}")] == local);

    // A key that may not remove anything is no fault.
    s3.goes_wrong(&[Mishap::NoRemoval]);
    shop.day(&mut backup);
    assert!(upload.step(shop.now));
    assert_eq!(names(&s3).len(), 6);
    assert_eq!(shop.app.app.job_registry.trouble("backup-upload"), None);
    let sent = s3.requests().len();
    shop.now += Duration::from_secs(120);
    assert!(upload.step(shop.now));
    assert_eq!(s3.requests().len(), sent, "what is there is not sent again, and nothing is asked");
}

#[test]
fn an_upload_that_fails_is_told_until_it_worked_and_the_file_stays() {
    let s3 = FakeS3::start();
    let mut shop = Shop::with(&s3, &[]);
    let (mut backup, mut upload) = (shop.runner("backup"), shop.runner("backup-upload"));
    s3.goes_wrong(&[Mishap::Part(403)]);
    shop.day(&mut backup);
    assert!(upload.step(shop.now));
    let admin = shop.app.admin("boss");
    let shown = admin.get(PATH).expect(200);
    let name = shown["items"][0]["name"].clone();
    assert_eq!(shown["items"][0]["uploaded_at"], Value::Null);
    let coded = json!({ "code": "storage_says", "values": { "status": 403, "said": "SlowDown" } });
    assert_eq!((&shown["upload_error_coded"], shown["upload_failed_at"].is_string()), (&coded, true));
    assert!(!shown.to_string().contains(SECRET) && !shown.to_string().contains(KEY));
    let review = admin.get("/api/admin/review").expect(200);
    let waits = review["items"].as_array().unwrap().iter().find(|item| item["kind"] == "backup_upload");
    assert_eq!(waits.unwrap()["path"], "/admin/backups");
    assert!(shop.app.folder.path().join("backups").join(name.as_str().unwrap()).exists());

    shop.now += Duration::from_secs(600);
    assert!(upload.step(shop.now));
    let shown = admin.get(PATH).expect(200);
    assert_eq!((&shown["upload_error"], &shown["items"][0]["verified"]), (&Value::Null, &json!(true)));
    assert!(shown["items"][0]["uploaded_at"].is_string());
}

#[test]
fn what_is_not_encrypted_or_not_proven_never_leaves() {
    let s3 = FakeS3::start();
    let shop = Shop::with(&s3, &[]);
    let backups = shop.app.folder.path().join("backups");
    fs::create_dir(&backups).unwrap();
    fs::write(backups.join("smm-panel-20261120T000000Z.db"), "clear").unwrap();
    fs::write(backups.join("smm-panel-20261121T000000Z.db.age"), "put there").unwrap();
    assert!(shop.runner("backup-upload").step(shop.now));
    assert!(s3.requests().is_empty());
}

#[test]
fn without_a_passphrase_or_a_whole_address_the_panel_does_not_start_and_repeats_no_secret() {
    let folder = own_folder();
    let good = "https://key:s3cr3t@s3.example.vn/shop";
    for vars in [
        vec![("BACKUP_S3_URL", good)],
        vec![("BACKUP_S3_URL", "https://key:s3cr3t@s3.example.vn/"), PASSPHRASE],
        vec![("BACKUP_S3_URL", "https://key:s3cr3t/x@s3.example.vn/shop"), PASSPHRASE],
    ] {
        let wrong = command(folder.path(), &["check"], &vars).output().unwrap();
        let said = String::from_utf8_lossy(&[wrong.stdout, wrong.stderr].concat()).into_owned();
        assert!(wrong.status.code() == Some(1) && said.contains("BACKUP_S3_URL"), "{said}");
        assert!(!said.contains("s3cr3t"), "{said}");
    }
    let right = command(folder.path(), &["check"], &[("BACKUP_S3_URL", good), PASSPHRASE]).output().unwrap();
    assert!(right.status.success());
}

#[test]
fn the_log_of_a_panel_that_sends_holds_no_secret_and_no_signature() {
    let (s3, folder) = (FakeS3::start(), own_folder());
    s3.goes_wrong(&[Mishap::Part(403)]);
    let url = s3.url();
    let vars =
        [PASSPHRASE, ("BACKUP_S3_URL", url.as_str()), ("LOG_LEVEL", "trace"), ("BACKUP_EVERY_HOURS", "0")];
    let panel = Operated::start(folder.path(), "sandbox", &vars);
    panel.send("POST", PATH, &Value::Null).unwrap().expect(201);
    let failed = panel.binary.log_with("a background job failed");
    panel.send("POST", PATH, &Value::Null).unwrap().expect(201);
    eventually("both are there", || names(&s3).len() == 2);
    assert!(panel.binary.terminate().0.success());
    let rest = fs::read_to_string(folder.path().join("log.txt")).unwrap();
    for log in [failed, rest] {
        for secret in ["planted", "X-Amz-", KEY] {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
    }
}
