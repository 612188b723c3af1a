//! What the operator is told in passing, beside the English sentence: a code with its figures, which the pages and the
//! notices say in the reader's language (`note` in `static/locales/admin.*.json`; a test compares them). What somebody
//! else literally said stands among the values as their words. Notes are kept as JSON, so a name that was released
//! stays.

use super::cause::{BackupCause, CallCause};
use super::reason::Reason;
use super::rule::Rule;
use super::text::sentence;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use utoipa::ToSchema;

/// A note. Its text reads alone, but for that of a line, which is the rest of a sentence about it.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr, thiserror::Error, Serialize, Deserialize, ToSchema)]
#[serde(tag = "code", content = "values", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(no_recursion)]
pub enum Note {
    // Of a line of a provider's list.
    #[error("is not in the provider's list")]
    LineMissing,
    #[error("is a further source of service {service}, which follows it by itself")]
    LineFurtherSource { service: i64 },
    #[error("is no object")]
    LineUnreadable,
    #[error("has two ids")]
    LineTwoIds,
    #[error("has no readable id")]
    LineNoId,
    #[error("is listed twice, with different values")]
    LineTwice,
    #[error("says two things about {field}")]
    LineAmbiguous { field: String },
    #[error("has no name")]
    LineNoName,
    #[error("has no category")]
    LineNoCategory,
    #[error("has no type")]
    LineNoType,
    #[error("has a type that is not sold here: {said}")]
    LineOtherType { said: String },
    #[error("has no readable rate")]
    LineNoRate,
    #[error("has a rate of 0")]
    LineFree,
    #[error("has a rate that could mean thousands: {said}")]
    LineAmbiguousRate { said: String },
    #[error("has a rate beyond all bounds")]
    LineRateTooHigh,
    #[error("has no readable min")]
    LineNoMin,
    #[error("has no readable max")]
    LineNoMax,
    #[error("has a max of {max} below its min of {min}")]
    LineMaxBelowMin { min: i64, max: i64 },
    /// It would make a service that cannot be.
    #[error("makes no service: {field} {rule}")]
    LineNoService { field: String, rule: Rule },

