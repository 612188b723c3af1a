//! What a look at the whole installation finds: each a code with its figures. The sentences, and what to do about what
//! is not well, stand in `static/locales/admin.*.json` (`finding`, `remedy`), for the pages and the terminal alike.

use super::cause::{BackupCause, CallCause};
use super::note::Note;
use super::reason::Reason;
use serde::Serialize;
use utoipa::ToSchema;

/// How urgent a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// All is well.
    Ok,
    /// It works, and something should be looked at.
    Warning,
    /// Something does not work, or money or data are at risk.
    Failing,
}

/// A finding. Sizes are in MB of a million bytes. Nothing in it is secret; `said` is what the system, the configuration
/// or another server says.
///
/// Causes are described as objects: pages that draw the description draw all that a cause can be each time, and Redoc
/// ran out of memory over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "code", content = "values", rename_all = "snake_case")]
#[schema(no_recursion)]
pub enum Finding {
    /// A look could not be made.
    NotLooked {
        #[schema(value_type = Object)]
        why: Note,
    },

    EnvironmentRead,
    EnvironmentRefused {
        said: String,
    },
    VariableUnknown {
        name: String,
        meant: String,
    },

    PanelRuns {
        process: i64,
    },
    PanelStopped,

    DatabaseMissing {
        path: String,
    },
    DatabaseUnusable {
        said: String,
    },
    DatabaseOlder {
        found: i64,
        wanted: i64,
    },
    DatabaseDamaged {
        said: String,
    },
    DatabaseWhole {
        mb: i64,
    },
    /// So large that a look in passing does not get through.
    DatabaseLarge {
        mb: i64,
    },

    LedgerProven {
        at: String,
    },
    LedgerUnproven,
    LedgerDiffers {
        differences: i64,
    },

    FilesPrivate,
    FilesOpen {
        files: String,
    },
    FilesForeign {
        files: String,
    },

    DiskFree {
        folder: String,
        mb: i64,
    },
    DiskLow {
        folder: String,
        mb: i64,
    },
    DiskFull {
        folder: String,
        mb: i64,
    },
    DiskNames {
        folder: String,
    },

    ClockRight {
        host: String,
    },
    ClockOff {
        host: String,
        seconds: i64,
    },
    ClockWrong {
        host: String,
        seconds: i64,
    },
    ClockUnknown,

    DescriptorsFree {
        open: i64,
        limit: i64,
    },
    DescriptorsFew {
        limit: i64,
    },
    DescriptorsGone {
        open: i64,
        limit: i64,
    },

    CertificateValid {
        days: i64,
    },
    CertificateEnds {
        days: i64,
    },
    CertificateOver,
    CertificateAwaited {
        name: String,
    },
    CertificateUnusable {
        said: String,
    },
    CertificateOtherName {
        name: String,
    },
    NoOwnCertificate,

    AddressAnswers {
        url: String,
    },
    AddressNone,
    AddressPlain {
        url: String,
    },
    /// It answers in the operator's network only.
    AddressPrivate {
        url: String,
    },
    AddressSilent {
        url: String,
        #[schema(value_type = Object)]
        cause: CallCause,
    },
    AddressOther {
        url: String,
    },
    AddressIdle {
        url: String,
    },

    ProviderAnswers {
        provider: String,
        balance: String,
    },
    ProviderFails {
        provider: String,
        why: Reason,
    },
    ProviderPractice,
    NoProvider,

    NoSepay,
    NoBank,
    SepayFails {
        #[schema(value_type = Object)]
        why: Note,
    },
    /// Customers' chats cannot be linked: what is written to the bot does not arrive.
    TelegramDeaf {
        #[schema(value_type = Object)]
        why: Note,
    },
    /// The way to it is broken, whatever the token is.
    SepayUnreached {
        #[schema(value_type = Object)]
        why: Note,
    },
    SepayTaken,
    SepayTestRefused {
        status: i64,
    },
    SepayTestLost {
        #[schema(value_type = Object)]
        cause: CallCause,
    },
    SepayIdle,
    SepayNoAddress,

    NoTelegram,
    TelegramAnswers,
    TelegramFails {
        #[schema(value_type = Object)]
        why: Note,
    },
    /// The way to it is broken, whatever the token is.
    TelegramUnreached {
        #[schema(value_type = Object)]
        why: Note,
    },

