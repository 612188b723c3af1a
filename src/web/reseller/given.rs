//! What a client sends, in whichever form it does: fields of a form or of parts, JSON, or a query.

use super::refused::Refused;
use crate::kernel::figure;
use crate::kernel::foreign::{self, Scalar};
use crate::order_types::all_fields;
use aws_lc_rs::digest::{SHA256, digest};
use rocket::futures::stream;
use rocket::http::ContentType;
use serde_json::json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// Parameters beside the fields of the types of orders.
const NAMES: &[&str] = &[
    "key",
    "action",
    "service",
    "link",
    "quantity",
    "runs",
    "interval",
    "order",
    "orders",
    "refill",
    "refills",
    "order_reference",
];
/// What some clients call a parameter.
const ALIASES: &[(&str, &str)] = &[("comment_username", "username")];
/// What clients write for a value that they do not have.
const ABSENT: &[&str] = &["", "null", "undefined"];
/// How many ids one question may have.
const MOST_IDS: usize = 100;

/// Parameters by our names. Unknown ones are left out, and those without a value.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Given(BTreeMap<&'static str, String>);

/// Ids of one question.
#[derive(Debug, PartialEq, Eq)]
pub struct Ids {
    pub texts: Vec<String>,
    /// Whether the answer is a list, also for one id.
    pub is_list: bool,
}

impl Given {
    pub fn of_query(query: &str) -> Given {
        let mut given = Given::default();
        given.take_form(query.as_bytes());
        given
    }

    /// Errors: `Request` for what cannot be read.
    pub async fn of_body(content_type: Option<&ContentType>, body: &[u8]) -> Result<Given, Refused> {
        let boundary = content_type.filter(|kind| kind.is_form_data()).map(|kind| kind.param("boundary"));
        let mut given = Given::default();
        match boundary {
            Some(boundary) => given.take_parts(boundary.ok_or(Refused::Request)?, body).await?,
            None if is_json(content_type, body) => given.take_json(body)?,
            None => given.take_form(body),
        }
        Ok(given)
    }

    /// What is there wins over what is in `other`.
    #[must_use]
    pub fn or(self, other: Given) -> Given {
        let Given(mut all) = other;
        all.extend(self.0);
        Given(all)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A whole number. `None`: it is absent, or none.
    pub fn integer(&self, name: &str) -> Option<i64> {
        figure::asked(self.text(name)?)
    }

    /// Under either name, one or several behind commas. Errors: `Request` when there is none, or too many.
    pub fn ids(&self, one: &str, many: &str) -> Result<Ids, Refused> {
        let plural = self.text(many);
        let given = plural.or_else(|| self.text(one)).ok_or(Refused::Request)?;
        let mut texts: Vec<String> = Vec::new();
        for id in given.split(|c: char| c == ',' || c.is_whitespace()).filter(|id| !id.is_empty()) {
            if !texts.iter().any(|known| known == id) {
                texts.push(id.to_owned());
            }
            if texts.len() > MOST_IDS {
                return Err(Refused::TooManyIds);
            }
        }
        let is_list = plural.is_some() || texts.len() > 1;
        if texts.is_empty() { Err(Refused::Request) } else { Ok(Ids { texts, is_list }) }
    }

    /// SHA-256 of all that says what is ordered.
    pub fn content(&self) -> [u8; 32] {
        let is_content = |name: &str| !matches!(name, "key" | "action" | "order_reference");
        let fields = self.0.iter().filter(|(name, _)| is_content(name));
        let trimmed: BTreeMap<_, _> = fields.map(|(name, value)| (name, value.trim())).collect();
        let mut content = [0; 32];
        content.copy_from_slice(digest(&SHA256, json!(trimmed).to_string().as_bytes()).as_ref());
        content
    }

    fn take_form(&mut self, form: &[u8]) {
        for (name, value) in form_urlencoded::parse(form) {
            self.put(&name, value.into_owned());
        }
    }

    async fn take_parts(&mut self, boundary: &str, body: &[u8]) -> Result<(), Refused> {
        let body = stream::once(async { Ok::<_, Infallible>(body.to_vec()) });
        let mut parts = multer::Multipart::new(body, boundary);
        while let Some(part) = parts.next_field().await.map_err(|_| Refused::Request)? {
            let Some(name) = part.name().map(str::to_owned) else { continue };
            let value = part.text().await.map_err(|_| Refused::Request)?;
            self.put(&name, value);
        }
        Ok(())
    }

    fn take_json(&mut self, body: &[u8]) -> Result<(), Refused> {
        let text = foreign::text(body);
        let object = foreign::object(&text).ok_or(Refused::Request)?;
        for (name, value) in object.into_fields() {
            // An order is not made without what was to keep it from being made twice.
            if name == "order_reference" && foreign::scalar(value) == Scalar::Other {
                return Err(Refused::Request);
            }
            if let Some(value) = written(value) {
                self.put(&name, value);
            }
        }
        Ok(())
    }

    /// Of several equal names the last counts; `orders[]` and `orders[0]` are entries of one list.
    fn put(&mut self, name: &str, value: String) {
        let (name, is_entry) = name.split_once('[').map_or((name, false), |(name, _)| (name, true));
        let Some(name) = known(name) else { return };
        if ABSENT.contains(&value.trim()) {
            return;
        }
        match self.0.get_mut(name).filter(|_| is_entry) {
            Some(list) => {
                list.push('\n');
                list.push_str(&value);
            }
            None => drop(self.0.insert(name, value)),
        }
    }
}

/// Our name of a parameter; `None`: it means nothing here.
fn known(name: &str) -> Option<&'static str> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, own)| own);
    let own = NAMES.iter().copied().find(|own| *own == name);
    own.or_else(|| {
        all_fields().find(|field| field.sent_as == name || field.name == name).map(|field| field.name)
    })
}

/// Some clients call JSON a form.
fn is_json(content_type: Option<&ContentType>, body: &[u8]) -> bool {
    let says_so = content_type.is_some_and(|kind| kind.is_json() || kind.sub().as_str().ends_with("+json"));
    let is_blank = body.iter().all(u8::is_ascii_whitespace);
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    (says_so && !is_blank) || first == Some(&b'{')
}

/// A value of JSON as a form would have it; a list is one entry a line.
fn written(value: &RawValue) -> Option<String> {
    match foreign::scalar(value) {
        Scalar::Absent => None,
        Scalar::Bool(is_so) => Some(is_so.to_string()),
        Scalar::Text(text) => Some(text),
        Scalar::Number(digits) => Some(digits.to_owned()),
        Scalar::Other => {
            let entries = foreign::array(value.get(), usize::MAX)?;
            let scalars = entries.into_iter().map(foreign::scalar).filter_map(|entry| match entry {
                Scalar::Text(text) => Some(text),
                Scalar::Number(digits) => Some(digits.to_owned()),
                Scalar::Absent | Scalar::Bool(_) | Scalar::Other => None,
            });
            Some(scalars.collect::<Vec<_>>().join("\n"))
        }
    }
}