    // Of a provider, and of an order's way to it.
    /// Its words, alone.
    #[error("{said}")]
    Said { said: String },
    /// Its id of the order.
    #[error("{id}")]
    ProviderOrder { id: String },
    #[error("not sent: {cause}")]
    NotSent { cause: CallCause },
    #[error("the provider's account needs attention: {said}")]
    Account { said: String },
    #[error("the provider is busy: {said}")]
    Busy { said: String },
    #[error("another order for the link is under way there: {said}")]
    SameLink { said: String },
    /// The balances of the operator's account there, as the provider writes them, before and after the call; and how
    /// many other orders were under way between the two, if any.
    #[error("outcome unknown: {cause}{}", beside(.balance_before.as_deref(), .balance_after.as_deref(), *.others))]
    OutcomeUnknown {
        cause: CallCause,
        balance_before: Option<String>,
        balance_after: Option<String>,
        others: Option<i64>,
    },
    #[error("the provider answered with id {id}, which order {order} has already")]
    IdTaken { id: String, order: i64 },
    #[error("it was taken as {id} at an account of the provider that was left then")]
    TakenAtLeft { id: String },
    #[error("the provider's account was left while it was being sent, and it was not taken: {why}")]
    LeftNotTaken { why: Box<Note> },
    #[error("the provider is at another address now, and was not asked for it any more")]
    NewAddress,
    #[error(
        "it was queued for the provider's earlier address; its service may be another one at the new address"
    )]
    QueuedForOldAddress,
    #[error("the provider's new key opens another account, which does not have it")]
    NewAccount,
    #[error("the panel stopped while it was being sent")]
    Interrupted,
    #[error("it was being sent when the backup was made")]
    SentInBackup,
    #[error("it may have been sent after the backup was made")]
    QueuedInBackup,
    /// From another panel: its number there, the word of its status, and its provider's id of it, if there was one.
    #[error("it was order {order} of {panel}, {said}{}", there(.id.as_deref()))]
    Moved { panel: String, order: String, said: String, id: Option<String> },
    #[error("the provider had it when the backup was made; it may have ended and been asked for again since")]
    OpenInBackup,
    /// VND.
    #[error("its time has come, but it would cost {cost} VND now and {charge} VND were paid for it")]
    DueAboveCharge { cost: i64, charge: i64 },
    #[error("its time has come, but its service was taken off sale by the price guard")]
    DuePaused,
    #[error("its time has come, but its service is fulfilled by hand now, or as another type")]
    DueChanged,
    #[error("order {order} for the same link has been under way at the provider for {hours} hours")]
    BehindLink { order: i64, hours: i64 },
    // Of the sources of a service.
    #[error("{from} does not take it ({why}); {to} is next")]
    NextSource { from: String, to: String, why: Box<Note> },
    #[error("the provider is switched off or cannot be called")]
    SourceOff,
    #[error("the operator's account there needs attention")]
    SourceAccount,
    #[error("it was not reached for a minute")]
    SourceSilent,
    #[error("the price guard passes it over, or it does not know the service")]
    SourceProblem,
    /// VND.
    #[error("it would cost {cost} VND there and {charge} VND were paid for it")]
    SourceDear { cost: i64, charge: i64 },
    #[error("it takes {min} to {max} units")]
    SourceLimits { min: i64, max: i64 },
    #[error("the service is of another type by now")]
    SourceType,
    #[error("the provider is this customer's own panel, where the order would come back from")]
    SourceOwnPanel,
    #[error("no answer: {cause}")]
    NoAnswer { cause: CallCause },
    #[error("unusable answer: {cause}")]
    Unusable { cause: CallCause },
    #[error("the provider says: {said}")]
    Refused { said: String },
    /// By its name; and since when what is known of it is known, if anything is.
    #[error("{provider} is in trouble{}", known(.since.as_deref()))]
    ProviderBehind { provider: String, since: Option<String> },

    // What it says about an order.
    /// A status of ours, or its word where that has no meaning here; and the field that could not be read, if any.
    #[error("{}", reported(self))]
    Reported {
        status: Option<String>,
        said: Option<String>,
        remains: Option<i64>,
        unreadable: Option<String>,
        start_count: Option<i64>,
        charge: Option<String>,
        currency: Option<String>,
    },
    #[error("the provider has paused it")]
    SubscriptionPaused,
    #[error("it is over, and the provider says nothing of its posts")]
    PostsMissing,
    #[error("the order is {ours}, the provider says {theirs}")]
    StatusDiffers { ours: String, theirs: String },
    #[error("the order is partial with {ours} undelivered, the provider says {theirs}")]
    RemainsDiffers { ours: i64, theirs: i64 },
    #[error("the provider says \"{said}\", an unknown status")]
    UnknownStatus { said: String },
    #[error("the provider says partial, but a package has no parts")]
    PartialPackage,
    #[error("the provider says partial, without what remains")]
    PartialWithoutRemains,
    #[error("the provider says partial, and what remains is unreadable")]
    PartialUnreadable,
    #[error("the provider says partial, with {units} undelivered of {quantity}")]
    PartialBeyond { units: i64, quantity: i64 },
    #[error("the provider says \"{said}\" when asked for it")]
    AskedSays { said: String },
    #[error("the provider says two things about it")]
    AskedTwice,
    #[error("the provider's report about it cannot be read")]
    AskedUnreadable,
    #[error("the provider's report is about another order")]
    AskedOther,

    // Of a background job.
    #[error("an internal fault; the log has its cause")]
    JobFault,
    #[error("it panicked; the log says where")]
    JobPanicked,
    /// The disk is full, or the database too busy.
    #[error("overloaded: {fault}")]
    Overloaded { fault: String },
    #[error("the panel is stopping")]
    Stopping,
    #[error("the database file is damaged, restore a backup: {said}")]
    FileDamaged { said: String },
    #[error("no backup was made: {cause}")]
    BackupFailed { cause: BackupCause },
    /// In the words of the restore.
    #[error("the newest backup, {name}, cannot be restored: {said}")]
    BackupUnusable { name: String, said: String },
    #[error("there is no backup to restore")]
    BackupMissing,
    #[error(
        "the newest backup, {name}, is {hours} hours old, and one is to be made every {every_hours} hours"
    )]
    BackupOld { name: String, hours: i64, every_hours: u32 },
    #[error("the storage did not answer: {cause}")]
    StorageNoAnswer { cause: CallCause },
    /// With the storage's own code.
    #[error("the storage refused: HTTP {status} {said}")]
    StorageSays { status: u16, said: String },
    #[error("what arrived of a backup at the storage is not what was sent")]
    StorageDiffers,
    #[error("what the storage says cannot be read")]
    StorageUnclear,
    /// In the system's words.
    #[error("a backup could not be read to be sent: {said}")]
    StorageNoFile { said: String },
    #[error(
        "{open} files are open of {limit} that the process may open: new connections wait or fail; close some, or \
         raise the limit (LimitNOFILE= in systemd)"
    )]
    FewFiles { open: u64, limit: u64 },
    #[error("the file of {variable} cannot be read, and the certificate before stays: {said}")]
    TlsFileNotRead { variable: String, said: String },
    #[error(
        "the file of {variable} holds nothing that can be served (PEM is needed), and the certificate before stays"
    )]
    TlsFileUnusable { variable: String },
    #[error("TLS_KEY is not the key of TLS_CERT, and the certificate before stays")]
    TlsOtherKey,
    #[error("the new certificate of TLS_CERT is over already, and the one before stays")]
    TlsFileOver,
    #[error("the certificate ends in {days} days and was not replaced")]
    CertificateEnds { days: i64 },
    /// The authority's words.
    #[error("the certificate authority refuses: {said}")]
    AcmeRefused { said: String },
    #[error("no answer from the certificate authority: {cause}")]
    AcmeNoAnswer { cause: CallCause },
    #[error("the certificate authority has not decided in time")]
    AcmeSlow,
    #[error("the certificate authority's answer (HTTP {status}) cannot be used: {said}")]
    AcmeUnusable { status: u16, said: String },
    #[error("the panel stopped while it asked the certificate authority")]
    AcmeInterrupted,
    /// Why a provider's list of services could not be followed, and how many others' could not, if any.
    #[error("provider {provider}: {reason}{}", providers(*.others))]
    CatalogReason { provider: i64, reason: Reason, others: Option<i64> },
    #[error("it is not known yet whether the new key opens the account that has the orders: {reason}")]
    KeyInDoubt { reason: Reason },
    #[error("provider {provider}: {rule}{}", providers(*.others))]
    CatalogRule { provider: i64, rule: Rule, others: Option<i64> },

    // Of SePay's list of transfers.
    #[error("SePay's list: {cause}")]
    SepayNoAnswer { cause: CallCause },
    /// This is how SePay turns a token away.
    #[error("SePay answered with an empty page: the API token is not valid")]
    SepayEmpty,
    #[error("SePay did not accept the API token (HTTP {status})")]
    SepayDenied { status: u16 },
    #[error("SePay wants to be asked less often")]
    SepayTooOften,
    #[error("SePay's list answered HTTP {status}")]
    SepayStatus { status: u16 },
    #[error("SePay's list answered with something that is no list")]
    SepayNoList,
    #[error("SePay's list answered with an error of its own")]
    SepayRefused,
    #[error("SePay's list is longer than a page and cannot be read on")]
    SepayNoWay,
    #[error("SePay's list repeats itself and cannot be read to its end")]
    SepayRepeats,
    #[error("SePay's list has no end")]
    SepayEndless,
    /// Each with how many more there are, if any.
    #[error("SePay's list holds what cannot be read: a row is no object{}", more(*.others))]
    SepayRow { others: Option<i64> },
    #[error(
        "SePay's list holds what cannot be read: {}: {field} {rule}{}", numbered(*.transfer), more(*.others)
    )]
    SepayField { transfer: Option<i64>, field: String, rule: Rule, others: Option<i64> },
    #[error("SePay's list holds what cannot be read: transfer {transfer} could not be received{}", more(*.others))]
    SepayTransfer { transfer: i64, others: Option<i64> },

    // Of Telegram.
    #[error("{cause}")]
    TelegramNoAnswer { cause: CallCause },
    #[error("HTTP {status}: {said}")]
    TelegramSays { status: u16, said: String },
    #[error("HTTP {status} without a readable answer")]
    TelegramUnreadable { status: u16 },
    #[error("Telegram wants no message for {seconds} s")]
    TelegramWaits { seconds: u64 },
    #[error("the group has moved more than once")]
    TelegramMoved,
    #[error("another program reads the bot's messages: {said}")]
    TelegramOtherReader { said: String },

    // Of letters.
    #[error("the mail server cannot be used: {cause}")]
    MailFails { cause: CallCause },
    #[error("a letter was not taken: {cause}")]
    MailNotTaken { cause: CallCause },

    // Of the panel itself.
    /// What does not hold in the ledger, in the audit's words.
    #[error("{said}")]
    Difference { said: String },
}

