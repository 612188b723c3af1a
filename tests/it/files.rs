//! The database as files: one process each by whatever name, everything in the one file after a stop, nobody else's to
//! read.

use crate::support::binary::{Binary, command, own_folder};
use rusqlite::Connection;
use serde_json::json;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const BOSS: [(&str, &str); 3] =
    [("ADMIN_USERNAME", "boss"), ("ADMIN_EMAIL", "b@x.vn"), ("ADMIN_PASSWORD", "boss password")];

fn file(folder: &TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

fn register(panel: &Binary, name: &str) {
    let body = json!({ "username": name, "email": format!("{name}@x.vn"), "password": "lan's password" });
    panel.send("POST", "/api/auth/register", &[], body.to_string().as_bytes()).expect(201);
}

fn knows(panel: &Binary, name: &str) -> bool {
    let body = json!({ "login": name, "password": "lan's password" }).to_string();
    panel.send("POST", "/api/auth/login", &[], body.as_bytes()).status == 200
}

/// How a start that must not succeed is refused.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str], vars: &[(&str, &str)]) -> String {
    let output = command(folder, arguments, vars).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "another program on the same file")]
fn stranger(path: &Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    conn.query_row("SELECT count(*) FROM users", (), |row| row.get::<_, i64>(0)).unwrap();
    conn
}

#[test]
fn by_no_name_do_two_processes_serve_one_database() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &BOSS);
    register(&panel, "lan");
    symlink("smm-panel.db", file(&folder, "link.db")).unwrap();
    for name in ["smm-panel.db", "./smm-panel.db", "link.db", "sqlite:link.db"] {
        let told = refused(folder.path(), &["serve"], &[("DATABASE_URL", name)]);
        assert!(told.contains("another smm-panel process is using"), "{name}: {told}");
    }
    fs::hard_link(file(&folder, "smm-panel.db"), file(&folder, "other.db")).unwrap();
    for (arguments, name) in [("serve", "other.db"), ("audit", "other.db"), ("audit", "smm-panel.db")] {
        let told = refused(folder.path(), &[arguments], &[("DATABASE_URL", name)]);
        assert!(told.contains("hard link"), "{name}: {told}");
    }
    fs::remove_file(file(&folder, "other.db")).unwrap();
    assert!(knows(&panel, "lan"), "the first is none the worse");
    panel.kill();
    let again = Binary::start(folder.path(), &[], &[]);
    assert!(knows(&again, "lan"), "the lock goes with its process");
    assert!(!file(&folder, "smm-panel.db.lock").exists());
}

#[test]
fn a_folder_is_no_database() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(file(&folder, "smm-panel.db")).unwrap();
    for command in ["serve", "audit"] {
        let told = refused(folder.path(), &[command], &[]);
        assert!(told.contains("smm-panel.db as the database: it is no file"), "{told}");
    }
}

#[test]
fn a_link_to_a_file_that_is_not_there_yet_leads_to_it() {
    let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    symlink(file(&elsewhere, "real.db"), file(&folder, "link.db")).unwrap();
    let panel = Binary::start(folder.path(), &[], &[("DATABASE_URL", "link.db")]);
    register(&panel, "lan");
    assert!(length(&file(&elsewhere, "real.db-wal")) > 0);
    let told = refused(elsewhere.path(), &[], &[("DATABASE_URL", "real.db")]);
    assert!(told.contains("another smm-panel process"), "{told}");
    assert!(panel.terminate().0.success());
    let panel = Binary::start(elsewhere.path(), &[], &[("DATABASE_URL", "real.db")]);
    assert!(knows(&panel, "lan"));
}

/// Whoever closes a file loses all locks of its process on it: a panel that opened its database twice would let others
/// take its log away.
#[test]
fn others_come_and_go_and_the_panel_keeps_its_log() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &BOSS);
    let wal = file(&folder, "smm-panel.db-wal");
    for name in ["lan", "minh", "hoa"] {
        register(&panel, name);
        let before = fs::metadata(&wal).unwrap().ino();
        drop(stranger(&file(&folder, "smm-panel.db")));
        assert!(command(folder.path(), &["audit"], &[]).output().unwrap().status.success());
        assert_eq!(fs::metadata(&wal).unwrap().ino(), before, "the log is still the panel's");
    }
    let count = stranger(&file(&folder, "smm-panel.db"))
        .query_row("SELECT count(*) FROM users", (), |row| row.get::<_, i64>(0));
    assert_eq!(count, Ok(4));
}

#[test]
fn after_a_stop_the_one_file_holds_everything() {
    for is_read in [false, true] {
        let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let panel = Binary::start(folder.path(), &[], &BOSS);
        register(&panel, "lan");
        let _reader = is_read.then(|| stranger(&file(&folder, "smm-panel.db")));
        assert!(length(&file(&folder, "smm-panel.db-wal")) > 0);
        assert!(panel.terminate().0.success());
        assert_eq!(length(&file(&folder, "smm-panel.db-wal")), 0);
        assert_eq!(file(&folder, "smm-panel.db-wal").exists(), is_read);
        fs::copy(file(&folder, "smm-panel.db"), file(&elsewhere, "smm-panel.db")).unwrap();
        let panel = Binary::start(elsewhere.path(), &[], &[]);
        assert!(knows(&panel, "lan"));
    }
}

