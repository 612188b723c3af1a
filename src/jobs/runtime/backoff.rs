//! Pauses that double.

use std::time::Duration;

/// The pause after `failures` earlier ones in a row: `first`, doubled for each of them, at most `longest`.
pub(in crate::jobs) fn backoff(first: Duration, longest: Duration, failures: u32) -> Duration {
    first.saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX)).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_doubles_up_to_the_longest() {
        let pause = |failures| backoff(Duration::from_secs(10), Duration::from_secs(600), failures).as_secs();
        assert_eq!([0, 1, 2, 5, 6, 31, 32, u32::MAX].map(pause), [10, 20, 40, 320, 600, 600, 600, 600]);
    }
}
