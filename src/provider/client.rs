//! The calls of API v2 over `outbound`: which fields go out, and what each outcome means for the caller.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use crate::kernel::cause::{CallCause, Defect};
use crate::kernel::secret::Secret;
use crate::outbound::{Answer, Call, Failure};

use super::calls::OwnCalls;
use super::listing;
use super::model::{
    Balance, CallError, Exchange, Ground, Line, NoReport, RefillWord, Remains, Report, ReportedStatus,
    Submission, SubmitError,
};
use super::requests;
use super::text::{MAX_CHARS, excerpt, shorten, tidy, without};
use super::wire::{self, AddResponse, QuestionResponse};
use super::words::{self, Meaning};

/// Largest list of services: some ten thousand lines are 4 MiB.
const MAX_LIST: u64 = 16 * 1024 * 1024;

/// Orders the field's servers take in one `status` call.
const MAX_ORDERS: usize = 100;

/// Unusable answers in a row after which asking one by one is given up.
const MAX_UNUSABLE: u32 = 3;

/// Shorter ones are no secret.
const MIN_KEY_BYTES: usize = 8;

/// Longest unknown status word and longest unreadable balance that are kept.
const MAX_WORD_CHARS: usize = 60;
/// Longest field and longest answer that an [`Exchange`] keeps, in characters. No link is longer.
const MAX_FIELD_CHARS: usize = 2048;
const MAX_ANSWER_CHARS: usize = 1000;

/// What the provider says about each order.
pub type Statuses = HashMap<String, Result<Report, NoReport>>;

/// What the provider says about each refill.
pub type RefillWords = HashMap<String, Result<RefillWord, NoReport>>;

/// One provider's address and account. It holds the key, hence no `Debug`.
#[derive(Clone)]
pub struct Client {
    pub api_url: String,
    pub api_key: Secret,
    /// Limit for a call that only reads.
    pub timeout: Duration,
    /// Limit for `add`: generous, since every one that runs out leaves an order for a person to decide.
    pub add_timeout: Duration,
    /// Whether the provider may be in the operator's own network.
    pub allow_private: bool,
    /// Where its calls are counted, if they are.
    pub calls: Option<OwnCalls>,
}

impl Client {
    /// Makes one order, with exactly one request at most. Returns the provider's order id. Fills `exchange` as it goes,
    /// so that what was sent is known whatever happens then.
    pub fn submit(&self, order: &Submission, exchange: &mut Exchange) -> Result<String, SubmitError> {
        let mut fields = vec![("service", order.provider_service_id.as_str())];
        fields.extend(order.link.as_deref().map(|link| ("link", link)));
        fields.extend(order.fields.iter().map(|(name, value)| (*name, value.as_str())));
        exchange.request = Some(self.as_kept(&fields));
        let began = Instant::now();
        let answer = self.call("add", &fields, self.add_timeout);
        exchange.duration = Some(began.elapsed());
        let answer = answer.map_err(unsubmitted)?;
        let said = excerpt(&answer.body, &self.api_key, MAX_ANSWER_CHARS);
        exchange.answer = Some(format!("HTTP {}: {said}", answer.status));
        self.read_made(wire::added(answer.status, &answer.body), &answer)
    }

    /// What came of a call that makes something.
    fn read_made(&self, response: AddResponse, answer: &Answer) -> Result<String, SubmitError> {
        match response {
            AddResponse::Taken(id) if self.is_told_by(&id) => {
                Err(SubmitError::Unknown(CallCause::IdHoldsKey))
            }
            AddResponse::Taken(id) => Ok(id),
            AddResponse::TooMany(error) => Err(SubmitError::Busy(self.quote(&format!("HTTP 429 {error}")))),
            AddResponse::Refused(error) => Err(refusal(words::meaning(&error), self.quote(&error))),
            AddResponse::Unclear(why) => Err(SubmitError::Unknown(self.describe(why, answer))),
        }
    }

    /// Asks about up to 100 orders; those beyond are left out, as are those the provider says nothing about.
    ///
    /// An inner error is what the provider says instead of a report ("Incorrect order ID"). If it does not take
    /// several orders in one call, they are asked for one by one, as far as two time-outs reach.
    pub fn statuses(&self, ids: &[String]) -> Result<Statuses, CallError> {
        let ids = ids.get(..MAX_ORDERS).unwrap_or(ids);
        match ids {
            [] => Ok(HashMap::new()),
            [_] => self.one_by_one(ids),
            _ => self.together(ids),
        }
    }

