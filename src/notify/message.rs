//! What a message to Telegram is made of: its HTML, and the same words without markup for when it is not taken. Pure.
//!
//! Everything somebody else wrote is cut to its length first and escaped afterwards, so that no cut falls into an
//! escape; it stands in `<code>` where it could be a link, so that nobody follows a customer's link by a slip of the
//! thumb.

use crate::kernel::text::is_invisible;

/// One message, twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    pub html: String,
    pub plain: String,
}

impl Message {
    /// As Telegram counts, which does so as UTF-16; with the markup.
    pub fn length(&self) -> usize {
        self.html.encode_utf16().count()
    }

    /// Our own words, that hold nothing to escape.
    pub fn raw(&mut self, text: &str) {
        self.html.push_str(text);
        self.plain.push_str(text);
    }

    pub fn heading(&mut self, vietnamese: &str, english: &str) {
        self.html.push_str(&format!("<b>{}</b> · {}", escape(vietnamese), escape(english)));
        self.plain.push_str(&format!("{vietnamese} · {english}"));
    }

    /// A label of ours and whatever somebody else wrote.
    pub fn line(&mut self, label: &str, value: &str, longest: usize) {
        let value = cut(value, longest);
        self.html.push_str(&format!("\n{label}: <code>{}</code>", escape(&value)));
        self.plain.push_str(&format!("\n{label}: {value}"));
    }

    pub fn note(&mut self, text: &str) {
        self.raw("\n");
        self.said(text);
    }

    /// A sentence of ours; its values may be somebody else's.
    pub fn said(&mut self, text: &str) {
        self.html.push_str(&escape(text));
        self.plain.push_str(text);
    }

    /// Whatever somebody else wrote, behind what was said.
    pub fn quote(&mut self, value: &str, longest: usize) {
        let value = cut(value, longest);
        self.html.push_str(&format!("<code>{}</code>", escape(&value)));
        self.plain.push_str(&value);
    }

    pub fn link(&mut self, url: &str, text: &str) {
        self.html.push_str(&format!("<a href=\"{}\">{}</a>", escape(url), escape(text)));
        self.plain.push_str(&format!("{text}: {url}"));
    }
}

/// One line of at most so many characters, without what could reorder or break the lines around it.
fn cut(text: &str, longest: usize) -> String {
    let plain = |c: char| if c.is_control() || is_invisible(c) { ' ' } else { c };
    let mut kept: String = text.chars().map(plain).take(longest).collect();
    if text.chars().nth(longest).is_some() {
        kept.pop();
        kept.push('…');
    }
    kept
}

/// Telegram knows only these four entities by name.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            plain => escaped.push(plain),
        }
    }
    escaped
}
