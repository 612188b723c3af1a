//! What the operator sets without a restart. Secrets come in here and never go out.

use crate::catalog;
use crate::config::Config;
use crate::db::ReadTx;
use crate::deposits::{self, vietqr};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use crate::kernel::reason::Reason;
use crate::settings::{self, InForce, table};
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::payment::picture;
use crate::web::proof::Presence;
use crate::web::respond::{Json, Made};
use crate::web::setting_json::{self, ChangeSettings, SettingView, described, nested};
use crate::web::user::TierView;
use crate::{mail, notify};
use rocket::{Route, State, get, put, routes};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

pub fn routes() -> Vec<Route> {
    routes![show, change, test_qr]
}

/// Everything in force.
#[derive(Serialize)]
pub struct SettingsView {
    #[serde(flatten)]
    values: Map<String, Value>,
    #[serde(flatten)]
    rest: SettingsRest,
}

#[derive(Serialize, ToSchema)]
struct SettingsRest {
    tiers: Vec<TierView>,
    /// What the environment sets and a PUT cannot change.
    #[schema(value_type = Vec<String>, example = json!(["bank", "sepay.secret"]))]
    locked: Vec<&'static str>,
    /// What there is to set, for a form.
    fields: Vec<SettingView>,
    mail: MailView,
    /// The panel's address from outside; null: nobody has said it (`PUBLIC_URL`, `HTTPS_DOMAIN`).
    #[schema(example = "https://panel.example.vn")]
    public_url: Option<String>,
}

/// How the panel sends letters, which the environment alone sets (`SMTP_URL`, `SMTP_FROM`, `PUBLIC_URL`).
#[derive(Serialize, ToSchema)]
struct MailView {
    /// The mail server's name; null: no letters are sent.
    server: Option<String>,
    /// The address that they are from.
    from: Option<String>,
    /// Whether links can be sent too: the panel knows its address from outside.
    links: bool,
    /// Why no letters arrive; null while all is well.
    trouble: Option<String>,
    /// The same by its code, with its figures.
    trouble_coded: Option<Note>,
    /// Since when none arrive; null while all is well.
    failing_since: Option<String>,
}

impl MailView {
    fn of(config: &Config, status: &mail::Status) -> Self {
        let mail = config.mail.as_ref();
        let (trouble, since) = status.undelivered().filter(|_| mail.is_some()).unzip();
        MailView {
            server: mail.map(|mail| mail.server.host.clone()),
            from: mail.map(|mail| mail.sender.address.clone()),
            links: config.sends_links(),
            trouble: trouble.as_ref().map(Note::to_string),
            trouble_coded: trouble,
            failing_since: since.flatten().map(Timestamp::rfc3339),
        }
    }
}

/// How SePay's list of transfers stands. It is shown among the settings of `sepay`.
#[derive(Serialize, ToSchema)]
struct SepayList {
    /// Why it could not be read the last time; null while all is well.
    api_trouble: Option<String>,
    /// The same by its code, with its figures.
    api_trouble_coded: Option<Note>,
    /// When it was last read to its end.
    api_read_at: Option<String>,
}

impl SettingsView {
    fn of(now: InForce, app: &App) -> ApiResult<Self> {
        let mut shown = now.shown()?;
        let trouble = app.job_registry.trouble("reconcile");
        let read = |tx: &ReadTx| Ok::<_, Fault>((deposits::list_read_at(tx)?, mail::status(tx)?));
        let (read_at, letters) = app.db.read_now(read)?;
        let list = SepayList {
            api_trouble: trouble.as_ref().map(Note::to_string),
            api_trouble_coded: trouble,
            api_read_at: read_at.map(Timestamp::rfc3339),
        };
        let list = serde_json::to_value(list).expect("texts and a note are JSON");
        shown.extend(
            list.as_object()
                .into_iter()
                .flatten()
                .map(|(name, value)| (format!("sepay.{name}"), value.clone())),
        );
        let mail = MailView::of(&app.config, &letters);
        let tiers = now.tiers.into_iter().map(TierView::from).collect();
        let public_url = app.config.public_url.as_ref().map(|url| url.origin().ascii_serialization());
        let rest = SettingsRest { tiers, locked: now.locked, fields: described(), mail, public_url };
        Ok(SettingsView { values: nested(shown), rest })
    }
}

