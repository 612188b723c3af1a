//! Those whom the panel depends on: providers, SePay, Telegram. Each is asked a question that only reads there (a
//! balance, a list, a chat): nothing is ordered, booked or sent.

use super::processes::serving;
use super::{Findings, Patient, TIMEOUT};
use crate::config::SEPAY;
use crate::deposits::sepay;
use crate::deposits::sepay_list::{self, Query};
use crate::kernel::day::Day;
use crate::kernel::error::Fault;
use crate::kernel::finding::Finding;
use crate::kernel::note::Note;
use crate::kernel::secret::Secret;
use crate::notify::telegram::{self, Target, TelegramResponse};
use crate::outbound::Call;
use crate::provider::{Callable, Client, Provider};
use crate::{notify, provider, settings};
use std::thread;

/// Providers that are asked at the same time.
const AT_ONCE: usize = 8;

/// A transfer of nothing: proven like SePay's own notices and refused for its amount, so that nothing is stored.
const TEST_NOTICE: &[u8] = br#"{"id":0,"transferType":"in","transferAmount":0,"content":"smm-panel doctor"}"#;
/// The answer to it.
const REFUSED: u16 = 422;

/// Whether each provider tells the balance of our account.
pub(super) fn providers(patient: &Patient) -> Findings {
    let Some(db) = patient.db else { return Ok(Vec::new()) };
    let (all, callable) = db.read_now(|tx| Ok::<_, Fault>((provider::all(tx)?, provider::callable(tx)?)))?;
    let is_used = |found: &&Provider| found.active && found.is_configured();
    let callable = |found: &Provider| callable.iter().find(|callable| callable.id == found.id);
    let used: Vec<(&Provider, &Callable)> =
        all.iter().filter(is_used).filter_map(|found| Some((found, callable(found)?))).collect();
    if used.is_empty() {
        return Ok(vec![Finding::NoProvider]);
    }
    let mut found = Vec::new();
    for some in used.chunks(AT_ONCE) {
        found.extend(thread::scope(|scope| {
            let asked: Vec<_> =
                some.iter().map(|(found, callable)| scope.spawn(|| ask(patient, found, callable))).collect();
            asked.into_iter().filter_map(|asked| asked.join().ok()).collect::<Vec<_>>()
        }));
    }
    Ok(found)
}

fn ask(patient: &Patient, found: &Provider, callable: &Callable) -> Finding {
    let config = patient.config;
    if found.is_practice() {
        return Finding::ProviderPractice;
    }
    let provider = found.name.clone();
    let of_environment = || config.bumx.as_ref().map(|bumx| bumx.api_key.clone());
    let Some(api_key) = callable.api_key.clone().or_else(of_environment) else { return Finding::NoProvider };
    let client = Client {
        api_url: callable.api_url.clone(),
        api_key,
        timeout: TIMEOUT,
        add_timeout: TIMEOUT,
        allow_private: found.from_environment || config.provider_allow_private,
        calls: None,
    };
    match client.balance() {
        Ok(balance) => Finding::ProviderAnswers { provider, balance: balance.to_string() },
        Err(error) => Finding::ProviderFails { provider, why: error.reason() },
    }
}

/// Whether money that comes in is heard of: the account, the list of transfers, and the way of SePay's notices.
pub(super) fn sepay(patient: &Patient) -> Findings {
    let Patient { config, db: Some(db), .. } = patient else { return Ok(Vec::new()) };
    let (bank, token, secret) = db.read_now(|tx| {
        let token = settings::sepay_api_token(tx, config)?;
        Ok::<_, Fault>((settings::bank(tx, config)?, token, settings::sepay_secret(tx, config)?))
    })?;
    let mut found = Vec::new();
    if bank.is_none() {
        found.push(Finding::NoBank);
    }
    found.extend(token.and_then(|token| read_list(patient, &token)));
    found.push(secret.map_or(Finding::NoSepay, |secret| test_notice(patient, &secret)));
    Ok(found)
}

/// Why SePay's list of transfers cannot be read; `None`: it can.
fn read_list(patient: &Patient, token: &Secret) -> Option<Finding> {
    let base = &patient.config.sepay_api_url;
    let url = Query::since_day(Day::of(patient.clock.now())).url(base);
    match Call::get(url).bearer(token).timeout(TIMEOUT).allow_private(base != SEPAY).send() {
        Err(failure) => Some(Finding::SepayUnreached { why: Note::SepayNoAnswer { cause: failure.cause() } }),
        Ok(answer) => {
            sepay_list::read(answer.status, &answer.body).err().map(|why| Finding::SepayFails { why })
        }
    }
}

/// Sends one by the public address, as SePay would. Signed, so that whoever sits at a wrong address learns no key.
fn test_notice(patient: &Patient, secret: &Secret) -> Finding {
    if serving(patient).is_none() {
        return Finding::SepayIdle;
    }
    let Some(mut url) = patient.config.public_url.clone() else { return Finding::SepayNoAddress };
    url.set_path("/api/payment/sepay/webhook");
    let (timestamp, signature) = sepay::signed(secret.expose(), TEST_NOTICE, patient.clock.now());
    let call = Call::post_json(url, TEST_NOTICE.to_vec())
        .header("X-SePay-Timestamp", timestamp)
        .header("X-SePay-Signature", signature);
    match call.timeout(TIMEOUT).allow_private(true).send() {
        Ok(answer) if answer.status == REFUSED => Finding::SepayTaken,
        Ok(answer) => Finding::SepayTestRefused { status: i64::from(answer.status) },
        Err(failure) => Finding::SepayTestLost { cause: failure.cause() },
    }
}

/// Whether the bot sees the operator's chat, and whether what is written to it is read.
pub(super) fn telegram(patient: &Patient) -> Findings {
    let Patient { config, db: Some(db), .. } = patient else { return Ok(Vec::new()) };
    let (target, trouble) =
        db.read_now(|tx| Ok::<_, Fault>((notify::telegram(tx, config)?, notify::reading_trouble(tx)?)))?;
    let chat = target.map_or(Finding::NoTelegram, |target| operators_chat(&target));
    // Else the same is said twice.
    let is_well = matches!(chat, Finding::NoTelegram | Finding::TelegramAnswers);
    let deaf = trouble.filter(|_| is_well).map(|why| Finding::TelegramDeaf { why });
    Ok([Some(chat), deaf].into_iter().flatten().collect())
}

fn operators_chat(target: &Target) -> Finding {
    let call = Call::post_json(target.bot.url("getChat"), telegram::chat(&target.chat));
    let why = match call.timeout(TIMEOUT).allow_private(target.bot.allow_private).send() {
        Err(failure) => {
            return Finding::TelegramUnreached { why: Note::TelegramNoAnswer { cause: failure.cause() } };
        }
        Ok(answer) => match telegram::read(answer.status, &answer.body, &target.bot.token) {
            TelegramResponse::Sent => return Finding::TelegramAnswers,
            TelegramResponse::Wait(time) => Note::TelegramWaits { seconds: time.as_secs() },
            TelegramResponse::Moved(_) => Note::TelegramMoved,
            TelegramResponse::Unparsable(why)
            | TelegramResponse::Refused(why)
            | TelegramResponse::NoChat(why)
            | TelegramResponse::Closed(why)
            | TelegramResponse::Denied(why)
            | TelegramResponse::Unclear(why) => why,
        },
    };
    Finding::TelegramFails { why }
}
