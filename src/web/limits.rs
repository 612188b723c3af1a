//! How often one may ask: per user when the credential is valid, else per client address.

use super::error::{ApiError, ApiResult};
use crate::config::Config;
use crate::kernel::ids::{ApiKeyId, UserId};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    User(i64),
    /// Under one key of the reseller API.
    Key(i64),
    Address(IpAddr),
    /// Whoever proved to be SePay.
    Bank,
}

impl From<UserId> for Counted {
    fn from(id: UserId) -> Self {
        Counted::User(id.get())
    }
}

impl From<ApiKeyId> for Counted {
    fn from(id: ApiKeyId) -> Self {
        Counted::Key(id.get())
    }
}

impl From<Option<IpAddr>> for Counted {
    fn from(address: Option<IpAddr>) -> Self {
        Counted::Address(network(address))
    }
}

/// What counts as one client. An IPv6 customer holds a whole /64.
pub fn network(address: Option<IpAddr>) -> IpAddr {
    match address {
        None => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        Some(IpAddr::V4(v4)) => IpAddr::V4(v4),
        Some(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        },
    }
}

/// The limits of the panel.
pub struct Limits {
    general: Limit,
    auth: Limit,
    api: Limit,
}

impl Limits {
    pub fn new(config: &Config) -> Self {
        Limits {
            general: Limit::new(config.rate_limit),
            auth: Limit::new(config.auth_rate_limit),
            api: Limit::new(config.api_rate_limit),
        }
    }

    /// Any request.
    pub fn request(&self, who: impl Into<Counted>) -> ApiResult<()> {
        self.general.check(who.into())
    }

    /// A request of the reseller API.
    pub fn api(&self, key: ApiKeyId) -> ApiResult<()> {
        self.api.check(key.into())
    }

    /// An attempt to prove who one is.
    pub fn attempt(&self, who: impl Into<Counted>) -> ApiResult<()> {
        self.auth.check(who.into())
    }
}

/// After so many checks the entries that no longer matter are dropped, so that memory stays bounded.
const CHECKS_PER_SWEEP: u32 = 16_384;

struct Limit {
    /// `None`: turned off.
    buckets: Option<DefaultKeyedRateLimiter<Counted>>,
    checks: AtomicU32,
}

impl Limit {
    fn new(per_minute: u32) -> Self {
        let buckets = NonZeroU32::new(per_minute).map(|n| RateLimiter::keyed(Quota::per_minute(n)));
        Limit { buckets, checks: AtomicU32::new(0) }
    }

    fn check(&self, who: Counted) -> ApiResult<()> {
        let Some(buckets) = &self.buckets else { return Ok(()) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % CHECKS_PER_SWEEP == CHECKS_PER_SWEEP - 1 {
            buckets.retain_recent();
            buckets.shrink_to_fit();
        }
        buckets.check_key(&who).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            ApiError::limited(wait.as_secs().saturating_add(1))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_per_caller() {
        let limit = Limit::new(2);
        let (an, binh) = (Counted::User(1), Counted::User(2));
        assert!(limit.check(an).is_ok() && limit.check(an).is_ok());
        let refused = limit.check(an).unwrap_err();
        assert_eq!(refused.status().code, 429);
        assert!(limit.check(binh).is_ok());
    }

    #[test]
    fn zero_turns_it_off() {
        let limit = Limit::new(0);
        assert!((0..10_000).all(|_| limit.check(Counted::User(1)).is_ok()));
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let of = |text: &str| Counted::from(Some(text.parse::<IpAddr>().unwrap()));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
    }
}
