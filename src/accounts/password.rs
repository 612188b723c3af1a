//! Passwords and their bcrypt hashes. Hashing is slow on purpose, so it runs on threads of its own, few at a time,
//! and never inside a transaction.

use super::queue::{Party, Turns};
use super::rules;
use super::scheme::Scheme;
use super::token;
use crate::kernel::error::Fault;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// bcrypt's work factor: each step doubles the time. 4 to 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(u32);

impl Cost {
    pub const DEFAULT: Cost = Cost(12);
    pub(super) const LEAST: Cost = Cost(4);
    /// The most that a hash of another panel may have, unless our own have more: every check takes what the dearest
    /// stored hash does, whoever logs in.
    pub const MOVED_AT_MOST: Cost = Cost(13);
    /// What bcrypt knows.
    const KNOWN: std::ops::RangeInclusive<u32> = 4..=31;

    /// `None` outside of 4 to 15.
    pub fn new(cost: u32) -> Option<Self> {
        (4..=15).contains(&cost).then_some(Cost(cost))
    }

    /// Of a stored hash, by its two digits; what is none of ours asks for the least.
    pub(super) fn stored(digits: &str) -> Self {
        digits.parse().map_or(Cost::LEAST, Cost)
    }

    /// The one that takes twice as long.
    pub(super) fn next(self) -> Self {
        Cost(self.0.saturating_add(1))
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
pub struct PasswordHash {
    text: String,
    /// Of one that came along from another panel: what it was made of instead of the password.
    scheme: Option<Scheme>,
}

impl PasswordHash {
    /// From its columns.
    pub(super) fn stored(text: String, scheme: Option<Scheme>) -> Self {
        PasswordHash { text, scheme }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn scheme(&self) -> Option<Scheme> {
        self.scheme
    }

    /// Whether checking it takes no longer than that of a hash of this cost.
    pub fn costs_at_most(&self, most: Cost) -> bool {
        self.cost().is_ok_and(|cost| cost <= most)
    }

    fn cost(&self) -> Result<Cost, Fault> {
        let parts: Result<bcrypt::HashParts, _> = self.text.parse();
        let parts = parts.map_err(|cause| Fault::Corrupt(format!("a password hash: {cause}")))?;
        Ok(Cost(parts.get_cost()))
    }

    /// A well-formed hash of the same cost that belongs to nobody: checking against it takes as long.
    pub(super) fn nobodys(cost: Cost) -> Self {
        PasswordHash { text: format!("$2b${:02}${}", cost.0, ".".repeat(53)), scheme: None }
    }

    /// What another panel kept: a hash of bcrypt, which may take long. `None`: it is none.
    pub fn foreign(text: &str, scheme: Scheme) -> Option<Self> {
        let is_known = ["$2a$", "$2b$", "$2y$"].iter().any(|kind| text.starts_with(kind));
        let hash = PasswordHash { text: text.to_owned(), scheme: Some(scheme) };
        let cost = hash.cost().ok()?;
        (is_known && text.len() == HASH_LEN && Cost::KNOWN.contains(&cost.0)).then_some(hash)
    }

    /// What another panel kept, a digest that is found by trying, with bcrypt around it. Takes as long as `hash`.
    pub fn wrapped(digest: &str, scheme: Scheme, cost: Cost) -> Result<Self, Fault> {
        let mut input = digest.as_bytes().to_vec();
        input.truncate(rules::PASSWORD_MAX_BYTES);
        Ok(PasswordHash { scheme: Some(scheme), ..salted(&input, cost)? })
    }

    /// Of somebody whose password nobody knows: there is none until a new one is set.
    pub fn none() -> Self {
        Self::nobodys(Cost::LEAST)
    }
}

/// Of bcrypt's hashes: kind, cost, salt and digest.
const HASH_LEN: usize = 60;

/// Hashes a password that `rules::new_password` accepts. Takes a quarter of a second at the default cost.
pub fn hash(password: &str, cost: Cost) -> Result<PasswordHash, Fault> {
    assert!(rules::is_hashable(password), "bcrypt would cut or confuse this password");
    salted(password.as_bytes(), cost)
}

fn salted(input: &[u8], cost: Cost) -> Result<PasswordHash, Fault> {
    let hash = bcrypt::hash_with_salt(input, cost.0, token::random()?)
        .map_err(|cause| Fault::Internal(format!("bcrypt: {cause}")))?;
    Ok(PasswordHash { text: hash.to_string(), scheme: None })
}

/// Whether the hash was made of this password. Takes as long as `hash`, right or wrong; of another panel's hash at most
/// twice as long.
pub fn verify(password: &str, hash: &PasswordHash) -> Result<bool, Fault> {
    let Some(scheme) = hash.scheme else {
        return Ok(is_of(password.as_bytes(), hash)? && rules::is_hashable(password));
    };
    let mut is_right = false;
    for input in scheme.inputs(password) {
        is_right |= is_of(&input, hash)?;
    }
    Ok(is_right)
}

fn is_of(input: &[u8], hash: &PasswordHash) -> Result<bool, Fault> {
    bcrypt::verify(input, &hash.text).map_err(|cause| Fault::Corrupt(format!("a password hash: {cause}")))
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
        let spellings = stored.scheme.map_or(1, |scheme| scheme.inputs(password).len());
        // Each step doubles the work, so the steps in between add up to exactly the difference, and two spellings are
        // one step.
        let step = match spellings {
            0 => {
                self.compare("", &PasswordHash::nobodys(cost))?;
                cost.0
            }
            1 => cost.0,
            _ => cost.0.saturating_add(1),
        };
        for lacking in step..top.0 {
            self.compare("", &PasswordHash::nobodys(Cost(lacking)))?;
        }
        let is_right = self.compare(password, stored)?;
        let is_old = cost != self.cost || stored.scheme.is_some();
        // What PHP cut off cannot be kept; it is compared as PHP did for as long as the password stays.
        let renews = is_right && is_old && rules::is_hashable(password);
        let renewed = renews.then(|| self.hash_now(password)).transpose()?;
        Ok(Checked { is_right, renewed })
    }

    fn compare(&self, password: &str, hash: &PasswordHash) -> Result<bool, Fault> {
        let spellings = hash.scheme.map_or(1, |scheme| scheme.inputs(password).len());
        let work = hash.cost()?.work().saturating_mul(u64::try_from(spellings).unwrap_or(1));
        self.work.fetch_add(work, Ordering::Relaxed);
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
        assert!(verify("12345678", &PasswordHash::stored("plain".to_owned(), None)).is_err());
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
    fn another_panels_hash_serves_in_any_spelling_takes_no_longer_and_is_renewed() {
        let passwords = Passwords::new(Cost(6));
        for scheme in [Scheme::Cmsnt, Scheme::CmsntMd5, Scheme::Perfectpanel] {
            for (password, spellings) in [("it's mine", 2), ("plain one", 1)] {
                for input in scheme.inputs(password) {
                    let old = PasswordHash { scheme: Some(scheme), ..salted(&input, QUICK).unwrap() };
                    let before = passwords.work();
                    let checked = passwords.check_now(password, Some(&old), QUICK).unwrap();
                    assert!(checked.is_right && scheme.inputs(password).len() == spellings);
                    assert_eq!(passwords.work() - before, 2 << 6, "the check and the new hash");
                    let renewed = checked.renewed.unwrap();
                    assert!(renewed.scheme().is_none() && verify(password, &renewed).unwrap());
                    let before = passwords.work();
                    for wrong in ["its mine", "it's not", "a\0b"] {
                        assert!(!passwords.check_now(wrong, Some(&old), QUICK).unwrap().is_right);
                    }
                    assert_eq!(passwords.work() - before, 3 << 6, "as for nobody");
                }
            }
        }
    }

    #[test]
    fn what_php_cut_off_is_compared_as_php_did_and_never_kept() {
        let long = "ạ".repeat(40);
        let old = PasswordHash {
            scheme: Some(Scheme::Php),
            ..salted(&Scheme::Php.inputs(&long)[0], QUICK).unwrap()
        };
        let checked = Passwords::new(QUICK).check_now(&long, Some(&old), QUICK).unwrap();
        assert!(checked.is_right && checked.renewed.is_none());
    }

    #[test]
    fn only_hashes_of_bcrypt_are_taken_and_their_cost_is_known() {
        let known = "$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq";
        let taken = PasswordHash::foreign(known, Scheme::Php).unwrap();
        assert!(verify("rasmuslerdorf", &taken).unwrap() && !verify("rasmuslerdor", &taken).unwrap());
        assert!(PasswordHash::foreign(&known.replace("$2y$", "$2a$"), Scheme::Php).is_some());
        let nonsense = "a".repeat(60);
        for bad in [
            "",
            "x",
            known.strip_suffix('q').unwrap(),
            &known.replace("$07$", "$32$"),
            &known.replace("$07$", "$03$"),
            &nonsense,
            "$P$B12345678",
            "5ebe2294ecd0e0f08eab7690d2a6ee69",
            &known.replace("$2y$", "$2x$"),
        ] {
            assert!(PasswordHash::foreign(bad, Scheme::Php).is_none(), "{bad}");
        }
        let slow = PasswordHash::foreign(&known.replace("$07$", "$14$"), Scheme::Php).unwrap();
        assert!(taken.costs_at_most(Cost::MOVED_AT_MOST) && !slow.costs_at_most(Cost::MOVED_AT_MOST));
        assert!(!verify("", &PasswordHash::none()).unwrap());
    }

    #[test]
    fn costs_have_limits() {
        assert_eq!(Cost::new(3), None);
        assert_eq!(Cost::new(16), None);
        assert_eq!(Cost::new(12), Some(Cost::DEFAULT));
    }
}
