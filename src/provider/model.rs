//! What is said to a provider and what it can mean. No bytes, no network.

use super::words;
use crate::kernel::cause::CallCause;
use crate::kernel::ids::ProviderId;
use crate::kernel::note::Note;
use crate::kernel::reason::Reason;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::kernel::figure::Decimal;

/// An account at a provider: its ids of orders mean something there alone. A provider at another address, or with a key
/// that opens another one, goes on under the next number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub provider: ProviderId,
    pub number: i64,
}

/// One order as the provider is to make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    pub provider_service_id: String,
    /// `None`: its fields say for whom it is.
    pub link: Option<String>,
    /// What its type needs besides, by the provider's names.
    pub fields: Vec<(&'static str, String)>,
}

/// One `add` as it went and what came back, for the operator's eyes: shortened, and without our key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    /// The fields, without the key.
    pub request: Option<BTreeMap<String, String>>,
    /// HTTP status and body. `None`: there was no answer.
    pub answer: Option<String>,
    pub duration: Option<Duration>,
    /// The operator's money at the provider, as heard of last before the call and as asked for after it; where a
    /// person has to decide whether the call did anything.
    pub balance_before: Option<String>,
    pub balance_after: Option<String>,
}

/// Why there is no provider order id. The texts are what the provider said, at most 300 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The provider clearly said no to this order: there is none.
    #[error("refused: {1}")]
    Refused(Ground, String),
    /// The provider said no because of our account with it (no funds, a wrong key): there is no order, and the
    /// same order may pass once the operator has seen to it.
    #[error("the provider's account needs attention: {0}")]
    AccountTrouble(String),
    /// It takes nothing from anybody now: there is no order, and the same one may pass later.
    #[error("the provider is busy: {0}")]
    Busy(String),
    /// It wants another order for the same link to end first: there is no order, and the same one may pass later.
    #[error("another order for the link is under way there: {0}")]
    SameLink(String),
    /// Nothing left the machine.
    #[error("not sent: {0}")]
    NotSent(CallCause),
    /// An order may or may not have been made.
    #[error("outcome unknown: {0}")]
    Unknown(CallCause),
}

impl SubmitError {
    /// What a person has to know of an outcome that could not be written down.
    pub fn unwritten(outcome: Result<String, SubmitError>) -> SubmitError {
        SubmitError::Unknown(match outcome {
            Ok(id) => CallCause::TakenUnwritten { id },
            Err(SubmitError::Unknown(cause)) => cause,
            Err(SubmitError::NotSent(_)) => CallCause::UnsentUnwritten,
            Err(
                SubmitError::Refused(_, said)
                | SubmitError::AccountTrouble(said)
                | SubmitError::Busy(said)
                | SubmitError::SameLink(said),
            ) => CallCause::SaidUnwritten { said },
        })
    }

    /// For the operator.
    pub fn note(&self) -> Note {
        match self.clone() {
            SubmitError::Refused(_, said) => Note::Said { said },
            SubmitError::AccountTrouble(said) => Note::Account { said },
            SubmitError::Busy(said) => Note::Busy { said },
            SubmitError::SameLink(said) => Note::SameLink { said },
            SubmitError::NotSent(cause) => Note::NotSent { cause },
            SubmitError::Unknown(cause) => {
                Note::OutcomeUnknown { cause, balance_before: None, balance_after: None, others: None }
            }
        }
    }
}

/// What a refusal is about, as far as its words are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The link, the quantity or the comments.
    Customer,
    /// The provider does not sell the service.
    Service,
    /// Nobody here knows these words. They may be about the order, and as well about the operator's account.
    Unknown,
}

/// Why a call that only reads brought nothing. Trying again later is always safe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No answer: not connected, cut off, too slow, too long.
    #[error("no answer: {0}")]
    Unreachable(CallCause),
    /// An answer that is none of API v2: an error page, a redirect, broken JSON.
    #[error("unusable answer: {0}")]
    Unusable(CallCause),
    /// The provider's own `{"error"}` for the call as a whole.
    #[error("the provider says: {0}")]
    Refused(String),
    /// The same, where it speaks of our account: no funds, a wrong key.
    #[error("the provider says: {0}")]
    Account(String),
}

impl CallError {
    /// For the operator.
    pub fn note(&self) -> Note {
        match self.clone() {
            CallError::Unreachable(cause) => Note::NoAnswer { cause },
            CallError::Unusable(cause) => Note::Unusable { cause },
            CallError::Refused(said) | CallError::Account(said) => Note::Refused { said },
        }
    }

    pub fn reason(&self) -> Reason {
        match self {
            CallError::Unreachable(cause) => Reason::ProviderSilent { cause: cause.clone() },
            CallError::Unusable(cause) => Reason::ProviderUnusable { cause: cause.clone() },
            CallError::Refused(said) => Reason::ProviderRefused { said: said.clone() },
            CallError::Account(said) => Reason::ProviderAccount { said: said.clone() },
        }
    }
}

/// What a provider says about one of its orders. Nothing in it has been compared with our order yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub status: ReportedStatus,
    pub remains: Remains,
    /// Not negative; `None` when missing or unreadable.
    pub start_count: Option<i64>,
    /// What the provider took so far, in its currency.
    pub charge: Option<Decimal>,
    pub currency: Option<String>,
    /// What it says of the posts of a subscription.
    pub posts: ReportedPosts,
}

