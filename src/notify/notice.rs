//! What there is to tell. Particulars only: how they read is in `render`.

use crate::kernel::note::Note;
use crate::kernel::notice::NoticeKind;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// One thing to tell. It is kept as JSON, so a variant or a field that was released keeps its name. Amounts are VND.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "what", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Notice {
    Deposit {
        username: String,
        amount: i64,
        /// The deposit's code.
        code: String,
    },
    Unmatched {
        transaction: i64,
        amount: i64,
        /// The bank's name.
        gateway: String,
        /// Why it was given to nobody, as the API names it.
        reason: String,
        /// The transfer's memo.
        content: String,
    },
    Review {
        order: i64,
        service: String,
        link: String,
        charge: i64,
        note: Note,
    },
    /// Several orders were parked for one reason.
    Parked {
        orders: i64,
        note: Note,
    },
    ProviderFails {
        provider: String,
        trouble: Note,
    },
    /// The provider is there, but the operator's account with it is not in order.
    ProviderAccount {
        provider: String,
        trouble: Note,
    },
    /// It refuses orders of several customers in words that nobody knows: it is held.
    ProviderHeld {
        provider: String,
        said: String,
    },
    /// Orders wait for a provider that gets none.
    Stranded {
        provider: String,
        orders: i64,
    },
    StrandedNoMore {
        provider: String,
    },
    ProviderLow {
        provider: String,
        /// With its currency.
        balance: String,
        /// At the present pace.
        hours_left: i64,
    },
    /// There is enough there again.
    ProviderFunded {
        provider: String,
        /// With its currency.
        balance: String,
    },
    ProviderWell {
        provider: String,
    },
    Price {
        service: i64,
        name: String,
        /// The provider's rate before and now.
        before: String,
        now: String,
        /// Whether the service was taken off sale for it.
        paused: bool,
    },
    /// A service's cost rose above customers' own prices: its rate counts for them again.
    OwnRates {
        service: i64,
        name: String,
        cost: String,
        customers: i64,
    },
    /// A provider refuses orders for a service as for one that it does not sell: it was taken off sale.
    ServiceRefused {
        service: i64,
        name: String,
        said: String,
    },
    /// Of several sources of a service one is passed over from now on; the others go on.
    SourceOff {
        service: i64,
        name: String,
        provider: String,
        /// As `paused_reason` of a service.
        why: String,
    },
    /// An order waits until another one for its link has ended at the provider.
    SameLink {
        order: i64,
        service: String,
        link: String,
        said: String,
    },
    /// A customer wants an order canceled that is delivered by hand.
    CancelAsked {
        order: i64,
        service: String,
        link: String,
        charge: i64,
    },
    /// A customer wants a refill that is done by hand.
    RefillAsked {
        refill: i64,
        order: i64,
        service: String,
        link: String,
    },
    /// Nobody can tell whether the provider has it.
    RefillParked {
        refill: i64,
        order: i64,
        note: Note,
    },
    /// Two days without news.
    RefillLate {
        refill: i64,
        order: i64,
    },
    /// A customer asks the support.
    TicketOpened(Asked),
    /// The customer goes on.
    TicketReplied(Asked),
    DailySummary(Summary),
    AuditFailed {
        differences: i64,
        first: String,
    },
    AuditWell,
    JobFailed {
        job: String,
        error: Note,
    },
    JobWell {
        job: String,
    },
    /// In a browser that was not seen before.
    AdminLogin {
        username: String,
        address: String,
        user_agent: String,
    },
    Test,
}

impl Notice {
    /// How long a trouble has to stand before it is told: what is over sooner is no news.
    pub(super) const fn hold_seconds(&self) -> i64 {
        if matches!(self, Notice::ProviderFails { .. }) {
            30
        } else if matches!(self, Notice::Stranded { .. }) {
            // Who switches a provider off for a moment needs no message.
            10 * 60
        } else {
            0
        }
    }

    /// By which the operator turns it on and off; `None`: it was asked for.
    pub const fn kind(&self) -> Option<NoticeKind> {
        Some(match self {
            Notice::Deposit { .. } => NoticeKind::Deposit,
            Notice::Unmatched { .. } => NoticeKind::Unmatched,
            Notice::Review { .. }
            | Notice::Parked { .. }
            | Notice::SameLink { .. }
            | Notice::CancelAsked { .. }
            | Notice::RefillAsked { .. }
            | Notice::RefillParked { .. }
            | Notice::RefillLate { .. } => NoticeKind::Review,
            Notice::ProviderFails { .. }
            | Notice::ProviderAccount { .. }
            | Notice::ProviderHeld { .. }
            | Notice::Stranded { .. }
            | Notice::StrandedNoMore { .. }
            | Notice::ProviderLow { .. }
            | Notice::ProviderFunded { .. }
            | Notice::ProviderWell { .. } => NoticeKind::Provider,
            Notice::Price { .. }
            | Notice::OwnRates { .. }
            | Notice::ServiceRefused { .. }
            | Notice::SourceOff { .. } => NoticeKind::Price,
            Notice::DailySummary(_) => NoticeKind::DailySummary,
            Notice::AuditFailed { .. } | Notice::AuditWell => NoticeKind::Audit,
            Notice::JobFailed { .. } | Notice::JobWell { .. } => NoticeKind::Job,
            Notice::TicketOpened(_) | Notice::TicketReplied(_) => NoticeKind::Ticket,
            Notice::AdminLogin { .. } => NoticeKind::Login,
            Notice::Test => return None,
        })
    }
}

/// What a customer wrote to the support; `text` is how it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub ticket: i64,
    pub username: String,
    pub subject: String,
    pub text: String,
}

/// A day in figures; amounts are VND.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// `2026-11-22`, in Asia/Ho_Chi_Minh.
    pub day: String,
    pub new_users: i64,
    pub deposits: Figure,
    pub orders: Figure,
    pub refunds: Figure,
    /// All users' balances, as of the summary.
    pub liabilities: i64,
    /// Orders that wait for a person, as of the summary.
    pub parked: i64,
}

/// How many, and how much together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    pub count: i64,
    pub sum: i64,
}
