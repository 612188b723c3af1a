//! Paying in: a customer's requests with their QR codes, and the bank's notices by way of SePay.

use super::address;
use super::body::{self, RawBody};
use super::budget;
use super::coupons::try_code;
use super::error::{ApiError, ApiResult, Problem, outcome};
use super::export::{Columns, Export};
use super::guards::{self, Caller, Member};
use super::idempotent::Idempotent;
use super::limits::Counted;
use super::params::{PathId, Query};
use super::respond::{Json, List, Made, Prepared};
use crate::config::{Bank, Config};
use crate::db::ReadTx;
use crate::deposits::{self, AskedWith, Deposit, DepositError, Terms, sepay};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Code, Rule};
use crate::kernel::ids::DepositId;
use crate::kernel::money::Vnd;
use crate::kernel::reason::Reason;
use crate::kernel::secret::Secret;
use crate::kernel::text::trimmed;
use crate::settings;
use crate::state::App;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use rocket::data::{Data, FromData, Outcome};
use rocket::http::{ContentType, Status};
use rocket::request::Request;
use rocket::{Route, State, get, post, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![banks, request, list, csv, show, qr, webhook]
}

/// A wish to pay in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestDeposit {
    /// VND, within the panel's limits.
    amount: i64,
    /// A coupon's code, in any case.
    coupon: Option<String>,
    /// To which of the accounts of `GET /api/payment/banks` it is to be paid; the first unless given.
    account_number: Option<String>,
}

/// The accounts that can be paid to, the one by default first.
#[derive(Serialize, ToSchema)]
pub struct BankList {
    items: Vec<Bank>,
    /// Always null: there are at most 21.
    next_cursor: Option<String>,
}

/// A request to pay in, and how to pay it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepositView {
    pub id: i64,
    /// `NAP` and eight characters; the transfer's memo has to hold it.
    pub code: String,
    /// VND, as asked for.
    pub amount: i64,
    /// VND, the sum of all that was credited under the code.
    pub credited: i64,
    /// VND: the user's balance before the first credit under the code. Null while nothing was credited.
    pub balance_before: Option<i64>,
    /// VND: the user's balance right after the last credit under the code, bonus and all. Null while nothing was
    /// credited.
    pub balance_after: Option<i64>,
    /// `pending`, `completed`, `rejected` or `expired`.
    pub status: &'static str,
    /// VND, what was given beside what was credited.
    pub bonus: i64,
    pub coupon: Option<AskedWithView>,
    /// The account to pay to.
    pub bank: Bank,
    pub transfer_content: String,
    /// The text behind the VietQR code.
    pub qr_payload: String,
    /// The same as a picture (SVG), for this user.
    pub qr_url: String,
    pub expires_at: String,
    pub created_at: String,
}

/// The coupon that a deposit was asked for with.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedWithView {
    code: String,
    /// What came of it with the first money: `counted`, `smaller` (the bonus on deposits was at least as much, and the
    /// coupon stays unused), `ended`, `used_up`, `used_before` or `too_little`. Null: no money has come.
    outcome: Option<&'static str>,
}

impl From<AskedWith> for AskedWithView {
    fn from(coupon: AskedWith) -> Self {
        AskedWithView { code: coupon.code, outcome: coupon.outcome.map(<&str>::from) }
    }
}

impl From<Deposit> for DepositView {
    fn from(deposit: Deposit) -> Self {
        DepositView {
            id: deposit.id.get(),
            amount: deposit.amount.get(),
            credited: deposit.credited.get(),
            balance_before: deposit.balances.map(|(before, _)| before.get()),
            balance_after: deposit.balances.map(|(_, after)| after.get()),
            bonus: deposit.bonus.get(),
            coupon: deposit.coupon.map(AskedWithView::from),
            status: deposit.state.status().into_str(),
            transfer_content: deposit.code.clone(),
            qr_payload: deposit.qr_payload,
            qr_url: format!("/api/payment/deposits/{}/qr.svg", deposit.id),
            expires_at: deposit.expires_at.rfc3339(),
            created_at: deposit.created_at.rfc3339(),
            code: deposit.code,
            bank: deposit.bank,
        }
    }
}

/// The accounts that can be paid to, the one by default first.
#[utoipa::path(get, path = "/api/payment/banks", tag = "payment",
    responses((status = 200, body = BankList), (status = 401, body = Problem)))]
