//! What the shop sells: 40 categories and 235 services, with names as lists in the wild have them.

use super::Failed;
use super::dice::Dice;
use crate::audit_log::Actor;
use crate::catalog::{self, LinkKind, Offer, ServiceState};
use crate::db::Tx;
use crate::demo::sandbox;
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::kernel::money::{Quantity, Rate};
use crate::order_types::OrderType;
use std::collections::BTreeSet;

/// A platform, how its links begin, and what is sold for it.
const PLATFORMS: &[(&str, &str, &[&str])] = &[
    (
        "Facebook",
        "https://www.facebook.com/trang.",
        &[
            "Theo dõi trang cá nhân",
            "Like bài viết",
            "Like fanpage",
            "Bình luận",
            "Mắt livestream",
            "Thành viên nhóm",
            "View video",
            "Chia sẻ bài viết",
        ],
    ),
    (
        "TikTok",
        "https://www.tiktok.com/@kenh.",
        &["Follow", "Tim video", "View video", "Mắt livestream", "Bình luận", "Lưu & chia sẻ"],
    ),
    ("Instagram", "https://www.instagram.com/p/Bai", &["Follow", "Like", "View Reels", "Bình luận"]),
    (
        "YouTube",
        "https://www.youtube.com/watch?v=vid",
        &["Sub", "View", "Like", "4000 giờ xem", "Mắt livestream"],
    ),
    ("Shopee", "https://shopee.vn/shop-", &["Follow shop", "Tim sản phẩm", "Mắt live"]),
    ("Telegram", "https://t.me/kenh", &["Member nhóm/kênh", "View bài viết", "Reaction"]),
    ("Threads", "https://www.threads.net/@ten.", &["Follow", "Like"]),
    ("X", "https://x.com/ten/status/", &["Follow", "Like", "Retweet", "View"]),
    ("Spotify", "https://open.spotify.com/track/", &["Lượt nghe", "Follow nghệ sĩ"]),
    ("Google Maps", "https://maps.app.goo.gl/", &["Đánh giá 5 sao"]),
    ("Zalo", "https://zalo.me/", &["Quan tâm OA"]),
    ("Website", "https://cua-hang.example/sp", &["Traffic tìm kiếm"]),
];
const SERVICES: usize = 235;

const QUALITIES: &[&str] = &[
    "Tài khoản Việt thật",
    "Việt Nam 🇻🇳 HQ",
    "Global mix",
    "Người dùng thật, có avatar & bài đăng",
    "Real + Active [NO DROP]",
    "Clone Việt",
    "USA 🇺🇸 Premium",
    "Ổn định nhất, dùng lâu năm, không yêu cầu mật khẩu",
];
const SPEEDS: &[&str] =
    &["5K/ngày", "50K/Day", "lên ngay", "Start 0-1H", "tốc độ chậm tự nhiên", "⚡ siêu tốc"];
const FRONTS: &[&str] = &["", "", "", "🔥 ", "✅ ", "[SALE] ", "⭐⭐ ", "NEW ➤ "];
const NOTES: &[&str] = &["Lên nhanh trong ngày", "Rẻ nhất", "Tạm chậm do TikTok quét", "Bảo hành 7 ngày"];

/// A service as the month needs to know it.
#[derive(Debug, Clone)]
pub(super) struct Sold {
    pub id: ServiceId,
    pub link: &'static str,
    pub is_by_hand: bool,
    pub min: i64,
}

/// An offer and how links for it begin. `None`: one cannot be.
pub(super) fn offers(dice: &mut Dice) -> Option<Vec<(Offer, &'static str)>> {
    let categories: Vec<_> = PLATFORMS
        .iter()
        .flat_map(|(platform, link, jobs)| jobs.iter().map(move |job| (*platform, *link, *job)))
        .collect();
    let all = categories.iter().cycle().take(SERVICES).enumerate();
    all.map(|(at, (platform, link, job))| {
        let server = i64::try_from(at / categories.len()).ok()?.checked_add(1)?;
        Some((offer(dice, platform, job, server)?, *link))
    })
    .collect()
}

fn offer(dice: &mut Dice, platform: &str, job: &str, server: i64) -> Option<Offer> {
    let kind = OrderType::usual();
    let (listed, _, sample) = sandbox::services().find(|(_, of, _)| *of == kind)?;
    let is_by_hand = dice.percent(20);
    let refill = dice.percent(35);
    let (front, quality, speed) = (dice.one(FRONTS)?, dice.one(QUALITIES)?, dice.one(SPEEDS)?);
    let promise = if refill { " | ♻️ BH 30 ngày" } else { "" };
    let least = *dice.one(&[10, 50, 100, 500])?;
    // In hundredths: from a tenth to twice on top of what it costs.
    let markup = dice.below(190).checked_add(110)?;
    let rate = sample.cost.checked_mul(markup)?.checked_div(100)?;
    Some(Offer {
        name: format!("{front}{job} {platform} | {quality} | {speed}{promise}"),
        category: format!("{platform} · {job}"),
        description: "Để công khai trong khi chạy. Không đổi link sau khi đặt.".to_owned(),
        kind,
        link_kind: LinkKind::Any,
        rate: Rate::parse(&rate.to_string())?,
        min: Quantity::new(least)?,
        max: Quantity::new(*dice.one(&[5_000, 20_000, 100_000, 1_000_000])?)?,
        refill,
        refill_days: if refill { 30 } else { 0 },
        cancel: dice.percent(40),
        dripfeed: !is_by_hand && dice.percent(30),
        active: !dice.percent(4),
        provider: (!is_by_hand).then_some(ProviderId::new(1)),
        provider_service: (!is_by_hand).then(|| listed.to_string()),
        cost: (!is_by_hand).then(|| Rate::parse(&sample.cost.to_string())).flatten(),
        exclusive_links: false,
        visible_to: BTreeSet::new(),
        server: Some(server),
        note: if dice.percent(25) { dice.one(NOTES).map(|note| (*note).to_owned()) } else { None },
        state: if dice.percent(5) { ServiceState::Slow } else { ServiceState::Ok },
    })
}

/// Puts them on the list. What is off is left out of what is ordered.
pub(super) fn sell(tx: &Tx, offers: Vec<(Offer, &'static str)>) -> Result<Vec<Sold>, Failed> {
    let mut sold = Vec::new();
    for (offer, link) in offers {
        let (is_by_hand, min, is_on) = (offer.provider.is_none(), offer.min.get(), offer.active);
        let id = catalog::create(tx, &Actor::CONSOLE, offer)?.id;
        if is_on {
            sold.push(Sold { id, link, is_by_hand, min });
        }
    }
    Ok(sold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_forty_categories_and_each_has_servers() {
        let offers = offers(&mut Dice::new(1)).unwrap();
        let categories: BTreeSet<_> = offers.iter().map(|(offer, _)| offer.category.as_str()).collect();
        assert_eq!((offers.len(), categories.len()), (SERVICES, 40));
        assert!(offers.iter().any(|(offer, _)| offer.provider.is_none() && offer.active));
    }
}
