//! Orders that a client sends again because it did not hear the answer: by a reference of its own, which stands for its
//! first order for ever, or, without one, by being equal in everything within some seconds.

use super::store;
use crate::accounts::MOST_REPEAT_S;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{OrderId, UserId};
use crate::kernel::text::trimmed;

const MAX_REFERENCE_CHARS: usize = 100;

/// What a client calls its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    pub fn parse(text: &str) -> Result<Reference, Rule> {
        let text = trimmed(text);
        let fits = (1..=MAX_REFERENCE_CHARS).contains(&text.chars().count());
        let is_line = !text.chars().any(char::is_control);
        let rule = Rule::Line { min: 1, max: MAX_REFERENCE_CHARS };
        if fits && is_line { Ok(Reference(text.to_owned())) } else { Err(rule) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a repetition is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    Reference(Reference),
    /// Equal within so many seconds; 0: never.
    Within(i64),
}

/// An order that may be a repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    pub user: UserId,
    pub mark: Mark,
    /// SHA-256 of all that was asked for.
    pub content: [u8; 32],
}

#[derive(Debug, thiserror::Error)]
pub enum RepeatError {
    /// The reference stands for an order of another content.
    #[error("order_reference was used for another order")]
    Reused,
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The order that this repeats, if it does. To be asked in the transaction that would place it.
pub fn repeated(tx: &ReadTx, attempted: &Attempted) -> Result<Option<OrderId>, RepeatError> {
    let Attempted { user, mark, content } = attempted;
    match mark {
        Mark::Reference(reference) => match store::by_reference(tx, *user, reference.as_str())? {
            Some((first, order)) if first == *content => Ok(Some(order)),
            Some(_) => Err(RepeatError::Reused),
            None => Ok(None),
        },
        Mark::Within(0) => Ok(None),
        Mark::Within(seconds) => {
            let since = tx.now().plus_seconds(seconds.saturating_neg());
            Ok(store::equal_since(tx, *user, content, since)?)
        }
    }
}

/// Keeps what the order is known by.
pub fn remember(tx: &Tx, attempted: &Attempted, order: OrderId) -> Result<(), Fault> {
    let Attempted { user, mark, content } = attempted;
    match mark {
        Mark::Reference(reference) => store::keep_reference(tx, *user, reference.as_str(), content, order),
        Mark::Within(0) => Ok(()),
        Mark::Within(_) => store::keep_content(tx, *user, content, order),
    }
}

/// Deletes some of what nothing can repeat any more; how many. References stay.
pub fn forget_repeatable(tx: &Tx) -> Result<usize, Fault> {
    store::delete_contents(tx, tx.now().plus_seconds(MOST_REPEAT_S.saturating_neg()))
}
