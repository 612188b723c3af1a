//! Backups beside a panel at work, and the look before a start.

use crate::support::binary::{Binary, command, damage, own_folder};
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, proven};
use crate::support::tls::Authority;
use rcgen::CertificateParams;
use rustix::process::geteuid;
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};

const LINK: &str = "https://www.tiktok.com/@ten";

fn run(folder: &Path, arguments: &[&str], vars: &[(&str, &str)]) -> Output {
    command(folder, arguments, vars).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_under_load_is_whole_proven_and_private() {
    let (folder, provider) = (own_folder(), FakeProvider::start());
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let service = panel.stock();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for buyer in 0..3 {
            let (panel, is_done) = (&panel, &is_done);
            scope.spawn(move || {
                for number in 0.. {
                    if is_done.load(Ordering::SeqCst) {
                        return;
                    }
                    panel.buy(service, &format!("{LINK}/{buyer}/{number}"));
                }
            });
        }
        for name in ["one.db", "two.db", "three.db"] {
            let made = run(folder.path(), &["backup", name], &[]);
            let said = text(&made);
            if !made.status.success() || !said.contains("verified") || !said.contains("last         transfer")
            {
                is_done.store(true, Ordering::SeqCst);
                panic!("{said}");
            }
        }
        is_done.store(true, Ordering::SeqCst);
    });
    for name in ["one.db", "two.db", "three.db"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let proof = run(folder.path(), &["audit"], &[("DATABASE_URL", name)]);
        assert!(proof.status.success(), "{name}: {}", text(&proof));
    }
    assert!(!names(folder.path()).iter().any(|name| name.contains(".part")), "{:?}", names(folder.path()));
    let before = fs::read(folder.path().join("one.db")).unwrap();
    let again = run(folder.path(), &["backup", "one.db"], &[]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again).contains("is there already"), "{}", text(&again));
    assert_eq!(fs::read(folder.path().join("one.db")).unwrap(), before);
    proven(folder.path());
}

#[test]
fn a_copy_that_does_not_hold_is_removed() {
    let folder = own_folder();
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    panel.stock();
    assert!(panel.binary.terminate().0.success());
    damage(&folder.path().join("smm-panel.db"), "audit_log");
    let made = run(folder.path(), &["backup", "copy.db"], &[]);
    assert_eq!(made.status.code(), Some(1), "{}", text(&made));
    let names = names(folder.path());
    assert!(!names.iter().any(|name| name.starts_with("copy.db")), "{names:?}");
}

#[test]
fn without_a_database_there_is_nothing_to_back_up_and_none_is_made() {
    let folder = own_folder();
    let made = run(folder.path(), &["backup", "copy.db"], &[]);
    assert_eq!(made.status.code(), Some(1));
    assert!(text(&made).contains("there is no database"), "{}", text(&made));
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn a_check_says_what_a_start_would_find_and_leaves_no_trace() {
    let folder = own_folder();
    let fresh = run(folder.path(), &["check"], &[]);
    assert!(fresh.status.success() && text(&fresh).contains("is not there yet"), "{}", text(&fresh));
    assert_eq!(names(folder.path()), Vec::<String>::new());

    let panel = Operated::start(folder.path(), "sandbox", &[]);
    let beside = run(folder.path(), &["check"], &[]);
    assert!(beside.status.success() && text(&beside).contains("has schema version"), "{}", text(&beside));
    assert!(panel.binary.terminate().0.success());
    let before = (names(folder.path()), fs::read(folder.path().join("smm-panel.db")).unwrap());
    let stopped = run(folder.path(), &["check"], &[]);
    assert!(stopped.status.success(), "{}", text(&stopped));
    assert_eq!((names(folder.path()), fs::read(folder.path().join("smm-panel.db")).unwrap()), before);

    for vars in [
        ("BCRYPT_COST", "99"),
        ("BACKUP_KEEP", "7"),
        ("BACKUP_PASSPHRASE", "short"),
        ("ROCKET_PORT", "none"),
        ("DATABASE_URL", "log.txt"),
    ] {
        fs::write(folder.path().join("log.txt"), "no database at all, and no empty file either").unwrap();
        let wrong = run(folder.path(), &["check"], &[vars]);
        let said = text(&wrong);
        assert!(wrong.status.code() == Some(1) && said.contains("FAILS"), "{vars:?}: {said}");
    }
}

#[test]
fn a_check_tells_of_ports_that_others_have_and_of_what_browsers_refuse() {
    let folder = own_folder();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap().to_string();
    let port = other.local_addr().unwrap().port().to_string();
    let domain = ("HTTPS_DOMAIN", "panel.example.vn");
    for vars in [
        vec![("ROCKET_PORT", port.as_str())],
        vec![domain, ("HTTPS_ADDRESS", &taken), ("HTTP_ADDRESS", "127.0.0.1:0")],
        vec![domain, ("HTTPS_ADDRESS", "127.0.0.1:0"), ("HTTP_ADDRESS", &taken)],
    ] {
        let checked = run(folder.path(), &["check"], &vars);
        let said = text(&checked);
        assert_eq!(checked.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("FAILS: another program listens on {taken}")), "{said}");
    }

    let free = [domain, ("HTTPS_ADDRESS", "127.0.0.1:0"), ("HTTP_ADDRESS", "127.0.0.1:0")];
    let said = text(&run(folder.path(), &["check"], &free));
    assert!(said.contains("certificate  ok: there is none for panel.example.vn yet"), "{said}");

    let names = vec!["other.example.vn".to_owned()];
    let [chain, key] = Authority::foreign().pem(|params| *params = CertificateParams::new(names).unwrap());
    fs::write(folder.path().join("cert.pem"), chain).unwrap();
    fs::write(folder.path().join("key.pem"), key).unwrap();
    let vars = [&free[..], &[("TLS_CERT", "cert.pem"), ("TLS_KEY", "key.pem")]].concat();
    let checked = run(folder.path(), &["check"], &vars);
    let said = text(&checked);
    assert!(checked.status.success(), "it would serve: {said}");
    assert!(
        said.contains("certificate  look: it is for other.example.vn and not for panel.example.vn"),
        "{said}"
    );
}

