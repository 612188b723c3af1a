//! What is told of what a start would find.

use super::{language, moment};
use crate::config::Misspelt;
use crate::kernel::clock::Timestamp;
use crate::kernel::language::Language;
use std::fmt::{self, Formatter};
use std::path::Path;

pub(in crate::cli) enum OfStart<'a> {
    Misspelt(&'a Misspelt),
    Fine,
    FineWith(String),
    Look(String),
    Fails(String),
    ListensNow { addresses: String },
    ListenerUnknown { addresses: String },
    OthersListen { addresses: String },
    CertificateAwaited { domain: &'a str, authority: &'a str },
    CertificateOfOther { names: String, name: &'a str, until: Timestamp },
    Until(Timestamp),
    DatabaseNotYet(&'a Path),
    Schema { path: &'a Path, version: i64 },
    SchemaOlder { path: &'a Path, found: i64, wanted: i64 },
}

impl fmt::Display for OfStart<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match language() {
            Language::English => self.english(f),
            Language::Vietnamese => self.vietnamese(f),
        }
    }
}

impl OfStart<'_> {
    fn english(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            OfStart::Misspelt(variable) => write!(f, "{variable}"),
            OfStart::Fine => f.write_str("ok"),
            OfStart::FineWith(what) => write!(f, "ok: {what}"),
            OfStart::Look(what) => write!(f, "look: {what}"),
            OfStart::Fails(why) => write!(f, "FAILS: {why}"),
            OfStart::ListensNow { addresses } => write!(f, "{addresses}, where the panel listens now"),
            OfStart::ListenerUnknown { addresses } => write!(
                f,
                "something listens on {addresses}; whether that is this panel is known once DATABASE_URL can be read"
            ),
            OfStart::OthersListen { addresses } => write!(
                f,
                "another program listens on {addresses}; stop it, or change ROCKET_PORT, HTTPS_ADDRESS or HTTP_ADDRESS"
            ),
            OfStart::CertificateAwaited { domain, authority } => {
                write!(f, "there is none for {domain} yet, a start asks {authority} for it")
            }
            OfStart::CertificateOfOther { names, name, until } => write!(
                f,
                "it is for {names} and not for {name}: browsers refuse it (until {})",
                moment(*until)
            ),
            OfStart::Until(at) => write!(f, "until {}", moment(*at)),
            OfStart::DatabaseNotYet(path) => {
                write!(f, "{} is not there yet, the first start makes it", path.display())
            }
            OfStart::Schema { path, version } => write!(f, "{} has schema version {version}", path.display()),
            OfStart::SchemaOlder { path, found, wanted } => write!(
                f,
                "{} has schema version {found}, a start brings it to version {wanted}",
                path.display()
            ),
        }
    }

    fn vietnamese(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            OfStart::Misspelt(Misspelt { name, meant }) => {
                write!(
                    f,
                    "không có biến nào tên {name}, nó không có tác dụng; có lẽ là {}?",
                    meant.join(", ")
                )
            }
            OfStart::Fine => f.write_str("tốt"),
            OfStart::FineWith(what) => write!(f, "tốt: {what}"),
            OfStart::Look(what) => write!(f, "xem lại: {what}"),
            OfStart::Fails(why) => write!(f, "HỎNG: {why}"),
            OfStart::ListensNow { addresses } => write!(f, "{addresses}, hệ thống đang lắng nghe ở đó"),
            OfStart::ListenerUnknown { addresses } => write!(
                f,
                "có chương trình đang lắng nghe ở {addresses}; khi đọc được DATABASE_URL mới biết đó có phải hệ thống \
                 này không"
            ),
            OfStart::OthersListen { addresses } => write!(
                f,
                "chương trình khác đang lắng nghe ở {addresses}; dừng nó, hoặc đổi ROCKET_PORT, HTTPS_ADDRESS hay \
                 HTTP_ADDRESS"
            ),
            OfStart::CertificateAwaited { domain, authority } => {
                write!(f, "chưa có chứng chỉ cho {domain}, khi khởi động hệ thống sẽ xin ở {authority}")
            }
            OfStart::CertificateOfOther { names, name, until } => write!(
                f,
                "chứng chỉ là của {names} chứ không phải của {name}: trình duyệt sẽ từ chối (có hạn đến {})",
                moment(*until)
            ),
            OfStart::Until(at) => write!(f, "có hạn đến {}", moment(*at)),
            OfStart::DatabaseNotYet(path) => {
                write!(f, "chưa có {}, lần khởi động đầu tiên sẽ tạo", path.display())
            }
            OfStart::Schema { path, version } => {
                write!(f, "{} có cấu trúc bản {version}", path.display())
            }
            OfStart::SchemaOlder { path, found, wanted } => write!(
                f,
                "{} có cấu trúc bản {found}, khi khởi động sẽ được nâng lên bản {wanted}",
                path.display()
            ),
        }
    }
}
