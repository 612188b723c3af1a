//! What is refused of those who open an account by themselves: passwords that everybody tries first, and names that
//! pose as the panel's staff. Pure.
//!
//! `common_passwords.txt.gz` holds, sorted and in lower case, the ten thousand commonest passwords of at least eight
//! characters: those of the frequency list of zxcvbn (python-zxcvbn 4.5.0, MIT, © Dropbox and Daniel Wolf), after some
//! eighty that Vietnamese people choose.

use flate2::read::GzDecoder;
use std::io::Read;
use std::sync::LazyLock;

static PACKED: &[u8] = include_bytes!("common_passwords.txt.gz");

static COMMON: LazyLock<String> = LazyLock::new(|| {
    let mut text = String::new();
    GzDecoder::new(PACKED).read_to_string(&mut text).expect("a file of our own is whole");
    text
});

/// Whether it is one of those that are tried first, in any case.
pub(super) fn is_common_password(password: &str) -> bool {
    let folded = password.to_lowercase();
    // A look at a hundred kilobytes is nothing beside the hash that follows.
    COMMON.lines().any(|known| known == folded)
}

/// Who speaks for a panel, in English and Vietnamese.
const STAFF: [&str; 29] = [
    "adm",
    "admin",
    "admins",
    "administrator",
    "administrators",
    "sysadmin",
    "superadmin",
    "superuser",
    "root",
    "system",
    "sysop",
    "support",
    "supports",
    "supporter",
    "supportteam",
    "helpdesk",
    "moderator",
    "mod",
    "mods",
    "staff",
    "webmaster",
    "hotro",
    "hotrokhachhang",
    "cskh",
    "chamsockhachhang",
    "quantri",
    "quantrivien",
    "banquantri",
    "nhanvien",
];

/// Whether a user name, as it is stored, reads like one of the staff's: as a whole or one of its parts, with digits
/// for letters or behind them, with dots between the letters.
pub(super) fn poses_as_staff(username: &str) -> bool {
    let separators = ['.', '_', '-'];
    let whole = username.replace(separators, "");
    let is_staff = |text: &str| {
        let digits = |c: char| c.is_ascii_digit();
        let bare =
            [text, text.trim_end_matches(digits), text.trim_start_matches(digits), text.trim_matches(digits)];
        bare.iter().any(|text| STAFF.iter().any(|word| looks(word) == looks(text)))
    };
    is_staff(&whole) || username.split(separators).any(is_staff)
}

/// What it looks like at a glance: look-alikes become one letter.
fn looks(text: &str) -> String {
    let alike = |c: char| match c {
        '0' => 'o',
        '1' | 'l' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        '9' => 'g',
        other => other,
    };
    text.replace("rn", "m").replace("vv", "w").chars().map(alike).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_holds_ten_thousand_in_the_form_they_are_looked_for_in() {
        let all: Vec<&str> = COMMON.lines().collect();
        assert_eq!(all.len(), 10_000);
        assert!(
            all.is_sorted() && all.iter().all(|known| known.len() >= 8 && known.to_lowercase() == *known)
        );
    }

    #[test]
    fn what_everybody_tries_first_is_known_in_any_case() {
        for common in ["12345678", "password", "PassWord1", "qwerty123", "iloveyou", "matkhau123", "Anhyeuem"]
        {
            assert!(is_common_password(common), "{common}");
        }
        for rare in ["", "correct horse", "demo-password", "12345678 ", "password\n12345678", "mật khẩu đẹp"]
        {
            assert!(!is_common_password(rare), "{rare:?}");
        }
    }

    #[test]
    fn names_that_read_like_the_staff_s_are_seen_through() {
        for staff in [
            "admin",
            "adm1n",
            "a.d.m.i.n",
            "4dmin",
            "admin1",
            "admin_2026",
            "1admin",
            "admln",
            "adrnin",
            "the.admin",
            "admin-hanoi",
            "5upport24",
            "support",
            "supp0rt",
            "hotro",
            "hotro247",
            "h0.tr0",
            "cskh_vn",
            "quan.tri",
            "r00t",
            "root",
            "system",
            "sys.tem",
            "m0derator",
            "moderator",
            "administrator",
            "_admin_",
            "lan.support",
        ] {
            assert!(poses_as_staff(staff), "{staff}");
        }
        for customer in [
            "lan",
            "badminton",
            "admirer",
            "minhadmire",
            "systematic",
            "rooted",
            "modern",
            "lan.anh",
            "supportive",
            "hotrodder",
            "1234",
            "...",
            "boss",
            "demo",
            "thanh.cong",
            "mainstaffing",
        ] {
            assert!(!poses_as_staff(customer), "{customer}");
        }
    }
}