#[test]
fn a_running_panel_is_in_nobodys_way() {
    let folder = own_folder();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let port = [("ROCKET_PORT", free.as_str())];
    let panel = Binary::start(folder.path(), &[], &port);
    let checked = run(folder.path(), &["check"], &port);
    assert!(checked.status.success() && text(&checked).contains("listens now"), "{}", text(&checked));
    drop(panel);
}

/// What a command says to somebody who is not root, within a folder of theirs.
fn as_nobody(folder: &Path, arguments: &[&str]) -> String {
    const NOBODY: u32 = 65534;
    // The program lies where nobody else may look, perhaps. A child copies it: a file that is open here for writing
    // could not be started.
    let program = folder.join("panel");
    assert!(
        Command::new("cp").arg(env!("CARGO_BIN_EXE_smm-panel")).arg(&program).status().unwrap().success()
    );
    let mut command = Command::new(&program);
    command.args(arguments).current_dir(folder).env_clear();
    if geteuid().is_root() {
        chown(folder, Some(NOBODY), None).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    text(&command.output().unwrap())
}

#[test]
fn a_backup_that_this_user_may_not_write_is_told_with_what_to_do() {
    let folder = own_folder();
    assert!(Operated::start(folder.path(), "sandbox", &[]).binary.terminate().0.success());
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o555)).unwrap();
    let said = as_nobody(folder.path(), &["backup", "closed/copy.db"]);
    let own = folder.path().display();
    assert!(said.contains(&format!(" may not write to {own}/closed: name a file in a folder ")), "{said}");
    assert_eq!(names(&closed), Vec::<String>::new());
}

#[test]
fn a_backup_that_this_user_may_not_read_is_told_with_what_to_do() {
    let folder = own_folder();
    let backup = folder.path().join("copy.db");
    fs::write(&backup, "never read").unwrap();
    fs::set_permissions(&backup, Permissions::from_mode(0o000)).unwrap();
    let as_nobody = |arguments: &[&str]| as_nobody(folder.path(), arguments);
    let said = as_nobody(&["restore", "copy.db"]);
    let whole = backup.display();
    assert!(said.contains(&format!("{whole} belongs to user ")) && said.contains("mode 0000"), "{said}");
    assert!(said.contains(&format!("install -m 600 -o smm-panel {whole} /var/lib/smm-panel/")), "{said}");
    assert!(said.contains("nothing was changed"), "{said}");
    let said = as_nobody(&["restore", "none.db"]);
    assert!(
        said.contains(&format!("{}: there is no such file", folder.path().join("none.db").display())),
        "{said}"
    );
}

#[test]
fn an_empty_variable_of_rockets_counts_as_none() {
    let folder = own_folder();
    let empty = [("ROCKET_IP_HEADER", ""), ("ROCKET_ADDRESS", " ")];
    let panel = Binary::start(folder.path(), &[], &empty);
    assert!(panel.terminate().0.success());
}
