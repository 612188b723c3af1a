//! The API's description and the two pages that show it. Nothing comes from a foreign host: Swagger UI is in
//! the crate that carries it, Redoc in `static/vendor/`; the pages themselves are files of `static/`.

use super::assets::{ASK, StaticFile, content_type, hex};
use super::openapi;
use aws_lc_rs::digest::{SHA256, digest};
use rocket::http::{ContentType, Method};
use rocket::route::Route;
use std::borrow::Cow;
use std::sync::Arc;

/// What `docs.html` loads of Swagger UI.
const SWAGGER_FILES: [&str; 2] = ["swagger-ui.css", "swagger-ui-bundle.js"];

pub fn routes() -> Vec<Route> {
    let config = Arc::new(utoipa_swagger_ui::Config::new(["/openapi.json"]));
    let swagger = SWAGGER_FILES.into_iter().map(|name| {
        let file = utoipa_swagger_ui::serve(name, Arc::clone(&config))
            .ok()
            .flatten()
            .expect("the crate embeds these files and a test asks for each");
        let kind = content_type(&file.content_type);
        Route::new(Method::Get, &format!("/docs/{name}"), static_file(file.bytes, kind))
    });
    let description = static_file(Cow::Borrowed(openapi::json()), ContentType::JSON);
    swagger.chain([Route::new(Method::Get, "/openapi.json", description)]).collect()
}

/// The two pages write style elements and inline images as they run, and Redoc searches in a worker that it
/// makes from text. Scripts still come from this host only.
pub(super) fn policy(page: &str) -> Option<&'static str> {
    match page {
        "docs.html" => Some(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
        "redoc.html" => Some(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:; \
             object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
        _ => None,
    }
}

fn static_file(bytes: Cow<'static, [u8]>, content_type: ContentType) -> StaticFile {
    let tag = hex(digest(&SHA256, &bytes).as_ref());
    StaticFile { bytes, content_type, tag, keep: ASK, policy: None }
}
