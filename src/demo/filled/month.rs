//! Day by day: people come, pay in and order, and the provider delivers.

use super::dice::Dice;
use super::list::Sold;
use super::people::Newcomer;
use super::{DAYS, Failed, write};
use crate::accounts;
use crate::audit_log::Actor;
use crate::db::Tx;
use crate::demo::bank;
use crate::deposits::{self, BankFact, Direction, Terms};
use crate::kernel::cause::CallCause;
use crate::kernel::ids::{OrderId, ProviderId, UserId};
use crate::kernel::money::Vnd;
use crate::order_types::Params;
use crate::orders::{self, Decision, Placement, Status, Timing, Wanted};
use crate::provider::{Account, Exchange, Remains, Report, ReportedPosts, ReportedStatus};
use crate::referrals;
use crate::settings;
use crate::state::App;

const ORDERS: i64 = 311;
const PROVIDER: Account = Account { provider: ProviderId::new(1), number: 1 };
/// Transfers are as round as people make them.
const ROUND: i64 = 100_000;
/// Most who follow a link leave again.
const CLICKS_FOR_ONE: i64 = 7;
/// Of the last orders some are not done yet.
const OPEN: i64 = 25;

/// What is to be told about an order, and before which step.
struct Due {
    step: i64,
    order: OrderId,
    is_by_hand: bool,
    quantity: i64,
}

pub(super) struct Month<'a> {
    app: &'a App,
    dice: Dice,
    sold: Vec<Sold>,
    pub customers: Vec<UserId>,
    due: Vec<Due>,
    transfers: i64,
}

impl<'a> Month<'a> {
    pub(super) fn new(app: &'a App, dice: Dice, sold: Vec<Sold>) -> Self {
        Month { app, dice, sold, customers: Vec::new(), due: Vec::new(), transfers: 0 }
    }

    /// Errors: what the panel's own functions refuse.
    pub(super) fn pass(&mut self, newcomers: Vec<Newcomer>) -> Result<(), Failed> {
        let began = self.app.db.clock().now();
        let mut newcomers = newcomers.into_iter();
        for step in 0..ORDERS {
            let at = DAYS.saturating_mul(86_400).saturating_mul(step) / ORDERS;
            let clock = self.app.db.clock();
            clock.advance_seconds(began.seconds().saturating_add(at).saturating_sub(clock.now().seconds()));
            if let Some(newcomer) = (step % 8 == 0).then(|| newcomers.next()).flatten() {
                self.welcome(newcomer)?;
            }
            self.deliver(step)?;
            self.order(step)?;
        }
        newcomers.try_for_each(|newcomer| self.welcome(newcomer))?;
        self.stray_transfers()
    }

    /// Every third came by somebody's link.
    fn welcome(&mut self, newcomer: Newcomer) -> Result<(), Failed> {
        let referrer = if self.dice.percent(35) { self.dice.one(&self.customers).copied() } else { None };
        let user = write(self.app, move |tx| {
            let referrer = referrer.map(|user| accounts::profile(tx, user)).transpose()?.flatten();
            if let Some(referrer) = &referrer {
                referrals::clicked(tx, &[(referrer.user.id, CLICKS_FOR_ONE)])?;
            }
            let account = newcomer.account(referrer.map(|profile| profile.user.referral_code))?;
            Ok(accounts::register(tx, &account, &newcomer.password)?.user.id)
        })?;
        self.customers.push(user);
        Ok(())
    }

    fn order(&mut self, step: i64) -> Result<(), Failed> {
        let (Some(user), Some(sold)) = (self.dice.one(&self.customers).copied(), self.dice.one(&self.sold))
        else {
            return Ok(());
        };
        let (sold, many) = (sold.clone(), self.dice.below(40).saturating_add(1));
        let quantity = sold.min.saturating_mul(many).min(5_000);
        let placement = Placement {
            user,
            service: sold.id,
            link: format!("{}{}", sold.link, 1_000 + step),
            quantity: Some(quantity),
            params: Params::default(),
            timing: Timing::default(),
            expected_charge: None,
        };
        self.fund(&placement)?;
        let is_lost = step >= ORDERS - OPEN && self.dice.percent(20);
        let order = write(self.app, move |tx| {
            let order = orders::place(tx, placement)?.id;
            for claimed in orders::claim(tx, PROVIDER, &Wanted::up_to(10))? {
                let theirs = claimed.order.get().saturating_add(7_000_000).to_string();
                let (id, exchange) = (claimed.order, Exchange::default());
                if is_lost {
                    orders::record_unknown(tx, id, &CallCause::CutShort, &exchange)?;
                } else {
                    orders::record_sent(tx, id, &theirs, &exchange)?;
                }
            }
            Ok(order)
        })?;
        let step = step.saturating_add(self.dice.below(4)).saturating_add(1);
        if !is_lost || sold.is_by_hand {
            self.due.push(Due { step, order, is_by_hand: sold.is_by_hand, quantity });
        }
        Ok(())
    }

