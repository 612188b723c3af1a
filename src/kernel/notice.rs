//! What an operator can be told about. Not here: how, and whether it is wanted.

/// A kind of notice; the operator turns each on and off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// An admin logged in from a browser that was not seen before.
    Login,
}

impl NoticeKind {
    pub const ALL: [NoticeKind; 9] = [
        NoticeKind::Deposit,
        NoticeKind::Unmatched,
        NoticeKind::Review,
        NoticeKind::Provider,
        NoticeKind::Price,
        NoticeKind::DailySummary,
        NoticeKind::Audit,
        NoticeKind::Job,
        NoticeKind::Login,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            NoticeKind::Deposit => "deposit",
            NoticeKind::Unmatched => "unmatched",
            NoticeKind::Review => "review",
            NoticeKind::Provider => "provider",
            NoticeKind::Price => "price",
            NoticeKind::DailySummary => "daily_summary",
            NoticeKind::Audit => "audit",
            NoticeKind::Job => "job",
            NoticeKind::Login => "login",
        }
    }
}
