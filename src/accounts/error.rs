//! Why an account operation is refused.

use super::MOST_KEYS;
use crate::kernel::error::{Answer, Code, Fault, FieldError, Refusal, Rule};
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
    /// The password is right, and log-ins of this user ask for a code too.
    #[error("a code of the second factor is needed")]
    TotpRequired,
    #[error("the code is wrong, or was used before")]
    InvalidTotp,
    /// The session has to show once more who sits before it.
    #[error("give the password once more, by POST /api/auth/confirm")]
    NotConfirmed,
    /// To work in the admin panel.
    #[error("set up the second factor of your account first")]
    FactorNeeded,
    #[error("{}", Reason::FactorOn)]
    FactorOn,
    #[error("{}", Reason::NoFactor)]
    NoFactor,
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
    #[error("there is no such key")]
    NoKey,
    #[error("{}", Reason::KeyNameTaken)]
    KeyNameTaken,
    #[error("{}", Reason::TooManyKeys { max: MOST_KEYS })]
    TooManyKeys,
    #[error("admins cannot ban themselves")]
    OwnBan,
    /// The panel is seen as a customer only.
    #[error("{}", Reason::StaffNotViewed)]
    NotViewed,
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
    fn answer(&self) -> Answer {
        match self {
            AccountError::Fields(fields) => Answer::invalid(fields),
            AccountError::UsernameTaken => Code::UsernameTaken.into(),
            AccountError::EmailTaken => Code::EmailTaken.into(),
            AccountError::WrongLogin => Code::InvalidCredentials.into(),
            AccountError::TotpRequired => Code::TotpRequired.into(),
            AccountError::InvalidTotp => Code::InvalidTotp.into(),
            AccountError::NotConfirmed => Code::ConfirmationRequired.into(),
            AccountError::FactorNeeded => Code::TotpSetupRequired.into(),
            AccountError::FactorOn => Answer::because(Code::Conflict, Reason::FactorOn),
            AccountError::NoFactor => Answer::because(Code::Conflict, Reason::NoFactor),
            AccountError::Banned => Code::AccountBanned.into(),
            AccountError::SessionOver => Code::Unauthenticated.into(),
            AccountError::NoUser
            | AccountError::NoSession
            | AccountError::NoKey
            | AccountError::SetUpAlready => Code::NotFound.into(),
            AccountError::KeyNameTaken => Answer::because(Code::Conflict, Reason::KeyNameTaken),
            AccountError::TooManyKeys => {
                Answer::because(Code::Conflict, Reason::TooManyKeys { max: MOST_KEYS })
            }
            AccountError::OwnBan => Answer::because(Code::Conflict, Reason::OwnBan),
            AccountError::NotViewed => Answer::because(Code::Forbidden, Reason::StaffNotViewed),
            AccountError::LastAdmin => Answer::because(Code::Conflict, Reason::LastAdmin),
            AccountError::WrongSetupToken => Answer::because(Code::Forbidden, Reason::WrongSetupToken),
            AccountError::Ledger(error) => error.answer(),
            AccountError::Fault(fault) => fault.answer(),
        }
    }
}
