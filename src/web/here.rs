//! The panel's own address, for links that are given to people.

use super::guards;
use rocket::request::{FromRequest, Outcome, Request};
use url::Url;

/// Where the panel is reached: what the operator says, else what the request was sent to.
pub struct Here(String);

impl Here {
    /// The address of a page that is no secret.
    pub fn path(&self, path: &str) -> String {
        format!("{}/{path}", self.0)
    }

    /// The address of a page. The secret stands behind the `#`, so that it reaches neither a proxy's log nor a
    /// `Referer`.
    pub fn page(&self, page: &str, secret: &str) -> String {
        format!("{}/{page}#{secret}", self.0)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Here {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let said = guards::app(request).ok().and_then(|app| app.config.public_url.clone());
        let header = |name| request.headers().get_one(name);
        // A browser names the scheme too, which a proxy may have changed.
        let origin = header("Origin").and_then(|origin| Url::parse(origin).ok()).filter(Url::has_host);
        let url = said.or(origin).map(|url| url.origin().ascii_serialization());
        let host = || header("Host").map(|host| format!("http://{host}")).unwrap_or_default();
        Outcome::Success(Here(url.unwrap_or_else(host)))
    }
}
