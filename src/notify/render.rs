//! How notices read: which words each kind has, and how many fit into one message. Pure. Vietnamese comes first,
//! English behind it in the headings.

use super::message::Message;
use super::notice::{Figure, Notice, Summary};
use super::words::{dong, grouped, job_name, noted};

/// Telegram takes so many characters, which it counts as UTF-16 does, after reading the markup. Here they are
/// counted with the markup.
pub const MAX_CHARS: usize = 4096;
/// Kept free for the lines below the notices.
const FOOT: usize = 700;
const LONGEST_NAME: usize = 64;
const LONGEST_TEXT: usize = 200;
/// The panel's own words, which may quote somebody else's.
const LONGEST_NOTE: usize = 400;
const LONGEST_URL: usize = 300;

/// One message of these notices, as many as fit, and of how many more there are. `panel` is the address of the page
/// to go to.
pub fn message(notices: &[Notice], more: usize, panel: Option<&str>) -> Message {
    let mut whole = Message::default();
    let mut left_out = more;
    for notice in notices {
        let part = render(notice);
        if whole.length().saturating_add(part.length()).saturating_add(FOOT) > MAX_CHARS {
            left_out = left_out.saturating_add(1);
            continue;
        }
        if !whole.html.is_empty() {
            whole.raw("\n\n");
        }
        whole.html.push_str(&part.html);
        whole.plain.push_str(&part.plain);
    }
    if left_out > 0 {
        whole.raw(&format!("\n\n… và {left_out} thông báo khác · and {left_out} more"));
    }
    if let Some(panel) = panel.filter(|panel| panel.chars().count() <= LONGEST_URL) {
        whole.raw("\n\n");
        whole.link(panel, "Mở trang quản trị · Open the admin page");
    }
    whole
}

fn render(notice: &Notice) -> Message {
    let mut text = Message::default();
    match notice {
        Notice::Deposit { username, amount, code } => {
            text.heading("💰 Nạp tiền", "Deposit credited");
            text.line("Khách", username, LONGEST_NAME);
            text.line("Số tiền", &dong(*amount), LONGEST_NAME);
            text.line("Mã", code, LONGEST_NAME);
        }
        Notice::Unmatched { transaction, amount, gateway, reason, content } => {
            text.heading("❓ Tiền chưa rõ chủ", "Bank money without an owner");
            text.line("Giao dịch", &format!("#{transaction}"), LONGEST_NAME);
            text.line("Số tiền", &dong(*amount), LONGEST_NAME);
            text.line("Ngân hàng", gateway, LONGEST_NAME);
            text.line("Lý do", why_unmatched(reason), LONGEST_NAME);
            text.line("Nội dung", content, LONGEST_TEXT);
        }
        Notice::Review { .. } | Notice::Parked { .. } | Notice::SameLink { .. } => order(&mut text, notice),
        Notice::ProviderFails { .. }
        | Notice::ProviderAccount { .. }
        | Notice::ProviderHeld { .. }
        | Notice::Stranded { .. }
        | Notice::StrandedNoMore { .. }
        | Notice::ProviderLow { .. }
        | Notice::ProviderFunded { .. }
        | Notice::ProviderWell { .. } => provider(&mut text, notice),
        Notice::Price { service, name, before, now, paused } => {
            text.heading("🏷️ Giá nhà cung cấp đổi", "Provider price changed");
            text.line("Dịch vụ", &format!("#{service} {name}"), LONGEST_TEXT);
            text.line("Giá gốc", &format!("{before} → {now}"), LONGEST_NAME);
            if *paused {
                text.note("Đã tạm ngưng bán · Taken off sale");
            }
        }
        Notice::ServiceRefused { service, name, said } => {
            text.heading("⛔ Tạm ngưng bán dịch vụ", "Service taken off sale");
            text.line("Dịch vụ", &format!("#{service} {name}"), LONGEST_TEXT);
            text.line("Nhà cung cấp nói", said, LONGEST_TEXT);
        }
        Notice::DailySummary(summary) => daily(&mut text, summary),
        Notice::AuditFailed { differences, first } => {
            text.heading("🚨 Sổ cái không khớp", "The ledger's audit failed");
            text.line("Sai lệch", &grouped(*differences), LONGEST_NAME);
            text.line("Đầu tiên", first, LONGEST_TEXT);
        }
        Notice::AuditWell => text.heading("✅ Sổ cái đã khớp lại", "The ledger's audit passes again"),
        Notice::JobFailed { job, error } => {
            text.heading("🚨 Tác vụ nền lỗi", "A background job fails");
            text.line("Tác vụ", job_name(job), LONGEST_NAME);
            text.line("Lỗi", &noted(error), LONGEST_NOTE);
        }
        Notice::JobWell { job } => {
            text.heading("✅ Tác vụ nền chạy lại", "A background job works again");
            text.line("Tác vụ", job_name(job), LONGEST_NAME);
        }
        Notice::AdminLogin { username, address, user_agent } => {
            text.heading("🔐 Quản trị viên đăng nhập từ thiết bị mới", "Admin logged in from a new device");
            text.line("Tài khoản", username, LONGEST_NAME);
            text.line("Địa chỉ", address, LONGEST_NAME);
            text.line("Trình duyệt", user_agent, LONGEST_TEXT);
        }
        Notice::Test => {
            text.heading("👋 Thử thông báo", "Test");
            text.note("Thông báo của trang sẽ đến đây. · The panel's notices arrive here.");
        }
    }
    text
}

