//! What the tests are built from.

pub mod app;
pub mod fake_provider;
pub mod http;
pub mod member;
pub mod reply;
pub mod tcp;
pub mod wire;
