//! All that an operator can configure: the settings of the panel, and the variables of the environment. The API's
//! answers and description, the admin's form, `locked` and README's table are made of these lines or compared with
//! them, so a new setting is a line here, its words in `static/locales/`, and whoever reads it.

use super::setting::{Kind, Setting};
use crate::kernel::notice::NoticeKind;

macro_rules! settings {
    ($($handle:ident = $setting:expr;)+) => {
        $(pub static $handle: Setting = $setting;)+
        /// In the order of the admin's form.
        pub static SETTINGS: &[&Setting] = &[$(&$handle),+];
    };
}

const NOTICES: &str = "notices";

const fn notice(name: &'static str, about: &'static str) -> Setting {
    Setting::new(name, Kind::Flag, NOTICES, about).by_default("true")
}

/// Texts of the landing page, in characters.
const HEADLINE: Kind = Kind::Text { max: 120 };
const LEAD: Kind = Kind::Text { max: 500 };
const FAQ: Kind = Kind::Text { max: 10_000 };
const TERMS: Kind = Kind::Text { max: 50_000 };
const FAQ_ABOUT_VI: &str =
    "In Vietnamese: a question is a line, its answer the lines below it, a blank line ends both";
const FAQ_ABOUT_EN: &str = "The same in English; none: the Vietnamese ones";

