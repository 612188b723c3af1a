//! The panel.

pub mod db;
pub mod kernel;
pub mod ledger;
pub mod outbound;
pub mod provider;
