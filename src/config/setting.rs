//! What a setting is: its name, what may stand in it, and who sees it. The list of them is `table`. Pure.

use super::{Bank, Banks, Bonus, Picture, Replacements, colour};
use crate::kernel::email::email;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::text::trimmed;
use std::ops::RangeInclusive;

/// The most that a VietQR code can ask for.
const MOST_DONG: i64 = 9_999_999_999_999;

/// Something the operator can set in the panel, without a restart.
pub struct Setting {
    /// In requests, answers, the audit log and the database: `sepay.secret` is the field `secret` of `sepay`.
    pub name: &'static str,
    pub kind: Kind,
    /// In force until something is set, as the database would hold it.
    pub default: Option<&'static str>,
    /// The part of the admin's form in which it stands.
    pub section: &'static str,
    /// Whether everybody sees it, in `/api/site`; else only admins.
    pub is_public: bool,
    /// The environment variables that set it, and then win.
    pub variables: &'static [&'static str],
    /// For the API's description and for README.
    pub about: &'static str,
}

/// What may stand in a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line, never blank.
    Line {
        max: usize,
    },
    /// Any lines, or nothing. So are all kinds of text below.
    Text {
        max: usize,
    },
    /// A name, a number or an http(s) link.
    Contact,
    Email,
    /// A secret shared with another service.
    Key,
    BotToken,
    /// A chat's number or `@name`.
    Chat,
    /// The account customers pay to, as its JSON, or nothing.
    Bank,
    /// The accounts beside it, as JSON.
    Banks,
    /// What deposits bring beside, as JSON.
    Bonus,
    Number {
        min: i64,
        max: i64,
    },
    /// VND.
    Amount {
        min: i64,
    },
    Percent,
    Flag,
    /// `#rrggbb` on which white text can be read, or nothing.
    Colour,
    /// A small picture as a `data:` address, or nothing.
    Picture,
    /// Lines like `old => new`, or nothing.
    Replacements,
}

const CONTACT_CHARS: usize = 200;
const KEY_CHARS: RangeInclusive<usize> = 8..=200;

impl Setting {
    pub(super) const fn new(
        name: &'static str,
        kind: Kind,
        section: &'static str,
        about: &'static str,
    ) -> Setting {
        Setting { name, kind, default: None, section, is_public: false, variables: &[], about }
    }

    pub(super) const fn by_default(self, value: &'static str) -> Setting {
        Setting { default: Some(value), ..self }
    }

    pub(super) const fn public(self) -> Setting {
        Setting { is_public: true, ..self }
    }

    pub(super) const fn set_by(self, variables: &'static [&'static str]) -> Setting {
        Setting { variables, ..self }
    }

    /// The value as the database holds it; `None`: emptied. Errors: the fields at fault, without their values.
    pub fn check(&self, given: &str) -> Result<Option<String>, Vec<FieldError>> {
        if self.kind == Kind::Bank {
            let no_bank = || vec![FieldError::new(self.name, Rule::Object)];
            return Bank::from_json(given).ok_or_else(no_bank)?.check().map(|bank| Some(bank.json()));
        }
        if self.kind == Kind::Banks {
            return Banks::check(given).map(Some);
        }
        if self.kind == Kind::Bonus {
            return Bonus::check(given).map(Some);
        }
        let text = trimmed(given);
        if text.is_empty() && self.kind.may_be_empty() {
            return Ok(None);
        }
        match self.kind.fits(text) {
            true => Ok(Some(text.to_owned())),
            false if self.kind == Kind::Colour && colour::is_colour(text) => {
                Err(vec![FieldError::new(self.name, Rule::TooLight)])
            }
            false => Err(vec![FieldError::new(self.name, self.kind.rule())]),
        }
    }
}

impl Kind {
    /// Whether the value may be written and never read.
    pub fn is_secret(self) -> bool {
        matches!(self, Kind::Key | Kind::BotToken)
    }

    pub fn may_be_empty(self) -> bool {
        match self {
            Kind::Text { .. }
            | Kind::Contact
            | Kind::Email
            | Kind::Key
            | Kind::BotToken
            | Kind::Chat
            | Kind::Colour
            | Kind::Picture
            | Kind::Replacements
            | Kind::Bank => true,
            Kind::Line { .. }
            | Kind::Number { .. }
            | Kind::Amount { .. }
            | Kind::Percent
            | Kind::Flag
            | Kind::Banks
            | Kind::Bonus => false,
        }
    }

    /// Of a number, what it may be.
    pub fn range(self) -> Option<RangeInclusive<i64>> {
        let (Rule::Range { min, max } | Rule::AmountRange { min, max }) = self.rule() else { return None };
        Some(min..=max)
    }

