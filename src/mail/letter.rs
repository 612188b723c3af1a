//! What users are written about.

use crate::db::word_column;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use strum::{IntoStaticStr, VariantArray};

/// A letter with its particulars. An epoch is the user's when the letter was asked for: once it is another one, the
/// letter is no news any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// With a link that sets another password.
    ResetPassword {
        epoch: i64,
    },
    /// To the new address, with a link that makes it the account's.
    ConfirmEmail {
        epoch: i64,
    },
    PasswordChanged,
    /// To the old address.
    EmailChanged,
    FactorOn,
    FactorOff,
    RecoveryCodes,
    /// From a browser that the account has not used before, as far as can be told.
    NewLogin {
        address: Option<IpAddr>,
        agent: Option<String>,
    },
    NewApiKey,
    /// A chat is told of the account from now on.
    TelegramLinked,
    /// The support has answered; `text` is how the answer begins.
    TicketAnswered {
        ticket: i64,
        text: String,
    },
}

/// Which one it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum LetterKind {
    ResetPassword,
    ConfirmEmail,
    PasswordChanged,
    EmailChanged,
    FactorOn,
    FactorOff,
    RecoveryCodes,
    NewLogin,
    NewApiKey,
    TelegramLinked,
    TicketAnswered,
}

word_column!(LetterKind);

impl LetterKind {
    /// Whether it has a link that opens something by itself.
    pub const fn has_link(self) -> bool {
        matches!(self, LetterKind::ResetPassword | LetterKind::ConfirmEmail)
    }
}

impl Letter {
    pub const fn kind(&self) -> LetterKind {
        match self {
            Letter::ResetPassword { .. } => LetterKind::ResetPassword,
            Letter::ConfirmEmail { .. } => LetterKind::ConfirmEmail,
            Letter::PasswordChanged => LetterKind::PasswordChanged,
            Letter::EmailChanged => LetterKind::EmailChanged,
            Letter::FactorOn => LetterKind::FactorOn,
            Letter::FactorOff => LetterKind::FactorOff,
            Letter::RecoveryCodes => LetterKind::RecoveryCodes,
            Letter::NewLogin { .. } => LetterKind::NewLogin,
            Letter::NewApiKey => LetterKind::NewApiKey,
            Letter::TelegramLinked => LetterKind::TelegramLinked,
            Letter::TicketAnswered { .. } => LetterKind::TicketAnswered,
        }
    }
}