fn order(text: &mut Message, notice: &Notice) {
    match notice {
        Notice::Review { order, service, link, charge, note } => {
            text.heading("⚠️ Đơn cần kiểm tra", "Order waits for review");
            text.line("Đơn", &format!("#{order}"), LONGEST_NAME);
            text.line("Dịch vụ", service, LONGEST_NAME);
            text.line("Liên kết", link, LONGEST_TEXT);
            text.line("Giá", &dong(*charge), LONGEST_NAME);
            text.line("Lý do", &noted(note), LONGEST_NOTE);
        }
        Notice::Parked { orders, note } => {
            text.heading("⚠️ Nhiều đơn cần kiểm tra", "Orders wait for review");
            text.line("Số đơn", &grouped(*orders), LONGEST_NAME);
            text.line("Lý do", &noted(note), LONGEST_NOTE);
        }
        Notice::SameLink { order, service, link, said } => {
            text.heading("⏳ Đơn chờ đơn khác cùng liên kết", "Order waits for another one on its link");
            text.line("Đơn", &format!("#{order}"), LONGEST_NAME);
            text.line("Dịch vụ", service, LONGEST_NAME);
            text.line("Liên kết", link, LONGEST_TEXT);
            text.line("Nhà cung cấp nói", said, LONGEST_TEXT);
        }
        Notice::Deposit { .. }
        | Notice::Unmatched { .. }
        | Notice::ProviderFails { .. }
        | Notice::ProviderAccount { .. }
        | Notice::ProviderHeld { .. }
        | Notice::Stranded { .. }
        | Notice::StrandedNoMore { .. }
        | Notice::ProviderLow { .. }
        | Notice::ProviderFunded { .. }
        | Notice::ProviderWell { .. }
        | Notice::Price { .. }
        | Notice::ServiceRefused { .. }
        | Notice::DailySummary(_)
        | Notice::AuditFailed { .. }
        | Notice::AuditWell
        | Notice::JobFailed { .. }
        | Notice::JobWell { .. }
        | Notice::AdminLogin { .. }
        | Notice::Test => {}
    }
}

fn provider(text: &mut Message, notice: &Notice) {
    let (name, detail) = match notice {
        Notice::ProviderFails { provider, trouble } => {
            text.heading("🔌 Nhà cung cấp lỗi", "Provider is failing");
            text.line("Lỗi", &noted(trouble), LONGEST_NOTE);
            (provider, None)
        }
        Notice::ProviderAccount { provider, trouble } => {
            text.heading(
                "🔑 Tài khoản nhà cung cấp cần xử lý",
                "Your account with the provider needs attention",
            );
            text.line("Lỗi", &noted(trouble), LONGEST_NOTE);
            (provider, None)
        }
        Notice::ProviderHeld { provider, said } => {
            text.heading(
                "⛔ Nhà cung cấp từ chối đơn của nhiều khách, tạm giữ các đơn còn lại",
                "Provider refuses orders of several customers; the others are held",
            );
            (provider, Some(("Nhà cung cấp nói", said)))
        }
        Notice::Stranded { provider, orders } => {
            text.heading("⏸️ Đơn đang chờ ở nhà cung cấp đã tắt", "Orders wait at a provider that is off");
            text.line("Số đơn", &grouped(*orders), LONGEST_NAME);
            (provider, None)
        }
        Notice::StrandedNoMore { provider } => {
            text.heading("✅ Không còn đơn chờ ở đó", "No orders wait there any more");
            (provider, None)
        }
        Notice::ProviderLow { provider, balance, hours_left } => {
            text.heading("🪫 Sắp hết tiền ở nhà cung cấp", "Provider balance is low");
            text.line("Còn đủ cho", &format!("{} giờ", grouped(*hours_left)), LONGEST_NAME);
            (provider, Some(("Số dư", balance)))
        }
        Notice::ProviderFunded { provider, balance } => {
            text.heading("✅ Nhà cung cấp đủ tiền lại", "Provider balance is sufficient again");
            (provider, Some(("Số dư", balance)))
        }
        Notice::ProviderWell { provider } => {
            text.heading("✅ Nhà cung cấp ổn lại", "Provider is well again");
            (provider, None)
        }
        Notice::Deposit { .. }
        | Notice::Unmatched { .. }
        | Notice::Review { .. }
        | Notice::Parked { .. }
        | Notice::Price { .. }
        | Notice::ServiceRefused { .. }
        | Notice::SameLink { .. }
        | Notice::DailySummary(_)
        | Notice::AuditFailed { .. }
        | Notice::AuditWell
        | Notice::JobFailed { .. }
        | Notice::JobWell { .. }
        | Notice::AdminLogin { .. }
        | Notice::Test => return,
    };
    text.line("Nhà cung cấp", name, LONGEST_NAME);
    if let Some((label, detail)) = detail {
        text.line(label, detail, LONGEST_TEXT);
    }
}

