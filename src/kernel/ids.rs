//! Typed ids: a `UserId` cannot be handed in where an `OrderId` belongs.

use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            pub const fn new(raw: i64) -> Self {
                $name(raw)
            }

            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

/// Calls a macro with every id type, so that `db` and `web` can teach each one their dialect.
macro_rules! for_each_id {
    ($apply:ident) => {
        $apply!(UserId, ServiceId, OrderId, DepositId, BankTxId, ProviderId, TransferId, AuditId);
    };
}
pub(crate) use for_each_id;

ids! {
    /// A customer or admin; also the id of that user's ledger account.
    UserId,
    ServiceId,
    OrderId,
    DepositId,
    /// Our number of a stored bank transaction, not the bank's.
    BankTxId,
    ProviderId,
    /// A line of the ledger.
    TransferId,
    /// A line of the audit log.
    AuditId,
}