#[get("/api/payment/banks")]
pub fn banks(app: &State<App>, me: Caller<'_>) -> ApiResult<Json<BankList>> {
    me.read(|tx, _| Ok(Json(BankList { items: settings::banks(tx, &app.config)?, next_cursor: None })))
}

/// What holds for deposits right now that are paid to this account; `None`: the one by default. Errors:
/// `NotConfigured`, `Fields` for an account that cannot be paid to.
fn terms(tx: &ReadTx, config: &Config, account: Option<&str>) -> Result<Terms, DepositError> {
    let banks = settings::banks(tx, config)?;
    if banks.is_empty() {
        return Err(DepositError::NotConfigured);
    }
    let mut wanted =
        banks.into_iter().filter(|bank| account.is_none_or(|account| bank.account_number == account));
    let bank = wanted.next().ok_or_else(|| DepositError::field("account_number", Rule::NoSuch))?;
    let (min, max) = settings::deposit_limits(tx)?;
    Ok(Terms { min, max, expiry_minutes: settings::deposit_expiry_minutes(tx, config)?, bank })
}

/// Asks to pay in.
#[utoipa::path(post, path = "/api/payment/deposit", tag = "payment", request_body = RequestDeposit,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition harmless")),
    responses((status = 201, body = DepositView), (status = 409, body = Problem, description = "`coupon_not_valid`, \
            with why; `conflict`: 20 deposits are open"),
        (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
#[post("/api/payment/deposit", data = "<body>")]
pub async fn request(app: &State<App>, me: Member, key: Idempotent, body: RawBody) -> ApiResult<Prepared> {
    let panel = app.inner().clone();
    key.once(app, me.id, &body, Status::Created, move |tx, wish: RequestDeposit| {
        let terms = terms(tx, &panel.config, wish.account_number.as_deref())?;
        let coupon = wish.coupon.as_deref().map(trimmed).filter(|code| !code.is_empty());
        let ask = || deposits::request(tx, me.id, Vnd::new(wish.amount), coupon, &terms);
        let deposit = match coupon {
            Some(_) => try_code(&panel, me.id, ask)?,
            None => ask()?,
        };
        Ok(DepositView::from(deposit))
    })
    .await
}

/// The caller's deposits, newest first.
#[utoipa::path(get, path = "/api/payment/deposits", tag = "payment",
    params(("status" = Option<String>, Query), ("limit" = Option<i64>, Query),
        ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<DepositView>), (status = 422, body = Problem)))]
#[get("/api/payment/deposits")]
pub async fn list(app: &State<App>, me: Member, query: Query) -> ApiResult<Json<List<DepositView>>> {
    let (page, status) = (query.page()?, query.word("status")?);
    let filter = deposits::Filter { user: Some(me.id), status, ..deposits::Filter::default() };
    let page = app.db.read(move |tx| deposits::list(tx, &filter, page)).await?;
    Ok(Json(List::of(page, DepositView::from)))
}

/// The columns of a file of deposits.
const COLUMNS: Columns = Columns {
    file: "deposits",
    header: "id,created_at,expires_at,code,amount,credited,balance_after,status",
};

/// The caller's deposits as a CSV file, with the filters of the list.
#[utoipa::path(get, path = "/api/payment/deposits.csv", tag = "payment",
    params(("status" = Option<String>, Query)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 422, body = Problem),
        (status = 429, body = Problem, description = "another export of the caller's is running")))]
#[get("/api/payment/deposits.csv")]
pub fn csv(me: Member, query: Query) -> ApiResult<Export> {
    let filter =
        deposits::Filter { user: Some(me.id), status: query.word("status")?, ..deposits::Filter::default() };
    Ok(Export::of(
        me,
        &COLUMNS,
        move |tx, page| Ok(deposits::list(tx, &filter, page)?.map(DepositView::from)),
    ))
}

/// One of the caller's deposits.
#[utoipa::path(get, path = "/api/payment/deposits/{id}", tag = "payment", params(("id" = i64, Path)),
    responses((status = 200, body = DepositView), (status = 404, body = Problem)))]
#[get("/api/payment/deposits/<id>")]
pub fn show(me: Caller<'_>, id: PathId<DepositId>) -> ApiResult<Json<DepositView>> {
    let deposit = me.read(|tx, me| Ok(deposits::of_user(tx, me.id, id.get()?)?))?;
    Ok(Json(deposit.into()))
}

/// The VietQR code of one of the caller's deposits.
#[utoipa::path(get, path = "/api/payment/deposits/{id}/qr.svg", tag = "payment", params(("id" = i64, Path)),
    responses((status = 200, content_type = "image/svg+xml", body = String),
        (status = 404, body = Problem)))]
