//! Whoever is logged in proves once more who that is: by the password, or a code.

use super::error::{ApiError, ApiResult};
use super::guards::Member;
use crate::accounts::token::Claims;
use crate::accounts::{self, AccountError, Counted, Credentials, Party, Visit, Wrong};
use crate::db::ReadTx;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::money::Vnd;
use crate::settings::{self, table};
use crate::state::App;

/// Whether whoever asks gave the password once more, where that is asked for. A program with a token need not: it has
/// nobody who could walk up to it.
pub struct Presence(Option<Claims>);

impl Presence {
    pub fn of(me: &Member) -> Self {
        Presence(me.by_cookie.then(|| me.claims.clone()))
    }

    /// Errors: `NotConfirmed`.
    pub fn check(&self, tx: &ReadTx) -> Result<(), AccountError> {
        match &self.0 {
            Some(claims) if accounts::confirmed_until(tx, claims)?.is_none() => {
                Err(AccountError::NotConfirmed)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The same for a credit by hand, where it is a large one. Errors: `NotConfirmed`.
    pub fn check_credit(&self, tx: &ReadTx, amount: Vnd) -> Result<(), AccountError> {
        let above = settings::number(tx, &table::CONFIRM_CREDIT_ABOVE)?;
        if above > 0 && amount.get() > above { self.check(tx) } else { Ok(()) }
    }
}

/// Lets a password or a code be checked, unless there were too many wrong ones under this count. It counts as a wrong
/// one until it is forgiven.
pub async fn attempt<T>(
    app: &App,
    counted: Counted,
    check: impl Future<Output = Result<T, Fault>>,
) -> ApiResult<T> {
    begin(app, counted)?;
    let checked = check.await;
    if checked.is_err() {
        app.attempts.take_back(counted);
    }
    Ok(checked?)
}

/// Begins a try. Errors: 429 after too many wrong ones.
pub fn begin(app: &App, counted: Counted) -> ApiResult<()> {
    let now = app.db.clock().now();
    app.attempts.begin(counted, now).map_err(|left| ApiError::limited(u64::try_from(left).unwrap_or(1)))
}

/// What the caller's password was compared with, where it was the right one; whoever is let through says so by
/// `settle`. A wrong one stands in the user's log-in history. Errors: 422 in `field` for a wrong one, 429 after too
/// many.
pub async fn password(
    app: &App,
    me: &Member,
    visit: &Visit,
    field: &str,
    password: String,
) -> ApiResult<Credentials> {
    let known = app.db.read_now(|tx| accounts::own_credentials(tx, &me.claims))?;
    let party = Party::User(me.id);
    let check = app.passwords.check(party, password, Some(known.hash.clone()), app.passwords.cost());
    if !attempt(app, Counted::of_user(me.id), check).await?.is_right {
        failed(app, me, Wrong::SessionPassword, visit).await?;
        return Err(AccountError::field(field, Rule::WrongPassword).into());
    }
    Ok(known)
}

/// Writes down that somebody in this session failed to prove who that is.
pub async fn failed(app: &App, me: &Member, wrong: Wrong, visit: &Visit) -> ApiResult<()> {
    let (user, visit) = (me.id, visit.clone());
    Ok(app.db.write(move |tx| accounts::failed(tx, user, wrong, &visit)).await?)
}

/// Whoever changes how the account is opened gave the password with the request; in a browser it was asked for a moment
/// before, and need not come again.
///
/// Errors: 403 `confirmation_required`; as `password`, in the field of this name.
pub async fn shown(app: &App, me: &Member, visit: &Visit, given: Option<String>) -> ApiResult<()> {
    app.db.read_now(|tx| Presence::of(me).check(tx))?;
    match given {
        Some(given) => password(app, me, visit, "password", given).await.map(drop),
        None if me.by_cookie => Ok(()),
        None => Err(AccountError::field("password", Rule::Needed).into()),
    }
}

/// Lets a code be checked. Errors: 429 after too many wrong ones.
pub fn code(app: &App, me: &Member) -> ApiResult<()> {
    begin(app, Counted::of_user(me.id))
}

/// The password alone was right. Where a code is asked for too, it forgives no wrong one.
pub fn settle_password(app: &App, me: &Member) -> ApiResult<()> {
    let counted = Counted::of_user(me.id);
    if app.db.read_now(|tx| accounts::has_second_factor(tx, me.id))? {
        app.attempts.take_back(counted);
    } else {
        app.attempts.forgive(counted);
    }
    Ok(())
}

/// Nothing was guessed yet.
pub fn take_back(app: &App, me: &Member) {
    app.attempts.take_back(Counted::of_user(me.id));
}

/// All that the caller gave was right.
pub fn settle(app: &App, me: &Member) {
    app.attempts.forgive(Counted::of_user(me.id));
}
