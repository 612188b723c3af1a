//! What a demo has beside a panel.

use super::RequestChannel;
use crate::kernel::money::Vnd;
use std::sync::OnceLock;

#[derive(Default)]
pub struct Demo {
    /// Where a customer has the bank played.
    pub transfers: RequestChannel<Transfer, Result<(), String>>,
    /// Where this panel listens, once it does.
    pub listens_at: OnceLock<String>,
}

/// A bank transfer to be played.
pub struct Transfer {
    pub content: String,
    pub amount: Vnd,
}