#[get("/api/payment/deposits/<id>/qr.svg")]
pub fn qr(me: Caller<'_>, id: PathId<DepositId>) -> ApiResult<Made> {
    let deposit = me.read(|tx, me| Ok(deposits::of_user(tx, me.id, id.get()?)?))?;
    picture(deposit.qr_payload)
}

/// A QR code as SVG.
pub fn picture(payload: String) -> ApiResult<Made> {
    Ok(Made { content_type: ContentType::SVG, body: drawn(&payload)?.into_bytes() })
}

/// The same as text.
pub fn drawn(payload: &str) -> ApiResult<String> {
    let code = QrCode::with_error_correction_level(payload, EcLevel::M)
        .map_err(|cause| ApiError::internal(format!("it fits no QR code: {cause}")))?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(320, 320).build())
}

/// What SePay wants to hear.
#[derive(Debug, Serialize, ToSchema)]
pub struct Received {
    success: bool,
}

/// A bank transfer, reported by SePay. Answered once it is on disk; the same transfer counts once.
#[utoipa::path(post, path = "/api/payment/sepay/webhook", tag = "payment", security(()),
    request_body(content = Object, description = "SePay's payload"),
    params(("Authorization" = Option<String>, Header, description = "`Apikey <SEPAY_SECRET>`, or"),
        ("X-SePay-Signature" = Option<String>, Header, description = "`sha256=` and the HMAC"),
        ("X-SePay-Timestamp" = Option<String>, Header, description = "seconds since 1970")),
    responses((status = 200, body = Received), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
#[post("/api/payment/sepay/webhook", data = "<notice>")]
pub async fn webhook(app: &State<App>, notice: Notice) -> ApiResult<Json<Received>> {
    let fact = sepay::parse(&notice.0)?;
    let (sepay_id, panel) = (fact.sepay_id, app.inner().clone());
    let write = app.db.write(move |tx| {
        let our_accounts = settings::our_accounts(tx, &panel.config)?;
        deposits::receive(tx, &fact, &our_accounts)
    });
    write.await?.log(sepay_id);
    Ok(Json(Received { success: true }))
}

/// The raw body of a notice that SePay provably sent: such are never limited. What headers do not prove is counted
/// before its body is read, and over the limit no more of it is read than a notice has.
pub struct Notice(body::Received);

#[rocket::async_trait]
impl<'r> FromData<'r> for Notice {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        outcome(request, authentic(request, data).await.map(Notice))
    }
}

async fn authentic(request: &Request<'_>, data: Data<'_>) -> ApiResult<body::Received> {
    let app = guards::app(request)?;
    let secret = app.db.read_now(|tx| settings::sepay_secret(tx, &app.config))?;
    let header = |name| request.headers().get_one(name);
    let proof = sepay::Proof {
        authorization: header("Authorization"),
        signature: header("X-SePay-Signature"),
        timestamp: header("X-SePay-Timestamp"),
    };
    if secret.as_ref().is_some_and(|secret| proof.has_key(secret.expose())) {
        let _ = request.local_cache(budget::Known::default).0.set(Counted::Bank);
        return body::bytes(request, data, body::MAX_BYTES).await;
    }
    let counted = guards::limits(request)?.request(address::of(request));
    let most = if counted.is_ok() { body::UNPROVEN_BYTES } else { budget::FREE_BYTES };
    let signed = match secret {
        Some(secret) => signed(request, data, proof, (&secret, app.db.clock().now()), most).await,
        None => Err(ApiError::not_configured(Reason::NoSepaySecret)),
    };
    signed.map_err(|refusal| counted.err().unwrap_or(refusal))
}

/// The body that a signature proves.
async fn signed(
    request: &Request<'_>,
    data: Data<'_>,
    proof: sepay::Proof<'_>,
    (secret, now): (&Secret, Timestamp),
    most: usize,
) -> ApiResult<body::Received> {
    if !proof.may_hold(secret.expose(), now) {
        return Err(unproven());
    }
    let body = body::bytes(request, data, most).await?;
    if proof.holds(secret.expose(), &body, now) { Ok(body) } else { Err(unproven()) }
}

/// What whoever looks into SePay's log reads.
fn unproven() -> ApiError {
    ApiError::new(
        Code::Unauthenticated,
        "the API key or signature does not fit the secret in the panel's settings",
    )
}
