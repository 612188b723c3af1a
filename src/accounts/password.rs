//! Passwords and their bcrypt hashes. Hashing is slow on purpose, so it runs on threads of its own, few at a time,
//! and never inside a transaction.

use super::rules;
use super::token;
use crate::kernel::error::Fault;
use std::num::NonZeroUsize;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many may wait for a free thread before more are turned away.
const WAITING: usize = 256;

/// bcrypt's work factor: each step doubles the time. 4 to 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost(u32);

impl Cost {
    pub const DEFAULT: Cost = Cost(12);

    /// `None` outside of 4 to 15.
    pub fn new(cost: u32) -> Option<Self> {
        (4..=15).contains(&cost).then_some(Cost(cost))
    }

    pub const fn get(self) -> u32 {
        self.0
    }
}

/// A stored hash. Has no `Debug`, so that it does not reach a log.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// From its column.
    pub(super) fn stored(text: String) -> Self {
        PasswordHash(text)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// A well-formed hash of the same cost that belongs to nobody: checking against it takes as long.
    fn nobodys(cost: Cost) -> Self {
        PasswordHash(format!("$2b${:02}${}", cost.0, ".".repeat(53)))
    }
}

/// Hashes a password that `rules::new_password` accepts. Takes a quarter of a second at the default cost.
pub fn hash(password: &str, cost: Cost) -> Result<PasswordHash, Fault> {
    assert!(rules::is_hashable(password), "bcrypt would cut or confuse this password");
    let hash = bcrypt::hash_with_salt(password, cost.0, token::random()?)
        .map_err(|cause| Fault::Internal(format!("bcrypt: {cause}")))?;
    Ok(PasswordHash(hash.to_string()))
}

/// Whether the hash was made of this password. Takes as long as `hash`, right or wrong.
pub fn verify(password: &str, hash: &PasswordHash) -> Result<bool, Fault> {
    let equal = bcrypt::verify(password, &hash.0)
        .map_err(|cause| Fault::Corrupt(format!("a password hash: {cause}")))?;
    Ok(equal && rules::is_hashable(password))
}

/// Spends the time that a hash of `stored` cost lacks to one of `cost`: each step doubles it, so the steps in between
/// add up to exactly the difference. Else a panel whose cost was raised would tell its users from unknown names.
fn make_up_for(stored: &PasswordHash, cost: Cost) -> Result<(), Fault> {
    let parts: bcrypt::HashParts =
        stored.0.parse().map_err(|cause| Fault::Corrupt(format!("a password hash: {cause}")))?;
    for lacking in parts.get_cost()..cost.0 {
        verify("", &PasswordHash::nobodys(Cost(lacking)))?;
    }
    Ok(())
}

/// A password nobody chose: 100 random bits in plain letters.
pub fn random() -> Result<String, Fault> {
    token::plain_code::<20>()
}

/// The door to hashing for async callers. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    cost: Cost,
    waiting: Arc<Semaphore>,
    threads: Arc<Semaphore>,
}

