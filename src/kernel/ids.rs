//! Typed ids: a `UserId` cannot be handed in where an `OrderId` belongs.

use super::text::trimmed;
use std::fmt;

/// The number in `#297`, as people write the id of what they look for. One beyond 64 bits names nothing.
pub fn after_hash(text: &str) -> Option<i64> {
    let digits = trimmed(text).strip_prefix('#')?.trim_start();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(i64::MAX))
}

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

        impl From<i64> for $name {
            fn from(raw: i64) -> Self {
                $name(raw)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

/// Calls a macro with every id type: here, and in `db`, which teaches each one its dialect.
macro_rules! for_each_id {
    ($apply:ident) => {
        $apply! {
            /// A customer or admin; also the id of that user's ledger account.
            UserId,
            ServiceId,
            /// What services are listed under.
            CategoryId,
            OrderId,
            /// A request to top an order up.
            RefillId,
            DepositId,
            /// What a customer asks the support.
            TicketId,
            CannedAnswerId,
            CouponId,
            AnnouncementId,
            /// What a user was given.
            BonusId,
            /// Our number of a stored bank transaction, not the bank's.
            BankTxId,
            ProviderId,
            /// A line of the ledger.
            TransferId,
            /// A line of the audit log.
            AuditId,
            SessionId,
            /// A key of the reseller API.
            ApiKeyId,
            /// A try to log in.
            LoginId,
        }
    };
}
pub(crate) use for_each_id;

for_each_id!(ids);

/// Some users. In a statement it is a JSON array of their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserSet(Vec<UserId>);

impl UserSet {
    pub fn new(users: Vec<UserId>) -> Self {
        UserSet(users)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn contains(&self, user: UserId) -> bool {
        self.0.contains(&user)
    }

    pub fn ids(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.iter().map(|user| user.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_behind_its_hash() {
        for text in ["#297", " #297 ", "# 297", "#0297"] {
            assert_eq!(after_hash(text), Some(297), "{text}");
        }
        assert_eq!(after_hash("#99999999999999999999"), Some(i64::MAX));
        for text in ["", "#", "297", "##297", "#29 7", "#-1", "#a", "#297a", "x#297"] {
            assert_eq!(after_hash(text), None, "{text}");
        }
    }
}
