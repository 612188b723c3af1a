//! What an operator can be told about. Not here: how, and whether it is wanted.

use strum::{IntoStaticStr, VariantArray};

/// A kind of notice; the operator turns each on and off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum NoticeKind {
    /// Money came in and was credited.
    Deposit,
    /// Money came in that nobody could be credited for.
    Unmatched,
    /// An order waits for a person's decision.
    Review,
    /// A provider fails, or is well again.
    Provider,
    /// A provider's price changed, or a service was paused for it.
    Price,
    DailySummary,
    /// The ledger could not be proven.
    Audit,
    /// A background job fails.
    Job,
    /// A customer asks the support, or goes on to.
    Ticket,
    /// An admin logged in from a browser that was not seen before.
    Login,
}
