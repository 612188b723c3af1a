//! Requests that were answered since the start, by route. A route is a pattern of the program, so there are never more
//! of them than it has, whatever is asked for.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use std::time::Duration;

const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

pub type RequestTimes = Family<[(&'static str, String); 2], Histogram, fn() -> Histogram>;

#[derive(Clone)]
pub struct Requests {
    /// By method, route and status.
    pub count: Family<[(&'static str, String); 3], Counter>,
    /// By method and route: how long the answers took to begin, in seconds.
    pub times: RequestTimes,
}

impl Default for Requests {
    fn default() -> Self {
        let times: fn() -> Histogram = || Histogram::new(SECONDS);
        Requests { count: Family::default(), times: Family::new_with_constructor(times) }
    }
}

impl Requests {
    pub fn note(&self, method: &str, route: &str, status: u16, took: Duration) {
        let of_route = [("method", method.to_owned()), ("route", route.to_owned())];
        self.times.get_or_create(&of_route).observe(took.as_secs_f64());
        let [method, route] = of_route;
        self.count.get_or_create(&[method, route, ("status", status.to_string())]).inc();
    }
}
