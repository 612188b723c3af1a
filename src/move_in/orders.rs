//! Open orders: their money comes with them, what a provider has is followed, and all else waits for a person.

use super::MoveIn;
use super::dump::Row;
use super::error::{MoveInError, refused};
use super::premises::{Money, Premises};
use super::report::{Finding, Report};
use super::rules::{self, Amount, OldStatus};
use super::services;
use super::store::{self, Kind, Newest};
use super::users::Moneys;
use crate::catalog::{self, Service};
use crate::db::{Tx, first_ids};
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ServiceId, UserId};
use crate::kernel::money::{Quantity, Vnd};
use crate::kernel::note::Note;
use crate::orders::{self, Dispatch, MovedOrder, MovedWay, Status};
use crate::provider::{self, decoded};

const MOST_LINK_CHARS: usize = 2048;
const MOST_UNITS: i64 = 1_000_000_000;
/// Of a provider's id of an order, where it is told.
const MOST_ID_CHARS: usize = 64;

pub(super) fn take(
    tx: &Tx,
    wanted: &MoveIn,
    premises: &Premises,
    before: Newest,
    moneys: &Moneys,
    report: &mut Report,
) -> Result<(), MoveInError> {
    // Resellers know the numbers of all, those that are over and those that are still to come: none is given again.
    if premises.newest_order > 0 {
        first_ids::orders_above(tx, premises.newest_order)?;
    }
    let mut moving = Moving { tx, wanted, premises, before, moneys, report };
    wanted.source.each(wanted.family.orders.tables, |row| moving.take(&row))
}

struct Moving<'a> {
    tx: &'a Tx<'a>,
    wanted: &'a MoveIn,
    premises: &'a Premises,
    before: Newest,
    moneys: &'a Moneys,
    report: &'a mut Report,
}

