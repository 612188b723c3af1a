//! Pages of other origins that the operator allows. Cookies are never part of it: such pages send a token.

use crate::state::App;
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Header, Method, Status};
use rocket::{Request, Response};

pub struct Cors;

#[rocket::async_trait]
impl Fairing for Cors {
    fn info(&self) -> Info {
        Info { name: "cross-origin requests", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let Some(app) = request.rocket().state::<App>() else { return };
        if app.config.cors_origins.is_empty() {
            return;
        }
        response.adjoin_header(Header::new("Vary", "Origin"));
        let origin = request.headers().get_one("Origin").unwrap_or_default();
        if !app.config.cors_origins.iter().any(|allowed| allowed == origin) {
            return;
        }
        response.set_header(Header::new("Access-Control-Allow-Origin", origin.to_owned()));
        response.set_header(Header::new(
            "Access-Control-Expose-Headers",
            "X-Request-Id, Retry-After, Idempotent-Replayed, ETag",
        ));
        let asks_first = request.headers().contains("Access-Control-Request-Method");
        if request.method() == Method::Options && asks_first {
            response.set_status(Status::NoContent);
            response.remove_header("Content-Type");
            response.remove_header("Allow");
            response.set_header(Header::new("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"));
            response.set_header(Header::new(
                "Access-Control-Allow-Headers",
                "Authorization, Content-Type, Idempotency-Key, Last-Event-ID",
            ));
            response.set_header(Header::new("Access-Control-Max-Age", "600"));
            response.set_sized_body(0, std::io::Cursor::new(Vec::new()));
        }
    }
}
