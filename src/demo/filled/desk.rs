//! What people ask and what the shop says.

use super::{Failed, write};
use crate::accounts;
use crate::announcements::{self, Audience, Kind};
use crate::audit_log::Actor;
use crate::bonuses::{self, CouponKind};
use crate::kernel::ids::UserId;
use crate::kernel::page::PageRequest;
use crate::orders;
use crate::state::App;
use crate::tickets::{self, Draft};

const QUESTIONS: &[(&str, &str, Option<&str>)] = &[
    ("Đơn chạy chậm", "Đơn này đặt từ hôm qua mà vẫn chưa lên đủ, shop kiểm tra giúp em với ạ.", None),
    (
        "Tụt nhiều quá",
        "Hôm qua đủ 1000 mà nay còn 700, cho em bảo hành.",
        Some("Đã gửi bảo hành, 6-12 giờ sẽ lên lại."),
    ),
    (
        "Nhầm link",
        "Em đặt nhầm link, hủy giúp em được không?",
        Some("Đơn chưa chạy nên đã hủy và hoàn tiền cho bạn."),
    ),
    ("Chuyển khoản chưa thấy cộng tiền", "Em chuyển 200k lúc 9 giờ nhưng quên ghi nội dung.", None),
    ("Hỏi giá đại lý", "Bên em làm agency, một tháng khoảng 20 triệu thì giá thế nào ạ?", None),
    (
        "API",
        "API trả Incorrect service ID, cho em xin lại danh sách dịch vụ.",
        Some("Bạn gọi action=services nhé, mã đã đổi."),
    ),
];

/// Errors: what the panel's own functions refuse.
pub(super) fn fill(app: &App, customers: &[UserId]) -> Result<(), Failed> {
    for (user, (subject, message, answer)) in customers.iter().copied().zip(QUESTIONS) {
        write(app, move |tx| {
            let filter = orders::Filter { user: Some(user), ..orders::Filter::default() };
            let about = orders::list(tx, &filter, PageRequest::FIRST)?.items.first().map(|order| order.id);
            let (subject, message) = ((*subject).to_owned(), (*message).to_owned());
            let draft = Draft { subject, message, orders: about.into_iter().collect(), deposits: Vec::new() };
            let ticket = tickets::open(tx, user, &draft)?.id;
            let staff = accounts::named(tx, "admin", 1)?.first().copied();
            if let Some(answer) = answer {
                tickets::answer(tx, &Actor { id: staff, address: None }, ticket, answer)?;
            }
            Ok(())
        })?;
    }
    write(app, |tx| {
        for (title, text, kind, audience) in [
            (
                "Khuyến mãi cuối tháng",
                "Nạp từ 500.000 ₫ nhập mã HELLO5, tặng thêm 5%.",
                Kind::News,
                Audience::All,
            ),
            (
                "TikTok đang quét",
                "Follow TikTok có thể chậm 12-24 giờ. Đơn vẫn chạy bình thường.",
                Kind::Warning,
                Audience::Customers,
            ),
        ] {
            let (title, text) = (title.to_owned(), text.to_owned());
            let draft = announcements::Draft { title, text, kind, audience, starts_at: None, ends_at: None };
            announcements::create(tx, &Actor::CONSOLE, draft)?;
        }
        for (code, kind, value, min_deposit) in
            [("HELLO5", CouponKind::Percent, 5, 500_000), ("QUA20K", CouponKind::Free, 20_000, 0)]
        {
            let draft = bonuses::Draft {
                code: code.to_owned(),
                kind,
                value,
                max_bonus: None,
                min_deposit,
                most_uses: Some(100),
                per_user: Some(1),
                ends_at: None,
                active: true,
            };
            bonuses::create(tx, &Actor::CONSOLE, draft)?;
        }
        Ok(())
    })
}
