//! How requests say which of many things are meant.

use crate::kernel::chosen::Chosen;
use crate::kernel::error::{FieldError, Rule};
use crate::web::error::{ApiError, ApiResult};

/// The fields that say so.
pub struct Choice<Filter> {
    pub ids: Option<Vec<i64>>,
    pub filter: Option<Filter>,
    pub expected: Option<usize>,
    pub dry_run: bool,
}

impl<Filter> Choice<Filter> {
    /// Either ids, in the field of this name, or a filter, and how many that matches unless it is only looked at.
    pub fn of<Id: From<i64>>(self, named: &str) -> ApiResult<Chosen<Id, Filter>> {
        let expected = self.expected;
        match (self.ids, self.filter) {
            (Some(_), None) if expected.is_some() => Err(ApiError::field("expected", Rule::not_with(named))),
            (Some(ids), None) => Ok(Chosen::These(ids.into_iter().map(Id::from).collect())),
            (None, Some(_)) if expected.is_none() && !self.dry_run => {
                Err(ApiError::field("expected", Rule::needed_with("filter")))
            }
            (None, Some(filter)) => Ok(Chosen::Matching { filter, expected }),
            (Some(_), Some(_)) | (None, None) => {
                let forms = [named, "filter"];
                let error = |field: &str| FieldError::new(field, Rule::one_of_fields(&forms));
                Err(ApiError::fields(&forms.map(error)))
            }
        }
    }
}