settings! {
    SITE_NAME = Setting::new("site_name", Kind::Line { max: 100 }, "site", "The shop's name")
        .by_default("SMM Panel").public();
    NOTICE = Setting::new("notice", Kind::Text { max: 2000 }, "site", "Plain text for every customer").public();
    SUPPORT_ZALO = Setting::new("support.zalo", Kind::Contact, "site", "Where customers find help").public();
    SUPPORT_TELEGRAM = Setting::new("support.telegram", Kind::Contact, "site", "Where customers find help")
        .public();
    SUPPORT_EMAIL = Setting::new("support.email", Kind::Email, "site", "Where customers find help").public();

    MAINTENANCE = Setting::new(
        "maintenance", Kind::Flag, "site",
        "Whether the shop takes no orders for now (503 `maintenance`); what runs goes on, and money is credited",
    ).by_default("false").public();
    ANNOUNCE_SERVICE_CHANGES = Setting::new(
        "announce_service_changes", Kind::Flag, "site",
        "Whether customers are told by themselves of services that are new, off sale, back, dearer or cheaper",
    ).by_default("true");

    BRAND_COLOUR = Setting::new(
        "branding.color", Kind::Colour, "branding", "The shop's colour, on which white must be readable; none: green",
    ).public();
    BRAND_LOGO = Setting::new(
        "branding.logo", Kind::Picture, "branding", "The shop's logo, a small PNG, JPEG or WebP; it answers at `/logo`",
    );
    HEADLINE_VI = Setting::new("branding.headline_vi", HEADLINE, "branding", "The landing page's headline, Vietnamese");
    HEADLINE_EN = Setting::new("branding.headline_en", HEADLINE, "branding", "The landing page's headline in English");
    LEAD_VI = Setting::new("branding.lead_vi", LEAD, "branding", "What stands below it, in Vietnamese");
    LEAD_EN = Setting::new("branding.lead_en", LEAD, "branding", "What stands below it, in English");
    FAQ_VI = Setting::new("branding.faq_vi", FAQ, "branding", FAQ_ABOUT_VI);
    FAQ_EN = Setting::new("branding.faq_en", FAQ, "branding", FAQ_ABOUT_EN);
    TERMS_VI = Setting::new("branding.terms_vi", TERMS, "branding", "The terms in Vietnamese; none: no such page");
    TERMS_EN = Setting::new("branding.terms_en", TERMS, "branding", "The terms in English; none: the Vietnamese ones");

    BANK = Setting::new(
        "bank", Kind::Bank, "bank",
        "The account customers pay to: at least a BIN (the bank's six digits) and a number; none: no deposits",
    ).set_by(&["BANK_BIN", "BANK_NAME", "BANK_ACCOUNT_NUMBER", "BANK_ACCOUNT_NAME"]);

    BANKS = Setting::new(
        "banks", Kind::Banks, "bank",
        "Further accounts; of those that are `active` customers choose one, beside the main one. What arrives at any \
            is credited",
    ).by_default("[]");

    DEPOSIT_MIN = Setting::new(
        "deposit_min", Kind::Amount { min: 1 }, "deposits", "The least that a deposit may ask for, in VND",
    ).by_default("10000").public();
    DEPOSIT_MAX = Setting::new(
        "deposit_max", Kind::Amount { min: 1 }, "deposits", "The most that a deposit may ask for, in VND",
    ).by_default("500000000").public();
    DEPOSIT_EXPIRY_MINUTES = Setting::new(
        "deposit_expiry_minutes", Kind::Number { min: 1, max: 1_000_000 }, "deposits",
        "How long a deposit waits before it shows as expired (late money is credited all the same)",
    ).by_default("1440").set_by(&["DEPOSIT_EXPIRY_MINUTES"]);

    BONUS = Setting::new(
        "bonus", Kind::Bonus, "deposits",
        "What a deposit of at least `from` VND brings beside it, in percent: the highest step that it reaches counts",
    ).by_default("[]").public();

    REQUIRE_TOTP = Setting::new(
        "require_totp", Kind::Flag, "safety",
        "Whether admins and the support need a second factor to work in the admin panel",
    ).by_default("false");

    CONFIRM_CREDIT_ABOVE = Setting::new(
        "confirm_credit_above", Kind::Amount { min: 0 }, "safety",
        "An admin gives the password once more for a credit by hand of more than this, in VND; 0: never",
    ).by_default("5000000");

    SEPAY_SECRET = Setting::new(
        "sepay.secret", Kind::Key, "sepay", "What SePay's webhook proves itself with; none: the webhook answers 503",
    ).set_by(&["SEPAY_SECRET"]);
    SEPAY_API_TOKEN = Setting::new(
        "sepay.api_token", Kind::Key, "sepay",
        "Reads SePay's list of transfers for those it failed to deliver; none: nothing is pulled",
    ).set_by(&["SEPAY_API_TOKEN"]);

    BOT_TOKEN = Setting::new(
        "telegram.bot_token", Kind::BotToken, "telegram",
        "The bot that brings notices to the operator; none: no notices",
    ).set_by(&["TELEGRAM_BOT_TOKEN"]);
    CHAT_ID = Setting::new("telegram.chat_id", Kind::Chat, "telegram", "The chat it writes to: a number or `@name`")
        .set_by(&["TELEGRAM_CHAT_ID"]);

    NOTICE_DEPOSIT = notice("notices.deposit", "Money came in and was credited");
    NOTICE_UNMATCHED = notice("notices.unmatched", "Money came in that nobody could be credited for");
    NOTICE_REVIEW = notice("notices.review", "An order waits for a decision");
    NOTICE_PROVIDER = notice("notices.provider", "A provider fails, or is well again");
    NOTICE_PRICE = notice("notices.price", "A provider's price changed, or a service was paused for it");
    NOTICE_DAILY_SUMMARY = notice("notices.daily_summary", "The day in figures");
    NOTICE_AUDIT = notice("notices.audit", "The ledger could not be proven");
    NOTICE_JOB = notice("notices.job", "A background job fails");
    NOTICE_TICKET = notice("notices.ticket", "A customer asks the support, or goes on to");
    NOTICE_LOGIN = notice("notices.login", "An admin logged in from a browser that was not seen before");

    COMMISSION_PERCENT = Setting::new(
        "commission_percent", Kind::Percent, "prices", "The referrer's share of what a referred customer paid",
    ).by_default("5");
    MIN_MARGIN_PERCENT = Setting::new(
        "min_margin_percent", Kind::Percent, "prices",
        "The least by which a rate lies above its cost, in percent of the cost",
    ).by_default("0");
    PRICE_JUMP_PERCENT = Setting::new(
        "price_jump_percent", Kind::Percent, "prices",
        "A cost that rises by more than this at once is looked at by a person",
    ).by_default("30");
    LOW_FUNDS_HOURS = Setting::new(
        "low_funds_hours", Kind::Number { min: 0, max: 720 }, "prices",
        "The operator is told when the money at a provider lasts less than so many hours; 0: never",
    ).by_default("24");
    REFILL_WAIT_HOURS = Setting::new(
        "refill_wait_hours", Kind::Number { min: 0, max: 720 }, "prices",
        "So many hours after its end, or after its last refill, an order can be refilled",
    ).by_default("24");
    AUTO_RESUME = Setting::new(
        "auto_resume", Kind::Flag, "prices",
        "Whether a service that was paused for its price is sold again when the price allows it",
    ).by_default("false");
    DISCOUNT_ON_OWN_RATES = Setting::new(
        "discount_on_own_rates", Kind::Flag, "prices",
        "Whether the tier's discount comes off a customer's own prices too",
    ).by_default("false");
    PAY_BANNED_REFERRERS = Setting::new(
        "pay_banned_referrers", Kind::Flag, "prices",
        "Whether referrers earn on orders that are settled while they are banned",
    ).by_default("false");

    IMPORT_DROP_EMOJI = Setting::new(
        "import.drop_emoji", Kind::Flag, "import",
        "Whether names and categories lose their emoji when they are imported",
    ).by_default("false");
    IMPORT_REPLACE = Setting::new(
        "import.replace", Kind::Replacements, "import",
        "What is replaced in names and categories when they are imported, in this order: lines like `old => new`",
    );
}

