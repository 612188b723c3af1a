//! What the tests are built from.

pub mod app;
pub mod away;
pub mod bank;
pub mod binary;
pub mod browser;
pub mod chain;
pub mod fake_acme;
pub mod fake_provider;
pub mod fake_s3;
pub mod fake_sepay;
pub mod fake_smtp;
pub mod fake_telegram;
pub mod http;
pub mod listen;
pub mod member;
pub mod old_panel;
pub mod operated;
pub mod process;
pub mod reply;
pub mod reseller;
pub mod shop;
pub mod sourced;
pub mod tcp;
pub mod tls;
pub mod told;
pub mod wire;
