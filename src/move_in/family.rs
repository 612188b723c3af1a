//! The panels that can move in: what their tables and columns are called. One value for each; no other code names one.
//!
//! Several names stand for one thing where panels of a family differ; the first that is there counts.

use crate::accounts::Scheme;

/// A kind of panel.
#[derive(Debug)]
pub struct Family {
    /// As `--from` has it. References to old ids are kept under it.
    pub word: &'static str,
    pub users: Users,
    pub services: Services,
    pub orders: Orders,
    pub providers: Providers,
    pub categories: Categories,
    /// Settings, a row each, or one row with a column each.
    pub options: Names,
    /// Whether its money is VND unless it says otherwise; else somebody has to say so.
    pub is_vnd: bool,
    /// Whether people wrote its figures.
    pub is_typed: bool,
    pub passwords: Passwords,
}

/// Names of tables, or of columns, in lower case.
pub type Names = &'static [&'static str];

/// How passwords are kept there, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passwords {
    /// bcrypt of the password.
    Bcrypt,
    /// bcrypt of the password where money is called `balance`; else what `type_password` says, of CMSNT's transform.
    Cmsnt,
    /// Hexadecimal digits of this.
    Digest(Scheme),
}

#[derive(Debug)]
pub struct Users {
    pub tables: Names,
    pub id: Names,
    /// `&[]`: people log in by e-mail.
    pub username: Names,
    pub email: Names,
    pub password: Names,
    pub balance: Names,
    pub spent: Names,
    /// All that was ever paid in: where `spent` is missing, what is not there any more was spent.
    pub deposited: Names,
    pub currency: Names,
    pub key: Names,
    pub status: Names,
    pub banned: Names,
    pub created: Names,
}

#[derive(Debug)]
pub struct Services {
    pub tables: Names,
    pub id: Names,
    pub name: Names,
    pub category: Names,
    pub description: Names,
    pub kind: Names,
    pub price: Names,
    pub cost: Names,
    pub min: Names,
    pub max: Names,
    pub active: Names,
    pub dripfeed: Names,
    pub provider: Names,
    pub provider_service: Names,
}

#[derive(Debug)]
pub struct Orders {
    pub tables: Names,
    pub id: Names,
    pub user: Names,
    pub service: Names,
    pub link: Names,
    pub quantity: Names,
    pub charge: Names,
    pub status: Names,
    pub start_count: Names,
    pub remains: Names,
    /// What was delivered, where `remains` is missing.
    pub done: Names,
    pub provider: Names,
    pub provider_order: Names,
    /// Columns that say that it is made in runs, or for posts, and what they say besides 0 where it is not.
    pub split: &'static [(&'static str, Names)],
}

#[derive(Debug)]
pub struct Providers {
    pub tables: Names,
    pub id: Names,
    pub url: Names,
    pub key: Names,
}

#[derive(Debug)]
pub struct Categories {
    pub tables: Names,
    pub id: Names,
    pub name: Names,
}

impl Family {
    /// By its word. `None`: there is no such family.
    pub fn parse(word: &str) -> Option<&'static Family> {
        FAMILIES.iter().find(|family| family.word == word)
    }

    /// The words of all.
    pub fn words() -> impl Iterator<Item = &'static str> {
        FAMILIES.iter().map(|family| family.word)
    }

    /// Whether it comes as files of CSV.
    pub fn is_csv(&self) -> bool {
        self.is_typed
    }
}

