//! A disk that is full: refused with 503, nothing acknowledged is lost, and it heals when there is space.

use crate::support::app::TestApp;
use crate::support::reply::Reply;
use serde_json::json;
use smm_panel::jobs;
use smm_panel::orders::Dispatch;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A file system of its own, in memory, unmounted when dropped.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    pub fn mount(at: &Path, size: &str) -> SmallDisk {
        let options = format!("size={size}");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).status().unwrap();
        assert!(mounted.success(), "this test mounts a small tmpfs and needs the right to do so (root)");
        SmallDisk(at.to_owned())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the panel's files may still be open for a moment.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
        // The panel's folder could not go while this was mounted in it.
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[test]
fn a_full_disk_is_503_and_loses_nothing_and_heals() {
    let folder = TempDir::new().unwrap();
    let _disk = SmallDisk::mount(folder.path(), "6m");
    let ballast = folder.path().join("ballast");
    let app = TestApp::in_folder(folder, &[]);
    let (admin, lan) = (app.admin("boss"), app.member("lan"));
    let path = format!("/api/admin/users/{}/balance", lan.id);
    let reason = "x".repeat(400);
    let credit = || admin.put(&path, json!({ "amount": 1, "reason": reason }));

    std::fs::write(&ballast, vec![0; 3 * 1024 * 1024]).unwrap();
    let mut acknowledged = 0;
    let refused = loop {
        let answer = credit();
        if answer.status != 200 {
            break answer;
        }
        acknowledged += 1;
        assert!(acknowledged < 20_000, "the disk never filled up");
    };
    refused.refused(503, "overloaded");
    assert!(acknowledged > 0);
    for _ in 0..3 {
        credit().refused(503, "overloaded");
    }
    assert_eq!(lan.balance(), acknowledged, "what was acknowledged is there, what was refused is not");

    std::fs::remove_file(&ballast).unwrap();
    credit().expect(200);
    assert_eq!(lan.balance(), acknowledged + 1);
}

#[test]
fn an_answer_that_finds_the_disk_full_is_written_down_later() {
    let folder = TempDir::new().unwrap();
    let _disk = SmallDisk::mount(folder.path(), "6m");
    let ballast = folder.path().join("ballast");
    let app = TestApp::in_folder(folder, &[("BUMX_ADD_TIMEOUT_SECONDS", "10")]);
    let (admin, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(|_| ()), 1000);
    app.provider.next_for("add", Reply::ok().delayed(1000));
    let jobs = jobs::start(&app.app).unwrap();
    let started = Instant::now();
    while app.provider.requests_for("add").is_empty() {
        assert!(started.elapsed() < Duration::from_secs(1));
    }
    let mut file = std::fs::File::create(&ballast).unwrap();
    while file.write_all(&[0; 64 * 1024]).is_ok() {}
    let path = format!("/api/admin/users/{}/balance", lan.id);
    let credit = || admin.put(&path, json!({ "amount": 1, "reason": "x".repeat(400) })).status;
    while credit() == 200 {}

    std::thread::sleep(Duration::from_millis(1300).saturating_sub(started.elapsed()));
    assert_eq!(app.order(id).state.dispatch, Dispatch::Sending, "the answer is here and not yet on disk");
    drop(file);
    std::fs::remove_file(&ballast).unwrap();
    while app.order(id).state.dispatch != Dispatch::Sent {
        assert!(started.elapsed() < Duration::from_secs(4));
    }
    jobs.stop();
    assert_eq!(app.provider.requests_for("add").len(), 1);
}

#[test]
fn a_backup_that_finds_no_room_leaves_nothing_and_the_old_ones_stay() {
    let folder = TempDir::new().unwrap();
    let backups = folder.path().join("backups");
    std::fs::create_dir(&backups).unwrap();
    let _disk = SmallDisk::mount(&backups, "3m");
    let app = TestApp::in_folder(folder, &[]);
    let admin = app.admin("boss");
    let names = || {
        let files = std::fs::read_dir(&backups).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let mut kept = names();
    for _ in 0..20 {
        let made = admin.post("/api/admin/backups", json!({}));
        if made.status != 201 {
            made.refused(503, "overloaded");
            assert!(!kept.is_empty());
            assert_eq!(names(), kept);
            return;
        }
        kept = names();
    }
    panic!("the disk never filled up");
}
