//! What the operator sets without a restart. Secrets come in here and never go out.

use crate::config::Bank;
use crate::deposits::{self, vietqr};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use crate::kernel::notice::NoticeKind;
use crate::kernel::reason::Reason;
use crate::notify;
use crate::settings::{self, Patch, Settings, SettingsError, TierDraft};
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::fields::{SecretField, given};
use crate::web::guards::Admin;
use crate::web::payment::{BankView, picture};
use crate::web::respond::{Json, Made};
use crate::web::site::SupportView;
use crate::web::user::TierView;
use rocket::{Route, State, get, put, routes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![show, change, test_qr]
}

/// Everything in force.
#[derive(Serialize, ToSchema)]
pub struct SettingsView {
    site_name: String,
    notice: Option<String>,
    support: SupportView,
    /// Null: no deposits.
    bank: Option<BankView>,
    /// VND.
    deposit_min: i64,
    /// VND.
    deposit_max: i64,
    deposit_expiry_minutes: i64,
    /// The referrer's share of what a referred customer paid.
    commission_percent: i64,
    /// Whether referrers earn on orders that are settled while they are banned.
    pay_banned_referrers: bool,
    tiers: Vec<TierView>,
    sepay: SepayView,
    telegram: TelegramView,
    /// Which notices go out.
    #[schema(value_type = BTreeMap<String, bool>)]
    notices: BTreeMap<&'static str, bool>,
    /// The least by which a rate lies above its cost, in percent of the cost.
    min_margin_percent: i64,
    /// A cost that rises by more than this at once, in percent, is looked at by a person.
    price_jump_percent: i64,
    /// Whether a service that was paused for its price is sold again when the price allows it.
    auto_resume: bool,
    /// The operator is told when the money at a provider lasts less than so many hours; 0: never.
    low_funds_hours: i64,
    /// What the environment sets and a PUT cannot change.
    #[schema(value_type = Vec<String>, example = json!(["bank", "sepay.secret"]))]
    locked: Vec<&'static str>,
}

#[derive(Serialize, ToSchema)]
pub struct SepayView {
    secret_set: bool,
    api_token_set: bool,
    /// Why SePay's list of transfers could not be read the last time; null while all is well.
    api_trouble: Option<String>,
    /// The same by its code, with its figures.
    api_trouble_coded: Option<Note>,
    /// When it was last read to its end.
    api_read_at: Option<String>,
}

/// How SePay's list stands.
struct ListState {
    trouble: Option<Note>,
    read_at: Option<Timestamp>,
}

impl ListState {
    fn now(app: &App) -> Result<Self, Fault> {
        let read_at = app.db.read_now(deposits::list_read_at)?;
        Ok(ListState { trouble: app.job_registry.trouble("reconcile"), read_at })
    }
}

#[derive(Serialize, ToSchema)]
pub struct TelegramView {
    bot_token_set: bool,
    chat_id: Option<String>,
}

impl SettingsView {
    fn of(now: Settings, list: ListState) -> Self {
        SettingsView {
            site_name: now.site.site_name,
            notice: now.site.notice,
            support: now.site.support.into(),
            bank: now.bank.map(BankView::from),
            deposit_min: now.deposit_min.get(),
            deposit_max: now.deposit_max.get(),
            deposit_expiry_minutes: now.deposit_expiry_minutes,
            commission_percent: now.commission.get(),
            pay_banned_referrers: now.pay_banned_referrers,
            tiers: now.tiers.into_iter().map(TierView::from).collect(),
            sepay: SepayView {
                secret_set: now.sepay_secret.is_some(),
                api_token_set: now.sepay_api_token.is_some(),
                api_trouble: list.trouble.as_ref().map(Note::to_string),
                api_trouble_coded: list.trouble,
                api_read_at: list.read_at.map(Timestamp::rfc3339),
            },
            telegram: TelegramView {
                bot_token_set: now.telegram.bot_token.is_some(),
                chat_id: now.telegram.chat_id,
            },
            notices: now.notices.into_iter().map(|(kind, on)| (kind.as_str(), on)).collect(),
            min_margin_percent: now.price_guard.min_margin.get(),
            price_jump_percent: now.price_guard.price_jump.get(),
            auto_resume: now.price_guard.auto_resume,
            low_funds_hours: now.low_funds_hours,
            locked: now.locked,
        }
    }
}

/// Only the keys that are there change anything, inside of `support`, `sepay`, `telegram` and `notices` too.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSettings {
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 100)]
    site_name: Option<String>,
    /// Null or blank: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    notice: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    support: Option<ChangeSupport>,
    /// As a whole. Null: no deposits any more.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<ChangeBank>)]
    bank: Option<Option<ChangeBank>>,
    /// VND.
    #[serde(default, deserialize_with = "given")]
    deposit_min: Option<i64>,
    /// VND.
    #[serde(default, deserialize_with = "given")]
    deposit_max: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    deposit_expiry_minutes: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    commission_percent: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    pay_banned_referrers: Option<bool>,
    /// All four, lowest first; neither `min_spent` nor `discount_percent` falls from one to the next.
    #[serde(default, deserialize_with = "given")]
    tiers: Option<Vec<ChangeTier>>,
    #[serde(default, deserialize_with = "given")]
    sepay: Option<ChangeSepay>,
    #[serde(default, deserialize_with = "given")]
    telegram: Option<ChangeTelegram>,
    #[serde(default, deserialize_with = "given")]
    notices: Option<ChangeNotices>,
    #[serde(default, deserialize_with = "given")]
    min_margin_percent: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    price_jump_percent: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    auto_resume: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schema(minimum = 0, maximum = 720)]
    low_funds_hours: Option<i64>,
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