fn providers(others: Option<i64>) -> String {
    others.map(|others| format!(" (and {others} other providers)")).unwrap_or_default()
}

fn known(since: Option<&str>) -> String {
    since.map(|since| format!("; what is known of it is of {since}")).unwrap_or_default()
}

fn numbered(id: Option<i64>) -> String {
    id.map_or_else(|| "a transfer".to_owned(), |id| format!("transfer {id}"))
}

fn more(others: Option<i64>) -> String {
    others.map(|others| format!(" (and {others} more)")).unwrap_or_default()
}

fn beside(before: Option<&str>, after: Option<&str>, others: Option<i64>) -> String {
    let balances = match (before, after) {
        (None, None) => return String::new(),
        (before, after) => {
            let told = |balance: Option<&str>| balance.unwrap_or("unknown").to_owned();
            format!("; its balance was {} before and is {} now", told(before), told(after))
        }
    };
    let among = others.map(|others| {
        format!("; {others} other orders were being sent between the two, so the difference need not be this one's")
    });
    balances + &among.unwrap_or_default()
}

fn there(id: Option<&str>) -> String {
    id.map(|id| format!(", {id} at its provider")).unwrap_or_default()
}

/// `In progress, remains 250, start count 7, charge 0.27 USD`.
fn reported(note: &Note) -> String {
    let Note::Reported { status, said, remains, unreadable, start_count, charge, currency } = note else {
        return String::new();
    };
    let mut text = status.as_deref().map(sentence).or_else(|| said.clone()).unwrap_or_default();
    if let Some(units) = remains {
        text += &format!(", remains {units}");
    }
    if let Some(field) = unreadable {
        text += &format!(", {field} unreadable");
    }
    if let Some(count) = start_count {
        text += &format!(", start count {count}");
    }
    if let Some(charge) = charge {
        text += &format!(", charge {charge}");
        text += &currency.as_ref().map(|currency| format!(" {currency}")).unwrap_or_default();
    }
    text
}
