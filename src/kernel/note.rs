//! What the operator is told in passing, beside the English sentence: a code with its figures, which the pages say in
//! the reader's language (`note` in `static/locales/admin.*.json`; a test compares them). What somebody else literally
//! said stands among the values as their words.

use super::rule::Rule;
use serde::Serialize;
use utoipa::ToSchema;

/// A note. Its text is the rest of a sentence that begins with what it is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, ToSchema)]
#[serde(tag = "code", content = "values", rename_all = "snake_case")]
pub enum Note {
    // Of a line of a provider's list.
    #[error("is not in the provider's list")]
    LineMissing,
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
}
