//! How notices read: which words each kind has, and how many fit into one message. Pure. Vietnamese comes first,
//! English behind it in the headings.

use super::message::Message;
use super::notice::{Asked, Figure, Notice, Summary};
use super::words::{dong, grouped, job_name, noted, pause_word};
use crate::kernel::note::Note;

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
    let (vietnamese, english) = heading(notice);
    if let Notice::DailySummary(summary) = notice {
        text.heading(&format!("{vietnamese} {}", summary.day), english);
    } else {
        text.heading(vietnamese, english);
    }
    for (label, value, longest) in lines(notice) {
        text.line(label, &value, longest);
    }
    if let Notice::Price { paused: true, .. } = notice {
        text.note("Đã tạm ngưng bán · Taken off sale");
    }
    if let Notice::Test = notice {
        text.note("Thông báo của trang sẽ đến đây. · The panel's notices arrive here.");
    }
    text
}

fn heading(notice: &Notice) -> (&'static str, &'static str) {
    match notice {
        Notice::Deposit { .. } => ("💰 Nạp tiền", "Deposit credited"),
        Notice::Unmatched { .. } => ("❓ Tiền chưa rõ chủ", "Bank money without an owner"),
        Notice::Review { .. } => ("⚠️ Đơn cần kiểm tra", "Order waits for review"),
        Notice::Parked { .. } => ("⚠️ Nhiều đơn cần kiểm tra", "Orders wait for review"),
        Notice::SameLink { .. } => {
            ("⏳ Đơn chờ đơn khác cùng liên kết", "Order waits for another one on its link")
        }
        Notice::CancelAsked { .. } => ("🙅 Khách muốn hủy đơn", "Customer wants an order canceled"),
        Notice::RefillAsked { .. } => ("♻️ Khách yêu cầu bảo hành", "Customer wants a refill"),
        Notice::RefillParked { .. } => ("⚠️ Bảo hành cần kiểm tra", "Refill waits for review"),
        Notice::RefillLate { .. } => ("⏳ Bảo hành quá 2 ngày", "No news of a refill for two days"),
        Notice::TicketOpened(_) => ("💬 Khách gửi yêu cầu hỗ trợ", "New support request"),
        Notice::TicketReplied(_) => ("💬 Khách trả lời yêu cầu hỗ trợ", "Customer replied to a request"),
        Notice::ProviderFails { .. } => ("🔌 Nhà cung cấp lỗi", "Provider is failing"),
        Notice::ProviderAccount { .. } => {
            ("🔑 Tài khoản nhà cung cấp cần xử lý", "Your account with the provider needs attention")
        }
        Notice::ProviderHeld { .. } => (
            "⛔ Nhà cung cấp từ chối đơn của nhiều khách, tạm giữ các đơn còn lại",
            "Provider refuses orders of several customers; the others are held",
        ),
        Notice::Stranded { .. } => {
            ("⏸️ Đơn đang chờ ở nhà cung cấp đã tắt", "Orders wait at a provider that is off")
        }
        Notice::StrandedNoMore { .. } => ("✅ Không còn đơn chờ ở đó", "No orders wait there any more"),
        Notice::ProviderLow { .. } => ("🪫 Sắp hết tiền ở nhà cung cấp", "Provider balance is low"),
        Notice::ProviderFunded { .. } => {
            ("✅ Nhà cung cấp đủ tiền lại", "Provider balance is sufficient again")
        }
        Notice::ProviderWell { .. } => ("✅ Nhà cung cấp ổn lại", "Provider is well again"),
        Notice::Price { .. } => ("🏷️ Giá nhà cung cấp đổi", "Provider price changed"),
        Notice::OwnRates { .. } => (
            "🏷️ Giá riêng thấp hơn giá gốc, tính lại giá chung",
            "Own prices below cost do not count any more",
        ),
        Notice::ServiceRefused { .. } => ("⛔ Tạm ngưng bán dịch vụ", "Service taken off sale"),
        Notice::SourceOff { .. } => ("⛔ Tạm bỏ qua một nguồn", "A source is passed over"),
        Notice::DailySummary(_) => ("📊 Tổng kết", "Daily summary"),
        Notice::AuditFailed { .. } => ("🚨 Sổ cái không khớp", "The ledger's audit failed"),
        Notice::AuditWell => ("✅ Sổ cái đã khớp lại", "The ledger's audit passes again"),
        Notice::JobFailed { .. } => ("🚨 Tác vụ nền lỗi", "A background job fails"),
        Notice::JobWell { .. } => ("✅ Tác vụ nền chạy lại", "A background job works again"),
        Notice::AdminLogin { .. } => {
            ("🔐 Quản trị viên đăng nhập từ thiết bị mới", "Admin logged in from a new device")
        }
        Notice::Test => ("👋 Thử thông báo", "Test"),
    }
}

