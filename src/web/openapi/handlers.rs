//! The API's description, gathered from the handlers. A handler that is not listed here is not documented, and
//! a test compares this list with the mounted routes.

use crate::kernel::cause::{BackupCause, CallCause, Defect};
use crate::kernel::note::Note;
use crate::kernel::reason::Reason;
use crate::kernel::rule::{Rule, Words};
use crate::web::error::Problem;
use crate::web::{
    admin, announcements, auth, coupons, demo, email, events, health, keys, mass_order, metrics, orders,
    payment, refills, reseller, reset, second_factor, services, site, storefront, telegram, tickets,
    timeline, user, visits,
};
use rocket::http::Status;
use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use std::{env, fs};
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AnyOfBuilder, Schema};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, Content, OpenApi as Description, Ref, RefOr, Response};
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
        health::health, health::ready, metrics::scrape, site::site, site::manifest,
        storefront::terms, storefront::logo, storefront::colours,
        storefront::robots, storefront::preview, storefront::track::share, storefront::track::unshare,
        storefront::track::take_down,
        storefront::track::track, demo::transfer,
        services::list, services::show, services::favour, services::disfavour,
        orders::place, orders::quote, orders::list, orders::csv, orders::list_of_user, orders::counts, orders::show,
        mass_order::place,
        orders::cancel, refills::request, refills::list, refills::show,
        timeline::show,
        admin::services::list, admin::services::count, admin::services::types, admin::services::create,
        admin::services::change, admin::services::prices, admin::service_bulk::change,
        admin::service_figures::list,
        admin::losses::losses,
        admin::import::import, admin::import::progress,
        admin::orders::list, admin::orders::csv, admin::orders::counts, admin::orders::show,
        admin::orders::set_status, admin::orders::cancel, admin::orders::resolve,
        admin::orders::acknowledge, admin::orders::refuse_cancel,
        admin::order_bulk::count, admin::order_bulk::set_status,
        admin::refills::request, admin::refills::list, admin::refills::counts, admin::refills::kept,
        admin::refills::decide,
        telegram::show, telegram::link, telegram::choose, telegram::unlink,
        tickets::list, tickets::open, tickets::show, tickets::reply, tickets::change,
        admin::tickets::list, admin::tickets::counts, admin::tickets::show, admin::tickets::reply,
        admin::tickets::change,
        admin::tickets::canned, admin::tickets::create_canned, admin::tickets::change_canned,
        admin::tickets::delete_canned,
        admin::rates::show, admin::rates::change,
        admin::jobs::list, admin::errors::list, admin::doctor::examine,
        admin::backups::list, admin::backups::make, admin::backups::download,
        admin::timeline::show,
        admin::review::review,
        admin::providers::list, admin::providers::create, admin::providers::change, admin::providers::release,
        admin::providers::try_out,
        admin::settings::show, admin::settings::change, admin::settings::test_qr,
        admin::stats::stats,
        admin::stats::today,
        payment::banks, payment::request, payment::list, payment::csv, payment::show, payment::qr, payment::webhook,
        announcements::list, admin::announcements::list, admin::announcements::create,
        admin::announcements::change, admin::announcements::remove,
        coupons::redeem, coupons::preview, admin::coupons::list, admin::coupons::create, admin::coupons::change,
        admin::categories::list, admin::categories::create, admin::categories::order, admin::categories::change,
        admin::categories::merge, admin::categories::remove,
        admin::deposits::list, admin::deposits::csv,
        admin::deposits::counts, admin::deposits::approve, admin::deposits::reject,
        admin::bank_transactions::list, admin::bank_transactions::csv, admin::bank_transactions::assign,
        admin::bank_transactions::ignore, admin::bank_transactions::unignore,
        auth::check_set_up,
        auth::set_up,
        auth::register,
        auth::login,
        auth::logout,
        auth::change_password,
        auth::confirm,
        reset::link, reset::forgot, reset::check, reset::reset, email::shown, email::change, email::confirm,
        auth::me,
        auth::who,
        events::listen,
        user::balance,
        user::tier,
        user::referrals,
        user::transactions, user::transactions_csv,
        keys::list, keys::of_user, keys::create, keys::delete,
        keys::replace_default, keys::change, keys::delete_default,
        reseller::get, reseller::post,
        second_factor::state, second_factor::begin, second_factor::confirm, second_factor::renew, second_factor::end,
        second_factor::take,
        visits::sessions, visits::end_session, visits::logins, visits::logins_of_user,
        admin::telegram::show, admin::telegram::test, admin::telegram::link,
        admin::users::list, admin::users::csv,
        admin::users::show,
        admin::users::adjust_balance,
        admin::person::overview,
        admin::view::begin,
        admin::users::ban,
        admin::users::set_role,
        admin::users::transactions, admin::users::transactions_csv,
        admin::audit::changes,
    ),
    // What notes are made of describes none of its parts, or each note anywhere would describe all of them again.
    components(schemas(Problem, Note, Reason, BackupCause, CallCause, Defect, Rule, Words, events::BalanceNews,
        events::TicketNews, events::ReviewNews, events::DeskNews)),
    security(("token" = []), ("session" = [])),
    modifiers(&Credentials, &Completion),
)]
struct Document;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, description: &mut Description) {
        let components = description.components.get_or_insert_with(Components::new);
        let token = Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let metrics = Http::builder().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("metrics", SecurityScheme::Http(metrics));
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let api_key = ApiKey::Query(ApiKeyValue::new("key"));
        components.add_security_scheme("api_key", SecurityScheme::ApiKey(api_key));
        let session = ApiKey::Cookie(ApiKeyValue::new("session"));
        components.add_security_scheme("session", SecurityScheme::ApiKey(session));
    }
}

