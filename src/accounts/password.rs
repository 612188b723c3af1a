//! Passwords and their bcrypt hashes. Hashing is slow on purpose, so it runs on threads of its own, few at a time,
//! and never inside a transaction.

use super::queue::{Party, Turns};
use super::rules;
use super::token;
use crate::kernel::error::Fault;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// bcrypt's work factor: each step doubles the time. 4 to 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost(u32);

impl Cost {
    pub const DEFAULT: Cost = Cost(12);
    pub(super) const LEAST: Cost = Cost(4);

    /// `None` outside of 4 to 15.
    pub fn new(cost: u32) -> Option<Self> {
        (4..=15).contains(&cost).then_some(Cost(cost))
    }

    /// Of a stored hash, by its two digits; what is none of ours asks for the least.
    pub(super) fn stored(digits: &str) -> Self {
        digits.parse().map_or(Cost::LEAST, Cost)
    }

    /// What hashing takes at this cost, in units of the cost 0.
    const fn work(self) -> u64 {
        1_u64.wrapping_shl(self.0)
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

    fn cost(&self) -> Result<Cost, Fault> {
        let parts: Result<bcrypt::HashParts, _> = self.0.parse();
        let parts = parts.map_err(|cause| Fault::Corrupt(format!("a password hash: {cause}")))?;
        Ok(Cost(parts.get_cost()))
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

/// A password nobody chose: 100 random bits in plain letters.
pub fn random() -> Result<String, Fault> {
    token::plain_code::<20>()
}

/// What became of a password that was checked.
pub struct Checked {
    pub is_right: bool,
    /// The right password's hash at today's cost, where the stored one has another.
    pub renewed: Option<PasswordHash>,
}

/// The door to hashing for async callers. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    cost: Cost,
    turns: Arc<Turns>,
    work: Arc<AtomicU64>,
}

impl Passwords {
    /// Leaves one core to the rest of the panel where there are several.
    pub fn new(cost: Cost) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Passwords { cost, turns: Turns::new(cores.saturating_sub(1).max(1)), work: Arc::default() }
    }

    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// All hashing so far, 2^cost for each: what time is spent on, whoever else uses the machine.
    pub fn work(&self) -> u64 {
        self.work.load(Ordering::Relaxed)
    }

    /// Errors: `Fault::Overloaded` when too many wait already.
    pub async fn hash(&self, by: Party, password: String) -> Result<PasswordHash, Fault> {
        let own = self.clone();
        self.run(by, move || own.hash_now(&password)).await
    }

    /// Whether `stored` was made of this password; without a stored hash the answer is no. Either way it takes what a
    /// hash of the highest cost takes, of those in use and today's: else the time would tell users from unknown names
    /// wherever the cost was changed.
    ///
    /// Errors: `Fault::Overloaded` when too many wait already.
    pub async fn check(
        &self,
        by: Party,
        password: String,
        stored: Option<PasswordHash>,
        highest: Cost,
    ) -> Result<Checked, Fault> {
        let own = self.clone();
        self.run(by, move || own.check_now(&password, stored.as_ref(), highest)).await
    }

    fn check_now(
        &self,
        password: &str,
        stored: Option<&PasswordHash>,
        highest: Cost,
    ) -> Result<Checked, Fault> {
        let top = Cost(self.cost.0.max(highest.0));
        let Some(stored) = stored else {
            self.compare(password, &PasswordHash::nobodys(top))?;
            return Ok(Checked { is_right: false, renewed: None });
        };
        let cost = stored.cost()?;
        // Each step doubles the work, so the steps in between add up to exactly the difference.
        for lacking in cost.0..top.0 {
            self.compare("", &PasswordHash::nobodys(Cost(lacking)))?;
        }
        let is_right = self.compare(password, stored)?;
        let renewed = (is_right && cost != self.cost).then(|| self.hash_now(password)).transpose()?;
        Ok(Checked { is_right, renewed })
    }

    fn compare(&self, password: &str, hash: &PasswordHash) -> Result<bool, Fault> {
        self.work.fetch_add(hash.cost()?.work(), Ordering::Relaxed);
        verify(password, hash)
    }

    fn hash_now(&self, password: &str) -> Result<PasswordHash, Fault> {
        self.work.fetch_add(self.cost.work(), Ordering::Relaxed);
        hash(password, self.cost)
    }

    async fn run<T: Send + 'static>(
        &self,
        by: Party,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let turn = self.turns.take(by).await?;
        // The turn moves along: a caller who goes away does not make room before the work is done.
        let done = tokio::task::spawn_blocking(move || {
            let _held = turn;
            work()
        });
        done.await.unwrap_or_else(|died| Err(Fault::Internal(format!("hashing a password panicked: {died}"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    /// By counting the work, since a busy machine's clock tells little.
    #[test]
    fn known_and_unknown_take_the_same_whichever_way_the_cost_was_changed() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let stored = |cost: u32| hash("12345678", Cost(cost)).unwrap();
        for (today, others) in [(6, 4), (4, 6), (5, 5)] {
            let passwords = Passwords::new(Cost(today));
            let highest = Cost(others);
            let work = |password: &str, stored: Option<PasswordHash>| {
                let before = passwords.work();
                let check = passwords.check(Party::stranger(None), password.to_owned(), stored, highest);
                let checked = runtime.block_on(check).unwrap();
                (checked.is_right, checked.renewed.is_some(), passwords.work() - before)
            };
            let all = 1 << today.max(others);
            assert_eq!(work("12345678", None), (false, false, all), "{today} {others}");
            for cost in [today, others] {
                assert_eq!(
                    work("87654321", Some(stored(cost))),
                    (false, false, all),
                    "{today} {others} {cost}"
                );
                let renewing = if cost == today { 0 } else { 1 << today };
                let right = work("12345678", Some(stored(cost)));
                assert_eq!(right, (true, cost != today, all + renewing), "{today} {others} {cost}");
            }
        }
    }

    #[test]
    fn a_renewed_hash_is_of_the_same_password_at_today_s_cost() {
        let passwords = Passwords::new(Cost(5));
        let old = hash("12345678", QUICK).unwrap();
        let renewed = passwords.check_now("12345678", Some(&old), QUICK).unwrap().renewed.unwrap();
        assert!(verify("12345678", &renewed).unwrap() && renewed.cost().unwrap() == Cost(5));
    }

    #[test]
    fn costs_have_limits() {
        assert_eq!(Cost::new(3), None);
        assert_eq!(Cost::new(16), None);
        assert_eq!(Cost::new(12), Some(Cost::DEFAULT));
    }
}
