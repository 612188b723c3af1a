//! The API's description, gathered from the handlers. A handler that is not listed here is not documented, and
//! a test compares this list with the mounted routes.

use super::admin::deposits as admin_deposits;
use super::admin::users as admin_users;
use super::error::Problem;
use super::{auth, payment, user};
use std::sync::LazyLock;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, OpenApi as Description};
use utoipa::{Modify, OpenApi};

/// Each area adds its handlers to `paths` and its bodies to `schemas`.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "SMM Panel",
        description = "Orders, deposits and accounts of a social media marketing panel. Money is a whole number \
                       of VND, times are RFC 3339 in UTC, every error is a problem document (RFC 9457).",
        license(name = "MIT", identifier = "MIT"),
    ),
    paths(
        payment::request, payment::list, payment::show, payment::qr, payment::webhook,
        admin_deposits::list, admin_deposits::approve, admin_deposits::reject,
        admin_deposits::bank_transactions, admin_deposits::assign,
        auth::set_up,
        auth::register,
        auth::login,
        auth::logout,
        auth::change_password,
        auth::me,
        user::balance,
        user::tier,
        user::referrals,
        user::transactions,
        user::new_api_key,
        user::delete_api_key,
        admin_users::list,
        admin_users::adjust_balance,
        admin_users::ban,
        admin_users::transactions,
        admin_users::changes,
    ),
    components(schemas(Problem)),
    security(("token" = []), ("session" = [])),
    modifiers(&Credentials),
)]
struct Document;

pub fn document() -> Description {
    Document::openapi()
}

/// The document as `/openapi.json` and `smm-panel openapi` give it.
pub fn json() -> &'static [u8] {
    static JSON: LazyLock<Vec<u8>> = LazyLock::new(|| {
        document().to_pretty_json().expect("a description holds only strings, numbers and maps").into_bytes()
    });
    &JSON
}

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, description: &mut Description) {
        let components = description.components.get_or_insert_with(Components::new);
        let token = Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let session = ApiKey::Cookie(ApiKeyValue::new("session"));
        components.add_security_scheme("session", SecurityScheme::ApiKey(session));
    }
}
