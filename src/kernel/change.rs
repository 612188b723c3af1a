//! What may have changed for somebody who is looking: the news, without its content.

use super::ids::{DepositId, OrderId, RefillId, TicketId, UserId};

/// Something that can be seen has changed. Whoever hears of it reads the present state: a change says where to look,
/// so that equal ones are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Some of the user's sessions may have ended.
    Session(UserId),
    /// An order of the user.
    Order(UserId, OrderId),
    /// A refill of the user.
    Refill(UserId, RefillId),
    /// A deposit of the user.
    Deposit(UserId, DepositId),
    /// A ticket of the user.
    Ticket(UserId, TicketId),
    /// The user's balance or spending.
    Balance(UserId),
    /// What waits for an admin's decision.
    Review,
}
