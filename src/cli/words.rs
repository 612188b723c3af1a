//! What commands say to whoever types them, in the terminal's language: the operator reads it when something is lost.
//! What the system or another library says of a failure stays as it is.

mod account;
mod check;
mod restore;

pub(super) use account::OfAccount;
pub(super) use check::OfStart;
pub(super) use restore::{Lost, Said};

use crate::kernel::clock::Timestamp;
use crate::kernel::language::Language;
use crate::notify::{self, dong, grouped};
use std::fmt::{self, Formatter};

/// The terminal's language, as other programs find it.
pub(super) fn language() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    let first = set.into_iter().find(|value| !value.is_empty()).unwrap_or_default();
    if first.starts_with("vi") { Language::Vietnamese } else { Language::English }
}

/// To the second: what a restore lacks begins there.
fn moment(at: Timestamp) -> String {
    match language() {
        Language::English => at.rfc3339(),
        Language::Vietnamese => notify::moment(Language::Vietnamese, at),
    }
}

/// An amount in VND.
pub(super) fn money(amount: i64) -> String {
    match language() {
        Language::English => format!("{amount} VND"),
        Language::Vietnamese => dong(amount),
    }
}

pub(super) fn count(number: i64) -> String {
    match language() {
        Language::English => number.to_string(),
        Language::Vietnamese => grouped(number),
    }
}

/// What a line is about, at its beginning.
#[derive(Clone, Copy)]
pub(super) enum Label {
    Backup,
    Restored,
    Size,
    Users,
    Orders,
    Deposits,
    Transfers,
    Last,
    Liabilities,
    Suspense,
    Difference,
    Environment,
    Listening,
    Certificate,
    Database,
    Backups,
}

impl Label {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Label::Backup => ("backup", "bản sao lưu"),
            Label::Restored => ("restored", "đã khôi phục"),
            Label::Size => ("size", "dung lượng"),
            Label::Users => ("users", "người dùng"),
            Label::Orders => ("orders", "đơn"),
            Label::Deposits => ("deposits", "lệnh nạp"),
            Label::Transfers => ("transfers", "giao dịch"),
            Label::Last => ("last", "giao dịch cuối"),
            Label::Liabilities => ("liabilities", "số dư khách"),
            Label::Suspense => ("suspense", "tiền chưa rõ chủ"),
            Label::Difference => ("DIFFERENCE", "KHÔNG KHỚP"),
            Label::Environment => ("environment", "thiết lập"),
            Label::Listening => ("listening", "lắng nghe"),
            Label::Certificate => ("certificate", "chứng chỉ"),
            Label::Database => ("database", "cơ sở dữ liệu"),
            Label::Backups => ("backups", "sao lưu"),
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let (english, vietnamese) = self.words();
        match language() {
            Language::English => write!(f, "{english:<12}"),
            Language::Vietnamese => write!(f, "{vietnamese:<16}"),
        }
    }
}
