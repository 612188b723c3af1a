//! What a value of a request must be: every demand the panel makes of a field, with its figures. A rule is public: its
//! name and values stand in answers beside the English sentence, and the pages say it in the reader's language from
//! these. A new demand is a variant here and a line in each language of `static/locales/`; a test compares them.

use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// A demand. Its text is the rest of a sentence that begins with the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, ToSchema)]
#[serde(tag = "rule", content = "values", rename_all = "snake_case")]
#[schema(no_recursion)]
pub enum Rule {
    // How it is sent.
    #[error("is needed")]
    Needed,
    #[error("is needed with {field}")]
    NeededWith { field: String },
    #[error("does not go with {field}")]
    NotWith { field: String },
    #[error("is given instead of the other one or not at all: exactly one of {fields}")]
    OneOfFields { fields: Words },
    #[error("is not known here")]
    UnknownField,
    #[error("is there twice")]
    Repeated,
    /// None of what may stand there.
    #[error("cannot be read")]
    Unreadable,
    #[error("must be a JSON object")]
    Object,
    #[error("must be a list")]
    List,
    #[error("must have {min} to {max} entries")]
    Entries { min: usize, max: usize },
    /// A filter; null: it matches more, and nobody has counted how many.
    #[error("must match 1 to {max} of the list, and matches {}", counted(*.matched))]
    Matches { max: usize, matched: Option<usize> },
    #[error("must be a text")]
    Text,
    #[error("must be a whole number")]
    Integer,
    #[error("must be true or false")]
    Boolean,
    /// A decimal number as a text, or a whole one.
    #[error("must be a decimal number with at most {places} places, from 0 to {max}")]
    Decimal { places: u32, max: i64 },
    #[error("must be one of {words}")]
    OneOf { words: Words },
    #[error("must be an id")]
    Id,
    #[error("must be the next_cursor of the previous answer")]
    Cursor,
    #[error("must be a time like 2026-11-22T07:39:00Z or a day like 2026-11-22")]
    Time,
    #[error("must be a time like 2026-11-22T07:39:00Z, after now and at most {days} days ahead")]
    TimeAhead { days: i64 },
    #[error("must be a day like 2026-11-22, from tomorrow to {days} days ahead")]
    DayAhead { days: i64 },
    /// An id or a code that stands for nothing.
    #[error("names nothing that exists")]
    NoSuch,

    // How much it is.
    #[error("must be from {min} to {max}")]
    Range { min: i64, max: i64 },
    #[error("must be {value}")]
    Exactly { value: i64 },
    #[error("must be at least {min}")]
    AtLeast { min: i64 },
    /// VND.
    #[error("must be from {min} to {max} VND")]
    AmountRange { min: i64, max: i64 },
    /// VND.
    #[error("must be at most {max} VND")]
    AmountAtMost { max: i64 },
    #[error("must not be 0")]
    NotZero,
    #[error("must be above 0")]
    AboveZero,
    #[error("must not be below {field}")]
    NotBelow { field: String },
    #[error("must not be above {field}")]
    NotAbove { field: String },
    #[error("must be after {field}")]
    After { field: String },
    #[error("must not be after {field}")]
    NotAfter { field: String },
    #[error("must be at most {days} days before {field}")]
    DaysBefore { days: i64, field: String },

    // How long it is, and of what.
    #[error("must have {min} to {max} characters")]
    Chars { min: usize, max: usize },
    #[error("must be one line of {min} to {max} characters")]
    Line { min: usize, max: usize },
    #[error("must have at least {min} characters")]
    CharsAtLeast { min: usize },
    #[error("must have at most {max} characters")]
    CharsAtMost { max: usize },
    #[error("must have at most {max} bytes")]
    BytesAtMost { max: usize },
    #[error("must not hold control characters")]
    NoControl,
    #[error("must have {min} to {max} characters without spaces")]
    NoBlanks { min: usize, max: usize },
    #[error("must be {min} to {max} printable ASCII characters without blanks")]
    Key { min: usize, max: usize },
    #[error("must be {count} digits")]
    Digits { count: usize },
    #[error("must be {min} to {max} letters and digits")]
    LettersAndDigits { min: usize, max: usize },

    #[error("must be {min} to {max} of the characters A-Z 0-9 - _")]
    CouponCode { min: usize, max: usize },

    // Accounts.
    #[error("must be {min} to {max} of the characters a-z 0-9 _ . -")]
    Username { min: usize, max: usize },
    #[error("must be an e-mail address like name@example.com")]
    Email,
    #[error("is not the present password")]
    WrongPassword,
    #[error("is not a code that counts now")]
    WrongCode,
    #[error("is a link that was used, is too old, or was never made; ask for a new one")]
    LinkOver,
    #[error("is one of the most common passwords")]
    CommonPassword,
    #[error("reads like a name of the staff's")]
    StaffName,
    #[error("is shown newest first: leave out `sort` and `tier`")]
    SearchNewestFirst,
    #[error("must be left out or `spent`: users of a tier come by spending")]
    TierBySpending,

