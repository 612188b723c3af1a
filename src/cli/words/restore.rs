//! What is told of a backup, of the ledger, and of a restore.

use super::{count, language, moment, money};
use crate::kernel::clock::Timestamp;
use crate::kernel::language::Language;
use std::fmt::{self, Formatter};
use std::path::Path;

pub(in crate::cli) enum Said<'a> {
    Bytes(u64),
    Transfer(i64, Timestamp),
    NoTransfer,
    BackupProven,
    LedgerProven,
    Kept(&'a Path),
    /// `last`: of the backup's transfers.
    NotInBackup {
        last: Option<Timestamp>,
    },
    NothingReplaced {
        since: Option<Timestamp>,
    },
    ReplacedUnreadable {
        why: String,
        since: Option<Timestamp>,
    },
    Lost(Lost),
    Parked {
        orders: usize,
        refills: usize,
    },
    AfterRestore,
    NothingChanged {
        why: String,
    },
    CannotRestore {
        file: &'a Path,
        why: String,
    },
    NoDatabase(&'a Path),
}

/// What the backup lacks of what the replaced database held.
pub(in crate::cli) struct Lost {
    pub until: Option<Timestamp>,
    pub transfers: i64,
    pub orders: i64,
    pub deposits: i64,
    pub users: i64,
    /// Balances of all users, in VND.
    pub balances: i64,
    pub balances_now: i64,
}

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match language() {
            Language::English => self.english(f),
            Language::Vietnamese => self.vietnamese(f),
        }
    }
}

impl Said<'_> {
    fn english(&self, f: &mut Formatter) -> fmt::Result {
        let or = |at: &Option<Timestamp>, without: &str| at.map_or(without.to_owned(), moment);
        match self {
            Said::Bytes(size) => write!(f, "{size} bytes"),
            Said::Transfer(id, at) => write!(f, "transfer {id} of {}", moment(*at)),
            Said::NoTransfer => f.write_str("no transfer yet"),
            Said::BackupProven => {
                f.write_str("verified: the file is whole, every reference holds, and the ledger is proven")
            }
            Said::LedgerProven => {
                f.write_str("proven: every balance is its history and all accounts add up to zero")
            }
            Said::Kept(file) => write!(f, "The replaced database is kept as {}", file.display()),
            Said::NotInBackup { last } => write!(
                f,
                "Orders, deposits and accounts made after the backup{} are not in it: their customers see them no more",
                last.map(|at| format!(" (its last transfer is of {})", moment(at))).unwrap_or_default()
            ),
            Said::NothingReplaced { since } => write!(
                f,
                "There was no database here: how much is lost since {} is not known",
                or(since, "the beginning")
            ),
            Said::ReplacedUnreadable { why, since } => write!(
                f,
                "The replaced database cannot be read ({why}): how much is lost since {} is not known",
                or(since, "the beginning")
            ),
            Said::Lost(lost) => write!(
                f,
                "Of what the replaced database held until {}, the backup lacks {} transfers, {} orders, {} deposits, \
                 {} users; balances were {} there and are {} now",
                or(&lost.until, "then"),
                lost.transfers,
                lost.orders,
                lost.deposits,
                lost.users,
                money(lost.balances),
                money(lost.balances_now)
            ),
            Said::Parked { orders, refills } => write!(
                f,
                "{orders} orders and drip-feeds and {refills} refills may have been sent since the backup and wait for \
                 you under \"What waits\": ask the provider before you send one again"
            ),
            Said::AfterRestore => f.write_str(AFTER_RESTORE),
            Said::NothingChanged { why } => write!(f, "{why}; nothing was changed"),
            Said::CannotRestore { file, why } => {
                write!(f, "{} cannot be restored: {why}; nothing was changed", file.display())
            }
            Said::NoDatabase(path) => write!(
                f,
                "there is no database at {}; `smm-panel serve` makes it at its first start",
                path.display()
            ),
        }
    }

    fn vietnamese(&self, f: &mut Formatter) -> fmt::Result {
        let or = |at: &Option<Timestamp>, without: &str| at.map_or(without.to_owned(), moment);
        match self {
            Said::Bytes(size) => write!(f, "{} byte", count(i64::try_from(*size).unwrap_or(i64::MAX))),
            Said::Transfer(id, at) => write!(f, "số {id}, lúc {}", moment(*at)),
            Said::NoTransfer => f.write_str("chưa có giao dịch nào"),
            Said::BackupProven => {
                f.write_str("đã kiểm chứng: tệp nguyên vẹn, dữ liệu liên kết đúng và sổ cái khớp")
            }
            Said::LedgerProven => f.write_str(
                "sổ cái khớp: mọi số dư đều đúng với lịch sử của nó, và tổng của tất cả tài khoản bằng không",
            ),
            Said::Kept(file) => write!(f, "Cơ sở dữ liệu bị thay thế được giữ lại tại {}", file.display()),
            Said::NotInBackup { last } => write!(
                f,
                "Đơn, lệnh nạp và tài khoản tạo sau bản sao lưu{} không còn: khách không nhìn thấy chúng nữa",
                last.map(|at| format!(" (giao dịch cuối trong đó: {})", moment(at))).unwrap_or_default()
            ),
            Said::NothingReplaced { since } => write!(
                f,
                "Trước đó ở đây không có cơ sở dữ liệu: không biết đã mất bao nhiêu kể từ {}",
                or(since, "đầu")
            ),
            Said::ReplacedUnreadable { why, since } => write!(
                f,
                "Không đọc được cơ sở dữ liệu bị thay thế ({why}): không biết đã mất bao nhiêu kể từ {}",
                or(since, "đầu")
            ),
            Said::Lost(lost) => write!(
                f,
                "So với cơ sở dữ liệu bị thay thế (giao dịch cuối: {}), bản sao lưu thiếu {} giao dịch, {} đơn, \
                 {} lệnh nạp, {} người dùng; tổng số dư của khách trước là {}, nay là {}",
                or(&lost.until, "không có"),
                count(lost.transfers),
                count(lost.orders),
                count(lost.deposits),
                count(lost.users),
                money(lost.balances),
                money(lost.balances_now)
            ),
            Said::Parked { orders, refills } => write!(
                f,
                "{orders} đơn (kể cả đơn chạy nhiều lượt) và {refills} yêu cầu bảo hành có thể đã được gửi đi sau lúc \
                 sao lưu. Chúng chờ bạn quyết định ở mục \"Việc chờ bạn\": hãy hỏi nhà cung cấp trước khi gửi lại"
            ),
            Said::AfterRestore => f.write_str(AFTER_RESTORE_VI),
            Said::NothingChanged { why } => write!(f, "{why}; chưa có gì bị thay đổi"),
            Said::CannotRestore { file, why } => {
                write!(f, "không khôi phục được {}: {why}; chưa có gì bị thay đổi", file.display())
            }
            Said::NoDatabase(path) => write!(
                f,
                "không có cơ sở dữ liệu tại {}; `smm-panel serve` tạo nó khi khởi động lần đầu",
                path.display()
            ),
        }
    }
}