    /// Whether it has any of these orders: of another account it knows none. So one report proves the account, for an
    /// id belongs to one order of the provider's, and one that it does not know any more disproves nothing; only if it
    /// says of each that it has none of this id, they are another account's. All else is no answer.
    pub fn knows_any(&self, ids: &[String]) -> Result<bool, CallError> {
        let found = self.statuses(ids)?;
        if ids.iter().any(|id| matches!(found.get(id), Some(Ok(report)) if is_about_an_order(report))) {
            return Ok(true);
        }
        let is_unknown =
            |id: &&String| matches!(found.get(*id), Some(Err(no_report)) if no_report.denies_the_order());
        match ids.iter().find(|id| !is_unknown(id)) {
            None => Ok(false),
            Some(id) => Err(CallError::Unusable(CallCause::NothingClear { id: id.clone() })),
        }
    }

    /// Asks for an order to be canceled. The inner error is the provider's refusal in its words. Asking again is safe:
    /// that it was asked for before is a yes.
    pub fn cancel(&self, id: &str) -> Result<Result<(), String>, CallError> {
        let answer = self.ask("cancel", &[("orders", id)])?;
        let refused = match requests::canceled(answer.status, &answer.body, id) {
            QuestionResponse::Unusable(why) => {
                return Err(CallError::Unusable(self.describe(why, &answer)));
            }
            QuestionResponse::This(Ok(())) => return Ok(Ok(())),
            QuestionResponse::This(Err(said)) | QuestionResponse::Refused(said) => said,
        };
        if words::is_asked_already(&refused) {
            return Ok(Ok(()));
        }
        match words::meaning(&refused) {
            Meaning::Account | Meaning::Busy => Err(self.refused(&refused)),
            _ if answer.status == wire::TOO_MANY => Err(self.refused(&refused)),
            Meaning::SameLink | Meaning::Service | Meaning::Customer | Meaning::Unknown => {
                Ok(Err(self.quote(&refused)))
            }
        }
    }

    /// Asks for one refill, with exactly one request at most. Returns the provider's id of it.
    pub fn refill(&self, order: &str) -> Result<String, SubmitError> {
        let answer = self.call("refill", &[("order", order)], self.add_timeout).map_err(unsubmitted)?;
        self.read_made(requests::refilled(answer.status, &answer.body, order), &answer)
    }

    /// Asks about up to 100 refills; what is not said of one is no news of it. If the provider does not take several in
    /// one call, they are asked for one by one, as far as two time-outs reach.
    pub fn refill_statuses(&self, ids: &[String]) -> Result<RefillWords, CallError> {
        let ids = ids.get(..MAX_ORDERS).unwrap_or(ids);
        let (began, mut found, mut trouble) = (Instant::now(), HashMap::new(), None);
        if let [_, _, ..] = ids {
            match self.ask_refills("refills", &ids.join(","), ids) {
                Err(error @ (CallError::Unreachable(_) | CallError::Account(_))) => return Err(error),
                Err(_) => {}
                Ok(found) => return Ok(found),
            }
        }
        for id in ids {
            if began.elapsed() > self.timeout.saturating_mul(2) {
                break;
            }
            match self.ask_refills("refill", id, std::slice::from_ref(id)) {
                Ok(said) => found.extend(said),
                Err(CallError::Refused(said)) => {
                    found.insert(id.clone(), Err(NoReport::Said(said)));
                }
                Err(error) => {
                    trouble = Some(error);
                    break;
                }
            }
        }
        trouble.filter(|_| found.is_empty()).map_or(Ok(found), Err)
    }

    fn ask_refills(&self, name: &str, value: &str, ids: &[String]) -> Result<RefillWords, CallError> {
        let answer = self.ask("refill_status", &[(name, value)])?;
        match requests::refill_words(answer.status, &answer.body, ids) {
            QuestionResponse::This(found) => {
                Ok(found.into_iter().map(|(id, word)| (id, self.quote_refill(word))).collect())
            }
            QuestionResponse::Refused(error) => Err(self.refused(&error)),
            QuestionResponse::Unusable(why) => Err(CallError::Unusable(self.describe(why, &answer))),
        }
    }

