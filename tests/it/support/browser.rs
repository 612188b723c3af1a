//! Somebody who is logged in with a browser: a session cookie, sent from the panel's own page.

use super::app::{PASSWORD, TestApp};
use super::wire::Answer;
use rocket::http::Method;
use serde_json::{Value, json};

pub struct Browser<'a> {
    pub app: &'a TestApp,
    /// `name=value`.
    pub cookie: String,
}

impl<'a> Browser<'a> {
    pub fn log_in(app: &'a TestApp, login: &str) -> Self {
        Self::log_in_with(app, json!({ "login": login, "password": PASSWORD }))
    }

    pub fn log_in_with(app: &'a TestApp, body: Value) -> Self {
        let own = [("Sec-Fetch-Site", "same-origin")];
        let body = body.to_string().into_bytes();
        let answer = app.guest().send(Method::Post, "/api/auth/login", &own, Some(body));
        answer.expect(200);
        Self::of(app, &answer)
    }

    /// With the session that an answer begins.
    pub fn of(app: &'a TestApp, answer: &Answer) -> Self {
        let set = answer.all("Set-Cookie").find(|line| line.starts_with("session=")).unwrap();
        Browser { app, cookie: set.split(';').next().unwrap().to_owned() }
    }

    pub fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let headers = [("Cookie", self.cookie.as_str()), ("Sec-Fetch-Site", "same-origin")];
        self.app.guest().send(method, path, &headers, body.map(|body| body.to_string().into_bytes()))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::Get, path, None)
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::Post, path, Some(body))
    }

    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::Put, path, Some(body))
    }

    /// Gives the password once more.
    pub fn confirm(&self) {
        self.post("/api/auth/confirm", json!({ "password": PASSWORD })).expect(204);
    }
}