/// Each a name, a number or an http(s) link; null or blank: none.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSupport {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    zalo: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    telegram: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 254)]
    email: Option<Option<String>>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBank {
    #[schema(example = "970422")]
    bin: String,
    /// May be empty.
    name: String,
    #[schema(max_length = 19)]
    account_number: String,
    /// May be empty.
    account_name: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTier {
    level: i64,
    #[schema(max_length = 50)]
    name: String,
    /// VND, 0 for level 1.
    min_spent: i64,
    discount_percent: i64,
}

/// Secrets are written only; null or blank: none.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSepay {
    /// What SePay's webhook proves itself with.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 8, max_length = 200)]
    secret: Option<Option<SecretField>>,
    /// What SePay's list of transfers is asked for with.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 8, max_length = 200)]
    api_token: Option<Option<SecretField>>,
}

/// The token is written only; null or blank: none.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTelegram {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    bot_token: Option<Option<SecretField>>,
    /// A chat's number or `@name`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    chat_id: Option<Option<String>>,
}

/// One switch for each kind of notice.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeNotices {
    #[serde(default, deserialize_with = "given")]
    deposit: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    unmatched: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    review: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    provider: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    price: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    daily_summary: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    audit: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    job: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    login: Option<bool>,
}

impl ChangeNotices {
    fn switched(&self) -> Vec<(NoticeKind, bool)> {
        let wish = |kind| match kind {
            NoticeKind::Deposit => self.deposit,
            NoticeKind::Unmatched => self.unmatched,
            NoticeKind::Review => self.review,
            NoticeKind::Provider => self.provider,
            NoticeKind::Price => self.price,
            NoticeKind::DailySummary => self.daily_summary,
            NoticeKind::Audit => self.audit,
            NoticeKind::Job => self.job,
            NoticeKind::Login => self.login,
        };
        NoticeKind::ALL.into_iter().filter_map(|kind| Some((kind, wish(kind)?))).collect()
    }
}

impl From<ChangeBank> for Bank {
    fn from(asked: ChangeBank) -> Self {
        Bank {
            bin: asked.bin,
            name: asked.name,
            account_number: asked.account_number,
            account_name: asked.account_name,
        }
    }
}

impl From<ChangeTier> for TierDraft {
    fn from(asked: ChangeTier) -> Self {
        TierDraft {
            level: asked.level,
            name: asked.name,
            min_spent: asked.min_spent,
            discount_percent: asked.discount_percent,
        }
    }
}

impl From<ChangeSettings> for Patch {
    fn from(asked: ChangeSettings) -> Self {
        let support = asked.support.unwrap_or_default();
        let sepay = asked.sepay.unwrap_or_default();
        let telegram = asked.telegram.unwrap_or_default();
        let secret = |field: Option<Option<SecretField>>| field.map(|inner| inner.map(|secret| secret.0));
        Patch {
            site_name: asked.site_name,
            notice: asked.notice,
            support_zalo: support.zalo,
            support_telegram: support.telegram,
            support_email: support.email,
            bank: asked.bank.map(|bank| bank.map(Bank::from)),
            deposit_min: asked.deposit_min,
            deposit_max: asked.deposit_max,
            deposit_expiry_minutes: asked.deposit_expiry_minutes,
            commission_percent: asked.commission_percent,
            pay_banned_referrers: asked.pay_banned_referrers,
            tiers: asked.tiers.map(|tiers| tiers.into_iter().map(TierDraft::from).collect()),
            sepay_secret: secret(sepay.secret),
            sepay_api_token: secret(sepay.api_token),
            telegram_bot_token: secret(telegram.bot_token),
            telegram_chat_id: telegram.chat_id,
            notices: asked.notices.map(|notices| notices.switched()).unwrap_or_default(),
            min_margin_percent: asked.min_margin_percent,
            price_jump_percent: asked.price_jump_percent,
            auto_resume: asked.auto_resume,
            low_funds_hours: asked.low_funds_hours,
        }
    }
}

/// All settings in force, without secrets.
#[utoipa::path(get, path = "/api/admin/settings", tag = "admin",
    responses((status = 200, body = SettingsView)))]
#[get("/api/admin/settings")]
pub fn show(app: &State<App>, _by: Admin) -> ApiResult<Json<SettingsView>> {
    let settings = app.db.read_now(|tx| settings::all(tx, &app.config))?;
    Ok(Json(SettingsView::of(settings, ListState::now(app)?)))
}

/// Changes settings at once, all that are given or none.
#[utoipa::path(put, path = "/api/admin/settings", tag = "admin", request_body = ChangeSettings,
    responses((status = 200, body = SettingsView),
        (status = 409, body = Problem, description = "the environment sets one of them"),
        (status = 422, body = Problem)))]
#[put("/api/admin/settings", data = "<body>")]
pub async fn change(
    app: &State<App>,
    by: Admin,
    body: Body<ChangeSettings>,
) -> ApiResult<Json<SettingsView>> {
    let (patch, actor, panel) = (Patch::from(body.0), by.actor(), app.inner().clone());
    let has_new_token = patch.sepay_api_token.is_some();
    let has_new_guard = patch.min_margin_percent.is_some()
        || patch.price_jump_percent.is_some()
        || patch.auto_resume.is_some();
    let write = app.db.write(move |tx| -> Result<_, SettingsError> {
        let told = notify::telegram(tx, &panel.config)?;
        let settings = settings::change(tx, &panel.config, &actor, patch)?;
        notify::reconnect(tx, &panel.config, told.as_ref())?;
        Ok(settings)
    });
    let settings = write.await?;
    if has_new_token {
        app.job_registry.ask("reconcile");
    }
    if has_new_guard {
        app.job_registry.ask("sync-catalog");
    }
    Ok(Json(SettingsView::of(settings, ListState::now(app)?)))
}
