//! Why something is refused that no single value is to blame for, where the code alone does not say what to do. Like
//! a rule (`kernel::rule`) a reason is public: name and values stand in the answer, and the pages say it from these.

use super::cause::{BackupCause, CallCause};
use super::money::Vnd;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use utoipa::ToSchema;

/// A reason. Amounts are VND.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, ToSchema, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[serde(tag = "reason", content = "values", rename_all = "snake_case")]
#[schema(no_recursion)]
pub enum Reason {
    // Money.
    #[error("the balance is {balance} VND, needed are {needed} VND, {missing} VND are missing")]
    BalanceTooLow { balance: i64, needed: i64, missing: i64 },
    #[error("the charge is {charge} VND now")]
    ChargeIsNow { charge: i64 },
    #[error("this movement of money was already recorded differently")]
    RecordedDifferently,

    // Orders.
    #[error("this service cannot be delivered at the moment")]
    NotDeliverable,
    #[error("this server is under maintenance; choose another one, or wait")]
    ServiceInMaintenance,
    #[error("the order is being sent; wait for the outcome")]
    OrderIsSent,
    #[error("the order is not being sent")]
    OrderNotSending,
    #[error("the order waits for review; decide it first")]
    OrderInReview,
    #[error("the order does not wait for review")]
    OrderNotInReview,
    #[error("another order has this provider_order_id")]
    ProviderOrderLinked,
    #[error("the order has no contradiction")]
    NoContradiction,
    #[error("the order's service is no longer this provider's")]
    ServiceElsewhere,
    #[error("the order is over")]
    OrderOver,
    #[error("the order is being sent at this moment; try again in a minute")]
    CancelWhileSending,
    #[error("support is looking at the order")]
    CancelInReview,
    #[error("it was asked for already")]
    CancelIsOpen,
    #[error("orders of this service cannot be canceled once they were sent")]
    CancelNotOffered,
    #[error("nobody waits for the order to be canceled")]
    NoCancelOpen,
    #[error("it is part of another order, which is decided as a whole")]
    RunOfDripFeed,
    #[error("all runs have begun; they end by themselves")]
    RunsAllBegun,
    #[error("how far a drip-feed is, its runs say")]
    RunsDecide,

    // Refills.
    #[error("orders of this service are not refilled")]
    RefillNotOffered,
    #[error("only a completed order can be refilled")]
    RefillNotCompleted,
    #[error("a refill of the order is under way")]
    RefillIsOpen,
    #[error("a refill can be asked for from {from} on")]
    RefillTooSoon { from: String },
    #[error("the time for refills of the order is over")]
    RefillDaysOver,
    #[error("the refill has ended")]
    RefillEnded,
    #[error("the refill is being asked for at this moment; wait for the outcome")]
    RefillIsSent,
    #[error("the refill does not wait for review")]
    RefillNotInReview,

    // Deposits.
    #[error("no bank account is set up for deposits")]
    NoBankAccount,
    #[error("the bank transaction is not open any more")]
    TransferDecided,
    #[error("the deposit was not approved by hand")]
    DepositNotByHand,
    #[error("the deposit is covered by other bank transactions")]
    DepositCovered,
    #[error("{max} deposits are open; pay one of them, or wait until one expires")]
    TooManyDeposits { max: i64 },
    #[error("the bank transaction was not set aside")]
    TransferNotSetAside,
    #[error("no secret is set for SePay")]
    NoSepaySecret,

    // Coupons.
    #[error("there is no such code")]
    CouponUnknown,
    #[error("the code does not count any more")]
    CouponEnded,
    #[error("the code was used as often as it may be")]
    CouponUsedUp,
    #[error("you have used the code as often as one may")]
    CouponUsedBefore,
    #[error("the code counts from a deposit of {min} VND on")]
    CouponTooLittle { min: i64 },
    #[error("the code is redeemed without a deposit")]
    CouponIsFree,
    #[error("the code counts with a deposit")]
    CouponForDeposits,
    #[error("the code counts after a first deposit")]
    CouponNeedsDeposit,
    #[error("another coupon has this code")]
    CouponCodeTaken,

