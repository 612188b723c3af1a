//! Credentials in memory. Not here: where they are read from, and how they are stored.

use aws_lc_rs::digest::{SHA256, digest};

/// A key, token or password that the program has to know in the clear.
///
/// It has no `Debug`, `Display` or `Serialize`, so neither it nor a struct that holds it reaches a log line,
/// an error text or an answer by a derive. [`Secret::expose`] is the one way to the text and easy to search for.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Only for the place that sends or compares it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// By which the same secret is known again, without telling it: its SHA-256 in hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        hex::encode(digest(&SHA256, self.0.as_bytes()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