    fn quote_refill(&self, word: Result<RefillWord, NoReport>) -> Result<RefillWord, NoReport> {
        match word {
            Ok(RefillWord::Unknown(word)) => {
                Ok(RefillWord::Unknown(shorten(&without(&word, &self.api_key), MAX_WORD_CHARS)))
            }
            Err(NoReport::Said(said)) => Err(NoReport::Said(self.quote(&said))),
            known => known,
        }
    }

    /// What the operator has left with the provider. Also the cheapest sign of life.
    pub fn balance(&self) -> Result<Balance, CallError> {
        let answer = self.ask("balance", &[])?;
        match wire::balance(answer.status, &answer.body) {
            QuestionResponse::This(Balance { amount, currency }) => Ok(Balance {
                amount: amount.map_err(|said| shorten(&without(&said, &self.api_key), MAX_WORD_CHARS)),
                currency: currency.map(|currency| without(&currency, &self.api_key)),
            }),
            QuestionResponse::Refused(error) => Err(self.refused(&error)),
            QuestionResponse::Unusable(why) => Err(CallError::Unusable(self.describe(why, &answer))),
        }
    }

    /// Everything the provider offers, line by line. The answer may be long, so it may take as long as an `add`.
    pub fn services(&self) -> Result<Vec<Line>, CallError> {
        let timeout = self.timeout.max(self.add_timeout);
        let answer = self.send("services", &[], |call| call.timeout(timeout).max_body(MAX_LIST));
        let answer = answer.map_err(unreachable)?;
        match listing::services(answer.status, &answer.body) {
            QuestionResponse::This(lines) => Ok(lines),
            QuestionResponse::Refused(error) => Err(self.refused(&error)),
            QuestionResponse::Unusable(why) => Err(CallError::Unusable(self.describe(why, &answer))),
        }
    }

    fn together(&self, ids: &[String]) -> Result<Statuses, CallError> {
        let answer = self.ask("status", &[("orders", &ids.join(","))])?;
        match wire::statuses(answer.status, &answer.body, ids) {
            QuestionResponse::This(found) => {
                Ok(found.into_iter().map(|(id, status)| (id, self.quote_status(status))).collect())
            }
            QuestionResponse::Refused(error) if !is_about_the_orders(&error) => Err(self.refused(&error)),
            // A page of a gateway will not turn into an answer by more calls.
            QuestionResponse::Unusable(why)
                if !wire::is_answered(answer.status) || answer.status == wire::TOO_MANY =>
            {
                Err(CallError::Unusable(self.describe(why, &answer)))
            }
            QuestionResponse::Refused(_) | QuestionResponse::Unusable(_) => self.one_by_one(ids),
        }
    }

    /// Stops at the first call without an answer, after a few unusable ones, and when the time is up. What was
    /// learnt until then counts.
    fn one_by_one(&self, ids: &[String]) -> Result<Statuses, CallError> {
        let started = Instant::now();
        let mut found = HashMap::new();
        let mut trouble = None;
        let mut unusable = 0_u32;
        for id in ids {
            if started.elapsed() > self.timeout.saturating_mul(2) || unusable >= MAX_UNUSABLE {
                break;
            }
            let answer = match self.ask("status", &[("order", id)]) {
                Ok(answer) => answer,
                Err(error) => {
                    trouble = Some(error);
                    break;
                }
            };
            unusable = unusable.saturating_add(1);
            match wire::status(answer.status, &answer.body, id) {
                QuestionResponse::This(status) => {
                    unusable = 0;
                    found.insert(id.clone(), self.quote_status(status));
                }
                QuestionResponse::Refused(error) if is_about_the_orders(&error) => {
                    unusable = 0;
                    found.insert(id.clone(), Err(NoReport::Said(self.quote(&error))));
                }
                QuestionResponse::Refused(error) => {
                    trouble = Some(self.refused(&error));
                    break;
                }
                QuestionResponse::Unusable(why) => {
                    trouble = Some(CallError::Unusable(self.describe(why, &answer)));
                }
            }
        }
        match trouble {
            Some(error) if found.is_empty() => Err(error),
            _ => Ok(found),
        }
    }

    fn ask(&self, action: &str, fields: &[(&str, &str)]) -> Result<Answer, CallError> {
        self.call(action, fields, self.timeout).map_err(unreachable)
    }

