//! The types that the panel sells. The first is what a service is unless somebody says otherwise; a new one comes last,
//! for the practice provider numbers its services in this order.

use super::{Field, OrderType, QuantityFrom, RatePer, Sample};

pub(super) const TYPES: &[OrderType] = &[
    OrderType {
        word: "default",
        provider_names: &["Default"],
        quantity: QuantityFrom::Buyer,
        rate_per: RatePer::Thousand,
        has_parts: true,
        fields: &[],
        samples: &[
            sample(
                ["TikTok Followers | Việt Nam", "Tăng follow TikTok Việt, bảo hành 30 ngày"],
                "TikTok",
                [32_000, 45_000],
                [100, 50_000],
            )
            .with_refill()
            .with_cancel()
            .with_handles(),
            sample(["TikTok Likes", "Tăng tim TikTok"], "TikTok", [9_000, 12_500], [50, 100_000])
                .with_cancel(),
            sample(["TikTok Views", "Tăng view TikTok"], "TikTok", [450, 690], [1_000, 10_000_000]),
            sample(
                ["Facebook Post Likes | Việt Nam", "Tăng like bài viết, tài khoản Việt"],
                "Facebook",
                [14_500, 19_900],
                [50, 20_000],
            )
            .with_cancel(),
            sample(
                ["Facebook Page Followers", "Tăng theo dõi trang"],
                "Facebook",
                [27_000, 36_000],
                [100, 100_000],
            )
            .with_refill(),
            sample(
                ["Instagram Followers", "Tăng follow Instagram"],
                "Instagram",
                [24_000, 32_500],
                [100, 200_000],
            )
            .with_refill()
            .with_cancel()
            .with_handles(),
            sample(["YouTube Views", "Tăng lượt xem YouTube"], "YouTube", [31_500, 42_000], [500, 1_000_000])
                .with_refill(),
            sample(["YouTube Subscribers", "Tăng đăng ký kênh"], "YouTube", [310_000, 415_000], [50, 10_000])
                .with_refill(),
        ],
    },
    OrderType {
        word: "package",
        provider_names: &["Package"],
        quantity: QuantityFrom::One,
        rate_per: RatePer::Order,
        has_parts: false,
        fields: &[],
        samples: &[sample(
            ["TikTok Starter Package", "Gói khởi đầu: 1.000 view, 100 tim, 50 follow"],
            "TikTok",
            [58_000, 79_000],
            [1, 1],
        )],
    },
    OrderType {
        word: "custom_comments",
        provider_names: &["Custom Comments"],
        quantity: QuantityFrom::Lines("comments"),
        rate_per: RatePer::Thousand,
        has_parts: true,
        fields: &[Field::lines("comments")],
        samples: &[sample(
            ["Facebook Custom Comments", "Bình luận theo nội dung riêng"],
            "Facebook",
            [420_000, 560_000],
            [5, 1_000],
        )],
    },
    OrderType {
        word: "mentions_custom_list",
        provider_names: &["Mentions Custom List"],
        quantity: QuantityFrom::Lines("usernames"),
        rate_per: RatePer::Thousand,
        has_parts: true,
        fields: &[Field::lines("usernames")],
        samples: &[sample(
            ["Instagram Mentions Custom List", "Nhắc tên theo danh sách riêng"],
            "Instagram",
            [95_000, 130_000],
            [10, 5_000],
        )],
    },
    OrderType {
        word: "poll",
        provider_names: &["Poll"],
        quantity: QuantityFrom::Buyer,
        rate_per: RatePer::Thousand,
        has_parts: true,
        fields: &[Field::integer("answer_number", 1, 100)],
        samples: &[sample(
            ["Facebook Poll Votes", "Tăng lượt bình chọn"],
            "Facebook",
            [22_000, 30_000],
            [20, 20_000],
        )],
    },
];

/// `names`: as listed and as sold; `prices`: what it costs and what it is sold for.
const fn sample(
    [listed_name, sold_name]: [&'static str; 2],
    category: &'static str,
    [cost, rate]: [i64; 2],
    [min, max]: [i64; 2],
) -> Sample {
    Sample {
        listed_name,
        sold_name,
        category,
        cost,
        rate,
        min,
        max,
        refill: false,
        cancel: false,
        takes_handles: false,
    }
}

impl Sample {
    const fn with_refill(self) -> Self {
        Sample { refill: true, ..self }
    }

    const fn with_cancel(self) -> Self {
        Sample { cancel: true, ..self }
    }

    const fn with_handles(self) -> Self {
        Sample { takes_handles: true, ..self }
    }
}
