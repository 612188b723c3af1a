//! Integration tests: the panel and its parts through their public doors, over real sockets and files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has to panic")]

mod accounts;
mod admin_users;
mod catalog;
mod commission;
mod crash;
mod crash_steps;
mod db;
mod deposits;
mod deposits_by_hand;
mod deposits_kept;
mod disk;
mod dispatch;
mod dispatch_arrows;
mod events;
mod health;
mod ledger;
mod notices;
mod notices_delivery;
mod order_admin;
mod order_chaos;
mod order_sync;
mod orders;
mod outages;
mod outbound;
mod outbound_leaks;
mod outbound_tls;
mod poll;
mod process;
mod provider;
mod refusals;
mod routes;
mod sandbox;
mod search;
mod sessions;
mod settings;
mod settings_refused;
mod standing;
mod stats;
mod sums;
mod support;
mod webhook;
