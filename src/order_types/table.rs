//! The types that the panel sells. The first is what a service is unless somebody says otherwise; a new one comes last,
//! for the practice provider numbers its services in this order.

use super::{Field, OrderType, PerPost, QuantityFrom, RatePer, Sample};

/// So many units as the buyer says, at a rate for a thousand.
const USUAL: OrderType = OrderType {
    word: "",
    provider_names: &[],
    quantity: QuantityFrom::Buyer,
    link_from: None,
    rate_per: RatePer::Thousand,
    times: None,
    has_parts: true,
    fields: &[],
    samples: &[],
};

/// One whole order at its rate.
const PACKAGE: OrderType =
    OrderType { quantity: QuantityFrom::One, rate_per: RatePer::Order, has_parts: false, ..USUAL };

pub(super) const TYPES: &[OrderType] = &[
    OrderType {
        word: "default",
        provider_names: &["Default"],
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
        ..USUAL
    },
    OrderType {
        word: "package",
        provider_names: &["Package"],
        samples: &[sample(
            ["TikTok Starter Package", "Gói khởi đầu: 1.000 view, 100 tim, 50 follow"],
            "TikTok",
            [58_000, 79_000],
            [1, 1],
        )],
        ..PACKAGE
    },
    OrderType {
        word: "custom_comments",
        provider_names: &["Custom Comments"],
        quantity: QuantityFrom::Lines("comments"),
        fields: &[Field::lines("comments")],
        samples: &[sample(
            ["Facebook Custom Comments", "Bình luận theo nội dung riêng"],
            "Facebook",
            [420_000, 560_000],
            [5, 1_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "mentions_custom_list",
        provider_names: &["Mentions Custom List"],
        quantity: QuantityFrom::Lines("usernames"),
        fields: &[Field::lines("usernames")],
        samples: &[sample(
            ["Instagram Mentions Custom List", "Nhắc tên theo danh sách riêng"],
            "Instagram",
            [95_000, 130_000],
            [10, 5_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "poll",
        provider_names: &["Poll"],
        fields: &[Field::integer("answer_number", 1, 100)],
        samples: &[sample(
            ["Facebook Poll Votes", "Tăng lượt bình chọn"],
            "Facebook",
            [22_000, 30_000],
            [20, 20_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "custom_comments_package",
        provider_names: &["Custom Comments Package"],
        fields: &[Field::lines("comments")],
        samples: &[sample(
            ["Facebook Custom Comments Package", "Gói bình luận theo nội dung riêng"],
            "Facebook",
            [60_000, 85_000],
            [1, 1],
        )],
        ..PACKAGE
    },
    OrderType {
        word: "seo",
        provider_names: &["SEO"],
        fields: &[Field::lines("keywords")],
        samples: &[sample(
            ["Google SEO Clicks", "Tăng lượt bấm theo từ khóa"],
            "SEO",
            [40_000, 56_000],
            [100, 50_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "mentions",
        provider_names: &["Mentions"],
        fields: &[Field::lines("usernames")],
        samples: &[sample(
            ["Instagram Mentions", "Nhắc tên tài khoản"],
            "Instagram",
            [80_000, 110_000],
            [100, 20_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "mentions_with_hashtags",
        provider_names: &["Mentions with Hashtags"],
        fields: &[Field::lines("usernames"), Field::lines("hashtags")],
        samples: &[sample(
            ["Instagram Mentions with Hashtags", "Nhắc tên kèm hashtag"],
            "Instagram",
            [90_000, 125_000],
            [100, 20_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "mentions_hashtag",
        provider_names: &["Mentions Hashtag"],
        fields: &[Field::text("hashtag")],
        samples: &[sample(
            ["Instagram Mentions from a Hashtag", "Nhắc tên người dùng của hashtag"],
            "Instagram",
            [85_000, 118_000],
            [100, 20_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "mentions_user_followers",
        provider_names: &["Mentions User Followers"],
        fields: &[Field::text("username")],
        samples: &[sample(
            ["Instagram Mentions of Followers", "Nhắc tên người theo dõi của tài khoản"],
            "Instagram",
            [85_000, 118_000],
            [100, 20_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "mentions_media_likers",
        provider_names: &["Mentions Media Likers"],
        fields: &[Field::text("media")],
        samples: &[sample(
            ["Instagram Mentions of Likers", "Nhắc tên người thích bài viết"],
            "Instagram",
            [85_000, 118_000],
            [100, 20_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "comment_likes",
        provider_names: &["Comment Likes"],
        fields: &[Field::text("username")],
        samples: &[sample(
            ["YouTube Comment Likes", "Tăng tim bình luận"],
            "YouTube",
            [30_000, 42_000],
            [20, 10_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "comment_replies",
        provider_names: &["Comment Replies"],
        quantity: QuantityFrom::Lines("comments"),
        fields: &[Field::text("username"), Field::lines("comments")],
        samples: &[sample(
            ["Instagram Comment Replies", "Trả lời bình luận theo nội dung riêng"],
            "Instagram",
            [300_000, 410_000],
            [5, 1_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "invites_from_groups",
        provider_names: &["Invites from Groups"],
        fields: &[Field::lines("groups")],
        samples: &[sample(
            ["Facebook Invites from Groups", "Mời thành viên từ các nhóm"],
            "Facebook",
            [120_000, 165_000],
            [100, 20_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "web_traffic",
        provider_names: &["Web Traffic", "Website Traffic"],
        fields: &[
            Field::text("country"),
            Field::choice("device", &["1", "2", "3", "4", "5"]),
            Field::choice("type_of_traffic", &["1", "2", "3"]),
            Field::text("google_keyword").only_with("type_of_traffic", "1"),
            Field::text("referring_url").only_with("type_of_traffic", "2"),
        ],
        samples: &[sample(
            ["Website Traffic", "Tăng lượt truy cập website"],
            "SEO",
            [6_000, 9_000],
            [500, 1_000_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "reactions",
        provider_names: &["Reactions", "Facebook Reactions"],
        fields: &[Field::choice("reaction", &["like", "love", "care", "haha", "wow", "sad", "angry"])],
        samples: &[sample(
            ["Facebook Post Reactions", "Tăng cảm xúc bài viết"],
            "Facebook",
            [16_000, 22_000],
            [50, 20_000],
        )
        .with_cancel()],
        ..USUAL
    },
    OrderType {
        word: "live_viewers",
        provider_names: &["Live Viewers", "Livestream", "Live Stream"],
        times: Some("minutes"),
        fields: &[Field::integer("minutes", 1, 1440)],
        samples: &[sample(
            ["Facebook Live Viewers", "Tăng mắt xem livestream"],
            "Facebook",
            [1_200, 1_900],
            [20, 5_000],
        )],
        ..USUAL
    },
    OrderType {
        word: "subscriptions",
        provider_names: &["Subscriptions", "Subscription"],
        quantity: QuantityFrom::Posts(PerPost {
            least: "min",
            most: "max",
            posts: &["posts", "old_posts"],
            expiry: "expiry",
        }),
        link_from: Some("username"),
        fields: &[
            Field::text("username"),
            Field::integer("min", 1, i64::MAX),
            Field::integer("max", 1, i64::MAX),
            Field::integer("posts", 1, MOST_POSTS),
            Field::integer("old_posts", 0, MOST_POSTS).optional(),
            Field::choice("delay", DELAYS),
            Field::date("expiry", 90),
        ],
        samples: &[sample(
            ["Instagram Auto Likes", "Tự động tăng tim cho bài viết mới"],
            "Instagram",
            [18_000, 25_000],
            [50, 10_000],
        )
        .with_cancel()],
        ..USUAL
    },
];

const MOST_POSTS: i64 = 1_000;
/// Minutes from a post to its delivery, as the field has them.
const DELAYS: &[&str] = &[
    "0", "5", "10", "15", "20", "30", "40", "50", "60", "90", "120", "150", "180", "210", "240", "270",
    "300", "360", "420", "480", "540", "600",
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
