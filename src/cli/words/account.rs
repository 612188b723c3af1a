//! What is told of accounts that are made or mended here.

use super::language;
use crate::accounts::AccountError;
use crate::kernel::language::Language;
use crate::notify::rule_in_vietnamese;
use std::fmt::{self, Formatter};

pub(in crate::cli) enum OfAccount<'a> {
    AdminCreated(&'a str),
    NewPassword(&'a str),
    BannedNoMore(&'a str),
    FactorTaken(&'a str),
    FactorStays(&'a str),
    Password(&'a str),
    NoPassword { why: String },
    Account(&'a AccountError),
}

impl fmt::Display for OfAccount<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match language() {
            Language::English => self.english(f),
            Language::Vietnamese => self.vietnamese(f),
        }
    }
}

impl OfAccount<'_> {
    fn english(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            OfAccount::AdminCreated(name) => write!(f, "admin {name} was created"),
            OfAccount::NewPassword(name) => write!(f, "{name} has a new password; all older sessions ended"),
            OfAccount::BannedNoMore(name) => write!(f, "{name} was banned and is not any more"),
            OfAccount::FactorTaken(name) => write!(f, "{name} has no second factor any more"),
            OfAccount::FactorStays(name) => {
                write!(f, "log-ins ask {name} for a second factor; --disable-totp takes it off")
            }
            OfAccount::Password(password) => write!(f, "password: {password}"),
            OfAccount::NoPassword { why } => write!(f, "no password on standard input: {why}"),
            OfAccount::Account(error) => write!(f, "{error}"),
        }
    }

    fn vietnamese(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            OfAccount::AdminCreated(name) => write!(f, "đã tạo quản trị viên {name}"),
            OfAccount::NewPassword(name) => {
                write!(f, "{name} đã có mật khẩu mới; mọi phiên đăng nhập cũ đã kết thúc")
            }
            OfAccount::BannedNoMore(name) => write!(f, "{name} trước đó bị khóa, nay đã được mở khóa"),
            OfAccount::FactorTaken(name) => write!(f, "{name} không còn xác minh hai bước"),
            OfAccount::FactorStays(name) => {
                write!(f, "{name} vẫn phải xác minh hai bước khi đăng nhập; --disable-totp tắt việc đó")
            }
            OfAccount::Password(password) => write!(f, "mật khẩu: {password}"),
            OfAccount::NoPassword { why } => write!(f, "không đọc được mật khẩu từ đầu vào chuẩn: {why}"),
            OfAccount::Account(error) => f.write_str(&refused(error)),
        }
    }
}

/// Why, in Vietnamese where that is what an operator does wrong.
fn refused(error: &AccountError) -> String {
    if let AccountError::Fields(wrong) = error {
        let said = wrong.iter().map(|one| format!("{}: {}", one.field, rule_in_vietnamese(one)));
        return said.collect::<Vec<_>>().join(" ");
    }
    let known = [
        (matches!(error, AccountError::UsernameTaken), "tên đăng nhập này đã có người dùng"),
        (matches!(error, AccountError::EmailTaken), "e-mail này đã được đăng ký"),
        (matches!(error, AccountError::NoUser), "không có người dùng nào tên như vậy"),
    ];
    let said = known.into_iter().find(|(is_it, _)| *is_it).map(|(_, said)| said.to_owned());
    said.unwrap_or_else(|| error.to_string())
}
