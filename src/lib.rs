//! The panel.

pub mod db;
pub mod kernel;
pub mod ledger;