    /// Pays in what the order needs and the account lacks.
    fn fund(&mut self, wanted: &Placement) -> Result<(), Failed> {
        let placement = wanted.clone();
        let missing = self.app.db.read_now(|tx| {
            let charge = orders::quote(tx, placement.clone()).map(|quote| quote.charge);
            let balance = accounts::profile(tx, placement.user)?.map_or(Vnd::ZERO, |of| of.balances.balance);
            Ok::<_, Failed>(charge?.get().saturating_sub(balance.get()))
        })?;
        if missing <= 0 {
            return Ok(());
        }
        let parts = (missing / ROUND).saturating_add(1).saturating_add(self.dice.below(5));
        let amount = Vnd::new(parts.saturating_mul(ROUND));
        let (user, number, panel) = (wanted.user, self.next_transfer(), self.app.clone());
        write(self.app, move |tx| {
            let (min, max) = settings::deposit_limits(tx)?;
            let bank = settings::bank(tx, &panel.config)?.ok_or("no bank")?;
            let expiry_minutes = settings::deposit_expiry_minutes(tx, &panel.config)?;
            let terms = Terms { min, max, expiry_minutes, bank };
            let deposit = deposits::request(tx, user, amount.clamp(min, max), None, &terms)?;
            let memo = format!("CK {} tu MBBank", deposit.code);
            receive(tx, number, deposit.amount, memo)
        })
    }

    fn next_transfer(&mut self) -> i64 {
        self.transfers = self.transfers.saturating_add(1);
        self.transfers
    }

    /// What is due at this step: most of it was delivered.
    fn deliver(&mut self, step: i64) -> Result<(), Failed> {
        let (due, later): (Vec<_>, Vec<_>) = self.due.drain(..).partition(|due| due.step <= step);
        self.due = later;
        for Due { order, is_by_hand, quantity, .. } in due {
            let fate = self.dice.below(100);
            let is_open = step >= ORDERS - OPEN && fate < 60;
            let left = quantity / self.dice.below(3).saturating_add(2);
            write(self.app, move |tx| match (is_by_hand, is_open) {
                (true, _) => by_hand(tx, order, is_open, fate),
                (false, _) => report(tx, order, fate, left),
            })?;
        }
        Ok(())
    }

    /// Money that nobody can tell whose it is.
    fn stray_transfers(&mut self) -> Result<(), Failed> {
        for (amount, memo) in [
            (200_000, "chuyen tien mua tuong tac"),
            (50_000, "NAP AB12 sai ma"),
            (1_500_000, "Thanh toan don hang thang 11 cho shop"),
        ] {
            let number = self.next_transfer();
            write(self.app, move |tx| receive(tx, number, Vnd::new(amount), memo.to_owned()))?;
        }
        Ok(())
    }
}

/// The bank tells of a transfer.
fn receive(tx: &Tx, number: i64, amount: Vnd, content: String) -> Result<(), Failed> {
    let fact = BankFact {
        sepay_id: number,
        direction: Direction::In,
        amount,
        gateway: "MBBank".to_owned(),
        account_number: bank::ACCOUNT_NUMBER.to_owned(),
        sub_account: None,
        code: None,
        content,
        reference: format!("DEMO{number}"),
        transaction_date: bank::vietnamese(tx.now()),
        raw: "{}".to_owned(),
    };
    deposits::receive(tx, &fact, &[bank::ACCOUNT_NUMBER.to_owned()])?;
    Ok(())
}

fn by_hand(tx: &Tx, order: OrderId, is_open: bool, fate: i64) -> Result<(), Failed> {
    let status = match fate {
        _ if is_open => Status::InProgress,
        95.. => Status::Canceled,
        _ => Status::Completed,
    };
    let decision = Decision { status, start_count: Some(1_200), remains: None };
    orders::set_status(tx, &Actor::CONSOLE, order, &decision)?;
    Ok(())
}

fn report(tx: &Tx, order: OrderId, fate: i64, left: i64) -> Result<(), Failed> {
    let (status, remains) = match fate {
        95.. => (ReportedStatus::Canceled, Remains::Missing),
        88.. => (ReportedStatus::Partial, Remains::Count(left)),
        _ => (ReportedStatus::Completed, Remains::Count(0)),
    };
    let (start_count, posts) = (Some(3_400), ReportedPosts::default());
    let report = Report { status, remains, start_count, charge: None, currency: None, posts };
    let theirs = order.get().saturating_add(7_000_000).to_string();
    orders::apply_report(tx, PROVIDER, &theirs, &report)?;
    Ok(())
}