    NoMail,
    /// Neither a letter nor the support helps a customer who has lost the password.
    NoWayBack,
    /// No letter was sent yet.
    MailAnswers {
        host: String,
    },
    /// And the last letter went then.
    MailSends {
        host: String,
        sent: String,
    },
    /// It can send letters, and no links: nobody says where the panel is.
    MailNoAddress,
    MailFails {
        host: String,
        #[schema(value_type = Object)]
        why: Note,
    },
    LettersWait {
        count: i64,
    },
    /// They are tried again; `sent`: when others went since.
    LettersRefused {
        count: i64,
        #[schema(value_type = Option<Object>)]
        why: Option<Note>,
        sent: Option<String>,
    },
    /// Within a day; and why the last of them, where that is known. `sent`: when others went since.
    LettersGivenUp {
        count: i64,
        #[schema(value_type = Option<Object>)]
        why: Option<Note>,
        sent: Option<String>,
    },

    BackupsOff,
    NoBackup,
    BackupFresh {
        at: String,
    },
    BackupLate {
        hours: i64,
    },
    BackupsSealed,
    BackupsClear,
    BackupFolderReady {
        folder: String,
    },
    BackupFolderRefused {
        cause: BackupCause,
    },
    BackupRehearsed {
        at: String,
    },
    RehearsalFailed {
        #[schema(value_type = Object)]
        why: Note,
    },
    /// They are on this machine alone.
    BackupsStay,
    BackupSent {
        at: String,
    },
    BackupUnsent,
    /// `sent`: when the last one arrived.
    UploadFails {
        #[schema(value_type = Object)]
        why: Note,
        sent: Option<String>,
    },

    NothingWaits,
    /// What the overview lists, where some of it does not settle itself.
    ThingsWait {
        count: i64,
    },
    /// All that the overview lists may well settle itself.
    ThingsSettle {
        count: i64,
    },

    OnlyPanel,
    ProcessForeign {
        process: String,
        number: i64,
    },
    ProcessOldSqlite {
        process: String,
        number: i64,
        version: String,
    },
    ProcessReplicates {
        process: String,
    },
    ProcessCheckpoints {
        process: String,
    },
}

impl Finding {
    pub fn level(&self) -> Level {
        if self.is_well() {
            Level::Ok
        } else if self.can_wait() {
            Level::Warning
        } else {
            Level::Failing
        }
    }

    /// Nothing is to be done.
    fn is_well(&self) -> bool {
        use Finding as F;
        matches!(
            self,
            F::EnvironmentRead
                | F::PanelRuns { .. }
                | F::DatabaseWhole { .. }
                | F::DatabaseLarge { .. }
                | F::LedgerProven { .. }
                | F::FilesPrivate
                | F::DiskFree { .. }
                | F::ClockRight { .. }
                | F::DescriptorsFree { .. }
                | F::CertificateValid { .. }
                | F::NoOwnCertificate
                | F::AddressAnswers { .. }
                | F::ProviderAnswers { .. }
                | F::SepayTaken
                | F::TelegramAnswers
                | F::NoMail
                | F::MailAnswers { .. }
                | F::MailSends { .. }
                | F::BackupFresh { .. }
                | F::BackupsSealed
                | F::BackupFolderReady { .. }
                | F::BackupRehearsed { .. }
                | F::BackupSent { .. }
                | F::NothingWaits
                | F::ThingsSettle { .. }
                | F::OnlyPanel
                | F::ProcessReplicates { .. }
        )
    }

    /// It works, and should be looked at.
    fn can_wait(&self) -> bool {
        use Finding as F;
        matches!(
            self,
            F::VariableUnknown { .. }
                | F::PanelStopped
                | F::DatabaseOlder { .. }
                | F::LedgerUnproven
                | F::DiskLow { .. }
                | F::ClockOff { .. }
                | F::ClockUnknown
                | F::DescriptorsFew { .. }
                | F::CertificateEnds { .. }
                | F::AddressNone
                | F::AddressPlain { .. }
                | F::AddressPrivate { .. }
                | F::AddressIdle { .. }
                | F::ProviderPractice
                | F::NoProvider
                | F::NoSepay
                | F::NoBank
                | F::SepayIdle
                | F::SepayNoAddress
                | F::NoTelegram
                | F::NoWayBack
                | F::MailNoAddress
                | F::LettersWait { .. }
                | F::LettersRefused { .. }
                | F::LettersGivenUp { .. }
                | F::BackupsOff
                | F::BackupsClear
                | F::BackupsStay
                | F::BackupUnsent
                | F::ThingsWait { .. }
        )
    }
}

/// A finding and what was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its name in words: `check` in `static/locales/admin.*.json`.
    pub check: &'static str,
    pub finding: Finding,
}

impl Checked {
    pub fn is_failing(&self) -> bool {
        self.finding.level() == Level::Failing
    }
}