/// A label, what stands behind it, and how much of that is shown.
type Line = (&'static str, String, usize);

const PROVIDER: &str = "Nhà cung cấp";

fn name(label: &'static str, value: &str) -> Line {
    (label, value.to_owned(), LONGEST_NAME)
}

fn text(label: &'static str, value: &str) -> Line {
    (label, value.to_owned(), LONGEST_TEXT)
}

fn note(label: &'static str, note: &Note) -> Line {
    (label, noted(note), LONGEST_NOTE)
}

fn of_order(order: i64, service: &str, link: &str, more: Line) -> Vec<Line> {
    vec![name("Đơn", &format!("#{order}")), name("Dịch vụ", service), text("Liên kết", link), more]
}

fn of_service(service: i64, called: &str, more: Vec<Line>) -> Vec<Line> {
    [vec![text("Dịch vụ", &format!("#{service} {called}"))], more].concat()
}

fn of_refill(refill: i64, order: i64) -> Line {
    name("Bảo hành", &format!("#{refill} (đơn #{order})"))
}

fn lines(notice: &Notice) -> Vec<Line> {
    match notice {
        Notice::Deposit { username, amount, code } => {
            vec![name("Khách", username), name("Số tiền", &dong(*amount)), name("Mã", code)]
        }
        Notice::Unmatched { transaction, amount, gateway, reason, content } => vec![
            name("Giao dịch", &format!("#{transaction}")),
            name("Số tiền", &dong(*amount)),
            name("Ngân hàng", gateway),
            name("Lý do", why_unmatched(reason)),
            text("Nội dung", content),
        ],
        Notice::Review { order, service, link, charge, note: why } => {
            let order = of_order(*order, service, link, name("Giá", &dong(*charge)));
            [order, vec![note("Lý do", why)]].concat()
        }
        Notice::Parked { orders, note: why } => vec![name("Số đơn", &grouped(*orders)), note("Lý do", why)],
        Notice::SameLink { order, service, link, said } => {
            of_order(*order, service, link, text("Nhà cung cấp nói", said))
        }
        Notice::CancelAsked { order, service, link, charge } => {
            of_order(*order, service, link, name("Đã trả", &dong(*charge)))
        }
        Notice::RefillAsked { refill, order, service, link } => {
            of_order(*order, service, link, name("Bảo hành", &format!("#{refill}")))
        }
        Notice::RefillParked { refill, order, note: why } => {
            vec![of_refill(*refill, *order), note("Lý do", why)]
        }
        Notice::RefillLate { refill, order } => vec![of_refill(*refill, *order)],
        Notice::TicketOpened(asked) | Notice::TicketReplied(asked) => of_ticket(asked),
        Notice::ProviderFails { provider, trouble } | Notice::ProviderAccount { provider, trouble } => {
            vec![note("Lỗi", trouble), name(PROVIDER, provider)]
        }
        Notice::ProviderHeld { provider, said } => {
            vec![name(PROVIDER, provider), text("Nhà cung cấp nói", said)]
        }
        Notice::Stranded { provider, orders } => {
            vec![name("Số đơn", &grouped(*orders)), name(PROVIDER, provider)]
        }
        Notice::StrandedNoMore { provider } | Notice::ProviderWell { provider } => {
            vec![name(PROVIDER, provider)]
        }
        Notice::ProviderLow { provider, balance, hours_left } => {
            let hours = format!("{} giờ", grouped(*hours_left));
            vec![name("Còn đủ cho", &hours), name(PROVIDER, provider), text("Số dư", balance)]
        }
        Notice::ProviderFunded { provider, balance } => {
            vec![name(PROVIDER, provider), text("Số dư", balance)]
        }
        Notice::Price { service, name: called, before, now, .. } => {
            of_service(*service, called, vec![name("Giá gốc", &format!("{before} → {now}"))])
        }
        Notice::OwnRates { service, name: called, cost, customers } => {
            of_service(*service, called, vec![name("Giá gốc", cost), name("Số khách", &grouped(*customers))])
        }
        Notice::ServiceRefused { service, name: called, said } => {
            of_service(*service, called, vec![text("Nhà cung cấp nói", said)])
        }
        Notice::SourceOff { service, name, provider, why } => of_source(*service, name, provider, why),
        Notice::DailySummary(summary) => daily(summary),
        Notice::AuditFailed { differences, first } => {
            vec![name("Sai lệch", &grouped(*differences)), text("Đầu tiên", first)]
        }
        Notice::JobFailed { job, error } => vec![name("Tác vụ", job_name(job)), note("Lỗi", error)],
        Notice::JobWell { job } => vec![name("Tác vụ", job_name(job))],
        Notice::AdminLogin { username, address, user_agent } => {
            vec![name("Tài khoản", username), name("Địa chỉ", address), text("Trình duyệt", user_agent)]
        }
        Notice::AuditWell | Notice::Test => Vec::new(),
    }
}

fn of_source(service: i64, called: &str, provider: &str, why: &str) -> Vec<Line> {
    of_service(service, called, vec![name(PROVIDER, provider), name("Lý do", pause_word(why))])
}

fn of_ticket(asked: &Asked) -> Vec<Line> {
    vec![
        name("Yêu cầu", &format!("#{}", asked.ticket)),
        name("Khách", &asked.username),
        text("Tiêu đề", &asked.subject),
        text("Nội dung", &asked.text),
    ]
}

fn daily(summary: &Summary) -> Vec<Line> {
    let figure = |figure: &Figure| format!("{} ({})", dong(figure.sum), grouped(figure.count));
    vec![
        name("Khách mới", &grouped(summary.new_users)),
        name("Nạp tiền", &figure(&summary.deposits)),
        name("Doanh số", &figure(&summary.orders)),
        name("Hoàn tiền", &figure(&summary.refunds)),
        name("Số dư khách hiện tại", &dong(summary.liabilities)),
        name("Đơn chờ kiểm tra", &grouped(summary.parked)),
    ]
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
