//! How many bytes of bodies may stand in memory at once: those that are being read, and answers on their way to clients
//! that may not read them. Each caller has a share, so that one who drips or does not listen takes nothing from the
//! others; all together stay below a bound, and strangers below half of it, so that there is always room for members.

use super::address;
use super::error::{ApiError, ApiResult};
use super::limits::Counted;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use parking_lot::Mutex;
use rocket::Request;
use rocket::http::Method;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, OnceLock};

/// All bodies together.
const TOTAL_BYTES: usize = 32 * 1024 * 1024;
/// Of all strangers together: addresses cost nothing.
const STRANGERS_BYTES: usize = TOTAL_BYTES / 2;
const USER_BYTES: usize = 4 * 1024 * 1024;
/// Of all strangers at one address; with IPv6 in a /48, which whoever asks for it gets.
const ADDRESS_BYTES: usize = 2 * 1024 * 1024;
/// Bodies up to here are not counted: most never outgrow it, and as many as there are connections do no harm.
pub const FREE_BYTES: usize = 4 * 1024;
/// When a client may try again.
const PAUSE_SECONDS: u64 = 1;

/// Counts what is held. Cheap to clone.
#[derive(Clone, Default)]
pub struct Budget(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    by_caller: HashMap<Counted, usize>,
    members: usize,
    strangers: usize,
}

/// Bytes that are held for a caller until it is dropped.
pub struct Share {
    budget: Budget,
    caller: Counted,
    bytes: usize,
}

/// The member that a guard has found in this request, or the bank, if any.
#[derive(Default)]
pub struct Known(pub OnceLock<Counted>);

/// Who that is.
pub fn member(request: &Request<'_>) -> Option<UserId> {
    match request.local_cache(Known::default).0.get()? {
        Counted::User(id) => Some(UserId::new(*id)),
        Counted::Key(_) | Counted::Address(_) | Counted::Bank => None,
    }
}

impl Budget {
    pub fn share(&self, caller: Counted) -> Share {
        Share { budget: self.clone(), caller: widened(caller), bytes: 0 }
    }
}

impl Share {
    /// Holds this many bytes in all. Errors: `rate_limited` when the caller's share is used up, `overloaded` when
    /// everybody's is.
    pub fn grow_to(&mut self, bytes: usize) -> ApiResult<()> {
        let more = bytes.saturating_sub(self.bytes);
        if bytes <= FREE_BYTES || more == 0 {
            return Ok(());
        }
        let mut held = self.budget.0.lock();
        let own = held.by_caller.get(&self.caller).copied().unwrap_or_default();
        let most = if is_stranger(self.caller) { ADDRESS_BYTES } else { USER_BYTES };
        if own.saturating_add(more) > most {
            return Err(ApiError::limited(PAUSE_SECONDS));
        }
        if !held.has_room(self.caller, more) {
            return Err(Fault::Overloaded("too many bytes of bodies are in memory").into());
        }
        held.add(self.caller, more);
        self.bytes = bytes;
        Ok(())
    }

    /// The same, whatever the bounds say.
    fn grow_anyway(&mut self, bytes: usize) {
        self.budget.0.lock().add(self.caller, bytes.saturating_sub(self.bytes));
        self.bytes = bytes;
    }
}

impl Held {
    /// What strangers hold beyond their half, by answers that must be given, is not taken from members.
    fn has_room(&self, caller: Counted, more: usize) -> bool {
        let strangers = self.strangers.min(STRANGERS_BYTES);
        let all = self.members.saturating_add(strangers).saturating_add(more);
        all <= TOTAL_BYTES && !(is_stranger(caller) && self.strangers.saturating_add(more) > STRANGERS_BYTES)
    }

    fn add(&mut self, caller: Counted, bytes: usize) {
        let own = self.by_caller.entry(caller).or_default();
        *own = own.saturating_add(bytes);
        let kind = self.kind(caller);
        *kind = kind.saturating_add(bytes);
    }

    /// What all of the caller's kind hold.
    fn kind(&mut self, caller: Counted) -> &mut usize {
        if is_stranger(caller) { &mut self.strangers } else { &mut self.members }
    }
}

fn is_stranger(caller: Counted) -> bool {
    matches!(caller, Counted::Address(_))
}

fn widened(caller: Counted) -> Counted {
    match caller {
        Counted::Address(IpAddr::V6(v6)) => {
            Counted::Address(IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 80))))
        }
        Counted::Address(IpAddr::V4(_)) | Counted::User(_) | Counted::Key(_) | Counted::Bank => caller,
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let mut held = self.budget.0.lock();
        let kind = held.kind(self.caller);
        *kind = kind.saturating_sub(self.bytes);
        if let Some(own) = held.by_caller.get_mut(&self.caller) {
            *own = own.saturating_sub(self.bytes);
            if *own == 0 {
                held.by_caller.remove(&self.caller);
            }
        }
    }
}

/// A body and the bytes it is held by.
pub struct HeldBody<B> {
    body: B,
    _share: Option<Share>,
}

impl<B: AsRef<[u8]>> AsRef<[u8]> for HeldBody<B> {
    fn as_ref(&self) -> &[u8] {
        self.body.as_ref()
    }
}

