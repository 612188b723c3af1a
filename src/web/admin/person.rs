//! All about one user at once, for whoever helps or looks closer.

use crate::accounts::{self, Role};
use crate::kernel::ids::UserId;
use crate::reports::person::{self, Money, Other, Person, Sign};
use crate::state::App;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::guards::Staff;
use crate::web::params::PathId;
use crate::web::respond::Json;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![overview]
}

/// A user's money since the account was opened, in VND.
#[derive(Serialize, ToSchema)]
pub struct MoneyView {
    balance: i64,
    /// Paid in, by transfer and by hand.
    deposited: i64,
    /// What was charged for orders, and what went back of that.
    charged: i64,
    refunded: i64,
    /// Of those whom the user referred, less what was taken back.
    commission: i64,
    /// Given with deposits and coupons, less what was taken back.
    bonus: i64,
    /// What of the balance was given and is not spent yet: it is taken back first when money is paid out.
    bonus_unspent: i64,
    /// Given by admins, less what they took.
    adjusted: i64,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        MoneyView {
            balance: money.balance.get(),
            deposited: money.deposited.get(),
            charged: money.charged.get(),
            refunded: money.refunded.get(),
            commission: money.commission.get(),
            bonus: money.bonus.get(),
            bonus_unspent: money.bonus_unspent.get(),
            adjusted: money.adjusted.get(),
        }
    }
}

/// A user by id and name.
#[derive(Serialize, ToSchema)]
pub struct NamedUser {
    id: i64,
    username: String,
}

/// Another account that was used from where this one was, within 30 days.
#[derive(Serialize, ToSchema)]
pub struct OtherAccount {
    id: i64,
    username: String,
    banned: bool,
    /// In the same browser.
    device: bool,
    /// From the same address, where at most five others are; null: from none.
    address: Option<String>,
    /// When last.
    at: String,
    /// Whether it referred this one, or was referred by it.
    referral: bool,
}

impl From<Other> for OtherAccount {
    fn from(other: Other) -> Self {
        OtherAccount {
            id: other.user.get(),
            username: other.username,
            banned: other.banned,
            device: other.is_device,
            address: other.address,
            at: other.at.rfc3339(),
            referral: other.is_referral,
        }
    }
}

/// What is worth a look.
#[derive(Serialize, ToSchema)]
pub struct SignView {
    /// `banned` (one of the other accounts is), `own_referral` (one of them referred the other), `shared_device`,
    /// `shared_address`, `refunds_high` (more than half of what was charged went back) or `coupons_refused`.
    sign: &'static str,
    /// Which of the other accounts it is about.
    user_ids: Vec<i64>,
    /// How many coupons did not count, of `coupons_refused`.
    count: Option<i64>,
}

impl From<Sign> for SignView {
    fn from(sign: Sign) -> Self {
        let about = |sign, users: Vec<UserId>| SignView {
            sign,
            user_ids: users.into_iter().map(UserId::get).collect(),
            count: None,
        };
        match sign {
            Sign::Banned(users) => about("banned", users),
            Sign::OwnReferral(users) => about("own_referral", users),
            Sign::SharedDevice(users) => about("shared_device", users),
            Sign::SharedAddress(users) => about("shared_address", users),
            Sign::RefundsHigh => about("refunds_high", Vec::new()),
            Sign::CouponsRefused(count) => {
                SignView { count: Some(count), ..about("coupons_refused", Vec::new()) }
            }
        }
    }
}

/// A user as a whole.
#[derive(Serialize, ToSchema)]
pub struct UserOverview {
    money: MoneyView,
    /// Who referred the user; null: nobody.
    referrer: Option<NamedUser>,
    /// How many the user referred, 1,000 meaning 1,000 or more.
    referred: i64,
    /// Not told to the support, like `signs`.
    others: Option<Vec<OtherAccount>>,
    /// Reasons to look, none to act by itself, the gravest first.
    signs: Option<Vec<SignView>>,
}

/// Money, referrals and, for admins, signs of fraud of one user.
#[utoipa::path(get, path = "/api/admin/users/{id}/overview", tag = "admin", params(("id" = i64, Path)),
    responses((status = 200, body = UserOverview), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
#[get("/api/admin/users/<id>/overview")]
pub async fn overview(app: &State<App>, by: Staff, id: PathId<UserId>) -> ApiResult<Json<UserOverview>> {
    let (id, is_admin) = (id.get()?, by.is_admin());
    let read = app.db.read(move |tx| {
        let shown = accounts::profile(tx, id)?.filter(|found| is_admin || found.user.role == Role::User);
        let person = if shown.is_some() { person::person(tx, id)? } else { None };
        let Person { money, referrer, referred, others, signs } = person.ok_or_else(ApiError::not_found)?;
        let mut names = accounts::names(tx, referrer.as_slice())?;
        let referrer = referrer.map(|referrer| NamedUser {
            id: referrer.get(),
            username: names.remove(&referrer).unwrap_or_default(),
        });
        Ok::<_, ApiError>(UserOverview {
            money: money.into(),
            referrer,
            referred,
            others: is_admin.then(|| others.into_iter().map(OtherAccount::from).collect()),
            signs: is_admin.then(|| signs.into_iter().map(SignView::from).collect()),
        })
    });
    Ok(Json(read.await?))
}
