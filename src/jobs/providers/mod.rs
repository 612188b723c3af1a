//! The jobs that talk to providers: sending orders, asking what became of them, reading lists of services, trying out.

pub mod after_sale;
mod attempt;
pub mod dispatch;
mod fetch_catalog;
pub mod import;
mod poll_cursor;
pub mod poll_orders;
mod throttle;
mod trouble;
pub mod try_provider;

pub(super) use fetch_catalog::fetch_catalog;
pub(super) use import::keep_listed;
pub(super) use trouble::Troubles;