const FAMILIES: &[Family] = &[
    Family {
        word: "smartpanel",
        users: Users {
            tables: &["general_users"],
            id: &["id"],
            username: &["username"],
            email: &["email"],
            password: &["password"],
            balance: &["balance"],
            spent: &["spent"],
            deposited: &[],
            currency: &[],
            key: &["api_key"],
            status: &["status"],
            banned: &[],
            created: &["created"],
        },
        services: Services {
            tables: &["services"],
            id: &["id"],
            name: &["name"],
            category: &["cate_id"],
            description: &["desc"],
            kind: &["type"],
            price: &["price"],
            cost: &["original_price"],
            min: &["min"],
            max: &["max"],
            active: &["status"],
            dripfeed: &["dripfeed"],
            provider: &["api_provider_id"],
            provider_service: &["api_service_id"],
        },
        orders: Orders {
            tables: &["orders"],
            id: &["id"],
            user: &["uid"],
            service: &["service_id"],
            link: &["link"],
            quantity: &["quantity"],
            charge: &["charge"],
            status: &["status"],
            start_count: &["start_counter"],
            remains: &["remains"],
            done: &[],
            provider: &["api_provider_id"],
            provider_order: &["api_order_id"],
            split: &[("is_drip_feed", &[]), ("sub_status", &[])],
        },
        providers: Providers { tables: &["api_providers"], id: &["id"], url: &["url"], key: &["key"] },
        categories: Categories { tables: &["categories"], id: &["id"], name: &["name"] },
        options: &["general_options"],
        is_vnd: false,
        is_typed: false,
        passwords: Passwords::Bcrypt,
    },
    Family {
        word: "cmsnt",
        users: Users {
            tables: &["users"],
            id: &["id"],
            username: &["username"],
            email: &["email"],
            password: &["password"],
            balance: &["balance", "money"],
            spent: &["total_spent"],
            deposited: &["total_deposit", "total_money"],
            currency: &["currency_code"],
            key: &["api_key", "access_token"],
            status: &["status"],
            banned: &["banned"],
            created: &["created_at", "create_date", "createdate"],
        },
        services: Services {
            tables: &["services"],
            id: &["id"],
            name: &["name"],
            category: &["category_id", "cate_id", "category"],
            description: &["description", "content", "note"],
            kind: &["type"],
            price: &["price"],
            cost: &["original_price", "cost"],
            min: &["min_buy", "min"],
            max: &["max_buy", "max"],
            active: &["status", "display"],
            dripfeed: &[],
            provider: &["api_provider_id", "provider_id", "supplier_id"],
            provider_service: &["api_service_id"],
        },
        orders: Orders {
            tables: &["orders"],
            id: &["id"],
            user: &["user_id", "buyer"],
            service: &["service_id"],
            link: &["object_id", "link", "url"],
            quantity: &["quantity", "amount"],
            charge: &["total_payment", "charge", "price", "pay"],
            status: &["order_status", "status"],
            start_count: &["start_number", "start_count"],
            remains: &["remains"],
            done: &["success_count"],
            provider: &["api_provider_id", "provider_id", "supplier_id"],
            provider_order: &["api_order_id", "provider_order_id"],
            split: &[
                ("dripfeed", &[]),
                ("is_dripfeed", &[]),
                ("is_drip_feed", &[]),
                ("dripfeed_runs", &[]),
                ("runs", &["1"]),
                ("subscriptions_type", &["1"]),
            ],
        },
        providers: Providers {
            tables: &["api_providers", "suppliers"],
            id: &["id"],
            url: &["url", "api_url", "domain"],
            key: &["key", "api_key", "token"],
        },
        categories: Categories { tables: &["categories", "category"], id: &["id"], name: &["name"] },
        options: &["settings"],
        is_vnd: true,
        is_typed: false,
        passwords: Passwords::Cmsnt,
    },
    Family {
        word: "perfectpanel-clone",
        users: Users {
            tables: &["clients"],
            id: &["client_id"],
            username: &["username"],
            email: &["email"],
            password: &["password"],
            balance: &["balance"],
            spent: &["spent"],
            deposited: &[],
            currency: &[],
            key: &["apikey"],
            status: &["status"],
            banned: &["banned"],
            created: &["register_date"],
        },
        services: Services {
            tables: &["services"],
            id: &["service_id"],
            name: &["service_name", "name"],
            category: &["category_id"],
            description: &["service_description", "description"],
            kind: &["type"],
            price: &["service_price", "price"],
            cost: &[],
            min: &["service_min", "min"],
            max: &["service_max", "max"],
            active: &[],
            dripfeed: &[],
            provider: &["service_api"],
            provider_service: &["api_service"],
        },
        orders: Orders {
            tables: &["orders"],
            id: &["order_id"],
            user: &["client_id"],
            service: &["service_id"],
            link: &["order_url"],
            quantity: &["order_quantity"],
            charge: &["order_charge"],
            status: &["order_status"],
            start_count: &["order_start"],
            remains: &["order_remains"],
            done: &[],
            provider: &["order_api"],
            provider_order: &["api_orderid"],
            split: &[("dripfeed", &["1"]), ("dripfeed_runs", &[]), ("subscriptions_type", &["1"])],
        },
        providers: Providers { tables: &["service_api"], id: &["id"], url: &["api_url"], key: &["api_key"] },
        categories: Categories { tables: &["categories"], id: &["category_id"], name: &["category_name"] },
        options: &["settings"],
        is_vnd: false,
        is_typed: false,
        passwords: Passwords::Digest(Scheme::Perfectpanel),
    },
    Family {
        word: "csv",
        users: Users {
            tables: &["users"],
            id: &["id"],
            username: &["username", "user"],
            email: &["email"],
            password: &["password"],
            balance: &["balance"],
            spent: &["spent"],
            deposited: &[],
            currency: &["currency"],
            key: &["api_key"],
            status: &["status"],
            banned: &["banned"],
            created: &["created"],
        },
        services: Services {
            tables: &["services"],
            id: &["id"],
            name: &["name", "service"],
            category: &["category"],
            description: &["description"],
            kind: &["type"],
            price: &["rate", "price"],
            cost: &["cost"],
            min: &["min"],
            max: &["max"],
            active: &["status", "active"],
            dripfeed: &["dripfeed"],
            provider: &["provider"],
            provider_service: &["provider_service"],
        },
        orders: Orders {
            tables: &["orders"],
            id: &["id"],
            user: &["user"],
            service: &["service"],
            link: &["link"],
            quantity: &["quantity"],
            charge: &["charge"],
            status: &["status"],
            start_count: &["start_count"],
            remains: &["remains"],
            done: &[],
            provider: &["provider"],
            provider_order: &["provider_order"],
            split: &[],
        },
        providers: Providers { tables: &["providers"], id: &["id"], url: &["url"], key: &["key"] },
        categories: Categories { tables: &["categories"], id: &["id"], name: &["name"] },
        options: &[],
        is_vnd: true,
        is_typed: true,
        passwords: Passwords::Bcrypt,
    },
];
