//! Doors for a fuzzer to what is read of a bank's transfer.

use super::{rules, sepay};

/// A notice of SePay, signed or not.
pub fn notice(body: &[u8]) {
    if let Ok(fact) = sepay::parse(body) {
        assert!(fact.amount.get() > 0, "{fact:?}");
        codes(fact.code.as_deref(), &fact.content);
    }
}

/// Texts of a transfer: whatever surrounds a code does not hide it.
pub fn codes(code: Option<&str>, content: &str) {
    let alone = rules::find_codes(code, content);
    for found in &alone {
        let glued = format!("ck {} gd", found.to_lowercase());
        assert!(rules::find_codes(None, &glued).contains(found), "{found}");
    }
}