/// What no handler has to say for itself: a name for each operation, a description for each answer, the media type
/// of problem documents, and that any operation may answer one.
struct Completion;

impl Modify for Completion {
    fn modify(&self, description: &mut Description) {
        for (path, item) in &mut description.paths.paths {
            let methods = [
                ("get", &mut item.get),
                ("post", &mut item.post),
                ("put", &mut item.put),
                ("delete", &mut item.delete),
            ];
            for (method, operation) in methods {
                if let Some(operation) = operation {
                    complete(method, path, operation);
                }
            }
        }
        let schemas = description
            .components
            .iter_mut()
            .flat_map(|components| components.schemas.get_mut("ShownRefills"));
        for refills in schemas {
            *refills = any_of(refills);
        }
    }
}

/// The same, where a value may be several of the alternatives: an empty list is a list of anything.
fn any_of(schema: &RefOr<Schema>) -> RefOr<Schema> {
    let RefOr::T(Schema::OneOf(alternatives)) = schema else { panic!("it has no alternatives") };
    let any = AnyOfBuilder::new().description(alternatives.description.clone());
    alternatives.items.iter().cloned().fold(any, AnyOfBuilder::item).into()
}

/// `GET /api/orders/{id}` becomes `get_api_orders_id`.
fn complete(method: &str, path: &str, operation: &mut Operation) {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = std::iter::once(method).chain(words).collect::<Vec<_>>().join("_");
    operation.operation_id = Some(name);
    let answers = &mut operation.responses.responses;
    let problem = Content::new(Some(Ref::from_schema_name("Problem")));
    let any = Response::builder().content("application/json", problem).build();
    answers.entry("default".to_owned()).or_insert_with(|| any.into());
    for (status, answer) in answers.iter_mut() {
        let RefOr::T(answer) = answer else { continue };
        if answer.description.is_empty() {
            let known = status.parse().ok().and_then(Status::from_code).and_then(|status| status.reason());
            answer.description = known.unwrap_or("Any other refusal").to_owned();
        }
        for (kind, content) in std::mem::take(&mut answer.content) {
            let kind = if is_problem(&content) { "application/problem+json".to_owned() } else { kind };
            answer.content.insert(kind, content);
        }
    }
}

fn is_problem(content: &RefOr<Content>) -> bool {
    let RefOr::T(content) = content else { return false };
    matches!(&content.schema, Some(RefOr::Ref(schema)) if schema.ref_location.ends_with("/Problem"))
}

const AGAIN: &str = "WRITE_OPENAPI=1 cargo test --lib openapi";

#[test]
fn the_file_is_what_the_handlers_say() {
    // It is embedded: indented, half of it would be blanks.
    let mut said = Vec::new();
    let mut writer = Serializer::with_formatter(&mut said, PrettyFormatter::with_indent(b""));
    Document::openapi().serialize(&mut writer).unwrap();
    said.push(b'\n');
    let path = format!("{}/static/openapi.json", env!("CARGO_MANIFEST_DIR"));
    if env::var_os("WRITE_OPENAPI").is_some() {
        fs::write(&path, &said).unwrap();
    }
    let is_same = fs::read(&path).is_ok_and(|kept| kept == said);
    assert!(is_same, "static/openapi.json is not what the handlers say; this writes it: {AGAIN}");
}