fn daily(text: &mut Message, summary: &Summary) {
    let figure = |figure: &Figure| format!("{} ({})", dong(figure.sum), grouped(figure.count));
    text.heading(&format!("📊 Tổng kết {}", summary.day), "Daily summary");
    text.line("Khách mới", &grouped(summary.new_users), LONGEST_NAME);
    text.line("Nạp tiền", &figure(&summary.deposits), LONGEST_NAME);
    text.line("Doanh số", &figure(&summary.orders), LONGEST_NAME);
    text.line("Hoàn tiền", &figure(&summary.refunds), LONGEST_NAME);
    text.line("Số dư khách hiện tại", &dong(summary.liabilities), LONGEST_NAME);
    text.line("Đơn chờ kiểm tra", &grouped(summary.parked), LONGEST_NAME);
}

fn why_unmatched(reason: &str) -> &str {
    match reason {
        "no_known_code" => "không có mã nạp",
        "several_codes" => "nhiều mã nạp",
        "other_account" => "tài khoản nhận khác",
        "approved_by_hand" => "mã đã được duyệt tay",
        "rejected" => "mã đã bị từ chối",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::note::Note;
    use proptest::prelude::*;

    fn review(text: &str) -> Notice {
        let text = text.to_owned();
        let note = Note::Said { said: text.clone() };
        Notice::Review { order: 7, service: text.clone(), link: text, charge: 12_000, note }
    }

    /// What Telegram refuses: anything but our tags and the four named entities.
    fn is_taken(html: &str) -> bool {
        let mut rest = html.to_owned();
        for ours in ["<b>", "</b>", "<code>", "</code>", "</a>", "&lt;", "&gt;", "&amp;", "&quot;"] {
            rest = rest.replace(ours, "");
        }
        let anchors: Vec<&str> = rest.split("<a href=\"").collect();
        let mut texts = vec![anchors[0].to_owned()];
        for anchor in &anchors[1..] {
            let Some((_, text)) = anchor.split_once("\">") else { return false };
            texts.push(text.to_owned());
        }
        texts.iter().all(|text| !text.contains(['<', '>', '&']))
    }

    #[test]
    fn hostile_text_is_text() {
        let hostile = "</code><a href=\"https://evil.vn\">&nbsp;\u{202E}\nNạp tiền";
        let message = message(&[review(hostile)], 0, Some("https://panel.vn/admin?a=1&b=\"2\""));
        assert!(is_taken(&message.html), "{}", message.html);
        assert!(
            message.html.contains("&lt;/code&gt;&lt;a href=&quot;https://evil.vn&quot;&gt;&amp;nbsp;  Nạp")
        );
        assert!(message.html.contains("<a href=\"https://panel.vn/admin?a=1&amp;b=&quot;2&quot;\">"));
        assert!(!message.html.contains("href=\"https://evil.vn"));
        assert!(!message.plain.contains('\u{202E}') && message.plain.contains("</code>"));
    }

    #[test]
    fn a_cut_comes_before_the_escape() {
        let message = message(&[review(&"&".repeat(1000))], 0, None);
        assert!(is_taken(&message.html));
        assert!(message.html.contains("&amp;…</code>"), "{}", message.html);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let notices: Vec<Notice> = (0..5).map(|_| review(&"\"".repeat(1000))).collect();
        let message = message(&notices, 95, Some("https://panel.vn/admin"));
        assert!(message.length() <= MAX_CHARS);
        let shown = message.html.matches("Liên kết").count();
        assert!((1..5).contains(&shown));
        assert!(message.html.contains(&format!("và {0} thông báo khác · and {0} more", 100 - shown)));
    }

    #[test]
    fn vietnamese_comes_first() {
        let text = message(&[Notice::Test], 0, None).plain;
        assert!(text.starts_with("👋 Thử thông báo · Test"), "{text}");
    }

    proptest! {
        #[test]
        fn every_message_is_taken(texts in prop::collection::vec("\\PC*|[<>&\"]{0,3000}", 1..8), more in 0_usize..9) {
            let notices: Vec<Notice> = texts.iter().map(|text| review(text)).collect();
            let message = message(&notices, more, Some("https://panel.vn/admin"));
            prop_assert!(is_taken(&message.html), "{}", message.html);
            prop_assert!(message.length() <= MAX_CHARS && message.plain.encode_utf16().count() <= MAX_CHARS);
            prop_assert!(message.html.contains("Đơn cần kiểm tra"));
        }
    }
}