impl Passwords {
    /// Leaves one core to the rest of the panel where there are several.
    pub fn new(cost: Cost) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Passwords {
            cost,
            waiting: Arc::new(Semaphore::new(WAITING)),
            threads: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))),
        }
    }

    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// Errors: `Fault::Overloaded` when too many wait already.
    pub async fn hash(&self, password: String) -> Result<PasswordHash, Fault> {
        let cost = self.cost;
        self.run(move || hash(&password, cost)).await
    }

    /// Whether `stored` was made of this password; without a stored hash it takes as long and says no.
    ///
    /// Errors: `Fault::Overloaded` when too many wait already.
    pub async fn verify(&self, password: String, stored: Option<PasswordHash>) -> Result<bool, Fault> {
        let somebodys = stored.is_some();
        let cost = self.cost;
        let against = stored.unwrap_or_else(|| PasswordHash::nobodys(cost));
        let check = move || {
            make_up_for(&against, cost)?;
            verify(&password, &against)
        };
        Ok(self.run(check).await? && somebodys)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let overloaded = |_| Fault::Overloaded("too many passwords wait to be checked");
        let place = Arc::clone(&self.waiting).try_acquire_owned().map_err(overloaded)?;
        let closed = |_| Fault::Internal("the password threads are closed".to_owned());
        let thread = Arc::clone(&self.threads).acquire_owned().await.map_err(closed)?;
        // The permits move along: a caller who goes away does not make room before the work is done.
        let done = tokio::task::spawn_blocking(move || {
            let _held = (place, thread);
            work()
        });
        done.await.unwrap_or_else(|died| Err(Fault::Internal(format!("hashing a password panicked: {died}"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const QUICK: Cost = Cost(4);

    #[test]
    fn a_hash_knows_its_password_only() {
        let stored = hash("mật khẩu đẹp", QUICK).unwrap();
        assert!(verify("mật khẩu đẹp", &stored).unwrap());
        assert!(!verify("mật khẩu đẹp ", &stored).unwrap());
        assert!(!verify("", &stored).unwrap());
        assert!(stored.as_str().starts_with("$2b$04$"));
    }

    #[test]
    fn nothing_beyond_72_bytes_is_ignored() {
        let longest = "x".repeat(72);
        let stored = hash(&longest, QUICK).unwrap();
        assert!(verify(&longest, &stored).unwrap());
        assert!(!verify(&format!("{longest}y"), &stored).unwrap());
        assert!(!verify(&"x".repeat(71), &stored).unwrap());
    }

    #[test]
    fn a_repeated_password_with_nul_is_another_password() {
        let stored = hash("12345678", QUICK).unwrap();
        assert!(!verify("12345678\x0012345678", &stored).unwrap());
    }

    #[test]
    fn a_broken_hash_is_a_fault_not_a_no() {
        assert!(verify("12345678", &PasswordHash::stored("plain".to_owned())).is_err());
    }

    #[test]
    fn the_hash_of_nobody_is_read_like_any_other_and_costs_the_same() {
        for cost in [4, 10, 12, 15] {
            let nobodys = PasswordHash::nobodys(Cost::new(cost).unwrap());
            let parts: bcrypt::HashParts = nobodys.as_str().parse().unwrap();
            assert_eq!(parts.get_cost(), cost);
        }
        assert!(!verify("12345678", &PasswordHash::nobodys(QUICK)).unwrap());
    }

    #[test]
    fn a_cheap_hash_takes_as_long_as_one_of_today() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let passwords = Passwords::new(Cost(9));
        let cheap = hash("12345678", QUICK).unwrap();
        let time = |stored: Option<&PasswordHash>| {
            let started = std::time::Instant::now();
            let verified = runtime.block_on(passwords.verify("12345678".to_owned(), stored.cloned()));
            assert_eq!(verified.unwrap(), stored.is_some());
            started.elapsed()
        };
        // On a busy machine single times say little; the quickest of a few are alike, or never will be.
        let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
        let alike = (0..30).any(|_| {
            (known, unknown) = (known.min(time(Some(&cheap))), unknown.min(time(None)));
            unknown < known * 2 && known < unknown * 2
        });
        assert!(alike, "known {known:?}, unknown {unknown:?}");
    }

    #[test]
    fn costs_have_limits() {
        assert_eq!(Cost::new(3), None);
        assert_eq!(Cost::new(16), None);
        assert_eq!(Cost::new(12), Some(Cost::DEFAULT));
    }

    #[test]
    fn a_flood_is_turned_away_and_passes() {
        let passwords = Passwords::new(QUICK);
        let taken = Arc::clone(&passwords.waiting).try_acquire_many_owned(256).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let attempt = || runtime.block_on(passwords.verify("12345678".to_owned(), None));
        assert!(matches!(attempt(), Err(Fault::Overloaded(_))));
        drop(taken);
        assert!(!attempt().unwrap());
    }
}
