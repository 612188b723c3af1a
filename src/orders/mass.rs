//! Many orders at once: each line is priced as if the lines before it were bought, and all become orders in one
//! transaction, or none does.

use super::error::OrderError;
use super::model::Order;
use super::place::{Placement, Priced, charged, insert, priced, too_much};
use crate::accounts;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::FieldError;
use crate::kernel::ids::UserId;
use crate::kernel::money::Vnd;

/// What a line asks for, or what in it cannot be read.
pub type Line = Result<Placement, FieldError>;

/// The lines, each with its price or why it is refused.
pub struct Basket {
    lines: Vec<Result<Priced, OrderError>>,
    /// Of the lines that are not refused.
    pub total: Vnd,
    pub balance: Vnd,
}

impl Basket {
    /// What each line costs, or why it is refused.
    pub fn charges(&self) -> impl Iterator<Item = Result<Vnd, &OrderError>> {
        self.lines.iter().map(|line| line.as_ref().map(|priced| priced.charge))
    }
}

/// Looks at all the lines as `place_all` would meet them; a refused line costs nothing.
///
/// Errors: `Maintenance`.
pub fn look(tx: &ReadTx, user: UserId, lines: Vec<Line>) -> Result<Basket, OrderError> {
    let (mut total, mut spending) = (Vnd::ZERO, Vnd::ZERO);
    let mut looked_at = Vec::with_capacity(lines.len());
    for line in lines {
        let line = match line {
            Err(unread) => Err(OrderError::Fields(vec![unread])),
            Ok(placement) => priced(tx, placement, spending),
        };
        let line = line.and_then(|line| {
            total = total.plus(line.charge).map_err(|_| too_much())?;
            spending = spending.plus(line.spent()).map_err(|_| too_much())?;
            Ok(line)
        });
        match line {
            Err(no @ (OrderError::Fault(_) | OrderError::Maintenance)) => return Err(no),
            line => looked_at.push(line),
        }
    }
    let buyer = accounts::buyer(tx, user, Vnd::ZERO)?;
    let balance = buyer.map_or(Vnd::ZERO, |buyer| buyer.balance);
    Ok(Basket { lines: looked_at, total, balance })
}

/// Makes and charges all of them.
///
/// Errors: `PriceChanged` when they cost more than expected, the ledger's `Insufficient`, and what the first refused
/// line is refused for.
pub fn place_all(tx: &Tx, basket: Basket, expected_total: Option<Vnd>) -> Result<Vec<Order>, OrderError> {
    let Basket { lines, total, balance } = basket;
    let lines = lines.into_iter().collect::<Result<Vec<Priced>, OrderError>>()?;
    charged(total, expected_total, balance)?;
    lines.into_iter().map(|priced| insert(tx, priced)).collect()
}
