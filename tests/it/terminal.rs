//! What commands tell their operator at the terminal: in its language, all that is wrong at once, in columns.

use crate::support::binary::{Binary, command, damage, own_folder};
use crate::support::operated::Operated;
use smm_panel::kernel::clock::Clock;
use std::fs::{self, Permissions};
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

const VIETNAMESE: (&str, &str) = ("LANG", "vi_VN.UTF-8");

/// What a command says in Vietnamese, and whether it is content.
fn told(folder: &Path, arguments: &[&str], vars: &[(&str, &str)]) -> (bool, String) {
    let output = command(folder, arguments, &[vars, &[VIETNAMESE]].concat()).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[track_caller]
fn holds(said: &(bool, String), is_well: bool, words: &[&str]) {
    assert_eq!(said.0, is_well, "{}", said.1);
    for word in words {
        assert!(said.1.contains(word), "no `{word}` in\n{}", said.1);
    }
}

/// Whether it has a moment as machines write it, in UTC.
fn has_utc(said: &str) -> bool {
    said.split(|c: char| c.is_whitespace() || "();,".contains(c))
        .any(|word| word.len() == 20 && word.ends_with('Z') && word.as_bytes().get(10) == Some(&b'T'))
}

#[test]
fn in_an_emergency_everything_is_said_in_vietnamese_where_the_terminal_is() {
    let folder = own_folder();
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    let service = panel.stock();
    let tell = |arguments: &[&str]| told(folder.path(), arguments, &[]);
    let made = tell(&["backup", "copy.db"]);
    let words =
        ["bản sao lưu", "đã kiểm chứng: tệp nguyên vẹn", "10.000.000 ₫", "(giờ Việt Nam)", "số 1, lúc "];
    holds(&made, true, &words);
    panel.buy(service, "https://www.tiktok.com/@ten/1");
    holds(&tell(&["audit"]), true, &["số dư khách", "sổ cái khớp: mọi số dư"]);
    let another = ["admin", "create", "--username", "lan", "--email", "lan@example.vn"];
    holds(&tell(&another), true, &["đã tạo quản trị viên lan", "mật khẩu: "]);
    holds(&tell(&another), false, &["tên đăng nhập này đã có người dùng"]);
    holds(&tell(&["admin", "reset-password", "--username", "lan"]), true, &["lan đã có mật khẩu mới"]);
    holds(
        &tell(&["check"]),
        true,
        &["thiết lập        tốt", "có cấu trúc bản ", "hệ thống đang lắng nghe ở đó"],
    );
    assert!(panel.binary.terminate().0.success());
    let restored = tell(&["restore", "copy.db"]);
    let words = [
        "đã khôi phục     copy.db",
        "được giữ lại tại ",
        "bản sao lưu thiếu 1 giao dịch, 1 đơn, 0 lệnh nạp, 1 người dùng",
        "0 đơn (kể cả đơn chạy nhiều lượt) và 0 yêu cầu bảo hành",
        "Kiểm tra trước khi mở bán lại",
    ];
    holds(&restored, true, &words);
    for said in [&made, &restored] {
        assert!(!has_utc(&said.1) && !said.1.contains("VND"), "{}", said.1);
    }
    holds(&tell(&["restore", "none.db"]), false, &["chưa có gì bị thay đổi"]);
    let english =
        command(folder.path(), &["restore", "none.db"], &[("LC_ALL", "C"), VIETNAMESE]).output().unwrap();
    assert!(String::from_utf8_lossy(&english.stderr).contains("nothing was changed"), "LC_ALL goes first");
    let nowhere = told(folder.path(), &["audit"], &[("DATABASE_URL", "gone.db")]);
    holds(&nowhere, false, &["không có cơ sở dữ liệu tại gone.db"]);
}

#[test]
fn a_password_that_will_not_do_is_refused_in_words() {
    let folder = own_folder();
    assert!(Binary::start(folder.path(), &[], &[]).terminate().0.success());
    let arguments = ["admin", "create", "--username", "boss", "--email", "b@x.vn", "--password-stdin"];
    let mut child = command(folder.path(), &arguments, &[VIETNAMESE])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"short\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && said.contains("password: ") && !said.contains("characters"),
        "{said}"
    );
}

#[test]
fn a_check_up_tells_the_time_as_clocks_in_vietnam_do() {
    let folder = own_folder();
    assert!(Binary::start(folder.path(), &[], &[]).terminate().0.success());
    let stamp: String = Clock::system().now().rfc3339().chars().filter(char::is_ascii_alphanumeric).collect();
    let backups = folder.path().join("backups");
    fs::create_dir(&backups).unwrap();
    let file = backups.join(format!("smm-panel-{stamp}.db"));
    fs::write(&file, "a new one").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let (_, said) = told(folder.path(), &["doctor"], &[("BACKUP_EVERY_HOURS", "24")]);
    assert!(said.contains("bản mới nhất được bắt đầu tạo lúc ") && said.contains("(giờ Việt Nam)"), "{said}");
    assert!(!has_utc(&said), "{said}");
}

