//! SePay's list of transfers (`/userapi/transactions/list`, version 1, whose numbers are the notices'): what to ask
//! for, and what an answer says. Pure; the call itself is the job's.
//!
//! Nobody promises in which order a page comes. So a full page is continued by number where numbers rise, and by date
//! where they fall; who asks has to see to it that every page brings something new.

use super::sepay::{BankFact, Direction, Notice};
use super::vietqr::MAX_AMOUNT;
use crate::kernel::day::Day;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::figure;
use crate::kernel::foreign::{self, Ambiguous, Object, Scalar};
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use serde_json::value::RawValue;

/// Rows a page. A row has about 500 bytes, so that a page with far longer ones still fits into an answer.
pub const PAGE: usize = 500;
/// Rows at the end of a page among which its last date is looked for: the bank may report one late.
const TAIL: usize = 100;

/// Which part of the list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    from: Day,
    /// From this number on.
    since: Option<i64>,
    /// Up to this moment, as the list writes it.
    until: Option<String>,
}

impl Query {
    /// All since the beginning of a day.
    pub fn since_day(from: Day) -> Self {
        Query { from, since: None, until: None }
    }

    /// The address, given where SePay is, without a slash at the end.
    pub fn url(&self, base: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("transaction_date_min", &self.from.iso()).append_pair("limit", &PAGE.to_string());
        if let Some(since) = self.since {
            query.append_pair("since_id", &since.to_string());
        }
        if let Some(until) = &self.until {
            query.append_pair("transaction_date_max", until);
        }
        format!("{base}/userapi/transactions/list?{}", query.finish())
    }

    /// What is left after this page; `None`: nothing. Errors: it is full, but does not say where to go on.
    pub fn after(&self, page: &ListPage) -> Result<Option<Query>, Note> {
        // More rows than asked for are all there are: the limit means nothing to whoever sent them.
        if page.rows.len() != PAGE {
            return Ok(None);
        }
        let ids = || page.rows.iter().filter_map(|row| row.id);
        let (Some(first), Some(last)) = (ids().next(), ids().next_back()) else {
            return Err(Note::SepayNoWay);
        };
        let mut next = self.clone();
        if first < last {
            next.since = ids().max();
        } else {
            let tail = page.rows.iter().rev().take(TAIL).filter(|row| is_moment(&row.date));
            next.until = Some(tail.map(|row| row.date.clone()).max().ok_or(Note::SepayNoWay)?);
        }
        Ok(Some(next))
    }
}

/// `2026-10-05 09:14:22`: texts of this form are in order of time.
fn is_moment(text: &str) -> bool {
    let form = "0000-00-00 00:00:00";
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, like)| match like {
            b'0' => byte.is_ascii_digit(),
            _ => byte == like,
        })
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    id: Option<i64>,
    date: String,
    /// `Err`: why it cannot be read.
    fact: Result<BankFact, Unreadable>,
}

impl ListPage {
    pub fn facts(&self) -> impl Iterator<Item = &BankFact> {
        self.rows.iter().filter_map(|row| row.fact.as_ref().ok())
    }

    /// Why some rows cannot be read.
    pub fn unreadable(&self) -> impl Iterator<Item = &Unreadable> {
        self.rows.iter().filter_map(|row| row.fact.as_ref().err())
    }
}

/// Why a row brings nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    NoObject,
    /// A field of it, with the transfer's number where there is one.
    Field(Option<i64>, FieldError),
    /// This one could not be received.
    Transfer(i64),
}

impl Unreadable {
    /// With how many more there are.
    pub fn note(&self, others: usize) -> Note {
        let others = i64::try_from(others).ok().filter(|others| *others > 0);
        match self.clone() {
            Unreadable::NoObject => Note::SepayRow { others },
            Unreadable::Field(transfer, FieldError { field, rule }) => {
                Note::SepayField { transfer, field, rule, others }
            }
            Unreadable::Transfer(transfer) => Note::SepayTransfer { transfer, others },
        }
    }
}

