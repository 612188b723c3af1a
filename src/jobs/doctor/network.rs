//! The clock against other machines' clocks, the certificate, and the panel's own address as customers reach it.

use super::processes::serving;
use super::{Findings, Patient, TIMEOUT};
use crate::certificates;
use crate::config::{CertificateSource, SEPAY, TELEGRAM};
use crate::front::{Certificate, Certificates};
use crate::kernel::cause::CallCause;
use crate::kernel::error::Fault;
use crate::kernel::finding::Finding;
use crate::outbound::{Answer, Call, Failure};
use crate::provider::Provider;
use crate::{notify, provider, settings};
use serde_json::Value;
use url::Url;

/// An answer takes a moment, and servers tell whole seconds.
const SLACK_SECONDS: i64 = 5;
/// A code of an authenticator lives for half a minute.
const WRONG_SECONDS: i64 = 30;

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// A certificate that ends within so many days should have been replaced.
const LATE_DAYS: i64 = 14;

/// The machine's clock against that of the first server that tells its own.
pub(super) fn clock(patient: &Patient) -> Findings {
    for (url, allow_private) in servers(patient)? {
        let host = Url::parse(&url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let answer = Call::get(url).timeout(TIMEOUT).allow_private(allow_private).send();
        let Some(theirs) = answer.ok().and_then(|answer| answer.made_at()) else { continue };
        let (host, seconds) = (host.unwrap_or_default(), patient.clock.now().seconds() - theirs.seconds());
        return Ok(vec![match seconds.abs() {
            0..=SLACK_SECONDS => Finding::ClockRight { host },
            off if off <= WRONG_SECONDS => Finding::ClockOff { host, seconds },
            _ => Finding::ClockWrong { host, seconds },
        }]);
    }
    Ok(vec![Finding::ClockUnknown])
}

/// Servers that the panel speaks with anyway, each with whether it may be in the operator's own network.
fn servers(patient: &Patient) -> Result<Vec<(String, bool)>, Fault> {
    let Patient { config, db: Some(db), .. } = patient else { return Ok(Vec::new()) };
    let (has_sepay, has_telegram, providers) = db.read_now(|tx| {
        let has_sepay = settings::sepay_api_token(tx, config)?.is_some();
        Ok::<_, Fault>((has_sepay, notify::telegram(tx, config)?.is_some(), provider::all(tx)?))
    })?;
    let telegram = (config.telegram_api_url.clone(), config.telegram_api_url != TELEGRAM);
    let sepay = (config.sepay_api_url.clone(), config.sepay_api_url != SEPAY);
    let of_provider =
        |found: Provider| Some((found.api_url?, found.from_environment || config.provider_allow_private));
    let used = providers.into_iter().filter(|found| found.active && found.is_configured());
    let services = [(has_telegram, telegram), (has_sepay, sepay)];
    let services = services.into_iter().filter(|(is_used, _)| *is_used).map(|(_, server)| server);
    Ok(services.chain(used.filter_map(of_provider)).collect())
}

/// The certificate that the panel serves, if it speaks HTTPS itself.
pub(super) fn certificate(patient: &Patient) -> Findings {
    let Some(https) = &patient.config.https else { return Ok(vec![Finding::NoOwnCertificate]) };
    Ok(vec![match &https.source {
        CertificateSource::Files(files) => match certificates::of_files(files) {
            Ok(certificate) => judged(patient, &certificate),
            Err(why) => Finding::CertificateUnusable { said: why.to_string() },
        },
        CertificateSource::Acme(acme) => {
            let (Some(db), given) = (patient.db, Certificates::default()) else { return Ok(Vec::new()) };
            db.read_now(|tx| certificates::recall(tx, acme, &given))?;
            let awaited = || Finding::CertificateAwaited { name: acme.domain.clone() };
            given.present().map_or_else(awaited, |certificate| judged(patient, &certificate))
        }
    }])
}

fn judged(patient: &Patient, certificate: &Certificate) -> Finding {
    let name = patient.config.public_url.as_ref().and_then(Url::host_str);
    if let Some(name) = name.filter(|name| !certificate.is_for(name)) {
        return Finding::CertificateOtherName { name: name.to_owned() };
    }
    let left = certificate.ends_at.seconds() - patient.clock.now().seconds();
    let days = left.div_euclid(DAY_SECONDS);
    match left {
        ..=0 => Finding::CertificateOver,
        _ if days < LATE_DAYS => Finding::CertificateEnds { days },
        _ => Finding::CertificateValid { days },
    }
}

/// Whether the panel answers where customers look for it.
pub(super) fn address(patient: &Patient) -> Findings {
    let Some(public) = &patient.config.public_url else { return Ok(vec![Finding::AddressNone]) };
    let url = public.as_str().trim_end_matches('/').to_owned();
    if serving(patient).is_none() {
        return Ok(vec![Finding::AddressIdle { url }]);
    }
    let (answer, is_private) = match ask_health(public, false) {
        Err(Failure::NotSent(CallCause::NotPublic { .. })) => (ask_health(public, true), true),
        answer => (answer, false),
    };
    Ok(vec![match answer {
        Err(failure) => Finding::AddressSilent { url, cause: failure.cause() },
        Ok(answer) if !is_panel(&answer) => Finding::AddressOther { url },
        Ok(_) if is_private => Finding::AddressPrivate { url },
        Ok(_) if public.scheme() == "http" => Finding::AddressPlain { url },
        Ok(_) => Finding::AddressAnswers { url },
    }])
}

fn ask_health(public: &Url, allow_private: bool) -> Result<Answer, Failure> {
    let mut url = public.clone();
    url.set_path("/health");
    Call::get(url).timeout(TIMEOUT).allow_private(allow_private).send()
}

/// Whether a panel of this version says how it is, well or not.
fn is_panel(answer: &Answer) -> bool {
    let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    said["version"] == env!("CARGO_PKG_VERSION") && said["uptime_seconds"].is_u64()
}