#[test]
fn all_that_is_wrong_is_told_at_once_a_line_each() {
    let folder = own_folder();
    let wrong = [("BCRYPT_COST", "99"), ("PUBLIC_URL", "panel"), ("SMTP_URL", "mail"), ("SMTP_FROM", "shop")];
    let names = wrong.map(|(name, _)| name);
    for arguments in [&["check"][..], &["serve"], &["doctor"]] {
        let output = command(folder.path(), arguments, &wrong).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        for name in names {
            let lines = said.lines().filter(|line| line.contains(&format!("{name}: must")));
            assert_eq!(lines.count(), 1, "{arguments:?} and {name}:\n{said}");
        }
    }
    let both = [("BCRYPT_COST", "99"), ("ROCKET_PORT", "none")];
    let output = command(folder.path(), &["serve"], &both).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("BCRYPT_COST") && said.contains("ROCKET_PORT"), "{said}");
}

#[test]
fn a_wrong_variable_does_not_make_the_panel_itself_a_stranger() {
    let folder = own_folder();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let port = ("ROCKET_PORT", free.as_str());
    let panel = Binary::start(folder.path(), &[], &[port]);
    let check = |wrong: (&str, &str)| {
        let output = command(folder.path(), &["check"], &[port, wrong]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    let said = check(("BCRYPT_COST", "99"));
    assert!(said.contains("BCRYPT_COST: must be") && said.contains("where the panel listens now"), "{said}");
    let said = check(("DATABASE_URL", "smm-panel.db?mode=ro"));
    assert!(!said.contains("another program") && said.contains("whether that is this panel"), "{said}");
    drop(panel);
}

/// The words that the installer picks by out of what `check` says.
fn picked_by_the_installer(said: &str) -> String {
    let script = include_str!("../../install.sh");
    let pattern = script.lines().find_map(|line| line.trim().strip_prefix("grep -aE '")?.split_once('\''));
    let mut grep = std::process::Command::new("grep")
        .args(["-aE", pattern.expect("it picks lines").0])
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    grep.stdin.take().unwrap().write_all(said.as_bytes()).unwrap();
    String::from_utf8(grep.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn the_installer_repeats_what_is_amiss_in_either_language() {
    let folder = own_folder();
    let amiss = [("BCRYPT_COST", "99"), ("BUMX_API_KEYS", "x")];
    for (language, fine) in [("C", "ok"), ("vi_VN.UTF-8", "tốt")] {
        let vars = [amiss[0], amiss[1], ("LANG", language)];
        let output = command(folder.path(), &["check"], &vars).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let picked = picked_by_the_installer(&said);
        let names: Vec<bool> = amiss.map(|(name, _)| picked.contains(name)).into();
        assert_eq!((picked.lines().count(), names), (2, vec![true, true]), "{said}");
        assert!(said.contains(fine), "{said}");
    }
}

/// Where the words of each line begin, after its level and its name.
fn columns(said: &str) -> Vec<usize> {
    let lines: Vec<Vec<char>> = said.lines().map(|line| line.chars().collect()).collect();
    let is_column = |at: usize| {
        let begins =
            |line: &Vec<char>| line.get(at - 1) == Some(&' ') && line.get(at).is_some_and(|c| *c != ' ');
        lines.iter().all(begins)
    };
    (1..60).filter(|at| is_column(*at)).collect()
}

#[test]
fn a_check_up_stands_in_columns_and_names_each_thing_apart() {
    let folder = own_folder();
    assert!(Binary::start(folder.path(), &[], &[]).terminate().0.success());
    damage(&folder.path().join("smm-panel.db"), "audit_log");
    let list =
        [("SEPAY_API_TOKEN", "token"), ("SEPAY_API_URL", "http://127.0.0.1:1"), ("SEPAY_SECRET", "secret")];
    for language in ["C", "vi_VN.UTF-8"] {
        let vars = [&list[..], &[("LC_ALL", language)]].concat();
        let output = command(folder.path(), &["doctor"], &vars).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let [name, words] = columns(&said)[..] else { panic!("{:?} in\n{said}", columns(&said)) };
        let level = |line: &str| line.chars().take(name).collect::<String>().trim().to_owned();
        let fails = if language == "C" { "FAILS" } else { "HỎNG" };
        assert!(said.lines().any(|line| level(line) == fails), "no long word in\n{said}");
        let named = |line: &str| line.chars().take(words).skip(name).collect::<String>().trim().to_owned();
        let of_sepay: Vec<String> = said.lines().map(named).filter(|name| name.contains("SePay (")).collect();
        assert_eq!(of_sepay.len(), 2, "{said}");
        assert_ne!(of_sepay[0], of_sepay[1], "{said}");
    }
}