/// Reads an answer. A row that cannot be read spoils no other. Errors: why it is no page of the list, without a word of
/// what the answer said.
pub fn read(status: u16, body: &[u8]) -> Result<ListPage, Note> {
    match status {
        200 => {}
        401 | 403 => return Err(Note::SepayDenied { status }),
        429 => return Err(Note::SepayTooOften),
        _ => return Err(Note::SepayStatus { status }),
    }
    let text = foreign::text(body);
    if text.is_empty() {
        return Err(Note::SepayEmpty);
    }
    let envelope = foreign::object(&text).ok_or(Note::SepayNoList)?;
    let Ok(transactions) = envelope.raw("transactions") else { return Err(Note::SepayNoList) };
    if says_no(&envelope).map_err(|Ambiguous| Note::SepayNoList)? {
        return Err(Note::SepayRefused);
    }
    let rows = transactions.and_then(|list| foreign::array(list.get(), usize::MAX));
    Ok(ListPage { rows: rows.ok_or(Note::SepayNoList)?.into_iter().map(read_row).collect() })
}

/// What is missing says nothing.
fn says_no(envelope: &Object<'_>) -> Result<bool, Ambiguous> {
    let is_well = match envelope.get("status")? {
        Scalar::Absent => true,
        Scalar::Number(code) => code == "200",
        Scalar::Text(code) => code == "200",
        Scalar::Bool(_) | Scalar::Other => false,
    };
    let is_silent = match envelope.get("error")? {
        Scalar::Absent | Scalar::Bool(false) => true,
        Scalar::Text(text) => text.is_empty(),
        Scalar::Bool(true) | Scalar::Number(_) | Scalar::Other => false,
    };
    let messages = envelope.raw("messages")?.and_then(|raw| foreign::object(raw.get()));
    let failed = matches!(messages.map(|told| told.get("success")).transpose()?, Some(Scalar::Bool(false)));
    Ok(!is_well || !is_silent || failed)
}

fn read_row(raw: &RawValue) -> Row {
    let Some(fields) = foreign::object(raw.get()) else {
        return Row { id: None, date: String::new(), fact: Err(Unreadable::NoObject) };
    };
    let mut row = Notice { fields, errors: Vec::new() };
    let sepay_id = row.integer("id", 0, i64::MAX);
    let id = row.errors.is_empty().then_some(sepay_id);
    let (direction, amount) = row.moved();
    let fact = BankFact {
        sepay_id,
        direction,
        amount,
        gateway: row.text("bank_brand_name"),
        account_number: row.text("account_number"),
        sub_account: Some(row.text("sub_account")).filter(|text| !text.is_empty()),
        code: Some(row.text("code")).filter(|text| !text.is_empty()),
        content: row.text("transaction_content"),
        reference: row.text("reference_number"),
        transaction_date: row.text("transaction_date"),
        raw: raw.get().to_owned(),
    };
    let date = fact.transaction_date.clone();
    let fact = match row.errors.first() {
        None => Ok(fact),
        Some(error) => Err(Unreadable::Field(id, error.clone())),
    };
    Row { id, date, fact }
}

impl Notice<'_> {
    /// Exactly one of the two amounts is above zero.
    fn moved(&mut self) -> (Direction, Vnd) {
        match (self.amount("amount_in"), self.amount("amount_out")) {
            (amount, 0) if amount > 0 => (Direction::In, Vnd::new(amount)),
            (0, amount) if amount > 0 => (Direction::Out, Vnd::new(amount)),
            _ => {
                self.refuse("amount_in", Rule::one_of_fields(&["amount_in", "amount_out"]));
                (Direction::Out, Vnd::ZERO)
            }
        }
    }

    /// Whole dong, written as `"50000.00"`, `"50000"` or a number; missing is 0.
    fn amount(&mut self, name: &str) -> i64 {
        let amount = match self.fields.get(name) {
            Ok(Scalar::Absent) => Some(0),
            Ok(Scalar::Text(text)) if text.is_empty() => Some(0),
            Ok(value) => figure::whole(&value),
            Err(Ambiguous) => None,
        };
        amount.filter(|amount| (0..=MAX_AMOUNT.get()).contains(amount)).unwrap_or_else(|| {
            self.refuse(name, Rule::Range { min: 0, max: MAX_AMOUNT.get() });
            0
        })
    }
}

#[cfg(test)]
#[path = "sepay_list_tests.rs"]
mod tests;