    // Tickets.
    #[error("the ticket is closed")]
    TicketClosed,
    #[error("{max} tickets are not closed; close one of them")]
    TooManyTickets { max: i64 },
    #[error("the ticket has {max} messages; open another one")]
    TicketFull { max: i64 },
    #[error("there are {max} canned answers already; delete one first")]
    TooManyCannedAnswers { max: i64 },

    // People.
    #[error("a key of this name is there already")]
    KeyNameTaken,
    #[error("there are {max} keys already; delete one first")]
    TooManyKeys { max: usize },
    #[error("admins cannot ban themselves")]
    OwnBan,
    #[error("this is the last admin who can log in")]
    LastAdmin,
    #[error("the second factor is on already")]
    FactorOn,
    #[error("there is no second factor; begin one first")]
    NoFactor,
    #[error("the set-up token is wrong")]
    WrongSetupToken,
    #[error("a cookie may only be used from the panel's own pages")]
    ForeignPage,
    #[error("whoever works here is not looked at like a customer")]
    StaffNotViewed,
    #[error("this is for admins")]
    AdminsOnly,
    #[error("another export of yours is running; wait until it has ended")]
    ExportRuns,

    // The catalog.
    #[error("another category has this name")]
    CategoryNameTaken,
    #[error("{services} services are in the category; move them first")]
    CategoryNotEmpty { services: i64 },
    #[error("the categories were changed meanwhile; look at them again")]
    CategoriesChanged,
    #[error("the filter matches {matched} now")]
    FilterMatches { matched: usize },
    #[error("the orders would come to something else now; look at them again")]
    PlanChanged,

    // Providers and settings.
    #[error("the provider has no address or no key")]
    ProviderIncomplete,
    #[error("the provider's line is not held")]
    LineNotHeld,
    #[error("{orders} orders are open at the provider's present account; abandon_open_orders parks them")]
    OrdersOpen { orders: i64 },
    #[error(
        "the key opens another account than the one that has {orders} open orders; abandon_open_orders parks them"
    )]
    KeyOfAnotherAccount { orders: i64 },
    #[error("whether the key opens the account that has {orders} open orders cannot be told: {cause}")]
    KeyUnproven { orders: i64, cause: Box<Reason> },
    #[error("an import from this provider is running")]
    ImportRuns,
    #[error("the provider did not answer: {cause}")]
    ProviderSilent { cause: CallCause },
    #[error("the provider's answer cannot be used: {cause}")]
    ProviderUnusable { cause: CallCause },
    #[error("the provider does not take the account or its key: \"{said}\"")]
    ProviderAccount { said: String },
    #[error("the provider refused: \"{said}\"")]
    ProviderRefused { said: String },
    #[error("the provider's list of services is empty")]
    ListEmpty,
    #[error("the provider's list of services has no usable line")]
    ListUnusable,
    #[error("set by the environment, which wins: {names}")]
    Locked { names: String },
    #[error("{gone} of {all} services sold are not in the provider's list, or not in a usable way")]
    ListIncomplete { gone: usize, all: usize },
    #[error("the provider's address, key or exchange_rate was changed meanwhile; import again")]
    ListOvertaken,
    #[error("no Telegram bot and chat are set up")]
    NoTelegram,
    #[error("this panel has no Telegram bot, or it is not ready yet")]
    NoBot,
    #[error("this panel sends no letters; ask the support")]
    NoMail,
    #[error("no backup was made: {cause}")]
    BackupFailed { cause: BackupCause },
}

impl Reason {
    pub fn balance_too_low(balance: Vnd, needed: Vnd) -> Reason {
        let (balance, needed) = (balance.get(), needed.get());
        Reason::BalanceTooLow { balance, needed, missing: needed.saturating_sub(balance) }
    }
}
