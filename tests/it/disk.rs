//! A disk that is full: refused with 503, nothing acknowledged is lost, and it heals when there is space.

use crate::support::app::TestApp;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A file system of its own, in memory, unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, size: &str) -> SmallDisk {
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
    }
}

#[test]
fn a_full_disk_is_503_and_loses_nothing_and_heals() {
    let folder = TempDir::new().unwrap();
    let disk = SmallDisk::mount(folder.path(), "6m");
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
    drop(disk);
}
