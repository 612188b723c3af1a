//! Encrypted backups: in the standard format, put back with the passphrase only, and nothing of them in the clear.

use crate::support::binary::{Binary, command, own_folder};
use crate::support::operated::{Operated, proven};
use age::secrecy::SecretString;
use age::{Decryptor, scrypt};
use serde_json::{Value, json};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

const PATH: &str = "/api/admin/backups";
const PASSPHRASE: &str = "mật khẩu đủ dài 123";
const VARS: &[(&str, &str)] = &[("BACKUP_PASSPHRASE", PASSPHRASE)];

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn restore(folder: &Path, file: &str, passphrase: &str) -> (bool, String) {
    let output = command(folder, &["restore", file], &[("BACKUP_PASSPHRASE", passphrase)]).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn an_encrypted_backup_is_a_file_of_age_and_is_put_back_with_its_passphrase() {
    let folder = own_folder();
    let panel = Operated::start(folder.path(), "sandbox", VARS);
    panel.stock();
    let made = panel.send("POST", PATH, &Value::Null).unwrap().expect(201);
    let name = made["name"].as_str().unwrap();
    assert!(name.ends_with(".db.age") && made["encrypted"] == true, "{made}");
    assert_eq!(panel.get(PATH)["items"], json!([made]));
    assert!(!names(folder.path()).iter().any(|name| name.contains("sealing")), "{:?}", names(folder.path()));
    let path = format!("backups/{name}");
    let bytes = fs::read(folder.path().join(&path)).unwrap();
    let head = String::from_utf8_lossy(&bytes[..200]).into_owned();
    assert!(head.starts_with("age-encryption.org/v1\n-> scrypt ") && head.contains(" 15\n"), "{head}");
    assert!(!bytes.windows(6).any(|piece| piece == b"SQLite"));

    let identity = scrypt::Identity::new(SecretString::from(PASSPHRASE.to_owned()));
    let reader = Decryptor::new(&bytes[..]).unwrap().decrypt(std::iter::once(&identity as _));
    let mut clear = Vec::new();
    reader.unwrap().read_to_end(&mut clear).unwrap();
    fs::write(folder.path().join("clear.db"), clear).unwrap();
    let proof = command(folder.path(), &["audit"], &[("DATABASE_URL", "clear.db")]).output().unwrap();
    assert!(proof.status.success());
    assert!(panel.binary.terminate().0.success());

    fs::write(folder.path().join("cut.age"), &bytes[..bytes.len() - 70_000]).unwrap();
    let mut changed = bytes.clone();
    changed[300_000] ^= 1;
    fs::write(folder.path().join("changed.age"), changed).unwrap();
    fs::write(folder.path().join("head.age"), &bytes[..40]).unwrap();
    let before = (names(folder.path()), fs::read(folder.path().join("smm-panel.db")).unwrap());
    for (file, passphrase, why) in [
        (&*path, "another passphrase", "BACKUP_PASSPHRASE does not open it"),
        (&*path, "", "is encrypted: set BACKUP_PASSPHRASE"),
        ("cut.age", PASSPHRASE, "damaged or cut off"),
        ("changed.age", PASSPHRASE, "damaged or cut off"),
        ("head.age", PASSPHRASE, "damaged"),
    ] {
        let (is_done, said) = restore(folder.path(), file, passphrase);
        assert!(!is_done && said.contains(why) && said.contains("nothing was changed"), "{file}: {said}");
        assert!(!said.contains(PASSPHRASE), "{said}");
        let after = (names(folder.path()), fs::read(folder.path().join("smm-panel.db")).unwrap());
        assert!(before == after, "{file} left a trace: {:?}", after.0);
    }
    let (is_done, said) = restore(folder.path(), &path, PASSPHRASE);
    assert!(is_done, "{said}");
    assert!(!names(folder.path()).iter().any(|name| name.contains("opened")));
    proven(folder.path());
}

#[test]
fn a_kill_leaves_nothing_in_the_clear_for_longer_than_until_the_next_one() {
    let folder = own_folder();
    let panel = Operated::start(folder.path(), "sandbox", VARS);
    let leftover = folder.path().join("smm-panel.db.sealing.7.part");
    fs::write(&leftover, "clear").unwrap();
    fs::write(folder.path().join("smm-panel.db.sealing.7.part-journal"), "clear").unwrap();
    panel.send("POST", PATH, &Value::Null).unwrap().expect(201);
    assert!(!names(folder.path()).iter().any(|name| name.contains("sealing")), "{:?}", names(folder.path()));
    let log = panel.binary.log_with("listening");
    assert!(!log.contains(PASSPHRASE));
}

#[test]
fn a_file_whose_head_has_no_end_is_refused_before_it_costs_anything() {
    let folder = own_folder();
    assert!(Binary::start(folder.path(), &[], &[]).terminate().0.success());
    let mut endless = b"age-encryption.org/v1\n".to_vec();
    for _ in 0..300_000 {
        endless.extend_from_slice(b"-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\n");
        endless.extend_from_slice(b"EmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n");
    }
    endless.extend_from_slice(b"--- Vn+54jqiiUCE+WZcEVY3f1sqHjlu/z1LCQ/T7Xm7qI0\n");
    fs::write(folder.path().join("endless.db.age"), endless).unwrap();
    let began = Instant::now();
    let (is_done, said) = restore(folder.path(), "endless.db.age", PASSPHRASE);
    assert!(
        !is_done && said.contains("its head is longer than") && said.contains("nothing was changed"),
        "{said}"
    );
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
