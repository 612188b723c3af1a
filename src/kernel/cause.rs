//! Why a call to another machine brought nothing that can be used, as a code with its figures: part of a note
//! (`kernel::note`) or of a reason, said by the pages (`cause` and `defect` in `static/locales/admin.*.json`).

use super::rule::Rule;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The cause. Its text is a part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, ToSchema)]
#[serde(tag = "code", content = "values", rename_all = "snake_case")]
#[schema(no_recursion)]
pub enum CallCause {
    // Nothing was connected.
    #[error("the address of the service {rule}")]
    Address { rule: Rule },
    #[error("the value of the header {name} has characters that cannot be sent")]
    Header { name: String },
    #[error("the name {host} could not be looked up: {said}")]
    NameNotFound { host: String, said: String },
    #[error("the look-up of {host} took too long")]
    NameSlow { host: String },
    #[error("too many name look-ups are hanging")]
    LookUpsHang,
    #[error("the name has no address")]
    NoAddress,
    #[error("{address} is not a public address")]
    NotPublic { address: String },
    #[error("no time was left to connect")]
    NoTime,
    #[error("no connection to {address}: connection refused")]
    ConnectionRefused { address: String },
    #[error("no connection to {address} in time")]
    ConnectionSlow { address: String },
    #[error("no connection to {address}: {said}")]
    NoConnection { address: String, said: String },
    /// The machine that the panel runs on.
    #[error("the panel's machine could not begin the call: {said}")]
    Machine { said: String },
    #[error("the server's certificate was not accepted: {said}")]
    Certificate { said: String },

    // No whole answer came.
    #[error("no answer within {ms} ms")]
    TimedOut { ms: u64 },
    #[error("the connection was closed without an answer")]
    Closed,
    #[error("the connection broke during the answer")]
    Broken,
    #[error("the answer was cut short")]
    CutShort,
    #[error("the answer is too long")]
    TooLong,
    #[error("the answer is only an interim one")]
    Interim,
    #[error("the answer is in an unknown transfer coding")]
    Coding,
    #[error("the connection failed: {said}")]
    Connection { said: String },
    /// A defect; the log has more.
    #[error("the HTTP client failed")]
    Client,
    /// A defect; the log has more.
    #[error("the call panicked")]
    Panicked,

    // Of a mail server.
    #[error("the server offers no TLS (STARTTLS), and nothing is sent without")]
    MailNoTls,
    #[error("the server offers no way to log in that is known here (PLAIN, LOGIN)")]
    MailNoLogin,
    #[error("the server's answer cannot be read: {said}")]
    MailUnreadable { said: String },
    /// In the server's words, without the address of the letter.
    #[error("the server answers {status} {said}")]
    MailSays { status: u16, said: String },
    #[error("the letter cannot be written to this address")]
    MailAddress,

    // What came is no answer.
    #[error("{why}; HTTP {status}: {said}")]
    Answer { why: Defect, status: u16, said: String },
    #[error("the order id holds our key")]
    IdHoldsKey,
    #[error("nothing clear is said about order {id}")]
    NothingClear { id: String },

    // It was answered, and the panel could not write that down.
    #[error("the provider took it as {id}, which could not be written down")]
    TakenUnwritten { id: String },
    #[error("the provider's answer could not be written down: {said}")]
    SaidUnwritten { said: String },
    #[error("it was not sent, which could not be written down")]
    UnsentUnwritten,
}

/// Why there is no backup, said by the pages (`backup_cause`). Its text stands alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, ToSchema)]
#[serde(tag = "code", content = "values", rename_all = "snake_case")]
#[schema(no_recursion)]
pub enum BackupCause {
    #[error("the panel may not write to {path}; let its user do so, or name another folder as BACKUP_DIR")]
    FolderDenied { path: String },
    #[error("{path} is no folder; name one as BACKUP_DIR")]
    NoFolder { path: String },
    /// In the audit's words.
    #[error("the copy does not hold and was removed: {said}")]
    NotProven { said: String },
    /// In the system's words.
    #[error("{said}")]
    Other { said: String },
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Defect {
    #[error("the status is neither 2xx nor 4xx")]
    Status,
    #[error("the server sends elsewhere")]
    Redirect,
    #[error("the body is not a JSON object")]
    NotJson,
    #[error("the answer contradicts itself")]
    Contradictory,
    #[error("there is neither an order id nor an error")]
    NeitherIdNorError,
    #[error("the error is not a text")]
    ErrorNoText,
    #[error("there are both an order id and an error")]
    IdAndError,
    #[error("the error does not say that there is no order")]
    ErrorUnclear,
    #[error("there is an order id with an error status")]
    IdWithErrorStatus,
    #[error("there is an order id with a word of failure")]
    IdWithFailure,
    #[error("the order id is not usable")]
    IdUnusable,
    #[error("there is nothing about the order")]
    NothingAboutOrder,
    #[error("there is nothing about the orders asked for")]
    NothingAboutOrders,
    #[error("there is no status")]
    NoStatus,
    #[error("there is no balance")]
    NoBalance,
    #[error("an error status without an error text")]
    NoErrorText,
    #[error("the answer is no list of services, or has more than 50000 lines")]
    NoList,
}
