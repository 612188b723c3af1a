//! The upstream that fulfils orders, spoken to in the field's "API v2".
//!
//! What lives here: the client, the exact meaning of each answer, and what an admin decides about a provider. What
//! does not: when to call, what to do with an outcome (`jobs`, `orders`), and the network itself (`outbound`).
//!
//! Invariants:
//! - A provider is not trusted. Whatever it answers, reading it neither panics nor guesses: an order counts as
//!   refused or taken only if the answer says so and nothing else.
//! - [`SubmitError::NotSent`] and [`SubmitError::Refused`] mean that no order was made; `Unknown` means that only a
//!   person can tell, so it is never followed by another `add`.
//! - Texts from a provider are shortened, cleared of control characters and of our key before anybody sees them.

mod beside;
mod calls;
mod clauses;
mod client;
mod edit;
#[cfg(fuzzing)]
pub mod fuzz;
mod listing;
mod markup;
mod model;
mod requests;
mod store;
mod text;
mod unclear;
mod vocabulary;
mod wire;
mod words;

pub use crate::kernel::figure::Decimal;
pub use calls::{CallTimes, Calls, OwnCalls};
pub use client::{Client, RefillWords, Statuses};
pub use edit::{
    Draft, Move, Patch, ProviderChange, ProviderError, Target, change, check, create, is_elsewhere, moving,
    target,
};
pub use markup::{decoded, plain};
pub use model::{
    Account, Balance, CallError, Exchange, Ground, Line, ListedService, NoReport, RefillWord, Remains,
    Report, ReportedPosts, ReportedStatus, Submission, SubmitError,
};

pub use store::{
    Callable, Held, Place, Provider, SyncTerms, account, all, begin_account, by_id, callable, configured,
    doubt, forget_refusals, held, held_count, is_account, is_in_doubt, next_round, note_refusal, panel_of,
    place_of, set_address, set_balance, set_place, set_synced, set_trouble, stopped, sync_terms,
    takes_orders,
};

pub use wire::written_order_id;

/// What stands in the place of an address for the built-in provider that only plays.
pub const SANDBOX: &str = "sandbox";

/// So many customers whose orders a provider refuses in words that nobody knows, none taken in between, make it its
/// own trouble and not that of their orders.
pub const HOLDING_CUSTOMERS: i64 = 3;
