//! The API's description, as `/openapi.json` and `smm-panel openapi` give it.
//!
//! To gather it from the handlers takes time and tens of megabytes, so a running panel never does: what is served is a
//! file of `static/`, which a test compares with what the handlers say.

#[cfg(test)]
mod handlers;

use super::assets;
use std::borrow::Cow;

pub fn json() -> Cow<'static, [u8]> {
    assets::bytes("openapi.json").unwrap_or_default()
}
