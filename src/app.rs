//! The composition root: makes the running panel from its configuration. Only `cli` and tests call it.

use crate::accounts::password::{Cost, Passwords};
use crate::accounts::token::{Keys, SetupToken};
use crate::accounts::{self, Attempts, NewAccount};
use crate::config::{Bumx, CertificateSource, Config, FirstAdmin, Https};
use crate::db::{Condition, Db};
use crate::front::Secure;
use crate::kernel::clock::Clock;
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::kernel::secret::Secret;
use crate::provider::{Calls, Client, Place};
use crate::state::job_registry::JobRegistry;
use crate::state::{
    App, Demo, ErrorLog, Imports, KeyUseBuffer, LastSeenBuffer, Parts, Practice, ReferralClicks,
    RequestChannel, Wakeup,
};
use crate::{certificates, mail, notify, orders, outbound, refills, settings, web};
use aws_lc_rs::rand;
use parking_lot::Mutex;
use rocket::figment::Figment;
use rocket::{Build, Rocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The provider that the environment names.
pub const BUMX: ProviderId = ProviderId::new(1);

/// How long a start looks for damage in the file, so that a large one does not keep it waiting.
pub const LOOK_OVER: Duration = Duration::from_millis(200);

/// A panel that is ready to be mounted.
pub struct Ready {
    pub app: App,
    /// The one-time token of the set-up link, while there is no admin.
    pub setup_token: Option<String>,
}

/// What differs between serving, trying out and testing.
pub struct Boot {
    pub config: Config,
    pub clock: Clock,
    /// Where the built-in provider listens, when `config.bumx` names it.
    pub sandbox_url: Option<String>,
    pub is_demo: bool,
    /// Where what goes wrong is kept.
    pub errors: ErrorLog,
    /// How long it looks for damage in the file; a job does what is left.
    pub look_over: Duration,
}

/// Opens the database and puts everything together.
pub fn boot(boot: Boot) -> Result<Ready, Fault> {
    outbound::init();
    let Boot { mut config, clock, sandbox_url, is_demo, errors, look_over: patience } = boot;
    let certificates =
        certificates::open(&mut config, clock.now()).map_err(|why| Fault::Internal(why.to_string()))?;
    let db = Db::open(&config.database, clock)?;
    look_over(&db, patience);
    if let (Some(served), Some(Https { source: CertificateSource::Acme(acme), .. })) =
        (&certificates, &config.https)
    {
        db.read_now(|tx| certificates::recall(tx, acme, served))?;
    }
    let told = db.read_now(|tx| notify::channel(tx, &config))?;
    db.write_blocking(move |tx| notify::connect(tx, &told))?;
    let has_mail = config.mail.is_some();
    db.write_blocking(move |tx| mail::connect(tx, has_mail))?;
    let parked = db.write_blocking(orders::park_interrupted)?;
    if parked > 0 {
        tracing::warn!(parked, "orders were being sent when the panel ended; they wait for review");
    }
    let parked = db.write_blocking(refills::park_interrupted)?;
    if parked > 0 {
        tracing::warn!(parked, "refills were being asked for when the panel ended; they wait for review");
    }
    let keys = Keys::new(secret_key(&db, config.secret_key.as_ref())?.expose().as_bytes());
    let cost =
        Cost::new(config.bcrypt_cost).ok_or_else(|| Fault::Internal("no such bcrypt cost".to_owned()))?;
    if config.bcrypt_cost < 10 {
        tracing::warn!(cost = config.bcrypt_cost, "BCRYPT_COST below 10 makes stolen hashes easy to guess");
    }
    if let Some(admin) = &config.first_admin {
        let is_made = make_first_admin(&db, admin, cost)?;
        if is_made && !is_demo {
            tracing::info!("the first admin was created from the environment");
        }
    }
    let setup = setup_token(&db)?;
    let (setup, setup_token) = setup.map_or((None, None), |(token, text)| (Some(token), Some(text)));
    let calls = Calls::default();
    let started_at = db.clock().now();
    let bumx = bumx(&db, &config, sandbox_url.clone(), &calls)?;
    let app = App::new(Parts {
        db,
        keys,
        passwords: Passwords::new(cost),
        attempts: Attempts::new(config.auth_rate_limit > 0),
        setup,
        bumx,
        practice: Practice::new(sandbox_url),
        dispatch_wakeup: Wakeup::default(),
        imports: Imports::default(),
        calls,
        letters: mail::Counts::default(),
        errors,
        trials: RequestChannel::default(),
        examinations: RequestChannel::default(),
        check_up: Mutex::default(),
        job_registry: JobRegistry::default(),
        last_seen: LastSeenBuffer::default(),
        key_use: KeyUseBuffer::default(),
        referral_clicks: ReferralClicks::default(),
        started: Instant::now(),
        started_at,
        demo: is_demo.then(Demo::default),
        certificates,
        config,
    });
    Ok(Ready { app, setup_token })
}

/// The Rocket of a ready panel.
pub fn rocket(app: App, figment: Figment) -> Rocket<Build> {
    web::mount(rocket::custom(figment), app)
}

/// HTTPS by the panel itself, if it is wanted.
pub fn secure(app: &App) -> Option<Secure> {
    let (https, url) = (app.config.https.as_ref()?, app.config.public_url.as_ref()?);
    Some(Secure {
        address: https.address,
        plain_address: https.plain_address,
        origin: url.origin().ascii_serialization(),
        certificates: Arc::clone(app.certificates.as_ref()?),
    })
}

/// Whether the file is whole, as far as that can be seen in a moment.
fn look_over(db: &Db, patience: Duration) {
    match db.check(Some(patience)) {
        Ok(Condition { damage: Some(damage), .. }) => {
            tracing::error!(%damage, "the database file is damaged: restore a backup");
        }
        Ok(Condition { damage: None, .. }) => {}
        Err(fault) => tracing::info!(%fault, "the file is large: its check goes on in the background"),
    }
}

fn secret_key(db: &Db, given: Option<&Secret>) -> Result<Secret, Fault> {
    if let Some(key) = given {
        return Ok(key.clone());
    }
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|_| Fault::Internal("the system gives no randomness".to_owned()))?;
    let fresh = hex::encode(bytes);
    db.write_blocking(move |tx| settings::secret_key(tx, &fresh)).map(Secret::new)
}