impl utoipa::PartialSchema for SettingsView {
    fn schema() -> RefOr<Schema> {
        let mut whole = setting_json::object(table::SETTINGS, setting_json::shown);
        if let Some(RefOr::T(Schema::Object(sepay))) = whole.properties.get_mut("sepay") {
            setting_json::add::<SepayList>(sepay);
        }
        setting_json::add::<SettingsRest>(&mut whole);
        whole.into()
    }
}

impl ToSchema for SettingsView {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        SepayList::schemas(schemas);
        SettingsRest::schemas(schemas);
    }
}

/// What the test code asks for, in VND.
const TEST_AMOUNT: Vnd = Vnd::new(10_000);

/// A VietQR code for 10,000 VND to the bank account in force, to see in one's own banking app that it is right.
#[utoipa::path(get, path = "/api/admin/settings/test-qr.svg", tag = "admin",
    responses((status = 200, content_type = "image/svg+xml", body = String), (status = 403, body = Problem),
        (status = 503, body = Problem, description = "`not_configured`: there is no account")))]
#[get("/api/admin/settings/test-qr.svg")]
pub fn test_qr(app: &State<App>, _by: Admin) -> ApiResult<Made> {
    let bank = app.db.read_now(|tx| settings::bank(tx, &app.config))?;
    let payload = bank.and_then(|bank| vietqr::payload(&bank.bin, &bank.account_number, TEST_AMOUNT, "TEST"));
    picture(payload.ok_or_else(|| ApiError::not_configured(Reason::NoBankAccount))?)
}

/// All settings in force, without secrets.
#[utoipa::path(get, path = "/api/admin/settings", tag = "admin",
    responses((status = 200, body = SettingsView)))]
#[get("/api/admin/settings")]
pub fn show(app: &State<App>, _by: Admin) -> ApiResult<Json<SettingsView>> {
    let settings = app.db.read_now(|tx| settings::all(tx, &app.config))?;
    Ok(Json(SettingsView::of(settings, app)?))
}

/// Changes settings at once, all that are given or none.
#[utoipa::path(put, path = "/api/admin/settings", tag = "admin", request_body = ChangeSettings,
    responses((status = 200, body = SettingsView),
        (status = 403, body = Problem, description = "`confirmation_required` for what asks for the password"),
        (status = 409, body = Problem, description = "the environment sets one of them"),
        (status = 422, body = Problem)))]
#[put("/api/admin/settings", data = "<body>")]
pub async fn change(
    app: &State<App>,
    by: Admin,
    body: Body<ChangeSettings>,
) -> ApiResult<Json<SettingsView>> {
    let (patch, actor, panel) = (body.0.0, by.actor(), app.inner().clone());
    let has_new_token = patch.names(&table::SEPAY_API_TOKEN);
    let guard = [&table::MIN_MARGIN_PERCENT, &table::PRICE_JUMP_PERCENT, &table::AUTO_RESUME];
    let has_new_guard = guard.into_iter().any(|setting| patch.names(setting));
    // Else the question could be turned off without it.
    let asks = [&table::CONFIRM_CREDIT_ABOVE, &table::REQUIRE_TOTP];
    let presence = asks.into_iter().any(|setting| patch.names(setting)).then(|| Presence::of(&by.0));
    let write = app.db.write(move |tx| -> ApiResult<_> {
        if let Some(presence) = presence {
            presence.check(tx)?;
        }
        let told = notify::channel(tx, &panel.config)?;
        let off_own = catalog::discount_on_own_rates(tx)?;
        let settings = settings::change(tx, &panel.config, &actor, patch)?;
        notify::reconnect(tx, &panel.config, &told)?;
        catalog::tell_of_discount(tx, off_own)?;
        Ok(settings)
    });
    let settings = write.await?;
    if has_new_token {
        app.job_registry.ask("reconcile");
    }
    if has_new_guard {
        app.job_registry.ask("sync-catalog");
    }
    Ok(Json(SettingsView::of(settings, app)?))
}