const AFTER_RESTORE: &str = "\
All sessions have ended; passwords are those of the backup. New ids begin 1,000,000 higher, so none is given twice.
Check before you open the shop:
  API keys and passwords that were changed or deleted since the backup count again as they were
  bans, roles and own prices as of the backup
  coupons: uses since the backup are not counted, so each may be used so many times more
  settings that were changed since: bank account, SePay, Telegram, providers and their keys
  the list of bank transactions: SePay is asked again for what came since, and each is credited once;
  codes that were given out after the backup are not known any more, their money waits under bank transactions";

const AFTER_RESTORE_VI: &str = "\
Mọi phiên đăng nhập đã kết thúc; mật khẩu là mật khẩu lúc sao lưu. Mã số mới được đánh cao hơn 1.000.000, để không mã
nào bị cấp hai lần.
Kiểm tra trước khi mở bán lại:
  khóa API và mật khẩu đã đổi hoặc xóa sau lúc sao lưu lại có hiệu lực như cũ
  việc khóa tài khoản, vai trò và giá riêng trở về như lúc sao lưu
  mã khuyến mãi: các lượt dùng sau lúc sao lưu không được tính, nên còn dùng thêm được chừng ấy lượt
  các cài đặt đã đổi từ đó: tài khoản ngân hàng, SePay, Telegram, nhà cung cấp và khóa của họ
  danh sách giao dịch ngân hàng: hệ thống hỏi lại SePay về những khoản đến sau đó, mỗi khoản chỉ được cộng một lần;
  mã nạp tiền cấp sau lúc sao lưu không còn được nhận ra, tiền của chúng chờ ở mục Giao dịch ngân hàng";
