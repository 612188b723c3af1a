//! What a panel's page starts with: the site and who is there, in its HTML, so that nothing has to be asked before it
//! is drawn. A browser sends no session along where another site has led here, and does when the page asks itself; so
//! nobody is never said, and the page asks.

use super::auth::{self, WhoView};
use super::error::ApiResult;
use super::guards::{self, Guest, Member};
use super::session;
use super::site::{self, SiteView};
use crate::state::App;
use rocket::request::{FromRequest, Outcome, Request};
use serde::Serialize;

/// Before this the element stands.
const BEFORE: &str = "</head>";

#[derive(Serialize)]
struct Start {
    /// For readers whose own clock is wrong.
    now: String,
    site: SiteView,
    session: WhoView,
}

/// The page with what it starts with. `None` where that cannot be said: for nobody, for whoever has asked too much,
/// and when something went wrong, which the page is told when it asks.
pub(super) async fn told(page: &[u8], request: &Request<'_>) -> Option<String> {
    let app = guards::app(request).ok()?;
    // Who cannot be anybody is not counted against the address's share of requests.
    session::candidates(request, &app.config).next()?;
    let Outcome::Success(Guest { member }) = Guest::from_request(request).await else { return None };
    let start = started(app, member?).ok()?;
    let element = element(&serde_json::to_string(&start).ok()?);
    Some(String::from_utf8_lossy(page).replacen(BEFORE, &format!("{element}{BEFORE}"), 1))
}

fn started(app: &App, member: Member) -> ApiResult<Start> {
    let now = app.db.clock().now().rfc3339();
    Ok(Start { now, site: site::view(app)?, session: auth::who_is(app, Some(member))? })
}

/// No text of the JSON can end the element.
fn element(json: &str) -> String {
    let json = json.replace('<', "\\u003c");
    format!("  <script type=\"application/json\" id=\"start\">{json}</script>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_element() {
        let hostile = "</script><script>alert(1)</script><!--";
        let element = element(&serde_json::to_string(hostile).unwrap());
        assert_eq!(element.matches('<').count(), 2, "{element}");
        let json = element.split_once('>').unwrap().1.rsplit_once('<').unwrap().0;
        assert_eq!(serde_json::from_str::<String>(json).unwrap(), hostile);
    }
}