impl Moving<'_> {
    fn take(&mut self, row: &Row) -> Result<(), MoveInError> {
        let columns = &self.wanted.family.orders;
        let Some(id) = row.text(columns.id).map(|id| rules::line(id, 255)).filter(|id| !id.is_empty()) else {
            let why = "an order without an id".to_owned();
            return Err(MoveInError::Refused { at: format!("line {}", row.line), why: why.into() });
        };
        let status = rules::status(row.text(columns.status).unwrap_or_default());
        if status == OldStatus::Over {
            self.report.over = self.report.over.saturating_add(1);
        } else if let Some(known) = store::known(self.tx, self.wanted.family.word, Kind::Order, &id)? {
            if known > self.before.order {
                let about = format_args!("order {id}: line {}: another row has this id", row.line);
                self.report.find(Finding::Repeated, about);
            } else {
                self.report.known = self.report.known.saturating_add(1);
            }
        } else {
            match self.read(row, &id, status)? {
                Ok(moved) => self.open(&id, moved)?,
                Err(why) => self.report.find(Finding::OrderLeftOut, format_args!("order {id}: {why}")),
            }
        }
        Ok(())
    }

    /// Or why it cannot come.
    fn read(
        &mut self,
        row: &Row,
        id: &str,
        status: OldStatus,
    ) -> Result<Result<MovedOrder, &'static str>, MoveInError> {
        let (family, columns) = (self.wanted.family, &self.wanted.family.orders);
        let Some(user) = self.user(row)? else { return Ok(Err("its user did not come")) };
        let count = |names| row.text(names).and_then(rules::count);
        let quantity = count(columns.quantity).filter(|units| *units <= MOST_UNITS).and_then(Quantity::new);
        let Some(quantity) = quantity else { return Ok(Err("it has no quantity that can be read")) };
        let money = self.moneys.get(&user).copied().unwrap_or(Money::Panels);
        let Some(rate) = self.premises.rate_of(money) else {
            return Ok(Err("its user's money is of a currency that nobody gave a rate for"));
        };
        let charge = row.text(columns.charge).map(|said| rules::amount(said, rate, family.is_typed));
        let charge = match charge {
            // Nothing is free here, and a refund gives back what was paid.
            Some(Amount::Whole { amount, .. }) => amount.max(Vnd::new(1)),
            Some(Amount::Negative | Amount::Unreadable) | None => {
                return Ok(Err("it has no charge that can be read"));
            }
        };
        let service = self.service(row)?;
        let said = rules::line(row.text(columns.status).unwrap_or_default(), 40);
        let remains = match (count(columns.remains), count(columns.done)) {
            (Some(remains), _) => Some(remains),
            (None, Some(done)) => Some(quantity.get().saturating_sub(done).max(0)),
            (None, None) => None,
        };
        let (way, at) = self.way(row, &service, status);
        Ok(Ok(MovedOrder {
            wanted: rules::id(id).map(OrderId::new),
            above: OrderId::new(self.before.order),
            user,
            service,
            link: rules::line(&decoded(row.text(columns.link).unwrap_or_default()), MOST_LINK_CHARS),
            quantity,
            charge,
            status: match status {
                OldStatus::Processing => Status::Processing,
                OldStatus::InProgress => Status::InProgress,
                OldStatus::Pending | OldStatus::Unknown | OldStatus::Over => Status::Pending,
            },
            start_count: count(columns.start_count),
            // What is left before anything was done says nothing.
            remains: remains.filter(|units| *units <= quantity.get()),
            way,
            key: format!("{}:order:{id}", family.word),
            note: Note::Moved { panel: family.word.to_owned(), order: id.to_owned(), said, id: at },
        }))
    }

    fn user(&self, row: &Row) -> Result<Option<UserId>, Fault> {
        let family = self.wanted.family;
        let Some(old) = row.text(family.orders.user).map(|old| rules::line(old, 255)) else {
            return Ok(None);
        };
        let by_id = store::known(self.tx, family.word, Kind::User, &old)?;
        let found = match by_id {
            Some(id) => Some(id),
            None => store::known(self.tx, family.word, Kind::Login, &old.to_lowercase())?,
        };
        Ok(found.map(UserId::new))
    }

    fn service(&mut self, row: &Row) -> Result<Service, MoveInError> {
        let old = row.text(self.wanted.family.orders.service).map(|old| rules::line(old, 255));
        let old = old.filter(|old| !old.is_empty()).unwrap_or_else(|| "0".to_owned());
        let known = store::known(self.tx, self.wanted.family.word, Kind::Service, &old)?.map(ServiceId::new);
        let id = match known {
            Some(id) => id,
            None => services::of_the_past(self.tx, self.wanted, self.report, &old)?,
        };
        let service = catalog::by_id(self.tx, id)?;
        service.ok_or_else(|| Fault::Corrupt(format!("service {id} came and is not here")).into())
    }

    /// Where it is, and its provider's id of it. What is made in runs or for posts is one thing there and another here,
    /// so it is nobody's but a person's.
    fn way(&self, row: &Row, service: &Service, status: OldStatus) -> (MovedWay, Option<String>) {
        let columns = &self.wanted.family.orders;
        let at = row.text(columns.provider_order);
        let told = at.map(|id| rules::line(id, MOST_ID_CHARS));
        let told = told.filter(|id| !id.is_empty() && !matches!(id.as_str(), "0" | "-1"));
        let is_split = columns.split.iter().any(|(name, plain)| {
            let is_zero = |said: &str| said.bytes().all(|byte| matches!(byte, b'0' | b'.'));
            row.text(&[name]).is_some_and(|said| !is_zero(said) && !plain.contains(&said))
        });
        let known = self.premises.provider(row.text(columns.provider));
        let of_service = service.offer.provider;
        let way = match (known, at.and_then(provider::written_order_id)) {
            _ if of_service.is_none() => MovedWay::ByHand,
            (Some(known), Some(id))
                if Some(known.id) == of_service && !is_split && status != OldStatus::Unknown =>
            {
                known.account.map_or(MovedWay::Unclear, |account| MovedWay::At(account, id))
            }
            (Some(known), _) if Some(known.id) != of_service => MovedWay::ByHand,
            _ => MovedWay::Unclear,
        };
        (way, told)
    }

    fn open(&mut self, id: &str, moved: MovedOrder) -> Result<(), MoveInError> {
        let (user, charge) = (moved.user, moved.charge);
        let (wanted, status) = (moved.wanted, moved.status);
        let order = orders::move_in(self.tx, moved).map_err(refused(format!("order {id}")))?;
        store::keep(self.tx, self.wanted.family.word, Kind::Order, id, order.id.get())?;
        store::take_off_spent_before(self.tx, user.get(), charge.get())?;
        let report = &mut *self.report;
        report.orders = report.orders.saturating_add(1);
        let number = order.id;
        match order.state.dispatch {
            Dispatch::Sent => report.followed = report.followed.saturating_add(1),
            Dispatch::Manual => {
                let word: &str = status.into();
                report.find(
                    Finding::OrderByHand,
                    format_args!("order {id}: is {word}, by hand, as {number} here"),
                );
            }
            Dispatch::Scheduled
            | Dispatch::DripFeed
            | Dispatch::Queued
            | Dispatch::Sending
            | Dispatch::Refused
            | Dispatch::Review => {
                report.find(
                    Finding::OrderToReview,
                    format_args!("order {id}: waits for you, as {number} here"),
                );
            }
        }
        if wanted.is_some_and(|wanted| wanted != number) {
            report.find(Finding::OrderRenumbered, format_args!("order {id}: is {number} here"));
        }
        Ok(())
    }
}