/// The switch of a kind of notice. The compiler asks for each.
pub fn notice_of(kind: NoticeKind) -> &'static Setting {
    match kind {
        NoticeKind::Deposit => &NOTICE_DEPOSIT,
        NoticeKind::Unmatched => &NOTICE_UNMATCHED,
        NoticeKind::Review => &NOTICE_REVIEW,
        NoticeKind::Provider => &NOTICE_PROVIDER,
        NoticeKind::Price => &NOTICE_PRICE,
        NoticeKind::DailySummary => &NOTICE_DAILY_SUMMARY,
        NoticeKind::Audit => &NOTICE_AUDIT,
        NoticeKind::Job => &NOTICE_JOB,
        NoticeKind::Ticket => &NOTICE_TICKET,
        NoticeKind::Login => &NOTICE_LOGIN,
    }
}

/// A variable of the environment that only a restart changes.
pub struct Variable {
    pub name: &'static str,
    /// What counts without it; of numbers, the number.
    pub default: &'static str,
    pub about: &'static str,
}

const fn variable(name: &'static str, default: &'static str, about: &'static str) -> Variable {
    Variable { name, default, about }
}

/// Those that are no settings.
pub static VARIABLES: &[Variable] = &[
    variable(
        "DATABASE_URL",
        "smm-panel.db",
        "The path of the database file; a `sqlite:` prefix is accepted, parameters behind a `?` are not. The service \
         that install.sh makes has `/var/lib/smm-panel/panel.db`",
    ),
    variable(
        "CHECKPOINTS",
        "self",
        "`external` leaves the write-ahead log to Litestream: the panel folds it only at its end, and above 512 MiB, \
         which it says in the log",
    ),
    variable("SECRET_KEY", "made at first start, kept in the database", "Signs tokens; at least 32 bytes"),
    variable(
        "PUBLIC_URL",
        "none",
        "The panel's address from outside: `Secure` cookies, the allowed origin, links",
    ),
    variable(
        "HTTPS_DOMAIN",
        "none",
        "The panel's name, like `panel.example.vn`: it speaks HTTPS by itself, gets the certificate by itself unless \
         `TLS_CERT` is set, and `PUBLIC_URL` follows",
    ),
    variable("ACME_EMAIL", "none", "Where the authority that gives the certificate may write to"),
    variable(
        "ACME_DIRECTORY_URL",
        super::LETS_ENCRYPT,
        "Another authority than Let's Encrypt (ACME, challenge HTTP-01)",
    ),
    variable(
        "TLS_CERT",
        "none",
        "With `TLS_KEY`: the PEM file of the certificate and those above it; both are read again when they change",
    ),
    variable("TLS_KEY", "none", "The PEM file of its key"),
    variable("HTTPS_ADDRESS", "[::]:443", "Where it listens with TLS; `[::]` is IPv4 too"),
    variable(
        "HTTP_ADDRESS",
        "[::]:80",
        "Where it answers the authority's challenges and sends other plain requests on to its https address",
    ),
    variable(
        "ADMIN_USERNAME",
        "none",
        "With `ADMIN_EMAIL` and `ADMIN_PASSWORD`: makes the first admin while there is none",
    ),
    variable("ADMIN_EMAIL", "none", "The first admin's e-mail address"),
    variable("ADMIN_PASSWORD", "none", "The first admin's password"),
    variable(
        "BUMX_API_URL",
        "none: orders for its services answer 503",
        "The whole address of the upstream provider that stands in the environment (BUMX, or any other panel with the \
         SMM API v2), with `BUMX_API_KEY`; `sandbox` is the built-in practice \
         provider. Another address, or a key of another account, parks the orders that are open",
    ),
    variable("BUMX_API_KEY", "none", "Our key there"),
    variable("BUMX_SYNC_SECONDS", "30", "Seconds between two rounds of the status sync"),
    variable(
        "BUMX_CATALOG_SECONDS",
        "900",
        "Seconds between two looks of the price guard at the list of services",
    ),
    variable("BUMX_TIMEOUT_SECONDS", "15", "Total time of a call"),
    variable("BUMX_ADD_TIMEOUT_SECONDS", "30", "Total time of sending an order"),
    variable(
        "PROVIDER_ALLOW_PRIVATE",
        "false",
        "Lets providers that are added in the panel have private addresses (`BUMX_API_URL` always may)",
    ),
    variable(
        "SEPAY_API_URL",
        "https://my.sepay.vn",
        "Another server that speaks like SePay's list (version 1)",
    ),
    variable("TELEGRAM_API_URL", "https://api.telegram.org", "Another Bot API server"),
    variable(
        "SMTP_URL",
        "none: no letters",
        "The mail server that letters to customers are handed to: `smtps://user:password@host:465`, or \
         `smtp://user:password@host:587`, which has to offer STARTTLS; needs `SMTP_FROM`",
    ),
    variable("SMTP_FROM", "none", "Whom they are from: `shop@example.vn`, or `Shop <shop@example.vn>`"),
    variable("CORS_ORIGINS", "none", "Origins whose pages may call the API with a token, comma-separated"),
    variable("RATE_LIMIT_PER_MINUTE", "600", "Requests a minute per user, else per address; 0 turns it off"),
    variable("AUTH_RATE_LIMIT_PER_MINUTE", "20", "The same for attempts to prove who one is"),
    variable("API_RATE_LIMIT_PER_MINUTE", "600", "The same for each key of the reseller API"),
    variable(
        "BCRYPT_COST",
        "12",
        "4 to 15; below 10 warns; hashes of another cost are renewed as their users log in, and until all are, every \
         log-in takes as long as the highest cost in use",
    ),
    variable("BACKUP_DIR", "`backups` beside the database", "The folder of the panel's own backups"),
    variable("BACKUP_EVERY_HOURS", "24", "Hours between two of them; 0 turns them off"),
    variable(
        "BACKUP_KEEP",
        "7d 4w 6m",
        "The newest of each of so many days, weeks and months is kept, and the newest of all",
    ),
    variable(
        "BACKUP_PASSPHRASE",
        "none",
        "Encrypts the backups, which the `age` tool opens too; at least 12 characters. A lost passphrase is a lost \
         backup",
    ),
    variable(
        "BACKUP_S3_URL",
        "none",
        "Sends the backups to a storage that speaks S3 as well: `https://KEY:SECRET@host/bucket/folder?region=…`; needs \
         `BACKUP_PASSPHRASE`",
    ),
    variable("LOG_FORMAT", "`text` on a terminal, else `json`", "The log goes to standard error"),
    variable(
        "LOG_LEVEL",
        "info",
        "`error`, `warn`, `info`, `debug` or `trace`: the least important lines that are written; no level shows a \
         secret",
    ),
    variable(
        "METRICS_TOKEN",
        "none: only programs on the same machine are answered",
        "The bearer token that `/metrics` is read with; at least 16 characters",
    ),
    variable("ROCKET_ADDRESS", "127.0.0.1", "Where it listens"),
    variable("ROCKET_PORT", "8000", "And at which port"),
    variable(
        "ROCKET_IP_HEADER",
        "none",
        "The header in which your reverse proxy names the client, e.g. `X-Real-IP`; of a list the last entry counts",
    ),
];

/// The names of all variables.
pub(super) fn variable_names() -> impl Iterator<Item = &'static str> {
    let of_settings = SETTINGS.iter().flat_map(|setting| setting.variables.iter().copied());
    of_settings.chain(VARIABLES.iter().map(|line| line.name))
}

/// The default of a variable, as text. Only for those of the list.
pub(super) fn default_of(name: &str) -> &'static str {
    let line = VARIABLES.iter().find(|line| line.name == name);
    line.expect("what is read from the environment has its line above").default
}