    /// Of a text, how many characters it may have, where the browser counts them.
    pub fn max_chars(self) -> Option<usize> {
        let (Rule::Line { max, .. }
        | Rule::CharsAtMost { max }
        | Rule::Contact { max }
        | Rule::Key { max, .. }) = self.rule()
        else {
            return None;
        };
        Some(max)
    }

    fn fits(self, text: &str) -> bool {
        match self {
            Kind::Line { max } => is_line(text, 1..=max),
            Kind::Text { max } => {
                let hides = |c: char| c.is_control() && c != '\n' && c != '\t';
                text.chars().count() <= max && !text.contains(hides)
            }
            Kind::Contact => is_contact(text),
            Kind::Email => email(text).is_ok(),
            Kind::Key => KEY_CHARS.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()),
            Kind::BotToken => is_bot_token(text),
            Kind::Chat => is_chat(text),
            Kind::Colour => colour::carries_white(text),
            Kind::Picture => Picture::read(text).is_some(),
            Kind::Replacements => Replacements::parse(text).is_some(),
            Kind::Bank | Kind::Banks | Kind::Bonus => false,
            Kind::Number { .. } | Kind::Amount { .. } | Kind::Percent => text
                .parse::<i64>()
                .is_ok_and(|number| self.range().is_some_and(|range| range.contains(&number))),
            Kind::Flag => text.parse::<bool>().is_ok(),
        }
    }

    fn rule(self) -> Rule {
        match self {
            Kind::Line { max } => Rule::Line { min: 1, max },
            Kind::Text { max } => Rule::CharsAtMost { max },
            Kind::Contact => Rule::Contact { max: CONTACT_CHARS },
            Kind::Email => Rule::Email,
            Kind::Key => Rule::Key { min: *KEY_CHARS.start(), max: *KEY_CHARS.end() },
            Kind::BotToken => Rule::BotToken,
            Kind::Chat => Rule::Chat,
            Kind::Bank => Rule::Object,
            Kind::Banks | Kind::Bonus => Rule::List,
            Kind::Amount { min } => Rule::AmountRange { min, max: MOST_DONG },
            Kind::Number { min, max } => Rule::Range { min, max },
            Kind::Percent => Rule::Range { min: 0, max: 100 },
            Kind::Flag => Rule::Boolean,
            Kind::Colour => Rule::Colour,
            Kind::Picture => Rule::Picture { max: Picture::MOST_BYTES },
            Kind::Replacements => {
                Rule::Replacements { lines: Replacements::MOST, max: Replacements::MOST_CHARS }
            }
        }
    }
}

/// Whether it has no line break and so many characters.
pub fn is_line(text: &str, characters: RangeInclusive<usize>) -> bool {
    characters.contains(&text.chars().count()) && !text.contains(char::is_control)
}

/// Pages make links of these, so no other scheme may hide in one.
fn is_contact(text: &str) -> bool {
    let is_link = ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme));
    is_line(text, 1..=CONTACT_CHARS) && (is_link || !text.contains(':'))
}

/// It becomes a part of an address.
fn is_bot_token(text: &str) -> bool {
    let Some((bot, key)) = text.split_once(':') else { return false };
    text.len() <= 200
        && !bot.is_empty()
        && bot.bytes().all(|b| b.is_ascii_digit())
        && !key.is_empty()
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn is_chat(text: &str) -> bool {
    let name = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let number = text.strip_prefix('-').unwrap_or(text);
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let is_name = text.strip_prefix('@').is_some_and(|rest| !rest.is_empty() && name(rest));
    text.len() <= 64 && (is_number || is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_hide_no_other_scheme() {
        for good in ["0901234567", "@shop", "https://zalo.me/0901234567", "http://t.me/shop"] {
            assert!(is_contact(good), "{good}");
        }
        for bad in ["javascript:alert(1)", "data:text/html,x", "HTTPS:x", "a\nb", ""] {
            assert!(!is_contact(bad), "{bad}");
        }
    }

    #[test]
    fn tokens_keys_and_chats_look_like_what_they_are() {
        assert!(is_bot_token("123456:ABC-def_1"));
        for chat in ["42", "-1001234567890", "@thong_bao"] {
            assert!(is_chat(chat), "{chat}");
        }
        assert!(["", "1", "1:", ":a", "1:a/../b", "x:a", "1:a b"].iter().all(|bad| !is_bot_token(bad)));
        assert!(["", "-", "@", "chat", "1 2", "@a-b"].iter().all(|bad| !is_chat(bad)));
        let is_key = |text: &str| Kind::Key.fits(text);
        assert!(!is_key("short") && !is_key("has a blank in it") && is_key("12345678"));
    }
}