#[test]
fn a_command_leaves_everything_in_the_one_file_too() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &BOSS);
    panel.send("GET", "/health", &[], b"").expect(200);
    assert!(panel.terminate().0.success());
    let reset = ["admin", "reset-password", "--username", "boss"];
    assert!(command(folder.path(), &reset, &[]).output().unwrap().status.success());
    assert!(command(folder.path(), &["audit"], &[]).output().unwrap().status.success());
    assert!(!file(&folder, "smm-panel.db-wal").exists());
}

#[test]
fn no_new_panel_is_made_beside_the_log_of_another() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &BOSS);
    register(&panel, "lan");
    panel.kill();
    let (db, wal) = (file(&folder, "smm-panel.db"), file(&folder, "smm-panel.db-wal"));
    let kept = fs::read(&wal).unwrap();
    fs::rename(&db, file(&folder, "aside.db")).unwrap();
    for is_empty in [false, true] {
        for arguments in ["serve", "audit"] {
            if is_empty {
                fs::write(&db, b"").unwrap();
            }
            let told = refused(folder.path(), &[arguments], &[]);
            assert!(told.contains("smm-panel.db-wal") || !is_empty && told.contains("no database"), "{told}");
            assert!(fs::read(&wal).unwrap() == kept, "the log is untouched");
            assert_eq!(db.exists(), is_empty);
        }
    }
    fs::rename(file(&folder, "aside.db"), &db).unwrap();
    let panel = Binary::start(folder.path(), &[], &[]);
    assert!(knows(&panel, "lan"), "put back together they are whole");
}

#[test]
fn a_journal_of_another_life_is_respected_and_that_of_a_killed_first_start_is_not() {
    let folder = TempDir::new().unwrap();
    let header = |pages: u8| {
        let mut header =
            vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0, 0, 1, 1, 2, 3, 4, 0, 0, 0, pages];
        header.resize(512, 0);
        header
    };
    fs::write(file(&folder, "smm-panel.db-journal"), header(3)).unwrap();
    let told = refused(folder.path(), &["serve"], &[]);
    assert!(told.contains("smm-panel.db-journal"), "{told}");
    assert!(!file(&folder, "smm-panel.db").exists());
    fs::write(file(&folder, "smm-panel.db-journal"), header(0)).unwrap();
    Binary::start(folder.path(), &[], &[]).send("GET", "/health", &[], b"").expect(200);
}

#[test]
fn the_files_are_the_owners_alone_and_wider_ones_are_told() {
    let folder = own_folder();
    let panel = Binary::start(folder.path(), &[], &BOSS);
    register(&panel, "lan");
    for name in ["smm-panel.db", "smm-panel.db-wal", "smm-panel.db-shm"] {
        assert_eq!(mode(&file(&folder, name)), 0o600, "{name}");
    }
    let log = || fs::read_to_string(file(&folder, "log.txt")).unwrap();
    assert!(!log().contains("chmod"), "{}", log());
    assert!(panel.terminate().0.success());
    widen(&file(&folder, "smm-panel.db"), 0o644);
    let copy = file(&folder, "smm-panel.db.v3.bak");
    fs::write(&copy, b"").unwrap();
    widen(&copy, 0o640);
    let panel = Binary::start(folder.path(), &[], &[]);
    // Who answers also listens to signals.
    panel.send("GET", "/health", &[], b"").expect(200);
    assert!(panel.terminate().0.success());
    for (name, mode) in [("smm-panel.db", "0644"), ("smm-panel.db.v3.bak", "0640")] {
        let path = fs::canonicalize(file(&folder, name)).unwrap();
        let told = format!("{} (mode {mode})", path.display());
        assert!(log().contains(&told) && log().contains("chmod 600"), "{}", log());
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn widen(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_folder_that_is_open_to_others_is_told_and_nothing_is_refused() {
    let folder = own_folder();
    let shown = fs::canonicalize(folder.path()).unwrap();
    for (wide, told) in [
        (0o755, "0755"),
        (0o750, "0750"),
        (0o711, "0711"),
        (0o770, "0770"),
        (0o777, "0777"),
        (0o1777, "1777"),
    ] {
        widen(folder.path(), wide);
        let panel = Binary::start(folder.path(), &[], &[]);
        let told = format!("{} (mode {told})", shown.display());
        assert!(panel.log_with("chmod 700").contains(&told), "{told}");
        panel.send("GET", "/health", &[], b"").expect(200);
        panel.kill();
        assert_eq!(mode(folder.path()), wide, "it is the operator's to change");
    }
    widen(folder.path(), 0o700);
    let panel = Binary::start(folder.path(), &[], &[]);
    // Who answers also listens to signals.
    panel.send("GET", "/health", &[], b"").expect(200);
    assert!(panel.terminate().0.success());
    let log = fs::read_to_string(file(&folder, "log.txt")).unwrap();
    assert!(!log.contains("chmod"), "{log}");
}

#[test]
fn a_folder_that_the_panel_makes_is_the_owners_alone() {
    let temporary = TempDir::new().unwrap();
    let place = [("TMPDIR", temporary.path().to_str().unwrap())];
    let panel = Binary::start(temporary.path(), &["demo"], &place);
    let made = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with("smm-panel-demo-");
    let folder = fs::read_dir(temporary.path()).unwrap().flatten().find(made).unwrap().path();
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).unwrap().flatten() {
        assert_eq!(mode(&entry.path()), 0o600, "{}", entry.path().display());
    }
    // Who answers also listens to signals.
    panel.send("GET", "/health", &[], b"").expect(200);
    assert!(panel.terminate().0.success());
    let log = fs::read_to_string(temporary.path().join("log.txt")).unwrap();
    assert!(!folder.exists() && !log.contains("chmod"), "{log}");
}