/// The posts that a subscription was carried out for so far; nothing of anything else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportedPosts {
    /// Whether it says how many there are.
    pub is_told: bool,
    /// Whether it says something of them that nobody can read: there may be more.
    pub is_unreadable: bool,
    /// How many; 0 when missing or unreadable.
    pub count: i64,
    /// The provider's ids of the orders that it made for them, as far as they can be read.
    pub orders: Vec<String>,
}

impl Report {
    /// For the operator: `Partial, remains 250, charge 0.27 USD`.
    pub fn note(&self) -> Note {
        let (status, said) = match &self.status {
            ReportedStatus::Pending => (Some("pending"), None),
            ReportedStatus::Processing => (Some("processing"), None),
            ReportedStatus::InProgress => (Some("in_progress"), None),
            ReportedStatus::Completed => (Some("completed"), None),
            ReportedStatus::Partial => (Some("partial"), None),
            ReportedStatus::Canceled => (Some("canceled"), None),
            ReportedStatus::Expired => (None, Some("Expired".to_owned())),
            ReportedStatus::Paused => (None, Some("Paused".to_owned())),
            ReportedStatus::Unknown(word) => (None, Some(word.clone())),
        };
        let (remains, unreadable) = match self.remains {
            Remains::Missing => (None, None),
            Remains::Unreadable => (None, Some("remains".to_owned())),
            Remains::Count(units) => (Some(units), None),
        };
        let charge = self.charge.as_ref().map(|charge| charge.as_str().to_owned());
        Note::Reported {
            status: status.map(str::to_owned),
            said,
            remains,
            unreadable,
            start_count: self.start_count,
            currency: self.currency.clone().filter(|_| charge.is_some()),
            charge,
        }
    }
}

/// How far a provider says that a refill is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefillWord {
    Pending,
    InProgress,
    Completed,
    Rejected,
    /// Its word.
    Unknown(String),
}

/// Why an answer holds no report about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoReport {
    /// What the provider says instead.
    Said(String),
    /// It says two things.
    Twice,
    Unreadable,
    /// It is about another order.
    OfAnother,
}

impl NoReport {
    /// Whether there clearly is no order of this id; all else may pass.
    pub fn denies_the_order(&self) -> bool {
        matches!(self, NoReport::Said(error) if words::is_unknown_order(error))
    }

    pub fn note(&self) -> Note {
        match self {
            NoReport::Said(said) => Note::AskedSays { said: said.clone() },
            NoReport::Twice => Note::AskedTwice,
            NoReport::Unreadable => Note::AskedUnreadable,
            NoReport::OfAnother => Note::AskedOther,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportedStatus {
    Pending,
    Processing,
    InProgress,
    Completed,
    Partial,
    /// Canceled or refunded: the provider took nothing in the end.
    Canceled,
    /// Of a subscription: its last day is over.
    Expired,
    /// Of a subscription: it does not go on, nobody knows for how long.
    Paused,
    /// Any other word, as the provider wrote it (shortened); empty when there was none. "Failed" and "Error" are
    /// here too: they do not say whether anything was delivered.
    Unknown(String),
}

/// The undelivered units as reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remains {
    Missing,
    /// Not a whole number, or beyond `i64`.
    Unreadable,
    /// 0 or more: a provider that delivered too much reports less than 0, which counts as 0.
    Count(i64),
}

/// The operator's money at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// `Err`: as the provider wrote it, where that is no number or could be two.
    pub amount: Result<Decimal, String>,
    /// Upper case as a rule, but whatever the provider calls it.
    pub currency: Option<String>,
}

/// The amount, readable or not.
impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.amount {
            Ok(amount) => amount.as_str(),
            Err(said) => said,
        })
    }
}

/// One line of a provider's list of services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The provider's own id; `None` when that cannot be read.
    pub id: Option<String>,
    /// As far as it can be read, to show which line is meant.
    pub name: String,
    /// Or why the line cannot be used.
    pub read: Result<ListedService, Note>,
}

/// A service as the provider offers it. Texts are one line each, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedService {
    pub id: String,
    pub name: String,
    pub category: String,
    /// May be empty.
    pub description: String,
    /// The provider's word for how it is ordered, in any spelling.
    pub kind: String,
    /// Above 0, in the provider's currency, for 1,000 units or for one order, depending on the kind.
    pub rate: Decimal,
    /// `None`: missing or unreadable; some kinds need none.
    pub min: Option<i64>,
    pub max: Option<i64>,
    /// `None`: the list does not say.
    pub refill: Option<bool>,
    pub cancel: Option<bool>,
    pub dripfeed: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_one_line() {
        let report = Report {
            status: ReportedStatus::InProgress,
            remains: Remains::Count(250),
            start_count: Some(7),
            charge: Decimal::parse("0.27"),
            currency: Some("USD".to_owned()),
            posts: ReportedPosts::default(),
        };
        assert_eq!(report.note().to_string(), "In progress, remains 250, start count 7, charge 0.27 USD");
        let bare = Report { remains: Remains::Missing, start_count: None, charge: None, ..report };
        assert_eq!(bare.note().to_string(), "In progress");
    }
}
