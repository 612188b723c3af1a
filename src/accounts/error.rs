//! Why an account operation is refused.

use crate::kernel::error::{Fault, FieldError, Kind, Refusal, Rule};
use crate::kernel::reason::Reason;
use crate::ledger::LedgerError;

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// One or more values are not acceptable.
    #[error("{}", FieldError::list(.0))]
    Fields(Vec<FieldError>),
    #[error("this user name is taken")]
    UsernameTaken,
    #[error("this e-mail address is taken")]
    EmailTaken,
    /// No such user or another password; which of the two is not told.
    #[error("the login or the password is wrong")]
    WrongLogin,
    /// Only ever told to somebody who gave the right password.
    #[error("this account is banned")]
    Banned,
    /// The session ended while the request was under way.
    #[error("the session has ended")]
    SessionOver,
    #[error("there is no such user")]
    NoUser,
    #[error("there is no such session")]
    NoSession,
    #[error("admins cannot ban themselves")]
    OwnBan,
    /// Somebody has to be left who can come in and manage.
    #[error("this is the last admin who can log in")]
    LastAdmin,
    /// The one-time token of the first start is not this one.
    #[error("the set-up token is wrong")]
    WrongSetupToken,
    /// There is an admin already.
    #[error("the panel is set up already")]
    SetUpAlready,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl AccountError {
    /// One field at fault.
    pub fn field(field: &str, rule: Rule) -> Self {
        AccountError::Fields(vec![FieldError::new(field, rule)])
    }
}

impl Refusal for AccountError {
    fn kind(&self) -> Kind {
        match self {
            AccountError::Fields(_) => Kind::Invalid,
            AccountError::UsernameTaken
            | AccountError::EmailTaken
            | AccountError::OwnBan
            | AccountError::LastAdmin => Kind::Conflict,
            AccountError::WrongLogin | AccountError::SessionOver => Kind::Unauthenticated,
            AccountError::Banned | AccountError::WrongSetupToken => Kind::Forbidden,
            AccountError::NoUser | AccountError::NoSession | AccountError::SetUpAlready => Kind::NotFound,
            AccountError::Ledger(ledger) => ledger.kind(),
            AccountError::Fault(fault) => fault.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            AccountError::Fields(_) => "validation_failed",
            AccountError::UsernameTaken => "username_taken",
            AccountError::EmailTaken => "email_taken",
            AccountError::WrongLogin => "invalid_credentials",
            AccountError::Banned => "account_banned",
            AccountError::SessionOver => "unauthenticated",
            AccountError::NoUser | AccountError::NoSession | AccountError::SetUpAlready => "not_found",
            AccountError::OwnBan | AccountError::LastAdmin => "conflict",
            AccountError::WrongSetupToken => "forbidden",
            AccountError::Ledger(ledger) => ledger.code(),
            AccountError::Fault(fault) => fault.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            AccountError::Fields(fields) => fields.clone(),
            AccountError::Ledger(ledger) => ledger.fields(),
            AccountError::Fault(fault) => fault.fields(),
            AccountError::UsernameTaken
            | AccountError::EmailTaken
            | AccountError::WrongLogin
            | AccountError::Banned
            | AccountError::SessionOver
            | AccountError::NoUser
            | AccountError::NoSession
            | AccountError::OwnBan
            | AccountError::LastAdmin
            | AccountError::WrongSetupToken
            | AccountError::SetUpAlready => Vec::new(),
        }
    }

    fn reason(&self) -> Option<Reason> {
        match self {
            AccountError::OwnBan => Some(Reason::OwnBan),
            AccountError::LastAdmin => Some(Reason::LastAdmin),
            AccountError::WrongSetupToken => Some(Reason::WrongSetupToken),
            AccountError::Ledger(ledger) => ledger.reason(),
            AccountError::Fields(_)
            | AccountError::UsernameTaken
            | AccountError::EmailTaken
            | AccountError::WrongLogin
            | AccountError::Banned
            | AccountError::SessionOver
            | AccountError::NoUser
            | AccountError::NoSession
            | AccountError::SetUpAlready
            | AccountError::Fault(_) => None,
        }
    }
}