/// Whether it was made: there may be one already.
fn make_first_admin(db: &Db, admin: &FirstAdmin, cost: Cost) -> Result<bool, Fault> {
    if db.read_now(accounts::has_admin)? {
        return Ok(false);
    }
    let refused =
        |why: accounts::AccountError| Fault::Internal(format!("the first admin was refused: {why}"));
    let password = admin.password.expose().to_owned();
    let account = NewAccount::check(&admin.username, &admin.email, password, None).map_err(refused)?;
    let hash = accounts::password::hash(&account.password, cost)?;
    db.write_blocking(move |tx| accounts::first_admin(tx, &account, &hash)).map_err(refused)?;
    Ok(true)
}

fn setup_token(db: &Db) -> Result<Option<(SetupToken, String)>, Fault> {
    if db.read_now(accounts::has_admin)? { Ok(None) } else { SetupToken::generate().map(Some) }
}

fn bumx(
    db: &Db,
    config: &Config,
    sandbox_url: Option<String>,
    calls: &Calls,
) -> Result<Option<Arc<Client>>, Fault> {
    let client = |bumx: &Bumx| Client {
        api_url: sandbox_url.unwrap_or_else(|| bumx.api_url.clone()),
        api_key: bumx.api_key.clone(),
        timeout: config.provider.call,
        add_timeout: config.provider.add,
        allow_private: true,
        calls: Some(calls.of(BUMX)),
    };
    let bumx = config.bumx.as_ref().map(client);
    let place = |bumx: &Bumx| Place::of(&bumx.api_url, &bumx.api_key);
    let named = config.bumx.as_ref().map(place);
    db.write_blocking(move |tx| orders::follow_environment(tx, BUMX, named.as_ref()))?;
    Ok(bumx.map(Arc::new))
}
