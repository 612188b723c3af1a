//! Ids in the path and values in the query: read strictly, refused with their name.

use super::error::{ApiError, ApiResult};
use crate::kernel::error::Rule;
use crate::kernel::page::{Cursor, Limit, PageRequest};
use rocket::request::{FromParam, FromRequest, Outcome, Request};
use strum::VariantArray;

/// An id in the path. Reading it never fails, so that the route is chosen; the handler's `?` answers 400.
pub struct PathId<T>(Option<T>);

impl<T> PathId<T> {
    pub fn get(self) -> ApiResult<T> {
        self.0.ok_or_else(|| ApiError::malformed("the id in the path is not an integer"))
    }
}

/// Any integer; one beyond 64 bits names nothing, like any other id that was never given.
fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(i64::MAX))
}

impl<'r, T: From<i64>> FromParam<'r> for PathId<T> {
    type Error = std::convert::Infallible;

    fn from_param(param: &'r str) -> Result<Self, Self::Error> {
        Ok(PathId(integer(param).map(T::from)))
    }
}

/// The query's values. Unknown names are ignored, the first of several equal names counts.
pub struct Query(Vec<(String, String)>);

impl Query {
    pub fn parse(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        Query(pairs.map(|(key, value)| (key.into_owned(), value.into_owned())).collect())
    }

    /// The value, unless missing or empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    /// `limit` and `cursor` of a list that is newest first.
    pub fn page(&self) -> ApiResult<PageRequest> {
        self.page_of(false)
    }

    /// The same of a list in another order.
    pub fn ranked_page(&self) -> ApiResult<PageRequest> {
        self.page_of(true)
    }

    fn page_of(&self, is_ranked: bool) -> ApiResult<PageRequest> {
        let limit = match self.raw("limit") {
            None => Limit::DEFAULT,
            Some(text) => integer(text)
                .and_then(Limit::new)
                .ok_or_else(|| ApiError::field("limit", Rule::Range { min: 1, max: 100 }))?,
        };
        let cursor = match self.raw("cursor") {
            None => Cursor::START,
            Some(text) => Cursor::parse(text)
                .filter(|cursor| cursor.is_ranked() == is_ranked)
                .ok_or_else(|| ApiError::field("cursor", Rule::Cursor))?,
        };
        Ok(PageRequest { limit, cursor })
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// An id.
    pub fn id<T: From<i64>>(&self, name: &'static str) -> ApiResult<Option<T>> {
        self.reading(name, |text| integer(text).map(T::from).ok_or(Rule::Id))
    }

    /// `true` or `false`.
    pub fn flag(&self, name: &'static str) -> ApiResult<Option<bool>> {
        self.reading(name, |text| text.parse().map_err(|_| Rule::Boolean))
    }

    /// Anything that has a reader of its own.
    pub fn reading<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, Rule>,
    ) -> ApiResult<Option<T>> {
        self.text(name).map(|text| read(text).map_err(|rule| ApiError::field(name, rule))).transpose()
    }

    /// One of these words.
    pub fn word<T>(&self, name: &'static str) -> ApiResult<Option<T>>
    where
        T: VariantArray + Copy + Into<&'static str>,
    {
        self.one_of(name, T::VARIANTS.iter().map(|known| ((*known).into(), *known)))
    }

    /// What one of these words stands for.
    pub fn one_of<'w, T>(
        &self,
        name: &'static str,
        words: impl IntoIterator<Item = (&'w str, T)>,
    ) -> ApiResult<Option<T>> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let mut known = Vec::new();
        for (word, value) in words {
            if word == text {
                return Ok(Some(value));
            }
            known.push(word);
        }
        Err(ApiError::field(name, Rule::one_of(known)))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Query {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let query = request.uri().query().map(|query| query.as_str()).unwrap_or_default();
        Outcome::Success(Query::parse(query))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_and_nothing_else() {
        assert_eq!(integer("12"), Some(12));
        assert_eq!(integer("-1"), Some(-1));
        assert_eq!(integer("99999999999999999999"), Some(i64::MAX));
        for text in ["", "-", "+1", "1.0", "1e3", "abc", "0x1", "１"] {
            assert_eq!(integer(text), None, "{text:?}");
        }
    }
}