/// A share of whoever sends the request: whom a guard has found, else the address.
pub fn share(request: &Request<'_>) -> ApiResult<Share> {
    let budget =
        request.rocket().state::<Budget>().ok_or_else(|| ApiError::internal("no budget is managed"))?;
    let caller = request.local_cache(Known::default).0.get().copied();
    Ok(budget.share(caller.unwrap_or_else(|| Counted::from(address::of(request)))))
}

/// Room for an answer that only reads. Errors: as `Share::grow_to`.
pub fn hold_room(request: &Request<'_>, bytes: usize) -> ApiResult<Share> {
    let mut share = share(request)?;
    share.grow_to(bytes).map(|()| share)
}

/// The answer, held for the caller until it is sent. Errors: as `Share::grow_to`, for requests that only read.
pub fn hold<B: AsRef<[u8]>>(request: &Request<'_>, body: B) -> ApiResult<HeldBody<B>> {
    if request.method() == Method::Get { hold_read(request, body) } else { Ok(hold_anyway(request, body)) }
}

/// The answer to a request that only reads, whatever its method. Errors: as `Share::grow_to`.
pub fn hold_read<B: AsRef<[u8]>>(request: &Request<'_>, body: B) -> ApiResult<HeldBody<B>> {
    let share = hold_room(request, body.as_ref().len())?;
    Ok(HeldBody { body, _share: Some(share) })
}

/// The answer, held for the caller until it is sent, whatever the bounds say: what was done must be answered, and a
/// refusal too.
pub fn hold_anyway<B: AsRef<[u8]>>(request: &Request<'_>, body: B) -> HeldBody<B> {
    let mut share = share(request).ok();
    let bytes = body.as_ref().len();
    if let Some(share) = share.as_mut().filter(|_| bytes > FREE_BYTES) {
        share.grow_anyway(bytes);
    }
    HeldBody { body, _share: share }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAN: Counted = Counted::User(1);

    fn held(budget: &Budget) -> (usize, usize) {
        let held = budget.0.lock();
        (held.members + held.strangers, held.by_caller.len())
    }

    #[test]
    fn a_caller_holds_no_more_than_a_share() {
        let budget = Budget::default();
        let (mut first, mut second) = (budget.share(LAN), budget.share(LAN));
        first.grow_to(USER_BYTES - 10_000).unwrap();
        second.grow_to(10_000).unwrap();
        assert_eq!(second.grow_to(10_001).unwrap_err().status().code, 429);
        budget.share(Counted::User(2)).grow_to(USER_BYTES).unwrap();
        assert_eq!(held(&budget), (USER_BYTES, 1), "what was refused holds nothing");
        drop((first, second));
        assert_eq!(held(&budget), (0, 0));
    }

    #[test]
    fn all_together_have_a_bound() {
        let budget = Budget::default();
        let full: Vec<Share> = (0..TOTAL_BYTES / USER_BYTES)
            .map(|number| {
                let mut share = budget.share(Counted::User(i64::try_from(number).unwrap()));
                share.grow_to(USER_BYTES).unwrap();
                share
            })
            .collect();
        let mut late = budget.share(Counted::User(-1));
        assert_eq!(late.grow_to(FREE_BYTES + 1).unwrap_err().status().code, 503);
        late.grow_to(FREE_BYTES).unwrap();
        drop(full);
        late.grow_to(FREE_BYTES + 1).unwrap();
        drop(late);
        assert_eq!(held(&budget), (0, 0));
    }

    fn stranger(address: &str) -> Counted {
        Counted::from(Some(address.parse::<IpAddr>().unwrap()))
    }

    fn refused(budget: &Budget, caller: Counted) -> Option<u16> {
        budget.share(caller).grow_to(100_000).err().map(|refusal| refusal.status().code)
    }

    #[test]
    fn strangers_leave_half_to_members_and_to_the_bank() {
        let budget = Budget::default();
        let mut full: Vec<Share> = (0..STRANGERS_BYTES / ADDRESS_BYTES)
            .map(|number| {
                let mut share = budget.share(stranger(&format!("10.0.0.{number}")));
                share.grow_to(ADDRESS_BYTES).unwrap();
                share
            })
            .collect();
        assert_eq!(refused(&budget, stranger("10.9.9.9")), Some(503));
        full[0].grow_anyway(ADDRESS_BYTES + USER_BYTES);
        for known in [LAN, Counted::Bank].into_iter().chain((2..4).map(Counted::User)) {
            let mut share = budget.share(known);
            share.grow_to(USER_BYTES).unwrap();
            full.push(share);
        }
        assert_eq!(refused(&budget, Counted::User(9)), Some(503));
        drop(full);
        assert_eq!(refused(&budget, stranger("10.9.9.9")), None);
        assert_eq!(held(&budget), (0, 0));
    }

    #[test]
    fn networks_of_one_48_are_one_stranger() {
        let budget = Budget::default();
        let mut first = budget.share(stranger("2001:db8:1:2::1"));
        first.grow_to(ADDRESS_BYTES).unwrap();
        assert_eq!(refused(&budget, stranger("2001:db8:1:3::1")), Some(429));
        assert_eq!(refused(&budget, stranger("2001:db8:2:2::1")), None);
        assert_eq!(refused(&budget, LAN), None);
    }
}
