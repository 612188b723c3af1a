//! Moving in: what another panel left behind comes here, users with their passwords, balances and keys, services, and
//! the orders that are open.
//!
//! It is one transaction, so a crash leaves all of it or nothing, and it runs while nobody serves the database: it
//! reads files and hashes within it. What is only tried is done and taken back, so the report says what would be.
//! Every row is known again by its old id, and what is known is not touched: moving in again changes nothing.
//!
//! What a dump says is hostile text. The readers (`dump`, `csv`) and the meaning of each value (`rules`) are pure; what
//! tables and columns are called is data (`family`).

mod csv;
mod dump;
mod error;
mod family;
#[cfg(fuzzing)]
pub mod fuzz;
mod orders;
mod premises;
mod report;
mod rules;
mod services;
mod source;
mod store;
mod users;

pub use error::MoveInError;
pub use family::Family;
pub use report::{Report, Tell};
pub use rules::ExchangeRate;
pub use source::Source;

use crate::accounts::password::Cost;
use crate::audit_log::{self, Actor};
use crate::db::Tx;
use premises::Premises;
use serde_json::json;

/// What is to come, and how.
pub struct MoveIn {
    pub family: &'static Family,
    pub source: Source,
    /// `None`: the old panel's money is VND, or nobody said what it is.
    pub exchange: Option<ExchangeRate>,
    /// Of the bcrypt around digests that would be found by trying.
    pub cost: Cost,
    pub dry_run: bool,
}

/// Takes in all that is new of it, and says what came.
///
/// Errors: what the files are not, with the line; `RateNeeded`, `RateNeededFor`, `RateForDong`; `OnlyTried` with the
/// report after a dry run. The caller's transaction has to fail with it.
pub fn run(tx: &Tx, wanted: &MoveIn, tell: Tell) -> Result<Report, MoveInError> {
    let premises = Premises::read(tx, wanted)?;
    let mut report = Report::new(tell);
    let before = store::newest(tx)?;
    let moneys = users::take(tx, wanted, &premises, before, &mut report)?;
    services::take(tx, wanted, &premises, &mut report)?;
    orders::take(tx, wanted, &premises, before, &moneys, &mut report)?;
    if report.users.saturating_add(report.services).saturating_add(report.orders) > 0 {
        let mut entry = Actor::CONSOLE.entry("panel.move_in", format!("panel:{}", wanted.family.word));
        entry.after =
            Some(json!({ "users": report.users, "services": report.services, "orders": report.orders }));
        audit_log::record(tx, &entry)?;
    }
    if wanted.dry_run { Err(MoveInError::OnlyTried(Box::new(report))) } else { Ok(report) }
}
