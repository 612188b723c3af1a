//! A client of the reseller API, in every form in which clients of the field send.

use super::app::{Asker, TestApp};
use super::member::Member;
use super::wire::Answer;
use rocket::http::Method;
use serde_json::{Map, Value, json};

pub const FORM: &str = "application/x-www-form-urlencoded";
pub const PATH: &str = "/api/v2";

type Fields<'a> = &'a [(&'a str, &'a str)];

/// Somebody who has a key, or none.
pub struct Reseller<'a> {
    guest: Asker<'a>,
    pub key: String,
}

impl<'a> Member<'a> {
    /// With a new key in place of the old one.
    pub fn reseller(&self) -> Reseller<'a> {
        let answer = self.post("/api/user/api-key", json!({})).expect(201);
        self.asker.app.reseller(answer["api_key"].as_str().unwrap())
    }
}

impl TestApp {
    pub fn reseller(&self, key: &str) -> Reseller<'_> {
        Reseller { guest: self.guest(), key: key.to_owned() }
    }
}

/// As `application/x-www-form-urlencoded`, and as a query.
pub fn form(fields: Fields) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// As PHP posts an array.
pub fn parts(fields: Fields) -> (String, Vec<u8>) {
    let boundary = "------------------------d74496d66958873e";
    let part = |(name, value): &(&str, &str)| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = fields.iter().map(part).collect::<String>() + &format!("--{boundary}--\r\n");
    (format!("multipart/form-data; boundary={boundary}"), body.into_bytes())
}

pub fn object(fields: Fields) -> Value {
    let values = fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    Value::Object(values.collect::<Map<_, _>>())
}

impl Reseller<'_> {
    pub fn send(&self, method: Method, path: &str, headers: Fields, body: impl Into<Vec<u8>>) -> Answer {
        let body = Some(body.into()).filter(|_| method != Method::Get);
        self.guest.send(method, path, headers, body)
    }

    fn with_key<'f>(&'f self, action: &'f str, fields: Fields<'f>) -> Vec<(&'f str, &'f str)> {
        [&[("key", self.key.as_str()), ("action", action)], fields].concat()
    }

    /// The usual form; what the panel answers, whatever it is.
    #[track_caller]
    pub fn ask(&self, action: &str, fields: Fields) -> Value {
        let body = form(&self.with_key(action, fields));
        said(&self.send(Method::Post, PATH, &[("Content-Type", FORM)], body))
    }

    /// The same in every form, one after the other.
    #[track_caller]
    pub fn ask_in_every_form(&self, action: &str, fields: Fields) -> Vec<Value> {
        let all = self.with_key(action, fields);
        let unkeyed = &all[1..];
        let bearer = format!("Bearer {}", self.key);
        let (part_type, part_body) = parts(&all);
        let json = object(&all).to_string();
        let post = |headers: Fields, body: Vec<u8>| self.send(Method::Post, PATH, headers, body);
        let answers = [
            post(&[("Content-Type", FORM)], form(&all).into_bytes()),
            post(&[("Content-Type", &part_type)], part_body),
            post(&[("Content-Type", "application/json")], json.clone().into_bytes()),
            post(&[("Content-Type", FORM)], json.into_bytes()),
            post(
                &[("Content-Type", "application/json"), ("Authorization", &bearer)],
                object(unkeyed).to_string().into_bytes(),
            ),
            self.send(Method::Post, "/api/v2/", &[("Content-Type", "")], form(&all)),
            self.send(Method::Get, &format!("{PATH}?{}", form(&all)), &[], ""),
            self.send(Method::Get, &format!("{PATH}/?{}", form(&all)), &[], ""),
            self.send(Method::Post, &format!("{PATH}?{}", form(&all)), &[("Content-Type", FORM)], ""),
        ];
        answers.iter().map(said).collect()
    }

    /// Buys; the order's id.
    #[track_caller]
    pub fn adds(&self, fields: Fields) -> i64 {
        let answer = self.ask("add", fields);
        answer["order"].as_i64().unwrap_or_else(|| panic!("{answer}"))
    }

    /// That it is refused with this sentence.
    #[track_caller]
    pub fn refused(&self, action: &str, fields: Fields, sentence: &str) {
        assert_eq!(self.ask(action, fields), json!({ "error": sentence }), "{fields:?}");
    }
}

/// What holds for every answer to GET and POST.
#[track_caller]
pub fn said(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let value = answer.json();
    if let Some(error) = value.get("error") {
        assert!(error.as_str().is_some_and(|text| !text.is_empty()), "{value}");
        assert_eq!(value.as_object().unwrap().len(), 1, "{value}");
    }
    value
}
