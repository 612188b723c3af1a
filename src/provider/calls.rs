//! How often providers were called since the start, and how long it took, for whoever watches.

use crate::kernel::ids::ProviderId;
use crate::outbound::{Answer, Failure};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use std::time::Duration;

const SECONDS: [f64; 9] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0];

/// By provider, command and outcome, in seconds.
pub type CallTimes = Family<[(&'static str, String); 3], Histogram, fn() -> Histogram>;

/// Cheap to clone; all clones count together.
#[derive(Clone)]
pub struct Calls(CallTimes);

impl Default for Calls {
    fn default() -> Self {
        Calls(Family::new_with_constructor(|| Histogram::new(SECONDS)))
    }
}

impl Calls {
    pub fn times(&self) -> &CallTimes {
        &self.0
    }

    /// Those of one provider.
    pub fn of(&self, provider: ProviderId) -> OwnCalls {
        OwnCalls { calls: self.clone(), provider }
    }
}

/// The calls of one provider.
#[derive(Clone)]
pub struct OwnCalls {
    calls: Calls,
    provider: ProviderId,
}

impl OwnCalls {
    pub(super) fn note(&self, command: &str, answer: &Result<Answer, Failure>, took: Duration) {
        let (provider, outcome) = (self.provider, outcome(answer));
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(provider.id = provider.get(), command, outcome, ms, "a provider was called");
        let labels = [
            ("provider", provider.to_string()),
            ("command", command.to_owned()),
            ("outcome", outcome.to_owned()),
        ];
        self.calls.0.get_or_create(&labels).observe(took.as_secs_f64());
    }
}

/// What came over the line, not what it means: a refusal is an answer too.
fn outcome(answer: &Result<Answer, Failure>) -> &'static str {
    match answer {
        Ok(answer) => match answer.status {
            200..=299 => "answered",
            400..=499 => "http_4xx",
            500..=599 => "http_5xx",
            _ => "http_other",
        },
        Err(Failure::NotSent(_)) => "not_sent",
        Err(Failure::Unknown(_)) => "no_answer",
    }
}
