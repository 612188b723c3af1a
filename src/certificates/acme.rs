//! The conversation with an authority (ACME, RFC 8555): an account, and a certificate for the panel's name, which it
//! sees to be the panel's by a question over plain HTTP (HTTP-01). Nothing of it is kept here.

use super::carrier::{Carrier, Patience};
use crate::config::Acme;
use crate::front::{Certificate, Certificates, Challenge};
use crate::kernel::clock::Timestamp;
use crate::kernel::note::Note;
use crate::kernel::secret::Secret;
use crate::kernel::text::is_invisible;
use crate::outbound::Failure;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Error, Identifier, NewAccount, NewOrder,
    Order, OrderStatus, Problem, RetryPolicy,
};
use std::time::{Duration, Instant};

/// How long an authority may take to look at the answer, and to sign.
const LOOKING: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(90));
/// What is kept of its words, in characters.
const MOST_SAID: usize = 300;
const NO_ACCOUNT: &str = "urn:ietf:params:acme:error:accountDoesNotExist";

/// A certificate that was given.
pub struct Given {
    pub certificate: Certificate,
    /// PEM, both.
    pub chain: String,
    pub key: Secret,
}

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub note: Note,
    /// The authority wants to be left alone for so long.
    pub wait: Option<Duration>,
    /// It does not know the account any more.
    pub is_account_gone: bool,
}

impl Trouble {
    fn new(note: Note) -> Self {
        Trouble { note, wait: None, is_account_gone: false }
    }
}

/// Makes an account. Blocks.
pub fn new_account(acme: &Acme, patience: Patience, now: Timestamp) -> Result<Secret, Trouble> {
    let carrier = Carrier::new(acme, patience, now);
    let contact = acme.email.as_ref().map(|email| format!("mailto:{email}"));
    let contact: Vec<&str> = contact.iter().map(String::as_str).collect();
    let account =
        NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
    let made = async {
        let builder = Account::builder_with_http(Box::new(carrier.clone()));
        let (_, credentials) = builder.create(&account, acme.directory_url.clone(), None).await?;
        Ok(serde_json::to_string(&credentials)?)
    };
    block_on(made)?.map(Secret::new).map_err(|error| trouble(error, &carrier))
}

/// Gets a certificate, while the front answers the authority's question. Blocks.
pub fn get(
    acme: &Acme,
    account: &Secret,
    served: &Certificates,
    patience: Patience,
    now: Timestamp,
) -> Result<Given, Trouble> {
    let carrier = Carrier::new(acme, patience, now);
    let got = block_on(converse(acme, account, served, &carrier));
    served.set_challenge(None);
    let (chain, key) = got?.map_err(|error| trouble(error, &carrier))?;
    let unusable = |said: String| Trouble::new(Note::AcmeUnusable { status: carrier.heard().status, said });
    let certificate = Certificate::read(chain.as_bytes(), key.expose().as_bytes());
    let certificate = certificate.map_err(|why| unusable(why.to_string()))?;
    if !certificate.is_for(&acme.domain) {
        return Err(unusable(format!("the certificate is not for {}", acme.domain)));
    }
    if certificate.ends_at <= now {
        return Err(unusable(format!("the certificate ended at {}", certificate.ends_at.rfc3339())));
    }
    Ok(Given { certificate, chain, key })
}

async fn converse(
    acme: &Acme,
    account: &Secret,
    served: &Certificates,
    carrier: &Carrier,
) -> Result<(String, Secret), Error> {
    let credentials: AccountCredentials = serde_json::from_str(account.expose())?;
    let builder = Account::builder_with_http(Box::new(carrier.clone()));
    let account = builder.from_credentials(credentials).await?;
    let names = [Identifier::Dns(acme.domain.clone())];
    let mut order = account.new_order(&NewOrder::new(&names)).await?;
    prove(&mut order, served).await?;
    let key = Secret::new(order.finalize().await?);
    Ok((order.poll_certificate(&LOOKING).await?, key))
}

/// Shows that the name is the panel's, unless the authority still knows it.
async fn prove(order: &mut Order, served: &Certificates) -> Result<(), Error> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status != AuthorizationStatus::Pending {
            continue;
        }
        let challenge = authorization.challenge(ChallengeType::Http01);
        let mut challenge = challenge.ok_or(Error::Unsupported("HTTP-01"))?;
        let answer = challenge.key_authorization().as_str().to_owned();
        served.set_challenge(Some(Challenge { token: challenge.token.clone(), answer }));
        challenge.set_ready().await?;
    }
    let looked = order.poll_ready(&LOOKING).await;
    match looked {
        Ok(OrderStatus::Ready) => Ok(()),
        // What it saw stands with the challenge.
        Ok(_) | Err(Error::Api(_)) => {
            let seen = seen(order).await.map(Error::Api);
            Err(seen.or(looked.err()).unwrap_or(Error::Str("the order is invalid, without a reason")))
        }
        Err(error) => Err(error),
    }
}

/// Why a challenge was not met, as the authority saw it.
async fn seen(order: &mut Order) -> Option<Problem> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization.ok()?;
        let state = authorization.refresh().await.ok()?;
        if let Some(problem) = state.challenges.iter().find_map(|challenge| challenge.error.clone()) {
            return Some(problem);
        }
    }
    None
}

/// Errors: the system gives no runtime.
fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|cause| {
        tracing::error!(%cause, "no runtime for a conversation with the authority");
        Trouble::new(Note::JobFault)
    })?;
    Ok(runtime.block_on(work))
}

fn trouble(error: Error, carrier: &Carrier) -> Trouble {
    let heard = carrier.heard();
    if let Error::Api(problem) = error {
        let is_account_gone = problem.r#type.as_deref() == Some(NO_ACCOUNT);
        let note = Note::AcmeRefused { said: said(&in_short(&problem)) };
        return Trouble { note, wait: heard.retry_after, is_account_gone };
    }
    if let Error::Timeout(next) = error {
        let wait = next.map(|next| next.saturating_duration_since(Instant::now()));
        return Trouble { wait, ..Trouble::new(Note::AcmeSlow) };
    }
    let unusable = |why: String| Note::AcmeUnusable { status: heard.status, said: said(&why) };
    let note = if let Error::Other(cause) = error {
        match cause.downcast::<Failure>() {
            Ok(failure) => Note::AcmeNoAnswer { cause: failure.cause() },
            Err(other) => unusable(other.to_string()),
        }
    } else {
        unusable(error.to_string())
    };
    Trouble { wait: heard.retry_after, ..Trouble::new(note) }
}

/// Its own words, and behind them the kind of problem.
fn in_short(problem: &Problem) -> String {
    let of_names = problem.subproblems.iter().filter_map(|part| part.detail.as_deref());
    let words: Vec<&str> = problem.detail.as_deref().into_iter().chain(of_names).collect();
    let kind = problem.r#type.as_deref().and_then(|kind| kind.rsplit(':').next());
    let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
    format!("{}{kind}", words.join("; "))
}

/// As one short line.
fn said(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !is_invisible(*c)).take(MOST_SAID).collect()
}