    // Orders.
    #[error("must be an absolute http or https address of at most {max} characters, without spaces")]
    Url { max: usize },
    #[error("must be a user name, with or without @")]
    Handle,
    #[error("must be an http or https address of at most {max} characters without spaces, or a user name")]
    UrlOrHandle { max: usize },
    /// One of several lines, of which none is carried out then.
    #[error("is refused, and why is beside it in `lines`")]
    LineRefused,
    #[error("is not taken by this service")]
    NotTaken,
    #[error("is needed, one a line")]
    Lines,
    #[error("must be the number of lines, {lines}")]
    LinesCounted { lines: i64 },
    #[error("of a package must be 1")]
    PackageOfOne,
    #[error("of a package cannot be partial: it has no parts")]
    PackageHasNoParts,
    #[error("cannot be pending: no order moves back there")]
    NeverPending,
    #[error("must be an order id or {min} to {max} characters of the link")]
    OrderSearch { min: usize, max: usize },
    #[error("must be a number, or at least {min} characters of the code after NAP")]
    DepositSearch { min: usize },
    #[error("must be a number, or {min} to {max} characters of the memo or the reference")]
    TransferSearch { min: usize, max: usize },

    // Settings and providers.
    #[error("must be the {count} levels, lowest first")]
    Tiers { count: usize },
    #[error("must have at most {max} characters: a name, a number or an http(s) link")]
    Contact { max: usize },
    #[error("must be a bot's token, like 123456:ABC-def")]
    BotToken,
    #[error("must be a chat's number or @name")]
    Chat,
    #[error("must be a colour like #0b6b4f")]
    Colour,
    #[error("must be dark enough for white text on it (at least 4.5 to 1)")]
    TooLight,
    #[error("must be a PNG, JPEG or WebP picture of at most {max} bytes, as a data: address")]
    Picture { max: usize },
    #[error("must be at most {lines} lines like `old => new`, each text of at most {max} characters")]
    Replacements { lines: usize, max: usize },
    #[error("must be 3 to 5 letters, such as VND or USD")]
    Currency,
    #[error("must be at least min_margin_percent, which is {min}")]
    Margin { min: i64 },
    #[error("is below the cost of {cost}, which takes allow_loss")]
    BelowCost { cost: String },
    /// Its prices would be taken for VND.
    #[error("has its account in {currency}: set its exchange_rate first")]
    ExchangeRate { provider_id: i64, currency: String },
    /// They could be in any currency.
    #[error(
        "has a balance that does not tell its currency: confirm currency_is_vnd, or set its exchange_rate"
    )]
    CurrencyUnknown { provider_id: i64 },

    // Addresses of services that the panel calls.
    #[error("must not have spaces, control characters or backslashes")]
    AddressCharacters,
    #[error("is no address that can be read")]
    AddressUnreadable,
    #[error("must start with https:// or http://")]
    AddressScheme,
    #[error("must not have a user name or password")]
    AddressCredentials,
    #[error("must not have a fragment (#)")]
    AddressFragment,
    #[error("must have a host; IPv6 addresses must be given by name")]
    AddressHost,
    #[error("must not have port 0")]
    AddressPort,
    #[error("must not be in a private or reserved network")]
    AddressPrivate,
}

/// Words that a rule lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Words(Vec<String>);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

fn counted(matched: Option<usize>) -> String {
    matched.map_or_else(|| "more".to_owned(), |matched| matched.to_string())
}

impl Rule {
    pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Rule {
        Rule::OneOf { words: Words(words.into_iter().map(str::to_owned).collect()) }
    }

    pub fn one_of_fields(fields: &[&str]) -> Rule {
        Rule::OneOfFields { fields: Words(fields.iter().map(|&field| field.to_owned()).collect()) }
    }

    pub fn needed_with(field: &str) -> Rule {
        Rule::NeededWith { field: field.to_owned() }
    }

    pub fn not_with(field: &str) -> Rule {
        Rule::NotWith { field: field.to_owned() }
    }

    pub fn not_below(field: &str) -> Rule {
        Rule::NotBelow { field: field.to_owned() }
    }
}

/// One unacceptable field of a request. Its text names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub rule: Rule,
}

impl FieldError {
    pub fn new(field: impl Into<String>, rule: Rule) -> Self {
        FieldError { field: field.into(), rule }
    }

    /// All of them in one line.
    pub fn list(fields: &[FieldError]) -> String {
        fields.iter().map(FieldError::to_string).collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.rule)
    }
}