    fn call(&self, action: &str, fields: &[(&str, &str)], timeout: Duration) -> Result<Answer, Failure> {
        self.send(action, fields, |call| call.timeout(timeout))
    }

    fn send(
        &self,
        action: &str,
        fields: &[(&str, &str)],
        limits: impl FnOnce(Call) -> Call,
    ) -> Result<Answer, Failure> {
        let account = [("key", self.api_key.expose()), ("action", action)];
        let all: Vec<(&str, &str)> = account.iter().chain(fields).copied().collect();
        let began = Instant::now();
        let answer = limits(Call::post_form(&self.api_url, &all).allow_private(self.allow_private)).send();
        if let Some(calls) = &self.calls {
            calls.note(action, &answer, began.elapsed());
        }
        answer
    }

    fn refused(&self, error: &str) -> CallError {
        let said = self.quote(error);
        if words::meaning(error) == Meaning::Account {
            CallError::Account(said)
        } else {
            CallError::Refused(said)
        }
    }

    fn quote(&self, error: &str) -> String {
        tidy(&without(error, &self.api_key))
    }

    /// Whether an order id gives our key away. A key too short to be one may well stand in an id.
    fn is_told_by(&self, id: &str) -> bool {
        self.api_key.expose().len() >= MIN_KEY_BYTES && without(id, &self.api_key) != id
    }

    /// A report quotes the provider too: a word nobody knows, a currency.
    fn quote_status(&self, status: wire::Status) -> wire::Status {
        let mut report = status.map_err(|error| match error {
            NoReport::Said(said) => NoReport::Said(self.quote(&said)),
            NoReport::Twice | NoReport::Unreadable | NoReport::OfAnother => error,
        })?;
        if let ReportedStatus::Unknown(word) = &mut report.status {
            *word = shorten(&without(word, &self.api_key), MAX_WORD_CHARS);
        }
        report.currency = report.currency.map(|currency| without(&currency, &self.api_key));
        report.posts.orders.retain(|id| !self.is_told_by(id));
        Ok(report)
    }

    fn as_kept(&self, fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        let kept = |text: &str| shorten(&without(text, &self.api_key), MAX_FIELD_CHARS);
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), kept(value)));
        fields.chain([("action".to_owned(), "add".to_owned())]).collect()
    }

    fn describe(&self, why: Defect, answer: &Answer) -> CallCause {
        let said = excerpt(&answer.body, &self.api_key, MAX_CHARS);
        CallCause::Answer { why, status: answer.status, said }
    }
}

fn refusal(meaning: Meaning, said: String) -> SubmitError {
    match meaning {
        Meaning::Account => SubmitError::AccountTrouble(said),
        Meaning::Busy => SubmitError::Busy(said),
        Meaning::SameLink => SubmitError::SameLink(said),
        Meaning::Service => SubmitError::Refused(Ground::Service, said),
        Meaning::Customer => SubmitError::Refused(Ground::Customer, said),
        Meaning::Unknown => SubmitError::Refused(Ground::Unknown, said),
    }
}

fn unsubmitted(failure: Failure) -> SubmitError {
    match failure {
        Failure::NotSent(cause) => SubmitError::NotSent(cause),
        Failure::Unknown(cause) => SubmitError::Unknown(cause),
    }
}

fn unreachable(failure: Failure) -> CallError {
    CallError::Unreachable(failure.cause())
}

/// Whether a report can only be that of an order: it has a status that orders have, or figures beside a word that is
/// none of failure.
fn is_about_an_order(report: &Report) -> bool {
    let has_figures = report.charge.is_some()
        || report.start_count.is_some()
        || matches!(report.remains, Remains::Count(_));
    let ReportedStatus::Unknown(word) = &report.status else { return true };
    has_figures && !words::is_failure(word) && !words::is_missing(word)
}

/// Whether an error for the call as a whole may only mean the orders it names, or the form it names them in.
fn is_about_the_orders(error: &str) -> bool {
    let is_about_us = matches!(words::meaning(error), Meaning::Account | Meaning::Busy);
    let error = error.to_lowercase();
    let named = ["order", "request", "parameter"].iter().any(|word| error.contains(word));
    named && !error.contains("limit") && !is_about_us
}
